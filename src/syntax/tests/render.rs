//! A tree as short text, without its places.

use crate::syntax::tree::*;

/// Renders items between blanks, comments as `//`, blocks in braces.
pub(super) fn items(items: &[Item]) -> String {
    let parts: Vec<String> = items.iter().map(item).collect();
    parts.join(" ")
}

fn item(item: &Item) -> String {
    match &item.node {
        Node::Annotation(it) => format!("@{}({})", it.name.text, arguments(&it.arguments)),
        Node::Broken(broken) => {
            let words: Vec<&str> = broken.words.iter().map(Name::as_str).collect();
            format!("broken<{}>", words.join(" "))
        }
        Node::Comment => "//".to_owned(),
        Node::Doc(text) => format!("///{text:?}"),
        Node::Statement(it) => statement(it),
    }
}

fn statement(statement: &Statement) -> String {
    let mut text = match &statement.head {
        Head::Connect(connect) => format!("connect<{}>", chain(connect)),
        Head::Declare(declare) => format!("declare<{}>", declaration(declare)),
        Head::Demand(demand) => {
            let (symbol, bound) = (demand.comparison.symbol(), value(&demand.bound));
            format!("demand<{} {symbol} {bound}>", demand.measure.text)
        }
        Head::Set(set) => format!("set<{}: {}>", set.key.text, value(&set.value)),
    };
    if let Some(title) = &statement.title {
        text += &format!(" {:?}", title.text);
    }
    if let Some(block) = &statement.block {
        text += &format!(" {{ {} }}", items(&block.items)).replace("{  }", "{}");
    }
    text
}

fn declaration(declare: &Declare) -> String {
    let mut text = declare.kind.text.clone();
    if let Some(name) = &declare.name {
        text += &format!(" {}", name.text);
    }
    if !declare.types.is_empty() {
        let types: Vec<&str> = declare.types.iter().map(Path::as_str).collect();
        text += &format!(": {}", types.join("|"));
    }
    text
}

fn chain(connect: &Connect) -> String {
    let mut text = String::new();
    for (index, hop) in connect.hops.iter().enumerate() {
        if index > 0 {
            text += &format!(" {} ", connect.arrows[index - 1].0.symbol());
        }
        let ends = hop.ends.iter().map(|alternatives| {
            let paths: Vec<&str> = alternatives.iter().map(Path::as_str).collect();
            paths.join("|")
        });
        text += &ends.collect::<Vec<_>>().join(", ");
    }
    text
}

fn value(value: &Value) -> String {
    let choices = value.choices.iter().map(|choice| {
        let phrases: Vec<String> = choice.phrases.iter().map(phrase).collect();
        phrases.join("|")
    });
    choices.collect::<Vec<_>>().join(", ")
}

fn phrase(phrase: &Phrase) -> String {
    let atoms: Vec<String> = phrase.atoms.iter().map(atom).collect();
    atoms.join(" ")
}

fn arguments(arguments: &[Argument]) -> String {
    let arguments = arguments.iter().map(|argument| match &argument.name {
        Some(name) => format!("{}: {}", name.text, phrase(&argument.value)),
        None => phrase(&argument.value),
    });
    arguments.collect::<Vec<_>>().join(", ")
}

fn atom(atom: &Atom) -> String {
    match &atom.kind {
        AtomKind::Any => "any".to_owned(),
        AtomKind::Call(path, inner) => format!("call {}({})", path.text, arguments(inner)),
        AtomKind::Group(inner) => format!("({})", arguments(inner)),
        AtomKind::Operator(operator) => operator_of(*operator).to_owned(),
        AtomKind::Quantity(text) => format!("<{text}>"),
        AtomKind::Route(text) => format!("route {text}"),
        AtomKind::Selector(path, inner) => format!("select {}[{}]", path.text, arguments(inner)),
        AtomKind::Tag(text) => format!("tag {text}"),
        AtomKind::Text(text) => format!("{text:?}"),
        AtomKind::Word(path, false) => path.text.clone(),
        AtomKind::Word(path, true) => format!("{}[]", path.text),
    }
}

fn operator_of(operator: Operator) -> &'static str {
    match operator {
        Operator::Arrow(arrow) => arrow.symbol(),
        Operator::Compare(comparison) => comparison.symbol(),
        Operator::Divide => "/",
        Operator::Minus => "-",
        Operator::Plus => "+",
        Operator::Times => "*",
    }
}
