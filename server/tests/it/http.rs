//! Bad HTTP, limits, and the life of the process.

use crate::device::{Device, get};
use crate::live::wait;
use crate::server::{TestServer, Wish};
use reqwest::{Method, StatusCode};
use server::app::Limits;
use sqlx::PgPool;
use std::time::Duration;
use sync_core::wire::{ErrorBody, ErrorCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SOON: Duration = Duration::from_secs(10);

/// Sends bytes and returns everything that comes until the server closes.
pub async fn raw(server: &TestServer, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // The server may answer and close before it took everything.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = wait(SOON, stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

pub fn status_of(answer: &str) -> &str {
    answer.get(9..12).unwrap_or("")
}

pub fn error_in(answer: &str) -> ErrorCode {
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    serde_json::from_str::<ErrorBody>(body).unwrap().code
}

#[sqlx::test(migrations = false)]
async fn health_is_answered_without_a_credential_and_is_nobodys_cache(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    for path in ["/healthz", "/readyz"] {
        let answer = get(&server, path).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["x-request-id"].len(), 16);
        assert!(!answer.headers.contains_key("server"));
    }
}

#[sqlx::test(migrations = false)]
async fn a_server_without_its_database_or_schema_is_not_ready(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    server
        .db_as_owner(
            "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)".into(),
        )
        .await;
    assert_eq!(get(&server, "/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);

    server.app.store.close().await;

    let answer = get(&server, "/readyz").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable));
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(get(&server, "/healthz").await.status, StatusCode::NO_CONTENT);
}

#[sqlx::test(migrations = false)]
async fn the_description_names_every_route_and_every_body(pool: PgPool) {
    let server = TestServer::start(&pool).await;

    let description: serde_json::Value = get(&server, "/openapi.json").await.json();

    let paths: Vec<_> = description["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    for path in [
        "/healthz",
        "/openapi.json",
        "/readyz",
        "/v1/admin/people",
        "/v1/admin/tenures/{tenure}/hand-over",
        "/v1/calendar",
        "/v1/calendar/revoke",
        "/v1/calendar/{address}",
        "/v1/enroll",
        "/v1/live",
        "/v1/token",
    ] {
        assert!(paths.contains(&path), "{path}");
    }
    let enroll = &description["components"]["schemas"]["EnrollRequest"];
    assert_eq!(enroll["required"], serde_json::json!(["code", "device_name", "public_key"]));
    assert!(enroll["properties"]["replaces"].is_object());
    let add = &description["components"]["schemas"]["AddPersonRequest"];
    assert_eq!(
        (&add["required"], &add["additionalProperties"]),
        (&serde_json::json!(["id", "name"]), &false.into())
    );
    let refusals = &description["paths"]["/v1/admin/people"]["post"]["responses"];
    assert!(refusals["403"]["description"].as_str().unwrap().contains("not_allowed"), "{refusals}");
}

#[sqlx::test(migrations = false)]
async fn what_is_not_there_is_answered_in_the_one_form_of_errors(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    for path in ["/", "/v1", "/v1/enroll/", "/v1/..%2fenroll", "/v1/%00", "//v1/enroll", "/metrics", "/%ff"] {
        let answer = get(&server, path).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, ErrorCode::NotFound), "{path}");
    }
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE, Method::PATCH] {
        let request = server.http.request(method.clone(), server.url("/v1/enroll"));
        let response = request.header("x-http-method-override", "POST").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(response.headers()["allow"], "POST", "{method}");
    }
}

#[sqlx::test(migrations = false)]
async fn two_authorization_headers_are_refused(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let token = phone.assertion(&server, b"");
    let request = format!(
        "POST /v1/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Authorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n"
    );

    let answer = raw(&server, request.as_bytes()).await;

    assert_eq!((status_of(&answer), error_in(&answer)), ("401", ErrorCode::CredentialMissing));
}

#[sqlx::test(migrations = false)]
async fn broken_requests_are_refused_and_the_server_goes_on(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let many = (0..200).map(|n| format!("x-{n}: y\r\n")).collect::<String>();
    let long = "y".repeat(64 << 10);
    for (what, request, expected) in [
        ("nonsense", "nonsense\r\n\r\n".to_owned(), "400"),
        ("200 headers", format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n"), "431"),
        ("a header of 64 KiB", format!("GET /healthz HTTP/1.1\r\nHost: x\r\nx-long: {long}\r\n\r\n"), "431"),
        ("a line of 64 KiB", format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), "431"),
        (
            "a negative length",
            "POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".into(),
            "400",
        ),
        (
            "two different lengths",
            "POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx".into(),
            "400",
        ),
        ("a header with a CR", "GET /healthz HTTP/1.1\r\nHost: x\r\nx: a\rb\r\n\r\n".into(), "400"),
        ("HTTP/2 without TLS, which is hung up on", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(), ""),
    ] {
        let answer = raw(&server, request.as_bytes()).await;
        assert_eq!(status_of(&answer), expected, "{what}: {answer}");
    }
    assert_eq!(get(&server, "/healthz").await.status, StatusCode::NO_CONTENT);
}

#[sqlx::test(migrations = false)]
async fn a_length_beside_chunks_never_smuggles_a_second_request(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let request = format!(
        "POST /v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
        5 + smuggled.len()
    );

    let answer = raw(&server, request.as_bytes()).await;

    assert!(!answer.contains("204 No Content"), "{answer}");
}

#[sqlx::test(migrations = false)]
async fn a_client_that_never_finishes_its_headers_is_cut_off(pool: PgPool) {
    let limits = Limits { header_time: Duration::from_millis(200), ..Limits::default() };
    let server = TestServer::start_with(&pool, Wish { limits, ..Wish::default() }).await;
    for beginning in ["", "G", "GET /healthz HTTP/1.1\r\nHost: x\r\nx-slow:"] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = wait(SOON, stream.read_to_end(&mut answer)).await;
    }
}

#[sqlx::test(migrations = false)]
async fn a_body_that_never_ends_is_cut_off(pool: PgPool) {
    let limits = Limits { body_idle: Duration::from_millis(200), ..Limits::default() };
    let server = TestServer::start_with(&pool, Wish { limits, ..Wish::default() }).await;
    let head = "POST /v1/enroll HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer x\r\n\
         Content-Type: application/json\r\n";

    let paused = raw(&server, format!("{head}Content-Length: 10\r\n\r\nhalf").as_bytes()).await;
    let endless = format!("{head}Transfer-Encoding: chunked\r\n\r\n1000\r\n{}\r\n", "x".repeat(4096))
        .repeat(1)
        + &format!("1000\r\n{}\r\n", "x".repeat(4096)).repeat(3);
    let endless = raw(&server, endless.as_bytes()).await;
    let announced = raw(&server, format!("{head}Content-Length: 99999999999\r\n\r\n").as_bytes()).await;

    assert_eq!((status_of(&paused), error_in(&paused)), ("408", ErrorCode::Unavailable));
    assert_eq!((status_of(&endless), error_in(&endless)), ("413", ErrorCode::TooLarge));
    assert_eq!((status_of(&announced), error_in(&announced)), ("413", ErrorCode::TooLarge));
}

#[sqlx::test(migrations = false)]
async fn a_request_in_flight_is_finished_when_the_server_stops(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    let phone = Device::new();
    let body = phone.enrolment(&code).to_string();
    let token = phone.sign_enrolment(&server, body.as_bytes());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /v1/enroll HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body only when the request is being served.
    let mut go_on = [0; 25];
    wait(SOON, stream.read_exact(&mut go_on)).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 Continue"));

    server.begin_to_stop();
    wait(SOON, async { while TcpStream::connect(server.address).await.is_ok() {} }).await;
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    wait(SOON, stream.read_to_end(&mut answer)).await.unwrap();

    let answer = String::from_utf8(answer).unwrap();
    assert_eq!(status_of(&answer), "200", "{answer}");
    wait(SOON, server.stop()).await;
}

#[sqlx::test(migrations = false)]
async fn an_idle_connection_does_not_hold_up_the_stop(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    wait(SOON, idle.read_exact(&mut first)).await.unwrap();

    wait(SOON, server.stop()).await;
}

#[sqlx::test(migrations = false)]
async fn connections_are_bounded_and_the_next_one_waits_its_turn(pool: PgPool) {
    let limits = Limits { connections: 1, ..Limits::default() };
    let server = TestServer::start_with(&pool, Wish { limits, ..Wish::default() }).await;
    let holder = TcpStream::connect(server.address).await.unwrap();
    let mut waiting = TcpStream::connect(server.address).await.unwrap();
    waiting.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    let early = tokio::time::timeout(Duration::from_millis(300), waiting.read_exact(&mut answer)).await;
    assert!(early.is_err(), "served beyond the bound");

    drop(holder);

    wait(SOON, waiting.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 204");
}
