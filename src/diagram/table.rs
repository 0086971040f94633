//! Rows and columns, drawn.
//!
//! Takes a table and gives an SVG document in which every cell holds its words.

use super::canvas::{Anchor, Canvas, Ink, Style, Theme, Words};
use super::layout::{Point, Rect, Size};
use super::scene::{Scene, Table};
use super::structure::Pen;
use super::text::{Weight, width, wrap};

const MARGIN: f64 = 20.0;
const TITLE: f64 = 13.0;
const SIZE: f64 = 11.0;
const LINE: f64 = 15.0;
const PAD: f64 = 10.0;
const LEAST: f64 = 36.0;
const MOST: f64 = 264.0;
const MOST_LINES: usize = 12;

// A cell's lines, as they are drawn, and how.
type Cell = Vec<(String, Ink, Weight)>;

/// Draws a table as an SVG document.
pub fn svg(scene: &Scene, table: &Table, theme: Theme) -> String {
    let mut canvas = Canvas::new(theme);
    let columns = columns(table);
    let wide: f64 = columns.iter().sum();
    let above = title(&mut canvas, &scene.title, wide);
    let mut frame = Rect {
        x: MARGIN,
        y: above.height,
        width: wide,
        height: 0.0,
    };
    let head: Vec<Cell> = head(table, &columns);
    let rows: Vec<Vec<Cell>> = table.rows.iter().map(|row| cells(row, &columns)).collect();
    let heights: Vec<f64> = rows.iter().map(|row| height(row)).collect();
    let head_height = height(&head);
    frame.height = head_height + heights.iter().sum::<f64>();
    ground(&mut canvas, frame, head_height);
    let mut y = frame.y;
    row(&mut canvas, "head", &head, &columns, y);
    y += head_height;
    for (index, (cells, height)) in rows.iter().zip(heights).enumerate() {
        rule(&mut canvas, &frame, y, if index == 0 { 1.2 } else { 0.6 });
        let id = format!("row:{}", index + 1);
        row(&mut canvas, &id, cells, &columns, y);
        y += height;
    }
    outline(&mut canvas, frame);
    let size = Size {
        width: wide.max(above.width) + 2.0 * MARGIN,
        height: y + MARGIN,
    };
    canvas.finish(size, &scene.title, &scene.description)
}

// Writes the title; returns how wide it is and how far down it goes.
fn title(canvas: &mut Canvas, title: &str, room: f64) -> Size {
    let line = wrap(title, Weight::Bold, TITLE, room.max(360.0), 1).concat();
    if line.is_empty() {
        return Size {
            width: 0.0,
            height: MARGIN,
        };
    }
    let at = Point {
        x: MARGIN,
        y: MARGIN + 10.0,
    };
    canvas.words(at, &line, &words(Ink::Muted, TITLE, Weight::Bold));
    Size {
        width: width(&line, Weight::Bold, TITLE),
        height: MARGIN + 26.0,
    }
}

// How wide each column is, with the room around its words.
fn columns(table: &Table) -> Vec<f64> {
    let count = table.rows.iter().map(Vec::len).max().unwrap_or_default();
    (0..count.max(table.columns.len()))
        .map(|index| {
            let head = table.columns.get(index);
            let head = head.map_or(0.0, |head| width(head, Weight::Bold, SIZE));
            let cells = table.rows.iter().filter_map(|row| row.get(index));
            let lines = cells
                .flat_map(|cell| cell.iter().enumerate())
                .map(|(line, text)| width(text, look(index, line).1, SIZE));
            let widest = lines.fold(head, f64::max);
            widest.clamp(LEAST, MOST).ceil() + 2.0 * PAD
        })
        .collect()
}

// The first column names its row; what it says further is said quietly.
fn look(column: usize, line: usize) -> (Ink, Weight) {
    match (column, line) {
        (0, 0) => (Ink::Text, Weight::Bold),
        (0, _) => (Ink::Muted, Weight::Regular),
        _ => (Ink::Text, Weight::Regular),
    }
}

fn wrapped(text: &str, (ink, weight): (Ink, Weight), wide: f64) -> Cell {
    let lines = wrap(text, weight, SIZE, wide - 2.0 * PAD, MOST_LINES);
    lines.into_iter().map(|line| (line, ink, weight)).collect()
}

fn head(table: &Table, columns: &[f64]) -> Vec<Cell> {
    let pairs = table.columns.iter().zip(columns);
    let look = (Ink::Text, Weight::Bold);
    pairs
        .map(|(text, wide)| wrapped(text, look, *wide))
        .collect()
}

fn cells(row: &[Vec<String>], columns: &[f64]) -> Vec<Cell> {
    let cell = |(column, (lines, wide)): (usize, (&Vec<String>, &f64))| {
        let lines = lines.iter().enumerate();
        let lines = lines.flat_map(|(line, text)| wrapped(text, look(column, line), *wide));
        lines.collect()
    };
    row.iter().zip(columns).enumerate().map(cell).collect()
}

fn height(cells: &[Cell]) -> f64 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or_default().max(1);
    lines as f64 * LINE + 11.0
}

fn row(canvas: &mut Canvas, id: &str, cells: &[Cell], columns: &[f64], top: f64) {
    canvas.open("row", id, "");
    let mut x = MARGIN;
    for (cell, wide) in cells.iter().zip(columns) {
        for (index, (line, ink, weight)) in cell.iter().enumerate() {
            let at = Point {
                x: x + PAD,
                y: top + 16.5 + index as f64 * LINE,
            };
            canvas.words(at, line, &words(*ink, SIZE, *weight));
        }
        x += wide;
    }
    canvas.close();
}

fn ground(canvas: &mut Canvas, frame: Rect, head: f64) {
    let band = Rect {
        height: head.max(14.0),
        ..frame
    };
    let fill = |ink| Style {
        fill: Some(ink),
        ..Style::default()
    };
    canvas.rect(frame, 7.0, &fill(Ink::Plain));
    canvas.path(&lid(band), &fill(Ink::Group));
}

// A rectangle that is round at the top.
fn lid(band: Rect) -> String {
    let (x, y, right, bottom, round) = (band.x, band.y, band.right(), band.bottom(), 7.0);
    Pen::at(x, bottom)
        .line(x, y + round)
        .arc(round, round, x + round, y)
        .line(right - round, y)
        .arc(round, round, right, y + round)
        .line(right, bottom)
        .close()
        .done()
}

fn outline(canvas: &mut Canvas, frame: Rect) {
    let style = Style {
        stroke: Some(Ink::GroupLine),
        width: 1.2,
        ..Style::default()
    };
    canvas.rect(frame, 7.0, &style);
}

fn rule(canvas: &mut Canvas, frame: &Rect, y: f64, width: f64) {
    let style = Style {
        stroke: Some(Ink::GroupLine),
        width,
        ..Style::default()
    };
    let path = Pen::at(frame.x, y).line(frame.right(), y);
    canvas.path(&path.done(), &style);
}

fn words(ink: Ink, size: f64, weight: Weight) -> Words {
    Words {
        anchor: Anchor::Start,
        ink,
        size,
        weight,
        halo: false,
    }
}

#[cfg(all(test, feature = "png"))]
mod tests {
    use resvg::usvg::roxmltree;

    use super::super::scene::Picture;
    use super::*;

    fn drawn(table: Table) -> String {
        let scene = Scene {
            name: "requirements".to_owned(),
            title: "Shop: requirements".to_owned(),
            description: "What must hold.".to_owned(),
            picture: Picture::Table(table.clone()),
        };
        svg(&scene, &table, Theme::Light)
    }

    fn line(text: &str) -> Vec<String> {
        vec![text.to_owned()]
    }

    #[test]
    fn words_stay_in_their_columns() {
        let long = "a sentence of many words ".repeat(20);
        let table = Table {
            columns: vec!["One".to_owned(), "Two".to_owned(), "<Three>".to_owned()],
            rows: vec![
                vec![line("x"), line(&long), line("&\"'\u{0}")],
                vec![line(&"w".repeat(500)), vec![], line("東京 🎉")],
            ],
        };
        let widths = columns(&table);
        let svg = drawn(table);
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let rows = tree
            .descendants()
            .filter(|part| part.attribute("class") == Some("row"));
        for text in rows
            .flat_map(|row| row.descendants())
            .filter(|part| part.has_tag_name("text"))
        {
            let x: f64 = text.attribute("x").unwrap().parse().unwrap();
            let words = text.text().unwrap_or_default();
            let weight = match text.attribute("font-weight") {
                Some(_) => Weight::Bold,
                None => Weight::Regular,
            };
            let right = x + width(words, weight, SIZE);
            let mut left = MARGIN;
            let column = widths.iter().position(|wide| {
                left += wide;
                x < left
            });
            assert!(column.is_some() && right < left, "{words}");
        }
    }

    #[test]
    fn rows_of_any_length_are_a_document() {
        for rows in [
            vec![],
            vec![vec![]],
            vec![vec![], vec![line("a"), line("b")]],
        ] {
            let table = Table {
                columns: vec!["One".to_owned()],
                rows,
            };
            assert!(roxmltree::Document::parse(&drawn(table)).is_ok());
        }
        assert!(roxmltree::Document::parse(&drawn(Table::default())).is_ok());
    }
}
