//! A sheet as one page for a browser, complete in itself.

use crate::numbers::sheet::{Block, Cell, Section, Sheet, Table, Tone};
use crate::report::html::{escaped, words};

const STYLE: &str = concat!(include_str!("../html.css"), include_str!("html.css"));

/// Writes a sheet as a page, with pictures under the title: the words for each, and an
/// SVG document.
pub fn html(sheet: &Sheet, pictures: &[(String, String)]) -> String {
    let title = escaped(&sheet.title);
    let pictures: String = pictures.iter().map(picture).collect();
    let sections: String = sheet.sections.iter().map(section).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n</header>\n<main>\n{}{sections}</main>\n</body>\n</html>\n",
        match pictures.as_str() {
            "" => String::new(),
            pictures => format!("<div class=\"beside\">\n{pictures}</div>\n"),
        }
    )
}

fn picture((title, svg): &(String, String)) -> String {
    format!(
        "<figure>\n<figcaption><b>{}</b></figcaption>\n{svg}\n</figure>\n",
        words(title)
    )
}

fn section(section: &Section) -> String {
    let blocks: String = section.blocks.iter().map(block).collect();
    format!(
        "<section>\n<h2>{}</h2>\n{blocks}</section>\n",
        escaped(&section.title)
    )
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(text) => format!("<h3>{}</h3>\n", words(text)),
        Block::List(title, entries) => {
            let entries = entries.iter().map(|it| format!("<li>{}</li>\n", words(it)));
            let entries: String = entries.collect();
            format!("<p>{}:</p>\n<ul>\n{entries}</ul>\n", words(title))
        }
        Block::Paragraph(text) => format!("<p>{}</p>\n", words(text)),
        Block::Table(table) => self::table(table),
    }
}

fn table(table: &Table) -> String {
    let class = |at: usize| match table.columns.get(at) {
        Some(column) if column.numbers => " class=\"number\"",
        _ => "",
    };
    let titles = table.columns.iter().enumerate();
    let titles = titles.map(|(at, it)| format!("<th{}>{}</th>", class(at), escaped(&it.title)));
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().enumerate();
        let cells = cells.map(|(at, it)| format!("<td{}>{}</td>", class(at), cell(it)));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    });
    format!(
        "<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        titles.collect::<String>(),
        rows.collect::<String>()
    )
}

fn cell(cell: &Cell) -> String {
    let text = words(&cell.text);
    match cell.tone {
        None => text,
        Some(tone) => format!("<span class=\"{}\">{text}</span>", class_of(tone)),
    }
}

fn class_of(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "bad",
        Tone::Doubtful => "doubtful",
        Tone::Good => "good",
        Tone::Quiet => "quiet",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::sheet::Column;

    #[test]
    fn a_page_shows_what_it_is_given_and_runs_none_of_it() {
        let mut table = Table::new([Column::left("what"), Column::right("points")]);
        table.row([Cell::from("<script>"), Cell::toned("2", Some(Tone::Good))]);
        let section = Section {
            title: "A & B".into(),
            blocks: vec![Block::Table(table), Block::Paragraph("see `x`".into())],
        };
        let sheet = Sheet {
            title: "S".into(),
            sections: vec![section],
        };
        let page = html(&sheet, &[]);
        for expected in [
            "<h2>A &amp; B</h2>",
            "<td>&lt;script&gt;</td><td class=\"number\"><span class=\"good\">2</span></td>",
            "<p>see <code>x</code></p>",
        ] {
            assert!(page.contains(expected), "{expected}");
        }
        assert!(!page.contains("<script"));
    }
}
