use super::*;
use crate::transport::inflate::Inflater;
use crate::wire::{MEDIA_TYPE, SyncRequest};
use std::io::Write;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

async fn listen() -> (TcpListener, HttpTransport) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let transport = transport(&format!("http://{}", listener.local_addr().unwrap()), 5_000);
    (listener, transport)
}

fn transport(url: &str, read_timeout_ms: u64) -> HttpTransport {
    HttpTransport::new(HttpSettings {
        url: url.into(),
        connect_timeout: Duration::from_secs(5),
        read_timeout: Duration::from_millis(read_timeout_ms),
        live_read_timeout: Duration::from_secs(5),
        user_agent: "floorwalk-test".into(),
    })
    .unwrap()
}

/// Accepts one connection and reads one request: its head in lower case, and its body.
async fn receive(listener: &TcpListener) -> (TcpStream, String, Vec<u8>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "a whole head");
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        assert!(stream.read_buf(&mut body).await.unwrap() > 0, "a whole body");
    }
    (stream, head, body)
}

async fn send_chunk(stream: &mut TcpStream, bytes: &[u8]) {
    let head = format!("{:x}\r\n", bytes.len());
    stream.write_all(&[head.as_bytes(), bytes, b"\r\n"].concat()).await.unwrap();
    stream.flush().await.unwrap();
}

fn head(media_type: &str, more: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ntransfer-encoding: chunked\r\n{more}\r\n")
}

fn request() -> SyncRequest {
    SyncRequest {
        protocol: 1,
        replica: crate::ids::ReplicaId::from_bytes([7; 16]),
        cursor: None,
        app_schema: 1,
        max_response_bytes: 1_000,
        push: Vec::new(),
        commands: Vec::new(),
        want: Vec::new(),
        repair: None,
        verify: false,
    }
}

/// A request that asks for so many documents.
fn long_request() -> SyncRequest {
    SyncRequest { want: vec![crate::ids::DocId::from_bytes([7; 16]); 100], ..request() }
}

fn nothing() -> EncodedRequest {
    EncodedRequest { bytes: Bytes::new(), is_compressed: false }
}

#[test]
fn a_short_request_is_sent_as_it_is() {
    let encoded = encode_request(&request());

    assert!(!encoded.is_compressed);
    assert_eq!(minicbor::decode::<SyncRequest>(&encoded.bytes).unwrap(), request());
}

#[tokio::test]
async fn a_long_sync_is_sent_compressed_and_each_group_can_be_read_before_the_next_is_sent() {
    let (listener, transport) = listen().await;
    let first_was_read = Notify::new();
    let server = async {
        let (mut stream, head_in, body) = receive(&listener).await;
        let head = head(MEDIA_TYPE, "content-encoding: zstd\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut zstd = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
        zstd.write_all(&encode(&[hello(), cursor(1)])).unwrap();
        zstd.flush().unwrap();
        send_chunk(&mut stream, zstd.get_ref()).await;
        let sent = zstd.get_ref().len();
        first_was_read.notified().await;
        zstd.write_all(&encode(&[cursor(2), end()])).unwrap();
        send_chunk(&mut stream, &zstd.finish().unwrap()[sent..]).await;
        stream.write_all(b"0\r\n\r\n").await.unwrap();
        (head_in, body)
    };
    let client = async {
        let body = encode_request(&long_request());
        let mut answer = sync(&transport, body, &assertion(), 1_000).await.unwrap();
        assert_eq!(answer.next().await.unwrap().unwrap().frame, hello());
        assert_eq!(answer.next().await.unwrap().unwrap().frame, cursor(1));
        first_was_read.notify_one();
        read_all(answer).await
    };

    let ((head, body), (rest, ending)) = tokio::join!(server, client);

    assert_eq!(rest, [cursor(2), end()]);
    ending.unwrap();
    assert!(head.starts_with("post /v1/sync http/1.1\r\n"), "{head}");
    for line in
        ["authorization: bearer a.b.c", "content-encoding: zstd", &format!("content-type: {MEDIA_TYPE}")]
    {
        assert!(head.lines().any(|l| l == line), "{line} in {head}");
    }
    let mut plain = Vec::new();
    Inflater::zstd(10_000).unwrap().push(&body, |bytes| plain.extend_from_slice(bytes)).unwrap();
    assert_eq!(minicbor::decode::<SyncRequest>(&plain).unwrap(), long_request());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (listener, transport) = listen().await;
    let server = async {
        let (mut stream, ..) = receive(&listener).await;
        let location = listener.local_addr().unwrap();
        let answer =
            format!("HTTP/1.1 307 Moved\r\nlocation: http://{location}/login\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    };
    let assertion = assertion();
    let client = sync(&transport, nothing(), &assertion, 1_000);

    let ((), answer) = tokio::join!(server, client);

    assert!(matches!(answer.err(), Some(TransportError::NotTheServer { found: Stranger::Status(307), .. })));
}

#[tokio::test]
async fn a_connection_that_breaks_keeps_what_came_before() {
    let (listener, transport) = listen().await;
    let server = async {
        let (mut stream, ..) = receive(&listener).await;
        stream.write_all(head(MEDIA_TYPE, "").as_bytes()).await.unwrap();
        send_chunk(&mut stream, &encode(&[hello(), cursor(1)])).await;
    };
    let client = async { read_all(sync(&transport, nothing(), &assertion(), 1_000).await.unwrap()).await };

    let ((), (frames, ending)) = tokio::join!(server, client);

    assert_eq!(frames, [hello(), cursor(1)]);
    assert!(matches!(ending, Err(TransportError::Interrupted(_))), "{ending:?}");
}

#[tokio::test]
async fn a_server_that_takes_the_request_and_says_nothing_is_given_up() {
    let (listener, _) = listen().await;
    let transport = transport(&format!("http://{}", listener.local_addr().unwrap()), 50);
    let answered = Notify::new();
    let server = async {
        let held = receive(&listener).await;
        answered.notified().await;
        drop(held);
    };
    let client = async {
        let answer = sync(&transport, nothing(), &assertion(), 1_000).await;
        answered.notify_one();
        answer
    };

    let ((), answer) = tokio::join!(server, client);

    assert!(matches!(answer.err(), Some(TransportError::Interrupted(Some(_)))));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let (listener, transport) = listen().await;
    drop(listener);
    let answer = sync(&transport, nothing(), &assertion(), 1_000).await;
    assert!(matches!(answer.err(), Some(TransportError::Unreachable(Some(_)))));
}

#[tokio::test]
async fn who_intercepts_tls_is_a_stranger_and_not_an_outage() {
    let (listener, _) = listen().await;
    let transport = transport(&format!("https://{}", listener.local_addr().unwrap()), 5_000);
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    };
    let assertion = assertion();
    let client = sync(&transport, nothing(), &assertion, 1_000);

    let ((), answer) = tokio::join!(server, client);

    let found = answer.err().unwrap();
    assert!(matches!(found, TransportError::NotTheServer { found: Stranger::Certificate, .. }), "{found:?}");
}

#[tokio::test]
async fn pokes_arrive_one_by_one_until_the_stream_is_over() {
    let (listener, transport) = listen().await;
    let was_read = Notify::new();
    let server = async {
        let (mut stream, head_in, _) = receive(&listener).await;
        stream.write_all(head("text/event-stream", "").as_bytes()).await.unwrap();
        send_chunk(&mut stream, b": welcome\n\nevent: news\ndata: 1\n").await;
        send_chunk(&mut stream, b"\n").await;
        was_read.notified().await;
        send_chunk(&mut stream, b"data: 2\n\n").await;
        stream.write_all(b"0\r\n\r\n").await.unwrap();
        head_in
    };
    let client = async {
        let mut pokes = live(&transport, &assertion()).await.unwrap();
        let first = pokes.next().await.unwrap();
        was_read.notify_one();
        [first, pokes.next().await.unwrap(), pokes.next().await.unwrap()]
    };

    let (head, news) = tokio::join!(server, client);

    assert_eq!(news, [News::Poke, News::Poke, News::Over]);
    assert!(head.starts_with("get /v1/live http/1.1"), "{head}");
}

#[test]
fn an_address_that_is_none_is_refused() {
    for url in ["", "care.example", "ftp://care.example", "http://"] {
        let settings = HttpSettings {
            url: url.into(),
            connect_timeout: Duration::from_secs(1),
            read_timeout: Duration::from_secs(1),
            live_read_timeout: Duration::from_secs(1),
            user_agent: "floorwalk-test".into(),
        };
        assert!(HttpTransport::new(settings).is_err(), "{url:?}");
    }
}
