use super::super::scene::Direction;
use super::embedded::Embedded;
use super::tests::{generated, shop};
use super::*;
use std::fmt::Write as _;

pub(super) fn svg(p: &Placement) -> String {
    let mut s = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{}' height='{}'><rect width='100%' height='100%' fill='white'/><defs><marker id='a' viewBox='0 0 10 10' refX='9' refY='5' markerWidth='7' markerHeight='7' orient='auto-start-reverse'><path d='M0 0L10 5L0 10z'/></marker></defs>",
        p.size.width, p.size.height
    );
    for (i, g) in p.groups.iter().enumerate() {
        let _ = write!(
            s,
            "<rect x='{}' y='{}' width='{}' height='{}' rx='6' fill='#f4f5f7' fill-opacity='.6' stroke='#999' stroke-dasharray='4 3'/><text x='{}' y='{}' font-size='12' fill='#555'>group {i}</text>",
            g.x,
            g.y,
            g.width,
            g.height,
            g.x + 8.0,
            g.y + 17.0
        );
    }
    for e in &p.edges {
        let pts: Vec<String> = e
            .points
            .iter()
            .map(|q| format!("{},{}", q.x, q.y))
            .collect();
        let _ = write!(
            s,
            "<polyline points='{}' fill='none' stroke='#48545e' stroke-width='1.3' marker-end='url(#a)'/>",
            pts.join(" ")
        );
    }
    for (i, n) in p.nodes.iter().enumerate() {
        let _ = write!(
            s,
            "<rect x='{}' y='{}' width='{}' height='{}' rx='4' fill='#e6effa' stroke='#2f6cad'/><text x='{}' y='{}' font-size='13' text-anchor='middle'>node {i}</text>",
            n.x,
            n.y,
            n.width,
            n.height,
            n.middle().x,
            n.middle().y + 4.0
        );
    }
    for (i, e) in p.edges.iter().enumerate() {
        if let Some(l) = e.label {
            let _ = write!(
                s,
                "<rect x='{}' y='{}' width='{}' height='{}' fill='#ffd' fill-opacity='.9'/><text x='{}' y='{}' font-size='11' text-anchor='middle'>label {i}</text>",
                l.x,
                l.y,
                l.width,
                l.height,
                l.middle().x,
                l.middle().y + 4.0
            );
        }
    }
    s + "</svg>"
}

#[test]
fn peek() {
    let dump = |name: &str, o: &Outline| {
        std::fs::write(
            format!("/tmp/peek/{name}.svg"),
            svg(&Embedded.place(o).unwrap()),
        )
        .unwrap()
    };
    std::fs::create_dir_all("/tmp/peek").unwrap();
    dump("shop", &shop(Direction::Down));
    dump("shop-right", &shop(Direction::Right));
    dump("forty", &generated(40, 0, Direction::Down));
    dump("forty-right", &generated(40, 1, Direction::Right));
}
