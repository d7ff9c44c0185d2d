//! Calendars that are read without a device: who gets an address, and what whoever has one, or guesses, is answered.

use crate::device::{Answer, Device, post};
use crate::server::{TestServer, open_with_vault};
use reqwest::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};
use server::services::calendar::{CalendarAddress, GIVING_LIMIT, READER_LIMIT, STRANGER_LIMIT};
use sqlx::PgPool;
use sync_core::ids::{OrgId, PersonId};
use sync_core::wire::{CalendarResponse, ErrorCode};

const NOT_THERE: (StatusCode, ErrorCode) = (StatusCode::NOT_FOUND, ErrorCode::NotFound);
const TOO_OFTEN: (StatusCode, ErrorCode) = (StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited);

struct Ana {
    server: TestServer,
    org: OrgId,
    ana: PersonId,
    phone: Device,
}

impl Ana {
    async fn comes(pool: &PgPool) -> Self {
        let server = TestServer::start(pool).await;
        let (org, ana) = server.organisation("Care", "Ana").await;
        let phone = server.device(org, ana).await;
        Self { server, org, ana, phone }
    }

    async fn ask(&self, path: &str) -> Answer {
        post(&self.server, path, &self.phone.assertion(&self.server, b""), vec![]).await
    }

    /// The path that the server gives her phone.
    async fn address(&self) -> String {
        let answer: CalendarResponse = self.ask("/v1/calendar").await.json();
        answer.path
    }

    async fn read(&self, path: &str) -> Answer {
        Answer::of(self.server.http.get(self.server.url(path)).send().await.unwrap()).await
    }

    async fn refusal(&self, path: &str) -> (StatusCode, ErrorCode) {
        let answer = self.read(path).await;
        (answer.status, answer.code())
    }
}

#[sqlx::test(migrations = false)]
async fn whoever_has_the_address_reads_a_calendar_and_keeps_it_until_it_changes(pool: PgPool) {
    let ana = Ana::comes(&pool).await;
    let path = ana.address().await;

    let answer = ana.read(&path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[CONTENT_TYPE], "text/calendar; charset=utf-8");
    assert_eq!(answer.headers[CACHE_CONTROL], "private, no-cache");
    assert!(answer.body.starts_with(b"BEGIN:VCALENDAR\r\n") && answer.body.ends_with(b"END:VCALENDAR\r\n"));

    let tag = answer.headers[ETAG].to_str().unwrap().to_owned();
    for known in [tag.clone(), format!("\"old\", W/{tag}"), "*".to_owned()] {
        let request = ana.server.http.get(ana.server.url(&path)).header(IF_NONE_MATCH, known);
        let again = Answer::of(request.send().await.unwrap()).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(again.headers[ETAG], tag.as_str());
    }
    let request = ana.server.http.get(ana.server.url(&path)).header(IF_NONE_MATCH, "\"old\"");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

#[sqlx::test(migrations = false)]
async fn an_address_that_is_none_is_answered_like_one_that_was_taken_away(pool: PgPool) {
    let ana = Ana::comes(&pool).await;
    let (elsewhere, mallory) = ana.server.organisation("Elsewhere", "Mallory").await;
    let first = ana.address().await;
    let second = ana.address().await;
    let of_other_org = {
        let secret = ana.server.office().give_calendar(ana.org, ana.ana).await.unwrap().to_text();
        let theirs = ana.server.office().give_calendar(elsewhere, mallory).await.unwrap().to_text();
        // The organisation is 16 bytes: 21 letters hold nothing of the secret.
        format!("/v1/calendar/{}{}.ics", &theirs[..21], &secret[21..])
    };
    let long = format!("/v1/calendar/{}.ics", "A".repeat(6_000));
    let second_without_ending = second.trim_end_matches(".ics").to_owned();
    for path in [
        "/v1/calendar/.ics",
        "/v1/calendar/x.ics",
        "/v1/calendar/%00.ics",
        "/v1/calendar/..%2f..%2fhealthz.ics",
        &format!("/v1/calendar/{}.ics", "A".repeat(64)),
        &long,
        &first,
        &second_without_ending,
        &of_other_org,
    ] {
        assert_eq!(ana.refusal(path).await, NOT_THERE, "{path}");
    }

    let last = ana.address().await;
    assert_eq!(ana.read(&last).await.status, StatusCode::OK);
    assert_eq!(ana.ask("/v1/calendar/revoke").await.status, StatusCode::NO_CONTENT);
    assert_eq!(ana.refusal(&last).await, NOT_THERE);
}

#[sqlx::test(migrations = false)]
async fn the_operator_takes_an_address_away_and_a_restored_backup_does_not_give_it_back(pool: PgPool) {
    let ana = Ana::comes(&pool).await;
    let path = ana.address().await;
    let backup = ana.server.db_text("SELECT encode(address_hash, 'hex') FROM calendar").await.unwrap();
    let given = ana.server.clock().now().0;
    ana.server.clock().advance(60_000);

    ana.server.office().revoke_calendar(ana.org, ana.ana).await.unwrap();
    assert_eq!(ana.refusal(&path).await, NOT_THERE);

    let (org, person) = (ana.org, ana.ana);
    let restored = format!(
        "INSERT INTO calendar VALUES ('{org}', '{person}', decode('{backup}', 'hex'), from_ms({given}))"
    );
    ana.server.db_as_owner(restored).await;
    assert_eq!(ana.read(&path).await.status, StatusCode::OK, "the backup has it");
    open_with_vault(&ana.server, &ana.server.vault).await.unwrap();
    assert_eq!(ana.refusal(&path).await, NOT_THERE);

    ana.server.clock().advance(1);
    let next = ana.address().await;
    open_with_vault(&ana.server, &ana.server.vault).await.unwrap();
    assert_eq!(ana.read(&next).await.status, StatusCode::OK, "a later one is another");
}

#[sqlx::test(migrations = false)]
async fn a_calendar_is_only_read(pool: PgPool) {
    let ana = Ana::comes(&pool).await;
    let path = ana.address().await;

    let head = ana.server.http.head(ana.server.url(&path)).send().await.unwrap();
    assert_eq!((head.status(), head.headers().contains_key(ETAG)), (StatusCode::OK, true));
    assert_eq!(head.bytes().await.unwrap().len(), 0);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let response = ana.server.http.request(method.clone(), ana.server.url(&path)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(response.headers()[ALLOW], "GET,HEAD", "{method}");
    }
    let report = ana.server.http.request(Method::from_bytes(b"PROPFIND").unwrap(), ana.server.url(&path));
    assert_eq!(report.send().await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);

    let state = "SELECT string_agg(t::text, ' ') FROM
        (SELECT (SELECT array_agg(feed ORDER BY seq)::text FROM feed) || (SELECT array_agg(calendar)::text FROM calendar)) AS t";
    let before = ana.server.db_text(state).await;
    let with_body = ana.server.http.get(ana.server.url(&path)).body("x".repeat(1 << 20));
    assert_eq!(with_body.send().await.unwrap().status(), StatusCode::OK, "what nobody asked for is not read");
    assert_eq!(ana.server.db_text(state).await, before);
}

#[sqlx::test(migrations = false)]
async fn nobody_gets_an_address_without_a_device(pool: PgPool) {
    let ana = Ana::comes(&pool).await;
    for path in ["/v1/calendar", "/v1/calendar/revoke"] {
        let unsigned = ana.server.http.post(ana.server.url(path)).send().await.unwrap();
        assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    ana.server.office().revoke_device(ana.org, ana.phone.enrolled.as_ref().unwrap().device).await.unwrap();
    assert_eq!(ana.ask("/v1/calendar").await.code(), ErrorCode::DeviceRevoked);
    assert_eq!(ana.server.db_text("SELECT calendar::text FROM calendar").await, None);
}

#[sqlx::test(migrations = false)]
async fn guesses_readings_and_new_addresses_are_limited(pool: PgPool) {
    let ana = Ana::comes(&pool).await;
    for _ in 1..GIVING_LIMIT {
        ana.address().await;
    }
    let path = ana.address().await;
    let refused = ana.ask("/v1/calendar").await;
    assert_eq!((refused.status, refused.code()), TOO_OFTEN);

    for _ in 0..READER_LIMIT {
        assert_eq!(ana.read(&path).await.status, StatusCode::OK);
    }
    assert_eq!(ana.refusal(&path).await, TOO_OFTEN);

    let guess = format!("/v1/calendar/{}.ics", "B".repeat(64));
    for _ in 0..STRANGER_LIMIT {
        assert_eq!(ana.refusal(&guess).await, NOT_THERE);
    }
    assert_eq!(ana.refusal(&guess).await, TOO_OFTEN);
    ana.server.clock().advance(11 * 60_000);
    assert_eq!(ana.read(&path).await.status, StatusCode::OK);
}

#[sqlx::test(migrations = false)]
async fn the_database_does_not_hold_the_address(pool: PgPool) {
    let ana = Ana::comes(&pool).await;
    let path = ana.address().await;
    let text = path.trim_start_matches("/v1/calendar/").trim_end_matches(".ics");
    assert!(CalendarAddress::parse(text).is_some());

    let row = ana.server.db_text("SELECT calendar::text FROM calendar").await.unwrap();

    let bytes = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, text).unwrap();
    assert!(!row.contains(text) && !row.contains(&hex::encode(&bytes[16..])));
}
