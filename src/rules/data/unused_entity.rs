//! See `unused_entity.md`.

use crate::finding::{Confidence, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Element, Entity, Id};
use crate::source::Span;

/// An entity that nothing else in the design names.
pub struct UnusedEntity;

impl Rule for UnusedEntity {
    fn about(&self) -> About {
        About {
            name: "unused-entity",
            category: "data",
            summary: "an entity that nothing keeps, exchanges or refers to",
            severity: Severity::Info,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("unused_entity.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let entities = || {
            let all = design.model.entities.iter();
            all.filter(|(_, entity)| entity.is_entity())
        };
        let mut blocks: Vec<Span> = entities().map(|(_, entity)| entity.head.span).collect();
        blocks.sort_unstable();
        if !entities().any(|(id, _)| is_at_work(design, id, &blocks)) {
            for (_, entity) in entities() {
                let words = "nothing says yet what the entities are used for";
                report.unknown(entity.head.name_span, words);
            }
            return;
        }
        for (id, entity) in entities() {
            match is_named(design, id, entity) {
                true => report.pass(),
                false => tell(entity, report),
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} entities: nothing says yet what any of them is used for")
    }
}

/// Tells whether an entity is named outside its own block.
fn is_named(design: &Design<'_>, id: Id<Entity>, entity: &Entity) -> bool {
    let mut references = design.model.references(Element::Entity(id));
    references.any(|span| !is_inside(span, entity.head.span))
}

/// Tells whether an entity is named outside the blocks of all entities: kept, asked
/// for, or sent.
fn is_at_work(design: &Design<'_>, id: Id<Entity>, blocks: &[Span]) -> bool {
    let mut references = design.model.references(Element::Entity(id));
    references.any(|span| {
        let before = blocks.partition_point(|block| *block <= span);
        let around = before.checked_sub(1).map(|index| blocks[index]);
        !around.is_some_and(|block| is_inside(span, block))
    })
}

fn is_inside(span: Span, block: Span) -> bool {
    span.file == block.file && block.start <= span.start && span.end <= block.end
}

fn tell(entity: &Entity, report: &mut Report) {
    let name = &entity.head.path;
    let finding = report
        .finding(
            entity.head.name_span,
            format!("nothing keeps, exchanges or refers to `{name}`"),
        )
        .label("only declared")
        .help(format!(
            "say which store keeps it (`stores: {name}`) or which operation it belongs to, or leave it out"
        ))
        .about(name.clone());
    report.fail(finding);
}
