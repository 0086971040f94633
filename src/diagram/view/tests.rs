//! Pictures as lists of lines.

use crate::diagram::scene::{End, Line, Picture, Scene, Structure, Tip};
use crate::lint::Design;
use crate::model::{Input, Model, resolve};
use crate::source::{SourceFile, Sources};

use super::scenes;

fn understood(texts: &[(&str, &str)]) -> (Sources, Model) {
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

fn end(structure: &Structure, end: End) -> &str {
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
    assert_eq!(names, ["context", "components"]);
    let context = "\
A shop: context | The system with 2 parties around it and 2 connections.
component:app in []: The app (client · mobile) Device
component:mail in []: mail (external · email) Cloud
system in []: Shop (A shop) Box  closed
relation:app -> inner.orders: component:app => system [\"https\"]
relation:mailer -> mail: system => component:mail [\"receipts\", \"https\"]";
    assert_eq!(listing(&scenes[0]), context);
    let components = "\
A shop: components | 6 components and 6 connections; 1 keeps sensitive data.
place:inner in []: inner (private network)
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
