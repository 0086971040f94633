//! Formulas of queueing: how long requests wait for a free replica.
//!
//! M/M/c supposes that requests come at random and that replicas share one queue;
//! real traffic is burstier, so that these are estimates and never bounds.

/// Beyond so many servers the formula is not evaluated.
const MOST_SERVERS: u64 = 100_000;

/// What waits in front of several like servers (M/M/c).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queue {
    /// The share of the time in which a server is busy: `ρ = λ/(cμ)`.
    pub utilisation: f64,
    /// The chance that a request has to wait (Erlang C).
    pub waits: f64,
    /// Seconds that a request waits on average: `Wq = C/(cμ − λ)`.
    pub wait: f64,
    /// Seconds until it is done on average: `W = Wq + 1/μ`.
    pub response: f64,
    /// Requests a second that could still come: `cμ − λ`.
    spare: f64,
}

impl Queue {
    /// Reckons the queue for `rate` requests a second before `servers`, each of which
    /// does `each` a second; nothing where they cannot keep up.
    pub fn new(rate: f64, each: f64, servers: u64) -> Option<Queue> {
        let spare = servers as f64 * each - rate;
        if !(spare > 0.0 && rate >= 0.0 && spare.is_finite()) || servers > MOST_SERVERS {
            return None;
        }
        let waits = erlang_c(servers, rate / each);
        let wait = waits / spare;
        Some(Queue {
            utilisation: rate / (servers as f64 * each),
            waits,
            wait,
            response: wait + 1.0 / each,
            spare,
        })
    }

    /// Returns the chance that a request waits longer than so many seconds:
    /// `C·e^{−(cμ−λ)t}`.
    pub fn waits_longer(&self, seconds: f64) -> f64 {
        self.waits * (-self.spare * seconds).exp()
    }

    /// Returns the average wait where arrivals and service vary otherwise, by the
    /// squares of their coefficients of variation: `Wq·(c_a² + c_s²)/2` (Allen and
    /// Cunneen's approximation for G/G/c).
    pub fn wait_with(&self, arrivals: f64, service: f64) -> f64 {
        self.wait * (arrivals + service) / 2.0
    }
}

/// Returns the chance that a request finds all servers busy, `offered = λ/μ`
/// of them on average; 1 where that is all or more.
pub fn erlang_c(servers: u64, offered: f64) -> f64 {
    let count = servers as f64;
    if offered <= 0.0 {
        return 0.0;
    }
    if offered >= count || servers > MOST_SERVERS {
        return 1.0;
    }
    let mut blocked = 1.0; // Erlang B, by its recursion over the servers
    for server in 1..=servers {
        blocked = offered * blocked / (server as f64 + offered * blocked);
    }
    blocked / (1.0 - offered / count * (1.0 - blocked))
}

/// Returns how often a call is tried on average where an attempt fails with chance
/// `failing` and is repeated up to `retries` times: `(1 − p^{r+1})/(1 − p)`.
pub fn attempts(failing: f64, retries: f64) -> f64 {
    let failing = failing.clamp(0.0, 1.0);
    if failing == 1.0 {
        return retries + 1.0;
    }
    (1.0 - failing.powf(retries + 1.0)) / (1.0 - failing)
}

/// Returns how many times the reads of a store grow when the cache in front of it
/// knows nothing: `1/(1 − h)`.
pub fn cold_multiplier(hit: f64) -> f64 {
    1.0 / (1.0 - hit)
}

/// Returns how many replicas keep the utilisation at `most`, and `spare` on top.
pub fn replicas_needed(rate: f64, each: f64, most: f64, spare: u64) -> u64 {
    // A rounding error must not ask for one more.
    let exact = rate / (most * each);
    let needed = (exact - exact.abs() * 1e-12).ceil().max(1.0) as u64;
    needed.saturating_add(spare)
}
