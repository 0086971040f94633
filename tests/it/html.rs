//! The report in one file, in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use underpin::diagram::canvas::{Anchor, Canvas, Ink, Style, Theme, Words};
use underpin::diagram::html::{Page, Picture, html};
use underpin::diagram::layout::{Point, Rect, Size};
use underpin::diagram::scene::{
    Branch, Edge, End, Frame, Group, Item, Key, Line, Mark, Message, Node, Participant,
    Picture as Kind, Row, Scene, Sequence, Shape, Structure, Table, Tip, Tone,
};
use underpin::diagram::text::{Weight, wrap};
use underpin::finding::Severity;
use underpin::numbers::Numbers;
use underpin::workspace::{Beside, Configuration, Request, draw};

const HOSTILE: &str = "</script><img src=x onerror=\"window.harm=1\">{{facts}}\u{2028}`'&amp;";

#[test]
fn a_browser_shows_the_report_and_asks_nothing_of_a_network() {
    let node = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools");
    let chromium = found("chromium").or_else(|| found("chromium-browser"));
    let (Some(chromium), Some(_), true) = (
        chromium,
        found("node"),
        node.join("node_modules/playwright-core").exists(),
    ) else {
        let missing = "node, chromium or tests/tools/node_modules/playwright-core is missing";
        assert!(
            std::env::var_os("UNDERPIN_TOOLS").is_none_or(|it| it != "all"),
            "{missing}"
        );
        println!("skipped: {missing}");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary directory");
    let numbers = numbers();
    for (name, names) in [("plain", &PLAIN), ("hostile", &[HOSTILE; 4])] {
        let page = Design::new(names).page(Some(&numbers));
        let path = folder.path().join(format!("{name}.html"));
        std::fs::write(path, page).expect("the page is written");
    }
    let ran = Command::new("node")
        .arg(node.join("report.mjs"))
        .args([&chromium, folder.path()])
        .output()
        .expect("node starts");
    let (stdout, stderr) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{stdout}{stderr}");
}

#[test]
fn a_report_is_the_same_every_time_and_names_stay_text() {
    let design = Design::new(&[HOSTILE; 4]);
    let page = design.page(None);
    assert_eq!(page, design.page(None));
    assert!(!page.contains("<img"), "a name became an element");
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains('\u{2028}') || !script_facts(&page).contains('\u{2028}'));
    let facts: serde_json::Value =
        serde_json::from_str(script_facts(&page)).expect("the facts are JSON");
    assert_eq!(facts["elements"][0]["title"], HOSTILE);
}

#[test]
fn a_report_knows_where_every_element_and_finding_stands() {
    let page = Design::new(&PLAIN).page(None);
    let facts: serde_json::Value =
        serde_json::from_str(script_facts(&page)).expect("the facts are JSON");
    let elements = facts["elements"].as_array().expect("a list");
    let gate = elements
        .iter()
        .find(|it| it["id"] == "component:gate")
        .expect("the gate is there");
    assert_eq!(gate["views"], serde_json::json!([0, 1, 5]));
    let relation = elements
        .iter()
        .find(|it| it["id"] == "relation:gate -> feeds")
        .expect("the relation is there");
    assert_eq!(relation["title"], "API gateway → Feed service");
    assert_eq!(
        facts["findings"][0]["hits"],
        serde_json::json!([
            {"view": 5, "id": "component:feeds", "primary": true},
            {"view": 5, "id": "relation:gate -> feeds", "primary": false},
        ])
    );
    let goal = elements
        .iter()
        .find(|it| it["id"] == "requirement:SLO.latency")
        .expect("the requirement is there");
    assert_eq!(goal["views"], serde_json::json!([3, 4]));
    assert!(page.contains("data-id=\"requirement:SLO.latency\">SLO.latency</button></th>"));
    assert!(page.contains("media screen and (prefers-color-scheme:dark)"));
    assert_eq!(page.matches("<style>").count(), 1);
}

#[test]
fn a_report_tells_the_numbers_part_by_part() {
    let numbers = numbers();
    let page = Design::new(&PLAIN).page(Some(&numbers));
    let facts: serde_json::Value =
        serde_json::from_str(script_facts(&page)).expect("the facts are JSON");
    let views = facts["views"].as_array().expect("a list");
    let of_numbers = views.iter().filter(|it| it["part"] == "Numbers");
    let names: Vec<&str> = of_numbers.filter_map(|it| it["name"].as_str()).collect();
    for part in ["targets", "availability", "latency", "load"] {
        let name = format!("numbers/{part}");
        assert!(names.contains(&name.as_str()), "{names:?}");
        assert!(page.contains(&format!("<a data-view=\"{name}\" href=\"#view-{name}\">")));
    }
    // The script finds the section of a view by its place among all.
    let sections = page.match_indices("<section class=\"view ");
    assert_eq!(sections.count(), views.len());
    for caption in [
        "How busy components are at the peak",
        "How long Public.open takes",
        "What makes Public.open fail in a month",
    ] {
        let (_, figure) = page
            .split_once(&format!("<figcaption>{caption}</figcaption>"))
            .expect(caption);
        let (figure, _) = figure.split_once("</figure>").expect("an end");
        assert_eq!(figure.matches("<svg ").count(), 2, "{caption}");
    }
    for words in [
        "store: 90 % at the peak, none left with one replica lost",
        ">p99 &lt; 100ms, likely holds<",
        ">availability &gt;= 99.95% allows 21.6 min<",
        "feeds → store: 11.6 ms on average, p99 60 ms",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let elements = facts["elements"].as_array().expect("a list");
    let feeds = elements
        .iter()
        .find(|it| it["id"] == "component:feeds")
        .expect("feeds");
    let load = views.iter().position(|it| it["name"] == "numbers/load");
    let shown = feeds["views"].as_array().expect("a list");
    assert!(
        shown
            .iter()
            .any(|it| it.as_u64() == load.map(|it| it as u64))
    );
}

/// What the numbers of a small design come to, with the names of the pictures.
fn numbers() -> Numbers {
    let request = Request {
        stdin: Some(("short.arch".to_owned(), NUMBERED.into())),
        configuration: Configuration::None,
        ..Request::of(Vec::new())
    };
    let (_, designs) = draw(&request, |_| Beside::Numbers).expect("a design");
    assert!(designs[0].mistakes.is_empty(), "{:?}", designs[0].mistakes);
    designs[0].numbers.clone().expect("numbers")
}

const NUMBERED: &str = r#"
system Short: product "Short posts"
quality Quick: latency { on: open; p99 < 100ms }
quality Uptime: availability { on: open; availability >= 99.95% }
api Public: rest {
  base: "/v1"
  auth: public
  open: GET /feed {}
}
load Daily { open: 900/s; peak: 2x }
client app: browser
gateway gate { capacity: 5k/s; replicas: 3 across 3 zones; availability: 99.9% }
service feeds {
  serves: Public
  capacity: 1k/s
  replicas: 3 across 3 zones
  availability: 99.9%
}
database store: postgres { capacity: 1k/s; availability: 99.9% }
app -> gate
gate -> feeds { p50: 2ms; p99: 9ms }
feeds -> store
flow Open: open {
  app -> gate -> feeds
  opt "on a miss" { chance: 50%; feeds -> store { p50: 8ms; p99: 60ms } }
}
"#;

fn script_facts(page: &str) -> &str {
    let (_, rest) = page.split_once("id=\"facts\">").expect("facts");
    rest.split_once("</script>").expect("an end").0
}

fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

const PLAIN: [&str; 4] = ["API gateway", "Feed service", "Feed store", "Short posts"];

/// A small design with a picture of each sort, drawn in a row.
struct Design {
    title: String,
    scenes: Vec<(Scene, String)>,
    keys: Vec<Key>,
}

impl Design {
    fn new(names: &[&str; 4]) -> Design {
        let keys = vec![
            key(1, Severity::Error, names[1]),
            key(2, Severity::Warning, names[0]),
            key(3, Severity::Info, "nowhere"),
        ];
        let plain = structure(names, &[]);
        let marked = structure(names, &keys[..2]);
        let scenes = vec![
            drawn("components", names, Kind::Structure(plain)),
            drawn("flow-OpenFeed", names, Kind::Sequence(sequence(names))),
            drawn("entities", names, Kind::Structure(entities(names))),
            drawn("requirements", names, Kind::Structure(requirements(names))),
            drawn("requirements-table", names, Kind::Table(table(names))),
            drawn("findings", names, Kind::Structure(marked)),
        ];
        Design {
            title: names[3].to_owned(),
            scenes,
            keys,
        }
    }

    fn page(&self, numbers: Option<&Numbers>) -> String {
        let pictures = self.scenes.iter().map(|(scene, svg)| Picture {
            scene,
            svg: svg.clone(),
        });
        html(&Page {
            title: self.title.clone(),
            description: format!("{} and what a review found", self.title),
            pictures: pictures.collect(),
            findings: self.keys.clone(),
            numbers,
        })
    }
}

fn key(number: usize, severity: Severity, name: &str) -> Key {
    Key {
        number,
        severity,
        rule: "missing-cache".into(),
        message: format!("`{name}` reads its store 400 times a second"),
        help: Some(format!("put a cache before `{name}`")),
        place: format!("design.arch:{}", number * 10),
        fingerprint: format!("{number:016x}"),
    }
}

fn node(id: &str, title: &str, shape: Shape, tone: Tone) -> Node {
    Node {
        id: id.to_owned(),
        group: None,
        kind: "service",
        shape,
        tone,
        title: title.to_owned(),
        caption: format!("service · {title}"),
        rows: Vec::new(),
        count: None,
        sensitive: false,
        closed: false,
        marks: Vec::new(),
        change: None,
    }
}

fn structure(names: &[&str; 4], keys: &[Key]) -> Structure {
    let mark = |at: usize, primary| {
        let key = keys.get(at);
        let mark = key.map(|key| Mark {
            number: key.number,
            severity: key.severity,
            primary,
        });
        mark.into_iter().collect::<Vec<Mark>>()
    };
    let mut nodes = vec![
        node("component:gate", names[0], Shape::Hexagon, Tone::Edge),
        node("component:feeds", names[1], Shape::Box, Tone::Compute),
        node("component:store", names[2], Shape::Cylinder, Tone::State),
    ];
    nodes[0].marks = mark(1, true);
    nodes[1].marks = mark(0, true);
    nodes[1].count = Some("×9 in 3 zones".to_owned());
    nodes[2].sensitive = true;
    for node in &mut nodes {
        node.group = Some(0);
    }
    let edge = |id: &str, from, to, marks| Edge {
        id: id.to_owned(),
        from: End::Node(from),
        to: End::Node(to),
        line: Line::Solid,
        start: Tip::None,
        finish: Tip::Arrow,
        label: vec!["HTTPS".to_owned(), names[3].to_owned()],
        sensitive: false,
        marks,
        change: None,
    };
    Structure {
        groups: vec![Group {
            id: "place:eu".to_owned(),
            parent: None,
            kind: "region",
            title: names[3].to_owned(),
            caption: "private network".to_owned(),
            change: None,
        }],
        nodes,
        edges: vec![
            edge("relation:feeds -> store", 1, 2, Vec::new()),
            edge("relation:gate -> feeds", 0, 1, mark(0, false)),
        ],
        keys: keys.to_vec(),
        ..Structure::default()
    }
}

fn entities(names: &[&str; 4]) -> Structure {
    let mut entity = node("entity:Post", names[2], Shape::Box, Tone::State);
    entity.rows = vec![Row {
        name: "id".to_owned(),
        detail: names[3].to_owned(),
        tags: vec!["key"],
        sensitive: true,
    }];
    Structure {
        nodes: vec![entity],
        ..Structure::default()
    }
}

fn requirements(names: &[&str; 4]) -> Structure {
    let mut goal = node(
        "requirement:SLO.latency",
        names[1],
        Shape::Document,
        Tone::Requirement,
    );
    goal.kind = "latency";
    Structure {
        nodes: vec![goal],
        ..Structure::default()
    }
}

fn sequence(names: &[&str; 4]) -> Sequence {
    let participant = |id: &str, title: &str| Participant {
        id: id.to_owned(),
        kind: "service",
        shape: Shape::Box,
        tone: Tone::Compute,
        title: title.to_owned(),
        caption: String::new(),
    };
    let message = |id: &str, from, to| {
        Item::Message(Message {
            id: id.to_owned(),
            from,
            to,
            line: Line::Solid,
            both: false,
            label: vec![names[3].to_owned()],
            sensitive: false,
        })
    };
    let branch = Branch {
        title: "on a miss".to_owned(),
        items: vec![message("relation:feeds -> store", 1, 2)],
    };
    Sequence {
        participants: vec![
            participant("component:gate", names[0]),
            participant("component:feeds", names[1]),
            participant("component:store", names[2]),
        ],
        items: vec![
            message("relation:gate -> feeds", 0, 1),
            Item::Frame(Frame {
                word: "opt",
                caption: "5 %".to_owned(),
                branches: vec![branch],
            }),
        ],
    }
}

fn table(names: &[&str; 4]) -> Table {
    let cell = |text: &str| vec![text.to_owned()];
    Table {
        columns: vec!["Requirement".to_owned(), "Realised by".to_owned()],
        rows: vec![
            vec![cell("SLO.latency"), vec![names[1].into(), names[2].into()]],
            vec![cell(names[3]), cell("nothing")],
        ],
    }
}

fn drawn(name: &str, names: &[&str; 4], picture: Kind) -> (Scene, String) {
    let scene = Scene {
        name: name.to_owned(),
        title: format!("{}: {name}", names[3]),
        description: format!("What stands where in {}.", names[3]),
        picture,
    };
    let svg = svg(&scene);
    (scene, svg)
}

// Boxes in a row: the page asks only that elements are named.
fn svg(scene: &Scene) -> String {
    let mut canvas = Canvas::new(Theme::Auto);
    match &scene.picture {
        Kind::Structure(structure) => {
            for node in structure.groups.iter().map(|it| (&it.id, &it.title)) {
                shape(&mut canvas, ("group", node), 0.0, 620.0, Ink::Group);
            }
            for (at, it) in structure.nodes.iter().enumerate() {
                let x = 30.0 + 200.0 * at as f64;
                shape(
                    &mut canvas,
                    ("node", (&it.id, &it.title)),
                    x,
                    140.0,
                    Ink::Compute,
                );
            }
            for edge in &structure.edges {
                let End::Node(from) = edge.from else { continue };
                arrow(&mut canvas, "edge", &edge.id, from, 110.0);
            }
        }
        Kind::Sequence(sequence) => {
            for (at, it) in sequence.participants.iter().enumerate() {
                let x = 30.0 + 200.0 * at as f64;
                let who = ("participant", (&it.id, &it.title));
                shape(&mut canvas, who, x, 140.0, Ink::Compute);
            }
            arrow(&mut canvas, "message", "relation:gate -> feeds", 0, 150.0);
            arrow(&mut canvas, "message", "relation:feeds -> store", 1, 170.0);
        }
        Kind::Table(_) => {}
    }
    let size = Size {
        width: 640.0,
        height: 220.0,
    };
    canvas.finish(size, &scene.title, &scene.description)
}

fn shape(
    canvas: &mut Canvas,
    (class, (id, title)): (&str, (&String, &String)),
    x: f64,
    width: f64,
    fill: Ink,
) {
    canvas.open(class, id, title);
    let style = Style {
        fill: Some(fill),
        stroke: Some(Ink::Line),
        width: 1.5,
        dash: None,
    };
    let (y, height) = match class {
        "group" => (10.0, 200.0),
        _ => (80.0, 50.0),
    };
    let rect = Rect {
        x: x + 10.0,
        y,
        width,
        height,
    };
    canvas.rect(rect, 6.0, &style);
    let words = Words {
        anchor: Anchor::Start,
        ink: Ink::Text,
        size: 14.0,
        weight: Weight::Bold,
        halo: false,
    };
    let lines = wrap(title, Weight::Bold, 14.0, width - 16.0, 1);
    canvas.words(
        Point {
            x: x + 18.0,
            y: y + 22.0,
        },
        lines.first().map_or("", |line| line),
        &words,
    );
    canvas.close();
}

fn arrow(canvas: &mut Canvas, class: &str, id: &str, from: usize, y: f64) {
    canvas.open(class, id, "");
    let style = Style {
        stroke: Some(Ink::Line),
        width: 2.0,
        ..Style::default()
    };
    let x = 180.0 + 200.0 * from as f64;
    canvas.path(&format!("M{x} {y}h60l-6 -4m6 4l-6 4"), &style);
    canvas.close();
}
