//! The first words of declarations, with their types.

use super::properties::Owners;
use super::traits::Traits;

/// A first word of a declaration.
#[derive(Debug)]
pub struct Kind {
    /// As written.
    pub name: &'static str,
    /// Which part of a design it belongs to.
    pub group: Group,
    /// Where its names live; `None` where it has no name that could be referred to.
    pub category: Option<Category>,
    /// What rules may know of it.
    pub traits: Traits,
    /// Whose properties its block may hold.
    pub words: Owners,
    /// The words that may follow the colon, beside technologies.
    pub types: &'static [TypeWord],
    /// One sentence about it.
    pub doc: &'static str,
}

/// A word after the colon that refines a kind.
#[derive(Debug)]
pub struct TypeWord {
    /// As written.
    pub name: &'static str,
    /// What it adds to the kind's traits.
    pub traits: Traits,
    /// One phrase about it.
    pub doc: &'static str,
}

/// The part of a design that a kind belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The system and its environments.
    Frame,
    /// What must hold.
    Requirements,
    /// What is kept.
    Data,
    /// What is offered.
    Interface,
    /// Who is outside.
    Outside,
    /// Where requests enter.
    Edge,
    /// What runs.
    Compute,
    /// What keeps.
    State,
    /// What carries.
    Messaging,
    /// What helps the others.
    Support,
    /// Where things stand.
    Places,
    /// What happens.
    Behaviour,
    /// How much.
    Numbers,
    /// Why.
    Reasoning,
    /// What is said to the tool.
    Tooling,
    /// What the practice mode uses.
    Practice,
}

/// All groups, in the order in which a design is argued.
pub const GROUPS: &[Group] = &[
    Group::Frame,
    Group::Requirements,
    Group::Data,
    Group::Interface,
    Group::Outside,
    Group::Edge,
    Group::Compute,
    Group::State,
    Group::Messaging,
    Group::Support,
    Group::Places,
    Group::Behaviour,
    Group::Numbers,
    Group::Reasoning,
    Group::Tooling,
    Group::Practice,
];

impl Group {
    /// Tells whether things of this group are components of the graph.
    pub fn is_component(self) -> bool {
        matches!(
            self,
            Group::Outside
                | Group::Edge
                | Group::Compute
                | Group::State
                | Group::Messaging
                | Group::Support
        )
    }
}

/// Where a name lives; names of different categories do not clash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Functional requirements, qualities, assumptions, questions, exclusions.
    Requirement,
    /// Entities and enums.
    Entity,
    /// APIs and their operations.
    Operation,
    /// Components and the places that hold them.
    Component,
    /// Flows.
    Flow,
    /// Decisions.
    Decision,
    /// Loads and estimates.
    Load,
    /// Views.
    View,
    /// Policies.
    Policy,
    /// Environments.
    Environment,
    /// Types: technologies and kinds that the design adds.
    Type,
    /// What an answer to a practice problem should have.
    Expectation,
}

impl Category {
    /// Returns the word for one thing of the category.
    pub fn word(self) -> &'static str {
        match self {
            Category::Requirement => "requirement",
            Category::Entity => "entity",
            Category::Operation => "operation",
            Category::Component => "component",
            Category::Flow => "flow",
            Category::Decision => "decision",
            Category::Load => "load",
            Category::View => "view",
            Category::Policy => "policy",
            Category::Environment => "environment",
            Category::Type => "technology",
            Category::Expectation => "expectation",
        }
    }
}

/// Returns the kind of that name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

const fn word(name: &'static str, doc: &'static str) -> TypeWord {
    TypeWord {
        name,
        traits: Traits::NONE,
        doc,
    }
}

const fn word_with(name: &'static str, traits: Traits, doc: &'static str) -> TypeWord {
    TypeWord { name, traits, doc }
}

const STORE: Traits = Traits::STORES.with(Traits::DURABLE);
const COMMON: Owners = Owners::COMPONENT;
const STORE_WORDS: Owners = COMMON.with(Owners::STORE);

/// The quality types.
const QUALITY_TYPES: &[TypeWord] = &[
    word("availability", "how much of the time it answers"),
    word("latency", "how fast it answers"),
    word("scalability", "how many it serves"),
    word("throughput", "how much it processes in a time"),
    word("consistency", "what readers may see after a write"),
    word("durability", "how surely data is kept"),
    word(
        "recovery",
        "how soon and with how little loss it comes back",
    ),
    word("security", "who may do what, and what stays hidden"),
    word("fault-tolerance", "what may break without being noticed"),
    word("freshness", "how old an answer may be"),
    word("compliance", "which regulations hold"),
    word("environment", "what devices and networks allow"),
    word("observability", "what can be seen from outside"),
    word("maintainability", "how easily it changes"),
    word("cost", "what it may cost"),
];

/// Every kind, by group.
pub const KINDS: &[Kind] = &[
    // Frame
    Kind {
        name: "system",
        group: Group::Frame,
        category: None,
        traits: Traits::NONE,
        words: Owners::SYSTEM,
        types: &[
            word("product", "serves people through features"),
            word("infrastructure", "serves other systems"),
            word("object-oriented", "a class structure rather than services"),
            word("frontend", "an application in a browser or on a device"),
        ],
        doc: "The system under design; the file that declares it is the root of the design.",
    },
    Kind {
        name: "environment",
        group: Group::Frame,
        category: Some(Category::Environment),
        traits: Traits::NONE,
        words: Owners::NONE,
        types: &[],
        doc: "Facts that differ in one deployment, such as staging.",
    },
    // Requirements
    Kind {
        name: "functional",
        group: Group::Requirements,
        category: Some(Category::Requirement),
        traits: Traits::NONE,
        words: Owners::REQUIREMENT,
        types: &[],
        doc: "Something that users should be able to do.",
    },
    Kind {
        name: "quality",
        group: Group::Requirements,
        category: Some(Category::Requirement),
        traits: Traits::NONE,
        words: Owners::REQUIREMENT.with(Owners::QUALITY),
        types: QUALITY_TYPES,
        doc: "How well it should be done, with numbers.",
    },
    Kind {
        name: "assumption",
        group: Group::Requirements,
        category: Some(Category::Requirement),
        traits: Traits::NONE,
        words: Owners::REQUIREMENT,
        types: QUALITY_TYPES,
        doc: "Something taken for true without having been checked.",
    },
    Kind {
        name: "question",
        group: Group::Requirements,
        category: Some(Category::Requirement),
        traits: Traits::NONE,
        words: Owners::REQUIREMENT,
        types: QUALITY_TYPES,
        doc: "Something that is still open.",
    },
    Kind {
        name: "excluded",
        group: Group::Requirements,
        category: Some(Category::Requirement),
        traits: Traits::NONE,
        words: Owners::REQUIREMENT,
        types: QUALITY_TYPES,
        doc: "Something that is out of scope; rules that only it would motivate are silent.",
    },
    // Data
    Kind {
        name: "entity",
        group: Group::Data,
        category: Some(Category::Entity),
        traits: Traits::NONE,
        words: Owners::NONE,
        types: &[],
        doc: "A thing that the system keeps or exchanges; its block holds fields and `about { … }`.",
    },
    Kind {
        name: "enum",
        group: Group::Data,
        category: Some(Category::Entity),
        traits: Traits::NONE,
        words: Owners::NONE,
        types: &[],
        doc: "A closed list of names.",
    },
    // Interface
    Kind {
        name: "api",
        group: Group::Interface,
        category: Some(Category::Operation),
        traits: Traits::NONE,
        words: Owners::API,
        types: &[
            word("rest", "resources and HTTP methods"),
            word("graphql", "queries chosen by the client"),
            word("grpc", "remote procedure calls"),
            word("soap", "XML envelopes"),
            word("websocket", "two-way messages over one connection"),
            word("sse", "a one-way stream from the server"),
            word("events", "messages through a medium"),
        ],
        doc: "What is offered to callers: operations with their contracts.",
    },
    // Outside
    Kind {
        name: "actor",
        group: Group::Outside,
        category: Some(Category::Component),
        traits: Traits::OUTSIDE,
        words: COMMON.with(Owners::CLIENT),
        types: &[],
        doc: "A person in a role.",
    },
    Kind {
        name: "client",
        group: Group::Outside,
        category: Some(Category::Component),
        traits: Traits::OUTSIDE,
        words: COMMON.with(Owners::CLIENT),
        types: &[
            word("browser", "runs in a browser"),
            word("mobile", "runs on a phone"),
            word("desktop", "runs on a computer"),
            word("device", "runs on a thing"),
            word("partner", "another organisation's system that calls us"),
        ],
        doc: "A program in the hands of those who use the system.",
    },
    Kind {
        name: "external",
        group: Group::Outside,
        category: Some(Category::Component),
        traits: Traits::THIRD_PARTY,
        words: COMMON.with(Owners::STORE),
        types: &[
            word("email", "sends mail"),
            word("sms", "sends text messages"),
            word("push", "sends notifications to devices"),
            word("payment", "takes payments"),
            word("bank", "moves money"),
            word_with("identity", Traits::AUTHENTICATES, "says who somebody is"),
            word("map", "knows places and routes"),
            word_with("storage", Traits::STORES, "keeps data"),
            word("model", "answers with a trained model"),
        ],
        doc: "Another organisation's system that ours calls.",
    },
    // Edge
    Kind {
        name: "dns",
        group: Group::Edge,
        category: Some(Category::Component),
        traits: Traits::FORWARDS.with(Traits::EDGE).with(Traits::MANAGED),
        words: COMMON.with(Owners::CACHE).with(Owners::BALANCER),
        types: &[],
        doc: "Names to addresses.",
    },
    Kind {
        name: "cdn",
        group: Group::Edge,
        category: Some(Category::Component),
        traits: Traits::FORWARDS
            .with(Traits::EDGE)
            .with(Traits::CACHES)
            .with(Traits::MANAGED),
        words: COMMON.with(Owners::CACHE).with(Owners::BALANCER),
        types: &[],
        doc: "Copies of content near those who ask.",
    },
    Kind {
        name: "balancer",
        group: Group::Edge,
        category: Some(Category::Component),
        traits: Traits::FORWARDS.with(Traits::EDGE),
        words: COMMON.with(Owners::BALANCER),
        types: &[word("l4", "sees connections"), word("l7", "sees requests")],
        doc: "Spreads requests over those behind it.",
    },
    Kind {
        name: "gateway",
        group: Group::Edge,
        category: Some(Category::Component),
        traits: Traits::FORWARDS.with(Traits::EDGE),
        words: COMMON.with(Owners::BALANCER),
        types: &[
            word("api", "routes the operations of APIs"),
            word("proxy", "passes requests on"),
        ],
        doc: "The door to what is behind it: routes, authenticates, limits.",
    },
    // Compute
    Kind {
        name: "service",
        group: Group::Compute,
        category: Some(Category::Component),
        traits: Traits::COMPUTE,
        words: COMMON.with(Owners::COMPUTE),
        types: &[],
        doc: "A program of ours that answers calls.",
    },
    Kind {
        name: "worker",
        group: Group::Compute,
        category: Some(Category::Component),
        traits: Traits::COMPUTE.with(Traits::BACKGROUND),
        words: COMMON.with(Owners::COMPUTE),
        types: &[],
        doc: "A program of ours that works through messages or jobs.",
    },
    Kind {
        name: "function",
        group: Group::Compute,
        category: Some(Category::Component),
        traits: Traits::COMPUTE.with(Traits::MANAGED),
        words: COMMON.with(Owners::COMPUTE),
        types: &[],
        doc: "Code that a platform runs on demand.",
    },
    Kind {
        name: "scheduler",
        group: Group::Compute,
        category: Some(Category::Component),
        traits: Traits::COMPUTE.with(Traits::BACKGROUND),
        words: COMMON.with(Owners::COMPUTE),
        types: &[],
        doc: "Starts work at its time.",
    },
    Kind {
        name: "processor",
        group: Group::Compute,
        category: Some(Category::Component),
        traits: Traits::COMPUTE.with(Traits::BACKGROUND),
        words: COMMON.with(Owners::COMPUTE),
        types: &[],
        doc: "Computes over streams.",
    },
    // State
    Kind {
        name: "database",
        group: Group::State,
        category: Some(Category::Component),
        traits: STORE,
        words: STORE_WORDS,
        types: &[],
        doc: "Keeps entities and answers queries.",
    },
    Kind {
        name: "cache",
        group: Group::State,
        category: Some(Category::Component),
        traits: Traits::STORES
            .with(Traits::VOLATILE)
            .with(Traits::DERIVED)
            .with(Traits::CACHES),
        words: STORE_WORDS.with(Owners::CACHE),
        types: &[],
        doc: "Keeps copies in memory; may forget them.",
    },
    Kind {
        name: "storage",
        group: Group::State,
        category: Some(Category::Component),
        traits: STORE,
        words: STORE_WORDS,
        types: &[],
        doc: "Keeps large objects.",
    },
    Kind {
        name: "search",
        group: Group::State,
        category: Some(Category::Component),
        traits: Traits::STORES.with(Traits::DERIVED),
        words: STORE_WORDS,
        types: &[],
        doc: "An index for text, places or vectors.",
    },
    Kind {
        name: "warehouse",
        group: Group::State,
        category: Some(Category::Component),
        traits: STORE.with(Traits::DERIVED),
        words: STORE_WORDS,
        types: &[],
        doc: "Keeps copies for analysis.",
    },
    Kind {
        name: "lock",
        group: Group::State,
        category: Some(Category::Component),
        traits: Traits::STORES.with(Traits::CONTROL_PLANE),
        words: STORE_WORDS.with(Owners::LOCK),
        types: &[],
        doc: "Coordination: locks, leases, leaders, configuration.",
    },
    // Messaging
    Kind {
        name: "queue",
        group: Group::Messaging,
        category: Some(Category::Component),
        traits: Traits::MEDIUM,
        words: COMMON.with(Owners::MEDIUM),
        types: &[],
        doc: "Holds messages until one consumer has taken each.",
    },
    Kind {
        name: "topic",
        group: Group::Messaging,
        category: Some(Category::Component),
        traits: Traits::MEDIUM,
        words: COMMON.with(Owners::MEDIUM),
        types: &[],
        doc: "Gives each message to every subscriber.",
    },
    // Support
    Kind {
        name: "identity",
        group: Group::Support,
        category: Some(Category::Component),
        traits: Traits::AUTHENTICATES,
        words: STORE_WORDS,
        types: &[],
        doc: "Says who a caller is.",
    },
    Kind {
        name: "vault",
        group: Group::Support,
        category: Some(Category::Component),
        traits: Traits::SECRETS,
        words: STORE_WORDS,
        types: &[],
        doc: "Keeps secrets.",
    },
    Kind {
        name: "monitor",
        group: Group::Support,
        category: Some(Category::Component),
        traits: Traits::OBSERVES,
        words: STORE_WORDS.with(Owners::MONITOR),
        types: &[],
        doc: "Watches the others and alerts.",
    },
    // Places
    Kind {
        name: "region",
        group: Group::Places,
        category: Some(Category::Component),
        traits: Traits::NONE,
        words: Owners::PLACE,
        types: &[],
        doc: "A part of the world with zones that fail apart from those of other regions.",
    },
    Kind {
        name: "zone",
        group: Group::Places,
        category: Some(Category::Component),
        traits: Traits::NONE,
        words: Owners::PLACE,
        types: &[],
        doc: "A data centre that fails as a whole.",
    },
    Kind {
        name: "network",
        group: Group::Places,
        category: Some(Category::Component),
        traits: Traits::NONE,
        words: Owners::PLACE,
        types: &[],
        doc: "A trust boundary.",
    },
    Kind {
        name: "domain",
        group: Group::Places,
        category: Some(Category::Component),
        traits: Traits::NONE,
        words: Owners::PLACE,
        types: &[],
        doc: "A part of the business with its own language and owner.",
    },
    Kind {
        name: "host",
        group: Group::Places,
        category: Some(Category::Component),
        traits: Traits::NONE,
        words: Owners::PLACE,
        types: &[],
        doc: "One machine; what stands on it shares its fate.",
    },
    // Behaviour
    Kind {
        name: "flow",
        group: Group::Behaviour,
        category: Some(Category::Flow),
        traits: Traits::NONE,
        words: Owners::FLOW,
        types: &[],
        doc: "What happens, step by step; after the colon stands the operation that it realises.",
    },
    // Numbers
    Kind {
        name: "load",
        group: Group::Numbers,
        category: Some(Category::Load),
        traits: Traits::NONE,
        words: Owners::LOAD,
        types: &[],
        doc: "How often operations and flows are used.",
    },
    Kind {
        name: "estimate",
        group: Group::Numbers,
        category: Some(Category::Load),
        traits: Traits::NONE,
        words: Owners::NONE,
        types: &[],
        doc: "Arithmetic with units, and its result.",
    },
    // Reasoning
    Kind {
        name: "decision",
        group: Group::Reasoning,
        category: Some(Category::Decision),
        traits: Traits::NONE,
        words: Owners::DECISION,
        types: &[],
        doc: "What was chosen, instead of what, and why.",
    },
    // Tooling
    Kind {
        name: "view",
        group: Group::Tooling,
        category: Some(Category::View),
        traits: Traits::NONE,
        words: Owners::VIEW,
        types: &[
            word(
                "components",
                "components in their places, and what connects them",
            ),
            word("context", "the system as one box, and who is around it"),
            word("entities", "entities with their fields and references"),
            word("findings", "the components with what the review found"),
            word("requirements", "requirements and what realises them"),
        ],
        doc: "A picture with a chosen part of the design.",
    },
    Kind {
        name: "policy",
        group: Group::Tooling,
        category: Some(Category::Policy),
        traits: Traits::NONE,
        words: Owners::POLICY,
        types: &[
            word("error", "fails the run"),
            word("warning", "warns"),
            word("info", "advises"),
        ],
        doc: "A house rule: what must not be, or must be.",
    },
    Kind {
        name: "defaults",
        group: Group::Tooling,
        category: None,
        traits: Traits::NONE,
        words: Owners::NONE,
        types: &[],
        doc: "Facts for every relation or every component of a kind in the enclosing block.",
    },
    Kind {
        name: "kind",
        group: Group::Tooling,
        category: Some(Category::Type),
        traits: Traits::NONE,
        words: Owners::NONE,
        types: &[],
        doc: "Adds a first word that stands for a kind with default facts.",
    },
    Kind {
        name: "technology",
        group: Group::Tooling,
        category: Some(Category::Type),
        traits: Traits::NONE,
        words: Owners::NONE,
        types: &[],
        doc: "Adds a type of a kind with default facts.",
    },
    Kind {
        name: "import",
        group: Group::Tooling,
        category: None,
        traits: Traits::NONE,
        words: Owners::NONE,
        types: &[],
        doc: "Brings another file's statements in.",
    },
    // Practice
    Kind {
        name: "problem",
        group: Group::Practice,
        category: None,
        traits: Traits::NONE,
        words: Owners::PROBLEM,
        types: &[],
        doc: "A practice problem.",
    },
    Kind {
        name: "expectation",
        group: Group::Practice,
        category: Some(Category::Expectation),
        traits: Traits::NONE,
        words: Owners::EXPECTATION,
        types: &[word("wrong-turn", "what an answer should not have")],
        doc: "What an answer to a practice problem should have.",
    },
    Kind {
        name: "hint",
        group: Group::Practice,
        category: None,
        traits: Traits::NONE,
        words: Owners::HINT,
        types: &[],
        doc: "Help for one step of a practice problem.",
    },
];
