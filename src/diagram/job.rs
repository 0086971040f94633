//! From scenes to files: which pictures a format makes, and the drawing of each.

use super::canvas::Theme;
use super::layout::embedded::Embedded;
use super::layout::graphviz::Graphviz;
use super::layout::{Engine, LayoutError, Placement};
use super::scene::{Picture, Scene, Structure};
use super::{export, file_name, html, sequence, structure, table};
use crate::numbers::Numbers;

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One page with everything.
    Html,
    /// Pixels.
    Png,
    /// A drawing that scales.
    Svg,
    /// Text for another tool.
    Text(export::Format),
}

/// What places boxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineName {
    /// Our own.
    #[default]
    Embedded,
    /// `dot` of an installed Graphviz.
    Graphviz,
}

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What places boxes.
    pub engine: EngineName,
    /// The colours of SVG and PNG.
    pub theme: Theme,
    /// How many pixels of a PNG to a px of the picture.
    pub scale: f32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            engine: EngineName::Embedded,
            theme: Theme::Auto,
            scale: 2.0,
        }
    }
}

/// One file to be made of one scene, or of all.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    design: &'a str,
    stem: String,
    format: Format,
    scenes: &'a [Scene],
    numbers: Option<&'a Numbers>,
}

/// The content of a file.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    /// All of it.
    pub bytes: Vec<u8>,
    /// Letters for which there is no font, and so an empty box.
    pub unreadable: Vec<char>,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Png => "png",
            Format::Svg => "svg",
            Format::Text(format) => format.extension(),
        }
    }

    /// Returns the stem of the one file that holds all scenes, if the format is such.
    fn whole(self) -> Option<&'static str> {
        match self {
            Format::Html => Some("report"),
            Format::Text(export::Format::Structurizr) => Some("workspace"),
            _ => None,
        }
    }

    fn can_say(self, scene: &Scene) -> bool {
        match self {
            Format::Text(format) => format.can_say(scene),
            _ => true,
        }
    }
}

/// Returns the files that formats make of a design's scenes; one that holds all of
/// them also tells its numbers, if they are given.
pub fn jobs<'a>(
    design: &'a str,
    scenes: &'a [Scene],
    numbers: Option<&'a Numbers>,
    formats: &[Format],
) -> Vec<Job<'a>> {
    let stems = file_name::stems(scenes.iter().map(|scene| scene.name.as_str()));
    let mut jobs = Vec::new();
    for format in formats {
        let of = |stem: &str, scenes: &'a [Scene]| Job {
            design,
            stem: stem.to_owned(),
            format: *format,
            scenes,
            numbers,
        };
        match format.whole() {
            _ if scenes.is_empty() => {}
            Some(stem) => jobs.push(of(stem, scenes)),
            None => {
                let each = scenes.chunks(1).zip(&stems);
                let sayable = each.filter(|(scene, _)| format.can_say(&scene[0]));
                jobs.extend(sayable.map(|(scene, stem)| of(stem, scene)));
            }
        }
    }
    jobs
}

impl Job<'_> {
    /// Returns the name of the file, without a folder.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.stem, self.format.ending())
    }

    /// Makes the content of the file.
    ///
    /// # Errors
    ///
    /// If the engine cannot place a picture, or a picture is too large for pixels.
    pub fn run(&self, options: &Options) -> Result<Drawing, LayoutError> {
        let text = match (self.format, self.scenes) {
            (Format::Html, _) => page(self, options)?,
            (Format::Text(export::Format::Structurizr), scenes) => {
                export::structurizr::workspace(self.design, scenes)
            }
            (Format::Png, [scene, ..]) => return pixels(scene, options),
            (Format::Svg, [scene, ..]) => svg(scene, options.engine, options.theme)?,
            (Format::Text(export::Format::Json), [scene, ..]) => {
                export::json::document(scene, placed(scene, options.engine)?.as_ref())
            }
            (Format::Text(format), [scene, ..]) => export::text(format, scene).unwrap_or_default(),
            (_, []) => String::new(),
        };
        Ok(Drawing {
            bytes: text.into_bytes(),
            unreadable: Vec::new(),
        })
    }
}

/// Draws a scene as an SVG document.
///
/// # Errors
///
/// If the engine cannot place it.
pub fn svg(scene: &Scene, engine: EngineName, theme: Theme) -> Result<String, LayoutError> {
    Ok(match &scene.picture {
        Picture::Sequence(sequence) => sequence::svg(scene, sequence, theme),
        Picture::Structure(boxes) => structure::svg(scene, boxes, &place(boxes, engine)?, theme),
        Picture::Table(table) => table::svg(scene, table, theme),
    })
}

/// Draws everything on one page.
fn page(job: &Job, options: &Options) -> Result<String, LayoutError> {
    let scenes = job.scenes;
    let drawn = |scene| {
        let svg = svg(&html::bare(scene), options.engine, Theme::Auto)?;
        Ok(html::Picture { scene, svg })
    };
    let keys = scenes.iter().find_map(|scene| match &scene.picture {
        Picture::Structure(boxes) if !boxes.keys.is_empty() => Some(boxes.keys.clone()),
        _ => None,
    });
    Ok(html::html(&html::Page {
        title: job.design.to_owned(),
        description: String::new(),
        pictures: scenes.iter().map(drawn).collect::<Result<_, _>>()?,
        findings: keys.unwrap_or_default(),
        numbers: job.numbers,
    }))
}

fn place(boxes: &Structure, engine: EngineName) -> Result<Placement, LayoutError> {
    let outline = structure::outline(boxes);
    match engine {
        EngineName::Embedded => Embedded.place(&outline),
        EngineName::Graphviz => Graphviz::default().place(&outline),
    }
}

fn placed(scene: &Scene, engine: EngineName) -> Result<Option<Placement>, LayoutError> {
    match &scene.picture {
        Picture::Structure(boxes) => place(boxes, engine).map(Some),
        Picture::Sequence(_) | Picture::Table(_) => Ok(None),
    }
}

#[cfg(feature = "png")]
fn pixels(scene: &Scene, options: &Options) -> Result<Drawing, LayoutError> {
    let theme = match options.theme {
        Theme::Auto => Theme::Light,
        theme => theme,
    };
    let svg = svg(scene, options.engine, theme)?;
    let bytes = super::png::png(&svg, options.scale).map_err(|message| LayoutError {
        message: format!("`{}` cannot become a PNG: {message}", scene.name),
        help: Some("ask for a smaller `--scale`, or for `--format svg`".to_owned()),
    })?;
    Ok(Drawing {
        bytes,
        unreadable: super::png::missing(&svg),
    })
}

#[cfg(not(feature = "png"))]
fn pixels(_: &Scene, _: &Options) -> Result<Drawing, LayoutError> {
    Err(LayoutError {
        message: "this `underpin` was built without `png`".to_owned(),
        help: Some("build it with `--features png`, or ask for `--format svg`".to_owned()),
    })
}
