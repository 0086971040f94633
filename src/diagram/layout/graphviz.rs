//! Placement by an installed Graphviz.
//!
//! Writes the outline as DOT with fixed sizes, has `dot` place it, and reads the
//! coordinates from its JSON. Graphviz counts in points, 72 to an inch, with y
//! growing upward; here a point is a px.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use graphviz_rust::dot_structures::{Attribute, GraphAttributes, Id, Stmt};
use serde_json::Value;

use super::{Arrow, Engine, LayoutError, Outline, Placement, Point, Rect, Route, Size};
use crate::diagram::export::dot;
use crate::diagram::scene::End;

/// The free room around a picture, in px.
const MARGIN: f64 = 16.0;

/// The free room between the border of a group and what is in it, in px.
const PADDING: f64 = 16.0;

/// How many straight lines stand for a curve.
const STEPS: u32 = 8;

/// Asks an installed `dot`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graphviz {
    /// What to start.
    pub program: PathBuf,
    /// How long to wait for an answer.
    pub timeout: Duration,
}

impl Default for Graphviz {
    fn default() -> Graphviz {
        Graphviz {
            program: PathBuf::from("dot"),
            timeout: Duration::from_secs(20),
        }
    }
}

impl Engine for Graphviz {
    fn place(&self, outline: &Outline) -> Result<Placement, LayoutError> {
        let answer = self.ask(&question(outline))?;
        read(outline, &answer).ok_or_else(|| self.error("answered what cannot be understood"))
    }
}

impl Graphviz {
    fn error(&self, what: &str) -> LayoutError {
        LayoutError {
            message: format!("`{}` {what}", self.program.display()),
            help: Some("leave out `--engine dot` to draw without Graphviz".to_owned()),
        }
    }

    fn missing(&self) -> LayoutError {
        LayoutError {
            help: Some("install Graphviz, or leave out `--engine dot`".to_owned()),
            ..self.error("is not installed")
        }
    }

    /// Starts the program, hands it a text, and returns what it writes.
    fn ask(&self, text: &str) -> Result<Vec<u8>, LayoutError> {
        let mut child = self.start()?;
        let (answer, complaint) = (gather(child.stdout.take()), gather(child.stderr.take()));
        feed(&mut child, text);
        let Some(status) = self.wait(&mut child) else {
            let _ = child.kill();
            let _ = child.wait();
            let seconds = self.timeout.as_secs_f64();
            return Err(self.error(&format!("did not answer within {seconds} s")));
        };
        if !status.success() {
            return Err(self.failed(status, &complaint));
        }
        let answer = answer.recv_timeout(self.timeout);
        answer.map_err(|_| self.error("did not answer"))
    }

    fn start(&self) -> Result<Child, LayoutError> {
        let started = Command::new(&self.program)
            .arg("-Tjson0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        started.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => self.missing(),
            _ => self.error(&format!("cannot be started: {error}")),
        })
    }

    /// Waits for the end, or returns `None` when the time is over.
    fn wait(&self, child: &mut Child) -> Option<ExitStatus> {
        let mut waited = Duration::ZERO;
        let mut pause = Duration::from_millis(1);
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if waited < self.timeout => thread::sleep(pause),
                _ => return None,
            }
            waited += pause;
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    fn failed(&self, status: ExitStatus, complaint: &Receiver<Vec<u8>>) -> LayoutError {
        let complaint = complaint.recv_timeout(Duration::from_secs(1));
        let complaint = complaint.unwrap_or_default();
        let complaint = String::from_utf8_lossy(&complaint);
        let first = complaint.lines().find(|line| !line.trim().is_empty());
        match first {
            Some(line) => self.error(&format!("failed: {}", line.trim())),
            None => self.error(&format!("failed with {status}")),
        }
    }
}

/// Reads all that a child writes, beside its waiting.
fn gather(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            let _ = sender.send(bytes);
        });
    }
    receiver
}

/// Writes a text to a child beside its waiting; one that does not read is no concern.
fn feed(child: &mut Child, text: &str) {
    if let Some(mut pipe) = child.stdin.take() {
        let text = text.to_owned();
        thread::spawn(move || {
            let _ = pipe.write_all(text.as_bytes());
        });
    }
}

/// Returns the names of the box and of the group at an end.
fn stand_in(outline: &Outline, end: End, other: End) -> (String, Option<usize>) {
    match end {
        End::Node(at) => (node(at), None),
        End::Group(at) if holds(outline, at, other) => (point(at), None),
        End::Group(at) => (point(at), Some(at)),
    }
}

fn holds(outline: &Outline, group: usize, end: End) -> bool {
    let mut next = match end {
        End::Group(at) => Some(at),
        End::Node(at) => outline.nodes[at].parent,
    };
    while let Some(at) = next {
        if at == group {
            return true;
        }
        next = outline.groups[at].parent;
    }
    false
}

fn node(at: usize) -> String {
    format!("n{at}")
}

/// A point in a group: an empty one has a place by it, and arrows to the group
/// go there until they are cut at its border.
fn point(at: usize) -> String {
    format!("p{at}")
}

fn edge(at: usize) -> String {
    format!("e{at}")
}

fn cluster(at: usize) -> String {
    format!("cluster_{at}")
}

/// Returns the outline as DOT.
fn question(outline: &Outline) -> String {
    let graph = [
        ("rankdir", dot::direction(outline.direction)),
        ("compound", "true"),
        ("splines", "true"),
        ("nodesep", "0.5"),
        ("ranksep", "0.6"),
    ];
    let node = [("shape", "box"), ("fixedsize", "true"), ("label", "")];
    let edge = [("dir", "none")];
    let set = |pairs: &[(&str, &str)]| pairs.iter().map(|it| dot::set(it.0, it.1)).collect();
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(set(&graph))),
        Stmt::GAttribute(GraphAttributes::Node(set(&node))),
        Stmt::GAttribute(GraphAttributes::Edge(set(&edge))),
    ];
    stmts.extend(inside(outline, None));
    let edges = outline.edges.iter().enumerate();
    stmts.extend(edges.map(|(at, it)| arrow(outline, at, it)));
    dot::print("outline", stmts)
}

fn inside(outline: &Outline, parent: Option<usize>) -> Vec<Stmt> {
    let nodes = outline.nodes.iter().enumerate();
    let nodes = nodes.filter(|(_, it)| it.parent == parent);
    let mut stmts: Vec<Stmt> = nodes
        .map(|(at, it)| {
            let (width, height) = (inches(it.size.width), inches(it.size.height));
            let size = vec![dot::set("width", &width), dot::set("height", &height)];
            dot::node(&node(at), size)
        })
        .collect();
    for (at, group) in outline.groups.iter().enumerate() {
        if group.parent == parent {
            let mut inner = inside(outline, Some(at));
            if inner.is_empty() || meets(outline, at) {
                inner.push(dot::point(&point(at), "invis"));
            }
            stmts.push(dot::cluster(&cluster(at), frame(group.header), inner));
        }
    }
    stmts
}

/// Says whether an arrow starts or ends at a group.
fn meets(outline: &Outline, group: usize) -> bool {
    let mut ends = outline.edges.iter().flat_map(|it| [it.from, it.to]);
    ends.any(|it| it == End::Group(group))
}

fn frame(header: Size) -> Vec<Attribute> {
    vec![
        room(header),
        dot::set("labeljust", "l"),
        dot::set("margin", &format!("{PADDING}")),
    ]
}

fn arrow(outline: &Outline, at: usize, arrow: &Arrow) -> Stmt {
    let (from, tail) = stand_in(outline, arrow.from, arrow.to);
    let (to, head) = stand_in(outline, arrow.to, arrow.from);
    let mut attributes = vec![dot::set("id", &edge(at))];
    attributes.extend(arrow.label.map(room));
    attributes.extend(tail.map(|it| dot::set("ltail", &cluster(it))));
    attributes.extend(head.map(|it| dot::set("lhead", &cluster(it))));
    dot::edge(&from, &to, attributes)
}

/// Returns a label that keeps a room free: a table without words.
fn room(size: Size) -> Attribute {
    let (width, height) = (size.width.max(1.0).ceil(), size.height.max(1.0).ceil());
    let table = format!(
        "<<table border=\"0\" cellborder=\"0\" cellpadding=\"0\" cellspacing=\"0\">\
         <tr><td fixedsize=\"true\" width=\"{width}\" height=\"{height}\"></td></tr></table>>"
    );
    Attribute(Id::Plain("label".to_owned()), Id::Html(table))
}

fn inches(length: f64) -> String {
    format!("{:.4}", length / 72.0)
}

/// Returns the placement that an answer tells, or `None` if it is not all there.
fn read(outline: &Outline, answer: &[u8]) -> Option<Placement> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let sheet = Sheet::of(&answer)?;
    let groups = (0..outline.groups.len()).map(|at| sheet.group(at));
    let groups: Vec<Rect> = groups.collect::<Option<_>>()?;
    let nodes = outline.nodes.iter().enumerate();
    let nodes = nodes.map(|(at, it)| sheet.node(at, it.size));
    let nodes = nodes.collect::<Option<_>>()?;
    let edges = outline.edges.iter().enumerate();
    let edges = edges.map(|(at, it)| {
        let mut route = sheet.edge(at, it)?;
        // First at its end, then at its start.
        for (end, other) in [(it.to, it.from), (it.from, it.to)] {
            route.points.reverse();
            if let (_, Some(group)) = stand_in(outline, end, other) {
                cut(&mut route.points, &groups[group]);
            }
        }
        Some(route)
    });
    Some(Placement {
        size: sheet.size,
        edges: edges.collect::<Option<_>>()?,
        groups,
        nodes,
    })
}

/// What Graphviz answered, by name.
struct Sheet<'a> {
    things: BTreeMap<&'a str, &'a Value>,
    size: Size,
}

impl<'a> Sheet<'a> {
    fn of(answer: &'a Value) -> Option<Sheet<'a>> {
        let frame = numbers(answer.get("bb")?)?;
        let [left, low, right, high] = frame[..] else {
            return None;
        };
        let objects = named(answer.get("objects"), "name");
        let edges = named(answer.get("edges"), "id");
        Some(Sheet {
            things: objects.chain(edges).collect(),
            size: Size {
                width: right - left + 2.0 * MARGIN,
                height: high - low + 2.0 * MARGIN,
            },
        })
    }

    fn list(&self, name: &str, key: &str) -> Option<Vec<f64>> {
        numbers(self.things.get(name)?.get(key)?)
    }

    /// Returns a point of Graphviz as one of ours.
    fn point(&self, x: f64, y: f64) -> Point {
        Point {
            x: x + MARGIN,
            y: self.size.height - MARGIN - y,
        }
    }

    fn around(&self, middle: &[f64], size: Size) -> Option<Rect> {
        let [x, y] = *middle else {
            return None;
        };
        let middle = self.point(x, y);
        Some(Rect {
            x: middle.x - size.width / 2.0,
            y: middle.y - size.height / 2.0,
            width: size.width,
            height: size.height,
        })
    }

    fn group(&self, at: usize) -> Option<Rect> {
        let [left, low, right, high] = self.list(&cluster(at), "bb")?[..] else {
            return None;
        };
        let corner = self.point(left, high);
        Some(Rect {
            x: corner.x,
            y: corner.y,
            width: right - left,
            height: high - low,
        })
    }

    fn node(&self, at: usize, size: Size) -> Option<Rect> {
        self.around(&self.list(&node(at), "pos")?, size)
    }

    fn edge(&self, at: usize, arrow: &Arrow) -> Option<Route> {
        let name = edge(at);
        let path = self.things.get(&*name)?.get("pos")?.as_str()?;
        let label = match arrow.label {
            Some(size) => Some(self.around(&self.list(&name, "lp")?, size)?),
            None => None,
        };
        let points = self.path(path)?;
        Some(Route { points, label })
    }

    /// Returns the corners of a path: a point, and three more for each curve.
    fn path(&self, path: &str) -> Option<Vec<Point>> {
        let parts = path
            .split_whitespace()
            .filter(|it| !it.starts_with(['s', 'e']));
        let points = parts.map(|part| match split(part)?[..] {
            [x, y] => Some(self.point(x, y)),
            _ => None,
        });
        let points: Vec<Point> = points.collect::<Option<_>>()?;
        let (first, rest) = points.split_first()?;
        let (curves, left) = rest.as_chunks::<3>();
        if curves.is_empty() || !left.is_empty() {
            return None;
        }
        let mut corners = vec![*first];
        for [leaving, arriving, end] in curves {
            let start = *corners.last()?;
            let steps = (1..=STEPS).map(|step| f64::from(step) / f64::from(STEPS));
            corners.extend(steps.map(|part| on_curve([start, *leaving, *arriving, *end], part)));
        }
        corners.dedup();
        (corners.len() > 1).then(|| straight(corners))
    }
}

/// Returns the point of a Bézier curve at a part of its way, from 0 to 1.
fn on_curve(points: [Point; 4], part: f64) -> Point {
    let rest = 1.0 - part;
    let shares = [
        rest * rest * rest,
        3.0 * rest * rest * part,
        3.0 * rest * part * part,
        part * part * part,
    ];
    let mut at = Point::default();
    for (point, share) in points.iter().zip(shares) {
        at.x += point.x * share;
        at.y += point.y * share;
    }
    at
}

/// Returns the rows of a list by what they hold under a key.
fn named<'a>(
    list: Option<&'a Value>,
    key: &'static str,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let rows = list.and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(move |it| Some((it.get(key)?.as_str()?, it)))
}

fn numbers(value: &Value) -> Option<Vec<f64>> {
    split(value.as_str()?)
}

fn split(text: &str) -> Option<Vec<f64>> {
    let numbers = text.split(',').map(|it| it.trim().parse::<f64>().ok());
    let numbers = numbers.map(|it| it.filter(|it| it.is_finite()));
    numbers.collect()
}

/// Leaves out the points that lie on the way between their neighbours.
fn straight(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        while let [.., before, last] = kept[..]
            && is_between(before, last, point)
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

fn is_between(before: Point, middle: Point, after: Point) -> bool {
    let (x, y) = (middle.x - before.x, middle.y - before.y);
    let (far_x, far_y) = (after.x - middle.x, after.y - middle.y);
    let turn = x * far_y - y * far_x;
    // A hundredth of a px to the side at the length of the two.
    turn.abs() <= 0.01 * (x.abs() + y.abs() + far_x.abs() + far_y.abs())
        && x * far_x + y * far_y > 0.0
}

/// Takes away the part of a path at its start that lies within a rectangle.
fn cut(points: &mut Vec<Point>, rect: &Rect) {
    let within = |it: &Point| {
        let (x, y) = (it.x - rect.x, it.y - rect.y);
        x > 0.5 && y > 0.5 && x < rect.width - 0.5 && y < rect.height - 0.5
    };
    let Some(first) = points.iter().position(|it| !within(it)) else {
        return;
    };
    if first > 0 {
        points.drain(..first - 1);
        points[0] = border(points[0], points[1], rect);
    }
}

/// Returns where the way from a point within a rectangle to one outside leaves it.
fn border(from: Point, to: Point, rect: &Rect) -> Point {
    let share = |start: f64, end: f64, low: f64, high: f64| match end - start {
        way if way > 0.0 => (high - start) / way,
        way if way < 0.0 => (low - start) / way,
        _ => 1.0,
    };
    let over = share(from.x, to.x, rect.x, rect.right());
    let down = share(from.y, to.y, rect.y, rect.bottom());
    let part = over.min(down).clamp(0.0, 1.0);
    Point {
        x: from.x + (to.x - from.x) * part,
        y: from.y + (to.y - from.y) * part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::layout::{GroupBox, NodeBox};

    fn outline() -> Outline {
        let size = Size {
            width: 120.0,
            height: 50.0,
        };
        let header = Size {
            width: 90.0,
            height: 20.0,
        };
        let group = |parent| GroupBox { parent, header };
        let node = |parent| NodeBox {
            parent,
            size,
            first: false,
        };
        let arrow = |from, to, label| Arrow { from, to, label };
        let label = Some(Size {
            width: 60.0,
            height: 14.0,
        });
        Outline {
            groups: vec![group(None), group(Some(0)), group(None)],
            nodes: vec![node(None), node(Some(0)), node(Some(1)), node(Some(1))],
            edges: vec![
                arrow(End::Node(0), End::Node(1), label),
                arrow(End::Node(0), End::Node(1), label),
                arrow(End::Node(0), End::Group(1), label),
                arrow(End::Node(1), End::Node(2), None),
                arrow(End::Node(3), End::Node(3), label),
                arrow(End::Group(0), End::Node(2), None),
                arrow(End::Group(1), End::Group(2), label),
            ],
            ..Outline::default()
        }
    }

    fn is_around(outer: &Rect, inner: &Rect) -> bool {
        inner.x >= outer.x
            && inner.y >= outer.y
            && inner.right() <= outer.right()
            && inner.bottom() <= outer.bottom()
    }

    fn is_on_border(rect: &Rect, point: Point) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() < 1.5;
        let across = near(point.x, rect.x) || near(point.x, rect.right());
        let along = near(point.y, rect.y) || near(point.y, rect.bottom());
        let (x, y) = (point.x - rect.x, point.y - rect.y);
        let inside = x > -1.5 && y > -1.5 && x < rect.width + 1.5 && y < rect.height + 1.5;
        inside && (across || along)
    }

    #[test]
    fn an_installed_graphviz_places_everything() {
        let engine = Graphviz::default();
        let outline = outline();
        let placement = match engine.place(&outline) {
            Ok(placement) => placement,
            Err(error) => {
                // The tests run where it is not installed, too.
                assert_eq!(error, engine.missing());
                return;
            }
        };
        let (groups, nodes) = (&placement.groups, &placement.nodes);
        assert!(is_around(&groups[0], &groups[1]) && is_around(&groups[0], &nodes[1]));
        assert!(is_around(&groups[1], &nodes[2]) && is_around(&groups[1], &nodes[3]));
        assert!(nodes[1].y - groups[0].y >= 20.0, "{groups:?} {nodes:?}");
        assert!(groups[2].width >= 90.0 && groups[2].height >= 20.0);
        let all = Rect {
            width: placement.size.width,
            height: placement.size.height,
            ..Rect::default()
        };
        for rect in groups.iter().chain(nodes) {
            assert!(is_around(&all, rect), "{rect:?}");
        }
        for (route, arrow) in placement.edges.iter().zip(&outline.edges) {
            assert_eq!(route.label.is_some(), arrow.label.is_some());
            let ends = [
                (arrow.from, 0, arrow.to),
                (arrow.to, route.points.len() - 1, arrow.from),
            ];
            for (end, at, other) in ends {
                let rect = match end {
                    End::Node(node) => nodes[node],
                    End::Group(group) if holds(&outline, group, other) => continue,
                    End::Group(group) => groups[group],
                };
                assert!(
                    is_on_border(&rect, route.points[at]),
                    "{end:?} {rect:?} {route:?}"
                );
            }
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named_with_help() {
        let engine = Graphviz {
            program: PathBuf::from("no-such-dot"),
            ..Graphviz::default()
        };
        let error = engine.place(&outline()).unwrap_err();
        assert_eq!(error.message, "`no-such-dot` is not installed");
        assert!(error.help.unwrap().contains("install Graphviz"));
    }

    #[cfg(unix)]
    fn script(lines: &str) -> (tempfile::TempDir, Graphviz) {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("dot");
        std::fs::write(&program, format!("#!/bin/sh\n{lines}\n")).unwrap();
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&program, executable).unwrap();
        let timeout = Duration::from_secs(5);
        (folder, Graphviz { program, timeout })
    }

    /// Returns the error; a script just written may be held open by a neighbour's start.
    #[cfg(unix)]
    fn fault(engine: &Graphviz) -> LayoutError {
        for _ in 0..100 {
            let error = engine.place(&outline()).unwrap_err();
            if !error.message.contains("busy") {
                return error;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("the script stays busy");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_or_talks_nonsense_is_an_error() {
        for (lines, expected) in [
            ("echo 'syntax error' >&2; exit 1", "failed: syntax error"),
            ("exit 3", "failed with exit status: 3"),
            ("kill -9 $$", "failed with signal: 9 (SIGKILL)"),
            ("echo '{}'", "answered what cannot be understood"),
            ("echo nonsense", "answered what cannot be understood"),
            (
                "cat > /dev/null; echo '{\"bb\":\"0,0,1,1\"}'",
                "answered what cannot be understood",
            ),
        ] {
            let (_folder, engine) = script(lines);
            let error = fault(&engine);
            assert!(error.message.ends_with(expected), "{error:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_never_answers_is_ended() {
        let (_folder, engine) = script("exec sleep 60");
        let timeout = Duration::from_millis(100);
        let engine = Graphviz { timeout, ..engine };
        let error = fault(&engine);
        assert!(
            error.message.ends_with("did not answer within 0.1 s"),
            "{error:?}"
        );
    }

    #[test]
    fn a_curve_becomes_straight_lines_from_its_start_to_its_end() {
        let sheet = Sheet {
            things: BTreeMap::new(),
            size: Size {
                width: 0.0,
                height: 2.0 * MARGIN,
            },
        };
        let at = |x: f64, y: f64| Point {
            x: x + MARGIN,
            y: MARGIN - y,
        };
        let line = sheet.path("0,0 1,0 2,0 3,0 4,0 5,0 6,0");
        assert_eq!(line, Some(vec![at(0.0, 0.0), at(6.0, 0.0)]));
        let curve = sheet.path("0,0 0,4 4,8 8,8").unwrap();
        assert_eq!(curve.len(), STEPS as usize + 1);
        assert_eq!(curve[4], at(2.5, 5.5));
        for wrong in ["", "0,0", "0,0 1,1", "0,0 1,1 2,2 x,3", "0,0 1,1 2,2 inf,3"] {
            assert_eq!(sheet.path(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_path_is_cut_where_it_leaves_a_rectangle() {
        let rect = Rect {
            width: 10.0,
            height: 10.0,
            ..Rect::default()
        };
        let at = |x, y| Point { x, y };
        let mut points = vec![at(5.0, 5.0), at(6.0, 5.0), at(16.0, 5.0), at(20.0, 9.0)];
        cut(&mut points, &rect);
        assert_eq!(points, [at(10.0, 5.0), at(16.0, 5.0), at(20.0, 9.0)]);
        let mut outside = vec![at(10.0, 5.0), at(20.0, 5.0)];
        cut(&mut outside, &rect);
        assert_eq!(outside, [at(10.0, 5.0), at(20.0, 5.0)]);
    }
}
