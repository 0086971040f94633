//! A report in one file: every picture and every finding, to be opened anywhere.
//!
//! Takes drawn pictures and what a review found, gives one page of HTML that asks
//! nothing of a network and runs no script but its own. Without scripts, and on
//! paper, it is a plain document. Knows no file and no browser.

mod digest;
mod facts;
mod numbers;

use std::fmt::Write as _;

use facts::Facts;

use super::canvas::{dark_rules, escape, without_sheet};
use super::scene::{Key, Picture as Kind, Scene, Table};
use crate::finding::Severity;
use crate::numbers::Numbers;

const TEMPLATE: &str = include_str!("report.html");
const SCRIPT: &str = include_str!("report.js");
const STYLE: &str = include_str!("report.css");

/// A report in the making.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// What it is about: the name of the design.
    pub title: String,
    /// What it shows in a sentence; may be empty.
    pub description: String,
    /// Its pictures; the first one is seen first.
    pub pictures: Vec<Picture<'a>>,
    /// What was found, in the order of the numbers.
    pub findings: Vec<Key>,
    /// What the numbers of the design come to, if that is to be told.
    pub numbers: Option<&'a Numbers>,
}

/// A scene and how it is drawn.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    /// What it shows.
    pub scene: &'a Scene,
    /// The drawing of the [`bare`] scene in the automatic theme; tables need none.
    pub svg: String,
}

/// Returns a scene as it is drawn for a page, which writes the title and the
/// findings itself.
pub fn bare(scene: &Scene) -> Scene {
    let mut scene = scene.clone();
    scene.title.clear();
    if let Kind::Structure(structure) = &mut scene.picture {
        structure.keys.clear();
    }
    scene
}

/// The parts of a page, in their order.
const PARTS: [&str; 6] = [
    "Overview",
    "Flows",
    "Data",
    "Requirements",
    facts::NUMBERS,
    "Findings",
];

/// Returns a page as one HTML document.
pub fn html(page: &Page) -> String {
    let style = style();
    let scenes: Vec<&Scene> = page.pictures.iter().map(|it| it.scene).collect();
    let numbers = page.numbers.map(numbers::parts).unwrap_or_default();
    let facts = facts::facts(&scenes, &numbers, &page.findings);
    let pictures = page.pictures.iter().map(|it| picture(it, &facts));
    let parts = [
        ("description", description(page)),
        (
            "facts",
            inert(&serde_json::to_string(&facts).unwrap_or_default()),
        ),
        ("filters", filters(&page.findings)),
        ("findings", page.findings.iter().map(finding).collect()),
        ("found", count(page.findings.len())),
        ("numbers", numbers.iter().map(numbers::Part::html).collect()),
        ("pictures", pictures.collect()),
        ("script", SCRIPT.to_owned()),
        ("script-source", digest::source(SCRIPT)),
        ("style-source", digest::source(&style)),
        ("style", style),
        ("title", escape(&page.title)),
        ("views", views(&scenes, &numbers)),
    ];
    fill(TEMPLATE, &parts)
}

// A description that says the title again says nothing.
fn description(page: &Page) -> String {
    match page.description == page.title {
        true => String::new(),
        false => escape(&page.description),
    }
}

// In one go, so that a name such as `{{title}}` in a design stays what it is.
fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut filled = String::new();
    for (at, piece) in template.split("{{").enumerate() {
        match piece.split_once("}}") {
            Some((name, rest)) if at > 0 => {
                let part = parts.iter().find(|part| part.0 == name);
                filled.push_str(part.map_or("", |part| &part.1));
                filled.push_str(rest);
            }
            _ => filled.push_str(piece),
        }
    }
    filled
}

// Paper is white: what is printed keeps the light colours.
fn style() -> String {
    let system = dark_rules(":root:not([data-theme=light]) ");
    let chosen = dark_rules(":root[data-theme=dark] ");
    format!(
        "{STYLE}@media screen and (prefers-color-scheme:dark){{{system}}}\n@media screen{{{chosen}}}\n"
    )
}

// JSON that ends no script element and no line of one.
fn inert(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '&' | '<' | '>' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(text, "\\u{:04x}", u32::from(letter));
            }
            _ => text.push(letter),
        }
    }
    text
}

fn views(scenes: &[&Scene], numbers: &[numbers::Part]) -> String {
    let subjects = facts::subjects(scenes);
    let mut text = String::new();
    for part in PARTS {
        let shown = scenes.iter().filter(|scene| facts::part(scene) == part);
        let of_scenes = shown.map(|scene| link(&scene.name, facts::label(scene, &subjects)));
        let numbers = numbers.iter().filter(|_| part == facts::NUMBERS);
        let of_numbers = numbers.map(|it| link(&it.name, &it.section.title));
        let links: String = of_scenes.chain(of_numbers).collect();
        if !links.is_empty() {
            let _ = writeln!(text, "<h2>{part}</h2>\n<ul>\n{links}</ul>");
        }
    }
    text
}

// What several pictures are of stands above; it need not stand before each of them.
fn link(name: &str, label: &str) -> String {
    let (first, rest) = split_first(label);
    let name = escape(name);
    let title = escape(&format!("{}{rest}", first.to_uppercase()));
    format!("<li><a data-view=\"{name}\" href=\"#view-{name}\">{title}</a></li>\n")
}

fn split_first(text: &str) -> (&str, &str) {
    let end = text.chars().next().map_or(0, char::len_utf8);
    text.split_at(end)
}

fn picture(picture: &Picture, facts: &Facts) -> String {
    let scene = picture.scene;
    let name = escape(&scene.name);
    let (title, description) = (escape(&scene.title), escape(&scene.description));
    let (class, inside) = match &scene.picture {
        Kind::Table(it) => ("sheet", table(it, &title, facts)),
        _ => (shape(&picture.svg), without_sheet(&picture.svg)),
    };
    format!(
        "<section class=\"view {class}\" id=\"view-{name}\" data-view=\"{name}\">\n\
         <div class=\"head\"><h2>{title}</h2><p>{description}</p></div>\n\
         <div class=\"stage\">{inside}</div>\n</section>\n"
    )
}

// How a picture lies on paper.
fn shape(svg: &str) -> &'static str {
    let length = |name: &str| -> f64 {
        let value = svg.split_once(name).and_then(|(_, it)| it.split_once('"'));
        value.and_then(|(it, _)| it.parse().ok()).unwrap_or(0.0)
    };
    match length(" width=\"") > length(" height=\"") {
        true => "wide",
        false => "tall",
    }
}

fn table(table: &Table, title: &str, facts: &Facts) -> String {
    let columns: String = table
        .columns
        .iter()
        .map(|it| format!("<th scope=\"col\">{}</th>", escape(it)))
        .collect();
    let rows: String = table.rows.iter().map(|it| row(it, facts)).collect();
    format!(
        "<table>\n<caption class=\"unseen\">{title}</caption>\n<thead><tr>{columns}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>"
    )
}

fn row(cells: &[Vec<String>], facts: &Facts) -> String {
    let known = facts::named(cells).filter(|id| facts.knows(id));
    let mut text = String::from("<tr>");
    for (at, cell) in cells.iter().enumerate() {
        let mut lines: Vec<String> = cell.iter().map(|line| escape(line)).collect();
        if let (0, Some(id), Some(first)) = (at, &known, lines.first_mut()) {
            let id = escape(id);
            *first = format!("<button type=\"button\" data-id=\"{id}\">{first}</button>");
        }
        let lines = lines.join("<br>");
        let _ = match at {
            0 => write!(text, "<th scope=\"row\">{lines}</th>"),
            _ => write!(text, "<td>{lines}</td>"),
        };
    }
    text.push_str("</tr>\n");
    text
}

fn count(findings: usize) -> String {
    match findings {
        0 => "No findings".to_owned(),
        1 => "1 finding".to_owned(),
        _ => format!("{findings} findings"),
    }
}

fn filters(findings: &[Key]) -> String {
    let mut text = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let found = findings.iter().filter(|it| it.severity == severity).count();
        if found > 0 {
            let word = severity.word();
            let _ = writeln!(
                text,
                "<button type=\"button\" class=\"filter {word}\" data-severity=\"{word}\" \
                 aria-pressed=\"true\">{word} <b>{found}</b></button>"
            );
        }
    }
    text
}

fn finding(key: &Key) -> String {
    let (number, word) = (key.number, key.severity.word());
    let (rule, place) = (escape(key.rule), escape(&key.place));
    let message = coded(&key.message);
    let help = key.help.as_deref().map_or(String::new(), |help| {
        format!("<p class=\"help\">{}</p>\n", coded(help))
    });
    let print = escape(&key.fingerprint);
    format!(
        "<li class=\"finding {word}\" data-number=\"{number}\" data-severity=\"{word}\">\n\
         <button type=\"button\" class=\"what\"><span class=\"badge\">{number}</span>\
         <span class=\"words\"><span class=\"rule\"><b>{word}</b> {rule}</span> \
         <span class=\"message\">{message}</span></span></button>\n\
         <div class=\"more\">\n{help}<p class=\"place\">{place} \
         <span class=\"print\">{print}</span></p>\n<p class=\"where\"></p>\n</div>\n</li>\n"
    )
}

// What stands between backticks is code; one without a partner is a backtick.
fn coded(text: &str) -> String {
    let mut coded = String::new();
    let mut rest = text;
    while let Some((before, (code, after))) = rest
        .split_once('`')
        .and_then(|(before, it)| Some((before, it.split_once('`')?)))
    {
        let _ = write!(coded, "{}<code>{}</code>", escape(before), escape(code));
        rest = after;
    }
    coded + &escape(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_once() {
        let parts = [("a", "{{b}}".to_owned()), ("b", "no".to_owned())];
        assert_eq!(fill("<{{a}}>{{c}}.", &parts), "<{{b}}>.");
    }

    #[test]
    fn words_between_backticks_are_code() {
        assert_eq!(coded("a `<b>` c ` d"), "a <code>&lt;b&gt;</code> c ` d");
    }

    #[test]
    fn facts_end_no_script() {
        assert_eq!(
            inert("\"</script>&\u{2028}\""),
            "\"\\u003c/script\\u003e\\u0026\\u2028\""
        );
    }

    #[test]
    fn every_place_of_the_template_is_filled() {
        let page = Page {
            title: "T".to_owned(),
            description: String::new(),
            pictures: Vec::new(),
            findings: Vec::new(),
            numbers: None,
        };
        let text = html(&page);
        assert!(!text.contains("{{"), "{text}");
        assert_eq!(text.matches("<title>T</title>").count(), 1);
        assert!(text.contains("No findings"));
    }

    #[test]
    fn a_script_holds_nothing_that_ends_it() {
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
        assert!(!STYLE.contains("</"));
        for word in ["eval(", "innerHTML", "http:", "https:", "fetch("] {
            assert!(!SCRIPT.contains(word), "{word}");
        }
    }
}
