//! A design of any size, the same for the same size.

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
        "entity Item{group} {{ id: uuid key; name: text(60); owner: text(20) }}"
    );
    let _ = writeln!(
        text,
        "api Api{group}: rest {{\n  get{group}: GET /items{group}/{{id}} -> Item{group} {{ for: Use }}\n  put{group}: PUT /items{group}/{{id}} (name: text) {{ for: Use; writes: Item{group} }}\n}}"
    );
    for (name, kind, facts) in PARTS {
        let serves = if *name == "front" {
            format!("; serves: Api{group}")
        } else {
            String::new()
        };
        let _ = writeln!(text, "{kind} {name}{group} {{ {facts}{serves} }}");
    }
    let _ = writeln!(
        text,
        "gate -> front{group} {{ timeout: 400ms; retries: 1; backoff: jitter }}"
    );
    for (from, arrow, to, facts) in LINKS {
        let _ = writeln!(
            text,
            "{from}{group} {arrow} {to}{group} {{ {} }}",
            facts.replace('#', &group.to_string())
        );
    }
    if below != group {
        let _ = writeln!(text, "logic{group} -> front{below} {{ timeout: 50ms }}");
        let _ = writeln!(text, "work{group} -> front{below} {{ timeout: 1s }}");
    }
    if group.is_multiple_of(2) {
        let _ = writeln!(
            text,
            "flow Get{group}: get{group} {{\n  app -> gate -> front{group} -> logic{group}\n  logic{group} -> cache{group} {{ p99: 2ms }}\n  opt \"on a miss\" {{ logic{group} -> store{group} {{ p99: 20ms; chance: 5% }} }}\n}}"
        );
    }
}

const PARTS: &[(&str, &str, &str)] = &[
    (
        "front",
        "service",
        "replicas: 4 across 2 zones; capacity: 2k/s",
    ),
    ("logic", "service", "replicas: 4 across 2 zones"),
    ("rules", "service", "replicas: 2 across 2 zones"),
    (
        "store",
        "database",
        "replicas: 2 across 2 zones; failover: automatic; backup: daily; restore-tested: yes",
    ),
    (
        "cache",
        "cache",
        "ttl: 1h; eviction: lru; replicas: 2; invalidation: on-write",
    ),
    (
        "posted",
        "topic",
        "replicas: 3; dead-letter: none; retention: 7d",
    ),
    ("work", "worker", "replicas: many; idempotent: yes"),
    ("index", "search", "replicas: 3"),
    ("files", "storage", "managed: yes; backup: daily"),
    ("audit", "database", "replicas: 1; backup: daily"),
];

const LINKS: &[(&str, &str, &str, &str)] = &[
    ("front", "->", "logic", "protocol: grpc; timeout: 200ms"),
    ("logic", "->", "rules", "timeout: 100ms"),
    ("logic", "->", "cache", "reads: Item#; timeout: 20ms"),
    (
        "logic",
        "->",
        "store",
        "reads: Item#; writes: Item#; timeout: 50ms",
    ),
    ("logic", "~>", "posted", "carries: Item#"),
    ("posted", "~>", "work", "carries: Item#"),
    ("work", "->", "index", "writes: Item#; timeout: 1s"),
    ("work", "->", "files", "timeout: 2s"),
    ("work", "->", "audit", "writes: Item#; timeout: 1s"),
    ("rules", "->", "store", "reads: Item#; timeout: 50ms"),
    (
        "front",
        "->",
        "index",
        "reads: Item#; timeout: 80ms; need: soft",
    ),
    ("rules", "->", "audit", "timeout: 50ms; need: soft"),
];
