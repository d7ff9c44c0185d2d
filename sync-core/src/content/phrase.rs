//! Owns sentences with names, numbers and days in them, and with the plural forms of each language.

use super::Language;
use super::format::{self, Decimals, Percent};
use super::message::Key;
use crate::document::Amount;
use crate::time::Day;
use fluent_bundle::{FluentArgs, FluentValue};

/// Something that stands in a sentence.
trait Argument<'a> {
    fn in_sentence(self, language: Language) -> FluentValue<'a>;
}

/// A count, which chooses the plural form.
impl<'a> Argument<'a> for u32 {
    fn in_sentence(self, _: Language) -> FluentValue<'a> {
        FluentValue::from(self)
    }
}

impl<'a> Argument<'a> for &'a str {
    fn in_sentence(self, _: Language) -> FluentValue<'a> {
        FluentValue::from(self)
    }
}

impl<'a> Argument<'a> for Day {
    fn in_sentence(self, language: Language) -> FluentValue<'a> {
        FluentValue::from(format::short_day(self, language))
    }
}

impl<'a> Argument<'a> for Percent {
    fn in_sentence(self, language: Language) -> FluentValue<'a> {
        let thousandths = Amount(i64::from(self.0) * 1_000);
        FluentValue::from(format::percent(thousandths, Decimals::None, language))
    }
}

macro_rules! phrases {
    ($($(#[$doc:meta])* $variant:ident = $message:literal {
        $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)?
    })*) => {
        /// A sentence. Its message has exactly these arguments, in every language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Phrase<'a> {
            $($(#[$doc])* $variant { $($(#[$field_doc])* $field: $type),* }),*
        }

        impl Phrase<'_> {
            /// What it says.
            pub fn text(self, language: Language) -> String {
                let mut args = FluentArgs::new();
                let message = match self {
                    $(Self::$variant { $($field),* } => {
                        $(args.set(stringify!($field), $field.in_sentence(language));)*
                        $message
                    })*
                };
                Key::of("", message).say_with(language, Some(&args))
            }
        }

        /// The messages that have to be there, with their arguments.
        #[cfg(test)]
        pub(super) const PHRASES: &[(&str, &[&str])] = &[$(($message, &[$(stringify!($field)),*])),*];
    };
}

phrases! {
    /// What a meeting is called in somebody's calendar.
    OneOnOneWith = "one-on-one-with" {
        /// The other one.
        name: &'a str,
    }
    /// "41 days".
    Days = "days" {
        /// How many.
        count: u32,
    }
    /// "2 weeks".
    Weeks = "weeks" {
        /// How many.
        count: u32,
    }
    /// "3 hours".
    Hours = "hours" {
        /// How many.
        count: u32,
    }
    /// "30 minutes".
    Minutes = "minutes" {
        /// How many.
        count: u32,
    }
    /// "12 people".
    People = "people" {
        /// How many.
        count: u32,
    }
    /// "6 topics".
    Topics = "topics" {
        /// How many.
        count: u32,
    }
    /// "2 steps".
    Steps = "steps" {
        /// How many.
        count: u32,
    }
    /// Somebody wrote into the same notes.
    WroteWhileAway = "wrote-while-away" {
        /// Who.
        name: &'a str,
        /// How many lines.
        lines: u32,
    }
    /// Two values stand, this person's and another's.
    TwoValues = "two-values" {
        /// This person's, as it is shown.
        mine: &'a str,
        /// The other's, as it is shown.
        theirs: &'a str,
        /// The other.
        name: &'a str,
    }
    /// Somebody removed what this person edited.
    RemovedWhileEdited = "removed-while-edited" {
        /// Who.
        name: &'a str,
    }
    /// Somebody agreed to an earlier version.
    AgreedToVersion = "agreed-to-version" {
        /// Of which day.
        day: Day,
        /// How many changes since.
        changes: u32,
    }
    /// Somebody acknowledged an earlier version.
    AcknowledgedBefore = "acknowledged-before" {
        /// How many changes since.
        changes: u32,
    }
    /// A time that a phone with a wrong clock said.
    AboutTime = "about-time" {
        /// The time, as it is shown.
        time: &'a str,
    }
    /// What is new since this person looked.
    ChangedSinceLooked = "changed-since-looked" {
        /// How many changes.
        changes: u32,
    }
    /// What waits on this phone.
    NotSentYet = "not-sent-yet" {
        /// How many changes.
        changes: u32,
    }
    /// How long ago two people last met.
    SinceLastMeeting = "since-last-meeting" {
        /// How many days.
        days: u32,
    }
    /// A meeting was moved shortly before.
    MovedWithNotice = "moved-with-notice" {
        /// How many hours before.
        hours: u32,
    }
    /// Another meeting takes somebody off the queue at the same time.
    SecondAway = "second-away" {
        /// Whom.
        name: &'a str,
        /// How many may be away at once.
        limit: u32,
    }
    /// Why a plan to improve is not begun yet.
    PlanTooSoon = "plan-too-soon" {
        /// How many ordinary one-on-ones were held.
        held: u32,
    }
    /// How many of the meetings that were due were held.
    MeetingsHeld = "meetings-held" {
        /// How many were held.
        held: u32,
        /// How many were due.
        due: u32,
    }
    /// A topic comes again and again.
    CameUpIn = "came-up-in" {
        /// In how many.
        times: u32,
        /// Of how many meetings.
        meetings: u32,
    }
    /// Something is late.
    OverdueBy = "overdue-by" {
        /// How many days.
        days: u32,
    }
    /// Nobody spoke with somebody for long.
    NoContactFor = "no-contact-for" {
        /// How many days.
        days: u32,
    }
    /// Where a leader's time went. It speaks about time, not about people.
    TimeWentTo = "time-went-to" {
        /// How much of it.
        percent: Percent,
        /// To how many people.
        people: u32,
    }
    /// How many have read a standard.
    VersionWasRead = "version-was-read" {
        /// How many read it.
        read: u32,
        /// Of how many.
        all: u32,
        /// The version of which day.
        day: Day,
        /// How many asked a question.
        asked: u32,
    }
    /// How many goals only one side promises something for.
    GoalsOneSided = "goals-one-sided" {
        /// How many of them.
        percent: Percent,
    }
    /// How many next steps agents proposed.
    NextStepsByAgents = "next-steps-by-agents" {
        /// How many of them.
        percent: Percent,
    }
}

#[cfg(test)]
mod tests;
