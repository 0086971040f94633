//! Every word of the language in one table.
//!
//! Gives kinds with their types and traits, properties with the form of their
//! values, and the catalogue of technologies. Checking, explaining and the
//! language reference all read these tables. Does not know any design.

mod kinds;
mod measures;
mod properties;
mod synonyms;
mod technologies;
mod traits;

pub use kinds::{Category, GROUPS, Group, KINDS, Kind, TypeWord, kind};
pub use measures::{MEASURES, Measure, measure_word};
pub use properties::{
    Owners, PROPERTIES, Property, STEPS, Shape, owners_of_key, property, property_keys,
};
pub use synonyms::synonym;
pub use technologies::catalogue;
pub use traits::Traits;

/// The verbs that make a `key: value` of an `api` block an operation.
pub const VERBS: &[&str] = &[
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "query",
    "mutation",
    "subscription",
    "rpc",
    "send",
    "receive",
    "stream",
];

/// The scalar types of fields and parameters.
pub const FIELD_TYPES: &[&str] = &[
    "uuid",
    "int",
    "int32",
    "decimal",
    "bool",
    "text",
    "email",
    "url",
    "date",
    "timestamp",
    "point",
    "vector",
    "json",
    "blob",
];

/// The words that may follow a field's type.
pub const MODIFIERS: &[&str] = &[
    "key",
    "unique",
    "indexed",
    "personal",
    "secret",
    "optional",
    "derived",
    "immutable",
];

/// The groups of steps that stand inside a flow.
pub const STEP_GROUPS: &[&str] = &["opt", "alt", "else", "par", "loop", "atomic"];

#[cfg(test)]
mod tests;
