//! Owns what holds for every model: the order of its input and the phone that it runs on make no difference, and nobody's private
//! input reaches anybody else.

use super::facts::Facts;
use super::fixture::{self, Office};
use super::*;
use crate::coaching::chance::{Verbs, acts, kinds, play};
use crate::coaching::{Kind, private_log, tier_note};
use crate::document::Document;
use crate::document::fixture::{Phone, about_andrei, day, person, wednesday};
use crate::ids::{DocId, RandomKey, TenureId};
use crate::key::{NaturalKey, Part, Subject};
use automerge::Automerge;
use proptest::prelude::*;

/// The pair that random documents are of.
const PAIR: TenureId = TenureId::from_bytes([7; 16]);

type Model = (&'static str, fn(&Shelf<'_>) -> String);

fn json(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value).unwrap()
}

/// Every model, of the pair if it is of one.
fn models() -> Vec<Model> {
    vec![
        ("since_last", |shelf| json(since_last(shelf))),
        ("overdue", |shelf| json((overdue(shelf), overdue_of_team(shelf)))),
        ("attention", |shelf| json((attention(shelf), attention_of_team(shelf)))),
        ("carry", |shelf| json(carry(shelf, PAIR))),
        ("compliance", |shelf| json((compliance(shelf), compliance_of_team(shelf)))),
        ("overview", |shelf| json(overview(shelf))),
        ("balance", |shelf| json((balance(shelf), next_steps(shelf)))),
        ("topics", |shelf| json(topics(shelf, PAIR))),
        ("mood", |shelf| json((mood(shelf), mood_of_team(shelf)))),
        ("wins", |shelf| json(wins(shelf, PAIR, &[]))),
        ("only_problems", |shelf| json(only_problems(shelf))),
        ("goals", |shelf| json(goals(shelf))),
        ("prep", |shelf| json(prep(shelf, PAIR, Beside::default()))),
        ("open_questions", |shelf| json(open_questions(shelf))),
        ("worth_a_conversation", |shelf| json(worth_a_conversation(shelf))),
        ("areas", |shelf| json(areas(shelf))),
        ("timeline", |shelf| json(timeline(shelf, PAIR))),
        ("due_talks", |shelf| json(due_talks(shelf))),
        ("blockers", |shelf| json(blockers(shelf))),
        ("waiting_ideas", |shelf| json(waiting_ideas(shelf))),
        ("team_data", |shelf| json(data_of_team(shelf))),
        ("recognized", |shelf| json(recognized(shelf))),
    ]
}

fn data_of_team(shelf: &Shelf<'_>) -> Option<TeamData> {
    let period = crate::metric::Period::of(crate::metric::Cut::Month, day("2026-03-18"));
    let (people, targets) = ([person(1), person(2)].into(), crate::metric::Targets::default());
    team_data(shelf, OfTeam { team: fixture::TEAM, people: &people, period, rows: &[], targets: &targets })
}

/// The office of the pair that random documents are of, in which small groups are shown.
fn office() -> Office {
    let mut office = Office::new(2);
    office.pairs[0].tenure = PAIR;
    office.thresholds.group = 1;
    office.people = vec![person(1), person(2)];
    office
}

fn shown(office: &Office, viewer: u8, as_of: &str, documents: &[Known]) -> Vec<(&'static str, String)> {
    let shelf = Shelf::of(office.input(person(viewer), as_of, documents));
    models().into_iter().map(|(name, model)| (name, model(&shelf))).collect()
}

/// Random verbs for every kind that read models know.
pub(super) fn kinds_with_facts() -> Vec<(&'static str, NaturalKey, Verbs)> {
    let has_facts = |kind: &str, key: &NaturalKey| {
        Facts::of(Kind::parse(kind).unwrap(), Document::of(&Phone::new(1, kind, key).doc)).is_some()
    };
    kinds().into_iter().filter(|(kind, key, _)| has_facts(kind, key)).collect()
}

fn known(kind: &str, key: NaturalKey, doc: &Automerge) -> Known {
    let facts = Facts::of(Kind::parse(kind).unwrap(), Document::of(doc)).unwrap();
    Known { doc: fixture::doc(kind, &key), key, facts }
}

/// Another document of the same kind and of the same two people.
fn another(key: NaturalKey) -> NaturalKey {
    let before = day("2025-12-31");
    let part = match key.part {
        Part::Day(_) => Part::Day(before),
        Part::Random(_) => Part::Random(RandomKey::from_bytes([1; 16])),
        Part::Quarter(_) => Part::Quarter(before.quarter()),
        Part::Year(_) => Part::Year(before.year()),
        Part::PersonInQuarter(about, _) => Part::PersonInQuarter(about, before.quarter()),
        Part::Whole => Part::Whole,
    };
    NaturalKey { part, ..key }
}

/// The same facts, as if somebody else had noted them.
fn as_if_of(known: &Known, owner: u8) -> Known {
    let key = NaturalKey { subject: Subject::Person(person(owner)), ..known.key };
    Known { doc: DocId::from_bytes([owner ^ known.doc.as_bytes()[0]; 16]), key, facts: known.facts.clone() }
}

fn is_of_maria_alone(known: &Known) -> bool {
    known.key.subject == Subject::Person(person(1))
}

/// A private log and a level of hers of which every model that reads such things makes something.
fn hers() -> Vec<Known> {
    let mut office = Office::new(1);
    for on in ["2026-03-02", "2026-03-03", "2026-03-04"] {
        let at = format!("{on}T09:00");
        office.stop(2, &at, crate::coaching::floor_walk::StopKind::Coach, None);
    }
    office.tier(2, "2026-03-02", tier_note::Tier::Low);
    office.remember_to_raise(2, "2026-03-02T09:00", "the tone on Mondays");
    let key = about_andrei();
    let note = private_log::NewPrivateNote { text: "again".into(), tags: vec!["queue".into()] };
    office.write((1, "2026-03-05T09:00"), ("private_log", key), |edit| {
        private_log::add_private_note(edit, &note)
    });
    office.documents()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn every_model_shows_the_same_bytes_on_two_phones_and_in_any_order(
        acts in acts(),
        sync_every in 1..12_usize,
        today in 1..28_u8,
        order in any::<prop::sample::Selector>(),
    ) {
        let office = office();
        let as_of = format!("2026-03-{today:02}");
        let mut played = Vec::new();
        for (kind, key, verbs) in kinds_with_facts() {
            played.push((kind, key, play(kind, &key, verbs, &acts, sync_every)));
            let mut other_way_round = acts.clone();
            other_way_round.reverse();
            played.push((kind, another(key), play(kind, &another(key), verbs, &other_way_round, sync_every)));
        }
        let of_one: Vec<_> = played.iter().map(|(kind, key, (one, _))| known(kind, *key, &one.doc)).collect();
        let mut of_two: Vec<_> = played.iter().map(|(kind, key, (_, two))| known(kind, *key, &two.doc)).collect();
        of_two.sort_by_key(|known| std::cmp::Reverse(known.doc));
        let first = order.select(0..of_two.len());
        of_two.rotate_left(first);
        for viewer in [1, 2] {
            prop_assert_eq!(shown(&office, viewer, &as_of, &of_two), shown(&office, viewer, &as_of, &of_one));
        }
    }

    #[test]
    fn what_only_the_leader_has_never_reaches_the_agent_nor_a_stranger_nor_another_leader(acts in acts(), today in 1..28_u8) {
        let office = office();
        let as_of = format!("2026-03-{today:02}");
        let mut all: Vec<_> = kinds_with_facts().into_iter()
            .map(|(kind, key, verbs)| known(kind, key, &play(kind, &key, verbs, &acts, 5).0.doc))
            .collect();
        all.extend(hers());
        all.sort_by_key(|known| known.doc);
        all.dedup_by_key(|known| known.doc);
        let shared: Vec<_> = all.iter().filter(|known| !is_of_maria_alone(known)).cloned().collect();
        prop_assert!(shared.len() < all.len());
        prop_assert_eq!(shown(&office, 2, &as_of, &all), shown(&office, 2, &as_of, &shared));
        prop_assert_eq!(shown(&office, 9, &as_of, &all), shown(&office, 9, &as_of, &[]));
        prop_assert_eq!(shown(&office, 3, &as_of, &all), shown(&office, 3, &as_of, &[]), "of another pair");
        let of_another_leader = hers().iter().map(|known| as_if_of(known, 8)).collect::<Vec<_>>();
        let with_them = [all.clone(), of_another_leader].concat();
        prop_assert_eq!(shown(&office, 1, &as_of, &with_them), shown(&office, 1, &as_of, &all));
    }
}

/// Otherwise the promise above would hold of models that read nothing private at all.
#[test]
fn what_only_the_leader_has_is_used_for_the_leader() {
    let office = office();
    let with = shown(&office, 1, "2026-03-10", &hers());
    let without = shown(&office, 1, "2026-03-10", &[]);
    let differ: Vec<_> = with.iter().zip(&without).filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
    assert_eq!(differ, ["attention", "carry", "overview", "only_problems", "prep", "timeline"]);
}

/// Whose a document is follows from its key alone.
#[test]
fn facts_of_a_private_kind_under_a_shared_key_and_the_other_way_round_are_nobodys() {
    let office = office();
    let mut mixed = hers();
    for known in &mut mixed {
        known.key = NaturalKey { subject: Subject::Tenure(PAIR), ..known.key };
    }
    let mut phone = crate::document::fixture::Phone::new(1, "meeting", &wednesday());
    phone.edit(|edit| crate::coaching::meeting::begin(edit, fixture::moment("2026-03-04T10:00")));
    let meeting = known("meeting", wednesday(), &phone.doc);
    mixed.push(Known { key: NaturalKey { subject: Subject::Person(person(1)), ..meeting.key }, ..meeting });
    for viewer in [1, 2] {
        assert_eq!(shown(&office, viewer, "2026-03-10", &mixed), shown(&office, viewer, "2026-03-10", &[]));
    }
}

/// Frozen: an app reads these names. Whole numbers only, so that a phone and a server write the same.
#[test]
fn a_result_has_no_fractions_and_its_names_are_stable() {
    let mut office = Office::new(1);
    office.talk(2, "2026-03-02");
    insta::assert_snapshot!(office.seen("2026-03-10", |shelf| json(since_last(shelf))), @r#"[{"tenure":"72727272727272727272727272727272","person":"02020202020202020202020202020202","last":{"day":"2026-03-02","doc":"c5fdb4a04fa543387e280d1643f8fef6","item":null},"days":8,"cadence_days":14,"colour":"green"}]"#);
    let seen = office.seen("2026-04-10", |shelf| json((attention(shelf).levels, overview(shelf).rows)));
    insta::assert_snapshot!(seen, @r#"[[{"tier":"high","people":0,"minutes":0,"time_share":null,"head_share":0,"ratio_tenths":null},{"tier":"steady","people":0,"minutes":0,"time_share":null,"head_share":0,"ratio_tenths":null},{"tier":"low","people":0,"minutes":0,"time_share":null,"head_share":0,"ratio_tenths":null},{"tier":null,"people":1,"minutes":0,"time_share":null,"head_share":1000,"ratio_tenths":null}],[{"tenure":"72727272727272727272727272727272","viewer_is":"leader","person":"02020202020202020202020202020202","name":"agent 2","since_last":{"tenure":"72727272727272727272727272727272","person":"02020202020202020202020202020202","last":{"day":"2026-03-02","doc":"c5fdb4a04fa543387e280d1643f8fef6","item":null},"days":39,"cadence_days":14,"colour":"red"},"next":null,"open_of_agent":0,"open_of_leader":0,"open_of_neither":0,"overdue":{"agent":{"week":0,"month":0,"older":0},"leader":{"week":0,"month":0,"older":0},"neither":{"week":0,"month":0,"older":0}},"mood":null,"direction":"unknown","unread":0,"needs_a_word":["long_since_last","without_contact"]}]]"#);
}
