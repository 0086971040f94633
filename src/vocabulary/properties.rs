//! The keys that blocks may hold, and the form of their values.

use super::kinds::Category;
use super::measures::Measure;

/// Whose block a property may stand in: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owners(u32);

impl Owners {
    /// Nobody's.
    pub const NONE: Owners = Owners(0);
    /// `system { … }`
    pub const SYSTEM: Owners = Owners(1);
    /// Every requirement.
    pub const REQUIREMENT: Owners = Owners(1 << 1);
    /// `quality { … }`
    pub const QUALITY: Owners = Owners(1 << 2);
    /// `about { … }` in an entity.
    pub const ABOUT: Owners = Owners(1 << 3);
    /// `api { … }`
    pub const API: Owners = Owners(1 << 4);
    /// The block of an operation.
    pub const OPERATION: Owners = Owners(1 << 5);
    /// Every component.
    pub const COMPONENT: Owners = Owners(1 << 6);
    /// Components that keep data.
    pub const STORE: Owners = Owners(1 << 7);
    /// Caches and what caches.
    pub const CACHE: Owners = Owners(1 << 8);
    /// Queues and topics.
    pub const MEDIUM: Owners = Owners(1 << 9);
    /// Balancers and gateways.
    pub const BALANCER: Owners = Owners(1 << 10);
    /// Monitors.
    pub const MONITOR: Owners = Owners(1 << 11);
    /// Our own programs.
    pub const COMPUTE: Owners = Owners(1 << 12);
    /// Locks.
    pub const LOCK: Owners = Owners(1 << 13);
    /// Actors and clients.
    pub const CLIENT: Owners = Owners(1 << 14);
    /// The block of a connection or a step.
    pub const RELATION: Owners = Owners(1 << 15);
    /// `flow { … }`
    pub const FLOW: Owners = Owners(1 << 16);
    /// `opt`, `alt`, `par`, `loop`, `atomic`.
    pub const STEPS: Owners = Owners(1 << 17);
    /// `load { … }`
    pub const LOAD: Owners = Owners(1 << 18);
    /// `decision { … }`
    pub const DECISION: Owners = Owners(1 << 19);
    /// Regions, zones, networks, domains, hosts.
    pub const PLACE: Owners = Owners(1 << 20);
    /// `view { … }`
    pub const VIEW: Owners = Owners(1 << 21);
    /// `policy { … }`
    pub const POLICY: Owners = Owners(1 << 22);
    /// `technology { … }`
    pub const TECHNOLOGY: Owners = Owners(1 << 23);
    /// `problem { … }`
    pub const PROBLEM: Owners = Owners(1 << 24);
    /// `expectation { … }`
    pub const EXPECTATION: Owners = Owners(1 << 25);
    /// `hint { … }`
    pub const HINT: Owners = Owners(1 << 26);
    /// `question { … }` in a problem.
    pub const PROMPTED: Owners = Owners(1 << 27);

    const WORDS: [(Owners, &'static str); 28] = [
        (Owners::SYSTEM, "`system`"),
        (Owners::REQUIREMENT, "requirements"),
        (Owners::QUALITY, "`quality`"),
        (Owners::ABOUT, "the `about` block of an entity"),
        (Owners::API, "`api`"),
        (Owners::OPERATION, "operations"),
        (Owners::COMPONENT, "components"),
        (Owners::STORE, "stores such as `database`"),
        (Owners::CACHE, "`cache` and `cdn`"),
        (Owners::MEDIUM, "`queue` and `topic`"),
        (Owners::BALANCER, "`balancer` and `gateway`"),
        (Owners::MONITOR, "`monitor`"),
        (Owners::COMPUTE, "`service`, `worker` and the like"),
        (Owners::LOCK, "`lock`"),
        (Owners::CLIENT, "`client` and `actor`"),
        (Owners::RELATION, "connections"),
        (Owners::FLOW, "`flow`"),
        (Owners::STEPS, "groups of steps"),
        (Owners::LOAD, "`load`"),
        (Owners::DECISION, "`decision`"),
        (Owners::PLACE, "places such as `zone`"),
        (Owners::VIEW, "`view`"),
        (Owners::POLICY, "`policy`"),
        (Owners::TECHNOLOGY, "`technology`"),
        (Owners::PROBLEM, "`problem`"),
        (Owners::EXPECTATION, "`expectation`"),
        (Owners::HINT, "`hint`"),
        (Owners::PROMPTED, "a `question` of a `problem`"),
    ];

    /// Returns the owners of either.
    pub const fn with(self, other: Owners) -> Owners {
        Owners(self.0 | other.0)
    }

    /// Tells whether the two share an owner.
    pub const fn meets(self, other: Owners) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns words for the owners in here, as in "belongs to …".
    pub fn words(self) -> String {
        let words: Vec<&str> = Owners::WORDS
            .iter()
            .filter(|(set, _)| self.meets(*set))
            .map(|(_, word)| *word)
            .collect();
        match words.as_slice() {
            [a, b, c, _, _, ..] => format!("{a}, {b}, {c} and others"),
            _ => words.join(", "),
        }
    }
}

/// One form that a value may have. Beside it every property may be `none` or `yes`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Arithmetic, a route, a selector: read elsewhere.
    Any,
    /// `{ n: 3; r: 2; w: 2 }`: numbers by name.
    Block,
    /// `3`, `many`, `2..20`, each also `across 3 zones`.
    Count,
    /// `Tweet`, `Location by near(position)`.
    Data,
    /// `2027-01-31`
    Date,
    /// `Tweet.author`, `author`, `(a, b)`: a field or several.
    Field,
    /// `yes` or `no`.
    Flag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A number of that measure.
    Quantity(Measure),
    /// `300/min per user`.
    RateLimit,
    /// `100:1`.
    Ratio,
    /// A name of one of these categories.
    Ref(&'static [Category]),
    /// `continuously`, `every 1h`, `on posted`.
    Schedule,
    /// A string.
    Text,
    /// Any word.
    Word,
}

/// A key, whose block it may stand in, and its values.
#[derive(Debug)]
pub struct Property {
    /// As written.
    pub key: &'static str,
    /// Whose block it may stand in.
    pub owners: Owners,
    /// The forms of its values; several values stand between commas.
    pub shapes: &'static [Shape],
    /// One phrase about it.
    pub doc: &'static str,
}

/// Returns the property of that key for any of those owners.
pub fn property(key: &str, owners: Owners) -> Option<&'static Property> {
    PROPERTIES
        .iter()
        .find(|property| property.key == key && property.owners.meets(owners))
}

/// Returns everybody who knows a key, [`Owners::NONE`] if nobody does.
pub fn owners_of_key(key: &str) -> Owners {
    PROPERTIES
        .iter()
        .filter(|property| property.key == key)
        .fold(Owners::NONE, |owners, property| {
            owners.with(property.owners)
        })
}

/// Returns the keys that those owners know, in the table's order.
pub fn property_keys(owners: Owners) -> impl Iterator<Item = &'static str> {
    PROPERTIES
        .iter()
        .filter(move |property| property.owners.meets(owners))
        .map(|it| it.key)
}

const fn row(
    key: &'static str,
    owners: Owners,
    shapes: &'static [Shape],
    doc: &'static str,
) -> Property {
    Property {
        key,
        owners,
        shapes,
        doc,
    }
}

use Measure::{Bandwidth, Count, Duration, Money, Multiple, Percent, Rate, Size, Users};
use Shape::{Flag, OneOf, Quantity, Ref, Text, Word};

const COMPONENT: &[Category] = &[Category::Component];
const ENTITY: &[Category] = &[Category::Entity];
const OPERATION: &[Category] = &[Category::Operation];
const REQUIREMENT: &[Category] = &[Category::Requirement];
const ANYTHING: &[Category] = &[
    Category::Operation,
    Category::Flow,
    Category::Component,
    Category::Entity,
    Category::Requirement,
    Category::Decision,
];

const STATEFUL: Owners = Owners::STORE.with(Owners::MEDIUM);
const NUMBERS: Owners = Owners::COMPONENT.with(Owners::RELATION).with(Owners::PLACE);
const LINKED: Owners = Owners::OPERATION
    .with(Owners::COMPONENT)
    .with(Owners::RELATION)
    .with(Owners::FLOW)
    .with(Owners::DECISION)
    .with(Owners::PLACE)
    .with(Owners::API)
    .with(Owners::POLICY)
    .with(Owners::ABOUT);

/// Every property.
pub const PROPERTIES: &[Property] = &[
    // the frame
    row(
        "answers",
        Owners::SYSTEM,
        &[Word, Text],
        "the practice problem that the design answers",
    ),
    row(
        "horizon",
        Owners::SYSTEM,
        &[Quantity(Duration)],
        "how far ahead the design looks",
    ),
    row(
        "version",
        Owners::SYSTEM.with(Owners::API),
        &[Word, Text, Quantity(Count)],
        "its version, or how versions are told apart",
    ),
    // requirements
    row(
        "priority",
        Owners::REQUIREMENT,
        &[OneOf(&[
            "core", "later", "high", "medium", "low", "must", "should", "could",
        ])],
        "how much it matters; what says nothing is core",
    ),
    row(
        "actor",
        Owners::REQUIREMENT,
        &[Ref(COMPONENT)],
        "who does it",
    ),
    row(
        "on",
        Owners::REQUIREMENT.with(Owners::FLOW),
        &[Ref(ANYTHING)],
        "what it is said of; the whole system where it is not stated",
    ),
    row(
        "realtime",
        Owners::REQUIREMENT,
        &[Flag],
        "whether people see it without asking",
    ),
    row(
        "prefer",
        Owners::QUALITY,
        &[OneOf(&["availability", "consistency"])],
        "what wins when the network is split",
    ),
    row(
        "standard",
        Owners::QUALITY,
        &[Word, Text],
        "the regulation or standard, such as `gdpr`",
    ),
    row(
        "verified-by",
        Owners::REQUIREMENT,
        &[Word, Text],
        "how it is shown to hold",
    ),
    row(
        "limits",
        Owners::QUALITY,
        &[Word, Text],
        "what a device or network lacks, such as battery",
    ),
    row("reason", Owners::REQUIREMENT, &[Text], "why"),
    row(
        "threats",
        Owners::QUALITY,
        &[Word, Text],
        "what it is secured against",
    ),
    // links
    row(
        "for",
        LINKED,
        &[Ref(REQUIREMENT)],
        "the requirements that it satisfies or addresses",
    ),
    // entities
    row("size", Owners::ABOUT, &[Quantity(Size)], "bytes of one"),
    row(
        "count",
        Owners::ABOUT,
        &[Quantity(Count), Shape::Count],
        "how many there are",
    ),
    row(
        "growth",
        Owners::ABOUT.with(Owners::LOAD),
        &[Quantity(Rate), Quantity(Percent), Quantity(Multiple)],
        "how many are added, or by how much it grows",
    ),
    row(
        "retention",
        Owners::ABOUT.with(STATEFUL).with(Owners::MONITOR),
        &[Quantity(Duration), Word],
        "how long it is kept",
    ),
    row(
        "index",
        Owners::ABOUT,
        &[Shape::Field],
        "the fields that can be searched by",
    ),
    row(
        "determines",
        Owners::ABOUT,
        &[Shape::Field, Shape::Any],
        "functional dependencies",
    ),
    row(
        "consistency",
        Owners::ABOUT
            .with(Owners::STORE)
            .with(Owners::OPERATION)
            .with(Owners::QUALITY)
            .with(Owners::RELATION),
        &[
            OneOf(&["strong", "eventual", "causal", "session", "bounded"]),
            Quantity(Duration),
        ],
        "what a reader may see after a write",
    ),
    row(
        "contended",
        Owners::ABOUT,
        &[Flag],
        "whether many try to change the same one",
    ),
    row(
        "owner",
        Owners::ABOUT,
        &[Ref(ENTITY), Ref(COMPONENT)],
        "the principal whose data it is",
    ),
    row(
        "class",
        Owners::ABOUT,
        &[OneOf(&[
            "public",
            "internal",
            "confidential",
            "personal",
            "secret",
            "restricted",
        ])],
        "how sensitive it is",
    ),
    row(
        "residency",
        Owners::ABOUT,
        &[Word, Text],
        "where it must stay",
    ),
    row(
        "transient",
        Owners::ABOUT,
        &[Flag],
        "whether it need not survive",
    ),
    row(
        "ordered-by",
        Owners::ABOUT.with(Owners::MEDIUM),
        &[Shape::Field],
        "within what the order matters",
    ),
    row(
        "copy-of",
        Owners::ABOUT.with(Owners::STORE),
        &[Ref(ENTITY), Ref(COMPONENT), Shape::Field],
        "whose copy it is",
    ),
    row(
        "immutable",
        Owners::ABOUT,
        &[Flag],
        "whether it never changes once written",
    ),
    row(
        "sensitive",
        Owners::ABOUT,
        &[Flag],
        "whether it must not be seen by everybody",
    ),
    row(
        "unique",
        Owners::ABOUT,
        &[Shape::Field],
        "fields that no two may share",
    ),
    row(
        "quorum",
        Owners::ABOUT.with(Owners::STORE),
        &[Shape::Block],
        "copies in all, copies asked on a read, copies told on a write",
    ),
    // interfaces
    row("base", Owners::API, &[Text], "the route before all routes"),
    row(
        "auth",
        Owners::API
            .with(Owners::OPERATION)
            .with(Owners::COMPONENT)
            .with(Owners::RELATION),
        &[
            OneOf(&[
                "public",
                "oauth2",
                "oidc",
                "jwt",
                "token",
                "session",
                "cookie",
                "api-key",
                "bearer",
                "basic",
                "password",
                "passkey",
                "otp",
                "magic-link",
                "sso",
                "ldap",
                "kerberos",
                "certificate",
                "mtls",
                "saml",
                "hmac",
                "signature",
                "signed-url",
                "iam",
            ]),
            Ref(COMPONENT),
            Text,
        ],
        "how the caller is known; `public` where it is open on purpose, `none` where nobody asks",
    ),
    row(
        "authz",
        Owners::API
            .with(Owners::OPERATION)
            .with(Owners::COMPONENT)
            .with(Owners::RELATION),
        &[Word, Text],
        "who may do it, such as `owner`",
    ),
    row(
        "rate-limit",
        Owners::API
            .with(Owners::OPERATION)
            .with(Owners::COMPONENT)
            .with(Owners::RELATION),
        &[Shape::RateLimit],
        "how often a caller may ask",
    ),
    row(
        "idempotent",
        Owners::API
            .with(Owners::OPERATION)
            .with(Owners::RELATION)
            .with(Owners::COMPUTE)
            .with(Owners::STEPS)
            .with(Owners::FLOW),
        &[Flag, Word, Text, Shape::Field],
        "how asking twice is made the same as asking once",
    ),
    row(
        "paginated",
        Owners::API.with(Owners::OPERATION),
        &[Word],
        "how a long list is cut",
    ),
    row(
        "bounded",
        Owners::OPERATION,
        &[Quantity(Count), Flag],
        "the most that a list may hold",
    ),
    row(
        "reads",
        Owners::OPERATION
            .with(Owners::RELATION)
            .with(Owners::STEPS)
            .with(Owners::COMPUTE),
        &[Shape::Data],
        "the entities that are read",
    ),
    row(
        "writes",
        Owners::OPERATION
            .with(Owners::RELATION)
            .with(Owners::STEPS)
            .with(Owners::COMPUTE),
        &[Shape::Data],
        "the entities that are changed",
    ),
    row(
        "carries",
        Owners::RELATION
            .with(Owners::MEDIUM)
            .with(Owners::OPERATION),
        &[Shape::Data],
        "the entities that cross it",
    ),
    row(
        "audience",
        Owners::API.with(Owners::OPERATION),
        &[
            OneOf(&["public", "partner", "internal", "admin"]),
            Ref(COMPONENT),
        ],
        "who calls it",
    ),
    row(
        "deprecated",
        Owners::API.with(Owners::OPERATION),
        &[Flag, Text, Shape::Date],
        "whether it is to go away",
    ),
    // all components
    row(
        "replicas",
        Owners::COMPONENT,
        &[Shape::Count],
        "how many run at once",
    ),
    row(
        "standbys",
        Owners::COMPONENT,
        &[Shape::Count],
        "how many wait to take over",
    ),
    row(
        "autoscale",
        Owners::COMPONENT,
        &[Shape::Count],
        "the fewest and the most that run",
    ),
    row(
        "capacity",
        NUMBERS,
        &[Quantity(Rate), Quantity(Bandwidth), Quantity(Size)],
        "what one replica can take",
    ),
    row(
        "availability",
        NUMBERS,
        &[Quantity(Percent)],
        "the share of the time in which it works",
    ),
    row(
        "mtbf",
        NUMBERS,
        &[Quantity(Duration)],
        "mean time between failures",
    ),
    row(
        "mttr",
        NUMBERS,
        &[Quantity(Duration)],
        "mean time to repair",
    ),
    row(
        "common-cause",
        Owners::COMPONENT,
        &[Quantity(Percent)],
        "the share of a replica's failures that hit all replicas at once",
    ),
    row(
        "state",
        Owners::COMPONENT,
        &[OneOf(&["none", "local", "shared"])],
        "where it keeps what it must remember",
    ),
    row(
        "discovery",
        Owners::COMPONENT,
        &[OneOf(&["dns", "mesh", "client", "balancer"])],
        "how callers find one of several replicas",
    ),
    row(
        "health-check",
        Owners::COMPONENT,
        &[Word, Text, Quantity(Duration)],
        "how a broken replica is noticed",
    ),
    row(
        "failover",
        Owners::COMPONENT,
        &[OneOf(&["automatic", "manual"]), Quantity(Duration)],
        "what happens when one breaks",
    ),
    row(
        "managed",
        Owners::COMPONENT,
        &[Flag, Text],
        "whether somebody else keeps it up",
    ),
    row(
        "stores",
        Owners::COMPONENT,
        &[Shape::Data],
        "the entities that it keeps",
    ),
    row(
        "owns",
        Owners::COMPONENT,
        &[Ref(ENTITY), Ref(COMPONENT)],
        "the data it is responsible for",
    ),
    row(
        "runs",
        Owners::COMPONENT.with(Owners::FLOW),
        &[Shape::Schedule],
        "when it works by itself",
    ),
    row(
        "serves",
        Owners::COMPONENT,
        &[Ref(OPERATION)],
        "the APIs or operations that it offers",
    ),
    row(
        "tier",
        Owners::COMPONENT.with(Owners::OPERATION),
        &[Quantity(Count), Word],
        "how critical it is, 1 first",
    ),
    row("cost", NUMBERS, &[Quantity(Money)], "what it costs"),
    row(
        "p50",
        NUMBERS,
        &[Quantity(Duration)],
        "the time that half stay under",
    ),
    row(
        "p90",
        NUMBERS,
        &[Quantity(Duration)],
        "the time that nine in ten stay under",
    ),
    row(
        "p95",
        NUMBERS,
        &[Quantity(Duration)],
        "the time that nineteen in twenty stay under",
    ),
    row(
        "p99",
        NUMBERS,
        &[Quantity(Duration)],
        "the time that 99 of 100 stay under",
    ),
    row(
        "p99.9",
        NUMBERS,
        &[Quantity(Duration)],
        "the time that 999 of 1,000 stay under",
    ),
    row("mean", NUMBERS, &[Quantity(Duration)], "the average time"),
    row("min", NUMBERS, &[Quantity(Duration)], "the shortest time"),
    row(
        "public",
        Owners::COMPONENT,
        &[Flag],
        "whether strangers may reach it",
    ),
    row(
        "isolation",
        Owners::COMPONENT.with(Owners::RELATION).with(Owners::STEPS),
        &[Word, Text],
        "what keeps it apart from its neighbours, or a transaction from others, such as `serializable`",
    ),
    row(
        "instance",
        Owners::COMPONENT,
        &[Word, Text, Quantity(Size)],
        "the machine it runs on",
    ),
    row(
        "scale",
        Owners::COMPONENT,
        &[OneOf(&["horizontal", "vertical"])],
        "how it grows",
    ),
    row(
        "connections",
        Owners::COMPONENT,
        &[Quantity(Count)],
        "how many connections one replica can hold",
    ),
    row(
        "threads",
        Owners::COMPONENT,
        &[Quantity(Count)],
        "how much one replica does at a time",
    ),
    row(
        "image",
        Owners::COMPONENT,
        &[Word, Text],
        "what is deployed",
    ),
    row(
        "language",
        Owners::COMPONENT,
        &[Word, Text],
        "what it is written in",
    ),
    row(
        "metrics",
        Owners::COMPONENT,
        &[Word, Text],
        "what is measured",
    ),
    row(
        "alerts",
        Owners::COMPONENT,
        &[Word, Text],
        "what wakes somebody up",
    ),
    row(
        "logs",
        Owners::COMPONENT,
        &[Word, Text],
        "where its log goes",
    ),
    row(
        "encryption",
        Owners::COMPONENT,
        &[Word, Text],
        "how what it keeps is encrypted",
    ),
    row(
        "deploys",
        Owners::COMPONENT,
        &[Word, Text],
        "how a new version is brought out",
    ),
    // stores
    row(
        "shard",
        Owners::STORE,
        &[Shape::Field],
        "the key by which data is spread",
    ),
    row(
        "shards",
        STATEFUL,
        &[Shape::Count],
        "over how many parts data is spread",
    ),
    row(
        "replication",
        STATEFUL,
        &[
            OneOf(&["sync", "async", "quorum", "semi-sync", "multi-primary"]),
            Quantity(Duration),
        ],
        "how copies follow",
    ),
    row(
        "backup",
        STATEFUL.with(Owners::COMPUTE),
        &[
            OneOf(&["continuous", "hourly", "daily", "weekly", "point-in-time"]),
            Quantity(Duration),
            Text,
            Word,
        ],
        "how often a copy is put away",
    ),
    row(
        "restore-tested",
        STATEFUL,
        &[Flag, Word, Quantity(Duration), Shape::Date, Text],
        "whether a backup was ever brought back",
    ),
    row(
        "restore",
        STATEFUL,
        &[Quantity(Duration)],
        "how long it takes to bring a backup back",
    ),
    row(
        "locking",
        Owners::STORE
            .with(Owners::RELATION)
            .with(Owners::STEPS)
            .with(Owners::OPERATION),
        &[OneOf(&[
            "optimistic",
            "pessimistic",
            "lease",
            "conditional",
            "single-writer",
            "unique",
        ])],
        "how two who change the same thing are kept apart",
    ),
    row(
        "model",
        Owners::STORE,
        &[OneOf(&[
            "relational",
            "document",
            "key-value",
            "wide-column",
            "graph",
            "time-series",
            "search",
            "blob",
            "columnar",
            "vector",
        ])],
        "how data is shaped",
    ),
    row(
        "transactions",
        Owners::STORE,
        &[OneOf(&["multi", "single"])],
        "whether several rows change as one",
    ),
    row(
        "index",
        Owners::STORE,
        &[OneOf(&["hash", "sorted", "text", "geo", "vector"])],
        "what kinds of index it has",
    ),
    row(
        "storage",
        Owners::STORE,
        &[Quantity(Size), Word],
        "how much it can keep",
    ),
    row(
        "max-item",
        STATEFUL,
        &[Quantity(Size)],
        "the largest thing it takes",
    ),
    row(
        "persist",
        STATEFUL.with(Owners::CACHE),
        &[Flag, Word],
        "whether it survives a restart",
    ),
    row(
        "rebuildable",
        Owners::STORE,
        &[Flag, Ref(COMPONENT), Text],
        "from what it can be made again",
    ),
    row(
        "lag",
        STATEFUL.with(Owners::RELATION),
        &[Quantity(Duration)],
        "how far a copy is behind",
    ),
    row(
        "query",
        Owners::RELATION.with(Owners::STEPS),
        &[OneOf(&["key", "range", "text", "geo", "vector", "scan"])],
        "how data is found",
    ),
    row(
        "versioning",
        Owners::STORE,
        &[Flag, Word],
        "whether what is overwritten or deleted can be brought back",
    ),
    // caches
    row(
        "ttl",
        Owners::CACHE
            .with(Owners::LOCK)
            .with(Owners::MEDIUM)
            .with(Owners::RELATION),
        &[Quantity(Duration)],
        "how long an entry lives",
    ),
    row(
        "eviction",
        Owners::CACHE,
        &[OneOf(&[
            "lru",
            "lfu",
            "fifo",
            "random",
            "ttl",
            "noeviction",
        ])],
        "what goes when it is full",
    ),
    row(
        "invalidation",
        Owners::CACHE,
        &[OneOf(&["on-write", "on-event", "ttl"])],
        "what removes an entry that is no longer true",
    ),
    row(
        "hit",
        Owners::CACHE.with(Owners::RELATION),
        &[Quantity(Percent)],
        "the share of reads that it answers",
    ),
    row(
        "memory",
        Owners::CACHE.with(Owners::CLIENT).with(Owners::COMPUTE),
        &[Quantity(Size)],
        "how much one replica can hold",
    ),
    row(
        "zipf",
        Owners::CACHE.with(Owners::ABOUT),
        &[Quantity(Count)],
        "how unevenly reads are spread: 0 evenly, 1 as in Zipf's law",
    ),
    row(
        "scope",
        Owners::CACHE,
        &[OneOf(&["local", "shared"])],
        "whether each caller has its own",
    ),
    row(
        "warm",
        Owners::CACHE,
        &[Word, Text],
        "how it is filled before it is needed",
    ),
    row(
        "write",
        Owners::CACHE,
        &[OneOf(&["through", "behind", "around", "aside"])],
        "what a write does to it",
    ),
    // media
    row(
        "delivery",
        Owners::MEDIUM.with(Owners::RELATION),
        &[OneOf(&["at-most-once", "at-least-once", "exactly-once"])],
        "how often a message may arrive",
    ),
    row(
        "ordering",
        Owners::MEDIUM,
        &[
            OneOf(&["partition", "queue", "global", "key"]),
            Shape::Field,
        ],
        "within what the order is kept",
    ),
    row(
        "dead-letter",
        Owners::MEDIUM,
        &[Ref(COMPONENT), Text],
        "where a message goes that cannot be handled",
    ),
    row(
        "max",
        Owners::MEDIUM.with(Owners::CACHE),
        &[Quantity(Count), Quantity(Size)],
        "how much it holds at most",
    ),
    row(
        "partitions",
        Owners::MEDIUM,
        &[Quantity(Count)],
        "how many parts it has",
    ),
    row(
        "visibility-timeout",
        Owners::MEDIUM,
        &[Quantity(Duration)],
        "how long a message that was taken stays hidden from the others",
    ),
    row(
        "acks",
        Owners::MEDIUM.with(Owners::RELATION),
        &[OneOf(&["all", "leader"]), Quantity(Count), Word],
        "how many copies a message must have reached before it counts as sent",
    ),
    row(
        "consumer-group",
        Owners::RELATION.with(Owners::COMPUTE),
        &[Word, Text],
        "who shares the messages",
    ),
    row(
        "backpressure",
        Owners::MEDIUM.with(Owners::COMPUTE),
        &[Word, Text],
        "what happens when consumers are too slow",
    ),
    // balancers
    row(
        "algorithm",
        Owners::BALANCER,
        &[OneOf(&[
            "round-robin",
            "least-connections",
            "ip-hash",
            "weighted",
            "least-time",
            "random",
            "consistent-hash",
        ])],
        "how it chooses",
    ),
    row(
        "sticky",
        Owners::BALANCER,
        &[Flag, Word],
        "whether a caller comes to the same one again",
    ),
    row(
        "layer",
        Owners::BALANCER,
        &[OneOf(&["l4", "l7"]), Quantity(Count)],
        "what it sees",
    ),
    row(
        "tls",
        Owners::BALANCER.with(Owners::RELATION),
        &[Flag, Word],
        "whether what crosses is encrypted, or where that ends",
    ),
    // compute
    row(
        "concurrency",
        Owners::COMPUTE,
        &[Quantity(Count)],
        "how much one does at a time",
    ),
    row(
        "batch",
        Owners::COMPUTE.with(Owners::RELATION),
        &[Quantity(Count), Quantity(Duration)],
        "how much is done together",
    ),
    row(
        "outbox",
        Owners::COMPUTE.with(Owners::STORE),
        &[Flag, Word],
        "whether messages are written with the data and sent from there",
    ),
    // monitors
    row(
        "watches",
        Owners::MONITOR,
        &[Ref(COMPONENT), Shape::Any],
        "what it watches; everything where it is not stated",
    ),
    row(
        "levels",
        Owners::MONITOR,
        &[OneOf(&["infrastructure", "service", "application"])],
        "at which levels it looks",
    ),
    // locks
    row(
        "fencing",
        Owners::LOCK,
        &[Flag, Word],
        "whether a late holder is kept from writing",
    ),
    // clients
    row("battery", Owners::CLIENT, &[Word, Text], "what it may draw"),
    row(
        "bandwidth",
        Owners::CLIENT.with(Owners::RELATION).with(Owners::PLACE),
        &[Quantity(Bandwidth)],
        "what the line carries",
    ),
    // connections
    row(
        "protocol",
        Owners::RELATION,
        &[
            OneOf(&[
                "http",
                "https",
                "http2",
                "http3",
                "grpc",
                "tcp",
                "tls",
                "udp",
                "websocket",
                "wss",
                "sse",
                "long-poll",
                "graphql",
                "soap",
                "amqp",
                "mqtt",
                "sql",
                "redis",
                "smtp",
                "webrtc",
                "rpc",
                "kafka",
                "s3",
                "dns",
                "quic",
            ]),
            Word,
        ],
        "what is spoken",
    ),
    row(
        "pool",
        Owners::RELATION,
        &[Quantity(Count)],
        "how many connections one replica of the caller keeps open",
    ),
    row(
        "timeout",
        Owners::RELATION,
        &[Quantity(Duration)],
        "how long the caller waits",
    ),
    row(
        "retries",
        Owners::RELATION.with(Owners::MEDIUM),
        &[Quantity(Count)],
        "how often it is tried again",
    ),
    row(
        "backoff",
        Owners::RELATION,
        &[
            OneOf(&["fixed", "linear", "exponential", "jitter"]),
            Quantity(Duration),
            Word,
        ],
        "how long between tries",
    ),
    row(
        "circuit-breaker",
        Owners::RELATION,
        &[Flag, Word, Text],
        "whether the caller stops asking what is broken",
    ),
    row(
        "fallback",
        Owners::RELATION,
        &[
            OneOf(&["stale", "cached", "default", "empty", "queue", "skip"]),
            Ref(COMPONENT),
            Text,
        ],
        "what the caller does without it",
    ),
    row(
        "need",
        Owners::RELATION,
        &[OneOf(&["hard", "soft"])],
        "whether the caller fails without it",
    ),
    row(
        "encrypted",
        Owners::RELATION,
        &[Flag, Word],
        "whether what crosses can be read",
    ),
    row(
        "times",
        Owners::RELATION.with(Owners::STEPS),
        &[Quantity(Count), Quantity(Multiple)],
        "how often it happens each time",
    ),
    row(
        "chance",
        Owners::RELATION.with(Owners::STEPS),
        &[Quantity(Percent)],
        "in what share of cases it happens",
    ),
    row(
        "mode",
        Owners::RELATION,
        &[OneOf(&["cdc", "replication", "batch"])],
        "how data gets across by itself",
    ),
    row(
        "payload",
        Owners::RELATION.with(Owners::OPERATION),
        &[Quantity(Size)],
        "bytes that cross at a time",
    ),
    row(
        "compression",
        Owners::RELATION.with(Owners::STORE).with(Owners::MEDIUM),
        &[Flag, Word],
        "how it is made smaller",
    ),
    row(
        "target",
        Owners::RELATION,
        &[OneOf(&["primary", "replica"])],
        "which copy is asked",
    ),
    row(
        "validated",
        Owners::RELATION.with(Owners::OPERATION),
        &[Flag],
        "whether what was read is checked again when it is used",
    ),
    row(
        "at-most",
        Owners::RELATION.with(Owners::STEPS),
        &[Quantity(Count)],
        "the most that `times` can become",
    ),
    // flows
    row(
        "wait",
        Owners::STEPS,
        &[OneOf(&["all", "any"]), Quantity(Count)],
        "for how many of the branches it waits",
    ),
    row("until", Owners::STEPS, &[Word, Text], "when a loop ends"),
    row(
        "compensation",
        Owners::FLOW.with(Owners::STEPS),
        &[Word, Text],
        "how what was done is undone",
    ),
    // loads
    row(
        "users",
        Owners::LOAD.with(Owners::CLIENT),
        &[Quantity(Users)],
        "distinct users, in a period if one is given",
    ),
    row(
        "peak",
        Owners::LOAD,
        &[Quantity(Multiple)],
        "how much more than the average there is",
    ),
    row("ratio", Owners::LOAD, &[Shape::Ratio], "reads to writes"),
    row(
        "burst",
        Owners::LOAD,
        &[Quantity(Rate), Quantity(Users), Quantity(Multiple), Text],
        "what comes at once",
    ),
    row(
        "concurrent",
        Owners::LOAD.with(Owners::CLIENT),
        &[Quantity(Users)],
        "how many are there at the same moment",
    ),
    // decisions
    row(
        "instead-of",
        Owners::DECISION,
        &[Text, Word],
        "what was not chosen",
    ),
    row("because", Owners::DECISION, &[Text], "why"),
    row("consequence", Owners::DECISION, &[Text], "what it costs"),
    row(
        "status",
        Owners::DECISION,
        &[OneOf(&["proposed", "accepted", "superseded"])],
        "where it stands",
    ),
    row("on", Owners::DECISION, &[Ref(ANYTHING)], "what it is about"),
    row("date", Owners::DECISION, &[Shape::Date], "when it was made"),
    // places
    row(
        "trust",
        Owners::PLACE,
        &[OneOf(&["public", "private", "restricted"])],
        "how far what stands in it is trusted",
    ),
    row(
        "encrypted",
        Owners::PLACE,
        &[Flag, Word],
        "whether everything inside speaks encrypted",
    ),
    row(
        "auth",
        Owners::PLACE,
        &[Word],
        "how those inside know each other",
    ),
    row(
        "distance",
        Owners::PLACE,
        &[Quantity(Duration), Shape::Any],
        "the time to another place",
    ),
    // views and policies
    row(
        "include",
        Owners::VIEW,
        &[Shape::Any],
        "what is drawn; everything where it is not stated",
    ),
    row("exclude", Owners::VIEW, &[Shape::Any], "what is left out"),
    row("deny", Owners::POLICY, &[Shape::Any], "what must not be"),
    row("require", Owners::POLICY, &[Shape::Any], "what must be"),
    row("except", Owners::POLICY, &[Shape::Any], "who is free of it"),
    // practice
    row(
        "time",
        Owners::PROBLEM,
        &[Quantity(Duration)],
        "how long an answer may take",
    ),
    row(
        "kind",
        Owners::PROBLEM,
        &[OneOf(&["product", "infrastructure"])],
        "what sort of system is asked for",
    ),
    row(
        "text",
        Owners::PROMPTED,
        &[Text],
        "what the interviewer answers",
    ),
    row(
        "step",
        Owners::EXPECTATION.with(Owners::HINT),
        &[OneOf(STEPS)],
        "the step of the framework that it belongs to",
    ),
    row(
        "weight",
        Owners::EXPECTATION,
        &[Quantity(Count)],
        "how many points it is worth: 1, 2 or 3",
    ),
    row(
        "require",
        Owners::EXPECTATION,
        &[Shape::Any],
        "what an answer must have",
    ),
    row(
        "called",
        Owners::EXPECTATION,
        &[Shape::Any],
        "the words by which it is recognised",
    ),
    row(
        "with",
        Owners::EXPECTATION,
        &[Shape::Any],
        "the fields by which it is recognised",
    ),
    row(
        "without",
        Owners::EXPECTATION,
        &[Shape::Any],
        "the rules of which a review must have no finding",
    ),
    row(
        "unless",
        Owners::EXPECTATION,
        &[Shape::Any],
        "the expectation that answers it too",
    ),
    row(
        "hint",
        Owners::EXPECTATION,
        &[Text],
        "what helps without giving it away",
    ),
    row("why", Owners::EXPECTATION, &[Text], "the idea behind it"),
    row(
        "ask",
        Owners::EXPECTATION,
        &[Text],
        "what an interviewer asks next",
    ),
];

/// The steps in which a design is argued.
pub const STEPS: &[&str] = &[
    "requirements",
    "estimates",
    "entities",
    "api",
    "data-flow",
    "high-level",
    "deep-dives",
];
