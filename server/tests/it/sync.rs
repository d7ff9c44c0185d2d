//! `POST /v1/sync` over real HTTP: what is taken, what is refused before anything is looked at, and how the answer comes.

use crate::device::{Answer, Device};
use crate::live::wait;
use crate::server::TestServer;
use reqwest::StatusCode;
use sqlx::PgPool;
use std::time::Duration;
use sync_core::ids::{CommandId, DocId, ReplicaId};
use sync_core::wire::frame::{End, HistoryState};
use sync_core::wire::{
    Command, ErrorCode, Frame, FrameReader, MAX_REQUEST_BYTES, MEDIA_TYPE, PushDocument, SyncRequest,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SOON: Duration = Duration::from_secs(10);

async fn phone(server: &TestServer) -> Device {
    let (org, ana) = server.organisation("Care", "Ana").await;
    server.device(org, ana).await
}

pub fn request() -> SyncRequest {
    SyncRequest {
        protocol: 1,
        replica: ReplicaId::from_bytes([1; 16]),
        cursor: None,
        app_schema: 1,
        max_response_bytes: 1 << 20,
        push: vec![],
        commands: vec![],
        want: vec![],
        repair: None,
        verify: false,
    }
}

pub fn encoded(request: &SyncRequest) -> Vec<u8> {
    minicbor::to_vec(request).unwrap()
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// Signs and sends a body with these headers.
pub async fn send(server: &TestServer, device: &Device, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    send_signed(server, &device.assertion(server, &body), headers, body).await
}

async fn send_signed(server: &TestServer, token: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let mut sent = server.http.post(server.url("/v1/sync")).bearer_auth(token).body(body);
    for (name, value) in headers {
        sent = sent.header(*name, *value);
    }
    Answer::of(sent.send().await.unwrap()).await
}

pub const PLAIN: (&str, &str) = ("content-type", MEDIA_TYPE);
const ZSTD: (&str, &str) = ("content-encoding", "zstd");

pub fn frames(bytes: &[u8]) -> Vec<Frame> {
    let mut reader = FrameReader::default();
    reader.push(bytes);
    std::iter::from_fn(|| reader.next_frame().unwrap()).collect()
}

/// Asks about so many documents that do not exist, and is told so about each.
fn long_request() -> SyncRequest {
    let document = |n| PushDocument { doc: DocId::from_bytes([n; 16]), create: None, changes: vec![] };
    SyncRequest { push: (0..200).map(document).collect(), ..request() }
}

#[sqlx::test(migrations = false)]
async fn an_answer_is_compressed_if_the_phone_takes_that_and_it_makes_the_answer_shorter(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let device = phone(&server).await;
    let takes_zstd = [PLAIN, ZSTD, ("accept-encoding", "gzip, zstd")];
    for (request, headers, expected) in [
        (request(), &[PLAIN, ZSTD][..], None),
        (request(), &takes_zstd, None),
        (long_request(), &[PLAIN, ZSTD], None),
        (long_request(), &takes_zstd, Some("zstd")),
    ] {
        let answer = send(&server, &device, headers, compressed(&encoded(&request))).await;

        assert_eq!(
            (answer.status, &answer.headers["content-type"]),
            (StatusCode::OK, &MEDIA_TYPE.parse().unwrap())
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers.get("content-encoding").map(|name| name.to_str().unwrap()), expected);
        let plain =
            if expected.is_some() { zstd::decode_all(&answer.body[..]).unwrap() } else { answer.body };
        let frames = frames(&plain);
        assert!(matches!(&frames[0], Frame::Hello(hello) if hello.history == HistoryState::Same));
        assert_eq!(frames.last(), Some(&Frame::End(End { more: false, digest: None })));
    }
}

#[sqlx::test(migrations = false)]
async fn a_body_of_another_form_is_refused_with_its_code(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let device = phone(&server).await;
    let good = encoded(&request());
    let newer = encoded(&SyncRequest { protocol: 2, ..request() });
    let trailing = [&good[..], &[0]].concat();
    let (unsupported, malformed) = (ErrorCode::UnsupportedMedia, ErrorCode::Malformed);

    for (headers, body, code) in [
        (vec![], good.clone(), unsupported),
        (vec![("content-type", "application/json")], good.clone(), unsupported),
        (vec![PLAIN, ("content-encoding", "gzip")], good.clone(), unsupported),
        (vec![PLAIN, ("content-encoding", "zstd, zstd")], good.clone(), unsupported),
        (vec![PLAIN, ZSTD], good.clone(), malformed),
        (vec![PLAIN, ZSTD], compressed(&good)[..10].to_vec(), malformed),
        (vec![PLAIN], vec![], malformed),
        (vec![PLAIN], b"null".to_vec(), malformed),
        (vec![PLAIN], good[..good.len() - 1].to_vec(), malformed),
        (vec![PLAIN], trailing, malformed),
        (vec![PLAIN], newer, ErrorCode::UpgradeRequired),
    ] {
        let answer = send(&server, &device, &headers, body).await;
        assert_eq!(answer.error().code, code, "{headers:?}");
    }
}

#[sqlx::test(migrations = false)]
async fn a_few_bytes_that_stand_for_many_are_refused(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let device = phone(&server).await;
    let bomb = compressed(&vec![0; 64 << 20]);
    let flood = [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0].repeat(MAX_REQUEST_BYTES / 8);
    let document = PushDocument { doc: DocId::from_bytes([1; 16]), create: None, changes: vec![] };
    let command = Command { id: CommandId::from_bytes([1; 16]), kind: "k".into(), args: vec![].into() };
    let many = [
        SyncRequest { push: vec![document; 30_000], ..request() },
        SyncRequest { want: vec![DocId::from_bytes([1; 16]); 30_000], ..request() },
        SyncRequest { commands: vec![command; 1000], ..request() },
    ];
    assert!(bomb.len() < 16 << 10);

    let mut answers = vec![
        (send(&server, &device, &[PLAIN, ZSTD], bomb).await, ErrorCode::TooLarge),
        (send(&server, &device, &[PLAIN, ZSTD], flood).await, ErrorCode::Malformed),
    ];
    for request in many {
        let body = compressed(&encoded(&request));
        answers.push((send(&server, &device, &[PLAIN, ZSTD], body).await, ErrorCode::TooLarge));
    }

    for (answer, code) in answers {
        assert_eq!(answer.error().code, code);
    }
}

#[sqlx::test(migrations = false)]
async fn a_body_over_the_limit_is_refused(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let device = phone(&server).await;

    let answer = send(&server, &device, &[PLAIN], vec![0; MAX_REQUEST_BYTES + 1]).await;

    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[sqlx::test(migrations = false)]
async fn a_second_instance_goes_on_where_the_first_one_stopped(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let device = phone(&server).await;
    let other = server.another_instance().await;
    let first = send(&server, &device, &[PLAIN], encoded(&request())).await;
    let cursor = frames(&first.body).into_iter().find_map(|frame| match frame {
        Frame::Cursor(cursor) => Some(cursor),
        _ => None,
    });

    let again = encoded(&SyncRequest { cursor: Some(cursor.unwrap()), ..request() });
    let second = send(&other, &device, &[PLAIN], again).await;

    let frames = frames(&second.body);
    assert_eq!(frames.len(), 2, "nothing is new: {frames:?}");
    assert!(matches!(&frames[0], Frame::Hello(hello) if hello.history == HistoryState::Same));
}

/// A replay is the same request, which changes nothing: only where an assertion is exchanged for something is it spent.
#[sqlx::test(migrations = false)]
async fn the_same_signed_sync_is_answered_as_often_as_it_arrives(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let device = phone(&server).await;
    let other = server.another_instance().await;
    let body = encoded(&request());
    let token = device.assertion(&server, &body);

    for instance in [&server, &server, &other] {
        let answer = send_signed(instance, &token, &[PLAIN], body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let other_body = encoded(&SyncRequest { verify: true, ..request() });
    let answer = send_signed(&server, &token, &[PLAIN], other_body).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, ErrorCode::TokenBody));
}

/// The head of a sync whose body is still to come; the server asks for the body once it has let the sender in.
fn head(token: &str, body: &[u8]) -> String {
    format!(
        "POST /v1/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {MEDIA_TYPE}\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    )
}

#[sqlx::test(migrations = false)]
async fn an_assertion_is_judged_once_when_its_headers_arrive_however_long_the_body_takes(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let device = phone(&server).await;
    let body = encoded(&request());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head(&device.assertion(&server, &body), &body).as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    wait(SOON, stream.read_exact(&mut go_on)).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 Continue"));

    server.clock().advance(3_600_000);
    stream.write_all(&body).await.unwrap();
    let mut answer = Vec::new();
    wait(SOON, stream.read_to_end(&mut answer)).await.unwrap();

    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

#[sqlx::test(migrations = false)]
async fn who_is_not_let_in_is_told_so_before_the_body(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let device = phone(&server).await;
    let token = device.assertion(&server, b"") + "A";
    let mut stream = TcpStream::connect(server.address).await.unwrap();

    stream.write_all(head(&token, &[0; 1000]).as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    wait(SOON, stream.read_to_end(&mut answer)).await.unwrap();

    assert!(answer.starts_with(b"HTTP/1.1 401"), "{}", String::from_utf8_lossy(&answer));
}
