//! The design's own arithmetic, so that a reader can follow it.

use std::collections::BTreeSet;

use crate::model::{Estimate, EstimateLine, Id, Model, Piece};
use crate::quantity::Quantity;
use crate::source::Span;

/// How far a stated result may be from the computed one.
const ROUNDED: f64 = 0.05;
/// How far it may be where a rate is turned into one of another period: a month
/// of 2.5 million seconds is a common shorthand for one of 30 days.
const PERIOD_TURNED: f64 = 0.20;

/// A line of an estimate, with how it is computed.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// The estimate that it stands in.
    pub estimate: Id<Estimate>,
    /// The line: `perDay`.
    pub name: String,
    /// From what is written to what comes out: `createPost × Post.size`,
    /// `20M/day × 320 bytes`, `6.4 GB/day`; and once more in the period of the
    /// stated result, where that is another.
    pub steps: Vec<String>,
    /// The names and numbers that it computes with, as written, and what each stands for.
    pub operands: Vec<(String, Quantity)>,
    /// What comes out.
    pub result: Quantity,
    /// What the design states as the result.
    pub stated: Option<Quantity>,
    /// The share by which the two may differ.
    pub tolerance: f64,
    /// Whether they are that close; `None` where nothing is stated.
    pub agrees: Option<bool>,
    /// The line in the design.
    pub span: Span,
}

/// Returns every line of every estimate, in the order of the text.
pub fn estimates(model: &Model) -> Vec<Derivation> {
    let mut found = Vec::new();
    for (id, estimate) in model.estimates.iter() {
        found.extend(estimate.lines.iter().map(|line| derivation(id, line)));
    }
    found.sort_by_key(|line| line.span);
    found
}

impl Derivation {
    /// Returns the whole line: `perDay = createPost × Post.size = 20M/day × 320 bytes
    /// = 6.4 GB/day (stated 6.4 GB/day)`.
    pub fn words(&self) -> String {
        let steps = self.steps.join(" = ");
        match &self.stated {
            Some(stated) => format!("{} = {steps} (stated {stated})", self.name),
            None => format!("{} = {steps}", self.name),
        }
    }
}

fn derivation(estimate: Id<Estimate>, line: &EstimateLine) -> Derivation {
    let mut steps = vec![
        written(&line.arithmetic, |name, _| name.to_owned()),
        written(&line.arithmetic, |_, value| value.to_string()),
        line.computed.to_string(),
    ];
    steps.extend(line.stated.and_then(|it| turned(&line.computed, &it)));
    steps.dedup();
    let tolerance = line
        .stated
        .as_ref()
        .map_or(ROUNDED, |it| tolerance(line, it));
    let agrees = line
        .stated
        .map(|stated| is_near(&line.computed, &stated, tolerance));
    Derivation {
        estimate,
        name: line.name.clone(),
        steps,
        operands: line
            .inputs()
            .map(|(name, value)| (name.to_owned(), *value))
            .collect(),
        result: line.computed,
        stated: line.stated,
        tolerance,
        agrees,
        span: line.span,
    }
}

/// Returns a result in the period of another one.
fn turned(result: &Quantity, stated: &Quantity) -> Option<String> {
    let name = |it: &Quantity| it.period().map(|unit| unit.name());
    let same = name(result) == name(stated) || result.dimension != stated.dimension;
    (!same).then(|| result.written_like(stated).to_string())
}

/// Returns the arithmetic with blanks where people put them.
fn written(pieces: &[Piece], input: impl Fn(&str, &Quantity) -> String) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Close => text.push(')'),
            Piece::Input(name, value) => text.push_str(&input(name, value)),
            Piece::Open => text.push('('),
            Piece::Operator(operator) => text.push_str(&format!(" {operator} ")),
        }
    }
    text
}

/// A rate that is stated for another period than all that went in was turned by
/// the days of a month or the seconds of a day, which people round.
fn tolerance(line: &EstimateLine, stated: &Quantity) -> f64 {
    let inputs = line.arithmetic.iter().filter_map(|piece| match piece {
        Piece::Input(_, value) => value.period(),
        _ => None,
    });
    let periods: BTreeSet<&str> = inputs.map(|unit| unit.name()).collect();
    let is_rate = line.computed.dimension.time() < 0;
    let turned = stated
        .period()
        .is_some_and(|unit| !periods.contains(unit.name()));
    match is_rate && turned && !periods.is_empty() {
        true => PERIOD_TURNED,
        false => ROUNDED,
    }
}

fn is_near(computed: &Quantity, stated: &Quantity, tolerance: f64) -> bool {
    let (computed, stated) = (computed.to_f64(), stated.to_f64());
    let scale = computed.abs().max(stated.abs());
    (computed - stated).abs() <= tolerance * scale * (1.0 + 1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::samples::{EXAMPLE, model};

    fn lines(text: &str) -> Vec<String> {
        estimates(&model(text))
            .iter()
            .map(Derivation::words)
            .collect()
    }

    #[test]
    fn a_person_can_follow_each_line() {
        let lines = lines(EXAMPLE);
        assert_eq!(
            lines[0],
            "perDay = createPost × Post.size = 20M/day × 320 bytes = 6.4 GB/day (stated 6.4 GB/day)"
        );
        assert_eq!(
            lines[1],
            "kept = perDay × 1825 d = 6.4 GB/day × 1825d = 11.68 TB (stated 11.68 TB)"
        );
    }

    #[test]
    fn parentheses_and_plain_numbers_stay() {
        let lines = lines("system S\nestimate E { a: (2 + 3) * 4; b: 60k / 300 = 200; c: 7 }");
        assert_eq!(
            lines,
            [
                "a = (2 + 3) × 4 = 20",
                "b = 60k / 300 = 200 (stated 200)",
                "c = 7"
            ]
        );
    }

    #[test]
    fn products_may_be_off_by_a_twentieth_and_turned_rates_by_a_fifth() {
        let agrees = |line: &str| {
            let text = format!("system S\nestimate E {{ a: {line} }}");
            estimates(&model(&text))[0].agrees
        };
        // The primer's 400 a second from 10⁹ a month: 385.8 with a month of 30 days.
        assert_eq!(agrees("1bn/month * 1 = 400/s"), Some(true));
        assert_eq!(agrees("1bn/month * 1 = 500/s"), Some(false));
        assert_eq!(agrees("20M/day * 320 bytes = 6.5 GB/day"), Some(true));
        assert_eq!(agrees("20M/day * 320 bytes = 7 GB/day"), Some(false));
        assert_eq!(agrees("20M/day * 320 bytes = 80 KB/s"), Some(true));
        assert_eq!(agrees("2 * 3 = 6"), Some(true));
        assert_eq!(agrees("2 * 3 = 7"), Some(false));
        assert_eq!(agrees("2 * 3"), None);
    }

    #[test]
    fn a_rate_is_shown_in_the_period_that_is_stated() {
        // 10⁹ in 30 days of 86,400 seconds.
        assert_eq!(
            lines("system S\nestimate E { a: 1bn/month * 1 = 400/s }"),
            ["a = 1bn/month × 1 = 1bn/month = 385.8/s (stated 400/s)"]
        );
    }

    #[test]
    fn the_example_agrees_with_itself() {
        for line in estimates(&model(EXAMPLE)) {
            assert_eq!(line.agrees, Some(true), "{}", line.words());
        }
    }
}
