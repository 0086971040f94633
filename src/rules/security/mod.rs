//! Who may do what, and what stays hidden.
