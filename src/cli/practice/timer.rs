//! `underpin practice timer`: the clock of a problem, running in the terminal.

use std::time::Duration;

use super::Desk;
use crate::cli::Verdict;
use crate::cli::stream;
use crate::cli::terminal::Terminal;
use crate::practice::clock::{due, step_at};
use crate::practice::{self, step_words};
use crate::report::visible;
use crate::workspace::Error;
use crate::workspace::practice as files;

/// How often the line is written anew.
const SECOND: Duration = Duration::from_secs(1);

/// How many characters the bar has.
const BAR: u64 = 20;

/// Arguments of `practice timer`.
#[derive(clap::Args)]
pub struct Timer {
    /// The problem [default: the one that was begun last]
    problem: Option<String>,
}

/// What the clock of a problem says.
struct Face {
    title: String,
    minutes: u32,
    has_data_flow: bool,
}

/// Shows the clock until the time is over, or somebody stops it; once where nobody
/// looks on.
pub fn run(timer: &Timer, desk: &Desk, terminal: &Terminal) -> Result<(String, Verdict), Error> {
    let progress = desk.progress()?;
    let name = match &timer.problem {
        Some(name) => name.clone(),
        None => progress.last_begun().ok_or_else(nothing_begun)?.to_owned(),
    };
    let problem = files::problem(desk.shelf.book(&name)?)?;
    let seconds = || progress.seconds(&name).ok_or_else(|| not_begun(&name));
    let title = problem.model.problem.as_ref();
    let face = Face {
        title: title
            .and_then(|it| it.head.title.clone())
            .unwrap_or_else(|| name.clone()),
        minutes: title.and_then(|it| it.minutes).unwrap_or(35),
        has_data_flow: practice::has_data_flow(&problem.model),
    };
    while terminal.interactive && !face.is_over(seconds()?) {
        let line = face.line(seconds()?, terminal.unicode);
        // A line that goes over the edge could not be written over.
        let room = terminal.width.unwrap_or(80).saturating_sub(1);
        let line: String = line.chars().take(room).collect();
        let line = format!("\r\u{1b}[2K{line}");
        if !stream::show(line.as_bytes())? {
            return Ok((String::new(), Verdict::Clean));
        }
        std::thread::sleep(SECOND);
    }
    let before = if terminal.interactive {
        "\r\u{1b}[2K"
    } else {
        ""
    };
    let line = face.line(seconds()?, terminal.unicode);
    Ok((format!("{before}{line}\n"), Verdict::Clean))
}

impl Face {
    fn is_over(&self, seconds: u64) -> bool {
        seconds >= u64::from(self.minutes) * 60
    }

    /// Writes the clock as a line of its own.
    fn line(&self, seconds: u64, unicode: bool) -> String {
        let all = u64::from(self.minutes) * 60;
        let title = visible(&self.title);
        if self.is_over(seconds) {
            let over = (seconds - all) / 60;
            return format!(
                "{title}: the time is over, since {over} min; see `underpin practice score`"
            );
        }
        let now = u32::try_from(seconds / 60).unwrap_or(u32::MAX);
        let step = step_at(now, self.has_data_flow);
        let until = due(step, self.has_data_flow).1.min(self.minutes);
        let (full, empty) = match unicode {
            true => ("█", "░"),
            false => ("#", "."),
        };
        let filled = (seconds * BAR / all.max(1)) as usize;
        let bar = full.repeat(filled) + &empty.repeat(BAR as usize - filled);
        format!(
            "{title}  {}:{:02} of {}:00  {bar}  {} until {until}:00",
            seconds / 60,
            seconds % 60,
            self.minutes,
            step_words(step),
        )
    }
}

fn nothing_begun() -> Error {
    Error {
        message: "no clock runs".to_owned(),
        help: Some("begin with `underpin practice start PROBLEM --out answer.arch`".to_owned()),
    }
}

fn not_begun(name: &str) -> Error {
    Error {
        message: format!("no clock runs for `{name}`"),
        help: Some(format!(
            "begin with `underpin practice start {name} --out answer.arch`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_due_and_until_when() {
        let face = Face {
            title: "Chat".to_owned(),
            minutes: 35,
            has_data_flow: false,
        };
        let line = |seconds| face.line(seconds, false);
        assert_eq!(
            line(754),
            "Chat  12:34 of 35:00  #######.............  High-level design until 25:00"
        );
        assert!(line(2099).ends_with("Deep dives until 35:00"));
        let over = "Chat: the time is over, since 2 min; see `underpin practice score`";
        assert_eq!(line(2220), over);
    }
}
