use super::*;
use crate::coaching::ack::Standing;
use crate::coaching::item::Area;
use crate::coaching::slot::Slot;
use crate::document::fixture::{Phone, day, person, sync, this_year, two_phones};
use crate::document::Document;
use crate::ids::DocId;

fn maria_and_andrei() -> (Phone, Phone) {
    two_phones("partnership", &this_year())
}

fn seen(phone: &Phone) -> PartnershipView {
    view(Document::of(&phone.doc))
}

fn something(text: &str) -> NewBacklogItem {
    NewBacklogItem { text: text.into(), kind: BacklogKind::Topic, area: None, before_next: false }
}

fn every(rhythm: Rhythm, first: &str) -> Cadence {
    Cadence { rhythm, first: Slot::parse(first).unwrap(), minutes: Some(45), place: Some("Sala 2".into()) }
}

fn planned(phone: &Phone) -> Vec<Slot> {
    let cadence = seen(phone).cadence;
    let (rhythm, first) = (cadence.rhythm.unwrap(), cadence.first.unwrap());
    occurrences(rhythm, first, day("2026-03-01"), day("2026-04-01")).collect()
}

#[test]
fn r18_another_rhythm_gives_both_phones_the_same_meetings() {
    let (mut maria, mut andrei) = maria_and_andrei();
    maria.edit(|edit| set_cadence(edit, &every(Rhythm::Weekly, "2026-03-04T10:00")));
    sync(&mut maria, &mut andrei);
    assert_eq!(planned(&andrei).len(), 4);

    andrei.edit(|edit| set_cadence(edit, &every(Rhythm::TwoWeekly, "2026-03-04T10:00")));
    sync(&mut maria, &mut andrei);
    let expected = ["2026-03-04T10:00", "2026-03-18T10:00"].map(|text| Slot::parse(text).unwrap());
    assert_eq!(planned(&maria), expected);
    assert_eq!(seen(&maria), seen(&andrei));
}

#[test]
fn r18_two_rhythms_wait_for_somebody_to_settle_them_and_until_then_nobody_is_met_less_often() {
    let (mut maria, mut andrei) = maria_and_andrei();
    maria.edit(|edit| set_cadence(edit, &every(Rhythm::FourWeekly, "2026-03-04T10:00")));
    andrei.edit(|edit| set_cadence(edit, &every(Rhythm::Weekly, "2026-03-04T10:00")));
    sync(&mut maria, &mut andrei);
    assert_eq!(seen(&maria).cadence.rhythm, Some(Rhythm::Weekly));
    assert_eq!(seen(&maria).conflicts.len(), 1);
    let too_long = Cadence { minutes: Some(600), ..every(Rhythm::Weekly, "2026-03-04") };
    assert!(maria.try_edit(|edit| set_cadence(edit, &too_long)).is_err());
}

#[test]
fn r24_what_cannot_wait_tells_since_when() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let id = andrei.edit(|edit| add_backlog(edit, &something("program de sâmbătă")));
    let flagged_at = andrei.now;
    andrei.edit(|edit| set_before_next(edit, id, true));
    andrei.now = andrei.now.plus_ms(60_000);
    andrei.edit(|edit| set_before_next(edit, id, true));
    sync(&mut maria, &mut andrei);
    assert_eq!(seen(&maria).backlog[0].before_next, Some(flagged_at));
    maria.edit(|edit| set_before_next(edit, id, false));
    sync(&mut maria, &mut andrei);
    assert_eq!(seen(&andrei).backlog[0].before_next, None);
}

#[test]
fn r26_a_contract_that_expects_nothing_of_the_leader_cannot_be_agreed() {
    let (mut maria, mut andrei) = maria_and_andrei();
    maria.edit(|edit| edit_term(edit, Term::ExpectOfAgent, &Splice::insert(0, "vino pregătit")));
    assert!(maria.try_edit(agree).is_err());
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| edit_term(edit, Term::ExpectOfManager, &Splice::insert(0, "说到做到")));
    sync(&mut maria, &mut andrei);
    maria.edit(agree);
    andrei.edit(agree);
    sync(&mut maria, &mut andrei);
    let standing = |phone: &Phone| seen(phone).contract.acks.iter().map(|ack| ack.standing).collect::<Vec<_>>();
    assert_eq!(standing(&andrei), [Standing::Current; 2]);

    andrei.edit(|edit| add_backlog(edit, &something("a new headset")));
    andrei.edit(|edit| edit_about_me(edit, &Splice::insert(0, "I run.")));
    assert_eq!(standing(&andrei), [Standing::Current; 2], "the rest of the document is no part of it");
    andrei.edit(|edit| set_review_day(edit, Some(day("2026-06-30"))));
    assert_eq!(standing(&andrei), [Standing::BeforeChanges { count: 1 }; 2]);
}

#[test]
fn r27_what_to_bring_is_listed_in_order() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let numbers = maria.edit(|edit| add_to_bring(edit, "the week's numbers"));
    maria.edit(|edit| add_to_bring(edit, "one call to listen to"));
    maria.edit(|edit| remove_to_bring(edit, numbers));
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| restore_to_bring(edit, numbers));
    let listed: Vec<_> = seen(&andrei).bring_list.into_iter().map(|item| item.what).collect();
    assert_eq!(listed, ["the week's numbers", "one call to listen to"]);
    assert!(seen(&andrei).bring_list.iter().all(|item| item.removed.is_none()));
}

#[test]
fn r29_three_things_of_each_are_six_in_the_same_order_and_none_twice() {
    let (mut maria, mut andrei) = maria_and_andrei();
    for n in 0..3 {
        maria.edit(|edit| add_backlog(edit, &something(&format!("M{n}"))));
        andrei.edit(|edit| add_backlog(edit, &something(&format!("A{n}"))));
    }
    sync(&mut maria, &mut andrei);
    let listed = |phone: &Phone| seen(phone).backlog.into_iter().map(|item| item.text).collect::<Vec<_>>();
    assert_eq!(listed(&maria), listed(&andrei));
    let mut all = listed(&maria);
    all.sort();
    assert_eq!(all, ["A0", "A1", "A2", "M0", "M1", "M2"]);
}

#[test]
fn r29_what_both_bring_to_the_same_meeting_is_on_its_agenda_once() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let id = maria.edit(|edit| add_backlog(edit, &something("the queue on Mondays")));
    sync(&mut maria, &mut andrei);
    let wednesdays = DocId::from_bytes([5; 16]);
    maria.edit(|edit| bring_backlog(edit, id, wednesdays));
    andrei.edit(|edit| bring_backlog(edit, id, wednesdays));
    sync(&mut maria, &mut andrei);
    assert_eq!(seen(&maria).backlog[0].brought_to, [wednesdays]);
    assert_eq!(seen(&maria).conflicts, [], "when it was brought is nothing to settle");
    assert_eq!(seen(&maria), seen(&andrei));
}

#[test]
fn r109_a_thing_to_talk_about_says_what_part_of_the_work_it_is_about() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let id = maria.edit(|edit| add_backlog(edit, &something("two screens")));
    maria.edit(|edit| set_backlog_area(edit, id, Some(Area::Process)));
    maria.edit(|edit| set_backlog_kind(edit, id, BacklogKind::Request));
    maria.edit(|edit| edit_backlog(edit, id, &Splice::insert(11, " for all")));
    sync(&mut maria, &mut andrei);
    let entry = &seen(&andrei).backlog[0];
    assert_eq!((entry.area, entry.kind), (Some(Area::Process), BacklogKind::Request));
    assert_eq!((entry.text.as_str(), entry.by), ("two screens for all", Some(person(1))));
}

#[test]
fn r112_what_the_agent_takes_out_of_about_me_is_gone_from_the_leaders_screen() {
    let (mut maria, mut andrei) = maria_and_andrei();
    andrei.edit(|edit| edit_about_me(edit, &Splice::insert(0, "Am doi copii. Alerg.")));
    sync(&mut maria, &mut andrei);
    assert_eq!(seen(&maria).about_me.text, "Am doi copii. Alerg.");
    andrei.edit(|edit| edit_about_me(edit, &Splice { at: 0, delete: 14, insert: String::new() }));
    sync(&mut maria, &mut andrei);
    assert_eq!(seen(&maria).about_me.text, "Alerg.");
}
