//! House rules: what they find, and that they are rules like ours.

use underpin::finding::{Finding, Severity};
use underpin::model::{ClauseVerb, Pattern};

use crate::support::{Test, findings, understood};

const DESIGN: &str = r#"
system Shop: product

quality Fast: latency { on: search; p99 < 200ms }

entity User { id: uuid key; email: email personal }
entity Book { id: uuid key; title: text }

api Public: rest {
  search: GET /books -> Book[] { auth: public; paginated: cursor }
  buy: POST /sales -> Book { auth: jwt }
}

actor reader
client app: browser
gateway gate { serves: Public; auth: jwt }
gateway side
domain Billing {
  service bills { replicas: 3 }
  database ledger: postgres { stores: User; backup: daily; encryption: yes }
}
service books { replicas: 1 }
queue jobs
worker mailer { replicas: 2 }
@tag(scratch)
database notes: mysql { stores: Book; backup: none }
database people { stores: User }
cache pages: redis { ttl: 1h }
external post: email

reader -> app -> gate -> books { protocol: https }
app -> side
books -> notes { timeout: 1s }
books -> pages
books ~> jobs
mailer -> jobs { reads: User }
mailer -> post, people
bills -> ledger
app <-> bills
"#;

/// Returns what a policy finds: the message without the policy's name, sorted.
fn broken(block: &str) -> Vec<String> {
    let found = findings(&format!("{DESIGN}\npolicy P {{ {block} }}\n"));
    let wrong: Vec<&Finding> = found.iter().filter(|it| is_mistake(it)).collect();
    assert!(wrong.is_empty(), "{block}: {wrong:?}");
    let of_policy = found.into_iter().filter(|it| it.rule == "P");
    let mut said: Vec<String> = of_policy
        .map(|it| {
            it.message
                .trim_end_matches(", against policy `P`")
                .to_owned()
        })
        .collect();
    said.sort();
    said
}

/// Tells whether a finding says that the text cannot be understood.
fn is_mistake(finding: &Finding) -> bool {
    let mut rules = underpin::rules::infos().into_iter();
    let language = rules.any(|it| it.name == finding.rule && it.category == "language");
    language && finding.severity == Severity::Error
}

#[track_caller]
fn each(cases: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (block, expected) in cases {
        let found = broken(block);
        if found != *expected {
            wrong.push(format!("{block}: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn deny_forbids_a_connection() {
    each(&[
        ("deny: client -> database", &[]),
        (
            "deny: service -> database",
            &[
                "`Billing.bills` reaches `Billing.ledger` directly",
                "`books` reaches `notes` directly",
            ],
        ),
        (
            "deny: books, mailer -> database, cache",
            &[
                "`books` reaches `notes` directly",
                "`books` reaches `pages` directly",
                "`mailer` reaches `people` directly",
            ],
        ),
        (
            "deny: books -> mysql",
            &["`books` reaches `notes` directly"],
        ),
        ("deny: stores -> *", &[]),
        ("deny: * -> #scratch", &["`books` reaches `notes` directly"]),
        (
            "deny: client -> Billing",
            &["`app` reaches `Billing.bills` directly"],
        ),
        (
            "deny: client <-> *",
            &["`app` reaches `Billing.bills` directly"],
        ),
        ("deny: books ~> *", &["`books` reaches `jobs` directly"]),
        (
            "deny: service[replicas >= 2] -> database",
            &["`Billing.bills` reaches `Billing.ledger` directly"],
        ),
        (
            "deny: * -> database[carries: personal]",
            &[
                "`Billing.bills` reaches `Billing.ledger` directly",
                "`mailer` reaches `people` directly",
            ],
        ),
    ]);
}

#[test]
fn deny_forbids_a_path() {
    each(&[
        (
            "deny: client to #scratch",
            &["`app` reaches `notes` over 3 connections"],
        ),
        (
            "deny: actor to Billing",
            &["`reader` reaches `Billing.bills` over 2 connections"],
        ),
        // What is handed to a queue goes on to who takes from it, and an answer is no path.
        (
            "deny: books to external",
            &["`books` reaches `post` over 3 connections"],
        ),
        (
            "deny: mailer to queue",
            &["`mailer` reaches `jobs` directly"],
        ),
        ("deny: mailer to books", &[]),
        ("deny: people to mailer", &[]),
        // Not to itself.
        ("deny: service to service", &[]),
        (
            "deny: client to gateway",
            &["`app` reaches `gate` directly"],
        ),
        (
            "deny: app to database through gate",
            &["`app` reaches `notes` through `gate`"],
        ),
        ("deny: app to database through side", &[]),
        ("deny: app to ledger through gateway", &[]),
        (
            "deny: gate to notes through gate",
            &["`gate` reaches `notes` through `gate`"],
        ),
    ]);
}

#[test]
fn a_path_is_shown_step_by_step() {
    let found = findings(&format!("{DESIGN}\npolicy P {{ deny: gate to post }}\n"));
    let finding = found.iter().find(|it| it.rule == "P").unwrap();
    let steps: Vec<&str> = finding.trace.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        steps,
        [
            "`gate` calls `books`",
            "`books` sends to `jobs`",
            "`mailer` takes from `jobs`",
            "`mailer` calls `post`",
        ]
    );
    assert_eq!(finding.subjects, ["gate", "post"]);
    assert_eq!(finding.because[0].text, "denied here");
}

#[test]
fn require_through_asks_it_of_every_path() {
    each(&[
        ("require: app to notes through gate", &[]),
        ("require: app to notes through gateway[auth]", &[]),
        (
            "require: app to notes through side",
            &["`app` reaches `notes` without passing `side`"],
        ),
        (
            "require: app to database through gateway",
            &["`app` reaches `Billing.ledger` without passing `gateway`"],
        ),
        (
            "require: actor to database[carries: personal] through gateway[auth]",
            &["`reader` reaches `Billing.ledger` without passing `gateway[auth]`"],
        ),
        ("require: gateway to notes through gateway", &[]),
        ("require: app to notes through notes", &[]),
    ]);
}

#[test]
fn require_asks_for_connections() {
    each(&[
        (
            "require: gateway -> service",
            &["`side` has no connection to `service`"],
        ),
        ("require: service -> cache, ledger", &[]),
        (
            "require: service ~> queue",
            &["`Billing.bills` has no connection to `queue`"],
        ),
        (
            "require: gateway to database",
            &["`side` reaches no `database`"],
        ),
        ("require: gateway to database; except: side", &[]),
        (
            "require: client -> monitor, vault",
            &["`app` has no connection to `monitor` or `vault`"],
        ),
    ]);
}

#[test]
fn require_asks_for_facts() {
    each(&[
        (
            "require: database[backup]",
            &[
                "`notes` states `backup: none`",
                "`people` does not state `backup`",
            ],
        ),
        (
            "require: database[backup]; except: #scratch",
            &["`people` does not state `backup`"],
        ),
        (
            "require: database[backup]; except: #scratch; except: people",
            &[],
        ),
        ("require: database[backup]; except: notes, people", &[]),
        (
            "require: database[backup: daily]",
            &[
                "`notes` does not state `backup: daily`",
                "`people` does not state `backup: daily`",
            ],
        ),
        (
            "require: database[backup, encryption]; except: notes",
            &["`people` does not state `backup` and `encryption`"],
        ),
        // What it keeps says whom it is asked of.
        (
            "require: database[carries: personal, encryption]",
            &["`people` does not state `encryption`"],
        ),
        (
            "require: entity[personal, retention]",
            &["`User` does not state `retention`"],
        ),
        (
            "require: service[replicas >= 2]",
            &["`books` does not state `replicas >= 2`"],
        ),
        (
            "require: service[replicas >= 2], worker[replicas >= 3]",
            &[
                "`books` does not state `replicas >= 2`",
                "`mailer` does not state `replicas >= 3`",
            ],
        ),
        (
            "require: operation[p99 < 500ms]",
            &["`POST /sales` does not state `p99 < 500ms`"],
        ),
        ("require: operation[auth]", &[]),
        (
            "require: relation[carries: personal, encrypted]",
            &["`mailer -> jobs` does not state `encrypted`"],
        ),
        // A place is asked itself, not what is in it.
        (
            "require: domain[trust]",
            &["`Billing` does not state `trust`"],
        ),
    ]);
}

#[test]
fn deny_forbids_things() {
    each(&[
        ("deny: mysql", &["`notes` is `mysql`"]),
        ("deny: mongodb", &[]),
        (
            "deny: database[backup: none]",
            &["`notes` is `database[backup: none]`"],
        ),
        (
            "deny: gateway[auth], redis",
            &["`gate` is `gateway[auth]`", "`pages` is `redis`"],
        ),
        (
            "deny: relation[protocol: https]; except: gate",
            &[
                "`app -> gate` is `relation[protocol: https]`",
                "`gate -> books` is `relation[protocol: https]`",
                "`reader -> app` is `relation[protocol: https]`",
            ],
        ),
    ]);
}

#[test]
fn what_is_excepted_is_free_at_either_end() {
    each(&[
        (
            "deny: * -> database; except: books, Billing",
            &["`mailer` reaches `people` directly"],
        ),
        (
            "deny: * -> database; except: relation[timeout], people",
            &["`Billing.bills` reaches `Billing.ledger` directly"],
        ),
        ("deny: client to database; except: app", &[]),
        (
            "deny: app to mysql, postgres; except: ledger",
            &["`app` reaches `notes` over 3 connections"],
        ),
    ]);
}

#[test]
fn what_is_not_in_the_design_is_no_mistake() {
    each(&[
        ("deny: warehouse -> search", &[]),
        ("require: lock[backup]", &[]),
        ("require: #nobody -> monitor", &[]),
        (
            "require: client to database[shards > 100] through identity",
            &[],
        ),
        ("deny: mongodb; except: #gone", &[]),
    ]);
}

#[test]
fn several_lines_of_one_policy_give_one_finding_for_each_element() {
    let text = "policy P { deny: app -> gate; deny: client -> gateway; require: database[backup]; require: database[encryption] }";
    let found = findings(&format!("{DESIGN}\n{text}\n"));
    let of = |subject: &str| {
        let mut all = found
            .iter()
            .filter(|it| it.rule == "P" && it.subjects[0] == subject);
        let first = all.next().unwrap();
        assert!(all.next().is_none(), "{subject}");
        first
    };
    assert_eq!(of("app -> gate").because.len(), 2);
    assert_eq!(of("app -> side").because.len(), 1);
    assert_eq!(of("people").notes, ["`people` does not state `encryption`"]);
}

#[test]
fn a_policy_is_read() {
    let text = "client app; database store; entity E\n\
        policy P: info \"Title\" { deny: app, store ~> *; require: store to app through #t; except: app; except: store }\n\
        policy Q { require: database[carries: E, backup] }";
    let (_, model) = understood(text, None);
    let [p, q] = model.policies.rows() else {
        panic!("two policies");
    };
    assert_eq!(
        (p.severity, q.severity),
        (Severity::Info, Severity::Warning)
    );
    assert_eq!(p.head.title.as_deref(), Some("Title"));
    assert_eq!(p.except.len(), 2);
    let verbs: Vec<ClauseVerb> = p.clauses.iter().map(|it| it.verb).collect();
    assert_eq!(verbs, [ClauseVerb::Deny, ClauseVerb::Require]);
    assert!(
        matches!(&p.clauses[0].pattern, Pattern::Link { from, arrow: Some(_), to }
        if (from.len(), to.len()) == (2, 1))
    );
    assert!(matches!(&p.clauses[1].pattern, Pattern::Path { through, .. } if through.len() == 1));
    assert!(matches!(&q.clauses[0].pattern, Pattern::Things(things)
        if (things[0].of.filters.len(), things[0].filters.len()) == (1, 1)));
}

#[test]
fn a_component_may_be_called_as_what_connects() {
    let text = "service to; service through; service deny; to -> through\n\
        policy policy { deny: to to through; deny: to -> through; except: deny }";
    let found = findings(text);
    let said: Vec<&str> = (found.iter().filter(|it| it.rule == "policy"))
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(!found.iter().any(is_mistake));
}

#[test]
fn what_cannot_be_understood_is_said() {
    let mut wrong = Vec::new();
    for (block, message, help) in [
        (
            "deny: clint -> database",
            "nothing is called `clint`",
            "did you mean `client`?",
        ),
        (
            "deny: client -> databse",
            "nothing is called `databse`",
            "did you mean `database`?",
        ),
        (
            "deny: client to postgress",
            "nothing is called `postgress`",
            "did you mean `postgres`?",
        ),
        (
            "require: database[bakup]",
            "`database` has no property `bakup`",
            "did you mean `backup`?",
        ),
        (
            "require: database[backup]; except: legacy",
            "nothing is called `legacy`",
            "write a kind such as `database`, or a name of the design",
        ),
        (
            "deny: app | gate -> ledger",
            "commas stand between what is meant, not `|`",
            "write `app, gate -> ledger`",
        ),
        ("deny: app thru ledger", "`thru` cannot stand here", FORMS),
        (
            "deny: app trough ledger",
            "`trough` cannot stand here",
            "did you mean `through`?",
        ),
        (
            "deny: app through ledger",
            "`through` cannot stand here",
            FORMS,
        ),
        (
            "deny: app -> gate -> books",
            "`->` cannot stand here",
            FORMS,
        ),
        (
            "deny: app to gate through side through books",
            "`through` cannot stand here",
            FORMS,
        ),
        (
            "deny: app -> gate through side",
            "`through` cannot stand here",
            FORMS,
        ),
        (
            "deny: app to",
            "`to` cannot stand here",
            "something is missing after it",
        ),
        ("deny: none", "`deny` cannot be `none`", FORMS),
        (
            "deny: mysql; except: none",
            "`except` cannot be `none`",
            "leave the line out, or name who is free of the policy",
        ),
        (
            "require: database",
            "`database` asks nothing",
            "say what it must state, as in `database[backup]`, or what it must use: `database -> …`",
        ),
        (
            "require: database[carries: personal]",
            "`database[carries: personal]` asks nothing",
            "say what it must state, as in `database[backup]`, or what it must use: `database[carries: personal] -> …`",
        ),
        (
            "deny: operation -> database",
            "`operation` has no connections",
            "name components here, by kind, type, trait, tag, place or name",
        ),
        (
            "deny: app -> User",
            "`User` has no connections",
            "name components here, by kind, type, trait, tag, place or name",
        ),
        (
            "for: Fast",
            "policy `P` neither denies nor requires anything",
            "add for example `deny: client -> database` or `require: database[backup]`",
        ),
    ] {
        let found = findings(&format!("{DESIGN}\npolicy P {{ {block} }}\n"));
        let mistakes = found.iter().filter(|it| is_mistake(it));
        let said: Vec<(&str, &str)> = mistakes
            .map(|it| (it.message.as_str(), it.help.as_deref().unwrap_or_default()))
            .collect();
        if said != [(message, help)] {
            wrong.push(format!("{block}: {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const FORMS: &str = "write `A`, `A -> B`, `A to B` or `A to B through C`";

#[test]
fn a_policy_is_not_called_like_a_rule() {
    for name in ["missing-cache", "ALL"] {
        let text = format!("{DESIGN}\npolicy {name} {{ deny: mysql }}\n");
        let found = findings(&text);
        let mistakes: Vec<&str> = (found.iter().filter(|it| is_mistake(it)))
            .map(|it| it.message.as_str())
            .collect();
        let expected = format!("policy `{name}` is called like a rule of underpin");
        assert_eq!(mistakes, [expected]);
        assert!(!found.iter().any(|it| it.message.contains("`mysql`")));
    }
}

/// A company's file, and a design that imports it.
const HOUSE: &str = "\
/// Stores are private to their service.
policy NoDirectStore: error \"Only services may reach a database.\" {
  deny: client, gateway -> database
}
policy backed { require: database[backup] }
";
const SHOP: &str = "\
import \"house.arch\"
system Shop: product
client app: mobile
database ledger
app -> ledger
";

fn check(arguments: &str) -> Test {
    Test::new(&format!("check shop.arch {arguments}"))
        .file("house.arch", HOUSE)
        .file("shop.arch", SHOP)
}

fn concise(arguments: &str) -> Test {
    check(&format!("--output-format concise {arguments}"))
}

#[test]
fn policies_come_by_import_and_are_chosen_by_name() {
    let direct = "shop.arch:5:1: error[NoDirectStore] `app` reaches `ledger` directly: \
                  only services may reach a database (`NoDirectStore`) (denied here)\n";
    let backed = "shop.arch:4:10: warning[backed] `ledger` does not state `backup`, \
                  against policy `backed` (required here)\n";
    for (arguments, expected, status) in [
        ("--only NoDirectStore", direct.to_owned(), 1),
        ("--only category:policy", format!("{backed}{direct}"), 1),
        (
            "--select category:policy --ignore backed",
            direct.to_owned(),
            1,
        ),
        ("--only backed --fail-on error", backed.to_owned(), 0),
        (
            "--only category:policy --ignore ALL",
            format!("{backed}{direct}"),
            1,
        ),
        ("--only missing-cache", String::new(), 0),
    ] {
        let ran = concise(arguments).run().status(status);
        let found: String = (ran.stdout.lines().filter(|it| it.starts_with("shop")))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(found, expected, "{arguments}");
    }
    let ran = concise("--profile core").run().status(1);
    assert!(ran.stdout.contains(direct), "{}", ran.stdout);
    let ran = concise("--only NoDirectStor").run().status(2);
    assert_eq!(
        ran.stderr,
        "error: there is no rule `NoDirectStor`\nhelp: did you mean `NoDirectStore`?\n"
    );
}

#[test]
fn a_policy_is_accepted_like_a_rule() {
    let accept = |rule: &str| {
        let shop = SHOP.replace(
            "app ->",
            &format!("@accept({rule}, \"for one week\")\napp ->"),
        );
        concise("--only NoDirectStore,bad-acceptance")
            .file("shop.arch", shop)
            .run()
    };
    let ran = accept("NoDirectStore").status(0);
    assert!(ran.stdout.contains("1 accepted"), "{}", ran.stdout);
    let ran = accept("NoDirectStor").status(1);
    let expected = "there is no rule `NoDirectStor` to accept";
    assert!(ran.stdout.contains(expected), "{}", ran.stdout);
    let ran = concise("--only backed,bad-acceptance")
        .file(
            "shop.arch",
            SHOP.replace("app ->", "@accept(backed, \"why\")\napp ->"),
        )
        .run()
        .status(1);
    assert!(
        ran.stdout.contains("`@accept(backed)` silences nothing"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_configuration_names_policies() {
    for (config, status, words) in [
        (
            "[rules.NoDirectStore]\nseverity = \"info\"",
            0,
            "info[NoDirectStore]",
        ),
        (
            "[rules.NoDirectStore]\nseverity = \"off\"",
            0,
            "No findings",
        ),
        (
            "[rules.backed]\nseverity = \"error\"",
            1,
            "error[NoDirectStore]",
        ),
        (
            "[[overrides]]\nelements = [\"app*\"]\nrules = { \"category:policy\" = \"info\" }",
            0,
            "info[NoDirectStore]",
        ),
        // Perhaps a policy of another design.
        (
            "[rules.Elsewhere]\nseverity = \"info\"",
            1,
            "error[NoDirectStore]",
        ),
        (
            "[rules.backd]\nseverity = \"info\"",
            2,
            "underpin.toml:1:8: there is no rule `backd`\nhelp: did you mean `backed`?",
        ),
        (
            "[rules.Missing-Cache]\nseverity = \"info\"",
            2,
            "did you mean `missing-cache`?",
        ),
        (
            "[rules.nodirectstore]\nseverity = \"info\"",
            2,
            "did you mean `NoDirectStore`?",
        ),
        (
            "[rules.NoDirectStore]\nmost = 4",
            2,
            "there is no rule `NoDirectStore`",
        ),
    ] {
        let ran = concise("--only NoDirectStore")
            .file("underpin.toml", config)
            .run()
            .status(status);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(words), "{config}: {said}");
    }
    let forbidden = concise("--only NoDirectStore")
        .file("underpin.toml", "[accept]\nforbid = [\"NoDirectStore\"]")
        .file(
            "shop.arch",
            SHOP.replace("app ->", "@accept(NoDirectStore, \"x\")\napp ->"),
        );
    forbidden.run().status(1);
}

#[test]
fn a_report_explains_a_policy_as_it_explains_a_rule() {
    let sarif = check("--only category:policy --output-format sarif")
        .run()
        .status(1)
        .stdout;
    let log: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["NoDirectStore", "backed"]);
    let rule = &rules[0];
    assert_eq!(
        rule["shortDescription"]["text"],
        "Only services may reach a database."
    );
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    assert_eq!(rule["properties"]["tags"][0], "policy");
    let help = rule["help"]["markdown"].as_str().unwrap();
    assert!(
        help.contains("Stores are private to their service."),
        "{help}"
    );
    assert!(
        help.contains("  deny: client, gateway -> database\n"),
        "{help}"
    );
    let results = run["results"].as_array().unwrap();
    assert_eq!(results[1]["ruleId"], "NoDirectStore");
    assert_eq!(results[1]["ruleIndex"], 0);
    let related = &results[1]["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["artifactLocation"]["uri"], "house.arch");
    let json = check("--only backed --output-format json")
        .run()
        .status(1)
        .stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["designs"][0]["findings"][0]["rule"], "backed");
}

#[test]
fn what_a_policy_finds_keeps_its_identity_when_lines_move() {
    let text = format!("{DESIGN}\npolicy P {{ deny: mysql; deny: app to notes }}\n");
    let prints = |text: &str| -> Vec<String> {
        let found = findings(text).into_iter().filter(|it| it.rule == "P");
        found.map(|it| it.fingerprint()).collect()
    };
    let moved = text.replace("database notes", "\n\n// moved\ndatabase notes");
    assert_eq!(prints(&text), prints(&moved));
    assert_eq!(prints(&text).len(), 2);
    let renamed = text.replace("policy P", "policy Q");
    assert!(prints(&renamed).is_empty());
}
