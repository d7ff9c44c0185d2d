use super::*;
use crate::coaching::barometer::{Level, NewEntry, add_entry};
use crate::coaching::floor_walk::{NewStop, StopKind, capture_stop, new_key};
use crate::coaching::goal_set::{NewGoal, add_goal};
use crate::coaching::meeting::{MeetingKind, NewTopic, Plan, Section, Slot, add_agenda, plan};
use crate::coaching::{floor_walk, team_policy, wellbeing_private};
use crate::replica::QuickKind;
use crate::replica::fixture::{MARIA, NOW, SERBAN, TEAM, TENURE, measured, offline};
use crate::time::Quarter;
use rand::SeedableRng;
use rand::rngs::StdRng;

fn this_quarter() -> Quarter {
    Quarter::parse("2026-Q1").unwrap()
}

fn meets(replica: &Replica, topic: &str) -> DocId {
    let slot = Slot::parse("2026-03-18T10:00").unwrap();
    let doc = replica.create(Kind::of(&meeting::SPEC), meeting::key(TENURE, slot.day)).unwrap();
    let planned = Plan { slot, place: None, kind: MeetingKind::OneOnOne };
    replica.edit(doc, |edit| plan(edit, &planned)).unwrap();
    let topic = NewTopic { section: Some(Section::Career), text: topic.into(), question: None };
    replica.edit(doc, |edit| add_agenda(edit, &topic)).unwrap();
    doc
}

/// Mihai Șerban's phone, with something of each relation on it.
fn serbans() -> Replica {
    let serban = offline(SERBAN, &[measured(SERBAN, "2026-02-03", "csat", "87.4", 29)]);
    meets(&serban, "Vorbim despre Țîrlea și 李娜");
    let goals = serban.create(Kind::of(&goal_set::SPEC), goal_set::key(TENURE, this_quarter())).unwrap();
    let goal = NewGoal {
        title: "=1+1".into(),
        why: "Clienții așteaptă".into(),
        measure: None,
        baseline: None,
        target: None,
        due: None,
    };
    serban.edit(goals, |edit| add_goal(edit, &goal)).unwrap();
    let key = wellbeing_private::key(SERBAN, this_quarter());
    let private = serban.create(Kind::of(&wellbeing_private::SPEC), key).unwrap();
    let entry = NewEntry { mood: Level::new(2).unwrap(), load: None, note: "Obosit după tură".into() };
    serban.edit(private, |edit| add_entry(edit, &entry)).unwrap();
    serban
}

fn text(files: &[ExportedFile], name: &str) -> String {
    let file = files.iter().find(|file| file.name.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
    String::from_utf8(file.bytes.clone()).unwrap()
}

#[test]
fn r107_an_agent_sees_offline_what_there_is_and_who_can_see_it() {
    let data = serbans().my_data(Language::Ro).unwrap();

    let seen = |kind: &str| data.iter().find(|known| known.kind == kind).unwrap();
    let meeting = seen("meeting");
    let who: Vec<_> = meeting.seen_by.iter().map(|seen| (seen.name.as_str(), seen.role)).collect();
    assert_eq!(who, [("Maria Țîrlea", Some(Role::Leader)), ("Mihai Șerban", Some(Role::Agent))]);
    assert_eq!((meeting.relation, meeting.changed_at), (Relation::AboutMe, NOW));
    assert_eq!(meeting.title, "Întâlnire · 18.03.2026");
    let own = seen("wellbeing_private");
    let who: Vec<_> = own.seen_by.iter().map(|seen| (seen.person, seen.role)).collect();
    assert_eq!((own.relation, who), (Relation::Own, vec![(SERBAN, Some(Role::Own))]));
}

#[test]
fn r107_an_agent_exports_their_own_data_offline_with_every_diacritic() {
    let serban = serbans();

    let files = serban.export_my_data(Language::Ro, ByteOrderMark::With).unwrap();

    assert!(text(&files, "markdown/meeting-2026-03-18-").contains("Vorbim despre Țîrlea și 李娜"));
    assert!(text(&files, "markdown/wellbeing-private-2026-Q1-").contains("Obosit după tură"));
    let index = text(&files, "index.md");
    assert!(index.starts_with("# Datele mele\n"), "{index}");
    assert!(index.contains("Maria Țîrlea (Lider de echipă), Mihai Șerban (Agent)"), "{index}");
    assert!(text(&files, "csv/goals.csv").contains("\r\n'=1+1,Clienții așteaptă,"));
    assert!(text(&files, "csv/scorecard.csv").contains("2026-02,"));
    assert!(text(&files, "csv/cadence.csv").contains("2026-03-18T10:00"));
    let json: serde_json::Value = serde_json::from_str(&text(&files, "my-data.json")).unwrap();
    assert_eq!((&json["v"], &json["person"]), (&1.into(), &SERBAN.to_string().into()));
    assert_eq!(json["documents"].as_array().unwrap().len(), 3);
}

#[test]
fn r107_what_is_stored_is_in_the_export_and_loads_again() {
    let files = serbans().export_my_data(Language::En, ByteOrderMark::Without).unwrap();
    let saved: Vec<&ExportedFile> =
        files.iter().filter(|file| file.name.starts_with("automerge/meeting-")).collect();
    let doc = automerge::Automerge::load(&saved[0].bytes).unwrap();
    assert_eq!(meeting::view(Document::of(&doc)).agenda[0].text, "Vorbim despre Țîrlea și 李娜");
}

#[test]
fn r107_a_walk_and_private_notes_are_in_their_authors_export_and_what_is_about_those_led_is_not() {
    let maria = offline(MARIA, &[]);
    let mut rng = StdRng::seed_from_u64(3);
    let walk = maria.create(Kind::of(&floor_walk::SPEC), new_key(MARIA, &mut rng)).unwrap();
    let stop = NewStop {
        person: Some(SERBAN),
        kind: StopKind::Note,
        text: "Scaunul 14".into(),
        tags: Vec::new(),
        minutes: Some(4),
        at: NOW,
    };
    maria.edit(walk, |edit| capture_stop(edit, &stop)).unwrap();
    maria.note(SERBAN, QuickKind::Private, "De întrebat").unwrap();
    meets(&maria, "Despre Mihai");
    maria.create(Kind::of(&team_policy::SPEC), team_policy::key(TEAM)).unwrap();

    let data = maria.my_data(Language::Ro).unwrap();
    let files = maria.export_my_data(Language::Ro, ByteOrderMark::Without).unwrap();

    let relation = |kind: &str| data.iter().find(|known| known.kind == kind).unwrap().relation;
    assert_eq!(relation("meeting"), Relation::Led);
    assert_eq!((relation("team_policy"), relation("floor_walk")), (Relation::Team, Relation::Own));
    assert!(text(&files, "markdown/floor-walk-").contains("Scaunul 14"));
    assert!(text(&files, "markdown/private-log-").contains("De întrebat"));
    assert!(!files.iter().any(|file| file.name.contains("meeting") || file.name.contains("team-policy")));
    let serbans = serbans().export_my_data(Language::Ro, ByteOrderMark::Without).unwrap();
    assert!(
        !serbans.iter().any(|file| file.name.contains("floor-walk") || file.name.contains("private-log"))
    );
}

#[test]
fn r107_one_meeting_is_exported_as_markdown_by_whoever_has_it() {
    let maria = offline(MARIA, &[]);
    let doc = meets(&maria, "Pauzele lui Mihai");
    let file = maria.export_markdown(doc, Language::Ro).unwrap();
    assert!(file.name.starts_with("meeting-2026-03-18-") && file.name.ends_with(".md"), "{}", file.name);
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(text.contains("Pauzele lui Mihai") && text.contains("Maria Țîrlea"), "{text}");
}

/// What a schema says must be there.
fn required(schema: &serde_json::Value) -> std::collections::BTreeSet<&str> {
    schema["required"].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect()
}

#[test]
fn the_json_has_exactly_the_fields_of_the_schema_that_is_published() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../../docs/export.schema.json")).unwrap();
    let files = serbans().export_my_data(Language::En, ByteOrderMark::Without).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text(&files, "my-data.json")).unwrap();

    let fields = |value: &serde_json::Value| -> std::collections::BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let owned = |fields: std::collections::BTreeSet<&str>| -> std::collections::BTreeSet<String> {
        fields.into_iter().map(str::to_owned).collect()
    };
    assert_eq!(fields(&json), owned(required(&schema)));
    for document in json["documents"].as_array().unwrap() {
        assert_eq!(fields(document), owned(required(&schema["$defs"]["document"])));
    }
    assert_eq!(schema["properties"]["v"]["const"], export::VERSION);
}
