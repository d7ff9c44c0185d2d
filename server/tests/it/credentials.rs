//! What an enrolled device's credentials open.

use crate::device::{Answer, post};
use crate::server::TestServer;
use reqwest::StatusCode;
use serde_json::json;
use sqlx::PgPool;
use sync_core::wire::{ErrorCode, TokenResponse};

#[sqlx::test(migrations = false)]
async fn an_assertion_gives_one_access_token(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let assertion = phone.assertion(&server, b"");

    let first: TokenResponse = post(&server, "/v1/token", &assertion, vec![]).await.json();
    let again = post(&server, "/v1/token", &assertion, vec![]).await;

    assert_eq!((first.token_type.as_str(), first.expires_in), ("Bearer", 600));
    assert_eq!((again.status, again.code()), (StatusCode::UNAUTHORIZED, ErrorCode::TokenReplayed));
}

#[sqlx::test(migrations = false)]
async fn an_assertion_is_spent_once_whichever_instance_is_asked_first(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let other = server.another_instance().await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let assertion = phone.assertion(&server, b"");

    let (one, two) = tokio::join!(
        post(&server, "/v1/token", &assertion, vec![]),
        post(&other, "/v1/token", &assertion, vec![])
    );

    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
}

#[sqlx::test(migrations = false)]
async fn a_phone_that_spends_a_name_does_not_spend_it_for_others(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phones = [server.device(org, ana).await, server.device(org, ana).await];
    for phone in &phones {
        let enrolled = phone.enrolled.as_ref().unwrap();
        let now = server.clock().now().seconds();
        let header = json!({ "typ": "floorwalk-assertion+jwt", "alg": "ES256", "kid": format!("{}.{}", org, enrolled.device) });
        let claims = json!({
            "iss": enrolled.device, "sub": ana, "aud": enrolled.server_id, "iat": now, "nbf": now, "exp": now + 60,
            "jti": "the-same-name-twice", "body_sha256": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        });
        let answer = post(&server, "/v1/token", &phone.sign(&header, &claims), vec![]).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[sqlx::test(migrations = false)]
async fn an_access_token_opens_requests_on_every_instance_but_gives_no_other_token(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let other = server.another_instance().await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let token: TokenResponse =
        post(&server, "/v1/token", &phone.assertion(&server, b""), vec![]).await.json();

    let opened = other.http.get(other.url("/v1/live")).bearer_auth(&token.access_token).send().await.unwrap();
    let exchanged = post(&other, "/v1/token", &token.access_token, vec![]).await;
    server.clock().advance(606_000);
    let late = post(&other, "/v1/token", &token.access_token, vec![]).await;

    assert_eq!(opened.status(), StatusCode::OK);
    assert_eq!((exchanged.status, exchanged.code()), (StatusCode::UNAUTHORIZED, ErrorCode::TokenMalformed));
    assert_eq!(late.code(), ErrorCode::ClockSkew);
}

#[sqlx::test(migrations = false)]
async fn an_assertion_stands_for_its_body_and_no_other(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;

    let answer = post(&server, "/v1/token", &phone.assertion(&server, b"signed"), b"replaced".to_vec()).await;

    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, ErrorCode::TokenBody));
}

#[sqlx::test(migrations = false)]
async fn a_phone_with_a_wrong_clock_is_told_the_time(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let signed_long_ago = phone.assertion(&server, b"");
    server.clock().advance(3_600_000);

    let answer = post(&server, "/v1/token", &signed_long_ago, vec![]).await;

    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, ErrorCode::ClockSkew));
    assert_eq!(answer.error().server_time, server.clock().now());
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
}

/// There is nothing that could have run out meanwhile.
#[sqlx::test(migrations = false)]
async fn a_device_that_was_away_for_half_a_year_signs_and_goes_on(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    server.clock().advance(183 * 86_400_000);

    let answer = post(&server, "/v1/token", &phone.assertion(&server, b""), vec![]).await;

    assert_eq!(answer.status, StatusCode::OK);
}

#[sqlx::test(migrations = false)]
async fn a_device_of_another_organisation_is_nobody_here(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let (other, _) = server.organisation("Other", "Bob").await;
    let phone = server.device(org, ana).await;
    let enrolled = phone.enrolled.as_ref().unwrap();
    let header = json!({ "typ": "floorwalk-assertion+jwt", "alg": "ES256", "kid": format!("{other}.{}", enrolled.device) });

    let answer = post(&server, "/v1/token", &phone.sign(&header, &json!({})), vec![]).await;

    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, ErrorCode::DeviceUnknown));
}

#[sqlx::test(migrations = false)]
async fn every_route_but_the_open_ones_refuses_who_does_not_say_who_they_are(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let description: serde_json::Value = crate::device::get(&server, "/openapi.json").await.json();
    let open = ["/healthz", "/readyz", "/openapi.json"];

    let mut closed = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase().parse().unwrap();
            let request = server.http.request(method, server.url(path));
            let answer = Answer::of(request.send().await.unwrap()).await;
            let expected = match path.as_str() {
                // Its last part is the credential.
                "/v1/calendar/{address}" => Some(ErrorCode::NotFound),
                path if open.contains(&path) => None,
                _ => Some(ErrorCode::CredentialMissing),
            };
            closed += usize::from(expected.is_some());
            let code = (!answer.status.is_success()).then(|| answer.code());
            assert_eq!(code, expected, "{path}");
        }
    }
    assert!(closed >= 3, "the description lists the routes");
}
