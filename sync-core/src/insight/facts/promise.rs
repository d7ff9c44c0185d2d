//! Owns the facts of what somebody promised, in a meeting or in a plan.

use super::heading;
use crate::coaching::item::{self, DONE_AT, State};
use crate::document::{Document, Item, Path};
use crate::ids::{ItemId, PersonId};
use crate::time::{Day, Timestamp};
use minicbor::{Decode, Encode};

/// Something promised.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Promise {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What, in one line.
    #[n(1)]
    pub text: String,
    /// By whom.
    #[n(2)]
    pub owner: Option<PersonId>,
    /// Until when: the earlier day, while two people's days stand.
    #[n(3)]
    pub due: Option<Day>,
    /// How far it is: the less finished state, while two people's states stand.
    #[n(4)]
    pub state: State,
    /// When it was done: the earlier moment, while two stand. None if it is not done, or an older app noted none.
    #[n(5)]
    pub done_at: Option<Timestamp>,
    /// The step of an action plan that it became; none for a step itself.
    #[n(6)]
    pub plan_step: Option<ItemId>,
}

impl Promise {
    /// Whether there is still something to do.
    pub fn is_open(&self) -> bool {
        self.state < State::Done
    }
}

pub(super) fn read(item: &Item<'_>) -> Promise {
    let fields = item.fields();
    let state = item::state(fields);
    Promise {
        id: item.id,
        text: heading(fields, "text"),
        owner: fields.get(&Path::of("owner")),
        due: fields.least(&Path::of("due")),
        state,
        done_at: done_at(fields, state),
        plan_step: fields.get(&Path::of("plan_step")),
    }
}

fn done_at(fields: Document<'_>, state: State) -> Option<Timestamp> {
    fields.least(&Path::of(DONE_AT)).filter(|_| state == State::Done)
}
