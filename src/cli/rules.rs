//! `underpin rules`.

use serde_json::{Value, json};

use super::Verdict;
use super::words::one_of;
use crate::lint::RuleInfo;
use crate::lint::selection::{categories, unknown_category};
use crate::workspace::Error;

/// How the table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

const FORMATS: &[(&str, Format)] = &[("text", Format::Text), ("json", Format::Json)];

/// Arguments of `rules`.
#[derive(clap::Args)]
pub struct Rules {
    /// List the rules of this category only
    #[arg(long, value_name = "NAME")]
    category: Option<String>,

    /// How to write the table
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS))]
    format: Format,
}

/// Writes a table of the rules.
pub fn run(arguments: &Rules, rules: &[RuleInfo]) -> Result<(String, Verdict), Error> {
    let category = arguments.category.as_deref();
    if let Some(category) = category
        && !categories(rules).contains(&category)
    {
        return Err(unknown_category(category, rules).into());
    }
    let listed = rules.iter();
    let listed = listed.filter(|rule| category.is_none_or(|it| it == rule.category));
    let text = match arguments.format {
        Format::Json => format!("{:#}\n", Value::from_iter(listed.map(facts))),
        Format::Text => table(listed.map(row).collect()),
    };
    Ok((text, Verdict::Clean))
}

/// Returns what is known about a rule, without its page.
pub fn facts(rule: &RuleInfo) -> Value {
    json!({
        "name": rule.name,
        "category": rule.category,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "profiles": rule.profiles,
        "summary": rule.summary,
    })
}

const COLUMNS: usize = 6;
const TITLES: [&str; COLUMNS] = [
    "rule",
    "category",
    "severity",
    "confidence",
    "profile",
    "summary",
];

// The smallest profile says it all: the larger ones hold it too.
fn row(rule: &RuleInfo) -> [&str; COLUMNS] {
    [
        &rule.name,
        rule.category,
        rule.severity.word(),
        rule.confidence.word(),
        rule.profiles.first().map_or("", |profile| profile.word()),
        &rule.summary,
    ]
}

fn table(mut rows: Vec<[&str; COLUMNS]>) -> String {
    rows.insert(0, TITLES);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    let line = |row: &[&str; COLUMNS]| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    use crate::finding::{Confidence, RuleName, Severity};
    use crate::lint::Profile;

    const RULES: &[RuleInfo] = &[
        RuleInfo {
            name: RuleName::of("missing-cache"),
            category: "capacity",
            summary: Cow::Borrowed("reads that a cache would carry"),
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            profiles: &[Profile::Recommended, Profile::Strict],
            page: Cow::Borrowed(""),
            options: &[],
        },
        RuleInfo {
            name: RuleName::of("cyclic-wait"),
            category: "availability",
            summary: Cow::Borrowed("calls that wait for each other"),
            severity: Severity::Error,
            confidence: Confidence::High,
            profiles: &Profile::ALL,
            page: Cow::Borrowed(""),
            options: &[],
        },
    ];

    fn rules(category: Option<&str>, format: Format) -> Result<String, Error> {
        let category = category.map(str::to_string);
        run(&Rules { category, format }, RULES).map(|(text, _)| text)
    }

    #[test]
    fn writes_a_table() {
        assert_eq!(
            rules(None, Format::Text).unwrap(),
            "\
rule           category      severity  confidence  profile      summary
missing-cache  capacity      warning   medium      recommended  reads that a cache would carry
cyclic-wait    availability  error     high        core         calls that wait for each other
"
        );
        let json = rules(Some("availability"), Format::Json).unwrap();
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json.as_array().unwrap().len(), 1);
        assert_eq!(json[0]["severity"], "error");
    }

    #[test]
    fn refuses_an_unknown_category() {
        let error = rules(Some("capacty"), Format::Text).unwrap_err();
        assert_eq!(error.message, "there is no category `capacty`");
        assert_eq!(error.help.as_deref(), Some("did you mean `capacity`?"));
    }
}
