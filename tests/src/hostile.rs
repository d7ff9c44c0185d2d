//! Owns the proof that no change from a client gets through the gate that harms a document: every hostile case that is known,
//! built by code, against a document that two people share.

pub mod cases;
pub(crate) mod chunk;
pub mod phone;

use crate::bench::usage;
use crate::kills::say;
use anyhow::{Context, ensure};
use automerge::transaction::Transactable;
use automerge::{Automerge, Change, ObjId, ObjType, ROOT, ReadDoc};
use cases::{CASES, Case};
use std::collections::BTreeSet;
use sync_core::coaching::{Kind, meeting};
use sync_core::document::{self, create, genesis_actor};
use sync_core::gate::proof::Proof;
use sync_core::gate::state::Index;
use sync_core::gate::trial::{Copies, History, Proposed};
use sync_core::gate::{self, Provenance, Sound, Writer};
use sync_core::ids::{ActorId, ChangeHash, DeviceId, PersonId, TenureId};
use sync_core::key::NaturalKey;
use sync_core::policy::Role;
use sync_core::time::Day;
use sync_core::wire::ErrorCode;

const ADA: PersonId = PersonId::from_bytes([1; 16]);
/// The session of the one who is attacked.
pub(crate) const HERS: ActorId = ActorId::from_bytes([0x11; 16]);
const MALLORY: PersonId = PersonId::from_bytes([2; 16]);
/// The attacker's session.
pub(crate) const MINE: ActorId = ActorId::from_bytes([0x22; 16]);

/// A meeting that Ada has written in, as the server knows it, and as the attacker has it.
#[derive(Debug, Clone)]
pub struct Ground {
    kind: Kind,
    index: Index,
    copies: Copies,
    pub(crate) doc: Automerge,
}

/// What became of a pushed change.
pub type Fate = Result<(), ErrorCode>;

impl Ground {
    /// Sets it up.
    pub fn new() -> anyhow::Result<Self> {
        let day = Day::parse("2026-03-18").ok().context("the day exists")?;
        Self::of(&meeting::key(TenureId::from_bytes([3; 16]), day))
    }

    /// Sets it up as the meeting of this key.
    pub fn of(key: &NaturalKey) -> anyhow::Result<Self> {
        let kind = Kind::of(&meeting::SPEC);
        let mut doc = create(kind, key, u32::MAX, HERS)?;
        for round in 0..3 {
            let notes = text_of(&doc)?;
            let mut tx = doc.transaction();
            tx.splice_text(&notes, 0, 0, "Felt rushed. ")?;
            tx.put(ROOT, "mood", round)?;
            tx.put(ROOT, "other", round)?;
            tx.commit();
        }
        let mut index = Index::new(genesis_actor(kind, key));
        index.layers = vec![Sound::of(&document::genesis(kind, key)).context("genesis is sound")?];
        let pushed: Vec<_> =
            doc.get_changes(&[]).iter().map(|change| gate::read(change.raw_bytes())).collect();
        let judged = gate::judge(&mut index, pushed, &writer(ADA, 1), &Proof::default());
        ensure!(judged.refused.is_empty(), "what Ada wrote passes: {judged:?}");
        let tail = judged.accepted.iter().map(|accepted| accepted.change.bytes.clone()).collect();
        let copies = Copies::of(&History { saved: None, tail })?;
        let doc = document::fork(&doc, MINE);
        Ok(Self { kind, index, copies, doc })
    }

    /// What Ada has written, as her phone pushes it.
    pub fn hers(&self) -> Vec<Vec<u8>> {
        self.doc.get_changes(&[]).iter().map(|change| change.raw_bytes().to_vec()).collect()
    }

    /// The notes of the meeting.
    pub(crate) fn notes(&self) -> anyhow::Result<ObjId> {
        text_of(&self.doc)
    }

    /// Pushes these changes as the attacker; what becomes of each. Afterwards Ada's document is as good as before.
    pub fn push(&mut self, changes: &[Vec<u8>]) -> anyhow::Result<Vec<Fate>> {
        let read: Vec<_> = changes.iter().map(|bytes| gate::read(bytes)).collect();
        let hashes: Vec<ChangeHash> = read
            .iter()
            .map(|read| read.as_ref().map_or_else(|refusal| refusal.hash, |sound| sound.hash))
            .collect();
        let judged = gate::judge(&mut self.index, read, &writer(MALLORY, 2), &Proof::default());
        let proposed: Vec<_> = judged
            .accepted
            .iter()
            .map(|accepted| Proposed {
                bytes: accepted.change.bytes.clone(),
                writer: (accepted.provenance == Provenance::Writer).then_some((MALLORY, Role::Agent)),
            })
            .collect();
        let harmful = self.copies.try_all(self.kind, &proposed);
        let mut refused: Vec<(ChangeHash, ErrorCode)> =
            judged.refused.iter().map(|refusal| (refusal.hash, refusal.code)).collect();
        refused.extend(harmful.iter().map(|(place, code)| (judged.accepted[*place].change.hash, *code)));
        let fate =
            |hash| refused.iter().find(|(refused, _)| refused == hash).map_or(Ok(()), |(_, code)| Err(*code));
        Ok(hashes.iter().map(fate).collect())
    }

    /// Whether everybody can go on: the document saves, loads, and takes another edit of Ada's.
    pub fn is_healthy(&self) -> bool {
        let edit = || {
            let mut doc = document::fork(&self.doc, HERS);
            let notes = text_of(&doc).ok()?;
            let mut tx = doc.transaction();
            tx.splice_text(&notes, 0, 0, "And on. ").ok()?;
            tx.commit();
            Some(doc.get_last_local_change()?.raw_bytes().to_vec())
        };
        let Some(bytes) = edit() else { return false };
        let next = Proposed { bytes, writer: Some((ADA, Role::Leader)) };
        self.copies.clone().try_all(self.kind, &[next]).is_empty()
    }
}

fn text_of(doc: &Automerge) -> anyhow::Result<ObjId> {
    match doc.get(ROOT, "notes")? {
        Some((automerge::Value::Object(ObjType::Text), notes)) => Ok(notes),
        other => anyhow::bail!("a meeting has notes: {other:?}"),
    }
}

fn writer(person: PersonId, device: u8) -> Writer {
    Writer { person, device: DeviceId::from_bytes([device; 16]), replaced: BTreeSet::new() }
}

/// An honest change of the attacker's, to begin with.
pub(crate) fn honest(
    ground: &Ground,
    edit: impl FnOnce(&mut automerge::transaction::Transaction<'_>) -> Result<(), automerge::AutomergeError>,
) -> anyhow::Result<Change> {
    let mut doc = ground.doc.clone();
    let mut tx = doc.transaction();
    edit(&mut tx)?;
    tx.commit();
    doc.get_last_local_change().context("something was written")
}

/// What became of one case.
#[derive(Debug)]
pub struct Verdict {
    /// The last change's.
    pub fate: Fate,
    /// Whether everybody can go on.
    pub is_healthy: bool,
}

/// Plays one case.
pub fn play_one(case: &Case) -> anyhow::Result<Verdict> {
    let mut ground = Ground::new()?;
    let changes = (case.make)(&ground).with_context(|| format!("building {}", case.name))?;
    let fates = ground.push(&changes)?;
    Ok(Verdict { fate: *fates.last().context("a case pushes something")?, is_healthy: ground.is_healthy() })
}

/// Prints the table of all cases.
///
/// # Errors
/// Unless each got the verdict that it must get, and harmed nothing.
pub fn play() -> anyhow::Result<()> {
    // The CRDT panics on some of them, which is caught: nobody wants to read where.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut refused, mut harmful, mut harmless, mut wrong) = (0, 0, 0, 0);
    for case in CASES {
        let began = usage::own_cpu_us();
        let verdict = play_one(case)?;
        let cost = (usage::own_cpu_us() - began) as f64 / 1e3;
        let word = verdict.fate.map_or_else(|code| code.as_str(), |()| "accepted");
        let harm = if verdict.is_healthy { "" } else { "HARM" };
        say(&format!("{:52} {word:20} {cost:8.1} ms {harm}", case.name))?;
        harmful += usize::from(!verdict.is_healthy);
        wrong += usize::from(verdict.fate != case.expected);
        match case.expected {
            Ok(()) => harmless += 1,
            Err(_) => refused += usize::from(verdict.fate.is_err()),
        }
    }
    let cases = CASES.len() - harmless;
    say(&format!("harmless by themselves, and accepted: {harmless}"))?;
    say(&format!("cases {cases} refused {refused} harmful {harmful}"))?;
    ensure!(
        cases == refused && harmful == 0 && wrong == 0,
        "{wrong} cases got another verdict than they must"
    );
    Ok(())
}
