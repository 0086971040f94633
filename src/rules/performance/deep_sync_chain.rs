//! See `deep_sync_chain.md`.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::graph::{Digraph, Edge, LongestPath};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Element, Flow, Id, Relation, Requirement};
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// More services than this in a row are reported.
const MAX_HOPS: RuleOption = RuleOption {
    name: "max-hops",
    default: "4",
    summary: "more services than this in a row are reported",
};
/// A longer chain is shown by its first steps.
const STEPS_SHOWN: usize = 16;

/// A request that waits through many services in a row.
pub struct DeepSyncChain;

impl Rule for DeepSyncChain {
    fn about(&self) -> About {
        About {
            name: "deep-sync-chain",
            category: "performance",
            summary: "a request waits through many services in a row",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &["latency", "availability"],
            page: include_str!("deep_sync_chain.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[MAX_HOPS]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let most = report.option(MAX_HOPS.name);
        let mut chains: BTreeMap<Vec<Id<Relation>>, Vec<Element>> = BTreeMap::new();
        for flow in design.model.flows.rows() {
            let Some(operation) = flow.operation else {
                continue;
            };
            match deepest_of(design, flow, most) {
                Some(chain) => {
                    let of = Element::Operation(operation);
                    chains.entry(chain).or_default().push(of);
                }
                None => report.pass(),
            }
        }
        for (chain, of) in chains {
            report.fail(deep(design, &chain, &of, report));
        }
        outside_flows(design, report);
    }
}

fn weight(design: &Design<'_>, node: usize) -> f64 {
    let ours = design.component(Id::new(node)).is(Traits::COMPUTE);
    f64::from(u8::from(ours))
}

/// Returns the longest chain of a flow, where it is too long.
fn deepest_of(design: &Design<'_>, flow: &Flow, most: f64) -> Option<Vec<Id<Relation>>> {
    let links = flow.links();
    let waiting = links
        .iter()
        .map(|(link, _)| (link.relation, &design.model.relations[link.relation]))
        .filter(|(_, relation)| relation.waits());
    let waiting: BTreeMap<Id<Relation>, &Relation> = waiting.collect();
    // Numbered anew, so that a short flow in a large design costs little.
    let mut nodes: Vec<usize> = waiting
        .values()
        .flat_map(|relation| [relation.from.index(), relation.to.index()])
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    let place = |node: usize| nodes.binary_search(&node).unwrap_or_default();
    let edges = waiting.iter().map(|(id, relation)| Edge {
        id: id.index(),
        from: place(relation.from.index()),
        to: place(relation.to.index()),
    });
    let graph = Digraph::new(nodes.len(), edges);
    let starts: Vec<usize> = (0..nodes.len()).collect();
    let longest = graph.longest_path(&starts, |node| weight(design, nodes[node]), |_| 0.0)?;
    too_deep(longest, most)
}

fn too_deep(path: LongestPath, most: f64) -> Option<Vec<Id<Relation>>> {
    let deep = path.weight > most;
    deep.then(|| path.edges.into_iter().map(Id::new).collect())
}

/// Follows all connections that wait, from what no flow describes.
fn outside_flows(design: &Design<'_>, report: &mut Report) {
    let most = report.option(MAX_HOPS.name);
    let goals = design.success().goals.iter();
    let open = goals.filter(|goal| goal.flow.is_none());
    let (starts, of): (Vec<usize>, Vec<Element>) = open
        .filter_map(|goal| Some((goal.start?.index(), goal.of)))
        .unzip();
    if starts.is_empty() {
        return;
    }
    let graph = design.graph_of(|_, relation| relation.waits());
    let longest = graph.longest_path(&starts, |node| weight(design, node), |_| 0.0);
    match longest.and_then(|path| Some((path.nodes[0], too_deep(path, most)?))) {
        Some((start, chain)) => {
            let from_there = starts.iter().zip(&of).filter(|(it, _)| **it == start);
            let of: Vec<Element> = from_there.map(|(_, of)| *of).collect();
            let finding = deep(design, &chain, &of, report).confidence(Confidence::Medium);
            report.fail(finding.note(
                "no flow says which calls a request makes, so every connection that waits was followed",
            ));
        }
        None => report.pass(),
    }
}

fn deep(design: &Design<'_>, chain: &[Id<Relation>], of: &[Element], report: &Report) -> Finding {
    let relations: Vec<&Relation> = chain
        .iter()
        .map(|id| &design.model.relations[*id])
        .collect();
    let ends = relations.first().map(|first| first.from).into_iter();
    let ends = ends.chain(relations.iter().map(|relation| relation.to));
    let services: Vec<_> = ends
        .filter(|id| design.component(*id).is(Traits::COMPUTE))
        .collect();
    let names: Vec<String> = of.iter().map(|of| design.label(*of)).collect();
    let first = design.component(services[0]);
    let finding = report
        .finding(
            first.head.name_span,
            format!("{} waits through {} services in a row", list(&names), services.len()),
        )
        .label("the first of the chain")
        .note("each hop adds its slowest answers and its failures to those of all others")
        .help("let the first one ask the others side by side (`par`), hand over what the answer does not need (`~>`), or merge services that always go together");
    let shown = relations.iter().take(STEPS_SHOWN);
    let finding = shown.fold(finding, |finding, relation| {
        let (from, to) = (design.name(relation.from), design.name(relation.to));
        finding.step(relation.span, format!("`{from}` waits for `{to}`"))
    });
    let finding = services
        .iter()
        .fold(finding, |finding, id| finding.about(design.name(*id)));
    match latency(design, of) {
        Some(requirement) => {
            let demand = requirement.demands.first();
            let span = demand.map_or(requirement.head.name_span, |it| it.span);
            let asked = demand.map_or("to be fast".to_owned(), |it| it.words());
            finding.because(span, format!("`{}` asks for {asked}", requirement.label()))
        }
        None => finding,
    }
}

fn latency<'a>(design: &Design<'a>, of: &[Element]) -> Option<&'a Requirement> {
    let mut wanted = design
        .qualities("latency")
        .map(|(_, requirement)| requirement);
    wanted.find(|requirement| of.iter().any(|of| design.concerns(requirement, *of)))
}
