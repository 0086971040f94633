//! Every rule's page is its first test.
//!
//! A block marked ```` ```arch bad ```` must raise the page's rule, one marked
//! `good` must not, and one marked `unknown` must leave it undecided. Only the
//! pages of the language may show designs that cannot be understood.

use underpin::config::Wishes;
use underpin::lint::{Outcome, Profile, RuleInfo};
use underpin::workspace::{Configuration, Request, date, review};

struct Block {
    mark: String,
    text: String,
    line: usize,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, Some(mark)) => {
                let (mark, text) = (mark.to_owned(), String::new());
                open = Some(Block {
                    mark,
                    text,
                    line: index + 1,
                });
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

fn reviewed(text: &str) -> Outcome {
    let wishes = Wishes {
        profile: Some(Profile::Practice),
        ..Wishes::default()
    };
    let request = Request {
        paths: Vec::new(),
        stdin: Some(("page.arch".to_owned(), text.as_bytes().to_vec())),
        environment: None,
        today: date("2026-11-21").unwrap(),
        configuration: Configuration::None,
        wishes,
    };
    review(&request).unwrap().outcomes.remove(0)
}

fn judge(info: &RuleInfo, block: &Block) -> Result<(), String> {
    let outcome = reviewed(&block.text);
    let rules: Vec<&str> = outcome
        .findings
        .iter()
        .map(|finding| finding.rule)
        .collect();
    let raised = rules.contains(&info.name);
    let undecided = outcome.not_evaluated.iter().any(|it| it.rule == info.name);
    let right = match block.mark.as_str() {
        "arch bad" => raised,
        "arch good" => !raised,
        "arch unknown" => !raised && undecided,
        other => return Err(format!("unknown mark `{other}`")),
    };
    let language = info.category == "language";
    let unreadable = outcome.findings.iter().find(|finding| {
        let about = underpin::rules::infos()
            .into_iter()
            .find(|info| info.name == finding.rule);
        let about = about.map(|about| about.category);
        about == Some("language") && finding.severity == underpin::finding::Severity::Error
    });
    match unreadable {
        Some(finding) if !language => Err(format!("cannot be read: {}", finding.message)),
        _ if right => Ok(()),
        _ => Err(format!("got {rules:?}")),
    }
}

#[test]
fn pages_hold() {
    let mut wrong = Vec::new();
    for info in underpin::rules::infos() {
        for block in blocks(info.page)
            .iter()
            .filter(|block| block.mark.starts_with("arch"))
        {
            if let Err(why) = judge(&info, block) {
                wrong.push(format!(
                    "{} line {} ({}): {why}",
                    info.name, block.line, block.mark
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_shows_both_sides() {
    for info in underpin::rules::infos() {
        let marks: Vec<String> = blocks(info.page)
            .into_iter()
            .map(|block| block.mark)
            .collect();
        let shown = |mark: &str| marks.iter().any(|it| it == mark);
        assert!(
            info.page.starts_with(&format!("# {}\n", info.name)),
            "{}",
            info.name
        );
        // A rule that breaks cannot be shown, and a file cannot be imported from a page.
        if info.name == "internal-error" {
            continue;
        }
        assert!(
            shown("arch bad") && shown("arch good"),
            "{} lacks an example",
            info.name
        );
    }
}

/// Returns a section of a page, without its title.
fn section<'p>(page: &'p str, title: &str) -> Option<&'p str> {
    let (_, rest) = page.split_once(&format!("\n## {title}\n"))?;
    Some(rest.split("\n## ").next().unwrap_or(rest))
}

#[test]
fn every_option_stands_on_its_page() {
    for info in underpin::rules::infos() {
        let section = section(info.page, "Options");
        assert_eq!(section.is_some(), !info.options.is_empty(), "{}", info.name);
        let section = section.unwrap_or_default();
        for option in info.options {
            let (name, default) = (option.name, option.default);
            let entry = format!("- `{name}` (`{default}` unless it is set): ");
            assert!(section.contains(&entry), "{}: {entry}", info.name);
            let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(name.chars().all(kebab), "{}: {name}", info.name);
            assert!(option.default_value().to_f64() > 0.0, "{}", info.name);
            let words = option.summary;
            assert!(!words.ends_with('.') && words.len() <= 90, "{words}");
        }
        let listed = section
            .lines()
            .filter(|line| line.starts_with("- "))
            .count();
        assert_eq!(listed, info.options.len(), "{}", info.name);
    }
}

#[test]
fn names_and_summaries_read_well() {
    for info in underpin::rules::infos() {
        let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(info.name.chars().all(kebab), "{}", info.name);
        assert!(!info.name.starts_with("no-"), "{} names a cure", info.name);
        assert!(
            !info.summary.ends_with('.') && info.summary.len() <= 90,
            "{}",
            info.name
        );
        assert!(
            info.summary.starts_with(|c: char| !c.is_uppercase()),
            "{}",
            info.name
        );
    }
}

#[test]
fn messages_are_sentences_about_named_things() {
    for info in underpin::rules::infos()
        .iter()
        .filter(|info| info.category != "language")
    {
        for block in blocks(info.page)
            .iter()
            .filter(|block| block.mark == "arch bad")
        {
            for finding in reviewed(&block.text).findings {
                let words = &finding.message;
                let at = format!("{} line {}: {words}", info.name, block.line);
                assert!(!words.ends_with('.') && !words.contains('\n'), "{at}");
                assert!(words.chars().count() <= 160, "too long: {at}");
                assert!(!words.starts_with(|c: char| c.is_uppercase()), "{at}");
                assert!(!finding.subjects.is_empty(), "no subject: {at}");
                let listed = underpin::rules::infos()
                    .into_iter()
                    .find(|it| it.name == finding.rule);
                let ours = listed.is_some_and(|it| it.category != "language");
                assert!(!ours || finding.help.is_some(), "no help: {at}");
            }
        }
    }
}
