//! Who is called what, and who is meant.

use std::cell::Cell;
use std::collections::HashMap;

use crate::finding::{Finding, Kinship, Severity, nearest, respelling};
use crate::source::Span;
use crate::vocabulary::{self, Category};

use super::{Element, UNRESOLVED_REFERENCE};

/// The names of a design, by category.
#[derive(Debug, Default)]
pub struct Names {
    full: HashMap<(Category, String), Named>,
    by_last: HashMap<(Category, String), Vec<String>>,
    sorted: Vec<(Category, String)>,
    poisoned: Vec<String>,
    suggested: Cell<usize>,
}

/// How many unknown names are compared with all others: where there are more,
/// it is no slip that is to be found but a part that is missing.
const SUGGESTIONS: usize = 100;

/// A declared name.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// What is called so.
    pub element: Element,
    /// Where the name stands.
    pub span: Span,
}

/// What a reference came to.
pub enum Found {
    /// Exactly one thing.
    One(Element),
    /// Nothing, and something has to be said about it.
    Nothing(Box<Finding>),
    /// Nothing, but its declaration is broken and reported already.
    Poisoned,
}

impl Names {
    /// Declares a name; gives back who has it already.
    pub fn declare(
        &mut self,
        category: Category,
        path: &str,
        element: Element,
        span: Span,
    ) -> Result<(), Named> {
        let key = (category, path.to_owned());
        if let Some(first) = self.full.get(&key) {
            return Err(*first);
        }
        let last = path.rsplit('.').next().unwrap_or(path).to_owned();
        self.by_last
            .entry((category, last))
            .or_default()
            .push(path.to_owned());
        self.full.insert(key.clone(), Named { element, span });
        self.sorted.push(key);
        Ok(())
    }

    /// Notes a name whose declaration could not be read.
    pub fn poison(&mut self, name: &str) {
        self.poisoned.push(name.to_owned());
    }

    /// Tells whether a name's declaration could not be read.
    pub fn is_poisoned(&self, path: &str) -> bool {
        let parts = || path.split('.');
        self.poisoned
            .iter()
            .any(|name| parts().any(|part| part == name))
    }

    /// Looks a path up from `scope` outward, then by its last names anywhere.
    pub fn find(&self, category: Category, path: &str, scope: &str) -> Vec<Named> {
        let mut around = Some(scope);
        while let Some(scope) = around {
            let full = if scope.is_empty() {
                path.to_owned()
            } else {
                format!("{scope}.{path}")
            };
            if let Some(named) = self.full.get(&(category, full)) {
                return vec![*named];
            }
            around = match scope.rfind('.') {
                Some(dot) => Some(&scope[..dot]),
                None if scope.is_empty() => None,
                None => Some(""),
            };
        }
        let last = path.rsplit('.').next().unwrap_or(path).to_owned();
        let suffix = format!(".{path}");
        let Some(paths) = self.by_last.get(&(category, last)) else {
            return Vec::new();
        };
        let fits = paths
            .iter()
            .filter(|full| *full == path || full.ends_with(&suffix));
        fits.map(|full| self.full[&(category, full.clone())])
            .collect()
    }

    /// Resolves a reference to one of `categories`, tried in order.
    pub fn resolve(&self, categories: &[Category], path: &str, scope: &str, span: Span) -> Found {
        for category in categories {
            match self.find(*category, path, scope).as_slice() {
                [] => {}
                [one] => return Found::One(one.element),
                several => {
                    let paths = self.paths_of(*category, several);
                    return Found::Nothing(Box::new(ambiguous(path, span, several, &paths)));
                }
            }
        }
        if self.is_poisoned(path) {
            return Found::Poisoned;
        }
        Found::Nothing(Box::new(self.unknown(categories, path, scope, span)))
    }

    fn unknown(&self, categories: &[Category], path: &str, scope: &str, span: Span) -> Finding {
        let wanted = wanted(categories);
        let finding = |message: String| {
            Finding::new(UNRESOLVED_REFERENCE, message, span)
                .severity(Severity::Error)
                .about(path.to_owned())
        };
        let everything: &[Category] = &[
            Category::Component,
            Category::Entity,
            Category::Operation,
            Category::Requirement,
            Category::Flow,
            Category::Decision,
            Category::Load,
        ];
        let elsewhere = everything
            .iter()
            .filter(|category| !categories.contains(category));
        for category in elsewhere {
            if let Some(other) = self.find(*category, path, scope).first() {
                let word = match other.element {
                    Element::Api(_) => "API",
                    Element::Place(_) => "place",
                    Element::Estimate(_) => "estimate",
                    _ => category.word(),
                };
                let (is, not) = (article(word), article(&wanted));
                return finding(format!("`{path}` is {is}, not {not}"))
                    .label(format!("{not} was expected here"))
                    .because(other.span, "declared here");
            }
        }
        let words = if wanted == "thing" { "" } else { &wanted };
        let space = if words.is_empty() { "" } else { " " };
        let finding = finding(format!("cannot find {words}{space}`{path}`"))
            .label("not declared in this design");
        self.suggested.set(self.suggested.get() + 1);
        if self.suggested.get() > SUGGESTIONS {
            return finding.help("declare it, or import the file that does");
        }
        match self.nearest(categories, path) {
            Some((near, named)) => self
                .respelt(finding, path, &near, categories)
                .because(named.span, "a similar name is declared here"),
            None => finding.help(self.list(categories, &wanted)),
        }
    }

    /// Returns the word or declared name that is spelt most like a word.
    pub fn nearest_to(
        &self,
        word: &str,
        categories: &[Category],
        words: &[&str],
    ) -> Option<String> {
        self.suggested.set(self.suggested.get() + 1);
        if self.suggested.get() > SUGGESTIONS {
            return None;
        }
        let synonym = vocabulary::synonym(word, words.iter().copied());
        let of_these = self
            .sorted
            .iter()
            .filter(|(category, _)| categories.contains(category));
        let names = of_these.map(|(_, full)| match word.contains('.') {
            true => full.as_str(),
            false => full.rsplit('.').next().unwrap_or(full),
        });
        let near = || nearest(word, words.iter().copied().chain(names));
        synonym.or_else(near).map(str::to_owned)
    }

    fn nearest(&self, categories: &[Category], path: &str) -> Option<(String, Named)> {
        let last = path.rsplit('.').next().unwrap_or(path);
        let of_these = || {
            self.sorted
                .iter()
                .filter(|(category, _)| categories.contains(category))
        };
        let last_of = |full: &'_ str| full.rsplit('.').next().unwrap_or(full).to_owned();
        let lasts: Vec<String> = of_these().map(|(_, full)| last_of(full)).collect();
        let near_last = || nearest(last, lasts.iter().map(String::as_str));
        let near_full = || nearest(path, of_these().map(|(_, full)| full.as_str()));
        let near = if path.contains('.') {
            near_full().or_else(near_last)?
        } else {
            near_last().or_else(near_full)?
        };
        let mut fitting = of_these().filter(|(_, full)| full == near || last_of(full) == near);
        let (category, full) = fitting.next()?;
        let clear = fitting.next().is_none() && !path.contains('.');
        let suggested = if clear { near } else { full };
        Some((suggested.to_owned(), self.full[&(*category, full.clone())]))
    }

    /// Offers to write the nearest name where an unknown one stands by itself.
    fn respelt(
        &self,
        finding: Finding,
        path: &str,
        near: &str,
        categories: &[Category],
    ) -> Finding {
        let span = finding.primary.span;
        if (span.end - span.start) as usize != path.len() {
            return finding.help(format!("did you mean `{near}`?"));
        }
        let of_these = self.sorted.iter();
        let of_these = of_these.filter(|(category, _)| categories.contains(category));
        let names = of_these.map(|(_, full)| match path.contains('.') || near.contains('.') {
            true => full.as_str(),
            false => full.rsplit('.').next().unwrap_or(full),
        });
        let safety = respelling(path, near, names, Kinship::Names);
        finding.meant(near, safety)
    }

    /// Returns the paths of candidates of one category.
    fn paths_of(&self, category: Category, candidates: &[Named]) -> Vec<&str> {
        let path_of = |named: &Named| {
            let found = self.sorted.iter().find(|key| {
                key.0 == category
                    && self
                        .full
                        .get(*key)
                        .is_some_and(|it| it.element == named.element && it.span == named.span)
            });
            found.map(|(_, full)| full.as_str())
        };
        candidates
            .iter()
            .take(MENTIONED)
            .filter_map(path_of)
            .collect()
    }

    fn list(&self, categories: &[Category], wanted: &str) -> String {
        let mut names: Vec<&str> = self
            .sorted
            .iter()
            .filter(|(category, _)| categories.contains(category))
            .map(|(_, full)| full.as_str())
            .collect();
        names.sort_unstable();
        match names.len() {
            0 => format!("declare it; the design has no {wanted} yet"),
            1 => format!("declare it, or use `{}`, the only one", names[0]),
            2..=8 => format!("declare it, or use one of `{}`", names.join("`, `")),
            more => format!("declare it; the design has {more} others of its kind"),
        }
    }
}

/// How many candidates a message names.
const MENTIONED: usize = 5;

/// Returns words for one thing of any of the categories.
fn wanted(categories: &[Category]) -> String {
    match categories {
        [one] => one.word().to_owned(),
        [one, other] => format!("{} or {}", one.word(), other.word()),
        _ => "thing".to_owned(),
    }
}

fn ambiguous(path: &str, span: Span, candidates: &[Named], paths: &[&str]) -> Finding {
    let more = match candidates.len().saturating_sub(paths.len()) {
        0 => String::new(),
        more => format!(", or {more} more"),
    };
    let named = match paths {
        [one, other] => format!("`{one}` or `{other}`"),
        _ => format!("`{}`{more}", paths.join("`, `")),
    };
    let message = format!("`{path}` could be {named}");
    let finding = Finding::new(UNRESOLVED_REFERENCE, message, span)
        .severity(Severity::Error)
        .label("which one?")
        .help("write the name with what it stands in")
        .about(path.to_owned());
    let shown = candidates.iter().take(MENTIONED);
    shown.fold(finding, |finding, named| {
        finding.because(named.span, "this one")
    })
}

/// Returns the word with its indefinite article.
pub fn article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u', 'A']) && !word.starts_with("us");
    format!("{} {word}", if vowel { "an" } else { "a" })
}
