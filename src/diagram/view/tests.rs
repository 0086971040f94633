//! Pictures as lists of lines.

use crate::diagram::scene::{End, Line, Picture, Scene, Structure, Tip};
use std::collections::BTreeSet;
use std::path::Path;

use crate::finding::{Finding, Severity};
use crate::lint::Design;
use crate::model::{Input, Model, resolve};
use crate::source::{FileId, SourceFile, Sources, Span};

use super::{components, findings, scenes};

pub(super) fn understood(texts: &[(&str, &str)]) -> (Sources, Model) {
    let mut sources = Sources::default();
    let ids: Vec<_> = texts
        .iter()
        .map(|(name, text)| sources.add(SourceFile::new(*name, *text)))
        .collect();
    let trees: Vec<_> = ids
        .iter()
        .map(|id| crate::syntax::parse(*id, sources.file(*id)).0)
        .collect();
    let input = Input {
        sources: &sources,
        trees: trees.iter().collect(),
        environment: None,
    };
    let (model, _) = resolve(&input);
    (sources, model)
}

fn pictures(text: &str) -> Vec<Scene> {
    let (sources, model) = understood(&[("design.arch", text)]);
    scenes(&Design::new(&model, &sources), &[])
}

/// Writes a picture as one line for each thing in it.
fn listing(scene: &Scene) -> String {
    let Picture::Structure(structure) = &scene.picture else {
        return String::new();
    };
    let mut lines = vec![format!("{} | {}", scene.title, scene.description)];
    for group in &structure.groups {
        let parent = group.parent.map_or("", |at| &structure.groups[at].id);
        lines.push(format!(
            "{} in [{parent}]: {} ({})",
            group.id, group.title, group.caption
        ));
    }
    for node in &structure.nodes {
        let group = node.group.map_or("", |at| &structure.groups[at].id);
        let count = node.count.as_deref().unwrap_or("");
        let flags = [(node.sensitive, " sensitive"), (node.closed, " closed")];
        let flags: String = flags
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, word)| *word)
            .collect();
        lines.push(format!(
            "{} in [{group}]: {} ({}) {:?} {count}{flags} {}",
            node.id,
            node.title,
            node.caption,
            node.shape,
            marks(&node.marks),
        ));
    }
    for edge in &structure.edges {
        let line = if edge.line == Line::Dashed {
            " dashed"
        } else {
            ""
        };
        let both = if edge.start == Tip::Arrow {
            " both"
        } else {
            ""
        };
        let sensitive = if edge.sensitive { " sensitive" } else { "" };
        lines.push(format!(
            "{}: {} => {}{line}{both}{sensitive} {:?} {}",
            edge.id,
            end(structure, edge.from),
            end(structure, edge.to),
            edge.label,
            marks(&edge.marks),
        ));
    }
    for key in &structure.keys {
        lines.push(format!(
            "{} {:?} {} {}: {}",
            key.number, key.severity, key.rule, key.place, key.message
        ));
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join("\n")
}

fn marks(marks: &[crate::diagram::scene::Mark]) -> String {
    let words = marks
        .iter()
        .map(|mark| format!("{}{}", if mark.primary { "!" } else { "~" }, mark.number));
    words.collect::<Vec<_>>().join(" ")
}

pub(super) fn end(structure: &Structure, end: End) -> &str {
    match end {
        End::Group(at) => &structure.groups[at].id,
        End::Node(at) => &structure.nodes[at].id,
    }
}

#[test]
fn a_small_design_is_one_picture_with_its_words() {
    let text = "
system Shop: product \"A shop\"
entity Order { id: uuid key; email: email personal }
client app: mobile \"The app\"
network inner { trust: private
  service orders { replicas: 3 across 3 zones }
  database store: postgres { stores: Order; replicas: 1; standbys: 1 }
}
queue jobs: sqs
worker mailer { autoscale: 2..20 }
external mail: email
app -> inner.orders { protocol: https }
inner.orders -> inner.store { reads: Order; writes: Order }
inner.orders ~> jobs ~> mailer
mailer -> mail \"receipts\" { protocol: https }
app <-> mailer
";
    let scenes = pictures(text);
    let names: Vec<&str> = scenes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["context", "components", "entities"]);
    let context = "\
A shop: context | The system with 2 parties around it and 2 connections.
component:app in []: The app (client · mobile) Device
component:mail in []: mail (external · email) Cloud
system in []: Shop (A shop) Box  closed
relation:app -> inner.orders: component:app => system both [\"https\"]
relation:mailer -> mail: system => component:mail [\"receipts\", \"https\"]";
    assert_eq!(listing(&scenes[0]), context);
    let components = "\
A shop: components | 6 components and 6 connections; 1 keeps sensitive data.
place:inner in []: inner (private)
component:app in []: The app (client · mobile) Device
component:inner.orders in [place:inner]: orders (service) Box ×3 in 3 zones
component:inner.store in [place:inner]: store (database · PostgreSQL) Cylinder ×1 + 1 standby sensitive
component:jobs in []: jobs (queue · Amazon SQS) Pipe
component:mail in []: mail (external · email) Cloud
component:mailer in []: mailer (worker) Process ×2..20
relation:app -> inner.orders: component:app => component:inner.orders [\"https\"]
relation:app <-> mailer: component:app => component:mailer both []
relation:inner.orders -> inner.store: component:inner.orders => component:inner.store sensitive [\"reads and writes Order\"]
relation:inner.orders ~> jobs: component:inner.orders => component:jobs dashed []
relation:jobs ~> mailer: component:jobs => component:mailer dashed []
relation:mailer -> mail: component:mailer => component:mail [\"receipts\", \"https\"]";
    assert_eq!(listing(&scenes[1]), components);
}
fn scene_named(scenes: &[Scene], name: &str) -> String {
    let found = scenes.iter().find(|scene| scene.name == name);
    found.map_or_else(String::new, listing)
}

/// Returns the lines of a listing that begin so.
fn lines<'l>(listing: &'l str, start: &str) -> Vec<&'l str> {
    listing
        .lines()
        .filter(|line| line.starts_with(start))
        .collect()
}

#[test]
fn an_arrow_says_what_is_not_seen_on_it_in_two_lines() {
    let cases = [
        ("a -> b", "solid []"),
        ("a -> b { protocol: grpc }", "solid [\"grpc\"]"),
        ("a -> b \"uses\" { protocol: grpc }", "solid [\"grpc\"]"),
        (
            "a -> b \"asks\" { protocol: grpc }",
            "solid [\"asks\", \"grpc\"]",
        ),
        (
            "a -> b \"asks\" { protocol: grpc; reads: One }",
            "solid [\"asks\", \"reads One\"]",
        ),
        (
            "a -> b \"asks\" { reads: One; writes: Two }",
            "solid [\"asks\", \"writes Two\"]",
        ),
        (
            "a -> b { reads: One; writes: Two; protocol: grpc }",
            "solid [\"reads One\", \"writes Two\"]",
        ),
        (
            "a -> b { reads: One, Two; writes: Two, One }",
            "solid [\"reads and writes One, Two\"]",
        ),
        (
            "a -> b { reads: Three, One, Two }",
            "solid [\"reads One, Three, Two\"]",
        ),
        (
            "a -> b { writes: One, Two, AnEntityOfALongName }",
            "solid [\"writes AnEntityOfALongName +2\"]",
        ),
        ("a ~> b { mode: cdc }", "dashed [\"change capture\"]"),
        (
            "a <-> b { protocol: websocket }",
            "solid both [\"websocket\"]",
        ),
        (
            "a -> b \"a title that is far too long for any arrow, as it goes on and on and does not come to its end\" { reads: One }",
            "solid [\"reads One\"]",
        ),
        (
            "a -> b { reads: One }\na ~> b { writes: Two }",
            "solid [\"reads One\", \"writes Two\"]",
        ),
    ];
    for (connections, wanted) in cases {
        let text = format!(
            "entity One {{ id }}\nentity Two {{ id }}\nentity Three {{ id }}\nentity AnEntityOfALongName {{ id }}\nservice a\nservice b\n{connections}\n"
        );
        let scene = pictures(&text).remove(0);
        let Picture::Structure(structure) = &scene.picture else {
            panic!("components are a structure");
        };
        let [edge] = structure.edges.as_slice() else {
            panic!("{connections}: {}", listing(&scene));
        };
        let line = if edge.line == Line::Dashed {
            "dashed"
        } else {
            "solid"
        };
        let both = if edge.start == Tip::Arrow {
            " both"
        } else {
            ""
        };
        assert_eq!(
            format!("{line}{both} {:?}", edge.label),
            wanted,
            "{connections}"
        );
    }
}

#[test]
fn a_box_says_what_it_is_and_how_many_there_are() {
    let cases = [
        ("service x", "x (service) Box"),
        ("cache x: redis", "x (cache · Redis) Cylinder"),
        (
            "cache x: redis | memcached",
            "x (cache · Redis or Memcached) Cylinder",
        ),
        (
            "client x: mobile \"The app\"",
            "The app (client · mobile) Device",
        ),
        ("kind saga: worker\nsaga x", "x (saga) Process"),
        (
            "dns x \"A sentence about what these names are there for\"",
            "x (dns) Hexagon",
        ),
        ("service x { replicas: 1 }", "x (service) Box"),
        (
            "service x { replicas: many across many zones }",
            "x (service) Box ×many across zones",
        ),
        (
            "service x { replicas: 9 across 3 zones }",
            "x (service) Box ×9 in 3 zones",
        ),
        (
            "service x { replicas: 18 across 3 regions; autoscale: 18..60 }",
            "x (service) Box ×18..60 in 3 regions",
        ),
        (
            "database x { replicas: 1; standbys: 1 }",
            "x (database) Cylinder ×1 + 1 standby",
        ),
        ("queue x: sqs", "x (queue · Amazon SQS) Pipe"),
        (
            "entity E { mail: email personal }\ndatabase x { stores: E }",
            "x (database) Cylinder  sensitive",
        ),
        (
            "entity E { mail: email personal }\nservice s\ntopic x\ns ~> x { writes: E }",
            "x (topic) Pipe  sensitive",
        ),
    ];
    for (text, wanted) in cases {
        let scenes = pictures(text);
        let listing = scene_named(&scenes, "components");
        let line = lines(&listing, "component:x in []: ");
        assert_eq!(line, [format!("component:x in []: {wanted}")], "{text}");
    }
}

#[test]
fn dead_letters_have_their_arrow_and_a_monitor_of_many_has_none() {
    let text = "
queue jobs { dead-letter: broken }
queue broken
service a
service b
service c
service d
monitor watch
a, b, c, d ~> watch
a ~> jobs
";
    let listing = scene_named(&pictures(text), "components");
    let watch = "component:watch in []: watch (monitor · watches 4) Box";
    assert_eq!(lines(&listing, "component:watch"), [watch]);
    let wanted =
        "dead-letter:jobs ~> broken: component:jobs => component:broken dashed [\"dead letters\"]";
    assert_eq!(lines(&listing, "dead-letter"), [wanted]);
    assert_eq!(lines(&listing, "relation").len(), 1);
}

#[test]
fn a_two_way_arrow_starts_nearer_to_those_who_use_the_system() {
    let text = "client phone\ngateway front\nservice sockets\nphone -> front -> sockets\nsockets <-> phone\n";
    let scenes = pictures(text);
    let wanted = "relation:sockets <-> phone: component:phone => component:sockets both []";
    let listing = scene_named(&scenes, "components");
    assert_eq!(lines(&listing, "relation:sockets"), [wanted]);
    let wanted = "relation:phone -> front: component:phone => system both []";
    assert_eq!(
        lines(&scene_named(&scenes, "context"), "relation"),
        [wanted]
    );
}

/// A design of domains in one network, each with five components.
fn domains(number: usize) -> String {
    let mut text =
        "client app\ngateway gate\nnetwork inside \"Inside\" { trust: private\n".to_owned();
    for at in 0..number {
        text.push_str(&format!(
            "domain d{at} \"Domain {at}\" {{ service api{at}; service logic{at}; database store{at}; cache hot{at}; worker work{at} }}\n"
        ));
    }
    text.push_str("}\napp -> gate\n");
    for at in 0..number {
        text.push_str(&format!(
            "gate -> api{at} {{ protocol: grpc }}\napi{at} -> logic{at} -> store{at}\nlogic{at} -> hot{at}\nwork{at} -> store{at}\nlogic{at}, work{at} -> api{}\n",
            at / 2
        ));
    }
    text
}

#[test]
fn a_large_design_is_an_overview_and_a_picture_for_each_part() {
    let scenes = pictures(&domains(9));
    let overview = scene_named(&scenes, "components");
    assert!(overview.starts_with(
        "design: components | An overview of 47 components; 45 of them are in 9 closed parts."
    ));
    let closed = "place:inside.d3 in [place:inside]: Domain 3 (domain · 5 components) Box  closed";
    assert_eq!(lines(&overview, "place:inside.d3"), [closed]);
    let merged = "relation:inside.d3.logic3 -> inside.d1.api1: place:inside.d3 => place:inside.d1 [\"2 connections\"]";
    assert_eq!(lines(&overview, "relation:inside.d3"), [merged]);
    let names: Vec<&str> = scenes.iter().map(|scene| scene.name.as_str()).collect();
    assert_eq!(
        names[..4],
        ["context", "components", "domain-d0", "domain-d1"]
    );
    assert_eq!(names.len(), 11);
    let open = scene_named(&scenes, "domain-d4");
    let wanted = "\
design: Domain 4 | 5 components and 3 neighbours around.
place:inside.d4 in []: Domain 4 ()
component:gate in []: gate (gateway) Hexagon
place:inside.d2 in []: Domain 2 (domain · 5 components) Box  closed
component:inside.d4.api4 in [place:inside.d4]: api4 (service) Box
component:inside.d4.hot4 in [place:inside.d4]: hot4 (cache) Cylinder
component:inside.d4.logic4 in [place:inside.d4]: logic4 (service) Box
component:inside.d4.store4 in [place:inside.d4]: store4 (database) Cylinder
component:inside.d4.work4 in [place:inside.d4]: work4 (worker) Process
place:inside.d8 in []: Domain 8 (domain · 5 components) Box  closed
relation:gate -> inside.d4.api4: component:gate => component:inside.d4.api4 [\"grpc\"]";
    assert!(open.starts_with(wanted), "{open}");
}

#[test]
fn without_places_those_that_work_together_share_a_box() {
    let text = domains(9);
    let flat: String = text
        .lines()
        .map(|line| match line.split_once('{') {
            Some((head, rest)) if head.starts_with("domain") => {
                format!("{}\n", rest.trim_end_matches('}'))
            }
            _ if line.starts_with("network") || line == "}" => "\n".to_owned(),
            _ => format!("{line}\n"),
        })
        .collect();
    let scenes = pictures(&flat);
    let overview = scene_named(&scenes, "components");
    assert!(
        overview.contains("Those share a part that work most closely together."),
        "{overview}"
    );
    let around = lines(&overview, "around:");
    assert!((2..20).contains(&around.len()), "{overview}");
    assert_eq!(
        scenes
            .iter()
            .filter(|it| it.name.starts_with("around-"))
            .count(),
        around.len()
    );
    assert!(scenes.iter().all(is_sound));
}

#[test]
fn a_place_that_holds_nearly_everything_stays_open() {
    let mut text = "client app\nnetwork inside { trust: private\n".to_owned();
    for at in 0..15 {
        text.push_str(&format!(
            "service api{at}; service logic{at}; database store{at}; cache hot{at}\n"
        ));
    }
    text.push_str("}\n");
    for at in 0..15 {
        text.push_str(&format!(
            "app -> api{at} -> logic{at} -> store{at}\nlogic{at} -> hot{at}\n"
        ));
    }
    let scenes = pictures(&text);
    let overview = scene_named(&scenes, "components");
    let open = "place:inside in []: inside (private)";
    assert_eq!(lines(&overview, "place:"), [open]);
    let closed = "around:inside.logic7 in [place:inside]: logic7 (and 3 around it) Box  closed";
    assert_eq!(lines(&overview, "around:inside.logic7"), [closed]);
    let part = scene_named(&scenes, "around-inside.logic7");
    let first = "design: around logic7 | 4 components and 1 neighbour around.";
    assert!(part.starts_with(first), "{part}");
}

/// Tells whether ids are unique and every index is that of something.
fn is_sound(scene: &Scene) -> bool {
    let Picture::Structure(structure) = &scene.picture else {
        return true;
    };
    let groups = structure.groups.iter().map(|it| it.id.as_str());
    let nodes = structure.nodes.iter().map(|it| it.id.as_str());
    let edges = structure.edges.iter().map(|it| it.id.as_str());
    let ids: Vec<&str> = groups.chain(nodes).chain(edges).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    let stands = |end: End| match end {
        End::Group(at) => at < structure.groups.len(),
        End::Node(at) => at < structure.nodes.len(),
    };
    let parents = structure.groups.iter().enumerate();
    let known = |group: Option<usize>| group.is_none_or(|at| at < structure.groups.len());
    ids.len() == unique.len()
        && structure
            .edges
            .iter()
            .all(|it| stands(it.from) && stands(it.to))
        && structure.nodes.iter().all(|it| known(it.group))
        && parents
            .into_iter()
            .all(|(at, it)| it.parent.is_none_or(|parent| parent < at))
}

fn example(names: &[&str]) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let read = |name: &&str| std::fs::read_to_string(folder.join(name)).unwrap();
    names
        .iter()
        .map(|name| ((*name).to_owned(), read(name)))
        .collect()
}

#[test]
fn every_component_of_the_examples_stands_once_and_every_arrow_ends_somewhere() {
    let examples: [&[&str]; 7] = [
        &["chat.arch"],
        &["crawler.arch"],
        &["payments.arch", "platform.arch"],
        &["short-posts/design.arch"],
        &["short-posts/first-draft.arch"],
        &["ticket-sale.arch"],
        &["url-shortener.arch"],
    ];
    for names in examples {
        let texts = example(names);
        let texts: Vec<(&str, &str)> = texts
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        let (sources, model) = understood(&texts);
        let scenes = scenes(&Design::new(&model, &sources), &[]);
        assert!(scenes.iter().all(is_sound), "{names:?}");
        let listing = scene_named(&scenes, "components");
        for component in model.components.rows() {
            let start = format!("component:{} in ", component.head.path);
            assert_eq!(lines(&listing, &start).len(), 1, "{names:?}: {start}");
        }
    }
}

#[test]
fn the_order_of_declarations_and_comments_change_nothing() {
    let statements = [
        "system Shop: product",
        "client app: mobile",
        "actor buyer",
        "entity Order { id: uuid key; email: email personal }",
        "network inner { service orders; database store { stores: Order } }",
        "external mail",
        "buyer -> app",
        "app -> inner.orders { protocol: https }",
        "inner.orders -> inner.store { writes: Order }",
        "inner.orders -> mail",
    ];
    let forward = statements.join("\n");
    let backward: Vec<&str> = statements.iter().rev().copied().collect();
    let backward = format!(
        "// a comment\n{}\n",
        backward.join("\n/* and another */\n\n")
    );
    assert_eq!(pictures(&forward), pictures(&backward));
    assert_eq!(pictures(&forward).len(), 3);
}

#[test]
fn what_is_understood_of_a_broken_design_is_drawn() {
    let scenes = pictures("service a\nservice a\nservce b\ndatabase c {\na -> c\na -> nowhere\n");
    assert!(scenes.iter().all(is_sound));
    let listing = scene_named(&scenes, "components");
    assert_eq!(lines(&listing, "component:a in").len(), 1, "{listing}");
    assert!(pictures("").is_empty());
    assert!(pictures("system Empty: product").is_empty());
}

#[test]
fn chosen_components_are_drawn_with_what_connects_them() {
    let (sources, model) = understood(&[(
        "design.arch",
        "service a\nservice b\nservice c\na -> b -> c\n",
    )]);
    let design = Design::new(&model, &sources);
    let keep = |id| design.name(id) != "c";
    let scene = components::scene(&design, &keep).unwrap();
    let wanted = "\
design: components | 2 components and 1 connection.
component:a in []: a (service) Box
component:b in []: b (service) Box
relation:a -> b: component:a => component:b []";
    assert_eq!(listing(&scene), wanted);
    assert!(components::scene(&design, &|_| false).is_none());
}

#[test]
fn findings_are_numbered_the_worst_first_and_marked_where_they_are() {
    let text = "
entity store { id: uuid key }
service web
service api
database store
web -> api -> store { timeout: 1s }
flow Work { web -> api { p99: 3ms } }
";
    let (sources, model) = understood(&[("design.arch", text)]);
    let span = |part: &str, skip: usize| {
        let start = text.match_indices(part).nth(skip).unwrap().0;
        Span::new(FileId(0), start, start + part.len())
    };
    let findings = [
        Finding::new("on-a-fact", "of one step", span("p99: 3ms", 0)).about("nobody"),
        Finding::new("on-a-store", "it is alone", span("database store", 0))
            .severity(Severity::Error)
            .step(span("api -> store", 0), "waits")
            .about("store"),
        Finding::new("on-an-entity", "not the store", span("uuid key", 0)).about("store"),
        Finding::new("by-name", "meant by name", span("web", 0))
            .about("api ~> store")
            .about("api"),
        Finding::new("of-all", "in general", Span::default()).help("think"),
    ];
    let scene = findings::scene(&Design::new(&model, &sources), &findings, &|_| true).unwrap();
    let wanted = "\
design: findings | 1 error and 4 warnings, marked in 5 places of the picture.
component:api in []: api (service) Box  !4
component:store in []: store (database) Cylinder  !1
component:web in []: web (service) Box  !4
relation:api -> store: component:api => component:store [] ~1
relation:web -> api: component:web => component:api [] !2
1 Error on-a-store design.arch:5: it is alone
2 Warning on-a-fact design.arch:7: of one step
3 Warning on-an-entity design.arch:2: not the store
4 Warning by-name design.arch:3: meant by name
5 Warning of-all design.arch:1: in general";
    assert_eq!(listing(&scene), wanted);
    assert!(findings::scene(&Design::new(&model, &sources), &[], &|_| true).is_none());
}
