//! Room `format`.
