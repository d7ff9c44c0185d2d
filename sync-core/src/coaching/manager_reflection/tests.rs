use super::*;
use crate::coaching::meeting::{self, Section};
use crate::content::{Block, Language, QuestionId, shown_topic};
use crate::document::fixture::{Phone, my_year, person, sync, two_phones, wednesday};
use crate::ids::{AudienceId, OrgId};
use crate::policy;

#[test]
fn r55_what_the_agent_answers_about_the_leader_stands_in_the_meeting_of_the_two() {
    let (mut maria, mut andrei) = two_phones("meeting", &wednesday());
    assert!(Block::Feedback.questions().any(|question| question == QuestionId::Feedback4));
    let asked = QuestionId::Feedback4.topic(Language::Ro);
    maria.edit(|edit| meeting::add_agenda(edit, &asked));
    sync(&mut maria, &mut andrei);
    let answer = Splice::insert(0, "M-ar ajuta să aud mai devreme.");
    andrei.edit(|edit| meeting::edit_section_notes(edit, Section::Feedback, &answer));
    sync(&mut maria, &mut andrei);

    let seen = meeting::view(Document::of(&maria.doc));

    assert_eq!(shown_topic(&seen.agenda[0], Language::En), QuestionId::Feedback4.wording(Language::En));
    let notes = seen.sections.iter().find(|section| section.section == Section::Feedback).unwrap();
    assert_eq!(notes.notes.text, "M-ar ajuta să aud mai devreme.");
}

#[test]
fn r55_a_reflection_is_in_the_audience_of_its_author_alone() {
    let org = OrgId::from_bytes([7; 16]);
    let key = key(person(1), Year::parse("2026").unwrap());
    assert_eq!(key, my_year());
    let audience = AudienceId::of(org, &key.subject);
    assert_eq!(policy::own_seat(org, person(1), Timestamp(0)).audience, audience);
    assert_ne!(policy::own_seat(org, person(2), Timestamp(0)).audience, audience);
    assert_eq!(SPEC.subject, SubjectClass::Person, "no document of this kind can be a pair's or a team's");
}

#[test]
fn a_thought_is_edited_removed_and_restored() {
    let mut maria = Phone::new(1, "manager_reflection", &my_year());
    let first = maria.edit(|edit| add_thought(edit, "ascult"));
    maria.edit(|edit| edit_thought(edit, first, &Splice::insert(0, "Nu ")));
    maria.edit(|edit| remove_thought(edit, first));
    let shown = |phone: &Phone| view(Document::of(&phone.doc)).thoughts;
    assert!(shown(&maria)[0].removed.is_some());
    maria.edit(|edit| restore_thought(edit, first));
    let seen = shown(&maria);
    assert_eq!((seen[0].text.as_str(), seen[0].removed, seen[0].at), ("Nu ascult", None, Some(maria.now)));
}
