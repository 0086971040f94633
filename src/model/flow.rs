//! What happens, step by step.

use crate::source::Span;

use super::{Facts, Head, Id, Operation, Relation};

/// A flow.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Name, title and places.
    pub head: Head,
    /// The operation that it realises; `None` for background work.
    pub operation: Option<Id<Operation>>,
    /// What its block says beside steps.
    pub facts: Facts,
    /// Its steps in order.
    pub steps: Vec<Step>,
}

/// A step of a flow.
#[derive(Clone, Debug)]
pub enum Step {
    /// Several steps together.
    Group(Group),
    /// One thing uses another.
    Link(Link),
}

/// One thing uses another, here and now.
#[derive(Clone, Debug)]
pub struct Link {
    /// The connection that is used.
    pub relation: Id<Relation>,
    /// What holds for this step: its own facts over those of the connection.
    pub facts: Facts,
    /// The title.
    pub title: Option<String>,
    /// From the first end to the second.
    pub span: Span,
}

/// Steps that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    /// How.
    pub kind: GroupKind,
    /// The title.
    pub title: Option<String>,
    /// What its block says.
    pub facts: Facts,
    /// The branches: one, or several of an `alt`, a `par`'s statements, or an `a | b`.
    pub branches: Vec<Vec<Step>>,
    /// The whole statement.
    pub span: Span,
}

/// How steps belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// One or the other; every branch may happen.
    Alt,
    /// One transaction.
    Atomic,
    /// Any of them will do: `a -> b | c`.
    Either,
    /// Again and again.
    Loop,
    /// May happen.
    Opt,
    /// Side by side.
    Par,
}

impl Flow {
    /// Returns every link, in order, with the groups around it (outermost first).
    pub fn links(&self) -> Vec<(&Link, Vec<&Group>)> {
        let mut links = Vec::new();
        collect(&self.steps, &mut Vec::new(), &mut links);
        links
    }
}

fn collect<'a>(
    steps: &'a [Step],
    around: &mut Vec<&'a Group>,
    links: &mut Vec<(&'a Link, Vec<&'a Group>)>,
) {
    for step in steps {
        match step {
            Step::Link(link) => links.push((link, around.clone())),
            Step::Group(group) => {
                around.push(group);
                group.branches.iter().for_each(|branch| collect(branch, around, links));
                around.pop();
            }
        }
    }
}
