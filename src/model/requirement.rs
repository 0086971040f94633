//! What must hold.

use crate::quantity::Quantity;
use crate::source::Span;
use crate::syntax::tree::{self, Comparison, Head as Shape};
use crate::vocabulary::{self, Owners};

use super::resolve::{Pending, Resolver};
use super::{Element, Facts, Head, Id};

/// A requirement of any kind.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Name, title and places.
    pub head: Head,
    /// Which kind it is.
    pub kind: RequirementKind,
    /// The types after the colon, such as `latency`.
    pub types: Vec<String>,
    /// What its block says.
    pub facts: Facts,
    /// Its targets.
    pub demands: Vec<Demand>,
    /// What it is said of; empty for the whole system.
    pub scope: Vec<Element>,
}

/// The kinds of requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirementKind {
    /// Taken for true.
    Assumption,
    /// Out of scope.
    Excluded,
    /// What users can do.
    Functional,
    /// How well.
    Quality,
    /// Still open.
    Question,
}

/// `measure < quantity`: a target that must hold.
#[derive(Clone, Debug)]
pub struct Demand {
    /// `p99`, `availability` …
    pub measure: String,
    /// How the measure compares with the bound.
    pub comparison: Comparison,
    /// The bound.
    pub bound: Quantity,
    /// The whole statement.
    pub span: Span,
}

impl Requirement {
    /// Tells whether it is a quality of that type.
    pub fn is_quality(&self, word: &str) -> bool {
        self.kind == RequirementKind::Quality && self.types.iter().any(|it| it == word)
    }

    /// Tells whether it is put off.
    pub fn is_later(&self) -> bool {
        ["later", "low", "could"]
            .iter()
            .any(|word| self.facts.says("priority", word))
    }

    /// Returns its first target for a measure.
    pub fn demand(&self, measure: &str) -> Option<&Demand> {
        self.demands.iter().find(|demand| demand.measure == measure)
    }

    /// Tells whether it is said of the whole system.
    pub fn is_global(&self) -> bool {
        self.scope.is_empty()
    }

    /// Returns how it is called in messages: its name, else its title.
    pub fn label(&self) -> &str {
        match (self.head.name.as_str(), &self.head.title) {
            ("", Some(title)) => title,
            ("", None) => self.types.first().map_or("requirement", String::as_str),
            (name, _) => name,
        }
    }
}

impl Demand {
    /// Returns the demand as it would be written: `p99 < 200ms`.
    pub fn words(&self) -> String {
        format!(
            "{} {} {}",
            self.measure,
            self.comparison.symbol(),
            self.bound
        )
    }

    /// Tells whether it bounds from above.
    pub fn is_upper(&self) -> bool {
        matches!(self.comparison, Comparison::Less | Comparison::LessOrEqual)
    }

    /// Tells whether it bounds from below.
    pub fn is_lower(&self) -> bool {
        matches!(
            self.comparison,
            Comparison::Greater | Comparison::GreaterOrEqual
        )
    }
}

impl<'t> Resolver<'t> {
    pub(super) fn read_requirement(&mut self, id: Id<Requirement>, pending: &Pending<'t>) {
        let kind = self.model.requirements[id].kind;
        let owners = match kind {
            RequirementKind::Quality => Owners::REQUIREMENT.with(Owners::QUALITY),
            _ => Owners::REQUIREMENT,
        };
        let what = kind.word();
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let mut facts = Facts::default();
        let mut demands = Vec::new();
        for said in self.statements(&block.items) {
            match &said.statement.head {
                Shape::Demand(demand) if kind != RequirementKind::Functional => {
                    demands.extend(self.read_demand(demand, said.span));
                }
                _ => {
                    let fact = self.read_fact_of(&said, owners, what, &pending.scope.path, None);
                    if let Some(fact) = fact {
                        self.add_fact(&mut facts, fact);
                    }
                }
            }
        }
        let requirement = &mut self.model.requirements[id];
        requirement.scope = facts.targets("on").collect();
        requirement.facts = facts;
        requirement.demands = demands;
    }

    /// Reads `measure < quantity`.
    pub(super) fn read_demand(&mut self, demand: &tree::Demand, span: Span) -> Option<Demand> {
        let Some(measure) = vocabulary::measure_word(&demand.measure.text) else {
            let name = tree::Name {
                text: demand.measure.text.clone(),
                span: demand.measure.span,
            };
            let known = vocabulary::MEASURES
                .iter()
                .map(|(word, ..)| (*word).to_owned());
            self.unknown_word(
                "measure",
                &name,
                known.chain(["p50", "p95", "p99"].map(str::to_owned)),
            );
            return None;
        };
        let bound = self.single_quantity(&demand.bound, &[measure])?;
        let measure = demand.measure.text.clone();
        Some(Demand {
            measure,
            comparison: demand.comparison,
            bound,
            span,
        })
    }
}

impl RequirementKind {
    /// Returns the first word that declares it.
    pub fn word(self) -> &'static str {
        match self {
            RequirementKind::Assumption => "assumption",
            RequirementKind::Excluded => "excluded",
            RequirementKind::Functional => "functional",
            RequirementKind::Quality => "quality",
            RequirementKind::Question => "question",
        }
    }
}
