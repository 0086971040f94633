//! The one table of units.

use super::dimension::{Currency, Dimension};
use super::number;
use num_rational::Ratio;

/// One way to write a unit.
#[derive(Debug, PartialEq, Eq)]
pub struct Unit {
    singular: &'static str,
    plural: &'static str,
    others: &'static [&'static str],
    measure: Measure,
    numerator: i128,
    denominator: i128,
    joint: Joint,
    chosen_from: Option<i128>,
    means: &'static str,
}

/// What a unit measures, and with which others it forms a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Bits per second.
    Bandwidth,
    /// Sizes in powers of 1024.
    BinarySize,
    /// A part or a multiple of one.
    Portion,
    /// Large numbers; stands before another unit.
    Scale,
    /// Sizes in powers of 1000.
    Size,
    /// Time.
    Time,
    /// People; stands after a slash only.
    User,
}

/// How a unit stands after its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Apart,
    Glued,
}

impl Unit {
    /// Returns how one of it is written: `day`.
    pub fn name(&self) -> &'static str {
        self.singular
    }

    /// Returns what it means, in a few words.
    pub fn means(&self) -> &'static str {
        self.means
    }

    /// Returns every spelling that is read.
    pub fn spellings(&self) -> impl Iterator<Item = &'static str> {
        let plural = (self.plural != self.singular).then_some(self.plural);
        let others = self.others.iter().copied();
        std::iter::once(self.singular).chain(plural).chain(others)
    }

    /// Returns how much one of it is in base units.
    pub(super) fn factor(&self) -> Ratio<i128> {
        number::reduced(self.numerator, self.denominator).unwrap_or(Ratio::from_integer(1))
    }

    /// Returns its dimension.
    pub(super) fn dimension(&self) -> Dimension {
        match self.measure {
            Measure::Bandwidth => Dimension::BANDWIDTH,
            Measure::BinarySize | Measure::Size => Dimension::SIZE,
            Measure::Portion | Measure::Scale => Dimension::NUMBER,
            Measure::Time => Dimension::DURATION,
            Measure::User => Dimension::USERS,
        }
    }

    /// Returns its ladder.
    pub(super) fn measure(&self) -> Measure {
        self.measure
    }

    /// Returns what stands after a number: ` days`, `ms`.
    pub(super) fn after(&self, digits: &str, scaled: bool) -> String {
        let name = match digits {
            "1" if !scaled => self.singular,
            _ => self.plural,
        };
        match self.joint {
            Joint::Glued if !scaled => name.to_owned(),
            _ => format!(" {name}"),
        }
    }

    /// Returns how it is written after a slash, where it can stand there.
    fn below(&self) -> Option<(&'static str, Option<&'static str>)> {
        match self.measure {
            Measure::Time | Measure::User | Measure::Size | Measure::BinarySize => {
                Some((self.singular, self.others.first().copied()))
            }
            _ => None,
        }
    }
}

/// Returns every unit, for documentation and completion; currencies aside.
pub fn units() -> &'static [Unit] {
    UNITS
}

/// Returns whether a separate word after a number is a unit: `bytes`, `GB/day`, `EUR`.
pub fn is_unit(word: &str) -> bool {
    let mut parts = word.split('/');
    let first = parts.next().unwrap_or_default();
    let above = Currency::new(first).is_some() || separate(first).is_some();
    above && parts.all(|part| below_slash(part).is_some())
}

/// Returns the unit that a word after a number means, scales aside.
pub(super) fn above_slash(word: &str) -> Option<&'static Unit> {
    let unit = spelled(word)?;
    (!matches!(unit.measure, Measure::Scale | Measure::User)).then_some(unit)
}

/// Returns the scale that a word means: `k`, `M`, `bn`.
pub(super) fn scale(word: &str) -> Option<&'static Unit> {
    spelled(word).filter(|unit| unit.measure == Measure::Scale)
}

/// Returns the unit that a word after a slash means.
pub(super) fn below_slash(word: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| {
        unit.below()
            .is_some_and(|(name, other)| name == word || other == Some(word))
    })
}

/// Returns the unit that counts users.
pub(super) fn user() -> &'static Unit {
    &UNITS[0]
}

/// Returns the unit of a rate for which none was stated.
pub(super) fn second() -> &'static Unit {
    &UNITS[1]
}

/// Returns the unit of a price per size for which none was stated.
pub(super) fn gigabyte() -> &'static Unit {
    &UNITS[2]
}

/// Returns the unit of a ladder in which an amount (in base units) reads best.
pub(super) fn best(measure: Measure, amount: Ratio<i128>) -> Option<&'static Unit> {
    let rungs = || {
        let ladder = UNITS.iter().filter(move |unit| unit.measure == measure);
        ladder.filter_map(|unit| Some((unit, unit.chosen_from?)))
    };
    let reached = rungs().filter(|(unit, least)| {
        number::mul(unit.factor(), Ratio::from_integer(*least)).is_some_and(|from| amount >= from)
    });
    let highest = reached.max_by_key(|(unit, _)| unit.factor());
    let zero = amount == Ratio::from_integer(0);
    let base = rungs().find(|(unit, _)| zero && unit.factor() == Ratio::from_integer(1));
    let lowest = || base.or(rungs().min_by_key(|(unit, _)| unit.factor()));
    match measure {
        Measure::Scale => highest,
        _ => highest.or_else(lowest),
    }
    .map(|(unit, _)| unit)
}

/// Returns the spelling nearest to a word after a number.
pub(super) fn nearest_above(word: &str) -> Option<&'static str> {
    let known = UNITS.iter().filter(|unit| unit.measure != Measure::User);
    elsewhere(word).or_else(|| nearest(word, known.flat_map(Unit::spellings)))
}

/// Returns the spelling nearest to a word after a slash.
pub(super) fn nearest_below(word: &str) -> Option<&'static str> {
    let known = UNITS.iter().filter_map(|unit| Some(unit.below()?.0));
    let elsewhere = elsewhere(word).filter(|name| below_slash(name).is_some());
    elsewhere.or_else(|| nearest(word, known))
}

/// Returns our spelling of what is written otherwise elsewhere.
fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word {
        "rps" | "qps" | "tps" => "/s",
        "rpm" => "/min",
        "mins" => "min",
        "secs" => "s",
        "hr" | "hrs" => "h",
        "w" | "wk" => "week",
        "mo" => "month",
        "y" | "yr" => "year",
        "yrs" => "years",
        _ => return None,
    })
}

fn separate(word: &str) -> Option<&'static Unit> {
    above_slash(word).filter(|unit| unit.measure != Measure::Portion)
}

fn spelled(word: &str) -> Option<&'static Unit> {
    UNITS
        .iter()
        .find(|unit| unit.spellings().any(|spelling| spelling == word))
}

/// Returns the candidate with another case, else the one fewest edits away.
fn nearest(word: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let folded = word.to_lowercase();
    let distance = |candidate: &str| match candidate.to_lowercase() == folded {
        true => 0,
        false => strsim::damerau_levenshtein(word, candidate),
    };
    let near = |(distance, candidate): &(usize, &str)| {
        let longer = word.chars().count().max(candidate.chars().count());
        *distance <= (longer / 3).max(1) && *distance < longer
    };
    candidates
        .map(|candidate| (distance(candidate), candidate))
        .filter(near)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

const MINUTE: i128 = 60;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

const fn row(
    singular: &'static str,
    measure: Measure,
    (numerator, denominator): (i128, i128),
    means: &'static str,
) -> Unit {
    let joint = match measure {
        Measure::Scale | Measure::Portion | Measure::Time => Joint::Glued,
        _ => Joint::Apart,
    };
    Unit {
        singular,
        plural: singular,
        others: &[],
        measure,
        numerator,
        denominator,
        joint,
        chosen_from: None,
        means,
    }
}

impl Unit {
    /// Says how more than one is written; spelled-out units stand apart.
    const fn plural(self, plural: &'static str) -> Unit {
        Unit { plural, ..self }.apart()
    }

    const fn apart(self) -> Unit {
        Unit {
            joint: Joint::Apart,
            ..self
        }
    }

    const fn others(self, others: &'static [&'static str]) -> Unit {
        Unit { others, ..self }
    }

    /// Says from how many on printing chooses it unasked.
    const fn chosen_from(self, least: i128) -> Unit {
        Unit {
            chosen_from: Some(least),
            ..self
        }
    }
}

/// Every unit. The first three are looked up by their place; otherwise
/// the order is that in which documentation lists them.
#[rustfmt::skip]
static UNITS: &[Unit] = &[
    row("user", Measure::User, (1, 1), "each user, after a slash"),
    row("s", Measure::Time, (1, 1), "seconds").others(&["sec"]).chosen_from(1),
    row("GB", Measure::Size, (1_000_000_000, 1), "1000 MB").chosen_from(1),

    row("us", Measure::Time, (1, 1_000_000), "microseconds").others(&["µs", "μs"]).chosen_from(1),
    row("ms", Measure::Time, (1, 1_000), "milliseconds").chosen_from(1),
    row("min", Measure::Time, (MINUTE, 1), "minutes").apart().chosen_from(1),
    row("h", Measure::Time, (HOUR, 1), "hours").chosen_from(1),
    row("d", Measure::Time, (DAY, 1), "days").chosen_from(2),
    row("microsecond", Measure::Time, (1, 1_000_000), "microseconds").plural("microseconds"),
    row("millisecond", Measure::Time, (1, 1_000), "milliseconds").plural("milliseconds"),
    row("second", Measure::Time, (1, 1), "seconds").plural("seconds"),
    row("minute", Measure::Time, (MINUTE, 1), "minutes").plural("minutes"),
    row("hour", Measure::Time, (HOUR, 1), "hours").plural("hours"),
    row("day", Measure::Time, (DAY, 1), "days").plural("days"),
    row("week", Measure::Time, (7 * DAY, 1), "7 days").plural("weeks"),
    row("month", Measure::Time, (30 * DAY, 1), "30 days").plural("months"),
    row("year", Measure::Time, (365 * DAY, 1), "365 days").plural("years").chosen_from(1),

    row("byte", Measure::Size, (1, 1), "bytes").plural("bytes").chosen_from(1),
    row("B", Measure::Size, (1, 1), "bytes"),
    row("KB", Measure::Size, (1_000, 1), "1000 bytes").chosen_from(1),
    row("MB", Measure::Size, (1_000_000, 1), "1000 KB").chosen_from(1),
    row("TB", Measure::Size, (1_000_000_000_000, 1), "1000 GB").chosen_from(1),
    row("PB", Measure::Size, (1_000_000_000_000_000, 1), "1000 TB").chosen_from(1),
    row("KiB", Measure::BinarySize, (1 << 10, 1), "1024 bytes").chosen_from(1),
    row("MiB", Measure::BinarySize, (1 << 20, 1), "1024 KiB").chosen_from(1),
    row("GiB", Measure::BinarySize, (1 << 30, 1), "1024 MiB").chosen_from(1),
    row("TiB", Measure::BinarySize, (1 << 40, 1), "1024 GiB").chosen_from(1),

    row("kbps", Measure::Bandwidth, (1_000, 8), "1000 bits per second").chosen_from(1),
    row("Mbps", Measure::Bandwidth, (1_000_000, 8), "1000 kbps").chosen_from(1),
    row("Gbps", Measure::Bandwidth, (1_000_000_000, 8), "1000 Mbps").chosen_from(1),
    row("Tbps", Measure::Bandwidth, (1_000_000_000_000, 8), "1000 Gbps").chosen_from(1),

    row("k", Measure::Scale, (1_000, 1), "thousands").chosen_from(10),
    row("M", Measure::Scale, (1_000_000, 1), "millions").chosen_from(1),
    row("bn", Measure::Scale, (1_000_000_000, 1), "billions").chosen_from(1),
    row("%", Measure::Portion, (1, 100), "hundredths"),
    row("x", Measure::Portion, (1, 1), "times"),
];
