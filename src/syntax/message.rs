//! What is wrong with a statement, in the language's words.
//!
//! Takes the text of a statement and pest's error, gives a [`Problem`]. Knows
//! the slips that people make and what they meant.

use std::ops::Range;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::head::{self, Rule};
use crate::quantity;

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// What keeps a statement from being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Where, within the statement.
    pub range: Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

/// Says what pest's error means.
pub(super) fn explain(text: &str, error: &Error<Rule>) -> Problem {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => &[],
    };
    let at = at + text[at..].len() - text[at..].trim_start_matches(BLANKS).len();
    slip(text, at, expected).unwrap_or_else(|| plain(text, at, expected))
}

/// Says that a colon stands at the end with nothing after it.
pub(super) fn missing_value(text: &str) -> Problem {
    missing_operand(text, text.len())
}

/// Says that a value must follow an operator.
pub(super) fn missing_operand(text: &str, at: usize) -> Problem {
    let at = text.len() - text[at..].trim_start_matches(BLANKS).len();
    plain(text, at, &[Rule::value])
}

/// Says what may follow a dotted path at the start of a statement.
pub(super) fn dotted_kind(text: &str, at: usize) -> Problem {
    let at = text.len() - text[at..].trim_start_matches(BLANKS).len();
    let expected = [Rule::connect, Rule::set, Rule::demand];
    slip(text, at, &expected).unwrap_or_else(|| plain(text, at, &expected))
}

/// Says that a backslash stands before a character that needs none.
pub(super) fn unknown_escape(text: &str, range: Range<usize>) -> Problem {
    Problem {
        message: format!("unknown escape `{}`", &text[range.clone()]),
        range,
        help: Some("a string knows `\\\"`, `\\\\` and `\\n`".to_owned()),
    }
}

/// Says that an operator of arithmetic has no blank before it.
pub(super) fn glued_operator(operator: &str, at: usize) -> Problem {
    Problem {
        range: at..at + operator.len(),
        message: format!("expected a blank before `{operator}`"),
        help: Some(format!(
            "an operator of arithmetic stands between blanks: ` {operator} `"
        )),
    }
}

/// Says that a route, or what was meant as a comment, has no blank before it.
pub(super) fn glued_route(route: &str, at: usize) -> Problem {
    let is_comment = head::looks_like_comment(route);
    let sign = &route[..if is_comment { 2 } else { 1 }];
    let what = if is_comment { "a comment" } else { "a route" };
    problem(
        at..at + sign.len(),
        format!("expected a blank before `{sign}`"),
        format!("{what} begins after a blank"),
    )
}

/// Says that a slash stands within a word.
pub(super) fn glued_slash(word: &str, at: usize) -> Problem {
    Problem {
        range: at..at + 1,
        message: format!("unexpected `/` in `{word}`"),
        help: Some(format!(
            "text stands in quotes: `\"{word}\"`; arithmetic needs blanks around `/`"
        )),
    }
}

/// Says what was expected, for a place where no known slip is.
fn plain(text: &str, at: usize, expected: &[Rule]) -> Problem {
    let found = Found::new(text, at);
    let before = before(text, at);
    let after = before.clone().map(|before| &text[before]);
    let message = match (words(expected, after), after) {
        (Some(words), Some(before)) => {
            let found = found
                .text
                .as_ref()
                .map_or(String::new(), |found| format!(", found `{found}`"));
            format!("expected {words} after `{before}`{found}")
        }
        (Some(_), None) => format!("expected a statement, found `{}`", found.word()),
        (None, Some(before)) => {
            format!("unexpected `{}` after `{before}`", found.word())
        }
        (None, None) => format!("unexpected `{}`", found.word()),
    };
    let range = match (found.text, before) {
        (None, Some(before)) => before,
        _ => found.range,
    };
    Problem {
        range,
        message,
        help: None,
    }
}

/// The token at which reading stopped.
struct Found {
    range: Range<usize>,
    /// As it is shown; `None` at the end of the statement.
    text: Option<String>,
}

impl Found {
    fn new(text: &str, at: usize) -> Found {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            return Found {
                range: at..at,
                text: None,
            };
        };
        let same = |c: char| is_word(c) == is_word(first) && is_sign(c) == is_sign(first);
        let len = if is_word(first) || is_sign(first) {
            rest.find(|c: char| !same(c)).unwrap_or(rest.len())
        } else if first == '"' {
            string_len(rest)
        } else {
            first.len_utf8()
        };
        Found {
            range: at..at + len,
            text: Some(shown(&rest[..len])),
        }
    }

    fn word(&self) -> &str {
        self.text.as_deref().unwrap_or("the end of the statement")
    }
}

/// Returns a token as it is shown: short, and an invisible character by its number.
fn shown(token: &str) -> String {
    let first = token.chars().next().unwrap_or(' ');
    if is_invisible(first) {
        return format!("U+{:04X}", first as u32);
    }
    let mut chars = token.chars();
    let mut short: String = chars.by_ref().take_while(|c| *c != '\n').take(30).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short.trim_end().to_owned()
}

fn is_invisible(c: char) -> bool {
    c.is_control() || c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_sign(c: char) -> bool {
    matches!(c, '-' | '=' | '<' | '>' | '~' | '!')
}

fn string_len(rest: &str) -> usize {
    rest[1..].find('"').map_or(rest.len(), |len| len + 2)
}

/// Returns the token before a place; with the word before it if it is a colon.
fn before(text: &str, at: usize) -> Option<Range<usize>> {
    let kept = text[..at].trim_end();
    let last = kept.chars().next_back()?;
    let is_part = |c: char| is_word(c) || matches!(c, '-' | '.' | '%' | '/' | '$');
    let start = match last {
        ':' => {
            let word = kept[..kept.len() - 1].trim_end();
            word.trim_end_matches(is_part).len()
        }
        _ if is_word(last) || last == '%' => kept.trim_end_matches(is_part).len(),
        _ if is_sign(last) => kept.trim_end_matches(is_sign).len(),
        '"' => kept[..kept.len() - 1].rfind('"').unwrap_or(kept.len() - 1),
        _ => kept.len() - last.len_utf8(),
    };
    let too_long = kept.len() - start > 60 || kept[start..].contains('\n');
    let start = if too_long {
        kept.len() - last.len_utf8()
    } else {
        start
    };
    Some(start..kept.len())
}

/// Says in words what was expected; `None` where nothing more was needed, so
/// that what was found is simply too much.
fn words(expected: &[Rule], after: Option<&str>) -> Option<String> {
    let is_value = |rule: &Rule| matches!(rule, Rule::value | Rule::quantity);
    if expected.iter().any(is_value) && !expected.contains(&Rule::operator) {
        return Some("a value".to_owned());
    }
    if expected.contains(&Rule::EOI) {
        return None;
    }
    let mut words: Vec<&str> = Vec::new();
    for word in expected.iter().filter_map(|rule| word(*rule)) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let last = words.pop()?;
    Some(match words.as_slice() {
        [] if last == "a name" && after.is_some_and(|after| after.ends_with(':')) => {
            "a type".to_owned()
        }
        [] => last.to_owned(),
        words => format!("{} or {last}", words.join(", ")),
    })
}

/// Returns how a grammar rule reads in a message; `None` for what is never
/// worth naming, since something else is expected there as well.
fn word(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::EOI | Rule::comma | Rule::pipe | Rule::operator => return None,
        Rule::WHITESPACE | Rule::glue | Rule::currency | Rule::parameter => return None,
        Rule::plain
        | Rule::beyond_ascii
        | Rule::word_char
        | Rule::letter
        | Rule::identifier
        | Rule::more_ends => return None,
        Rule::annotation | Rule::mention => "an annotation",
        Rule::statement => "a statement",
        Rule::set | Rule::colon | Rule::label => "`:`",
        Rule::demand | Rule::comparison => "a comparison",
        Rule::connect | Rule::arrow => "an arrow such as `->`",
        Rule::declare | Rule::name | Rule::path => "a name",
        Rule::types => "a type",
        Rule::value | Rule::phrase | Rule::atom | Rule::quantity | Rule::route => "a value",
        Rule::tag | Rule::any | Rule::word | Rule::over => "a value",
        Rule::argument => "an argument",
        Rule::string => "a title in quotes",
        Rule::group => "`(`",
        Rule::filters => "`[`",
        Rule::list => "`[]`",
    })
}

/// Recognises what people write by habit, and says what is meant here.
fn slip(text: &str, at: usize, expected: &[Rule]) -> Option<Problem> {
    let rest = &text[at..];
    let found = Found::new(text, at);
    let is_outside = at == 0 || expected.contains(&Rule::EOI);
    bracket(rest, &found)
        .filter(|_| is_outside)
        .or_else(|| invisible(rest, &found))
        .or_else(|| address(text, at, rest))
        .or_else(|| quote(rest, at))
        .or_else(|| arrow(text, at, &found))
        .or_else(|| equals(text, at, rest, &found, expected))
        .or_else(|| two_statements(text, at, rest))
        .or_else(|| trailing_comma(text, at, rest))
        .or_else(|| number(text, at, &found, expected))
        .or_else(|| hash(rest, at))
        .or_else(|| title(&found, expected))
}

fn problem(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem {
        range,
        message: message.into(),
        help: Some(help.into()),
    }
}

fn bracket(rest: &str, found: &Found) -> Option<Problem> {
    rest.starts_with([')', ']']).then(|| {
        let word = found.word();
        problem(
            found.range.clone(),
            format!("`{word}` closes nothing"),
            format!("remove `{word}`, or open it before"),
        )
    })
}

fn invisible(rest: &str, found: &Found) -> Option<Problem> {
    is_invisible(rest.chars().next()?).then(|| {
        let word = found.word();
        problem(
            found.range.clone(),
            format!("unexpected character {word}"),
            format!("{word} cannot be seen; put a plain blank in its place, or nothing"),
        )
    })
}

/// An address such as `https://…` without quotes.
fn address(text: &str, at: usize, rest: &str) -> Option<Problem> {
    if !rest.starts_with("://") {
        return None;
    }
    let start = text[..at].trim_end_matches(is_word).len();
    let len = rest.find(BLANKS).unwrap_or(rest.len());
    let address = shown(&text[start..at + len]);
    Some(problem(
        start..at + len,
        "expected quotes around an address",
        format!("write `\"{address}\"`"),
    ))
}

fn quote(rest: &str, at: usize) -> Option<Problem> {
    let first = rest.chars().next()?;
    let is_quote = matches!(first, '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'' | '`');
    is_quote.then(|| {
        problem(
            at..at + first.len_utf8(),
            format!("expected straight quotes, found {first}"),
            "a string stands in straight double quotes: `\"…\"`",
        )
    })
}

fn arrow(text: &str, at: usize, found: &Found) -> Option<Problem> {
    let sign = text[at..].chars().next()?;
    let word = found.word();
    let is_arrow =
        matches!(sign, '→' | '⇒' | '⟶') || is_sign(sign) && word.ends_with('>') && word.len() > 1;
    if !is_arrow {
        return None;
    }
    let range = found.range.clone();
    if text[..at].trim().is_empty() {
        let help = "put the arrow at the end of the line before, so that the statement goes on";
        return Some(problem(
            range,
            format!("expected a name before `{word}`"),
            help,
        ));
    }
    let known = matches!(word, "->" | "~>" | "<->" | ">");
    (!known).then(|| {
        problem(
            range,
            format!("unknown arrow `{word}`"),
            "`->` calls and waits, `~>` sends and goes on, `<->` holds a two-way connection",
        )
    })
}

fn equals(text: &str, at: usize, rest: &str, found: &Found, expected: &[Rule]) -> Option<Problem> {
    let allows_colon = expected.contains(&Rule::colon) || expected.contains(&Rule::set);
    if !rest.starts_with('=') || !allows_colon {
        return None;
    }
    let key = text[..at].trim();
    let value = shown(rest.trim_start_matches('=').trim());
    Some(problem(
        found.range.clone(),
        format!("expected `:` after `{key}`, found `{}`", found.word()),
        format!("a fact is written `{key}: {value}`"),
    ))
}

/// A colon after a word within a value: the next statement has begun.
fn two_statements(text: &str, at: usize, rest: &str) -> Option<Problem> {
    if !rest.starts_with(':') {
        return None;
    }
    let kept = text[..at].trim_end();
    let start = kept
        .trim_end_matches(|c| is_word(c) || matches!(c, '-' | '.'))
        .len();
    let word = &kept[start..];
    let has_more = !kept[..start].trim().is_empty() && word.starts_with(|c: char| !c.is_numeric());
    has_more.then(|| {
        problem(
            start..kept.len(),
            format!("expected `;` or a new line before `{word}:`"),
            "two statements on one line need `;` between them",
        )
    })
}

fn trailing_comma(text: &str, at: usize, rest: &str) -> Option<Problem> {
    let kept = text[..at].trim_end();
    (rest.is_empty() && kept.ends_with(',')).then(|| {
        problem(
            kept.len() - 1..kept.len(),
            "expected a value after `,`",
            "a statement ends at the end of its line and needs no comma there",
        )
    })
}

/// A number after a word: a fact without its colon, or a name that begins with a digit.
fn number(text: &str, at: usize, found: &Found, expected: &[Rule]) -> Option<Problem> {
    let word = found.word();
    let names = expected
        .iter()
        .any(|rule| matches!(rule, Rule::name | Rule::path | Rule::declare));
    if !names || !word.starts_with(|c: char| c.is_numeric()) {
        return None;
    }
    let unit = word.trim_start_matches(|c: char| c.is_numeric());
    let key = text[..at].trim();
    let is_fact = expected.contains(&Rule::colon) || expected.contains(&Rule::set);
    let is_number = unit.is_empty() || unit == "x" || quantity::is_unit(unit);
    if is_fact && is_number && key.chars().all(|c| is_word(c) || matches!(c, '-' | '.')) {
        let value = shown(text[at..].trim());
        return Some(problem(
            found.range.clone(),
            format!("expected `:` after `{key}`, found `{word}`"),
            format!("a fact is written `{key}: {value}`"),
        ));
    }
    Some(problem(
        found.range.clone(),
        format!("expected a name, found `{word}`"),
        "a name begins with a letter or `_`",
    ))
}

fn hash(rest: &str, at: usize) -> Option<Problem> {
    (at == 0 && rest.starts_with('#')).then(|| {
        problem(
            at..at + 1,
            "expected a statement, found `#`",
            "a comment begins with `//`",
        )
    })
}

/// A word where only a title may stand.
fn title(found: &Found, expected: &[Rule]) -> Option<Problem> {
    let word = found.text.as_ref()?;
    let takes_title = expected.contains(&Rule::string) && expected.contains(&Rule::EOI);
    let is_plain = word.starts_with(is_word) && !expected.contains(&Rule::operator);
    (takes_title && is_plain).then(|| {
        problem(
            found.range.clone(),
            format!("expected a title in quotes, found `{word}`"),
            "a title is written `\"…\"`; two statements on one line need `;` between them",
        )
    })
}
