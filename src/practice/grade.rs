//! From an answer and a problem to points.

use crate::model::{Expectation, Model};
use crate::source::Sources;
use crate::vocabulary::STEPS;

use super::answer::Answer;
use super::criteria::{general, words_alone};
use super::find::{Found, Search};
use super::kept::sorted;
use super::score::{Asked, Competency, Criterion, Points, Score, StepScore, Verdict};

/// What the design as a whole shows, and in which steps.
const DESIGN: (&str, &[&str]) = (
    "High-level design",
    &["entities", "api", "data-flow", "high-level"],
);

/// What an interview assesses, and the steps in which it shows.
const COMPETENCIES: [(&str, &[&str]); 3] = [
    ("Problem navigation", &["requirements", "estimates"]),
    DESIGN,
    ("Technical excellence", &["deep-dives"]),
];

/// How many questions are asked next.
const QUESTIONS: usize = 3;

/// Returns what an answer to a problem is worth.
///
/// The same answer, problem and version are worth the same.
pub fn grade(problem: &Model, texts: &Sources, answer: &Answer<'_>) -> Score {
    let search = Search::new(problem, texts, answer);
    let mut criteria = general(answer);
    for (id, expectation) in sorted(problem) {
        let found = search.found(id);
        criteria.push((STEPS[expectation.step], judged(expectation, found)));
    }
    let designed = criteria.iter().filter(|(it, _)| DESIGN.1.contains(it));
    let designed = designed.map(|(_, it)| it.earned).sum();
    criteria.push(("high-level", words_alone(answer, designed)));
    let steps = STEPS.iter().map(|step| {
        let of_step = criteria.iter().filter(|(it, _)| it == step);
        step_score(step, of_step.map(|(_, it)| it.clone()).collect())
    });
    let steps: Vec<StepScore> = steps.collect();
    total(problem, answer, steps)
}

fn total(problem: &Model, answer: &Answer<'_>, steps: Vec<StepScore>) -> Score {
    let competencies = COMPETENCIES.map(|(name, of)| competency(name, of, &steps));
    let of: Points = steps.iter().map(|it| it.of).sum();
    // What is lost in one of them takes nothing from the others.
    let points = competencies
        .iter()
        .map(|it| it.earned.minus(it.cost))
        .sum::<Points>();
    let head = problem.problem.as_ref().map(|it| &it.head);
    let title = head.and_then(|head| head.title.clone());
    let name = head.map_or_else(String::new, |head| head.name.clone());
    Score {
        title: title.unwrap_or_else(|| name.clone()),
        problem: name,
        answer: answer.outcome.design.clone(),
        points,
        of,
        percent: points.percent_of(of),
        competencies: competencies.to_vec(),
        next: next(&steps),
        steps,
        not_assessed: vec![
            "communication and collaboration".to_owned(),
            "how well decisions are justified, and all other prose".to_owned(),
        ],
    }
}

fn judged(expectation: &Expectation, found: Found) -> Criterion {
    let verdict = match expectation.is_wrong_turn {
        true => wrong_turn(&found),
        false => met(&found),
    };
    let weight = Points::whole(expectation.weight);
    let (earned, of, cost) = match verdict {
        Verdict::Absent => (Points::NONE, Points::NONE, Points::NONE),
        Verdict::Met => (weight, weight, Points::NONE),
        Verdict::Missed => (Points::NONE, weight, Points::NONE),
        Verdict::Partly => (weight.half().min(weight), weight, Points::NONE),
        Verdict::Shown => (Points::NONE, Points::NONE, weight),
    };
    let head = &expectation.head;
    let mut lines = found.lines;
    if let Some(other) = found.excused {
        let line = super::score::Line {
            asked: format!("unless `{other}`"),
            met: !expectation.is_wrong_turn,
            reason: format!("`{other}` is met"),
            at: Vec::new(),
        };
        lines.insert(0, line);
    }
    Criterion {
        name: head.name.clone(),
        title: head.title.clone().unwrap_or_else(|| head.name.clone()),
        general: false,
        verdict,
        earned,
        of,
        cost,
        lines,
        why: expectation.why.clone(),
        hint: expectation.hint.clone(),
        ask: expectation.ask.clone(),
    }
}

fn met(found: &Found) -> Verdict {
    let all = found.lines.len();
    match found.lines.iter().filter(|it| it.met).count() {
        _ if found.excused.is_some() => Verdict::Met,
        some if some == all && all > 0 => Verdict::Met,
        // That a review finds nothing is no merit of what is not there.
        _ if found.own_lines().iter().any(|it| it.met) => Verdict::Partly,
        _ => Verdict::Missed,
    }
}

fn wrong_turn(found: &Found) -> Verdict {
    let shown = found.excused.is_none() && found.lines.iter().all(|it| it.met);
    match shown && !found.lines.is_empty() {
        true => Verdict::Shown,
        false => Verdict::Absent,
    }
}

fn step_score(step: &str, criteria: Vec<Criterion>) -> StepScore {
    StepScore {
        step: step.to_owned(),
        earned: criteria.iter().map(|it| it.earned).sum(),
        of: criteria.iter().map(|it| it.of).sum(),
        cost: criteria.iter().map(|it| it.cost).sum(),
        criteria,
    }
}

fn competency(name: &str, of: &[&str], steps: &[StepScore]) -> Competency {
    let steps: Vec<&StepScore> = steps
        .iter()
        .filter(|it| of.contains(&it.step.as_str()))
        .collect();
    let criteria = || steps.iter().flat_map(|it| &it.criteria);
    let count = |verdict| criteria().filter(|it| it.verdict == verdict).count();
    Competency {
        name: name.to_owned(),
        earned: steps.iter().map(|it| it.earned).sum(),
        of: steps.iter().map(|it| it.of).sum(),
        cost: steps.iter().map(|it| it.cost).sum(),
        met: count(Verdict::Met),
        partly: count(Verdict::Partly),
        missed: count(Verdict::Missed),
    }
}

/// Returns what would be asked next: about what cost most, and where nothing did,
/// about what was built last.
fn next(steps: &[StepScore]) -> Vec<Asked> {
    let all = || steps.iter().flat_map(|it| &it.criteria);
    let mut lost: Vec<&Criterion> = all().filter(|it| it.verdict.is_loss()).collect();
    lost.sort_by_key(|it| std::cmp::Reverse((!it.general, it.of.minus(it.earned).max(it.cost))));
    let met = all().filter(|it| it.verdict == Verdict::Met && !it.general);
    let met: Vec<&Criterion> = met.collect();
    let chosen = match lost.is_empty() {
        true => met.into_iter().rev().collect(),
        false => lost,
    };
    let asked = chosen.into_iter().filter_map(|it| {
        let question = it.ask.clone()?;
        let about = it.name.clone();
        Some(Asked { question, about })
    });
    asked.take(QUESTIONS).collect()
}
