//! Every rule's page is its first test.
//!
//! A block marked ```` ```arch bad ```` must raise the page's rule, one marked
//! `good` must not, and one marked `unknown` must leave it undecided. Only the
//! pages of the language may show designs that cannot be understood.

use std::collections::BTreeSet;

use underpin::config::Wishes;
use underpin::finding::{Finding, Safety};
use underpin::lint::selection::Matcher;
use underpin::lint::{Outcome, Profile, RuleInfo};
use underpin::workspace::{Configuration, Request, date, fix, review};

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
    review(&asked(text)).unwrap().outcomes.remove(0)
}

fn asked(text: &str) -> Request {
    let wishes = Wishes {
        profile: Some(Profile::Practice),
        ..Wishes::default()
    };
    Request {
        stdin: Some(("page.arch".to_owned(), text.as_bytes().to_vec())),
        today: date("2026-11-21").unwrap(),
        configuration: Configuration::None,
        wishes,
        ..Request::of(Vec::new())
    }
}

/// Makes the fixes of a rule in a block; says what is wrong with them.
fn fixed(info: &RuleInfo, block: &Block) -> Option<String> {
    let of_rule = |outcome: &Outcome| {
        let all = outcome.findings.iter();
        let of_rule = all.filter(|it| it.rule == info.name);
        of_rule
            .map(|it| (it.severity, it.fix.is_some()))
            .collect::<Vec<_>>()
    };
    let before = of_rule(&reviewed(&block.text));
    let fixable = before.iter().filter(|(_, fixable)| *fixable).count();
    if fixable == 0 {
        return None;
    }
    let mut request = asked(&block.text);
    // An acceptance is only unused where its rule has looked.
    if info.category != "language" {
        let matcher = Matcher::parse(&info.name, &underpin::rules::infos()).unwrap();
        request.wishes.only = vec![matcher];
    }
    let fixed = fix(&request, Safety::Unsafe).unwrap();
    let text = match fixed.changes.as_slice() {
        [change] => change.after.clone(),
        _ => return Some(format!("{fixable} fixable, nothing changed")),
    };
    let after = of_rule(&reviewed(&text));
    let gravest = before.iter().map(|(severity, _)| *severity).max();
    let grave = |found: &[(_, bool)]| found.iter().filter(|it| Some(it.0) == gravest).count();
    let gone = grave(&after) < grave(&before);
    (!gone).then(|| format!("still there in\n{text}"))
}

#[test]
fn what_can_be_fixed_is_gone_when_it_is() {
    let mut wrong = Vec::new();
    let mut fixable = BTreeSet::new();
    for info in underpin::rules::infos() {
        let bad = blocks(&info.page).into_iter();
        for block in bad.filter(|block| block.mark == "arch bad") {
            let has_fix = |it: &Finding| it.rule == info.name && it.fix.is_some();
            if reviewed(&block.text).findings.iter().any(has_fix) {
                fixable.insert(info.name.clone());
            }
            let why = fixed(&info, &block);
            wrong.extend(why.map(|why| format!("{} line {}: {why}", info.name, block.line)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for rule in [
        "backup-missing-or-untested",
        "bad-acceptance",
        "cache-policy-incomplete",
        "missing-authentication",
        "missing-dead-letter",
        "missing-timeout",
        "placeholder-value",
        "resource-naming",
        "unknown-property",
        "unknown-word",
        "unpaginated-collection",
        "unresolved-reference",
        "wrong-value",
    ] {
        assert!(
            fixable.contains(rule),
            "{rule} shows nothing that can be fixed"
        );
    }
}

fn judge(info: &RuleInfo, block: &Block) -> Result<(), String> {
    let outcome = reviewed(&block.text);
    let rules: Vec<&str> = outcome
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    let raised = rules.contains(&info.name.as_str());
    let undecided = outcome.not_evaluated.iter().any(|it| info.name == it.rule);
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
        for block in blocks(&info.page)
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
        let marks: Vec<String> = blocks(&info.page)
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
        let section = section(&info.page, "Options");
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
        for block in blocks(&info.page)
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
