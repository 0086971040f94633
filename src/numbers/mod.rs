//! What the numbers of a design come to, with names in the place of ids.
//!
//! Takes a design, runs the analyses and gives [`Numbers`]: plain data that
//! serialises as `schemas/numbers.schema.json` describes, and that [`sheet`] lays
//! out as sections and tables. Knows no file, no terminal and no format of text.

pub mod availability;
pub mod bandwidth;
pub mod caches;
pub mod concurrency;
pub mod estimates;
pub mod latency;
pub mod load;
pub(crate) mod nines;
pub mod recovery;
#[cfg(test)]
mod samples;
pub mod sheet;
mod source;
pub mod storage;
mod target;
pub mod whatif;
mod words;

pub use source::{Context, Input, Missing, Place};
pub use target::{Target, Verdict};

use serde::Serialize;
use sheet::{Section, Sheet};

/// What the numbers of one design come to.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Numbers {
    /// The name of the system, or of the root file.
    pub design: String,
    /// Every target that the design states, in the order of the text.
    pub targets: Vec<Target>,
    /// How much of the time each operation succeeds.
    pub availability: availability::Part,
    /// How long each flow takes.
    pub latency: latency::Part,
    /// How much each component has to do.
    pub load: load::Part,
    /// What stores keep.
    pub storage: storage::Part,
    /// What crosses the lines.
    pub bandwidth: bandwidth::Part,
    /// What goes on at once.
    pub concurrency: concurrency::Part,
    /// What caches hold and answer.
    pub caches: caches::Part,
    /// What is lost, and how long it takes, when something must be recovered.
    pub recovery: recovery::Part,
    /// The design's own arithmetic.
    pub estimates: estimates::Part,
}

/// The parts of the numbers, as they can be asked for.
pub const PARTS: &[&str] = &[
    "targets",
    "availability",
    "latency",
    "load",
    "storage",
    "bandwidth",
    "concurrency",
    "caches",
    "recovery",
    "estimates",
];

/// Returns what the numbers of a design come to.
pub fn numbers(design: &str, context: &Context) -> Numbers {
    let availability = availability::part(context);
    let latency = latency::part(context);
    let load = load::part(context);
    let storage = storage::part(context);
    let bandwidth = bandwidth::part(context);
    let concurrency = concurrency::part(context);
    let caches = caches::part(context);
    let recovery = recovery::part(context);
    let estimates = estimates::part(context);
    let judged = [
        availability::targets(&availability),
        latency::targets(&latency),
        load::targets(&load),
        recovery::targets(&recovery),
    ];
    Numbers {
        design: design.to_owned(),
        targets: target::all(context, judged.concat()),
        availability,
        latency,
        load,
        storage,
        bandwidth,
        concurrency,
        caches,
        recovery,
        estimates,
    }
}

impl Numbers {
    /// Tells whether a stated target is missed whatever is not stated.
    pub fn breaks(&self) -> bool {
        let mut verdicts = self.targets.iter().map(|target| target.verdict);
        verdicts.any(|verdict| verdict == Verdict::Breaks)
    }

    /// Lays out the parts of these names, or all of them if none is named.
    pub fn sheet(&self, only: &[&str]) -> Sheet {
        let sections = PARTS
            .iter()
            .filter(|part| only.is_empty() || only.contains(part))
            .filter_map(|part| self.section(part));
        let mut sections: Vec<Section> = sections.collect();
        if sections.is_empty() {
            sections.push(nothing());
        }
        Sheet {
            title: self.design.clone(),
            sections,
        }
    }

    fn section(&self, part: &str) -> Option<Section> {
        match part {
            "targets" => target::section(&self.targets),
            "availability" => availability::section(&self.availability),
            "latency" => latency::section(&self.latency),
            "load" => load::section(&self.load),
            "storage" => storage::section(&self.storage),
            "bandwidth" => bandwidth::section(&self.bandwidth),
            "concurrency" => concurrency::section(&self.concurrency),
            "caches" => caches::section(&self.caches),
            "recovery" => recovery::section(&self.recovery),
            "estimates" => estimates::section(&self.estimates),
            _ => None,
        }
    }
}

/// Says that there is nothing to say, and what would change that.
fn nothing() -> Section {
    let text = "The design states nothing that this follows from. State how often operations \
                are used (`load`), what components can take (`capacity`), how long steps take \
                (`p50`, `p99`), how much of the time they are up (`availability`), and what is \
                asked for (`quality`).";
    Section {
        title: "Nothing to compute".to_owned(),
        blocks: vec![sheet::Block::Paragraph(text.to_owned())],
    }
}
