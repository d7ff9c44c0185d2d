//! Bad inputs, by the numbers of `docs/bad-inputs.md`: each is refused under its code, costs little and changes nothing.

mod administration;
mod connection;
mod credential;
mod enrolment;
mod list;
mod push;
mod request;

use crate::device::{Answer, Device};
use crate::server::TestServer;
use std::time::Duration;
use sync_core::wire::{ErrorCode, Frame, FrameReader, MEDIA_TYPE, SyncRequest};

const SOON: Duration = Duration::from_secs(10);
const PLAIN: (&str, &str) = ("content-type", MEDIA_TYPE);
const ZSTD: (&str, &str) = ("content-encoding", "zstd");

/// A status, and the code in the body.
type Refusal = (u16, ErrorCode);

#[track_caller]
fn assert_refused(answer: &Answer, expected: Refusal, what: &str) {
    let said = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status.as_u16(), expected.0, "{what}: {said}");
    assert_eq!(answer.code(), expected.1, "{what}: {said}");
}

fn encoded(request: &SyncRequest) -> Vec<u8> {
    minicbor::to_vec(request).unwrap()
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// Signs and sends the body of a sync with these headers.
async fn send(server: &TestServer, device: &Device, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let token = device.assertion(server, &body);
    let request = server.http.post(server.url("/v1/sync")).bearer_auth(token).body(body);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::of(request.send().await.unwrap()).await
}

/// The frames of an answer to a sync that was let in.
#[track_caller]
fn frames(answer: &Answer) -> Vec<Frame> {
    assert_eq!(answer.status.as_u16(), 200, "{}", String::from_utf8_lossy(&answer.body));
    let mut reader = FrameReader::default();
    reader.push(&answer.body);
    std::iter::from_fn(|| reader.next_frame().unwrap()).collect()
}
