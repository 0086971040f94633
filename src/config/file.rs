//! The keys of a configuration file, as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Value};

/// A word that must mean something, with its place.
pub(super) type Word = Spanned<String>;

/// What `underpin.toml` may say.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    /// Where editors find the schema of this file.
    #[serde(rename = "$schema")]
    pub(super) schema: Option<String>,
    /// The versions of underpin that may be used, such as `>=0.1, <2`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) required_version: Option<Word>,
    /// What this file builds upon: paths of other files, seen from this one, or a
    /// profile, such as `underpin:strict`. The later ones win over the earlier ones,
    /// this file over all of them.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) extends: Vec<Word>,
    /// Which files a folder means.
    pub(super) files: Files,
    /// What is reviewed, and what fails.
    pub(super) check: Check,
    /// What an `@accept` must say to silence anything.
    pub(super) accept: Accept,
    /// The severity of single rules (`off`, `info`, `warning`, `error`), and their options.
    #[cfg_attr(
        test,
        schemars(with = "BTreeMap<String, BTreeMap<String, SettingSchema>>")
    )]
    pub(super) rules: BTreeMap<Word, BTreeMap<Word, Spanned<Value>>>,
    /// Other severities for some files or elements; the last one that fits holds.
    pub(super) overrides: Vec<Override>,
    /// How pictures are drawn unless a flag says otherwise.
    pub(super) draw: Draw,
}

/// Which files a folder means. Patterns are relative to the file that states them.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Files {
    /// Only these, such as `designs/**/*.arch`.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) include: Option<Vec<Word>>,
    /// Not these, such as `designs/archive/**`.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) exclude: Vec<Word>,
}

/// What is reviewed, and what fails.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Check {
    /// The set of rules to start from: `core`, `recommended`, `strict`, `practice`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) profile: Option<Word>,
    /// These instead of the profile: rules, `category:NAME` or `ALL`.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) select: Option<Vec<Word>>,
    /// These as well.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) extend_select: Vec<Word>,
    /// Not these.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) ignore: Vec<Word>,
    /// The severity from which a finding fails the run: `error`, `warning`, `info`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) fail_on: Option<Word>,
    /// The confidence from which findings are reported: `low`, `medium`, `high`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) min_confidence: Option<Word>,
    /// The file with the findings that are known and borne.
    pub(super) baseline: Option<String>,
    /// The run fails when there are more warnings than this.
    pub(super) max_warnings: Option<u64>,
}

/// What an `@accept` must say to silence anything.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Accept {
    /// Whether it must say until when it holds.
    pub(super) require_until: Option<bool>,
    /// How many days from today it may hold at the most.
    pub(super) max_days: Option<u32>,
    /// What may not be accepted: rules, `category:NAME` or `ALL`.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) forbid: Vec<Word>,
    /// How one that silences nothing is reported: `off`, `info`, `warning`, `error`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) report_unused: Option<Word>,
}

/// Other severities for some files or elements.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Override {
    /// Designs that begin with one of these files; all where none is named.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) files: Vec<Word>,
    /// Findings about one of these: `tag:NAME`, `kind:NAME`, or a name with `*`; all
    /// where none is named.
    pub(super) elements: Vec<String>,
    /// The severity of each rule or `category:NAME`: `off`, `info`, `warning`, `error`.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    pub(super) rules: BTreeMap<Word, Word>,
}

/// How pictures are drawn unless a flag says otherwise.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Draw {
    /// What to write, such as `svg` and `html`.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) formats: Option<Vec<Word>>,
    /// The folder to write to, seen from this file.
    pub(super) out: Option<String>,
    /// The colours: `auto`, `light`, `dark`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) theme: Option<Word>,
}

/// A severity, or a number with or without a unit.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "it is there for the schema")]
enum SettingSchema {
    Number(f64),
    Word(String),
}
