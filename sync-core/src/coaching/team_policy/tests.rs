use super::*;
use crate::document::fixture::{Phone, sync, the_team, two_phones};

fn maria_and_head() -> (Phone, Phone) {
    two_phones("team_policy", &the_team())
}

fn shown(phone: &Phone) -> TeamPolicyView {
    view(Document::of(&phone.doc))
}

fn every(phone: &Phone, practice: Practice) -> (Every, bool) {
    let rhythms = shown(phone).rhythms;
    let found = rhythms.iter().find(|rhythm| rhythm.practice == practice).unwrap();
    (found.every, found.is_own)
}

#[test]
fn r19_a_team_that_has_said_nothing_does_everything_as_often_as_is_usual() {
    let (mut maria, _) = maria_and_head();
    assert_eq!(every(&maria, Practice::OneOnOne), (Every::TwoWeeks, false));
    assert_eq!(every(&maria, Practice::MonthlyGoals), (Every::Month, false));
    assert_eq!(every(&maria, Practice::Evaluation), (Every::Quarter, false));
    maria.edit(|edit| set_rhythm(edit, Practice::OneOnOne, Some(Every::Week)));
    assert_eq!(every(&maria, Practice::OneOnOne), (Every::Week, true));
    maria.edit(|edit| set_rhythm(edit, Practice::OneOnOne, None));
    assert_eq!(every(&maria, Practice::OneOnOne), (Every::TwoWeeks, false));
}

#[test]
fn r19_two_who_say_different_rhythms_meet_more_often_until_they_settle() {
    let (mut maria, mut head) = maria_and_head();
    maria.edit(|edit| set_rhythm(edit, Practice::OneOnOne, Some(Every::Month)));
    head.edit(|edit| set_rhythm(edit, Practice::OneOnOne, Some(Every::Week)));
    sync(&mut maria, &mut head);
    assert_eq!(every(&maria, Practice::OneOnOne), (Every::Week, true));
    assert_eq!(shown(&head).conflicts.len(), 1);
}

#[test]
fn r21_at_least_one_may_be_away_from_the_queue() {
    let (mut maria, _) = maria_and_head();
    let refused = maria.try_edit(|edit| set_off_queue(edit, Some(0)));
    assert!(matches!(refused, Err(EditError::Impossible { .. })));
    maria.edit(|edit| set_off_queue(edit, Some(2)));
    assert_eq!(shown(&maria).off_queue_at_once, Some(2));
}

#[test]
fn r52_the_door_is_open_within_a_day_and_on_a_day_of_the_week() {
    let (mut maria, _) = maria_and_head();
    let hours = OpenHours { weekday: 3, from: 14 * 60, until: 15 * 60 };
    for wrong in [
        OpenHours { weekday: 0, ..hours },
        OpenHours { weekday: 8, ..hours },
        OpenHours { until: hours.from, ..hours },
        OpenHours { until: 24 * 60 + 1, ..hours },
    ] {
        let refused = maria.try_edit(|edit| add_open_hours(edit, wrong));
        assert!(matches!(refused, Err(EditError::Impossible { .. })), "{wrong:?}");
    }
    let id = maria.edit(|edit| add_open_hours(edit, hours));
    assert_eq!(shown(&maria).open_hours[0].hours, Some(hours));
    maria.edit(|edit| remove_open_hours(edit, id));
    assert!(shown(&maria).open_hours[0].removed.is_some());
    maria.edit(|edit| restore_open_hours(edit, id));
    assert_eq!(shown(&maria).open_hours[0].removed, None);
}

#[test]
fn r28_a_team_adds_questions_of_its_own_to_a_block() {
    let (mut maria, _) = maria_and_head();
    let id = maria.edit(|edit| add_question(edit, Section::Career, "Ce v-ar plăcea să învățați?"));
    maria.edit(|edit| edit_question(edit, id, &Splice::insert(0, "Anul acesta: ")));
    let seen = &shown(&maria).questions[0];
    assert_eq!((seen.section, seen.text.as_str()), (Some(Section::Career), "Anul acesta: Ce v-ar plăcea să învățați?"));
    maria.edit(|edit| remove_question(edit, id));
    assert_eq!(summarise(Document::of(&maria.doc)).items, 0);
    maria.edit(|edit| restore_question(edit, id));
    assert_eq!(summarise(Document::of(&maria.doc)).items, 1);
}
