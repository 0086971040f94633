//! The flags of `check` that leave out what is known already.

use std::path::PathBuf;

use crate::workspace::{Error, Request, Review, Timings, Upkeep, apply_baselines, keep_changed};

/// The flags that say what is known already.
#[derive(clap::Args)]
pub struct KnownFlags {
    /// Leave out the findings that this file holds [default: `baseline` of underpin.toml]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Put what is found now into the baseline
    #[arg(long, conflicts_with_all = ["prune_baseline", "changed"])]
    write_baseline: bool,

    /// Take out of the baseline what is not found any more
    #[arg(long)]
    prune_baseline: bool,

    /// Report only what is new since this branch, tag or commit [default: where
    /// the work left the default branch of origin, or HEAD]
    #[arg(long, value_name = "REF", require_equals = true)]
    changed: Option<Option<String>>,
}

/// What taking out what is known came to.
#[derive(Default)]
pub struct Known {
    /// What is compared with, in words.
    pub since: String,
    /// What is to be told on stderr.
    pub notes: Vec<String>,
    /// The files to be written.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

impl KnownFlags {
    /// Takes out of a review what is known already.
    pub fn take_out(
        &self,
        request: &Request,
        review: &mut Review,
        timings: &mut Timings,
    ) -> Result<Known, Error> {
        let baseline = self.baseline.as_deref();
        let settled = timings.measure("baseline", || {
            apply_baselines(review, baseline, self.upkeep())
        })?;
        let mut known = Known {
            since: String::new(),
            notes: settled.notes,
            files: settled.files,
        };
        if let Some(reference) = &self.changed {
            known.since = timings.measure("older revision", || {
                keep_changed(request, review, reference.as_deref())
            })?;
        }
        Ok(known)
    }

    fn upkeep(&self) -> Upkeep {
        match (self.write_baseline, self.prune_baseline) {
            (true, _) => Upkeep::Write,
            (_, true) => Upkeep::Prune,
            _ => Upkeep::Keep,
        }
    }
}
