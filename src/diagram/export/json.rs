//! JSON: the scene itself, as `schemas/scene.schema.json` describes it.

use serde::Serialize;

use crate::diagram::layout::Placement;
use crate::diagram::scene::Scene;

/// The version of the format; it grows when a reader of the one before could
/// not read it.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    scene: &'a Scene,
    #[serde(skip_serializing_if = "Option::is_none")]
    placement: Option<&'a Placement>,
}

/// Returns a scene as JSON, with the places of things where it has been laid out.
///
/// The lists of a placement go with those of the structure.
pub fn document(scene: &Scene, placement: Option<&Placement>) -> String {
    let document = Document {
        version: VERSION,
        scene,
        placement,
    };
    // A scene has no map and no number that JSON cannot hold.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::diagram::export::samples;
    use crate::diagram::layout::{Point, Rect, Route, Size};

    const SCHEMA: &str = include_str!("../../../schemas/scene.schema.json");

    /// Checks a value against the words of JSON Schema that ours uses; returns
    /// what is wrong.
    fn wrong(schema: &Value, rule: &Value, value: &Value, at: &str) -> Vec<String> {
        let rules = rule.as_object().unwrap();
        let each = rules.iter().flat_map(|(word, rule)| match word.as_str() {
            "$defs" | "$schema" | "description" | "required" | "title" => Vec::new(),
            "$ref" => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                wrong(schema, schema.pointer(pointer).unwrap(), value, at)
            }
            "additionalProperties" => unknown(rules.get("properties").unwrap(), value, at),
            "const" => complain(rule == value, at, "is another constant"),
            "enum" => complain(
                rule.as_array().unwrap().contains(value),
                at,
                "is no such word",
            ),
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                let each = items.flat_map(|(i, it)| wrong(schema, rule, it, &format!("{at}/{i}")));
                each.collect()
            }
            "minimum" => complain(value.as_f64().is_none_or(|it| it >= 0.0), at, "is negative"),
            "oneOf" => {
                let rules = rule.as_array().unwrap().iter();
                let fitting = rules.filter(|it| wrong(schema, it, value, at).is_empty());
                complain(fitting.count() == 1, at, "is not one of several")
            }
            "properties" => properties(schema, rules, value, at),
            "type" => complain(is_of(rule, value), at, "is of another type"),
            word => panic!("the test does not know `{word}`"),
        });
        each.collect()
    }

    fn complain(right: bool, at: &str, what: &str) -> Vec<String> {
        match right {
            true => Vec::new(),
            false => vec![format!("{at} {what}")],
        }
    }

    fn unknown(known: &Value, value: &Value, at: &str) -> Vec<String> {
        let fields = value.as_object().into_iter().flatten();
        let unknown = fields.filter(|(name, _)| known.get(name).is_none());
        unknown
            .map(|(name, _)| format!("{at}/{name} is unknown"))
            .collect()
    }

    fn properties(
        schema: &Value,
        rules: &serde_json::Map<String, Value>,
        value: &Value,
        at: &str,
    ) -> Vec<String> {
        let required = rules["required"].as_array().unwrap();
        let each = rules["properties"].as_object().unwrap().iter();
        let each = each.flat_map(|(name, rule)| match value.get(name) {
            Some(value) => wrong(schema, rule, value, &format!("{at}/{name}")),
            None if required.iter().any(|it| it == name) => vec![format!("{at}/{name} is missing")],
            None => Vec::new(),
        });
        each.collect()
    }

    fn is_of(rule: &Value, value: &Value) -> bool {
        if let Some(several) = rule.as_array() {
            return several.iter().any(|it| is_of(it, value));
        }
        match rule.as_str().unwrap() {
            "array" => value.is_array(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_u64() || value.is_i64(),
            "null" => value.is_null(),
            "number" => value.is_number(),
            "object" => value.is_object(),
            "string" => value.is_string(),
            other => panic!("there is no type `{other}`"),
        }
    }

    fn check(text: &str) -> Vec<String> {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let value: Value = serde_json::from_str(text).unwrap();
        wrong(&schema, &schema, &value, "")
    }

    #[test]
    fn what_is_written_is_as_the_schema_says() {
        for scene in samples::all() {
            assert_eq!(check(&document(&scene, None)), [""; 0], "{}", scene.name);
        }
        let route = |label| Route {
            points: vec![Point::default()],
            label,
        };
        let placement = Placement {
            size: Size::default(),
            groups: vec![Rect::default()],
            nodes: vec![Rect::default()],
            edges: vec![route(None), route(Some(Rect::default()))],
        };
        let written = document(&samples::nasty(), Some(&placement));
        assert_eq!(check(&written), [""; 0]);
    }

    #[test]
    fn the_schema_knows_wrong_from_right() {
        let right = document(&samples::nasty(), None);
        for (from, to) in [
            ("\"version\": 1", "\"version\": 2"),
            ("\"solid\"", "\"wavy\""),
            ("\"structure\"", "\"table\""),
            ("\"caption\"", "\"subtitle\""),
            ("\"sensitive\": true", "\"sensitive\": \"yes\""),
            ("\"parent\": 0", "\"parent\": -1"),
        ] {
            assert!(right.contains(from), "{from}");
            let wrong = right.replacen(from, to, 1);
            assert_ne!(check(&wrong), [""; 0], "{to}");
        }
    }
}
