use super::*;
use crate::diagram::scene::Shape;
use crate::model::{Input, resolve};
use crate::source::{SourceFile, Sources};
use crate::syntax;

/// Draws the flows of a design.
fn drawn(text: &str) -> Vec<Scene> {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("a.arch", text));
    let (tree, findings) = syntax::parse(id, sources.file(id));
    assert!(findings.is_empty(), "{findings:?}");
    let input = Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    };
    let (model, findings) = resolve(&input);
    assert!(findings.is_empty(), "{findings:?}");
    scenes(&Design::new(&model, &sources))
}

/// Writes items in short: `0 -> 1 a / b`, frames in braces.
fn short(items: &[Item]) -> String {
    let parts = items.iter().map(|item| match item {
        Item::Message(it) => {
            let arrow = match (it.line, it.both) {
                (Line::Dashed, _) => "~>",
                (Line::Solid, true) => "<->",
                (Line::Solid, false) => "->",
            };
            let lock = if it.sensitive { "!" } else { "" };
            let label = it.label.join(" / ");
            format!("{} {arrow}{lock} {} {label}", it.from, it.to)
        }
        Item::Frame(frame) => {
            let branches = frame.branches.iter();
            let branches = branches.map(|it| format!("[{}] {}", it.title, short(&it.items)));
            let branches: Vec<String> = branches.collect();
            format!(
                "{}({}) {{{}}}",
                frame.word,
                frame.caption,
                branches.join(" | ")
            )
        }
    });
    let parts: Vec<String> = parts.map(|it| it.trim().to_owned()).collect();
    parts.join("; ")
}

/// Draws one flow of a small design.
fn flow(steps: &str) -> (Scene, Sequence) {
    let text = format!(
        "system ShortPosts: product
        entity P {{ id: uuid key; mail: email personal }}
        entity Q {{ id: uuid key }}
        client app \"Apps\"
        service a; service b; service c
        topic t: kafka
        database d: postgres {{ stores: P, Q }}
        app -> a {{ protocol: https; timeout: 3s }}
        a -> d \"rows\" {{ reads: P; timeout: 200ms }}
        flow F {{ {steps} }}"
    );
    let scene = drawn(&text).remove(0);
    let Picture::Sequence(sequence) = scene.picture.clone() else {
        panic!("{scene:?}");
    };
    (scene, sequence)
}

fn steps(steps: &str) -> String {
    short(&flow(steps).1.items)
}

#[test]
fn participants_stand_in_the_order_of_their_first_appearance() {
    let (scene, sequence) = flow("app -> a; a -> d; a ~> t");
    let rows = sequence.participants.iter();
    let rows = rows.map(|it| {
        (
            it.id.as_str(),
            it.title.as_str(),
            it.caption.as_str(),
            it.shape,
        )
    });
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            ("component:app", "Apps", "client", Shape::Device),
            ("component:a", "a", "service", Shape::Box),
            ("component:d", "d", "database · PostgreSQL", Shape::Cylinder),
            ("component:t", "t", "topic · Apache Kafka", Shape::Pipe),
        ]
    );
    assert_eq!(scene.name, "flow-F");
    assert_eq!(scene.title, "ShortPosts: F");
    assert_eq!(
        scene.description,
        "What F does, step by step: 3 messages between Apps, a, d and t."
    );
}

#[test]
fn a_message_says_its_title_then_data_then_timing() {
    let full =
        "a -> d \"look\" { reads: Q; writes: Q; p50: 1ms; p99: 4ms; times: 200; chance: 5% }";
    assert_eq!(
        steps(full),
        "0 -> 1 look / reads Q; writes Q / p50 1 ms, p99 4 ms, ×200, 5 %"
    );
    assert_eq!(steps("app -> a"), "0 -> 1 https, timeout 3 s");
    assert_eq!(steps("b ~> t"), "0 ~> 1");
    assert_eq!(steps("a <-> b"), "0 <-> 1");
}

#[test]
fn where_a_step_is_silent_its_connection_speaks() {
    assert_eq!(steps("a -> d"), "0 ->! 1 rows / timeout 200 ms");
    assert_eq!(
        steps("a -> d { reads: Q }"),
        "0 -> 1 reads Q / timeout 200 ms"
    );
    assert_eq!(steps("a -> d \"x\""), "0 ->! 1 x / timeout 200 ms");
}

#[test]
fn groups_become_frames_with_what_is_known_of_them() {
    assert_eq!(
        steps("opt \"on a miss\" { chance: 5%; a -> b }"),
        "opt(5 %) {[on a miss] 0 -> 1}"
    );
    assert_eq!(
        steps("alt \"hit\" { a -> b } else \"miss\" { a -> c } else { b -> c }"),
        "alt() {[hit] 0 -> 1 | [miss] 0 -> 2 | [] 1 -> 2}"
    );
    assert_eq!(
        steps("par { wait: any; a -> b; a -> c }"),
        "par(waits for any) {[] 0 -> 1 | [] 0 -> 2}"
    );
    assert_eq!(
        steps("loop \"per page\" { times: 50; a -> b; opt { b -> c } }"),
        "loop(50 times) {[per page] 0 -> 1; opt() {[] 1 -> 2}}"
    );
    assert_eq!(
        steps("atomic \"books\" { locking: pessimistic; a -> b }"),
        "atomic(books, pessimistic locking) {[] 0 -> 1}"
    );
    assert_eq!(steps("a -> b | c"), "alt(any of) {[] 0 -> 1 | [] 0 -> 2}");
    assert_eq!(steps("opt { }"), "opt() {[] }");
}

#[test]
fn a_chain_gives_one_message_after_the_other() {
    assert_eq!(steps("a -> b ~> t ~> c"), "0 -> 1; 1 ~> 2; 2 ~> 3");
    assert_eq!(steps("a -> b, c"), "0 -> 1; 0 -> 2");
    assert_eq!(steps(""), "");
}

#[test]
fn the_first_message_of_an_operation_says_which() {
    let scenes = drawn(
        "system S: product
        client app; service a
        api Public: rest { feed: GET /feed; post: POST /feed }
        app -> a
        flow B: feed { app -> a; app -> a }
        flow A { runs: every 10 min; app -> a }",
    );
    let titles: Vec<&str> = scenes.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["S: A (every 10 min)", "S: B (GET /feed)"]);
    let Picture::Sequence(sequence) = &scenes[1].picture else {
        panic!("{:?}", scenes[1]);
    };
    assert_eq!(short(&sequence.items), "0 -> 1 GET /feed; 0 -> 1");
    assert_eq!(
        scenes[1].description,
        "What happens on GET /feed, step by step: 2 messages between app and a."
    );
}
