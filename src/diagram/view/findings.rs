//! What a review found, laid over the components.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::scene::{Key, Mark, Picture, Scene};
use crate::finding::{Finding, Severity};
use crate::lint::Design;
use crate::model::{Component, Element, Facts, Id, Origin, Place, Relation};
use crate::source::Span;

use super::components::drawing;
use super::drawing::Drawing;
use super::partition::{Part, Partition};
use super::{Keep, counted, heading};

/// How many numbers of findings stand at one box or arrow.
const MOST_ABOUT: usize = 6;
/// How many numbers of findings whose way leads over it stand there.
const MOST_ON_THE_WAY: usize = 2;

/// Returns the picture of the components that `keep` lets pass; `None` where
/// nothing was found or nothing can be drawn.
pub fn scene(design: &Design<'_>, findings: &[Finding], keep: Keep<'_>) -> Option<Scene> {
    let partition = Partition::new(design, keep);
    let mut drawing = drawing(design, keep, &partition);
    if findings.is_empty() || drawing.structure.nodes.is_empty() {
        return None;
    }
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| Reverse(finding.severity));
    let elements = Elements::of(design);
    let mut marks: BTreeMap<Spot, Vec<Mark>> = BTreeMap::new();
    for (at, finding) in sorted.iter().enumerate() {
        for (target, primary) in elements.targets(finding) {
            let Some(spot) = spot(design, &drawing, target) else {
                continue;
            };
            let mark = Mark {
                number: at + 1,
                severity: finding.severity,
                primary,
            };
            put(marks.entry(spot).or_default(), mark);
        }
    }
    let marked = marks.len();
    for (spot, marks) in marks {
        match spot {
            Spot::Arrow(at) => drawing.structure.edges[at].marks = readable(marks),
            Spot::Box(at) => drawing.structure.nodes[at].marks = readable(marks),
        }
    }
    drawing.structure.keys = sorted
        .iter()
        .enumerate()
        .map(|(at, finding)| key(design, at + 1, finding))
        .collect();
    Some(Scene {
        name: "findings".to_owned(),
        title: heading(design, "findings"),
        description: description(&sorted, marked),
        picture: Picture::Structure(drawing.structure),
    })
}

/// Where a mark stands, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    Arrow(usize),
    Box(usize),
}

/// What a finding may be about, as far as it can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Component(Id<Component>),
    Place(Id<Place>),
    Relation(Id<Relation>),
}

/// What stands where in the text, and what is called how.
struct Elements {
    /// Statements with what they are about; `None` for what is not drawn here.
    spans: Vec<(Span, Option<Target>)>,
    names: BTreeMap<String, Target>,
    /// What is not drawn here, by name, with its statement.
    others: BTreeMap<String, Vec<Span>>,
}

impl Elements {
    fn of(design: &Design<'_>) -> Elements {
        let mut elements = Elements {
            spans: Vec::new(),
            names: BTreeMap::new(),
            others: BTreeMap::new(),
        };
        elements.add_drawn(design);
        elements.add_connections(design);
        elements.add_others(design);
        elements
    }

    fn add_drawn(&mut self, design: &Design<'_>) {
        for (id, place) in design.model.places.iter() {
            let target = Target::Place(id);
            self.spans.push((place.head.span, Some(target)));
            self.names.insert(place.head.path.clone(), target);
        }
        for (id, component) in design.model.components.iter() {
            let target = Target::Component(id);
            self.spans.push((component.head.span, Some(target)));
            self.names.insert(component.head.path.clone(), target);
        }
    }

    fn add_connections(&mut self, design: &Design<'_>) {
        for (id, relation) in design.model.relations.iter() {
            let target = Some(Target::Relation(id));
            self.spans.push((relation.span, target));
            let repeated = relation.repeated.iter();
            self.spans.extend(repeated.map(|span| (*span, target)));
            self.spans
                .extend(stated(&relation.facts).map(|span| (span, target)));
            let (from, to) = (design.name(relation.from), design.name(relation.to));
            let plain = format!("{from} -> {to}");
            self.names.entry(plain).or_insert(Target::Relation(id));
        }
        for (id, _) in design.model.relations.iter() {
            self.names
                .insert(design.relation_name(id), Target::Relation(id));
        }
        for flow in design.model.flows.rows() {
            for (link, _) in flow.links() {
                let target = Some(Target::Relation(link.relation));
                self.spans.push((link.span, target));
                self.spans
                    .extend(stated(&link.facts).map(|span| (span, target)));
            }
        }
    }

    fn add_others(&mut self, design: &Design<'_>) {
        let model = design.model;
        let elements = model
            .entities
            .ids()
            .map(Element::Entity)
            .chain(model.apis.ids().map(Element::Api))
            .chain(model.decisions.ids().map(Element::Decision))
            .chain(model.estimates.ids().map(Element::Estimate))
            .chain(model.flows.ids().map(Element::Flow))
            .chain(model.loads.ids().map(Element::Load))
            .chain(model.operations.ids().map(Element::Operation))
            .chain(model.requirements.ids().map(Element::Requirement));
        for head in elements.filter_map(|element| model.head(element)) {
            self.spans.push((head.span, None));
            let spans = self.others.entry(head.path.clone()).or_default();
            spans.push(head.span);
        }
    }

    /// Returns what a finding is about, each with whether it is that rather than
    /// only on the way to it.
    fn targets(&self, finding: &Finding) -> BTreeMap<Target, bool> {
        let on_the_way = finding.trace.iter().flat_map(|step| self.at(step.span));
        let mut found: BTreeMap<Target, bool> = match finding.severity {
            Severity::Info => BTreeMap::new(),
            _ => on_the_way.map(|target| (target, false)).collect(),
        };
        let here = finding.primary.span;
        let subjects = finding.subjects.iter();
        let named = subjects.filter(|subject| !self.is_other(subject, here));
        let named = named.filter_map(|subject| self.names.get(subject).copied());
        found.extend(named.map(|target| (target, true)));
        found.extend(self.at(here).into_iter().map(|target| (target, true)));
        found
    }

    /// Tells whether a name is meant for something that is not drawn: the finding
    /// stands in its statement.
    fn is_other(&self, name: &str, here: Span) -> bool {
        let spans = self.others.get(name);
        spans.is_some_and(|spans| spans.iter().any(|span| span.contains(here)))
    }

    /// Returns what the smallest statement around a place is about.
    fn at(&self, place: Span) -> BTreeSet<Target> {
        let around = || self.spans.iter().filter(|(span, _)| span.contains(place));
        let size = |span: &Span| span.end - span.start;
        let smallest = around().map(|(span, _)| size(span)).min();
        around()
            .filter(|(span, _)| Some(size(span)) == smallest)
            .filter_map(|(_, target)| *target)
            .collect()
    }
}

fn stated(facts: &Facts) -> impl Iterator<Item = Span> {
    let own = facts.iter().filter(|fact| fact.origin == Origin::Stated);
    own.map(|fact| fact.span)
}

/// Returns where a target is in a picture; what has no arrow is where it ends.
fn spot(design: &Design<'_>, drawing: &Drawing, target: Target) -> Option<Spot> {
    let of_component = |id: &Id<Component>| drawing.boxes.get(id).map(|at| Spot::Box(*at));
    match target {
        Target::Component(id) => of_component(&id),
        Target::Place(id) => {
            let id = Part::Place(id).id(design);
            let nodes = drawing.structure.nodes.iter();
            nodes.clone().position(|node| node.id == id).map(Spot::Box)
        }
        Target::Relation(id) => match drawing.arrows.get(&id) {
            Some(at) => Some(Spot::Arrow(*at)),
            None => of_component(&design.model.relations[id].to),
        },
    }
}

/// Adds a mark; of one finding only one stands anywhere.
fn put(marks: &mut Vec<Mark>, mark: Mark) {
    match marks.iter_mut().find(|it| it.number == mark.number) {
        Some(known) => known.primary |= mark.primary,
        None => marks.push(mark),
    }
}

/// Keeps what can be read at one box: what is about it before what leads over it,
/// the worst first.
fn readable(marks: Vec<Mark>) -> Vec<Mark> {
    let (mut about, mut on_the_way): (Vec<Mark>, Vec<Mark>) =
        marks.into_iter().partition(|mark| mark.primary);
    about.truncate(MOST_ABOUT);
    on_the_way.truncate(MOST_ON_THE_WAY);
    about.extend(on_the_way);
    about
}

fn key(design: &Design<'_>, number: usize, finding: &Finding) -> Key {
    let span = finding.primary.span;
    let mut files = design.sources.iter();
    let known = files.any(|(id, _)| id == span.file);
    let place = known.then(|| {
        let name = &design.sources.file(span.file).name;
        format!("{name}:{}", design.sources.position(span).line)
    });
    Key {
        number,
        severity: finding.severity,
        rule: finding.rule.to_string(),
        message: finding.message.clone(),
        help: finding.help.clone(),
        place: place.unwrap_or_default(),
        fingerprint: finding.fingerprint(),
    }
}

/// Counts findings: `2 errors and 3 warnings, marked in 4 places of the picture.`
fn description(findings: &[&Finding], marked: usize) -> String {
    let of = |severity: Severity| findings.iter().filter(|it| it.severity == severity).count();
    let counts = [
        (of(Severity::Error), "error"),
        (of(Severity::Warning), "warning"),
        (of(Severity::Info), "note"),
    ];
    let counts = counts.iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts
        .map(|(number, noun)| counted(*number, noun))
        .collect();
    let places = counted(marked, "place");
    format!("{}, marked in {places} of the picture.", listed(&counts))
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
