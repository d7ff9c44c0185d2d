//! Owns the words of what people take with them: headings and the names of facts, what kinds of documents and weekdays are called.

use super::Language;
use super::message::{Key, ids};
use crate::coaching::Kind;

ids! {
    /// A heading, or the name of a fact.
    "heading-" Heading {
        /// What it is for, or what it is.
        Kind = "kind",
        /// What it is called.
        Title = "title",
        /// Where.
        Place = "place",
        /// When.
        When = "when",
        /// How long.
        Duration = "duration",
        /// Why a meeting was not held.
        NotHeld = "not_held",
        /// Topics.
        Topics = "topics",
        /// What two people want to talk about.
        Agenda = "agenda",
        /// Notes.
        Notes = "notes",
        /// What was promised.
        FollowUps = "follow_ups",
        /// Until when.
        Due = "due",
        /// Who has promised it.
        Owner = "owner",
        /// How far it is.
        State = "state",
        /// Who acknowledged it.
        Acknowledged = "acknowledged",
        /// An acknowledgement of something that is not known here.
        NotVerified = "not_verified",
        /// Values that two people set differently.
        NotSettled = "not_settled",
        /// That something was removed.
        Removed = "removed",
        /// Somebody whose name is not known here.
        Somebody = "somebody",
        /// The month before, in numbers.
        LastMonth = "last_month",
        /// A month.
        Month = "month",
        /// What was reached.
        Actual = "actual",
        /// What is to be reached.
        Target = "target",
        /// When it was closed.
        Closed = "closed",
        /// What is to be different.
        Aim = "aim",
        /// Steps.
        Steps = "steps",
        /// Days on which both look at it.
        Checkpoints = "checkpoints",
        /// Reviews.
        Reviews = "reviews",
        /// What helps.
        Resources = "resources",
        /// What came of it.
        Result = "result",
        /// Who wrote it.
        By = "by",
        /// Who said it.
        SaidBy = "said_by",
        /// Who proposed what comes next.
        ProposedBy = "proposed_by",
        /// When to look at it again.
        LookAgain = "look_again",
        /// Where it can be heard again.
        Evidence = "evidence",
        /// Whether two people agree.
        Agreement = "agreement",
        /// Why it matters.
        Why = "why",
        /// How it is measured.
        Measure = "measure",
        /// Where it began.
        Baseline = "baseline",
        /// What each one does for it.
        Commitments = "commitments",
        /// How far it is.
        Progress = "progress",
        /// A goal.
        Goal = "goal",
        /// Goals.
        Goals = "goals",
        /// How often.
        Rhythm = "rhythm",
        /// When to look at it again.
        ReviewOn = "review_on",
        /// What somebody tells of themselves.
        AboutMe = "about_me",
        /// What each one brings.
        BringList = "bring_list",
        /// What they want to talk about next.
        Backlog = "backlog",
        /// From when until when.
        Period = "period",
        /// Why.
        Reason = "reason",
        /// When it began.
        Began = "began",
        /// When it ended.
        Ended = "ended",
        /// What to raise some day.
        ToRaise = "to_raise",
        /// When it was raised.
        Raised = "raised",
        /// How somebody feels.
        Mood = "mood",
        /// How much it is.
        Load = "load",
        /// What good work is.
        Standards = "standards",
        /// What follows from results.
        Consequences = "consequences",
        /// What it looks like.
        LooksLike = "looks_like",
        /// What it does not look like.
        LooksUnlike = "looks_unlike",
        /// How many may be away at once.
        OffQueue = "off_queue",
        /// When the door is open.
        OpenHours = "open_hours",
        /// Questions.
        Questions = "questions",
        /// Who is recognized for what.
        Recognitions = "recognitions",
        /// Ideas.
        Ideas = "ideas",
        /// Everything that this person may take.
        MyData = "my_data",
        /// A document.
        Document = "document",
        /// Who can see it.
        WhoSees = "who_sees",
        /// When it last changed.
        LastChanged = "last_changed",
        /// It is not on this phone yet.
        NotHere = "not_here",
        /// Everybody of the organisation.
        Everybody = "everybody",
        /// A plan.
        Plan = "plan",
        /// A step.
        Step = "step",
        /// Whom it is about.
        Agent = "agent",
        /// What was measured.
        Figure = "figure",
        /// Of how many.
        Volume = "volume",
        /// How often it was moved.
        MovedTimes = "moved_times",
        /// How many minutes.
        Minutes = "minutes",
        /// The note with which somebody hands over.
        HandOverNote = "hand_over_note",
        /// What an agent brings along.
        Brought = "brought",
        /// It was copied from an earlier pair.
        FromBefore = "from_before",
    }
}

impl Heading {
    /// What it says.
    pub fn text(self, language: Language) -> String {
        self.key().say(language)
    }
}

/// What a kind of document is called.
pub fn kind_name(kind: Kind, language: Language) -> String {
    kind_key(kind).say(language)
}

pub(super) fn kind_key(kind: Kind) -> Key {
    Key::of("kind-", kind.name())
}

/// A day of the week: Monday is 1, Sunday is 7 (ISO 8601); none for another number.
pub fn weekday(number: u8, language: Language) -> Option<String> {
    (1..=7).contains(&number).then(|| weekday_key(number).say(language))
}

pub(super) fn weekday_key(number: u8) -> Key {
    Key::of("weekday-", &number.to_string())
}
