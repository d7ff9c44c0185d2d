//! Owns what can happen in a history, as data: generated from a seed, left out while shrinking, pasted into a test.
//!
//! Numbers that choose (`phone`, `doc`, `pick`, ..) are taken modulo what is there when it happens. What makes no
//! sense at that moment is passed over.

pub use super::disk::LastCommit;

/// Something happens, so long after what happened before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// How long after.
    pub after_ms: u64,
    /// What.
    pub op: Op,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Somebody edits a document.
    Edit { phone: u8, doc: u8, verb: Verb, pick: u16 },
    /// Somebody types something into the notes of a meeting and takes it back at once.
    TakeBack { phone: u8, doc: u8, pick: u16 },
    /// Somebody begins a document; a meeting of the same day may be begun on several phones.
    Create { phone: u8, kind: NewKind, pick: u16 },
    /// Somebody looks at every list.
    Look { phone: u8 },
    /// Somebody asks for a sync.
    Sync { phone: u8, budget_ms: u32 },
    /// The app goes to sleep.
    Suspend { phone: u8 },
    /// The app wakes up.
    Resume { phone: u8 },
    /// The app is closed by the system, without a word.
    Close { phone: u8 },
    /// The app is opened again.
    Open { phone: u8 },
    /// A second process of the app opens the same store, and syncs.
    SecondProcess { phone: u8 },
    /// The system tells the app that there is no network, and there is none.
    LoseNetwork { phone: u8 },
    /// There is a network again, and the system tells the app.
    FindNetwork { phone: u8 },
    /// Days go by in which no app is used.
    Days { count: u8 },
    /// Something goes wrong.
    Fault(Fault),
    /// Something that the operator does.
    Office(Office),
}

/// What somebody does to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Writes into the shared notes of a meeting.
    WriteNotes,
    /// Removes something written from the notes of a meeting.
    EraseNotes,
    /// Writes many words into the notes of a meeting.
    PasteNotes,
    /// Formats a stretch of the notes.
    MarkNotes,
    /// Takes formatting off a stretch of the notes.
    UnmarkNotes,
    /// Writes into the notes of a block.
    WriteSection,
    /// Plans or moves a meeting.
    PlanMeeting,
    /// Names the place.
    SetPlace,
    /// Notes that a meeting began, ended, or was not held.
    HoldMeeting,
    /// Puts a topic on a meeting.
    AddTopic,
    /// Takes a topic off.
    RemoveTopic,
    /// Brings a topic to the agenda.
    AddAgenda,
    /// Edits a topic of the agenda.
    EditAgenda,
    /// Removes a topic of the agenda.
    RemoveAgenda,
    /// Brings a removed topic back.
    RestoreAgenda,
    /// Moves a topic.
    ReorderAgenda,
    /// Notes a follow-up.
    AddFollowUp,
    /// Edits a follow-up.
    EditFollowUp,
    /// Sets until when.
    SetDue,
    /// Sets who.
    SetOwner,
    /// Sets how far.
    SetState,
    /// Removes a follow-up.
    RemoveFollowUp,
    /// Acknowledges a meeting.
    Acknowledge,
    /// Names a plan.
    SetTitle,
    /// Writes the aim of a plan.
    WriteAim,
    /// Plans a step.
    AddStep,
    /// Edits a step.
    EditStep,
    /// Sets owner, day or state of a step.
    SetStep,
    /// Adds something that helps with a step.
    AddResource,
    /// Removes a step.
    RemoveStep,
    /// Moves a step.
    ReorderStep,
    /// Plans a checkpoint.
    AddCheckpoint,
    /// Writes what was seen, or what was decided, at a checkpoint.
    EditCheckpoint,
    /// Notes that a plan was reviewed.
    Review,
    /// Closes a plan or opens it again.
    ClosePlan,
    /// Captures a stop of a floor walk.
    AddStop,
    /// Edits a stop.
    EditStop,
    /// Tags a stop.
    TagStop,
    /// Takes a tag off a stop.
    UntagStop,
    /// Sets kind, person or minutes of a stop.
    SetStop,
    /// Counts something at a stop.
    Tally,
    /// Removes a stop.
    RemoveStop,
    /// Moves a stop.
    ReorderStop,
    /// Adds something that a pair wants to talk about.
    AddBacklog,
    /// Edits it.
    EditBacklog,
    /// Says what kind it is, whether it can wait, or brings it to a meeting.
    SetBacklog,
    /// Removes it, or brings it back.
    RemoveBacklog,
    /// Moves it.
    ReorderBacklog,
    /// Writes what a pair expects of each other.
    WriteTerm,
    /// Writes what an agent tells of themselves.
    WriteAboutMe,
    /// Says how often a pair meets, or when it looks at its agreement again.
    SetCadence,
    /// Adds something to bring to every meeting, or takes it off.
    SetToBring,
    /// Agrees to how a pair works together.
    AgreeToContract,
    /// Sets a goal.
    AddGoal,
    /// Writes why a goal matters.
    EditWhy,
    /// Sets measure, target, day or state of a goal.
    SetGoal,
    /// Says what one side does for a goal.
    AddCommitment,
    /// Edits, removes or brings back what one side does.
    EditCommitment,
    /// Notes how far a goal is.
    AddProgress,
    /// Removes a goal, or brings it back.
    RemoveGoal,
    /// Moves a goal.
    ReorderGoal,
    /// Agrees to a goal.
    AgreeToGoal,
    /// Gives feedback.
    AddFeedback,
    /// Writes into one of the texts of feedback.
    EditFeedback,
    /// Sets kind, day or who proposed.
    SetFeedback,
    /// Says where feedback can be heard again, or takes that off.
    SetEvidence,
    /// Removes feedback, or brings it back.
    RemoveFeedback,
    /// Acknowledges feedback.
    AcknowledgeFeedback,
    /// Notes something about somebody for oneself, or something to raise.
    AddPrivate,
    /// Edits what was noted.
    EditPrivate,
    /// Puts a topic on a note, takes one off, or says that something was raised.
    SetPrivate,
    /// Removes a note, or brings it back.
    RemovePrivate,
    /// Writes why somebody is on a level.
    WriteTier,
    /// Sets level, diagnosis or day.
    SetTier,
    /// Writes into the note with which one hands over.
    WriteHandOver,
    /// Brings something along into the next pair.
    BringAlong,
    /// Takes back what one brought along, or brings it again.
    TakeBrought,
    /// Says that one has read what was handed over, and asks something.
    ReadHandOver,
    /// Writes into the notes of a meeting of some who are coached together.
    WriteTogether,
    /// Brings a topic to such a meeting, or notes a follow-up.
    AgreeTogether,
    /// Notes a thought about one's own leading.
    AddThought,
    /// Edits a thought.
    EditThought,
    /// Removes a thought, or brings it back.
    RemoveThought,
    /// Tells one's leader how one is.
    ShareMood,
    /// Edits what one told.
    EditShared,
    /// Says that one felt otherwise, removes what one told, or brings it back.
    SetShared,
    /// Notes for oneself how one is.
    KeepMood,
    /// Edits what one keeps.
    EditKept,
    /// Says that one felt otherwise, removes what one keeps, or brings it back.
    SetKept,
    /// Sets a goal of the team.
    AddTeamGoal,
    /// Writes why a goal of the team matters, sets its day, puts it away or brings it back.
    EditTeamGoal,
    /// Says that one has read a goal of the team, and asks something.
    ReadTeamGoal,
    /// Says what good work is.
    AddStandard,
    /// Writes a standard, gives an example, or says that one has read it.
    EditStandard,
    /// Says what is different for somebody, and how long.
    SetCircumstance,
    /// Writes why something is different for somebody.
    WriteReason,
    /// Notes what is in the team's way.
    AddBlocker,
    /// Edits what one noted, or what was tried.
    EditBlocker,
    /// Sets day, owner or state of what one noted, removes it or brings it back.
    SetBlocker,
    /// Says that what somebody noted stops one's own work too.
    JoinBlocker,
}

/// What somebody begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewKind {
    /// A meeting of a pair on a day.
    Meeting,
    /// An action plan of a pair.
    Plan,
    /// A floor walk.
    Walk,
    /// How a pair works together, in a year.
    Partnership,
    /// The goals of a pair for a quarter.
    Goals,
    /// The feedback of a pair in a quarter.
    Feedback,
    /// What somebody notes about another person for themselves.
    Private,
    /// What a leader thinks of how somebody does.
    Tier,
    /// What goes along into a pair that follows another.
    HandOver,
    /// A meeting of some who are coached together; who leads them decides so.
    Together,
    /// What a leader thinks about their own leading.
    Reflection,
    /// How an agent is, as they tell their leader.
    Shared,
    /// How somebody is, as they keep it to themselves.
    Kept,
    /// What the team is to reach in a quarter.
    Team,
    /// What is different for somebody for a while.
    Circumstance,
    /// What is in the team's way in a quarter.
    Blockers,
}

impl NewKind {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Meeting,
        Self::Plan,
        Self::Walk,
        Self::Partnership,
        Self::Goals,
        Self::Feedback,
        Self::Private,
        Self::Tier,
        Self::HandOver,
        Self::Together,
        Self::Reflection,
        Self::Shared,
        Self::Kept,
        Self::Team,
        Self::Circumstance,
        Self::Blockers,
    ];
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The next call of a phone has this trouble.
    Call { phone: u8, trouble: Trouble },
    /// From now on nothing passes that way.
    Cut { phone: u8, way: Way },
    /// Everything passes again; nobody is told.
    Reconnect { phone: u8 },
    /// A process dies in the commit after so many more.
    DieInCommit { phone: u8, after: u8, last: LastCommit },
    /// A process dies as it makes the call after so many more.
    DieInCall { phone: u8, after: u8 },
    /// The disk takes nothing more.
    FillDisk { phone: u8 },
    /// There is room again.
    FreeDisk { phone: u8 },
    /// A document becomes unreadable.
    Damage { phone: u8, doc: u8 },
    /// The phone's clock is set.
    JumpClock { phone: u8, by_minutes: i32 },
    /// The key cannot sign, or can again.
    LockKey { phone: u8, is_locked: bool },
    /// A copy of the phone is kept for later.
    KeepCopy { phone: u8 },
    /// The phone becomes what the copy is.
    RestoreCopy { phone: u8 },
    /// There is a second phone that holds the same.
    Clone { phone: u8 },
    /// Somebody tampers with the app: it holds a change in another person's name.
    Forge { phone: u8, doc: u8, pick: u16 },
    /// Somebody sends, past the app, a change that would leave a document that nobody can load.
    Poison { phone: u8, doc: u8, pick: u16 },
    /// Somebody's new phone dies in the commit after so many, while it gets its first documents.
    DieJoining { person: u8, after: u8, last: LastCommit },
    /// An instance of the server dies before the statement after so many more.
    KillServer { server: u8, after: u8 },
    /// The database does this to an instance.
    Database { server: u8, after: u8, mishap: Mishap },
}

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The request is lost.
    LoseRequest,
    /// The server has done its work, and the answer is lost.
    LoseAnswer,
    /// The server gets the request twice, the second time so much later.
    Duplicate { after_ms: u32 },
    /// The answer ends after so many bytes.
    CutAnswer { after_bytes: u32 },
    /// The request takes so long.
    SlowRequest { ms: u32 },
    /// Each piece of the answer takes so long.
    SlowAnswer { ms: u32 },
    /// Somebody else answers with a page to log in.
    Portal,
    /// A proxy answers that there is no server.
    NoServer,
}

/// Which way nothing passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Neither.
    Both,
    /// Requests are lost.
    Up,
    /// Answers are lost.
    Down,
}

/// What a database does to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// A statement fails.
    FailStatement,
    /// A statement takes so long.
    SlowStatement { ms: u16 },
    /// A commit takes so long.
    LateCommit { ms: u16 },
    /// A commit is refused.
    RefuseCommit,
    /// A commit is done, and nobody hears of it.
    LoseDoneCommit,
    /// A commit is not done, and nobody hears of it.
    LoseUndoneCommit,
    /// A commit whose connection is gone is done so much later.
    LoseLateCommit { ms: u16 },
    /// The instance dies while it commits; the commit is done.
    DieInDoneCommit,
    /// The instance dies while it commits; the commit is not done.
    DieInUndoneCommit,
}

/// What the operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// Announces seats that begin or end.
    Announce { server: u8 },
    /// Saves documents.
    Compact { server: u8 },
    /// Backs the database up.
    BackUp,
    /// Puts the backup in the database's place.
    Restore,
    /// Ends the tenure of a pair.
    EndTenure { pair: u8 },
    /// Ends the tenure of a pair; the agent gets another leader.
    ChangeLeader { pair: u8, leader: u8 },
    /// Gives the agent of a pair another leader; who led before hands over.
    PassOn { pair: u8, leader: u8 },
    /// Lets somebody lead in a leader's place for so many days.
    Delegate { leader: u8, acting: u8, days: u8 },
    /// Ends that before its time.
    EndDelegation { delegation: u8 },
    /// Takes a phone's access away.
    Revoke { phone: u8 },
    /// Gives a person a new phone.
    Enrol { person: u8 },
}

impl Op {
    /// Whether it is something that goes wrong, or that nobody at a phone wants.
    pub fn is_fault(&self) -> bool {
        match self {
            Self::Fault(Fault::Reconnect { .. } | Fault::FreeDisk { .. }) => false,
            Self::Fault(Fault::LockKey { is_locked: false, .. } | Fault::KeepCopy { .. }) => false,
            Self::Fault(_) | Self::Close { .. } | Self::LoseNetwork { .. } | Self::SecondProcess { .. } => {
                true
            }
            Self::Office(office) => {
                matches!(
                    office,
                    Office::Restore
                        | Office::Revoke { .. }
                        | Office::ChangeLeader { .. }
                        | Office::PassOn { .. }
                )
            }
            Self::Edit { .. }
            | Self::TakeBack { .. }
            | Self::Create { .. }
            | Self::Look { .. }
            | Self::Sync { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::Open { .. }
            | Self::FindNetwork { .. }
            | Self::Days { .. } => false,
        }
    }
}
