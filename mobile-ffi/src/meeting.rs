//! Owns meetings as an app sees them: the records of a meeting, and its verbs.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use crate::values::CalendarMonth;
use sync_core::coaching::ack::AckView;
use sync_core::coaching::item::{Removal, State};
use sync_core::coaching::meeting::{
    self, AgendaView, FollowUpView, HeldView, LastMonth, LastMonthLine, MeetingKind, MeetingView, MoveView,
    NewFollowUp, NewTopic, NotHeld, Origin, Plan, Provenance, Section, SectionView, Slot,
};
use sync_core::coaching::{Kind, KindSpec, group_meeting, team_meeting};
use sync_core::document::{Amount, Conflict, Document, Edit, EditError, Mark, Position, Prose, Splice};
use sync_core::ids::{DocId, ItemId, PersonId, TeamId, TenureId};
use sync_core::time::{Day, Timestamp};

/// The kinds that have the verbs of meetings.
static MEETINGS: [&KindSpec; 3] = [&meeting::SPEC, &team_meeting::SPEC, &group_meeting::SPEC];

/// What a meeting is for.
#[uniffi::remote(Enum)]
pub enum MeetingKind {
    /// The regular talk of two people.
    OneOnOne,
    /// The first one, in which they agree how to work together.
    KickOff,
    /// Setting and reviewing the month's goals.
    MonthlyGoals,
    /// Going through the action plan.
    PlanReview,
    /// Working on one skill.
    Coaching,
    /// The team looks at its numbers.
    TeamDataReview,
    /// Some of a team work on a skill together.
    GroupCoaching,
}

/// The blocks of a meeting.
#[uniffi::remote(Enum)]
pub enum Section {
    /// How life and work go.
    Rapport,
    /// Where somebody wants to go.
    Career,
    /// What went well and what to change.
    Feedback,
    /// How somebody is.
    Wellbeing,
}

/// Why a meeting was not held. There is no other reason.
#[uniffi::remote(Enum)]
pub enum NotHeld {
    /// Somebody was absent.
    Absence,
    /// Somebody has left.
    Leaver,
}

/// A meeting to plan.
#[uniffi::remote(Record)]
pub struct Plan {
    /// When.
    pub slot: Slot,
    /// Where; a label.
    pub place: Option<String>,
    /// What for.
    pub kind: MeetingKind,
}

/// A topic to bring.
#[uniffi::remote(Record)]
pub struct NewTopic {
    /// In which block.
    pub section: Option<Section>,
    /// What about.
    pub text: String,
    /// The stable id of the question, if it is one from the bank; the text is its wording as it was asked.
    pub question: Option<String>,
}

/// Where a topic was copied from. The other side learns nothing of the walk.
#[uniffi::remote(Record)]
pub struct Provenance {
    /// The walk.
    pub walk: DocId,
    /// The stop.
    pub stop: ItemId,
    /// When it was seen.
    pub at: Timestamp,
}

/// A follow-up to note.
#[uniffi::remote(Record)]
pub struct NewFollowUp {
    /// What.
    pub text: String,
    /// Who promised it.
    pub owner: Option<PersonId>,
    /// Until when.
    pub due: Option<Day>,
}

/// A month in numbers.
#[uniffi::remote(Record)]
pub struct LastMonth {
    /// Which month.
    pub month: CalendarMonth,
    /// One line for each figure that had a number or a target, in the order of a scorecard.
    pub lines: Vec<LastMonthLine>,
}

/// One figure of a month.
#[uniffi::remote(Record)]
pub struct LastMonthLine {
    /// Its stable name.
    pub kpi: String,
    /// What was reached.
    pub actual: Option<Amount>,
    /// What was asked.
    pub target: Option<Amount>,
    /// Whether circumstances changed what was asked.
    pub is_adjusted: bool,
}

/// A meeting, as screens show it.
#[uniffi::remote(Record)]
pub struct MeetingView {
    /// What it is for.
    pub kind: MeetingKind,
    /// When it is planned: the earlier slot, while two people's slots stand.
    pub planned: Option<Slot>,
    /// Whether two people moved it without knowing of each other, and nobody has settled it.
    pub move_pending: bool,
    /// Where.
    pub place: Option<String>,
    /// Every time it was moved, oldest first.
    pub moves: Vec<MoveView>,
    /// Whether it was moved so often that something seems to stand in its way.
    pub is_moved_often: bool,
    /// When it was held, if it was.
    pub held: Option<HeldView>,
    /// Why it was not held, if it was not.
    pub not_held: Option<NotHeld>,
    /// How the month before went, if the meeting begins with that.
    pub last_month: Option<LastMonth>,
    /// The topics in their order, with those that were removed.
    pub agenda: Vec<AgendaView>,
    /// The shared notes.
    pub notes: Prose,
    /// The notes of each block, in the order of a meeting.
    pub sections: Vec<SectionView>,
    /// What was promised, with what was removed.
    pub follow_ups: Vec<FollowUpView>,
    /// Topics, ascending.
    pub topics: Vec<String>,
    /// Who acknowledged it.
    pub acks: Vec<AckView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// That the meeting was moved.
#[uniffi::remote(Record)]
pub struct MoveView {
    /// Which move.
    pub id: ItemId,
    /// From when.
    pub from: Option<Slot>,
    /// To when.
    pub to: Option<Slot>,
    /// By whom, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// With so many hours of notice.
    pub notice_hours: Option<i64>,
    /// Whether that is hardly any notice.
    pub is_late: bool,
}

/// When the meeting was held.
#[uniffi::remote(Record)]
pub struct HeldView {
    /// From, by the phone's clock.
    pub start: Option<Timestamp>,
    /// Until.
    pub end: Option<Timestamp>,
    /// Who noted it.
    pub by: Option<PersonId>,
}

/// The notes of one block.
#[uniffi::remote(Record)]
pub struct SectionView {
    /// Which block.
    pub section: Section,
    /// Its notes.
    pub notes: Prose,
}

/// One topic.
#[uniffi::remote(Record)]
pub struct AgendaView {
    /// Which one.
    pub id: ItemId,
    /// In which block.
    pub section: Option<Section>,
    /// What about.
    pub text: String,
    /// Who brought it, as their phone said.
    pub by: Option<PersonId>,
    /// The question of the bank that it asks.
    pub question: Option<String>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// That a topic comes from a floor walk.
#[uniffi::remote(Record)]
pub struct Origin {
    /// Known again by whoever has the walk, and telling others nothing of it.
    pub token: ItemId,
    /// When it was seen, by the phone's clock.
    pub seen_at: Option<Timestamp>,
}

/// One follow-up.
#[uniffi::remote(Record)]
pub struct FollowUpView {
    /// Which one.
    pub id: ItemId,
    /// What.
    pub text: String,
    /// Who promised it.
    pub owner: Option<PersonId>,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// How far it is: the less finished state, while two people's states stand.
    pub state: State,
    /// The step of an action plan that it became.
    pub plan_step: Option<ItemId>,
    /// Whether it is done, and its words were changed since.
    pub text_changed_since_done: bool,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// A verb of meetings.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum MeetingEdit {
    /// Plans it.
    PlanMeeting { plan: Plan },
    /// Says where; a label.
    SetPlace { place: Option<String> },
    /// Moves it, with so many hours of notice. Every move is kept.
    MoveTo { to: Slot, notice_hours: i64 },
    /// It began.
    Begin { at: Timestamp },
    /// It is over.
    End { at: Timestamp },
    /// It was not held, and why.
    SetNotHeld { why: Option<NotHeld> },
    /// Types into the shared notes.
    EditNotes { splice: Splice },
    /// Puts a mark on a stretch of the shared notes.
    MarkNotes { start: u32, end: u32, mark: Mark },
    /// Takes a mark off a stretch of the shared notes.
    UnmarkNotes { start: u32, end: u32, mark: Mark },
    /// Types into the notes of one block.
    EditSectionNotes { section: Section, splice: Splice },
    /// Puts a topic on the meeting.
    AddTopic { tag: String },
    /// Takes a topic off the meeting.
    RemoveTopic { tag: String },
    /// Acknowledges the meeting as this person sees it. What they asked with an earlier one is taken back. Goes alone, or first.
    Acknowledge,
    /// Brings a topic. Answers its id.
    AddAgenda { topic: NewTopic },
    /// Brings a stop of a floor walk as a topic. Answers its id.
    AddAgendaFromWalk { topic: NewTopic, provenance: Provenance },
    /// Types into a topic.
    EditAgenda { topic: ItemId, splice: Splice },
    /// Removes a topic; it can be restored.
    RemoveAgenda { topic: ItemId },
    /// Brings a removed topic back.
    RestoreAgenda { topic: ItemId },
    /// Puts a topic elsewhere in the order.
    ReorderAgenda { topic: ItemId, to: Position },
    /// Notes a follow-up. Answers its id.
    AddFollowUp { follow_up: NewFollowUp },
    /// Types into a follow-up.
    EditFollowUp { id: ItemId, splice: Splice },
    /// Says who promised it.
    SetFollowUpOwner { id: ItemId, owner: Option<PersonId> },
    /// Says until when.
    SetFollowUpDue { id: ItemId, due: Option<Day> },
    /// Says how far it is.
    SetFollowUpState { id: ItemId, state: State },
    /// Notes the step of an action plan that it became.
    LinkPlanStep { id: ItemId, step: Option<ItemId> },
    /// Removes a follow-up; it can be restored.
    RemoveFollowUp { id: ItemId },
    /// Brings a removed follow-up back.
    RestoreFollowUp { id: ItemId },
    /// Puts a follow-up elsewhere in the order.
    ReorderFollowUp { id: ItemId, to: Position },
}

impl MeetingEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddAgenda { topic } => meeting::add_agenda(edit, topic).map(Some),
            Self::AddAgendaFromWalk { topic, provenance } => {
                meeting::add_agenda_from_walk(edit, topic, provenance).map(Some)
            }
            Self::AddFollowUp { follow_up } => meeting::add_follow_up(edit, follow_up).map(Some),
            other => other.change(edit).map(|()| None),
        }
    }

    fn change(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::PlanMeeting { plan } => meeting::plan(edit, plan),
            Self::SetPlace { place } => meeting::set_place(edit, place.as_deref()),
            Self::MoveTo { to, notice_hours } => meeting::move_to(edit, *to, *notice_hours),
            Self::Begin { at } => meeting::begin(edit, *at),
            Self::End { at } => meeting::end(edit, *at),
            Self::SetNotHeld { why } => meeting::set_not_held(edit, *why),
            Self::EditNotes { splice } => meeting::edit_notes(edit, splice),
            Self::MarkNotes { start, end, mark } => meeting::mark_notes(edit, *start..*end, mark),
            Self::UnmarkNotes { start, end, mark } => meeting::unmark_notes(edit, *start..*end, mark),
            Self::EditSectionNotes { section, splice } => meeting::edit_section_notes(edit, *section, splice),
            Self::AddTopic { tag } => meeting::add_topic(edit, tag),
            Self::RemoveTopic { tag } => meeting::remove_topic(edit, tag),
            Self::Acknowledge => meeting::acknowledge(edit),
            Self::EditAgenda { topic, splice } => meeting::edit_agenda(edit, *topic, splice),
            Self::RemoveAgenda { topic } => meeting::remove_agenda(edit, *topic),
            Self::RestoreAgenda { topic } => meeting::restore_agenda(edit, *topic),
            Self::ReorderAgenda { topic, to } => meeting::reorder_agenda(edit, *topic, *to),
            other => other.change_follow_up(edit),
        }
    }

    fn change_follow_up(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::EditFollowUp { id, splice } => meeting::edit_follow_up(edit, *id, splice),
            Self::SetFollowUpOwner { id, owner } => meeting::set_follow_up_owner(edit, *id, *owner),
            Self::SetFollowUpDue { id, due } => meeting::set_follow_up_due(edit, *id, *due),
            Self::SetFollowUpState { id, state } => meeting::set_follow_up_state(edit, *id, *state),
            Self::LinkPlanStep { id, step } => meeting::link_plan_step(edit, *id, *step),
            Self::RemoveFollowUp { id } => meeting::remove_follow_up(edit, *id),
            Self::RestoreFollowUp { id } => meeting::restore_follow_up(edit, *id),
            Self::ReorderFollowUp { id, to } => meeting::reorder_follow_up(edit, *id, *to),
            // All others were made before.
            _ => Ok(()),
        }
    }
}

#[uniffi::export]
impl Client {
    /// The meeting that this pair first planned for this day: made here, or found. Two phones that make it offline have one.
    pub fn create_meeting(&self, tenure: TenureId, day: Day) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&meeting::SPEC), meeting::key(tenure, day))?)
    }

    /// The meeting that this team first planned for this day: made here, or found. Everybody of the team sees it, and writes in it as
    /// in any other.
    pub fn create_team_meeting(&self, team: TeamId, day: Day) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&team_meeting::SPEC), team_meeting::key(team, day))?)
    }

    /// The meeting of a pair, a team or a group, as screens show it.
    pub fn meeting(&self, doc: DocId) -> Result<MeetingView, ClientError> {
        let replica = self.replica_of_any(doc, &MEETINGS)?;
        let mut view = replica.read(doc, |history| meeting::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_meeting(
        &self,
        doc: DocId,
        edits: Vec<MeetingEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self
            .replica_of_any(doc, &MEETINGS)?
            .edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
