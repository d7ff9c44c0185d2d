//! Owns what a leader sees of their own time and of the people it goes to: attention, praise, topics, signs, what happened.

use crate::insight::home::DatedLink;
use sync_core::coaching::tier_note::Tier;
use sync_core::ids::{DocId, ItemId, PersonId, TenureId};
use sync_core::insight::{
    self, Attention, Balance, Colour, Contact, ContactKind, Happened, HappenedKind, LevelShare, MoodReason,
    NextSteps, PersonAttention, Reason, Sign, TopicReason, TopicTrend, WorthAConversation,
};
use sync_core::time::Day;

/// How the viewer's time is spread.
#[uniffi::remote(Record)]
pub struct Attention {
    /// How many days were looked at, with today.
    pub days: i32,
    /// By person.
    pub people: Vec<PersonAttention>,
    /// By level: high, steady, low, and those of whom the leader decided none.
    pub levels: Vec<LevelShare>,
    /// Whether those who need help get so much that others get too little; none if nobody got any time.
    pub colour: Option<Colour>,
    /// With whom there was no contact for long, whatever their level.
    pub without_contact: Vec<PersonId>,
    /// How many contacts there were.
    pub contacts: u32,
    /// How many of them were not about a problem.
    pub not_about_problems: u32,
    /// Which share that is, in thousandths; none of no contacts.
    pub not_about_problems_share: Option<u32>,
}

/// How much time somebody got.
#[uniffi::remote(Record)]
pub struct PersonAttention {
    /// Of which pair.
    pub tenure: TenureId,
    /// Who.
    pub person: PersonId,
    /// Their level, as their leader decided last; none if they decided none.
    pub tier: Option<Tier>,
    /// How many minutes.
    pub minutes: u32,
    /// When the last contact was, however long ago.
    pub last_contact: Option<Day>,
    /// Days since then; since the agent joined, or the two became a pair, if there was none.
    pub days_without: i32,
}

/// How much time those of one level got.
#[uniffi::remote(Record)]
pub struct LevelShare {
    /// Which level; none for those of whom the leader decided none.
    pub tier: Option<Tier>,
    /// How many people.
    pub people: u32,
    /// How many minutes.
    pub minutes: u32,
    /// Their share of the time, in thousandths.
    pub time_share: Option<u32>,
    /// Their share of the people, in thousandths.
    pub head_share: Option<u32>,
    /// The first divided by the second, in tenths.
    pub ratio_tenths: Option<u32>,
}

/// What a contact was.
#[uniffi::remote(Enum)]
pub enum ContactKind {
    /// A meeting.
    Meeting,
    /// A stop of a floor walk.
    Stop,
    /// Feedback in between.
    Feedback,
    /// A review of a plan.
    PlanReview,
}

/// What a contact was about.
pub type ContactReason = Reason;
/// What a contact was about.
#[uniffi::remote(Enum)]
pub enum ContactReason {
    /// It was its time.
    Regular,
    /// Something done well.
    Recognition,
    /// How somebody is.
    Care,
    /// Something to do in another way, or in the way.
    Problem,
}

/// What feedback somebody got lately.
#[uniffi::remote(Record)]
pub struct Balance {
    /// Of which pair.
    pub tenure: TenureId,
    /// Who got it.
    pub person: PersonId,
    /// How often something was done well.
    pub praise: u32,
    /// How often these were the words of others, passed on.
    pub passed_on: u32,
    /// How often something was to be done in another way.
    pub constructive: u32,
    /// How often the author then named no strength.
    pub strength_skipped: u32,
    /// Whether there was less of the first than of the second.
    pub is_below_one_to_one: bool,
}

/// Who proposed what comes next, over all those that the viewer leads.
#[uniffi::remote(Record)]
pub struct NextSteps {
    /// How often the agent.
    pub by_agent: u32,
    /// How often the leader.
    pub by_leader: u32,
    /// Which share the agents have, in thousandths; none of nothing.
    pub agent_share: Option<u32>,
}

/// A topic that comes up again and again.
#[uniffi::remote(Record)]
pub struct TopicTrend {
    /// Which topic.
    pub topic: String,
    /// Why it is named.
    pub because: Vec<TopicReason>,
    /// In how many of the last meetings it came up.
    pub lately: u32,
    /// When it came up first.
    pub first: Day,
    /// When it came up last.
    pub last: Day,
    /// Whether it also stands in what only the viewer has: then it is nothing to show to the other one.
    pub is_partly_private: bool,
    /// Where it came up, oldest first.
    pub links: Vec<DatedLink>,
}

/// Why a topic is named.
#[uniffi::remote(Enum)]
pub enum TopicReason {
    /// It came up in so many of the last meetings.
    Often,
    /// It came up long ago, and again lately: it is still open.
    Long,
}

/// That a conversation with somebody would be good.
#[uniffi::remote(Record)]
pub struct WorthAConversation {
    /// Of which pair.
    pub tenure: TenureId,
    /// With whom.
    pub person: PersonId,
    /// Why.
    pub because: Vec<Sign>,
}

/// Something that was seen.
#[uniffi::remote(Enum)]
pub enum Sign {
    /// The mood that they share goes down.
    MoodFalls {
        /// What made it so.
        because: Vec<MoodReason>,
    },
    /// Meetings were moved again and again.
    MeetingsMoved {
        /// How often.
        moves: u32,
    },
    /// They brought nothing to the last meetings.
    NothingBrought {
        /// To how many.
        meetings: u32,
    },
}

/// Something that happened.
#[uniffi::remote(Record)]
pub struct Happened {
    /// When, and where it stands.
    pub link: DatedLink,
    /// What.
    pub what: HappenedKind,
}

/// What can happen.
#[uniffi::remote(Enum)]
pub enum HappenedKind {
    /// The two met.
    Meeting,
    /// Somebody gave feedback.
    Feedback,
    /// Somebody noted how far a goal is.
    Progress,
    /// The two went through a plan.
    PlanReview,
    /// A plan was closed.
    PlanClosed,
    /// The agent said how they are.
    Mood,
    /// The viewer stopped by on a walk.
    Stop,
    /// The viewer noted something for themselves.
    PrivateNote,
    /// The viewer decided how they do in this quarter, of which this is the first day.
    Tier,
}

/// A contact of a leader with an agent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ContactView {
    /// On which day.
    pub day: Day,
    /// What it was.
    pub kind: ContactKind,
    /// What it was about.
    pub reason: ContactReason,
    /// How many minutes it stands for.
    pub minutes: u32,
    /// In which document it is noted.
    pub doc: DocId,
    /// As which item of it; none for a meeting, which is the document.
    pub item: Option<ItemId>,
}

/// That the last contacts with somebody were all about problems.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OnlyProblems {
    /// Of which pair.
    pub tenure: TenureId,
    /// With which agent.
    pub person: PersonId,
    /// These contacts, oldest first.
    pub contacts: Vec<ContactView>,
}

impl From<Contact> for ContactView {
    fn from(contact: Contact) -> Self {
        let Contact { day, kind, reason, minutes, doc, item, .. } = contact;
        Self { day, kind, reason, minutes, doc, item }
    }
}

impl From<insight::OnlyProblems> for OnlyProblems {
    fn from(seen: insight::OnlyProblems) -> Self {
        let contacts = seen.contacts.into_iter().map(ContactView::from).collect();
        Self { tenure: seen.tenure, person: seen.person, contacts }
    }
}
