//! Keywords are contextual: each works as a name, a field and a tag.

use std::collections::BTreeSet;

use underpin::vocabulary::{
    FIELD_TYPES, KINDS, MODIFIERS, PROPERTIES, STEP_GROUPS, VERBS, measure_word,
};

use crate::support::findings;

/// Every word that means something somewhere.
fn words() -> BTreeSet<&'static str> {
    let kinds = KINDS
        .iter()
        .flat_map(|kind| std::iter::once(kind.name).chain(kind.types.iter().map(|word| word.name)));
    let keys = PROPERTIES
        .iter()
        .map(|property| property.key)
        .filter(|key| !key.contains('.'));
    let rest = [FIELD_TYPES, MODIFIERS, STEP_GROUPS, VERBS]
        .into_iter()
        .flatten()
        .copied();
    let more = [
        "yes", "no", "none", "many", "across", "per", "by", "on", "every", "to", "through",
    ];
    kinds
        .chain(keys)
        .chain(rest)
        .chain(more)
        .chain(["about", "accept", "relation"])
        .collect()
}

fn understood(text: &str) -> Result<(), String> {
    let wrong: Vec<String> = findings(text)
        .into_iter()
        .filter(|finding| finding.severity == underpin::finding::Severity::Error)
        .filter(|finding| {
            let mut infos = underpin::rules::infos().into_iter();
            infos.any(|info| info.name == finding.rule && info.category == "language")
        })
        .map(|finding| format!("{}: {}", finding.rule, finding.message))
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{wrong:?} in\n{text}"))
    }
}

#[test]
fn every_word_works_as_a_name() {
    for word in words() {
        let text = format!(
            "system {word}: product\nfunctional {word} \"x\"\nentity {word} {{ id: uuid key }}\n\
             service {word} {{ for: {word}; owns: {word} }}\nservice other\n\
             {word} -> other\nother -> {word} {{ reads: {word} }}\n\
             flow {word} {{ {word} -> other -> {word} }}\ndecision {word} {{ for: {word} }}\n\
             environment {word} {{ {word}.replicas: 2 }}\n"
        );
        understood(&text).unwrap();
    }
}

#[test]
fn every_word_works_as_a_field_and_a_parameter() {
    for word in words() {
        let text = format!(
            "entity Thing {{ {word}: text }}\nentity Other {{ {word} }}\n\
             enum Word {{ {word}; another }}\n\
             api Public: rest {{ get: GET /things ({word}: text) -> Thing }}\n"
        );
        understood(&text).unwrap();
    }
}

#[test]
fn every_word_works_as_an_operation() {
    for word in words() {
        let text = format!(
            "api Public: rest {{ {word}: GET /things/{{id}} -> Thing }}\nentity Thing\n\
             load Daily {{ Public.{word}: 3/s }}\nservice web {{ serves: Public.{word} }}\n\
             flow Do: Public.{word} {{ web -> data }}\ndatabase data\n"
        );
        understood(&text).unwrap();
    }
}

#[test]
fn every_word_works_as_a_tag_and_a_technology() {
    for word in words() {
        let tagged = format!("@tag({word}) service web\n");
        understood(&tagged).unwrap();
        if underpin::vocabulary::KINDS
            .iter()
            .all(|kind| kind.types.iter().all(|it| it.name != word))
        {
            let text = format!(
                "technology {word}: database {{ model: relational }}\ndatabase data: {word}\n"
            );
            understood(&text).unwrap();
        }
    }
}

#[test]
fn measures_are_words_too() {
    let measures = underpin::vocabulary::MEASURES
        .iter()
        .map(|(name, ..)| *name);
    for word in measures.chain(["p50", "p99"]) {
        assert!(measure_word(word).is_some());
        let text = format!("service {word}\nservice other\n{word} -> other\n");
        understood(&text).unwrap();
    }
}
