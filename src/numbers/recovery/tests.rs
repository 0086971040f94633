use super::*;
use crate::numbers::samples::{numbers_of, paragraphs};

fn text(facts: &str) -> String {
    format!(
        "quality Safe: recovery {{ rpo <= 1h; rto <= 2h }}
         entity E {{ id: uuid key }}
         database d {{ stores: E; {facts} }}"
    )
}

fn part_of(facts: &str) -> Part {
    numbers_of(&text(facts)).recovery
}

fn shown(facts: &str) -> Vec<String> {
    paragraphs(&section(&part_of(facts)).expect("a section"))
}

const COPIED: &str = "replicas: 2 across 2 zones; replication: async; lag: 5s; failover: 20s; backup: 6h; restore-tested: yes; restore: 3h";

#[test]
fn how_the_matrix_reads() {
    let shown = shown(COPIED);
    let expected = [
        "# Work lost at the worst moment",
        "store | process | machine | zone | region | mistake",
        "d | none | 5 s | 5 s | ! 6 h | ! 6 h",
        "Marked with `!`:",
        "- `d`, `rpo <= 1h`: bringing a backup back loses up to 6 h when a region is lost and when somebody deletes it",
        "# Time until it is back",
        "store | process | machine | zone | region | mistake",
        "d | 20 s | 20 s | 20 s | ! 3 h | ! 3 h",
        "Marked with `!`:",
        "- `d`, `rto <= 2h`: bringing a backup back takes 3 h when a region is lost and when somebody deletes it",
    ];
    assert_eq!(shown[..expected.len()], expected);
}

#[test]
fn objectives_are_judged_by_the_worst() {
    let targets = targets(&part_of(COPIED));
    let told: Vec<(&str, Verdict, &str)> = targets
        .iter()
        .map(|it| (it.demand.as_str(), it.verdict, it.why.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "rpo <= 1h",
                Verdict::Breaks,
                "up to 6 h are lost when a region is lost"
            ),
            (
                "rto <= 2h",
                Verdict::Breaks,
                "back within 3 h when a region is lost"
            ),
        ]
    );
}

#[test]
fn without_any_mechanism_all_is_lost() {
    let facts = "replicas: 1; mttr: 1h; backup: none";
    let part = part_of(facts);
    let node = &part.stores[0].cells[1];
    assert_eq!(node.mechanism, MechanismKind::Nothing);
    assert!(node.loss.everything);
    assert_eq!(
        (node.loss.at_least_seconds, node.loss.estimate_seconds),
        (None, None)
    );
    assert!(shown(facts).contains(&"d | none | ! all | ! all | ! all | ! all".to_owned()));
    assert!(shown(facts).contains(&"d | 1 h | ! never | ! never | ! never | ! never".to_owned()));
    let targets = targets(&part);
    assert_eq!(targets[0].verdict, Verdict::LikelyBreaks);
    assert_eq!(
        targets[0].why,
        "nothing brings it back when a machine is lost"
    );
}

#[test]
fn what_nothing_says_is_unknown() {
    let part = part_of("replicas: 1");
    assert!(shown("replicas: 1").contains(&"d | none | ? | ? | ? | ?".to_owned()));
    let targets = targets(&part);
    assert_eq!(targets[0].verdict, Verdict::Unknown);
    assert_eq!(targets[0].why, "`d` states no `backup`");
}

#[test]
fn nothing_is_said_where_nothing_is_asked_or_stated() {
    let text = text("replicas: 1").replace("quality Safe: recovery { rpo <= 1h; rto <= 2h }", "");
    assert!(section(&numbers_of(&text).recovery).is_none());
}

#[test]
fn numbers_serialise_without_infinity() {
    let json = serde_json::to_value(part_of("backup: none")).expect("plain data");
    assert_eq!(
        json["stores"][0]["cells"][4]["disruption"],
        "operator-error"
    );
    assert_eq!(json["stores"][0]["cells"][4]["loss"]["everything"], true);
    assert_eq!(json["objectives"][0]["bounds"], "loss");
    assert_eq!(json["objectives"][0]["boundSeconds"], 3600.0);
}
