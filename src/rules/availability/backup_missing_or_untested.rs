//! See `backup_missing_or_untested.md`.

use super::asked::because;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Element, Fact, Id, Origin, Requirement};
use crate::rules::words::{count, list};
use crate::vocabulary::Traits;

/// The qualities that ask for a way back.
const MOTIVES: &[&str] = &["durability", "recovery"];

const NO_BACKUP: &str = "no `backup` stated";
const NO_RESTORE: &str = "no `restore-tested` stated";

/// Data of which there is no copy to go back to, or none that was ever tried.
pub struct BackupMissingOrUntested;

impl Rule for BackupMissingOrUntested {
    fn about(&self) -> About {
        About {
            name: "backup-missing-or-untested",
            category: "availability",
            summary: "a store without a backup, or with one that was never restored",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: MOTIVES,
            page: include_str!("backup_missing_or_untested.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (id, component) in design.model.components.iter() {
            if keeps_for_good(design, id, component) {
                look(design, id, report);
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let of = |text: &'static str| move |finding: &Finding| finding.primary.text == text;
        let (unsaid, rest): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(of(NO_BACKUP));
        let (untested, mut merged): (Vec<Finding>, Vec<Finding>) =
            rest.into_iter().partition(of(NO_RESTORE));
        merged.extend(group(unsaid, |names| {
            format!("nothing says that {} are backed up", list(names))
        }));
        merged.extend(group(untested, |names| {
            format!(
                "nothing says that a backup of {} was ever restored",
                list(names)
            )
        }));
        merged
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "{undecided} of {} do not say enough about their backup",
            count(of, "store")
        )
    }
}

/// Tells whether something is lost for good with a component.
fn keeps_for_good(design: &Design<'_>, id: Id<Component>, component: &Component) -> bool {
    let kept = design.entities_in(id);
    let passing = |id: &Id<_>| design.model.entities[*id].about.has("transient");
    component.is_source_of_truth()
        && !component.is(Traits::THIRD_PARTY)
        && !component.facts.has("rebuildable")
        && (!component.facts.has("copy-of") || component.facts.get("backup").is_some())
        && (kept.is_empty() || !kept.iter().all(passing))
}

fn look(design: &Design<'_>, id: Id<Component>, report: &mut Report) {
    let component = design.component(id);
    let motive = motive(design, id);
    match (component.facts.get("backup"), motive) {
        (Some(_), motive) if component.facts.is_absent("backup") => {
            report.fail(none(design, id, motive, report));
        }
        (Some(backup), motive) => restored(design, id, backup, motive, report),
        (None, Some(motive)) => report.fail(unsaid(design, id, motive, report)),
        (None, None) => report.unknown(
            component.head.name_span,
            "nothing says whether it is backed up",
        ),
    }
}

fn motive<'a>(design: &Design<'a>, id: Id<Component>) -> Option<&'a Requirement> {
    let mut all = design.model.requirements.rows().iter();
    all.find(|requirement| {
        let asks = MOTIVES.iter().any(|word| requirement.is_quality(word));
        asks && design.concerns(requirement, Element::Component(id))
    })
}

fn none(
    design: &Design<'_>,
    id: Id<Component>,
    motive: Option<&Requirement>,
    report: &Report,
) -> Finding {
    let (name, facts) = (design.name(id), &design.component(id).facts);
    let span = facts
        .get("backup")
        .map_or(design.component(id).head.name_span, |fact| fact.span);
    let finding = report
        .finding(span, format!("{} in `{name}` {} gone for good when deleted: no backup", kept(design, id), be(design, id)))
        .label("stated: no backup")
        .confidence(Confidence::High)
        .note("replication is no backup: it deletes the copies too")
        .help("back it up where a fault of the store cannot reach (`backup: daily`), or say from what it is made again (`rebuildable: …`)")
        .about(name);
    shown(finding, motive)
}

fn be(design: &Design<'_>, id: Id<Component>) -> &'static str {
    match design.entities_in(id).len() {
        0 | 1 => "is",
        _ => "are",
    }
}

fn kept(design: &Design<'_>, id: Id<Component>) -> String {
    let entities = design.entities_in(id);
    let names: Vec<&str> = entities
        .iter()
        .map(|id| design.model.entities[*id].head.name.as_str())
        .collect();
    match names.as_slice() {
        [] => "what is".to_owned(),
        names => list(names),
    }
}

fn unsaid(
    design: &Design<'_>,
    id: Id<Component>,
    motive: &Requirement,
    report: &Report,
) -> Finding {
    let name = design.name(id);
    let finding = report
        .finding(
            design.component(id).head.name_span,
            format!("nothing says that `{name}` is backed up"),
        )
        .label(NO_BACKUP)
        .note("replication is no backup: it copies a mistake as well")
        .help("say how often (`backup: daily`), that there is none (`backup: none`), or from what it is made again (`rebuildable: …`)")
        .about(name);
    let finding = Finding {
        fix: design.adding(&design.component(id).head, often(motive)),
        ..finding
    };
    because(finding, motive)
}

/// Returns a backup to be filled in: how often it must be where it is asked how
/// much may be lost is for people to say.
fn often(motive: &Requirement) -> &'static str {
    match motive.is_quality("recovery") {
        true => "backup: yes",
        false => "backup: daily",
    }
}

fn restored(
    design: &Design<'_>,
    id: Id<Component>,
    backup: &Fact,
    motive: Option<&Requirement>,
    report: &mut Report,
) {
    let facts = &design.component(id).facts;
    if facts.has("restore-tested") {
        return report.pass();
    }
    let name = design.name(id);
    let (message, label, confidence) = match (facts.is_absent("restore-tested"), motive) {
        (true, _) => (
            format!("the backup of `{name}` was never restored"),
            "stated: never tried",
            Confidence::High,
        ),
        (false, Some(_)) => (
            format!("nothing says that a backup of `{name}` was ever restored"),
            NO_RESTORE,
            Confidence::Medium,
        ),
        (false, None) => {
            return report.unknown(backup.span, "nothing says whether it was ever restored");
        }
    };
    let span = match backup.origin {
        Origin::Technology(..) => design.component(id).head.name_span,
        _ => backup.span,
    };
    let finding = report
        .finding(span, message)
        .label(label)
        .severity(Severity::Info)
        .confidence(confidence)
        .help("bring a backup back regularly, measure how long it takes, and say so (`restore-tested: yes`)")
        .about(name);
    let finding = match &backup.origin {
        Origin::Technology(technology, _) => {
            finding.assume(format!("`{technology}` is backed up (its default)"))
        }
        _ => finding,
    };
    report.fail(shown(finding, motive));
}

fn shown(finding: Finding, motive: Option<&Requirement>) -> Finding {
    match motive {
        Some(motive) => because(finding, motive),
        None => finding,
    }
}
