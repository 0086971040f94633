//! Which nodes every path must pass.

use super::Digraph;
use petgraph::algo::dominators::simple_fast;
use petgraph::graph::NodeIndex;

impl Digraph {
    /// Returns for each node its immediate dominator: the last node before it
    /// that every path from `root` passes.
    ///
    /// The root, and what it does not reach, has none. Following the dominators
    /// up to the root lists every node that all paths pass.
    pub fn dominators(&self, root: usize) -> Vec<Option<usize>> {
        let dominators = simple_fast(&self.inner, NodeIndex::new(root));
        let immediate = |node| dominators.immediate_dominator(node).map(NodeIndex::index);
        self.inner.node_indices().map(immediate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{any_graph, chain, graph};
    use proptest::prelude::*;

    #[test]
    fn a_diamond_is_dominated_by_its_top() {
        let graph = graph(6, &[(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (5, 4)]);
        let expected = [None, Some(0), Some(0), Some(0), Some(3), None];
        assert_eq!(graph.dominators(0), expected);
    }

    #[test]
    fn parallel_edges_are_no_way_around_a_node() {
        let graph = graph(3, &[(0, 1), (0, 1), (1, 2), (1, 2)]);
        assert_eq!(graph.dominators(0), [None, Some(0), Some(1)]);
    }

    #[test]
    fn long_chains_are_dominated_step_by_step() {
        let dominators = chain(1_000_000).dominators(0);
        assert_eq!(dominators[0], None);
        assert!((1..1_000_000).all(|node| dominators[node] == Some(node - 1)));
    }

    proptest! {
        #[test]
        fn a_dominator_cuts_off_what_it_dominates((count, edges) in any_graph()) {
            let graph = graph(count, &edges);
            let reachable = graph.reachable(&[0]);
            let immediate = graph.dominators(0);
            for node in (1..count).filter(|&node| reachable[node]) {
                let mut above = std::iter::successors(immediate[node], |&node| immediate[node])
                    .collect::<Vec<_>>();
                above.sort_unstable();
                let cuts = |gone: &usize| !graph.reachable_without(&[0], |node| node == *gone)[node];
                let expected: Vec<usize> = (0..count).filter(|&gone| gone != node).filter(cuts).collect();
                prop_assert_eq!(above, expected);
            }
        }
    }
}
