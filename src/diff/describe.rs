//! A design as a list of things with facts: what can change.

use std::collections::BTreeMap;

use super::steps::Line;
use super::things::{RELATION, Rank, Thing};
use super::words::{Said, Words, one_line};
use crate::model::{
    Component, Demand, Element, Entity, Estimate, Facts, Field, FieldType, Flow, Group, GroupKind,
    Head, Id, Link, Load, Model, Operation, Origin, Parameter, Piece, Place, Relation, Requirement,
    Step, Technology,
};
use crate::source::Sources;

/// Lists the things of a design.
pub fn describe(model: &Model, sources: &Sources) -> Vec<Thing> {
    let it = Words { model, sources };
    let mut things: Vec<Thing> = system(&it).into_iter().collect();
    let requirements = model.requirements.rows().iter();
    things.extend(requirements.map(|row| requirement(&it, row)));
    for api in model.apis.rows() {
        let mut thing = named(&it, "api", "api", &api.head, &api.facts);
        list(&mut thing, "types", &api.types);
        things.push(thing);
    }
    things.extend(
        model
            .operations
            .rows()
            .iter()
            .map(|row| operation(&it, row)),
    );
    things.extend(model.entities.rows().iter().map(|row| entity(&it, row)));
    things.extend(
        model
            .components
            .rows()
            .iter()
            .map(|row| component(&it, row)),
    );
    things.extend(model.places.rows().iter().map(|row| place(&it, row)));
    let technologies = model.technologies.rows().iter();
    let own = technologies.filter(|row| row.head.span.file.0 != u32::MAX);
    things.extend(own.map(|row| technology(&it, row)));
    things.extend(model.flows.rows().iter().map(|row| flow(&it, row)));
    things.extend(model.loads.rows().iter().map(|row| load(&it, row)));
    things.extend(model.estimates.rows().iter().map(estimate));
    for decision in model.decisions.rows() {
        let kind = "decision";
        things.push(named(&it, kind, kind, &decision.head, &decision.facts));
    }
    things.extend(model.environments.iter().map(|name| Thing {
        sort: "environment",
        kind: "environment".to_owned(),
        name: name.clone(),
        ..Thing::default()
    }));
    things.extend(relations(&it));
    things
}

/// Begins a thing with what every one has: title, tags, facts.
fn named(it: &Words<'_>, sort: &'static str, kind: &str, head: &Head, facts: &Facts) -> Thing {
    let name = match (head.path.as_str(), &head.title) {
        ("", Some(title)) => one_line(title),
        (path, _) => path.to_owned(),
    };
    let mut thing = Thing {
        sort,
        kind: kind.to_owned(),
        name,
        ..Thing::default()
    };
    if let Some(title) = &head.title {
        thing.say(Rank::Self_, "title", Said::plain(one_line(title)));
    }
    list(&mut thing, "tags", &head.tags);
    state(it, &mut thing, facts);
    thing
}

/// Says several words that stand in no order, where there are any.
fn list(thing: &mut Thing, name: &str, words: &[String]) {
    if !words.is_empty() {
        thing.say(Rank::Self_, name, Said::unordered(words.iter().cloned()));
    }
}

/// Says what the design itself states, not what a technology brings along.
fn state(it: &Words<'_>, thing: &mut Thing, facts: &Facts) {
    let stated = facts
        .iter()
        .filter(|fact| !matches!(fact.origin, Origin::Technology(..)));
    for fact in stated {
        thing.say(Rank::Stated, fact.key, it.fact(fact));
    }
}

fn system(it: &Words<'_>) -> Option<Thing> {
    let system = it.model.system.as_ref()?;
    let mut thing = Thing {
        sort: "system",
        kind: "system".to_owned(),
        ..Thing::default()
    };
    thing.say(Rank::Self_, "name", Said::plain(&system.name));
    if let Some(title) = &system.title {
        thing.say(Rank::Self_, "title", Said::plain(one_line(title)));
    }
    list(&mut thing, "types", &system.types);
    state(it, &mut thing, &system.facts);
    Some(thing)
}

fn requirement(it: &Words<'_>, row: &Requirement) -> Thing {
    let mut thing = named(it, "requirement", row.kind.word(), &row.head, &row.facts);
    thing.say(Rank::Self_, "kind", Said::plain(row.kind.word()));
    list(&mut thing, "types", &row.types);
    demands(&mut thing, &row.demands);
    thing
}

fn demands(thing: &mut Thing, demands: &[Demand]) {
    let mut sorted: Vec<(&Demand, Said)> = demands
        .iter()
        .map(|it| (it, Said::quantity(&it.bound)))
        .collect();
    sorted.sort_by_key(|(it, said)| (it.comparison.symbol(), said.meaning.clone()));
    for (demand, bound) in sorted {
        let symbol = demand.comparison.symbol();
        let said = Said {
            words: format!("{symbol} {}", bound.words),
            meaning: format!("{symbol} {}", bound.meaning),
        };
        thing.say(Rank::Part, &demand.measure, said);
    }
}

fn operation(it: &Words<'_>, row: &Operation) -> Thing {
    let mut thing = named(it, "operation", "operation", &row.head, &row.facts);
    thing.say(Rank::Self_, "verb", Said::plain(row.verb.0));
    if let Some((route, _)) = &row.route {
        thing.say(Rank::Self_, "route", Said::plain(route));
    }
    for parameter in &row.parameters {
        let name = format!("takes {}", parameter.name);
        thing.say(Rank::Part, name, typed(it.model, parameter));
    }
    for result in &row.results {
        thing.say(Rank::Part, "returns", typed(it.model, result));
    }
    demands(&mut thing, &row.demands);
    thing
}

fn typed(model: &Model, it: &Parameter) -> Said {
    Said::plain(type_words(model, &it.ty, it.list, &it.modifiers))
}

fn type_words(model: &Model, ty: &FieldType, list: bool, modifiers: &[&'static str]) -> String {
    let mut words = match ty {
        FieldType::Entity(id) => model.entities[*id].head.path.clone(),
        FieldType::Open => "?".to_owned(),
        FieldType::Scalar(name, None) => (*name).to_owned(),
        FieldType::Scalar(name, Some(number)) => format!("{name}({number})"),
    };
    if list {
        words.push_str("[]");
    }
    let mut modifiers = modifiers.to_vec();
    modifiers.sort_unstable();
    for modifier in modifiers {
        words.push(' ');
        words.push_str(modifier);
    }
    words
}

fn entity(it: &Words<'_>, row: &Entity) -> Thing {
    let kind = if row.is_entity() { "entity" } else { "enum" };
    let mut thing = named(it, "entity", kind, &row.head, &row.about);
    if let Some(values) = &row.values {
        thing.say(
            Rank::Self_,
            "values",
            Said::unordered(values.iter().cloned()),
        );
    }
    for field in &row.fields {
        let Field {
            ty,
            list,
            modifiers,
            ..
        } = field;
        let said = Said::plain(type_words(it.model, ty, *list, modifiers));
        thing.say(Rank::Part, format!("field {}", field.name), said);
    }
    thing
}

fn component(it: &Words<'_>, row: &Component) -> Thing {
    let mut thing = named(it, "component", row.kind.name, &row.head, &row.facts);
    thing.say(Rank::Self_, "kind", Said::plain(row.kind.name));
    list(&mut thing, "types", &row.types);
    stands(it.model, &mut thing, row.place);
    thing
}

/// Says where something stands.
fn stands(model: &Model, thing: &mut Thing, place: Option<Id<Place>>) {
    if let Some(place) = place {
        let place = &model.places[place];
        let words = format!("{} {}", place.kind.name, place.head.path);
        thing.say(Rank::Self_, "in", Said::plain(words));
    }
}

fn place(it: &Words<'_>, row: &Place) -> Thing {
    let mut thing = named(it, "place", row.kind.name, &row.head, &row.facts);
    thing.say(Rank::Self_, "kind", Said::plain(row.kind.name));
    stands(it.model, &mut thing, row.parent);
    thing
}

fn technology(it: &Words<'_>, row: &Technology) -> Thing {
    let kind = if row.is_kind { "kind" } else { "technology" };
    let mut thing = named(it, "technology", kind, &row.head, &Facts::default());
    thing.say(Rank::Self_, "of", Said::plain(row.kind.name));
    for fact in row.facts.iter() {
        thing.say(Rank::Stated, fact.key, it.fact(fact));
    }
    thing
}

fn load(it: &Words<'_>, row: &Load) -> Thing {
    let mut thing = named(it, "load", "load", &row.head, &row.facts);
    for rate in &row.rates {
        let name = format!("rate of {}", it.name(rate.of));
        thing.say(Rank::Part, name, Said::quantity(&rate.stated));
    }
    thing
}

fn estimate(row: &Estimate) -> Thing {
    let mut thing = Thing {
        sort: "estimate",
        kind: "estimate".to_owned(),
        name: row.head.path.clone(),
        ..Thing::default()
    };
    if let Some(title) = &row.head.title {
        thing.say(Rank::Self_, "title", Said::plain(one_line(title)));
    }
    for line in &row.lines {
        let pieces = line.arithmetic.iter().map(|piece| match piece {
            Piece::Close => ")".to_owned(),
            Piece::Input(name, _) => one_line(name),
            Piece::Open => "(".to_owned(),
            Piece::Operator(sign) => sign.to_string(),
        });
        let mut said = Said::plain(pieces.collect::<Vec<_>>().join(" "));
        if let Some(stated) = &line.stated {
            let result = Said::quantity(stated);
            said.words = format!("{} = {}", said.words, result.words);
            said.meaning = format!("{} = {}", said.meaning, result.meaning);
        }
        thing.say(Rank::Part, &line.name, said);
    }
    thing
}

fn relations(it: &Words<'_>) -> Vec<Thing> {
    let mut choices: BTreeMap<u32, Vec<Id<Relation>>> = BTreeMap::new();
    for (id, relation) in it.model.relations.iter() {
        if let Some(number) = relation.alternative {
            choices.entry(number).or_default().push(id);
        }
    }
    let relation = |(id, row): (Id<Relation>, &Relation)| {
        let mut thing = Thing {
            sort: RELATION,
            kind: RELATION.to_owned(),
            name: it.name(Element::Relation(id)),
            ..Thing::default()
        };
        if let Some(title) = &row.title {
            thing.say(Rank::Self_, "title", Said::plain(one_line(title)));
        }
        let others = row.alternative.and_then(|number| choices.get(&number));
        let others = others.into_iter().flatten().filter(|other| **other != id);
        let others: Vec<String> = others
            .map(|other| it.model.name(it.model.relations[*other].to).to_owned())
            .collect();
        list(&mut thing, "or", &others);
        state(it, &mut thing, &row.facts);
        thing
    };
    it.model.relations.iter().map(relation).collect()
}

fn flow(it: &Words<'_>, row: &Flow) -> Thing {
    let mut thing = named(it, "flow", "flow", &row.head, &row.facts);
    if let Some(operation) = row.operation {
        let name = it.name(Element::Operation(operation));
        thing.say(Rank::Self_, "realises", Said::plain(name));
    }
    steps(it, &row.steps, 0, &mut thing.steps);
    thing
}

fn steps(it: &Words<'_>, steps: &[Step], depth: usize, lines: &mut Vec<Line>) {
    for step in steps {
        match step {
            Step::Link(link) => lines.push(link_line(it, link, depth)),
            Step::Group(group) => group_lines(it, group, depth, lines),
        }
    }
}

fn link_line(it: &Words<'_>, link: &Link, depth: usize) -> Line {
    let known = &it.model.relations[link.relation].facts;
    let own = link.facts.iter().filter(|fact| {
        let same = known.get(fact.key).map(|known| it.fact(known).meaning);
        same.as_ref() != Some(&it.fact(fact).meaning)
    });
    let mut facts: Vec<(&str, Said)> = own.map(|fact| (fact.key, it.fact(fact))).collect();
    facts.sort_by_key(|(key, _)| *key);
    let name = it.name(Element::Relation(link.relation));
    line(depth, &name, link.title.as_deref(), &facts)
}

/// Writes a step: what it is, its title, and what is said of it.
fn line(depth: usize, what: &str, title: Option<&str>, facts: &[(&str, Said)]) -> Line {
    let indent = "· ".repeat(depth);
    let title = title.map(|title| format!(" \"{}\"", one_line(title)));
    let start = format!("{indent}{what}{}", title.unwrap_or_default());
    let write = |of: fn(&Said) -> &str| {
        let facts: Vec<String> = facts
            .iter()
            .map(|(key, said)| format!("{key}: {}", of(said)))
            .collect();
        match facts.is_empty() {
            true => start.clone(),
            false => format!("{start} {{ {} }}", facts.join("; ")),
        }
    };
    Line {
        words: write(|said| &said.words),
        meaning: write(|said| &said.meaning),
    }
}

fn group_lines(it: &Words<'_>, group: &Group, depth: usize, lines: &mut Vec<Line>) {
    for (index, branch) in group.branches.iter().enumerate() {
        let (word, title) = match (index, group.kind) {
            (0, GroupKind::Either) => ("either", group.title.as_deref()),
            (0, kind) => (kind.word(), group.title.as_deref()),
            (_, GroupKind::Alt) => {
                let title = group.otherwise.get(index - 1);
                ("else", title.and_then(|title| title.as_deref()))
            }
            (_, GroupKind::Either) => ("or", None),
            _ => ("and", None),
        };
        let mut facts: Vec<(&str, Said)> = match index == 0 || group.kind == GroupKind::Alt {
            true => {
                let facts = group.facts_of(index).iter();
                facts.map(|fact| (fact.key, it.fact(fact))).collect()
            }
            false => Vec::new(),
        };
        facts.sort_by_key(|(key, _)| *key);
        lines.push(line(depth, word, title, &facts));
        steps(it, branch, depth + 1, lines);
    }
}
