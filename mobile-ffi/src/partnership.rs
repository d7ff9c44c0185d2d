//! Owns partnerships as an app sees them: the records of a year's partnership, and its verbs.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::ack::AckView;
use sync_core::coaching::item::{Area, Removal};
use sync_core::coaching::meeting::Slot;
use sync_core::coaching::partnership::{
    self, BacklogKind, BacklogView, BringView, Cadence, CadenceView, ContractView, NewBacklogItem,
    PartnershipView, Rhythm, Term, TermView,
};
use sync_core::document::{Conflict, Document, Edit, EditError, Position, Prose, Splice};
use sync_core::ids::{DocId, ItemId, PersonId, TenureId};
use sync_core::time::{Day, Timestamp, Year};

/// The most meetings that are told at once: those of ten years.
const MOST_OCCURRENCES: usize = 520;

/// What the two of them agree about.
#[uniffi::remote(Enum)]
pub enum Term {
    /// What the leader expects of the agent.
    ExpectOfAgent,
    /// What the agent expects of the leader.
    ExpectOfManager,
    /// What they hope for.
    Hopes,
    /// What worries them.
    Worries,
    /// What gives the agent energy.
    Motivates,
    /// What takes it away.
    Demotivates,
    /// How the agent likes to hear praise, and how criticism.
    FeedbackStyle,
}

/// What somebody wants of it.
#[uniffi::remote(Enum)]
pub enum BacklogKind {
    /// To talk about something.
    Topic,
    /// To ask for something.
    Request,
    /// To show an idea.
    Idea,
    /// To tell how far something is.
    Status,
}

/// How often.
#[uniffi::remote(Enum)]
pub enum Rhythm {
    /// Every week.
    Weekly,
    /// Every second week.
    TwoWeekly,
    /// Every fourth week.
    FourWeekly,
}

/// How often they meet.
#[uniffi::remote(Record)]
pub struct Cadence {
    /// How often.
    pub rhythm: Rhythm,
    /// The first of these meetings: all others are on its weekday, at its hour.
    pub first: Slot,
    /// How long each takes.
    pub minutes: Option<u32>,
    /// Where; a label.
    pub place: Option<String>,
}

/// How often they meet, as screens show it.
#[uniffi::remote(Record)]
pub struct CadenceView {
    /// How often: the more frequent, while two people's rhythms stand.
    pub rhythm: Option<Rhythm>,
    /// The first of these meetings: the earlier one, while two people's stand.
    pub first: Option<Slot>,
    /// How long each takes.
    pub minutes: Option<u32>,
    /// Where.
    pub place: Option<String>,
}

/// Something to talk about.
#[uniffi::remote(Record)]
pub struct NewBacklogItem {
    /// What about.
    pub text: String,
    /// What is wanted of it.
    pub kind: BacklogKind,
    /// What part of the work it is about.
    pub area: Option<Area>,
    /// Whether it cannot wait for the next meeting.
    pub before_next: bool,
}

/// A partnership, as screens show it.
#[uniffi::remote(Record)]
pub struct PartnershipView {
    /// How often they meet.
    pub cadence: CadenceView,
    /// How they agreed to work together.
    pub contract: ContractView,
    /// What the agent tells of themselves.
    pub about_me: Prose,
    /// What each side brings, in order, with what was removed.
    pub bring_list: Vec<BringView>,
    /// What they want to talk about, in order, with what was removed.
    pub backlog: Vec<BacklogView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// How they agreed to work together.
#[uniffi::remote(Record)]
pub struct ContractView {
    /// What they agree about, in the order of the form.
    pub terms: Vec<TermView>,
    /// When they look at it again: the earlier day, while two people's stand.
    pub review_on: Option<Day>,
    /// Who agreed to it, and whether that still holds.
    pub acks: Vec<AckView>,
}

/// One of the things that they agree about.
#[uniffi::remote(Record)]
pub struct TermView {
    /// Which.
    pub term: Term,
    /// What it says.
    pub text: Prose,
}

/// Something to bring.
#[uniffi::remote(Record)]
pub struct BringView {
    /// Which.
    pub id: ItemId,
    /// What.
    pub what: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One thing to talk about.
#[uniffi::remote(Record)]
pub struct BacklogView {
    /// Which one.
    pub id: ItemId,
    /// What about.
    pub text: String,
    /// Who added it, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// What is wanted of it.
    pub kind: BacklogKind,
    /// What part of the work it is about.
    pub area: Option<Area>,
    /// Since when it cannot wait for the next meeting, by the phone's clock; none if it can.
    pub before_next: Option<Timestamp>,
    /// The meetings that it was brought to; two if both brought it to another one without knowing.
    pub brought_to: Vec<DocId>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// A verb of partnerships.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum PartnershipEdit {
    /// Says how often the two meet, from which meeting on.
    SetCadence { cadence: Cadence },
    /// Types into one of the things that they agree about.
    EditTerm { term: Term, splice: Splice },
    /// Says when they look at their agreement again.
    SetReviewDay { on: Option<Day> },
    /// Agrees to the contract as this person sees it; it must say what is expected of each side. Goes alone, or first.
    AgreeToContract,
    /// Types into what the agent tells of themselves.
    EditAboutMe { splice: Splice },
    /// Adds something that each side brings to every meeting. Answers its id.
    AddToBring { what: String },
    /// Takes something off that list; it can be restored.
    RemoveToBring { item: ItemId },
    /// Puts something back on that list.
    RestoreToBring { item: ItemId },
    /// Adds something to talk about. Answers its id.
    AddBacklog { item: NewBacklogItem },
    /// Types into it.
    EditBacklog { id: ItemId, splice: Splice },
    /// Says what is wanted of it.
    SetBacklogKind { id: ItemId, kind: BacklogKind },
    /// Says what part of the work it is about.
    SetBacklogArea { id: ItemId, area: Option<Area> },
    /// Says whether it cannot wait for the next meeting.
    SetBeforeNext { id: ItemId, cannot_wait: bool },
    /// Puts it on the agenda of a meeting.
    BringBacklog { id: ItemId, meeting: DocId },
    /// Removes it; it can be restored.
    RemoveBacklog { id: ItemId },
    /// Brings it back.
    RestoreBacklog { id: ItemId },
    /// Puts it elsewhere in the order.
    ReorderBacklog { id: ItemId, to: Position },
}

impl PartnershipEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddToBring { what } => partnership::add_to_bring(edit, what).map(Some),
            Self::AddBacklog { item } => partnership::add_backlog(edit, item).map(Some),
            other => other.change(edit).map(|()| None),
        }
    }

    fn change(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::SetCadence { cadence } => partnership::set_cadence(edit, cadence),
            Self::EditTerm { term, splice } => partnership::edit_term(edit, *term, splice),
            Self::SetReviewDay { on } => partnership::set_review_day(edit, *on),
            Self::AgreeToContract => partnership::agree(edit),
            Self::EditAboutMe { splice } => partnership::edit_about_me(edit, splice),
            Self::RemoveToBring { item } => partnership::remove_to_bring(edit, *item),
            Self::RestoreToBring { item } => partnership::restore_to_bring(edit, *item),
            other => other.change_backlog(edit),
        }
    }

    fn change_backlog(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::EditBacklog { id, splice } => partnership::edit_backlog(edit, *id, splice),
            Self::SetBacklogKind { id, kind } => partnership::set_backlog_kind(edit, *id, *kind),
            Self::SetBacklogArea { id, area } => partnership::set_backlog_area(edit, *id, *area),
            Self::SetBeforeNext { id, cannot_wait } => partnership::set_before_next(edit, *id, *cannot_wait),
            Self::BringBacklog { id, meeting } => partnership::bring_backlog(edit, *id, *meeting),
            Self::RemoveBacklog { id } => partnership::remove_backlog(edit, *id),
            Self::RestoreBacklog { id } => partnership::restore_backlog(edit, *id),
            Self::ReorderBacklog { id, to } => partnership::reorder_backlog(edit, *id, *to),
            // All others were made before.
            _ => Ok(()),
        }
    }
}

/// The meetings of a rhythm from one day until before another, ascending; the first ten years of them at most.
#[uniffi::export]
pub fn occurrences(rhythm: Rhythm, first: Slot, from: Day, until: Day) -> Vec<Slot> {
    partnership::occurrences(rhythm, first, from, until).take(MOST_OCCURRENCES).collect()
}

#[uniffi::export]
impl Client {
    /// The partnership of this pair in this year: new, or the one that is there.
    pub fn create_partnership(&self, tenure: TenureId, year: Year) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&partnership::SPEC), partnership::key(tenure, year))?)
    }

    /// The partnership, as screens show it.
    pub fn partnership(&self, doc: DocId) -> Result<PartnershipView, ClientError> {
        let replica = self.replica_of(doc, &partnership::SPEC)?;
        let mut view = replica.read(doc, |history| partnership::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_partnership(
        &self,
        doc: DocId,
        edits: Vec<PartnershipEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self
            .replica_of(doc, &partnership::SPEC)?
            .edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
