use super::*;
use crate::coaching::{wellbeing_log, wellbeing_private};
use crate::document::fixture::{Phone, day, person, sync, this_quarter, two_phones};
use crate::ids::{AudienceId, OrgId, TenureId};
use crate::key::Subject;

fn level(number: u8) -> Level {
    Level::new(number).unwrap()
}

fn tired() -> NewEntry {
    NewEntry { mood: level(2), load: Some(level(5)), note: "trei ture la rând, 很累".into() }
}

fn entries_of(phone: &Phone) -> Vec<EntryView> {
    view(Document::of(&phone.doc)).entries
}

#[test]
fn r34_what_an_agent_shares_is_read_by_the_pair_and_what_they_keep_by_nobody_else() {
    let (org, quarter) = (OrgId::from_bytes([1; 16]), day("2026-03-18").quarter());
    let pair = TenureId::from_bytes([7; 16]);
    let shared = wellbeing_log::key(pair, quarter).subject;
    let kept = wellbeing_private::key(person(2), quarter).subject;
    assert_eq!(AudienceId::of(org, &shared), AudienceId::of(org, &Subject::Tenure(pair)));
    assert_eq!(AudienceId::of(org, &kept), AudienceId::of(org, &Subject::Person(person(2))));
}

#[test]
fn r34_an_entry_says_how_somebody_is_and_stays_when_their_other_phone_adds_one() {
    let (mut phone, mut tablet) = two_phones("wellbeing_log", &this_quarter());
    phone.edit(|edit| add_entry(edit, &tired()));
    let calm = NewEntry { mood: level(4), load: None, note: String::new() };
    tablet.edit(|edit| add_entry(edit, &calm));
    sync(&mut phone, &mut tablet);
    assert_eq!(entries_of(&phone), entries_of(&tablet));
    let mut moods: Vec<_> = entries_of(&phone).iter().map(|entry| entry.mood.unwrap().number()).collect();
    moods.sort_unstable();
    assert_eq!(moods, [2, 4]);
    let entry = entries_of(&phone).into_iter().find(|entry| entry.mood == Some(level(2))).unwrap();
    assert_eq!((entry.load, entry.note.as_str()), (Some(level(5)), "trei ture la rând, 很累"));
    assert_eq!(entry.at, Some(phone.now));
}

#[test]
fn while_two_phones_disagree_the_lower_mood_and_the_higher_load_are_shown() {
    let (mut phone, mut tablet) = two_phones("wellbeing_log", &this_quarter());
    let id = phone.edit(|edit| add_entry(edit, &tired()));
    sync(&mut phone, &mut tablet);
    phone.edit(|edit| set_mood(edit, id, level(3)));
    tablet.edit(|edit| set_mood(edit, id, level(1)));
    phone.edit(|edit| set_load(edit, id, None));
    sync(&mut phone, &mut tablet);
    let seen = view(Document::of(&phone.doc));
    assert_eq!((seen.entries[0].mood, seen.entries[0].load), (Some(level(1)), None));
    assert_eq!(seen.conflicts.len(), 1);
    assert_eq!(summarise(Document::of(&phone.doc)).conflicts, 1);
}

#[test]
fn a_removed_entry_is_not_counted_and_comes_back_with_its_words() {
    let mut phone = Phone::new(1, "wellbeing_log", &this_quarter());
    let id = phone.edit(|edit| add_entry(edit, &tired()));
    phone.edit(|edit| remove_entry(edit, id));
    assert_eq!(summarise(Document::of(&phone.doc)).items, 0);
    phone.edit(|edit| restore_entry(edit, id));
    phone.edit(|edit| edit_entry(edit, id, &Splice::insert(0, "azi: ")));
    assert_eq!(entries_of(&phone)[0].note, "azi: trei ture la rând, 很累");
    assert_eq!(summarise(Document::of(&phone.doc)).items, 1);
}

#[test]
fn a_level_is_on_the_scale_or_none() {
    assert_eq!([0, 1, 5, 6].map(|number| Level::new(number).is_some()), [false, true, true, false]);
    assert_eq!(Level::from_value(&Value::Number(257)), None);
}
