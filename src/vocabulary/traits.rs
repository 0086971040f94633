//! What rules test instead of product names.

/// A set of traits of a kind, a type or a technology.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u32);

impl Traits {
    /// No trait.
    pub const NONE: Traits = Traits(0);
    /// A person or a program outside that starts requests.
    pub const OUTSIDE: Traits = Traits(1);
    /// Runs our own code.
    pub const COMPUTE: Traits = Traits(1 << 1);
    /// Works without being asked by a caller.
    pub const BACKGROUND: Traits = Traits(1 << 2);
    /// Passes requests on to one of those behind it.
    pub const FORWARDS: Traits = Traits(1 << 3);
    /// Keeps data.
    pub const STORES: Traits = Traits(1 << 4);
    /// Keeps data through a restart.
    pub const DURABLE: Traits = Traits(1 << 5);
    /// May lose what it keeps.
    pub const VOLATILE: Traits = Traits(1 << 6);
    /// Keeps a copy of what is kept elsewhere.
    pub const DERIVED: Traits = Traits(1 << 7);
    /// Carries messages from those who send to those who receive.
    pub const MEDIUM: Traits = Traits(1 << 8);
    /// Says who a caller is.
    pub const AUTHENTICATES: Traits = Traits(1 << 9);
    /// Watches the others.
    pub const OBSERVES: Traits = Traits(1 << 10);
    /// Run by somebody else, who keeps it up.
    pub const MANAGED: Traits = Traits(1 << 11);
    /// Belongs to another organisation.
    pub const THIRD_PARTY: Traits = Traits(1 << 12);
    /// Coordinates the others: locks, configuration, discovery.
    pub const CONTROL_PLANE: Traits = Traits(1 << 13);
    /// Keeps secrets.
    pub const SECRETS: Traits = Traits(1 << 14);
    /// Keeps copies near the people who ask.
    pub const CACHES: Traits = Traits(1 << 15);
    /// Cannot be told what is put into it: clients reach it by its nature.
    pub const EDGE: Traits = Traits(1 << 16);

    const NAMES: [(Traits, &'static str); 17] = [
        (Traits::OUTSIDE, "outside"),
        (Traits::COMPUTE, "compute"),
        (Traits::BACKGROUND, "background"),
        (Traits::FORWARDS, "forwards"),
        (Traits::STORES, "stores"),
        (Traits::DURABLE, "durable"),
        (Traits::VOLATILE, "volatile"),
        (Traits::DERIVED, "derived"),
        (Traits::MEDIUM, "medium"),
        (Traits::AUTHENTICATES, "authenticates"),
        (Traits::OBSERVES, "observes"),
        (Traits::MANAGED, "managed"),
        (Traits::THIRD_PARTY, "third-party"),
        (Traits::CONTROL_PLANE, "control-plane"),
        (Traits::SECRETS, "secrets"),
        (Traits::CACHES, "caches"),
        (Traits::EDGE, "edge"),
    ];

    /// Returns the traits of either.
    pub const fn with(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }

    /// Returns the traits that both have.
    pub const fn shared(self, other: Traits) -> Traits {
        Traits(self.0 & other.0)
    }

    /// Tells whether all of `other` are in here.
    pub const fn has(self, other: Traits) -> bool {
        self.0 & other.0 == other.0
    }

    /// Tells whether any of `other` is in here.
    pub const fn any(self, other: Traits) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the trait of that name.
    pub fn named(word: &str) -> Option<Traits> {
        Traits::NAMES
            .iter()
            .find(|(_, name)| *name == word)
            .map(|(set, _)| *set)
    }

    /// Returns the names of all traits.
    pub fn all_names() -> impl Iterator<Item = &'static str> {
        Traits::NAMES.iter().map(|(_, name)| *name)
    }

    /// Returns the names of the traits in here.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Traits::NAMES
            .iter()
            .filter(move |(set, _)| self.has(*set))
            .map(|(_, name)| *name)
    }
}
