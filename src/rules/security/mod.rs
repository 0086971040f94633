//! Who may do what, and what stays hidden.

pub mod missing_authentication;
