//! One configuration file, understood.

use std::collections::BTreeMap;
use std::ops::Range;

use semver::{Version, VersionReq};
use toml::{Spanned, Value};

use super::file::{self, File, Word};
use crate::finding::{Confidence, RuleName, Severity, nearest};
use crate::lint::selection::{Matcher, Unknown, unknown_rule};
use crate::lint::{Level, Pattern, Profile, RuleInfo, RuleOption};
use crate::quantity::{self, Quantity};

/// What one configuration file asks for.
#[derive(Debug, Default)]
pub struct Layer {
    /// What it builds upon, in order.
    pub extends: Vec<Extends>,
    pub(super) include: Option<Vec<String>>,
    pub(super) exclude: Vec<String>,
    pub(super) profile: Option<Profile>,
    pub(super) select: Option<Vec<Matcher>>,
    pub(super) extend_select: Vec<Matcher>,
    pub(super) ignore: Vec<Matcher>,
    pub(super) fail_on: Option<Severity>,
    pub(super) min_confidence: Option<Confidence>,
    pub(super) baseline: Option<String>,
    pub(super) max_warnings: Option<u64>,
    pub(super) require_until: Option<bool>,
    pub(super) max_days: Option<u32>,
    pub(super) forbid: Vec<Matcher>,
    pub(super) report_unused: Option<Level>,
    pub(super) levels: Vec<(Matcher, Level)>,
    pub(super) options: BTreeMap<(RuleName, &'static str), Quantity>,
    pub(super) overrides: Vec<Override>,
    pub(super) formats: Option<Vec<String>>,
    pub(super) out: Option<String>,
    pub(super) theme: Option<String>,
    /// The words that name no rule of ours: policies, if any design has them.
    pub doubts: Vec<Doubt>,
    /// Every value as it is written, with its key and line.
    pub(super) written: Vec<(String, String, usize)>,
}

/// A word that is a mistake unless it names a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The word.
    pub word: String,
    /// What is to be said if nothing is called so.
    pub mistake: Mistake,
}

/// What a file builds upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extends {
    /// Another file, seen from the one that names it.
    File(String),
    /// A profile of ours, with the line that names it.
    Profile(Profile, usize),
}

#[derive(Debug)]
pub(super) struct Override {
    pub(super) files: Vec<String>,
    pub(super) elements: Vec<Pattern>,
    pub(super) rules: Vec<(Matcher, Level)>,
}

/// What is wrong with a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Layer {
    /// Returns what a profile asks for that some line names.
    pub fn of_profile(profile: Profile, line: usize) -> Layer {
        let word = format!("\"{}\"", profile.word());
        Layer {
            profile: Some(profile),
            written: vec![("check.profile".to_owned(), word, line)],
            ..Layer::default()
        }
    }
}

/// Reads a configuration file.
///
/// # Errors
///
/// If it is no TOML, or says something that means nothing, or asks for another
/// version of underpin.
pub fn parse(text: &str, rules: &[RuleInfo]) -> Result<Layer, Mistake> {
    let reader = Reader { text, rules };
    let file: File = toml::from_str(text).map_err(|error| reader.misread(&error))?;
    let mut layer = reader.layer(file)?;
    layer.written = reader.written();
    Ok(layer)
}

struct Reader<'a> {
    text: &'a str,
    rules: &'a [RuleInfo],
}

impl Reader<'_> {
    fn layer(&self, file: File) -> Result<Layer, Mistake> {
        self.version(file.required_version.as_ref())?;
        let (levels, options) = self.settings(&file.rules)?;
        let overrides = file.overrides.iter().map(|it| self.exception(it));
        let doubts = self.doubts(&file);
        Ok(Layer {
            extends: self.each(&file.extends, |word| self.base(word))?,
            include: self.maybe_globs(file.files.include.as_deref())?,
            exclude: self.globs(&file.files.exclude)?,
            profile: self.maybe(file.check.profile.as_ref(), |it| self.one_of(it, PROFILES))?,
            select: match &file.check.select {
                Some(words) => Some(self.matchers(words)?),
                None => None,
            },
            extend_select: self.matchers(&file.check.extend_select)?,
            ignore: self.matchers(&file.check.ignore)?,
            fail_on: self.maybe(file.check.fail_on.as_ref(), |it| {
                self.one_of(it, SEVERITIES)
            })?,
            min_confidence: self.maybe(file.check.min_confidence.as_ref(), |it| {
                self.one_of(it, CONFIDENCES)
            })?,
            baseline: file.check.baseline,
            max_warnings: file.check.max_warnings,
            require_until: file.accept.require_until,
            max_days: file.accept.max_days,
            forbid: self.matchers(&file.accept.forbid)?,
            report_unused: self.maybe(file.accept.report_unused.as_ref(), |it| {
                self.one_of(it, LEVELS)
            })?,
            levels,
            options,
            overrides: overrides.collect::<Result<_, _>>()?,
            formats: match &file.draw.formats {
                Some(words) => Some(self.each(words, |it| self.known(it, DRAW_FORMATS))?),
                None => None,
            },
            out: file.draw.out,
            theme: self.maybe(file.draw.theme.as_ref(), |it| self.known(it, DRAW_THEMES))?,
            doubts,
            written: Vec::new(),
        })
    }

    fn each<T>(
        &self,
        words: &[Word],
        read: impl Fn(&Word) -> Result<T, Mistake>,
    ) -> Result<Vec<T>, Mistake> {
        words.iter().map(read).collect()
    }

    fn maybe<T>(
        &self,
        word: Option<&Word>,
        read: impl Fn(&Word) -> Result<T, Mistake>,
    ) -> Result<Option<T>, Mistake> {
        word.map(read).transpose()
    }

    fn version(&self, wanted: Option<&Word>) -> Result<(), Mistake> {
        let Some(wanted) = wanted else { return Ok(()) };
        let range = wanted.get_ref();
        let known = VersionReq::parse(range).map_err(|error| {
            let help = "write for example `required-version = \">=0.1\"`";
            let message = format!("`{range}` names no versions: {error}");
            self.mistake(wanted.span(), message, Some(help.into()))
        })?;
        let version = env!("CARGO_PKG_VERSION");
        let fits = Version::parse(version).is_ok_and(|version| known.matches(&version));
        if fits {
            return Ok(());
        }
        let message = format!("this is underpin {version}, and `{range}` is asked for");
        let help = "install a version that fits, or change `required-version`";
        Err(self.mistake(wanted.span(), message, Some(help.into())))
    }

    fn base(&self, word: &Word) -> Result<Extends, Mistake> {
        let Some(name) = word.get_ref().strip_prefix("underpin:") else {
            return Ok(Extends::File(word.get_ref().clone()));
        };
        let inner = Spanned::new(word.span(), name.to_owned());
        let line = position(self.text, word.span().start).0;
        Ok(Extends::Profile(self.one_of(&inner, PROFILES)?, line))
    }

    fn matchers(&self, words: &[Word]) -> Result<Vec<Matcher>, Mistake> {
        self.each(words, |word| self.matcher(word))
    }

    fn matcher(&self, word: &Word) -> Result<Matcher, Mistake> {
        Matcher::parse(word.get_ref(), self.rules).map_err(|unknown| self.unknown(word, unknown))
    }

    /// Returns the words that name no rule of ours.
    fn doubts(&self, file: &File) -> Vec<Doubt> {
        let check = &file.check;
        let overridden = file.overrides.iter().flat_map(|it| it.rules.keys());
        let words = (check.select.iter().flatten())
            .chain(&check.extend_select)
            .chain(&check.ignore)
            .chain(&file.accept.forbid)
            .chain(file.rules.keys())
            .chain(overridden);
        let doubt = |word: &Word| {
            let matcher = Matcher::parse(word.get_ref(), self.rules).ok()?;
            let unknown = matcher.known(self.rules).err()?;
            Some(Doubt {
                word: word.get_ref().clone(),
                mistake: self.unknown(word, unknown),
            })
        };
        words.filter_map(doubt).collect()
    }

    fn unknown(&self, word: &Word, unknown: Unknown) -> Mistake {
        self.mistake(word.span(), unknown.message, Some(unknown.help))
    }

    fn maybe_globs(&self, words: Option<&[Word]>) -> Result<Option<Vec<String>>, Mistake> {
        words.map(|words| self.globs(words)).transpose()
    }

    fn globs(&self, words: &[Word]) -> Result<Vec<String>, Mistake> {
        self.each(words, |word| {
            let glob = word.get_ref();
            match globset::Glob::new(glob) {
                Ok(_) => Ok(glob.clone()),
                Err(error) => {
                    let message = format!("`{glob}` is no pattern: {}", error.kind());
                    Err(self.mistake(word.span(), message, None))
                }
            }
        })
    }

    fn one_of<T: Copy>(&self, word: &Word, known: &[(&str, T)]) -> Result<T, Mistake> {
        let found = known.iter().find(|(name, _)| name == word.get_ref());
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let help = match nearest(word.get_ref(), names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are `{}`", names.join("`, `")),
            };
            let message = format!("`{}` means nothing here", word.get_ref());
            self.mistake(word.span(), message, Some(help))
        })
    }

    fn known(&self, word: &Word, known: &[&str]) -> Result<String, Mistake> {
        let known: Vec<(&str, &str)> = known.iter().map(|it| (*it, *it)).collect();
        self.one_of(word, &known).map(str::to_owned)
    }

    fn exception(&self, file: &file::Override) -> Result<Override, Mistake> {
        let rule =
            |(rule, level): (&Word, &Word)| Ok((self.matcher(rule)?, self.one_of(level, LEVELS)?));
        Ok(Override {
            files: self.globs(&file.files)?,
            elements: file.elements.iter().map(|it| Pattern::parse(it)).collect(),
            rules: file.rules.iter().map(rule).collect::<Result<_, _>>()?,
        })
    }

    fn settings(&self, rules: &Tables) -> Result<(Levels, Options), Mistake> {
        let mut levels = Levels::new();
        let mut options = Options::new();
        for (name, settings) in rules {
            let known = self.rules.iter().find(|rule| rule.name == *name.get_ref());
            for (key, value) in settings {
                match key.get_ref().as_str() {
                    "severity" => {
                        let level = self.one_of(&self.word(value)?, LEVELS)?;
                        levels.push((Matcher::Rule(name.get_ref().clone()), level));
                    }
                    _ => {
                        let unknown = || unknown_rule(name.get_ref(), self.rules);
                        let rule = known.ok_or_else(|| self.unknown(name, unknown()))?;
                        let option = self.option(rule, key)?;
                        let value = self.value(option, value)?;
                        options.insert((rule.name.clone(), option.name), value);
                    }
                }
            }
        }
        Ok((levels, options))
    }

    fn word(&self, value: &Spanned<Value>) -> Result<Word, Mistake> {
        match value.get_ref() {
            Value::String(text) => Ok(Spanned::new(value.span(), text.clone())),
            _ => {
                let message = format!("a word was expected, not `{}`", self.text_of(value));
                Err(self.mistake(value.span(), message, None))
            }
        }
    }

    fn option<'r>(&self, rule: &'r RuleInfo, key: &Word) -> Result<&'r RuleOption, Mistake> {
        let found = rule.options.iter().find(|it| it.name == key.get_ref());
        found.ok_or_else(|| {
            let names = rule.options.iter().map(|it| it.name);
            let known: Vec<&str> = names.chain(["severity"]).collect();
            let help = match nearest(key.get_ref(), known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has `{}`", known.join("`, `")),
            };
            let message = format!("`{}` has no option `{}`", rule.name, key.get_ref());
            self.mistake(key.span(), message, Some(help))
        })
    }

    fn value(&self, option: &RuleOption, value: &Spanned<Value>) -> Result<Quantity, Mistake> {
        let text = match value.get_ref() {
            Value::String(text) => text.as_str(),
            _ => self.text_of(value),
        };
        let wanted = option.default_value().dimension;
        match quantity::parse(text) {
            Ok(quantity::Value::Quantity(found)) if found.dimension == wanted => Ok(found),
            _ => {
                let message = format!("`{text}` is nothing that `{}` can be", option.name);
                let help = format!("it is `{}` unless it is set", option.default);
                Err(self.mistake(value.span(), message, Some(help)))
            }
        }
    }

    fn text_of(&self, value: &Spanned<Value>) -> &str {
        self.text.get(value.span()).unwrap_or_default()
    }

    fn mistake(&self, span: Range<usize>, message: String, help: Option<String>) -> Mistake {
        let (line, column) = position(self.text, span.start);
        Mistake {
            message,
            help,
            line,
            column,
        }
    }

    /// Says what the parser found, in our words where it is a matter of ours.
    fn misread(&self, error: &toml::de::Error) -> Mistake {
        let span = error.span().unwrap_or(0..0);
        let mut quoted = error.message().split('`').skip(1).step_by(2);
        if error.message().starts_with("unknown field")
            && let Some(unknown) = quoted.next()
        {
            let known: Vec<&str> = quoted.collect();
            let help = match nearest(unknown, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are `{}`", known.join("`, `")),
            };
            let message = format!("there is no key `{unknown}` here");
            return self.mistake(span, message, Some(help));
        }
        let message = error.message().trim().replace('\n', ", ");
        self.mistake(span, message, None)
    }

    /// Returns every value with its key and line.
    fn written(&self) -> Vec<(String, String, usize)> {
        let mut entries = Vec::new();
        if let Ok(table) = toml::de::DeTable::parse(self.text) {
            collect(self.text, "", table.get_ref(), &mut entries);
        }
        entries.sort_by_key(|(_, _, line)| *line);
        entries
    }
}

type Tables = BTreeMap<Word, BTreeMap<Word, Spanned<Value>>>;
type Levels = Vec<(Matcher, Level)>;
type Options = BTreeMap<(RuleName, &'static str), Quantity>;

fn collect(
    text: &str,
    path: &str,
    table: &toml::de::DeTable<'_>,
    entries: &mut Vec<(String, String, usize)>,
) {
    for (key, value) in table.iter() {
        let path = match path {
            "" => key.get_ref().to_string(),
            _ => format!("{path}.{}", key.get_ref()),
        };
        match value.get_ref() {
            toml::de::DeValue::Table(table) => collect(text, &path, table, entries),
            toml::de::DeValue::Array(items) if items.iter().any(is_table) => {
                let line = position(text, value.span().start).0;
                entries.push((path, format!("[{{ … }}; {}]", items.len()), line));
            }
            _ => {
                let written = text.get(value.span()).unwrap_or_default();
                let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
                entries.push((path, written, position(text, value.span().start).0));
            }
        }
    }
}

fn is_table(item: &Spanned<toml::de::DeValue<'_>>) -> bool {
    matches!(item.get_ref(), toml::de::DeValue::Table(_))
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].chars().count() + 1)
}

/// The words for what can be drawn.
pub const DRAW_FORMATS: &[&str] = &[
    "svg",
    "png",
    "html",
    "dot",
    "mermaid",
    "d2",
    "plantuml",
    "structurizr",
    "json",
];

/// The words for the colours of pictures.
pub const DRAW_THEMES: &[&str] = &["auto", "light", "dark"];

const PROFILES: &[(&str, Profile)] = &[
    ("core", Profile::Core),
    ("recommended", Profile::Recommended),
    ("strict", Profile::Strict),
    ("practice", Profile::Practice),
];

const SEVERITIES: &[(&str, Severity)] = &[
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("info", Severity::Info),
];

const CONFIDENCES: &[(&str, Confidence)] = &[
    ("low", Confidence::Low),
    ("medium", Confidence::Medium),
    ("high", Confidence::High),
];

const LEVELS: &[(&str, Level)] = &[
    ("off", Level::Off),
    ("info", Level::At(Severity::Info)),
    ("warning", Level::At(Severity::Warning)),
    ("error", Level::At(Severity::Error)),
];

#[cfg(test)]
mod tests;
