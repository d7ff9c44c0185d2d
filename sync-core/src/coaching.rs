//! Owns the list of document kinds: what people write, one file each.
//!
//! A further kind is one new file beside the others, which defines a [`KindSpec`] named `SPEC`
//! and its typed reading and editing, plus its name in the list at the end of this file.

pub mod ack;
pub mod barometer;
#[cfg(test)]
pub(crate) mod chance;
pub mod earlier;
pub mod item;
pub mod link;
pub mod measure;
mod passages;
mod place;
mod readable;
mod slot;
#[cfg(test)]
mod stories;
mod summary;
mod words;

pub use passages::passages;
pub use place::TextPlace;
pub use readable::{readable, readable_of_changes};
pub use summary::Summary;

use crate::document::Document;
use crate::key::{NaturalKey, Part, Subject};

/// Which subjects a kind of document may belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectClass {
    /// One person alone.
    Person,
    /// The leader and the agent of a tenure.
    Tenure,
    /// Everybody of a team, and who answers for it.
    Team,
    /// Everybody.
    Organisation,
    /// Who is coached together, and who leads them.
    Group,
}

/// What may tell the documents of one subject and kind apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartClass {
    /// Always a random number.
    Random,
    /// A day, or a random number for what is extra.
    DayOrRandom,
    /// The quarter that it is about: one for each.
    Quarter,
    /// The year that it is about: one for each.
    Year,
    /// The person and the quarter that it is about: one for each.
    PersonInQuarter,
    /// Nothing: a subject has one.
    Whole,
}

/// Who writes the documents of a kind, of those who may read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// All of them.
    All,
    /// The agent of a tenure; the leader only reads.
    Agent,
    /// Who leads a team, and heads; all others read, and say that they have.
    Leaders,
    /// Heads; all others read, and say that they have.
    Heads,
    /// Whoever is of a team, all of it; who answers for the team reads.
    Team,
    /// Whoever is of a team, the entries of their own in these containers; who leads it, all of it; who answers for it reads.
    Own(&'static [&'static str]),
    /// Each side its own containers: who led before, and the agent. The leader reads, and says that they have.
    Sides {
        /// Those of who led before.
        before: &'static [&'static str],
        /// Those of the agent.
        agent: &'static [&'static str],
    },
}

/// The shape of a container that a layer creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A map keyed by id or by name.
    Map,
    /// Prose.
    Text,
    /// A map with these texts in it.
    ///
    /// A text that two phones make offline under one key is two texts, of which only one is seen: so what
    /// both may write first exists from the start.
    Texts(&'static [&'static str]),
    /// The same, and room for who agreed to what they say.
    Agreed(&'static [&'static str]),
}

/// A container at the root of a document.
pub type Container = (&'static str, Shape);

/// Containers that came with one schema.
#[derive(Debug, Clone, Copy)]
pub struct Layer {
    /// The schema that brought them: a client writes no layer above what its server knows.
    pub schema: u32,
    /// The containers; at least one.
    pub containers: &'static [Container],
}

/// What a kind of document is made of. Layers are frozen once released: layer 0 is part of genesis,
/// each further one was added by a later version of the app and is never changed either.
#[derive(Debug)]
pub struct KindSpec {
    /// The stable name, on the wire and in ids.
    pub name: &'static str,
    /// Whose it can be.
    pub subject: SubjectClass,
    /// What tells two of them apart.
    pub part: PartClass,
    /// Who writes it.
    pub writers: Writers,
    /// The containers that exist from the start, oldest layer first.
    pub layers: &'static [Layer],
    /// What lists show of one.
    pub summarise: fn(Document<'_>) -> Summary,
}

/// A kind of document that this build knows.
#[derive(Clone, Copy)]
pub struct Kind(&'static KindSpec);

impl Kind {
    /// The kind of this name, if this build knows it.
    pub fn parse(name: &str) -> Option<Self> {
        KINDS.iter().copied().find(|spec| spec.name == name).map(Self)
    }

    /// The kind that this definition describes.
    pub const fn of(spec: &'static KindSpec) -> Self {
        Self(spec)
    }

    /// What it is made of.
    pub const fn spec(self) -> &'static KindSpec {
        self.0
    }

    /// The newest schema of this kind that this build knows.
    pub fn schema(self) -> u32 {
        self.0.layers.iter().map(|layer| layer.schema).max().unwrap_or(1)
    }

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// What lists show of this document of this kind.
    pub fn summarise(self, doc: Document<'_>) -> Summary {
        (self.0.summarise)(doc)
    }

    /// Whether a document of this kind can have this key.
    pub fn admits(self, key: &NaturalKey) -> bool {
        let subject = match key.subject {
            Subject::Person(_) => self.0.subject == SubjectClass::Person,
            Subject::Tenure(_) => self.0.subject == SubjectClass::Tenure,
            Subject::Team(_) => self.0.subject == SubjectClass::Team,
            Subject::Organisation => self.0.subject == SubjectClass::Organisation,
            Subject::Group(_) => self.0.subject == SubjectClass::Group,
        };
        let part = matches!(
            (self.0.part, key.part),
            (PartClass::Random | PartClass::DayOrRandom, Part::Random(_))
                | (PartClass::DayOrRandom, Part::Day(_))
                | (PartClass::Quarter, Part::Quarter(_))
                | (PartClass::Year, Part::Year(_))
                | (PartClass::PersonInQuarter, Part::PersonInQuarter(..))
                | (PartClass::Whole, Part::Whole)
        );
        subject && part
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Kind {}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name)
    }
}

macro_rules! kinds {
    ($($(#[$attribute:meta])* $module:ident),* $(,)?) => {
        $($(#[$attribute])* pub mod $module;)*

        /// Every kind that this build knows.
        pub const KINDS: &[&KindSpec] = &[$($(#[$attribute])* &$module::SPEC),*];
    };
}

kinds!(
    floor_walk,
    meeting,
    action_plan,
    partnership,
    goal_set,
    feedback_log,
    private_log,
    wellbeing_log,
    wellbeing_private,
    tier_note,
    circumstance,
    team_goals,
    team_policy,
    org_strategy,
    team_blockers,
    team_board,
    team_meeting,
    group_meeting,
    manager_reflection,
    hand_over,
    #[cfg(test)]
    sample
);
