//! What must hold, and whether it can be checked.
