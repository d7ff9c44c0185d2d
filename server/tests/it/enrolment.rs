//! What becomes of an invitation and a new key.

use crate::device::{Answer, Device, post};
use crate::server::{TestServer, Wish};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::json;
use server::services::enrolment::ADDRESS_LIMIT;
use server::services::invitation::InvitationCode;
use sqlx::PgPool;
use sync_core::ids::{DeviceId, OrgId};
use sync_core::wire::{EnrollResponse, ErrorCode};

#[sqlx::test(migrations = false)]
async fn an_invitation_and_a_new_key_become_a_device(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana Pop").await;
    let code = server.invitation(org, ana).await;

    let answer: EnrollResponse = {
        let device = Device::new();
        device.try_enrol(&server, &device.enrolment(&code.to_text())).await
    }
    .json();

    assert_eq!((answer.org, answer.person), (org, ana));
    assert_eq!((answer.org_name.as_str(), answer.person_name.as_str()), ("Care", "Ana Pop"));
    assert_eq!((answer.language.as_str(), answer.server_time), ("en", server.clock().now()));
    assert_eq!(answer.server_id, server.app.vault.keys().server_id);
}

/// Whoever reads the database cannot enrol with what they find there.
#[sqlx::test(migrations = false)]
async fn the_database_holds_neither_a_code_nor_the_secret_in_it(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await;

    let row = server.db_text("SELECT invitation::text FROM invitation").await.unwrap();

    assert!(row.contains(&hex::encode(code.hash())), "the hash is what it is found by");
    assert!(!row.contains(&code.to_text()) && !row.contains(&hex::encode(secret_of(&code))));
    assert_eq!(secret_of(&code).len() * 8, 128);
}

#[sqlx::test(migrations = false)]
async fn a_lost_answer_costs_nothing_even_after_the_invitation_has_expired(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    let phone = Device::new();
    let first: EnrollResponse = phone.try_enrol(&server, &phone.enrolment(&code)).await.json();

    server.clock().advance(7_200_000);
    let again: EnrollResponse = phone.try_enrol(&server, &phone.enrolment(&code)).await.json();

    assert_eq!(EnrollResponse { server_time: first.server_time, ..again }, first);
}

#[sqlx::test(migrations = false)]
async fn a_used_invitation_is_refused_to_another_key(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    Device::new().enrol(&server, &code).await;

    let thief = Device::new();
    let answer = thief.try_enrol(&server, &thief.enrolment(&code)).await;

    assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, ErrorCode::InvitationUsed));
}

#[sqlx::test(migrations = false)]
async fn of_two_phones_with_one_code_at_once_one_becomes_a_device(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let other = server.another_instance().await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    let [one, two] = [Device::new(), Device::new()];
    let [body_one, body_two] = [one.enrolment(&code), two.enrolment(&code)];

    let (first, second) = tokio::join!(one.try_enrol(&server, &body_one), two.try_enrol(&other, &body_two));

    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
}

#[sqlx::test(migrations = false)]
async fn a_code_that_nobody_made_and_one_of_another_organisation_get_equal_answers(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, _) = server.organisation("Care", "Ana").await;
    let (other_org, bob) = server.organisation("Other", "Bob").await;
    let foreign = server.invitation(other_org, bob).await;
    let unknown = InvitationCode::generate(org, &server.app.random).to_text();
    let nowhere = InvitationCode::generate(OrgId::from_bytes([9; 16]), &server.app.random).to_text();
    let moved = transplant(&foreign, org);

    let mut answers = Vec::new();
    for code in [unknown.as_str(), &nowhere, &moved, "", "not-a-code"] {
        let phone = Device::new();
        let answer = phone.try_enrol(&server, &phone.enrolment(code)).await;
        answers.push((answer.status, String::from_utf8(answer.body).unwrap(), header_names(&answer.headers)));
    }

    assert!(answers[0].1.contains("invitation_unknown") && answers[0].0 == StatusCode::NOT_FOUND);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

fn header_names(headers: &reqwest::header::HeaderMap) -> Vec<String> {
    headers.keys().map(ToString::to_string).collect()
}

/// The secret of a code under another organisation.
fn transplant(code: &InvitationCode, org: OrgId) -> String {
    BASE64_URL_SAFE_NO_PAD.encode([&org.as_bytes()[..], &secret_of(code)].concat())
}

/// What in a code nobody can guess: all that follows the organisation.
fn secret_of(code: &InvitationCode) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(code.to_text()).unwrap().split_off(16)
}

#[sqlx::test(migrations = false)]
async fn an_expired_invitation_is_refused(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    server.clock().advance(3_600_000);

    let phone = Device::new();
    let answer = phone.try_enrol(&server, &phone.enrolment(&code)).await;

    assert_eq!((answer.status, answer.code()), (StatusCode::GONE, ErrorCode::InvitationExpired));
}

#[sqlx::test(migrations = false)]
async fn a_replayed_enrolment_is_refused(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    let phone = Device::new();
    let body = phone.enrolment(&code).to_string().into_bytes();
    let token = phone.sign_enrolment(&server, &body);

    let first = post(&server, "/v1/enroll", &token, body.clone()).await;
    let replayed = post(&server, "/v1/enroll", &token, body).await;

    assert_eq!(first.status, StatusCode::OK);
    assert_eq!((replayed.status, replayed.code()), (StatusCode::UNAUTHORIZED, ErrorCode::TokenReplayed));
}

#[sqlx::test(migrations = false)]
async fn a_key_that_is_a_device_does_not_become_another(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let code = server.invitation(org, ana).await.to_text();

    let answer = phone.try_enrol(&server, &phone.enrolment(&code)).await;

    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, ErrorCode::NotAllowed));
    Device::new().enrol(&server, &code).await;
}

#[sqlx::test(migrations = false)]
async fn a_lost_key_is_followed_by_a_successor_of_the_same_person_only(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let bob = server.person(org, "Bob").await;
    let lost = server.device(org, ana).await.enrolled.unwrap().device;
    let bobs = server.device(org, bob).await.enrolled.unwrap().device;
    let code = server.invitation(org, ana).await.to_text();
    let phone = Device::new();
    let replacing = |device: DeviceId| {
        let mut body = phone.enrolment(&code);
        body["replaces"] = json!(device);
        body
    };

    let of_bob = phone.try_enrol(&server, &replacing(bobs)).await;
    let of_nobody = phone.try_enrol(&server, &replacing(DeviceId::from_bytes([1; 16]))).await;
    let of_ana: EnrollResponse = phone.try_enrol(&server, &replacing(lost)).await.json();

    assert_eq!((of_bob.status, of_bob.code()), (StatusCode::NOT_FOUND, ErrorCode::NotFound));
    assert_eq!(of_nobody.body, of_bob.body);
    let stored = server.db_text("SELECT replaces::text FROM device WHERE replaces IS NOT NULL").await;
    assert_eq!(DeviceId::parse(&stored.unwrap()), Ok(lost));
    assert_ne!(of_ana.device, lost);
}

#[sqlx::test(migrations = false)]
async fn guesses_are_limited_across_instances_whatever_header_is_forged(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let other = server.another_instance().await;
    let (org, _) = server.organisation("Care", "Ana").await;

    let mut answers = Vec::new();
    for guess in 0..ADDRESS_LIMIT + 20 {
        let instance = if guess % 2 == 0 { &server } else { &other };
        answers
            .push(guess_from(instance, org, &format!("198.51.{}.{}", guess / 250, guess % 250)).await.status);
    }

    let passed = usize::try_from(ADDRESS_LIMIT).unwrap();
    assert!(answers[..passed].iter().all(|status| *status == StatusCode::NOT_FOUND), "{answers:?}");
    assert!(answers[passed..].iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    server.clock().advance(600_000);
    assert_eq!(guess_from(&server, org, "198.51.100.1").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrations = false)]
async fn behind_a_trusted_proxy_each_address_has_its_own_limit(pool: PgPool) {
    let wish = Wish { trusted_proxies: vec!["127.0.0.0/8"], ..Wish::default() };
    let server = TestServer::start_with(&pool, wish).await;
    let (org, _) = server.organisation("Care", "Ana").await;
    for _ in 0..ADDRESS_LIMIT {
        guess_from(&server, org, "198.51.100.1").await;
    }

    let limited = guess_from(&server, org, "198.51.100.1").await;
    let forged = guess_from(&server, org, "203.0.113.5, 198.51.100.1").await;
    let neighbour = guess_from(&server, org, "198.51.100.2").await;

    assert_eq!((limited.status, limited.code()), (StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited));
    assert_eq!(limited.headers["retry-after"], "60");
    assert_eq!(forged.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(neighbour.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrations = false)]
async fn a_department_that_enrols_without_failing_is_not_limited(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    for _ in 0..ADDRESS_LIMIT - 1 {
        guess_from(&server, org, "").await;
    }

    for _ in 0..3 {
        server.device(org, ana).await;
    }

    assert_eq!(guess_from(&server, org, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(guess_from(&server, org, "").await.status, StatusCode::TOO_MANY_REQUESTS);
}

async fn guess_from(server: &TestServer, org: OrgId, forwarded: &str) -> Answer {
    let phone = Device::new();
    let code = InvitationCode::generate(org, &server.app.random).to_text();
    let body = phone.enrolment(&code).to_string();
    let token = phone.sign_enrolment(server, body.as_bytes());
    let request = server.http.post(server.url("/v1/enroll")).bearer_auth(token);
    let request =
        request.header("content-type", "application/json").header("x-forwarded-for", forwarded).body(body);
    Answer::of(request.send().await.unwrap()).await
}

#[sqlx::test(migrations = false)]
async fn a_body_that_is_not_the_documented_one_is_refused_and_uses_nothing_up(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    let phone = Device::new();
    let right = phone.enrolment(&code).to_string();
    let with = |from: &str, to: &str| {
        assert!(right.contains(from));
        right.replacen(from, to, 1).into_bytes()
    };

    for (what, body) in [
        ("empty", vec![]),
        ("null", b"null".to_vec()),
        ("an array", b"[]".to_vec()),
        (
            "an array of the fields",
            format!("[\"{code}\",\"{}\",\"x\",null]", phone.public_key()).into_bytes(),
        ),
        ("an unknown field", with("{", r#"{"admin":true,"#)),
        ("a repeated key", with("{", r#"{"code":"x","#)),
        ("a repeated key in escapes", with("{", r#"{"c\u006fde":"x","#)),
        ("depth", format!("{{\"code\":{}", "[".repeat(4000)).into_bytes()),
        ("a number for text", with("\"Ana's phone\"", "1e400")),
        ("a lone surrogate", with("Ana's phone", r"\ud800")),
        ("invalid UTF-8", [&right.as_bytes()[..right.len() - 2], b"\xff\"}"].concat()),
        ("a NUL in the name", with("Ana's phone", r"Ana\u0000")),
        ("a newline in the name", with("Ana's phone", r"Ana\nPop")),
        ("an override of direction", with("Ana's phone", r"\u202eanA")),
        ("a name of spaces", with("Ana's phone", "   ")),
        ("a name of a million marks", with("Ana's phone", &"\u{301}".repeat(2000))),
        ("a byte order mark", [b"\xef\xbb\xbf", right.as_bytes()].concat()),
        ("two objects", [right.as_bytes(), right.as_bytes()].concat()),
        ("a short key", with(&phone.public_key(), &phone.public_key()[..86])),
        ("a null for replaces' id", with("{", r#"{"replaces":"x","#)),
    ] {
        let token = phone.sign_enrolment(&server, &body);
        let answer = post(&server, "/v1/enroll", &token, body).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, ErrorCode::Malformed), "{what}");
    }
    let large = vec![b' '; 8193];
    let answer = post(&server, "/v1/enroll", &phone.sign_enrolment(&server, &large), large).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge));
    let other =
        post(&server, "/v1/enroll", &phone.sign_enrolment(&server, b"{}"), right.clone().into()).await;
    assert_eq!((other.status, other.code()), (StatusCode::UNAUTHORIZED, ErrorCode::TokenBody));

    assert_eq!(phone.try_enrol(&server, &phone.enrolment(&code)).await.status, StatusCode::OK);
}

#[sqlx::test(migrations = false)]
async fn a_revoked_device_that_asks_again_with_its_code_is_told_to_wipe(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    let mut phone = Device::new();
    phone.enrol(&server, &code).await;
    server.office().revoke_device(org, phone.enrolled.as_ref().unwrap().device).await.unwrap();

    let answer = phone.try_enrol(&server, &phone.enrolment(&code)).await;

    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, ErrorCode::DeviceRevoked));
    assert!(phone.believes(&answer.error().wipe.unwrap()));
}
