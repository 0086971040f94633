//! The `underpin` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    underpin::cli::main()
}
