//! A design of any size, the same for the same size: what a generated or
//! imported design states, one or two facts a component and a fact on some
//! connections.

use std::fmt::Write;

/// Returns a design of `components` components with three connections for every
/// two of them: groups of ten that call groups of a lower number, every other
/// group with an operation whose flow is written out.
pub fn design(components: usize) -> String {
    let groups = components.div_ceil(10).max(1);
    let mut text = String::from(HEAD);
    for group in 0..groups {
        one_group(&mut text, group);
    }
    text
}

const HEAD: &str = "\
/// Generated.
system Generated: product \"A generated design\"
functional Use \"Users should be able to use it\"
quality Uptime: availability { availability >= 99.9% }
quality Fast: latency { p99 < 500ms }
client app: mobile
gateway gate { replicas: 3 across 3 zones; auth: jwt; rate-limit: 100/min per user }
monitor watch: prometheus
";

fn one_group(text: &mut String, group: usize) {
    let below = group / 2;
    let _ = writeln!(
        text,
        "entity Item{group} {{ id: uuid key; name: text(60) }}"
    );
    let _ = writeln!(
        text,
        "api Api{group}: rest {{ get{group}: GET /items{group}/{{id}} -> Item{group} }}"
    );
    for (name, kind, facts) in PARTS {
        let serves = match *name {
            "front" => format!("; serves: Api{group}"),
            _ => String::new(),
        };
        let _ = writeln!(text, "{kind} {name}{group} {{ {facts}{serves} }}");
    }
    let _ = writeln!(text, "gate -> front{group}");
    for (from, arrow, to, facts) in LINKS {
        let facts = facts.replace('#', &group.to_string());
        let _ = writeln!(text, "{from}{group} {arrow} {to}{group}{facts}");
    }
    if below != group {
        let _ = writeln!(text, "logic{group} -> front{below} {{ timeout: 50ms }}");
        let _ = writeln!(text, "work{group} -> front{below}");
    }
    if group.is_multiple_of(2) {
        let _ = writeln!(
            text,
            "flow Get{group}: get{group} {{\n  app -> gate -> front{group} -> logic{group} -> cache{group}\n  opt \"on a miss\" {{ logic{group} -> store{group} }}\n}}"
        );
    }
}

const PARTS: &[(&str, &str, &str)] = &[
    ("front", "service", "replicas: 4 across 2 zones"),
    ("logic", "service", "replicas: 4 across 2 zones"),
    ("rules", "service", "replicas: 2"),
    ("store", "database", "replicas: 2; backup: daily"),
    ("cache", "cache", "ttl: 1h; eviction: lru"),
    ("posted", "topic", "replicas: 3"),
    ("work", "worker", "idempotent: yes"),
    ("index", "search", "replicas: 3"),
    ("files", "storage", "managed: yes"),
    ("audit", "database", "replicas: 1"),
];

const LINKS: &[(&str, &str, &str, &str)] = &[
    ("front", "->", "logic", ""),
    ("logic", "->", "rules", ""),
    ("logic", "->", "cache", " { reads: Item# }"),
    ("logic", "->", "store", " { reads: Item#; writes: Item# }"),
    ("logic", "~>", "posted", " { carries: Item# }"),
    ("posted", "~>", "work", ""),
    ("work", "->", "index", " { writes: Item# }"),
    ("work", "->", "files", ""),
    ("work", "->", "audit", ""),
    ("rules", "->", "store", " { reads: Item# }"),
    ("front", "->", "index", " { need: soft }"),
    ("rules", "->", "audit", " { need: soft }"),
];
