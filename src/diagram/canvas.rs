//! SVG, shape by shape.
//!
//! Writes plain SVG 1.1: colours stand as attributes, so that every viewer draws
//! the light theme; a style sheet on top of them turns it dark where the reader
//! wishes it. Knows nothing of what the shapes mean.

use std::fmt::Write as _;

use super::layout::{Point, Rect, Size};
use super::text::{FAMILY, Weight};

/// Which colours a picture has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light, and dark where the reader's system is.
    #[default]
    Auto,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// What a colour is for; each has a light and a dark one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// What is new.
    Added,
    /// What is not as it was.
    Changed,
    /// The fill of what runs code.
    Compute,
    /// The border of what runs code.
    ComputeLine,
    /// The fill of decisions.
    Decision,
    /// The border of decisions.
    DecisionLine,
    /// The fill of what passes requests on.
    Edge,
    /// The border of what passes requests on.
    EdgeLine,
    /// What breaks a stated target; sensitive data.
    Error,
    /// The fill of groups.
    Group,
    /// The border of groups.
    GroupLine,
    /// Information.
    Info,
    /// Arrows.
    Line,
    /// The fill of what carries messages.
    Messaging,
    /// The border of what carries messages.
    MessagingLine,
    /// Words that matter less.
    Muted,
    /// Words on a severity's colour.
    OnMark,
    /// The fill of what stands outside.
    Outside,
    /// The border of what stands outside.
    OutsideLine,
    /// The ground.
    Paper,
    /// The fill of what has no family.
    Plain,
    /// The border of what has no family.
    PlainLine,
    /// What is gone.
    Removed,
    /// The fill of requirements.
    Requirement,
    /// The border of requirements.
    RequirementLine,
    /// The fill of what keeps data.
    State,
    /// The border of what keeps data.
    StateLine,
    /// The fill of identity, secrets and monitoring.
    Support,
    /// The border of identity, secrets and monitoring.
    SupportLine,
    /// Words.
    Text,
    /// What a reviewer would raise.
    Warning,
}

/// Every ink with its class, its light and its dark colour.
const INKS: &[(Ink, &str, &str, &str)] = &[
    (Ink::Added, "added", "#1a7f37", "#4ac26b"),
    (Ink::Changed, "changed", "#9a6700", "#d29922"),
    (Ink::Compute, "compute", "#e6effa", "#16293f"),
    (Ink::ComputeLine, "compute-line", "#2f6cad", "#6ba6e3"),
    (Ink::Decision, "decision", "#f6eef6", "#33203a"),
    (Ink::DecisionLine, "decision-line", "#8d5a97", "#c793d2"),
    (Ink::Edge, "edge", "#e4f3f6", "#123139"),
    (Ink::EdgeLine, "edge-line", "#2a7f92", "#67bccd"),
    (Ink::Error, "error", "#b3360b", "#ff8a5c"),
    (Ink::Group, "group", "#f7f8f9", "#171d24"),
    (Ink::GroupLine, "group-line", "#8b959e", "#6c7883"),
    (Ink::Info, "info", "#2f6cad", "#6ba6e3"),
    (Ink::Line, "line", "#48545e", "#a4b0ba"),
    (Ink::Messaging, "messaging", "#fdf1dc", "#3a2c10"),
    (Ink::MessagingLine, "messaging-line", "#a86a00", "#e3ab4a"),
    (Ink::Muted, "muted", "#5a6670", "#9eabb6"),
    (Ink::OnMark, "on-mark", "#ffffff", "#10151a"),
    (Ink::Outside, "outside", "#f0f1f3", "#262d35"),
    (Ink::OutsideLine, "outside-line", "#66717b", "#97a3ae"),
    (Ink::Paper, "paper", "#ffffff", "#10151a"),
    (Ink::Plain, "plain", "#ffffff", "#1b222a"),
    (Ink::PlainLine, "plain-line", "#66717b", "#97a3ae"),
    (Ink::Removed, "removed", "#cf222e", "#ff7b72"),
    (Ink::Requirement, "requirement", "#fbfae6", "#2f2f14"),
    (
        Ink::RequirementLine,
        "requirement-line",
        "#807a1d",
        "#cfc65c",
    ),
    (Ink::State, "state", "#e5f4ec", "#12301f"),
    (Ink::StateLine, "state-line", "#1f7d4f", "#5dc393"),
    (Ink::Support, "support", "#eeebf8", "#262043"),
    (Ink::SupportLine, "support-line", "#6450a8", "#a594e6"),
    (Ink::Text, "text", "#17212b", "#e6ebef"),
    (Ink::Warning, "warning", "#8f6200", "#e8b23f"),
];

/// How a shape is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Style {
    /// What fills it; `None` leaves it open.
    pub fill: Option<Ink>,
    /// What its border is drawn with; `None` leaves it out.
    pub stroke: Option<Ink>,
    /// How thick the border is, in px.
    pub width: f64,
    /// The lengths of dashes and gaps, in px.
    pub dash: Option<(f64, f64)>,
}

/// Which end of a line of words stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its right end.
    End,
    /// Its middle.
    Middle,
    /// Its left end.
    Start,
}

/// How words are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Words {
    /// Which end stands at the point.
    pub anchor: Anchor,
    /// Their colour.
    pub ink: Ink,
    /// Their size in px.
    pub size: f64,
    /// How thick they are.
    pub weight: Weight,
    /// Whether the ground shines around them, so that they can be read on a line.
    pub halo: bool,
}

/// A picture in the making.
#[derive(Clone, Debug)]
pub struct Canvas {
    theme: Theme,
    body: String,
}

impl Canvas {
    /// Makes an empty picture.
    pub fn new(theme: Theme) -> Canvas {
        Canvas {
            theme,
            body: String::new(),
        }
    }

    /// Opens a group of shapes that belong to an element; its title shows where a
    /// pointer rests on it.
    pub fn open(&mut self, class: &str, id: &str, title: &str) {
        let (class, id) = (escape(class), escape(id));
        let _ = write!(self.body, "<g class=\"{class}\" data-id=\"{id}\">");
        if !title.is_empty() {
            let _ = write!(self.body, "<title>{}</title>", escape(title));
        }
        self.body.push('\n');
    }

    /// Closes the group opened last.
    pub fn close(&mut self) {
        self.body.push_str("</g>\n");
    }

    /// Draws a rectangle with rounded corners.
    pub fn rect(&mut self, rect: Rect, radius: f64, style: &Style) {
        let (x, y) = (number(rect.x), number(rect.y));
        let (width, height) = (number(rect.width), number(rect.height));
        let _ = write!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\""
        );
        if radius > 0.0 {
            let _ = write!(self.body, " rx=\"{}\"", number(radius));
        }
        let paint = self.paint(style);
        let _ = writeln!(self.body, "{paint}/>");
    }

    /// Draws a circle.
    pub fn circle(&mut self, middle: Point, radius: f64, style: &Style) {
        let (x, y, r) = (number(middle.x), number(middle.y), number(radius));
        let paint = self.paint(style);
        let _ = writeln!(
            self.body,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{paint}/>"
        );
    }

    /// Draws a path, given as the `d` of SVG.
    pub fn path(&mut self, d: &str, style: &Style) {
        let paint = self.paint(style);
        let _ = writeln!(self.body, "<path d=\"{d}\"{paint}/>");
    }

    /// Draws a small sign with round ends, given as the `d` of SVG around its own
    /// origin, with that origin at a point.
    pub fn icon(&mut self, at: Point, d: &str, style: &Style) {
        let (x, y) = (number(at.x), number(at.y));
        let paint = self.paint(style);
        let _ = writeln!(
            self.body,
            "<path d=\"{d}\" transform=\"translate({x} {y})\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\"{paint}/>"
        );
    }

    /// Draws one line of words with its base line at a point.
    pub fn words(&mut self, at: Point, line: &str, words: &Words) {
        let (x, y) = (number(at.x), number(at.y));
        let anchor = match words.anchor {
            Anchor::End => " text-anchor=\"end\"",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::Start => "",
        };
        let weight = match words.weight {
            Weight::Bold => " font-weight=\"bold\"",
            Weight::Regular => "",
        };
        let style = Style {
            fill: Some(words.ink),
            stroke: words.halo.then_some(Ink::Paper),
            width: 3.0,
            dash: None,
        };
        let halo = match words.halo {
            true => " stroke-linejoin=\"round\" paint-order=\"stroke\"",
            false => "",
        };
        let paint = self.paint(&style);
        let size = number(words.size);
        let line = escape(line);
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}{weight}{paint}{halo}>{line}</text>"
        );
    }

    fn paint(&self, style: &Style) -> String {
        let mut paint = String::new();
        let mut classes = Vec::new();
        match style.fill {
            Some(ink) => {
                let _ = write!(paint, " fill=\"{}\"", self.color(ink));
                classes.push(format!("f-{}", class(ink)));
            }
            None => paint.push_str(" fill=\"none\""),
        }
        if let Some(ink) = style.stroke {
            let (color, width) = (self.color(ink), number(style.width));
            let _ = write!(paint, " stroke=\"{color}\" stroke-width=\"{width}\"");
            classes.push(format!("s-{}", class(ink)));
            if let Some((dash, gap)) = style.dash {
                let _ = write!(
                    paint,
                    " stroke-dasharray=\"{} {}\"",
                    number(dash),
                    number(gap)
                );
            }
        }
        if self.theme == Theme::Auto && !classes.is_empty() {
            let _ = write!(paint, " class=\"{}\"", classes.join(" "));
        }
        paint
    }

    fn color(&self, ink: Ink) -> &'static str {
        let row = INKS.iter().find(|row| row.0 == ink);
        row.map_or("#000000", |row| match self.theme {
            Theme::Dark => row.3,
            Theme::Auto | Theme::Light => row.2,
        })
    }

    /// Returns the picture as an SVG document.
    pub fn finish(self, size: Size, title: &str, description: &str) -> String {
        let (width, height) = (number(size.width.ceil()), number(size.height.ceil()));
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{FAMILY}\" role=\"img\">\n\
             <title>{}</title>\n<desc>{}</desc>\n",
            escape(title),
            escape(description)
        );
        if self.theme == Theme::Auto {
            text.push_str(&dark_sheet());
        }
        let ground = Canvas {
            theme: self.theme,
            body: String::new(),
        }
        .paint(&Style {
            fill: Some(Ink::Paper),
            ..Style::default()
        });
        let _ = writeln!(
            text,
            "<rect width=\"{width}\" height=\"{height}\"{ground}/>"
        );
        text.push_str(&self.body);
        text.push_str("</svg>\n");
        text
    }
}

/// Returns the rules that turn a picture dark where the reader's system is.
fn dark_sheet() -> String {
    let rules = dark_rules("");
    format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>\n")
}

/// Returns the rules that turn pictures dark, each behind a selector such as `.dark `.
pub fn dark_rules(prefix: &str) -> String {
    INKS.iter()
        .map(|(_, class, _, dark)| {
            format!("{prefix}.f-{class}{{fill:{dark}}}{prefix}.s-{class}{{stroke:{dark}}}")
        })
        .collect()
}

/// Returns a picture without its own style sheet, for a page that has the rules.
pub fn without_sheet(svg: &str) -> String {
    svg.replacen(&dark_sheet(), "", 1)
}

fn class(ink: Ink) -> &'static str {
    INKS.iter().find(|row| row.0 == ink).map_or("", |row| row.1)
}

/// Returns the light colour of an ink: `#e6effa`.
pub fn light(ink: Ink) -> &'static str {
    let row = INKS.iter().find(|row| row.0 == ink);
    row.map_or("#000000", |row| row.2)
}

/// Returns a length with at most two digits behind the point.
pub fn number(length: f64) -> String {
    // Adding zero turns -0 into 0.
    let rounded = (length * 100.0).round() / 100.0 + 0.0;
    format!("{rounded}")
}

/// Returns a text as it may stand in XML; what XML cannot hold becomes `�`.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(letter),
            _ if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ink_has_its_colours_and_a_class_of_its_own() {
        let mut classes: Vec<&str> = INKS.iter().map(|row| row.1).collect();
        classes.dedup();
        assert_eq!(classes.len(), INKS.len());
        // The first and the last variant in alphabetical order, and as many rows between.
        assert_eq!(Ink::Warning as usize + 1, INKS.len());
        for (_, _, light, dark) in INKS {
            assert!(light.starts_with('#') && dark.starts_with('#') && light != dark);
        }
    }

    #[test]
    fn words_are_escaped_and_numbers_are_short() {
        assert_eq!(
            escape("a<b & \"c\"\u{0}"),
            "a&lt;b &amp; &quot;c&quot;\u{fffd}"
        );
        assert_eq!(number(1.0), "1");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(1.23456), "1.23");
    }

    #[test]
    fn only_the_automatic_theme_has_a_style_sheet() {
        let draw = |theme| {
            let mut canvas = Canvas::new(theme);
            let style = Style {
                fill: Some(Ink::Compute),
                ..Style::default()
            };
            canvas.rect(Rect::default(), 0.0, &style);
            canvas.finish(Size::default(), "a", "b")
        };
        let auto = draw(Theme::Auto);
        assert!(auto.contains("prefers-color-scheme"));
        assert_eq!(without_sheet(&auto), auto.replace(&dark_sheet(), ""));
        assert!(!without_sheet(&auto).contains("<style>"));
        assert!(dark_rules(".dark ").contains(".dark .f-compute{fill:#16293f}"));
        assert!(draw(Theme::Light).contains("fill=\"#e6effa\""));
        assert!(draw(Theme::Dark).contains("fill=\"#16293f\""));
        assert!(!draw(Theme::Dark).contains("class="));
    }

    // Relative luminance and contrast as WCAG 2 defines them.
    fn luminance(color: &str) -> f64 {
        let channel = |from: usize| {
            let byte = u8::from_str_radix(&color[from..from + 2], 16).unwrap();
            let part = f64::from(byte) / 255.0;
            match part <= 0.04045 {
                true => part / 12.92,
                false => ((part + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: Ink, other: Ink, theme: Theme) -> f64 {
        let canvas = Canvas::new(theme);
        let lights = [one, other].map(|ink| luminance(canvas.color(ink)) + 0.05);
        lights[0].max(lights[1]) / lights[0].min(lights[1])
    }

    const FILLS: [(Ink, Ink); 9] = [
        (Ink::Compute, Ink::ComputeLine),
        (Ink::Decision, Ink::DecisionLine),
        (Ink::Edge, Ink::EdgeLine),
        (Ink::Messaging, Ink::MessagingLine),
        (Ink::Outside, Ink::OutsideLine),
        (Ink::Plain, Ink::PlainLine),
        (Ink::Requirement, Ink::RequirementLine),
        (Ink::State, Ink::StateLine),
        (Ink::Support, Ink::SupportLine),
    ];

    fn check_contrast(one: Ink, other: Ink, least: f64) {
        for theme in [Theme::Light, Theme::Dark] {
            let contrast = contrast(one, other, theme);
            assert!(
                contrast >= least,
                "{one:?} on {other:?} in {theme:?}: {contrast:.2}"
            );
        }
    }

    #[test]
    fn words_can_be_read_on_every_ground() {
        assert!((contrast(Ink::Paper, Ink::Paper, Theme::Light) - 1.0).abs() < 1e-9);
        let grounds = FILLS.map(|fill| fill.0);
        for ground in grounds.into_iter().chain([Ink::Group, Ink::Paper]) {
            check_contrast(Ink::Text, ground, 4.5);
            check_contrast(Ink::Muted, ground, 4.5);
        }
        let changes = [Ink::Added, Ink::Changed, Ink::Removed];
        for mark in changes
            .into_iter()
            .chain([Ink::Error, Ink::Info, Ink::Warning])
        {
            check_contrast(Ink::OnMark, mark, 4.5);
            check_contrast(mark, Ink::Paper, 4.5);
        }
    }

    #[test]
    fn borders_and_signs_can_be_seen() {
        // What is not text needs 3.
        for (fill, line) in FILLS {
            check_contrast(line, fill, 3.0);
            check_contrast(line, Ink::Group, 3.0);
            check_contrast(Ink::Error, fill, 3.0);
        }
        for change in [Ink::Added, Ink::Changed, Ink::Removed] {
            check_contrast(change, Ink::Plain, 3.0);
            check_contrast(change, Ink::Group, 3.0);
        }
        for ground in [Ink::Group, Ink::Paper] {
            check_contrast(Ink::Line, ground, 3.0);
            check_contrast(Ink::GroupLine, ground, 2.8);
        }
    }
}
