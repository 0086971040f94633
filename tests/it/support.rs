//! Runs the real program in a directory of its own, with nothing inherited.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// One run, described before it is made.
pub struct Test {
    directory: tempfile::TempDir,
    within: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    stdin: Vec<u8>,
}

/// What a run came to.
pub struct Ran {
    /// The exit code.
    pub status: i32,
    /// All of stdout.
    pub stdout: String,
    /// All of stderr.
    pub stderr: String,
    directory: tempfile::TempDir,
}

impl Test {
    /// Describes a run with arguments, parted by blanks.
    pub fn new(arguments: &str) -> Test {
        Test {
            directory: tempfile::tempdir().expect("a temporary directory"),
            within: PathBuf::new(),
            arguments: arguments.split_whitespace().map(str::to_string).collect(),
            variables: Vec::new(),
            stdin: Vec::new(),
        }
    }

    /// Puts a file into the directory of the run.
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Test {
        let path = self.path().join(path);
        let parent = path.parent().expect("a file has a folder");
        std::fs::create_dir_all(parent).expect("the folder is made");
        std::fs::write(path, text).expect("the file is written");
        self
    }

    /// Puts an empty folder into the directory of the run.
    pub fn folder(self, path: &str) -> Test {
        std::fs::create_dir_all(self.path().join(path)).expect("the folder is made");
        self
    }

    /// Adds an argument, whatever is in it.
    pub fn argument(mut self, argument: &str) -> Test {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Runs the program in a folder of the directory.
    pub fn within(mut self, folder: &str) -> Test {
        self.within = PathBuf::from(folder);
        self
    }

    /// Sets a variable of the environment.
    pub fn variable(mut self, name: &str, value: &str) -> Test {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Gives the program something to read.
    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Test {
        self.stdin = text.as_ref().to_vec();
        self
    }

    /// Returns the directory of the run.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Runs the program.
    pub fn run(self) -> Ran {
        let mut command = self.command(&program());
        command.args(&self.arguments);
        self.finish(command)
    }

    /// Runs a shell line in which `$UNDERPIN` is the program; the arguments are not used.
    #[cfg(unix)]
    pub fn shell(self, line: &str) -> Ran {
        let mut command = self.command(Path::new("sh"));
        command.args(["-c", line]);
        self.finish(command)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("UNDERPIN", self::program())
            .env("TERM", "xterm")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.path().join(&self.within))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn finish(self, mut command: Command) -> Ran {
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        // A program that reads nothing closes its end, which is no failure.
        let _ = stdin.write_all(&self.stdin);
        drop(stdin);
        let output = child.wait_with_output().expect("the program ends");
        Ran::new(output, self.directory)
    }
}

impl Ran {
    fn new(output: Output, directory: tempfile::TempDir) -> Ran {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        Ran {
            status: output.status.code().expect("the program exits by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            directory,
        }
    }

    /// Expects an exit code, with both streams in the message if it is another.
    #[track_caller]
    pub fn status(self, status: i32) -> Ran {
        let (stdout, stderr) = (&self.stdout, &self.stderr);
        assert_eq!(self.status, status, "stdout: {stdout}\nstderr: {stderr}");
        self
    }

    /// Expects all of stdout.
    #[track_caller]
    pub fn stdout(self, text: &str) -> Ran {
        assert_eq!(self.stdout, text);
        self
    }

    /// Expects all of stderr.
    #[track_caller]
    pub fn stderr(self, text: &str) -> Ran {
        assert_eq!(self.stderr, text);
        self
    }

    /// Returns the directory of the run.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Reads a file after the run.
    pub fn read(&self, path: &str) -> String {
        let path = self.directory.path().join(path);
        std::fs::read_to_string(path).expect("the file is there")
    }
}

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_underpin"))
}

/// Returns what the strictest profile finds in a text.
pub fn findings(text: &str) -> Vec<underpin::finding::Finding> {
    use underpin::config::Wishes;
    use underpin::lint::Profile;
    use underpin::workspace::{Configuration, Request, date, review};
    let request = Request {
        stdin: Some(("design.arch".to_owned(), text.as_bytes().to_vec())),
        today: date("2026-11-21").expect("a day"),
        configuration: Configuration::None,
        wishes: Wishes {
            profile: Some(Profile::Practice),
            ..Wishes::default()
        },
        ..Request::of(Vec::new())
    };
    let mut outcomes = review(&request).expect("stdin can be read").outcomes;
    outcomes.remove(0).findings
}

/// Returns the fingerprints of what is found in a text, with the rules' names, sorted.
pub fn fingerprints(text: &str) -> Vec<(String, String)> {
    let all = findings(text);
    let mut found: Vec<(String, String)> = all
        .iter()
        .map(|it| (it.rule.to_string(), it.fingerprint()))
        .collect();
    found.sort();
    found
}

/// Returns what a text means; nothing may be wrong with it.
pub fn understood(
    text: &str,
    environment: Option<&str>,
) -> (underpin::source::Sources, underpin::model::Model) {
    use underpin::model::{Input, resolve};
    use underpin::source::{SourceFile, Sources};
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("a.arch", text));
    let (tree, findings) = underpin::syntax::parse(id, sources.file(id));
    assert!(findings.is_empty(), "{findings:?}");
    let trees = vec![&tree];
    let (model, findings) = resolve(&Input {
        sources: &sources,
        trees,
        environment,
    });
    let wrong = |it: &underpin::finding::Finding| it.severity > underpin::finding::Severity::Info;
    assert!(!findings.iter().any(wrong), "{findings:?}");
    (sources, model)
}
