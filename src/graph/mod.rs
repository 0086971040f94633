//! Directed graphs: what reaches what, in how many steps, around which cycles.
//!
//! Takes nodes as plain indices and edges with an id of the caller's, gives
//! indices and ids back. Does not know what a node or an edge stands for. No
//! function recurses, so a long chain costs no stack; all are near-linear and
//! give the same answer for the same edges in whatever order they came.

mod cycle;
mod dominators;
mod path;
mod reach;
mod ways;

pub use path::LongestPath;
pub use ways::Ways;

use petgraph::graph::{DiGraph, NodeIndex};

/// An edge between two nodes; several may join the same two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// What the caller calls it.
    pub id: usize,
    /// The node that it leaves.
    pub from: usize,
    /// The node that it enters.
    pub to: usize,
}

/// A directed graph over the nodes `0..node_count`.
#[derive(Clone, Debug)]
pub struct Digraph {
    inner: DiGraph<(), usize>,
}

impl Digraph {
    /// Builds a graph from its number of nodes and its edges.
    ///
    /// # Panics
    ///
    /// If an edge names a node that is not among the first `node_count`. All
    /// other functions panic likewise on a node that the graph does not have.
    pub fn new(node_count: usize, edges: impl IntoIterator<Item = Edge>) -> Self {
        let mut edges: Vec<Edge> = edges.into_iter().collect();
        // The last edge added is the first one visited.
        edges.sort_unstable_by(|left, right| right.cmp(left));
        let mut inner = DiGraph::with_capacity(node_count, edges.len());
        for _ in 0..node_count {
            inner.add_node(());
        }
        for edge in edges {
            inner.add_edge(NodeIndex::new(edge.from), NodeIndex::new(edge.to), edge.id);
        }
        Self { inner }
    }

    /// Returns the number of nodes.
    pub fn node_count(&self) -> usize {
        self.inner.node_count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::visit::EdgeRef;
    use proptest::prelude::*;

    /// Builds a graph whose edges are numbered as they are listed.
    pub(super) fn graph(node_count: usize, edges: &[(usize, usize)]) -> Digraph {
        let edges = edges.iter().enumerate();
        Digraph::new(
            node_count,
            edges.map(|(id, &(from, to))| Edge { id, from, to }),
        )
    }

    /// Builds `0 -> 1 -> … -> length - 1`.
    pub(super) fn chain(length: usize) -> Digraph {
        Digraph::new(
            length,
            (1..length).map(|to| Edge {
                id: to - 1,
                from: to - 1,
                to,
            }),
        )
    }

    /// Gives small graphs, with parallel edges and self loops.
    pub(super) fn any_graph() -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
        (1usize..8).prop_flat_map(|count| {
            let edges = proptest::collection::vec((0..count, 0..count), 0..16);
            (Just(count), edges)
        })
    }

    #[test]
    fn edges_are_visited_by_id_whatever_their_order() {
        let edge = |id, to| Edge { id, from: 0, to };
        for edges in [
            [edge(7, 1), edge(2, 2), edge(5, 1)],
            [edge(5, 1), edge(7, 1), edge(2, 2)],
        ] {
            let graph = Digraph::new(3, edges);
            let ids = graph.inner.edges(NodeIndex::new(0)).map(|e| *e.weight());
            assert_eq!(ids.collect::<Vec<_>>(), [2, 5, 7]);
        }
    }

    #[test]
    fn edge_ends_are_kept() {
        let graph = graph(3, &[(2, 1)]);
        let edge = graph.inner.edge_references().next().unwrap();
        assert_eq!((edge.source().index(), edge.target().index()), (2, 1));
    }
}
