//! From scenes to files: which pictures a format makes, and the drawing of each.

use super::canvas::Theme;
use super::layout::embedded::Embedded;
use super::layout::graphviz::Graphviz;
use super::layout::{Engine, LayoutError};
use super::scene::{Picture, Scene};
use super::{export, file_name, html, sequence, structure, table};

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for D2.
    D2,
    /// Text for Graphviz.
    Dot,
    /// One page with everything.
    Html,
    /// The scene with its places.
    Json,
    /// Text for Mermaid.
    Mermaid,
    /// Text for PlantUML.
    Plantuml,
    /// Pixels.
    Png,
    /// One workspace for Structurizr.
    Structurizr,
    /// A drawing that scales.
    Svg,
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
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Format::D2 => "d2",
            Format::Dot => "dot",
            Format::Html => "html",
            Format::Json => "json",
            Format::Mermaid => "mmd",
            Format::Plantuml => "puml",
            Format::Png => "png",
            Format::Structurizr => "dsl",
            Format::Svg => "svg",
        }
    }

    /// Returns the stem of the one file that holds all scenes, if the format is such.
    fn whole(self) -> Option<&'static str> {
        match self {
            Format::Html => Some("report"),
            Format::Structurizr => Some("workspace"),
            _ => None,
        }
    }

    // Boxes and messages can be said in every format, rows and columns in few.
    fn can_say(self, scene: &Scene) -> bool {
        match (self, &scene.picture) {
            (Format::D2 | Format::Mermaid | Format::Plantuml, Picture::Table(_)) => false,
            (Format::Dot, picture) => matches!(picture, Picture::Structure(_)),
            _ => true,
        }
    }
}

/// Returns the files that formats make of a design's scenes.
pub fn jobs<'a>(design: &'a str, scenes: &'a [Scene], formats: &[Format]) -> Vec<Job<'a>> {
    let stems = file_name::stems(scenes.iter().map(|scene| scene.name.as_str()));
    let mut jobs = Vec::new();
    for format in formats {
        let of = |stem: &str, scenes: &'a [Scene]| Job {
            design,
            stem: stem.to_owned(),
            format: *format,
            scenes,
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
    pub fn run(&self, options: &Options) -> Result<Vec<u8>, LayoutError> {
        let text = match (self.format, self.scenes) {
            (Format::Html, scenes) => html::page(self.design, scenes, |scene| {
                svg(scene, options.engine, Theme::Auto)
            })?,
            (Format::Structurizr, scenes) => export::structurizr::text(self.design, scenes),
            (Format::Png, [scene, ..]) => return pixels(scene, options),
            (Format::Svg, [scene, ..]) => svg(scene, options.engine, options.theme)?,
            (format, [scene, ..]) => self.text(format, scene, options)?,
            (_, []) => String::new(),
        };
        Ok(text.into_bytes())
    }
}
