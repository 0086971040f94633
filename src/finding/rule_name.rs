//! What finds something, by name.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

/// The permanent name of what finds something: one of our rules, or a policy
/// that a design declares.
///
/// It reads, compares and sorts as its text. Those of our rules cost nothing to
/// make and to copy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct RuleName(Cow<'static, str>);

impl RuleName {
    /// Returns the name of one of our rules.
    pub const fn of(name: &'static str) -> RuleName {
        RuleName(Cow::Borrowed(name))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for RuleName {
    fn from(name: &'static str) -> RuleName {
        RuleName::of(name)
    }
}

impl From<String> for RuleName {
    fn from(name: String) -> RuleName {
        RuleName(Cow::Owned(name))
    }
}

impl Deref for RuleName {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for RuleName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for RuleName {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for RuleName {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl PartialEq<String> for RuleName {
    fn eq(&self, other: &String) -> bool {
        *self.0 == **other
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::RuleName;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_is_its_text_wherever_it_came_from() {
        let (ours, theirs) = (
            RuleName::of("missing-cache"),
            RuleName::from("missing-cache".to_owned()),
        );
        assert_eq!(ours, theirs);
        assert_eq!(format!("{theirs:<15}|"), "missing-cache  |");
        let names: BTreeSet<RuleName> = [theirs, RuleName::of("Backed")].into();
        assert!(names.contains("missing-cache") && !names.contains("missing"));
        assert_eq!(names.first().unwrap(), "Backed");
    }
}
