use super::*;
use crate::coaching::meeting::{self, Plan, Slot};
use crate::coaching::{Kind, partnership, wellbeing_log};
use crate::document::fixture::{day, person};
use crate::ids::{DeviceId, DocId, OrgId, ReplicaId, TeamId};
use crate::insight;
use crate::key::NaturalKey;
use crate::replica::{Named, TeamMate};
use crate::store::{DocumentRow, Identity, MemoryStore, Presence, Write};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// 10:00 in Bucharest.
pub(super) const MORNING: Timestamp = Timestamp(1_773_907_200_000);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const PAIR: TenureId = TenureId::from_bytes([7; 16]);

/// One of the phones of Maria, who leads Andrei, seen from its desk.
pub(super) fn maria(phone: u8) -> Desk {
    let identity = Identity {
        server_id: "s".into(),
        url: "http://s".into(),
        org: OrgId::from_bytes([9; 16]),
        person: person(1),
        device: DeviceId::from_bytes([phone; 16]),
        organisation_key: vec![4; 65],
        replica: ReplicaId::from_bytes([phone; 16]),
    };
    Desk::new(Box::new(MemoryStore::default()), identity, StdRng::seed_from_u64(phone.into()))
}

pub(super) fn tenure() -> Tenure {
    let named = |number, name: &str| Named { id: person(number), name: name.into() };
    Tenure {
        id: PAIR,
        team: TeamId::from_bytes([8; 16]),
        team_name: "Evening shift".into(),
        time_zone: "Europe/Bucharest".into(),
        leader: named(1, "Maria"),
        agent: named(2, "Andrei"),
        joined: None,
        from: MORNING.plus_ms(-40 * DAY_MS),
        until: None,
        stands_in: None,
        follows: None,
    }
}

/// The team of both.
pub(super) fn team() -> verbs::Team {
    let mate = |number, role| TeamMate { id: person(number), name: String::new(), role: Some(role) };
    verbs::Team {
        id: tenure().team,
        name: tenure().team_name,
        time_zone: tenure().time_zone,
        people: vec![mate(1, Role::Leader), mate(2, Role::Member), mate(3, Role::Head)],
    }
}

fn overview(desk: &mut Desk, now: Timestamp) -> insight::Overview {
    let zone = Zone::named("Europe/Bucharest").unwrap();
    insight::overview(&desk.gather(now, (&[tenure()], &[]), zone).unwrap().shelf())
}

fn meets(desk: &mut Desk, on: &str) -> DocId {
    let key = meeting::key(PAIR, day(on));
    let doc = desk.create(Kind::of(&meeting::SPEC), key, MORNING).unwrap();
    let start = MORNING.plus_ms(i64::from(day(on).days_since(day("2026-03-19"))) * DAY_MS);
    let plan = Plan {
        slot: Slot::new(day(on), Some(600)).unwrap(),
        place: None,
        kind: meeting::MeetingKind::OneOnOne,
    };
    desk.edit(doc, MORNING, &mut |edit| meeting::plan(edit, &plan)).unwrap();
    desk.edit(doc, MORNING, &mut |edit| meeting::begin(edit, start)).unwrap();
    doc
}

fn row(desk: &Desk, doc: DocId) -> DocumentRow {
    desk.store.document(doc).unwrap().unwrap()
}

#[test]
fn the_home_screen_follows_from_rows_and_a_body_that_cannot_be_read_makes_no_difference_to_it() {
    let mut desk = maria(1);
    let doc = meets(&mut desk, "2026-03-10");
    let seen = overview(&mut desk, MORNING);
    assert_eq!(seen.rows[0].since_last.days, 9);

    desk.forget(doc);
    let changes = desk.store.body(doc).unwrap().changes;
    desk.write(changes.iter().map(|change| Write::RemoveChange(doc, change.hash)).collect()).unwrap();
    assert!(desk.read(doc, |_| ()).is_err());

    assert_eq!(overview(&mut desk, MORNING), seen);
}

#[test]
fn an_entry_that_another_version_wrote_is_made_anew_and_kept() {
    let mut desk = maria(1);
    let doc = meets(&mut desk, "2026-03-10");
    let seen = overview(&mut desk, MORNING);
    let kept = row(&desk, doc);
    desk.write(vec![Write::Document(DocumentRow {
        summary: b"of another version".to_vec(),
        ..kept.clone()
    })])
    .unwrap();

    assert_eq!(overview(&mut desk, MORNING), seen);

    let again = row(&desk, doc);
    assert_eq!((&again.summary, again.changed_at), (&kept.summary, kept.changed_at));
    let generation = again.generation;
    overview(&mut desk, MORNING);
    assert_eq!(row(&desk, doc).generation, generation, "once is enough");
}

#[test]
fn what_is_not_on_the_phone_counts_for_nothing() {
    let mut desk = maria(1);
    let doc = meets(&mut desk, "2026-03-10");
    let stub = DocumentRow { presence: Presence::Stub, summary: Vec::new(), ..row(&desk, doc) };
    desk.write(vec![Write::Document(stub)]).unwrap();

    assert_eq!(overview(&mut desk, MORNING).rows[0].since_last.last, None);
}

#[test]
fn a_day_begins_at_midnight_where_the_team_is() {
    let mut desk = maria(1);
    meets(&mut desk, "2026-03-18");
    let evening = Timestamp(1_773_957_000_000); // 21:50 in Greenwich, 23:50 in Bucharest

    assert_eq!(overview(&mut desk, evening).rows[0].since_last.days, 1);
    assert_eq!(overview(&mut desk, evening.plus_ms(10 * 60 * 1000)).rows[0].since_last.days, 2);
}

#[test]
fn who_joined_before_the_leader_came_is_not_overdue_on_the_first_day() {
    let mut desk = maria(1);
    let joined = Tenure { joined: Some(MORNING.plus_ms(-400 * DAY_MS)), ..tenure() };
    let zone = Zone::named("Europe/Bucharest").unwrap();
    let gathered = desk.gather(MORNING, (&[joined], &[]), zone).unwrap();
    assert_eq!(gathered.pairs[0].joined, day("2025-02-12"));
    assert_eq!(insight::since_last(&gathered.shelf())[0].days, 40);
}

#[test]
fn people_of_a_team_are_told_apart_by_their_roles() {
    let Team { leaders, agents, others, .. } = super::team(&team());
    assert_eq!((leaders, agents, others), (vec![person(1)], vec![person(2)], vec![person(3)]));
}

#[test]
fn days_are_counted_where_the_first_pair_is_or_else_the_first_team_or_in_greenwich() {
    let zone = |tenures: &[Tenure], teams: &[verbs::Team]| super::zone(tenures, teams);
    let bucharest = Zone::named("Europe/Bucharest").unwrap();
    let over = Tenure { time_zone: "Asia/Shanghai".into(), until: Some(MORNING), ..tenure() };
    assert_eq!(zone(&[over.clone(), tenure()], &[]), bucharest);
    assert_eq!(zone(&[over], &[team()]), Zone::named("Asia/Shanghai").unwrap());
    assert_eq!(zone(&[], &[team()]), bucharest);
    assert_eq!(zone(&[], &[]), Zone::utc());
}

#[test]
fn d6_who_leads_in_a_leaders_place_has_the_agent_on_the_home_screen_until_the_hour_that_it_ends() {
    let mut desk = maria(1);
    let until = MORNING.plus_ms(2 * 3_600_000);
    let mut led = |at| {
        let stint = Tenure { until: Some(until), ..tenure() };
        let gathered = desk.gather(at, (&[stint], &[]), Zone::named("Europe/Bucharest").unwrap()).unwrap();
        insight::overview(&gathered.shelf()).rows.len()
    };
    assert_eq!([led(MORNING), led(until.plus_ms(-1)), led(until)], [1, 1, 0]);
}

#[test]
fn every_kind_with_facts_is_gathered() {
    let mut desk = maria(1);
    let keys: [(&'static crate::coaching::KindSpec, NaturalKey); 3] = [
        (&meeting::SPEC, meeting::key(PAIR, day("2026-03-18"))),
        (&partnership::SPEC, partnership::key(PAIR, day("2026-03-18").year())),
        (&wellbeing_log::SPEC, wellbeing_log::key(PAIR, day("2026-03-18").quarter())),
    ];
    let docs = keys.map(|(spec, key)| desk.create(Kind::of(spec), key, MORNING).unwrap());
    let mut found: Vec<_> = desk.known().unwrap().into_iter().map(|(row, _)| row.doc).collect();
    found.sort();
    let mut expected = docs.to_vec();
    expected.sort();
    assert_eq!(found, expected);
}
