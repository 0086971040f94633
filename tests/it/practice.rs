//! Practice: every problem is fit for use, and scores see what is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use underpin::model::{Element, Input, Model, resolve};
use underpin::practice::problems::{ALL, Folder};
use underpin::practice::{Points, Score, Verdict};
use underpin::source::{FileId, SourceFile, Sources, Span};
use underpin::syntax;
use underpin::workspace::practice::{Book, Script, Shelf, Tried, score, trial};

use crate::support::Test;

fn shelf() -> Shelf {
    Shelf::new(&[]).unwrap()
}

fn scored(problem: &str, text: &str) -> Score {
    let script = Script::Text("answer.arch".into(), text.into());
    score(&shelf(), &script, Some(problem)).unwrap().score
}

fn model_of(folder: &Folder) -> &'static str {
    folder.text("model.arch").unwrap()
}

fn rate_limiter() -> &'static str {
    model_of(underpin::practice::problems::named("rate-limiter").unwrap())
}

#[test]
fn the_table_names_every_folder_and_every_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/practice/problems");
    let names = |folder: &Path, wanted: fn(&Path) -> bool| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().path());
        let wanted = entries.filter(|it| wanted(it));
        wanted
            .map(|it| it.file_name().unwrap().to_str().unwrap().to_owned())
            .collect()
    };
    let listed: Vec<&str> = ALL.iter().map(|folder| folder.name).collect();
    let there = names(&root, Path::is_dir);
    assert_eq!(listed, there.iter().map(String::as_str).collect::<Vec<_>>());
    for folder in ALL {
        let listed = folder.files.iter().map(|(name, _)| (*name).to_owned());
        let there = names(&root.join(folder.name), Path::is_file);
        assert_eq!(listed.collect::<BTreeSet<_>>(), there, "{}", folder.name);
    }
}

#[test]
fn every_problem_is_fit_for_use() {
    for book in shelf().books() {
        let Tried {
            problem,
            trial,
            mistakes: said,
        } = trial(book).unwrap();
        let mistakes: Vec<&str> = problem
            .mistakes
            .iter()
            .map(|it| it.message.as_str())
            .collect();
        assert!(mistakes.is_empty(), "{}: {mistakes:?}", book.name);
        let mistakes = said.iter().flat_map(|(_, mistakes)| mistakes);
        let mistakes: Vec<&str> = mistakes.map(|it| it.message.as_str()).collect();
        assert!(mistakes.is_empty(), "{}: {mistakes:?}", book.name);
        assert_eq!(trial.failures(), Vec::<String>::new(), "{}", book.name);
        let asked = problem.model.problem.as_ref().unwrap();
        assert!(
            !asked.head.doc.is_empty() && !asked.questions.is_empty(),
            "{}",
            book.name
        );
        assert!(
            asked.minutes.is_some() && asked.kind.is_some(),
            "{}",
            book.name
        );
        assert!(!problem.model.hints.is_empty(), "{}", book.name);
    }
}

/// The interviewer tells numbers only to who asks.
#[test]
fn prompts_give_no_numbers_away() {
    for book in shelf().books() {
        let problem = underpin::workspace::practice::problem(book).unwrap();
        let prompt = problem.model.problem.unwrap().head.doc;
        // An example between backticks is no number.
        let prompt: String = prompt.split('`').step_by(2).collect();
        assert!(
            !prompt.contains(|c: char| c.is_ascii_digit()),
            "{}: {prompt}",
            book.name
        );
    }
}

/// Returns the text with other names for components, flows, decisions and loads.
fn renamed(text: &str) -> String {
    let (sources, model) = understood(text);
    let mut places: Vec<(Span, String)> = Vec::new();
    for element in model.elements() {
        let sort = match element {
            Element::Component(_) => "part",
            Element::Decision(_) => "Choice",
            Element::Flow(_) => "Way",
            Element::Load(_) => "Busy",
            _ => continue,
        };
        let head = model.head(element).unwrap();
        let other = format!("{sort}{}", places.len());
        let spans = model.references(element).chain([head.name_span]);
        for span in spans {
            let written = sources.text(span);
            let parts = written.split('.');
            let parts = parts.map(|it| if it == head.name { other.as_str() } else { it });
            places.push((span, parts.collect::<Vec<_>>().join(".")));
        }
    }
    places.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    places.dedup_by_key(|(span, _)| span.start);
    let mut text = text.to_owned();
    for (span, other) in places {
        text.replace_range(span.range(), &other);
    }
    text
}

fn understood(text: &str) -> (Sources, Model) {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("model.arch", text));
    let (tree, _) = syntax::parse(id, sources.file(FileId(0)));
    let input = Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    };
    let (model, _) = resolve(&input);
    (sources, model)
}

#[test]
fn names_do_not_matter() {
    for folder in ALL {
        let text = model_of(folder);
        let other = renamed(text);
        assert_ne!(text, other, "{}", folder.name);
        let (mine, theirs) = (scored(folder.name, text), scored(folder.name, &other));
        // The review reads prose, too: a decision may mention a part by its name.
        let told = |score: &Score| -> Vec<(String, Verdict)> {
            let all = score.criteria().filter(|it| it.name != "review");
            all.map(|it| (it.name.clone(), it.verdict)).collect()
        };
        assert_eq!(told(&mine), told(&theirs), "{}\n{other}", folder.name);
        let slack = Points::whole(1);
        assert!(theirs.points >= mine.points.minus(slack), "{}", folder.name);
    }
}

/// What a step of a model answer is worth, after its costs.
fn left(score: &Score, step: &str) -> underpin::practice::Points {
    let found = score.steps.iter().find(|it| it.step == step);
    found.map(|it| it.earned.minus(it.cost)).unwrap_or_default()
}

fn costs(score: &Score, step: &str) -> underpin::practice::Points {
    let found = score.steps.iter().find(|it| it.step == step);
    found.map(|it| it.cost).unwrap_or_default()
}

/// What is replaced, and by what.
type Edits = &'static [(&'static str, &'static str)];

/// A slip in a good answer, and the step in which it costs.
#[test]
fn slips_cost_where_they_are_made() {
    let model = rate_limiter();
    let best = scored("rate-limiter", model);
    let slips: &[(&str, Edits, &str)] = &[
        (
            "a fourth feature",
            &[(
                "excluded Billing",
                "functional More \"Users should be able to pay\"\nexcluded Billing",
            )],
            "requirements",
        ),
        (
            "a quality without its number",
            &[("  p99 < 10ms\n", "")],
            "requirements",
        ),
        (
            "no scope",
            &[
                ("excluded Billing \"What a higher limit costs\"", ""),
                (
                    "excluded Attacks \"Floods are turned away by the network's own protection\"",
                    "",
                ),
                (" { priority: later }", ""),
            ],
            "requirements",
        ),
        (
            "nobody knows how many",
            &[("quality Scale: scalability {\n  users >= 100M/day\n}", "")],
            "requirements",
        ),
        (
            "an estimate for nothing",
            &[(
                "client app",
                "estimate Idle { letters: 26 * 3 }\nclient app",
            )],
            "estimates",
        ),
        (
            "an entity less",
            &[
                ("entity Verdict {", "entity Colour {"),
                ("-> Verdict", "-> Colour"),
                (
                    "  allowed: bool\n  remaining: int\n  retryAfter: int\n",
                    "  red: int\n",
                ),
            ],
            "entities",
        ),
        (
            "a feature without an operation",
            &[("    for: SetRules\n    writes: Rule", "    writes: Rule")],
            "api",
        ),
        (
            "an operation less",
            &[
                (
                    "  setRule: PUT /rules/{id} (operation: text(80), limit: int, period: int) -> Rule {\n    for: SetRules\n    writes: Rule\n  }\n",
                    "",
                ),
                ("  setRule: 0.000001/user/day\n", ""),
                (
                    "flow Setting: setRule {",
                    "flow Setting {\n  runs: every 1h",
                ),
            ],
            "api",
        ),
        (
            "a flow less",
            &[("flow Setting: setRule {", "flow Setting {")],
            "high-level",
        ),
        (
            "no memory",
            &[
                ("cache buckets: redis", "database buckets: cassandra"),
                ("  ttl: 1h\n  eviction: ttl\n  memory: 64 GB\n", ""),
            ],
            "high-level",
        ),
        (
            "a box for nothing",
            &[("client app", "queue jobs: sqs\nclient app")],
            "high-level",
        ),
        (
            "nothing counts at once",
            &[("    locking: optimistic\n", ""), ("contended: yes; ", "")],
            "deep-dives",
        ),
        (
            "one machine for all counters",
            &[("  shard: Bucket.client\n  shards: 12\n", "")],
            "deep-dives",
        ),
        (
            "no fallback",
            &[
                (
                    "  fallback: \"let the request pass, and count that it did\"\n",
                    "",
                ),
                (
                    "  fallback: \"a bucket in the memory of the limiter\"\n",
                    "",
                ),
                ("; need: soft", ""),
            ],
            "deep-dives",
        ),
        (
            "a call without a timeout",
            &[(
                "gate -> rules { protocol: https; timeout: 500ms }",
                "gate -> rules { protocol: https; timeout: none }",
            )],
            "deep-dives",
        ),
        (
            "one replica",
            &[(
                "  serves: Admin\n  for: SetRules\n  owns: Rule\n  replicas: 3 across 3 zones",
                "  serves: Admin\n  for: SetRules\n  owns: Rule\n  replicas: 1",
            )],
            "deep-dives",
        ),
        (
            "nobody asks who calls",
            &[
                ("  auth: oauth2\n", ""),
                (
                    "rules -> signin \"Signing keys, cached\" { protocol: https; timeout: 500ms; need: soft }\n",
                    "",
                ),
            ],
            "deep-dives",
        ),
        (
            "no backup",
            &[(
                "  backup: continuous\n  restore-tested: yes\n",
                "  backup: none\n",
            )],
            "deep-dives",
        ),
        (
            "nobody watches",
            &[(
                "monitor watch: prometheus {\n  watches: front, gate, limiter, rules, buckets, ruleStore, signin\n  levels: infrastructure, service, application\n  metrics: \"p99 of a check\", \"share turned away\", \"checks that gave up\", \"age of the rules\"\n  alerts: yes\n  replicas: 2 across 2 zones\n}\n",
                "",
            )],
            "deep-dives",
        ),
        (
            "no reasons",
            &[
                ("  instead-of: \"A counter for each fixed minute\"\n", ""),
                ("  instead-of: \"Turn everything away\"\n", ""),
                ("  instead-of: \"Read, decide in the limiter, write\"\n", ""),
            ],
            "deep-dives",
        ),
    ];
    for (slip, edits, step) in slips {
        let mut text = model.to_owned();
        for (from, to) in *edits {
            assert!(text.contains(from), "{slip}: {from}");
            text = text.replace(from, to);
        }
        let score = scored("rate-limiter", &text);
        let (before, after) = (left(&best, step), left(&score, step));
        let lost = after < before || costs(&score, step) > costs(&best, step);
        assert!(lost, "{slip}: {step} {before} {after}");
        assert!(score.points < best.points, "{slip}: {}", score.points);
    }
}

/// Returns the text without what a line begins with, and all of its block.
fn without(text: &str, begins: &[&str]) -> String {
    let mut kept = String::new();
    let mut depth = 0usize;
    for line in text.lines() {
        if depth == 0 && !begins.iter().any(|it| line.starts_with(it)) {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let code = line.split("//").next().unwrap_or_default();
        depth = (depth + code.matches('{').count()).saturating_sub(code.matches('}').count());
    }
    kept
}

#[test]
fn slips_cost_in_every_problem() {
    for folder in ALL {
        let model = model_of(folder);
        let best = scored(folder.name, model);
        let idle = format!(
            "{model}\nservice idleBox {{ replicas: 2 }}\nservice idleToo {{ replicas: 2 }}\n"
        );
        let more: String = (0..3)
            .map(|it| format!("functional Extra{it} \"Users should be able to more\"\n"))
            .collect();
        let slips = [
            ("features", without(model, &["functional "]), "requirements"),
            (
                "too many features",
                format!("{model}\n{more}"),
                "requirements",
            ),
            ("qualities", without(model, &["quality "]), "requirements"),
            ("entities", without(model, &["entity "]), "entities"),
            ("operations", without(model, &["api "]), "high-level"),
            ("flows", without(model, &["flow "]), "high-level"),
            (
                "an unused estimate",
                format!("{model}\nestimate IdleNumber {{ letters: 26 * 3 }}\n"),
                "estimates",
            ),
            ("idle boxes", idle, "high-level"),
            (
                "stores",
                without(
                    model,
                    &["database ", "cache ", "storage ", "search ", "warehouse "],
                ),
                "deep-dives",
            ),
        ];
        for (slip, text, step) in slips {
            let name = folder.name;
            let score = scored(name, &text);
            assert!(
                score.points < best.points,
                "{name}, {slip}: {}",
                score.points
            );
            let earned = |score: &Score| {
                let found = score.steps.iter().find(|it| it.step == step).unwrap();
                (found.earned, found.cost)
            };
            let ((before, cheap), (after, dear)) = (earned(&best), earned(&score));
            assert!(
                after < before || dear > cheap,
                "{name}, {slip}: {step} lost nothing"
            );
        }
    }
}

#[test]
fn nothing_is_worth_nothing() {
    for folder in ALL {
        for text in [
            "",
            "// nothing\n",
            "system S: product\n",
            "}}}",
            "system S { answers: x }",
        ] {
            let score = scored(folder.name, text);
            assert_eq!(
                (score.percent, score.points),
                (0, Default::default()),
                "{text}"
            );
        }
    }
}

/// What is only declared, and used by no flow, wins nothing in the design.
#[test]
fn empty_boxes_win_nothing() {
    for folder in ALL {
        let boxes = without(
            model_of(folder),
            &[
                "functional ",
                "quality ",
                "excluded ",
                "flow ",
                "api ",
                "entity ",
                "decision ",
                "load ",
                "estimate ",
                "assumption ",
                "question ",
            ],
        );
        let score = scored(folder.name, &boxes);
        let design = left(&score, "high-level");
        assert_eq!(design, Default::default(), "{}: {score:#?}", folder.name);
    }
}

#[test]
fn torn_answers_are_scored_too() {
    let model = rate_limiter();
    let mut at = 0;
    while at < model.len() {
        at += 331;
        let mut end = at.min(model.len());
        while !model.is_char_boundary(end) {
            end -= 1;
        }
        scored("rate-limiter", &model[..end]);
        scored("rate-limiter", &model[end..]);
    }
    let mixed: String = model.lines().rev().collect::<Vec<_>>().join("\n");
    scored("rate-limiter", &mixed);
    let script = Script::Text("answer.arch".into(), vec![0xff, 0x00, b'{', 0xfe]);
    score(&shelf(), &script, Some("rate-limiter")).unwrap();
}

#[test]
fn torn_problems_are_read_too() {
    let text = ALL[0].text("problem.arch").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("problem.arch");
    for at in (0..text.len()).step_by(211) {
        let mut end = at;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        for torn in [&text[..end], &text[end..]] {
            std::fs::write(&path, torn).unwrap();
            let books = Book::under(folder.path()).unwrap();
            let _ = underpin::workspace::practice::problem(&books[0]);
        }
    }
}

/// The same answer is worth the same, however often it is asked.
#[test]
fn scores_are_deterministic() {
    let json = |text: &str| serde_json::to_string(&scored("rate-limiter", text)).unwrap();
    assert_eq!(json(rate_limiter()), json(rate_limiter()));
}

/// A folder with a problem that asks for one thing.
fn own(expectations: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own");
    std::fs::create_dir(&path).unwrap();
    let text = format!("/// Design it.\nproblem own \"Own\" {{ time: 35 min }}\n{expectations}\n");
    std::fs::write(path.join("problem.arch"), text).unwrap();
    (folder, path)
}

fn verdict(expectations: &str, answer: &str) -> Verdict {
    let (_folder, path) = own(expectations);
    let shelf = Shelf::new(&[path]).unwrap();
    let text = format!("system S {{ answers: own }}\n{answer}\n");
    let script = Script::Text("answer.arch".into(), text.into());
    let scored = score(&shelf, &script, None).unwrap_or_else(|it| panic!("{it}: {expectations}"));
    let criterion = scored.score.criterion("It").unwrap().clone();
    criterion.verdict
}

const SHOP: &str = "
entity Order { id: uuid key; user: User; total: decimal }
entity User { id: uuid key }
api Public: rest { place: POST /orders (total: decimal) -> Order; list: GET /orders -> Order[] }
client app
gateway gate { serves: Public }
service orders { replicas: 2 }
cache hot: redis { ttl: 1h }
database store: postgres { stores: Order }
database old: postgres { stores: Order }
queue jobs: sqs
worker mailer
external mail: email
app -> gate -> orders
orders ~> jobs
mailer -> jobs { reads: Order }
flow Placing: place { app -> gate -> orders; orders -> store { writes: Order }; orders ~> jobs }
flow Listing: list { app -> gate -> orders; orders -> hot { reads: Order }; opt { orders -> store { reads: Order } } }
flow Mailing { mailer -> jobs { reads: Order }; mailer ~> mail }
decision Cached \"Cache\" { instead-of: \"nothing\" }
";

#[test]
fn expectations_find_what_they_ask_for() {
    let place = "expectation Place \"p\" { step: api; require: operation[writes: Order]; called: place }\nexpectation Order \"o\" { step: entities; require: entity; called: order, purchase }\n";
    for (require, expected) in [
        ("require: entity; called: purchase, order", Verdict::Met),
        ("require: entity; called: purchases", Verdict::Missed),
        ("require: entity; called: basket; with: total", Verdict::Met),
        // A type that says nothing of what is kept.
        ("require: entity; with: uuid", Verdict::Missed),
        ("require: database", Verdict::Met),
        ("require: database[stores: Order]", Verdict::Met),
        ("require: warehouse", Verdict::Missed),
        ("require: warehouse, cache", Verdict::Met),
        ("require: cache[ttl]", Verdict::Met),
        ("require: cache[warm]", Verdict::Missed),
        ("require: service[replicas >= 2]", Verdict::Met),
        ("require: service[replicas >= 3]", Verdict::Missed),
        ("require: operation[reads: Order]", Verdict::Met),
        (
            "require: operation[writes: Order]; called: list",
            Verdict::Missed,
        ),
        ("require: client -> gateway", Verdict::Met),
        ("require: gateway -> client", Verdict::Missed),
        ("require: client -> database", Verdict::Missed),
        ("require: client to database", Verdict::Met),
        ("require: Place to database", Verdict::Met),
        ("require: Place to Order", Verdict::Met),
        ("require: Place to cache", Verdict::Missed),
        ("require: Place -> queue", Verdict::Met),
        ("require: Place ~> queue", Verdict::Met),
        ("require: Place ~> database", Verdict::Missed),
        // The flow goes on behind the queue.
        ("require: Place to external through worker", Verdict::Met),
        ("require: Place to external through queue", Verdict::Met),
        ("require: Place to external through cache", Verdict::Missed),
        ("require: operation to database through cache", Verdict::Met),
        ("require: Place to database through cache", Verdict::Missed),
        ("require: worker -> queue", Verdict::Met),
        ("require: queue -> worker", Verdict::Met),
        ("require: flow[reads: Order]", Verdict::Met),
        ("require: decision[instead-of]", Verdict::Met),
        ("require: database; require: warehouse", Verdict::Partly),
        ("require: warehouse; unless: Place", Verdict::Met),
        ("require: warehouse; unless: Nothing", Verdict::Missed),
        (
            "require: database; without: missing-authentication",
            Verdict::Partly,
        ),
        (
            "require: warehouse; without: dangling-queue",
            Verdict::Missed,
        ),
    ] {
        let expectations = format!(
            "{place}expectation Nothing \"n\" {{ step: api; require: warehouse }}\nexpectation It \"it\" {{ step: high-level; {require} }}"
        );
        assert_eq!(verdict(&expectations, SHOP), expected, "{require}");
    }
    for (require, expected) in [
        ("require: database", Verdict::Shown),
        ("require: database; require: warehouse", Verdict::Absent),
        ("require: database; unless: Place", Verdict::Absent),
        (
            "require: database; without: missing-authentication",
            Verdict::Absent,
        ),
    ] {
        let expectations =
            format!("{place}expectation It: wrong-turn \"it\" {{ step: high-level; {require} }}");
        assert_eq!(verdict(&expectations, SHOP), expected, "{require}");
    }
}

/// A database that no flow uses is not there, and an operation without a flow leads nowhere.
#[test]
fn only_what_happens_counts() {
    let it = |require: &str| format!("expectation It \"it\" {{ step: high-level; {require} }}");
    let boxes = "client app\nservice a\ndatabase b\napi P: rest { get: GET /b }\napp -> a -> b\n";
    let flow = "flow Getting: get { app -> a -> b }\n";
    let background = "flow Sweeping { a -> b }\n";
    for (answer, expected) in [
        (boxes.to_owned(), Verdict::Missed),
        (format!("{boxes}{flow}"), Verdict::Met),
        (format!("{boxes}{background}"), Verdict::Missed),
        (
            format!("{boxes}flow Sweeping {{ runs: every 1h; a -> b }}"),
            Verdict::Met,
        ),
    ] {
        for require in [
            "require: database",
            "require: service -> database",
            "require: service to database",
        ] {
            assert_eq!(
                verdict(&it(require), &answer),
                expected,
                "{require}\n{answer}"
            );
        }
    }
    for require in [
        "require: operation to database",
        "require: operation -> database",
    ] {
        assert_eq!(verdict(&it(require), boxes), Verdict::Missed, "{require}");
        assert_eq!(
            verdict(&it(require), &format!("{boxes}{flow}")),
            Verdict::Met,
            "{require}"
        );
    }
}

#[test]
fn wrong_problems_are_told_with_the_nearest_word() {
    for (line, message, help) in [
        (
            "expectation A \"a\" { step: api; requires: entity }",
            "`expectation` has no property `requires`",
            "did you mean `require`?",
        ),
        (
            "expectation A \"a\" { step: apis; require: entity }",
            "`step` cannot be `apis`",
            "did you mean `api`?",
        ),
        (
            "expectation A \"a\" { step: api; require: databse }",
            "nothing is called `databse`",
            "did you mean `database`?",
        ),
        (
            "expectation Alpha \"a\" { step: api; require: entity }\nexpectation B \"b\" { step: api; require: Alhpa }",
            "nothing is called `Alhpa`",
            "did you mean `Alpha`?",
        ),
        (
            "expectation Alpha \"a\" { step: api; require: entity; unless: Alhpa }",
            "cannot find expectation `Alhpa`",
            "did you mean `Alpha`?",
        ),
        (
            "expectation A \"a\" { step: api; require: entity; without: missing-cash }",
            "there is no rule `missing-cash`",
            "did you mean `missing-cache`?",
        ),
        (
            "expectation A \"a\" { step: api; require: B }\nexpectation B \"b\" { step: api; require: A }",
            "expectations need each other: `A` → `B` → `A`",
            "let one of them say what it needs without the other",
        ),
        (
            "expectation A \"a\" { step: api; require: entity[x: A] }",
            "has no property `x`",
            "",
        ),
        (
            "expectation A \"a\" { step: api; unless: A }",
            "expectation `A` needs itself",
            "",
        ),
        (
            "expectation A: wrong-trun \"a\" { step: api; require: entity }",
            "unknown type `wrong-trun` of `expectation`",
            "did you mean `wrong-turn`?",
        ),
        (
            "expectation A \"a\" { step: api; require: entity; weight: 4 }",
            "a `weight` is 1, 2 or 3",
            "",
        ),
        (
            "expectation A \"a\" { require: entity }",
            "expectation `A` belongs to no step",
            "",
        ),
        (
            "expectation A \"a\" { step: api }",
            "expectation `A` requires nothing",
            "",
        ),
        (
            "expectation A { step: api; require: entity }",
            "expectation `A` has no title",
            "",
        ),
        (
            "expectation A \"a\" { step: api; require: entity; called: yes }",
            "`called` cannot be `yes`",
            "",
        ),
        ("problem again \"b\"", "a file asks one `problem`", ""),
        ("hint Name { step: api }", "this `hint` says nothing", ""),
    ] {
        let (folder, path) = own(line);
        let test = Test::new("practice test")
            .argument(path.to_str().unwrap())
            .argument("--width")
            .argument("120");
        let ran = test.run();
        let ran = ran.status(1);
        assert!(ran.stderr.contains(message), "{line}\n{}", ran.stderr);
        assert!(ran.stderr.contains(help), "{line}\n{}", ran.stderr);
        drop(folder);
    }
}

#[test]
fn a_practice_from_list_to_compare() {
    let data = tempfile::tempdir().unwrap();
    let run = |arguments: &str| {
        let test = Test::new(arguments).variable("XDG_DATA_HOME", data.path().to_str().unwrap());
        test.file("model.arch", rate_limiter())
            .file("half.arch", half())
            .file("naive.arch", naive())
            .run()
    };
    let ran = run("practice list");
    let ran = ran.status(0);
    assert!(ran.stdout.contains("rate-limiter"), "{}", ran.stdout);

    for hint in ["Hints, 1 of 6", "Hints, 2 of 6"] {
        let ran = run("practice show rate-limiter --hint");
        let ran = ran.status(0);
        assert!(ran.stdout.contains(hint), "{}", ran.stdout);
    }
    let ran = run("practice start rate-limiter --out answer.arch");
    let ran = ran.status(0);
    assert!(
        ran.stdout.contains("The clock runs: 35 minutes"),
        "{}",
        ran.stdout
    );

    let timer = run("practice timer").status(0).stdout;
    assert!(timer.starts_with("Rate limiter  0:0"), "{timer}");
    assert!(timer.ends_with("Requirements until 5:00\n"), "{timer}");
    let idle = run("practice timer url-shortener").status(2).stderr;
    assert!(idle.contains("no clock runs for `url-shortener`"), "{idle}");

    let ran = run("practice check half.arch");
    let ran = ran.status(0);
    assert!(
        ran.stdout.contains("0 minutes since you started, of 35."),
        "{}",
        ran.stdout
    );
    // What is missing is hinted at, not said.
    assert!(
        ran.stdout.contains("What does a caller get back?"),
        "{}",
        ran.stdout
    );
    assert!(
        !ran.stdout.contains("has a shape of its own"),
        "{}",
        ran.stdout
    );

    run("practice score model.arch --min-score 95").status(0);
    let ran = run("practice score half.arch --min-score 95");
    let ran = ran.status(1);
    assert!(ran.stdout.contains("What lost points"), "{}", ran.stdout);
    let ran = run("practice list");
    assert!(ran.stdout.contains("100 %"), "{}", ran.stdout);

    for out in ["c.svg", "c.html"] {
        let ran = run(&format!("practice compare naive.arch --out {out}"));
        let ran = ran.status(0);
        let text = ran.read(out);
        assert!(
            text.contains("<svg") && text.matches("<title>").count() >= 2,
            "{out}"
        );
    }
    run("practice compare half.arch --out c.svg").status(2);
    run("practice compare half.arch --out c.html").status(0);
    run("practice compare half.arch --out c.txt").status(2);
    let ran = run("practice reveal rate-limiter");
    assert!(ran.stdout.contains("The whole answer"), "{}", ran.stdout);
    let kept = std::fs::read_to_string(data.path().join("underpin/practice.json")).unwrap();
    assert!(kept.contains("\"best\": 100"), "{kept}");
}

fn naive() -> &'static str {
    let folder = underpin::practice::problems::named("rate-limiter").unwrap();
    folder.text("naive.arch").unwrap()
}

/// An answer that has its requirements and one entity.
fn half() -> String {
    let model = rate_limiter();
    let end = model.find("entity Rule").unwrap();
    model[..end].to_owned()
}

#[test]
fn formats_say_the_same() {
    let run = |format: &str| {
        let test = Test::new("practice score model.arch --no-progress --format");
        test.argument(format)
            .file("model.arch", rate_limiter())
            .run()
    };
    let json: serde_json::Value = serde_json::from_str(&run("json").stdout).unwrap();
    assert_eq!(json["score"]["percent"], 100);
    assert_eq!(json["score"]["notAssessed"].as_array().unwrap().len(), 2);
    assert!(run("markdown").stdout.starts_with("# Rate limiter: "));
    let html = run("html").stdout;
    assert!(
        html.starts_with("<!doctype html>") && html.contains("<table>"),
        "{html}"
    );
    assert_eq!(run("text").stdout, run("text").stdout);
}

#[test]
fn nothing_is_remembered_where_nobody_wants_it() {
    let data = tempfile::tempdir().unwrap();
    let test =
        Test::new("practice score model.arch --no-progress").file("model.arch", rate_limiter());
    test.variable("XDG_DATA_HOME", data.path().to_str().unwrap())
        .run()
        .status(0);
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

/// A progress file that somebody else wrote is not overwritten.
#[test]
fn broken_progress_is_told_and_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("underpin/practice.json");
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "mine").unwrap();
    let test = Test::new("practice score model.arch").file("model.arch", rate_limiter());
    let ran = test
        .variable("XDG_DATA_HOME", data.path().to_str().unwrap())
        .run();
    let ran = ran.status(2);
    assert!(ran.stderr.contains("--no-progress"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
}

#[test]
fn skeletons_are_clean_designs() {
    for folder in ALL {
        let test = Test::new("practice start --no-progress").argument(folder.name);
        let text = test.run().stdout;
        Test::new("check a.arch --isolated")
            .file("a.arch", &text)
            .run()
            .status(0);
        Test::new("fmt --check a.arch")
            .file("a.arch", &text)
            .run()
            .status(0);
        assert_eq!(scored(folder.name, &text).percent, 0, "{text}");
    }
}

#[test]
fn questions_that_cannot_be_answered() {
    for (arguments, answer, message) in [
        (
            "practice show rate-limitr",
            "",
            "did you mean `rate-limiter`?",
        ),
        (
            "practice score a.arch",
            "system S",
            "does not say which problem it answers",
        ),
        (
            "practice score a.arch",
            "system S { answers: rate-limitr }",
            "did you mean `rate-limiter`?",
        ),
        (
            "practice score b.arch",
            "system S",
            "`b.arch` does not exist",
        ),
        (
            "practice start rate-limiter --out a.arch",
            "system S",
            "`a.arch` is there already",
        ),
        ("practice test .", "system S", "there is no problem in `.`"),
        (
            "practice list --problems nowhere",
            "",
            "`nowhere` does not exist",
        ),
        (
            "practice score . --problem rate-limiter",
            "",
            "no design file under",
        ),
    ] {
        let mut test = Test::new(arguments).argument("--no-progress");
        if !answer.is_empty() {
            test = test.file("a.arch", answer);
        }
        let ran = test.run();
        let ran = ran.status(2);
        assert!(ran.stderr.contains(message), "{arguments}\n{}", ran.stderr);
    }
}

#[test]
fn problems_of_ones_own_stand_beside_the_others() {
    let problem = "/// Design it.\nproblem coats \"Coats\" { time: 35 min; kind: product; question \"q\" { text: \"a\" } }\nexpectation Coat \"c\" { step: entities; require: entity; called: coat }\n";
    let test = |arguments: &str| {
        let test = Test::new(arguments).argument("--no-progress");
        test.file("own/coats/problem.arch", problem)
            .file(
                "own/coats/model.arch",
                "system S { answers: coats }\nentity Coat { id: uuid key }\n",
            )
            .run()
    };
    let ran = test("practice list --problems own");
    assert!(
        ran.stdout.contains("coats") && ran.stdout.contains("rate-limiter"),
        "{}",
        ran.stdout
    );
    test("practice score own/coats/model.arch --problems own").status(0);
    let ran = test("practice test own");
    let ran = ran.status(1);
    for failure in ["`model.arch` scores", "there is no `naive.arch`"] {
        assert!(ran.stdout.contains(failure), "{}", ran.stdout);
    }
}

/// Problems are files of the language: they are checked and formatted like others.
#[test]
fn problems_are_checked_as_files_are() {
    for folder in ALL {
        let text = folder.text("problem.arch").unwrap();
        let ran = Test::new("check problem.arch --isolated --profile practice")
            .file("problem.arch", text)
            .run();
        let ran = ran.status(0);
        assert!(
            ran.stdout.starts_with("No findings"),
            "{}: {}",
            folder.name,
            ran.stdout
        );
        let wrong = text.replacen("step: ", "stepp: ", 1);
        Test::new("check problem.arch --isolated")
            .file("problem.arch", wrong)
            .run()
            .status(1);
    }
}

/// The problem of the page on practice is one that can be read.
#[test]
fn the_page_shows_a_problem_that_is_understood() {
    let page = include_str!("../../docs/practice.md");
    let (_, rest) = page.split_once("```arch\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    Test::new("check problem.arch --isolated")
        .file("problem.arch", example)
        .run()
        .status(0);
}
