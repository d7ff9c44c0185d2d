//! Owns which meetings of a pair were held, how long, and which one is next.

use super::facts::MeetingFacts;
use super::shelf::{Pair, Shelf};
use crate::coaching::meeting::{MeetingKind, Slot};
use crate::coaching::partnership::{Rhythm, occurrences};
use crate::coaching::team_policy::{Every, Practice};
use crate::ids::DocId;
use crate::key::Part;
use crate::time::{Day, Timestamp};
use serde::Serialize;

/// A meeting longer than this was never ended on the phone.
const LONGEST_MS: i64 = 12 * 60 * 60 * 1000;
const MINUTE_MS: i64 = 60 * 1000;

/// A meeting that was held.
#[derive(Clone, Copy)]
pub(super) struct Talk<'a> {
    pub doc: DocId,
    /// When it was over, or began if nobody ended it.
    pub at: Timestamp,
    pub day: Day,
    pub minutes: u32,
    pub facts: &'a MeetingFacts,
}

/// The next meeting of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Next {
    /// When.
    pub slot: Slot,
    /// Its document; none while it only follows from the rhythm.
    pub doc: Option<DocId>,
}

/// How often a pair meets.
#[derive(Clone, Copy)]
pub(super) struct Agreed {
    pub rhythm: Rhythm,
    pub first: Slot,
}

impl Talk<'_> {
    /// Whether the two talked about how it goes, and not about goals or plans alone.
    pub(super) fn is_one_on_one(&self) -> bool {
        is_one_on_one(self.facts.kind)
    }
}

/// The period of a meeting reaches half a rhythm to each side, so that periods neither overlap nor leave a gap: whether it was moved
/// to an earlier or a later day, it counts for itself.
pub(super) fn is_in_period(day: Day, of: Slot, rhythm: Rhythm) -> bool {
    let before = (rhythm.days() - 1) / 2;
    (-before..rhythm.days() - before).contains(&day.days_since(of.day))
}

pub(super) const fn is_one_on_one(kind: MeetingKind) -> bool {
    match kind {
        MeetingKind::OneOnOne | MeetingKind::KickOff | MeetingKind::Coaching => true,
        MeetingKind::MonthlyGoals
        | MeetingKind::PlanReview
        | MeetingKind::TeamDataReview
        | MeetingKind::GroupCoaching => false,
    }
}

/// The meetings of a pair that were held, oldest first. One that somebody says was not held was not: the less finished state.
pub(super) fn talks<'a>(shelf: &Shelf<'a>, pair: &Pair) -> Vec<Talk<'a>> {
    let held = shelf.shared(pair).meetings.iter().filter(|(_, facts)| facts.not_held.is_none());
    let mut talks: Vec<_> = held.filter_map(|(known, facts)| talk(shelf, known.doc, facts)).collect();
    talks.sort_by_key(|talk| (talk.at, talk.doc));
    talks
}

fn talk<'a>(shelf: &Shelf<'a>, doc: DocId, facts: &'a MeetingFacts) -> Option<Talk<'a>> {
    let at = facts.end.or(facts.start)?;
    let minutes = minutes(facts).unwrap_or(shelf.input.thresholds.meeting_minutes);
    Some(Talk { doc, at, day: shelf.past_day(Some(at))?, minutes, facts })
}

/// How long a meeting took; none if nobody knows.
fn minutes(facts: &MeetingFacts) -> Option<u32> {
    let took = facts.end?.ms_since(facts.start?);
    (0..=LONGEST_MS).contains(&took).then(|| u32::try_from(took / MINUTE_MS).unwrap_or(0))
}

/// How often a pair meets, as of this day: what they agreed last, this year or before.
pub(super) fn agreed(shelf: &Shelf<'_>, pair: &Pair) -> Option<Agreed> {
    let this_year = shelf.input.as_of.year();
    let partnerships = shelf.shared(pair).partnerships.iter();
    let of_year = partnerships.filter_map(|(known, facts)| match known.key.part {
        Part::Year(year) if year <= this_year => {
            Some((year, Agreed { rhythm: facts.rhythm?, first: facts.first? }))
        }
        Part::Year(_)
        | Part::Day(_)
        | Part::Random(_)
        | Part::Quarter(_)
        | Part::PersonInQuarter(..)
        | Part::Whole => None,
    });
    of_year.max_by_key(|(year, _)| *year).map(|(_, agreed)| agreed)
}

/// Days from one 1:1 to the next: as the two agreed, or else as their team does it.
pub(super) fn cadence_days(shelf: &Shelf<'_>, pair: &Pair) -> i32 {
    let agreed = agreed(shelf, pair).map(|agreed| agreed.rhythm.days());
    let of_team = || shelf.every(pair, Practice::OneOnOne).map(Every::days);
    agreed.or_else(of_team).unwrap_or(shelf.input.thresholds.cadence_days)
}

/// The next meeting: the first one that is planned from today on, or else the first that follows from the rhythm.
pub(super) fn next(shelf: &Shelf<'_>, pair: &Pair) -> Option<Next> {
    let today = shelf.input.as_of;
    let is_ahead = |facts: &MeetingFacts| facts.end.is_none() && facts.not_held.is_none();
    let planned = shelf.shared(pair).meetings.iter().filter(|(_, facts)| is_ahead(facts)).filter_map(
        |(known, facts)| {
            let slot = facts.planned.filter(|slot| slot.day >= today)?;
            Some(Next { slot, doc: Some(known.doc) })
        },
    );
    planned.min().or_else(|| {
        let agreed = agreed(shelf, pair)?;
        let until = today.max(agreed.first.day).plus_days(agreed.rhythm.days() + 1)?;
        let mut ahead = occurrences(agreed.rhythm, agreed.first, today, until);
        ahead.next().map(|slot| Next { slot, doc: None })
    })
}
