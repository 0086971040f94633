//! One statement without its block, on one line.

use crate::source::Span;
use crate::syntax::tree::*;

/// Writes a head and its title.
pub(super) fn head(out: &mut String, text: &str, statement: &Statement) {
    match &statement.head {
        Head::Connect(connect) => chain(out, connect),
        Head::Declare(declare) => declaration(out, declare),
        Head::Demand(demand) => {
            out.push_str(demand.measure.as_str());
            spaced(out, demand.comparison.symbol());
            value(out, text, &demand.bound);
        }
        Head::Set(set) => {
            out.push_str(set.key.as_str());
            out.push(':');
            if !set.value.choices.is_empty() {
                out.push(' ');
                value(out, text, &set.value);
            }
        }
    }
    if let Some(title) = &statement.title {
        out.push(' ');
        copy(out, text, title.span);
    }
}

/// Writes `@name(arguments)`.
pub(super) fn annotation(out: &mut String, text: &str, item: &Annotation) {
    out.push('@');
    out.push_str(item.name.as_str());
    if !item.arguments.is_empty() {
        arguments(out, text, &item.arguments, ['(', ')']);
    }
}

fn copy(out: &mut String, text: &str, span: Span) {
    out.push_str(&text[span.range()]);
}

fn spaced(out: &mut String, sign: &str) {
    out.push(' ');
    out.push_str(sign);
    out.push(' ');
}

/// Writes items with a separator between them.
fn list<T>(out: &mut String, separator: &str, items: &[T], write: impl Fn(&mut String, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        write(out, item);
    }
}

fn chain(out: &mut String, connect: &Connect) {
    for (index, hop) in connect.hops.iter().enumerate() {
        if index > 0 {
            spaced(out, connect.arrows[index - 1].0.symbol());
        }
        list(out, ", ", &hop.ends, |out, alternatives| {
            list(out, " | ", alternatives, |out, path| {
                out.push_str(path.as_str())
            });
        });
    }
}

fn declaration(out: &mut String, declare: &Declare) {
    out.push_str(declare.kind.as_str());
    if let Some(name) = &declare.name {
        out.push(' ');
        out.push_str(name.as_str());
    }
    if !declare.types.is_empty() {
        out.push_str(": ");
        list(out, " | ", &declare.types, |out, path| {
            out.push_str(path.as_str())
        });
    }
}

fn value(out: &mut String, text: &str, value: &Value) {
    list(out, ", ", &value.choices, |out, choice| {
        list(out, " | ", &choice.phrases, |out, it| phrase(out, text, it));
    });
}

fn phrase(out: &mut String, text: &str, phrase: &Phrase) {
    list(out, " ", &phrase.atoms, |out, it| atom(out, text, it));
}

fn arguments(out: &mut String, text: &str, arguments: &[Argument], brackets: [char; 2]) {
    out.push(brackets[0]);
    list(out, ", ", arguments, |out, argument| {
        if let Some(name) = &argument.name {
            out.push_str(name.as_str());
            out.push_str(": ");
        }
        phrase(out, text, &argument.value);
    });
    out.push(brackets[1]);
}

fn atom(out: &mut String, text: &str, atom: &Atom) {
    match &atom.kind {
        AtomKind::Call(path, inner) => {
            out.push_str(path.as_str());
            arguments(out, text, inner, ['(', ')']);
        }
        AtomKind::Group(inner) => arguments(out, text, inner, ['(', ')']),
        AtomKind::Selector(path, inner) => {
            out.push_str(path.as_str());
            arguments(out, text, inner, ['[', ']']);
        }
        AtomKind::Quantity(quantity) => out.push_str(quantity),
        AtomKind::Any
        | AtomKind::Operator(_)
        | AtomKind::Route(_)
        | AtomKind::Tag(_)
        | AtomKind::Text(_)
        | AtomKind::Word(..) => copy(out, text, atom.span),
    }
}
