//! Shortest paths as witnesses, and longest paths as bounds.

use super::Digraph;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::cmp::Ordering;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

/// A path of greatest weight.
#[derive(Clone, Debug, PartialEq)]
pub struct LongestPath {
    /// What its nodes and edges weigh together.
    pub weight: f64,
    /// Its nodes, in order; at least one.
    pub nodes: Vec<usize>,
    /// The ids of its edges, in order.
    pub edges: Vec<usize>,
}

impl Digraph {
    /// Returns the edges of a shortest path from one of `from` to a node that
    /// is a goal; of several the one with the lowest start and edge ids. Empty
    /// if a start is a goal.
    pub fn shortest_path(
        &self,
        from: &[usize],
        goal: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        self.shortest_path_without(from, goal, |_| false)
    }

    /// Returns the edges of a shortest path that passes no removed node.
    pub fn shortest_path_without(
        &self,
        from: &[usize],
        goal: impl Fn(usize) -> bool,
        removed: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        if from.iter().any(|&node| goal(node) && !removed(node)) {
            return Some(Vec::new());
        }
        self.search(from, removed, goal)
    }

    /// Returns a path of greatest weight that begins in one of `from` and
    /// visits no node twice; of several one with few edges.
    ///
    /// Weights must not be negative; an edge is weighed by its id. Exact where
    /// no cycle is in the way. A cycle is entered at one node and crossed by
    /// the fewest edges, so that with cycles a longer path may exist, but the
    /// one returned always does, and weighs what is said.
    pub fn longest_path(
        &self,
        from: &[usize],
        node_weight: impl Fn(usize) -> f64,
        edge_weight: impl Fn(usize) -> f64,
    ) -> Option<LongestPath> {
        let components = self.strong_components();
        let mut arrivals = Arrivals::new(self, &components, from, &node_weight);
        for component in components.iter().rev() {
            arrivals.cross(component, &node_weight, &edge_weight);
            arrivals.leave(component, &node_weight, &edge_weight);
        }
        arrivals.heaviest()
    }

    /// Searches breadth first for a goal that is at least one edge away.
    pub(super) fn search(
        &self,
        from: &[usize],
        removed: impl Fn(usize) -> bool,
        goal: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        let mut starts: Vec<usize> = from.iter().copied().filter(|&n| !removed(n)).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut queue: VecDeque<NodeIndex> = starts.into_iter().map(NodeIndex::new).collect();
        // A map, so that a short search in a large graph stays short.
        let mut arrivals: HashMap<NodeIndex, Option<EdgeIndex>> =
            queue.iter().map(|&node| (node, None)).collect();
        while let Some(node) = queue.pop_front() {
            for edge in self.inner.edges(node) {
                let target = edge.target();
                if removed(target.index()) {
                    continue;
                }
                if goal(target.index()) {
                    return Some(self.trace(edge.id(), |node| arrivals[&node]));
                }
                if let Entry::Vacant(arrival) = arrivals.entry(target) {
                    arrival.insert(Some(edge.id()));
                    queue.push_back(target);
                }
            }
        }
        None
    }

    /// Lists the ids of the edges that led to `last`, and of itself.
    fn trace(
        &self,
        last: EdgeIndex,
        arrival: impl Fn(NodeIndex) -> Option<EdgeIndex>,
    ) -> Vec<usize> {
        let source = |edge| self.inner.edge_endpoints(edge).expect("an edge has ends").0;
        let back = std::iter::successors(Some(last), |&edge| arrival(source(edge)));
        let mut ids: Vec<usize> = back.map(|edge| self.inner[edge]).collect();
        ids.reverse();
        ids
    }
}

/// How a node was reached so far.
#[derive(Clone, Copy)]
struct Arrival {
    weight: f64,
    hops: usize,
    edge: Option<EdgeIndex>,
}

impl Arrival {
    fn beats(&self, other: &Option<Arrival>) -> bool {
        other.is_none_or(|other| match self.weight.total_cmp(&other.weight) {
            Ordering::Equal => self.hops < other.hops,
            order => order == Ordering::Greater,
        })
    }
}

/// The heaviest arrival found at each node, and which component it is in.
struct Arrivals<'graph> {
    graph: &'graph Digraph,
    best: Vec<Option<Arrival>>,
    component_of: Vec<usize>,
}

impl<'graph> Arrivals<'graph> {
    fn new(
        graph: &'graph Digraph,
        components: &[Vec<usize>],
        from: &[usize],
        node_weight: &impl Fn(usize) -> f64,
    ) -> Self {
        let mut component_of = vec![0; graph.node_count()];
        for (index, component) in components.iter().enumerate() {
            for &node in component {
                component_of[node] = index;
            }
        }
        let mut best = vec![None; graph.node_count()];
        for &node in from {
            best[node] = Some(Arrival {
                weight: node_weight(node),
                hops: 0,
                edge: None,
            });
        }
        Self {
            graph,
            best,
            component_of,
        }
    }

    /// Carries the heaviest arrival in a cycle to all of its nodes.
    fn cross(
        &mut self,
        component: &[usize],
        node_weight: &impl Fn(usize) -> f64,
        edge_weight: &impl Fn(usize) -> f64,
    ) {
        let Some(entry) = self.heaviest_of(component.iter().copied()) else {
            return;
        };
        for &node in component.iter().filter(|&&node| node != entry) {
            self.best[node] = None;
        }
        let mut queue = VecDeque::from([entry]);
        while let Some(node) = queue.pop_front() {
            for (target, arrival) in self.next(node, node_weight, edge_weight) {
                if self.same_component(node, target) && self.best[target].is_none() {
                    self.best[target] = Some(arrival);
                    queue.push_back(target);
                }
            }
        }
    }

    /// Carries the arrivals in a component to the components behind it.
    fn leave(
        &mut self,
        component: &[usize],
        node_weight: &impl Fn(usize) -> f64,
        edge_weight: &impl Fn(usize) -> f64,
    ) {
        for &node in component {
            for (target, arrival) in self.next(node, node_weight, edge_weight) {
                if !self.same_component(node, target) && arrival.beats(&self.best[target]) {
                    self.best[target] = Some(arrival);
                }
            }
        }
    }

    /// Lists where the edges of a reached node arrive.
    fn next(
        &self,
        node: usize,
        node_weight: &impl Fn(usize) -> f64,
        edge_weight: &impl Fn(usize) -> f64,
    ) -> Vec<(usize, Arrival)> {
        let Some(here) = self.best[node] else {
            return Vec::new();
        };
        let edges = self.graph.inner.edges(NodeIndex::new(node));
        let arrive = |target| here.weight + node_weight(target);
        edges
            .map(|edge| {
                let target = edge.target().index();
                let arrival = Arrival {
                    weight: arrive(target) + edge_weight(*edge.weight()),
                    hops: here.hops + 1,
                    edge: Some(edge.id()),
                };
                (target, arrival)
            })
            .collect()
    }

    fn same_component(&self, left: usize, right: usize) -> bool {
        self.component_of[left] == self.component_of[right]
    }

    fn heaviest_of(&self, nodes: impl Iterator<Item = usize>) -> Option<usize> {
        let mut heaviest = None;
        let mut weight = None;
        for node in nodes {
            if let Some(arrival) = self.best[node].filter(|arrival| arrival.beats(&weight)) {
                heaviest = Some(node);
                weight = Some(arrival);
            }
        }
        heaviest
    }

    fn heaviest(&self) -> Option<LongestPath> {
        let end = self.heaviest_of(0..self.best.len())?;
        let arrival = self.best[end]?;
        let mut nodes = vec![end];
        let mut edges = Vec::new();
        let mut step = arrival.edge;
        while let Some(edge) = step {
            let (source, _) = self.graph.inner.edge_endpoints(edge)?;
            edges.push(self.graph.inner[edge]);
            nodes.push(source.index());
            step = self.best[source.index()]?.edge;
        }
        nodes.reverse();
        edges.reverse();
        Some(LongestPath {
            weight: arrival.weight,
            nodes,
            edges,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{any_graph, chain, graph};
    use proptest::prelude::*;

    const ONE: fn(usize) -> f64 = |_| 1.0;
    const NOTHING: fn(usize) -> f64 = |_| 0.0;

    #[test]
    fn the_shortest_path_takes_the_lowest_ids() {
        let graph = graph(5, &[(0, 2), (2, 3), (0, 1), (1, 3), (0, 1), (3, 4)]);
        assert_eq!(graph.shortest_path(&[0], |n| n == 3), Some(vec![0, 1]));
        assert_eq!(graph.shortest_path(&[0], |n| n == 1), Some(vec![2]));
        assert_eq!(graph.shortest_path(&[2, 1], |n| n == 4), Some(vec![3, 5]));
        assert_eq!(graph.shortest_path(&[0, 3], |n| n == 3), Some(vec![]));
        assert_eq!(graph.shortest_path(&[4], |n| n == 0), None);
    }

    #[test]
    fn the_shortest_path_goes_around_removed_nodes() {
        let graph = graph(4, &[(0, 1), (1, 3), (0, 2), (2, 3)]);
        let path = |gone: &[usize]| {
            graph.shortest_path_without(&[0], |node| node == 3, |node| gone.contains(&node))
        };
        assert_eq!(path(&[]), Some(vec![0, 1]));
        assert_eq!(path(&[1]), Some(vec![2, 3]));
        assert_eq!(path(&[1, 2]), None);
        assert_eq!(path(&[3]), None);
        assert_eq!(path(&[0]), None);
    }

    #[test]
    fn the_longest_path_counts_nodes() {
        let graph = graph(6, &[(0, 1), (1, 2), (0, 2), (2, 3), (4, 3), (3, 5)]);
        let compute = |node: usize| if node == 5 { 0.0 } else { 1.0 };
        let longest = graph.longest_path(&[0, 4], compute, NOTHING).unwrap();
        assert_eq!(longest.weight, 4.0);
        assert_eq!(longest.nodes, [0, 1, 2, 3]);
        assert_eq!(longest.edges, [0, 1, 3]);
        assert_eq!(graph.longest_path(&[], ONE, NOTHING), None);
    }

    #[test]
    fn the_longest_path_takes_the_heavier_of_parallel_edges() {
        let graph = graph(3, &[(0, 1), (0, 1), (1, 2)]);
        let retries = |edge: usize| f64::ln([1.0, 4.0, 3.0][edge]);
        let longest = graph.longest_path(&[0], NOTHING, retries).unwrap();
        assert_eq!(longest.edges, [1, 2]);
        assert!((longest.weight.exp() - 12.0).abs() < 1e-9);
    }

    #[test]
    fn the_longest_path_crosses_a_cycle_once() {
        let graph = graph(5, &[(0, 1), (1, 2), (2, 3), (3, 1), (3, 4)]);
        let longest = graph.longest_path(&[0], ONE, NOTHING).unwrap();
        assert_eq!(longest.nodes, [0, 1, 2, 3, 4]);
        assert_eq!(longest.weight, 5.0);
    }

    #[test]
    fn paths_through_a_million_nodes_are_found() {
        let graph = chain(1_000_000);
        let longest = graph.longest_path(&[0], ONE, NOTHING).unwrap();
        assert_eq!(longest.edges.len(), 999_999);
        let shortest = graph.shortest_path(&[0], |node| node == 999_999).unwrap();
        assert_eq!(shortest, longest.edges);
    }

    /// Walks every simple path from `node`; calls `visit` with its nodes and edges.
    fn each_path(
        edges: &[(usize, usize)],
        nodes: &mut Vec<usize>,
        path: &mut Vec<usize>,
        visit: &mut impl FnMut(&[usize], &[usize]),
    ) {
        visit(nodes, path);
        for (id, &(from, to)) in edges.iter().enumerate() {
            if from == nodes[nodes.len() - 1] && !nodes.contains(&to) {
                nodes.push(to);
                path.push(id);
                each_path(edges, nodes, path, visit);
                nodes.pop();
                path.pop();
            }
        }
    }

    fn weigh(nodes: &[usize], edges: &[usize]) -> f64 {
        let nodes: usize = nodes.iter().map(|node| node % 3).sum();
        let edges: usize = edges.iter().map(|edge| edge % 4).sum();
        (nodes + edges) as f64
    }

    proptest! {
        #[test]
        fn no_path_is_shorter_or_earlier((count, edges) in any_graph(), goal in 0usize..8) {
            let mut best: Option<Vec<usize>> = None;
            each_path(&edges, &mut vec![0], &mut Vec::new(), &mut |nodes, path| {
                let better = best.as_ref().is_none_or(|b| (path.len(), path) < (b.len(), b));
                if nodes[nodes.len() - 1] == goal && better {
                    best = Some(path.to_vec());
                }
            });
            prop_assert_eq!(graph(count, &edges).shortest_path(&[0], |node| node == goal), best);
        }

        #[test]
        fn the_longest_path_is_one_and_is_longest_without_cycles((count, edges) in any_graph()) {
            let graph = graph(count, &edges);
            let mut heaviest = 0.0f64;
            let mut found = Vec::new();
            each_path(&edges, &mut vec![0], &mut Vec::new(), &mut |nodes, path| {
                heaviest = heaviest.max(weigh(nodes, path));
                found.push((nodes.to_vec(), path.to_vec()));
            });
            let longest = graph
                .longest_path(&[0], |node| (node % 3) as f64, |edge| (edge % 4) as f64)
                .unwrap();
            prop_assert_eq!(weigh(&longest.nodes, &longest.edges), longest.weight);
            prop_assert!(found.contains(&(longest.nodes, longest.edges)));
            if graph.cycles().iter().all(|cycle| cycle.len() == 1) {
                prop_assert_eq!(longest.weight, heaviest);
            }
        }
    }
}
