//! What can be reached, along the edges or against them.

use super::Digraph;
use petgraph::Direction::{self, Incoming, Outgoing};
use petgraph::graph::NodeIndex;
use petgraph::unionfind::UnionFind;

impl Digraph {
    /// Tells for each node whether it can be reached from one of `from`; these
    /// reach themselves.
    pub fn reachable(&self, from: &[usize]) -> Vec<bool> {
        self.reachable_without(from, |_| false)
    }

    /// Tells for each node whether it can be reached past the removed nodes.
    pub fn reachable_without(&self, from: &[usize], removed: impl Fn(usize) -> bool) -> Vec<bool> {
        self.spread(from, removed, Outgoing)
    }

    /// Tells for each node whether it reaches one of `to`; these reach
    /// themselves.
    pub fn reaching(&self, to: &[usize]) -> Vec<bool> {
        self.reaching_without(to, |_| false)
    }

    /// Tells for each node whether it reaches one of `to` past the removed nodes.
    pub fn reaching_without(&self, to: &[usize], removed: impl Fn(usize) -> bool) -> Vec<bool> {
        self.spread(to, removed, Incoming)
    }

    /// Returns the groups of nodes that hang together if no edge had a
    /// direction, each sorted, by their smallest node.
    pub fn connected_components(&self) -> Vec<Vec<usize>> {
        let mut groups = UnionFind::<usize>::new(self.node_count());
        for edge in self.inner.raw_edges() {
            groups.union(edge.source().index(), edge.target().index());
        }
        let mut members = vec![Vec::new(); self.node_count()];
        for node in 0..self.node_count() {
            members[groups.find_mut(node)].push(node);
        }
        members.retain(|group| !group.is_empty());
        members.sort_unstable();
        members
    }

    fn spread(
        &self,
        from: &[usize],
        removed: impl Fn(usize) -> bool,
        direction: Direction,
    ) -> Vec<bool> {
        let mut reached = vec![false; self.node_count()];
        let mut open: Vec<usize> = from.to_vec();
        while let Some(node) = open.pop() {
            if reached[node] || removed(node) {
                continue;
            }
            reached[node] = true;
            let next = self
                .inner
                .neighbors_directed(NodeIndex::new(node), direction);
            open.extend(next.map(NodeIndex::index).filter(|&node| !reached[node]));
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{any_graph, chain, graph};
    use proptest::prelude::*;

    #[test]
    fn reaches_along_the_edges_only() {
        let graph = graph(5, &[(0, 1), (1, 2), (3, 2)]);
        assert_eq!(graph.reachable(&[0]), [true, true, true, false, false]);
        assert_eq!(graph.reaching(&[2]), [true, true, true, true, false]);
        assert_eq!(graph.reachable(&[1, 4]), [false, true, true, false, true]);
        assert_eq!(graph.reachable(&[]), [false; 5]);
    }

    #[test]
    fn a_removed_node_blocks_the_way() {
        let graph = graph(4, &[(0, 1), (1, 3), (0, 2), (2, 3)]);
        let past =
            |removed: &[usize]| graph.reachable_without(&[0], |node| removed.contains(&node));
        assert_eq!(past(&[1]), [true, false, true, true]);
        assert_eq!(past(&[1, 2]), [true, false, false, false]);
        assert_eq!(past(&[0]), [false; 4]);
        let reaching = graph.reaching_without(&[3], |node| node == 1);
        assert_eq!(reaching, [true, false, true, true]);
    }

    #[test]
    fn connects_against_the_direction() {
        let graph = graph(6, &[(0, 1), (2, 1), (5, 4), (5, 4)]);
        assert_eq!(
            graph.connected_components(),
            [vec![0, 1, 2], vec![3], vec![4, 5]]
        );
    }

    #[test]
    fn a_million_nodes_in_a_chain_are_reached() {
        let graph = chain(1_000_000);
        assert!(graph.reachable(&[0]).iter().all(|&reached| reached));
        assert!(graph.reaching(&[999_999]).iter().all(|&reached| reached));
        assert_eq!(graph.connected_components().len(), 1);
    }

    proptest! {
        #[test]
        fn reaching_is_reachable_the_other_way(
            (count, edges) in any_graph(), start in 0usize..8, gone in 0usize..8,
        ) {
            let start = start % count;
            let turned: Vec<_> = edges.iter().map(|&(from, to)| (to, from)).collect();
            prop_assert_eq!(
                graph(count, &edges).reaching_without(&[start], |node| node == gone),
                graph(count, &turned).reachable_without(&[start], |node| node == gone)
            );
        }
    }
}
