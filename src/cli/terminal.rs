//! What the reader of a stream can see.

use std::ffi::OsString;
use std::io::IsTerminal;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// Where the stream is a terminal and the environment does not mind.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The words for it.
pub const WHENS: &[(&str, When)] = &[
    ("auto", When::Auto),
    ("always", When::Always),
    ("never", When::Never),
];

/// One stream and its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whether it is a terminal at all.
    pub interactive: bool,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether more than ASCII can be drawn.
    pub unicode: bool,
    /// How wide it is, where that is known.
    pub width: Option<usize>,
}

impl Terminal {
    /// Looks at stdout.
    pub fn of_stdout(when: When) -> Terminal {
        Terminal::of(when, std::io::stdout().is_terminal(), variable)
    }

    /// Looks at stderr.
    pub fn of_stderr(when: When) -> Terminal {
        Terminal::of(when, std::io::stderr().is_terminal(), variable)
    }

    fn of(when: When, interactive: bool, variable: impl Fn(&str) -> Option<String>) -> Terminal {
        let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = match interactive {
            true => columns.filter(|it| *it > 0).or_else(measured),
            false => None,
        };
        Terminal {
            interactive,
            color: color(when, interactive, &variable),
            unicode: unicode(&variable),
            width,
        }
    }
}

/// Finds the wish for colour among arguments that could not be understood.
pub fn wished(arguments: &[OsString]) -> When {
    let mut words = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(value) => value.strip_prefix('='),
            None => None,
        };
        if let Some((_, when)) = WHENS.iter().find(|(word, _)| Some(*word) == value) {
            return *when;
        }
    }
    When::Auto
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

// https://no-color.org, https://bixense.com/clicolors, https://force-color.org.
fn color(when: When, interactive: bool, variable: &impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let forced = set("FORCE_COLOR").or_else(|| set("CLICOLOR_FORCE"));
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR").is_some() => false,
        When::Auto => match forced.as_deref() {
            Some("0" | "false") => false,
            Some(_) => true,
            None => interactive && set("TERM").is_none_or(|term| term != "dumb"),
        },
    }
}

// The first of these variables that is set decides about the characters.
fn unicode(variable: &impl Fn(&str) -> Option<String>) -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let locale = names
        .into_iter()
        .find_map(|name| variable(name).filter(|it| !it.is_empty()));
    let plain = locale.is_some_and(|locale| matches!(&*locale, "C" | "POSIX"));
    let simple = variable("TERM").is_some_and(|term| matches!(&*term, "linux" | "dumb"));
    !plain && !simple
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(when: When, interactive: bool, variables: &[(&str, &str)]) -> Terminal {
        Terminal::of(when, interactive, |name| {
            let found = variables.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn flags_come_before_variables_and_variables_before_the_stream() {
        use When::{Always, Auto, Never};
        for (when, interactive, variables, expected) in [
            (Auto, true, &[][..], true),
            (Auto, false, &[], false),
            (Auto, true, &[("NO_COLOR", "1")], false),
            (Auto, true, &[("NO_COLOR", "")], true),
            (Auto, true, &[("TERM", "dumb")], false),
            (Auto, true, &[("TERM", "xterm")], true),
            (Auto, false, &[("FORCE_COLOR", "1")], true),
            (Auto, true, &[("FORCE_COLOR", "0")], false),
            (Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (
                Auto,
                false,
                &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")],
                true,
            ),
            (
                Auto,
                false,
                &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
                false,
            ),
            (
                Auto,
                false,
                &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")],
                false,
            ),
            (Always, false, &[("NO_COLOR", "1")], true),
            (Never, true, &[("FORCE_COLOR", "1")], false),
        ] {
            let color = terminal(when, interactive, variables).color;
            assert_eq!(color, expected, "{when:?} {interactive} {variables:?}");
        }
    }

    #[test]
    fn boxes_need_a_locale_that_has_them() {
        for (variables, expected) in [
            (&[][..], true),
            (&[("LANG", "en_US.UTF-8")], true),
            (&[("LANG", "C.UTF-8")], true),
            (&[("LANG", "C")], false),
            (&[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")], false),
            (&[("LC_ALL", ""), ("LANG", "en_US.UTF-8")], true),
            (&[("TERM", "linux")], false),
        ] {
            let unicode = terminal(When::Auto, true, variables).unicode;
            assert_eq!(unicode, expected, "{variables:?}");
        }
    }

    #[test]
    fn a_width_is_known_on_terminals_only() {
        let columns = [("COLUMNS", "72")];
        assert_eq!(terminal(When::Auto, true, &columns).width, Some(72));
        assert_eq!(terminal(When::Auto, false, &columns).width, None);
    }

    #[test]
    fn the_wish_is_found_among_mistakes() {
        for (arguments, expected) in [
            (&["underpin", "--bogus", "--color=never"][..], When::Never),
            (&["underpin", "--color", "always", "chek"], When::Always),
            (&["underpin", "--color"], When::Auto),
            (&["underpin", "--color=pink"], When::Auto),
        ] {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            assert_eq!(wished(&arguments), expected, "{arguments:?}");
        }
    }
}
