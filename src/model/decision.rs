//! What was chosen, and why.

use super::{Facts, Head};

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Name, title and places.
    pub head: Head,
    /// What its block says.
    pub facts: Facts,
}
