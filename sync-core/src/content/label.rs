//! Owns the short words of screens: the names of the choices that documents hold, and the labels beside them.

use super::Language;
use super::message::{Key, ids};
use crate::coaching::action_plan::{Decision, PlanKind};
use crate::coaching::circumstance::{SupportKind, Taken};
use crate::coaching::feedback_log::{FeedbackKind, FeedbackText, Lack, Source};
use crate::coaching::floor_walk::StopKind;
use crate::coaching::goal_set::{Agreement, GoalState};
use crate::coaching::item::{Area, Side, State};
use crate::coaching::measure::MeasureKind;
use crate::coaching::meeting::{MeetingKind, NotHeld, Section};
use crate::coaching::partnership::{BacklogKind, Rhythm, Term};
use crate::coaching::team_board::{Answer, RecognitionText};
use crate::coaching::team_policy::{Every, Practice};
use crate::coaching::tier_note::{Diagnosis, Tier, TierText};
use crate::policy::Role;

/// How wide a label may be, in narrow characters, so that it fits beside others at the largest font setting of a phone.
#[cfg(test)]
pub(super) const LONGEST: usize = 48;

/// A choice of a document that has a name in each language.
pub trait Labelled: Copy + 'static {
    /// Its name.
    fn label(self, language: Language) -> String;
}

/// Names the messages of each choice. A choice that a document gains does not compile until it has one.
macro_rules! labelled {
    ($($type:ident { $($variant:ident = $message:literal),* $(,)? })*) => {
        $(impl Labelled for $type {
            fn label(self, language: Language) -> String {
                let message = match self {
                    $(Self::$variant => $message),*
                };
                Key::of("", message).say(language)
            }
        })*

        /// The messages that have to be there.
        #[cfg(test)]
        pub(super) const CHOICES: &[&str] = &[$($($message),*),*];
    };
}

labelled! {
    MeetingKind {
        OneOnOne = "meeting-one-on-one",
        KickOff = "meeting-kick-off",
        MonthlyGoals = "meeting-monthly-goals",
        PlanReview = "meeting-plan-review",
        Coaching = "meeting-coaching",
        TeamDataReview = "template-team-data",
        GroupCoaching = "meeting-group-coaching",
    }
    Section {
        Rapport = "section-rapport",
        Career = "section-career",
        Feedback = "section-feedback",
        Wellbeing = "section-wellbeing",
    }
    NotHeld { Absence = "not-held-absence", Leaver = "not-held-leaver" }
    State { Open = "state-open", Doing = "state-doing", Done = "state-done", Dropped = "state-dropped" }
    Side { Agent = "side-agent", Leader = "side-leader" }
    Area { Business = "area-business", People = "area-people", Process = "area-process" }
    StopKind {
        Praise = "stop-praise",
        Coach = "stop-coach",
        Blocker = "stop-blocker",
        Wellbeing = "stop-wellbeing",
        Note = "stop-note",
    }
    FeedbackKind { Praise = "feedback-praise", Constructive = "feedback-constructive" }
    Source {
        Own = "source-own",
        OtherDepartment = "source-other-department",
        Customer = "source-customer",
    }
    FeedbackText {
        Context = "field-context",
        Strength = "field-strength",
        Seen = "field-seen",
        Effect = "field-effect",
        Question = "field-question",
        AgentView = "field-agent-view",
        Next = "field-next",
        Outcome = "field-outcome",
        Reply = "field-reply",
    }
    Lack { Example = "lack-example", Strength = "lack-strength" }
    Term {
        ExpectOfAgent = "field-expect-of-agent",
        ExpectOfManager = "field-expect-of-manager",
        Hopes = "field-hopes",
        Worries = "field-worries",
        Motivates = "field-motivates",
        Demotivates = "field-demotivates",
        FeedbackStyle = "field-feedback-style",
    }
    Rhythm { Weekly = "rhythm-weekly", TwoWeekly = "rhythm-two-weekly", FourWeekly = "rhythm-four-weekly" }
    BacklogKind {
        Topic = "backlog-topic",
        Request = "backlog-request",
        Idea = "backlog-idea",
        Status = "backlog-status",
    }
    MeasureKind { Kpi = "measure-kpi", Count = "measure-count", Behaviour = "measure-behaviour" }
    GoalState {
        Active = "goal-active",
        Reached = "goal-reached",
        NotReached = "goal-not-reached",
        Dropped = "goal-dropped",
    }
    Agreement {
        Draft = "agreement-draft",
        Proposed = "agreement-proposed",
        ByOne = "agreement-by-one",
        Agreed = "agreement-agreed",
        ChangedSince = "agreement-changed-since",
    }
    PlanKind {
        Improvement = "plan-improvement",
        Development = "plan-development",
        Growth = "plan-growth",
    }
    Decision {
        GoOn = "decision-go-on",
        Adjust = "decision-adjust",
        Reached = "decision-reached",
        Stop = "decision-stop",
    }
    RecognitionText { DidWhat = "field-did-what", MadePossible = "field-made-possible" }
    Answer {
        Trial = "answer-trial",
        Accepted = "answer-accepted",
        Later = "answer-later",
        Declined = "answer-declined",
    }
    Tier { High = "tier-high", Steady = "tier-steady", Low = "tier-low" }
    Diagnosis {
        Skill = "diagnosis-skill",
        Will = "diagnosis-will",
        Both = "diagnosis-both",
        Environment = "diagnosis-environment",
        NotKnown = "diagnosis-not-known",
    }
    Practice {
        OneOnOne = "meeting-one-on-one",
        MonthlyGoals = "meeting-monthly-goals",
        PlanReview = "meeting-plan-review",
        TeamData = "practice-team-data",
        Evaluation = "practice-evaluation",
    }
    Every {
        Week = "every-week",
        TwoWeeks = "every-two-weeks",
        Month = "every-month",
        Quarter = "every-quarter",
        HalfYear = "every-half-year",
    }
    SupportKind {
        Counselling = "support-counselling",
        Mentor = "support-mentor",
        Workplace = "support-workplace",
        Other = "support-other",
    }
    Taken { NotSaid = "taken-not-said", No = "taken-no", Yes = "taken-yes" }
    Role {
        Own = "role-own",
        Leader = "side-leader",
        Agent = "side-agent",
        Member = "role-member",
        Head = "role-head",
        Hr = "role-hr",
        Acting = "role-acting",
        Party = "role-party",
        Predecessor = "role-predecessor",
    }
    TierText {
        Reasons = "tier-reasons",
        Evidence = "tier-evidence",
        ChangeMind = "tier-change-mind",
    }
}

ids! {
    /// A label that stands for itself.
    "label-" Label {
        /// It has not left this phone.
        OnThisPhone = "on_this_phone",
        /// The server has it.
        OnTheServer = "on_the_server",
        /// The server refused it; the text is kept.
        NotAccepted = "not_accepted",
        /// Takes refused text over into the hand-over note.
        CopyToHandOver = "copy_to_hand_over",
        /// It was erased under the organisation's rules.
        RemovedUnderPolicy = "removed_under_policy",
        /// The list of what others wrote since somebody looked.
        WhatChanged = "what_changed",
        /// Two people changed one sentence.
        EditedByBoth = "edited_by_both",
        /// Keeps what this person wrote.
        KeepMine = "keep_mine",
        /// Keeps what the other wrote.
        KeepTheirs = "keep_theirs",
        /// Keeps the sentence as it reads now.
        KeepAsIs = "keep_as_is",
        /// It is done, and its words were changed since.
        DoneTextChanged = "done_text_changed",
        /// Brings back what was removed.
        Restore = "restore",
        /// Leaves removed what was removed.
        LeaveRemoved = "leave_removed",
        /// Both moved the meeting: does one time suit both?
        FreeForBoth = "free_for_both",
        /// Two things may be the same in different words.
        Similar = "similar",
        /// A meeting that is to come.
        Planned = "planned",
        /// A meeting that was held.
        Held = "held",
        /// A meeting that was moved.
        Moved = "moved",
        /// A meeting that was moved with less than two hours' notice.
        MovedLate = "moved_late",
        /// Two people have not met yet.
        NeverMet = "never_met",
        /// Within what was agreed.
        OnTime = "on_time",
        /// A little over what was agreed.
        Soon = "soon",
        /// Well over what was agreed.
        Late = "late",
        /// A topic that cannot wait for the next meeting.
        DoNotWait = "do_not_wait",
        /// Only one side has said what it will do.
        OneSided = "one_sided",
        /// A goal that supports none of the team's.
        Unlinked = "unlinked",
        /// A target that takes somebody's circumstances into account.
        Adjusted = "adjusted",
        /// A number went where it should.
        Improvement = "improvement",
        /// A number went the other way.
        Decline = "decline",
        /// A number stayed.
        Unchanged = "unchanged",
        /// Something that lacks what it needs.
        Incomplete = "incomplete",
        /// Something that reads an older version.
        EarlierVersion = "earlier_version",
        /// Too few people to show a number.
        TooFew = "too_few",
        /// The strength was left out on purpose.
        StrengthSkipped = "strength_skipped",
        /// Reasons to talk with somebody.
        WorthAConversation = "worth_a_conversation",
        /// Kept for oneself.
        KeptPrivate = "kept_private",
        /// Shared with the leader.
        SharedWithLeader = "shared_with_leader",
        /// What a person must fill in.
        Required = "required",
        /// Somebody who joined lately.
        StageNew = "stage_new",
        /// Somebody who is learning the work.
        StageDeveloping = "stage_developing",
        /// Somebody who knows the work.
        StageEstablished = "stage_established",
    }
}

impl Label {
    /// What it says.
    pub fn text(self, language: Language) -> String {
        self.key().say(language)
    }
}
