//! The command line.
//!
//! Takes arguments, the environment's wishes and three streams, gives an exit
//! code: 0 for a clean answer, 1 for findings or a "no", 2 where the question
//! could not be answered.

mod analyze;
mod check;
mod config;
mod diff;
mod draw;
mod explain;
mod failing;
mod fixing;
mod fmt;
mod init;
mod known;
mod output;
mod practice;
mod progress;
mod rules;
mod shell;
mod stream;
mod terminal;
mod timings;
mod watch;
mod whatif;
mod words;
mod writing;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::report::{visible, visible_lines};
use crate::workspace::Error;
use terminal::{Terminal, When};

#[derive(Parser)]
#[command(
    name = "underpin",
    version,
    about = "Review an architecture spec the way a senior engineer would",
    after_help = "Exit codes: 0 clean, 1 findings, 2 the question could not be answered",
    subcommand_required = true,
    arg_required_else_help = false
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    #[arg(value_parser = words::one_of(terminal::WHENS))]
    color: When,
}

#[derive(Subcommand)]
enum Command {
    /// Say what the numbers of designs come to
    Analyze(analyze::Analyze),
    /// Review designs
    Check(check::Check),
    /// Show which configuration holds, and why
    Config(config::ConfigArguments),
    /// Show what changed in designs between two revisions, files or folders
    Diff(diff::Diff),
    /// Draw designs
    Draw(draw::Draw),
    /// Format designs in place
    Fmt(fmt::Fmt),
    /// Explain rules, or what a review could not decide
    Explain(explain::Explain),
    /// Begin: write a configuration and a first design, and a pipeline if you like
    Init(init::Init),
    /// Practise design interviews: problems, answers against the clock, scores
    Practice(practice::Practice),
    /// List the rules
    Rules(rules::Rules),
    /// Print what a shell needs to complete commands and flags
    Completions(shell::Completions),
    /// Print the manual, or write its pages
    Man(shell::Man),
    /// Show what breaks when something is lost, empty or busier
    Whatif(whatif::Whatif),
}

/// What a command came to, when it could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// A part of the program itself failed; the rest did its work.
    Broken,
    /// Nothing to complain about.
    Clean,
    /// Findings, or a negative answer.
    Failing,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    match std::panic::catch_unwind(|| answer(&arguments)) {
        Ok(code) => code,
        Err(_) => {
            let error = Error {
                message: "internal error: this is a mistake in underpin, not in your design".into(),
                help: Some("please report the lines above, with the design if you may".into()),
            };
            stream::complain(&error, &Terminal::of_stderr(When::Auto));
            ExitCode::from(2)
        }
    }
}

fn answer(arguments: &[OsString]) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, arguments),
    };
    match run(&arguments) {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Failing) => ExitCode::from(1),
        Ok(Verdict::Broken) => ExitCode::from(2),
        Err(error) => {
            stream::complain(&error, &Terminal::of_stderr(arguments.color));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Verdict, Error> {
    let terminal = Terminal::of_stdout(arguments.color);
    let (text, verdict) = match &arguments.command {
        Command::Analyze(analyze) => analyze::run(analyze, &terminal)?,
        Command::Check(check) => check::run(check, &terminal, arguments.color)?,
        Command::Config(config) => config::run(config)?,
        Command::Diff(diff) => diff::run(diff, &terminal)?,
        Command::Draw(draw) => {
            let (bytes, verdict) = draw::run(draw, arguments.color)?;
            stream::print(&bytes)?;
            return Ok(verdict);
        }
        Command::Fmt(fmt) => fmt::run(fmt, &terminal, crate::workspace::formatted)?,
        Command::Explain(explain) => explain::run(explain, &terminal, &crate::rules::infos())?,
        Command::Init(init) => init::run(init)?,
        Command::Completions(of) => shell::completions(of, Arguments::command()),
        Command::Man(man) => shell::man(man, Arguments::command())?,
        Command::Practice(practice) => practice::run(practice, &terminal)?,
        Command::Rules(rules) => rules::run(rules, &crate::rules::infos())?,
        Command::Whatif(whatif) => whatif::run(whatif, &terminal)?,
    };
    stream::print(text.as_bytes())?;
    Ok(verdict)
}

// Help and version are answers and go to stdout; anything else is a mistake.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let when = terminal::wished(arguments);
    let styled = error.render();
    let terminal = match error.use_stderr() {
        true => Terminal::of_stderr(when),
        false => Terminal::of_stdout(when),
    };
    // Between colours a control character of an argument could not be told apart.
    let mut words = arguments.iter().map(|it| it.to_string_lossy());
    let text = match terminal.color && words.all(|it| it == visible(&it)) {
        true => styled.ansi().to_string(),
        false => visible_lines(&styled.to_string()),
    };
    if error.use_stderr() {
        stream::mutter(&text);
        return ExitCode::from(2);
    }
    match stream::print(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            stream::complain(&error, &Terminal::of_stderr(when));
            ExitCode::from(2)
        }
    }
}
