//! Who led an agent before: what a change of leaders leaves them, and that it ends by itself.

use crate::server::TestServer;
use server::name::Name;
use server::services::roster::{NewLeader, NewTenure, RosterError, TENURE_COLLECTION, TenureRecord};
use server::store::{Access, Audiences, Records, Store};
use sqlx::PgPool;
use sync_core::ids::{AudienceId, OrgId, PersonId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::{HAND_OVER_DAYS, Role};

const DAY_MS: i64 = 24 * 3_600_000;

/// Ana led Bob until a moment ago; now Cora does.
struct Change {
    server: TestServer,
    org: OrgId,
    ana: PersonId,
    bob: PersonId,
    cora: PersonId,
    before: TenureId,
    now: TenureId,
}

impl Change {
    async fn happens(pool: &PgPool) -> Self {
        let server = TestServer::start(pool).await;
        let (org, ana) = server.organisation("Care", "Ana").await;
        let (bob, cora) = (server.person(org, "Bob").await, server.person(org, "Cora").await);
        let zone = "Europe/Bucharest".to_owned();
        let team = server.office().add_team(org, Name::parse("Night").unwrap(), zone).await.unwrap().id;
        let new = NewTenure { team, leader: ana, agent: bob };
        let before = server.office().start_tenure(org, new).await.unwrap().tenure.id;
        server.clock().advance(60_000);
        let to = NewLeader { leader: cora, team: None };
        let now = server.office().hand_over(org, before, to).await.unwrap().tenure.id;
        Self { server, org, ana, bob, cora, before, now }
    }

    async fn roles(&self, server: &TestServer) -> [Option<Role>; 3] {
        let mut tx = server.app.store.begin(self.org, Access::Read).await.unwrap();
        let audience = AudienceId::of(self.org, &Subject::Tenure(self.now));
        let mut roles = [None; 3];
        for (role, person) in roles.iter_mut().zip([self.ana, self.bob, self.cora]) {
            let seats = tx.memberships(person).await.unwrap();
            *role = seats.into_iter().find(|seat| seat.audience == audience).map(|seat| seat.role);
        }
        roles
    }

    async fn record(&self) -> TenureRecord {
        let mut tx = self.server.app.store.begin(self.org, Access::Read).await.unwrap();
        let audience = AudienceId::of(self.org, &Subject::Tenure(self.now));
        let records = tx.records(audience, None, 9).await.unwrap();
        let record = records.into_iter().find(|record| record.collection == TENURE_COLLECTION).unwrap();
        serde_json::from_str(record.body.as_ref().unwrap()).unwrap()
    }
}

const OPEN: [Option<Role>; 3] = [Some(Role::Predecessor), Some(Role::Agent), Some(Role::Leader)];
const OVER: [Option<Role>; 3] = [None, Some(Role::Agent), Some(Role::Leader)];

#[sqlx::test(migrations = false)]
async fn d6_who_led_before_has_a_seat_in_the_new_pair_and_all_three_see_until_when(pool: PgPool) {
    let change = Change::happens(&pool).await;

    assert_eq!(change.roles(&change.server).await, OPEN);
    let record = change.record().await;
    let follows = record.follows.unwrap();
    assert_eq!((follows.tenure, follows.leader.id), (change.before, change.ana));
    assert_eq!((record.leader.id, record.until), (change.cora, None));
    assert_eq!(follows.until, Some(record.from.plus_ms(HAND_OVER_DAYS * DAY_MS)));
}

/// Nothing but the clock of the database has moved: no job has run.
#[sqlx::test(migrations = false)]
async fn d6_the_seat_of_who_led_before_is_over_at_the_moment_that_it_has_in_it(pool: PgPool) {
    let change = Change::happens(&pool).await;
    let ends =
        |when: &str| format!("UPDATE audience_member SET until_at = {when} WHERE role = 'predecessor'");

    change.server.db_as_owner(ends("clock_timestamp() + interval '30 seconds'")).await;
    assert_eq!(change.roles(&change.server).await, OPEN);
    change.server.db_as_owner(ends("clock_timestamp()")).await;
    assert_eq!(change.roles(&change.server).await, OVER);
}

#[sqlx::test(migrations = false)]
async fn d6_the_end_of_the_new_pair_takes_out_who_led_before_also_when_a_backup_gives_it_back(pool: PgPool) {
    let change = Change::happens(&pool).await;
    let server = &change.server;
    server.clock().advance(60_000);
    server.office().end_tenure(change.org, change.now).await.unwrap();
    let ended = [None, Some(Role::Agent), None];
    assert_eq!(change.roles(server).await, ended);
    assert_eq!(change.record().await.follows.unwrap().until, Some(server.clock().now()));
    server.db_as_owner("UPDATE tenure SET until_at = NULL WHERE follows IS NOT NULL".into()).await;
    let back = "UPDATE audience_member SET revoked_seq = NULL, until_at = NULL WHERE role IN ('predecessor', 'leader')";
    server.db_as_owner(back.into()).await;
    assert_eq!(change.roles(server).await, OPEN, "the backup gave it back");

    let restored = server.another_instance().await;

    assert_eq!(change.roles(&restored).await, ended);
}

#[sqlx::test(migrations = false)]
async fn d6_a_further_change_takes_the_first_leader_out_and_a_leader_who_comes_back_leads(pool: PgPool) {
    let mut change = Change::happens(&pool).await;
    change.server.clock().advance(60_000);
    let first = change.roles(&change.server).await;
    let to = NewLeader { leader: change.ana, team: None };
    let again = change.server.office().hand_over(change.org, change.now, to).await.unwrap().tenure.id;

    assert_eq!(first, OPEN);
    assert_eq!(change.roles(&change.server).await, [None, Some(Role::Agent), None]);
    change.now = again;
    let roles = [Some(Role::Leader), Some(Role::Agent), Some(Role::Predecessor)];
    assert_eq!(change.roles(&change.server).await, roles);
}

/// The ledger had the end, and the server died before the rest was written: at its next start the end alone came about.
#[sqlx::test(migrations = false)]
async fn d6_a_change_that_was_cut_short_after_its_ledger_is_done_when_it_is_asked_for_again(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let (bob, cora) = (server.person(org, "Bob").await, server.person(org, "Cora").await);
    let zone = "Europe/Bucharest".to_owned();
    let team = server.office().add_team(org, Name::parse("Night").unwrap(), zone).await.unwrap().id;
    let new = NewTenure { team, leader: ana, agent: bob };
    let before = server.office().start_tenure(org, new).await.unwrap().tenure.id;
    server.clock().advance(60_000);
    server.office().end_tenure(org, before).await.unwrap();
    server.clock().advance(60_000);

    let to = NewLeader { leader: cora, team: None };
    let now = server.office().hand_over(org, before, to).await.unwrap();

    assert_eq!(now.follows.as_ref().map(|follows| follows.tenure), Some(before));
    let change = Change { server, org, ana, bob, cora, before, now: now.tenure.id };
    assert_eq!(change.roles(&change.server).await, OPEN);
    let again = change.server.office().hand_over(org, before, to).await;
    assert!(matches!(again, Err(RosterError::NotFound(_))), "{again:?}");
}
