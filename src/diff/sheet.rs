//! What a reviewer reads: what breaks first, then what asks for less, then all else.

use super::{Change, Changes, Direction, FactChange, Found, Item, Target};
use crate::finding::Severity;
use crate::numbers::sheet::{Block, Cell, Column, Section, Sheet, Table, Tone};

/// The most rows of a table; JSON has all.
const ROWS: usize = 100;
/// The most facts that are told of what is new or gone.
const FACTS: usize = 4;

/// Lays out what changed in designs from one state to another.
pub fn sheet(base: &str, head: &str, designs: &[Changes]) -> Sheet {
    let changed = designs.iter().filter(|it| !it.is_empty());
    let mut sections: Vec<Section> = changed.map(section).collect();
    let same = designs.len() - sections.len();
    if sections.is_empty() {
        let text = format!("Nothing changed in {}.", counted(same, "design"));
        sections.push(Section {
            title: "Summary".to_owned(),
            blocks: vec![Block::Paragraph(text)],
        });
    } else if same > 0 {
        let text = format!("Nothing changed in {}.", counted(same, "other design"));
        sections.push(Section {
            title: "Other designs".to_owned(),
            blocks: vec![Block::Paragraph(text)],
        });
    }
    Sheet {
        title: format!("Changes from {base} to {head}"),
        sections,
    }
}

fn section(changes: &Changes) -> Section {
    let mut blocks = vec![Block::Paragraph(summary(changes))];
    if !changes.breaking.is_empty() {
        let entries = changes.breaking.iter().map(|it| it.message.clone());
        blocks.push(Block::List("Breaking".to_owned(), shortened(entries)));
    }
    titled(
        &mut blocks,
        "Requirements",
        requirements(&changes.requirements),
    );
    titled(&mut blocks, "Elements", items(&untold(changes)));
    titled(&mut blocks, "Connections", items(&changes.relations));
    titled(&mut blocks, "Findings", findings(changes));
    Section {
        title: title(changes),
        blocks,
    }
}

/// Returns the elements without what the table of requirements tells of them.
fn untold(changes: &Changes) -> Vec<Item> {
    let told = |item: &Item, what: &str| {
        let mut targets = changes.requirements.iter();
        let sort = |target: &Target| match target.kind {
            "operation" => "operation",
            _ => "requirement",
        };
        targets.any(|it| sort(it) == item.sort && it.of == item.name && it.what == what)
    };
    let elements = changes.elements.iter().cloned().map(|mut item| {
        let facts = std::mem::take(&mut item.facts);
        let whole = told(&item, "requirement");
        let left = facts.into_iter();
        item.facts = left
            .filter(|fact| !whole && !told(&item, &fact.name))
            .collect();
        (whole, item)
    });
    let new = |item: &Item| item.change != Change::Changed;
    let left = elements.filter(|(whole, item)| !whole && (new(item) || !item.facts.is_empty()));
    left.map(|(_, item)| item).collect()
}

fn title(changes: &Changes) -> String {
    let files = match (&changes.base, &changes.head) {
        (Some(base), Some(head)) if base != head => format!("{base} → {head}"),
        (_, Some(file)) | (Some(file), None) => file.clone(),
        (None, None) => String::new(),
    };
    match files == changes.design || files.is_empty() {
        true => changes.design.clone(),
        false => format!("{} ({files})", changes.design),
    }
}

/// Keeps as many entries as can be read.
fn shortened(entries: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    let more = entries.len().saturating_sub(ROWS);
    let mut kept: Vec<String> = entries.take(ROWS).collect();
    if more > 0 {
        kept.push(format!("and {more} more"));
    }
    kept
}

/// Adds a table under a title, if it has rows.
fn titled(blocks: &mut Vec<Block>, title: &str, mut table: Table) {
    let more = table.rows.len().saturating_sub(ROWS);
    table.rows.truncate(ROWS);
    if table.rows.is_empty() {
        return;
    }
    blocks.push(Block::Heading(title.to_owned()));
    blocks.push(Block::Table(table));
    if more > 0 {
        let text = format!(
            "And {}; `--format json` has all.",
            counted(more, "more row")
        );
        blocks.push(Block::Paragraph(text));
    }
}

/// Counts in a sentence what changed.
fn summary(changes: &Changes) -> String {
    let mut parts = Vec::new();
    match (&changes.base, &changes.head) {
        (None, _) => parts.push("a new design".to_owned()),
        (_, None) => parts.push("the design is gone".to_owned()),
        _ => {}
    }
    parts.extend(tally(&changes.elements, "element"));
    parts.extend(tally(&changes.relations, "connection"));
    let found = &changes.findings;
    let lists = [
        (found.new.len(), "new finding", ""),
        (found.accepted.len(), "newly accepted finding", ""),
        (found.gone.len(), "finding", " gone"),
    ];
    let lists = lists.iter().filter(|(number, ..)| *number > 0);
    let lists: Vec<String> = lists
        .map(|(number, noun, rest)| format!("{}{rest}", counted(*number, noun)))
        .collect();
    parts.extend(Some(lists.join(", ")).filter(|it| !it.is_empty()));
    let breaking = match changes.breaking.len() {
        0 => "Nothing is breaking.".to_owned(),
        some => format!(
            "{} breaking.",
            if some == 1 {
                "1 is".to_owned()
            } else {
                format!("{some} are")
            }
        ),
    };
    format!("{}. {breaking}", capital(&parts.join("; ")))
}

/// Counts things: `2 elements added, 1 changed`.
fn tally(items: &[Item], noun: &str) -> Option<String> {
    let mut parts = Vec::new();
    for change in [Change::Added, Change::Removed, Change::Changed] {
        let number = items.iter().filter(|it| it.change == change).count();
        let word = change.word();
        match (number, parts.is_empty()) {
            (0, _) => {}
            (_, true) => parts.push(format!("{} {word}", counted(number, noun))),
            (_, false) => parts.push(format!("{number} {word}")),
        }
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn requirements(targets: &[Target]) -> Table {
    let titles = ["", "requirement", "what", "before", "now"];
    let mut table = Table::new(titles.map(Column::left));
    for target in targets {
        let (word, tone) = match target.direction {
            Direction::Removed => ("removed", Tone::Bad),
            Direction::Replaced => ("replaced", Tone::Bad),
            Direction::Weakened => ("weakened", Tone::Bad),
            Direction::Strengthened => ("strengthened", Tone::Good),
            Direction::Added => ("added", Tone::Good),
        };
        table.row([
            Cell::toned(word, Some(tone)),
            Cell::from(&target.of),
            Cell::from(&target.what),
            said(target.before.as_deref()),
            said(target.after.as_deref()),
        ]);
    }
    table
}

fn items(items: &[Item]) -> Table {
    let titles = ["", "what", "fact", "before", "now"];
    let mut table = Table::new(titles.map(Column::left));
    for item in items {
        let tone = match item.change {
            Change::Added => Tone::Good,
            Change::Changed => Tone::Doubtful,
            Change::Removed => Tone::Bad,
        };
        let sign = || Cell::toned(item.change.sign(), Some(tone));
        let facts = &item.facts;
        match item.change {
            Change::Added => {
                let after = joined(facts, |fact| fact.after.as_deref());
                table.row([sign(), name(item), Cell::default(), said(None), after]);
            }
            Change::Removed => {
                let before = joined(facts, |fact| fact.before.as_deref());
                table.row([sign(), name(item), Cell::default(), before, said(None)]);
            }
            Change::Changed => {
                for fact in facts {
                    let (before, after) =
                        (said(fact.before.as_deref()), said(fact.after.as_deref()));
                    table.row([sign(), name(item), Cell::from(&fact.name), before, after]);
                }
            }
        }
    }
    table
}

/// Names a thing with its kind: `service links`; a connection says what it is.
fn name(item: &Item) -> Cell {
    let text = match item.sort {
        "relation" => item.name.clone(),
        _ => format!("{} {}", item.kind, item.name),
    };
    Cell::from(text.trim_end())
}

fn said(words: Option<&str>) -> Cell {
    match words {
        Some(words) => Cell::from(words),
        None => Cell::toned("–", Some(Tone::Quiet)),
    }
}

/// Tells the first facts of what is new or gone.
fn joined(facts: &[FactChange], of: fn(&FactChange) -> Option<&str>) -> Cell {
    // Its kind stands before its name.
    let facts = facts.iter().filter(|fact| fact.name != "kind");
    let facts: Vec<String> = facts
        .filter_map(|fact| Some(format!("{}: {}", fact.name, of(fact)?)))
        .collect();
    let mut text = facts[..facts.len().min(FACTS)].join("; ");
    if facts.len() > FACTS {
        text.push_str(&format!("; and {} more", facts.len() - FACTS));
    }
    Cell::from(text)
}

fn findings(changes: &Changes) -> Table {
    let titles = ["", "severity", "rule", "finding", "place"];
    let mut table = Table::new(titles.map(Column::left));
    let found = &changes.findings;
    let lists = [
        ("+ new", &found.new, None),
        ("~ accepted", &found.accepted, Some(Tone::Doubtful)),
        ("- gone", &found.gone, Some(Tone::Good)),
    ];
    for (word, list, tone) in lists {
        for it in list {
            let tone = tone.unwrap_or_else(|| alarm(it));
            table.row([
                Cell::toned(word, Some(tone)),
                Cell::from(it.severity.word()),
                Cell::from(&it.rule),
                Cell::from(it.message.replace('`', "")),
                Cell::from(place(it)),
            ]);
        }
    }
    table
}

fn alarm(found: &Found) -> Tone {
    match found.severity {
        Severity::Error => Tone::Bad,
        _ => Tone::Doubtful,
    }
}

fn place(found: &Found) -> String {
    let place = found.place.as_ref();
    place.map_or_else(String::new, |it| format!("{}:{}", it.path, it.line))
}
