//! Offsets to lines and columns.

/// A place for people: both numbers start at 1, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// What columns count; formats differ, and agree only on plain ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// Characters: code points of Unicode.
    #[default]
    Characters,
    /// Code units of UTF-16, of which an emoji has two.
    Utf16,
}

impl Unit {
    /// Returns how many there are in a text.
    pub fn count(self, text: &str) -> usize {
        match self {
            Unit::Bytes => text.len(),
            Unit::Characters => text.chars().count(),
            Unit::Utf16 => text.encode_utf16().count(),
        }
    }
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
        self.position_in(Unit::Characters, text, offset)
    }

    /// Returns line and column like [`LineIndex::position`], with columns that count `unit`.
    pub fn position_in(&self, unit: Unit, text: &str, offset: usize) -> LineColumn {
        let line = self.line(offset);
        let start = self.starts[line] as usize;
        let before = text.get(start..offset).unwrap_or_default();
        LineColumn {
            line: line + 1,
            column: unit.count(before) + 1,
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

    #[test]
    fn each_unit_counts_its_own() {
        let text = "a\né🙂x\r\n";
        let lines = LineIndex::new(text);
        for (unit, column) in [(Unit::Bytes, 7), (Unit::Characters, 3), (Unit::Utf16, 4)] {
            let at = text.find('x').unwrap();
            let found = lines.position_in(unit, text, at);
            assert_eq!(found, LineColumn { line: 2, column }, "{unit:?}");
        }
    }
}
