//! What causes and parts are called.

use crate::analysis::availability::Cause;
use crate::analysis::success::Part;
use crate::model::Element;
use crate::numbers::Context;

use super::{Loss, LossKind};

/// What one of several zones is called.
pub(super) const ZONE: &str = "a zone";
/// What one of several regions is called.
pub(super) const REGION: &str = "a region";

/// Returns what a cause is called.
pub(super) fn cause(context: &Context, cause: Cause) -> String {
    match cause {
        Cause::Component(id) => context.name(Element::Component(id)),
        Cause::Place(id) => context.name(Element::Place(id)),
        Cause::Zone(false, _) => ZONE.to_owned(),
        Cause::Zone(true, _) => REGION.to_owned(),
        Cause::AllZones(false) => "all zones at once".to_owned(),
        Cause::AllZones(true) => "all regions at once".to_owned(),
    }
}

/// Returns a part as a reader knows it.
pub(super) fn loss(context: &Context, part: Part) -> Loss {
    let name = |element| Some(context.name(element));
    let (kind, name, number) = match part {
        Part::Component(id) => (LossKind::Component, name(Element::Component(id)), None),
        Part::Place(id) => (LossKind::Place, name(Element::Place(id)), None),
        Part::Replica(id, number) => (
            LossKind::Replica,
            name(Element::Component(id)),
            Some(number),
        ),
        Part::Zone(false, number) => (LossKind::Zone, None, Some(number)),
        Part::Zone(true, number) => (LossKind::Region, None, Some(number)),
    };
    Loss {
        kind,
        name,
        number: number.map(|number| number + 1),
    }
}

impl Loss {
    /// Says what it is, without the number of a replica, zone or region.
    pub(super) fn words(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        match self.kind {
            LossKind::Component | LossKind::Place => format!("`{name}`"),
            LossKind::Replica => format!("a replica of `{name}`"),
            LossKind::Zone => ZONE.to_owned(),
            LossKind::Region => REGION.to_owned(),
        }
    }

    /// Says what it is where several of its kind are lost.
    pub(super) fn plural(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        match self.kind {
            LossKind::Component | LossKind::Place => format!("`{name}`"),
            LossKind::Replica => format!("two replicas of `{name}`"),
            LossKind::Zone => "two zones".to_owned(),
            LossKind::Region => "two regions".to_owned(),
        }
    }
}
