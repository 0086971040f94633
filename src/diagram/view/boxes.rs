//! The words on a box.

use crate::diagram::scene::Node;
use crate::lint::Design;
use crate::model::{Component, Count, Id, Model, Origin};
use crate::vocabulary::Traits;

use super::shapes::look;

/// Longer titles are sentences about a thing rather than names of it, in letters.
const LONG: usize = 38;

/// Returns the box of a component, outside of every group.
pub fn node(design: &Design<'_>, id: Id<Component>) -> Node {
    let component = design.component(id);
    let (shape, tone) = look(component.kind);
    Node {
        id: format!("component:{}", component.head.path),
        group: None,
        kind: component.kind.name,
        shape,
        tone,
        title: title_of(component),
        caption: caption(design.model, component),
        rows: Vec::new(),
        count: count(component),
        sensitive: keeps_sensitive(design, id),
        closed: false,
        marks: Vec::new(),
        change: None,
    }
}

/// Returns what stands on a component's box: its title where that is a name
/// rather than a sentence, else its name.
pub fn title_of(component: &Component) -> String {
    short_title(component.head.title.as_deref(), &component.head.name)
}

/// Returns the title if it is short enough for a box, else the name.
pub fn short_title(title: Option<&str>, name: &str) -> String {
    let words: Vec<&str> = title.unwrap_or_default().split_whitespace().collect();
    let title = words.join(" ");
    match !title.is_empty() && title.chars().count() <= LONG {
        true => title,
        false => name.to_owned(),
    }
}

/// Returns what stands under a component's title: `cache · Redis`.
pub fn caption(model: &Model, component: &Component) -> String {
    let technologies = || {
        component
            .technologies
            .iter()
            .map(|id| &model.technologies[*id])
    };
    let own_kind = technologies().find(|it| it.is_kind);
    let names_kind = |word: &str| own_kind.is_some_and(|it| it.head.name == word);
    let kind = own_kind.map_or_else(
        || component.kind.name.to_owned(),
        |it| short_title(it.head.title.as_deref(), &it.head.name),
    );
    let title_of_type = |word: &String| {
        let known = technologies().find(|it| !it.is_kind && it.head.name == *word);
        let title = known.and_then(|it| it.head.title.clone());
        title.unwrap_or_else(|| word.clone())
    };
    let refining = component.types.iter().filter(|word| !names_kind(word));
    let types: Vec<String> = refining.map(title_of_type).collect();
    match types.is_empty() {
        true => kind,
        false => format!("{kind} · {}", types.join(" or ")),
    }
}

/// Tells whether a component keeps or carries sensitive data.
pub fn keeps_sensitive(design: &Design<'_>, id: Id<Component>) -> bool {
    let component = design.component(id);
    let keeps = component.traits.any(Traits::STORES.with(Traits::MEDIUM));
    let entities = design.entities_in(id);
    (keeps || component.facts.has("stores"))
        && entities
            .iter()
            .any(|entity| design.model.entities[*entity].is_sensitive())
}

/// Returns how many of a component there are, where there is more than one.
fn count(component: &Component) -> Option<String> {
    let replicas = said(component, "replicas");
    let range = said(component, "autoscale");
    let standbys = said(component, "standbys").and_then(standing_by);
    let size = range.filter(|it| is_several(it)).or(replicas);
    let spread = [range, replicas].into_iter().flatten().find_map(spread);
    let number = match size.filter(|it| is_several(it)) {
        Some(size) => format!("×{}", number(size)),
        None if standbys.is_some() => "×1".to_owned(),
        None => return None,
    };
    let words = [Some(number), standbys, spread];
    Some(words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// Returns a count that the design itself states: what a technology brings along
/// is no choice of its authors.
fn said<'c>(component: &'c Component, key: &str) -> Option<&'c Count> {
    let fact = component.facts.get(key)?;
    let assumed = matches!(fact.origin, Origin::Technology(..));
    component.facts.count(key).filter(|_| !assumed)
}

fn is_several(count: &Count) -> bool {
    count.many || count.most.unwrap_or(count.least) > 1
}

fn number(count: &Count) -> String {
    match (count.many, count.most) {
        (true, _) => "many".to_owned(),
        (_, Some(most)) => format!("{}..{most}", count.least),
        (_, None) => count.least.to_string(),
    }
}

fn standing_by(count: &Count) -> Option<String> {
    match (count.many, count.least) {
        (true, _) => Some("+ standbys".to_owned()),
        (_, 0) => None,
        (_, 1) => Some("+ 1 standby".to_owned()),
        (_, more) => Some(format!("+ {more} standbys")),
    }
}

/// Returns over what replicas are spread; `many` zones count as two in the model,
/// so that two of many replicas say no number.
fn spread(count: &Count) -> Option<String> {
    let (number, of) = count.across.as_ref()?;
    let of = of.trim_end_matches('s');
    Some(match number {
        0 | 1 => format!("in 1 {of}"),
        2 if count.many => format!("across {of}s"),
        _ => format!("in {number} {of}s"),
    })
}
