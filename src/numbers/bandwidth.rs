//! What crosses the lines.

use serde::Serialize;

use super::sheet::Section;
use super::{Context, Input, Missing};
use crate::analysis::bandwidth as analysis;

/// What crosses the lines of a design.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
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

pub(super) fn section(_part: &Part) -> Option<Section> {
    None
}
