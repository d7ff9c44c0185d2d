//! Owns what the gate costs: a change by itself, and an edit of a document that a worker has loaded.

use crate::bench::usage;
use crate::bench::workload::Author;
use crate::hostile::HERS;
use crate::kills::say;
use crate::legitimate::ours;
use crate::raw_device::{pushing, send};
use crate::server::TestServer;
use crate::sim::op::NewKind;
use anyhow::{Context, ensure};
use automerge::transaction::Transactable;
use automerge::{Change, ROOT, ReadDoc};
use server::store::Stored;
use server::trial::{Candidate, Job, Place, Source, Trials, Workers};
use std::path::PathBuf;
use sync_core::coaching::{Kind, meeting};
use sync_core::document::{READER, apply, blank, create, genesis, heads, parse_change};
use sync_core::gate::trial::{History, Proposed};
use sync_core::gate::{self, Sound};
use sync_core::ids::{ChangeHash, DocId, OrgId, PersonId, TenureId};
use sync_core::key::NaturalKey;
use sync_core::policy::Role;
use sync_core::time::Day;
use sync_core::wire::{Create, Frame, PushDocument};

/// Changes of the document that is edited, in the middle of its edits.
const CHANGES: usize = 100;
/// Edits of one document that are counted, and how many documents grow by them.
const EDITS: usize = 20;
const DOCUMENTS: u8 = 15;
/// Edits that are pushed.
const PUSHES: usize = 300;
/// What the meeting's verbs are drawn with.
const SEED: u64 = 7;
/// How often a change is read.
const READINGS: usize = 20_000;

/// Prints what the gate costs. An error if anything honest was refused.
pub async fn play() -> anyhow::Result<()> {
    let workers = Workers { program: program()?, count: 1, ..Workers::of_this_program() };
    say(&format!("stages 1 and 2: {:.1} us a change", by_itself()?))?;
    say(&format!(
        "stages 1, 2 and 4, server and worker, an edit of a document of about {CHANGES} changes, {EDITS} edits of {DOCUMENTS} documents"
    ))?;
    let documents = [
        ("a meeting of the benchmark", benchmarked()?),
        ("one long text", long_text()?),
        ("a meeting with every verb, as it is folded,", coached()?),
    ];
    for (what, mut edited) in documents {
        let tried = tried(workers.clone(), &mut edited).await?;
        say(&format!("  {what} of {} bytes: {tried:.2} ms", edited.size()))?;
    }
    let pushed = pushed(workers).await?;
    say(&format!(
        "the whole push, server, worker and a client, while one long text grows to {} changes, without Postgres: {pushed:.2} ms",
        CHANGES + PUSHES
    ))?;
    Ok(())
}

fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("this program's own file")
}

/// A document, and the edits after it. The first one loads the document and is not counted.
struct Edited {
    begin: Vec<Vec<u8>>,
    edits: Vec<Proposed>,
}

impl Edited {
    /// What is counted begins as many edits before the document has its changes as it ends after that.
    fn halfway(mut changes: Vec<Proposed>) -> anyhow::Result<Self> {
        let first = CHANGES - EDITS / 2;
        ensure!(changes.len() > first + EDITS, "there are {} changes only", changes.len());
        changes.truncate(first + EDITS + 1);
        let edits = changes.split_off(first);
        Ok(Self { begin: changes.into_iter().map(|change| change.bytes).collect(), edits })
    }

    fn size(&self) -> usize {
        let edits = self.edits[..EDITS / 2].iter().map(|edit| &edit.bytes);
        self.begin.iter().chain(edits).map(Vec::len).sum()
    }

    fn heads(&self) -> anyhow::Result<Vec<ChangeHash>> {
        let begin = self.begin.iter().map(|bytes| parse_change(bytes)).collect::<Result<_, _>>()?;
        Ok(heads(&apply(blank(READER), begin)?))
    }
}

impl Source for Edited {
    async fn history(&mut self, after: u64) -> Stored<History> {
        Ok(History { saved: None, tail: self.begin[after as usize..].to_vec() })
    }
}

/// What the benchmark measures with: one change each.
fn benchmarked() -> anyhow::Result<Edited> {
    let key = key(TenureId::from_bytes([3; 16]))?;
    let mut author = Author::new(PersonId::from_bytes([1; 16]), SEED);
    let written = author.write(OrgId::from_bytes([2; 16]), key, CHANGES + EDITS)?;
    let changes = [vec![genesis(Kind::of(&meeting::SPEC), &key)], written.changes].concat();
    Edited::halfway(hers(bytes(&changes)))
}

/// What the app makes of a meeting in which everything is done that can be done.
fn coached() -> anyhow::Result<Edited> {
    let written = ours::document(NewKind::Meeting, SEED, 4 * CHANGES as u32)?;
    let layers = written.layers.into_iter().map(|bytes| Proposed { bytes, writer: None });
    Edited::halfway(layers.chain(written.changes).collect())
}

/// Phrases, each in front of all others.
fn long_text() -> anyhow::Result<Edited> {
    Edited::halfway(hers(typed(&key(TenureId::from_bytes([3; 16]))?, CHANGES + EDITS)?))
}

/// So many changes of somebody who types.
fn typed(key: &NaturalKey, count: usize) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut doc = create(Kind::of(&meeting::SPEC), key, u32::MAX, HERS)?;
    let (_, notes) = doc.get(ROOT, "notes")?.context("a meeting has notes")?;
    let mut changes = doc.get_changes(&[]);
    while changes.len() < count {
        let mut tx = doc.transaction();
        tx.splice_text(&notes, 0, 0, "Thanked for staying late. ")?;
        tx.commit();
        changes.push(doc.get_last_local_change().context("something was written")?);
    }
    Ok(bytes(&changes))
}

/// A leader's.
fn hers(changes: Vec<Vec<u8>>) -> Vec<Proposed> {
    let writer = Some((PersonId::from_bytes([1; 16]), Role::Leader));
    changes.into_iter().map(|bytes| Proposed { bytes, writer }).collect()
}

fn bytes(changes: &[Change]) -> Vec<Vec<u8>> {
    changes.iter().map(|change| change.raw_bytes().to_vec()).collect()
}

fn key(tenure: TenureId) -> anyhow::Result<NaturalKey> {
    Ok(meeting::key(tenure, Day::parse("2026-03-18").ok().context("the day exists")?))
}

/// CPU of reading a change, in microseconds.
fn by_itself() -> anyhow::Result<f64> {
    let changes = long_text()?.edits;
    let before = usage::own_cpu_us();
    for change in changes.iter().cycle().take(READINGS) {
        ensure!(gate::read(&change.bytes).is_ok(), "what is honest passes");
    }
    Ok((usage::own_cpu_us() - before) as f64 / READINGS as f64)
}

/// CPU of an edit through the stages that need no database, in milliseconds, of this process and the worker.
async fn tried(workers: Workers, edited: &mut Edited) -> anyhow::Result<f64> {
    let trials = Trials::at(Place::Workers(workers));
    let mut spent_us = 0;
    for number in 0..DOCUMENTS {
        spent_us += grown(&trials, DocId::from_bytes([number; 16]), edited).await?;
    }
    Ok(spent_us as f64 / f64::from(DOCUMENTS) / EDITS as f64 / 1e3)
}

/// CPU in microseconds while a document that is loaded grows by all its edits.
async fn grown(trials: &Trials, doc: DocId, edited: &mut Edited) -> anyhow::Result<u64> {
    let (mut heads, mut before) = (edited.heads()?, 0);
    for (number, edit) in edited.edits.clone().iter().enumerate() {
        let sound = gate::read(&edit.bytes).ok().context("what is honest passes")?;
        let job = job(doc, &sound, edit, (edited.begin.len() + number, heads.clone()));
        ensure!(trials.try_changes(&job, edited).await?.failed.is_empty(), "what is honest passes");
        heads.retain(|head| !sound.deps.contains(head));
        heads.push(sound.hash);
        heads.sort();
        if number == 0 {
            before = usage::own()?.cpu_us;
        }
    }
    Ok(usage::own()?.cpu_us - before)
}

/// CPU of the whole push over HTTP, in milliseconds, with the client that makes it.
async fn pushed(workers: Workers) -> anyhow::Result<f64> {
    let server = TestServer::start_trying_in("Maria", Place::Workers(workers)).await?;
    let agent = server.person("Andrei").await?;
    let key = key(server.pair(server.founder, agent).await?)?;
    let phone = server.phone(server.founder, "maria").await?;
    let mut begin = typed(&key, CHANGES + PUSHES)?;
    let edits = begin.split_off(CHANGES);
    let (doc, create) =
        (DocId::of(server.stage.org, "meeting", &key), Create { kind: "meeting".into(), key });
    let pushes = [begin].into_iter().chain(edits.into_iter().map(|one| vec![one]));
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
    Ok((usage::own()?.cpu_us - before) as f64 / PUSHES as f64 / 1e3)
}

fn job(doc: DocId, sound: &Sound, proposed: &Proposed, (version, heads): (usize, Vec<ChangeHash>)) -> Job {
    let proposed = proposed.clone();
    Job {
        doc,
        kind: Kind::of(&meeting::SPEC),
        version: version as u64,
        heads: Some(heads),
        max_op: sound.max_op,
        changes: vec![Candidate { hash: sound.hash, deps: sound.deps.clone(), proposed }],
    }
}
