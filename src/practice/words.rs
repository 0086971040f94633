//! How something is recognised: by the words of its name, its title or its text.

use std::collections::BTreeSet;

use crate::model::{Element, FieldType, Model, Parameter};

/// Returns which of the elements are meant by one of the words, or have one of the
/// fields.
///
/// A name that is just the word says more than one that has it among others, and a
/// name more than a title or a text; what says most is meant.
pub fn recognised(
    model: &Model,
    all: &[Element],
    called: &[String],
    with: &[String],
) -> Vec<Element> {
    let tiers: [&dyn Fn(Element) -> bool; 5] = [
        &|it| matches!(it, Element::Entity(_)) && is_one_of(&own_name(model, it), called),
        &|it| has_one_of(&names(model, it), called),
        &|it| has_field(model, it, with),
        &|it| has_one_of(&[title(model, it)], called),
        &|it| has_one_of(&[text(model, it)], called),
    ];
    for tier in tiers {
        let found: Vec<Element> = all.iter().copied().filter(|it| tier(*it)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Returns the words of a text in lower case, one as many; `camelCase` and
/// `kebab-case` are several.
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut was_small = false;
    for letter in text.chars() {
        let starts = letter.is_uppercase() && was_small;
        if (!letter.is_alphanumeric() || starts) && !word.is_empty() {
            found.push(stem(&std::mem::take(&mut word)));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
    }
    if !word.is_empty() {
        found.push(stem(&word));
    }
    found
}

/// Returns a word without what tells one from many: `boxes` and `box` are `box`,
/// `caches` and `cache` are `cach`.
fn stem(word: &str) -> String {
    const SINGULAR: [&str; 6] = ["alias", "atlas", "bias", "canvas", "gas", "lens"];
    if word.len() <= 3 || SINGULAR.contains(&word) {
        return word.to_owned();
    }
    if let Some(start) = word.strip_suffix("ies") {
        return format!("{start}y");
    }
    let one = match word.strip_suffix('s') {
        Some(start) if !start.ends_with(['s', 'u', 'i']) => start,
        _ => word,
    };
    one.strip_suffix('e').unwrap_or(one).to_owned()
}

fn is_one_of(text: &str, called: &[String]) -> bool {
    let own = words(text);
    called
        .iter()
        .any(|it| words(it) == own || words(it).concat() == own.concat())
}

/// Tells whether all words of one entry are in one of the texts, in any order, or
/// written as one word.
fn has_one_of(texts: &[String], called: &[String]) -> bool {
    texts.iter().any(|text| {
        let own = words(text);
        let set: BTreeSet<&str> = own.iter().map(String::as_str).collect();
        called.iter().map(|it| words(it)).any(|entry| {
            let joined = entry.concat();
            !entry.is_empty()
                && (entry.iter().all(|it| set.contains(it.as_str()))
                    || set.contains(joined.as_str()))
        })
    })
}

fn own_name(model: &Model, element: Element) -> String {
    let head = model.head(element);
    head.map_or_else(String::new, |head| head.name.clone())
}

fn title(model: &Model, element: Element) -> String {
    let head = model.head(element);
    head.and_then(|head| head.title.clone()).unwrap_or_default()
}

fn text(model: &Model, element: Element) -> String {
    let head = model.head(element);
    head.map_or_else(String::new, |head| head.doc.clone())
}

/// Returns the name of something; of an operation also its route. A requirement is
/// recognised by its sentence.
fn names(model: &Model, element: Element) -> Vec<String> {
    let name = own_name(model, element);
    match element {
        Element::Operation(id) => {
            let route = model.operations[id].route.as_ref();
            let parts = route.map_or("", |(route, _)| route).split('/');
            let fixed: Vec<&str> = parts.filter(|it| !it.contains('{')).collect();
            vec![name, fixed.join(" ")]
        }
        Element::Requirement(_) => vec![name, title(model, element)],
        _ => vec![name],
    }
}

fn has_field(model: &Model, element: Element, with: &[String]) -> bool {
    let wanted: Vec<Vec<String>> = with.iter().map(|it| words(it)).collect();
    let is_wanted = |name: &str| !name.is_empty() && wanted.contains(&words(name));
    let parameter = |it: &Parameter| is_wanted(&it.name) || is_wanted(&type_name(model, &it.ty));
    match element {
        Element::Entity(id) => {
            let mut fields = model.entities[id].fields.iter();
            fields.any(|it| is_wanted(&it.name) || is_wanted(&type_name(model, &it.ty)))
        }
        Element::Operation(id) => {
            let operation = &model.operations[id];
            let route = operation.route.as_ref().map_or("", |(route, _)| route);
            let mut parts = route.split(['/', '{', '}', '?', '&']);
            let mut all = operation.parameters.iter().chain(&operation.results);
            all.any(parameter) || parts.any(is_wanted)
        }
        _ => false,
    }
}

fn type_name(model: &Model, ty: &FieldType) -> String {
    match ty {
        FieldType::Entity(id) => model.entities[*id].head.name.clone(),
        FieldType::Open => String::new(),
        // A type that says nothing of what is kept is no sign of it.
        FieldType::Scalar("text" | "int" | "int32" | "uuid" | "bool" | "decimal", _) => {
            String::new()
        }
        FieldType::Scalar(name, _) => (*name).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_stems() {
        for (text, expected) in [
            ("shortURLs", &["short", "url"][..]),
            ("ShortUrls", &["short", "url"]),
            ("short-url", &["short", "url"]),
            ("Aliases of entries", &["alias", "of", "entry"]),
            ("alias", &["alias"]),
            ("status", &["status"]),
            ("boxes", &["box"]),
            ("caches", &["cach"]),
            ("cache", &["cach"]),
            ("", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn an_entry_of_several_words_needs_them_all() {
        let called = |entry: &str| vec![entry.to_owned()];
        for (text, entry, expected) in [
            ("ShortUrl", "short url", true),
            ("UrlThatIsShort", "short url", true),
            ("Url", "short url", false),
            ("shorturl", "short url", true),
            ("Hyperlink", "link", false),
        ] {
            let found = has_one_of(&[text.to_owned()], &called(entry));
            assert_eq!(found, expected, "{text} {entry}");
        }
    }
}
