//! Monotone formulas whose parts are shared.

use std::collections::HashMap;

/// A part of a [`Formula`], valid for the formula that made it.
///
/// A term is made after its children and is greater than all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(u32);

/// What a term says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Always holds; never a child.
    True,
    /// Never holds; never a child.
    False,
    /// Holds while this part is up.
    Variable(u32),
    /// Holds if all children do; two or more, sorted, none twice.
    All(Box<[Term]>),
    /// Holds if any child does; two or more, sorted, none twice.
    Any(Box<[Term]>),
    /// Holds if so many children do, more than one and not all; sorted, and one
    /// that stands twice counts twice.
    AtLeast(usize, Box<[Term]>),
}

/// An arena of terms in which equal terms are one.
#[derive(Clone, Debug, Default)]
pub struct Formula {
    shapes: Vec<Shape>,
    known: HashMap<Shape, Term>,
}

impl Formula {
    /// Makes an arena without terms.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the term that always holds.
    pub fn always(&mut self) -> Term {
        self.intern(Shape::True)
    }

    /// Makes the term that never holds.
    pub fn never(&mut self) -> Term {
        self.intern(Shape::False)
    }

    /// Makes the term that holds while a part is up.
    pub fn variable(&mut self, variable: u32) -> Term {
        self.intern(Shape::Variable(variable))
    }

    /// Makes the term that holds if all children do; so it does without any.
    pub fn all(&mut self, children: impl IntoIterator<Item = Term>) -> Term {
        let mut children: Vec<Term> = children.into_iter().collect();
        if children.iter().any(|&child| self.is(child, &Shape::False)) {
            return self.never();
        }
        children.retain(|&child| !self.is(child, &Shape::True));
        children.sort_unstable();
        children.dedup();
        match children[..] {
            [] => self.always(),
            [only] => only,
            _ => self.intern(Shape::All(children.into())),
        }
    }

    /// Makes the term that holds if any child does; without any it never does.
    pub fn any(&mut self, children: impl IntoIterator<Item = Term>) -> Term {
        let mut children: Vec<Term> = children.into_iter().collect();
        if children.iter().any(|&child| self.is(child, &Shape::True)) {
            return self.always();
        }
        children.retain(|&child| !self.is(child, &Shape::False));
        children.sort_unstable();
        children.dedup();
        match children[..] {
            [] => self.never(),
            [only] => only,
            _ => self.intern(Shape::Any(children.into())),
        }
    }

    /// Makes the term that holds if at least `count` children do; a child that
    /// is given twice counts twice.
    pub fn at_least(&mut self, count: usize, children: impl IntoIterator<Item = Term>) -> Term {
        let mut children: Vec<Term> = children.into_iter().collect();
        let given = children.len();
        children.retain(|&child| !self.is(child, &Shape::True));
        let count = count.saturating_sub(given - children.len());
        children.retain(|&child| !self.is(child, &Shape::False));
        match count {
            0 => self.always(),
            1 => self.any(children),
            _ if count > children.len() => self.never(),
            _ if count == children.len() => self.all(children),
            _ => {
                children.sort_unstable();
                self.intern(Shape::AtLeast(count, children.into()))
            }
        }
    }

    /// Returns what a term says.
    pub fn shape(&self, term: Term) -> &Shape {
        &self.shapes[term.0 as usize]
    }

    /// Tells whether a term holds while exactly these parts are up.
    pub fn holds(&self, root: Term, up: impl Fn(u32) -> bool) -> bool {
        let below = self.below(root);
        let mut holds = Vec::with_capacity(below.len());
        for &term in &below {
            let holding = |children: &[Term]| {
                let held = children
                    .iter()
                    .filter(|&&child| holds[place(&below, child)]);
                held.count()
            };
            holds.push(match self.shape(term) {
                Shape::True => true,
                Shape::False => false,
                Shape::Variable(variable) => up(*variable),
                Shape::All(children) => holding(children) == children.len(),
                Shape::Any(children) => holding(children) > 0,
                Shape::AtLeast(count, children) => holding(children) >= *count,
            });
        }
        holds[below.len() - 1]
    }

    /// Returns the parts that a term speaks of, each once, depth first.
    pub fn variables(&self, root: Term) -> Vec<u32> {
        let mut variables = Vec::new();
        self.walk(root, |term| {
            if let Shape::Variable(variable) = self.shape(term) {
                variables.push(*variable);
            }
        });
        variables
    }

    /// Returns a term and all under it, children before their parents.
    pub fn below(&self, root: Term) -> Vec<Term> {
        let mut below = Vec::new();
        self.walk(root, |term| below.push(term));
        below.sort_unstable();
        below
    }

    /// Returns the children of a term.
    pub fn children(&self, term: Term) -> &[Term] {
        match self.shape(term) {
            Shape::True | Shape::False | Shape::Variable(_) => &[],
            Shape::All(children) | Shape::Any(children) | Shape::AtLeast(_, children) => children,
        }
    }

    /// Visits a term and all under it once each, depth first.
    fn walk(&self, root: Term, mut visit: impl FnMut(Term)) {
        // Children are made before their parents.
        let mut seen = vec![false; root.0 as usize + 1];
        let mut open = vec![root];
        while let Some(term) = open.pop() {
            if !std::mem::replace(&mut seen[term.0 as usize], true) {
                visit(term);
                open.extend(self.children(term).iter().rev());
            }
        }
    }

    fn is(&self, term: Term, shape: &Shape) -> bool {
        self.shape(term) == shape
    }

    fn intern(&mut self, shape: Shape) -> Term {
        if let Some(&term) = self.known.get(&shape) {
            return term;
        }
        let index = u32::try_from(self.shapes.len()).expect("fewer than 2^32 terms fit in memory");
        let term = Term(index);
        self.shapes.push(shape.clone());
        self.known.insert(shape, term);
        term
    }
}

/// Returns where a term stands in what [`Formula::below`] gave.
pub(super) fn place(below: &[Term], term: Term) -> usize {
    below
        .binary_search(&term)
        .expect("children lie below their parents")
}
