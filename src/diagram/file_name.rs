//! Names of files that hold whatever names a design has.

/// Returns a name as a file's stem: letters, digits and `-_.` stay, all else
/// becomes `-`. It never leaves its folder, never hides, and is a name that
/// every file system takes.
pub fn stem(name: &str) -> String {
    let kept = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let mut stem = String::new();
    for letter in name.chars() {
        match letter {
            _ if kept(letter) => stem.push(letter),
            _ if stem.ends_with('-') => {}
            _ => stem.push('-'),
        }
    }
    // A name may have 255 bytes in all, with its ending and what drafts add.
    while stem.len() > 120 {
        stem.pop();
    }
    let stem = stem.trim_matches(['-', '.']);
    match stem.is_empty() || is_reserved(stem) {
        true => format!("{stem}_"),
        false => stem.to_owned(),
    }
}

// Names that Windows keeps for devices, whatever their ending.
fn is_reserved(stem: &str) -> bool {
    let word = stem.split('.').next().unwrap_or(stem).to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        word.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.chars().all(|it| it.is_ascii_digit()))
    });
    numbered || ["aux", "con", "nul", "prn"].contains(&&*word)
}

/// Gives each name a stem of its own, also where a file system does not tell
/// capitals from small letters: the second `a` becomes `a-2`.
pub fn stems<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    let numbered = |name: &str| {
        let first = stem(name);
        let further = (2..).map(|number| format!("{first}-{number}"));
        let mut all = std::iter::once(first.clone()).chain(further);
        let free = all.find(|it| taken.insert(it.to_lowercase()));
        free.unwrap_or(first)
    };
    names.into_iter().map(numbered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_escapes_hides_or_collides() {
        for (name, expected) in [
            ("components", "components"),
            ("flow-OpenFeed", "flow-OpenFeed"),
            ("../../etc/passwd", "etc-passwd"),
            ("..", "_"),
            ("", "_"),
            (".hidden", "hidden"),
            ("a/b\\c:d", "a-b-c-d"),
            ("CON", "CON_"),
            ("com1.svg", "com1.svg_"),
            ("Überblick 東京", "Überblick-東京"),
            ("a\0b\n", "a-b"),
        ] {
            assert_eq!(stem(name), expected, "{name:?}");
        }
        assert!(stem(&"ß".repeat(500)).len() <= 120);
        assert_eq!(stems(["a", "A", "b", "a"]), ["a", "A-2", "b", "a-3"]);
        assert_eq!(stems(["a-2", "a", "a"]), ["a-2", "a", "a-3"]);
    }
}
