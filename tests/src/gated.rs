//! Owns one document behind the gate: what a server knows of it, and all four stages, in memory and without a server.

use anyhow::{Context, ensure};
use std::collections::{BTreeMap, BTreeSet};
use sync_core::coaching::Kind;
use sync_core::gate::proof::Proof;
use sync_core::gate::state::Index;
use sync_core::gate::trial::{Copies, History, Proposed};
use sync_core::gate::{self, Accepted, Judgement, Provenance, Refusal, Sound, Writer};
use sync_core::ids::{ChangeHash, DeviceId, PersonId};
use sync_core::policy::Role;
use sync_core::wire::ErrorCode;

/// Who pushes what has no rights to be held against.
const SOMEBODY: PersonId = PersonId::from_bytes([0xee; 16]);
/// Everybody has one device here.
const DEVICE: DeviceId = DeviceId::from_bytes([0xdd; 16]);

/// The changes of one document.
#[derive(Debug, Clone)]
pub struct Written {
    /// What it is.
    pub kind: Kind,
    /// The first changes, which are nobody's.
    pub layers: Vec<Vec<u8>>,
    /// All others, each after what it builds on.
    pub changes: Vec<Proposed>,
}

/// A document behind the gate.
#[derive(Debug, Clone)]
pub struct Gated {
    kind: Kind,
    index: Index,
    copies: Copies,
}

/// What did not pass: its place among the changes that were pushed, and why.
pub type Refused = Vec<(usize, ErrorCode)>;

/// What stage 3 let through.
#[derive(Debug)]
pub struct Judged {
    judgement: Judgement,
    before: Index,
    writer: Writer,
    places: BTreeMap<ChangeHash, usize>,
    rights: Option<(PersonId, Role)>,
}

impl Judged {
    /// Whether stage 4 has anything to try.
    pub fn is_to_be_tried(&self) -> bool {
        !self.judgement.accepted.is_empty()
    }

    fn place(&self, hash: ChangeHash) -> usize {
        self.places.get(&hash).copied().unwrap_or_default()
    }

    fn proposed(&self, accepted: &Accepted) -> Proposed {
        let writer = self.rights.filter(|_| accepted.provenance == Provenance::Writer);
        Proposed { bytes: accepted.change.bytes.clone(), writer }
    }
}

impl Gated {
    /// A document of nothing but its layers.
    ///
    /// # Errors
    /// If one of them does not pass: they are not for a client to choose.
    pub fn begin(kind: Kind, layers: &[Vec<u8>]) -> anyhow::Result<Self> {
        let read = layers.iter().map(|bytes| gate::read(bytes).ok());
        let layers: Vec<Sound> = read.collect::<Option<_>>().context("a layer is sound")?;
        let genesis = layers.first().context("a document has a first change")?.clone();
        let mut index = Index::new(genesis.actor);
        index.layers = layers.clone();
        let mut gated = Self { kind, index, copies: Copies::of(&History::default())? };
        let first = |layer: Sound| Proposed { bytes: layer.bytes, writer: None };
        let refused = gated.push(&layers.into_iter().map(first).collect::<Vec<_>>());
        ensure!(refused.is_empty(), "the first changes do not pass: {refused:?}");
        Ok(gated)
    }

    /// A document that consists of these changes.
    ///
    /// # Errors
    /// If one of them does not pass.
    pub fn of(written: &Written, changes: &[Proposed]) -> anyhow::Result<Self> {
        let mut gated = Self::begin(written.kind, &written.layers)?;
        let refused = gated.push(changes);
        ensure!(refused.is_empty(), "what a document is made of does not pass: {refused:?}");
        Ok(gated)
    }

    /// Pushes changes through all stages; those of one person after the other's.
    pub fn push(&mut self, changes: &[Proposed]) -> Refused {
        let mut refused = Refused::new();
        let mut done = 0;
        for of_one in changes.chunk_by(|one, next| one.writer == next.writer) {
            let read: Vec<_> = of_one.iter().map(|change| gate::read(&change.bytes)).collect();
            let judged = self.judge(read, of_one[0].writer);
            refused.extend(self.settle(&judged).into_iter().map(|(place, code)| (done + place, code)));
            done += of_one.len();
        }
        refused
    }

    /// Stage 3: what one person pushes, read.
    pub fn judge(&mut self, read: Vec<Result<Sound, Refusal>>, rights: Option<(PersonId, Role)>) -> Judged {
        let person = rights.map_or(SOMEBODY, |(person, _)| person);
        let writer = Writer { person, device: DEVICE, replaced: BTreeSet::new() };
        let hash =
            |read: &Result<Sound, Refusal>| read.as_ref().map_or_else(|bad| bad.hash, |good| good.hash);
        let places = read.iter().enumerate().map(|(place, read)| (hash(read), place)).collect();
        let before = self.index.clone();
        let judgement = gate::judge(&mut self.index, read, &writer, &Proof::default());
        Judged { judgement, before, writer, places, rights }
    }

    /// Stage 4; what fails there leaves the index again.
    pub fn settle(&mut self, judged: &Judged) -> Refused {
        let Judgement { accepted, refused, .. } = &judged.judgement;
        let tried: Vec<_> = accepted.iter().map(|accepted| judged.proposed(accepted)).collect();
        let harmful = self.copies.try_all(self.kind, &tried);
        if !harmful.is_empty() {
            self.index = judged.before.clone();
            let kept =
                accepted.iter().enumerate().filter(|(at, _)| !harmful.iter().any(|(bad, _)| bad == at));
            kept.for_each(|(_, accepted)| self.index.insert(accepted, &judged.writer));
        }
        let harmful = harmful.into_iter().map(|(at, code)| (judged.place(accepted[at].change.hash), code));
        let early = refused.iter().map(|refusal| (judged.place(refusal.hash), refusal.code));
        let mut all: Refused = early.chain(harmful).collect();
        all.sort_by_key(|(place, _)| *place);
        all
    }
}
