//! Owns random verbs on what somebody notes alone: how they are, and what a leader thinks for themselves.

use super::Act;
use crate::coaching::barometer::{self, Level, NewEntry};
use crate::coaching::manager_reflection;
use crate::coaching::private_log::{self, NewPrivateNote};
use crate::coaching::tier_note::{self, Diagnosis, Month, Tier, TierText};
use crate::document::{Edit, EditError};

pub(super) fn weigh(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let month = Month::ALL[usize::from(act.n % 3)];
    match act.verb % 5 {
        0 => tier_note::set_tier(edit, month, act.at.is_multiple_of(2).then_some(Tier::Steady)),
        1 => tier_note::set_diagnosis(edit, month, Some(Diagnosis::NotKnown)),
        2 => tier_note::set_tier_review(edit, month, act.day().filter(|_| act.at > 64)),
        _ => {
            let text = TierText::ALL[usize::from(act.at % 3)];
            tier_note::edit_tier_text(edit, (month, text), &act.splice())
        }
    }
}

pub(super) fn reflect(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let thought = act.item(edit, "entries");
    match act.verb % 5 {
        0 | 1 => manager_reflection::add_thought(edit, &act.text).map(drop),
        2 => manager_reflection::edit_thought(edit, thought, &act.splice()),
        3 => manager_reflection::remove_thought(edit, thought),
        _ => manager_reflection::restore_thought(edit, thought),
    }
}

pub(super) fn say_how_one_is(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let (id, level) = (act.item(edit, "entries"), Level::new(1 + act.at % 5).unwrap());
    match act.verb % 6 {
        0 | 1 => {
            let load = act.n.is_multiple_of(2).then_some(level);
            barometer::add_entry(edit, &NewEntry { mood: level, load, note: act.text.clone() }).map(drop)
        }
        2 => barometer::set_mood(edit, id, level),
        3 => barometer::edit_entry(edit, id, &act.splice()),
        4 => barometer::remove_entry(edit, id),
        _ => barometer::restore_entry(edit, id),
    }
}

pub(super) fn remember(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let (note, waits) = (act.item(edit, "entries"), act.item(edit, "inbox"));
    match act.verb % 9 {
        0 | 1 => {
            let new = NewPrivateNote { text: act.text.clone(), tags: vec!["family".into()] };
            private_log::add_private_note(edit, &new).map(drop)
        }
        2 => private_log::edit_private_note(edit, note, &act.splice()),
        3 => private_log::tag_private_note(edit, note, &act.text),
        4 => private_log::remove_private_note(edit, note),
        5 => private_log::add_to_raise(edit, &act.text).map(drop),
        6 => private_log::set_raised(edit, waits, act.n.is_multiple_of(2)),
        7 => private_log::edit_to_raise(edit, waits, &act.splice()),
        _ => private_log::remove_to_raise(edit, waits),
    }
}
