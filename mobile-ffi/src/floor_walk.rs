//! Owns floor walks as an app sees them: the records of a walk, and its verbs.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use crate::system::rng;
use sync_core::coaching::Kind;
use sync_core::coaching::floor_walk::{
    self, FloorWalkView, NewStop, PromotionView, StopKind, StopView, TallyView,
};
use sync_core::coaching::item::Removal;
use sync_core::document::{Conflict, Document, Edit, EditError, Position, Splice};
use sync_core::ids::{DocId, ItemId, PersonId};
use sync_core::time::Timestamp;

/// What a stop was about.
#[uniffi::remote(Enum)]
pub enum StopKind {
    /// Something done well.
    Praise,
    /// Something to work on together.
    Coach,
    /// Something that is in the way.
    Blocker,
    /// How somebody is.
    Wellbeing,
    /// Anything else.
    Note,
}

/// A stop to capture.
#[uniffi::remote(Record)]
pub struct NewStop {
    /// With whom; none for a thing, such as a slow system.
    pub person: Option<PersonId>,
    /// What it was about.
    pub kind: StopKind,
    /// What was seen.
    pub text: String,
    /// Topics.
    pub tags: Vec<String>,
    /// How long it took.
    pub minutes: Option<u32>,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

/// A floor walk, as screens show it. Only its author sees it.
#[uniffi::remote(Record)]
pub struct FloorWalkView {
    /// When it began, by the phone's clock.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// The stops in their order, with those that were removed.
    pub stops: Vec<StopView>,
    /// Values that two of the author's phones set differently.
    pub conflicts: Vec<Conflict>,
}

/// One stop.
#[uniffi::remote(Record)]
pub struct StopView {
    /// Which one.
    pub id: ItemId,
    /// With whom.
    pub person: Option<PersonId>,
    /// What it was about.
    pub kind: StopKind,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
    /// How long it took.
    pub minutes: Option<u32>,
    /// What was seen.
    pub text: String,
    /// Topics, ascending.
    pub tags: Vec<String>,
    /// What was counted, ascending by name.
    pub tallies: Vec<TallyView>,
    /// Where it was promoted to.
    pub promoted: Vec<PromotionView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Something that was counted during a stop.
#[uniffi::remote(Record)]
pub struct TallyView {
    /// What.
    pub name: String,
    /// How often.
    pub count: i64,
}

/// That a stop was copied into a document that others see.
#[uniffi::remote(Record)]
pub struct PromotionView {
    /// Into which document.
    pub to: DocId,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
}

/// A verb of floor walks.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum WalkEdit {
    /// It began.
    Start { at: Timestamp },
    /// It is over.
    End { at: Timestamp },
    /// Captures a stop. Answers its id.
    CaptureStop { stop: NewStop },
    /// Types into a stop.
    EditStop { stop: ItemId, splice: Splice },
    /// Says with whom.
    SetStopPerson { stop: ItemId, person: Option<PersonId> },
    /// Says what it was about.
    SetStopKind { stop: ItemId, kind: StopKind },
    /// Says how long it took.
    SetStopMinutes { stop: ItemId, minutes: Option<u32> },
    /// Puts a topic on a stop.
    TagStop { stop: ItemId, tag: String },
    /// Takes a topic off a stop.
    UntagStop { stop: ItemId, tag: String },
    /// Counts something.
    Tally { stop: ItemId, name: String, by: i64 },
    /// Removes a stop; it can be restored.
    RemoveStop { stop: ItemId },
    /// Brings a removed stop back.
    RestoreStop { stop: ItemId },
    /// Puts a stop elsewhere in the order.
    ReorderStop { stop: ItemId, to: Position },
    /// Notes that a stop was copied into a document that others see.
    MarkPromoted { stop: ItemId, to: DocId, at: Timestamp },
}

impl WalkEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::CaptureStop { stop } => floor_walk::capture_stop(edit, stop).map(Some),
            other => other.change(edit).map(|()| None),
        }
    }

    fn change(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::Start { at } => floor_walk::start(edit, *at),
            Self::End { at } => floor_walk::end(edit, *at),
            Self::EditStop { stop, splice } => floor_walk::edit_stop(edit, *stop, splice),
            Self::SetStopPerson { stop, person } => floor_walk::set_stop_person(edit, *stop, *person),
            Self::SetStopKind { stop, kind } => floor_walk::set_stop_kind(edit, *stop, *kind),
            Self::SetStopMinutes { stop, minutes } => floor_walk::set_stop_minutes(edit, *stop, *minutes),
            Self::TagStop { stop, tag } => floor_walk::tag_stop(edit, *stop, tag),
            Self::UntagStop { stop, tag } => floor_walk::untag_stop(edit, *stop, tag),
            Self::Tally { stop, name, by } => floor_walk::tally(edit, *stop, name, *by),
            Self::RemoveStop { stop } => floor_walk::remove_stop(edit, *stop),
            Self::RestoreStop { stop } => floor_walk::restore_stop(edit, *stop),
            Self::ReorderStop { stop, to } => floor_walk::reorder_stop(edit, *stop, *to),
            Self::MarkPromoted { stop, to, at } => floor_walk::mark_promoted(edit, *stop, *to, *at),
            // Made before.
            Self::CaptureStop { .. } => Ok(()),
        }
    }
}

#[uniffi::export]
impl Client {
    /// A new walk of this person.
    pub fn create_walk(&self) -> Result<DocId, ClientError> {
        let replica = self.replica()?;
        let key = floor_walk::new_key(replica.identity().person, &mut rng());
        Ok(replica.create(Kind::of(&floor_walk::SPEC), key)?)
    }

    /// The walk, as screens show it.
    pub fn walk(&self, doc: DocId) -> Result<FloorWalkView, ClientError> {
        let replica = self.replica_of(doc, &floor_walk::SPEC)?;
        let mut view = replica.read(doc, |history| floor_walk::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_walk(&self, doc: DocId, edits: Vec<WalkEdit>) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self
            .replica_of(doc, &floor_walk::SPEC)?
            .edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
