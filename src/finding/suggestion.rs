//! The nearest spelling.

use super::Safety;

/// Returns the candidate nearest to `word`, if one is near enough to be meant.
///
/// Near enough is an edit distance (Damerau-Levenshtein) of at most a third of
/// the longer word, at least 1; a difference in case alone is nearest of all.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |candidate: &str| {
        if candidate.to_lowercase() == word.to_lowercase() {
            return 0;
        }
        strsim::damerau_levenshtein(word, candidate)
    };
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word && could_be_near(word, candidate))
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, candidate)| {
            let longer = word.chars().count().max(candidate.chars().count());
            *distance <= (longer / 3).max(1) && *distance < longer
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Tells whether the lengths alone allow two words to be near: that is quick to
/// see, while the distance is not.
fn could_be_near(word: &str, candidate: &str) -> bool {
    let (a, b) = (word.chars().count(), candidate.chars().count());
    a.abs_diff(b) <= (a.max(b) / 3).max(1)
}

/// Tells whether two words are one typing slip apart: a letter too many, too
/// few, wrong, or swapped with its neighbour.
pub fn is_slip(word: &str, candidate: &str) -> bool {
    strsim::damerau_levenshtein(word, candidate) == 1
}

/// Who chose the words that a misspelt one is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// The author of the design: another name may be meant, and be missing.
    Names,
    /// The language: there are no others.
    Words,
}

/// Words with fewer letters than this are near to too many others.
const TELLING: usize = 4;
/// Words of the language from this length on may be two slips away.
const LONG: usize = 8;

/// Returns how safe it is to write `near`, the nearest of the candidates, where
/// `word` stands.
///
/// It is where nothing else is near and only case or a slip sets them apart:
/// not in the first letter, not in a digit, and not in a short word.
pub fn respelling<'a>(
    word: &str,
    near: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    kinship: Kinship,
) -> Safety {
    let others = candidates.into_iter().filter(|other| *other != near);
    if nearest(word, others).is_some() {
        return Safety::Unsafe;
    }
    if word.to_lowercase() == near.to_lowercase() {
        return Safety::Safe;
    }
    let first = |text: &str| text.chars().next();
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let shorter = word.chars().count().min(near.chars().count());
    let slips = match kinship {
        Kinship::Words if shorter >= LONG => 2,
        Kinship::Names | Kinship::Words => 1,
    };
    let is_slip = strsim::damerau_levenshtein(word, near) <= slips
        && shorter >= TELLING
        && first(word) == first(near)
        && digits(word) == digits(near);
    match is_slip {
        true => Safety::Safe,
        false => Safety::Unsafe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_far() {
        assert_eq!(nearest("paymnts", ["orders", "payments"]), Some("payments"));
        assert_eq!(nearest("Follow", ["follow"]), Some("follow"));
        assert_eq!(nearest("x", ["orders", "y"]), None);
        assert_eq!(nearest("queue", ["database"]), None);
    }

    #[test]
    fn only_a_clear_slip_is_safely_respelt() {
        let judged = |word, near, all: &[&str], kinship| {
            assert_eq!(nearest(word, all.iter().copied()), Some(near), "{word}");
            respelling(word, near, all.iter().copied(), kinship)
        };
        for (word, near, all, kinship, safety) in [
            (
                "paymnts",
                "payments",
                &["payments", "orders"][..],
                Kinship::Names,
                Safety::Safe,
            ),
            (
                "Orders",
                "orders",
                &["orders"],
                Kinship::Names,
                Safety::Safe,
            ),
            (
                "order",
                "orders",
                &["orders", "orderx"],
                Kinship::Names,
                Safety::Unsafe,
            ),
            (
                "ledger3",
                "ledger2",
                &["ledger2"],
                Kinship::Names,
                Safety::Unsafe,
            ),
            ("cart", "part", &["part"], Kinship::Names, Safety::Unsafe),
            ("api", "app", &["app"], Kinship::Names, Safety::Unsafe),
            (
                "replcias",
                "replicas",
                &["replicas", "standbys"],
                Kinship::Words,
                Safety::Safe,
            ),
            (
                "availabiltiyy",
                "availability",
                &["availability"],
                Kinship::Words,
                Safety::Safe,
            ),
            (
                "availabiltiyy",
                "availability",
                &["availability"],
                Kinship::Names,
                Safety::Unsafe,
            ),
        ] {
            assert_eq!(judged(word, near, all, kinship), safety, "{word}");
        }
    }
}
