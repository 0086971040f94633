//! Whole-table tests.

use super::*;

#[test]
fn every_row_is_documented_and_unique() {
    for (index, kind) in KINDS.iter().enumerate() {
        assert!(kind.doc.ends_with('.'), "{}", kind.name);
        assert!(
            KINDS[..index].iter().all(|other| other.name != kind.name),
            "{}",
            kind.name
        );
        assert!(
            kind.types.iter().all(|word| !word.doc.is_empty()),
            "{}",
            kind.name
        );
    }
    for (index, property) in PROPERTIES.iter().enumerate() {
        assert!(
            !property.doc.is_empty() && !property.shapes.is_empty(),
            "{}",
            property.key
        );
        let clash = PROPERTIES[..index]
            .iter()
            .find(|other| other.key == property.key && other.owners.meets(property.owners));
        assert!(
            clash.is_none(),
            "{} has two meanings for one owner",
            property.key
        );
        assert!(!property.owners.words().is_empty(), "{}", property.key);
    }
    for (name, _, doc) in MEASURES {
        assert!(measure_word(name).is_some() && !doc.is_empty());
    }
}

#[test]
fn percentiles_are_measures_of_time() {
    assert_eq!(measure_word("p99.9"), Some(Measure::Duration));
    for word in ["p100", "p0", "p-1", "pinf", "p", "ponies", "p1e1"] {
        assert_eq!(measure_word(word), None, "{word}");
    }
}

#[test]
fn traits_have_names() {
    let both = Traits::STORES.with(Traits::DURABLE);
    assert_eq!(both.names().collect::<Vec<_>>(), ["stores", "durable"]);
    assert_eq!(Traits::named("third-party"), Some(Traits::THIRD_PARTY));
}
