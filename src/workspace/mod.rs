//! Room `workspace`.
