//! Owns what tests of verbs share: the phones of a leader and an agent in airplane mode, and how what they wrote comes together.

use super::{Parts, Replica};
use crate::credential::{DeviceKey as _, SoftwareKey};
use crate::document::apply;
use crate::ids::{AudienceId, DeviceId, DocId, OrgId, PersonId, ReplicaId, TeamId, TenureId};
use crate::key::Subject;
use crate::metric::{self, Decimal, KpiId, MetricRow, MonthKey, SourceName};
use crate::policy::Role;
use crate::store::{AudienceRow, Batch, Identity, MemoryStore, RecordRow, Store, TEAMS, TENURES, Write};
use crate::sync::live::LivePolicy;
use crate::time::{Day, Timestamp};
use crate::transport::{BoxFuture, Call, Reply, Transport, TransportError};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::sync::Arc;

pub(crate) const ORG: OrgId = OrgId::from_bytes([1; 16]);
pub(crate) const TENURE: TenureId = TenureId::from_bytes([2; 16]);
pub(crate) const TEAM: TeamId = TeamId::from_bytes([3; 16]);
pub(crate) const MARIA: PersonId = PersonId::from_bytes([11; 16]);
pub(crate) const SERBAN: PersonId = PersonId::from_bytes([12; 16]);
/// Wednesday, 18 March 2026, 09:00 in Greenwich: 11:00 in Bucharest.
pub(crate) const NOW: Timestamp = Timestamp(1_773_824_400_000);

/// A network that is not there.
struct Airplane;

impl Transport for Airplane {
    fn call(&self, _: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async { Err(TransportError::Unreachable(None)) })
    }
}

/// The phone of somebody who has synced once and has no network since. The leader has the team's Romanian clock.
pub(crate) fn offline(person: PersonId, numbers: &[MetricRow]) -> Replica {
    offline_with(person, numbers_of(numbers), 0)
}

/// The pair of the same agent with the next leader.
pub(crate) const NEXT_TENURE: TenureId = TenureId::from_bytes([4; 16]);
pub(crate) const RADU: PersonId = PersonId::from_bytes([13; 16]);

/// One of the phones of somebody who is this in the pair with the next leader, which began today, and has no network since.
pub(crate) fn after_the_change(person: PersonId, role: Role, phone: u8) -> Replica {
    let named = |id: PersonId, name: &str| format!(r#"{{"id":"{id}","name":"{name}"}}"#);
    let tenure = format!(
        r#"{{"team":"{TEAM}","team_name":"Tura de seară","time_zone":"Europe/Bucharest","leader":{},"agent":{},"from":{},
            "follows":{{"tenure":"{TENURE}","leader":{},"until":{}}}}}"#,
        named(RADU, "Radu Ionescu"),
        named(SERBAN, "Mihai Șerban"),
        NOW.0,
        named(MARIA, "Maria Țîrlea"),
        NOW.plus_ms(30 * 86_400_000).0,
    );
    let audience = AudienceRow {
        audience: AudienceId::of(ORG, &Subject::Tenure(NEXT_TENURE)),
        role: role.as_str().into(),
        members: vec![RADU, SERBAN, MARIA],
    };
    let record = record(TENURES, NEXT_TENURE.as_bytes().to_vec(), tenure);
    offline_with(person, vec![record, Write::Audience(audience)], phone)
}

fn offline_with(person: PersonId, more: Vec<Write>, phone: u8) -> Replica {
    let mut rng = StdRng::from_seed([person.as_bytes()[0] ^ phone; 32]);
    let key = SoftwareKey::random(&mut rng);
    let identity = Identity {
        server_id: "s".into(),
        url: "http://127.0.0.1:1".into(),
        org: ORG,
        person,
        device: DeviceId::from_bytes(*person.as_bytes()),
        organisation_key: key.public_key().to_vec(),
        replica: ReplicaId::from_bytes(*person.as_bytes()),
    };
    let mut store = MemoryStore::default();
    let mut writes = vec![Write::Identity(identity)];
    writes.extend(roster());
    writes.extend(more);
    store.commit(&Batch { expect: Vec::new(), writes }).unwrap();
    let parts = Parts {
        store: Box::new(store),
        transport: Arc::new(Airplane),
        key: Arc::new(key),
        clock: Arc::new(|| NOW),
        seed: [person.as_bytes()[0] ^ (phone << 4); 32],
        live: LivePolicy::Ignore,
    };
    Replica::open(parts).unwrap().0
}

/// Both phones have what either of them wrote in a document.
#[track_caller]
pub(crate) fn meet(
    one: &Replica,
    other: &Replica,
    doc: DocId,
) -> (automerge::Automerge, automerge::Automerge) {
    let copy = |replica: &Replica| replica.read(doc, |history| history.view().clone()).unwrap();
    let (ours, theirs) = (copy(one), copy(other));
    let (news, others) = (ours.get_changes_added(&theirs), theirs.get_changes_added(&ours));
    (apply(ours, news).unwrap(), apply(theirs, others).unwrap())
}

fn roster() -> Vec<Write> {
    let named = |id: PersonId, name: &str| format!(r#"{{"id":"{id}","name":"{name}"}}"#);
    let mate =
        |id: PersonId, name: &str, role: &str| format!(r#"{{"id":"{id}","name":"{name}","role":"{role}"}}"#);
    let (maria, serban) = ("Maria Țîrlea", "Mihai Șerban");
    let tenure = format!(
        r#"{{"team":"{TEAM}","team_name":"Tura de seară","time_zone":"Europe/Bucharest","leader":{},"agent":{},"from":0}}"#,
        named(MARIA, maria),
        named(SERBAN, serban)
    );
    let team = format!(
        r#"{{"name":"Tura de seară","time_zone":"Europe/Bucharest","people":[{},{}]}}"#,
        mate(MARIA, maria, "leader"),
        mate(SERBAN, serban, "member")
    );
    let audience = AudienceRow {
        audience: AudienceId::of(ORG, &Subject::Tenure(TENURE)),
        role: "leader".into(),
        members: vec![MARIA, SERBAN],
    };
    vec![
        record(TENURES, TENURE.as_bytes().to_vec(), tenure),
        record(TEAMS, TEAM.as_bytes().to_vec(), team),
        Write::Audience(audience),
    ]
}

fn numbers_of(rows: &[MetricRow]) -> Vec<Write> {
    let keys: std::collections::BTreeSet<MonthKey> =
        rows.iter().map(|row| MonthKey { person: row.person, month: row.day.month() }).collect();
    let of = |key: &MonthKey| {
        let theirs: Vec<MetricRow> = rows
            .iter()
            .filter(|row| row.person == key.person && row.day.month() == key.month)
            .cloned()
            .collect();
        record(metric::COLLECTION, key.to_bytes(), metric::encode(&theirs))
    };
    keys.iter().map(of).collect()
}

fn record(collection: &str, key: Vec<u8>, body: String) -> Write {
    Write::Record(RecordRow { collection: collection.into(), key, version: 1, body: body.into_bytes() })
}

/// What was measured of a person on a day.
pub(crate) fn measured(person: PersonId, day: &str, kpi: &str, value: &str, volume: u32) -> MetricRow {
    MetricRow {
        person,
        day: Day::parse(day).unwrap(),
        kpi: KpiId::parse(kpi).unwrap(),
        source: SourceName::parse("nice").unwrap(),
        value: Decimal::parse(value).unwrap(),
        volume: Some(volume),
    }
}
