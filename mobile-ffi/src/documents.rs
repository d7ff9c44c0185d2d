//! Owns what is the same for documents of all kinds: lists, where each stands, conflicts, what was not accepted, export,
//! and what support may see.

use crate::client::Client;
use crate::error::ClientError;
use crate::observe::{Observation, Observer};
use crate::values::{FieldValue, Place};
use std::sync::Arc;
use sync_core::coaching::{
    KINDS, Kind, Summary, action_plan, circumstance, feedback_log, floor_walk, goal_set, group_meeting,
    hand_over, manager_reflection, meeting, org_strategy, partnership, private_log, readable, team_blockers,
    team_board, team_goals, team_meeting, team_policy, tier_note, wellbeing_log, wellbeing_private,
};
use sync_core::document::{Conflict, Document};
use sync_core::ids::{DocId, PersonId, TeamId, TenureId};
use sync_core::policy::{Reader, Role};
use sync_core::replica::{
    AccessEntry, Follows, ItemState, ListedDocument, Named, Replica, StandIn, Team, TeamMate, Tenure,
};
use sync_core::sqlite::SqliteStore;
use sync_core::store::Presence;
use sync_core::time::{Day, Quarter, Timestamp};

/// The most that one page holds.
const LONGEST_PAGE: u32 = 500;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum DocumentKind {
    /// A meeting of a pair.
    Meetings,
    /// An action plan of a pair.
    ActionPlans,
    /// A floor walk, which only its author sees.
    FloorWalks,
    /// How a pair works together, year by year.
    Partnerships,
    /// The goals of an agent, quarter by quarter.
    GoalSets,
    /// The feedback of a pair, quarter by quarter.
    FeedbackLogs,
    /// How an agent is, as far as they share it, quarter by quarter.
    WellbeingLogs,
    /// How this person is, for nobody else, quarter by quarter.
    WellbeingPrivate,
    /// What this person notes about others, for nobody else, quarter by quarter.
    PrivateLogs,
    /// What this leader thinks of how others do, for nobody else, quarter by quarter.
    TierNotes,
    /// What is different for somebody for a while.
    Circumstances,
    /// What a team is to reach, quarter by quarter.
    TeamGoals,
    /// How a team does things.
    TeamPolicies,
    /// What the organisation wants to reach, year by year.
    OrgStrategies,
    /// What is in a team's way, quarter by quarter.
    TeamBlockers,
    /// What a team should know of who did what, and its ideas, quarter by quarter.
    TeamBoards,
    /// A meeting of a team.
    TeamMeetings,
    /// A meeting of a group that is coached together.
    GroupMeetings,
    /// What this leader thinks about their own leading, for nobody else, year by year.
    ManagerReflections,
    /// What goes along when an agent gets another leader.
    HandOvers,
}

impl DocumentKind {
    /// All of them.
    pub(crate) const ALL: &'static [Self] = &[
        Self::Meetings,
        Self::ActionPlans,
        Self::FloorWalks,
        Self::Partnerships,
        Self::GoalSets,
        Self::FeedbackLogs,
        Self::WellbeingLogs,
        Self::WellbeingPrivate,
        Self::PrivateLogs,
        Self::TierNotes,
        Self::Circumstances,
        Self::TeamGoals,
        Self::TeamPolicies,
        Self::OrgStrategies,
        Self::TeamBlockers,
        Self::TeamBoards,
        Self::TeamMeetings,
        Self::GroupMeetings,
        Self::ManagerReflections,
        Self::HandOvers,
    ];

    /// The word for a kind, if this library has one.
    pub(crate) fn of(kind: Kind) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.kind() == kind)
    }

    /// The kind of this stable name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.kind().name() == name)
    }

    pub(crate) fn kind(self) -> Kind {
        Kind::of(match self {
            Self::Meetings => &meeting::SPEC,
            Self::ActionPlans => &action_plan::SPEC,
            Self::FloorWalks => &floor_walk::SPEC,
            Self::Partnerships => &partnership::SPEC,
            Self::GoalSets => &goal_set::SPEC,
            Self::FeedbackLogs => &feedback_log::SPEC,
            Self::WellbeingLogs => &wellbeing_log::SPEC,
            Self::WellbeingPrivate => &wellbeing_private::SPEC,
            Self::PrivateLogs => &private_log::SPEC,
            Self::TierNotes => &tier_note::SPEC,
            Self::Circumstances => &circumstance::SPEC,
            Self::TeamGoals => &team_goals::SPEC,
            Self::TeamPolicies => &team_policy::SPEC,
            Self::OrgStrategies => &org_strategy::SPEC,
            Self::TeamBlockers => &team_blockers::SPEC,
            Self::TeamBoards => &team_board::SPEC,
            Self::TeamMeetings => &team_meeting::SPEC,
            Self::GroupMeetings => &group_meeting::SPEC,
            Self::ManagerReflections => &manager_reflection::SPEC,
            Self::HandOvers => &hand_over::SPEC,
        })
    }
}

const _: () = assert!(DocumentKind::ALL.len() == KINDS.len(), "apps know every kind");

/// Where what a person wrote stands.
#[uniffi::remote(Enum)]
pub enum ItemState {
    /// Safe on this phone, not yet on the server.
    OnPhone,
    /// On the server.
    OnServer,
    /// The server did not take something; it waits under "not accepted".
    NotAccepted,
}

/// Whether a document's body is on this phone.
#[uniffi::remote(Enum)]
pub enum Presence {
    /// All of it.
    Full,
    /// Its line only; the body comes with the next sync, once it was asked for with `want`.
    Stub,
    /// Damaged on this phone; it comes again with the next sync.
    Damaged,
    /// Its person may not see it any more; it goes with the next sync.
    Leaving,
    /// It can be read and written, but something that was sent could not be read by this version of the app and is
    /// missing: tried again with one of the next syncs, and after an update.
    Behind,
}

/// A document in one line.
#[uniffi::remote(Record)]
pub struct Summary {
    /// What it is called; empty for kinds that have no title.
    pub title: String,
    /// What it is within its kind, as a stable word.
    pub kind: String,
    /// The day it is planned or due for.
    pub day: Option<Day>,
    /// When it began, by the phone's clock.
    pub began: Option<Timestamp>,
    /// Whether it is over: ended, held, closed.
    pub finished: bool,
    /// How many items it has.
    pub items: u32,
    /// How many of them are still to do.
    pub open: u32,
    /// How many values wait for somebody to settle them.
    pub conflicts: u32,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DocumentLine {
    /// The document.
    pub doc: DocId,
    /// The quarter that it is about, if there is one for each.
    pub quarter: Option<Quarter>,
    /// The person that it is about, if it is somebody's own about somebody else.
    pub about: Option<PersonId>,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
    /// Whether its body is here.
    pub presence: Presence,
    /// Where it stands.
    pub state: ItemState,
    /// What there is to show.
    pub summary: Summary,
}

impl From<ListedDocument> for DocumentLine {
    fn from(listed: ListedDocument) -> Self {
        let ListedDocument { doc, key, changed_at, presence, state, summary, .. } = listed;
        let (quarter, about) = (key.part.quarter(), key.part.about());
        Self { doc, quarter, about, changed_at, presence, state, summary }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Page {
    /// The lines, newest change first.
    pub lines: Vec<DocumentLine>,
    /// How many there are in all.
    pub total: u32,
}

/// A person, as the roster names them.
#[uniffi::remote(Record)]
pub struct Named {
    /// The person.
    pub id: PersonId,
    /// Their name.
    pub name: String,
}

/// What somebody is to others.
#[uniffi::remote(Enum)]
pub enum Role {
    /// Of an audience that is one person alone.
    Own,
    /// The leader of a tenure.
    Leader,
    /// The agent of a tenure.
    Agent,
    /// Of a team or a group, or of the organisation.
    Member,
    /// Head of operations: answers for a team, or for all of them.
    Head,
    /// HR partner.
    Hr,
    /// Acting leader: leads in a leader's place, for a time.
    Acting,
    /// The leader or the agent of a pair, in what the agent shares with who leads in the leader's place.
    Party,
    /// Led the agent of a tenure before; for a while.
    Predecessor,
}

/// Somebody of a team.
#[uniffi::remote(Record)]
pub struct TeamMate {
    /// Who.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// What they are there; none if this version of the app does not know it.
    pub role: Option<Role>,
}

/// A team.
#[uniffi::remote(Record)]
pub struct Team {
    /// Which one.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Its time zone, which days are counted in.
    pub time_zone: String,
    /// Everybody in it, and who answers for it.
    pub people: Vec<TeamMate>,
}

/// A leader and an agent.
#[uniffi::remote(Record)]
pub struct Tenure {
    /// The pair.
    pub id: TenureId,
    /// Their team.
    pub team: TeamId,
    /// Its name.
    pub team_name: String,
    /// The team's time zone, which days are counted in.
    pub time_zone: String,
    /// The leader; who leads meanwhile, if that is in another's place.
    pub leader: Named,
    /// The agent.
    pub agent: Named,
    /// When the agent joined the team; none if the server is older and does not say.
    pub joined: Option<Timestamp>,
    /// From when the two are a pair.
    pub from: Timestamp,
    /// Until when, once that is known. From then on the leader's phone has nothing of it.
    pub until: Option<Timestamp>,
    /// In whose place the leader leads, if not in their own.
    pub stands_in: Option<StandIn>,
    /// The pair that came before, if the agent got another leader.
    pub follows: Option<Follows>,
}

/// The pair that an agent was in before they got another leader.
#[uniffi::remote(Record)]
pub struct Follows {
    /// Which one.
    pub tenure: TenureId,
    /// Who led them there.
    pub leader: Named,
    /// Until when that leader reads and writes the hand-over; none if they lead now too.
    pub until: Option<Timestamp>,
}

/// In whose place somebody leads for a time. What the three of them write meanwhile is in a pair of its own.
#[uniffi::remote(Record)]
pub struct StandIn {
    /// The pair that it stands in for.
    pub tenure: TenureId,
    /// Its leader, who reads and writes along.
    pub leader: Named,
}

/// As what somebody read, on the server, something about a person.
#[uniffi::remote(Enum)]
pub enum Reader {
    /// Head of operations.
    Head,
    /// HR partner.
    Hr,
    /// Administrator of the organisation.
    Administrator,
    /// Data protection officer.
    DataProtection,
}

/// That somebody who is none of those who share it was shown something about a person.
#[uniffi::remote(Record)]
pub struct AccessEntry {
    /// When.
    pub at: Timestamp,
    /// Who; none if it is nobody of the organisation.
    pub reader: Option<Named>,
    /// As what; none if this version of the app does not know it.
    pub role: Option<Reader>,
    /// The stable name of the kind of what was read.
    pub what: String,
}

/// Something that the server did not take.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NotAccepted {
    /// Which one, for `forget_not_accepted`.
    pub id: u64,
    /// Its document.
    pub doc: DocId,
    /// Why, as a stable word.
    pub code: String,
    /// What was written, readable and copyable.
    pub text: String,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

/// What support may see: counts and versions, nothing that anybody wrote and nobody's name.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Diagnostics {
    /// Of this library.
    pub version: String,
    /// The store's schema.
    pub store_schema: u32,
    /// Documents on this phone.
    pub documents: u32,
    /// Documents of which something is not on the server.
    pub waiting: u32,
    /// What was not accepted and not seen to.
    pub not_accepted: u32,
}

#[uniffi::export]
impl Client {
    /// The documents of a kind, from the `after`th on, newest change first.
    pub fn list(&self, kind: DocumentKind, after: u32, limit: u32) -> Result<Page, ClientError> {
        let all = self.replica()?.list(kind.kind())?;
        let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let lines = all.into_iter().skip(after as usize).take(limit.min(LONGEST_PAGE) as usize);
        Ok(Page { lines: lines.map(DocumentLine::from).collect(), total })
    }

    /// Where a document stands.
    pub fn state(&self, doc: DocId) -> Result<ItemState, ClientError> {
        Ok(self.replica()?.state(doc)?)
    }

    /// Asks for the body of a document of which only the line is here.
    pub fn want(&self, doc: DocId) -> Result<(), ClientError> {
        Ok(self.replica()?.want(doc)?)
    }

    /// The pairs that this person belongs to.
    pub fn tenures(&self) -> Result<Vec<Tenure>, ClientError> {
        Ok(self.replica()?.tenures()?)
    }

    /// Who was shown on the server what about this person, without being one of those who share it; newest first.
    pub fn access_log(&self) -> Result<Vec<AccessEntry>, ClientError> {
        Ok(self.replica()?.access_log()?)
    }

    /// The teams that this person is in, or answers for.
    pub fn teams(&self) -> Result<Vec<Team>, ClientError> {
        Ok(self.replica()?.teams()?)
    }

    /// Settles a conflict by choosing one of its values.
    pub fn settle(&self, doc: DocId, path: Place, chosen: FieldValue) -> Result<(), ClientError> {
        Ok(self.replica()?.edit(doc, |edit| edit.settle(&path, &chosen))?)
    }

    /// What the server did not take, newest first.
    pub fn not_accepted(&self) -> Result<Vec<NotAccepted>, ClientError> {
        let rows = self.replica()?.not_accepted()?;
        let told = |row: sync_core::store::RefusedRow| NotAccepted {
            id: row.id,
            doc: row.doc,
            code: row.code.as_str().to_owned(),
            text: row.text,
            at: row.at,
        };
        Ok(rows.into_iter().map(told).collect())
    }

    /// The person has seen to it.
    pub fn forget_not_accepted(&self, id: u64) -> Result<(), ClientError> {
        Ok(self.replica()?.forget_not_accepted(id)?)
    }

    /// Everything that people wrote in a document, as plain text.
    pub fn export_text(&self, doc: DocId) -> Result<String, ClientError> {
        Ok(self.replica()?.read(doc, |history| readable(Document::of(history.view())))?)
    }

    /// Tells an observer of every change from now on, for as long as the answer is held.
    pub fn observe(&self, observer: Arc<dyn Observer>) -> Arc<Observation> {
        self.observers.add(observer)
    }

    /// What support may see.
    pub fn diagnostics(&self) -> Result<Diagnostics, ClientError> {
        let replica = self.replica()?;
        let mut lines = Vec::new();
        for spec in KINDS {
            lines.extend(replica.list(Kind::of(spec))?);
        }
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Diagnostics {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            store_schema: SqliteStore::SCHEMA,
            documents: count(lines.len()),
            waiting: count(lines.iter().filter(|line| line.state == ItemState::OnPhone).count()),
            not_accepted: count(replica.not_accepted()?.len()),
        })
    }
}

/// Adds to conflicts who made each claim and when the server got it.
pub(crate) fn with_authors(
    replica: &Replica,
    doc: DocId,
    conflicts: Vec<Conflict>,
) -> Result<Vec<Conflict>, ClientError> {
    conflicts.into_iter().map(|conflict| Ok(replica.with_authors(doc, conflict)?)).collect()
}
