//! Owns how people use the app: each verb is one call of what the app offers, on what the person sees.

mod blockers;
mod circumstance;
mod feedback;
mod goals;
mod hand_over;
mod meeting;
mod mood;
mod partnership;
mod plan;
mod private;
mod reflection;
mod team;
mod tier;
mod walk;

pub use meeting::{LONG_LINK_DIVISOR, take_back};

use super::op::{NewKind, Verb};
use super::word::{gaps, placed_words, word, words_in};
use std::cell::Cell;
use sync_core::coaching::item::State;
use sync_core::coaching::{self, Kind, action_plan, barometer, feedback_log, floor_walk, goal_set};
use sync_core::coaching::{
    group_meeting, hand_over as handed_over, manager_reflection, private_log, team_blockers, team_goals,
    tier_note, wellbeing_log, wellbeing_private,
};
use sync_core::document::{Document, EditError, Position, Splice, Writer};
use sync_core::history::{History, HistoryError};
use sync_core::ids::{DocId, ItemId, PersonId};
use sync_core::replica::{Replica, ReplicaError};
use sync_core::time::Day;

/// What somebody is about to do.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// What.
    pub verb: Verb,
    /// Chooses among what is there.
    pub pick: u16,
    /// The number of the word to write, if a word is written.
    pub number: u32,
    /// Everybody.
    pub people: &'a [PersonId],
    /// The word that it removes, once that is known.
    pub aim: Cell<Option<u32>>,
}

/// What an edit did to words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It wrote the word.
    Wrote,
    /// It removed another word.
    Erased(u32),
    /// It wrote none and removed none.
    NoWord,
    /// There was nothing that it could be done to.
    Nothing,
}

type Made = Result<Done, EditError>;

/// The kind that documents of this verb have.
pub fn kind_of(verb: Verb) -> NewKind {
    use Verb::*;
    match verb {
        WriteNotes | EraseNotes | PasteNotes | MarkNotes | UnmarkNotes | WriteSection | PlanMeeting
        | SetPlace | HoldMeeting | AddTopic | RemoveTopic | AddAgenda | EditAgenda | RemoveAgenda
        | RestoreAgenda | ReorderAgenda | AddFollowUp | EditFollowUp | SetDue | SetOwner | SetState
        | RemoveFollowUp | Acknowledge => NewKind::Meeting,
        SetTitle | WriteAim | AddStep | EditStep | SetStep | AddResource | RemoveStep | ReorderStep
        | AddCheckpoint | EditCheckpoint | Review | ClosePlan => NewKind::Plan,
        AddStop | EditStop | TagStop | UntagStop | SetStop | Tally | RemoveStop | ReorderStop => {
            NewKind::Walk
        }
        AddBacklog | EditBacklog | SetBacklog | RemoveBacklog | ReorderBacklog | WriteTerm | WriteAboutMe
        | SetCadence | SetToBring | AgreeToContract => NewKind::Partnership,
        AddGoal | EditWhy | SetGoal | AddCommitment | EditCommitment | AddProgress | RemoveGoal
        | ReorderGoal | AgreeToGoal => NewKind::Goals,
        AddFeedback | EditFeedback | SetFeedback | SetEvidence | RemoveFeedback | AcknowledgeFeedback => {
            NewKind::Feedback
        }
        AddPrivate | EditPrivate | SetPrivate | RemovePrivate => NewKind::Private,
        WriteTier | SetTier => NewKind::Tier,
        WriteHandOver | BringAlong | TakeBrought | ReadHandOver => NewKind::HandOver,
        WriteTogether | AgreeTogether => NewKind::Together,
        AddThought | EditThought | RemoveThought => NewKind::Reflection,
        ShareMood | EditShared | SetShared => NewKind::Shared,
        KeepMood | EditKept | SetKept => NewKind::Kept,
        AddTeamGoal | EditTeamGoal | ReadTeamGoal | AddStandard | EditStandard => NewKind::Team,
        SetCircumstance | WriteReason => NewKind::Circumstance,
        AddBlocker | EditBlocker | SetBlocker | JoinBlocker => NewKind::Blockers,
    }
}

/// What somebody does instead when there is nothing that a verb could be done to.
pub fn instead_of(verb: Verb) -> Verb {
    use Verb::*;
    match verb {
        EditAgenda | RemoveAgenda | RestoreAgenda | ReorderAgenda => AddAgenda,
        EditFollowUp | SetDue | SetOwner | SetState | RemoveFollowUp => AddFollowUp,
        RemoveTopic => AddTopic,
        EditStep | SetStep | AddResource | RemoveStep | ReorderStep => AddStep,
        EditCheckpoint => AddCheckpoint,
        EditStop | TagStop | UntagStop | SetStop | Tally | RemoveStop | ReorderStop => AddStop,
        EditBacklog | SetBacklog | RemoveBacklog | ReorderBacklog => AddBacklog,
        EditWhy | SetGoal | AddCommitment | AddProgress | RemoveGoal | ReorderGoal | AgreeToGoal => AddGoal,
        EditCommitment => AddCommitment,
        EditFeedback | SetFeedback | SetEvidence | RemoveFeedback | AcknowledgeFeedback => AddFeedback,
        EditPrivate | SetPrivate | RemovePrivate => AddPrivate,
        WriteHandOver => WriteHandOver,
        ReadHandOver => ReadHandOver,
        BringAlong | TakeBrought => BringAlong,
        EditThought | RemoveThought => AddThought,
        EditShared | SetShared => ShareMood,
        EditKept | SetKept => KeepMood,
        EditTeamGoal | ReadTeamGoal => AddTeamGoal,
        EditStandard => AddStandard,
        EditBlocker | SetBlocker | JoinBlocker => AddBlocker,
        _ => WriteNotes,
    }
}

impl NewKind {
    /// The kind, as the app names it.
    pub fn kind(self) -> Kind {
        match self {
            Self::Meeting => Kind::of(&coaching::meeting::SPEC),
            Self::Plan => Kind::of(&action_plan::SPEC),
            Self::Walk => Kind::of(&floor_walk::SPEC),
            Self::Partnership => Kind::of(&coaching::partnership::SPEC),
            Self::Goals => Kind::of(&goal_set::SPEC),
            Self::Feedback => Kind::of(&feedback_log::SPEC),
            Self::Private => Kind::of(&private_log::SPEC),
            Self::Tier => Kind::of(&tier_note::SPEC),
            Self::HandOver => Kind::of(&handed_over::SPEC),
            Self::Together => Kind::of(&group_meeting::SPEC),
            Self::Reflection => Kind::of(&manager_reflection::SPEC),
            Self::Shared => Kind::of(&wellbeing_log::SPEC),
            Self::Kept => Kind::of(&wellbeing_private::SPEC),
            Self::Team => Kind::of(&team_goals::SPEC),
            Self::Circumstance => Kind::of(&coaching::circumstance::SPEC),
            Self::Blockers => Kind::of(&team_blockers::SPEC),
        }
    }
}

impl Deed<'_> {
    /// Does it.
    pub fn edit(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        match kind_of(self.verb) {
            NewKind::Meeting | NewKind::Together => self.edit_meeting(replica, doc),
            NewKind::Plan => self.edit_plan(replica, doc),
            NewKind::Walk => self.edit_walk(replica, doc),
            NewKind::Partnership => self.edit_partnership(replica, doc),
            NewKind::Goals => self.edit_goals(replica, doc),
            NewKind::Feedback => self.edit_feedback_log(replica, doc),
            NewKind::Private => self.edit_private_log(replica, doc),
            NewKind::Tier => self.edit_tier_note(replica, doc),
            NewKind::HandOver => self.edit_hand_over(replica, doc),
            NewKind::Reflection => self.edit_reflection(replica, doc),
            NewKind::Shared | NewKind::Kept => self.edit_barometer(replica, doc),
            NewKind::Team => self.edit_team_goals(replica, doc),
            NewKind::Circumstance => self.edit_circumstance(replica, doc),
            NewKind::Blockers => self.edit_team_blockers(replica, doc),
        }
    }

    /// Does it on a document that stands in no store. What it did is in the history alone.
    pub fn edit_history(&self, history: &mut History, writer: &mut Writer<'_>) -> Result<Done, HistoryError> {
        let doc = Document::of(history.view());
        let (done, _) = match kind_of(self.verb) {
            NewKind::Meeting | NewKind::Together => {
                let seen = coaching::meeting::view(doc);
                history.edit(writer, |edit| self.on_meeting(edit, &seen))?
            }
            NewKind::Plan => {
                let seen = action_plan::view(doc);
                history.edit(writer, |edit| self.on_plan(edit, &seen))?
            }
            NewKind::Walk => {
                let seen = floor_walk::view(doc);
                history.edit(writer, |edit| self.on_walk(edit, &seen))?
            }
            NewKind::Partnership => {
                let seen = coaching::partnership::view(doc);
                history.edit(writer, |edit| self.on_partnership(edit, &seen))?
            }
            NewKind::Goals => {
                let seen = goal_set::view(doc);
                history.edit(writer, |edit| self.on_goals(edit, &seen))?
            }
            NewKind::Feedback => {
                let seen = feedback_log::view(doc);
                history.edit(writer, |edit| self.on_feedback_log(edit, &seen))?
            }
            NewKind::Private => {
                let seen = private_log::view(doc);
                history.edit(writer, |edit| self.on_private_log(edit, &seen))?
            }
            NewKind::Tier => {
                let seen = tier_note::view(doc);
                history.edit(writer, |edit| self.on_tier_note(edit, &seen))?
            }
            NewKind::HandOver => {
                let seen = handed_over::view(doc);
                history.edit(writer, |edit| self.on_hand_over(edit, &seen))?
            }
            NewKind::Reflection => {
                let seen = manager_reflection::view(doc);
                history.edit(writer, |edit| self.on_reflection(edit, &seen))?
            }
            NewKind::Shared | NewKind::Kept => {
                let seen = barometer::view(doc);
                history.edit(writer, |edit| self.on_barometer(edit, &seen))?
            }
            NewKind::Team => {
                let seen = team_goals::view(doc);
                history.edit(writer, |edit| self.on_team_goals(edit, &seen))?
            }
            NewKind::Circumstance => {
                let seen = coaching::circumstance::view(doc);
                history.edit(writer, |edit| self.on_circumstance(edit, &seen))?
            }
            NewKind::Blockers => {
                let seen = team_blockers::view(doc);
                history.edit(writer, |edit| self.on_team_blockers(edit, &seen))?
            }
        };
        Ok(done)
    }

    /// Removes a label, and the word in it.
    fn erase_label(&self, label: &str, make: impl FnOnce() -> Result<(), EditError>) -> Made {
        let number = words_in(label).next();
        self.aim.set(number);
        make()?;
        Ok(number.map_or(Done::NoWord, Done::Erased))
    }

    fn word(&self) -> String {
        // Every third word is followed by a character of two UTF-16 units.
        let ending = if self.pick.is_multiple_of(3) { "🙂" } else { "" };
        format!("{}{ending}", word(self.number))
    }

    fn label(&self) -> String {
        word(self.number)
    }

    /// The word, somewhere in a text.
    fn insert(&self, text: &str) -> Splice {
        let gaps = gaps(text);
        Splice::insert(gaps[usize::from(self.pick) % gaps.len()], self.word())
    }

    /// One word less in a text.
    fn erase(&self, text: &str) -> Option<(Splice, u32)> {
        let placed = placed_words(text);
        let chosen = placed.get(usize::from(self.pick) % placed.len().max(1))?;
        self.aim.set(Some(chosen.number));
        let splice = Splice { at: chosen.at, delete: chosen.length, insert: String::new() };
        Some((splice, chosen.number))
    }

    fn choose<'i, T>(&self, items: &'i [T]) -> Option<&'i T> {
        items.get(usize::from(self.pick) % items.len().max(1))
    }

    fn person(&self) -> Option<PersonId> {
        if self.pick.is_multiple_of(4) { None } else { self.choose(self.people).copied() }
    }

    fn day(&self) -> Option<Day> {
        if self.pick.is_multiple_of(5) { None } else { Some(day(self.pick)) }
    }

    fn state(&self) -> State {
        [State::Open, State::Doing, State::Done, State::Dropped][usize::from(self.pick) % 4]
    }

    fn position(&self, others: &[ItemId]) -> Position {
        match self.pick % 3 {
            0 => Position::First,
            1 => Position::Last,
            _ => self.choose(others).map_or(Position::Last, |other| Position::After(*other)),
        }
    }
}

/// A day of March.
pub fn day(pick: u16) -> Day {
    let number = i8::try_from(pick % 28).unwrap_or(0) + 1;
    Day::new(2026, 3, number).unwrap_or_else(|| unreachable!("March has more than 28 days"))
}

fn done(made: Result<(), EditError>) -> Made {
    made.map(|()| Done::NoWord)
}

fn wrote<T>(made: Result<T, EditError>) -> Made {
    made.map(|_| Done::Wrote)
}
