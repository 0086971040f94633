//! What two who act at once see and do to each other.
