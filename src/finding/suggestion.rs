//! The nearest spelling.

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

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant_and_nothing_far() {
        assert_eq!(nearest("paymnts", ["orders", "payments"]), Some("payments"));
        assert_eq!(nearest("Follow", ["follow"]), Some("follow"));
        assert_eq!(nearest("x", ["orders", "y"]), None);
        assert_eq!(nearest("queue", ["database"]), None);
    }
}
