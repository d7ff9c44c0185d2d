//! Owns what the fuzzer begins with: real bytes for each target.

use super::ingest;
use crate::hostile::chunk::body;
use crate::legitimate::npm;
use anyhow::{Context, bail};
use minicbor::bytes::ByteVec;
use server::cursor::{Backfill, Next, Position};
use server::store::row::FeedStamp;
use std::path::Path;
use sync_core::coaching::meeting;
use sync_core::ids::{ActorId, AudienceId, ChangeHash, DocId, PersonId, ReplicaId, TenureId};
use sync_core::time::{Day, Timestamp};
use sync_core::transport::inflate::compress;
use sync_core::wire::frame::{
    Changes, DocumentHead, End, Grant, Hello, HistoryState, PushResult, SnapshotPart,
};
use sync_core::wire::{
    Authored, Create, ErrorCode, Frame, Limits, PushDocument, Receipt, Rejection, Repair, Retry, SyncRequest,
};

/// Of the recorded changes one of so many: most say the same.
const EVERY: usize = 15;
const DOC: DocId = DocId::from_bytes([5; 16]);

/// Real bytes for the target of this name.
///
/// # Errors
/// If there is no such target.
pub fn of(target: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    match target {
        "precheck" | "canonical" => Ok(changes()?.iter().map(|change| body(change).to_vec()).collect()),
        "ingest" => pushes(),
        "wire" => messages(),
        "cursor" => Ok(positions()?),
        _ => bail!("there is no target {target}"),
    }
}

/// Writes them into this directory, a file for each.
///
/// # Errors
/// If there is no such target, or they cannot be written.
pub fn write(target: &str, into: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(into)?;
    for (number, bytes) in of(target)?.iter().enumerate() {
        std::fs::write(into.join(format!("seed-{number:03}")), bytes)?;
    }
    Ok(())
}

fn changes() -> anyhow::Result<Vec<Vec<u8>>> {
    let recorded = npm::documents()?.into_iter().flat_map(|written| written.changes);
    Ok(recorded.step_by(EVERY).map(|change| change.bytes).collect())
}

/// For each document the change that comes next, alone and with what its writer could send with it.
fn pushes() -> anyhow::Result<Vec<Vec<u8>>> {
    let mut pushes = Vec::new();
    for (number, ground) in (0..).zip(ingest::grounds()?) {
        let (next, rival) = (ground.template.raw_bytes(), ground.rival.raw_bytes());
        for changes in [&[next][..], &[rival, next], &[next, next, rival]] {
            pushes.push(ingest::input(number, changes).context("recorded changes are small")?);
        }
    }
    Ok(pushes)
}

fn messages() -> anyhow::Result<Vec<Vec<u8>>> {
    let request = request()?;
    let frames = frames()?;
    let answer = frames.iter().map(minicbor::to_vec).collect::<Result<Vec<_>, _>>()?.concat();
    let mut messages = vec![minicbor::to_vec(&request)?, compress(&answer)?, answer];
    for frame in &frames {
        messages.push(minicbor::to_vec(frame)?);
    }
    Ok(messages)
}

fn receipt() -> Receipt {
    let authors = vec![authored()];
    Receipt { doc: DOC, heads: vec![ChangeHash::from_bytes([8; 32])], authors, mac: vec![9; 32].into() }
}

fn authored() -> Authored {
    let (actor, person) = (ActorId::from_bytes([6; 16]), PersonId::from_bytes([2; 16]));
    Authored { actor, person, received_at: Timestamp(1_773_824_400_000) }
}

fn head() -> anyhow::Result<DocumentHead> {
    let day = Day::parse("2026-03-18").ok().context("the day exists")?;
    let key = meeting::key(TenureId::from_bytes([3; 16]), day);
    Ok(DocumentHead { doc: DOC, kind: "meeting".into(), key, audience: AudienceId::from_bytes([4; 16]) })
}

fn request() -> anyhow::Result<SyncRequest> {
    let create = Create { kind: "meeting".into(), key: head()?.key };
    let changes = changes()?.into_iter().take(2).map(ByteVec::from).collect();
    Ok(SyncRequest {
        protocol: 1,
        replica: ReplicaId::from_bytes([7; 16]),
        cursor: Some(vec![1; 40].into()),
        app_schema: 1,
        max_response_bytes: 1 << 20,
        push: vec![PushDocument { doc: DOC, create: Some(create), changes }],
        commands: Vec::new(),
        want: vec![DOC],
        repair: Some(Repair { forked_cursor: vec![2; 40].into(), docs: vec![receipt()] }),
        verify: true,
    })
}

fn frames() -> anyhow::Result<Vec<Frame>> {
    let hash = ChangeHash::from_bytes([8; 32]);
    let rejected = vec![Rejection { hash, code: ErrorCode::ChangeHarmful, retry: Retry::Never }];
    let chunks = changes()?.into_iter().take(2).map(ByteVec::from).collect();
    let snapshot = SnapshotPart {
        head: head()?,
        heads: vec![hash],
        offset: 0,
        total: 3,
        bytes: vec![1, 2, 3].into(),
        authors: vec![authored()],
    };
    Ok(vec![
        Frame::Hello(Hello {
            server_time: Timestamp(1_773_824_400_000),
            server_id: "care-1".into(),
            limits: Limits { request_bytes: 4 << 20, change_bytes: 512 << 10, changes: 24_000 },
            min_schema: 1,
            max_schema: 1,
            history: HistoryState::Same,
        }),
        Frame::PushResult(PushResult {
            doc: DOC,
            rejected,
            missing: vec![hash],
            server_heads: Some(vec![hash]),
        }),
        Frame::Grant(Grant {
            audience: head()?.audience,
            role: "leader".into(),
            members: vec![authored().person],
        }),
        Frame::Snapshot(snapshot),
        Frame::Changes(Changes { head: head()?, chunks, authors: vec![authored()] }),
        Frame::Receipt(receipt()),
        Frame::Cursor(vec![3; 40].into()),
        Frame::End(End { more: false, digest: Some(vec![4; 32].into()) }),
    ])
}

fn positions() -> anyhow::Result<Vec<Vec<u8>>> {
    let at = |seq| FeedStamp { seq, stamp: [9; 8] };
    let audience = head()?.audience;
    let next = [
        Next::Records,
        Next::RecordAfter("team".into(), vec![1, 2]),
        Next::Documents,
        Next::DocumentAfter(DOC),
        Next::Part { doc: DOC, version: 64, offset: 32 << 10 },
        Next::Changes { doc: DOC, after: 64 },
    ];
    let all = next.map(|next| Backfill { audience, granted_seq: 7, next });
    let positions = [
        Position { at: at(0), pushed: None, backfills: Vec::new() },
        Position { at: at(1 << 40), pushed: Some(at((1 << 40) + 1)), backfills: all.to_vec() },
    ];
    Ok(positions.iter().map(minicbor::to_vec).collect::<Result<_, _>>()?)
}
