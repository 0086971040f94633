//! A page of Markdown on a terminal.

use super::Options;
use super::text::{visible, wrap};

/// Writes a page: headings bold, code indented, sentences wrapped.
pub fn page(markdown: &str, options: &Options) -> String {
    let mut writer = Writer {
        options,
        output: String::new(),
        sentence: String::new(),
    };
    let mut in_code = false;
    for line in markdown.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(words) => {
                in_code = !in_code;
                writer.fence(if in_code { words } else { "" });
            }
            None if in_code => {
                writer.line(&format!("    {}", visible(&line.replace('\t', "    "))))
            }
            None => writer.prose(&visible(line)),
        }
    }
    writer.flush();
    writer.output
}

struct Writer<'a> {
    options: &'a Options,
    output: String,
    // A paragraph or list item, its lines joined.
    sentence: String,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.output.push_str(line.trim_end());
        self.output.push('\n');
    }

    // `arch bad` and `arch good` say what an example is.
    fn fence(&mut self, words: &str) {
        self.flush();
        let verdicts = words
            .split_whitespace()
            .filter(|it| matches!(*it, "bad" | "good"));
        for verdict in verdicts {
            self.line(&format!("  {verdict}:"));
        }
    }

    fn prose(&mut self, line: &str) {
        let text = line.trim();
        let is_table = text.starts_with('|');
        let is_item = ["- ", "* "].iter().any(|mark| text.starts_with(mark)) || is_numbered(text);
        if text.is_empty() || text.starts_with('#') || is_table || is_item {
            self.flush();
        }
        match text.strip_prefix('#') {
            Some(heading) => self.heading(heading.trim_start_matches('#').trim()),
            None if text.is_empty() || is_table => self.line(text),
            None if self.sentence.is_empty() => self.sentence = line.trim_end().to_string(),
            None => {
                self.sentence.push(' ');
                self.sentence.push_str(text);
            }
        }
    }

    fn heading(&mut self, heading: &str) {
        match self.options.color {
            true => self.line(&format!("\u{1b}[1m{heading}\u{1b}[0m")),
            false => self.line(heading),
        }
    }

    fn flush(&mut self) {
        let sentence = std::mem::take(&mut self.sentence);
        if sentence.is_empty() {
            return;
        }
        let text = sentence.trim_start();
        let indent = sentence.len() - text.len();
        // The lines of an item stand under its first word.
        let mark = mark(text);
        let width = self.options.width;
        let width = width.map(|it| it.saturating_sub(indent + mark).max(20));
        for (at, line) in wrap(&text[mark..], width).iter().enumerate() {
            match at {
                0 => self.line(&format!("{:indent$}{}{line}", "", &text[..mark])),
                _ => self.line(&format!("{:indent$}{:mark$}{line}", "", "")),
            }
        }
    }
}

/// Returns the length of what stands before an item: `- ` or `2. `.
fn mark(text: &str) -> usize {
    match text.split_once(' ') {
        Some((first @ ("-" | "*"), _)) => first.len() + 1,
        Some((first, _)) if is_numbered(text) => first.len() + 1,
        _ => 0,
    }
}

fn is_numbered(text: &str) -> bool {
    let number = text.split_once(". ").map(|(number, _)| number);
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}
