//! Streams that say when there is news.

use crate::device::{Answer, Device};
use crate::server::{TestServer, Wish};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use reqwest::StatusCode;
use server::app::Limits;
use server::store::postgres::PgStore;
use server::store::row::{Event, FeedRow, FeedStamp};
use server::store::{Access, Feed, Store, Transaction};
use sqlx::PgPool;
use std::future::Future;
use std::time::Duration;
use sync_core::ids::{AudienceId, OrgId, PersonId};
use sync_core::key::Subject;
use sync_core::wire::ErrorCode;

const SOON: Duration = Duration::from_secs(10);

/// An open stream.
pub struct LiveEvents {
    chunks: BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    text: String,
}

impl LiveEvents {
    /// Waits for the next event.
    pub async fn news(&mut self) {
        while !self.text.contains("\n\n") {
            let chunk = self.chunks.next().await.expect("the stream ended").unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        let (event, rest) = self.text.split_once("\n\n").unwrap();
        assert_eq!(event, "event: news\ndata: {}");
        self.text = rest.to_owned();
    }

    /// Waits for the end.
    pub async fn end(&mut self) {
        while self.chunks.next().await.is_some() {}
    }
}

#[track_caller]
pub fn wait<T>(at_most: Duration, what: impl Future<Output = T>) -> impl Future<Output = T> {
    let place = std::panic::Location::caller();
    async move {
        tokio::time::timeout(at_most, what)
            .await
            .unwrap_or_else(|_| panic!("not within {at_most:?}: {place}"))
    }
}

pub async fn open(server: &TestServer, device: &Device) -> LiveEvents {
    let token = device.assertion(server, b"");
    let response = server.http.get(server.url("/v1/live")).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    LiveEvents { chunks: response.bytes_stream().boxed(), text: String::new() }
}

/// A row in the feed of what is this person's alone.
pub async fn write_news(store: &PgStore, org: OrgId, person: PersonId) {
    let mut tx = store.begin(org, Access::Write).await.unwrap();
    let seq = tx.advance_feed(1).await.unwrap();
    let audience = AudienceId::of(org, &Subject::Person(person));
    let event = Event::Record { collection: "test".into(), key: vec![1] };
    let time = sync_core::time::Timestamp(0);
    tx.append_feed(&[FeedRow { at: FeedStamp { seq, stamp: [7; 8] }, audience, event, time }]).await.unwrap();
    tx.commit().await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn news_written_on_one_instance_pokes_its_readers_on_the_other(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let other = server.another_instance().await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let bob = server.person(org, "Bob").await;
    let (anas, bobs) = (server.device(org, ana).await, server.device(org, bob).await);
    let (mut to_ana, mut to_bob) = (open(&other, &anas).await, open(&other, &bobs).await);

    write_news(&server.app.store, org, ana).await;
    wait(SOON, to_ana.news()).await;
    // What comes for Bob is the first that he hears.
    write_news(&server.app.store, org, bob).await;
    wait(SOON, to_bob.news()).await;
    assert_eq!(to_bob.text, "");
}

#[sqlx::test(migrations = false)]
async fn news_that_nobody_announced_is_found_by_looking(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let mut stream = open(&server, &phone).await;
    let audience = AudienceId::of(org, &Subject::Person(ana));

    server
        .db_as_owner(format!(
            "WITH next AS (UPDATE feed_counter SET seq = seq + 1 WHERE org = '{org}' RETURNING seq)
             INSERT INTO feed (org, seq, stamp, audience, class, collection, key, at)
             SELECT '{org}', seq, '12345678', '{audience}', 'record', 'test', 'x', now() FROM next"
        ))
        .await;

    wait(SOON, stream.news()).await;
}

#[sqlx::test(migrations = false)]
async fn a_full_instance_says_so(pool: PgPool) {
    let wish = Wish { limits: Limits { live_streams: 1, ..Limits::default() }, ..Wish::default() };
    let server = TestServer::start_with(&pool, wish).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let (phone, tablet) = (server.device(org, ana).await, server.device(org, ana).await);
    let _stream = open(&server, &phone).await;

    let request = server.http.get(server.url("/v1/live")).bearer_auth(tablet.assertion(&server, b""));
    let answer = Answer::of(request.send().await.unwrap()).await;

    assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable));
}

#[sqlx::test(migrations = false)]
async fn a_client_that_hangs_up_leaves_its_place(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let stream = open(&server, &phone).await;
    assert_eq!(server.app.live.count(), 1);

    drop(stream);

    wait(SOON, async {
        while server.app.live.count() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[sqlx::test(migrations = false)]
async fn streams_end_when_the_server_stops(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let mut stream = open(&server, &phone).await;

    wait(SOON, async { tokio::join!(stream.end(), server.stop()) }).await;
}
