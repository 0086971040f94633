//! Where progress is kept: in the data folder of whoever practises.

use std::path::PathBuf;

use super::Desk;
use crate::workspace::Error;
use crate::workspace::practice::Progress;

impl Desk {
    /// Reads what was practised before.
    pub(super) fn progress(&self) -> Result<Progress, Error> {
        let folder = match self.no_progress {
            true => None,
            false => folder(std::env::consts::OS, variable),
        };
        Progress::open(folder.as_deref())
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name)?;
    Some(PathBuf::from(value)).filter(|path| path.is_absolute())
}

/// Returns the folder for the data of this program, as each system has it.
fn folder(system: &str, variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let home = || variable("HOME");
    let data = variable("XDG_DATA_HOME").or_else(|| match system {
        "windows" => variable("APPDATA"),
        "macos" => Some(home()?.join("Library/Application Support")),
        _ => Some(home()?.join(".local/share")),
    });
    Some(data?.join("underpin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_own_folder() {
        let variable =
            |name: &str| (name != "XDG_DATA_HOME").then(|| PathBuf::from(format!("/{name}")));
        for (system, expected) in [
            ("linux", "/HOME/.local/share/underpin"),
            ("macos", "/HOME/Library/Application Support/underpin"),
            ("windows", "/APPDATA/underpin"),
        ] {
            assert_eq!(
                folder(system, variable),
                Some(PathBuf::from(expected)),
                "{system}"
            );
        }
        let asked = |name: &str| Some(PathBuf::from(format!("/{name}")));
        assert_eq!(
            folder("macos", asked),
            Some(PathBuf::from("/XDG_DATA_HOME/underpin"))
        );
        assert_eq!(folder("linux", |_| None), None);
    }
}
