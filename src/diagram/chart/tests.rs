use resvg::usvg::roxmltree::{Document, Node};

use super::super::canvas::Theme;
use super::super::text::{self, Weight};
use super::*;

const ROOMS: [Room; 2] = [Room::Page, Room::Slim];

/// Components from nearly idle to twice overloaded.
fn busy(count: usize) -> Utilisation {
    let component = |index: usize| {
        let peak = 0.013 * (index * index % 170) as f64;
        Busy {
            id: format!("component:c{index}"),
            name: match index % 5 {
                0 => format!("a rather long name of a component with number {index}"),
                _ => format!("service{index}"),
            },
            peak,
            one_lost: (!index.is_multiple_of(3)).then_some(Left::Share(peak * 1.5)),
            zone_lost: match index % 4 {
                0 => None,
                1 => Some(Left::Nothing),
                _ => Some(Left::Share(peak * 1.5)),
            },
            cold: (index % 6 == 2).then_some(peak * 1.52),
        }
    };
    Utilisation {
        components: (0..count).map(component).collect(),
        unknown: vec!["mail".to_owned(), "search <&>".to_owned()],
    }
}

fn step(name: &str, starts: f64, mean: Option<f64>, p99: Option<f64>) -> Step {
    Step {
        id: format!("relation:{name}"),
        name: name.to_owned(),
        note: String::new(),
        counts: true,
        starts,
        mean,
        p99,
        adds: mean.unwrap_or(0.0),
    }
}

fn checkout() -> Waterfall {
    let mut steps = vec![
        step("web → gate", 0.0, None, None),
        step("gate → shop", 0.0, Some(0.004), Some(0.012)),
        step(
            "shop → a cache that has a long name",
            0.004,
            Some(0.001),
            Some(0.003),
        ),
        step("shop → orders", 0.005, Some(0.018), Some(0.09)),
        step("shop → bank", 0.023, Some(0.085), Some(0.4)),
        step("shop → mail", 0.108, Some(0.03), None),
    ];
    steps[3].note = "in 8 %".to_owned();
    steps[5].counts = false;
    let target = |words: &str, time, missed| Target {
        words: words.to_owned(),
        time,
        missed,
    };
    Waterfall {
        id: "flow:Checkout".to_owned(),
        name: "POST /checkout".to_owned(),
        steps,
        total: Total {
            mean: 0.108,
            p99: Some(0.4),
            complete: false,
        },
        targets: vec![
            target("p99 < 300ms, missed", 0.3, true),
            target("p50 < 120ms, unknown", 0.12, false),
            target("mean < 100ms, missed", 0.1, true),
            target("p99.9 < 10s, kept", 10.0, false),
        ],
    }
}

fn order(causes: usize) -> Contributions {
    let cause = |index: usize| Cause {
        id: format!("component:c{index}"),
        name: format!("component number {index} of the shop"),
        fails: 1800.0 / ((index * index) as f64 + 1.0),
    };
    Contributions {
        goal: Goal {
            id: "operation:Shop.order".to_owned(),
            name: "POST /orders".to_owned(),
            fails: 3300.0,
            at_least: true,
            budget: Some((1296.0, "availability >= 99.95%".to_owned())),
        },
        causes: (0..causes).map(cause).collect(),
    }
}

fn charts() -> Vec<Chart> {
    let mut slow = checkout();
    slow.steps[4].p99 = Some(60.0);
    let mut many = checkout();
    many.steps = (0..70)
        .map(|at| {
            step(
                &format!("a → b{at}"),
                at as f64,
                Some((at % 7) as f64),
                None,
            )
        })
        .collect();
    let mut kept = order(1);
    kept.goal.fails = 0.004;
    kept.causes[0].fails = 0.004;
    let mut alone = order(0);
    alone.goal.budget = None;
    vec![
        Chart::Utilisation(busy(8)),
        Chart::Utilisation(busy(90)),
        Chart::Utilisation(Utilisation::default()),
        Chart::Waterfall(checkout()),
        Chart::Waterfall(slow),
        Chart::Waterfall(many),
        Chart::Waterfall(Waterfall::default()),
        Chart::Contributions(order(5)),
        Chart::Contributions(order(30)),
        Chart::Contributions(kept),
        Chart::Contributions(alone),
    ]
}

/// A box around something that is drawn, and what it says.
#[derive(Clone, Debug)]
struct Drawn {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    says: String,
}

impl Drawn {
    fn meets(&self, other: &Drawn) -> bool {
        let near = 0.5;
        self.left + near < other.right
            && other.left + near < self.right
            && self.top + near < other.bottom
            && other.top + near < self.bottom
    }
}

fn length(node: Node, name: &str) -> f64 {
    node.attribute(name).map_or(0.0, |it| it.parse().unwrap())
}

fn line(node: Node) -> Drawn {
    let says = node.text().unwrap_or_default().to_owned();
    let size = length(node, "font-size");
    let weight = match node.attribute("font-weight") {
        Some(_) => Weight::Bold,
        None => Weight::Regular,
    };
    let wide = text::width(&says, weight, size);
    let x = length(node, "x");
    let left = match node.attribute("text-anchor") {
        Some("end") => x - wide,
        Some("middle") => x - wide / 2.0,
        _ => x,
    };
    let y = length(node, "y");
    Drawn {
        left,
        right: left + wide,
        top: y - size * 0.72,
        bottom: y + size * 0.2,
        says,
    }
}

fn bar(node: Node) -> Drawn {
    let (x, y) = (length(node, "x"), length(node, "y"));
    Drawn {
        left: x,
        right: x + length(node, "width"),
        top: y,
        bottom: y + length(node, "height"),
        says: "a bar".to_owned(),
    }
}

fn all<'a>(tree: &'a Document, tag: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    let nodes = tree.root_element().descendants();
    nodes.filter(move |node| node.has_tag_name(tag))
}

fn words(svg: &str) -> Vec<String> {
    let tree = Document::parse(svg).unwrap();
    all(&tree, "text").map(|node| line(node).says).collect()
}

#[test]
fn words_stay_inside_and_apart_from_each_other_and_from_bars() {
    for chart in charts() {
        for room in ROOMS {
            let svg = chart.svg(room, Theme::Light);
            let tree = Document::parse(&svg).unwrap();
            let root = tree.root_element();
            let (width, height) = (length(root, "width"), length(root, "height"));
            let lines: Vec<Drawn> = all(&tree, "text").map(line).collect();
            for (index, line) in lines.iter().enumerate() {
                let inside = line.left >= 0.0 && line.right <= width && line.bottom <= height;
                assert!(inside && line.top >= 0.0, "{line:?} in {width} × {height}");
                for other in &lines[index + 1..] {
                    assert!(!line.meets(other), "{line:?} {other:?}");
                }
            }
            for bar in all(&tree, "rect").skip(1).map(bar) {
                assert!(bar.left >= 0.0 && bar.right <= width && bar.bottom <= height);
                let hidden = lines.iter().find(|line| line.meets(&bar));
                assert!(hidden.is_none(), "{hidden:?} {bar:?}");
            }
        }
    }
}

#[test]
fn every_row_says_all_of_it_to_those_who_do_not_see() {
    for chart in charts() {
        let svg = chart.svg(Room::Page, Theme::Auto);
        let tree = Document::parse(&svg).unwrap();
        let root = tree.root_element();
        let told = |tag| {
            root.children()
                .any(|it| it.has_tag_name(tag) && it.text().is_some())
        };
        assert!(told("title") && told("desc"));
        for row in all(&tree, "g") {
            assert!(
                row.children()
                    .any(|it| it.has_tag_name("title") && it.text().is_some())
            );
        }
    }
}

#[test]
fn the_busiest_come_first_and_the_rest_is_counted() {
    let data = busy(90);
    let idle = |it: &&Busy| {
        let left = [it.one_lost, it.zone_lost, it.cold.map(Left::Share)];
        let low = |left: &Left| !matches!(left, Left::Share(share) if *share >= 0.1);
        it.peak < 0.1 && left.iter().flatten().all(low)
    };
    for room in ROOMS {
        let svg = Chart::Utilisation(data.clone()).svg(room, Theme::Light);
        let tree = Document::parse(&svg).unwrap();
        let rows: Vec<&str> = all(&tree, "g")
            .filter_map(|it| it.attribute("data-id"))
            .collect();
        assert_eq!(rows.len(), 40);
        let peak = |id: &str| data.components.iter().find(|it| it.id == id).unwrap().peak;
        assert!(rows.is_sorted_by(|a, b| peak(a) >= peak(b)));
        let said = words(&svg).join(" ");
        let idle = data.components.iter().filter(idle).count();
        assert!(
            idle > 1 && said.contains(&format!("{idle} more below 10 %")),
            "{said}"
        );
        assert!(said.contains("No capacity is known of mail, search <&>"));
        for label in ["70 %", "100 %", "at the peak", "none left", "zone lost"] {
            assert!(said.contains(label), "{label} in {said}");
        }
    }
}

#[test]
fn marks_of_equal_numbers_do_not_hide_each_other() {
    let busy = Utilisation {
        components: vec![Busy {
            id: "component:a".to_owned(),
            name: "a".to_owned(),
            peak: 0.5,
            one_lost: Some(Left::Share(0.8)),
            zone_lost: Some(Left::Share(0.8)),
            cold: Some(0.8),
        }],
        unknown: Vec::new(),
    };
    let svg = Chart::Utilisation(busy).svg(Room::Page, Theme::Light);
    let tree = Document::parse(&svg).unwrap();
    let row = all(&tree, "g").next().unwrap();
    let marks = row
        .children()
        .filter(|it| it.attribute("stroke") == Some("#ffffff"));
    // The top of each: where its path begins, or the circle's.
    let top = |it: Node| match it.attribute("d") {
        Some(path) => path[1..]
            .split(['L', ' '])
            .nth(1)
            .unwrap()
            .parse::<f64>()
            .unwrap(),
        None => length(it, "cy") - length(it, "r"),
    };
    let mut tops: Vec<f64> = marks.map(top).collect();
    tops.sort_by(f64::total_cmp);
    assert_eq!(tops.len(), 3);
    assert!(tops.is_sorted_by(|a, b| b - a >= 9.0), "{tops:?}");
}

#[test]
fn a_bar_is_as_long_as_its_number() {
    let svg = Chart::Waterfall(checkout()).svg(Room::Page, Theme::Light);
    let tree = Document::parse(&svg).unwrap();
    let bars: Vec<Drawn> = all(&tree, "g")
        .filter_map(|row| row.children().find(|it| it.has_tag_name("rect")))
        .map(bar)
        .collect();
    let mean = |bar: &Drawn| bar.right - bar.left;
    // gate → shop, the cache, orders, bank, mail, together; nothing for web → gate.
    assert_eq!(bars.len(), 6);
    assert!((mean(&bars[3]) / mean(&bars[2]) - 85.0 / 18.0).abs() < 0.02);
    assert!((bars[3].left - bars[2].right).abs() < 0.02);
    assert!((mean(&bars[5]) - (bars[3].right - bars[0].left)).abs() < 0.02);
}

#[test]
fn what_is_missed_and_what_is_not_stated_is_said_in_words() {
    for room in ROOMS {
        let said = words(&Chart::Waterfall(checkout()).svg(room, Theme::Light));
        for words in [
            "mean < 100ms, missed",
            "p99.9 < 10s, kept →",
            "not stated",
            "not waited for",
            "in 8 %",
            "≥ 108 ms",
            "≥ 400 ms",
        ] {
            assert!(said.iter().any(|it| it == words), "{words} in {said:?}");
        }
        let said = words(&Chart::Contributions(order(30)).svg(room, Theme::Light));
        for words in [
            "availability >= 99.95% allows 21.6 min",
            "≥ 55 min",
            "30 min",
            "22 more with at most 27.7 s each",
        ] {
            assert!(said.iter().any(|it| it == words), "{words} in {said:?}");
        }
    }
}

#[test]
fn no_number_breaks_a_chart() {
    for number in [0.0, -1.0, 1e-300, 1e300, f64::INFINITY, f64::NAN] {
        let mut flow = checkout();
        for step in &mut flow.steps {
            (step.starts, step.mean, step.p99) = (number, Some(number), Some(number));
        }
        flow.total.mean = number;
        flow.targets[0].time = number;
        let mut goal = order(3);
        goal.goal.fails = number;
        goal.goal.budget = Some((number, "availability".to_owned()));
        goal.causes[0].fails = number;
        let mut load = busy(3);
        load.components[1].peak = number;
        for chart in [
            Chart::Contributions(goal),
            Chart::Utilisation(load),
            Chart::Waterfall(flow),
        ] {
            let svg = chart.svg(Room::Page, Theme::Light);
            assert!(Document::parse(&svg).is_ok());
            assert!(
                !svg.contains("NaN\"") && !svg.contains("inf\""),
                "{number}: {svg}"
            );
        }
    }
}
