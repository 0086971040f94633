//! Where numbers come from, as readers see it.

use serde::Serialize;

use crate::analysis::input::{self, Given};
use crate::analysis::success::Success;
use crate::model::{Element, Id, Model, Relation};
use crate::source::{Sources, Span};

/// What the parts are made of.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The design.
    pub model: &'a Model,
    /// What must be up for it to do its work.
    pub success: &'a Success,
    /// Its texts.
    pub sources: &'a Sources,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The path of the file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A number that went in.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// What it is: `feeds.capacity`.
    pub name: String,
    /// In the base unit of its dimension: seconds, bytes, requests a second, shares; null
    /// where it has no end.
    pub value: f64,
    /// As a reader knows it: `5k/s`.
    pub words: String,
    /// Where the design states it.
    pub stated: Option<Place>,
    /// Why it is assumed, where the design does not state it.
    pub assumed: Option<String>,
}

/// A number that would be needed and is not stated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// What is not stated: "`feeds -> feedStore` states no latency".
    pub what: String,
    /// The statement that could say it.
    pub place: Place,
}

impl Context<'_> {
    /// Returns a place as a reader finds it.
    pub fn place(&self, span: Span) -> Place {
        let at = self.sources.position(span);
        Place {
            path: self.sources.file(span.file).name.clone(),
            line: at.line,
            column: at.column,
        }
    }

    /// Returns inputs as a reader knows them, each once.
    pub fn inputs<'i>(&self, inputs: impl IntoIterator<Item = &'i input::Input>) -> Vec<Input> {
        let mut known: Vec<Input> = inputs.into_iter().map(|it| self.input(it)).collect();
        known.sort_by(|a, b| (&a.name, &a.words).cmp(&(&b.name, &b.words)));
        known.dedup();
        known
    }

    /// Returns an input as a reader knows it.
    pub fn input(&self, input: &input::Input) -> Input {
        let (stated, assumed) = match &input.given {
            Given::Stated(span) => (Some(self.place(*span)), None),
            Given::Assumed(why) => (None, Some(why.clone())),
        };
        Input {
            name: input.name.clone(),
            value: input.value,
            words: input.words.clone(),
            stated,
            assumed,
        }
    }

    /// Returns what is missing as a reader finds it, each once.
    pub fn missing<'i>(
        &self,
        missing: impl IntoIterator<Item = &'i input::Missing>,
    ) -> Vec<Missing> {
        let place = |it: &input::Missing| Missing {
            what: it.what.clone(),
            place: self.place(it.span),
        };
        let mut known: Vec<Missing> = missing.into_iter().map(place).collect();
        known.sort();
        known.dedup();
        known
    }

    /// Returns what an element is called: the path of a component, `Api.operation`,
    /// the name of a flow.
    pub fn name(&self, element: Element) -> String {
        match element {
            Element::Operation(id) => {
                let operation = &self.model.operations[id];
                let api = &self.model.apis[operation.api].head.name;
                format!("{api}.{}", operation.head.name)
            }
            Element::Relation(id) => self.relation(id),
            _ => match self.model.head(element) {
                Some(head) => head.path.clone(),
                None => String::new(),
            },
        }
    }

    /// Returns a connection as it is written: `gate -> feeds`.
    pub fn relation(&self, id: Id<Relation>) -> String {
        let relation = &self.model.relations[id];
        let (from, to) = (self.model.name(relation.from), self.model.name(relation.to));
        format!("{from} {} {to}", relation.arrow.symbol())
    }
}
