//! Text to values.

use super::dimension::{Currency, Dimension};
use super::unit::{self, Measure, Unit};
use super::{Hold, Quantity, Style, Value, number};
use num_rational::Ratio;
use std::fmt;
use std::ops::Range;

/// The most digits that are kept exactly.
const MOST_DIGITS: usize = 29;

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The bytes of the text that are wrong.
    pub span: Range<usize>,
    /// What is wrong and what to do; lower case, no full stop.
    pub message: String,
    /// What to write in place of these bytes, where one thing was probably meant.
    pub replacement: Option<String>,
}

/// Reads the text of one quantity, range, ratio or date.
pub fn parse(text: &str) -> Result<Value, ParseError> {
    let begin = text.len() - text.trim_start().len();
    let part = Part {
        text: text.trim(),
        begin,
    };
    if part.is_empty() {
        return part.fail("a quantity is missing");
    }
    if looks_like_a_date(part.text) {
        return date(part);
    }
    if let Some((low, high)) = part.split("..") {
        return range(part, low, high);
    }
    if let Some((left, right)) = part.split(":") {
        return ratio(part, left, right);
    }
    Ok(Value::Quantity(written(part)?.quantity(part)?))
}

/// Returns the style that writes a dimension in a unit (`min/month`, `/s`, `%`).
pub(super) fn style_of(unit: &str, dimension: Dimension) -> Option<Style> {
    let blank = if unit.starts_with('/') { "" } else { " " };
    let text = format!("1{blank}{unit}");
    let part = Part {
        text: &text,
        begin: 0,
    };
    let quantity = written(part).ok()?.quantity(part).ok()?;
    let style = Style {
        hold: Hold::Asked,
        ..quantity.style
    };
    (quantity.dimension == dimension).then_some(style)
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

/// A piece of the text and where it begins.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    begin: usize,
}

impl<'a> Part<'a> {
    fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// Splits after so many bytes.
    fn at(self, length: usize) -> (Part<'a>, Part<'a>) {
        let (head, tail) = self.text.split_at(length);
        let begin = self.begin;
        let tail = Part {
            text: tail,
            begin: begin + length,
        };
        (Part { text: head, begin }, tail)
    }

    /// Splits around the first separator.
    fn split(self, separator: &str) -> Option<(Part<'a>, Part<'a>)> {
        let (left, rest) = self.at(self.text.find(separator)?);
        Some((left, rest.at(separator.len()).1))
    }

    /// Splits after the longest run of characters that hold.
    fn run(self, holds: impl Fn(char) -> bool) -> (Part<'a>, Part<'a>) {
        let end = self.text.find(|character| !holds(character));
        self.at(end.unwrap_or(self.text.len()))
    }

    /// Returns what follows a prefix.
    fn after(self, prefix: &str) -> Option<Part<'a>> {
        self.text
            .starts_with(prefix)
            .then(|| self.at(prefix.len()).1)
    }

    fn without_blanks(self) -> Part<'a> {
        self.run(char::is_whitespace).1
    }

    fn span(self) -> Range<usize> {
        self.begin..self.begin + self.text.len()
    }

    fn error(self, message: impl Into<String>) -> ParseError {
        ParseError {
            span: self.span(),
            message: message.into(),
            replacement: None,
        }
    }

    fn fail<T>(self, message: impl Into<String>) -> Result<T, ParseError> {
        Err(self.error(message))
    }

    fn fail_with<T>(self, message: String, replacement: String) -> Result<T, ParseError> {
        Err(ParseError {
            replacement: Some(replacement),
            ..self.error(message)
        })
    }
}

/// One quantity as it was written, before its number is turned into base units.
#[derive(Clone, Copy)]
struct Written {
    number: Ratio<i128>,
    currency: Option<Currency>,
    style: Style,
}

impl Written {
    fn quantity(self, part: Part) -> Result<Quantity, ParseError> {
        let too_large = || part.error("the number is too large to be kept exactly");
        let number = self.style.factor();
        let number = number.and_then(|factor| number::mul(self.number, factor));
        let money = self.currency.map_or(Dimension::NUMBER, Dimension::money);
        let dimension = self.style.dimension();
        let dimension = dimension.and_then(|dimension| dimension.times(money));
        Ok(Quantity {
            number: number.ok_or_else(too_large)?,
            dimension: dimension.ok_or_else(too_large)?,
            style: self.style,
        })
    }

    fn is_bare(&self) -> bool {
        self.currency.is_none() && self.style.unit.is_none() && !self.has_divisors()
    }

    fn has_divisors(&self) -> bool {
        self.style.divisors().next().is_some()
    }

    /// Takes the unit and the divisors of another where it has none.
    fn completed(mut self, other: &Written) -> Written {
        if self.currency.is_none() && self.style.unit.is_none() {
            self.currency = other.currency;
            self.style.unit = other.style.unit;
            self.style.currency_code = other.style.currency_code;
        }
        if !self.has_divisors() && self.style.unit.is_none_or(|unit| !is_bandwidth(unit)) {
            self.style.per_user = other.style.per_user;
            self.style.per_size = other.style.per_size;
            self.style.period = other.style.period;
        }
        self
    }
}

fn is_bandwidth(unit: &Unit) -> bool {
    unit.measure() == Measure::Bandwidth
}

fn written(part: Part) -> Result<Written, ParseError> {
    let (negative, rest) = match part.after("-") {
        Some(rest) => (true, rest),
        None => (false, part),
    };
    let (dollar, rest) = match rest.after("$") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (digits, rest) = decimal(rest)?;
    let digits = if negative { -digits } else { digits };
    let mut written = Written {
        number: digits,
        currency: dollar.then_some(Currency::USD),
        style: Style {
            hold: Hold::Stated,
            ..Style::default()
        },
    };
    let rest = scale_and_unit(&mut written, rest)?;
    let rest = divisors(&mut written, rest)?;
    match rest.is_empty() {
        true => Ok(written),
        false => unexpected(rest),
    }
}

/// Reads `1_000.5`.
fn decimal(part: Part) -> Result<(Ratio<i128>, Part), ParseError> {
    let (whole, rest) = part.run(is_digit);
    if whole.is_empty() {
        return not_a_number(part);
    }
    let (fraction, rest) = match rest.after(".") {
        Some(rest) => rest.run(is_digit),
        None => rest.at(0),
    };
    if fraction.is_empty() && rest.begin > whole.span().end {
        return fraction.fail("digits are missing after the point");
    }
    let (literal, _) = part.at(rest.begin - part.begin);
    for digits in [whole, fraction] {
        let outer = digits.text.starts_with('_') || digits.text.ends_with('_');
        if outer || digits.text.contains("__") {
            return literal.fail("each `_` stands alone between two digits");
        }
    }
    let digits = |part: Part| part.text.replace('_', "");
    let (whole, fraction) = (digits(whole), digits(fraction));
    if whole.len() + fraction.len() > MOST_DIGITS {
        return literal.fail(format!("too many digits; {MOST_DIGITS} are kept exactly"));
    }
    let too_many = || literal.error("too many digits");
    let numerator = format!("{whole}{fraction}").parse().ok();
    let power = number::power_of_ten(u32::try_from(fraction.len()).unwrap_or(u32::MAX));
    let number = numerator.zip(power);
    let number = number.and_then(|(numerator, power)| number::reduced(numerator, power));
    Ok((number.ok_or_else(too_many)?, rest))
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || character == '_'
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '%'
}

fn not_a_number<T>(part: Part) -> Result<T, ParseError> {
    if let Some(rest) = part.after(".") {
        let (digits, _) = rest.run(is_digit);
        if !digits.is_empty() {
            let (literal, _) = part.at(1 + digits.text.len());
            let better = format!("0{}", literal.text);
            let message = format!("a number begins with a digit; write `{better}`");
            return literal.fail_with(message, better);
        }
    }
    for (sign, code) in [("€", "EUR"), ("£", "GBP"), ("¥", "JPY")] {
        if part.after(sign).is_some() {
            let (sign, _) = part.at(sign.len());
            return sign.fail(format!("`{}` is not read; write `200 {code}`", sign.text));
        }
    }
    match part.is_empty() {
        true => part.fail("a number is missing"),
        false => part.fail(format!("`{}` does not begin with a number", part.text)),
    }
}

fn unexpected<T>(rest: Part) -> Result<T, ParseError> {
    if rest.text.starts_with(',') {
        return rest.fail("`,` separates the items of a list; inside a number write `_`");
    }
    if rest.text.starts_with('.') {
        return rest.fail("a number has one decimal point");
    }
    rest.fail(format!("`{}` cannot follow a quantity", rest.text))
}

/// Reads `k`, ` GB`, `k EUR`, `ms`, or nothing.
fn scale_and_unit<'a>(written: &mut Written, rest: Part<'a>) -> Result<Part<'a>, ParseError> {
    let (word, after) = rest.without_blanks().run(is_word);
    if let Some(scale) = unit::scale(word.text) {
        written.style.scale = Some(scale);
        let blanks = after.without_blanks();
        let (word, last) = blanks.run(is_word);
        if blanks.begin == after.begin || word.is_empty() || word.text == "per" {
            return Ok(after);
        }
        measured(written, word)?;
        return Ok(last);
    }
    if word.is_empty() || word.text == "per" {
        return Ok(rest);
    }
    measured(written, word)?;
    Ok(after)
}

/// Reads a unit or a currency.
fn measured(written: &mut Written, word: Part) -> Result<(), ParseError> {
    let currency = Currency::new(word.text);
    let unit = unit::above_slash(word.text);
    if currency.is_none() && unit.is_none() {
        return unknown_unit(word, unit::nearest_above(word.text));
    }
    if written.currency.is_some() {
        return word.fail(format!(
            "`$` says the unit already; `{}` cannot follow",
            word.text
        ));
    }
    written.currency = currency;
    written.style.currency_code = currency.is_some();
    written.style.unit = unit;
    Ok(())
}

fn unknown_unit<T>(word: Part, nearest: Option<&'static str>) -> Result<T, ParseError> {
    let text = word.text;
    if let Some(message) = special(text) {
        return word.fail(message);
    }
    match nearest {
        Some(nearest) => word.fail_with(
            format!("unknown unit `{text}`; did you mean `{nearest}`?"),
            nearest.to_owned(),
        ),
        None => word.fail(format!("unknown unit `{text}`")),
    }
}

/// Returns what to say about a word for which no single unit can be suggested.
fn special(word: &str) -> Option<String> {
    let exponent = word.strip_prefix(['e', 'E']).unwrap_or_default();
    let read_twice = "can be read in several ways; write";
    let message = match word {
        "m" => format!("{read_twice} `min` for minutes, `month` for months or `M` for millions"),
        "b" => format!("{read_twice} `bn` for billions or `bytes` for a size"),
        "ns" => "is not read; the smallest unit of time is `us`".to_owned(),
        "T" => "is not read; write `1000bn`, or `TB` for a size".to_owned(),
        _ if exponent.parse::<u32>().is_ok() => {
            "is not read; write `k`, `M` or `bn` for large numbers".to_owned()
        }
        _ => return None,
    };
    Some(format!("`{word}` {message}"))
}

/// Reads `/user/day`, also ` per user`.
fn divisors<'a>(written: &mut Written, mut rest: Part<'a>) -> Result<Part<'a>, ParseError> {
    loop {
        let spoken = rest.without_blanks().after("per ");
        let Some(tail) = rest.after("/").or(spoken.map(Part::without_blanks)) else {
            return Ok(rest);
        };
        let (word, after) = tail.run(is_word);
        if word.is_empty() {
            let (slash, _) = rest.at(tail.begin - rest.begin);
            return slash.fail("a unit is missing: `s`, `day`, `user` fit here");
        }
        let Some(unit) = unit::below_slash(word.text) else {
            return unknown_unit(word, unit::nearest_below(word.text));
        };
        divide(written, unit, word)?;
        rest = after;
    }
}

fn divide(written: &mut Written, unit: &'static Unit, word: Part) -> Result<(), ParseError> {
    let style = &mut written.style;
    let taken = match unit.measure() {
        Measure::User => std::mem::replace(&mut style.per_user, true),
        Measure::Time if style.unit.is_some_and(is_bandwidth) => {
            return word.fail("bits per second are a rate already; no other period fits");
        }
        Measure::Time => style.period.replace(unit).is_some(),
        _ => style.per_size.replace(unit).is_some(),
    };
    match (taken, unit.measure()) {
        (false, _) => Ok(()),
        (true, Measure::Time) => word.fail(format!("`/{}` is a second period", word.text)),
        (true, _) => word.fail(format!("`/{}` stands twice", word.text)),
    }
}

fn range(part: Part, low: Part, high: Part) -> Result<Value, ParseError> {
    let (low_written, high_written) = (written(low)?, written(high)?);
    if let Some(scale) = high_written.style.scale
        && low_written.style.scale.is_none()
        && low_written.number != Ratio::from_integer(0)
    {
        return ambiguous_scale(part, low, scale.name());
    }
    if high_written.is_bare() && low_written.style.unit.is_some() {
        return high.fail("a unit is missing: that of the end holds for both ends of a range");
    }
    let dollars = low_written.currency.is_some() && high_written.currency.is_none();
    let mut high_written = high_written;
    if dollars && high_written.style.unit.is_none() {
        high_written.currency = low_written.currency;
        high_written.style.currency_code = low_written.style.currency_code;
    }
    let low_written = low_written.completed(&high_written);
    let from = low_written.quantity(low)?;
    let to = high_written.quantity(high)?;
    if from.dimension != to.dimension {
        let (from, to) = (from.dimension.noun(), to.dimension.noun());
        return part.fail(format!(
            "a range has two ends of one kind; this one begins with {from} and ends with {to}"
        ));
    }
    if from.number > to.number {
        let better = Value::Range(to, from).to_string();
        let message = format!("the range begins above its end; write `{better}`");
        return part.fail_with(message, better);
    }
    Ok(Value::Range(from, to))
}

/// Refuses `1..2k`, which some read as one to two thousand, others as a thousand to two.
fn ambiguous_scale<T>(part: Part, low: Part, scale: &str) -> Result<T, ParseError> {
    let (range, low) = (part.text, low.text);
    part.fail(format!(
        "`{range}` can be read in two ways; give `{low}` its own `{scale}`, or write both ends without"
    ))
}

fn ratio(part: Part, left: Part, right: Part) -> Result<Value, ParseError> {
    let ends = [left, right].map(|end| {
        let read = written(end)?;
        match read.is_bare() && read.number >= Ratio::from_integer(0) {
            true => read.quantity(end),
            false => end.fail("a ratio has plain numbers on both sides, such as `100:1`"),
        }
    });
    let [left, right] = ends;
    let (left, right) = (left?, right?);
    let zero = Quantity::count(0);
    if left == zero && right == zero {
        return part.fail("a ratio cannot be zero on both sides");
    }
    Ok(Value::Ratio(left, right))
}

/// Returns whether digits are followed by `-` and a digit.
fn looks_like_a_date(text: &str) -> bool {
    let rest = text.trim_start_matches(|character: char| character.is_ascii_digit());
    let dashed = rest.strip_prefix('-');
    rest.len() < text.len()
        && dashed.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn date(part: Part) -> Result<Value, ParseError> {
    let text = part.text;
    let Some([year, month, day]) = date_fields(text) else {
        return part.fail(format!("`{text}` is not a date; write `2027-01-31`"));
    };
    let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else {
        return part.fail(format!("the date `{text}` does not exist"));
    };
    if year == 0 || !(1..=12).contains(&month) {
        return part.fail(format!("the date `{text}` does not exist"));
    }
    let length = days_of(year, month);
    if !(1..=length).contains(&day) {
        return part.fail(format!(
            "the date `{text}` does not exist; that month has {length} days"
        ));
    }
    Ok(Value::Date(super::Date { year, month, day }))
}

fn date_fields(text: &str) -> Option<[u16; 3]> {
    let mut fields = text.split('-');
    let mut field = |width: usize| {
        let digits = fields.next().filter(|digits| digits.len() == width)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten()
    };
    let read = [field(4)?, field(2)?, field(2)?];
    fields.next().is_none().then_some(read)
}

fn days_of(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
