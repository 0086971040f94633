//! The language's page: its designs are understood, and its tables are those of
//! the program. `UPDATE=1 cargo test reference` writes the tables anew.

use std::fmt::Write;
use std::path::Path;

use underpin::syntax::tree::{Head, Node};
use underpin::vocabulary::{GROUPS, KINDS, MEASURES, PROPERTIES, Shape, catalogue};

use crate::support::Test;

const MARK: &str = "<!-- From here on the tables of the program are written out. -->\n";

fn tables() -> String {
    let mut text = String::from("\n## Kinds\n\n| kind | types | is |\n| --- | --- | --- |\n");
    for group in GROUPS {
        for kind in KINDS.iter().filter(|kind| kind.group == *group) {
            let types: Vec<&str> = kind.types.iter().map(|word| word.name).collect();
            let _ = writeln!(
                text,
                "| `{}` | {} | {} |",
                kind.name,
                types.join(", "),
                kind.doc
            );
        }
    }
    text.push_str("\n## Measures\n\n| measure | is |\n| --- | --- |\n");
    text.push_str("| `p50`, `p99`, `p99.9` … | the time that so many of a hundred stay under |\n");
    for (name, _, doc) in MEASURES {
        let _ = writeln!(text, "| `{name}` | {doc} |");
    }
    text.push_str("\n## Properties\n\n| key | of | values | says |\n| --- | --- | --- | --- |\n");
    let mut rows: Vec<String> = PROPERTIES
        .iter()
        .map(|row| {
            format!(
                "| `{}` | {} | {} | {} |",
                row.key,
                row.owners.words(),
                values(row.shapes),
                row.doc
            )
        })
        .collect();
    rows.sort();
    text.push_str(&rows.join("\n"));
    text.push_str("\n\n## Technologies\n\n");
    let mut names: Vec<String> = Vec::new();
    for item in &catalogue().items {
        let Node::Statement(statement) = &item.node else {
            continue;
        };
        let Head::Declare(declare) = &statement.head else {
            continue;
        };
        let Some(name) = &declare.name else { continue };
        names.push(format!("`{}` ({})", name.text, declare.types[0].text));
    }
    names.sort();
    text.push_str(&names.join(", "));
    text.push_str(".\n");
    text
}

fn values(shapes: &[Shape]) -> String {
    let words = shapes.iter().map(|shape| match shape {
        Shape::Any => "as the section above shows".to_owned(),
        Shape::Block => "`{ n: 3; r: 2; w: 2 }`".to_owned(),
        Shape::Count => "`3`, `many`, `2..20`, also `across 3 zones`".to_owned(),
        Shape::Data => "entities, also `by` a field".to_owned(),
        Shape::Date => "`2027-01-31`".to_owned(),
        Shape::Field => "fields".to_owned(),
        Shape::Flag => "`yes`, `no`".to_owned(),
        Shape::OneOf(words) => format!("`{}`", words.join("`, `")),
        Shape::Quantity(measure) => measure.words().to_owned(),
        Shape::RateLimit => "`300/min per user`".to_owned(),
        Shape::Ratio => "`100:1`".to_owned(),
        Shape::Ref(categories) => {
            let words: Vec<&str> = categories.iter().map(|category| category.word()).collect();
            format!("the name of: {}", words.join(", "))
        }
        Shape::Schedule => "`continuously`, `every 1h`, `on` a queue or topic".to_owned(),
        Shape::Text => "a text".to_owned(),
        Shape::Word => "a word".to_owned(),
    });
    words.collect::<Vec<_>>().join("; ")
}

fn page() -> (std::path::PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn the_tables_are_those_of_the_program() {
    let (path, text) = page();
    let (before, after) = text.split_once(MARK).expect("the page has its mark");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, format!("{before}{MARK}{}", tables())).unwrap();
    } else {
        assert_eq!(after, tables(), "run `UPDATE=1 cargo test reference`");
    }
}

#[test]
fn the_designs_are_understood_and_formatted() {
    let (_, text) = page();
    let designs: Vec<&str> = text
        .split("```arch\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(designs.len() >= 5);
    for design in designs {
        let ran = Test::new("check - --select category:language --fail-on error")
            .stdin(design)
            .run();
        assert_eq!(ran.status, 0, "{}\n{design}", ran.stdout);
        let ran = Test::new("fmt --check -").stdin(design).run();
        assert_eq!(ran.status, 0, "not as `fmt` writes it:\n{design}");
    }
}
