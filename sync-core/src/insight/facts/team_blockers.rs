//! Owns the facts of what is in a team's way.

use super::{heading, kept};
use crate::coaching::item::{State, author, state};
use crate::coaching::team_blockers::blocked;
use crate::document::{Document, Item, Path};
use crate::ids::{ItemId, PersonId};
use crate::time::{Day, Timestamp};
use minicbor::{Decode, Encode};

/// What read models need of the blockers of a team.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TeamBlockersFacts {
    /// The blockers, in their order.
    #[n(0)]
    pub blockers: Vec<BlockerFacts>,
}

/// One blocker.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BlockerFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What is in the way, in one line.
    #[n(1)]
    pub text: String,
    /// The system or the place.
    #[n(2)]
    pub topic: Option<String>,
    /// Since when: the earlier day, while two people's days stand.
    #[n(3)]
    pub since: Option<Day>,
    /// Whose work it stops, ascending.
    #[n(4)]
    pub blocked: Vec<PersonId>,
    /// Who is to take it away.
    #[n(5)]
    pub owner: Option<PersonId>,
    /// How far that is: the less finished state, while two people's states stand.
    #[n(6)]
    pub state: State,
    /// Who noted it.
    #[n(7)]
    pub by: Option<PersonId>,
    /// When it was noted.
    #[n(8)]
    pub at: Option<Timestamp>,
}

pub(super) fn read(doc: Document<'_>) -> TeamBlockersFacts {
    TeamBlockersFacts { blockers: kept(doc, "items").iter().map(blocker).collect() }
}

fn blocker(item: &Item<'_>) -> BlockerFacts {
    let fields = item.fields();
    BlockerFacts {
        id: item.id,
        text: heading(fields, "text"),
        topic: fields.get(&Path::of("topic")),
        since: fields.least(&Path::of("since")),
        blocked: blocked(fields).into_iter().collect(),
        owner: fields.get(&Path::of("owner")),
        state: state(fields),
        by: author(item),
        at: fields.get(&Path::of("at")),
    }
}
