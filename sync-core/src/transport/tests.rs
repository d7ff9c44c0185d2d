//! A server of a few lines on a real socket, and a transport that plays what it is told.

mod over_http;
mod scripted;

use super::*;
use crate::credential::{Assertion, SoftwareKey};
use crate::wire::frame::{End, Hello, HistoryState, Limits};
use crate::wire::{ErrorBody, Frame};
use minicbor::bytes::ByteVec;
use rand::SeedableRng;
use rand::rngs::StdRng;

fn rng() -> StdRng {
    StdRng::seed_from_u64(3)
}

fn key() -> SoftwareKey {
    SoftwareKey::random(&mut rng())
}

fn assertion() -> Assertion {
    Assertion { token: "a.b.c".into(), jti: "jti".into() }
}

fn hello() -> Frame {
    Frame::Hello(Hello {
        server_time: Timestamp(5),
        server_id: "care-1".into(),
        limits: Limits { request_bytes: 1, change_bytes: 2, changes: 3 },
        min_schema: 1,
        max_schema: 1,
        history: HistoryState::Same,
    })
}

fn cursor(n: u8) -> Frame {
    Frame::Cursor(ByteVec::from(vec![n; 40]))
}

fn end() -> Frame {
    Frame::End(End { more: false, digest: None })
}

fn encode(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(|frame| minicbor::to_vec(frame).unwrap()).collect()
}

fn error_body(code: ErrorCode, server_time: i64) -> Vec<u8> {
    let (detail, server_time) = ("Sign in again.".to_owned(), Timestamp(server_time));
    serde_json::to_vec(&ErrorBody { code, detail, server_time, wipe: None }).unwrap()
}

/// The frames that arrive, and how the answer ends.
async fn read_all(mut answer: Answer) -> (Vec<Frame>, Result<(), TransportError>) {
    let mut frames = Vec::new();
    loop {
        match answer.next().await {
            Ok(Some(arrived)) => frames.push(arrived.frame),
            Ok(None) => return (frames, Ok(())),
            Err(error) => return (frames, Err(error)),
        }
    }
}
