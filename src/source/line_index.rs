//! Offsets to lines and columns.

/// A place for people: both numbers start at 1, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// The offsets at which the lines of a text start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`; `\n` and `\r\n` end one.
    pub fn new(text: &str) -> LineIndex {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        LineIndex {
            starts: std::iter::once(0)
                .chain(breaks.map(|(at, _)| at as u32 + 1))
                .collect(),
        }
    }

    /// Returns the line of an offset, from 0.
    pub fn line(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start as usize <= offset)
            - 1
    }

    /// Returns the offset at which a line starts, if there is such a line; lines count from 0.
    pub fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).map(|start| *start as usize)
    }

    /// Returns how many lines there are; a text without a line break has one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns line and column of an offset in `text`, the text of this index.
    pub fn position(&self, text: &str, offset: usize) -> LineColumn {
        let line = self.line(offset);
        let start = self.starts[line] as usize;
        let before = text.get(start..offset).unwrap_or_default();
        LineColumn {
            line: line + 1,
            column: before.chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a\né🙂x\r\n";
        let lines = LineIndex::new(text);
        assert_eq!(lines.position(text, 0), LineColumn { line: 1, column: 1 });
        assert_eq!(
            lines.position(text, text.find('x').unwrap()),
            LineColumn { line: 2, column: 3 }
        );
        assert_eq!(
            lines.position(text, text.len()),
            LineColumn { line: 3, column: 1 }
        );
        assert_eq!(lines.count(), 3);
    }
}
