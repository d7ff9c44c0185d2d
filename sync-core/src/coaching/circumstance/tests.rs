use super::*;
use crate::document::fixture::{Phone, a_plan, day, sync, two_phones};

const LONGER: Amount = Amount(480_000);

fn maria_and_andrei() -> (Phone, Phone) {
    two_phones("circumstance", &a_plan())
}

fn shown(phone: &Phone) -> CircumstanceView {
    view(Document::of(&phone.doc))
}

fn handle_time() -> Measured {
    Measured::Kpi { name: "handle_time".into() }
}

fn three_weeks() -> Period {
    Period { from: day("2026-03-02"), until: day("2026-03-22") }
}

#[test]
fn r17_a_target_is_different_for_three_weeks_and_then_as_before_without_anybody_doing_anything() {
    let (mut maria, mut andrei) = maria_and_andrei();
    maria.edit(|edit| set_period(edit, three_weeks()));
    let id = maria.edit(|edit| add_exception(edit, &handle_time(), LONGER));
    sync(&mut maria, &mut andrei);
    let on = |text: &str| shown(&andrei).target_on(&handle_time(), day(text));
    assert_eq!([on("2026-03-01"), on("2026-03-02")], [None, Some(LONGER)]);
    assert_eq!([on("2026-03-22"), on("2026-03-23")], [Some(LONGER), None]);
    assert_eq!(shown(&andrei).target_on(&Measured::Kpi { name: "csat".into() }, day("2026-03-10")), None);

    andrei.edit(|edit| remove_exception(edit, id));
    assert_eq!(shown(&andrei).target_on(&handle_time(), day("2026-03-10")), None);
}

#[test]
fn r17_while_two_ends_stand_the_exception_is_no_longer_than_both_want() {
    let (mut maria, mut andrei) = maria_and_andrei();
    maria.edit(|edit| set_period(edit, three_weeks()));
    sync(&mut maria, &mut andrei);
    maria.edit(|edit| set_period(edit, Period { from: day("2026-03-03"), until: day("2026-03-15") }));
    andrei.edit(|edit| set_period(edit, Period { from: day("2026-03-04"), until: day("2026-03-29") }));
    sync(&mut maria, &mut andrei);
    let seen = shown(&maria);
    assert_eq!(seen.period, Some(Period { from: day("2026-03-04"), until: day("2026-03-15") }));
    assert_eq!(seen.conflicts.len(), 2);
}

#[test]
fn r17_a_reason_may_stay_empty_and_is_in_no_list() {
    let (mut maria, _) = maria_and_andrei();
    maria.edit(|edit| set_period(edit, three_weeks()));
    let without = summarise(Document::of(&maria.doc));
    maria.edit(|edit| edit_reason(edit, &Splice::insert(0, "his father")));
    assert_eq!(summarise(Document::of(&maria.doc)), without);
    assert_eq!(without, Summary { day: Some(day("2026-03-22")), ..Summary::default() });
    assert_eq!(shown(&maria).reason.text, "his father");
}

#[test]
fn r17_nothing_ends_before_it_begins() {
    let (mut maria, _) = maria_and_andrei();
    let backwards = Period { from: day("2026-03-22"), until: day("2026-03-02") };
    let refused = maria.try_edit(|edit| set_period(edit, backwards));
    assert!(matches!(refused, Err(EditError::Impossible { field: "end" })));
    let arrangement = NewArrangement { what: "from home".into(), period: backwards };
    let refused = maria.try_edit(|edit| add_arrangement(edit, &arrangement));
    assert!(matches!(refused, Err(EditError::Impossible { field: "end" })));
}

#[test]
fn r95_working_from_home_is_arranged_for_a_while() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let arrangement = NewArrangement { what: "de acasă".into(), period: three_weeks() };
    let id = andrei.edit(|edit| add_arrangement(edit, &arrangement));
    andrei.edit(|edit| set_arrangement_until(edit, id, day("2026-03-29")));
    sync(&mut maria, &mut andrei);
    let seen = &shown(&maria).arrangements[0];
    assert_eq!((seen.what.as_str(), seen.from, seen.until), ("de acasă", Some(day("2026-03-02")), Some(day("2026-03-29"))));
}

#[test]
fn r96_whether_support_was_taken_is_not_said_until_somebody_says_it_and_while_they_disagree() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let id = maria.edit(|edit| offer_support(edit, SupportKind::Counselling, day("2026-03-03")));
    sync(&mut maria, &mut andrei);
    let taken = |phone: &Phone| shown(phone).support[0].taken;
    assert_eq!(taken(&maria), Taken::NotSaid);
    maria.edit(|edit| set_support_taken(edit, id, Taken::Yes));
    assert_eq!(taken(&maria), Taken::Yes);
    andrei.edit(|edit| set_support_taken(edit, id, Taken::No));
    sync(&mut maria, &mut andrei);
    assert_eq!((taken(&maria), taken(&andrei)), (Taken::NotSaid, Taken::NotSaid));
}

#[test]
fn r17_an_hr_partner_is_shown_it_when_one_of_the_two_says_so_and_neither_says_otherwise() {
    let (mut maria, mut andrei) = maria_and_andrei();
    assert!(!shown(&maria).is_shared_with_hr);
    andrei.edit(|edit| share_with_hr(edit, true));
    sync(&mut maria, &mut andrei);
    assert!(shown(&maria).is_shared_with_hr);

    maria.edit(|edit| share_with_hr(edit, false));
    andrei.edit(|edit| share_with_hr(edit, false));
    andrei.edit(|edit| share_with_hr(edit, true));
    sync(&mut maria, &mut andrei);
    let seen = shown(&andrei);
    assert_eq!((seen.is_shared_with_hr, seen.conflicts.len()), (false, 1));
}
