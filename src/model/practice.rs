//! Practice problems: what is asked, and what an answer should have.
//!
//! What an expectation asks for is read like a policy, with one difference: a name
//! in it stands for what the expectation of that name found in the answer. The
//! answer is another design, which is not there yet, so nothing in here holds an
//! element of a model: the same expectation is held against any answer.

use crate::finding::{Finding, nearest};
use crate::source::Span;
use crate::syntax::tree::{self, AtomKind, Head as Shape, Phrase};
use crate::vocabulary::{self, KINDS, Owners};

use super::policy::is_broken;
use super::resolve::{Pending, Resolver, Said, Scope, What};
use super::{
    CONFLICTING_FACTS, DUPLICATE_NAME, FactItem, FactValue, Facts, Filter, Head, Id,
    MISPLACED_STATEMENT, Pattern, Selector, Target, UNRESOLVED_REFERENCE, WRONG_VALUE,
};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Its name, its title, and its prompt in the `///` lines.
    pub head: Head,
    /// What sort of system is asked for: `product` or `infrastructure`.
    pub kind: Option<String>,
    /// How many minutes an answer may take.
    pub minutes: Option<u32>,
    /// What a candidate may ask, in order.
    pub questions: Vec<Question>,
}

/// What a candidate may ask, and what the interviewer answers.
#[derive(Clone, Debug)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The answer.
    pub answer: String,
}

/// What helps who is stuck.
#[derive(Clone, Debug)]
pub struct Hint {
    /// What it says.
    pub text: String,
    /// The step that it helps with, as its place in [`vocabulary::STEPS`].
    pub step: Option<usize>,
    /// Where it stands.
    pub span: Span,
}

/// What an answer should have, or should not.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Name, title and places.
    pub head: Head,
    /// Whether it is a wrong turn: what an answer should not have.
    pub is_wrong_turn: bool,
    /// The step that it belongs to, as its place in [`vocabulary::STEPS`].
    pub step: usize,
    /// How many points it is worth, or costs.
    pub weight: u32,
    /// What there must be; every line counts.
    pub require: Vec<Wanted>,
    /// The words by which what it is about is recognised; of each entry all.
    pub called: Vec<String>,
    /// The fields, by name or type, by which it is recognised too.
    pub with: Vec<String>,
    /// The rules of which the review must have no finding.
    pub without: Vec<(String, Span)>,
    /// The expectations of which one is enough instead.
    pub unless: Vec<(Id<Expectation>, Span)>,
    /// What helps without giving it away.
    pub hint: Option<String>,
    /// The idea behind it.
    pub why: Option<String>,
    /// What an interviewer would ask next.
    pub ask: Option<String>,
}

/// One line of what an expectation asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What there must be.
    pub pattern: Pattern,
    /// What stands after the colon.
    pub span: Span,
}

/// The most points that one expectation is worth.
const HEAVIEST: u32 = 3;

impl Expectation {
    /// Returns the expectations that it names.
    pub fn needs(&self) -> Vec<Id<Expectation>> {
        let mut found: Vec<Id<Expectation>> = self.unless.iter().map(|(id, _)| *id).collect();
        for wanted in &self.require {
            for selector in wanted.pattern.selectors() {
                found.extend(selector.expectations());
            }
        }
        found
    }
}

impl Pattern {
    /// Returns every selector in it, from left to right.
    pub fn selectors(&self) -> Vec<&Selector> {
        match self {
            Pattern::Things(things) => things.iter().map(|it| &it.of).collect(),
            Pattern::Link { from, to, .. } => from.iter().chain(to).collect(),
            Pattern::Path { from, to, through } => from.iter().chain(to).chain(through).collect(),
        }
    }
}

impl Selector {
    /// Returns the expectations that it names.
    pub fn expectations(&self) -> Vec<Id<Expectation>> {
        let target = match self.target {
            Target::Expected(id) => Some(id),
            _ => None,
        };
        let filters = self.filters.iter().filter_map(|filter| match filter {
            Filter::Expected(_, id) => Some(*id),
            _ => None,
        });
        target.into_iter().chain(filters).collect()
    }
}

impl<'t> Resolver<'t> {
    pub(super) fn declare_problem(
        &mut self,
        declare: &'t tree::Declare,
        said: Said<'t>,
        scope: &Scope,
    ) {
        let kind = vocabulary::kind("problem").unwrap_or(&KINDS[0]);
        let Some(name) = &declare.name else {
            return self.nameless(kind, &said);
        };
        if !scope.path.is_empty() {
            let what = self.place_words(scope);
            return self.misplaced(&said, &what, Owners::NONE);
        }
        if let Some(first) = &self.model.problem {
            let finding = Finding::new(DUPLICATE_NAME, "a file asks one `problem`", name.span)
                .label("a second one")
                .because(first.head.name_span, "the first one is here")
                .help("put it into a folder of its own")
                .about(name.text.clone());
            return self.report(finding);
        }
        self.check_types(kind, &declare.types);
        self.model.problem = Some(Problem {
            head: self.head_of(name, &said, scope),
            kind: None,
            minutes: None,
            questions: Vec::new(),
        });
        self.later(What::Problem, said, scope);
    }

    pub(super) fn declare_hint(
        &mut self,
        declare: &'t tree::Declare,
        said: Said<'t>,
        scope: &Scope,
    ) {
        let title = said.statement.title.as_ref();
        if declare.name.is_some() || title.is_none() {
            let finding = Finding::new(
                MISPLACED_STATEMENT,
                "this `hint` says nothing",
                said.statement.head_span,
            );
            let form =
                "write `hint \"Which noun do both operations exchange?\" { step: entities }`";
            return self.report(finding.help(form).about("hint"));
        }
        self.later(What::Hint, said, scope);
    }

    /// Adds an expectation; an unknown type was reported.
    pub(super) fn add_expectation(&mut self, head: Head, types: &[String]) -> Id<Expectation> {
        self.model.expectations.push(Expectation {
            head,
            is_wrong_turn: types.iter().any(|it| it == "wrong-turn"),
            step: 0,
            weight: 1,
            require: Vec::new(),
            called: Vec::new(),
            with: Vec::new(),
            without: Vec::new(),
            unless: Vec::new(),
            hint: None,
            why: None,
            ask: None,
        })
    }

    pub(super) fn read_problem(&mut self, pending: &Pending<'t>) {
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let mut facts = Facts::default();
        let mut questions = Vec::new();
        for said in self.statements(&block.items) {
            let is_question =
                matches!(&said.statement.head, Shape::Declare(it) if it.kind.text == "question");
            if is_question {
                questions.extend(self.read_question(&said));
            } else if let Some(fact) =
                self.read_fact_of(&said, Owners::PROBLEM, "problem", "", None)
            {
                self.add_fact(&mut facts, fact);
            }
        }
        if let Some(problem) = &mut self.model.problem {
            problem.questions = questions;
            problem.kind = facts.word("kind").map(str::to_owned);
            let minutes = facts.number("time").map(|seconds| (seconds / 60.0).round());
            problem.minutes = minutes.map(|it| it.clamp(0.0, 10_000.0) as u32);
        }
    }

    fn read_question(&mut self, said: &Said<'t>) -> Option<Question> {
        let block = said.statement.block.as_ref();
        let (Some(title), Some(block)) = (&said.statement.title, block) else {
            let finding = Finding::new(
                MISPLACED_STATEMENT,
                "a question of a problem has a text and an answer",
                said.statement.head_span,
            );
            let form = "write `question \"Can a link expire?\" { text: \"Yes, on a day\" }`";
            self.report(finding.help(form).about("question"));
            return None;
        };
        let mut facts = Facts::default();
        for said in self.statements(&block.items) {
            if let Some(fact) = self.read_fact_of(&said, Owners::PROMPTED, "question", "", None) {
                self.add_fact(&mut facts, fact);
            }
        }
        Some(Question {
            text: title.text.clone(),
            answer: text_of(&facts, "text").unwrap_or_default(),
        })
    }

    pub(super) fn read_hint(&mut self, pending: &Pending<'t>) {
        let facts = self.read_facts(pending, Owners::HINT, "hint");
        let statement = pending.said.statement;
        let text = statement.title.as_ref().map(|it| it.text.clone());
        let hint = Hint {
            text: text.unwrap_or_default(),
            step: step_of(&facts),
            span: pending.said.span,
        };
        let after = |it: &Hint| it.span > hint.span;
        let at = self.model.hints.iter().position(after);
        let end = self.model.hints.len();
        self.model.hints.insert(at.unwrap_or(end), hint);
    }

    pub(super) fn read_expectation(&mut self, id: Id<Expectation>, pending: &Pending<'t>) {
        let before = self.findings.len();
        let mut facts = Facts::default();
        let block = pending.said.statement.block.as_ref();
        self.expecting = true;
        for said in block.map_or_else(Vec::new, |block| self.statements(&block.items)) {
            self.read_expected(id, &said, &mut facts);
        }
        self.expecting = false;
        let broken = self.findings.len() > before || block.is_some_and(is_broken);
        let weight = self.weight_of(&facts);
        let expectation = &mut self.model.expectations[id];
        expectation.weight = weight;
        expectation.step = step_of(&facts).unwrap_or_default();
        expectation.hint = text_of(&facts, "hint");
        expectation.why = text_of(&facts, "why");
        expectation.ask = text_of(&facts, "ask");
        if !broken {
            self.asks_enough(id, &facts);
        }
    }

    fn read_expected(&mut self, id: Id<Expectation>, said: &Said<'t>, facts: &mut Facts) {
        let fact = self.read_fact_of(said, Owners::EXPECTATION, "expectation", "", None);
        let (Some(fact), Shape::Set(set)) = (fact, &said.statement.head) else {
            return;
        };
        let value = &set.value;
        match fact.key {
            "called" | "require" | "unless" | "with" | "without"
                if !matches!(fact.value, FactValue::Items(_)) =>
            {
                self.names_nothing(fact.key, value);
            }
            "called" => {
                let words = self.words_of(value);
                self.model.expectations[id].called.extend(words);
            }
            "with" => {
                let words = self.words_of(value);
                self.model.expectations[id].with.extend(words);
            }
            "without" => {
                let rules =
                    phrases(value).map(|it| (self.sources.text(it.span).to_owned(), it.span));
                let rules: Vec<(String, Span)> = rules.collect();
                self.model.expectations[id].without.extend(rules);
            }
            "unless" => {
                let named = self.expectations_of(value);
                self.model.expectations[id].unless.extend(named);
            }
            "require" => {
                if let Some(pattern) = self.read_pattern(value, "") {
                    let span = value.span;
                    let wanted = Wanted { pattern, span };
                    self.model.expectations[id].require.push(wanted);
                }
            }
            _ => self.add_fact(facts, fact),
        }
    }

    /// Returns what stands between commas, as words.
    fn words_of(&mut self, value: &tree::Value) -> Vec<String> {
        let texts = phrases(value).map(|phrase| match phrase.atoms.as_slice() {
            [atom] => match &atom.kind {
                AtomKind::Text(text) => text.clone(),
                _ => self.sources.text(phrase.span).to_owned(),
            },
            _ => self.sources.text(phrase.span).to_owned(),
        });
        texts.collect()
    }

    fn expectations_of(&mut self, value: &tree::Value) -> Vec<(Id<Expectation>, Span)> {
        let mut found = Vec::new();
        for phrase in phrases(value) {
            let word = self.sources.text(phrase.span).to_owned();
            match self.expectation_named(&word) {
                Some(id) => found.push((id, phrase.span)),
                None if self.names.is_poisoned(&word) => {}
                None => self.unknown_expectation(&word, phrase.span),
            }
        }
        found
    }

    fn unknown_expectation(&mut self, word: &str, span: Span) {
        let names = self.model.expectations.rows().iter();
        let near = nearest(word, names.map(|it| it.head.name.as_str())).map(str::to_owned);
        let message = format!("cannot find expectation `{word}`");
        let finding = Finding::new(UNRESOLVED_REFERENCE, message, span)
            .label("not declared in this problem")
            .about(word.to_owned());
        self.report(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("name an `expectation` of this problem"),
        });
    }

    /// Returns the expectation of that name.
    pub(super) fn expectation_named(&self, word: &str) -> Option<Id<Expectation>> {
        let mut all = self.model.expectations.iter();
        all.find(|(_, it)| it.head.name == word).map(|(id, _)| id)
    }

    /// Returns the expectation that stands in brackets, where an expectation is read.
    pub(super) fn expected_value(&self, value: &Phrase) -> Option<Id<Expectation>> {
        match value.atoms.as_slice() {
            [atom] if self.expecting => match &atom.kind {
                AtomKind::Word(path, false) => self.expectation_named(&path.text),
                _ => None,
            },
            _ => None,
        }
    }

    fn weight_of(&mut self, facts: &Facts) -> u32 {
        let Some(fact) = facts.get("weight") else {
            return 1;
        };
        let whole = facts.number("weight").and_then(|number| {
            let mut all = 1..=HEAVIEST;
            all.find(|it| f64::from(*it) == number)
        });
        whole.unwrap_or_else(|| {
            let finding = Finding::new(WRONG_VALUE, "a `weight` is 1, 2 or 3", fact.span);
            self.report(finding.help("what matters most weighs 3").about("weight"));
            1
        })
    }

    /// Reports an expectation without a step, a title, or anything to look for.
    fn asks_enough(&mut self, id: Id<Expectation>, facts: &Facts) {
        let expectation = &self.model.expectations[id];
        let head = &expectation.head;
        let (message, help) = if expectation.require.is_empty() && expectation.unless.is_empty() {
            let help = "add for example `require: operation[writes: Link]`".to_owned();
            ("requires nothing", help)
        } else if step_of(facts).is_none() {
            let steps = vocabulary::STEPS.join("`, `");
            (
                "belongs to no step",
                format!("add `step:` with one of `{steps}`"),
            )
        } else if head.title.is_none() {
            let help = format!("write `expectation {} \"What is there\"`", head.name);
            ("has no title", help)
        } else {
            return;
        };
        let message = format!("expectation `{}` {message}", head.name);
        let finding = Finding::new(WRONG_VALUE, message, head.name_span);
        self.report(finding.help(help).about(head.name.clone()));
    }

    /// Reports expectations that need each other.
    pub(super) fn find_circles(&mut self) {
        let mut told: Vec<Id<Expectation>> = Vec::new();
        for id in self.model.expectations.ids() {
            let Some(circle) = self.circle_of(id) else {
                continue;
            };
            if circle.iter().any(|it| told.contains(it)) {
                continue;
            }
            let names = circle.iter().chain([&id]);
            let names = names.map(|it| format!("`{}`", self.model.expectations[*it].head.name));
            let names: Vec<String> = names.collect();
            let message = match circle.as_slice() {
                [_] => format!("expectation {} needs itself", names[0]),
                _ => format!("expectations need each other: {}", names.join(" → ")),
            };
            let head = &self.model.expectations[id].head;
            let finding = Finding::new(CONFLICTING_FACTS, message, head.name_span)
                .help("let one of them say what it needs without the other")
                .about(head.name.clone());
            self.report(finding);
            told.extend(circle);
        }
    }

    /// Returns the way from an expectation back to itself, without its end.
    fn circle_of(&self, start: Id<Expectation>) -> Option<Vec<Id<Expectation>>> {
        let mut ways = vec![vec![start]];
        let mut seen = Vec::new();
        while let Some(way) = ways.pop() {
            for next in self.model.expectations[*way.last()?].needs() {
                if next == start {
                    return Some(way);
                }
                if !seen.contains(&next) {
                    seen.push(next);
                    ways.push([way.clone(), vec![next]].concat());
                }
            }
        }
        None
    }
}

fn phrases(value: &tree::Value) -> impl Iterator<Item = &Phrase> {
    value.choices.iter().flat_map(|choice| &choice.phrases)
}

fn step_of(facts: &Facts) -> Option<usize> {
    let word = facts.word("step")?;
    vocabulary::STEPS.iter().position(|it| *it == word)
}

fn text_of(facts: &Facts, key: &str) -> Option<String> {
    facts.items(key).iter().find_map(|item| match item {
        FactItem::Text(text) => Some(text.clone()),
        _ => None,
    })
}
