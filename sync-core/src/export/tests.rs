use super::*;
use crate::coaching::action_plan::{self, NewStep, add_step};
use crate::coaching::item::State;
use crate::coaching::meeting::{self as meetings, MeetingKind, NewFollowUp, NewTopic, Plan, Section, Slot};
use crate::coaching::{KINDS, PartClass, SubjectClass};
use crate::content::{Labelled as _, QuestionId};
use crate::document::Splice;
use crate::document::fixture::{Phone, a_plan, person, sync, two_phones, wednesday};
use crate::ids::{GroupId, RandomKey, TeamId};
use crate::time::{Day, Quarter, Year};

fn names() -> BTreeMap<PersonId, String> {
    let names = [(1, "Maria Țîrlea"), (2, "Mihai Șerban"), (3, "李娜")];
    names.into_iter().map(|(number, name)| (person(number), name.to_owned())).collect()
}

fn bucharest() -> Zone {
    Zone::named("Europe/Bucharest").unwrap()
}

fn source<'a>(phone: &'a Phone, kind: &'static KindSpec, key: NaturalKey) -> Source<'a> {
    let doc = DocId::from_bytes([5; 16]);
    Source { doc, kind: Kind::of(kind), key, changed_at: phone.now, document: Document::of(&phone.doc) }
}

fn page(phone: &Phone, language: Language) -> String {
    let (zone, names) = (bucharest(), names());
    let reader = Reader { language, zone: &zone, names: &names };
    markdown(&source(phone, &meetings::SPEC, wednesday()), &reader)
}

fn topic(text: &str, question: Option<QuestionId>) -> NewTopic {
    let question = question.map(|question| question.word().to_owned());
    NewTopic { section: Some(Section::Rapport), text: text.into(), question }
}

/// A meeting of Maria and Mihai that was held.
fn a_meeting() -> Phone {
    let (mut maria, mut mihai) = two_phones("meeting", &wednesday());
    let slot = Slot::parse("2026-03-18T10:00").unwrap();
    let plan = Plan { slot, place: Some("Sala 2".into()), kind: MeetingKind::OneOnOne };
    maria.edit(|edit| meetings::plan(edit, &plan));
    maria.edit(|edit| meetings::begin(edit, Timestamp(1_773_824_400_000)));
    maria.edit(|edit| meetings::end(edit, Timestamp(1_773_826_200_000)));
    let asked = topic(&QuestionId::Rapport3.wording(Language::Ro), Some(QuestionId::Rapport3));
    maria.edit(|edit| meetings::add_agenda(edit, &asked));
    let gone = maria.edit(|edit| meetings::add_agenda(edit, &topic("Căștile *vechi*", None)));
    maria.edit(|edit| meetings::remove_agenda(edit, gone));
    maria.edit(|edit| {
        meetings::edit_notes(edit, &Splice::insert(0, "# Nu e titlu\nȘtefan a întrebat: „Și țara?” 你好"))
    });
    let due = Day::parse("2026-03-21").ok();
    let promise = NewFollowUp { text: "Trimit planul".into(), owner: Some(person(1)), due };
    let promise = maria.edit(|edit| meetings::add_follow_up(edit, &promise));
    sync(&mut maria, &mut mihai);
    mihai.edit(|edit| meetings::set_follow_up_due(edit, promise, Day::parse("2026-03-14").ok()));
    maria.edit(|edit| meetings::set_follow_up_due(edit, promise, Day::parse("2026-03-28").ok()));
    sync(&mut maria, &mut mihai);
    maria
}

/// Some document of a kind.
fn key_of(kind: Kind) -> NaturalKey {
    let subject = match kind.spec().subject {
        SubjectClass::Person => Subject::Person(person(1)),
        SubjectClass::Tenure => wednesday().subject,
        SubjectClass::Team => Subject::Team(TeamId::from_bytes([4; 16])),
        SubjectClass::Organisation => Subject::Organisation,
        SubjectClass::Group => Subject::Group(GroupId::from_bytes([5; 16])),
    };
    let quarter = Quarter::parse("2026-Q1").unwrap();
    let part = match kind.spec().part {
        PartClass::Random | PartClass::DayOrRandom => Part::Random(RandomKey::from_bytes([6; 16])),
        PartClass::Quarter => Part::Quarter(quarter),
        PartClass::Year => Part::Year(Year::parse("2026").unwrap()),
        PartClass::PersonInQuarter => Part::PersonInQuarter(person(2), quarter),
        PartClass::Whole => Part::Whole,
    };
    NaturalKey { subject, part }
}

#[test]
fn a_meeting_is_readable_markdown_with_correct_diacritics() {
    insta::assert_snapshot!(page(&a_meeting(), Language::Ro));
}

#[test]
fn headings_days_and_questions_of_the_bank_are_in_the_readers_language_and_words_of_people_as_they_are() {
    let meeting = a_meeting();
    let (english, chinese) = (page(&meeting, Language::En), page(&meeting, Language::Zh));
    assert!(english.starts_with("# Meeting · 18 Mar 2026\n"), "{english}");
    assert!(english.contains("18 Mar 2026 11:00 · 30 minutes"), "the team's clock: {english}");
    assert!(chinese.starts_with("# 会面 · 2026年3月18日\n"), "{chinese}");
    assert!(chinese.contains(&QuestionId::Rapport3.wording(Language::Zh)));
    for page in [english, chinese] {
        assert!(page.contains("„Și țara?” 你好") && page.contains("Maria Țîrlea"));
        assert!(page.contains("\\# Nu e titlu") && page.contains("Căștile \\*vechi\\*"), "{page}");
    }
}

#[test]
fn what_two_people_set_differently_and_what_was_removed_is_in_the_export() {
    let page = page(&a_meeting(), Language::En);
    assert!(page.contains("- **Until:** 14 Mar 2026 · 28 Mar 2026"), "{page}");
    let (section, who) = (Section::Rapport.label(Language::En), "Maria Țîrlea");
    assert!(page.contains(&format!("({section} · {who} · removed {who} 18 Mar 2026 11:00)")), "{page}");
}

#[test]
fn r107_every_kind_of_document_has_a_page_and_a_state_in_each_language() {
    let (zone, names) = (bucharest(), names());
    for spec in KINDS.iter().filter(|spec| spec.name != "sample") {
        let kind = Kind::of(spec);
        let form = form(kind).unwrap_or_else(|| panic!("{} has no page in FORMS", spec.name));
        let key = key_of(kind);
        let phone = Phone::new(1, spec.name, &key);
        for language in Language::ALL {
            let reader = Reader { language, zone: &zone, names: &names };
            let page = markdown(&source(&phone, form.spec, key), &reader);
            assert!(page.starts_with(&format!("# {}", kind_name(kind, language))), "{page}");
        }
        let json = json(&source(&phone, form.spec, key));
        assert_eq!((json.v, json.kind.as_str()), (VERSION, spec.name));
        assert!(json.state.is_object(), "{}", json.state);
    }
}

#[test]
fn the_json_of_a_meeting_says_what_the_view_says() {
    let meeting = a_meeting();
    let json = serde_json::to_value(json(&source(&meeting, &meetings::SPEC, wednesday()))).unwrap();
    assert_eq!(
        (&json["v"], &json["kind"], &json["part"]),
        (&1.into(), &"meeting".into(), &"2026-03-18".into())
    );
    assert_eq!(json["changed_at"], "2026-03-18T09:00:00Z");
    assert_eq!(json["state"]["follow_ups"][0]["text"], "Trimit planul");
    assert_eq!(json["state"]["agenda"][1]["removed"]["by"], person(1).to_string());
}

#[test]
fn r71_a_sheet_opens_in_a_spreadsheet_with_correct_diacritics_and_carries_out_no_formula() {
    let mut maria = Phone::new(1, "action_plan", &a_plan());
    maria.edit(|edit| action_plan::set_title(edit, "Răspuns la e-mailuri, „țintă”"));
    let mut add = |text: &str| {
        let step = NewStep { text: text.into(), owner: Some(person(2)), due: Day::parse("2026-03-21").ok() };
        maria.edit(|edit| add_step(edit, &step))
    };
    let first = add("=HYPERLINK(\"http://x\")");
    add("-30");
    add("@Șerban, \"mâine\"");
    maria.edit(|edit| action_plan::set_step_state(edit, first, State::Done));
    let (zone, names) = (bucharest(), names());
    let reader = Reader { language: Language::Ro, zone: &zone, names: &names };
    let plans = [action_plan::view(Document::of(&maria.doc))];

    let bytes = steps(&plans, &reader).to_bytes(ByteOrderMark::With);

    let text = String::from_utf8(bytes).unwrap();
    let plan = "\"Răspuns la e-mailuri, „țintă”\"";
    let lines = [
        "\u{feff}Planul,Pas,Cine,Până la,Stare".to_owned(),
        format!("{plan},\"'=HYPERLINK(\"\"http://x\"\")\",Mihai Șerban,2026-03-21,Gata"),
        format!("{plan},-30,Mihai Șerban,2026-03-21,De făcut"),
        format!("{plan},\"'@Șerban, \"\"mâine\"\"\",Mihai Șerban,2026-03-21,De făcut"),
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    assert!(text.ends_with("\r\n"));
    assert!(!steps(&plans, &reader).to_bytes(ByteOrderMark::Without).starts_with("\u{feff}".as_bytes()));
}

#[test]
fn whoever_is_not_known_is_somebody() {
    let (zone, names) = (bucharest(), BTreeMap::new());
    let reader = Reader { language: Language::Ro, zone: &zone, names: &names };
    let meeting = a_meeting();
    let page = markdown(&source(&meeting, &meetings::SPEC, wednesday()), &reader);
    assert!(page.contains("cineva") && !page.contains("Șerban"), "{page}");
}
