use super::*;
use crate::document::fixture::{Phone, about_andrei, day, person, sync, two_phones};
use crate::ids::{AudienceId, OrgId};

fn months(phone: &Phone) -> Vec<MonthView> {
    view(Document::of(&phone.doc)).months
}

#[test]
fn r57_what_a_leader_thinks_of_somebody_is_the_leaders_alone() {
    let org = OrgId::from_bytes([1; 16]);
    let key = key(person(1), person(2), day("2026-03-18").quarter());
    assert_eq!(AudienceId::of(org, &key.subject), AudienceId::of(org, &Subject::Person(person(1))));
    assert_eq!(key, about_andrei());
}

#[test]
fn r57_each_month_has_its_own_level_reasons_and_next_review() {
    let mut maria = Phone::new(1, "tier_note", &about_andrei());
    maria.edit(|edit| set_tier(edit, Month::First, Some(Tier::Steady)));
    maria.edit(|edit| set_tier(edit, Month::Third, Some(Tier::High)));
    maria.edit(|edit| set_tier_review(edit, Month::Third, Some(day("2026-04-10"))));
    let reasons = (Month::Third, TierText::Reasons);
    maria.edit(|edit| edit_tier_text(edit, reasons, &Splice::insert(0, "a învățat singur CRM-ul")));
    let seen = months(&maria);
    assert_eq!(seen.iter().map(|month| month.tier).collect::<Vec<_>>(), [Some(Tier::Steady), None, Some(Tier::High)]);
    assert_eq!((seen[2].review_on, seen[2].texts[0].text.text.as_str()), (Some(day("2026-04-10")), "a învățat singur CRM-ul"));
    maria.edit(|edit| set_tier(edit, Month::First, None));
    assert_eq!(months(&maria)[0].tier, None);
}

#[test]
fn r57_lists_show_no_level() {
    let mut maria = Phone::new(1, "tier_note", &about_andrei());
    maria.edit(|edit| set_tier(edit, Month::First, Some(Tier::Low)));
    maria.edit(|edit| set_tier_review(edit, Month::First, Some(day("2026-02-10"))));
    let shown = summarise(Document::of(&maria.doc));
    assert_eq!(shown, Summary { day: Some(day("2026-02-10")), ..Summary::default() });
}

#[test]
fn r59_it_may_not_be_known_whether_it_is_skill_or_will() {
    let mut maria = Phone::new(1, "tier_note", &about_andrei());
    maria.edit(|edit| set_diagnosis(edit, Month::Second, Some(Diagnosis::NotKnown)));
    let change = (Month::Second, TierText::ChangeMind);
    maria.edit(|edit| edit_tier_text(edit, change, &Splice::insert(0, "two calls without a transfer")));
    let month = &months(&maria)[1];
    assert_eq!(month.diagnosis, Some(Diagnosis::NotKnown));
    assert_eq!(month.texts[2].text.text, "two calls without a transfer");
}

#[test]
fn what_two_phones_of_one_leader_write_offline_about_a_month_both_stays() {
    let (mut phone, mut tablet) = two_phones("tier_note", &about_andrei());
    let evidence = (Month::First, TierText::Evidence);
    phone.edit(|edit| edit_tier_text(edit, evidence, &Splice::insert(0, "calm. ")));
    tablet.edit(|edit| edit_tier_text(edit, evidence, &Splice::insert(0, "准时. ")));
    phone.edit(|edit| set_tier(edit, Month::First, Some(Tier::High)));
    tablet.edit(|edit| set_tier(edit, Month::First, Some(Tier::Steady)));
    sync(&mut phone, &mut tablet);
    assert_eq!(months(&phone), months(&tablet));
    let text = &months(&phone)[0].texts[1].text.text;
    assert!(text.contains("calm. ") && text.contains("准时. "), "{text}");
    assert_eq!(view(Document::of(&phone.doc)).conflicts.len(), 1);
}

#[test]
fn each_day_is_in_one_month_of_its_quarter() {
    let of = |text| Month::of(day(text));
    assert_eq!(["2026-01-31", "2026-02-01", "2026-03-31"].map(of), Month::ALL);
    assert_eq!(["2026-10-01", "2026-11-30", "2026-12-31"].map(of), Month::ALL);
}
