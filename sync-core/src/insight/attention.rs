//! Owns how a leader's time is spread over those they lead: by level, by person, and whether it takes a problem to get any. It talks
//! about the leader's time, and says nothing about a person.

use super::contact::{Contact, Reason, contacts};
use super::scale::{Colour, Group, count, per_mille};
use super::shelf::{Pair, Shelf};
use super::thresholds::Thresholds;
use crate::coaching::tier_note::Tier;
use crate::ids::{PersonId, TenureId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// How the viewer's time is spread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// How the time of a team's leader is spread, for who leads the leaders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamAttention {
    /// The share of the time that those who need help get, in thousandths.
    pub low_share: Option<u32>,
    /// What colour that is.
    pub colour: Option<Colour>,
    /// With how many there was no contact for long.
    pub without_contact: u32,
    /// Which share of the contacts was not about a problem, in thousandths.
    pub not_about_problems_share: Option<u32>,
}

/// In the order that screens show.
const LEVELS: [Option<Tier>; 4] = [Some(Tier::High), Some(Tier::Steady), Some(Tier::Low), None];

/// How the viewer's time is spread over those they lead.
pub fn attention(shelf: &Shelf<'_>) -> Attention {
    let thresholds = shelf.input.thresholds;
    let by_pair: Vec<(&Pair, Vec<Contact>)> = shelf.led().map(|pair| (pair, contacts(shelf, pair))).collect();
    let people: Vec<_> =
        by_pair.iter().map(|(pair, contacts)| person_attention(shelf, pair, contacts)).collect();
    let levels = LEVELS.map(|tier| level_share(&people, tier));
    let lately = by_pair.iter().flat_map(|(_, contacts)| contacts.iter());
    let lately: Vec<_> =
        lately.filter(|contact| shelf.is_within(contact.day, thresholds.window_days)).collect();
    let other = count(lately.iter().filter(|contact| contact.reason != Reason::Problem));
    let forgotten = people.iter().filter(|person| person.days_without >= thresholds.no_contact_days);
    Attention {
        days: thresholds.window_days,
        without_contact: forgotten.map(|person| person.person).collect(),
        colour: colour(&levels, thresholds),
        contacts: count(&lately),
        not_about_problems: other,
        not_about_problems_share: per_mille(other, count(&lately)),
        levels: levels.into(),
        people,
    }
}

/// The same for who leads the leaders, if the team is large enough: no levels and no names.
pub fn attention_of_team(shelf: &Shelf<'_>) -> Group<TeamAttention> {
    let seen = attention(shelf);
    let low = seen.levels.iter().find(|level| level.tier == Some(Tier::Low));
    let numbers = TeamAttention {
        low_share: low.and_then(|low| low.time_share),
        colour: seen.colour,
        without_contact: count(&seen.without_contact),
        not_about_problems_share: seen.not_about_problems_share,
    };
    Group::of(seen.people.len(), shelf.input.thresholds.group, numbers)
}

fn person_attention(shelf: &Shelf<'_>, pair: &Pair, contacts: &[Contact]) -> PersonAttention {
    let lately =
        contacts.iter().filter(|contact| shelf.is_within(contact.day, shelf.input.thresholds.window_days));
    let last_contact = contacts.iter().map(|contact| contact.day).max();
    PersonAttention {
        tenure: pair.tenure,
        person: pair.agent,
        tier: tier(shelf, pair.agent),
        minutes: lately.fold(0, |sum: u32, contact| sum.saturating_add(contact.minutes)),
        last_contact,
        days_without: shelf.days_since(last_contact.unwrap_or(pair.since())),
    }
}

/// What the viewer decided last about this person, this month or before.
fn tier(shelf: &Shelf<'_>, person: PersonId) -> Option<Tier> {
    let today = shelf.input.as_of;
    let this_month = (today.quarter(), today.month_of_quarter());
    let decided = shelf.tier_notes(person).flat_map(|(_, quarter, note)| {
        let months = note.months.iter().enumerate();
        months.filter_map(move |(number, month)| Some(((quarter, number), month.tier?)))
    });
    let until_now = decided.filter(|(month, _)| *month <= this_month);
    until_now.max_by_key(|(month, _)| *month).map(|(_, tier)| tier)
}

fn level_share(people: &[PersonAttention], tier: Option<Tier>) -> LevelShare {
    let of_level = || people.iter().filter(|person| person.tier == tier);
    let minutes = total(of_level());
    let (all_minutes, heads, all_heads) = (total(people), count(of_level()), count(people));
    let ratio = u64::from(minutes) * u64::from(all_heads) * 10;
    let ratio = ratio.checked_div(u64::from(heads) * u64::from(all_minutes));
    LevelShare {
        tier,
        people: heads,
        minutes,
        time_share: per_mille(minutes, all_minutes),
        head_share: per_mille(heads, all_heads),
        ratio_tenths: ratio.map(|ratio| u32::try_from(ratio).unwrap_or(u32::MAX)),
    }
}

fn total<'a>(people: impl IntoIterator<Item = &'a PersonAttention>) -> u32 {
    people.into_iter().fold(0, |sum: u32, person| sum.saturating_add(person.minutes))
}

/// By the numbers that are shown. As they are cut and not rounded up, "at least" holds for them exactly when it holds for what
/// they were cut from.
fn colour(levels: &[LevelShare], thresholds: &Thresholds) -> Option<Colour> {
    let low = levels.iter().find(|level| level.tier == Some(Tier::Low))?;
    let (share, ratio) = (low.time_share?, low.ratio_tenths.unwrap_or(0));
    Some(match (share, ratio) {
        _ if share >= thresholds.low_share_red || ratio >= thresholds.low_ratio_red => Colour::Red,
        _ if share >= thresholds.low_share_amber || ratio >= thresholds.low_ratio_amber => Colour::Amber,
        _ => Colour::Green,
    })
}

#[cfg(test)]
mod tests;
