//! Who may do what, and what stays hidden.

pub mod exposed_datastore;
pub mod missing_authentication;
pub mod missing_object_authorization;
pub mod missing_rate_limit;
pub mod plaintext_transport;
mod sensitive;
pub mod sensitive_data_spread;
pub mod unencrypted_at_rest;
