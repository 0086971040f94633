//! What is expected of every answer to every problem.
//!
//! What an answer does not have earns nothing here: only what is there can be
//! right, so an answer that says nothing is worth nothing.

use crate::finding::Severity;
use crate::model::{Element, Id, Operation, Requirement, RequirementKind};
use crate::vocabulary::Group;

use super::answer::Answer;
use super::find::place;
use super::score::{Criterion, Line, Points, Verdict};

/// The most core features that fit into an interview.
const FEATURES: usize = 3;
/// The fewest qualities that say what matters.
const QUALITIES: usize = 2;
/// The most that findings cost, so that one slip made often does not bury the rest.
const DEAREST_REVIEW: u32 = 6;
/// The qualities that no number can say.
const UNMEASURED: [&str; 6] = [
    "compliance",
    "consistency",
    "environment",
    "maintainability",
    "observability",
    "security",
];

/// Returns what is expected of every answer, with the step of each.
pub fn general(answer: &Answer<'_>) -> Vec<(&'static str, Criterion)> {
    vec![
        ("requirements", features(answer)),
        ("requirements", qualities(answer)),
        ("requirements", scope(answer)),
        ("estimates", estimates(answer)),
        ("api", operations(answer)),
        ("high-level", flows(answer)),
        ("high-level", complexity(answer)),
        ("deep-dives", review(answer)),
    ]
}

/// What a criterion says of itself.
struct About {
    name: &'static str,
    title: &'static str,
    why: &'static str,
    hint: &'static str,
    ask: &'static str,
}

fn earning(about: &About, weight: u32, verdict: Verdict, lines: Vec<Line>) -> Criterion {
    let of = Points::whole(weight);
    let earned = match verdict {
        Verdict::Met => of,
        Verdict::Partly => of.half(),
        _ => Points::NONE,
    };
    criterion(about, verdict, [earned, of, Points::NONE], lines)
}

fn costing(about: &About, cost: Points, lines: Vec<Line>) -> Criterion {
    let verdict = match cost == Points::NONE {
        true => Verdict::Absent,
        false => Verdict::Shown,
    };
    criterion(about, verdict, [Points::NONE, Points::NONE, cost], lines)
}

fn criterion(
    about: &About,
    verdict: Verdict,
    [earned, of, cost]: [Points; 3],
    lines: Vec<Line>,
) -> Criterion {
    Criterion {
        name: about.name.to_owned(),
        title: about.title.to_owned(),
        general: true,
        verdict,
        earned,
        of,
        cost,
        lines,
        why: Some(about.why.to_owned()),
        hint: Some(about.hint.to_owned()),
        ask: Some(about.ask.to_owned()),
    }
}

fn core<'a>(answer: &Answer<'a>) -> Vec<(Id<Requirement>, &'a Requirement)> {
    let all = answer.model().requirements.iter();
    let core = all.filter(|(_, it)| it.kind == RequirementKind::Functional && !it.is_later());
    core.collect()
}

fn features(answer: &Answer<'_>) -> Criterion {
    let core = core(answer);
    let verdict = match core.len() {
        0 => Verdict::Missed,
        1..=FEATURES => Verdict::Met,
        more if more == FEATURES + 1 => Verdict::Partly,
        _ => Verdict::Missed,
    };
    let elements = core.iter().map(|(id, _)| Element::Requirement(*id));
    let line = line(
        answer,
        format!("one to {FEATURES} core features"),
        verdict == Verdict::Met,
        match core.len() {
            0 => "no `functional` requirement".to_owned(),
            1 => "one core feature".to_owned(),
            many => format!("{many} core features"),
        },
        &elements.collect::<Vec<_>>(),
    );
    let about = About {
        name: "core-features",
        title: "The core features are named, three at the most",
        why: "An interview has time for the top three; a long list hides what matters \
              (delivery framework: functional requirements)",
        hint: "What must a user be able to do, and which three of it would you build first?",
        ask: "If you could ship only three of these, which would they be?",
    };
    earning(&about, 2, verdict, vec![line])
}

fn qualities(answer: &Answer<'_>) -> Criterion {
    let all = answer.model().requirements.iter();
    let stated = all.filter(|(_, it)| it.kind == RequirementKind::Quality && !it.is_later());
    let stated: Vec<(Id<Requirement>, &Requirement)> = stated.collect();
    let vague = stated.iter().filter(|(_, it)| !has_number(it));
    let vague: Vec<Element> = vague.map(|(id, _)| Element::Requirement(*id)).collect();
    let clear = stated.len() - vague.len();
    let verdict = match clear {
        0 => Verdict::Missed,
        QUALITIES.. if vague.is_empty() => Verdict::Met,
        _ => Verdict::Partly,
    };
    let reason = match (stated.len(), vague.len()) {
        (0, _) => "no `quality`".to_owned(),
        (many, 0) => format!("{many} with what can be measured"),
        (many, some) => format!(
            "{some} of {many} without a number: {}",
            labels(answer, &vague)
        ),
    };
    let asked = format!("{QUALITIES} qualities or more, each with a number");
    let line = line(answer, asked, verdict == Verdict::Met, reason, &vague);
    let about = About {
        name: "qualities",
        title: "The qualities that matter have numbers",
        why: "“Fast” says nothing: a number, in the context of the part that needs it, decides \
              the design (delivery framework: non-functional requirements)",
        hint: "How many, how fast, how often may it fail: for which part, and by which number?",
        ask: "How would you know that it is fast, and available, enough?",
    };
    earning(&about, 2, verdict, vec![line])
}

fn has_number(quality: &Requirement) -> bool {
    let unmeasured = UNMEASURED.iter().any(|it| quality.is_quality(it));
    !quality.demands.is_empty() || quality.facts.has("prefer") || unmeasured
}

fn scope(answer: &Answer<'_>) -> Criterion {
    let all = answer.model().requirements.iter();
    let out = all.filter(|(_, it)| {
        it.kind == RequirementKind::Excluded
            || it.kind == RequirementKind::Functional && it.is_later()
    });
    let out: Vec<Element> = out.map(|(id, _)| Element::Requirement(id)).collect();
    let verdict = match out.is_empty() {
        true => Verdict::Missed,
        false => Verdict::Met,
    };
    let reason = match out.is_empty() {
        true => "nothing is `excluded`, or `priority: later`".to_owned(),
        false => labels(answer, &out),
    };
    let asked = "what is left out".to_owned();
    let line = line(answer, asked, !out.is_empty(), reason, &out);
    let about = About {
        name: "scope",
        title: "What is left out is said",
        why: "Naming what you will not build shows that you chose \
              (delivery framework: prioritise)",
        hint: "What could such a system also do that you will not design today?",
        ask: "What are you deliberately leaving out?",
    };
    earning(&about, 1, verdict, vec![line])
}

fn estimates(answer: &Answer<'_>) -> Criterion {
    let unused = unused_estimates(answer);
    let lines = unused.iter().map(|it| {
        let asked = "numbers are worked out only where they decide something".to_owned();
        let reason = format!("{}: nothing follows from it", labels(answer, &[*it]));
        line(answer, asked, false, reason, &[*it])
    });
    let about = About {
        name: "estimates",
        title: "Numbers are worked out that decide nothing",
        why: "Arithmetic costs minutes; do it where its result changes the design \
              (delivery framework: capacity estimation)",
        hint: "Which decision would be another one if this number were ten times larger?",
        ask: "What would you do differently if that estimate were off by ten?",
    };
    let halves = unused.len().min(4);
    let cost = Points::halves(u32::try_from(halves).unwrap_or(4));
    costing(&about, cost, lines.collect())
}

/// Returns the estimates that no text, number or other estimate uses.
fn unused_estimates(answer: &Answer<'_>) -> Vec<Element> {
    let model = answer.model();
    let told = model.decisions.rows().iter().flat_map(|decision| {
        let facts = decision
            .facts
            .iter()
            .flat_map(|it| decision.facts.items(it.key));
        let texts = facts.filter_map(|item| match item {
            crate::model::FactItem::Text(text) => Some(text.clone()),
            _ => None,
        });
        texts
            .chain(decision.head.title.clone())
            .chain([decision.head.doc.clone()])
    });
    let told: Vec<String> = told.map(|it| super::words::words(&it).join(" ")).collect();
    let unused = model.estimates.iter().filter(|(id, estimate)| {
        let name = super::words::words(&estimate.head.name).join(" ");
        let named = told
            .iter()
            .any(|it| format!(" {it} ").contains(&format!(" {name} ")));
        let follows = estimate.lines.iter().any(|line| {
            let stated = line.stated.as_ref().unwrap_or(&line.computed);
            used_number(answer, stated)
        });
        // A title or a text says what follows from it.
        let told = estimate.head.title.is_some() || !estimate.head.doc.is_empty();
        !named && !follows && !told && !computes_for_another(answer, *id)
    });
    unused.map(|(id, _)| Element::Estimate(id)).collect()
}

/// Tells whether a number stands, within a factor of two, in what the design asks
/// for or has.
fn used_number(answer: &Answer<'_>, number: &crate::quantity::Quantity) -> bool {
    let model = answer.model();
    let bounds = model.requirements.rows().iter().flat_map(|it| &it.demands);
    let bounds = bounds.map(|it| &it.bound);
    let facts = model.components.rows().iter().map(|it| &it.facts);
    let stated = facts.flat_map(|facts| facts.iter().filter_map(|it| facts.quantity(it.key)));
    let wanted = number.to_f64();
    let mut same = bounds
        .chain(stated)
        .filter(|it| it.dimension == number.dimension);
    let is_plain = number.dimension == crate::quantity::Dimension::NUMBER
        || number.dimension == crate::quantity::Dimension::DURATION;
    !is_plain
        && wanted > 0.0
        && same.any(|it| {
            let other = it.to_f64();
            other > 0.0 && (other / wanted).max(wanted / other) <= 2.0
        })
}

fn computes_for_another(answer: &Answer<'_>, id: Id<crate::model::Estimate>) -> bool {
    let model = answer.model();
    let name = &model.estimates[id].head.name;
    let others = model.estimates.iter().filter(|(other, _)| *other != id);
    let lines = others.flat_map(|(_, it)| &it.lines);
    let mut inputs = lines.flat_map(|line| line.inputs());
    inputs.any(|(input, _)| {
        input
            .split_once('.')
            .is_some_and(|(first, _)| first == name)
    })
}

fn operations(answer: &Answer<'_>) -> Criterion {
    let model = answer.model();
    let core = core(answer);
    let without = core.iter().filter(|(id, _)| {
        let mut linked = model.linked_to(*id).iter();
        !linked.any(|it| match it {
            Element::Operation(_) => true,
            Element::Flow(_) => answer.counts(*it),
            Element::Api(api) => !model.apis[*api].operations.is_empty(),
            _ => false,
        })
    });
    let without: Vec<Element> = without.map(|(id, _)| Element::Requirement(*id)).collect();
    let (verdict, reason) = share(answer, core.len(), &without, "core feature", "with `for:`");
    let asked = "an operation `for:` every core feature".to_owned();
    let line = line(answer, asked, verdict == Verdict::Met, reason, &without);
    let about = About {
        name: "features-have-operations",
        title: "Every core feature has an operation",
        why: "The contract follows from the features, one by one (delivery framework: API)",
        hint: "Go through your features: which request does a client send for each?",
        ask: "Which call does a client make for each of your features?",
    };
    earning(&about, 2, verdict, vec![line])
}

fn flows(answer: &Answer<'_>) -> Criterion {
    let model = answer.model();
    let without = |id: &Id<Operation>| !answer.is_realised(*id);
    let missing = model.operations.ids().filter(without);
    let missing: Vec<Element> = missing.map(Element::Operation).collect();
    let (verdict, reason) = match (model.operations.is_empty(), answer.walks.len()) {
        // A system that nobody calls works by itself.
        (true, flows @ 1..) => (
            Verdict::Met,
            format!("no operation, and {flows} run by themselves"),
        ),
        (_, _) => share(
            answer,
            model.operations.len(),
            &missing,
            "operation",
            "with a `flow`",
        ),
    };
    let asked = "a `flow` that realises every operation".to_owned();
    let line = line(answer, asked, verdict == Verdict::Met, reason, &missing);
    let about = About {
        name: "operations-have-flows",
        title: "Every operation is followed from request to response",
        why: "Deliver a working system: build the design endpoint by endpoint \
              (delivery framework: high-level design)",
        hint: "Take one endpoint: which boxes does its request pass, and what changes on the way?",
        ask: "Walk me through this request, from the client and back.",
    };
    earning(&about, 2, verdict, vec![line])
}

/// Takes half of what was earned with words alone: with entities, operations and
/// decisions of a design that leads most requests nowhere.
pub fn words_alone(answer: &Answer<'_>, earned: Points) -> Criterion {
    let cost = match answer.works() {
        true => Points::NONE,
        false => earned.half(),
    };
    let open = answer.model().operations.ids();
    let open = open.filter(|id| !answer.is_realised(*id));
    let open: Vec<Element> = open.map(Element::Operation).collect();
    let asked = "a design that works".to_owned();
    let reason = "most requests are led nowhere: no flow realises them".to_owned();
    let line = line(answer, asked, false, reason, &open);
    let about = About {
        name: "words-alone",
        title: "Most of it is named and not designed",
        why: "Deliver a working system: what is named counts once something leads to it \
              (delivery framework: interview assessment)",
        hint: "Which one request could you lead from the client to its answer?",
        ask: "Take the most important request: what happens, box by box?",
    };
    costing(&about, cost, vec![line])
}

/// Says how many of some things have what they need.
fn share(
    answer: &Answer<'_>,
    all: usize,
    without: &[Element],
    what: &str,
    which: &str,
) -> (Verdict, String) {
    match (all, without.len()) {
        (0, _) => (Verdict::Missed, format!("no {what}")),
        (_, 0) => (Verdict::Met, format!("all {all} {which}")),
        (all, some) => {
            let verdict = if all == some {
                Verdict::Missed
            } else {
                Verdict::Partly
            };
            (verdict, format!("not {which}: {}", labels(answer, without)))
        }
    }
}

fn complexity(answer: &Answer<'_>) -> Criterion {
    let model = answer.model();
    let idle = answer.idle();
    let idle: Vec<Element> = idle.into_iter().map(Element::Component).collect();
    let programs = model
        .components
        .iter()
        .filter(|(_, it)| it.kind.group == Group::Compute);
    let programs: Vec<Element> = programs.map(|(id, _)| Element::Component(id)).collect();
    let fitting = 3 * core(answer).len().max(1) + 3;
    let mut lines = Vec::new();
    if !idle.is_empty() {
        let asked = "boxes that a flow uses".to_owned();
        let reason = format!("no flow that happens uses {}", labels(answer, &idle));
        lines.push(line(answer, asked, false, reason, &idle));
    }
    if programs.len() > fitting {
        let asked = "a simple design first".to_owned();
        let reason = format!(
            "{} services and workers for {} core features",
            programs.len(),
            core(answer).len()
        );
        lines.push(line(answer, asked, false, reason, &[]));
    }
    let costs = idle.len().min(2) + usize::from(programs.len() > fitting);
    let about = About {
        name: "premature-complexity",
        title: "There is more than the features need",
        why: "Layering on complexity early keeps you from a complete design \
              (delivery framework: high-level design, stay focused)",
        hint: "Which box could you take away without any request noticing?",
        ask: "What is this box for, and what breaks without it?",
    };
    costing(
        &about,
        Points::whole(u32::try_from(costs).unwrap_or(3)),
        lines,
    )
}

fn review(answer: &Answer<'_>) -> Criterion {
    let mut halves = 0;
    let mut lines = Vec::new();
    let mut findings: Vec<_> = answer.outcome.findings.iter().collect();
    findings.sort_by_key(|it| std::cmp::Reverse(it.severity));
    for finding in findings {
        halves += match finding.severity {
            Severity::Error => 4,
            Severity::Warning => 2,
            Severity::Info => 1,
        };
        lines.push(Line {
            asked: format!("a review without `{}`", finding.rule),
            met: false,
            reason: finding.message.clone(),
            at: vec![place(answer, finding.primary.span)],
        });
    }
    let about = About {
        name: "review",
        title: "The review has findings",
        why: "Best practice and well-known patterns are what technical excellence is read from",
        hint: "`underpin check --profile practice` says what a reviewer would raise",
        ask: "Which part of this design fails first, and what happens then?",
    };
    costing(
        &about,
        Points::halves(halves.min(DEAREST_REVIEW * 2)),
        lines,
    )
}

fn labels(answer: &Answer<'_>, all: &[Element]) -> String {
    const NAMED: usize = 5;
    let names = all.iter().take(NAMED);
    let names = names.map(|it| format!("`{}`", answer.design.label(*it)));
    let names: Vec<String> = names.collect();
    match all.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn line(answer: &Answer<'_>, asked: String, met: bool, reason: String, at: &[Element]) -> Line {
    let heads = at.iter().filter_map(|it| answer.model().head(*it));
    Line {
        asked,
        met,
        reason,
        at: heads.map(|head| place(answer, head.name_span)).collect(),
    }
}
