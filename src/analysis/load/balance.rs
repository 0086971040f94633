//! What flows into each node of a network whose nodes pass on multiples of what
//! they get: `λ = e + Mᵀλ`.
//!
//! Nodes that lead to each other are solved together; where what comes back around
//! is as much as what went out, there is no solution and the loop is reported.

use crate::graph::{Digraph, Edge};

/// So much of what a node gets is passed on to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// The node that passes on.
    pub from: usize,
    /// The node that gets it.
    pub to: usize,
    /// How much for each unit; not negative.
    pub gain: f64,
}

/// Nodes that feed each other with at least as much as they get.
#[derive(Clone, Debug, PartialEq)]
pub struct Runaway {
    /// The nodes, sorted.
    pub nodes: Vec<usize>,
    /// How much comes back for each unit, 1 or more; `None` where the loop is too
    /// large to solve.
    pub gain: Option<f64>,
}

/// Loops of more nodes are not solved.
const LARGEST_LOOP: usize = 300;

/// Returns what each node gets, where `external` comes from outside.
///
/// What goes around in a loop without a solution is left out, so that all numbers
/// are then lower bounds.
pub fn solve(external: &[f64], gains: &[Gain]) -> (Vec<f64>, Vec<Runaway>) {
    let count = external.len();
    let gains: Vec<&Gain> = gains.iter().filter(|it| it.gain > 0.0).collect();
    let edges = gains.iter().enumerate().map(|(id, it)| Edge {
        id,
        from: it.from,
        to: it.to,
    });
    let loops = Digraph::new(count, edges).cycles();
    let groups = groups(count, &loops);
    let mut inside: Vec<Vec<&Gain>> = vec![Vec::new(); groups.members.len()];
    let mut leaving: Vec<Vec<&Gain>> = vec![Vec::new(); groups.members.len()];
    let mut waiting = vec![0_usize; groups.members.len()];
    for gain in gains {
        let (from, to) = (groups.of[gain.from], groups.of[gain.to]);
        if from == to {
            inside[from].push(gain);
        } else {
            leaving[from].push(gain);
            waiting[to] += 1;
        }
    }
    let mut rates = external.to_vec();
    let mut runaways = Vec::new();
    let mut ready: Vec<usize> = (0..waiting.len()).filter(|it| waiting[*it] == 0).collect();
    while let Some(group) = ready.pop() {
        let members = &groups.members[group];
        if !inside[group].is_empty()
            && let Err(gain) = settle(members, &inside[group], &mut rates)
        {
            let nodes = members.clone();
            runaways.push(Runaway { nodes, gain });
        }
        for gain in &leaving[group] {
            rates[gain.to] += rates[gain.from] * gain.gain;
            let to = groups.of[gain.to];
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push(to);
            }
        }
    }
    runaways.sort_by(|a, b| a.nodes.cmp(&b.nodes));
    (rates, runaways)
}

/// Nodes that lead to each other, together.
struct Groups {
    of: Vec<usize>,
    members: Vec<Vec<usize>>,
}

fn groups(count: usize, loops: &[Vec<usize>]) -> Groups {
    let mut of = vec![usize::MAX; count];
    let mut members = Vec::new();
    for nodes in loops {
        for node in nodes {
            of[*node] = members.len();
        }
        members.push(nodes.clone());
    }
    for (node, group) in of.iter_mut().enumerate() {
        if *group == usize::MAX {
            *group = members.len();
            members.push(vec![node]);
        }
    }
    Groups { of, members }
}

/// Solves one loop by elimination; where it has no solution, says how much comes
/// back for each unit.
///
/// `I − M` has a solution that is nowhere negative for every input exactly if all
/// pivots are positive, and each pivot is one less what comes back to its node by
/// way of those before it.
fn settle(members: &[usize], gains: &[&Gain], rates: &mut [f64]) -> Result<(), Option<f64>> {
    let size = members.len();
    if size > LARGEST_LOOP {
        return Err(None);
    }
    let place = |node: usize| members.binary_search(&node).unwrap_or(0);
    let mut rows = vec![vec![0.0; size + 1]; size];
    for (row, node) in members.iter().enumerate() {
        rows[row][row] = 1.0;
        rows[row][size] = rates[*node];
    }
    for gain in gains {
        rows[place(gain.to)][place(gain.from)] -= gain.gain;
    }
    for pivot in 0..size {
        let by = rows[pivot][pivot];
        if by <= 1e-9 {
            return Err(Some(1.0 - by.min(0.0)));
        }
        let (done, rest) = rows.split_at_mut(pivot + 1);
        for row in rest {
            let factor = row[pivot] / by;
            if factor != 0.0 {
                let upper = &done[pivot];
                for column in pivot..=size {
                    row[column] -= factor * upper[column];
                }
            }
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size)
            .map(|column| rows[row][column] * rates[members[column]])
            .sum();
        rates[members[row]] = (rows[row][size] - known) / rows[row][row];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gain(from: usize, to: usize, gain: f64) -> Gain {
        Gain { from, to, gain }
    }

    #[test]
    fn a_chain_multiplies() {
        let (rates, loops) = solve(&[2.0, 1.0, 0.0], &[gain(0, 1, 3.0), gain(1, 2, 0.5)]);
        assert_eq!(rates, [2.0, 7.0, 3.5]);
        assert!(loops.is_empty());
    }

    #[test]
    fn a_loop_that_loses_settles() {
        let (rates, loops) = solve(&[1.0, 0.0], &[gain(0, 1, 0.5), gain(1, 0, 0.5)]);
        assert!((rates[0] - 4.0 / 3.0).abs() < 1e-12, "{rates:?}");
        assert!((rates[1] - 2.0 / 3.0).abs() < 1e-12, "{rates:?}");
        assert!(loops.is_empty());
        let (rates, _) = solve(&[1.0], &[gain(0, 0, 0.75)]);
        assert_eq!(rates, [4.0]);
    }

    #[test]
    fn a_loop_that_gains_is_reported() {
        let gains = [gain(0, 1, 2.0), gain(1, 0, 2.0), gain(1, 2, 1.0)];
        let (rates, loops) = solve(&[1.0, 0.0, 0.0], &gains);
        let runaway = Runaway {
            nodes: vec![0, 1],
            gain: Some(4.0),
        };
        assert_eq!(loops, [runaway]);
        assert_eq!(rates, [1.0, 0.0, 0.0]);
        let (_, loops) = solve(&[1.0], &[gain(0, 0, 1.0)]);
        assert_eq!(loops[0].gain, Some(1.0));
    }

    #[test]
    fn long_chains_and_large_loops_end() {
        let count = 20_000;
        let chain: Vec<Gain> = (1..count).map(|to| gain(to - 1, to, 1.0)).collect();
        let mut external = vec![0.0; count];
        external[0] = 5.0;
        assert_eq!(solve(&external, &chain).0[count - 1], 5.0);
        let ring: Vec<Gain> = (0..count)
            .map(|it| gain(it, (it + 1) % count, 0.5))
            .collect();
        assert_eq!(solve(&external, &ring).1[0].gain, None);
    }

    proptest! {
        #[test]
        fn what_comes_in_is_what_is_solved(
            external in proptest::collection::vec(0.0..10.0_f64, 6),
            edges in proptest::collection::vec((0usize..6, 0usize..6, 0.0..0.9_f64), 0..14),
        ) {
            let gains: Vec<Gain> = edges.iter().map(|it| gain(it.0, it.1, it.2)).collect();
            let (rates, loops) = solve(&external, &gains);
            if loops.is_empty() {
                for (node, rate) in rates.iter().enumerate() {
                    let into = gains.iter().filter(|it| it.to == node);
                    let sum: f64 = into.map(|it| rates[it.from] * it.gain).sum();
                    let expected = external[node] + sum;
                    prop_assert!((rate - expected).abs() <= 1e-6 * expected.max(1.0));
                    prop_assert!(*rate >= external[node] - 1e-9);
                }
            } else {
                // Going around often enough, what circulates never shrinks.
                let mut amount = vec![1.0; 6];
                for _ in 0..2000 {
                    let mut next = vec![0.0; 6];
                    for it in &gains {
                        next[it.to] += amount[it.from] * it.gain;
                    }
                    amount = next.into_iter().map(|it: f64| it.min(1e200)).collect();
                }
                prop_assert!(amount.iter().any(|it| *it > 1e-3), "{amount:?}");
            }
        }
    }
}
