//! What the numbers of a design come to: charts and tables, part by part.

use std::fmt::Write as _;

use super::super::canvas::{Theme, escape, without_sheet};
use super::super::chart::from_numbers::{Shown, charts};
use super::super::chart::{Chart, Room};
use super::coded;
use crate::numbers::sheet::{Block, Cell, Section, Table, Tone};
use crate::numbers::{Numbers, PARTS};

/// A part of the numbers on its way to the page.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// What links call it: `numbers/load`; no view has a slash in its name.
    pub name: String,
    /// What it says.
    pub section: Section,
    /// What it shows.
    pub charts: Vec<Shown>,
}

/// Returns the parts that have something to say, in their order.
pub(super) fn parts(numbers: &Numbers) -> Vec<Part> {
    let part = |name: &&str| {
        let sections = numbers.sheet(&[*name]).sections;
        let section = sections.into_iter().next()?;
        Some(Part {
            name: format!("numbers/{name}"),
            charts: charts(numbers, name),
            section,
        })
    };
    PARTS.iter().filter_map(part).collect()
}

impl Part {
    /// Returns what pictures call those who stand in its charts.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.charts.iter().flat_map(|shown| shown.chart.ids())
    }

    /// Returns the part as a section of the page.
    pub(super) fn html(&self) -> String {
        let name = escape(&self.name);
        let title = escape(&self.section.title);
        let (under, free): (Vec<&Shown>, Vec<&Shown>) =
            self.charts.iter().partition(|it| self.has_heading(it));
        // What is about everything comes first, what has no heading of its own last.
        let (first, last): (Vec<&Shown>, Vec<&Shown>) =
            free.into_iter().partition(|it| it.under.is_none());
        let mut inside: String = first.iter().map(|it| figure(&it.chart)).collect();
        for (at, block) in self.section.blocks.iter().enumerate() {
            inside += &self::block(block, &self.caption(at));
            if let Block::Heading(heading) = block {
                let here = under.iter().filter(|it| it.stands_under(heading));
                inside.extend(here.map(|it| figure(&it.chart)));
            }
        }
        inside.extend(last.iter().map(|it| figure(&it.chart)));
        format!(
            "<section class=\"view sheet numbers\" id=\"view-{name}\" data-view=\"{name}\">\n\
             <div class=\"head\"><h2>{title}</h2></div>\n\
             <div class=\"stage\"><div class=\"text\">\n{inside}</div></div>\n</section>\n"
        )
    }

    fn has_heading(&self, shown: &Shown) -> bool {
        let mut blocks = self.section.blocks.iter();
        blocks.any(|block| matches!(block, Block::Heading(it) if shown.stands_under(it)))
    }

    // Tables that follow each other are told apart by their first columns.
    fn caption(&self, at: usize) -> String {
        let above = self.section.blocks[..at].iter().rev();
        let mut headings = above.filter_map(|block| match block {
            Block::Heading(heading) => Some(heading.as_str()),
            _ => None,
        });
        let title = headings.next().unwrap_or(&self.section.title);
        match &self.section.blocks[at] {
            Block::Table(table) => match table.columns.first() {
                Some(column) if !column.title.is_empty() => format!("{title}, by {}", column.title),
                _ => title.to_owned(),
            },
            _ => String::new(),
        }
    }
}

// Twice, for a page and for a telephone; the style sheet shows one of them.
fn figure(chart: &Chart) -> String {
    let title = escape(&chart.title());
    let drawn = |room| without_sheet(&chart.svg(room, Theme::Auto));
    let (page, slim) = (drawn(Room::Page), drawn(Room::Slim));
    format!(
        "<figure>\n<figcaption>{title}</figcaption>\n<div class=\"broad\">{page}</div>\
         <div class=\"slim\">{slim}</div>\n</figure>\n"
    )
}

fn block(block: &Block, caption: &str) -> String {
    match block {
        Block::Heading(text) => format!("<h3>{}</h3>\n", coded(text)),
        Block::List(title, entries) => {
            let entries = entries.iter().map(|it| format!("<li>{}</li>\n", coded(it)));
            let entries: String = entries.collect();
            format!("<h4>{}</h4>\n<ul>\n{entries}</ul>\n", coded(title))
        }
        Block::Paragraph(text) => format!("<p>{}</p>\n", coded(text)),
        Block::Table(it) => table(it, &escape(caption)),
    }
}

fn table(table: &Table, caption: &str) -> String {
    let mut text = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\">\n\
         <table>\n<caption class=\"unseen\">{caption}</caption>\n<thead><tr>"
    );
    for column in table.columns.iter().filter(|it| !it.sketch) {
        let class = class(column.numbers, None);
        let _ = write!(
            text,
            "<th scope=\"col\"{class}>{}</th>",
            escape(&column.title)
        );
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        text.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            if table.columns.get(at).is_some_and(|it| it.sketch) {
                continue;
            }
            let numbers = table.columns.get(at).is_some_and(|it| it.numbers);
            text += &self::cell(cell, at == 0, numbers);
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table>\n</div>\n");
    text
}

fn cell(cell: &Cell, first: bool, numbers: bool) -> String {
    let class = class(numbers, cell.tone);
    let words = coded(&cell.text);
    match first {
        true => format!("<th scope=\"row\"{class}>{words}</th>"),
        false => format!("<td{class}>{words}</td>"),
    }
}

fn class(numbers: bool, tone: Option<Tone>) -> String {
    let tone = tone.map(|tone| match tone {
        Tone::Bad => "bad",
        Tone::Doubtful => "doubtful",
        Tone::Good => "good",
        Tone::Quiet => "quiet",
    });
    let classes: Vec<&str> = numbers
        .then_some("number")
        .into_iter()
        .chain(tone)
        .collect();
    match classes.is_empty() {
        true => String::new(),
        false => format!(" class=\"{}\"", classes.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::chart::Waterfall;
    use super::*;
    use crate::numbers::sheet::Column;

    fn part() -> Part {
        let mut table = Table::new([Column::left("flow"), Column::right("mean")]);
        table.row([
            Cell::from("<Open>"),
            Cell::toned("20 ms", Some(Tone::Doubtful)),
        ]);
        let blocks = vec![
            Block::Paragraph("`a` & `b`".to_owned()),
            Block::Heading("Open (Api.open)".to_owned()),
            Block::Table(table),
            Block::List(
                "Assumed".to_owned(),
                vec!["`x.replicas` 1: none said".to_owned()],
            ),
        ];
        let shown = |under: &str| Shown {
            under: Some(under.to_owned()),
            chart: Chart::Waterfall(Waterfall {
                name: format!("{under}!"),
                ..Waterfall::default()
            }),
        };
        Part {
            name: "numbers/latency".to_owned(),
            section: Section {
                title: "Latency".to_owned(),
                blocks,
            },
            charts: vec![shown("Open"), shown("Ope")],
        }
    }

    #[test]
    fn sections_are_html_that_tells_its_tables_apart() {
        let html = part().html();
        for piece in [
            "<p><code>a</code> &amp; <code>b</code></p>",
            "<caption class=\"unseen\">Open (Api.open), by flow</caption>",
            "<th scope=\"col\" class=\"number\">mean</th>",
            "<th scope=\"row\">&lt;Open&gt;</th><td class=\"number doubtful\">20 ms</td>",
            "<h4>Assumed</h4>\n<ul>\n<li><code>x.replicas</code> 1: none said</li>",
        ] {
            assert!(html.contains(piece), "{piece} in {html}");
        }
    }

    #[test]
    fn a_chart_stands_under_its_heading_or_else_last() {
        let html = part().html();
        let at = |text: &str| html.find(text).unwrap();
        assert!(at("How long Ope! takes") > at("<p>"));
        assert!(at("<h3>") < at("How long Open! takes"));
        assert!(at("How long Open! takes") < at("<table>"));
    }
}
