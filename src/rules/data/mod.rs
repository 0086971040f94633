//! What is kept, where, and for whom.
