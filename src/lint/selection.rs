//! Which rules are asked for.
//!
//! `--only` names the rules that run, else `--select`, else the profile;
//! `--ignore` takes away from any of them. Where a rule is both asked for and
//! ignored, the nearer word wins: its name before its category, its category
//! before `ALL`; between equals it is ignored.

use super::RuleInfo;
use super::policy::CATEGORY;
use crate::finding::{Confidence, nearest};

/// A named set of rules; each of the first three holds the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// What is almost always right.
    Core,
    /// What a review would raise; the default.
    #[default]
    Recommended,
    /// Advice as well.
    Strict,
    /// What an interviewer would ask.
    Practice,
}

impl Profile {
    /// Every profile, smallest first.
    pub const ALL: [Profile; 4] = [
        Profile::Core,
        Profile::Recommended,
        Profile::Strict,
        Profile::Practice,
    ];

    /// Returns the word for it, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Profile::Core => "core",
            Profile::Recommended => "recommended",
            Profile::Strict => "strict",
            Profile::Practice => "practice",
        }
    }

    /// Returns the confidence from which it reports.
    pub fn min_confidence(self) -> Confidence {
        match self {
            Profile::Core | Profile::Recommended => Confidence::Medium,
            Profile::Strict | Profile::Practice => Confidence::Low,
        }
    }
}

/// One word of `--select`, `--ignore` or `--only`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// `ALL`.
    All,
    /// `category:name`.
    Category(String),
    /// The name of a rule.
    Rule(String),
}

/// A word that names no rule and no category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Matcher {
    /// Reads one word; `rules` says which categories there are.
    ///
    /// Any other word may name a policy, which is known once designs are:
    /// [`Matcher::known`] tells then.
    pub fn parse(word: &str, rules: &[RuleInfo]) -> Result<Matcher, Unknown> {
        if word == "ALL" {
            return Ok(Matcher::All);
        }
        if let Some(category) = word.strip_prefix("category:") {
            let known = category == CATEGORY || rules.iter().any(|rule| rule.category == category);
            return match known {
                true => Ok(Matcher::Category(category.to_string())),
                false => Err(unknown_category(category, rules)),
            };
        }
        Ok(Matcher::Rule(word.to_string()))
    }

    /// Tells whether it names anything; `rules` are all there are, policies too.
    pub fn known(&self, rules: &[RuleInfo]) -> Result<(), Unknown> {
        match self {
            Matcher::Rule(word) if rules.iter().all(|rule| rule.name != *word) => {
                Err(unknown_rule(word, rules))
            }
            Matcher::All | Matcher::Category(_) | Matcher::Rule(_) => Ok(()),
        }
    }

    /// Returns how closely it names a rule; 0 where it does not.
    pub(super) fn nearness(&self, rule: &RuleInfo) -> u8 {
        match self {
            Matcher::All => 1,
            Matcher::Category(category) if category == rule.category => 2,
            Matcher::Rule(name) if rule.name == *name => 3,
            Matcher::Category(_) | Matcher::Rule(_) => 0,
        }
    }
}

/// Says that no rule has that name, and which one was perhaps meant.
pub fn unknown_rule(word: &str, rules: &[RuleInfo]) -> Unknown {
    let category = rules.iter().find(|rule| rule.category == word);
    let help = match (
        nearest(word, rules.iter().map(|rule| rule.name.as_str())),
        category,
    ) {
        (_, Some(rule)) => format!("for the whole category write `category:{}`", rule.category),
        (Some(name), None) => format!("did you mean `{name}`?"),
        (None, None) => "`underpin rules` lists every rule".to_string(),
    };
    Unknown {
        message: format!("there is no rule `{word}`"),
        help,
    }
}

/// Says that no category has that name, and which one was perhaps meant.
pub fn unknown_category(word: &str, rules: &[RuleInfo]) -> Unknown {
    let categories = categories(rules);
    let help = match nearest(word, categories.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are {}", categories.join(", ")),
    };
    Unknown {
        message: format!("there is no category `{word}`"),
        help,
    }
}

/// Returns the categories of the rules, in alphabetical order.
pub fn categories(rules: &[RuleInfo]) -> Vec<&'static str> {
    let names: std::collections::BTreeSet<_> = rules.iter().map(|rule| rule.category).collect();
    names.into_iter().collect()
}

/// Which rules are asked for, and how sure they must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The set to start from.
    pub profile: Profile,
    /// What stands in the place of the profile, if anything does.
    pub select: Vec<Matcher>,
    /// What is added to either.
    pub extend: Vec<Matcher>,
    /// What is taken away.
    pub ignore: Vec<Matcher>,
    /// What runs and nothing else, if anything is named.
    pub only: Vec<Matcher>,
    /// The confidence from which findings are reported, if not the usual one.
    pub min_confidence: Option<Confidence>,
}

impl Selection {
    /// Tells whether findings of this rule are reported.
    pub fn selects(&self, rule: &RuleInfo) -> bool {
        let ignored = strongest(&self.ignore, rule);
        let added = self.only.is_empty() && strongest(&self.extend, rule) > ignored;
        added
            || match self.named() {
                Some(named) => strongest(named, rule) > ignored,
                None => rule.profiles.contains(&self.profile) && ignored == 0,
            }
    }

    /// Tells whether findings of this confidence are reported.
    pub fn shows(&self, confidence: Confidence) -> bool {
        confidence >= self.confidence()
    }

    /// Returns the confidence from which findings are reported: the one asked
    /// for, else low where rules are named, else the profile's.
    pub fn confidence(&self) -> Confidence {
        match (self.min_confidence, self.named()) {
            (Some(confidence), _) => confidence,
            (None, Some(_)) => Confidence::Low,
            (None, None) => self.profile.min_confidence(),
        }
    }

    /// Returns what hides a finding, in words: "profile `recommended`".
    pub fn description(&self) -> String {
        let base = match (&self.only[..], &self.select[..]) {
            ([], []) => format!("profile `{}`", self.profile.word()),
            ([], _) => "`--select`".to_string(),
            (_, _) => "`--only`".to_string(),
        };
        let ignore = (!self.ignore.is_empty()).then(|| "`--ignore`".to_string());
        let confidence = self
            .min_confidence
            .map(|confidence| format!("`--min-confidence {}`", confidence.word()));
        let parts: Vec<String> = std::iter::once(base)
            .chain(ignore)
            .chain(confidence)
            .collect();
        parts.join(" or ")
    }

    fn named(&self) -> Option<&[Matcher]> {
        [&self.only, &self.select]
            .into_iter()
            .find(|words| !words.is_empty())
            .map(Vec::as_slice)
    }
}

fn strongest(matchers: &[Matcher], rule: &RuleInfo) -> u8 {
    let nearness = matchers.iter().map(|matcher| matcher.nearness(rule));
    nearness.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{RuleName, Severity};

    fn rule(name: &'static str, category: &'static str, profiles: &'static [Profile]) -> RuleInfo {
        RuleInfo {
            name: name.into(),
            category,
            summary: "".into(),
            severity: Severity::Warning,
            confidence: Confidence::High,
            profiles,
            page: "".into(),
            options: &[],
        }
    }

    fn rules() -> Vec<RuleInfo> {
        vec![
            rule("missing-cache", "capacity", &Profile::ALL),
            rule("hot-key", "capacity", &[Profile::Strict, Profile::Practice]),
            rule("missing-authentication", "security", &Profile::ALL),
        ]
    }

    fn words(words: &[&str]) -> Vec<Matcher> {
        let rules = rules();
        let parse = |word: &&str| Matcher::parse(word, &rules).unwrap();
        words.iter().map(parse).collect()
    }

    fn selected(select: &[&str], ignore: &[&str], only: &[&str]) -> Vec<RuleName> {
        let selection = Selection {
            select: words(select),
            ignore: words(ignore),
            only: words(only),
            ..Selection::default()
        };
        let rules = rules().into_iter();
        let chosen = rules.filter(|rule| selection.selects(rule));
        chosen.map(|rule| rule.name).collect()
    }

    #[test]
    fn the_nearer_word_wins_and_ignore_wins_between_equals() {
        let all = ["missing-cache", "hot-key", "missing-authentication"];
        for (select, ignore, only, expected) in [
            (&[][..], &[][..], &[][..], &[all[0], all[2]][..]),
            (&["ALL"], &[], &[], &all),
            (&["category:capacity"], &[], &[], &all[..2]),
            (&["hot-key"], &["category:capacity"], &[], &all[1..2]),
            (&["category:capacity"], &["hot-key"], &[], &all[..1]),
            (&["hot-key"], &["hot-key"], &[], &[]),
            (&["ALL"], &["ALL"], &[], &[]),
            (&["ALL"], &["category:security"], &[], &all[..2]),
            (&[], &["ALL"], &[], &[]),
            (&[], &["category:capacity"], &[], &all[2..]),
            (&["ALL"], &[], &["hot-key"], &all[1..2]),
            (&[], &["hot-key"], &["category:capacity"], &all[..1]),
        ] {
            assert_eq!(
                selected(select, ignore, only),
                expected,
                "select {select:?} ignore {ignore:?} only {only:?}"
            );
        }
    }

    #[test]
    fn a_profile_selects_its_rules_and_its_confidence() {
        let strict = Selection {
            profile: Profile::Strict,
            ..Selection::default()
        };
        assert!(strict.selects(&rules()[1]));
        assert!(strict.shows(Confidence::Low));
        assert!(!Selection::default().selects(&rules()[1]));
        assert!(!Selection::default().shows(Confidence::Low));
        assert!(Selection::default().shows(Confidence::Medium));
    }

    #[test]
    fn a_named_rule_shows_whatever_its_confidence_unless_asked_otherwise() {
        let mut selection = Selection {
            only: words(&["hot-key"]),
            ..Selection::default()
        };
        assert!(selection.shows(Confidence::Low));
        selection.min_confidence = Some(Confidence::High);
        assert!(!selection.shows(Confidence::Medium));
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_nearest() {
        for (word, message, help) in [
            (
                "missing-cahce",
                "there is no rule `missing-cahce`",
                "did you mean `missing-cache`?",
            ),
            (
                "capacity",
                "there is no rule `capacity`",
                "for the whole category write `category:capacity`",
            ),
            (
                "all",
                "there is no rule `all`",
                "`underpin rules` lists every rule",
            ),
            (
                "category:securty",
                "there is no category `securty`",
                "did you mean `security`?",
            ),
            (
                "category:x",
                "there is no category `x`",
                "there are capacity, security",
            ),
        ] {
            let parsed = Matcher::parse(word, &rules());
            let unknown = parsed.and_then(|it| it.known(&rules())).unwrap_err();
            assert_eq!((&*unknown.message, &*unknown.help), (message, help));
        }
    }

    #[test]
    fn says_what_hides() {
        let mut selection = Selection::default();
        assert_eq!(selection.description(), "profile `recommended`");
        selection.ignore = words(&["ALL"]);
        selection.min_confidence = Some(Confidence::High);
        assert_eq!(
            selection.description(),
            "profile `recommended` or `--ignore` or `--min-confidence high`"
        );
        selection.only = words(&["ALL"]);
        selection.ignore.clear();
        selection.min_confidence = None;
        assert_eq!(selection.description(), "`--only`");
    }
}
