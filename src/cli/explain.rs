//! `underpin explain`.

use std::path::PathBuf;

use super::Verdict;
use super::terminal::Terminal;
use super::words::one_of;
use crate::lint::selection::unknown_rule;
use crate::lint::{Profile, RuleInfo};
use crate::report;
use crate::workspace::{self, Error, Request};

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Markdown,
    Json,
}

const FORMATS: &[(&str, Format)] = &[
    ("text", Format::Text),
    ("markdown", Format::Markdown),
    ("json", Format::Json),
];

/// Arguments of `explain`.
#[derive(clap::Args)]
pub struct Explain {
    /// Rules to explain; without one, list their names
    #[arg(value_name = "RULE")]
    rules: Vec<String>,

    /// Explain every rule
    #[arg(long, conflicts_with = "rules")]
    all: bool,

    /// How to write the pages
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS))]
    format: Format,

    /// List the rules that could not be decided for a design, and where
    #[arg(long, value_name = "PATH", conflicts_with_all = ["rules", "all", "format"])]
    not_evaluated: Option<PathBuf>,
}

/// Writes pages, names, or what could not be decided.
pub fn run(
    explain: &Explain,
    terminal: &Terminal,
    rules: &[RuleInfo],
) -> Result<(String, Verdict), Error> {
    let text = match &explain.not_evaluated {
        Some(path) => not_evaluated(path)?,
        None if explain.rules.is_empty() && !explain.all => names(explain.format, rules),
        None => pages(explain.format, terminal, &explain.chosen(rules)?),
    };
    Ok((text, Verdict::Clean))
}

impl Explain {
    fn chosen<'a>(&self, rules: &'a [RuleInfo]) -> Result<Vec<&'a RuleInfo>, Error> {
        if self.all {
            return Ok(rules.iter().collect());
        }
        let find = |name: &String| {
            let found = rules.iter().find(|rule| rule.name == *name);
            found.ok_or_else(|| unknown(name, rules))
        };
        self.rules.iter().map(find).collect()
    }
}

/// Says that no rule has that name; what reads like a policy is in the design.
fn unknown(name: &str, rules: &[RuleInfo]) -> Error {
    let unknown = unknown_rule(name, rules);
    let is_near = unknown.help.starts_with("did you mean");
    match name.contains(char::is_uppercase) && !is_near {
        true => Error {
            message: unknown.message,
            help: Some("a policy is explained where the design declares it".to_owned()),
        },
        false => Error::from(unknown),
    }
}

fn not_evaluated(path: &std::path::Path) -> Result<String, Error> {
    let review = workspace::review(&Request::of(vec![path.to_path_buf()]))?;
    Ok(report::undecided(&review.sources, &review.outcomes))
}

fn names(format: Format, rules: &[RuleInfo]) -> String {
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    match format {
        Format::Json => format!("{:#}\n", serde_json::json!(names)),
        Format::Markdown => names.iter().map(|name| format!("- {name}\n")).collect(),
        Format::Text => names.iter().map(|name| format!("{name}\n")).collect(),
    }
}

fn pages(format: Format, terminal: &Terminal, rules: &[&RuleInfo]) -> String {
    let options = report::Options {
        color: terminal.color,
        width: terminal.width,
        ..report::Options::default()
    };
    let pages: Vec<String> = match format {
        Format::Json => return json(rules),
        Format::Markdown => rules.iter().map(|rule| rule.page.to_string()).collect(),
        Format::Text => {
            let facts = rules.iter().map(|rule| (rule, &rule.page));
            facts
                .map(|(rule, page)| format!("{}\n{}", report::page(page, &options), facts_of(rule)))
                .collect()
        }
    };
    pages.join("\n")
}

fn facts_of(rule: &RuleInfo) -> String {
    format!(
        "Category: {}\nSeverity: {}\nConfidence: {}\nProfiles: {}\n",
        rule.category,
        rule.severity.word(),
        rule.confidence.word(),
        profiles(rule)
    )
}

fn profiles(rule: &RuleInfo) -> String {
    let words: Vec<&str> = rule.profiles.iter().map(|it| Profile::word(*it)).collect();
    words.join(", ")
}

fn json(rules: &[&RuleInfo]) -> String {
    let rules = rules.iter().map(|rule| {
        let mut facts = super::rules::facts(rule);
        facts["page"] = rule.page.as_ref().into();
        facts
    });
    format!("{:#}\n", serde_json::Value::from_iter(rules))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    use crate::finding::{Confidence, RuleName, Severity};

    const RULE: RuleInfo = RuleInfo {
        name: RuleName::of("missing-cache"),
        category: "capacity",
        summary: Cow::Borrowed("reads that a cache would carry"),
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        profiles: &[Profile::Recommended, Profile::Strict],
        page: Cow::Borrowed("# missing-cache\n\nReads go to\nthe store.\n"),
        options: &[],
    };

    fn explain(rules: &[&str], format: Format) -> Result<String, Error> {
        let explain = Explain {
            rules: rules.iter().map(|rule| rule.to_string()).collect(),
            all: false,
            format,
            not_evaluated: None,
        };
        let terminal = Terminal {
            interactive: false,
            color: false,
            unicode: true,
            width: None,
        };
        run(&explain, &terminal, &[RULE]).map(|(text, _)| text)
    }

    #[test]
    fn writes_a_page_with_its_facts() {
        assert_eq!(
            explain(&["missing-cache"], Format::Text).unwrap(),
            "missing-cache\n\nReads go to the store.\n\nCategory: capacity\nSeverity: warning\n\
             Confidence: medium\nProfiles: recommended, strict\n"
        );
        assert_eq!(
            explain(&["missing-cache"], Format::Markdown).unwrap(),
            RULE.page
        );
        let json = explain(&["missing-cache"], Format::Json).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json[0]["page"], *RULE.page);
        assert_eq!(json[0]["profiles"][1], "strict");
    }

    #[test]
    fn lists_names_and_refuses_unknown_ones() {
        assert_eq!(explain(&[], Format::Text).unwrap(), "missing-cache\n");
        let error = explain(&["mising-cache"], Format::Text).unwrap_err();
        assert_eq!(error.message, "there is no rule `mising-cache`");
        assert_eq!(error.help.as_deref(), Some("did you mean `missing-cache`?"));
        let error = explain(&["NoDirectStore"], Format::Text).unwrap_err();
        assert_eq!(
            error.help.as_deref(),
            Some("a policy is explained where the design declares it")
        );
    }
}
