//! Cycles and their witnesses.

use super::Digraph;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;

impl Digraph {
    /// Returns the sets of nodes that lie on a cycle together (strongly
    /// connected components of two or more nodes, and self loops), each sorted,
    /// by their smallest node.
    pub fn cycles(&self) -> Vec<Vec<usize>> {
        let mut cycles = self.strong_components();
        cycles.retain(|component| component.len() > 1 || self.loops_on_itself(component[0]));
        cycles.sort_unstable();
        cycles
    }

    /// Returns the edges of a shortest cycle through the smallest node of a
    /// component that [`Digraph::cycles`] gave, in order from that node; none if
    /// there is no such cycle.
    pub fn cycle_witness(&self, component: &[usize]) -> Option<Vec<usize>> {
        let start = *component.iter().min()?;
        self.search(&[start], |_| false, |node| node == start)
    }

    /// Returns all strongly connected components, each sorted, every one before
    /// those that reach it.
    pub(super) fn strong_components(&self) -> Vec<Vec<usize>> {
        // Not `tarjan_scc`: it recurses, and overflows the stack on long chains.
        let components = kosaraju_scc(&self.inner);
        components.iter().map(|nodes| sorted(nodes)).collect()
    }

    fn loops_on_itself(&self, node: usize) -> bool {
        let node = NodeIndex::new(node);
        self.inner.find_edge(node, node).is_some()
    }
}

fn sorted(nodes: &[NodeIndex]) -> Vec<usize> {
    let mut nodes: Vec<usize> = nodes.iter().map(|node| node.index()).collect();
    nodes.sort_unstable();
    nodes
}

#[cfg(test)]
mod tests {
    use super::super::tests::{any_graph, chain, graph};
    use super::super::{Digraph, Edge};
    use proptest::prelude::*;

    #[test]
    fn cycles_are_listed_sorted_with_self_loops() {
        let graph = graph(7, &[(5, 4), (4, 5), (3, 3), (2, 0), (0, 1), (1, 2), (5, 6)]);
        assert_eq!(graph.cycles(), [vec![0, 1, 2], vec![3], vec![4, 5]]);
    }

    #[test]
    fn a_witness_is_a_shortest_cycle_through_the_smallest_node() {
        let graph = graph(4, &[(0, 1), (1, 2), (2, 3), (3, 0), (2, 0), (3, 3)]);
        assert_eq!(graph.cycle_witness(&[0, 1, 2, 3]), Some(vec![0, 1, 4]));
        assert_eq!(graph.cycle_witness(&[3]), Some(vec![5]));
        assert_eq!(graph.cycle_witness(&[]), None);
    }

    #[test]
    fn parallel_edges_one_way_are_no_cycle() {
        assert!(graph(2, &[(0, 1), (0, 1)]).cycles().is_empty());
        let both = graph(2, &[(0, 1), (0, 1), (1, 0), (1, 0)]);
        assert_eq!(both.cycles(), [[0, 1]]);
        assert_eq!(both.cycle_witness(&[0, 1]), Some(vec![0, 2]));
    }

    #[test]
    fn long_chains_and_long_cycles_need_no_stack() {
        assert!(chain(100_000).cycles().is_empty());
        assert!(chain(1_000_000).cycles().is_empty());
        let edges = (0..100_000).map(|id| Edge {
            id,
            from: id,
            to: (id + 1) % 100_000,
        });
        let ring = Digraph::new(100_000, edges);
        let cycles = ring.cycles();
        assert_eq!(cycles.len(), 1);
        assert_eq!(ring.cycle_witness(&cycles[0]).unwrap().len(), 100_000);
    }

    #[test]
    fn a_witness_costs_its_own_cycle_only() {
        let pairs = 200_000;
        let edges = (0..pairs * 2).map(|id| Edge {
            id,
            from: id,
            to: id ^ 1,
        });
        let graph = Digraph::new(pairs * 2, edges);
        let cycles = graph.cycles();
        assert_eq!(cycles.len(), pairs);
        for component in &cycles {
            assert_eq!(graph.cycle_witness(component).unwrap(), component[..]);
        }
    }

    proptest! {
        #[test]
        fn a_node_is_on_a_cycle_if_it_comes_back_to_itself((count, edges) in any_graph()) {
            let graph = graph(count, &edges);
            let on_cycle: Vec<usize> = graph.cycles().concat();
            for node in 0..count {
                let after: Vec<usize> =
                    edges.iter().filter(|edge| edge.0 == node).map(|edge| edge.1).collect();
                let returns = graph.reachable(&after)[node];
                prop_assert_eq!(on_cycle.contains(&node), returns);
            }
        }

        #[test]
        fn a_witness_is_a_closed_walk((count, edges) in any_graph()) {
            let graph = graph(count, &edges);
            for component in graph.cycles() {
                let witness = graph.cycle_witness(&component).unwrap();
                let (first, last) = (witness[0], witness[witness.len() - 1]);
                prop_assert_eq!(edges[first].0, component[0]);
                prop_assert_eq!(edges[last].1, component[0]);
                for pair in witness.windows(2) {
                    prop_assert_eq!(edges[pair[0]].1, edges[pair[1]].0);
                }
            }
        }
    }
}
