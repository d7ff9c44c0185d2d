use super::*;
use crate::coaching::Kind;
use crate::coaching::meeting::{MeetingKind, NewTopic, Plan, Slot, add_agenda, set_not_held};
use crate::coaching::team_policy::add_question;
use crate::content::QuestionId;
use crate::replica::fixture::{MARIA, TEAM, TENURE, offline};

fn planned(maria: &Replica, day: &str) -> DocId {
    let slot = Slot::parse(day).unwrap();
    let doc = maria.create(Kind::of(&meeting::SPEC), meeting::key(TENURE, slot.day)).unwrap();
    let plan = Plan { slot, place: None, kind: MeetingKind::OneOnOne };
    maria.edit(doc, |edit| meeting::plan(edit, &plan)).unwrap();
    doc
}

fn asks(maria: &Replica, day: &str, questions: &[QuestionId]) -> DocId {
    let doc = planned(maria, day);
    for question in questions {
        maria.edit(doc, |edit| add_agenda(edit, &question.topic(Language::Ro))).unwrap();
    }
    doc
}

fn proposed(maria: &Replica, meeting: DocId) -> Vec<String> {
    let proposed = maria.propose_questions(meeting, Block::Rapport, Language::Ro).unwrap();
    proposed.into_iter().map(|question| question.id).collect()
}

#[test]
fn r28_a_question_of_the_last_three_meetings_with_that_person_is_not_proposed_offline() {
    let maria = offline(MARIA, &[]);
    asks(&maria, "2026-02-18", &[QuestionId::Rapport1]);
    asks(&maria, "2026-02-25", &[QuestionId::Rapport2]);
    asks(&maria, "2026-03-04", &[QuestionId::Rapport3]);
    asks(&maria, "2026-03-11", &[QuestionId::Rapport4, QuestionId::Career1]);
    let next = planned(&maria, "2026-03-18");

    assert_eq!(proposed(&maria, next), ["q.rap.1", "q.rap.5"], "the fourth last may ask again");

    let first = &maria.propose_questions(next, Block::Rapport, Language::Zh).unwrap()[0];
    assert_eq!((first.wording.as_str(), first.is_own), (&*QuestionId::Rapport1.wording(Language::Zh), false));
}

#[test]
fn r28_neither_this_meeting_nor_a_later_one_counts_as_one_of_the_three_and_what_is_asked_here_is_not_proposed()
 {
    let maria = offline(MARIA, &[]);
    asks(&maria, "2026-03-11", &[QuestionId::Rapport1]);
    let absent = asks(&maria, "2026-03-12", &[QuestionId::Rapport2]);
    maria.edit(absent, |edit| set_not_held(edit, Some(meeting::NotHeld::Absence))).unwrap();
    asks(&maria, "2026-03-25", &[QuestionId::Rapport3]);
    let next = asks(&maria, "2026-03-18", &[QuestionId::Rapport5]);

    assert_eq!(proposed(&maria, next), ["q.rap.2", "q.rap.3", "q.rap.4"]);
}

#[test]
fn r28_the_teams_own_questions_are_proposed_with_those_of_the_bank() {
    let maria = offline(MARIA, &[]);
    let policy = maria.create(Kind::of(&team_policy::SPEC), team_policy::key(TEAM)).unwrap();
    let own =
        maria.edit(policy, |edit| add_question(edit, Section::Rapport, "Cum merge cu tura nouă?")).unwrap();
    maria.edit(policy, |edit| add_question(edit, Section::Career, "Ce urmează?")).unwrap();
    let next = planned(&maria, "2026-03-18");

    let ours = maria.propose_questions(next, Block::Rapport, Language::Ro).unwrap().pop().unwrap();
    assert_eq!((ours.wording.as_str(), ours.is_own), ("Cum merge cu tura nouă?", true));
    assert_eq!(ours.id, own.to_string());

    let topic = NewTopic { section: ours.section, text: ours.wording, question: Some(ours.id.clone()) };
    maria.edit(next, |edit| add_agenda(edit, &topic)).unwrap();
    let after = planned(&maria, "2026-03-25");
    assert!(!proposed(&maria, next).contains(&ours.id) && !proposed(&maria, after).contains(&ours.id));
    assert!(maria.propose_questions(next, Block::FirstStep, Language::Ro).unwrap().iter().all(|q| !q.is_own));
}
