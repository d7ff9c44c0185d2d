//! Who works with whom: what a tenure gives, and what its end takes away.

use crate::server::TestServer;
use server::name::Name;
use server::services::appointment::{NewAppointment, TeamRecord};
use server::services::roster::{NewLeader, NewTenure, RosterError, TENURE_COLLECTION, TenureRecord};
use server::store::row::Event;
use server::store::{Access, Audiences, Feed, Records, Store};
use sqlx::PgPool;
use sync_core::ids::{AudienceId, OrgId, PersonId, TeamId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::{Office, Role};
use sync_core::store::TEAMS;

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

    /// What a person is in the audience of something.
    async fn role(&self, server: &TestServer, person: PersonId, of: Subject) -> Option<Role> {
        let mut tx = server.app.store.begin(self.org, Access::Read).await.unwrap();
        let audience = AudienceId::of(self.org, &of);
        let seats = tx.memberships(person).await.unwrap();
        seats.into_iter().find(|seat| seat.audience == audience).map(|seat| seat.role)
    }

    async fn role_in_team(&self, server: &TestServer, person: PersonId) -> Option<Role> {
        self.role(server, person, Subject::Team(self.team)).await
    }

    /// What everybody of the team sees of it: who is in it, and as what.
    async fn team_shown(&self, server: &TestServer) -> Vec<(String, String)> {
        let mut tx = server.app.store.begin(self.org, Access::Read).await.unwrap();
        let audience = AudienceId::of(self.org, &Subject::Team(self.team));
        let records = tx.records(audience, None, 9).await.unwrap();
        assert_eq!((records.len(), records[0].collection.as_str()), (1, TEAMS));
        let shown: TeamRecord = serde_json::from_str(records[0].body.as_ref().unwrap()).unwrap();
        assert_eq!((shown.name.as_str(), shown.time_zone.as_str()), ("Night", "Europe/Bucharest"));
        let mut people: Vec<_> = shown.people.into_iter().map(|mate| (mate.name, mate.role)).collect();
        people.sort();
        people
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
async fn a_new_person_has_the_audience_of_what_is_theirs_alone_and_is_one_of_everybody(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    assert_eq!(pair.role(&server, pair.leader, Subject::Person(pair.leader)).await, Some(Role::Own));
    assert_eq!(pair.role(&server, pair.leader, Subject::Organisation).await, Some(Role::Member));
    assert_eq!(pair.role_in_team(&server, pair.leader).await, None);
}

#[sqlx::test(migrations = false)]
async fn a_tenure_gives_both_people_its_audience_and_its_record(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;

    let row = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap();

    let (audience, tenure) = (pair.audience(row.tenure.id), Subject::Tenure(row.tenure.id));
    assert_eq!(pair.role(&server, pair.leader, tenure).await, Some(Role::Leader));
    assert_eq!(pair.role(&server, pair.agent, tenure).await, Some(Role::Agent));
    let granted = Event::Grant { audience, role: Role::Agent };
    assert!(pair.own_events(&server, pair.agent).await.contains(&granted));
    let record = pair.record(&server, row.tenure.id).await;
    assert_eq!((record.team_name.as_str(), record.time_zone.as_str()), ("Night", "Europe/Bucharest"));
    assert_eq!((record.leader.id, record.leader.name.as_str()), (pair.leader, "Ana"));
    assert_eq!((record.agent.id, record.agent.name.as_str()), (pair.agent, "Bob"));
    let now = server.clock().now();
    assert_eq!((record.joined, record.from, record.until), (now, now, None));
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
    assert_eq!(pair.role(&server, pair.leader, Subject::Tenure(tenure)).await, None);
    assert_eq!(pair.role(&server, pair.agent, Subject::Tenure(tenure)).await, Some(Role::Agent));
    assert_eq!(pair.role_in_team(&server, pair.leader).await, None);
    assert_eq!(pair.role_in_team(&server, pair.agent).await, None);
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
    let given_back = [Subject::Tenure(tenure), Subject::Team(pair.team)];
    for subject in given_back {
        assert_eq!(pair.role(&server, pair.leader, subject).await, Some(Role::Leader), "{subject:?}");
    }
    server.clock().advance(86_400_000);

    let restored = server.another_instance().await;

    for subject in given_back {
        assert_eq!(pair.role(&restored, pair.leader, subject).await, None, "{subject:?}");
    }
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
async fn with_another_leader_the_agent_is_at_no_moment_out_of_the_team(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let before = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;
    let cora = server.person(pair.org, "Cora").await;
    server.clock().advance(60_000);

    let to = NewLeader { leader: cora, team: None };
    let now = server.office().hand_over(pair.org, before, to).await.unwrap().tenure;

    assert_eq!((now.leader, now.agent, now.from), (cora, pair.agent, server.clock().now()));
    assert_eq!(pair.record(&server, before).await.until, Some(now.from));
    for (person, in_the_first, in_the_second, in_the_team) in [
        (pair.leader, None, Some(Role::Predecessor), None),
        (cora, None, Some(Role::Leader), Some(Role::Leader)),
        (pair.agent, Some(Role::Agent), Some(Role::Agent), Some(Role::Member)),
    ] {
        assert_eq!(pair.role(&server, person, Subject::Tenure(before)).await, in_the_first);
        assert_eq!(pair.role(&server, person, Subject::Tenure(now.id)).await, in_the_second);
        assert_eq!(pair.role_in_team(&server, person).await, in_the_team);
    }
    let shown = [("Bob", "member"), ("Cora", "leader")].map(|(name, role)| (name.into(), role.into()));
    assert_eq!(pair.team_shown(&server).await, shown);
    let told = pair.own_events(&server, pair.agent).await;
    assert!(!told.iter().any(|event| matches!(event, Event::Revoke { .. })), "{told:?}");
    let restored = server.another_instance().await;
    assert_eq!(pair.role(&restored, cora, Subject::Tenure(now.id)).await, Some(Role::Leader));
}

#[sqlx::test(migrations = false)]
async fn whoever_goes_to_a_leader_of_another_team_leaves_the_one_before(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let before = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;
    let (name, zone) = (Name::parse("Day").unwrap(), "UTC".to_owned());
    let day = server.office().add_team(pair.org, name, zone).await.unwrap().id;

    // Together with their leader.
    let to = NewLeader { leader: pair.leader, team: Some(day) };
    server.office().hand_over(pair.org, before, to).await.unwrap();

    for (person, role) in [(pair.leader, Role::Leader), (pair.agent, Role::Member)] {
        assert_eq!(pair.role_in_team(&server, person).await, None);
        assert_eq!(pair.role(&server, person, Subject::Team(day)).await, Some(role));
    }
    assert_eq!(pair.team_shown(&server).await, []);
}

#[sqlx::test(migrations = false)]
async fn a_change_of_leader_that_cannot_be_changes_nothing_also_not_at_the_next_start(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let office = server.office();
    let tenure = office.start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;
    let cora = server.person(pair.org, "Cora").await;
    let to = |leader, team| NewLeader { leader, team };
    let nobody = PersonId::from_bytes([1; 16]);
    let nowhere = TeamId::from_bytes([1; 16]);

    let mut refused = Vec::new();
    for to in [to(nobody, None), to(cora, Some(nowhere)), to(pair.agent, None), to(pair.leader, None)] {
        refused.push(office.hand_over(pair.org, tenure, to).await.unwrap_err().to_string());
    }

    let because = [
        RosterError::NotFound("leader"),
        RosterError::NotFound("team"),
        RosterError::SamePerson,
        RosterError::AlreadyRunning,
    ];
    assert_eq!(refused, because.map(|error| error.to_string()));
    let restarted = server.another_instance().await;
    assert_eq!(pair.record(&restarted, tenure).await.until, None);
    assert_eq!(pair.role(&restarted, pair.leader, Subject::Tenure(tenure)).await, Some(Role::Leader));
    assert_eq!(pair.role_in_team(&restarted, pair.agent).await, Some(Role::Member));
    office.end_tenure(pair.org, tenure).await.unwrap();
    server.clock().advance(31 * 24 * 3_600_000);
    let over = server.office().hand_over(pair.org, tenure, to(cora, None)).await.unwrap_err();
    assert!(matches!(over, RosterError::NotFound(_)), "what is over for long cannot be handed over");
}

#[sqlx::test(migrations = false)]
async fn nobody_is_added_to_an_organisation_that_does_not_exist(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let nowhere = OrgId::from_bytes([9; 16]);
    let new = (Name::parse("Ana").unwrap(), sync_core::content::Language::En);
    let refused = server.office().add_person(nowhere, new).await.unwrap_err();
    assert!(matches!(refused, RosterError::NotFound("organisation")));
}

#[sqlx::test(migrations = false)]
async fn whoever_leads_in_a_team_or_is_led_there_is_in_it_and_everybody_there_sees_who_is(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let tenure = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;
    assert_eq!(pair.role_in_team(&server, pair.leader).await, Some(Role::Leader));
    assert_eq!(pair.role_in_team(&server, pair.agent).await, Some(Role::Member));
    let shown = [("Ana", "leader"), ("Bob", "member")].map(|(name, role)| (name.to_owned(), role.to_owned()));
    assert_eq!(pair.team_shown(&server).await, shown);

    let carla = server.person(pair.org, "Carla").await;
    let second = NewTenure { agent: carla, ..pair.new_tenure() };
    server.office().start_tenure(pair.org, second).await.unwrap();
    server.office().end_tenure(pair.org, tenure).await.unwrap();
    assert_eq!(pair.role_in_team(&server, pair.leader).await, Some(Role::Leader), "she leads Carla there");
    assert_eq!(pair.role_in_team(&server, pair.agent).await, None);
    let shown =
        [("Ana", "leader"), ("Carla", "member")].map(|(name, role)| (name.to_owned(), role.to_owned()));
    assert_eq!(pair.team_shown(&server).await, shown);
}

#[sqlx::test(migrations = false)]
async fn r105_a_head_of_all_teams_is_in_those_to_come_and_in_no_pair(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, head) = server.organisation("Care", "Olga").await;
    let appointment = NewAppointment { person: head, office: Office::Head, team: None };
    let appointed = server.office().appoint(org, appointment).await.unwrap().appointment.id;
    let [leader, agent] = [server.person(org, "Ana").await, server.person(org, "Bob").await];
    let zone = "Europe/Bucharest".to_owned();
    let team = server.office().add_team(org, Name::parse("Night").unwrap(), zone).await.unwrap().id;
    let pair = Pair { org, leader, agent, team };
    let tenure = server.office().start_tenure(org, pair.new_tenure()).await.unwrap().tenure.id;

    assert_eq!(pair.role_in_team(&server, head).await, Some(Role::Head));
    assert_eq!(pair.role(&server, head, Subject::Organisation).await, Some(Role::Head));
    assert_eq!(pair.role(&server, head, Subject::Tenure(tenure)).await, None);
    assert_eq!(pair.team_shown(&server).await.len(), 3);
    let twice = server.office().appoint(org, appointment).await.unwrap_err();
    assert!(matches!(twice, RosterError::AlreadyAppointed));

    server.office().dismiss(org, appointed).await.unwrap();
    server.office().dismiss(org, appointed).await.unwrap();
    assert_eq!(pair.role_in_team(&server, head).await, None);
    assert_eq!(pair.role(&server, head, Subject::Organisation).await, Some(Role::Member));
}

#[sqlx::test(migrations = false)]
async fn r103_an_hr_partner_of_one_team_reads_there_and_stays_out_of_the_others_and_of_every_pair(
    pool: PgPool,
) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let tenure = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;
    let hr = server.person(pair.org, "Hanna").await;
    let (name, zone) = (Name::parse("Day").unwrap(), "UTC".to_owned());
    let other = server.office().add_team(pair.org, name, zone).await.unwrap().id;

    let appointment = NewAppointment { person: hr, office: Office::Hr, team: Some(pair.team) };
    server.office().appoint(pair.org, appointment).await.unwrap();

    assert_eq!(pair.role_in_team(&server, hr).await, Some(Role::Hr));
    for subject in [Subject::Team(other), Subject::Tenure(tenure)] {
        assert_eq!(pair.role(&server, hr, subject).await, None, "{subject:?}");
    }
    assert_eq!(pair.role(&server, hr, Subject::Organisation).await, Some(Role::Member));
}

#[sqlx::test(migrations = false)]
async fn an_appointment_that_ended_stays_ended_when_a_backup_gives_it_back(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let hr = server.person(pair.org, "Hanna").await;
    let appointment = NewAppointment { person: hr, office: Office::Hr, team: None };
    let appointed = server.office().appoint(pair.org, appointment).await.unwrap().appointment.id;
    server.office().dismiss(pair.org, appointed).await.unwrap();
    server.db_as_owner("UPDATE appointment SET until_at = NULL".into()).await;
    server.db_as_owner("UPDATE audience_member SET revoked_seq = NULL, until_at = NULL, role = 'hr' WHERE role IN ('hr', 'member')".into()).await;
    assert_eq!(pair.role_in_team(&server, hr).await, Some(Role::Hr), "the backup gave it back");

    let restored = server.another_instance().await;

    assert_eq!(pair.role_in_team(&restored, hr).await, None);
    assert_eq!(pair.role(&restored, hr, Subject::Organisation).await, Some(Role::Member));
}

#[sqlx::test(migrations = false)]
async fn a_database_from_before_there_were_audiences_of_teams_gets_them_at_the_next_start(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap();
    let of_all = "SELECT id FROM audience WHERE class IN ('team', 'organisation')";
    server.db_as_owner(format!("DELETE FROM audience_member WHERE audience IN ({of_all})")).await;
    server.db_as_owner(format!("DELETE FROM record WHERE audience IN ({of_all})")).await;
    server.db_as_owner("DELETE FROM audience WHERE class IN ('team', 'organisation')".into()).await;
    assert_eq!(pair.role_in_team(&server, pair.agent).await, None);

    let newer = server.another_instance().await;

    assert_eq!(pair.role_in_team(&newer, pair.agent).await, Some(Role::Member));
    assert_eq!(pair.role_in_team(&newer, pair.leader).await, Some(Role::Leader));
    assert_eq!(pair.role(&newer, pair.agent, Subject::Organisation).await, Some(Role::Member));
    assert_eq!(pair.team_shown(&newer).await.len(), 2);
}

#[sqlx::test(migrations = false)]
async fn what_a_program_that_knew_no_teams_did_to_tenures_is_made_up_for_at_the_next_start(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    let tenure = server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap().tenure.id;
    let [cora, dan] = [server.person(pair.org, "Cora").await, server.person(pair.org, "Dan").await];
    let Pair { org, team, .. } = pair;
    server.db_as_owner(format!("UPDATE tenure SET until_at = now() WHERE id = '{tenure}'")).await;
    let started = format!(
        "INSERT INTO tenure (org, id, team, leader, agent, from_at)
         VALUES ('{org}', gen_random_uuid(), '{team}', '{cora}', '{dan}', now())"
    );
    server.db_as_owner(started).await;

    let newer = server.another_instance().await;

    for (person, role) in
        [(pair.leader, None), (pair.agent, None), (cora, Some(Role::Leader)), (dan, Some(Role::Member))]
    {
        assert_eq!(pair.role_in_team(&newer, person).await, role);
    }
    let shown = [("Cora", "leader"), ("Dan", "member")].map(|(name, role)| (name.into(), role.into()));
    assert_eq!(pair.team_shown(&newer).await, shown);
}

#[sqlx::test(migrations = false)]
async fn a_start_at_which_nothing_is_amiss_waits_for_nobody_and_writes_nothing(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let pair = pair(&server).await;
    server.office().start_tenure(pair.org, pair.new_tenure()).await.unwrap();
    let hr = server.person(pair.org, "Hanna").await;
    let appointment = NewAppointment { person: hr, office: Office::Hr, team: None };
    server.office().appoint(pair.org, appointment).await.unwrap();
    let mut changing = server.app.store.begin(pair.org, Access::Write).await.unwrap();
    let before = changing.advance_feed(0).await.unwrap();

    // It would wait for the change of the roster that goes on here.
    let a_minute = std::time::Duration::from_secs(60);
    let started = tokio::time::timeout(a_minute, server.another_instance()).await;

    assert!(started.is_ok());
    drop(changing);
    let mut after = server.app.store.begin(pair.org, Access::Write).await.unwrap();
    assert_eq!(after.advance_feed(0).await.unwrap(), before);
}
