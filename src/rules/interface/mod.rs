//! What is promised to callers.
