//! Reduced ordered decision diagrams: a formula as one question after another.

use super::formula::place;
use super::{Formula, NotEvaluated, Shape, Term};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A formula in which every part is asked once, in a fixed order.
///
/// Parts that several terms share are counted once, so that probabilities are
/// exact. The order is depth first from the root.
#[derive(Clone, Debug)]
pub struct Diagram {
    /// The parts, in the order in which they are asked.
    variables: Vec<u32>,
    /// Every node after those that it leads to; the first two are the ends.
    nodes: Vec<Node>,
    root: usize,
    steps: usize,
}

/// Asks for one part and leads on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Node {
    level: usize,
    up: usize,
    down: usize,
}

/// The end at which the formula does not hold.
const FALSE: usize = 0;
/// The end at which the formula holds.
const TRUE: usize = 1;

impl Diagram {
    /// Builds the diagram of a term with at most so many nodes and remembered
    /// steps.
    ///
    /// # Errors
    ///
    /// If the budget does not suffice.
    pub fn new(formula: &Formula, root: Term, budget: usize) -> Result<Self, NotEvaluated> {
        Self::ordered(formula, root, formula.variables(root), budget)
    }

    /// Builds the diagram of a term, asking for its parts in this order; all of
    /// them stand in it.
    ///
    /// # Errors
    ///
    /// If the budget does not suffice.
    pub fn ordered(
        formula: &Formula,
        root: Term,
        variables: Vec<u32>,
        budget: usize,
    ) -> Result<Self, NotEvaluated> {
        let mut builder = Builder::new(variables.len(), budget);
        let levels = variables.iter().enumerate();
        let levels: Quick<u32, usize> = levels.map(|(level, &part)| (part, level)).collect();
        let below = formula.below(root);
        let mut built: Vec<usize> = Vec::with_capacity(below.len());
        for &term in &below {
            let of = |children: &[Term]| -> Vec<usize> {
                let of_child = |&child: &Term| built[place(&below, child)];
                children.iter().map(of_child).collect()
            };
            built.push(match formula.shape(term) {
                Shape::True => TRUE,
                Shape::False => FALSE,
                Shape::Variable(part) => builder.node(levels[part], TRUE, FALSE)?,
                Shape::All(children) => builder.all(Operator::And, of(children))?,
                Shape::Any(children) => builder.all(Operator::Or, of(children))?,
                Shape::AtLeast(count, children) => builder.at_least(*count, of(children))?,
            });
        }
        let mut diagram = Self {
            variables,
            steps: builder.spent(),
            nodes: builder.nodes,
            root: built[below.len() - 1],
        };
        diagram.keep_reachable();
        Ok(diagram)
    }

    /// Drops the nodes of intermediate steps.
    fn keep_reachable(&mut self) {
        let mut kept = vec![false; self.nodes.len()];
        (kept[FALSE], kept[TRUE], kept[self.root]) = (true, true, true);
        for index in (TRUE + 1..self.nodes.len()).rev() {
            if kept[index] {
                let node = self.nodes[index];
                (kept[node.up], kept[node.down]) = (true, true);
            }
        }
        let mut moved = vec![0; self.nodes.len()];
        let mut nodes = Vec::new();
        for (index, node) in self.nodes.iter().enumerate().filter(|(it, _)| kept[*it]) {
            moved[index] = nodes.len();
            let (up, down) = match index {
                FALSE | TRUE => (index, index),
                _ => (moved[node.up], moved[node.down]),
            };
            nodes.push(Node { up, down, ..*node });
        }
        self.root = moved[self.root];
        self.nodes = nodes;
    }

    /// Returns the parts, in the order in which they are asked.
    pub fn variables(&self) -> &[u32] {
        &self.variables
    }

    /// Returns how much of its budget was needed to build it.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Returns how many questions there are.
    pub fn len(&self) -> usize {
        self.nodes.len() - 2
    }

    /// Tells whether nothing is asked: the formula always holds or never does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Tells whether the formula holds while exactly these parts are up.
    pub fn holds(&self, up: impl Fn(u32) -> bool) -> bool {
        let mut index = self.root;
        while index > TRUE {
            let node = self.nodes[index];
            let is_up = up(self.variables[node.level]);
            index = if is_up { node.up } else { node.down };
        }
        index == TRUE
    }

    /// Returns the probability that the formula does not hold, from that of
    /// each part being down, independently of the others.
    ///
    /// Nothing is subtracted from one on the way but the parts' own figures, so
    /// that a result of 1e-12 is as exact as one of 0.1.
    pub fn unavailability(&self, down: impl Fn(u32) -> f64) -> f64 {
        self.unavailabilities(&down)[self.root]
    }

    /// Returns the probability that the formula does not hold, and by how much it
    /// is greater while a part is down than while it is up, for each part in the
    /// order of [`Diagram::variables`] (Birnbaum, "On the importance of different
    /// components in a multicomponent system", 1969).
    pub fn importances(&self, down: impl Fn(u32) -> f64) -> (f64, Vec<f64>) {
        let unavailability = self.unavailabilities(&down);
        let mut importances = vec![0.0; self.variables.len()];
        let mut reached = vec![0.0; self.nodes.len()];
        reached[self.root] = 1.0;
        for (index, node) in self.nodes.iter().enumerate().skip(TRUE + 1).rev() {
            let down = down(self.variables[node.level]);
            importances[node.level] +=
                reached[index] * (unavailability[node.down] - unavailability[node.up]);
            reached[node.up] += reached[index] * (1.0 - down);
            reached[node.down] += reached[index] * down;
        }
        (unavailability[self.root], importances)
    }

    fn unavailabilities(&self, down: &impl Fn(u32) -> f64) -> Vec<f64> {
        let mut unavailability = vec![0.0; self.nodes.len()];
        unavailability[FALSE] = 1.0;
        for (index, node) in self.nodes.iter().enumerate().skip(TRUE + 1) {
            let down = down(self.variables[node.level]);
            unavailability[index] =
                (1.0 - down) * unavailability[node.up] + down * unavailability[node.down];
        }
        unavailability
    }
}

/// How two diagrams are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operator {
    And,
    Or,
}

impl Operator {
    /// Returns the end that changes nothing.
    fn neutral(self) -> usize {
        match self {
            Self::And => TRUE,
            Self::Or => FALSE,
        }
    }

    /// Returns the result where one of the two decides it.
    fn decided(self, left: usize, right: usize) -> Option<usize> {
        let neutral = self.neutral();
        let absorbing = TRUE - neutral;
        if left == absorbing || right == absorbing {
            Some(absorbing)
        } else if left == neutral || left == right {
            Some(right)
        } else if right == neutral {
            Some(left)
        } else {
            None
        }
    }
}

/// A map whose keys are numbers of our own, which nobody chooses so that they collide.
type Quick<K, V> = HashMap<K, V, BuildHasherDefault<Mixer>>;

/// Mixes a few numbers by multiplying (Knuth, The Art of Computer Programming, volume
/// 3, section 6.4).
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|it| self.write_u64(u64::from(*it)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = self.0.rotate_left(23) ^ number;
        self.0 = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// A pair of nodes to join, the smaller first.
type Join = (Operator, usize, usize);

/// A diagram in the making.
struct Builder {
    nodes: Vec<Node>,
    unique: Quick<Node, usize>,
    joined: Quick<Join, usize>,
    budget: usize,
}

impl Builder {
    fn new(levels: usize, budget: usize) -> Self {
        let end = |index| Node {
            level: levels,
            up: index,
            down: index,
        };
        Self {
            nodes: vec![end(FALSE), end(TRUE)],
            unique: Quick::default(),
            joined: Quick::default(),
            budget,
        }
    }

    /// Finds or makes the node that asks for one part.
    fn node(&mut self, level: usize, up: usize, down: usize) -> Result<usize, NotEvaluated> {
        if up == down {
            return Ok(up);
        }
        let node = Node { level, up, down };
        if let Some(&index) = self.unique.get(&node) {
            return Ok(index);
        }
        self.spend()?;
        self.nodes.push(node);
        self.unique.insert(node, self.nodes.len() - 1);
        Ok(self.nodes.len() - 1)
    }

    fn spent(&self) -> usize {
        self.nodes.len() + self.joined.len()
    }

    /// Fails if there is no room for one more node or remembered step.
    fn spend(&self) -> Result<(), NotEvaluated> {
        let budget = self.budget;
        if self.spent() < budget {
            Ok(())
        } else {
            Err(NotEvaluated::TooLarge { budget })
        }
    }

    /// Joins many diagrams, those asked last first, so that each is put before
    /// what was joined already and does not have to pass it.
    fn all(&mut self, operator: Operator, mut parts: Vec<usize>) -> Result<usize, NotEvaluated> {
        parts.sort_unstable_by_key(|&part| (self.nodes[part].level, part));
        let mut whole = operator.neutral();
        for part in parts.into_iter().rev() {
            whole = self.join((operator, part, whole))?;
        }
        Ok(whole)
    }

    /// Joins diagrams of which so many must hold.
    fn at_least(&mut self, count: usize, mut parts: Vec<usize>) -> Result<usize, NotEvaluated> {
        parts.sort_unstable_by_key(|&part| (self.nodes[part].level, part));
        // At `n`: at least `n` of the parts joined so far hold.
        let mut enough = vec![FALSE; count + 1];
        enough[0] = TRUE;
        let all = parts.len();
        for (joined, part) in parts.into_iter().rev().enumerate() {
            // Fewer cannot become enough with those that are left, more are not there.
            let fewest = (count + joined + 1).saturating_sub(all).max(1);
            for n in (fewest..=count.min(joined + 1)).rev() {
                let with = self.join((Operator::And, part, enough[n - 1]))?;
                enough[n] = self.join((Operator::Or, with, enough[n]))?;
            }
        }
        Ok(enough[count])
    }

    /// Joins two diagrams, with a stack of our own: they are as deep as there
    /// are parts.
    fn join(&mut self, join: Join) -> Result<usize, NotEvaluated> {
        let mut open = vec![join];
        while let Some(&join) = open.last() {
            if self.known(join).is_none() {
                let (level, up, down) = self.halves(join);
                match (self.known(up), self.known(down)) {
                    (Some(up), Some(down)) => {
                        let index = self.node(level, up, down)?;
                        self.spend()?;
                        self.joined.insert(ordered(join), index);
                    }
                    (None, _) => open.push(up),
                    (_, None) => open.push(down),
                }
            } else {
                open.pop();
            }
        }
        Ok(self.known(join).expect("the last join was done"))
    }

    fn known(&self, join: Join) -> Option<usize> {
        let (operator, left, right) = join;
        let decided = operator.decided(left, right);
        decided.or_else(|| self.joined.get(&ordered(join)).copied())
    }

    /// Splits a join at the first part that either asks for.
    fn halves(&self, (operator, left, right): Join) -> (usize, Join, Join) {
        let level = self.nodes[left].level.min(self.nodes[right].level);
        let half = |index: usize| {
            let node = self.nodes[index];
            if node.level == level {
                (node.up, node.down)
            } else {
                (index, index)
            }
        };
        let ((left_up, left_down), (right_up, right_down)) = (half(left), half(right));
        let up = (operator, left_up, right_up);
        (level, up, (operator, left_down, right_down))
    }
}

fn ordered((operator, left, right): Join) -> Join {
    (operator, left.min(right), left.max(right))
}
