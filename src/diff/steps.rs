//! Steps in order, and how two lists of them differ: by a longest common
//! subsequence (Hunt and McIlroy: An algorithm for differential file comparison,
//! 1976), here by its table.

use super::FactChange;
use super::words::Said;

/// A step as one line.
pub type Line = Said;

/// Beyond so many pairs of lines the table would be too large; then all between the
/// first and the last that differ counts as replaced.
const PAIRS: usize = 4_000_000;

/// Returns the steps that are new or gone; a new one in place of one that is gone
/// stands beside it.
pub fn diff(old: &[Line], new: &[Line]) -> Vec<FactChange> {
    let pairs = old.iter().zip(new);
    let head = pairs.take_while(|(a, b)| a.meaning == b.meaning).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let pairs = old_rest.iter().rev().zip(new_rest.iter().rev());
    let tail = pairs.take_while(|(a, b)| a.meaning == b.meaning).count();
    let (old_rest, new_rest) = (
        &old_rest[..old_rest.len() - tail],
        &new_rest[..new_rest.len() - tail],
    );
    let mut changes = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (a, b) in common(old_rest, new_rest) {
        replaced(
            &mut changes,
            &old_rest[i..a],
            &new_rest[j..b],
            (head + i, head + j),
        );
        (i, j) = (a + 1, b + 1);
    }
    replaced(
        &mut changes,
        &old_rest[i..],
        &new_rest[j..],
        (head + i, head + j),
    );
    changes
}

/// Returns the pairs of a longest common subsequence, in order.
fn common(old: &[Line], new: &[Line]) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) > PAIRS {
        return Vec::new();
    }
    let wide = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * wide];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * wide + j] = match old[i].meaning == new[j].meaning {
                true => longest[(i + 1) * wide + j + 1] + 1,
                false => longest[(i + 1) * wide + j].max(longest[i * wide + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < old.len() && j < new.len() {
        if old[i].meaning == new[j].meaning {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * wide + j] >= longest[i * wide + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

fn replaced(changes: &mut Vec<FactChange>, old: &[Line], new: &[Line], at: (usize, usize)) {
    for index in 0..old.len().max(new.len()) {
        let number = match index < new.len() {
            true => at.1 + index,
            false => at.0 + index,
        };
        let words = |line: Option<&Line>| line.map(|it| it.words.clone());
        changes.push(FactChange {
            name: format!("step {}", number + 1),
            before: words(old.get(index)),
            after: words(new.get(index)),
        });
    }
}
