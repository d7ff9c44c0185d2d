//! Owns what follows from documents: read models, as pure functions.
//!
//! # Two steps
//!
//! ```text
//!   document ──► facts ──────────────┐
//!                (a row for each,    ├──► shelf ──► read model ──► a value that screens show
//!                 made anew with it) │    (what the viewer may read)
//!   day, zone, roster, thresholds ───┘
//! ```
//!
//! [`facts`] reads one document and keeps the little that any read model needs. A phone stores that in the document's row, as part of
//! its [`Entry`], in the transaction that changes the document, so that a home screen loads rows and no documents: what changes is one
//! row, what is counted anew is arithmetic over some hundreds of them. Facts know neither the day nor the viewer, so no row ever grows old by itself. A
//! year of twelve agents, 828 documents, is 228 KB of rows, and the home screen of it takes 40 ms in a build that nobody optimised.
//!
//! A read model is a function of a [`Shelf`]. The shelf is the one place that decides what a viewer may read: it takes the facts of
//! whatever documents there are, and leaves out what belongs to somebody else by its natural key, also when it was handed in by
//! mistake. So an agent's result cannot contain anything that only their leader has, whatever a model does.
//!
//! # What every model keeps to
//!
//! - The same input gives the same bytes, on a phone and on a server, in whatever order documents come in: whole numbers only (shares
//!   in thousandths, means in tenths), sorted lists, no clock, no zone of the system, no hash order.
//! - It explains itself. The numbers behind a colour and the reasons behind a hint are fields of the result. Reasons are words of a
//!   list, and what they are called in somebody's language is not decided here.
//! - It never ranks people. Rows are in the order of ids; an app sorts them by name, as its language does.
//! - What was removed counts for nothing. Of two people's days the earlier counts, of two states the less finished.
//! - What leaves a team is a [`Group`]: counts and shares of enough people, without names, levels or words.
//!
//! # Decisions that were made here
//!
//! - **Held** is a meeting with a beginning or an end that nobody said was not held; its day is that of its end, for the team.
//! - **Days since the last 1:1** of two who never met count from the later of joining and becoming a pair: a new leader is not in the
//!   red on the first day for what another one left undone.
//! - **Attention** counts those of whom no level was decided as a level of their own. Leaving them out would make a team red in
//!   which only those who need help have a note.
//! - **A stop that became feedback** is one contact that took the time of both, so that one bad call is not two problems.
//! - **The period of a meeting** of a rhythm reaches half a rhythm to each side. Whoever moves early, as they should, keeps to it.
//! - **A topic is open for long** if it came up long ago and again in one of the last meetings. Nothing closes a topic, so one mention
//!   of a year ago would be open for ever otherwise.
//! - **What the leader noted privately** counts for the next meeting when topics are counted, and marks the trend as partly private.
//! - **An early sign** needs two reasons. One alone is a bad week.
//! - **When something was done** is noted by the app beside the state: without it nobody could say what was won since the last 1:1.
//!   What an older app marked as done is therefore no win, and no mistake either.
//!
//! To add a model: a file here with its result and a function of a [`Shelf`], its stories, and its line in the list that the
//! tests of privacy and order go through (`insight/chance.rs`). To need more of a document: a field of its facts, and the next
//! version of all facts.

mod areas;
mod attention;
mod balance;
mod blockers;
mod carry;
mod compliance;
mod contact;
mod due;
mod entry;
pub mod facts;
mod figures;
mod goals;
mod ideas;
mod mood;
mod occasions;
mod off_queue;
mod overdue;
mod overview;
mod prep;
mod promised;
mod questions;
mod recognized;
mod scale;
mod scorecard;
mod shelf;
mod signs;
mod since_last;
mod talk;
mod team_data;
mod thresholds;
mod timeline;
mod topics;
mod tree;
mod understanding;
mod wins;

#[cfg(test)]
pub(crate) mod chance;
#[cfg(test)]
mod fixture;

pub use areas::{AreaSplit, areas};
pub use attention::{Attention, LevelShare, PersonAttention, TeamAttention, attention, attention_of_team};
pub use balance::{Balance, NextSteps, TeamBalance, balance, balance_of_team, next_steps};
pub use blockers::{Blocker, BlockerGroup, blockers};
pub use carry::{Carry, CarryItem, CarryKind, carry};
pub use compliance::{Compliance, Due, Numbers, Verdict, compliance, compliance_of_team};
pub use contact::{Contact, ContactKind, OnlyProblems, Reason, only_problems};
pub use due::{DueKind, DueTalk, due_talks};
pub use entry::Entry;
pub use figures::{FiguresKey, GoalTitle, TeamFigures, figures};
pub use goals::{GoalNumbers, GoalRow, Goals, goals};
pub use ideas::{WaitingIdea, waiting_ideas};
pub use mood::{Direction, MoodPoint, MoodReason, MoodTrend, TeamMood, mood, mood_of_team};
pub use occasions::{Occasion, occasions};
pub use off_queue::{OffQueue, OtherTalk, off_queue};
pub use overdue::{Age, Ages, Overdue, OverdueItem, OverdueKind, Sides, overdue, overdue_of_team};
pub use overview::{NeedsAWord, Overview, OverviewRow, overview};
pub use prep::{Beside, Positive, Prep, prep};
pub use promised::PromisedIn;
pub use questions::{OpenQuestion, open_questions};
pub use recognized::{Recognized, recognized};
pub use scale::{Colour, Group, Link};
pub use scorecard::{scorecard, team_targets};
pub use shelf::{Input, Known, Pair, Shelf, Team};
pub use signs::{Sign, WorthAConversation, worth_a_conversation};
pub use since_last::{SinceLast, since_last};
pub use talk::Next;
pub use team_data::{OfTeam, Praise, TeamData, team_data};
pub use thresholds::Thresholds;
pub use timeline::{Happened, HappenedKind, timeline};
pub use topics::{TopicReason, TopicTrend, topics};
pub use tree::{AimBranch, GoalTree, TeamGoalBranch, goal_trees};
pub use understanding::{HasRead, Understanding, UnderstoodKind, Version, understanding};
pub use wins::{Win, Wins, wins};
