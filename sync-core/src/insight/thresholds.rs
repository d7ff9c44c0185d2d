//! Owns the numbers that a team may set otherwise: from where something is worth a look, and how long a look goes back.

use crate::metric::Decimal;

/// From where something is worth a look. What the defaults are is decided in the table of read models of the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// Days from one 1:1 to the next for a pair that has agreed no rhythm: 14.
    pub cadence_days: i32,
    /// Up to so many tenths of that many days it is amber, beyond it is red: 15.
    pub amber_tenths: i32,
    /// How many days attention, praise and moves look back, with today: 28.
    pub window_days: i32,
    /// How long a stop took of which nobody said it, in minutes: 3.
    pub stop_minutes: u32,
    /// How much time a piece of feedback stands for, in minutes: 2.
    pub feedback_minutes: u32,
    /// How much time a review of a plan stands for, in minutes: 5.
    pub review_minutes: u32,
    /// How long a meeting took of which beginning or end are not known, in minutes: 30.
    pub meeting_minutes: u32,
    /// From which share of the time, in thousandths, those who need help get so much that it is red: 700.
    pub low_share_red: u32,
    /// From which it is amber: 550.
    pub low_share_amber: u32,
    /// From how many tenths of their share of the team it is red: 25.
    pub low_ratio_red: u32,
    /// From how many it is amber: 18.
    pub low_ratio_amber: u32,
    /// After so many days without contact somebody is named: 14.
    pub no_contact_days: i32,
    /// When so many contacts in a row were about problems, that is worth a thought: 3.
    pub problem_contacts: usize,
    /// How many days compliance with the rhythm and the split by areas look back: 84.
    pub compliance_days: i32,
    /// A move with less than so many hours of notice is late: 2.
    pub late_notice_hours: i64,
    /// The smallest group of people of which numbers are shown to others than their leader: 5.
    pub group: usize,
    /// How many of the last meetings a topic is looked for in: 5.
    pub topic_meetings: usize,
    /// In how many of them it must have come up: 3.
    pub topic_mentions: usize,
    /// Or how many days ago it must have come up first: 56.
    pub topic_days: i32,
    /// From how many entries on a mood has a direction: 3.
    pub mood_entries: usize,
    /// Of how many entries the mean is compared with that of as many before: 4.
    pub mood_mean_entries: usize,
    /// The smallest gain of a figure that is worth naming, in points of a percentage or score, in percent of a time or count: 1.
    pub notable_gain: Decimal,
    /// How many good things a preparation begins with: 2.
    pub positives: usize,
    /// How many numbers below their target it names at most: 2.
    pub below_target: usize,
    /// In how many of the last meetings a question must not have been asked, to be proposed: 3.
    pub question_meetings: usize,
    /// In how many of the last meetings somebody must have brought nothing, to be a sign: 3.
    pub sign_meetings: usize,
    /// How many moves of meetings are a sign: 2.
    pub sign_moves: usize,
    /// How many signs together are worth a conversation: 2.
    pub signs: usize,
    /// How many days before its day something that is due before the next meeting is in today's list: 1.
    pub remind_days: i32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            cadence_days: 14,
            amber_tenths: 15,
            window_days: 28,
            stop_minutes: 3,
            feedback_minutes: 2,
            review_minutes: 5,
            meeting_minutes: 30,
            low_share_red: 700,
            low_share_amber: 550,
            low_ratio_red: 25,
            low_ratio_amber: 18,
            no_contact_days: 14,
            problem_contacts: 3,
            compliance_days: 84,
            late_notice_hours: 2,
            group: 5,
            topic_meetings: 5,
            topic_mentions: 3,
            topic_days: 56,
            mood_entries: 3,
            mood_mean_entries: 4,
            notable_gain: Decimal::whole(1),
            positives: 2,
            below_target: 2,
            question_meetings: 3,
            sign_meetings: 3,
            sign_moves: 2,
            signs: 2,
            remind_days: 1,
        }
    }
}
