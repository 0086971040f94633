//! What hangs together is placed by itself; then the parts are packed.

use super::super::scene::{Direction, End};
use super::{Arrow, GroupBox, NodeBox, Outline, Placement, Point, Rect, Route, Size};

/// Room around the whole picture.
const MARGIN: f64 = 16.0;

/// Room between two parts.
const BETWEEN: f64 = 40.0;

/// How many rows and columns of single boxes stand in an empty corner.
const CORNER_ROWS: u8 = 4;

/// The corners that they may stand in, best first: whether right and whether low.
const CORNERS: [(bool, bool); 4] = [(true, false), (false, false), (true, true), (false, true)];

/// The width of a pleasant picture in its heights.
const ASPECT: f64 = 1.6;

/// Some groups, boxes and arrows of an outline that hang together.
pub(super) struct Part {
    /// The part as an outline of its own.
    pub outline: Outline,
    groups: Vec<usize>,
    nodes: Vec<usize>,
    edges: Vec<usize>,
}

/// Returns an outline in which every number is a length and every index exists.
pub(super) fn sound(outline: &Outline) -> Outline {
    let mut sound = outline.clone();
    let groups = sound.groups.len();
    for (index, group) in sound.groups.iter_mut().enumerate() {
        group.parent = group.parent.filter(|&parent| parent < index);
        group.header = length(group.header);
    }
    for node in &mut sound.nodes {
        node.parent = node.parent.filter(|&parent| parent < groups);
        node.size = length(node.size);
    }
    for edge in &mut sound.edges {
        edge.label = edge.label.map(length);
    }
    sound
}

fn length(size: Size) -> Size {
    let length = |value: f64| match value.is_finite() {
        true => value.clamp(0.0, 1e5),
        false => 0.0,
    };
    Size {
        width: length(size.width),
        height: length(size.height),
    }
}

/// Splits an outline into parts that nothing connects.
pub(super) fn parts(outline: &Outline) -> Vec<Part> {
    let (groups, nodes) = (outline.groups.len(), outline.nodes.len());
    let mut heaps = Heaps::new(groups + nodes);
    for (index, group) in outline.groups.iter().enumerate() {
        group
            .parent
            .into_iter()
            .for_each(|parent| heaps.join(index, parent));
    }
    for (index, node) in outline.nodes.iter().enumerate() {
        node.parent
            .into_iter()
            .for_each(|parent| heaps.join(groups + index, parent));
    }
    let thing = |end: End| match end {
        End::Group(group) => Some(group).filter(|&group| group < groups),
        End::Node(node) => Some(groups + node).filter(|_| node < nodes),
    };
    let ends = |arrow: &Arrow| Some((thing(arrow.from)?, thing(arrow.to)?));
    for (from, to) in outline.edges.iter().filter_map(ends) {
        heaps.join(from, to);
    }
    let mut tops: Vec<usize> = (0..groups + nodes)
        .filter(|&thing| heaps.top(thing) == thing)
        .collect();
    tops.sort_unstable();
    let mut parts: Vec<Part> = tops
        .iter()
        .map(|_| Part::empty(outline.direction))
        .collect();
    let mut part_of = |thing: usize| tops.binary_search(&heaps.top(thing)).unwrap_or(0);
    let mut index = vec![0; groups + nodes];
    for thing in 0..groups + nodes {
        let part = &mut parts[part_of(thing)];
        match thing.checked_sub(groups) {
            None => {
                let group = outline.groups[thing];
                index[thing] = part.groups.len();
                part.groups.push(thing);
                part.outline.groups.push(GroupBox {
                    parent: group.parent.map(|parent| index[parent]),
                    ..group
                });
            }
            Some(node) => {
                index[thing] = part.nodes.len();
                part.nodes.push(node);
                part.outline.nodes.push(NodeBox {
                    parent: outline.nodes[node].parent.map(|parent| index[parent]),
                    ..outline.nodes[node]
                });
            }
        }
    }
    let end = |end: End| match end {
        End::Group(group) => End::Group(index[group]),
        End::Node(node) => End::Node(index[groups + node]),
    };
    for (edge, arrow) in outline.edges.iter().enumerate() {
        if let Some((from, _)) = ends(arrow) {
            let part = &mut parts[part_of(from)];
            part.edges.push(edge);
            part.outline.edges.push(Arrow {
                from: end(arrow.from),
                to: end(arrow.to),
                label: arrow.label,
            });
        }
    }
    parts
}

impl Part {
    /// Returns whether it is one box and nothing else.
    fn is_box(&self) -> bool {
        self.nodes.len() == 1 && self.groups.is_empty() && self.edges.is_empty()
    }

    fn empty(direction: Direction) -> Self {
        Part {
            outline: Outline {
                direction,
                ..Outline::default()
            },
            groups: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        }
    }
}

/// Things in heaps (a union-find); the smallest number stands for its heap.
struct Heaps {
    above: Vec<usize>,
}

impl Heaps {
    fn new(count: usize) -> Self {
        Heaps {
            above: (0..count).collect(),
        }
    }

    fn top(&mut self, thing: usize) -> usize {
        let mut top = thing;
        while self.above[top] != top {
            self.above[top] = self.above[self.above[top]];
            top = self.above[top];
        }
        top
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.top(one), self.top(other));
        self.above[one.max(other)] = one.min(other);
    }
}

/// Puts the parts beside and below each other, about as wide as a screen.
pub(super) fn pack(outline: &Outline, parts: Vec<(Part, Placement)>) -> Placement {
    let (corners, size) = in_corners(&parts).unwrap_or_else(|| {
        let sizes: Vec<Size> = parts.iter().map(|(_, placement)| placement.size).collect();
        best_shelves(&sizes)
    });
    let mut whole = Placement {
        size: Size {
            width: size.width + 2.0 * MARGIN,
            height: size.height + 2.0 * MARGIN,
        },
        groups: vec![Rect::default(); outline.groups.len()],
        nodes: vec![Rect::default(); outline.nodes.len()],
        edges: vec![Route::default(); outline.edges.len()],
    };
    for ((part, mut placement), corner) in parts.into_iter().zip(corners) {
        shift(&mut placement, corner.x + MARGIN, corner.y + MARGIN);
        for (&group, rect) in part.groups.iter().zip(placement.groups) {
            whole.groups[group] = rect;
        }
        for (&node, rect) in part.nodes.iter().zip(placement.nodes) {
            whole.nodes[node] = rect;
        }
        for (&edge, route) in part.edges.iter().zip(placement.edges) {
            whole.edges[edge] = route;
        }
    }
    whole
}

/// Returns where the parts stand if boxes that nothing leads to find room in the
/// empty corners of the others, upper right first, and the size of all.
fn in_corners(parts: &[(Part, Placement)]) -> Option<(Vec<Point>, Size)> {
    let (single, others): (Vec<usize>, Vec<usize>) =
        (0..parts.len()).partition(|&part| parts[part].0.is_box());
    if single.is_empty() || others.is_empty() {
        return None;
    }
    let sizes: Vec<Size> = others.iter().map(|&part| parts[part].1.size).collect();
    let (places, whole) = best_shelves(&sizes);
    let mut corners = vec![Point::default(); parts.len()];
    let mut taken = Vec::new();
    for (&part, place) in others.iter().zip(places) {
        corners[part] = place;
        taken.extend(occupied(&parts[part].1, place));
    }
    let boxes: Vec<Size> = single.iter().map(|&part| parts[part].1.size).collect();
    let found = (CORNERS.iter()).find_map(|&corner| fill_corner(&taken, whole, &boxes, corner))?;
    for (&part, place) in single.iter().zip(found) {
        corners[part] = place;
    }
    Some((corners, whole))
}

/// Returns the rectangles that a placement covers if its corner is at a point.
fn occupied(placement: &Placement, corner: Point) -> Vec<Rect> {
    let labels = placement.edges.iter().filter_map(|edge| edge.label);
    let lines = placement.edges.iter().flat_map(|edge| {
        edge.points.windows(2).map(|pair| Rect {
            x: pair[0].x.min(pair[1].x),
            y: pair[0].y.min(pair[1].y),
            width: (pair[0].x - pair[1].x).abs(),
            height: (pair[0].y - pair[1].y).abs(),
        })
    });
    let boxes = placement.groups.iter().chain(&placement.nodes).copied();
    let at = |rect: Rect| Rect {
        x: rect.x + corner.x,
        y: rect.y + corner.y,
        ..rect
    };
    boxes.chain(labels).chain(lines).map(at).collect()
}

/// Returns the places of boxes in rows from a corner, if it has room for all.
fn fill_corner(
    taken: &[Rect],
    whole: Size,
    boxes: &[Size],
    (right, low): (bool, bool),
) -> Option<Vec<Point>> {
    let mut taken = taken.to_vec();
    let mut places: Vec<Point> = Vec::with_capacity(boxes.len());
    for size in boxes {
        let steps = if places.is_empty() { 1 } else { CORNER_ROWS };
        let along = |step: u8, own: f64, all: f64, far: bool| {
            let way = f64::from(step) * (own + BETWEEN);
            if far { all - own - way } else { way }
        };
        let free = |place: &Point| {
            let rect = Rect {
                x: place.x,
                y: place.y,
                width: size.width,
                height: size.height,
            };
            let within = rect.x >= 0.0
                && rect.y >= 0.0
                && rect.right() <= whole.width
                && rect.bottom() <= whole.height;
            within && taken.iter().all(|other| apart(&rect, other))
        };
        let place = (0..steps)
            .flat_map(|row| (0..steps).map(move |at| (row, at)))
            .map(|(row, at)| Point {
                x: along(at, size.width, whole.width, right),
                y: along(row, size.height, whole.height, low),
            })
            .find(free)?;
        places.push(place);
        taken.push(Rect {
            x: place.x,
            y: place.y,
            width: size.width,
            height: size.height,
        });
    }
    Some(places)
}

/// Returns whether there is the usual room between two rectangles.
fn apart(one: &Rect, other: &Rect) -> bool {
    one.right() + BETWEEN <= other.x
        || other.right() + BETWEEN <= one.x
        || one.bottom() + BETWEEN <= other.y
        || other.bottom() + BETWEEN <= one.y
}

/// Returns the corners of rectangles on shelves, and the size of all: of several
/// widths of shelves the one that comes nearest to the shape of a screen.
fn best_shelves(sizes: &[Size]) -> (Vec<Point>, Size) {
    let widest = sizes.iter().map(|size| size.width).fold(0.0, f64::max);
    let area: f64 = sizes
        .iter()
        .map(|size| (size.width + BETWEEN) * (size.height + BETWEEN))
        .sum();
    let usual = (area * ASPECT).sqrt();
    let widths = [0.8, 0.9, 1.0, 1.1, 1.25, 1.5].map(|share| (usual * share).max(widest));
    let packed = widths.map(|width| shelves(sizes, width));
    let cost = |size: &Size| (size.width / ASPECT).max(size.height);
    let best = packed
        .into_iter()
        .min_by(|one, other| cost(&one.1).total_cmp(&cost(&other.1)));
    best.unwrap_or_default()
}

/// Puts rectangles on shelves, high ones first.
fn shelves(sizes: &[Size], width: f64) -> (Vec<Point>, Size) {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|&one, &other| {
        (sizes[other].height.total_cmp(&sizes[one].height)).then(one.cmp(&other))
    });
    let mut corners = vec![Point::default(); sizes.len()];
    let (mut at, mut shelf) = (Point::default(), 0.0);
    let mut whole = Size::default();
    for index in order {
        let size = sizes[index];
        if at.x > 0.0 && at.x + size.width > width + 0.5 {
            at = Point {
                x: 0.0,
                y: at.y + shelf + BETWEEN,
            };
            shelf = 0.0;
        }
        corners[index] = at;
        shelf = f64::max(shelf, size.height);
        whole.width = whole.width.max(at.x + size.width);
        whole.height = whole.height.max(at.y + size.height);
        at.x += size.width + BETWEEN;
    }
    (corners, whole)
}

/// Moves a placement so that its upper left corner is the origin, and measures it.
pub(super) fn crop(placement: &mut Placement) {
    let mut low = Point {
        x: f64::INFINITY,
        y: f64::INFINITY,
    };
    let mut high = Point {
        x: f64::NEG_INFINITY,
        y: f64::NEG_INFINITY,
    };
    let mut include = |x: f64, y: f64| {
        low = Point {
            x: low.x.min(x),
            y: low.y.min(y),
        };
        high = Point {
            x: high.x.max(x),
            y: high.y.max(y),
        };
    };
    let labels = placement
        .edges
        .iter()
        .filter_map(|edge| edge.label.as_ref());
    for rect in placement
        .groups
        .iter()
        .chain(&placement.nodes)
        .chain(labels)
    {
        include(rect.x, rect.y);
        include(rect.right(), rect.bottom());
    }
    for point in placement.edges.iter().flat_map(|edge| &edge.points) {
        include(point.x, point.y);
    }
    if low.x.is_finite() && low.y.is_finite() {
        placement.size = Size {
            width: high.x - low.x,
            height: high.y - low.y,
        };
        shift(placement, -low.x, -low.y);
    }
}

fn shift(placement: &mut Placement, x: f64, y: f64) {
    for rect in placement.rects_mut() {
        rect.x += x;
        rect.y += y;
    }
    for point in placement.points_mut() {
        point.x += x;
        point.y += y;
    }
}
