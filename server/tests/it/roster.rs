//! Who works with whom: what a tenure gives, and what its end takes away.

use crate::server::TestServer;
use server::name::Name;
use server::services::roster::{NewTenure, RosterError, TENURE_COLLECTION, TenureRecord};
use server::store::row::Event;
use server::store::{Access, Audiences, Feed, Records, Store};
use sqlx::PgPool;
use sync_core::ids::{AudienceId, OrgId, PersonId, TeamId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::Role;

struct Pair {
    org: OrgId,
    leader: PersonId,
    agent: PersonId,
    team: TeamId,
}

async fn pair(server: &TestServer) -> Pair {
    let (org, leader) = server.organisation("Care", "Ana").await;
    let agent = server.person(org, "Bob").await;
    let zone = "Europe/Bucharest".to_owned();
    let team = server.office().add_team(org, Name::parse("Night").unwrap(), zone).await.unwrap().id;
    Pair { org, leader, agent, team }
}

impl Pair {
    fn new_tenure(&self) -> NewTenure {
        NewTenure { team: self.team, leader: self.leader, agent: self.agent }
    }

    fn audience(&self, tenure: TenureId) -> AudienceId {
        AudienceId::of(self.org, &Subject::Tenure(tenure))
    }

    async fn roles(&self, server: &TestServer, person: PersonId) -> Vec<(AudienceId, Role)> {
        let mut tx = server.app.store.begin(self.org, Access::Read).await.unwrap();
        let mut roles: Vec<_> =
            tx.memberships(person).await.unwrap().into_iter().map(|m| (m.audience, m.role)).collect();
        roles.sort_by_key(|(_, role)| *role);
        roles
    }

    async fn record(&self, server: &TestServer, tenure: TenureId) -> TenureRecord {
        let mut tx = server.app.store.begin(self.org, Access::Read).await.unwrap();
        let records = tx.records(self.audience(tenure), None, 9).await.unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!(
            (records[0].collection.as_str(), records[0].key.as_slice()),
            (TENURE_COLLECTION, &tenure.as_bytes()[..])
        );
        serde_json::from_str(records[0].body.as_ref().unwrap()).unwrap()
    }

    async fn own_events(&self, server: &TestServer, person: PersonId) -> Vec<Event> {
        let own = AudienceId::of(self.org, &Subject::Person(person));
        let mut tx = server.app.store.begin(self.org, Access::Read).await.unwrap();
        tx.tail(&[(own, 0)], 99).await.unwrap().into_iter().map(|row| row.event).collect()
    }
}

#[sqlx::test(migrations = false)]
async fn a_new_person_has_the_audience_of_what_is_theirs_alone(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let own = AudienceId::of(pair.org, &Subject::Person(pair.leader));
    assert_eq!(pair.roles(&server, pair.leader).await, [(own, Role::Own)]);
}

#[sqlx::test(migrations = false)]
async fn a_tenure_gives_both_people_its_audience_and_its_record(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;

    let row = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap();

    let audience = pair.audience(row.tenure.id);
    assert_eq!(pair.roles(&server, pair.leader).await[1], (audience, Role::Leader));
    assert_eq!(pair.roles(&server, pair.agent).await[1], (audience, Role::Agent));
    let granted = Event::Grant { audience, role: Role::Agent };
    assert_eq!(pair.own_events(&server, pair.agent).await.last(), Some(&granted));
    let record = pair.record(&server, row.tenure.id).await;
    assert_eq!((record.team_name.as_str(), record.time_zone.as_str()), ("Night", "Europe/Bucharest"));
    assert_eq!((record.leader.id, record.leader.name.as_str()), (pair.leader, "Ana"));
    assert_eq!((record.agent.id, record.agent.name.as_str()), (pair.agent, "Bob"));
    assert_eq!((record.from, record.until), (server.clock().now(), None));
}

#[sqlx::test(migrations = false)]
async fn the_end_of_a_tenure_takes_the_leader_out_and_leaves_the_agent(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let tenure = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;
    server.clock().advance(60_000);

    server.office().end_tenure(pair.org, tenure).await.unwrap();
    server.office().end_tenure(pair.org, tenure).await.unwrap();

    let audience = pair.audience(tenure);
    assert_eq!(pair.roles(&server, pair.leader).await.len(), 1, "only what is theirs alone");
    assert_eq!(pair.roles(&server, pair.agent).await[1], (audience, Role::Agent));
    let told = pair.own_events(&server, pair.leader).await;
    let revoked = Event::Revoke { audience, reason: "tenure_ended".into() };
    assert_eq!(told.iter().filter(|event| **event == revoked).count(), 1);
    assert_eq!(pair.record(&server, tenure).await.until, Some(server.clock().now()));
}

#[sqlx::test(migrations = false)]
async fn an_ended_tenure_stays_ended_when_a_backup_gives_it_back(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let tenure = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;
    let ended_at = server.clock().now();
    server.office().end_tenure(pair.org, tenure).await.unwrap();
    server.db_as_owner("UPDATE tenure SET until_at = NULL".into()).await;
    server.db_as_owner("UPDATE audience_member SET revoked_seq = NULL, until_at = NULL".into()).await;
    assert_eq!(pair.roles(&server, pair.leader).await.len(), 2, "the backup gave it back");
    server.clock().advance(86_400_000);

    let restored = server.another_instance().await;

    assert_eq!(pair.roles(&restored, pair.leader).await.len(), 1);
    assert_eq!(pair.record(&restored, tenure).await.until, Some(ended_at));
}

#[sqlx::test(migrations = false)]
async fn a_pair_has_one_tenure_at_a_time_and_nobody_leads_themselves(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let office = server.office();
    let first = office.start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;

    let twice = office.start_tenure(pair.org, pair.new_tenure()).await.unwrap_err();
    let alone = NewTenure { agent: pair.leader, ..pair.new_tenure() };
    let alone = office.start_tenure(pair.org, alone).await.unwrap_err();
    let stranger = NewTenure { agent: PersonId::from_bytes([1; 16]), ..pair.new_tenure() };
    let stranger = office.start_tenure(pair.org, stranger).await.unwrap_err();

    assert!(matches!(twice, RosterError::AlreadyRunning));
    assert!(matches!(alone, RosterError::SamePerson));
    assert!(matches!(stranger, RosterError::NotFound("agent")));
    office.end_tenure(pair.org, first).await.unwrap();
    office.start_tenure(pair.org, pair.new_tenure()).await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn nobody_is_added_to_an_organisation_that_does_not_exist(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let nowhere = OrgId::from_bytes([9; 16]);
    let new = (Name::parse("Ana").unwrap(), server::language::Language::En);
    let refused = server.office().add_person(nowhere, new).await.unwrap_err();
    assert!(matches!(refused, RosterError::NotFound("organisation")));
}
