use super::*;
use crate::diagram::scene::{Branch, Line, Picture, Scene, Shape, Tone};

fn participant(title: &str, shape: Shape) -> Participant {
    Participant {
        id: "component:a".to_owned(),
        kind: "service",
        shape,
        tone: Tone::Compute,
        title: title.to_owned(),
        caption: "service".to_owned(),
    }
}

fn message(from: usize, to: usize, line: Line, label: &[&str]) -> Item {
    Item::Message(Message {
        id: "relation:a -> b".to_owned(),
        from,
        to,
        line,
        both: false,
        label: label.iter().map(|it| (*it).to_owned()).collect(),
        sensitive: label == ["secret"],
    })
}

fn frame(word: &'static str, caption: &str, branches: &[(&str, Vec<Item>)]) -> Item {
    let branches = branches.iter().map(|(title, items)| Branch {
        title: (*title).to_owned(),
        items: items.clone(),
    });
    Item::Frame(Frame {
        word,
        caption: caption.to_owned(),
        branches: branches.collect(),
    })
}

fn scene(participants: Vec<Participant>, items: Vec<Item>) -> (Scene, Sequence) {
    let sequence = Sequence {
        participants,
        items,
    };
    let scene = Scene {
        name: "flow-A".to_owned(),
        title: "Shop: A".to_owned(),
        description: "An a.".to_owned(),
        picture: Picture::Sequence(sequence.clone()),
    };
    (scene, sequence)
}

fn example() -> (Scene, Sequence) {
    let people = vec![
        participant("Buyer", Shape::Person),
        participant("Shop", Shape::Box),
        participant("Store", Shape::Cylinder),
    ];
    let hit = vec![message(1, 2, Line::Solid, &["reads A", "p99 4 ms"])];
    let miss = vec![message(1, 1, Line::Solid, &[])];
    let books = vec![message(1, 2, Line::Dashed, &["secret"])];
    let items = vec![
        message(0, 1, Line::Solid, &["GET /a"]),
        frame("alt", "", &[("hit", hit), ("", miss)]),
        frame("atomic", "books", &[("", books)]),
        message(0, 9, Line::Solid, &["to nobody"]),
    ];
    scene(people, items)
}

#[test]
fn mermaid_gets_every_message_and_frame() {
    let (scene, sequence) = example();
    let expected = "\
sequenceDiagram
  accTitle: Shop#58; A
  accDescr: An a.
  title Shop#58; A
  actor p0 as Buyer<br/>service
  participant p1 as Shop<br/>service
  participant p2 as Store<br/>service
  p0->>p1: GET /a
  alt hit
    p1->>p2: reads A<br/>p99 4 ms
  else
    p1->>p1: #160;
  end
  critical atomic#58; books
    p1--)p2: 🔒 secret
  end
";
    assert_eq!(mermaid(&scene, &sequence), expected);
}

#[test]
fn plantuml_gets_every_message_and_frame() {
    let (scene, sequence) = example();
    let expected = "\
@startuml
hide footbox
skinparam shadowing false
title Shop: A
actor \"Buyer\\nservice\" as p0
participant \"Shop\\nservice\" as p1
database \"Store\\nservice\" as p2
p0 -> p1 : GET /a
alt hit
  p1 -> p2 : reads A\\np99 4 ms
else
  p1 -> p1
end
group atomic books
  p1 -->> p2 : 🔒 secret
end
@enduml
";
    assert_eq!(plantuml(&scene, &sequence), expected);
}

#[test]
fn d2_gets_every_message_and_frame() {
    let (scene, sequence) = example();
    let expected = "\
sequence: \"Shop: A\" {
  shape: sequence_diagram
  p0: \"Buyer\\nservice\" {shape: person}
  p1: \"Shop\\nservice\" {shape: rectangle}
  p2: \"Store\\nservice\" {shape: cylinder}
  p0 -> p1: \"GET /a\"
  g1: \"alt\" {
    g2: \"hit\" {
      p1 -> p2: \"reads A\\np99 4 ms\"
    }
    g3: \"\" {
      p1 -> p1: \"\"
    }
  }
  g4: \"atomic books\" {
    p1 -> p2: \"🔒 secret\" {style.stroke-dash: 4}
  }
}
";
    assert_eq!(d2(&scene, &sequence), expected);
}

#[test]
fn mermaid_reads_no_word_as_its_own() {
    assert_eq!(
        mermaid::escape("a;b #35; <b> & `c` 100%% x: $$y$$ {z} \\n"),
        "a#59;b #35;35#59; #60;b#62; #38; #96;c#96; 100#37;#37; x#58; #36;#36;y#36;#36; \
         #123;z#125; #92;n"
    );
    assert_eq!(mermaid::escape("🎉 مرحبا \"q\""), "🎉 مرحبا \"q\"");
}

#[test]
fn plantuml_reads_no_word_as_its_own() {
    assert_eq!(
        plantuml::escape("\"a\" <b> // /v1/x-y -- ~ %d% \\n"),
        "<U+0022>a<U+0022> <U+003C>b<U+003E> /<U+002F> /v1/x-y -<U+002D> <U+007E> \
         <U+0025>d<U+0025> <U+005C>n"
    );
    assert_eq!(plantuml::escape("== a"), "<U+003D><U+003D> a");
    assert_eq!(plantuml::escape("🎉 مرحبا"), "🎉 مرحبا");
}

#[test]
fn d2_reads_no_word_as_its_own() {
    assert_eq!(
        d2::escape("\"a\" \\n ${b} # c; 🎉"),
        "\\\"a\\\" \\\\n \\${b} # c; 🎉"
    );
}

#[test]
fn a_text_never_leaves_its_line() {
    let wild = "one\ntwo\r\nthree\u{2028}four\u{b}five";
    let items = vec![
        message(0, 0, Line::Solid, &[wild]),
        frame("opt", wild, &[(wild, Vec::new())]),
    ];
    let (mut scene, sequence) = scene(vec![participant(wild, Shape::Box)], items);
    scene.title = wild.to_owned();
    scene.description = wild.to_owned();
    let texts = [
        (mermaid(&scene, &sequence), 8),
        (plantuml(&scene, &sequence), 9),
        (d2(&scene, &sequence), 7),
    ];
    for (text, lines) in texts {
        assert_eq!(
            text.split(['\n', '\r', '\u{b}', '\u{2028}']).count(),
            lines + 1,
            "{text}"
        );
        assert!(text.contains("five"), "{text}");
    }
}
