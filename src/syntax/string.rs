//! What a string says: escapes resolved, indentation stripped.

use std::ops::Range;

/// Returns what a string with its quotes says, or the place of an escape that
/// is not known.
pub(super) fn unescape(quoted: &str) -> Result<String, Range<usize>> {
    match quoted.strip_prefix("\"\"\"") {
        Some(rest) => Ok(strip_indentation(
            rest.strip_suffix("\"\"\"").unwrap_or(rest),
        )),
        None => resolve_escapes(quoted),
    }
}

fn resolve_escapes(quoted: &str) -> Result<String, Range<usize>> {
    let body = &quoted[1..quoted.len().max(2) - 1];
    if !body.contains('\\') {
        return Ok(body.to_owned());
    }
    let mut text = String::with_capacity(body.len());
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        match (c, escaped) {
            ('\\', Some((_, 'n'))) => text.push('\n'),
            ('\\', Some((_, quoted @ ('"' | '\\')))) => text.push(quoted),
            ('\\', Some((next, other))) => return Err(at + 1..next + 1 + other.len_utf8()),
            _ => text.push(c),
        }
    }
    Ok(text)
}

/// Strips the first line break, the common indentation, and the last line if
/// only the closing quotes stand on it.
fn strip_indentation(body: &str) -> String {
    let body = body.replace("\r\n", "\n");
    let lines: Vec<&str> = match body.split_once('\n') {
        Some((first, rest)) if first.trim().is_empty() => rest.split('\n').collect(),
        _ => body.split('\n').collect(),
    };
    let indentation = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let common = filled.map(indentation).min().unwrap_or(0);
    let stripped = lines.iter().map(|line| {
        line.get(common..)
            .unwrap_or("")
            .trim_end_matches([' ', '\t'])
    });
    let mut stripped: Vec<&str> = stripped.collect();
    if lines.len() > 1 && stripped.last().is_some_and(|line| line.is_empty()) {
        stripped.pop();
    }
    stripped.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_and_unknown_ones_placed() {
        assert_eq!(unescape(r#""a \"b\" \\ \n""#), Ok("a \"b\" \\ \n".into()));
        assert_eq!(unescape(r#""é\t""#), Err(3..5));
        assert_eq!(unescape(r#""""#), Ok(String::new()));
    }

    #[test]
    fn long_strings_lose_their_common_indentation() {
        let text = "\"\"\"\n    One\n      two\n\n    three\\n\n  \"\"\"";
        assert_eq!(unescape(text), Ok("One\n  two\n\nthree\\n".into()));
        assert_eq!(
            unescape("\"\"\"one \"line\"\"\"\""),
            Ok("one \"line\"".into())
        );
        assert_eq!(unescape("\"\"\"a\r\n  b\"\"\""), Ok("a\n  b".into()));
    }
}
