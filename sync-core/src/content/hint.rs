//! Owns the hints: a sentence or two beside what somebody is doing, and when some of them are shown. A hint stops nobody.

use super::Language;
use super::message::ids;
use crate::coaching::partnership::BacklogKind;
use crate::time::Day;

ids! {
    /// A hint.
    "hint-" HintId {
        /// A meeting is planned for a Monday or a Friday.
        MondayOrFriday = "monday_or_friday",
        /// Most topics only tell how far something is.
        MostlyStatus = "mostly_status",
        /// Who may come to read a private note.
        PrivateNote = "private_note",
        /// Asked once when a strength is missing.
        StrengthFirst = "strength_first",
        /// An example is missing.
        ExampleMissing = "example_missing",
        /// Let the agent find the next step.
        AskDoNotTell = "ask_do_not_tell",
        /// Ten minutes in a busy week.
        BusyWeek = "busy_week",
        /// A goal that cannot be agreed to yet.
        GoalDraft = "goal_draft",
        /// A meeting that was moved three times in a row.
        MovedThreeTimes = "moved_three_times",
        /// The last three contacts were about problems.
        OnlyProblems = "only_problems",
        /// Less praise than criticism.
        PraiseBalance = "praise_balance",
        /// The team's numbers name nobody.
        TeamNamesNobody = "team_names_nobody",
        /// A hand-over note is written so that the person can read it.
        HandOverReadable = "hand_over_readable",
        /// Recognition says what was done.
        SayWhatWasDone = "say_what_was_done",
    }
}

const MONDAY: i8 = 1;
const FRIDAY: i8 = 5;

impl HintId {
    /// What it says.
    pub fn text(self, language: Language) -> String {
        self.key().say(language)
    }
}

/// What to say about planning a meeting for this day, if anything.
pub fn hint_for_day(day: Day) -> Option<HintId> {
    matches!(day.weekday(), MONDAY | FRIDAY).then_some(HintId::MondayOrFriday)
}

/// What to say about an agenda of topics of these kinds, if anything: more than half of them only tell how far something is.
pub fn hint_for_agenda(kinds: &[BacklogKind]) -> Option<HintId> {
    let status = kinds.iter().filter(|kind| **kind == BacklogKind::Status).count();
    (2 * status > kinds.len()).then_some(HintId::MostlyStatus)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn for_day(text: &str) -> Option<HintId> {
        hint_for_day(Day::parse(text).unwrap())
    }

    #[test]
    fn r20_monday_and_friday_show_a_hint_and_the_days_between_do_not() {
        let week = ["2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19", "2026-03-20"];
        let hint = Some(HintId::MondayOrFriday);
        assert_eq!(week.map(for_day), [hint, None, None, None, hint]);
        assert_eq!(for_day("2026-03-21"), None, "who works on a Saturday may meet on it");
    }

    #[test]
    fn r23_four_of_six_status_topics_are_too_many_and_three_of_six_are_not() {
        use BacklogKind::{Idea, Request, Status, Topic};
        let four = [Status, Status, Topic, Status, Idea, Status];
        assert_eq!(hint_for_agenda(&four), Some(HintId::MostlyStatus));
        assert_eq!(hint_for_agenda(&[Status, Status, Topic, Status, Idea, Request]), None);
        assert_eq!(hint_for_agenda(&[]), None);
        for (language, list) in [(Language::En, "list"), (Language::Ro, "lista"), (Language::Zh, "清单")] {
            assert!(HintId::MostlyStatus.text(language).contains(list), "it offers to move them to the list");
        }
    }

    #[test]
    fn who_writes_a_private_note_is_told_who_may_read_it() {
        assert_eq!(
            HintId::PrivateNote.text(Language::En),
            "Private from colleagues. May be disclosed to this person if the law requires."
        );
        assert!(HintId::PrivateNote.text(Language::Ro).contains("legea"));
        assert!(HintId::PrivateNote.text(Language::Zh).contains("法律"));
    }
}
