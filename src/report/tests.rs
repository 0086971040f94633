use super::*;
use crate::finding::{Confidence, Severity};
use crate::lint::{Accepted, NotEvaluated};
use crate::source::SourceFile;

const TICKETING: &str = "\
system Ticketing
quality Uptime: availability {
  availability >= 99.95%
}
import \"stores.arch\"

client app
gateway gate { serves: Public }
service bookings { replicas: 3 }
app -> gate
gate -> bookings
bookings -> ledger
";

const STORES: &str = "\
// Shared stores.
database ledger: postgres { replicas: 1 }
cache seats: redis
";

struct Design {
    sources: Sources,
    outcome: Outcome,
}

impl Design {
    fn new(files: &[(&str, &str)]) -> Design {
        let mut sources = Sources::default();
        for (name, text) in files {
            sources.add(SourceFile::new(*name, *text));
        }
        let outcome = Outcome {
            design: "Ticketing".into(),
            root: FileId(0),
            findings: Vec::new(),
            accepted: Vec::new(),
            hidden: Vec::new(),
            not_evaluated: Vec::new(),
        };
        Design { sources, outcome }
    }

    fn one(text: &str, finding: impl FnOnce(&Design) -> Finding) -> Design {
        let mut design = Design::new(&[("a.arch", text)]);
        let finding = finding(&design);
        design.outcome.findings.push(finding);
        design
    }

    fn at(&self, words: &str) -> Span {
        let mut places = self
            .sources
            .iter()
            .filter_map(|(id, file)| Some((id, file.text.find(words)?)));
        let (id, at) = places.next().expect("the words stand in a file");
        Span::new(id, at, at + words.len())
    }

    fn render(&self, options: &Options) -> String {
        render(&self.sources, std::slice::from_ref(&self.outcome), options)
    }

    /// The report without the lines that end every report.
    fn cards(&self, options: &Options) -> String {
        let text = self.render(options);
        let end = text.find("More about a rule").expect("a hint");
        text[..end].trim_end().to_string() + "\n"
    }
}

fn options(format: Format, unicode: bool, width: Option<usize>) -> Options {
    Options {
        format,
        unicode,
        width,
        max_findings: 50,
        hidden_by: "profile `recommended`".into(),
        ..Options::default()
    }
}

fn full() -> Options {
    options(Format::Full, true, None)
}

fn ticketing() -> Design {
    let mut design = Design::new(&[
        ("designs/ticketing.arch", TICKETING),
        ("designs/stores.arch", STORES),
    ]);
    let spof = Finding::new(
        "single-point-of-failure",
        "`ledger` is a single point of failure for `createBooking`",
        design.at("ledger: postgres"),
    )
    .severity(Severity::Error)
    .label("only 1 replica, no standby")
    .because(
        design.at("availability >= 99.95%"),
        "breaks `Uptime`: 99.95% allows 21.9 min of downtime per month",
    )
    .step(design.at("gate -> bookings"), "every booking enters here")
    .step(design.at("bookings -> ledger"), "and needs this to continue")
    .note("2 of 3 components on the path have more than one replica")
    .assume("`failover: none`, since nothing says otherwise")
    .help("give `ledger` a standby (`standbys: 1; failover: automatic`), or accept the risk with a reason")
    .about("ledger");
    let cache = Finding::new(
        "missing-eviction",
        "nothing says what `seats` does when it is full",
        design.at("seats"),
    )
    .confidence(Confidence::Medium)
    .about("seats");
    let advice = Finding::new(
        "missing-load-distribution",
        "nothing says how callers find one of the 3 replicas of `bookings`",
        design.at("bookings"),
    )
    .severity(Severity::Info)
    .label("3 replicas")
    .help("state `discovery:`, such as `dns` or `balancer`");
    design.outcome.accepted.push(Accepted {
        finding: cache.clone(),
        reason: "small".into(),
        until: Some("2027-03-31".into()),
        ticket: None,
        span: design.at("app -> gate"),
    });
    design.outcome.hidden.push(advice.clone());
    design.outcome.not_evaluated.push(NotEvaluated {
        rule: "missing-timeout",
        sentence: "3 of 3 calls state no timeout".into(),
        places: vec![crate::finding::Label {
            span: design.at("app -> gate"),
            text: String::new(),
        }],
    });
    design.outcome.findings = vec![spof, cache, advice];
    design
}
#[test]
fn dump() {
    for o in [
        full(),
        options(Format::Full, false, Some(60)),
        options(Format::Full, true, Some(100)),
        options(Format::Concise, true, None),
        options(Format::Plain, true, None),
        options(Format::Json, true, None),
    ] {
        println!(
            "=====\n{}",
            ticketing().render(&Options {
                statistics: true,
                ..o
            })
        );
    }
    let d = ticketing();
    println!("{}", undecided(&d.sources, &[d.outcome.clone()]));
}
