//! What no HTTP client would send, or not so: heads, lengths, chunks and connections.

use crate::bad_inputs::{SOON, assert_refused};
use crate::device::{Answer, get};
use crate::http::{error_in, raw, status_of};
use crate::live::wait;
use crate::server::TestServer;
use crate::watched::Watched;
use reqwest::{Method, StatusCode};
use sqlx::PgPool;
use sync_core::wire::{ErrorCode, MEDIA_TYPE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const GET: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
const POST: &str =
    "POST /v1/enroll HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\n";

/// Everything about a head that is refused before any route is looked for.
#[sqlx::test(migrations = false)]
async fn heads_that_are_none_are_refused(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let many = (0..10_000).map(|n| format!("x-{n}: y\r\n")).collect::<String>();
    let long = "y".repeat(64 << 10);
    for (number, what, head, status) in [
        (17, "a negative length", format!("{POST}Content-Length: -1\r\n\r\n"), "400"),
        (17, "a length with a sign", format!("{POST}Content-Length: +5\r\n\r\nxxxxx"), "400"),
        (17, "a length in hexadecimal", format!("{POST}Content-Length: 0x5\r\n\r\nxxxxx"), "400"),
        (17, "a length over 64 bits", format!("{POST}Content-Length: 18446744073709551616\r\n\r\n"), "400"),
        (17, "two lengths in one", format!("{POST}Content-Length: 1, 2\r\n\r\nxx"), "400"),
        (17, "two lengths", format!("{POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), "400"),
        (18, "chunks inside of something", format!("{POST}Transfer-Encoding: chunked, x\r\n\r\n"), "400"),
        (24, "ten thousand headers", format!("{GET}{many}\r\n"), "431"),
        (24, "sixty-five headers", format!("{GET}{}\r\n", "x: y\r\n".repeat(65)), "431"),
        (25, "a header of 64 KiB", format!("{GET}x: {long}\r\n\r\n"), "431"),
        (25, "a header whose name has 64 KiB", format!("{GET}{long}: y\r\n\r\n"), "431"),
        (25, "a line of 64 KiB", format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), "431"),
        (26, "a return in a header", format!("{GET}x: a\rSet-Cookie: b\r\n\r\n"), "400"),
        (26, "a NUL in a header", format!("{GET}x: a\0b\r\n\r\n"), "400"),
        (26, "a header that goes on in the next line", format!("{GET}x: a\r\n b\r\n\r\n"), "400"),
        (26, "a space before the colon", format!("{GET}Content-Length : 5\r\n\r\n"), "400"),
        (27, "a NUL in the path", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n".into(), "400"),
        (27, "a space in the path", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n".into(), "400"),
        (39, "a later version", "GET / HTTP/3.0\r\nHost: x\r\n\r\n".into(), "400"),
    ] {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, raw(&watched.server, head.as_bytes())).await;
        assert_eq!(status_of(&answer), status, "{what}: {answer}");
    }
    watched.finish();
}

/// The whole of these bodies never comes, or more than was announced.
#[sqlx::test(migrations = false)]
async fn bodies_whose_length_is_a_lie_are_refused(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    let chunked = format!("{POST}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    let close = format!("{POST}Connection: close\r\n");
    for (number, what, request, status) in [
        (16, "chunks without an end", format!("{chunked}{}", chunk.repeat(300)), "413"),
        (16, "chunks of a byte each", format!("{chunked}{}", "1\r\nx\r\n".repeat(9000)), "413"),
        (16, "a chunk whose size overflows", format!("{chunked}fffffffffffffffff\r\nx"), "400"),
        (16, "a chunk whose extension does not end", format!("{chunked}1;{}", "x".repeat(64 << 10)), "400"),
        (16, "a trailer that does not end", format!("{chunked}0\r\nx: {}", "y".repeat(64 << 10)), "400"),
        (17, "more announced than allowed", format!("{close}Content-Length: 99999999999\r\n\r\n"), "413"),
        (17, "less announced than sent", format!("{close}Content-Length: 2\r\n\r\n{{}}GET / x"), "401"),
    ] {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, raw(&watched.server, request.as_bytes())).await;
        assert_eq!(status_of(&answer), status, "{what}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{what}: {answer}");
    }
    for (number, what, request) in [
        (16, "a chunk larger than all memory", format!("{chunked}fffffffffffffff\r\nx")),
        (17, "more announced than sent", format!("{close}Content-Length: 100\r\n\r\nhalf")),
    ] {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, cut_off(&watched.server, &request)).await;
        assert!(answer.is_empty() || error_in(&answer) == ErrorCode::Malformed, "{what}: {answer}");
    }
    watched.finish();
}

/// Sends this and nothing more, and returns what comes of it.
async fn cut_off(server: &TestServer, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    let _ = wait(SOON, stream.read_to_string(&mut answer)).await;
    answer
}

/// Whoever is let in may send no more than others.
#[sqlx::test(migrations = false)]
async fn a_body_without_an_end_is_refused_to_who_is_let_in(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let token = watched.ana.assertion(&watched.server, b"");
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {MEDIA_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let large = format!("10000\r\n{}\r\n", "x".repeat(64 << 10));
    for (number, what, chunks) in [
        (16, "chunks without an end", large.repeat(100)),
        (16, "chunks of a byte each without an end", "1\r\nx\r\n".repeat(1 << 20)),
    ] {
        let what = format!("{number}: {what}");
        let request = format!("{head}{chunks}");
        let answer = watched.endures(&what, raw(&watched.server, request.as_bytes())).await;
        assert_eq!((status_of(&answer), error_in(&answer)), ("413", ErrorCode::TooLarge), "{what}");
    }
    watched.finish();
}

/// Either the request is refused or the chunks count; never is what follows a request of its own.
#[sqlx::test(migrations = false)]
async fn a_length_beside_chunks_smuggles_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let smuggled = format!("{GET}\r\n");
    let long = smuggled.len() + 5;
    for (number, what, headers) in [
        (18, "the length first", format!("Content-Length: {long}\r\nTransfer-Encoding: chunked\r\n")),
        (18, "the chunks first", format!("Transfer-Encoding: chunked\r\nContent-Length: {long}\r\n")),
        (
            18,
            "chunks twice",
            format!("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\nContent-Length: {long}\r\n"),
        ),
        (18, "chunks in another case", format!("Transfer-Encoding: cHuNkEd\r\nContent-Length: {long}\r\n")),
    ] {
        let what = format!("{number}: {what}");
        let request = format!("{POST}{headers}\r\n0\r\n\r\n{smuggled}");

        let answer = watched.endures(&what, raw(&watched.server, request.as_bytes())).await;

        assert!(["400", "401"].contains(&status_of(&answer)), "{what}: {answer}");
        assert!(!answer.contains("204 No Content"), "{what}: {answer}");
    }
    watched.finish();
}

/// TLS and HTTP/2 end at the proxy, so none of the ways to make an HTTP/2 server work for nothing leads here.
#[sqlx::test(migrations = false)]
async fn connections_that_only_want_to_keep_the_server_busy_get_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let server = &watched.server;
    let rapid_reset = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), http2_frames(1000)].concat();

    let answer = watched.endures("39: a thousand streams begun and reset", raw(server, &rapid_reset)).await;
    assert_eq!(answer, "", "hung up on");

    let begun = format!("{GET}\r\n").repeat(1000);
    watched
        .endures("39: a thousand requests that nobody waits for", async {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            let _ = stream.write_all(begun.as_bytes()).await;
        })
        .await;

    let slow = watched.endures("16: five hundred that never finish", async {
        let mut streams = Vec::new();
        for _ in 0..500 {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            stream.write_all(b"POST /v1/enroll HTTP/1.1\r\nHost: x\r\nx-slow: ").await.unwrap();
            streams.push(stream);
        }
        assert_eq!(get(server, "/healthz").await.status, StatusCode::NO_CONTENT);
        streams
    });
    drop(slow.await);
    watched.finish();
}

/// Headers of a request and its reset, so many times.
fn http2_frames(streams: u32) -> Vec<u8> {
    let frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    };
    let settings = frame(4, 0, 0, &[]);
    // `:method: GET`, `:path: /`, `:scheme: http` of the static table, and the reset as `CANCEL`.
    let reset = |n: u32| {
        [frame(1, 5, 2 * n + 1, &[0x82, 0x84, 0x86]), frame(3, 0, 2 * n + 1, &[0, 0, 0, 8])].concat()
    };
    std::iter::once(settings).chain((0..streams).map(reset)).flatten().collect()
}

#[sqlx::test(migrations = false)]
async fn what_is_not_there_or_asked_otherwise_is_not_found(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let server = &watched.server;
    for (number, what, path) in [
        (27, "a step up", "/v1/..%2fenroll"),
        (27, "a NUL", "/v1/%00"),
        (27, "two slashes", "//v1/enroll"),
        (27, "a slash too many", "/v1/enroll/"),
        (27, "no UTF-8", "/%ff"),
        (27, "a path of another case", "/V1/enroll"),
        (28, "an id in the path", "/v1/sync/0123456789ABCDEF0123456789ABCDEF"),
    ] {
        let answer = watched.endures(&format!("{number}: {what}"), get(server, path)).await;
        assert_refused(&answer, (404, ErrorCode::NotFound), what);
    }
    for (number, what, method) in [
        (32, "OPTIONS", Method::OPTIONS),
        (32, "TRACE", Method::TRACE),
        (32, "PATCH", Method::PATCH),
        (31, "GET that says POST", Method::GET),
        (31, "PUT that says POST", Method::PUT),
    ] {
        let request = server.http.request(method, server.url("/v1/enroll"));
        let request = request.header("x-http-method-override", "POST");
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, async { Answer::of(request.send().await.unwrap()).await }).await;
        assert_refused(&answer, (405, ErrorCode::NotFound), &what);
        assert_eq!(answer.headers["allow"], "POST", "{what}");
    }
    watched.finish();
}

/// Headers that change nothing: the answer is the one that is given without them.
#[sqlx::test(migrations = false)]
async fn headers_that_mean_nothing_here_change_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let server = &watched.server;
    let hops = ["198.51.100.7"; 1000].join(",");
    let usual = get(server, "/openapi.json").await;
    for (number, name, value) in [
        (33, "origin", "null"),
        (33, "origin", "https://evil.example"),
        (34, "host", "evil.example"),
        (34, "x-forwarded-host", "evil.example"),
        (35, "x-forwarded-for", "127.0.0.1"),
        (35, "x-forwarded-for", "fe80::1%eth0"),
        (35, "x-forwarded-for", &hops),
        (36, "idempotency-key", "the same"),
        (38, "range", "bytes=0-0,5-1,-1"),
        (38, "range", "bytes=99999999999999999999-"),
        (38, "if-match", "\"\""),
        (38, "if-none-match", "*"),
        (38, "if-modified-since", "yesterday"),
    ] {
        let what = format!("{number}: {name}: {value:.40}");
        let request = server.http.get(server.url("/openapi.json")).header(name, value);
        let answer = watched.endures(&what, async { Answer::of(request.send().await.unwrap()).await }).await;
        assert_eq!((answer.status, &answer.body), (usual.status, &usual.body), "{what}");
        let allows = answer.headers.keys().find(|name| name.as_str().starts_with("access-control-"));
        assert_eq!(allows, None, "{what}: no other site reads this");
    }
    let head = server.http.head(server.url("/openapi.json"));
    let answer = watched.endures("32: HEAD", async { Answer::of(head.send().await.unwrap()).await }).await;
    assert_eq!((answer.status, answer.body), (usual.status, vec![]));
    watched.finish();
}

/// A stream that is only asked about is none.
#[sqlx::test(migrations = false)]
async fn asking_for_the_head_of_a_stream_holds_none(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let server = &watched.server;
    let token = watched.ana.assertion(server, b"");
    for _ in 0..10 {
        let head = server.http.head(server.url("/v1/live")).bearer_auth(&token);
        let answer =
            watched.endures("32: HEAD of a stream", async { wait(SOON, head.send()).await.unwrap() });
        assert_eq!(answer.await.status(), StatusCode::OK);
    }
    let nobody = server.http.head(server.url("/v1/live"));
    assert_eq!(nobody.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn a_key_of_ten_kibibytes_for_what_needs_none_is_ignored_or_too_long(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let server = &watched.server;
    for (number, what, length, expected) in [(37, "ten KiB", 10 << 10, 204), (37, "forty KiB", 40 << 10, 431)]
    {
        let request = server.http.get(server.url("/healthz")).header("idempotency-key", "k".repeat(length));
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, async { Answer::of(request.send().await.unwrap()).await }).await;
        assert_eq!(answer.status.as_u16(), expected, "{what}");
    }
    watched.finish();
}
