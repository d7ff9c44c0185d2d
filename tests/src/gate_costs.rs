//! Owns what the gate costs: a change by itself, and an edit of a document that a worker has loaded.

use crate::bench::usage;
use crate::hostile::HERS;
use crate::kills::say;
use crate::raw_device::{pushing, send};
use crate::server::TestServer;
use anyhow::{Context, ensure};
use automerge::transaction::Transactable;
use automerge::{Change, ROOT, ReadDoc};
use server::store::Stored;
use server::trial::{Candidate, Job, Place, Source, Trials, Workers};
use std::path::PathBuf;
use sync_core::coaching::{Kind, meeting};
use sync_core::document::create;
use sync_core::gate::trial::{History, Proposed};
use sync_core::gate::{self, Sound};
use sync_core::ids::{ChangeHash, DocId, PersonId, TenureId};
use sync_core::key::NaturalKey;
use sync_core::policy::Role;
use sync_core::time::Day;
use sync_core::wire::{Create, Frame, PushDocument};

/// Changes of the document that is edited.
const CHANGES: usize = 100;
/// Edits that are measured.
const EDITS: usize = 300;
/// How often a change is read.
const READINGS: usize = 20_000;

/// Prints what the gate costs. An error if anything honest was refused.
pub async fn play() -> anyhow::Result<()> {
    let workers = Workers { program: program()?, count: 1, ..Workers::of_this_program() };
    let by_itself = by_itself()?;
    let tried = tried(workers.clone()).await?;
    let pushed = pushed(workers).await?;
    say(&format!("stages 1 and 2: {by_itself:.1} us a change"))?;
    say(&format!(
        "all stages, server and worker, an edit of a document of {CHANGES} changes: {tried:.2} ms"
    ))?;
    say(&format!("the whole push, server, worker and a client, without Postgres: {pushed:.2} ms"))?;
    Ok(())
}

fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("this program's own file")
}

/// A meeting of a hundred changes, and the edits after them.
struct Written {
    begin: Vec<Change>,
    edits: Vec<Change>,
}

impl Written {
    fn new(key: &NaturalKey) -> anyhow::Result<Self> {
        let mut doc = create(Kind::of(&meeting::SPEC), key, u32::MAX, HERS)?;
        let (_, notes) = doc.get(ROOT, "notes")?.context("a meeting has notes")?;
        let mut begin = doc.get_changes(&[]);
        while begin.len() < CHANGES + EDITS {
            let mut tx = doc.transaction();
            tx.splice_text(&notes, 0, 0, "Thanked for staying late. ")?;
            tx.commit();
            begin.push(doc.get_last_local_change().context("something was written")?);
        }
        let edits = begin.split_off(CHANGES);
        Ok(Self { begin, edits })
    }
}

impl Source for Written {
    async fn history(&mut self, after: u64) -> Stored<History> {
        Ok(History { saved: None, tail: bytes(&self.begin[after as usize..]) })
    }
}

fn bytes(changes: &[Change]) -> Vec<Vec<u8>> {
    changes.iter().map(|change| change.raw_bytes().to_vec()).collect()
}

fn key(tenure: TenureId) -> anyhow::Result<NaturalKey> {
    Ok(meeting::key(tenure, Day::parse("2026-03-18").ok().context("the day exists")?))
}

/// CPU of reading a change, in microseconds.
fn by_itself() -> anyhow::Result<f64> {
    let changes = bytes(&Written::new(&key(TenureId::from_bytes([3; 16]))?)?.edits);
    let before = usage::own_cpu_us();
    for bytes in changes.iter().cycle().take(READINGS) {
        ensure!(gate::read(bytes).is_ok(), "what is honest passes");
    }
    Ok((usage::own_cpu_us() - before) as f64 / READINGS as f64)
}

/// CPU of an edit through the stages that need no database, in milliseconds, of this process and the worker.
async fn tried(workers: Workers) -> anyhow::Result<f64> {
    let trials = Trials::at(Place::Workers(workers));
    let mut written = Written::new(&key(TenureId::from_bytes([3; 16]))?)?;
    let last = written.begin.last().context("a meeting has a beginning")?;
    let (head, edit) = (ChangeHash::from_bytes(last.hash().0), written.edits[0].raw_bytes().to_vec());
    let mut before = 0;
    for number in 0..=EDITS {
        let sound = gate::read(&edit).ok().context("what is honest passes")?;
        let job = job(&sound, CHANGES as u64, head);
        ensure!(trials.try_changes(&job, &mut written).await?.is_empty(), "what is honest passes");
        // The first one has started the worker and loaded the document.
        if number == 0 {
            before = usage::own()?.cpu_us;
        }
    }
    Ok((usage::own()?.cpu_us - before) as f64 / EDITS as f64 / 1e3)
}

/// CPU of the whole push over HTTP, in milliseconds, with the client that makes it.
async fn pushed(workers: Workers) -> anyhow::Result<f64> {
    let server = TestServer::start_trying_in("Maria", Place::Workers(workers)).await?;
    let agent = server.person("Andrei").await?;
    let key = key(server.pair(server.founder, agent).await?)?;
    let phone = server.phone(server.founder, "maria").await?;
    let written = Written::new(&key)?;
    let (doc, create) =
        (DocId::of(server.stage.org, "meeting", &key), Create { kind: "meeting".into(), key });
    let pushes =
        [bytes(&written.begin)].into_iter().chain(bytes(&written.edits).into_iter().map(|one| vec![one]));
    let mut before = 0;
    for (seed, changes) in (0..).zip(pushes) {
        let changes = changes.into_iter().map(Into::into).collect();
        let request = pushing(vec![PushDocument { doc, create: Some(create.clone()), changes }]);
        let frames = send(&phone, &request, (server.stage.phone_clock())(), seed).await?;
        let is_taken =
            |frame: &Frame| matches!(frame, Frame::PushResult(result) if result.rejected.is_empty());
        ensure!(frames.iter().any(is_taken), "what is honest passes");
        if seed == 0 {
            before = usage::own()?.cpu_us;
        }
    }
    Ok((usage::own()?.cpu_us - before) as f64 / EDITS as f64 / 1e3)
}

fn job(sound: &Sound, version: u64, head: ChangeHash) -> Job {
    let writer = Some((PersonId::from_bytes([1; 16]), Role::Leader));
    let proposed = Proposed { bytes: sound.bytes.clone(), writer };
    Job {
        doc: DocId::from_bytes([9; 16]),
        kind: Kind::of(&meeting::SPEC),
        version,
        heads: Some(vec![head]),
        max_op: sound.max_op,
        changes: vec![Candidate { hash: sound.hash, deps: sound.deps.clone(), proposed }],
    }
}
