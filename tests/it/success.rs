//! What must be up for an operation, by designs.

use underpin::analysis::success::{Part, Success};
use underpin::model::Model;

use crate::support::understood;

fn model(text: &str) -> Model {
    understood(text, None).1
}

fn name(model: &Model, part: Part) -> String {
    match part {
        Part::Component(id) => model.name(id).to_owned(),
        Part::Place(id) => format!("place {}", model.places[id].head.path),
        Part::Replica(id, number) => format!("{}#{number}", model.name(id)),
        Part::Zone(true, number) => format!("region {number}"),
        Part::Zone(false, number) => format!("zone {number}"),
    }
}

/// Returns the cuts of size one of the first goal, sorted and joined.
fn cuts(text: &str) -> String {
    let model = model(text);
    let success = Success::new(&model);
    let goal = success.goals.first().expect("something must succeed");
    let mut names: Vec<String> = success
        .single_cuts(goal)
        .into_iter()
        .map(|part| name(&model, part))
        .collect();
    names.sort();
    names.join(" ")
}

/// Returns the cuts of size two of the first goal, sorted and joined.
fn pairs(text: &str) -> String {
    let model = model(text);
    let success = Success::new(&model);
    let goal = success.goals.first().expect("something must succeed");
    let pairs = success.cut_pairs(goal).expect("a small design");
    let mut names: Vec<String> = pairs
        .into_iter()
        .map(|(a, b)| {
            let mut both = [name(&model, a), name(&model, b)];
            both.sort();
            both.join("+")
        })
        .collect();
    names.sort();
    names.join(" ")
}

#[test]
fn soft_and_asynchronous_parts_are_no_cuts() {
    let text = "
        actor user
        balancer balancer { replicas: 1 }
        service app { replicas: 1 }
        database database { replicas: 1 }
        identity identity { replicas: 1 }
        cache cache { replicas: 1 }
        topic analytics { managed: yes }
        worker counting { replicas: 1 }
        user -> balancer -> app -> database, identity
        app -> cache { need: soft }
        app ~> counting
    ";
    assert_eq!(cuts(text), "app balancer database identity");
}

const PARTS: &str = "
    client app
    service web { replicas: 1 }
    service other { replicas: 1 }
    database data { replicas: 1 }
    database spare { replicas: 1 }
    cache near { replicas: 1 }
    queue jobs { replicas: 1 }
    worker later { replicas: 1 }
    monitor watch { replicas: 1 }
";

#[track_caller]
fn with_parts(rest: &str, expected: &str) {
    assert_eq!(cuts(&format!("{PARTS}{rest}")), expected, "{rest}");
}

#[test]
fn connections_without_a_flow() {
    with_parts("app -> web -> data", "data web");
    with_parts("app -> web; web -> data | spare", "web");
    with_parts("app -> web; web -> data { fallback: spare }", "web");
    with_parts("app -> web; web -> data { fallback: stale }", "web");
    with_parts("app -> web; web -> data { need: soft }", "web");
    with_parts("app -> web; web -> data { mode: cdc }", "web");
    with_parts("app -> web; web -> near, data", "data web");
    with_parts("app -> web; web -> near", "near web");
    with_parts(
        "app -> web; web -> near { need: hard }; web -> data",
        "data near web",
    );
    with_parts("app -> web; web ~> jobs ~> later -> data", "jobs web");
    with_parts("app -> web; web -> jobs { reads: Job }; entity Job", "web");
    with_parts("app -> web; web ~> watch; web -> watch", "web");
    with_parts(
        "app -> web -> other -> web; other -> data",
        "data other web",
    );
    with_parts(
        "app -> web -> other | data; other -> spare; data -> spare",
        "spare web",
    );
}

const API: &str = "
    entity Thing
    api Public: rest { get: GET /things -> Thing[] }
    gateway gate { serves: Public; replicas: 1 }
";

#[track_caller]
fn with_flow(steps: &str, expected: &str) {
    let text = format!("{PARTS}{API}\nflow Get: get {{\n{steps}\n}}");
    assert_eq!(cuts(&text), expected, "{steps}");
}

#[test]
fn steps_of_a_flow() {
    with_flow("app -> gate -> web -> data", "data gate web");
    with_flow(
        "app -> gate -> web; opt \"extra\" { web -> data }",
        "gate web",
    );
    with_flow(
        "app -> gate -> web -> near; opt \"miss\" { web -> data }",
        "data gate web",
    );
    with_flow(
        "app -> gate -> web; alt \"a\" { web -> data } else \"b\" { web -> spare }",
        "gate web",
    );
    with_flow(
        "app -> gate -> web; par { web -> data; web -> spare }",
        "data gate spare web",
    );
    with_flow(
        "app -> gate -> web; par { wait: any; web -> data; web -> spare }",
        "gate web",
    );
    with_flow(
        "app -> gate -> web; web ~> jobs ~> later; later -> data",
        "gate jobs web",
    );
    with_flow("app -> gate -> web; web -> data | spare", "gate web");
    with_flow(
        "app -> gate -> web; loop \"each\" { times: 3; web -> data }",
        "data gate web",
    );
    with_flow(
        "app -> gate -> web; web -> data { fallback: spare }",
        "gate web",
    );
}

#[test]
fn a_gateway_routes() {
    let flows = "app -> gate; gate -> web, other; web -> data; other -> spare
        flow Get: get { app -> gate -> web -> data }";
    assert_eq!(cuts(&format!("{PARTS}{API}{flows}")), "data gate web");
    let named = "app -> gate; gate -> web, other; web -> data { reads: Thing }; other -> spare";
    assert_eq!(cuts(&format!("{PARTS}{API}{named}")), "data gate web");
    let open = "app -> gate; gate -> web, other; web -> data; other -> data, spare";
    assert_eq!(cuts(&format!("{PARTS}{API}{open}")), "data gate");
}

#[test]
fn background_work_counts_by_itself() {
    let text = format!(
        "{PARTS}\nflow Crawl {{ runs: continuously; later -> jobs; web ~> jobs ~> later; later -> data }}"
    );
    assert_eq!(cuts(&text), "data jobs later web");
}

#[test]
fn replicas_hosts_and_zones_share_fate() {
    let one_host = "client app; host box { service web { replicas: 2 }; database data { replicas: 2 } }; app -> web -> data";
    assert_eq!(cuts(one_host), "place box");
    let one_zone = "client app; zone a { service web { replicas: 2 } }; app -> web";
    assert_eq!(cuts(one_zone), "place a");
    assert_eq!(pairs(one_zone), "a.web#0+a.web#1");
    let spread = "client app; service web { replicas: 4 across 2 zones }; database data { replicas: 2 across 2 zones }; app -> web -> data";
    assert_eq!(cuts(spread), "");
    assert_eq!(
        pairs(spread),
        "data#0+data#1 data#0+zone 1 data#1+zone 0 zone 0+zone 1"
    );
    let two_zones = "client app
        zone a { service web }
        zone b { service web2 }
        app -> web | web2";
    assert_eq!(cuts(two_zones), "");
    assert_eq!(
        pairs(two_zones),
        "a.web+b.web2 a.web+place b b.web2+place a place a+place b"
    );
}

#[test]
fn consensus_needs_a_majority() {
    let members = |count: u32| {
        format!(
            "client app; service web {{ replicas: 9 }}; lock leader {{ replicas: {count} }}; app -> web -> leader"
        )
    };
    assert_eq!(cuts(&members(2)), "leader#0 leader#1");
    assert_eq!(cuts(&members(3)), "");
    assert_eq!(
        pairs(&members(3)),
        "leader#0+leader#1 leader#0+leader#2 leader#1+leader#2"
    );
    assert_eq!(pairs(&members(5)), "");
}

#[test]
fn pairs_of_too_many_parts_are_refused_in_words() {
    let parts: String = (0..2_100)
        .map(|part| format!("service s{part} {{ replicas: 2 }}\n"))
        .collect();
    let links: String = (1..2_100)
        .map(|part| format!("s{} -> s{part}\n", part - 1))
        .collect();
    let model = model(&format!("client app\n{parts}{links}app -> s0\n"));
    let success = Success::new(&model);
    let refused = success
        .cut_pairs(&success.goals[0])
        .unwrap_err()
        .to_string();
    assert!(refused.contains("at most 2000"), "{refused}");
    assert!(success.single_cuts(&success.goals[0]).is_empty());
}

#[test]
fn counts_beyond_all_reason_are_not_counted_out() {
    let text = "
        api P: rest { do: POST /do }
        client app: browser
        service web { serves: P; replicas: 6 across 1000000000 zones }
        service all { replicas: 5000000000 across 1000000000 regions }
        database db { replicas: 1000000000000 across 3 zones; replication: quorum }
        app -> web -> all -> db";
    let success = Success::new(&model(text));
    assert!(success.parts.len() < 1000, "{}", success.parts.len());
    assert_eq!(cuts(text), "");
}
