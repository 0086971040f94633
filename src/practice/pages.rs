//! Problems as pages of Markdown: what is asked, and the answer that comes with it.

use std::fmt::Write;

use super::clock::due;
use super::kept::sorted;
use super::material::{Choice, Material};
use super::score::{Score, Verdict};
use super::sheet::step_words;
use crate::model::{Model, article};
use crate::vocabulary::STEPS;

/// Writes what is asked, what a candidate may ask, and the first of the hints.
pub fn prompt_page(problem: &Model, hints: usize) -> String {
    let mut page = String::new();
    let Some(asked) = &problem.problem else {
        return page;
    };
    let _ = writeln!(page, "# {}\n", title(problem));
    let _ = writeln!(page, "{}\n", asked.head.doc.trim());
    let kind = article(asked.kind.as_deref().unwrap_or("product"));
    let minutes = asked.minutes.unwrap_or(35);
    let _ = writeln!(page, "This is {kind} design, for {minutes} minutes.\n");
    if !asked.questions.is_empty() {
        page.push_str("## What you may ask\n\n");
    }
    for question in &asked.questions {
        let _ = writeln!(page, "- {} {}", question.text, question.answer);
    }
    let all = problem.hints.len();
    let given = hints.min(all);
    if given > 0 {
        let _ = writeln!(page, "\n## Hints, {given} of {all}\n");
    }
    for (at, hint) in problem.hints.iter().take(given).enumerate() {
        let step = hint.step.map(|it| format!("{}: ", step_words(STEPS[it])));
        let _ = writeln!(
            page,
            "{}. {}{}",
            at + 1,
            step.unwrap_or_default(),
            hint.text
        );
    }
    let name = &asked.head.name;
    page.push('\n');
    if given == 0 && all > 0 {
        let _ = writeln!(
            page,
            "There are {all} hints: `underpin practice show {name} --hint` gives the next one.\n"
        );
    }
    let _ = writeln!(
        page,
        "Begin with `underpin practice start {name} --out answer.arch`."
    );
    page
}

/// Writes the model answer with a walk through what decided it.
pub fn answer_page(problem: &Model, score: &Score, material: &Material, text: &str) -> String {
    let mut page = format!("# {}: a model answer\n\n", title(problem));
    let _ = writeln!(
        page,
        "One good answer, not the only one: any design of the same structure scores the same.\n"
    );
    for step in &score.steps {
        let told = step
            .criteria
            .iter()
            .filter(|it| !it.general && it.verdict == Verdict::Met);
        let told: Vec<_> = told.collect();
        if told.is_empty() {
            continue;
        }
        let (from, to) = due(&step.step, step.step == "data-flow");
        let minutes = if from < to {
            format!(", minutes {from} to {to}")
        } else {
            String::new()
        };
        let _ = writeln!(page, "## {}{minutes}\n", step_words(&step.step));
        for criterion in told {
            let why = criterion.why.as_deref().unwrap_or_default();
            let found = criterion.lines.iter().find(|it| !it.reason.is_empty());
            let found = found.map_or_else(String::new, |it| format!(" Here: {}.", it.reason));
            let _ = writeln!(page, "- {}.{found} {}", criterion.title, sentence(why));
        }
        page.push('\n');
    }
    if !material.decisions.is_empty() {
        page.push_str("## Decisions\n\n");
    }
    for decision in &material.decisions {
        choice(&mut page, decision);
    }
    let turns: Vec<_> = sorted(problem)
        .into_iter()
        .filter(|(_, it)| it.is_wrong_turn)
        .collect();
    if !turns.is_empty() {
        page.push_str("## Wrong turns\n\n");
    }
    for (_, turn) in turns {
        let title = turn.head.title.as_deref().unwrap_or(&turn.head.name);
        let why = turn.why.as_deref().unwrap_or_default();
        let _ = writeln!(page, "- {title}. {}", sentence(why));
    }
    let _ = writeln!(
        page,
        "\n## The whole answer\n\n```arch\n{}\n```",
        text.trim_end()
    );
    page
}

fn choice(page: &mut String, choice: &Choice) {
    let _ = writeln!(page, "### {}\n", choice.title);
    for (word, texts) in [
        ("Instead of", &choice.instead_of),
        ("Because", &choice.because),
        ("It costs", &choice.consequence),
    ] {
        for text in texts {
            let _ = writeln!(page, "- {word}: {}", sentence(text));
        }
    }
    page.push('\n');
}

fn title(problem: &Model) -> &str {
    let head = problem.problem.as_ref().map(|it| &it.head);
    head.map_or("", |head| head.title.as_deref().unwrap_or(&head.name))
}

fn sentence(text: &str) -> String {
    match text.trim_end_matches('.') {
        "" => String::new(),
        text if text.ends_with(['?', '!']) => text.to_owned(),
        text => format!("{text}."),
    }
}
