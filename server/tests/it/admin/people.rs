//! People, teams, tenures, offices and phones.

use super::{Hr, assert_code, id};
use crate::device::{Device, post};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::services::appointment::TeamRecord;
use server::services::roster::{TENURE_COLLECTION, TenureRecord};
use server::store::{Access, Records, Store};
use sqlx::PgPool;
use sync_core::ids::{AudienceId, TeamId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::Role;
use sync_core::store::TEAMS;
use sync_core::wire::{ErrorCode, Invitation};

fn tenure(number: u8) -> Subject {
    Subject::Tenure(id(number).parse::<TenureId>().unwrap())
}

fn team(number: u8) -> Subject {
    Subject::Team(id(number).parse::<TeamId>().unwrap())
}

/// The record of this collection that an audience has.
async fn record<T: serde::de::DeserializeOwned>(hr: &Hr, of: Subject, collection: &str) -> T {
    let mut tx = hr.server.app.store.begin(hr.org, Access::Read).await.unwrap();
    let records = tx.records(AudienceId::of(hr.org, &of), None, 9).await.unwrap();
    let record = records.into_iter().find(|record| record.collection == collection).unwrap();
    serde_json::from_str(record.body.as_ref().unwrap()).unwrap()
}

#[sqlx::test(migrations = false)]
async fn an_administrator_moves_an_agent_to_another_team_and_the_old_leader_loses_the_pair(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    assert_eq!(hr.role(1, tenure(20)).await, Some(Role::Leader));
    assert_eq!(hr.role(2, team(10)).await, Some(Role::Member));

    let to = json!({ "id": id(21), "leader": id(3), "team": id(11) });
    let moved: Value = hr.post(&format!("/v1/admin/tenures/{}/hand-over", id(20)), to).await.json();

    assert_eq!((&moved["leader"]["name"], &moved["team_name"]), (&"Cora".into(), &"Day".into()));
    assert_eq!((hr.role(1, tenure(20)).await, hr.role(2, tenure(20)).await), (None, Some(Role::Agent)));
    assert_eq!(
        [hr.role(3, tenure(21)).await, hr.role(2, tenure(21)).await],
        [Some(Role::Leader), Some(Role::Agent)]
    );
    assert_eq!([hr.role(1, team(10)).await, hr.role(2, team(10)).await], [None, None]);
    assert_eq!(
        [hr.role(3, team(11)).await, hr.role(2, team(11)).await],
        [Some(Role::Leader), Some(Role::Member)]
    );
    let listed: Value = hr.get("/v1/admin/tenures").await.json();
    let ends: Vec<_> =
        listed["tenures"].as_array().unwrap().iter().map(|row| row["until"].is_null()).collect();
    assert_eq!(ends, [false, true]);

    let ended = hr.end(&format!("/v1/admin/tenures/{}/end", id(21))).await;
    assert_eq!((ended.status, hr.role(3, tenure(21)).await), (StatusCode::NO_CONTENT, None));
}

#[sqlx::test(migrations = false)]
async fn somebody_leads_for_a_time_and_somebody_answers_for_teams(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let until = hr.server.clock().now().0 + 3_600_000;
    let delegation = json!({ "id": id(30), "leader": id(1), "acting": id(3), "until": until });
    let started: Value = hr.post("/v1/admin/delegations", delegation).await.json();
    assert_eq!((&started["acting"]["name"], &started["until"]), (&"Cora".into(), &until.into()));
    assert_eq!(hr.role(3, team(10)).await, Some(Role::Acting));
    assert_eq!(hr.end(&format!("/v1/admin/delegations/{}/end", id(30))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(hr.role(3, team(10)).await, None);

    let office = json!({ "id": id(40), "person": id(3), "office": "hr", "team": id(10) });
    let appointed: Value = hr.post("/v1/admin/appointments", office).await.json();
    assert_eq!((&appointed["office"], &appointed["team_name"]), (&"hr".into(), &"Night".into()));
    assert_eq!(hr.role(3, team(10)).await, Some(Role::Hr));
    assert_eq!(
        hr.end(&format!("/v1/admin/appointments/{}/end", id(40))).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(hr.role(3, team(10)).await, None);

    for (path, list) in [("delegations", "delegations"), ("appointments", "appointments")] {
        let listed: Value = hr.get(&format!("/v1/admin/{path}")).await.json();
        assert_eq!(listed[list].as_array().unwrap().len(), 1, "{path}");
    }
}

#[sqlx::test(migrations = false)]
async fn a_new_name_is_shown_to_everybody_who_shares_something_with_them(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let until = hr.server.clock().now().0 + 3_600_000;
    let delegation = json!({ "id": id(30), "leader": id(1), "acting": id(3), "until": until });
    hr.post("/v1/admin/delegations", delegation).await.json::<Value>();
    let change = json!({ "name": "Ana Ion", "language": "ro", "staff_number": "007", "login": "ana" });
    let path = format!("/v1/admin/people/{}", id(1));

    let changed: Value = hr.ask_as(&hr.key, Method::PATCH, &path, Some(change)).await.json();

    assert_eq!((&changed["name"], &changed["language"]), (&"Ana Ion".into(), &"ro".into()));
    assert_eq!((&changed["staff_number"], &changed["email"]), (&"007".into(), &Value::Null));
    let pair: TenureRecord = record(&hr, tenure(20), TENURE_COLLECTION).await;
    assert_eq!(pair.leader.name, "Ana Ion");
    let shown: TeamRecord = record(&hr, team(10), TEAMS).await;
    assert!(shown.people.iter().any(|mate| mate.name == "Ana Ion"), "{shown:?}");
    let body = "SELECT string_agg(body::text, ' ') FROM record WHERE body::text LIKE '%stands_in%'";
    let stint = hr.server.db_text(body).await.unwrap();
    assert!(stint.contains("Ana Ion"), "who leads in her place sees it: {stint}");

    let less: Value = hr.ask_as(&hr.key, Method::PATCH, &path, Some(json!({ "login": "" }))).await.json();
    assert_eq!((&less["login"], &less["staff_number"]), (&Value::Null, &"007".into()));
    let taken = json!({ "staff_number": "7" });
    let other = format!("/v1/admin/people/{}", id(2));
    assert_code(&hr.ask_as(&hr.key, Method::PATCH, &other, Some(taken)).await, 409, ErrorCode::Conflict);
}

#[sqlx::test(migrations = false)]
async fn who_leaves_loses_everything_and_their_number_is_free(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let ana = id(1).parse().unwrap();
    let number = json!({ "staff_number": "7" });
    hr.ask_as(&hr.key, Method::PATCH, &format!("/v1/admin/people/{}", id(1)), Some(number))
        .await
        .json::<Value>();
    hr.post("/v1/admin/appointments", json!({ "id": id(40), "person": id(1), "office": "head" }))
        .await
        .json::<Value>();
    hr.server.office().appoint_administrator(hr.org, ana).await.unwrap();
    let phone = hr.server.device(hr.org, ana).await;
    let unused = hr.server.invitation(hr.org, ana).await;
    let token = hr.token_of(&phone).await;
    let path = format!("/v1/admin/people/{}/end", id(1));

    assert_eq!(hr.end(&path).await.status, StatusCode::NO_CONTENT);

    let refused = post(&hr.server, "/v1/token", &phone.assertion(&hr.server, b""), vec![]).await;
    assert_code(&refused, 401, ErrorCode::DeviceRevoked);
    let refused = hr.ask_as(&token, Method::GET, "/v1/admin/people", None).await;
    assert_code(&refused, 401, ErrorCode::DeviceRevoked);
    let another = Device::new();
    let refused = another.try_enrol(&hr.server, &another.enrolment(&unused.to_text())).await;
    assert_code(&refused, 404, ErrorCode::InvitationUnknown);
    assert_eq!((hr.role(1, tenure(20)).await, hr.role(2, tenure(20)).await), (None, Some(Role::Agent)));
    assert_eq!([hr.role(1, team(10)).await, hr.role(1, team(11)).await], [None, None]);
    assert_eq!(hr.role(1, Subject::Organisation).await, None);
    let shown: TeamRecord = record(&hr, team(10), TEAMS).await;
    assert_eq!(shown.people.len(), 0, "Bob is led by nobody: {shown:?}");
    let people: Value = hr.get("/v1/admin/people").await.json();
    let names: Vec<_> = people["people"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect();
    assert!(names.len() == 3 && !names.contains(&"Ana".into()), "{names:?}");

    let before = hr.db_state().await;
    assert_eq!(hr.end(&path).await.status, StatusCode::NO_CONTENT, "it is so already");
    assert_eq!(hr.db_state().await, before);
    let next = json!({ "id": id(4), "name": "Dan", "staff_number": "7" });
    assert_eq!(hr.post("/v1/admin/people", next).await.json::<Value>()["staff_number"], "7");
    let again = json!({ "id": id(1), "name": "Ana" });
    assert_code(&hr.post("/v1/admin/people", again).await, 409, ErrorCode::Conflict);
}

#[sqlx::test(migrations = false)]
async fn what_left_with_somebody_stays_away_when_a_backup_brings_it_back(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let ana = id(1).parse().unwrap();
    let device = hr.server.device(hr.org, ana).await.enrolled.unwrap().device;
    hr.end(&format!("/v1/admin/people/{}/end", id(1))).await;
    hr.server.db_as_owner(format!("UPDATE device SET revoked_at = NULL WHERE id = '{device}'")).await;
    hr.server.db_as_owner("UPDATE person SET closed_at = NULL".into()).await;

    crate::server::open_with_vault(&hr.server, &hr.server.vault).await.unwrap();

    let state = "SELECT (SELECT count(*) FROM device WHERE revoked_at IS NULL)::text
                 || (SELECT count(*) FROM person WHERE closed_at IS NOT NULL)::text";
    assert_eq!(hr.server.db_text(state).await.as_deref(), Some("01"));
}

#[sqlx::test(migrations = false)]
async fn an_invitation_brings_one_phone_in_and_an_administrator_takes_it_away(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let ana = hr.add_person(1, "Ana").await;
    let ask =
        || hr.post("/v1/admin/invitations", json!({ "id": id(50), "person": id(1), "expires_in": 3600 }));
    let first: Value = ask().await.json();
    let second: Value = ask().await.json();
    let code = |told: &Value| {
        let link = format!("http://care.example{}", told["path"].as_str().unwrap());
        Invitation::parse(&link).unwrap().code
    };
    assert_eq!(second["expires_at"].as_i64().unwrap(), hr.server.clock().now().0 + 3_600_000);

    let mut phone = Device::new();
    let lost = phone.try_enrol(&hr.server, &phone.enrolment(&code(&first))).await;
    assert_code(&lost, 404, ErrorCode::InvitationUnknown);
    phone.enrol(&hr.server, &code(&second)).await;

    assert_eq!(phone.enrolled.as_ref().unwrap().person, ana);
    assert_code(&ask().await, 409, ErrorCode::Conflict);
    let devices: Value = hr.get("/v1/admin/devices").await.json();
    assert_eq!(devices["devices"][0]["person"]["name"], "Ana");
    let device = devices["devices"][0]["id"].as_str().unwrap();
    let revoked = hr.end(&format!("/v1/admin/devices/{device}/revoke")).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    let answer = post(&hr.server, "/v1/token", &phone.assertion(&hr.server, b""), vec![]).await;
    assert!(phone.believes(&answer.error().wipe.unwrap()));
}

#[sqlx::test(migrations = false)]
async fn an_invitation_that_went_astray_is_taken_back_until_a_phone_has_used_it(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    hr.add_person(1, "Ana").await;
    let invite = async |number| {
        let told: Value =
            hr.post("/v1/admin/invitations", json!({ "id": id(number), "person": id(1) })).await.json();
        let link = format!("http://care.example{}", told["path"].as_str().unwrap());
        Invitation::parse(&link).unwrap().code
    };
    let [astray, kept] = [invite(50).await, invite(51).await];
    let path = |number| format!("/v1/admin/invitations/{}/revoke", id(number));

    assert_eq!(hr.end(&path(50)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(hr.end(&path(50)).await.status, StatusCode::NO_CONTENT, "it is so already");

    let mut phone = Device::new();
    let refused = phone.try_enrol(&hr.server, &phone.enrolment(&astray)).await;
    assert_code(&refused, 410, ErrorCode::InvitationExpired);
    phone.enrol(&hr.server, &kept).await;
    assert_code(&hr.end(&path(51)).await, 409, ErrorCode::Conflict);
    assert_code(&hr.end(&path(52)).await, 404, ErrorCode::NotFound);
    let later = "UPDATE invitation SET expires_at = expires_at + interval '7 days' WHERE device IS NULL";
    hr.server.db_as_owner(later.into()).await;
    crate::server::open_with_vault(&hr.server, &hr.server.vault).await.unwrap();
    let stranger = Device::new();
    let refused = stranger.try_enrol(&hr.server, &stranger.enrolment(&astray)).await;
    assert_code(&refused, 410, ErrorCode::InvitationExpired);
}

#[sqlx::test(migrations = false)]
async fn a_list_is_read_part_by_part(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let part: Value = hr.get(&format!("/v1/admin/people?limit=3{after}")).await.json();
        names.extend(
            part["people"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()),
        );
        let Some(next) = part["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    names.sort();
    assert_eq!(names, ["Ana", "Bob", "Cora", "Olga"]);
    let teams: Value = hr.get("/v1/admin/teams?limit=0").await.json();
    assert_eq!(teams["teams"].as_array().unwrap().len(), 1, "one at the least");
}
