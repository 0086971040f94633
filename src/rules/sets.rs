//! Which rules belong to which profile, and which finding says another again.

use crate::finding::Confidence;
use crate::lint::{About, Profile};

/// The rules of the `core` profile beside those of the language: the ones whose
/// findings follow from what is stated.
const CORE: &[&str] = &[
    "concurrency-limit-exceeded",
    "contradictory-qualities",
    "cyclic-hard-dependency",
    "dangling-queue",
    "data-used-before-produced",
    "deep-sync-chain",
    "derived-store-without-feed",
    "exposed-datastore",
    "kind-edge-mismatch",
    "latency-budget-exceeded",
    "cache-policy-incomplete",
    "method-semantics",
    "missing-authentication",
    "missing-failure-headroom",
    "missing-functional-requirements",
    "overloaded-component",
    "placeholder-value",
    "principal-from-input",
    "redundancy-in-one-failure-domain",
    "resource-naming",
    "retry-amplification",
    "single-point-of-failure",
    "stale-read-under-strong-consistency",
    "step-against-relation",
    "unquantified-quality",
    "unreachable-component",
    "unrealised-requirement",
    "volatile-source-of-truth",
];

/// A finding of the first rule is left out where one of the second is about the
/// same subject and no less severe, from top to bottom.
pub const FOLDS: &[(&str, &str)] = &[
    ("n-plus-one-calls", "unbounded-write-fanout"),
    ("overloaded-component", "missing-failure-headroom"),
    ("overloaded-component", "write-bound-despite-replicas"),
    ("missing-cache", "overloaded-component"),
    ("overloaded-component", "missing-cache"),
    ("missing-load-distribution", "single-point-of-failure"),
    ("redundancy-unstated", "single-point-of-failure"),
    ("shared-host", "single-point-of-failure"),
    ("unreachable-component", "dangling-queue"),
];

/// Returns the profiles that hold a rule.
pub(super) fn profiles(about: &About) -> &'static [Profile] {
    let core = about.category == "language" || CORE.contains(&about.name);
    match about.confidence {
        _ if core => &Profile::ALL,
        Confidence::Low => &[Profile::Strict, Profile::Practice],
        Confidence::Medium | Confidence::High => {
            &[Profile::Recommended, Profile::Strict, Profile::Practice]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::infos;

    #[test]
    fn sets_name_rules_that_exist() {
        let infos = infos();
        let known = |name: &str| infos.iter().any(|info| info.name == name);
        let folded = FOLDS.iter().flat_map(|(rule, cause)| [*rule, *cause]);
        for name in CORE.iter().copied().chain(folded) {
            assert!(known(name), "`{name}` is listed, but there is no such rule");
        }
    }

    #[test]
    fn every_profile_holds_the_smaller_ones() {
        for info in infos() {
            let has = |profile| info.profiles.contains(&profile);
            assert!(
                !has(Profile::Core) || has(Profile::Recommended),
                "{}",
                info.name
            );
            assert!(
                !has(Profile::Recommended) || has(Profile::Strict),
                "{}",
                info.name
            );
            assert!(has(Profile::Practice), "{}", info.name);
        }
    }
}
