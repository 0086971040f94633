//! How many bits a second operations and connections carry: `λ·payload·8`.
//!
//! Takes a model, gives for each operation and connection whose rate is known what
//! crosses it. What nothing says the size of counts as nothing and is listed, so that a
//! result is the least that crosses.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::figures::{assumed, count, missing, relation_name, size, stated, stated_as};
use crate::analysis::input::{Input, Missing};
use crate::analysis::storage::Rows;
use crate::analysis::uses::{Use, Uses, uses};
use crate::model::{Element, FieldType, Id, Model, Operation, Parameter};
use crate::quantity::Dimension;
use crate::vocabulary::Traits;

/// What crosses the lines of a design.
#[derive(Clone, Debug, Default)]
pub struct Bandwidth {
    /// The operations whose rate is known, in the order of the model.
    pub operations: Vec<Transfer>,
    /// The connections that are used at a known rate, in the order of the model.
    pub connections: Vec<Transfer>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What crosses one connection, or goes in and out of one operation.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// The operation or connection.
    pub of: Element,
    /// How often a second, at peak.
    pub per_second: f64,
    /// Bits a second at peak, both ways together.
    pub bits: f64,
    /// Bits a second on average.
    pub average_bits: f64,
    /// What crosses at a time, in bytes.
    pub payloads: Vec<Input>,
    /// Bits a second that the line carries, if it is stated.
    pub line: Option<Input>,
    /// Sizes that nothing states; they count as nothing.
    pub missing: Vec<Missing>,
}

/// A value of a parameter of which nothing says what it is.
const SHORT_VALUE: f64 = 16.0;

/// Returns bits a second of so many bytes at a time.
pub fn bits(per_second: f64, bytes: f64) -> f64 {
    per_second * bytes * 8.0
}

impl Transfer {
    /// Returns the share of the line that is used at peak.
    pub fn share(&self) -> Option<f64> {
        let line = self.line.as_ref().filter(|it| it.value > 0.0)?;
        Some(self.bits / line.value)
    }
}

/// Returns what crosses the lines of a design.
pub fn bandwidth(model: &Model) -> Bandwidth {
    bandwidth_of(model, &uses(model))
}

/// As [`bandwidth`], where the uses are known.
pub(in crate::analysis) fn bandwidth_of(model: &Model, uses: &Uses<'_>) -> Bandwidth {
    let rows = Rows::new(model);
    let mut operations = Vec::new();
    let mut payloads = BTreeMap::new();
    for id in model.operations.ids() {
        let payload = payload_of(model, &rows, id);
        let of = Element::Operation(id);
        if let Some(rate) = uses.rates.get(&of) {
            let mut transfer = Transfer::new(of);
            transfer.add(&payload, rate.average, rate.peak);
            transfer.finish();
            operations.push(transfer);
        }
        payloads.insert(id, payload);
    }
    let mut found: BTreeMap<_, Transfer> = BTreeMap::new();
    for step in &uses.all {
        let (average, peak) = (uses.average(step), uses.peak(step));
        if peak <= 0.0 {
            continue;
        }
        let of = Element::Relation(step.link.relation);
        let transfer = found
            .entry(step.link.relation)
            .or_insert_with(|| Transfer::new(of));
        let payload = payload_of_step(model, &rows, step, &payloads);
        transfer.add(&payload, average, peak);
    }
    let mut connections: Vec<Transfer> = found.into_values().collect();
    for transfer in &mut connections {
        transfer.line = line(model, transfer.of);
        transfer.finish();
    }
    let missing = uses.missing.clone();
    Bandwidth {
        operations,
        connections,
        missing,
    }
}

/// What crosses at a time.
#[derive(Clone, Debug, Default)]
struct Payload {
    parts: Vec<Input>,
    missing: Vec<Missing>,
}

impl Transfer {
    fn new(of: Element) -> Transfer {
        Transfer {
            of,
            per_second: 0.0,
            bits: 0.0,
            average_bits: 0.0,
            payloads: Vec::new(),
            line: None,
            missing: Vec::new(),
        }
    }

    fn add(&mut self, payload: &Payload, average: f64, peak: f64) {
        let bytes: f64 = payload.parts.iter().map(|part| part.value).sum();
        self.per_second += peak;
        self.bits += bits(peak, bytes);
        self.average_bits += bits(average, bytes);
        self.payloads.extend(payload.parts.iter().cloned());
        self.missing.extend(payload.missing.iter().cloned());
    }

    /// Says everything once, in the order of names and places.
    fn finish(&mut self) {
        self.payloads
            .sort_by(|a, b| a.name.cmp(&b.name).then(a.value.total_cmp(&b.value)));
        self.payloads.dedup();
        self.missing
            .sort_by(|a, b| (a.span, &a.what).cmp(&(b.span, &b.what)));
        self.missing.dedup();
    }
}

/// Returns what goes into an operation and comes out of it: as stated, else its
/// parameters and results.
fn payload_of(model: &Model, rows: &Rows<'_>, id: Id<Operation>) -> Payload {
    let operation = &model.operations[id];
    let name = &operation.head.name;
    let mut payload = Payload::default();
    if let Some(stated) = stated(&operation.facts, "payload", name) {
        payload.parts.push(stated);
        return payload;
    }
    for parameter in &operation.parameters {
        let part = format!("{name}.{}", parameter.name);
        let bytes = match &parameter.ty {
            FieldType::Open => Some(SHORT_VALUE),
            ty => rows.value(ty),
        };
        match bytes {
            Some(bytes) => {
                let why = "a parameter by its type";
                payload.parts.push(assumed(part, bytes, size(bytes), why));
            }
            None => payload.missing.push(missing(
                model,
                Element::Operation(id),
                format!("`{part}` states no size"),
            )),
        }
    }
    for result in &operation.results {
        add_result(model, rows, id, result, &mut payload);
    }
    if payload.parts.is_empty() && payload.missing.is_empty() {
        let what = format!("`{name}` states neither parameters nor an answer nor a `payload`");
        let of = Element::Operation(id);
        payload.missing.push(missing(model, of, what));
    }
    payload
}

/// Adds a result: one, or as many as `bounded` allows.
fn add_result(
    model: &Model,
    rows: &Rows<'_>,
    id: Id<Operation>,
    result: &Parameter,
    payload: &mut Payload,
) {
    let operation = &model.operations[id];
    let name = format!("{} answer", operation.head.name);
    let of = Element::Operation(id);
    let bytes = match &result.ty {
        FieldType::Entity(entity) => {
            let row = rows.row(*entity);
            payload.missing.extend(row.missing.iter().cloned());
            // Nothing is known of it, which its missing parts say.
            if row.bytes <= 0.0 && !row.missing.is_empty() {
                return;
            }
            Some(row.bytes)
        }
        ty => rows.value(ty),
    };
    let Some(bytes) = bytes else {
        payload
            .missing
            .push(missing(model, of, format!("`{name}` states no size")));
        return;
    };
    let bound = operation.facts.number("bounded").filter(|_| result.list);
    if result.list && bound.is_none() {
        let what = format!(
            "`{}` states no `bounded`: how many its answer holds; it counts as one",
            operation.head.name
        );
        payload.missing.push(missing(model, of, what));
    }
    let many = bound.unwrap_or(1.0);
    let words = match bound {
        Some(many) => format!("{} × {}", count(many), size(bytes)),
        None => size(bytes),
    };
    payload.parts.push(assumed(
        name,
        bytes * many,
        words,
        "the size of what it answers",
    ));
}

/// Returns what a step carries: as stated, else what is read, written and carried, else
/// what the operation takes and answers.
fn payload_of_step(
    model: &Model,
    rows: &Rows<'_>,
    step: &Use<'_>,
    operations: &BTreeMap<Id<Operation>, Payload>,
) -> Payload {
    let mut payload = Payload::default();
    let name = relation_name(model, step.link.relation);
    if let Some(stated) = stated(&step.link.facts, "payload", &name) {
        payload.parts.push(stated);
        return payload;
    }
    let carried = step.link.facts.data("carries").map(|data| data.entity);
    let entities: BTreeSet<_> = step
        .reads
        .iter()
        .chain(&step.writes)
        .copied()
        .chain(carried)
        .collect();
    for entity in &entities {
        let row = rows.row(*entity);
        payload.missing.extend(row.missing.iter().cloned());
        let part = format!("{} row", model.entities[*entity].head.name);
        let why = "at least one crosses at a time";
        payload
            .parts
            .push(assumed(part, row.bytes, size(row.bytes), why));
    }
    let to = &model.components[step.relation(model).to];
    let ends = to.traits.any(Traits::STORES.with(Traits::MEDIUM));
    match step.of {
        Element::Operation(id) if entities.is_empty() && !ends => {
            operations.get(&id).cloned().unwrap_or_default()
        }
        _ if entities.is_empty() => {
            let what = format!("`{name}` states no `payload`");
            let of = Element::Relation(step.link.relation);
            payload.missing.push(missing(model, of, what));
            payload
        }
        _ => payload,
    }
}

/// Returns the bits a second that a connection carries: as it says, else all replicas of
/// its receiver together.
fn line(model: &Model, of: Element) -> Option<Input> {
    let Element::Relation(id) = of else {
        return None;
    };
    let relation = &model.relations[id];
    let name = relation_name(model, id);
    let own = stated(&relation.facts, "bandwidth", &name);
    let taken = || {
        let to = &model.components[relation.to];
        let fits = |it: &crate::quantity::Quantity| it.dimension == Dimension::BANDWIDTH;
        let each = stated_as(&to.facts, "capacity", &to.head.path, fits)?;
        let replicas = crate::analysis::figures::replicas(to)?;
        let value = each.value * replicas.value;
        Some(Input {
            value,
            words: format!("{} × {}", each.words, replicas.words),
            ..each
        })
    };
    let line = own.or_else(taken)?;
    Some(Input {
        value: line.value * 8.0,
        ..line
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::samples::{EXAMPLE, assert_near, model};

    const TEXT: &str = "system S
        entity E { id: uuid key; about { size: 1 KB } }
        api A: rest {
            get: GET /es (limit) -> E[] { bounded: 50 }
            all: GET /all -> E[]
            raw: GET /raw { payload: 1 MB }
        }
        load L { get: 100/s; all: 1/s; raw: 10/s; peak: 2x }
        client c
        service s { serves: A; replicas: 2; capacity: 1Gbps }
        database d { stores: E }
        s -> d { bandwidth: 100Mbps }
        flow Get: get { c -> s; s -> d { reads: E; times: 50 } }
        flow Raw: raw { c -> s; s -> d { payload: 1 MB } }";

    #[test]
    fn bits_are_eight_a_byte() {
        assert_eq!(bits(1000.0, 125.0), 1e6);
    }

    #[test]
    fn operations_carry_what_they_take_and_answer() {
        let found = bandwidth(&model(TEXT));
        let bits: BTreeMap<_, _> = found.operations.iter().map(|it| (it.of, it.bits)).collect();
        let model = model(TEXT);
        let of = |name| Element::Operation(crate::analysis::samples::operation(&model, name));
        assert_near(bits[&of("get")], 200.0 * (50_000.0 + 16.0) * 8.0, 1e-12);
        assert_near(bits[&of("all")], 2.0 * 1000.0 * 8.0, 1e-12);
        assert_near(bits[&of("raw")], 20.0 * 8e6, 1e-12);
        let all = found
            .operations
            .iter()
            .find(|it| it.of == of("all"))
            .unwrap();
        assert_eq!(
            all.missing[0].what,
            "`all` states no `bounded`: how many its answer holds; it counts as one"
        );
    }

    #[test]
    fn connections_carry_what_is_read_and_written() {
        let model = model(TEXT);
        let found = bandwidth(&model);
        let of = |name: &str| {
            let mut all = found.connections.iter();
            let named = |it: &&Transfer| match it.of {
                Element::Relation(id) => relation_name(&model, id) == name,
                _ => false,
            };
            all.find(named).expect("a connection")
        };
        let store = of("s -> d");
        assert_near(
            store.bits,
            (200.0 * 50.0 * 1000.0 + 20.0 * 1e6) * 8.0,
            1e-12,
        );
        assert_near(store.share().unwrap(), 2.4, 1e-12);
        assert_near(store.average_bits, store.bits / 2.0, 1e-12);
        let front = of("c -> s");
        assert_near(front.share().unwrap(), front.bits / 2e9, 1e-12);
        assert_near(front.per_second, 220.0, 1e-12);
    }

    #[test]
    fn the_example_says_what_it_leaves_open() {
        let model = model(EXAMPLE);
        let found = bandwidth(&model);
        assert_eq!(found.operations.len(), 4);
        assert!(found.operations.iter().any(|it| !it.missing.is_empty()));
    }
}
