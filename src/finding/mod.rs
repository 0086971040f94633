//! What is wrong with a design, where, why, and what to do.
//!
//! Takes words and spans, gives [`Finding`]s with an identity that survives
//! moving lines. Does not know how a finding was made or how it is printed.

mod fix;
mod rule_name;
mod suggestion;

pub use fix::{Edit, Fix, Safety, added_line, filled_in, removal};
pub use rule_name::RuleName;
pub use suggestion::{Kinship, is_slip, nearest, respelling};

use crate::source::Span;

/// How bad it is, if it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Would be raised in a review.
    Warning,
    /// Contradicts what the design itself states.
    Error,
}

/// How often a finding of this kind is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Advice.
    Low,
    /// Likely; rests on something that the design does not say.
    Medium,
    /// Follows from what is stated.
    High,
}

impl Severity {
    /// Returns the word for it, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl Confidence {
    /// Returns the word for it, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// A place with words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, in a few words; may be empty.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule, or of the design's policy.
    pub rule: RuleName,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The violation: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where it is, with the message said shorter.
    pub primary: Label,
    /// The statements that make it matter: requirements, loads, the other declaration.
    pub because: Vec<Label>,
    /// The witness path or cycle, in order.
    pub trace: Vec<Label>,
    /// Facts: the arithmetic, what was not counted and why.
    pub notes: Vec<String>,
    /// What was assumed rather than stated.
    pub assumed: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// What would make it go away, where that is one thing.
    pub fix: Option<Fix>,
    /// Names of the elements that the finding is about; with the rule they are its identity.
    pub subjects: Vec<String>,
}

impl Finding {
    /// Makes a finding with a message and its place; severity is a warning, confidence high.
    pub fn new(rule: impl Into<RuleName>, message: impl Into<String>, span: Span) -> Finding {
        Finding {
            rule: rule.into(),
            severity: Severity::Warning,
            confidence: Confidence::High,
            message: message.into(),
            primary: Label {
                span,
                text: String::new(),
            },
            because: Vec::new(),
            trace: Vec::new(),
            notes: Vec::new(),
            assumed: Vec::new(),
            help: None,
            fix: None,
            subjects: Vec::new(),
        }
    }

    /// Sets how bad it is.
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = severity;
        self
    }

    /// Sets how sure it is.
    pub fn confidence(mut self, confidence: Confidence) -> Finding {
        self.confidence = confidence;
        self
    }

    /// Says at the primary place what is there.
    pub fn label(mut self, text: impl Into<String>) -> Finding {
        self.primary.text = text.into();
        self
    }

    /// Adds a statement that makes it matter.
    pub fn because(mut self, span: Span, text: impl Into<String>) -> Finding {
        self.because.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a step of the witness.
    pub fn step(mut self, span: Span, text: impl Into<String>) -> Finding {
        self.trace.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a fact.
    pub fn note(mut self, text: impl Into<String>) -> Finding {
        self.notes.push(text.into());
        self
    }

    /// Adds something that was assumed.
    pub fn assume(mut self, text: impl Into<String>) -> Finding {
        self.assumed.push(text.into());
        self
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        self.help = Some(text.into());
        self
    }

    /// Says what would make it go away.
    pub fn fix(mut self, fix: Fix) -> Finding {
        self.fix = Some(fix);
        self
    }

    /// Asks whether another word was meant in the primary place, and offers to
    /// write it there.
    pub fn meant(mut self, near: &str, safety: Safety) -> Finding {
        self.help = Some(format!("did you mean `{near}`?"));
        let edit = Edit {
            span: self.primary.span,
            text: near.to_owned(),
        };
        self.fix(Fix::new(format!("write `{near}`"), safety, vec![edit]))
    }

    /// Adds the name of an element that the finding is about.
    pub fn about(mut self, subject: impl Into<String>) -> Finding {
        self.subjects.push(subject.into());
        self
    }

    /// Returns every place that it speaks of, and where its fix changes something.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        let labels = self.because.iter().chain(&self.trace);
        let edits = self.fix.iter().flat_map(|fix| &fix.edits);
        std::iter::once(&self.primary)
            .chain(labels)
            .map(|it| it.span)
            .chain(edits.map(|edit| edit.span))
    }

    /// Returns the identity of the finding: 16 hexadecimal digits made of the
    /// rule and the subjects' names in alphabetical order, never of lines.
    pub fn fingerprint(&self) -> String {
        self.hash(None)
    }

    /// Returns its identity among those of several designs: made of the design's
    /// name, too. The folder of a file is not of that name, as it depends on where
    /// the command runs.
    pub fn fingerprint_in(&self, design: &str) -> String {
        self.hash(design.rsplit('/').next())
    }

    fn hash(&self, design: Option<&str>) -> String {
        let mut subjects: Vec<&str> = self.subjects.iter().map(String::as_str).collect();
        subjects.sort_unstable();
        let parts = design
            .into_iter()
            .chain([self.rule.as_str()])
            .chain(subjects);
        let hash = parts.fold(FNV_OFFSET, |hash, part| {
            fnv1a(fnv1a(hash, part.as_bytes()), &[0xff])
        });
        format!("{hash:016x}")
    }
}

// FNV-1a, 64 bits: Fowler, Noll and Vo, http://www.isthe.com/chongo/tech/comp/fnv/.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME)
    })
}

/// Sorts findings for output: by file, place, rule, then words.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let by_place = a.primary.span.cmp(&b.primary.span);
        let by_rule = by_place.then_with(|| a.rule.cmp(&b.rule));
        by_rule.then_with(|| a.message.cmp(&b.message))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_made_of_names_and_frozen() {
        let at = |start| {
            Finding::new(
                "missing-cache",
                "words",
                Span {
                    start,
                    ..Span::default()
                },
            )
        };
        let finding = at(3).about("b").about("a");
        assert_eq!(
            finding.fingerprint(),
            at(9).about("a").about("b").fingerprint()
        );
        assert_ne!(finding.fingerprint(), at(3).about("ab").fingerprint());
        assert_eq!(finding.fingerprint(), "4e9aa1204338ef3e");
    }
}
