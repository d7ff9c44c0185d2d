//! Who administers, and who does not.

use super::{DAY_MS, Hr, assert_code, id};
use crate::device::{Answer, get};
use crate::server::open_with_vault;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::name::Name;
use server::services::api_key::STRANGER_LIMIT;
use server::store::{Access, Audiences, Feed, Store, Transaction};
use sqlx::PgPool;
use sync_core::wire::ErrorCode;

/// Every route of administrators, each with each of its methods.
async fn routes(hr: &Hr) -> Vec<(Method, String)> {
    let description: Value = get(&hr.server, "/openapi.json").await.json();
    let paths = description["paths"].as_object().unwrap();
    let admin = paths.iter().filter(|(path, _)| path.starts_with("/v1/admin/"));
    let each = admin.flat_map(|(path, methods)| {
        let path = path.replace(['{', '}'], "");
        let methods = methods.as_object().unwrap().keys();
        methods.map(move |method| (method.to_uppercase().parse().unwrap(), path.clone()))
    });
    each.collect()
}

#[sqlx::test(migrations = false)]
async fn somebody_who_is_no_administrator_learns_nothing(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let bob = hr.server.device(hr.org, id(2).parse().unwrap()).await;
    let token = hr.token_of(&bob).await;
    let before = hr.db_state().await;
    let routes = routes(&hr).await;
    assert_eq!(routes.len(), 21, "{routes:?}");
    for (method, path) in routes {
        let told = (method != Method::GET).then(|| json!({ "nonsense": 1 }));
        let refused = hr.ask_as(&token, method.clone(), &path, told).await;
        assert_code(&refused, 403, ErrorCode::NotAllowed);
        let signed = hr.server.http.request(method, hr.server.url(&path));
        let signed = signed.bearer_auth(bob.assertion(&hr.server, b"")).send().await.unwrap();
        assert_code(&Answer::of(signed).await, 403, ErrorCode::NotAllowed);
    }
    assert_eq!(hr.db_state().await, before);
}

#[sqlx::test(migrations = false)]
async fn what_is_of_another_organisation_is_not_there(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let (other, eve) = hr.server.organisation("Elsewhere", "Eve").await;
    let key = hr.server.office().make_api_key(other, Name::parse("Theirs").unwrap(), DAY_MS).await.unwrap();
    let key = key.0.to_text();
    let device = hr.server.device(hr.org, id(1).parse().unwrap()).await.enrolled.unwrap().device;
    hr.post("/v1/admin/invitations", json!({ "id": id(50), "person": id(1) })).await.json::<Value>();
    let before = hr.db_state().await;
    let until = hr.server.clock().now().0 + 3_600_000;
    let (eve, one) = (eve.to_string(), id(1));
    for (method, path, told) in [
        ("PATCH", format!("people/{one}"), json!({ "name": "Mallory" })),
        ("POST", format!("people/{one}/end"), json!({})),
        ("POST", format!("tenures/{}/end", id(20)), json!({})),
        ("POST", format!("tenures/{}/hand-over", id(20)), json!({ "id": id(60), "leader": eve })),
        ("POST", format!("devices/{device}/revoke"), json!({})),
        ("POST", format!("invitations/{}/revoke", id(50)), json!({})),
        ("POST", "invitations".into(), json!({ "id": id(60), "person": one })),
        ("POST", "tenures".into(), json!({ "id": id(60), "team": id(10), "leader": eve, "agent": one })),
        ("POST", "delegations".into(), json!({ "id": id(60), "leader": one, "acting": eve, "until": until })),
        ("POST", "appointments".into(), json!({ "id": id(60), "person": one, "office": "head" })),
        ("POST", "people/what-is-no-id/end".into(), json!({})),
    ] {
        let method: Method = method.parse().unwrap();
        let answer = hr.ask_as(&key, method, &format!("/v1/admin/{path}"), Some(told)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, ErrorCode::NotFound), "{path}");
    }
    assert_eq!(hr.db_state().await, before);
    for list in ["people", "teams", "tenures", "appointments", "delegations", "devices"] {
        let listed: Value = hr.ask_as(&key, Method::GET, &format!("/v1/admin/{list}"), None).await.json();
        let expected = usize::from(list == "people");
        assert_eq!(listed[list].as_array().unwrap().len(), expected, "{listed}");
    }
}

#[sqlx::test(migrations = false)]
async fn a_person_with_the_office_administers_by_their_phone_and_sits_nowhere_by_it(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let phone = hr.server.device(hr.org, hr.first).await;
    let seats = async || {
        let mut tx = hr.server.app.store.begin(hr.org, Access::Read).await.unwrap();
        tx.memberships(hr.first).await.unwrap()
    };
    let before = seats().await;

    hr.server.office().appoint_administrator(hr.org, hr.first).await.unwrap();

    assert_eq!(seats().await, before, "it gives nothing that people write");
    let body = json!({ "id": id(1), "name": "Ana" }).to_string();
    let request = hr.server.http.post(hr.server.url("/v1/admin/people"));
    let request = request.bearer_auth(phone.assertion(&hr.server, body.as_bytes()));
    let request = request.header("content-type", "application/json").body(body);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    let token = hr.token_of(&phone).await;
    assert_eq!(hr.ask_as(&token, Method::GET, "/v1/admin/people", None).await.status, StatusCode::OK);
    let other_body = hr.server.http.get(hr.server.url("/v1/admin/people"));
    let other_body = other_body.bearer_auth(phone.assertion(&hr.server, b"signed")).body("sent");
    assert_code(&Answer::of(other_body.send().await.unwrap()).await, 401, ErrorCode::TokenBody);
}

#[sqlx::test(migrations = false)]
async fn an_administrator_who_was_one_a_moment_ago_is_refused(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let phone = hr.server.device(hr.org, hr.first).await;
    hr.server.office().appoint_administrator(hr.org, hr.first).await.unwrap();
    let token = hr.token_of(&phone).await;
    assert_eq!(hr.ask_as(&token, Method::GET, "/v1/admin/teams", None).await.status, StatusCode::OK);

    hr.server.office().dismiss_administrator(hr.org, hr.first).await.unwrap();
    let refused = hr.ask_as(&token, Method::GET, "/v1/admin/teams", None).await;
    assert_code(&refused, 403, ErrorCode::NotAllowed);
    let restored = "UPDATE administrator SET until_at = NULL";
    hr.server.db_as_owner(restored.into()).await;
    open_with_vault(&hr.server, &hr.server.vault).await.unwrap();
    let refused = hr.ask_as(&token, Method::GET, "/v1/admin/teams", None).await;
    assert_code(&refused, 403, ErrorCode::NotAllowed);
}

/// They pass while they are one, and wait for their turn; before it comes they are none any more.
#[sqlx::test(migrations = false)]
async fn whoever_ceases_to_be_one_while_their_request_waits_changes_nothing(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let phone = hr.server.device(hr.org, hr.first).await;
    hr.server.office().appoint_administrator(hr.org, hr.first).await.unwrap();
    let token = hr.token_of(&phone).await;
    let key = hr.key_id;
    for (bearer, number) in [(&token, 1), (&hr.key, 2)] {
        let before = hr.db_state().await;
        let mut tx = hr.server.app.store.begin(hr.org, Access::Write).await.unwrap();
        tx.advance_feed(0).await.unwrap();
        let told = Some(json!({ "id": id(number), "name": "Ana" }));

        let (answer, ()) = tokio::join!(hr.ask_as(bearer, Method::POST, "/v1/admin/people", told), async {
            let waiting = "SELECT 'somebody' FROM pg_stat_activity
                           WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1";
            while hr.server.db_text(waiting).await.is_none() {
                tokio::task::yield_now().await;
            }
            let now = hr.server.clock().now();
            tx.end_administrator(hr.first, now.plus_ms(1)).await.unwrap();
            tx.revoke_api_key(key, now).await.unwrap();
            tx.commit().await.unwrap();
        });

        assert_code(&answer, 403, ErrorCode::NotAllowed);
        assert_eq!(hr.db_state().await, before);
        hr.server.db_as_owner("UPDATE api_key SET revoked_at = NULL".into()).await;
    }
}

#[sqlx::test(migrations = false)]
async fn a_key_that_is_over_was_taken_away_or_never_was_opens_nothing(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let people = "/v1/admin/people";
    let name = Name::parse("Short").unwrap();
    let (short, _) = hr.server.office().make_api_key(hr.org, name, DAY_MS).await.unwrap();
    let short = short.to_text();
    assert_eq!(hr.ask_as(&short, Method::GET, people, None).await.status, StatusCode::OK);
    let (other, _) = hr.server.organisation("Elsewhere", "Eve").await;
    let name = Name::parse("Theirs").unwrap();
    let theirs = hr.server.office().make_api_key(other, name, DAY_MS).await.unwrap().0.to_text();
    // The organisation is 16 bytes: 21 letters hold nothing of the secret.
    let mixed = format!("{}{}", &theirs[..25], &hr.key[25..]);

    hr.server.clock().advance(DAY_MS);
    for key in [&short, &mixed, &format!("fwk_{}", "A".repeat(64))] {
        let refused = hr.ask_as(key, Method::GET, people, None).await;
        assert_code(&refused, 401, ErrorCode::KeyRefused);
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
    }
    assert_eq!(hr.get(people).await.status, StatusCode::OK);
    hr.server.office().revoke_api_key(hr.org, hr.key_id).await.unwrap();
    assert_code(&hr.get(people).await, 401, ErrorCode::KeyRefused);
    hr.server.db_as_owner("UPDATE api_key SET revoked_at = NULL".into()).await;
    open_with_vault(&hr.server, &hr.server.vault).await.unwrap();
    assert_code(&hr.get(people).await, 401, ErrorCode::KeyRefused);
    let elsewhere =
        hr.server.http.post(hr.server.url("/v1/token")).bearer_auth(&hr.key).send().await.unwrap();
    assert_code(&Answer::of(elsewhere).await, 401, ErrorCode::TokenMalformed);
}

#[sqlx::test(migrations = false)]
async fn guesses_of_keys_are_limited_and_the_database_holds_none(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let guess = format!("fwk_{}", "B".repeat(64));
    for _ in 0..STRANGER_LIMIT {
        assert_code(
            &hr.ask_as(&guess, Method::GET, "/v1/admin/teams", None).await,
            401,
            ErrorCode::KeyRefused,
        );
    }
    let refused = hr.ask_as(&guess, Method::GET, "/v1/admin/teams", None).await;
    assert_code(&refused, 429, ErrorCode::RateLimited);

    let row = hr.server.db_text("SELECT api_key::text FROM api_key").await.unwrap();
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, &hr.key[4..]).unwrap();
    assert!(!row.contains(&hr.key[4..]) && !row.contains(&hex::encode(&bytes[16..])));
}
