//! One statement without its block: pest's pairs to the tree.
//!
//! Takes the text of a head and where it stands, gives a [`Head`] with its
//! title, or the [`Problem`] that keeps it from being read.

use pest::Parser;
use pest::iterators::{Pair, Pairs};

use super::message::{self, Problem};
use super::string;
use super::tree::*;
use crate::quantity;
use crate::source::{FileId, Span};

/// The parser that is made of the grammar; its rules never leave this room.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/underpin.pest"]
pub(super) struct Grammar;

/// Where the text of a head stands.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub file: FileId,
    /// Offset of the head in the file.
    pub start: usize,
    /// The head, with blanks in place of comments.
    pub text: &'a str,
}

/// Reads a statement; `has_block` tells whether a block follows it.
pub(super) fn statement(source: Source, has_block: bool) -> Result<(Head, Option<Text>), Problem> {
    let mut pairs = parse(Rule::statement, source.text)?;
    let first = next(&mut pairs);
    let shape = next(&mut pairs);
    match shape.as_rule() {
        Rule::set => {
            let set = source.set(first, shape)?;
            if set.value.choices.is_empty() && !has_block {
                return Err(message::missing_value(source.text));
            }
            Ok((Head::Set(set), None))
        }
        Rule::demand => Ok((Head::Demand(source.demand(first, shape)?), None)),
        Rule::connect => {
            let (connect, title) = source.connect(first, shape)?;
            Ok((Head::Connect(connect), title))
        }
        _ => {
            if first.as_str().contains('.') {
                return Err(message::dotted_kind(source.text, first.as_span().end()));
            }
            let (declare, title) = source.declare(first, shape)?;
            Ok((Head::Declare(declare), title))
        }
    }
}

/// Reads an annotation.
pub(super) fn annotation(source: Source) -> Result<Annotation, Problem> {
    let mut pairs = parse(Rule::annotation, source.text)?;
    Ok(Annotation {
        name: source.name(&next(&mut next(&mut pairs).into_inner())),
        arguments: match pairs.next() {
            Some(pair) if pair.as_rule() == Rule::group => source.arguments(pair)?,
            _ => Vec::new(),
        },
    })
}

fn parse(rule: Rule, text: &str) -> Result<Pairs<'_, Rule>, Problem> {
    match Grammar::parse(rule, text) {
        Ok(mut pairs) => Ok(next(&mut pairs).into_inner()),
        Err(error) => Err(message::explain(text, &error)),
    }
}

/// Returns the next pair where the grammar guarantees one.
fn next<'a>(pairs: &mut Pairs<'a, Rule>) -> Pair<'a, Rule> {
    pairs.next().expect("the grammar guarantees it")
}

impl Source<'_> {
    fn span(self, pair: &Pair<Rule>) -> Span {
        let span = pair.as_span();
        Span::new(
            self.file,
            self.start + span.start(),
            self.start + span.end(),
        )
    }

    fn name(self, pair: &Pair<Rule>) -> Name {
        Name {
            text: pair.as_str().to_owned(),
            span: self.span(pair),
        }
    }

    fn path(self, pair: &Pair<Rule>) -> Path {
        Path {
            text: pair.as_str().to_owned(),
            span: self.span(pair),
        }
    }

    fn string(self, pair: &Pair<Rule>) -> Result<Text, Problem> {
        let start = pair.as_span().start();
        let text = string::unescape(pair.as_str()).map_err(|escape| {
            message::unknown_escape(self.text, start + escape.start..start + escape.end)
        })?;
        Ok(Text {
            text,
            span: self.span(pair),
        })
    }

    fn set(self, key: Pair<Rule>, shape: Pair<Rule>) -> Result<Set, Problem> {
        let mut inner = shape.into_inner();
        let colon = self.span(&next(&mut inner));
        let value = match inner.next() {
            Some(pair) => self.value(pair)?,
            None => Value {
                span: Span {
                    start: colon.end,
                    ..colon
                },
                choices: Vec::new(),
            },
        };
        Ok(Set {
            key: self.path(&key),
            value,
        })
    }

    fn demand(self, measure: Pair<Rule>, shape: Pair<Rule>) -> Result<Demand, Problem> {
        let mut inner = shape.into_inner();
        let comparison = next(&mut inner);
        Ok(Demand {
            measure: self.path(&measure),
            comparison: comparison_of(comparison.as_str()).unwrap_or(Comparison::Equal),
            comparison_span: self.span(&comparison),
            bound: self.value(next(&mut inner))?,
        })
    }

    fn connect(
        self,
        first: Pair<Rule>,
        shape: Pair<Rule>,
    ) -> Result<(Connect, Option<Text>), Problem> {
        let mut hops = vec![Hop {
            ends: vec![vec![self.path(&first)]],
        }];
        let mut arrows = Vec::new();
        let mut title = None;
        let mut separator = Rule::pipe;
        for pair in shape.into_inner() {
            match pair.as_rule() {
                Rule::arrow => {
                    arrows.push((arrow_of(pair.as_str()), self.span(&pair)));
                    hops.push(Hop { ends: Vec::new() });
                    separator = Rule::comma;
                }
                Rule::path => add_end(&mut hops, separator, self.path(&pair)),
                Rule::string => title = Some(self.string(&pair)?),
                rule => separator = rule,
            }
        }
        Ok((Connect { hops, arrows }, title))
    }

    fn declare(
        self,
        kind: Pair<Rule>,
        shape: Pair<Rule>,
    ) -> Result<(Declare, Option<Text>), Problem> {
        let mut declare = Declare {
            kind: self.name(&kind),
            name: None,
            types: Vec::new(),
        };
        let mut title = None;
        for pair in shape.into_inner() {
            match pair.as_rule() {
                Rule::name => declare.name = Some(self.name(&pair)),
                Rule::string => title = Some(self.string(&pair)?),
                Rule::types => {
                    let types = pair
                        .into_inner()
                        .filter(|pair| pair.as_rule() == Rule::path);
                    declare.types = types.map(|pair| self.path(&pair)).collect();
                }
                _ => {}
            }
        }
        Ok((declare, title))
    }

    fn value(self, pair: Pair<Rule>) -> Result<Value, Problem> {
        let span = self.span(&pair);
        let mut choices = Vec::with_capacity(1);
        let mut phrases = Vec::with_capacity(1);
        let mut atoms = Vec::with_capacity(1);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::comma => {
                    phrases.push(phrase(std::mem::take(&mut atoms)));
                    choices.push(Choice {
                        phrases: std::mem::take(&mut phrases),
                    });
                }
                Rule::pipe => phrases.push(phrase(std::mem::take(&mut atoms))),
                _ => self.add_atom(&mut atoms, pair)?,
            }
        }
        phrases.push(phrase(atoms));
        choices.push(Choice { phrases });
        Ok(Value { span, choices })
    }

    /// Reads the arguments of a `group` or of `filters`.
    fn arguments(self, pair: Pair<Rule>) -> Result<Vec<Argument>, Problem> {
        let arguments = pair.into_inner();
        let arguments = arguments.filter(|pair| pair.as_rule() == Rule::argument);
        arguments.map(|pair| self.argument(pair)).collect()
    }

    fn argument(self, pair: Pair<Rule>) -> Result<Argument, Problem> {
        let mut name = None;
        let mut atoms = Vec::with_capacity(1);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::label => name = pair.into_inner().next().map(|pair| self.name(&pair)),
                _ => self.add_atom(&mut atoms, pair)?,
            }
        }
        Ok(Argument {
            name,
            value: phrase(atoms),
        })
    }

    /// Adds an atom to its phrase; what it is may depend on the one before it.
    fn add_atom(self, atoms: &mut Vec<Atom>, pair: Pair<Rule>) -> Result<(), Problem> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::any if follows_operand(atoms) => {
                return Err(message::missing_operand(self.text, pair.as_span().end()));
            }
            Rule::any | Rule::tag => self.selector(pair)?,
            Rule::group => AtomKind::Group(self.arguments(pair)?),
            Rule::operator => self.operator(atoms, &pair)?,
            Rule::quantity => AtomKind::Quantity(pair.as_str().to_owned()),
            Rule::route if pair.as_str() == "/" && !follows_verb(atoms) => {
                let at = pair.as_span().start();
                return Err(message::missing_operand(self.text, at + 1));
            }
            Rule::route if self.is_glued(atoms, &pair) || looks_like_comment(pair.as_str()) => {
                return Err(message::glued_route(pair.as_str(), pair.as_span().start()));
            }
            Rule::route => AtomKind::Route(pair.as_str().to_owned()),
            Rule::string => AtomKind::Text(self.string(&pair)?.text),
            _ => match self.word(atoms, pair)? {
                Some(kind) => kind,
                None => return Ok(()),
            },
        };
        atoms.push(Atom { span, kind });
        Ok(())
    }

    /// Reads `*`, `#tag`, and either of them with filters.
    fn selector(self, pair: Pair<Rule>) -> Result<AtomKind, Problem> {
        let whole = self.span(&pair);
        let sign = if pair.as_rule() == Rule::any {
            "*"
        } else {
            "#"
        };
        let mut text = sign.to_owned();
        let mut filters: Option<Vec<Argument>> = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::name => text.push_str(pair.as_str()),
                _ => filters
                    .get_or_insert_default()
                    .extend(self.arguments(pair)?),
            }
        }
        let span = Span {
            end: whole.start + text.len() as u32,
            ..whole
        };
        Ok(match filters {
            Some(filters) => AtomKind::Selector(Path { text, span }, filters),
            None if sign == "*" => AtomKind::Any,
            None => AtomKind::Tag(text.split_off(1)),
        })
    }

    fn operator(self, atoms: &[Atom], pair: &Pair<Rule>) -> Result<AtomKind, Problem> {
        let start = pair.as_span().start();
        let operator = match pair.as_str() {
            "*" if follows_path_word(atoms) => return Ok(AtomKind::Any),
            "/" if follows_verb(atoms) => return Ok(AtomKind::Route("/".to_owned())),
            "+" => Operator::Plus,
            "-" => Operator::Minus,
            "*" => Operator::Times,
            "/" => Operator::Divide,
            other => {
                return Ok(AtomKind::Operator(match comparison_of(other) {
                    Some(comparison) => Operator::Compare(comparison),
                    None => Operator::Arrow(arrow_of(other)),
                }));
            }
        };
        if self.is_glued(atoms, pair) {
            return Err(message::glued_operator(pair.as_str(), start));
        }
        Ok(AtomKind::Operator(operator))
    }

    /// Tells whether nothing stands between the last atom and this pair.
    fn is_glued(self, atoms: &[Atom], pair: &Pair<Rule>) -> bool {
        let start = self.start + pair.as_span().start();
        atoms
            .last()
            .is_some_and(|atom| atom.span.end as usize == start)
    }

    /// Reads a word and what is glued to it; `None` where it was a unit and
    /// went into the quantity before it.
    fn word(self, atoms: &mut [Atom], pair: Pair<Rule>) -> Result<Option<AtomKind>, Problem> {
        let (text, whole) = (pair.as_str(), self.span(&pair));
        let mut inner = pair.into_inner();
        let path = next(&mut inner);
        let tail = inner.next();
        let rule = tail.as_ref().map(Pair::as_rule);
        if matches!(rule, None | Some(Rule::over))
            && let Some(atom) = atoms.last_mut()
            && let AtomKind::Quantity(quantity) = &mut atom.kind
            && lacks_unit(quantity)
            && quantity::is_unit(text)
        {
            quantity.push(' ');
            quantity.push_str(text);
            atom.span.end = whole.end;
            return Ok(None);
        }
        let path = self.path(&path);
        Ok(Some(match tail {
            None => AtomKind::Word(path, false),
            Some(pair) => match pair.as_rule() {
                Rule::filters => {
                    let mut filters = self.arguments(pair)?;
                    for more in inner {
                        filters.extend(self.arguments(more)?);
                    }
                    AtomKind::Selector(path, filters)
                }
                Rule::group => AtomKind::Call(path, self.arguments(pair)?),
                Rule::list => AtomKind::Word(path, true),
                _ => return Err(message::glued_slash(text, pair.as_span().start())),
            },
        }))
    }
}

/// Adds an end to the last hop, as an alternative after `|`.
fn add_end(hops: &mut [Hop], separator: Rule, path: Path) {
    let Some(hop) = hops.last_mut() else { return };
    match hop.ends.last_mut() {
        Some(alternatives) if separator == Rule::pipe => alternatives.push(path),
        _ => hop.ends.push(vec![path]),
    }
}

/// Makes a phrase of its atoms; the grammar guarantees at least one.
fn phrase(atoms: Vec<Atom>) -> Phrase {
    let first = atoms.first().map(|atom| atom.span).unwrap_or_default();
    let last = atoms.last().map_or(first, |atom| atom.span);
    Phrase {
        span: first.to(last),
        atoms,
    }
}

/// Tells whether `*` can only be an operator: after an operand.
fn follows_operand(atoms: &[Atom]) -> bool {
    let is_operator = |atom: &Atom| matches!(atom.kind, AtomKind::Operator(_));
    atoms.last().is_some_and(|atom| !is_operator(atom)) && !follows_path_word(atoms)
}

/// Tells whether a path pattern expects a selector: after `to` or `through`.
fn follows_path_word(atoms: &[Atom]) -> bool {
    matches!(atoms.last(), Some(Atom { kind: AtomKind::Word(path, false), .. })
        if is_path_word(path.as_str()))
}

/// Tells whether a route is expected: after the method that begins an operation.
fn follows_verb(atoms: &[Atom]) -> bool {
    matches!(atoms, [Atom { kind: AtomKind::Word(path, false), .. }] if is_verb(path.as_str()))
}

/// Tells whether `*` after this word is a selector.
pub(super) fn is_path_word(word: &str) -> bool {
    matches!(word, "to" | "through")
}

/// Tells whether `/` after this word is a route.
pub(super) fn is_verb(word: &str) -> bool {
    matches!(word, "GET" | "POST" | "PUT" | "PATCH" | "DELETE")
}

/// Tells whether a number still lacks its unit: it ends in a digit or a magnitude.
fn lacks_unit(quantity: &str) -> bool {
    let number = quantity.strip_suffix("bn").unwrap_or(quantity);
    let number = number.strip_suffix(['k', 'M']).unwrap_or(number);
    number.ends_with(|c: char| c.is_ascii_digit()) && !number.contains('/')
}

/// Tells whether a route is a comment that does not begin after a blank.
pub(super) fn looks_like_comment(route: &str) -> bool {
    route.starts_with("//") || route.starts_with("/*")
}

fn arrow_of(text: &str) -> Arrow {
    match text {
        "<->" => Arrow::Duplex,
        "~>" => Arrow::Send,
        _ => Arrow::Call,
    }
}

fn comparison_of(text: &str) -> Option<Comparison> {
    Some(match text {
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        "=" => Comparison::Equal,
        _ => return None,
    })
}
