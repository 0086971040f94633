//! The way from everywhere to the nearest goal.

use super::Digraph;
use petgraph::Direction::Incoming;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::VecDeque;

/// Shortest ways from all nodes to the nearest of many goals.
#[derive(Clone, Debug)]
pub struct Ways<'graph> {
    graph: &'graph Digraph,
    // The two nearest goals of each node, so that one remains where a node is
    // a goal itself.
    nearest: Vec<[Option<Step>; 2]>,
}

/// The first step towards a goal; no edge where one is there.
#[derive(Clone, Copy, Debug)]
struct Step {
    goal: usize,
    edge: Option<EdgeIndex>,
}

impl Digraph {
    /// Finds the shortest ways to the goals that pass no removed node; of equals
    /// the one to the lowest goal.
    pub fn ways_to(&self, goals: &[usize], removed: impl Fn(usize) -> bool) -> Ways<'_> {
        let mut ways = Ways {
            graph: self,
            nearest: vec![[None; 2]; self.node_count()],
        };
        let mut goals: Vec<usize> = goals.iter().copied().filter(|&it| !removed(it)).collect();
        goals.sort_unstable();
        goals.dedup();
        let mut queue = VecDeque::new();
        for goal in goals {
            ways.add(goal, Step { goal, edge: None });
            queue.push_back((goal, goal));
        }
        while let Some((node, goal)) = queue.pop_front() {
            for edge in self.inner.edges_directed(NodeIndex::new(node), Incoming) {
                let source = edge.source().index();
                let edge = Some(edge.id());
                if !removed(source) && ways.add(source, Step { goal, edge }) {
                    queue.push_back((source, goal));
                }
            }
        }
        ways
    }
}

impl Ways<'_> {
    /// Returns the ids of the edges on the shortest way from a node to a goal that
    /// is not `avoided`; nothing where there is none.
    pub fn from(&self, node: usize, avoided: usize) -> Option<Vec<usize>> {
        let mut steps = self.nearest[node].iter().flatten();
        let goal = steps.find(|step| step.goal != avoided)?.goal;
        let mut ids = Vec::new();
        let mut at = node;
        while let Some(edge) = self.step(at, goal)?.edge {
            ids.push(self.graph.inner[edge]);
            at = self.graph.inner.edge_endpoints(edge)?.1.index();
        }
        Some(ids)
    }

    fn step(&self, node: usize, goal: usize) -> Option<Step> {
        let mut steps = self.nearest[node].iter().flatten();
        steps.find(|step| step.goal == goal).copied()
    }

    fn add(&mut self, node: usize, step: Step) -> bool {
        if self.step(node, step.goal).is_some() {
            return false;
        }
        let free = self.nearest[node].iter_mut().find(|it| it.is_none());
        match free {
            Some(free) => {
                *free = Some(step);
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{any_graph, chain, graph};
    use proptest::prelude::*;

    #[test]
    fn a_way_leads_to_the_nearest_goal_but_one() {
        let graph = graph(5, &[(0, 1), (1, 2), (2, 3), (3, 0)]);
        let ways = graph.ways_to(&[2, 0], |_| false);
        assert_eq!(ways.from(0, 0), Some(vec![0, 1]));
        assert_eq!(ways.from(1, 1), Some(vec![1]));
        assert_eq!(ways.from(3, 3), Some(vec![3]));
        assert_eq!(ways.from(3, 0), Some(vec![3, 0, 1]));
        assert_eq!(ways.from(4, 4), None);
        let past = graph.ways_to(&[2, 0], |node| node == 1);
        assert_eq!((past.from(0, 0), past.from(1, 1)), (None, None));
    }

    #[test]
    fn a_million_nodes_in_a_chain_have_their_ways() {
        let graph = chain(1_000_000);
        let ways = graph.ways_to(&[999_999], |_| false);
        assert_eq!(ways.from(0, 0).unwrap().len(), 999_999);
    }

    proptest! {
        #[test]
        fn no_way_is_longer_than_the_shortest_path(
            (count, edges) in any_graph(),
            goals in proptest::collection::vec(0usize..8, 0..4),
            node in 0usize..8, gone in 0usize..8,
        ) {
            let graph = graph(count, &edges);
            let goals: Vec<usize> = goals.iter().map(|goal| goal % count).collect();
            let (node, gone) = (node % count, gone % count);
            let way = graph.ways_to(&goals, |it| it == gone).from(node, node);
            let is_goal = |it: usize| it != node && goals.contains(&it);
            let path = graph.shortest_path_without(&[node], is_goal, |it| it == gone);
            prop_assert_eq!(way.as_ref().map(Vec::len), path.as_ref().map(Vec::len));
            let mut at = node;
            for id in way.iter().flatten() {
                prop_assert_eq!(edges[*id].0, at);
                at = edges[*id].1;
            }
            prop_assert!(way.is_none() || is_goal(at));
        }
    }
}
