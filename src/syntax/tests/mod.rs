//! What is read, what is refused and with which words, and that any text is
//! read.

mod accepted;
mod any_text;
mod refused;
mod render;

use super::parse;
use super::tree::Tree;
use crate::finding::Finding;
use crate::source::{FileId, SourceFile};

const DESIGN: &str = include_str!("design.arch");
const POLICIES: &str = include_str!("policies.arch");

fn read(text: &str) -> (Tree, Vec<Finding>) {
    parse(FileId(0), &SourceFile::new("test.arch", text))
}

/// Returns the messages of what was refused, each with what it underlines.
fn refused(text: &str) -> Vec<(String, String)> {
    let (_, findings) = read(text);
    let underlined = |finding: &Finding| text[finding.primary.span.range()].to_owned();
    findings
        .iter()
        .map(|finding| (finding.message.clone(), underlined(finding)))
        .collect()
}
