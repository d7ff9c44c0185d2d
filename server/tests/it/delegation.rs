//! Who leads in a leader's place: what a delegation gives, and that it ends by itself.

use crate::server::TestServer;
use server::name::Name;
use server::services::delegation::NewDelegation;
use server::services::roster::{NewTenure, RosterError, TENURE_COLLECTION, TenureRecord};
use server::store::{Access, Audiences, Records, Store};
use sqlx::PgPool;
use sync_core::ids::{AudienceId, DelegationId, OrgId, PersonId, TeamId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::{Role, stand_in};

const HOUR_MS: i64 = 3_600_000;

/// Ana leads Bob; Eve leads in her place for an hour.
struct Leave {
    server: TestServer,
    org: OrgId,
    team: TeamId,
    ana: PersonId,
    bob: PersonId,
    eve: PersonId,
    tenure: TenureId,
    delegation: DelegationId,
}

impl Leave {
    async fn begin(pool: &PgPool) -> Self {
        let server = TestServer::start(pool).await;
        let (org, ana) = server.organisation("Care", "Ana").await;
        let (bob, eve) = (server.person(org, "Bob").await, server.person(org, "Eve").await);
        let zone = "Europe/Bucharest".to_owned();
        let team = server.office().add_team(org, Name::parse("Night").unwrap(), zone).await.unwrap().id;
        let new = NewTenure { team, leader: ana, agent: bob };
        let tenure = server.office().start_tenure(org, new).await.unwrap().tenure.id;
        let until = server.clock().now().plus_ms(HOUR_MS);
        let new = NewDelegation { leader: ana, acting: eve, until };
        let delegation = server.office().delegate(org, new).await.unwrap().delegation.id;
        Self { server, org, team, ana, bob, eve, tenure, delegation }
    }

    fn another(&self) -> NewDelegation {
        let until = self.server.clock().now().plus_ms(HOUR_MS);
        NewDelegation { leader: self.ana, acting: self.eve, until }
    }

    /// The pair that stands in for this tenure.
    async fn stint(&self, tenure: TenureId) -> Subject {
        let mut tx = self.server.app.store.begin(self.org, Access::Read).await.unwrap();
        let delegation = tx.delegations().await.unwrap().remove(0).delegation;
        let tenure = tx.find_tenure(tenure).await.unwrap().unwrap().tenure;
        Subject::Tenure(stand_in(&delegation, &tenure).unwrap().pair.id)
    }

    async fn roles(&self, server: &TestServer, of: Subject) -> [Option<Role>; 3] {
        let mut tx = server.app.store.begin(self.org, Access::Read).await.unwrap();
        let audience = AudienceId::of(self.org, &of);
        let mut roles = [None; 3];
        for (role, person) in roles.iter_mut().zip([self.ana, self.bob, self.eve]) {
            let seats = tx.memberships(person).await.unwrap();
            *role = seats.into_iter().find(|seat| seat.audience == audience).map(|seat| seat.role);
        }
        roles
    }

    async fn record(&self, server: &TestServer, of: Subject) -> TenureRecord {
        let mut tx = server.app.store.begin(self.org, Access::Read).await.unwrap();
        let records = tx.records(AudienceId::of(self.org, &of), None, 9).await.unwrap();
        let record = records.into_iter().find(|record| record.collection == TENURE_COLLECTION).unwrap();
        serde_json::from_str(record.body.as_ref().unwrap()).unwrap()
    }
}

const OPEN: [Option<Role>; 3] = [Some(Role::Party), Some(Role::Party), Some(Role::Acting)];
const OVER: [Option<Role>; 3] = [Some(Role::Party), Some(Role::Party), None];

#[sqlx::test(migrations = false)]
async fn d6_the_three_have_a_pair_of_their_own_and_the_leaders_pair_stays_as_it_was(pool: PgPool) {
    let leave = Leave::begin(&pool).await;
    let (server, stint) = (&leave.server, leave.stint(leave.tenure).await);

    assert_eq!(leave.roles(server, stint).await, OPEN);
    let pair = [Some(Role::Leader), Some(Role::Agent), None];
    assert_eq!(leave.roles(server, Subject::Tenure(leave.tenure)).await, pair);
    let team = [Some(Role::Leader), Some(Role::Member), Some(Role::Acting)];
    assert_eq!(leave.roles(server, Subject::Team(leave.team)).await, team);
    let record = leave.record(server, stint).await;
    assert_eq!((record.leader.id, record.agent.id), (leave.eve, leave.bob));
    assert_eq!(record.until, Some(leave.another().until));
    let stands_in = record.stands_in.unwrap();
    assert_eq!((stands_in.tenure, stands_in.leader.id), (leave.tenure, leave.ana));
}

/// Nothing but the clock of the database has moved: no job has run.
#[sqlx::test(migrations = false)]
async fn d6_the_seat_is_over_at_the_moment_that_it_has_in_it(pool: PgPool) {
    let leave = Leave::begin(&pool).await;
    let (server, stint) = (&leave.server, leave.stint(leave.tenure).await);
    let ends = |when: &str| format!("UPDATE audience_member SET until_at = {when} WHERE role = 'acting'");

    server.db_as_owner(ends("clock_timestamp() + interval '30 seconds'")).await;
    assert_eq!(leave.roles(server, stint).await, OPEN);
    server.db_as_owner(ends("clock_timestamp()")).await;
    assert_eq!(leave.roles(server, stint).await, OVER);
    assert_eq!(leave.roles(server, Subject::Team(leave.team)).await[2], None);
}

#[sqlx::test(migrations = false)]
async fn d6_when_its_time_has_passed_the_roster_says_so_once(pool: PgPool) {
    let leave = Leave::begin(&pool).await;
    let (server, stint) = (&leave.server, leave.stint(leave.tenure).await);
    let until = leave.another().until;
    server.clock().advance(HOUR_MS - 1);
    assert_eq!(server.office().settle_delegations(leave.org).await.unwrap(), 0);
    assert_eq!(leave.roles(server, stint).await, OPEN);
    server.clock().advance(1);

    assert_eq!(server.office().settle_delegations(leave.org).await.unwrap(), 1);
    assert_eq!(server.office().settle_delegations(leave.org).await.unwrap(), 0);

    assert_eq!(leave.roles(server, stint).await, OVER);
    assert_eq!(leave.roles(server, Subject::Team(leave.team)).await[2], None);
    assert_eq!(leave.record(server, stint).await.until, Some(until));
    server.office().delegate(leave.org, leave.another()).await.unwrap();
    assert_ne!(leave.stint(leave.tenure).await, stint, "another time is another pair");
}

#[sqlx::test(migrations = false)]
async fn d6_an_end_before_its_time_holds_when_a_backup_gives_it_back(pool: PgPool) {
    let leave = Leave::begin(&pool).await;
    let (server, stint) = (&leave.server, leave.stint(leave.tenure).await);
    server.clock().advance(60_000);
    let ended_at = server.clock().now();
    server.office().end_delegation(leave.org, leave.delegation).await.unwrap();
    server.office().end_delegation(leave.org, leave.delegation).await.unwrap();
    assert_eq!(leave.roles(server, stint).await, OVER);
    server
        .db_as_owner("UPDATE delegation SET settled_at = NULL, until_at = now() + interval '1 hour'".into())
        .await;
    server.db_as_owner("UPDATE audience_member SET revoked_seq = NULL, until_at = NULL".into()).await;
    assert_eq!(leave.roles(server, stint).await, OPEN, "the backup gave it back");

    let restored = server.another_instance().await;

    assert_eq!(leave.roles(&restored, stint).await, OVER);
    assert_eq!(leave.roles(&restored, Subject::Team(leave.team)).await[2], None);
    assert_eq!(leave.record(&restored, stint).await.until, Some(ended_at));
}

#[sqlx::test(migrations = false)]
async fn d6_whoever_joins_the_leader_meanwhile_is_in_it_and_a_tenure_that_ends_takes_leader_and_acting_one_out(
    pool: PgPool,
) {
    let leave = Leave::begin(&pool).await;
    let server = &leave.server;
    let carla = server.person(leave.org, "Carla").await;
    let new = NewTenure { team: leave.team, leader: leave.ana, agent: carla };
    let second = server.office().start_tenure(leave.org, new).await.unwrap().tenure.id;
    let stint = leave.stint(second).await;
    assert_eq!(leave.roles(server, stint).await, [Some(Role::Party), None, Some(Role::Acting)]);
    let first = leave.stint(leave.tenure).await;
    server.clock().advance(60_000);

    server.office().end_tenure(leave.org, leave.tenure).await.unwrap();

    assert_eq!(leave.roles(server, first).await, [None, Some(Role::Party), None]);
    assert_eq!(leave.record(server, first).await.until, Some(server.clock().now()));
    assert_eq!(leave.roles(server, stint).await[2], Some(Role::Acting));
    assert_eq!(leave.roles(server, Subject::Team(leave.team)).await[2], Some(Role::Acting));
    server.office().end_tenure(leave.org, second).await.unwrap();
    assert_eq!(leave.roles(server, Subject::Team(leave.team)).await[2], None, "nobody is led there any more");
}

#[sqlx::test(migrations = false)]
async fn d6_an_agent_of_the_team_who_leads_it_for_a_time_stays_a_member_and_does_not_lead_themselves(
    pool: PgPool,
) {
    let leave = Leave::begin(&pool).await;
    let server = &leave.server;
    server.office().end_delegation(leave.org, leave.delegation).await.unwrap();
    let carla = server.person(leave.org, "Carla").await;
    let new = NewTenure { team: leave.team, leader: leave.ana, agent: carla };
    server.office().start_tenure(leave.org, new).await.unwrap();

    server
        .office()
        .delegate(leave.org, NewDelegation { acting: leave.bob, ..leave.another() })
        .await
        .unwrap();

    assert_eq!(leave.roles(server, Subject::Team(leave.team)).await[1], Some(Role::Member));
    let mut tx = server.app.store.begin(leave.org, Access::Read).await.unwrap();
    let seats = tx.memberships(leave.bob).await.unwrap();
    assert_eq!(seats.iter().filter(|seat| seat.role == Role::Acting).count(), 1, "with Carla");
}

#[sqlx::test(migrations = false)]
async fn d6_a_delegation_has_two_people_an_end_to_come_and_is_there_once(pool: PgPool) {
    let leave = Leave::begin(&pool).await;
    let (office, org) = (leave.server.office(), leave.org);
    let refused = async |new| office.delegate(org, new).await.unwrap_err();

    assert!(matches!(refused(leave.another()).await, RosterError::AlreadyDelegated));
    let alone = NewDelegation { acting: leave.ana, ..leave.another() };
    assert!(matches!(refused(alone).await, RosterError::OwnDelegate));
    let past = NewDelegation { until: office.now, ..leave.another() };
    assert!(matches!(refused(past).await, RosterError::EndsInThePast));
    let for_ever = NewDelegation { until: office.now.plus_ms(91 * 24 * HOUR_MS), ..leave.another() };
    assert!(matches!(refused(for_ever).await, RosterError::TooLong));
    let stranger = NewDelegation { acting: PersonId::from_bytes([1; 16]), ..leave.another() };
    assert!(matches!(refused(stranger).await, RosterError::NotFound("acting leader")));
    let nothing = office.end_delegation(org, DelegationId::from_bytes([1; 16])).await.unwrap_err();
    assert!(matches!(nothing, RosterError::NotFound("delegation")));
}

/// The id follows from two that an administrator can list.
#[sqlx::test(migrations = false)]
async fn d6_nobody_starts_a_tenure_under_the_id_of_a_pair_that_stands_in(pool: PgPool) {
    let leave = Leave::begin(&pool).await;
    let Subject::Tenure(stint) = leave.stint(leave.tenure).await else { unreachable!() };
    let mallory = leave.server.person(leave.org, "Mallory").await;

    let new = NewTenure { team: leave.team, leader: mallory, agent: leave.bob };
    let started = leave.server.office().start_tenure_as(leave.org, stint, new).await;

    assert!(matches!(started, Err(RosterError::IdInUse)), "{started:?}");
    let mut tx = leave.server.app.store.begin(leave.org, Access::Read).await.unwrap();
    let audience = AudienceId::of(leave.org, &Subject::Tenure(stint));
    let seats = tx.memberships(mallory).await.unwrap();
    assert!(seats.iter().all(|seat| seat.audience != audience));
}
