//! Owns circumstances as an app sees them: what is different for somebody for a while.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use crate::system::rng;
use sync_core::coaching::Kind;
use sync_core::coaching::circumstance::{
    self, ArrangementView, CircumstanceView, ExceptionView, Measured, NewArrangement, Period, SupportKind,
    SupportView, Taken,
};
use sync_core::coaching::item::Removal;
use sync_core::coaching::link::Link;
use sync_core::document::{Amount, Conflict, Document, Edit, EditError, Prose, Splice};
use sync_core::ids::{DocId, ItemId, TenureId};
use sync_core::time::Day;

/// What has a target.
#[uniffi::remote(Enum)]
pub enum Measured {
    /// A number that the organisation reports.
    Kpi {
        /// Its stable name.
        name: String,
    },
    /// A goal of this person.
    Goal {
        /// Which one.
        goal: Link,
    },
}

/// What was offered.
#[uniffi::remote(Enum)]
pub enum SupportKind {
    /// A talk with a counsellor.
    Counselling,
    /// Somebody experienced at one's side.
    Mentor,
    /// Help with tools or workplace.
    Workplace,
    /// Anything else.
    Other,
}

/// Whether it was taken.
#[uniffi::remote(Enum)]
pub enum Taken {
    /// The person does not say, which is nobody's business.
    NotSaid,
    /// It was not.
    No,
    /// It was.
    Yes,
}

/// From when until when; both days belong to it.
#[uniffi::remote(Record)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
}

/// A circumstance, as screens show it.
#[uniffi::remote(Record)]
pub struct CircumstanceView {
    /// From when until when; none until somebody has said it. The later beginning and the earlier end, while two people's
    /// stand: until they have settled it, an exception is no larger than both want.
    pub period: Option<Period>,
    /// When to look at it again: the earlier day, while two people's stand.
    pub review_on: Option<Day>,
    /// The targets that are different, with what was removed.
    pub exceptions: Vec<ExceptionView>,
    /// The hours, places and duties that are different, with what was removed.
    pub arrangements: Vec<ArrangementView>,
    /// The support that was offered, with what was removed.
    pub support: Vec<SupportView>,
    /// Why; may stay empty.
    pub reason: Prose,
    /// Whether an HR partner is shown it when they ask for it, which is in the agent's access log then. Not while one of two
    /// answers stands against it.
    pub is_shared_with_hr: bool,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One exception.
#[uniffi::remote(Record)]
pub struct ExceptionView {
    /// Which one.
    pub id: ItemId,
    /// Of what; none if another version of the app wrote something else.
    pub measured: Option<Measured>,
    /// What is to be reached meanwhile.
    pub target: Option<Amount>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// An arrangement to make.
#[uniffi::remote(Record)]
pub struct NewArrangement {
    /// What; a label.
    pub what: String,
    /// From when until when; both days belong to it.
    pub period: Period,
}

/// One arrangement.
#[uniffi::remote(Record)]
pub struct ArrangementView {
    /// Which one.
    pub id: ItemId,
    /// What.
    pub what: String,
    /// The first day.
    pub from: Option<Day>,
    /// The last day: the earlier one, while two people's stand.
    pub until: Option<Day>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Something offered.
#[uniffi::remote(Record)]
pub struct SupportView {
    /// Which one.
    pub id: ItemId,
    /// What kind.
    pub kind: SupportKind,
    /// When.
    pub offered_on: Option<Day>,
    /// Whether it was taken: while two people's answers stand, it is not said.
    pub taken: Taken,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// What people do to a circumstance.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum CircumstanceEdit {
    /// Says from when until when it is; both days belong to it.
    SetPeriod { period: Period },
    /// Says when to look at it again.
    SetCircumstanceReview { on: Option<Day> },
    /// Edits why it is so.
    EditReason { splice: Splice },
    /// Lets an HR partner be shown it, or no longer. What they were shown before, they know.
    ShareWithHr { is_shared: bool },
    /// Says what is to be reached meanwhile. Answers its id.
    AddException { measured: Measured, target: Amount },
    /// Says otherwise.
    SetExceptionTarget { id: ItemId, target: Amount },
    /// Removes an exception; it can be restored.
    RemoveException { id: ItemId },
    /// Brings an exception back.
    RestoreException { id: ItemId },
    /// Arranges something for a while. Answers its id.
    AddArrangement { new: NewArrangement },
    /// Says until when.
    SetArrangementUntil { id: ItemId, until: Day },
    /// Removes an arrangement; it can be restored.
    RemoveArrangement { id: ItemId },
    /// Brings an arrangement back.
    RestoreArrangement { id: ItemId },
    /// Notes that support was offered. Answers its id.
    OfferSupport { kind: SupportKind, on: Day },
    /// Says whether it was taken.
    SetSupportTaken { id: ItemId, taken: Taken },
    /// Removes an offer; it can be restored.
    RemoveSupport { id: ItemId },
    /// Brings an offer back.
    RestoreSupport { id: ItemId },
}

impl CircumstanceEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddException { measured, target } => {
                return circumstance::add_exception(edit, measured, *target).map(Some);
            }
            Self::AddArrangement { new } => return circumstance::add_arrangement(edit, new).map(Some),
            Self::OfferSupport { kind, on } => {
                return circumstance::offer_support(edit, *kind, *on).map(Some);
            }
            Self::SetPeriod { period } => circumstance::set_period(edit, *period),
            Self::SetCircumstanceReview { on } => circumstance::set_circumstance_review(edit, *on),
            Self::EditReason { splice } => circumstance::edit_reason(edit, splice),
            Self::ShareWithHr { is_shared } => circumstance::share_with_hr(edit, *is_shared),
            Self::SetExceptionTarget { id, target } => circumstance::set_exception_target(edit, *id, *target),
            Self::RemoveException { id } => circumstance::remove_exception(edit, *id),
            Self::RestoreException { id } => circumstance::restore_exception(edit, *id),
            Self::SetArrangementUntil { id, until } => circumstance::set_arrangement_until(edit, *id, *until),
            Self::RemoveArrangement { id } => circumstance::remove_arrangement(edit, *id),
            Self::RestoreArrangement { id } => circumstance::restore_arrangement(edit, *id),
            Self::SetSupportTaken { id, taken } => circumstance::set_support_taken(edit, *id, *taken),
            Self::RemoveSupport { id } => circumstance::remove_support(edit, *id),
            Self::RestoreSupport { id } => circumstance::restore_support(edit, *id),
        }?;
        Ok(None)
    }
}

#[uniffi::export]
impl Client {
    /// A new circumstance of this pair.
    pub fn create_circumstance(&self, tenure: TenureId) -> Result<DocId, ClientError> {
        let key = circumstance::new_key(tenure, &mut rng());
        Ok(self.replica()?.create(Kind::of(&circumstance::SPEC), key)?)
    }

    /// A circumstance, as screens show it.
    pub fn circumstance(&self, doc: DocId) -> Result<CircumstanceView, ClientError> {
        let replica = self.replica_of(doc, &circumstance::SPEC)?;
        let mut view = replica.read(doc, |history| circumstance::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_circumstance(
        &self,
        doc: DocId,
        edits: Vec<CircumstanceEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        let replica = self.replica_of(doc, &circumstance::SPEC)?;
        Ok(replica.edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
