//! Owns how a choice that documents hold is called on screens, sentences with numbers, names and days in them, and how numbers
//! and days are written, as an app asks for them.

use sync_core::coaching::action_plan::{Decision, PlanKind};
use sync_core::coaching::circumstance::{SupportKind, Taken};
use sync_core::coaching::feedback_log::{FeedbackKind, FeedbackText, Lack, Source};
use sync_core::coaching::floor_walk::StopKind;
use sync_core::coaching::goal_set::{Agreement, GoalState};
use sync_core::coaching::item::{Area, Side, State};
use sync_core::coaching::measure::MeasureKind;
use sync_core::coaching::meeting::{MeetingKind, NotHeld, Section};
use sync_core::coaching::partnership::{BacklogKind, Rhythm, Term};
use sync_core::coaching::team_policy::{Every, Practice};
use sync_core::coaching::tier_note::{Diagnosis, Tier, TierText};
use sync_core::content::format::{self, Decimals, Percent};
use sync_core::content::{Labelled, Language, Phrase};
use sync_core::document::Amount;
use sync_core::policy::Role;
use sync_core::time::Day;

macro_rules! choices {
    ($($(#[$doc:meta])* $type:ident),* $(,)?) => {
        /// A choice of a document.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
        pub enum Choice {
            $($(#[$doc])* $type {
                /// Which.
                choice: $type,
            }),*
        }

        /// What a choice is called in a language.
        #[uniffi::export]
        pub fn choice_name(choice: Choice, language: Language) -> String {
            match choice {
                $(Choice::$type { choice } => choice.label(language)),*
            }
        }
    };
}

macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $said:expr),* $(,)?
    })*) => {
        /// A sentence, with what stands in it.
        #[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
        pub enum Sentence {
            $($(#[$doc])* $name { $($(#[$field_doc])* $field: $type),* }),*
        }

        /// What a sentence says in a language, in its plural forms.
        #[uniffi::export]
        pub fn sentence(of: Sentence, language: Language) -> String {
            match &of {
                $(Sentence::$name { $($field),* } => Phrase::$name { $($field: $said),* }),*
            }
            .text(language)
        }
    };
}

choices! {
    /// What a meeting is for.
    MeetingKind,
    /// A block of a meeting.
    Section,
    /// Why a meeting was not held.
    NotHeld,
    /// How far something promised is.
    State,
    /// One of the two people of a pair.
    Side,
    /// A part of the work.
    Area,
    /// What a stop was about.
    StopKind,
    /// What feedback is about.
    FeedbackKind,
    /// Whose words feedback is.
    Source,
    /// A text of a piece of feedback.
    FeedbackText,
    /// What feedback lacks.
    Lack,
    /// Something that a pair agrees about.
    Term,
    /// How often a pair meets.
    Rhythm,
    /// What somebody wants of a topic.
    BacklogKind,
    /// How something is measured.
    MeasureKind,
    /// How far a goal is.
    GoalState,
    /// Whether two people agree.
    Agreement,
    /// What a plan is for.
    PlanKind,
    /// What was decided at a checkpoint.
    Decision,
    /// How somebody does, for their leader alone.
    Tier,
    /// What stands in the way, for the leader alone.
    Diagnosis,
    /// A text of that note.
    TierText,
    /// What a team does again and again.
    Practice,
    /// How often a team does it.
    Every,
    /// What support was offered.
    SupportKind,
    /// Whether it was taken.
    Taken,
    /// What somebody is to others.
    Role,
}

sentences! {
    /// "41 days".
    Days {
        /// How many.
        count: u32 = *count,
    }
    /// "2 weeks".
    Weeks {
        /// How many.
        count: u32 = *count,
    }
    /// "3 hours".
    Hours {
        /// How many.
        count: u32 = *count,
    }
    /// "30 minutes".
    Minutes {
        /// How many.
        count: u32 = *count,
    }
    /// "12 people".
    People {
        /// How many.
        count: u32 = *count,
    }
    /// "6 topics".
    Topics {
        /// How many.
        count: u32 = *count,
    }
    /// "2 steps".
    Steps {
        /// How many.
        count: u32 = *count,
    }
    /// Somebody wrote into the same notes.
    WroteWhileAway {
        /// Who.
        name: String = name.as_str(),
        /// How many lines.
        lines: u32 = *lines,
    }
    /// Two values stand, this person's and another's.
    TwoValues {
        /// This person's, as it is shown.
        mine: String = mine.as_str(),
        /// The other's, as it is shown.
        theirs: String = theirs.as_str(),
        /// The other.
        name: String = name.as_str(),
    }
    /// Somebody removed what this person edited.
    RemovedWhileEdited {
        /// Who.
        name: String = name.as_str(),
    }
    /// Somebody agreed to an earlier version.
    AgreedToVersion {
        /// Of which day.
        day: Day = *day,
        /// How many changes since.
        changes: u32 = *changes,
    }
    /// Somebody acknowledged an earlier version.
    AcknowledgedBefore {
        /// How many changes since.
        changes: u32 = *changes,
    }
    /// A time that a phone with a wrong clock said.
    AboutTime {
        /// The time, as it is shown.
        time: String = time.as_str(),
    }
    /// What is new since this person looked.
    ChangedSinceLooked {
        /// How many changes.
        changes: u32 = *changes,
    }
    /// What waits on this phone.
    NotSentYet {
        /// How many changes.
        changes: u32 = *changes,
    }
    /// How long ago two people last met.
    SinceLastMeeting {
        /// How many days.
        days: u32 = *days,
    }
    /// A meeting was moved shortly before.
    MovedWithNotice {
        /// How many hours before.
        hours: u32 = *hours,
    }
    /// Another meeting takes somebody off the queue at the same time.
    SecondAway {
        /// Whom.
        name: String = name.as_str(),
        /// How many may be away at once.
        limit: u32 = *limit,
    }
    /// Why a plan to improve is not begun yet.
    PlanTooSoon {
        /// How many ordinary one-on-ones were held.
        held: u32 = *held,
    }
    /// How many of the meetings that were due were held.
    MeetingsHeld {
        /// How many were held.
        held: u32 = *held,
        /// How many were due.
        due: u32 = *due,
    }
    /// A topic comes again and again.
    CameUpIn {
        /// In how many.
        times: u32 = *times,
        /// Of how many meetings.
        meetings: u32 = *meetings,
    }
    /// Something is late.
    OverdueBy {
        /// How many days.
        days: u32 = *days,
    }
    /// Nobody spoke with somebody for long.
    NoContactFor {
        /// How many days.
        days: u32 = *days,
    }
    /// Where a leader's time went. It speaks about time, not about people.
    TimeWentTo {
        /// How much of it, in percent.
        percent: u32 = Percent(*percent),
        /// To how many people.
        people: u32 = *people,
    }
    /// How many have read a standard.
    VersionWasRead {
        /// How many read it.
        read: u32 = *read,
        /// Of how many.
        all: u32 = *all,
        /// The version of which day.
        day: Day = *day,
        /// How many asked a question.
        asked: u32 = *asked,
    }
    /// How many goals only one side promises something for.
    GoalsOneSided {
        /// How much of it, in percent.
        percent: u32 = Percent(*percent),
    }
    /// How many next steps agents proposed.
    NextStepsByAgents {
        /// How much of it, in percent.
        percent: u32 = Percent(*percent),
    }
}

/// How many digits stand after the decimal mark.
#[uniffi::remote(Enum)]
pub enum Decimals {
    /// None: 88.
    None,
    /// One: 87.5.
    One,
    /// Two: 87.50.
    Two,
    /// All that an amount has: 87.500.
    Three,
}

/// A number, rounded half away from zero: 1,234.5 or 1.234,5.
#[uniffi::export]
pub fn format_number(amount: Amount, decimals: Decimals, language: Language) -> String {
    format::number(amount, decimals, language)
}

/// A percentage: 87.5%, in Romanian 87,5 % with a space that does not break.
#[uniffi::export]
pub fn format_percent(amount: Amount, decimals: Decimals, language: Language) -> String {
    format::percent(amount, decimals, language)
}

/// A duration, the same in all languages: 6:50, and 1:02:03 from one hour on.
#[uniffi::export]
pub fn format_duration(seconds: i64) -> String {
    format::duration(seconds)
}

/// A time of day, the same in all languages: 10:02. Minutes since midnight.
#[uniffi::export]
pub fn format_time_of_day(minute: u16) -> String {
    format::time_of_day(minute)
}

/// A day: 2 Mar 2026, 02.03.2026, 2026年3月2日.
#[uniffi::export]
pub fn format_day(day: Day, language: Language) -> String {
    format::day(day, language)
}

/// A day whose year is clear: 2 Mar, 02.03, 3月2日.
#[uniffi::export]
pub fn format_short_day(day: Day, language: Language) -> String {
    format::short_day(day, language)
}
