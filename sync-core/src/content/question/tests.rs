use super::*;
use crate::coaching::meeting::{self, add_agenda, remove_agenda};
use crate::content::Labelled;
use crate::document::fixture::{Phone, sync, this_quarter, two_phones};
use crate::document::{Document, Splice};
use crate::key::{NaturalKey, Part};
use crate::time::Day;

fn on(day: &str) -> NaturalKey {
    NaturalKey { part: Part::Day(Day::parse(day).unwrap()), ..this_quarter() }
}

fn meeting(phone: &Phone) -> MeetingView {
    meeting::view(Document::of(&phone.doc))
}

/// A meeting in which these questions are asked.
fn asking(day: &str, questions: &[QuestionId]) -> MeetingView {
    let (mut maria, _) = two_phones("meeting", &on(day));
    for question in questions {
        maria.edit(|edit| add_agenda(edit, &question.topic(Language::Ro)));
    }
    meeting(&maria)
}

#[test]
fn r28_each_of_the_four_blocks_has_five_questions() {
    for section in Section::ALL {
        let in_section = |block: &&Block| block.section() == Some(section) && block.word() == section.word();
        let block = Block::ALL.iter().find(in_section).unwrap();
        assert_eq!(block.questions().count(), 5, "{section:?}");
    }
}

#[test]
fn r28_a_question_asked_in_the_last_three_meetings_is_not_proposed() {
    let asked = [QuestionId::Career1, QuestionId::Career2, QuestionId::Career3, QuestionId::Career4];
    let days = ["2026-03-25", "2026-03-18", "2026-03-11", "2026-03-04"];
    let meetings: Vec<MeetingView> =
        std::iter::zip(days, asked).map(|(day, id)| asking(day, &[id])).collect();
    let newest_first: Vec<&MeetingView> = meetings.iter().collect();

    assert_eq!(propose(Block::Career, &newest_first), [QuestionId::Career4, QuestionId::Career5]);
    assert_eq!(propose(Block::Career, &[]).len(), 5);
    assert_eq!(propose(Block::Rapport, &newest_first).len(), 5, "other blocks are not touched");
}

#[test]
fn r28_a_question_that_was_taken_off_the_agenda_was_not_asked() {
    let (mut maria, _) = two_phones("meeting", &on("2026-03-18"));
    let topic = maria.edit(|edit| add_agenda(edit, &QuestionId::Wellbeing2.topic(Language::En)));
    maria.edit(|edit| remove_agenda(edit, topic));

    assert!(propose(Block::Wellbeing, &[&meeting(&maria)]).contains(&QuestionId::Wellbeing2));
}

#[test]
fn one_agenda_item_is_read_in_romanian_by_maria_and_in_chinese_by_li_na() {
    let (mut maria, mut li_na) = two_phones("meeting", &on("2026-03-18"));
    maria.edit(|edit| add_agenda(edit, &QuestionId::Rapport3.topic(Language::Ro)));
    sync(&mut maria, &mut li_na);

    let (hers, theirs) = (&meeting(&maria).agenda[0], &meeting(&li_na).agenda[0]);
    assert_eq!(hers, theirs, "the wording that was asked is frozen");
    assert_eq!(theirs.text, "Ce mic necaz de aici aș putea să îl rezolv eu?");
    assert_eq!(theirs.section, Some(Section::Rapport));
    assert_eq!(shown_topic(hers, Language::Ro), "Ce mic necaz de aici aș putea să îl rezolv eu?");
    assert_eq!(shown_topic(theirs, Language::Zh), "这里有什么小麻烦是我可以帮你去掉的？");
}

#[test]
fn what_people_write_themselves_is_never_translated() {
    let (mut maria, _) = two_phones("meeting", &on("2026-03-18"));
    let topic = maria.edit(|edit| add_agenda(edit, &QuestionId::Career5.topic(Language::Ro)));
    maria.edit(|edit| meeting::edit_agenda(edit, topic, &Splice::insert(0, "Andrei, ")));
    maria.edit(|edit| add_agenda(edit, &NewTopic { section: None, text: "Căștile".into(), question: None }));
    let later = NewTopic { section: None, text: "来自新版本".into(), question: Some("q.new.9".into()) };
    maria.edit(|edit| add_agenda(edit, &later));

    let agenda = meeting(&maria).agenda;
    let shown: Vec<String> = agenda.iter().map(|topic| shown_topic(topic, Language::Zh)).collect();
    assert_eq!(shown, ["Andrei, De la cine ați dori să învățați?", "Căștile", "来自新版本"]);
}

#[test]
fn ids_are_stable_and_come_back_from_their_words() {
    let words: Vec<&str> = QuestionId::ALL.iter().map(|question| question.word()).collect();
    assert_eq!(
        words.join(" "),
        "q.rap.1 q.rap.2 q.rap.3 q.rap.4 q.rap.5 q.car.1 q.car.2 q.car.3 q.car.4 q.car.5 \
         q.fb.1 q.fb.2 q.fb.3 q.fb.4 q.fb.5 q.wb.1 q.wb.2 q.wb.3 q.wb.4 q.wb.5 \
         q.ko.1 q.ko.2 q.ko.3 q.ko.4 q.share.1 q.share.2 q.further.1 q.further.2 q.step.1 q.step.2 q.cl.1 q.cl.2"
    );
    assert!(QuestionId::ALL.iter().all(|question| QuestionId::parse(question.word()) == Some(*question)));
    assert_eq!(QuestionId::parse("q.rap.6"), None);
}

#[test]
fn r58_questions_for_a_level_are_offered_by_situation_and_its_name_says_nothing_of_the_level() {
    let situations = [Tier::High, Tier::Steady, Tier::Low].map(situation_of);
    assert_eq!(situations, [Block::WorthSharing, Block::OneStepFurther, Block::FirstStep]);
    for (situation, tier) in std::iter::zip(situations, [Tier::High, Tier::Steady, Tier::Low]) {
        assert_eq!(situation.questions().count(), 2);
        // An id stands in the meeting, which the agent has too.
        let telling = ["low", "std", "steady", "top", "high", "help"];
        assert!(
            situation.questions().all(|question| !telling.iter().any(|word| question.word().contains(word)))
        );
        for language in Language::ALL {
            let (name, level) = (situation.name(language), tier.label(language));
            assert!(!name.to_lowercase().contains(&level.to_lowercase()), "{name}");
        }
    }
}
