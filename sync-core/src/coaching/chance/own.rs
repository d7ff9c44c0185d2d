//! Owns random verbs on what leaders think for themselves.

use super::Act;
use crate::coaching::manager_reflection;
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
