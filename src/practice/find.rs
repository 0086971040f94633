//! What expectations find in an answer.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Answer, Hop, Walk};
use super::score::{Line, Place};
use super::words::recognised;
use crate::model::{
    Component, Element, Entity, Expectation, FactItem, Filter, Id, Model, Operation, Pattern,
    Schedule, Selector, Target, Wanted,
};
use crate::source::{Sources, Span};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// A search through an answer; what an expectation finds is kept for the others.
pub struct Search<'s, 'a> {
    /// The problem.
    pub problem: &'s Model,
    /// Its texts.
    pub texts: &'s Sources,
    /// The answer.
    pub answer: &'s Answer<'a>,
    known: RefCell<BTreeMap<usize, Found>>,
    open: RefCell<BTreeSet<usize>>,
}

/// What an expectation found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What its name stands for.
    pub elements: Vec<Element>,
    /// What came of each line.
    pub lines: Vec<Line>,
    /// How many of the lines, the first, look into the answer itself; the others are
    /// about its review.
    pub own: usize,
    /// Whether another expectation answers it already.
    pub excused: Option<String>,
}

impl Found {
    /// Tells whether others need not be met. What the review finds elsewhere in the
    /// answer is no reason that they must.
    fn excuses(&self) -> bool {
        let own = self.own_lines();
        self.excused.is_some() || !own.is_empty() && own.iter().all(|line| line.met)
    }

    /// Returns the lines that look into the answer itself.
    pub fn own_lines(&self) -> &[Line] {
        &self.lines[..self.own]
    }
}

/// What one side of a connection means in an answer.
#[derive(Default)]
struct Side {
    components: BTreeSet<Id<Component>>,
    operations: BTreeSet<Id<Operation>>,
    flows: BTreeSet<usize>,
}

impl<'s, 'a> Search<'s, 'a> {
    /// Begins to search.
    pub fn new(problem: &'s Model, texts: &'s Sources, answer: &'s Answer<'a>) -> Search<'s, 'a> {
        Search {
            problem,
            texts,
            answer,
            known: RefCell::default(),
            open: RefCell::default(),
        }
    }

    /// Returns what an expectation finds. One that needs itself finds nothing; that
    /// was reported where the problem was read.
    pub fn found(&self, id: Id<Expectation>) -> Found {
        if let Some(known) = self.known.borrow().get(&id.index()) {
            return known.clone();
        }
        if !self.open.borrow_mut().insert(id.index()) {
            return Found::default();
        }
        let found = self.look_for(&self.problem.expectations[id]);
        self.open.borrow_mut().remove(&id.index());
        self.known.borrow_mut().insert(id.index(), found.clone());
        found
    }

    fn look_for(&self, expectation: &Expectation) -> Found {
        let mut found = Found::default();
        for (at, wanted) in expectation.require.iter().enumerate() {
            let narrowed = (at == 0).then_some(expectation);
            let (elements, line) = self.line(wanted, narrowed);
            if at == 0 {
                found.elements = elements;
            }
            found.lines.push(line);
        }
        found.own = found.lines.len();
        found.lines.extend(self.review(expectation));
        let enough = expectation
            .unless
            .iter()
            .find(|(id, _)| self.found(*id).excuses());
        found.excused = enough.map(|(id, _)| self.problem.expectations[*id].head.name.clone());
        found
    }

    /// Returns what the review has to say, where the expectation asks it.
    fn review(&self, expectation: &Expectation) -> Option<Line> {
        if expectation.without.is_empty() {
            return None;
        }
        let names = expectation.without.iter().map(|(name, _)| name.as_str());
        let names: Vec<&str> = names.collect();
        let mut findings = self.answer.outcome.findings.iter();
        let against = findings.find(|it| names.contains(&it.rule.as_str()));
        Some(Line {
            asked: format!("without `{}`", names.join("`, `")),
            met: against.is_none(),
            reason: against.map_or_else(
                || "the review has none of these findings".to_owned(),
                |it| format!("the review says: {} (`{}`)", it.message, it.rule),
            ),
            at: against
                .into_iter()
                .map(|it| self.place(it.primary.span))
                .collect(),
        })
    }

    fn line(&self, wanted: &Wanted, narrowed: Option<&Expectation>) -> (Vec<Element>, Line) {
        let asked = self.texts.text(wanted.span);
        let asked = asked.split_whitespace().collect::<Vec<_>>().join(" ");
        let result = match &wanted.pattern {
            Pattern::Things(things) => {
                let of: Vec<&Selector> = things.iter().map(|it| &it.of).collect();
                self.things(&of, narrowed)
            }
            Pattern::Link { from, arrow, to } => self.link(from, *arrow, to, narrowed),
            Pattern::Path { from, to, through } => self.path([from, to, through], narrowed),
        };
        let (elements, reason) = match result {
            Ok(elements) => (elements.clone(), self.words_for(&elements)),
            Err(reason) => (Vec::new(), reason),
        };
        let met = !elements.is_empty();
        let at = elements
            .iter()
            .filter_map(|it| self.place_of(*it))
            .collect();
        (
            elements,
            Line {
                asked,
                met,
                reason,
                at,
            },
        )
    }

    /// Returns everything of the answer that one of the selectors means, or why
    /// there is nothing.
    fn things(
        &self,
        of: &[&Selector],
        narrowed: Option<&Expectation>,
    ) -> Result<Vec<Element>, String> {
        let model = self.answer.model();
        let relations = model.relations.ids().map(Element::Relation);
        let all: Vec<Element> = model.elements().chain(relations).collect();
        let is = |it: &Element| of.iter().any(|selector| self.is(selector, *it));
        let kin: Vec<Element> = all.into_iter().filter(is).collect();
        if kin.is_empty() {
            return Err(self.none_of(of));
        }
        let holds = |it: &Element| of.iter().any(|selector| self.means(selector, *it));
        let meant: Vec<Element> = kin.iter().copied().filter(holds).collect();
        if meant.is_empty() {
            return Err(format!("looked at {}", self.words_for(&kin)));
        }
        let meant = self.narrowed(meant, narrowed)?;
        let counted = meant.iter().copied().filter(|it| self.answer.counts(*it));
        let counted: Vec<Element> = counted.collect();
        match counted.is_empty() {
            true => Err(self.idle(&meant)),
            false => Ok(counted),
        }
    }

    /// Says why what is there does not count.
    fn idle(&self, meant: &[Element]) -> String {
        let words = self.words_for(meant);
        match meant.iter().all(|it| matches!(it, Element::Decision(_))) {
            true => format!("{words} decides about a design of which most flows are not there yet"),
            false if meant.len() > 1 => format!("{words} stand in no flow that happens"),
            false => format!("{words} stands in no flow that happens"),
        }
    }

    fn narrowed(
        &self,
        meant: Vec<Element>,
        by: Option<&Expectation>,
    ) -> Result<Vec<Element>, String> {
        let Some(by) = by.filter(|it| !it.called.is_empty() || !it.with.is_empty()) else {
            return Ok(meant);
        };
        let found = recognised(self.answer.model(), &meant, &by.called, &by.with);
        if !found.is_empty() {
            return Ok(found);
        }
        let known = match (by.called.is_empty(), by.with.is_empty()) {
            (false, true) => format!("is called {}", some(&by.called)),
            (true, _) => format!("has a field {}", some(&by.with)),
            (false, false) => format!(
                "is called {} or has a field {}",
                some(&by.called),
                some(&by.with)
            ),
        };
        Err(format!("of {} none {known}", self.words_for(&meant)))
    }

    fn none_of(&self, of: &[&Selector]) -> String {
        let missing = of.iter().filter_map(|it| match it.target {
            Target::Expected(id) => Some(&self.problem.expectations[id].head),
            _ => None,
        });
        let missing: BTreeSet<&str> = missing
            .map(|head| head.title.as_deref().unwrap_or(&head.name))
            .collect();
        let missing: Vec<&str> = missing.into_iter().collect();
        match missing.as_slice() {
            [] => format!("there is no `{}`", self.texts_of(of)),
            titles => format!("it needs what is missing: \"{}\"", titles.join("\", \"")),
        }
    }

    /// Tells whether something is of the sort that stands before the brackets.
    fn is(&self, selector: &Selector, element: Element) -> bool {
        match selector.target {
            Target::Expected(id) => self.found(id).elements.contains(&element),
            _ => selector.target.is(self.answer.model(), element),
        }
    }

    fn means(&self, selector: &Selector, element: Element) -> bool {
        let holds = |filter: &Filter| match filter {
            Filter::Expected(key, id) => self.names(element, key, *id),
            _ => {
                let by_step = matches!(element, Element::Relation(id)
                    if self.answer.is_stated_by_step(id, filter));
                by_step || filter.holds(self.answer.model(), element)
            }
        };
        self.is(selector, element) && selector.filters.iter().all(holds)
    }

    /// Tells whether something names, under a key, what an expectation found.
    fn names(&self, element: Element, key: &str, id: Id<Expectation>) -> bool {
        let wanted = self.found(id).elements;
        let facts = self.answer.model().facts(element);
        let items = facts.map_or(&[][..], |facts| facts.items(key));
        let stated = items.iter().any(|item| match item {
            FactItem::Data(data) => wanted.contains(&Element::Entity(data.entity)),
            FactItem::Schedule(Schedule::On(id)) => wanted.contains(&Element::Component(*id)),
            FactItem::Target(target) => wanted.contains(target),
            _ => false,
        });
        let entities = wanted.iter().filter_map(|it| match it {
            Element::Entity(id) => Some(*id),
            _ => None,
        });
        stated
            || entities
                .into_iter()
                .any(|it| self.touches(element, key, it))
    }

    /// Tells whether something reads, writes or keeps an entity without saying so
    /// itself.
    fn touches(&self, element: Element, key: &str, entity: Id<Entity>) -> bool {
        let design = self.answer.design;
        let visits = || design.visits().iter();
        match (element, key) {
            (Element::Operation(id), "writes") => {
                // What fills a cache of what is kept elsewhere changes nothing.
                let is_cache = |id| self.answer.model().components[id].is(Traits::CACHES);
                let kept = design.keepers(entity).into_iter().any(|id| !is_cache(id));
                let changes = |to| !kept || !is_cache(to);
                let written = visits().any(|it| {
                    it.operation == Some(id) && it.writes.contains(&entity) && changes(it.to)
                });
                let operation = &self.answer.model().operations[id];
                let named = || design.entities_touched(id).contains(&entity);
                written || operation.mutates() && !operation.facts.has("writes") && named()
            }
            (Element::Operation(id), "reads") => {
                let mut results = self.answer.model().operations[id].result_entities();
                results.any(|(it, _)| it == entity)
                    || visits().any(|it| it.operation == Some(id) && it.reads.contains(&entity))
            }
            (Element::Flow(id), "reads") => {
                visits().any(|it| it.flow == Some(id) && it.reads.contains(&entity))
            }
            (Element::Flow(id), "writes") => {
                visits().any(|it| it.flow == Some(id) && it.writes.contains(&entity))
            }
            (Element::Component(id), "reads") => {
                visits().any(|it| it.from == id && it.reads.contains(&entity))
            }
            (Element::Component(id), "writes") => {
                visits().any(|it| it.from == id && it.writes.contains(&entity))
            }
            (Element::Component(id), "stores") => design.keepers(entity).contains(&id),
            (Element::Component(id), "carries") => design.entities_in(id).contains(&entity),
            _ => false,
        }
    }

    /// Returns what a side of a connection means, or why there is nothing.
    fn side(&self, of: &[Selector], narrowed: Option<&Expectation>) -> Result<Side, String> {
        let of: Vec<&Selector> = of.iter().collect();
        let mut side = Side::default();
        for element in self.things(&of, narrowed)? {
            match element {
                Element::Component(id) => {
                    side.components.insert(id);
                }
                Element::Entity(id) => side.components.extend(self.answer.design.keepers(id)),
                Element::Flow(id) => {
                    side.flows.insert(id.index());
                }
                Element::Operation(id) => {
                    side.operations.insert(id);
                }
                Element::Place(_) => side.components.extend(self.standing_in(element)),
                _ => {}
            }
        }
        Ok(side)
    }

    fn standing_in(&self, place: Element) -> Vec<Id<Component>> {
        let model = self.answer.model();
        let stands = |id: &Id<Component>| {
            let mut around = model.components[*id].place;
            while let Some(at) = around {
                if Element::Place(at) == place {
                    return true;
                }
                around = model.places[at].parent;
            }
            false
        };
        model.components.ids().filter(stands).collect()
    }

    /// Returns the walks of a side: those of its operations and flows.
    fn walks(&self, side: &Side) -> Vec<&Walk> {
        let walks = self.answer.walks.iter().filter(|walk| {
            let realises = walk
                .operation
                .is_some_and(|it| side.operations.contains(&it));
            realises || side.flows.contains(&walk.flow.index())
        });
        walks.collect()
    }

    fn link(
        &self,
        from: &[Selector],
        arrow: Option<Arrow>,
        to: &[Selector],
        narrowed: Option<&Expectation>,
    ) -> Result<Vec<Element>, String> {
        let starts = self.side(from, narrowed)?;
        let ends = self.side(to, None)?;
        let of_flows = self.walks(&starts).into_iter().flat_map(|walk| &walk.hops);
        let everywhere = self.answer.walks.iter().flat_map(|walk| &walk.hops);
        let of_components = everywhere.filter(|hop| {
            let asked = if hop.asks == hop.from {
                hop.to
            } else {
                hop.from
            };
            let asks = starts.components.contains(&hop.asks) && ends.components.contains(&asked);
            asks || starts.components.contains(&hop.from) && ends.components.contains(&hop.to)
        });
        let fits = |hop: &&Hop| {
            let asked = if hop.asks == hop.from {
                hop.to
            } else {
                hop.from
            };
            let ended = ends.components.contains(&hop.to) || ends.components.contains(&asked);
            ended && arrow.is_none_or(|it| it == hop.arrow)
        };
        let hops: Vec<&Hop> = of_flows.chain(of_components).filter(fits).collect();
        let met = hops
            .iter()
            .map(|hop| match ends.components.contains(&hop.to) {
                true => hop.to,
                false => hop.from,
            });
        let met: BTreeSet<Id<Component>> = met.collect();
        match met.is_empty() {
            true => Err(self.no_way(&starts, &ends, arrow.is_some())),
            false => Ok(met.into_iter().map(Element::Component).collect()),
        }
    }

    fn path(
        &self,
        [from, to, through]: [&[Selector]; 3],
        narrowed: Option<&Expectation>,
    ) -> Result<Vec<Element>, String> {
        let starts = self.side(from, narrowed)?;
        let ends = self.side(to, None)?;
        let between = match through {
            [] => None,
            _ => Some(self.side(through, None)?),
        };
        let mut arrived = false;
        let mut met = BTreeSet::new();
        for (walk, reach) in self.ways(&starts) {
            for (at, hop) in walk.hops.iter().enumerate() {
                if !ends.components.contains(&hop.to) || !reach.contains(&hop.to) {
                    continue;
                }
                arrived = true;
                match &between {
                    None => {
                        met.insert(hop.to);
                    }
                    Some(between) => met.extend(passed(&walk.hops[..=at], between, &reach)),
                }
            }
        }
        if !met.is_empty() {
            return Ok(met.into_iter().map(Element::Component).collect());
        }
        Err(match arrived {
            true => {
                let ends = self.components_words(&ends.components);
                let of: Vec<&Selector> = through.iter().collect();
                format!(
                    "reaches {ends}, but passes no `{}` before",
                    self.texts_of(&of)
                )
            }
            false => self.no_way(&starts, &ends, false),
        })
    }

    /// Returns the walks that a side begins, each with all that is reached on it.
    fn ways(&self, starts: &Side) -> Vec<(&Walk, BTreeSet<Id<Component>>)> {
        let mut ways: Vec<(&Walk, BTreeSet<Id<Component>>)> = Vec::new();
        for walk in self.walks(starts) {
            let all = walk.hops.iter().flat_map(|hop| [hop.from, hop.to]);
            ways.push((walk, all.collect()));
        }
        for walk in &self.answer.walks {
            let reach = reach(&walk.hops, &starts.components);
            if !reach.is_empty() {
                ways.push((walk, reach));
            }
        }
        ways
    }

    fn no_way(&self, starts: &Side, ends: &Side, by_arrow: bool) -> String {
        if ends.components.is_empty() {
            return "nothing that can be reached".to_owned();
        }
        let flows = self.walks(starts);
        if flows.is_empty() && starts.components.is_empty() {
            let operations = starts.operations.iter().map(|it| Element::Operation(*it));
            let operations: Vec<Element> = operations.collect();
            return match operations.is_empty() {
                true => "nothing that has a way".to_owned(),
                false => format!("no flow realises {}", self.words_for(&operations)),
            };
        }
        let visited = flows.iter().flat_map(|walk| &walk.hops).map(|hop| hop.to);
        let visited: BTreeSet<Id<Component>> = visited.collect();
        let ends = self.components_words(&ends.components);
        let so = if by_arrow { " that way" } else { "" };
        match visited.is_empty() {
            true => format!(
                "no flow leads from {} to {ends}{so}",
                self.components_words(&starts.components)
            ),
            false => format!(
                "reaches {}, not {ends}{so}",
                self.components_words(&visited)
            ),
        }
    }

    fn texts_of(&self, of: &[&Selector]) -> String {
        let texts = of.iter().map(|it| self.texts.text(it.span));
        texts.collect::<Vec<_>>().join(", ")
    }

    fn components_words(&self, all: &BTreeSet<Id<Component>>) -> String {
        let all: Vec<Element> = all.iter().map(|it| Element::Component(*it)).collect();
        self.words_for(&all)
    }

    /// Returns the names of elements, of many the first.
    pub fn words_for(&self, all: &[Element]) -> String {
        const NAMED: usize = 5;
        let names = all.iter().take(NAMED);
        let names = names.map(|it| format!("`{}`", self.answer.design.label(*it)));
        let names: Vec<String> = names.collect();
        match all.len().saturating_sub(NAMED) {
            0 => names.join(", "),
            more => format!("{} and {more} more", names.join(", ")),
        }
    }

    fn place_of(&self, element: Element) -> Option<Place> {
        let model = self.answer.model();
        match element {
            Element::Relation(id) => Some(self.place(model.relations[id].span)),
            _ => model.head(element).map(|head| self.place(head.name_span)),
        }
    }

    /// Returns a place of the answer.
    pub fn place(&self, span: Span) -> Place {
        place(self.answer, span)
    }
}

/// Returns a place of an answer.
pub fn place(answer: &Answer<'_>, span: Span) -> Place {
    let sources = answer.design.sources;
    Place {
        file: sources.file(span.file).name.clone(),
        line: u32::try_from(sources.position(span).line).unwrap_or(u32::MAX),
    }
}

/// Returns what is passed on a way before its last step arrives.
fn passed(hops: &[Hop], between: &Side, reach: &BTreeSet<Id<Component>>) -> Vec<Id<Component>> {
    let Some((last, before)) = hops.split_last() else {
        return Vec::new();
    };
    let visited = before.iter().flat_map(|hop| [hop.from, hop.to]);
    let visited = visited.chain([last.from]).filter(|it| reach.contains(it));
    visited
        .filter(|it| between.components.contains(it))
        .collect()
}

/// Returns what the steps reach from some components: them and all behind them.
fn reach(hops: &[Hop], starts: &BTreeSet<Id<Component>>) -> BTreeSet<Id<Component>> {
    let from = hops
        .iter()
        .map(|hop| hop.from)
        .filter(|it| starts.contains(it));
    let mut found: BTreeSet<Id<Component>> = from.collect();
    while let Some(hop) = hops
        .iter()
        .find(|hop| found.contains(&hop.from) && !found.contains(&hop.to))
    {
        found.insert(hop.to);
    }
    found
}

/// So many words are named of those by which something is recognised.
const NAMED: usize = 4;

fn some(words: &[String]) -> String {
    let named = words.iter().take(NAMED).map(|it| format!("`{it}`"));
    let named = named.collect::<Vec<_>>().join(", ");
    match words.len() > NAMED {
        true => format!("{named} or the like"),
        false => named,
    }
}
