//! What people call what may be lost.

use crate::analysis::success::{Part, Success};
use crate::analysis::whatif::Loss;
use crate::finding::nearest;
use crate::model::{Component, Head, Id, Model};
use crate::vocabulary::Traits;

/// A name that nothing has that could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// The most names that a help text lists.
const LISTED: usize = 12;

/// Reads what is lost: a component, a place that the design draws, `zone:2` or
/// `region:1` of those over which replicas are spread (`zone:b` is the second),
/// `links#2` for the second replica.
pub fn loss(model: &Model, success: &Success, name: &str) -> Result<Loss, Unknown> {
    if let Some((owner, number)) = name.rsplit_once('#') {
        return replica(model, owner.trim(), number.trim());
    }
    if let Some((kind, rest)) = name.split_once(':') {
        return place(model, success, kind.trim(), rest.trim());
    }
    let found = candidates(model, name);
    match found.as_slice() {
        [one] => losable(model, one),
        [] => Err(unknown(model, success, name)),
        several => Err(ambiguous(name, several)),
    }
}

/// Reads the name of a cache.
pub fn cache(model: &Model, name: &str) -> Result<Id<Component>, Unknown> {
    let caches = || model.components.iter().filter(|(_, it)| is_cache(it));
    let paths: Vec<&str> = caches().map(|(_, it)| it.head.path.as_str()).collect();
    let found: Vec<Found> = candidates(model, name);
    let known: Vec<Id<Component>> = found.iter().filter_map(|it| it.component).collect();
    match known.as_slice() {
        [one] if is_cache(&model.components[*one]) => Ok(*one),
        [one] => {
            let kind = model.components[*one].kind.name;
            Err(Unknown {
                message: format!("`{name}` is a {kind}: only a cache can be cold"),
                help: there_are("caches", "no cache here", &paths),
            })
        }
        [] => Err(Unknown {
            message: format!("there is no cache `{name}`"),
            help: near(name, &paths)
                .unwrap_or_else(|| there_are("caches", "no cache here", &paths)),
        }),
        _ => Err(ambiguous(name, &found)),
    }
}

/// Reads by how much the load is multiplied: `3x`, `2.5`, `300%`.
pub fn load(text: &str) -> Result<f64, Unknown> {
    let text = text.trim();
    let (digits, scale) = match text.strip_suffix('%') {
        Some(digits) => (digits, 0.01),
        None => (text.strip_suffix(['x', '×']).unwrap_or(text), 1.0),
    };
    let number: Option<f64> = digits.trim().parse().ok();
    let factor = number.map(|it| it * scale);
    let known = factor.filter(|it| it.is_finite() && (1e-6..=1e6).contains(it));
    known.ok_or_else(|| Unknown {
        message: format!("`{text}` is not a multiple of the load"),
        help: "write `3x`, `2.5` or `300%`".to_owned(),
    })
}

fn is_cache(component: &Component) -> bool {
    component.is(Traits::CACHES)
}

/// Something that has a name.
struct Found<'a> {
    head: &'a Head,
    loss: Loss,
    component: Option<Id<Component>>,
}

/// Returns what a name may mean: what has that path, else what has that last name.
fn candidates<'a>(model: &'a Model, name: &str) -> Vec<Found<'a>> {
    let components = model.components.iter().map(|(id, it)| Found {
        head: &it.head,
        loss: Loss::Component(id),
        component: Some(id),
    });
    let places = model.places.iter().map(|(id, it)| Found {
        head: &it.head,
        loss: Loss::Place(id),
        component: None,
    });
    let all: Vec<Found> = components.chain(places).collect();
    match all.iter().any(|it| it.head.path == name) {
        true => all.into_iter().filter(|it| it.head.path == name).collect(),
        false => all.into_iter().filter(|it| it.head.name == name).collect(),
    }
}

fn losable(model: &Model, found: &Found) -> Result<Loss, Unknown> {
    let component = found.component.map(|id| &model.components[id]);
    match component.filter(|it| it.is(Traits::OUTSIDE)) {
        None => Ok(found.loss),
        Some(component) => Err(Unknown {
            message: format!(
                "`{}` is a {}: who asks cannot be lost",
                component.head.path, component.kind.name
            ),
            help: "name something that answers, or a place".to_owned(),
        }),
    }
}

fn replica(model: &Model, owner: &str, number: &str) -> Result<Loss, Unknown> {
    let found = candidates(model, owner);
    let component = found.iter().find_map(|it| it.component);
    let Some(id) = component else {
        let paths = model.components.iter().map(|(_, it)| it.head.path.as_str());
        let paths: Vec<&str> = paths.collect();
        return Err(Unknown {
            message: format!("there is no component `{owner}`"),
            help: near(owner, &paths).unwrap_or_else(|| "write `component#2`".to_owned()),
        });
    };
    let row = &model.components[id];
    let counts = ["replicas", "autoscale"].map(|key| row.facts.count(key));
    let most = counts
        .iter()
        .flatten()
        .filter_map(|it| match it.many {
            true => None,
            false => Some(it.most.unwrap_or(it.least)),
        })
        .max();
    let number: Option<u32> = number.parse().ok().filter(|it| *it > 0);
    match (number, most) {
        (Some(1), None | Some(1)) => Ok(Loss::Component(id)),
        (Some(number), Some(most)) if u64::from(number) <= most => {
            Ok(Loss::Part(Part::Replica(id, number - 1)))
        }
        (_, Some(most)) => Err(Unknown {
            message: format!("`{owner}` has no replica of that number"),
            help: match most {
                1 => format!("there is one: write `{owner}`"),
                most => format!("write `{owner}#1` to `{owner}#{most}`"),
            },
        }),
        (_, None) => Err(Unknown {
            message: format!("`{owner}` does not say how many replicas there are"),
            help: format!("write `{owner}` to lose all of it"),
        }),
    }
}

fn place(model: &Model, success: &Success, kind: &str, rest: &str) -> Result<Loss, Unknown> {
    let kinds = ["region", "zone", "network", "domain", "host"];
    if !kinds.contains(&kind) {
        return Err(Unknown {
            message: format!("`{kind}` is no kind of place"),
            help: near(kind, &kinds)
                .unwrap_or_else(|| format!("there are `{}`", kinds.join("`, `"))),
        });
    }
    let drawn = candidates(model, rest)
        .into_iter()
        .find(|it| match it.loss {
            Loss::Place(id) => model.places[id].kind.name == kind,
            _ => false,
        });
    if let Some(found) = drawn {
        return Ok(found.loss);
    }
    let region = kind == "region";
    let numbered = matches!(kind, "region" | "zone");
    let part = ordinal(rest)
        .filter(|_| numbered)
        .map(|it| Part::Zone(region, it - 1));
    if let Some(part) = part.filter(|it| success.parts.contains(it)) {
        return Ok(Loss::Part(part));
    }
    let known = places_of(model, success, kind);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Err(Unknown {
        message: format!("there is no {kind} `{rest}`"),
        help: near(&format!("{kind}:{rest}"), &known).unwrap_or_else(|| {
            let none = format!("no {kind} here, and no replicas that are spread over several");
            there_are("", &none, &known)
        }),
    })
}

/// Reads a number or a letter from 1 on.
fn ordinal(text: &str) -> Option<u32> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_alphabetic() => {
            Some(u32::from(letter.to_ascii_lowercase()) - u32::from('a') + 1)
        }
        _ => text.parse().ok().filter(|it| *it > 0),
    }
}

/// Returns the places of one kind as they can be written.
fn places_of(model: &Model, success: &Success, kind: &str) -> Vec<String> {
    let places = model.places.iter().filter(|(_, it)| it.kind.name == kind);
    let drawn = places.map(|(_, it)| format!("{kind}:{}", it.head.path));
    let mut numbered: Vec<u32> = success
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Zone(region, number) if (*region, kind) == (true, "region") => Some(*number),
            Part::Zone(region, number) if (*region, kind) == (false, "zone") => Some(*number),
            _ => None,
        })
        .collect();
    numbered.sort_unstable();
    let numbered = numbered.iter().map(|it| format!("{kind}:{}", it + 1));
    drawn.chain(numbered).collect()
}

fn unknown(model: &Model, success: &Success, name: &str) -> Unknown {
    let components = model.components.iter();
    let components = components.filter(|(_, it)| !it.is(Traits::OUTSIDE));
    let components = components.map(|(_, it)| it.head.path.clone());
    let places = model.places.iter().map(|(_, it)| it.head.path.clone());
    let numbered = ["zone", "region"].map(|kind| places_of(model, success, kind));
    let numbered = numbered.concat().into_iter();
    let numbered = numbered.filter(|it| it.ends_with(|last: char| last.is_ascii_digit()));
    let known: Vec<String> = places.chain(numbered).chain(components).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Unknown {
        message: format!("there is no component or place `{name}`"),
        help: near(name, &known)
            .unwrap_or_else(|| there_are("", "nothing here that can be lost", &known)),
    }
}

fn ambiguous(name: &str, found: &[Found]) -> Unknown {
    let mut paths: Vec<&str> = found.iter().map(|it| it.head.path.as_str()).collect();
    paths.sort_unstable();
    Unknown {
        message: format!("`{name}` may mean several things"),
        help: format!("write one of `{}`", paths.join("`, `")),
    }
}

fn near(name: &str, known: &[&str]) -> Option<String> {
    let near = nearest(name, known.iter().copied())?;
    Some(format!("did you mean `{near}`?"))
}

fn there_are(what: &str, none: &str, known: &[&str]) -> String {
    let what = match what {
        "" => String::new(),
        what => format!("the {what} "),
    };
    match known {
        [] => format!("there is {none}"),
        [one] => format!("there is {}`{one}`", what.replace("s ", " ")),
        known if known.len() > LISTED => format!(
            "there are {what}`{}` and {} more",
            known[..LISTED].join("`, `"),
            known.len() - LISTED
        ),
        known => format!("there are {what}`{}`", known.join("`, `")),
    }
}
