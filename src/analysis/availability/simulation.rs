//! Random designs, simulated without the formula that they are checked against.

use super::tests::{COMMON, understood};
use super::*;

/// A linear congruential generator with the constants of Knuth's MMIX, its high
/// bits taken.
pub(crate) struct Dice(pub u64);

impl Dice {
    /// Throws them once.
    pub fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Tells whether something happens that has this chance.
    pub fn happens(&mut self, chance: f64) -> bool {
        (self.next() as f64) < chance * (1u64 << 31) as f64
    }
}

impl Dice {
    fn maybe<T>(&mut self, chance: f64, of: impl FnOnce(&mut Dice) -> T) -> Option<T> {
        self.happens(chance).then(|| of(self))
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// How the replicas of a component carry it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Carried {
    /// By any of them.
    Any,
    /// By most of them.
    Majority,
    /// By the first, for which the others stand by.
    Standbys,
    /// By as many as a read and a write need.
    Quorum(u64),
}

/// A component of a random design.
#[derive(Clone, Debug)]
struct Part {
    carried: Carried,
    replicas: u64,
    /// Over how many zones, or regions if `true`.
    spread: Option<(u64, bool)>,
    percent: u64,
    /// How many of the drawn places are around it.
    place: usize,
}

/// The drawn places with their availability, each within the one before; numbered
/// zones and regions are as often down as the drawn ones.
const PLACES: [(&str, &str, f64); 3] = [
    ("region", "ra", 0.85),
    ("zone", "za", 0.8),
    ("host", "ha", 0.9),
];

/// What a component needs, or a flow does.
#[derive(Clone, Debug)]
enum Needs {
    All(usize),
    Either(usize, usize),
    Fallback(usize, usize),
    Soft(usize),
    Alt(Vec<Needs>, Vec<Needs>),
    Opt(Vec<Needs>),
    Par(usize, Vec<Needs>),
}

/// A random design, of which the first part serves the one operation.
struct Design {
    parts: Vec<Part>,
    calls: Vec<(usize, Needs)>,
    /// What the operation does, if a flow says so.
    flow: Option<Vec<Needs>>,
}

impl Dice {
    fn part(&mut self, first: bool) -> Part {
        let carried = match self.below(if first { 2 } else { 8 }) {
            0..=3 => Carried::Any,
            4 | 5 => Carried::Majority,
            6 => Carried::Standbys,
            _ => Carried::Quorum(1 + self.below(3)),
        };
        let replicas = match carried {
            Carried::Standbys => 2 + self.below(2),
            Carried::Quorum(_) => 3,
            _ => 1 + self.below(4),
        };
        Part {
            carried,
            replicas,
            spread: self.maybe(0.5, |dice| (1 + dice.below(4), dice.happens(0.3))),
            percent: 60 + self.below(40),
            place: self.pick(&[0, 0, 0, 1, 2, 3]),
        }
    }

    /// Makes what one of the parts needs of those after it, each at most once.
    fn call(&mut self, from: usize, count: usize, free: &mut Vec<usize>) -> Option<Needs> {
        let mut take = |dice: &mut Dice| {
            let later: Vec<usize> = free.iter().copied().filter(|it| *it > from).collect();
            if later.is_empty() {
                return None;
            }
            let one = dice.pick(&later);
            free.retain(|it| *it != one);
            Some(one)
        };
        let one = take(self)?;
        debug_assert!(one < count);
        Some(match self.below(6) {
            0 | 1 => Needs::All(one),
            2 => Needs::Soft(one),
            3 => take(self).map_or(Needs::All(one), |other| Needs::Fallback(one, other)),
            _ => take(self).map_or(Needs::All(one), |other| Needs::Either(one, other)),
        })
    }

    fn steps(&mut self, count: usize, depth: u32) -> Vec<Needs> {
        let steps = 1 + self.below(3);
        let one = |dice: &mut Dice| 1 + dice.below(count as u64 - 1) as usize;
        (0..steps)
            .map(|_| match self.below(if depth > 2 { 3 } else { 6 }) {
                0 | 1 => Needs::All(one(self)),
                2 => Needs::Either(one(self), one(self)),
                3 => Needs::Alt(self.steps(count, depth + 1), self.steps(count, depth + 1)),
                4 => Needs::Opt(self.steps(count, depth + 1)),
                _ => {
                    let inner = self.steps(count, depth + 1);
                    Needs::Par(1 + self.below(inner.len() as u64) as usize, inner)
                }
            })
            .collect()
    }

    fn design(&mut self) -> Design {
        let count = 2 + self.below(5) as usize;
        let parts: Vec<Part> = (0..count).map(|it| self.part(it == 0)).collect();
        let flow = self.maybe(0.4, |dice| dice.steps(count, 0));
        let mut calls = Vec::new();
        let calling = |it: &usize| matches!(parts[*it].carried, Carried::Any | Carried::Majority);
        // What a call says holds for the same step of a flow, which is another test's.
        for from in (0..count).filter(calling).filter(|_| flow.is_none()) {
            let mut free: Vec<usize> = (from + 1..count).collect();
            for _ in 0..self.below(3) {
                calls.extend(self.call(from, count, &mut free).map(|it| (from, it)));
            }
        }
        Design { parts, calls, flow }
    }
}

impl Design {
    fn text(&self) -> String {
        let mut text = String::from("api Public: rest { get: GET /things }\nclient app\n");
        for (depth, (kind, name, up)) in PLACES.iter().enumerate() {
            text += &format!("{kind} {name} {{ availability: {}%\n", up * 100.0);
            text += &self.parts_in(depth + 1);
        }
        text += "}\n}\n}\n";
        text += &self.parts_in(0);
        for (from, needs) in &self.calls {
            text += &match needs {
                Needs::Either(one, other) => format!("c{from} -> c{one} | c{other}\n"),
                Needs::Fallback(one, other) => {
                    format!("c{from} -> c{one} {{ fallback: c{other} }}\n")
                }
                Needs::Soft(one) => format!("c{from} -> c{one} {{ need: soft }}\n"),
                Needs::All(one) => format!("c{from} -> c{one}\n"),
                other => panic!("{other:?} is of flows"),
            };
        }
        if let Some(steps) = &self.flow {
            text += &format!("flow F: get {{ app -> c0; {} }}\n", written(steps));
        }
        text
    }

    fn parts_in(&self, place: usize) -> String {
        let mut text = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            if part.place != place {
                continue;
            }
            let count = part.replicas;
            let (kind, copies) = match part.carried {
                Carried::Any => ("service", format!("replicas: {count}")),
                Carried::Majority => ("lock", format!("replicas: {count}")),
                Carried::Standbys => (
                    "database",
                    format!("failover: automatic; standbys: {}; replicas: 1", count - 1),
                ),
                Carried::Quorum(need) => (
                    "database",
                    format!("quorum: {{ n: {count}\n r: {need}\n w: 1 }}; replicas: {count}"),
                ),
            };
            let kind = if index == 0 { "service" } else { kind };
            let spread = part.spread.map_or_else(String::new, |(domains, region)| {
                let of = if region { "regions" } else { "zones" };
                format!(" across {domains} {of}")
            });
            let serves = if index == 0 { "serves: Public; " } else { "" };
            text += &format!(
                "{kind} c{index} {{ {serves}{copies}{spread}; availability: {}% }}\n",
                part.percent
            );
        }
        text
    }
}

/// Writes what a flow does, all of it done by the first part.
fn written(steps: &[Needs]) -> String {
    let lines = steps.iter().map(|step| match step {
        Needs::Either(one, other) if one != other => format!("c0 -> c{one} | c{other}"),
        Needs::All(one) | Needs::Either(one, _) => format!("c0 -> c{one}"),
        Needs::Alt(one, other) => {
            format!("alt {{ {} }} else {{ {} }}", written(one), written(other))
        }
        Needs::Opt(inner) => format!("opt {{ {} }}", written(inner)),
        Needs::Par(count, inner) => format!("par {{ wait: {count}; {} }}", written(inner)),
        other => panic!("{other:?} is of calls"),
    });
    lines.collect::<Vec<String>>().join("; ")
}

/// What is up at one moment.
struct Moment<'a> {
    design: &'a Design,
    up: Vec<bool>,
}

impl<'a> Moment<'a> {
    fn new(design: &'a Design, dice: &mut Dice) -> Moment<'a> {
        let places = PLACES.map(|(_, _, up)| dice.happens(up));
        let domains = [false, true].map(|region| {
            let spread = design.parts.iter().filter_map(|part| {
                let (domains, _) = part.spread.filter(|it| it.1 == region)?;
                Some(domains.min(part.replicas))
            });
            let count = spread.max().unwrap_or(0);
            let down = 1.0 - PLACES[usize::from(!region)].2;
            let beta = if count == 1 { 0.0 } else { COMMON.common_cause };
            let together = dice.happens(beta * down);
            let mut one = || !dice.happens((1.0 - beta) * down) && !together;
            (0..count).map(|_| one()).collect::<Vec<bool>>()
        });
        let up = design.parts.iter().map(|part| {
            let there = places[..part.place].iter().all(|it| *it);
            there && part.is_up(&domains, dice)
        });
        let up = up.collect();
        Moment { design, up }
    }

    fn succeeds(&self) -> bool {
        match &self.design.flow {
            Some(steps) => self.up[0] && self.done(steps),
            None => self.works(0),
        }
    }

    fn works(&self, part: usize) -> bool {
        let calls = self.design.calls.iter().filter(|(from, _)| *from == part);
        let mut calls = calls.map(|(_, needs)| match needs {
            Needs::Either(one, other) | Needs::Fallback(one, other) => {
                self.works(*one) || self.works(*other)
            }
            Needs::All(one) => self.works(*one),
            _ => true,
        });
        self.up[part] && calls.all(|it| it)
    }

    fn done(&self, steps: &[Needs]) -> bool {
        steps.iter().all(|step| match step {
            Needs::All(one) => self.up[*one],
            Needs::Either(one, other) => self.up[*one] || self.up[*other],
            Needs::Alt(one, other) => self.done(one) || self.done(other),
            Needs::Par(count, inner) => {
                let done = |it: &&Needs| self.done(std::slice::from_ref(*it));
                inner.iter().filter(done).count() >= *count
            }
            _ => true,
        })
    }
}

impl Part {
    fn is_up(&self, domains: &[Vec<bool>; 2], dice: &mut Dice) -> bool {
        let down = 1.0 - self.percent as f64 / 100.0;
        let beta = match self.replicas {
            1 => 0.0,
            _ => COMMON.common_cause,
        };
        let together = dice.happens(beta * down);
        let takes_over = dice.happens(COMMON.automatic);
        let up: Vec<bool> = (0..self.replicas)
            .map(|replica| {
                let there = self.spread.is_none_or(|(count, region)| {
                    domains[usize::from(region)][(replica % count) as usize]
                });
                !dice.happens((1.0 - beta) * down) && there
            })
            .collect();
        let working = up.iter().filter(|it| **it).count() as u64;
        !together
            && match self.carried {
                Carried::Any => working > 0,
                Carried::Majority => working > self.replicas / 2,
                Carried::Standbys => up[0] || takes_over && working > 0,
                Carried::Quorum(need) => working >= need,
            }
    }
}

#[test]
fn a_simulation_agrees() {
    let samples = 3_000;
    for seed in 1..=40 {
        let mut dice = Dice(seed);
        dice.next();
        let design = dice.design();
        let text = design.text();
        let model = understood(&text);
        let all = availability(&model, &Success::new(&model), &COMMON);
        let goal = &all.goals[0];
        let exact = goal
            .estimate
            .unwrap_or_else(|| panic!("{:?}\n{text}", goal.missing));
        let exact = exact.exact().expect("small designs are exact");
        let failing = (0..samples).filter(|_| !Moment::new(&design, &mut dice).succeeds());
        let seen = failing.count() as f64 / f64::from(samples);
        let sigma = (exact * (1.0 - exact) / f64::from(samples)).sqrt();
        let near = (seen - exact).abs() <= 4.0 * sigma;
        assert!(near, "{seen} is not {exact} ± {sigma}\n{text}");
    }
}
