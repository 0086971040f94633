//! What crosses the lines.

use serde::Serialize;

use super::sheet::{Block, Cell, Column, Section, Table, Tone, sources};
use super::words::percent;
use super::{Context, Input, Missing};
use crate::analysis::bandwidth as analysis;
use crate::quantity::figures::{bits, bytes};

/// What crosses the lines of a design.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Bandwidth"))]
pub struct Part {
    /// What operations take and answer, in the order of the design; only those whose rate
    /// is known.
    pub operations: Vec<Transfer>,
    /// What crosses connections, in the order of the design; only those that are used at
    /// a known rate.
    pub connections: Vec<Transfer>,
    /// The numbers that went in.
    pub inputs: Vec<Input>,
    /// What would have to be stated to say more.
    pub missing: Vec<Missing>,
}

/// What crosses one connection, or goes in and out of one operation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// The operation or the connection: `Public.get`, `gate -> feeds`.
    pub of: String,
    /// How often a second at peak.
    pub peak_per_second: f64,
    /// Bytes that cross at a time, on average over everything that crosses.
    pub payload_bytes: f64,
    /// Bits a second on average, both ways together.
    pub average_bits_per_second: f64,
    /// Bits a second at peak, both ways together.
    pub peak_bits_per_second: f64,
    /// Bits a second that the line carries; null where nothing says.
    pub line_bits_per_second: Option<f64>,
    /// The share of the line that is used at peak; null where nothing says what it carries.
    pub share: Option<f64>,
    /// Whether all sizes are known; where not, it is what crosses at the least.
    pub complete: bool,
}

pub(super) fn part(context: &Context) -> Part {
    let found = analysis::bandwidth(context.model);
    let both = || found.operations.iter().chain(&found.connections);
    let inputs = both().flat_map(|it| it.payloads.iter().chain(&it.line));
    let missing = both().flat_map(|it| &it.missing);
    let transfers = |all: &[analysis::Transfer]| -> Vec<Transfer> {
        all.iter().map(|it| transfer(context, it)).collect()
    };
    Part {
        operations: transfers(&found.operations),
        connections: transfers(&found.connections),
        inputs: context.inputs(inputs),
        missing: context.missing(missing.chain(&found.missing)),
    }
}

fn transfer(context: &Context, transfer: &analysis::Transfer) -> Transfer {
    let bytes = transfer.bits / 8.0 / transfer.per_second;
    Transfer {
        of: context.name(transfer.of),
        peak_per_second: transfer.per_second,
        payload_bytes: Some(bytes).filter(|it| it.is_finite()).unwrap_or(0.0),
        average_bits_per_second: transfer.average_bits,
        peak_bits_per_second: transfer.bits,
        line_bits_per_second: transfer.line.as_ref().map(|it| it.value),
        share: transfer.share(),
        complete: transfer.missing.is_empty(),
    }
}

/// Rows of each table at the most.
const SHOWN: usize = 12;
/// What carries less is not worth a row beside what carries more: 1 Mbps.
const LITTLE: f64 = 1e6;
/// From this share on a line is nearly full.
const NEARLY: f64 = 0.7;

pub(super) fn section(part: &Part) -> Option<Section> {
    let carries = |it: &&Transfer| it.peak_bits_per_second > 0.0;
    let operations: Vec<&Transfer> = part.operations.iter().filter(carries).collect();
    let connections: Vec<&Transfer> = part.connections.iter().filter(carries).collect();
    if operations.is_empty() && connections.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    for (title, transfers) in [("operation", operations), ("connection", connections)] {
        if !transfers.is_empty() {
            blocks.extend(table(title, transfers));
        }
    }
    blocks.extend(sources(&part.inputs, &part.missing));
    Some(Section {
        title: "Bandwidth".into(),
        blocks,
    })
}

/// Returns the transfers, those that fill most of their line first, then those that
/// carry most; and how many are left out.
fn table(title: &str, mut transfers: Vec<&Transfer>) -> Vec<Block> {
    let rank = |it: &Transfer| (it.share.unwrap_or(0.0), it.peak_bits_per_second);
    transfers.sort_by(|a, b| {
        let ((a_share, a_bits), (b_share, b_bits)) = (rank(a), rank(b));
        b_share.total_cmp(&a_share).then(b_bits.total_cmp(&a_bits))
    });
    let matters = |it: &Transfer| it.share.is_some() || it.peak_bits_per_second >= LITTLE;
    let many = transfers.iter().filter(|it| matters(it)).count();
    let many = if many == 0 { transfers.len() } else { many }.min(SHOWN);
    let lines = transfers.iter().any(|it| it.share.is_some());
    let mut columns = vec![Column::left(title)];
    columns.extend(["at a time", "peak"].map(Column::right));
    columns.extend(lines.then(|| Column::right("line")));
    columns.extend(lines.then(|| Column::right("used")));
    let mut table = Table::new(columns);
    for transfer in &transfers[..many] {
        let least = if transfer.complete { "" } else { "≥ " };
        let mut cells = vec![
            Cell::from(&transfer.of),
            Cell::from(format!("{least}{}", bytes(transfer.payload_bytes))),
            Cell::from(format!("{least}{}", bits(transfer.peak_bits_per_second))),
        ];
        cells.extend(
            lines.then(|| Cell::from(transfer.line_bits_per_second.map_or("?".into(), bits))),
        );
        cells.extend(lines.then(|| used(transfer)));
        table.row(cells);
    }
    let left: Vec<&Transfer> = transfers[many..].to_vec();
    let mut blocks = vec![Block::Table(table)];
    if let Some(most) = left.first() {
        let verb = if left.len() == 1 { "carries" } else { "carry" };
        let most = bits(most.peak_bits_per_second);
        let words = format!("{} more {verb} {most} or less.", left.len());
        blocks.push(Block::Paragraph(words));
    }
    blocks
}

fn used(transfer: &Transfer) -> Cell {
    let Some(share) = transfer.share else {
        return Cell::from("?");
    };
    let tone = match share {
        it if it > 1.0 => Some(Tone::Bad),
        it if it > NEARLY => Some(Tone::Doubtful),
        _ => None,
    };
    Cell::toned(percent(share), tone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::samples::{lines, part_of};

    const TEXT: &str = "system S
        entity E { id: uuid key; about { size: 1 KB } }
        api A: rest { get: GET /es (limit) -> E[] { bounded: 50 }; all: GET /all -> E[] }
        load L { get: 100/s; all: 1/s; peak: 2x }
        client c
        service s { serves: A }
        database d { stores: E }
        s -> d { bandwidth: 100Mbps }
        flow Get: get { c -> s; s -> d { reads: E; times: 50 } }";

    #[test]
    fn bits_stand_against_the_line() {
        let found = lines(section(&part_of(TEXT, part)));
        let expected = [
            "operation | at a time | peak",
            // 50 × 1000 + 16 bytes, 200 times a second.
            "A.get | 50 KB | 80 Mbps",
            "1 more carries 16 kbps or less.",
            "connection | at a time | peak | line | used",
            // 50 reads of 1000 bytes, each 200 times a second.
            "s -> d | 1 KB | 80 Mbps | 100 Mbps | 80 %",
            "c -> s | 50 KB | 80 Mbps | ? | ?",
        ];
        assert_eq!(found[..6], expected);
    }

    #[test]
    fn transfers_are_plain_numbers() {
        let json = serde_json::to_value(part_of(TEXT, part)).unwrap();
        let line = json["connections"].as_array().unwrap();
        let line = line.iter().find(|it| it["of"] == "s -> d").unwrap();
        assert_eq!(line["peakPerSecond"], 10_000.0);
        assert_eq!(line["peakBitsPerSecond"], 80e6);
        assert_eq!(line["averageBitsPerSecond"], 40e6);
        assert_eq!(line["lineBitsPerSecond"], 100e6);
        assert_eq!(line["share"], 0.8);
        let all = json["operations"].as_array().unwrap();
        let all = all.iter().find(|it| it["of"] == "A.all").unwrap();
        assert_eq!(all["complete"], false);
    }

    #[test]
    fn without_a_load_there_is_nothing_to_say() {
        assert!(section(&part_of("system S\nservice s", part)).is_none());
    }
}
