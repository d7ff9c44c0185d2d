//! Owns how goals and standards stand as an app sees it: the tree, what lacks, and who has read what.

use sync_core::coaching::goal_set::{Agreement, GoalState, Letter};
use sync_core::coaching::link::Link;
use sync_core::ids::{DocId, ItemId, PersonId, TeamId, TenureId};
use sync_core::insight::{
    AimBranch, GoalNumbers, GoalRow, GoalTree, Goals, HasRead, TeamGoalBranch, Understanding, UnderstoodKind,
    Version,
};
use sync_core::time::Day;

/// How the goals of the viewer's pairs stand.
#[uniffi::remote(Record)]
pub struct Goals {
    /// Those of this quarter, and those of earlier ones that are still worked on.
    pub goals: Vec<GoalRow>,
    /// How many they are.
    pub numbers: GoalNumbers,
}

/// One goal.
#[uniffi::remote(Record)]
pub struct GoalRow {
    /// Of which pair.
    pub tenure: TenureId,
    /// Of which agent.
    pub person: PersonId,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What is to be reached.
    pub title: String,
    /// Until when.
    pub due: Option<Day>,
    /// How far it is.
    pub state: GoalState,
    /// What it lacks, in the order of the letters; while it lacks anything it is a draft.
    pub missing: Vec<Letter>,
    /// Whether both agree to it, and whether it was changed since.
    pub agreement: Agreement,
    /// Whether only one side, or nobody, has said what it will do for it.
    pub is_one_sided: bool,
    /// Which goal of the team it supports; none also if that was put away.
    pub supports: Option<Link>,
}

/// How many goals there are.
#[uniffi::remote(Record)]
pub struct GoalNumbers {
    /// All of them.
    pub goals: u32,
    /// Those that lack something.
    pub drafts: u32,
    /// Those that not both agree to as they stand: drafts, proposals, and what was changed since.
    pub not_agreed: u32,
    /// Those that were changed since somebody agreed.
    pub changed: u32,
    /// Those for which only one side, or nobody, has said what it will do.
    pub one_sided: u32,
    /// Which share that is, in thousandths; none of no goals.
    pub one_sided_share: Option<u32>,
    /// Those that support no goal of the team, or one that was put away.
    pub unlinked: u32,
}

/// The goals of a team, and of those in it whose goals the viewer may read.
#[uniffi::remote(Record)]
pub struct GoalTree {
    /// Of which team.
    pub team: TeamId,
    /// The aims of the organisation this year, in their order, each with what the team does for it.
    pub aims: Vec<AimBranch>,
    /// What the team wants to reach that supports no aim.
    pub without_aim: Vec<TeamGoalBranch>,
    /// The goals of people that support none of the team: they never did, or what they supported was put away.
    pub unlinked: Vec<GoalRow>,
    /// How many these are.
    pub unlinked_count: u32,
}

/// An aim of the organisation.
#[uniffi::remote(Record)]
pub struct AimBranch {
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What is to be reached.
    pub title: String,
    /// What the team wants to reach for it.
    pub goals: Vec<TeamGoalBranch>,
}

/// A goal of the team.
#[uniffi::remote(Record)]
pub struct TeamGoalBranch {
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What is to be reached.
    pub title: String,
    /// Until when.
    pub due: Option<Day>,
    /// What people want to reach for it.
    pub goals: Vec<GoalRow>,
    /// How many people that is.
    pub people: u32,
}

/// How far something is understood.
#[uniffi::remote(Record)]
pub struct Understanding {
    /// In which team.
    pub team: TeamId,
    /// What it is.
    pub what: UnderstoodKind,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What it says, in one line.
    pub text: String,
    /// How many agents the team has.
    pub people: u32,
    /// How many of them have read it as it stands: "10 of 12".
    pub read: u32,
    /// How many have read an earlier version.
    pub read_earlier: u32,
    /// How many of those who have read either ask something about it.
    pub asked: u32,
    /// The first day on which somebody read it as it stands.
    pub version_of: Option<Day>,
    /// The same by person, for who leads the team; nothing for others.
    pub by_person: Vec<HasRead>,
}

/// What can be read and understood.
#[uniffi::remote(Enum)]
pub enum UnderstoodKind {
    /// An aim of the organisation.
    Aim,
    /// A goal of the team.
    Goal,
    /// A standard of the team.
    Standard,
}

/// Whether somebody has read something.
#[uniffi::remote(Record)]
pub struct HasRead {
    /// Who.
    pub person: PersonId,
    /// Which version.
    pub version: ReadVersion,
    /// What they ask about it.
    pub question: Option<String>,
}

/// Which version of something somebody has read.
pub type ReadVersion = Version;
/// Which version of something somebody has read.
#[uniffi::remote(Enum)]
pub enum ReadVersion {
    /// None.
    Unread,
    /// One from before it was changed.
    Earlier,
    /// That which stands there.
    Current,
}
