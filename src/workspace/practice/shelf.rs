//! Where problems stand: in the program, and in folders of one's own.

use std::path::{Path, PathBuf};

use super::{Error, Script, role};
use crate::finding::nearest;
use crate::practice::Role;
use crate::practice::problems::{self, Folder};

/// All problems that can be asked for, in alphabetical order.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    books: Vec<Book>,
}

/// A problem's files, not read yet.
#[derive(Clone, Debug)]
pub struct Book {
    /// Its name: that of its folder.
    pub name: String,
    /// Where they are.
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Disk(PathBuf),
    Program(&'static Folder),
}

impl Shelf {
    /// Returns the problems that come with the program, and those of some folders; one
    /// of one's own stands in the place of a built-in one of its name.
    ///
    /// # Errors
    ///
    /// If a folder is missing or holds no problem.
    pub fn new(folders: &[PathBuf]) -> Result<Shelf, Error> {
        let mut shelf = Shelf::default();
        for folder in problems::ALL {
            shelf.add(Book {
                name: folder.name.to_owned(),
                place: Place::Program(folder),
            });
        }
        for folder in folders {
            Book::under(folder)?
                .into_iter()
                .for_each(|it| shelf.add(it));
        }
        Ok(shelf)
    }

    fn add(&mut self, book: Book) {
        match self.books.binary_search_by(|it| it.name.cmp(&book.name)) {
            Ok(at) => self.books[at] = book,
            Err(at) => self.books.insert(at, book),
        }
    }

    /// Returns all problems.
    pub fn books(&self) -> &[Book] {
        &self.books
    }

    /// Returns the problem of that name.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn book(&self, name: &str) -> Result<&Book, Error> {
        let found = self.books.iter().find(|book| book.name == name);
        found.ok_or_else(|| {
            let names = self.books.iter().map(|book| book.name.as_str());
            Error {
                message: format!("there is no problem `{name}`"),
                help: Some(match nearest(name, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`underpin practice list` shows all of them".to_owned(),
                }),
            }
        })
    }
}

impl Book {
    /// Returns the problem that a folder is, or those that stand in it.
    ///
    /// # Errors
    ///
    /// If it is no folder, or holds no problem.
    pub fn under(folder: &Path) -> Result<Vec<Book>, Error> {
        if folder.join("problem.arch").is_file() {
            return Ok(vec![Book::at(folder)]);
        }
        let entries = std::fs::read_dir(folder).map_err(|it| Error::file("read", folder, &it))?;
        let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut folders: Vec<PathBuf> = folders
            .filter(|it| it.join("problem.arch").is_file())
            .collect();
        folders.sort();
        if folders.is_empty() {
            return Err(Error {
                message: format!("there is no problem in `{}`", folder.display()),
                help: Some("a problem is a folder with a `problem.arch`".to_owned()),
            });
        }
        Ok(folders.iter().map(|it| Book::at(it)).collect())
    }

    fn at(folder: &Path) -> Book {
        // The folder `.` has a name, too.
        let full = folder
            .canonicalize()
            .unwrap_or_else(|_| folder.to_path_buf());
        let name = full.file_name().map(|it| it.to_string_lossy().into_owned());
        Book {
            name: name.unwrap_or_default(),
            place: Place::Disk(folder.to_path_buf()),
        }
    }

    /// Returns one of its files.
    ///
    /// # Errors
    ///
    /// If it comes with the program and has no such file.
    pub fn file(&self, name: &str) -> Result<Script, Error> {
        match &self.place {
            Place::Disk(folder) => Ok(Script::Paths(vec![folder.join(name)])),
            Place::Program(folder) => match folder.text(name) {
                Some(text) => {
                    let name = format!("{}/{name}", folder.name);
                    Ok(Script::Text(name, text.as_bytes().to_vec()))
                }
                None => Err(Error {
                    message: format!("the problem `{}` has no `{name}`", self.name),
                    help: None,
                }),
            },
        }
    }

    /// Returns the text of one of its files.
    ///
    /// # Errors
    ///
    /// If there is no such file, or it cannot be read.
    pub fn text(&self, name: &str) -> Result<String, Error> {
        match self.file(name)? {
            Script::Paths(paths) => {
                let texts = paths
                    .iter()
                    .map(|path| Ok(crate::workspace::read(path)?.text));
                texts.collect()
            }
            Script::Text(_, bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// Returns the answers that come with it, the model first.
    pub(super) fn answers(&self) -> Result<Vec<(String, Role)>, Error> {
        let mut names: Vec<String> = match &self.place {
            Place::Disk(folder) => {
                let entries =
                    std::fs::read_dir(folder).map_err(|it| Error::file("read", folder, &it))?;
                let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
                names.collect()
            }
            Place::Program(folder) => folder
                .files
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect(),
        };
        names.sort();
        let answers = names
            .into_iter()
            .filter_map(|name| Some((role(&name)?, name)));
        Ok(answers.map(|(role, name)| (name, role)).collect())
    }
}
