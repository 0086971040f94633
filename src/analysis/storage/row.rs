//! How many bytes one row of an entity takes.

use crate::analysis::figures::{assumed, size, stated};
use crate::analysis::input::{Input, Missing};
use crate::model::{Entity, Field, FieldType, Id, Model};

/// What a row takes beside its fields where its size is not stated: a tuple header of
/// 24 bytes and a line pointer of 4 (PostgreSQL documentation, Database Page Layout).
const OVERHEAD: f64 = 28.0;
/// A key whose fields say nothing, or refer to each other in a ring.
const KEY: f64 = 16.0;
/// Keys that are references to keys that are references … deeper than this are as above.
const DEEPEST_KEY: usize = 8;

/// The size of one row of an entity.
#[derive(Clone, Debug)]
pub struct Row {
    /// The entity.
    pub entity: Id<Entity>,
    /// Bytes of one row, without indexes and copies.
    pub bytes: f64,
    /// The stated size alone, or each field and what the row takes beside them.
    pub parts: Vec<Input>,
    /// Fields whose size cannot be known; they count as nothing.
    pub missing: Vec<Missing>,
}

impl Row {
    /// Tells whether the design states the size of the whole row.
    pub fn is_stated(&self) -> bool {
        use crate::analysis::input::Given;
        matches!(self.parts.as_slice(), [only] if matches!(only.given, Given::Stated(_)))
    }
}

/// The sizes of all rows and keys.
#[derive(Debug)]
pub(in crate::analysis) struct Rows<'a> {
    model: &'a Model,
    keys: Vec<f64>,
}

impl<'a> Rows<'a> {
    /// Computes the sizes of all keys.
    pub fn new(model: &'a Model) -> Rows<'a> {
        let mut rows = Rows {
            model,
            keys: vec![KEY; model.entities.len()],
        };
        for _ in 0..DEEPEST_KEY {
            let deeper = model.entities.ids().map(|id| rows.key_of(id)).collect();
            if rows.keys == deeper {
                break;
            }
            rows.keys = deeper;
        }
        rows
    }

    /// Returns the bytes of an entity's key.
    pub fn key(&self, id: Id<Entity>) -> f64 {
        self.keys[id.index()]
    }

    fn key_of(&self, id: Id<Entity>) -> f64 {
        let entity = &self.model.entities[id];
        if !entity.is_entity() {
            return ENUM;
        }
        let fields = entity.fields.iter().filter(|field| field.is("key"));
        let sizes: Vec<f64> = fields.filter_map(|field| self.one(field)).collect();
        match sizes.is_empty() {
            true => KEY,
            false => sizes.iter().sum(),
        }
    }

    fn one(&self, field: &Field) -> Option<f64> {
        self.value(&field.ty)
    }

    /// Returns the bytes of one value; of an entity its key, `None` where the type says
    /// nothing.
    pub fn value(&self, ty: &FieldType) -> Option<f64> {
        match ty {
            FieldType::Entity(id) => Some(self.key(*id)),
            FieldType::Open => None,
            FieldType::Scalar(name, size) => scalar(name, *size).map(|(bytes, _)| bytes),
        }
    }

    /// Returns the size of one row of an entity.
    pub fn row(&self, id: Id<Entity>) -> Row {
        let entity = &self.model.entities[id];
        let name = &entity.head.name;
        if let Some(stated) = stated(&entity.about, "size", name) {
            let bytes = stated.value;
            return Row {
                entity: id,
                bytes,
                parts: vec![stated],
                missing: Vec::new(),
            };
        }
        let mut row = Row {
            entity: id,
            bytes: 0.0,
            parts: Vec::new(),
            missing: Vec::new(),
        };
        for field in &entity.fields {
            self.add_field(&mut row, name, field);
        }
        match row.parts.is_empty() {
            true if entity.fields.is_empty() => row.missing.push(Missing {
                what: format!("`{name}` states neither its size nor its fields"),
                span: entity.head.name_span,
            }),
            true => {}
            false => row.parts.push(assumed(
                format!("{name} row"),
                OVERHEAD,
                size(OVERHEAD),
                "a row's header and pointer (PostgreSQL documentation, Database Page Layout)",
            )),
        }
        row.bytes = row.parts.iter().map(|part| part.value).sum();
        row
    }

    fn add_field(&self, row: &mut Row, owner: &str, field: &Field) {
        let name = format!("{owner}.{}", field.name);
        let Some(bytes) = self.one(field) else {
            let what = match field.ty {
                FieldType::Open => format!("`{name}` states no type"),
                _ => format!("`{name}` states no size"),
            };
            row.missing.push(Missing {
                what,
                span: field.span,
            });
            return;
        };
        if field.list {
            let what = format!("nothing says how many `{name}` holds; it counts as one");
            row.missing.push(Missing {
                what,
                span: field.span,
            });
        }
        row.parts
            .push(assumed(name, bytes, size(bytes), &self.why(field)));
    }

    fn why(&self, field: &Field) -> String {
        match &field.ty {
            FieldType::Entity(id) => {
                let of = &self.model.entities[*id];
                match of.is_entity() {
                    true => format!("the key of `{}`", of.head.name),
                    false => format!("`{}` as a number", of.head.name),
                }
            }
            FieldType::Scalar(name, size) => {
                scalar(name, *size).map_or_else(String::new, |(_, why)| why.to_owned())
            }
            FieldType::Open => String::new(),
        }
    }

    /// Returns the bytes that the indexes of an entity add to each row: for each,
    /// its fields and the key that it leads to.
    pub fn index(&self, id: Id<Entity>) -> Option<Input> {
        use crate::model::FactItem;
        let entity = &self.model.entities[id];
        let indexes = entity
            .about
            .items("index")
            .iter()
            .filter_map(|item| match item {
                FactItem::Fields(path) => Some(&path.fields),
                _ => None,
            });
        let mut bytes = 0.0;
        for fields in indexes {
            let sizes = fields.iter().map(|name| {
                let field = entity.field(name);
                field.and_then(|field| self.one(field)).unwrap_or(0.0)
            });
            bytes += self.key(id) + sizes.sum::<f64>();
        }
        let name = format!("{} indexes", entity.head.name);
        let why = "each entry holds the indexed fields and the key";
        (bytes > 0.0).then(|| assumed(name, bytes, size(bytes), why))
    }
}

/// An enum as a database keeps it (PostgreSQL documentation, Enumerated Types).
const ENUM: f64 = 4.0;

/// Returns the bytes of a scalar and why; `None` where they cannot be known.
fn scalar(name: &str, stated: Option<f64>) -> Option<(f64, &'static str)> {
    Some(match (name, stated) {
        ("uuid", _) => (16.0, "a uuid"),
        ("int", _) => (8.0, "a number of 64 bits"),
        ("int32", _) => (4.0, "a number of 32 bits"),
        ("decimal", _) => (16.0, "a decimal number"),
        ("bool", _) => (1.0, "a flag"),
        ("text", Some(letters)) => (letters, "as many bytes as letters"),
        ("text", None) => (100.0, "a text of which nothing says how long it is"),
        ("email", _) => (30.0, "an email address of common length"),
        ("url", _) => (100.0, "an address of common length"),
        ("date", _) => (4.0, "a date"),
        ("timestamp", _) => (8.0, "a time"),
        ("point", _) => (16.0, "two numbers of 64 bits"),
        ("vector", Some(numbers)) => (numbers * 4.0, "numbers of 32 bits"),
        ("blob" | "json", Some(bytes)) => (bytes, "as stated"),
        _ => return None,
    })
}
