//! Who is at work when: from a message's arrival to the last answer that its
//! receiver waits for.

use super::place::Bar;

/// Follows the messages from top to bottom.
#[derive(Debug, Default)]
pub(super) struct Work {
    spells: Vec<Spell>,
    /// Who may send the next message, innermost last.
    open: Vec<usize>,
}

#[derive(Debug)]
struct Spell {
    column: usize,
    start: f64,
    end: f64,
    /// Whose spell lasts as long as this one.
    waiting: Option<usize>,
}

/// How far a spell reaches below a message at least.
const SHORTEST: f64 = 12.0;
/// How far a spell that no message started reaches above its first.
const LEAD: f64 = 6.0;

impl Work {
    /// Notes a message at a height; `waits` if its sender waits for the receiver.
    pub(super) fn send(&mut self, from: usize, to: usize, y: f64, waits: bool) {
        let at = self
            .open
            .iter()
            .rposition(|spell| self.spells[*spell].column == from);
        let sender = match at {
            Some(at) => {
                self.open.truncate(at + 1);
                self.open[at]
            }
            None => {
                self.open.clear();
                self.begin(from, y - LEAD, None)
            }
        };
        let spell = &mut self.spells[sender];
        spell.end = spell.end.max(y + LEAD);
        if from != to {
            self.begin(to, y, waits.then_some(sender));
        }
    }

    /// Makes a sender's spell last until a height.
    pub(super) fn last_until(&mut self, y: f64) {
        if let Some(spell) = self.open.last() {
            let spell = &mut self.spells[*spell];
            spell.end = spell.end.max(y);
        }
    }

    fn begin(&mut self, column: usize, start: f64, waiting: Option<usize>) -> usize {
        let index = self.spells.len();
        self.spells.push(Spell {
            column,
            start,
            end: start + SHORTEST,
            waiting,
        });
        self.open.push(index);
        index
    }

    /// Returns who may send, to go back to after a branch.
    pub(super) fn save(&self) -> Vec<usize> {
        self.open.clone()
    }

    /// Goes back to before a branch.
    pub(super) fn restore(&mut self, open: &[usize]) {
        self.open = open.to_vec();
    }

    /// Returns the bars of all columns; those of one column do not overlap.
    pub(super) fn bars(mut self) -> Vec<Bar> {
        for index in (0..self.spells.len()).rev() {
            let end = self.spells[index].end;
            if let Some(waiting) = self.spells[index].waiting {
                let waiting = &mut self.spells[waiting];
                waiting.end = waiting.end.max(end);
            }
        }
        self.spells.sort_by(|one, two| {
            let columns = one.column.cmp(&two.column);
            columns.then(one.start.total_cmp(&two.start))
        });
        let mut bars: Vec<Bar> = Vec::new();
        for spell in &self.spells {
            let (column, top, bottom) = (spell.column, spell.start, spell.end);
            match bars.last_mut() {
                Some(last) if last.column == column && top <= last.bottom => {
                    last.bottom = last.bottom.max(bottom);
                }
                _ => bars.push(Bar {
                    column,
                    top,
                    bottom,
                }),
            }
        }
        bars
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_is_at_work_as_long_as_the_other() {
        let mut work = Work::default();
        work.send(0, 1, 100.0, true);
        work.send(1, 2, 200.0, true);
        work.send(1, 3, 300.0, false);
        work.send(3, 4, 400.0, true);
        let bars = work.bars();
        let of = |column: usize| {
            let bar = bars.iter().find(|bar| bar.column == column);
            bar.map(|bar| (bar.top, bar.bottom))
        };
        assert_eq!(of(0), Some((94.0, 306.0)));
        assert_eq!(of(1), Some((100.0, 306.0)));
        assert_eq!(of(2), Some((200.0, 212.0)));
        assert_eq!(of(3), Some((300.0, 412.0)));
        assert_eq!(bars.len(), 5);
    }
}
