//! What is sent and comes later.
