//! Arithmetic with units.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Safety, nearest};
use crate::quantity::{self, Dimension, Quantity};
use crate::source::Span;
use crate::syntax::tree::{self, Atom, AtomKind, Comparison, Head as Shape, Operator};
use crate::vocabulary::{self, Category, Owners};

use super::names::Found;
use super::resolve::{Pending, Resolver};
use super::values::parts;
use super::{DUPLICATE_NAME, Element, Facts, Head, Id, UNRESOLVED_REFERENCE, WRONG_VALUE};

/// An estimate: lines of arithmetic, evaluated in order.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Name, title and places.
    pub head: Head,
    /// Its lines.
    pub lines: Vec<EstimateLine>,
}

/// `perDay: createTweet * Tweet.size = 6.4 GB/day`.
#[derive(Clone, Debug)]
pub struct EstimateLine {
    /// The name before the colon.
    pub name: String,
    /// What the arithmetic gives.
    pub computed: Quantity,
    /// What is stated after `=`.
    pub stated: Option<Quantity>,
    /// The arithmetic before the `=`, in order.
    pub arithmetic: Vec<Piece>,
    /// The whole statement.
    pub span: Span,
}

/// A piece of an estimate's arithmetic.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// `)`
    Close,
    /// A name or a number as written, with what it stands for.
    Input(String, Quantity),
    /// `(`
    Open,
    /// `+`, `-`, `×` or `/`
    Operator(char),
}

impl EstimateLine {
    /// Returns the names and numbers that it computes with, as written, and what
    /// each stands for.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, &Quantity)> {
        self.arithmetic.iter().filter_map(|piece| match piece {
            Piece::Input(name, value) => Some((name.as_str(), value)),
            _ => None,
        })
    }
}

/// What evaluating came to; `None` where it was reported or an input is not known.
type Evaluated = Option<Quantity>;

/// The lines that are not computed yet, by name.
type Waiting<'t> = BTreeMap<&'t str, (&'t tree::Set, Span)>;

/// What is known of the other lines of the same estimate.
#[derive(Clone, Copy)]
struct Earlier<'a> {
    lines: &'a BTreeMap<&'a str, EstimateLine>,
    failed: &'a BTreeSet<&'a str>,
}

/// The operands that are left to read, and the pieces met so far.
struct Reader<'a> {
    atoms: &'a [Atom],
    at: usize,
    scope: &'a str,
    earlier: Earlier<'a>,
    pieces: Vec<Piece>,
}

impl<'t> Resolver<'t> {
    pub(super) fn read_estimate(&mut self, id: Id<Estimate>, pending: &Pending<'t>) {
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let scope = pending.scope.path.clone();
        let mut waiting = BTreeMap::new();
        for said in self.statements(&block.items) {
            let Shape::Set(set) = &said.statement.head else {
                self.misplaced(&said, "estimate", Owners::NONE);
                continue;
            };
            self.no_block(&set.key.text, &said);
            self.add_line(&mut waiting, set, said.span);
        }
        self.model.estimates[id].lines = self.read_lines(waiting, &scope);
    }

    /// Adds a line to those that wait; a second one of the same name is reported.
    fn add_line(&mut self, waiting: &mut Waiting<'t>, set: &'t tree::Set, span: Span) {
        let name = set.key.text.as_str();
        let Some((first, _)) = waiting.get(name) else {
            waiting.insert(name, (set, span));
            return;
        };
        let finding = Finding::new(
            DUPLICATE_NAME,
            format!("line `{name}` is declared twice"),
            set.key.span,
        );
        let finding = finding
            .label("here again")
            .because(first.key.span, "first declared here")
            .help("rename one of them");
        self.report(finding.about(name.to_owned()));
    }

    /// Computes lines, each after those that it names; the order in which they
    /// are written does not matter.
    fn read_lines(&mut self, mut waiting: Waiting<'t>, scope: &str) -> Vec<EstimateLine> {
        let (mut lines, mut failed) = (BTreeMap::new(), BTreeSet::new());
        let (mut missing, users) = dependencies(&waiting);
        let mut ready: BTreeSet<(Span, &'t str)> = waiting
            .iter()
            .filter(|(name, _)| !missing.contains_key(*name))
            .map(|(name, (_, span))| (*span, *name))
            .collect();
        while let Some((span, name)) = ready.pop_first() {
            let Some((set, _)) = waiting.remove(name) else {
                continue;
            };
            let earlier = Earlier {
                lines: &lines,
                failed: &failed,
            };
            match self.read_line(set, span, scope, earlier) {
                Some(line) => {
                    lines.insert(name, line);
                }
                None => {
                    failed.insert(name);
                }
            }
            for user in users.get(name).into_iter().flatten() {
                let left = missing.get_mut(user).map_or(0, |left| {
                    *left -= 1;
                    *left
                });
                if let (0, Some((_, span))) = (left, waiting.get(user)) {
                    ready.insert((*span, user));
                }
            }
        }
        self.circular(&waiting);
        let mut lines: Vec<EstimateLine> = lines.into_values().collect();
        lines.sort_by_key(|line| line.span);
        lines
    }

    fn circular(&mut self, waiting: &Waiting<'t>) {
        let mut rest: Vec<_> = waiting.values().collect();
        rest.sort_by_key(|(_, span)| *span);
        let Some(((first, _), others)) = rest.split_first() else {
            return;
        };
        let name = &first.key.text;
        let message = format!("`{name}` is computed from itself");
        let finding = Finding::new(WRONG_VALUE, message, first.key.span)
            .help("start from a number or from a `load`")
            .about(name.clone());
        let finding = others.iter().fold(finding, |finding, (set, _)| {
            finding.because(set.key.span, "by way of this one")
        });
        self.report(finding);
    }

    fn read_line(
        &mut self,
        set: &tree::Set,
        span: Span,
        scope: &str,
        earlier: Earlier<'_>,
    ) -> Option<EstimateLine> {
        let phrase = match set.value.choices.as_slice() {
            [choice] if choice.phrases.len() == 1 => &choice.phrases[0],
            _ => {
                let message = format!("`{}` is not arithmetic", set.key.text);
                self.report(
                    Finding::new(WRONG_VALUE, message, set.value.span).about(set.key.text.clone()),
                );
                return None;
            }
        };
        let equals = AtomKind::Operator(Operator::Compare(Comparison::Equal));
        let split = phrase.atoms.iter().position(|atom| atom.kind == equals);
        let (left, right) = phrase.atoms.split_at(split.unwrap_or(phrase.atoms.len()));
        let mut reader = Reader {
            atoms: left,
            at: 0,
            scope,
            earlier,
            pieces: Vec::new(),
        };
        let computed = self.sum(&mut reader)?;
        if let Some(atom) = reader.atoms.get(reader.at) {
            self.unexpected(atom);
            return None;
        }
        let stated = match right {
            [_, atom] => Some(self.stated(atom, &computed)?),
            [] => None,
            [_, _, extra, ..] => {
                self.unexpected(extra);
                return None;
            }
            [only] => {
                self.unexpected(only);
                return None;
            }
        };
        let (name, arithmetic) = (set.key.text.clone(), reader.pieces);
        Some(EstimateLine {
            name,
            computed,
            stated,
            arithmetic,
            span,
        })
    }

    fn stated(&mut self, atom: &Atom, computed: &Quantity) -> Evaluated {
        let stated = self.number(atom)?;
        let fits = stated.dimension == computed.dimension || stated.compare(computed).is_ok();
        if !fits {
            let message = format!(
                "the arithmetic gives {}, but {} is stated",
                computed.describe(),
                stated.describe()
            );
            self.report(
                Finding::new(WRONG_VALUE, message, atom.span)
                    .label(format!("computed: {computed}"))
                    .about(stated.to_string()),
            );
            return None;
        }
        Some(stated)
    }

    fn unexpected(&mut self, atom: &Atom) {
        let found = self.sources.text(atom.span).to_owned();
        let message = format!("expected an operator, found `{found}`");
        self.report(
            Finding::new(WRONG_VALUE, message, atom.span)
                .help("write `+`, `-`, `*` or `/` with blanks around, or `=` before the result")
                .about(found),
        );
    }

    fn sum(&mut self, reader: &mut Reader<'_>) -> Evaluated {
        let mut total = self.product(reader)?;
        while let Some((operator, span)) = reader.operator(&[Operator::Plus, Operator::Minus]) {
            let next = self.product(reader)?;
            let result = match operator {
                Operator::Plus => total.add(&next),
                _ => total.sub(&next),
            };
            total = self.checked(result, span)?;
        }
        Some(total)
    }

    fn product(&mut self, reader: &mut Reader<'_>) -> Evaluated {
        let mut total = self.operand(reader)?;
        while let Some((operator, span)) = reader.operator(&[Operator::Times, Operator::Divide]) {
            let next = self.operand(reader)?;
            let result = match operator {
                Operator::Times => total.mul(&next),
                _ => total.div(&next),
            };
            total = self.checked(result, span)?;
        }
        Some(total)
    }

    fn checked(
        &mut self,
        result: Result<Quantity, crate::quantity::ArithmeticError>,
        span: Span,
    ) -> Evaluated {
        match result {
            Ok(quantity) => Some(quantity),
            Err(error) => {
                self.report(Finding::new(WRONG_VALUE, error.to_string(), span).about("arithmetic"));
                None
            }
        }
    }

    fn operand(&mut self, reader: &mut Reader<'_>) -> Evaluated {
        let Some(atom) = reader.atoms.get(reader.at) else {
            let span = reader
                .atoms
                .last()
                .map_or_else(Span::default, |atom| atom.span);
            self.report(
                Finding::new(WRONG_VALUE, "a number or a name is missing", span)
                    .about("arithmetic"),
            );
            return None;
        };
        reader.at += 1;
        match &atom.kind {
            AtomKind::Quantity(_) => {
                let number = self.number(atom)?;
                let written = self.sources.text(atom.span).to_owned();
                reader.pieces.push(Piece::Input(written, number));
                Some(number)
            }
            AtomKind::Word(path, false) => {
                let value = self.named_number(path, reader)?;
                reader.pieces.push(Piece::Input(path.text.clone(), value));
                Some(value)
            }
            AtomKind::Group(arguments) => {
                let phrase = arguments.first().map(|argument| &argument.value)?;
                let mut inner = Reader {
                    atoms: &phrase.atoms,
                    at: 0,
                    scope: reader.scope,
                    earlier: reader.earlier,
                    pieces: Vec::new(),
                };
                let value = self.sum(&mut inner)?;
                if let Some(atom) = inner.atoms.get(inner.at) {
                    self.unexpected(atom);
                    return None;
                }
                reader.pieces.push(Piece::Open);
                reader.pieces.append(&mut inner.pieces);
                reader.pieces.push(Piece::Close);
                Some(value)
            }
            _ => {
                let found = self.sources.text(atom.span).to_owned();
                let message = format!("expected a number or a name, found `{found}`");
                self.report(Finding::new(WRONG_VALUE, message, atom.span).about(found));
                None
            }
        }
    }

    fn number(&mut self, atom: &Atom) -> Evaluated {
        let AtomKind::Quantity(written) = &atom.kind else {
            let found = self.sources.text(atom.span).to_owned();
            let message = format!("expected a number, found `{found}`");
            self.report(Finding::new(WRONG_VALUE, message, atom.span).about(found));
            return None;
        };
        match quantity::parse(written) {
            Ok(quantity::Value::Quantity(quantity)) => Some(quantity),
            Ok(quantity::Value::Ratio(left, right)) => left.div(&right).ok(),
            Ok(_) => {
                let message = format!("`{written}` is not one number");
                self.report(Finding::new(WRONG_VALUE, message, atom.span).about(written.clone()));
                None
            }
            Err(error) => {
                self.report_quantity(atom.span, &error);
                None
            }
        }
    }

    /// Returns what a name of an estimate stands for: an earlier line, a load's
    /// number or rate, or a number that a thing states, as in `Tweet.size`.
    fn named_number(&mut self, path: &tree::Path, reader: &Reader<'_>) -> Evaluated {
        if let Some(line) = reader.earlier.lines.get(path.text.as_str()) {
            return Some(line.computed);
        }
        if reader.earlier.failed.contains(path.text.as_str()) {
            return None;
        }
        if let Some(number) = self.number_of_load(&path.text) {
            return Some(number);
        }
        let estimates = self.model.estimates.rows().iter();
        let lines = estimates.flat_map(|it| it.lines.iter().map(move |line| (&it.head.name, line)));
        for (estimate, line) in lines {
            if path.text == format!("{estimate}.{}", line.name) {
                return Some(line.computed);
            }
        }
        if let Some((owner, key)) = path.text.rsplit_once('.') {
            return self.number_of_thing(path, (owner, key), reader.scope);
        }
        let lines = reader.earlier.lines.keys().copied();
        self.rate_named(path, reader.scope, lines)
    }

    fn number_of_load(&self, word: &str) -> Evaluated {
        let (load, key) = word
            .rsplit_once('.')
            .map_or((None, word), |(load, key)| (Some(load), key));
        let mut loads = self
            .model
            .loads
            .rows()
            .iter()
            .filter(|it| load.is_none_or(|name| it.head.name == name));
        loads.find_map(|load| {
            let number = load.facts.quantity(key)?;
            if key == "users" {
                number.active_users()
            } else {
                Some(*number)
            }
        })
    }

    fn number_of_thing(
        &mut self,
        path: &tree::Path,
        (owner, key): (&str, &str),
        scope: &str,
    ) -> Evaluated {
        let categories = [
            Category::Entity,
            Category::Component,
            Category::Operation,
            Category::Load,
        ];
        for category in categories {
            let Some(named) = self.names.find(category, owner, scope).first().copied() else {
                continue;
            };
            let facts = self.model.facts(named.element);
            let facts =
                facts.map(|facts| (facts.quantity(key).copied(), facts.count(key).cloned()));
            if let Some((Some(number), _)) = facts {
                return Some(number);
            }
            if let Some((None, Some(count))) = facts {
                return Some(Quantity::count(i128::from(count.least)));
            }
            if category != Category::Operation && !matches!(named.element, Element::Load(_)) {
                let known = self.model.facts(named.element);
                let keys: Vec<&str> = known
                    .into_iter()
                    .flat_map(Facts::iter)
                    .map(|it| it.key)
                    .collect();
                let near = nearest(key, keys);
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("state it there as a number: `{key}: …`"),
                };
                let (_, span) = parts(path, owner.len());
                let message = format!("`{owner}` states no `{key}`");
                self.report(
                    Finding::new(UNRESOLVED_REFERENCE, message, span)
                        .because(named.span, "declared here")
                        .help(help)
                        .about(path.text.clone()),
                );
                return None;
            }
        }
        self.rate_named(path, scope, std::iter::empty())
    }

    fn rate_named<'n>(
        &mut self,
        path: &tree::Path,
        scope: &str,
        lines: impl Iterator<Item = &'n str>,
    ) -> Evaluated {
        let categories = [Category::Operation, Category::Flow];
        let of = match self.refer(&categories, &path.text, scope, path.span) {
            Found::One(of) => of,
            Found::Poisoned => return None,
            Found::Nothing(finding) => {
                let mut finding = *finding;
                if finding.message.starts_with("cannot find") {
                    finding.message = format!("cannot find `{}` to compute with", path.text);
                    let keys = vocabulary::property_keys(Owners::LOAD);
                    let mut known: Vec<&str> = keys.collect();
                    known.extend(lines);
                    if let Some(near) = nearest(&path.text, known) {
                        finding.because.clear();
                        finding = finding.meant(near, Safety::Unsafe);
                    } else if finding.because.is_empty() {
                        let help = "name a line of this estimate, an operation of a `load`, or a number as in `Tweet.size`";
                        finding.help = Some(help.to_owned());
                    }
                }
                self.report(finding);
                return None;
            }
        };
        let mut rates = self
            .model
            .loads
            .rows()
            .iter()
            .flat_map(|load| load.rates.iter().map(move |rate| (load, rate)));
        let Some((load, rate)) = rates.find(|(_, rate)| rate.of == of) else {
            let message = format!("no `load` says how often `{}` is used", path.text);
            self.report(
                Finding::new(UNRESOLVED_REFERENCE, message, path.span)
                    .help("state it in a `load`, or write the number here")
                    .about(path.text.clone()),
            );
            return None;
        };
        if rate.stated.dimension != Dimension::RATE_PER_USER {
            return Some(rate.stated);
        }
        let users = load
            .facts
            .quantity("users")
            .and_then(Quantity::active_users)?;
        rate.stated.mul(&users).ok()
    }
}

/// Orders estimates so that each comes after those with which it computes; those
/// that need each other come last.
pub(super) fn in_order<'p, 't>(pending: &'p [Pending<'t>]) -> Vec<&'p Pending<'t>> {
    let names: BTreeMap<&str, usize> = pending
        .iter()
        .enumerate()
        .filter_map(|(index, it)| match &it.said.statement.head {
            Shape::Declare(declare) => Some((declare.name.as_ref()?.text.as_str(), index)),
            _ => None,
        })
        .collect();
    let mut missing = vec![0_usize; pending.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); pending.len()];
    for (index, it) in pending.iter().enumerate() {
        let owners = words_of(it).into_iter().filter_map(|word| {
            let (owner, _) = word.split_once('.')?;
            names.get(owner).copied()
        });
        for other in owners.collect::<BTreeSet<usize>>() {
            if other != index {
                missing[index] += 1;
                users[other].push(index);
            }
        }
    }
    let mut ready: BTreeSet<usize> = (0..pending.len()).filter(|it| missing[*it] == 0).collect();
    let mut order = Vec::new();
    while let Some(index) = ready.pop_first() {
        order.push(index);
        for user in &users[index] {
            missing[*user] -= 1;
            if missing[*user] == 0 {
                ready.insert(*user);
            }
        }
    }
    order.extend((0..pending.len()).filter(|it| missing[*it] > 0));
    order.into_iter().map(|index| &pending[index]).collect()
}

/// Returns the words of all arithmetic of an estimate.
fn words_of<'t>(pending: &Pending<'t>) -> Vec<&'t str> {
    let block = pending.said.statement.block.as_ref();
    let items = block.into_iter().flat_map(|block| &block.items);
    let sets = items.filter_map(|item| match &item.node {
        tree::Node::Statement(statement) => match &statement.head {
            Shape::Set(set) => Some(set),
            _ => None,
        },
        _ => None,
    });
    sets.flat_map(|set| words(&set.value)).collect()
}

/// Returns how many lines each line needs, where it needs any, and which lines
/// need it.
fn dependencies<'t>(
    lines: &Waiting<'t>,
) -> (BTreeMap<&'t str, usize>, BTreeMap<&'t str, Vec<&'t str>>) {
    let mut missing: BTreeMap<&'t str, usize> = BTreeMap::new();
    let mut users: BTreeMap<&'t str, Vec<&'t str>> = BTreeMap::new();
    for (name, (set, _)) in lines {
        let used: BTreeSet<&'t str> = words(&set.value).into_iter().collect();
        let others = used
            .into_iter()
            .filter(|word| word != name && lines.contains_key(word));
        for other in others {
            *missing.entry(name).or_default() += 1;
            users.entry(other).or_default().push(name);
        }
    }
    (missing, users)
}

/// Returns the words of a line's arithmetic.
fn words(value: &tree::Value) -> Vec<&str> {
    let mut waiting: Vec<&Atom> = Vec::new();
    let phrases = value.choices.iter().flat_map(|choice| &choice.phrases);
    waiting.extend(phrases.flat_map(|phrase| &phrase.atoms));
    let mut words = Vec::new();
    while let Some(atom) = waiting.pop() {
        match &atom.kind {
            AtomKind::Word(path, false) => words.push(path.text.as_str()),
            AtomKind::Group(arguments) => {
                waiting.extend(arguments.iter().flat_map(|it| &it.value.atoms));
            }
            _ => {}
        }
    }
    words
}

impl Reader<'_> {
    /// Takes the next atom if it is one of those operators.
    fn operator(&mut self, wanted: &[Operator]) -> Option<(Operator, Span)> {
        let atom = self.atoms.get(self.at)?;
        let operator = match &atom.kind {
            AtomKind::Operator(operator) => *operator,
            AtomKind::Any => Operator::Times,
            _ => return None,
        };
        if !wanted.contains(&operator) {
            return None;
        }
        self.at += 1;
        self.pieces.push(Piece::Operator(match operator {
            Operator::Plus => '+',
            Operator::Minus => '-',
            Operator::Divide => '/',
            _ => '×',
        }));
        Some((operator, atom.span))
    }
}
