//! Which group is in which.

use super::super::scene::End;
use super::Outline;

/// The groups of an outline as a tree.
pub(super) struct Tree {
    parents: Vec<Option<usize>>,
    homes: Vec<Option<usize>>,
}

impl Tree {
    /// Reads the groups of an outline; a group that does not stand behind its parent has none.
    pub(super) fn new(outline: &Outline) -> Self {
        let known = |index: usize, parent: Option<usize>| parent.filter(|&up| up < index);
        let parents: Vec<Option<usize>> = (outline.groups.iter().enumerate())
            .map(|(index, group)| known(index, group.parent))
            .collect();
        let groups = parents.len();
        let homes = outline.nodes.iter().map(|node| known(groups, node.parent));
        Tree {
            homes: homes.collect(),
            parents,
        }
    }

    /// Returns the group around a group.
    pub(super) fn parent(&self, group: usize) -> Option<usize> {
        self.parents[group]
    }

    /// Returns the group that an end stands in.
    pub(super) fn home(&self, end: End) -> Option<usize> {
        match end {
            End::Group(group) => self.parents[group],
            End::Node(node) => self.homes[node],
        }
    }

    /// Returns a group and all groups around it, inner first.
    pub(super) fn path(&self, group: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(group, |&inner| self.parents[inner])
    }

    /// Returns whether an end is somewhere inside a group.
    pub(super) fn holds(&self, group: usize, end: End) -> bool {
        self.path(self.home(end)).any(|outer| outer == group)
    }

    /// Returns whether a group is another one or somewhere inside it.
    pub(super) fn within(&self, inner: usize, outer: usize) -> bool {
        self.path(Some(inner)).any(|group| group == outer)
    }

    /// Returns the innermost group around two groups.
    pub(super) fn common(&self, one: Option<usize>, other: Option<usize>) -> Option<usize> {
        let one = one?;
        let mut outer = self.path(other);
        outer.find(|&group| self.within(one, group))
    }
}
