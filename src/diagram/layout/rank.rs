//! First phase: which rank everything stands in.
//!
//! A group is two invisible things, its head above all that is in it and its
//! foot below. Arrows that would close a circle are turned round; what is left
//! goes to dugong's network simplex, which makes the arrows short together.

use std::collections::{BTreeMap, VecDeque};

use dugong::graphlib::{Graph, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, NodeLabel};

use super::super::scene::{Direction, End};
use super::Outline;
use super::tree::Tree;

/// What weighs on the height of a group, as so many arrows would.
const COMPACT: f64 = 4.0;

/// The ranks of a picture, from 0 at the top.
pub(super) struct Ranks {
    /// How many there are.
    pub count: usize,
    /// The rank of each box.
    pub nodes: Vec<usize>,
    /// The first and the last rank of each group.
    pub groups: Vec<(usize, usize)>,
    /// How each arrow goes from rank to rank.
    pub falls: Vec<Fall>,
}

/// How an arrow goes from rank to rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fall {
    /// Between a group and what stands beside it, neither above the other.
    Across,
    /// As it is written.
    Down,
    /// To itself.
    Loop,
    /// Against its own direction.
    Up,
}

/// Gives everything a rank; `order` says in which order the arrows are taken.
pub(super) fn ranks(outline: &Outline, tree: &Tree, order: &[usize]) -> Ranks {
    let mut rules = Rules::new(outline, tree);
    let mut falls = vec![Fall::Loop; outline.edges.len()];
    for edge in outward(outline, order) {
        let arrow = outline.edges[edge];
        if arrow.from != arrow.to {
            falls[edge] = rules.add_arrow(tree, arrow.from, arrow.to);
        }
    }
    let crowds = crowds(outline, tree);
    for crowd in &crowds {
        rules.fold(crowd, outline.direction);
    }
    let mut levels = simplex(&rules).unwrap_or_else(|| longest(&rules.lower));
    rules.raise(&mut levels);
    for crowd in crowds.iter().filter(|crowd| crowd.lonely) {
        rules.level(crowd, &mut levels);
    }
    let (nodes, groups) = rules.spans(outline, tree, &levels);
    let (nodes, groups, count) = close_ranks(&nodes, &groups);
    Ranks {
        count,
        nodes,
        groups,
        falls,
    }
}

/// Returns the arrows with those that start nearer to where the reader begins in
/// front, so that what closes a circle is an arrow back.
fn outward(outline: &Outline, order: &[usize]) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); outline.nodes.len()];
    for arrow in &outline.edges {
        if let (End::Node(from), End::Node(to)) = (arrow.from, arrow.to) {
            next[from].push(to);
        }
    }
    let first = (0..outline.nodes.len()).filter(|&node| outline.nodes[node].first);
    let mut steps = vec![usize::MAX; outline.nodes.len()];
    let mut open: VecDeque<usize> = first.collect();
    open.iter().for_each(|&node| steps[node] = 0);
    while let Some(node) = open.pop_front() {
        for &other in &next[node] {
            if steps[other] == usize::MAX {
                steps[other] = steps[node] + 1;
                open.push_back(other);
            }
        }
    }
    let mut order = order.to_vec();
    order.sort_by_key(|&edge| match outline.edges[edge].from {
        End::Node(node) => steps[node],
        End::Group(_) => usize::MAX,
    });
    order
}

/// A thing above another, by at least a rank.
struct Rule {
    upper: usize,
    lower: usize,
    weight: f64,
}

/// What stands above what. Boxes come first, then heads, feet and fillings of
/// groups, then the root, then docks.
struct Rules {
    nodes: usize,
    groups: usize,
    lower: Vec<Vec<usize>>,
    list: Vec<Rule>,
    /// What stands in a group without being a box: fillings of empty groups, and docks.
    invisible: Vec<(usize, usize)>,
}

impl Rules {
    /// Returns the rules that keep everything inside its group.
    fn new(outline: &Outline, tree: &Tree) -> Self {
        let (nodes, groups) = (outline.nodes.len(), outline.groups.len());
        let mut rules = Rules {
            nodes,
            groups,
            lower: vec![Vec::new(); nodes + 3 * groups + 1],
            list: Vec::new(),
            invisible: Vec::new(),
        };
        let mut empty = vec![true; groups];
        for node in 0..nodes {
            let home = tree.home(End::Node(node));
            home.into_iter().for_each(|group| empty[group] = false);
            rules.nest(home, node, node);
        }
        for group in 0..groups {
            let parent = tree.parent(group);
            parent.into_iter().for_each(|outer| empty[outer] = false);
            let (head, foot) = (rules.head(group), rules.foot(group));
            rules.nest(parent, head, foot);
            let filling = nodes + 2 * groups + group;
            rules.nest(Some(group), filling, filling);
            rules.add(head, foot, COMPACT);
        }
        for (group, _) in empty.iter().enumerate().filter(|(_, empty)| **empty) {
            rules.invisible.push((group, nodes + 2 * groups + group));
        }
        rules
    }

    fn head(&self, group: usize) -> usize {
        self.nodes + group
    }

    fn foot(&self, group: usize) -> usize {
        self.nodes + self.groups + group
    }

    fn add(&mut self, upper: usize, lower: usize, weight: f64) {
        self.lower[upper].push(lower);
        self.list.push(Rule {
            upper,
            lower,
            weight,
        });
    }

    fn nest(&mut self, parent: Option<usize>, top: usize, bottom: usize) {
        match parent {
            Some(group) => {
                self.add(self.head(group), top, 0.0);
                self.add(bottom, self.foot(group), 0.0);
            }
            None => self.add(self.nodes + 3 * self.groups, top, 0.0),
        }
    }

    /// Adds an arrow as it is, or turned, or not at all, so that no circle closes.
    fn add_arrow(&mut self, tree: &Tree, from: End, to: End) -> Fall {
        for (fall, upper, lower) in [(Fall::Down, from, to), (Fall::Up, to, from)] {
            let (above, below) = self.between(tree, upper, lower);
            if !self.allows(above, below) {
                continue;
            }
            match outer_end(tree, from, to) {
                Some(group) => self.add_docked(group, above, below),
                None => self.add(above, below, 1.0),
            }
            return fall;
        }
        Fall::Across
    }

    /// Adds an arrow between a group and something inside it: it needs a rank of
    /// its own where it meets the border.
    fn add_docked(&mut self, group: usize, above: usize, below: usize) {
        let dock = self.lower.len();
        self.lower.push(Vec::new());
        self.invisible.push((group, dock));
        self.add(above, dock, 1.0);
        self.add(dock, below, 1.0);
        match above == self.head(group) {
            true => self.add(dock, self.foot(group), 0.0),
            false => self.add(self.head(group), dock, 0.0),
        }
    }

    /// Returns what stands above what where an arrow goes down from an end to another.
    fn between(&self, tree: &Tree, upper: End, lower: End) -> (usize, usize) {
        let above = match upper {
            End::Node(node) => node,
            End::Group(group) if tree.holds(group, lower) => self.head(group),
            End::Group(group) => self.foot(group),
        };
        let below = match lower {
            End::Node(node) => node,
            End::Group(group) if tree.holds(group, upper) => self.foot(group),
            End::Group(group) => self.head(group),
        };
        (above, below)
    }

    /// Returns whether a rule would close no circle.
    fn allows(&self, upper: usize, lower: usize) -> bool {
        let mut seen = vec![false; self.lower.len()];
        let mut open = vec![lower];
        while let Some(thing) = open.pop() {
            if thing == upper {
                return false;
            }
            if !std::mem::replace(&mut seen[thing], true) {
                open.extend(&self.lower[thing]);
            }
        }
        true
    }

    /// Breaks a crowd that would stand side by side into rows.
    fn fold(&mut self, crowd: &Crowd, direction: Direction) {
        let count = crowd.nodes.len();
        let most = match direction {
            Direction::Down => 6,
            Direction::Right => 10,
        };
        let columns = match crowd.lonely {
            true => (1..=most)
                .find(|columns| columns * columns * 2 >= count * 3)
                .unwrap_or(most),
            false => count.div_ceil(count.div_ceil(most)),
        };
        for index in columns.max(2)..count {
            let (upper, lower) = (crowd.nodes[index - columns.max(2)], crowd.nodes[index]);
            match crowd.upward {
                true if self.allows(lower, upper) => self.add(lower, upper, 0.0),
                false if self.allows(upper, lower) => self.add(upper, lower, 0.0),
                _ => {}
            }
        }
    }

    /// Moves boxes up to those that use them, where that makes no arrow longer on
    /// the whole: what is called by one stands in one row.
    fn raise(&self, levels: &mut [i64]) {
        let mut pulls = vec![0.0; self.lower.len()];
        let mut uppers: Vec<Vec<usize>> = vec![Vec::new(); self.lower.len()];
        for rule in &self.list {
            pulls[rule.lower] += rule.weight;
            pulls[rule.upper] -= rule.weight;
            uppers[rule.lower].push(rule.upper);
        }
        let mut boxes: Vec<usize> = (0..self.nodes).collect();
        boxes.sort_by_key(|&node| levels[node]);
        for node in boxes {
            let above = uppers[node].iter().map(|&upper| levels[upper] + 1).max();
            if pulls[node] >= 0.0 && uppers[node].len() > 1 {
                levels[node] = above.unwrap_or(levels[node]);
            }
        }
    }

    /// Moves boxes that nothing holds to the levels of others, where the fewest are.
    fn level(&self, crowd: &Crowd, levels: &mut [i64]) {
        let mut load: BTreeMap<i64, usize> = BTreeMap::new();
        for &level in &levels[..self.nodes] {
            *load.entry(level).or_default() += 1;
        }
        for &node in &crowd.nodes {
            let above = self.list.iter().filter(|rule| rule.lower == node);
            let low = above
                .map(|rule| levels[rule.upper])
                .max()
                .unwrap_or(i64::MIN);
            let below = self.list.iter().filter(|rule| rule.upper == node);
            let high = below
                .map(|rule| levels[rule.lower])
                .min()
                .unwrap_or(i64::MAX);
            let old = levels[node];
            load.entry(old).and_modify(|count| *count -= 1);
            let open = load
                .iter()
                .filter(|&(&level, &count)| low < level && level < high && count > 0);
            let new = open
                .min_by_key(|&(_, &count)| count)
                .map_or(old, |(&level, _)| level);
            *load.entry(new).or_default() += 1;
            levels[node] = new;
        }
    }

    /// Returns the levels of boxes, and the first and last one of groups.
    fn spans(&self, outline: &Outline, tree: &Tree, levels: &[i64]) -> (Vec<i64>, Vec<(i64, i64)>) {
        let nodes = (0..outline.nodes.len()).map(|node| (tree.home(End::Node(node)), node));
        let invisible = (self.invisible.iter()).map(|&(group, thing)| (Some(group), thing));
        let mut spans: Vec<Option<(i64, i64)>> = vec![None; self.groups];
        for (home, thing) in nodes.chain(invisible) {
            for group in tree.path(home) {
                let level = levels[thing];
                let span = spans[group].get_or_insert((level, level));
                *span = (span.0.min(level), span.1.max(level));
            }
        }
        let spans = spans.into_iter().map(Option::unwrap_or_default);
        (levels[..self.nodes].to_vec(), spans.collect())
    }
}

/// Boxes in one group that would all stand side by side: they hang on the same
/// box and on nothing else, or on nothing.
struct Crowd {
    nodes: Vec<usize>,
    lonely: bool,
    upward: bool,
}

/// What a box hangs on, and whether it stands above that.
type Hold = (End, bool);

fn crowds(outline: &Outline, tree: &Tree) -> Vec<Crowd> {
    let mut holds: Vec<Vec<Hold>> = vec![Vec::new(); outline.nodes.len()];
    for arrow in outline.edges.iter().filter(|arrow| arrow.from != arrow.to) {
        for (end, other, upward) in [(arrow.from, arrow.to, true), (arrow.to, arrow.from, false)] {
            if let End::Node(node) = end {
                holds[node].push((other, upward));
            }
        }
    }
    let mut alike: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (node, holds) in holds.iter().enumerate() {
        let first: Option<Hold> = holds.first().copied();
        if holds.iter().all(|&hold| Some(hold) == first) {
            let home = tree.home(End::Node(node));
            alike.entry((home, first)).or_default().push(node);
        }
    }
    (alike.into_iter())
        .map(|((_, hold), nodes)| Crowd {
            nodes,
            lonely: hold.is_none(),
            upward: hold.is_some_and(|(_, upward)| upward),
        })
        .collect()
}

/// Returns the end that holds the other, where one does.
fn outer_end(tree: &Tree, from: End, to: End) -> Option<usize> {
    [(from, to), (to, from)]
        .into_iter()
        .find_map(|(outer, inner)| match outer {
            End::Group(group) if tree.holds(group, inner) => Some(group),
            _ => None,
        })
}

/// Returns the level of every thing, by dugong.
fn simplex(rules: &Rules) -> Option<Vec<i64>> {
    let mut graph: Graph<NodeLabel, EdgeLabel, GraphLabel> = Graph::new(GraphOptions {
        compound: false,
        directed: true,
        multigraph: true,
    });
    graph.set_graph(GraphLabel::default());
    let count = rules.lower.len();
    for thing in 0..count {
        graph.set_node(name(thing), NodeLabel::default());
    }
    for (index, rule) in rules.list.iter().enumerate() {
        let label = EdgeLabel {
            minlen: 1,
            weight: rule.weight,
            ..EdgeLabel::default()
        };
        let key = Some(index.to_string());
        graph.set_edge_named(name(rule.upper), name(rule.lower), key, Some(label));
    }
    dugong::rank::rank(&mut graph).ok()?;
    let level = |thing| Some(i64::from(graph.node(&name(thing))?.rank?));
    let levels: Vec<i64> = (0..count).map(level).collect::<Option<_>>()?;
    let kept = |rule: &Rule| levels[rule.upper] < levels[rule.lower];
    rules.list.iter().all(kept).then_some(levels)
}

// A letter first: dugong sorts names that are numbers.
fn name(thing: usize) -> String {
    format!("t{thing}")
}

/// Returns the level of every thing as the length of the longest way to it.
fn longest(lower: &[Vec<usize>]) -> Vec<i64> {
    let mut above = vec![0usize; lower.len()];
    for &thing in lower.iter().flatten() {
        above[thing] += 1;
    }
    let mut levels = vec![0i64; lower.len()];
    let mut open: Vec<usize> = (0..lower.len())
        .filter(|&thing| above[thing] == 0)
        .collect();
    while let Some(thing) = open.pop() {
        for &below in &lower[thing] {
            levels[below] = levels[below].max(levels[thing] + 1);
            above[below] -= 1;
            if above[below] == 0 {
                open.push(below);
            }
        }
    }
    levels
}

/// Leaves out the levels that nothing stands in, and returns how many are left.
fn close_ranks(nodes: &[i64], groups: &[(i64, i64)]) -> (Vec<usize>, Vec<(usize, usize)>, usize) {
    let ends = groups.iter().flat_map(|&(first, last)| [first, last]);
    let mut used: Vec<i64> = nodes.iter().copied().chain(ends).collect();
    used.sort_unstable();
    used.dedup();
    let rank = |level: i64| used.partition_point(|&other| other < level);
    (
        nodes.iter().map(|&level| rank(level)).collect(),
        groups
            .iter()
            .map(|&(first, last)| (rank(first), rank(last)))
            .collect(),
        used.len(),
    )
}
