//! Owns the blockers of a team as an app sees them.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::item::{Removal, State};
use sync_core::coaching::meeting::{Origin, Provenance};
use sync_core::coaching::team_blockers::{self, BlockerView, NewBlocker, TeamBlockersView};
use sync_core::document::{Conflict, Document, Edit, EditError, Splice};
use sync_core::ids::{DocId, ItemId, PersonId, TeamId};
use sync_core::time::{Day, Quarter, Timestamp};

/// A blocker to note.
#[uniffi::remote(Record)]
pub struct NewBlocker {
    /// What is in the way.
    pub what: String,
    /// The system or the place, so that the same again is found; a label.
    pub topic: Option<String>,
    /// Since when.
    pub since: Day,
    /// Whose work it stops; none for everybody's.
    pub person: Option<PersonId>,
    /// Who is to take it away.
    pub owner: Option<PersonId>,
}

/// The blockers of a team, as screens show them.
#[uniffi::remote(Record)]
pub struct TeamBlockersView {
    /// The blockers in the order in which they were noted, with those that were removed.
    pub blockers: Vec<BlockerView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One blocker.
#[uniffi::remote(Record)]
pub struct BlockerView {
    /// Which one.
    pub id: ItemId,
    /// What is in the way.
    pub what: String,
    /// The system or the place.
    pub topic: Option<String>,
    /// Since when: the earlier day, while two people's days stand.
    pub since: Option<Day>,
    /// Whose work it stops, ascending: those whom it was noted for, and who said so themselves.
    pub blocked: Vec<PersonId>,
    /// Who is to take it away.
    pub owner: Option<PersonId>,
    /// How far that is: the less finished state, while two people's states stand.
    pub state: State,
    /// What was tried, and what comes next.
    pub notes: String,
    /// Who noted it; none if it says so of somebody whose entry it is not.
    pub by: Option<PersonId>,
    /// When it was noted, by the phone's clock.
    pub at: Option<Timestamp>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// What people do to the blockers of a team: whoever is of it to their own and to what they say for themselves, who leads it to
/// all.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum BlockerEdit {
    /// Notes what is in the way. Answers its id.
    AddBlocker { blocker: NewBlocker },
    /// Notes what was found at a stop of a floor walk, which itself stays private. Answers its id.
    AddBlockerFromWalk { blocker: NewBlocker, provenance: Provenance },
    /// Types into what is in the way.
    EditBlocker { blocker: ItemId, splice: Splice },
    /// Types into what was tried, and what comes next.
    EditBlockerNotes { blocker: ItemId, splice: Splice },
    /// Says since when.
    SetBlockerSince { blocker: ItemId, since: Day },
    /// Says who is to take it away.
    SetBlockerOwner { blocker: ItemId, owner: Option<PersonId> },
    /// Says how far that is.
    SetBlockerState { blocker: ItemId, state: State },
    /// Says that it stops one's own work too, or no longer.
    SetBlocksMe { blocker: ItemId, does: bool },
    /// Removes a blocker; it can be restored.
    RemoveBlocker { blocker: ItemId },
    /// Brings a blocker back.
    RestoreBlocker { blocker: ItemId },
}

impl BlockerEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddBlocker { blocker } => return team_blockers::add_blocker(edit, blocker).map(Some),
            Self::AddBlockerFromWalk { blocker, provenance } => {
                return team_blockers::add_blocker_from_walk(edit, blocker, provenance).map(Some);
            }
            Self::EditBlocker { blocker, splice } => team_blockers::edit_blocker(edit, *blocker, splice),
            Self::EditBlockerNotes { blocker, splice } => {
                team_blockers::edit_blocker_notes(edit, *blocker, splice)
            }
            Self::SetBlockerSince { blocker, since } => {
                team_blockers::set_blocker_since(edit, *blocker, *since)
            }
            Self::SetBlockerOwner { blocker, owner } => {
                team_blockers::set_blocker_owner(edit, *blocker, *owner)
            }
            Self::SetBlockerState { blocker, state } => {
                team_blockers::set_blocker_state(edit, *blocker, *state)
            }
            Self::SetBlocksMe { blocker, does } => team_blockers::set_blocks_me(edit, *blocker, *does),
            Self::RemoveBlocker { blocker } => team_blockers::remove_blocker(edit, *blocker),
            Self::RestoreBlocker { blocker } => team_blockers::restore_blocker(edit, *blocker),
        }?;
        Ok(None)
    }
}

#[uniffi::export]
impl Client {
    /// What is in this team's way in this quarter: a new document, or the one that is there.
    pub fn create_team_blockers(&self, team: TeamId, quarter: Quarter) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&team_blockers::SPEC), team_blockers::key(team, quarter))?)
    }

    /// The blockers, as screens show them.
    pub fn team_blockers(&self, doc: DocId) -> Result<TeamBlockersView, ClientError> {
        let replica = self.replica_of(doc, &team_blockers::SPEC)?;
        let mut view = replica.read(doc, |history| team_blockers::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_team_blockers(
        &self,
        doc: DocId,
        edits: Vec<BlockerEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        let replica = self.replica_of(doc, &team_blockers::SPEC)?;
        Ok(replica.edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
