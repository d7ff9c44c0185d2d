//! Owns what a worker holds: documents that it keeps loaded, and the one that it is working on.

use super::frame::{Base, Batch, Facts, Kept, Order, Refused, Report};
use std::collections::BTreeMap;
use sync_core::coaching::Kind;
use sync_core::gate::trial::{Copies, History};
use sync_core::ids::DocId;
use sync_core::insight::facts;

/// Documents kept loaded.
const MAX_DOCUMENTS: usize = 256;
/// Operations of all of them: 100,000 take about 90 MiB, as two copies.
const MAX_OPERATIONS: u64 = 250_000;
/// Bytes of all their changes: a document of 4 MiB takes 23 MiB with what has just passed.
const MAX_BYTES: usize = 64 << 20;

/// The documents of one worker.
#[derive(Debug, Default)]
pub(super) struct Workbench {
    loaded: BTreeMap<DocId, Loaded>,
    open: Option<Base>,
    uses: u64,
}

/// A document in memory.
#[derive(Debug)]
struct Loaded {
    version: u64,
    copies: Copies,
    /// The copies with what has passed since. Whether it was stored is not known before the next push.
    ahead: Option<Copies>,
    max_op: u64,
    bytes: usize,
    used: u64,
}

impl Workbench {
    pub(super) fn answer(&mut self, order: Order) -> Report {
        match order {
            Order::Load(kept) => self.load(kept),
            Order::Try(base, batch) => match base.map_or(Report::Ready, |base| self.open(base)) {
                Report::Ready => self.try_all(batch).unwrap_or(Report::Unloadable),
                not_ready => not_ready,
            },
        }
    }

    /// The copies of the last push have become the document, or they have not, or others have written since.
    fn open(&mut self, base: Base) -> Report {
        let known = self.loaded.remove(&base.doc).filter(|_| base.version > 0);
        let report = match known {
            Some(Loaded { ahead: Some(ahead), .. }) if base.heads.as_ref() == Some(&ahead.heads()) => {
                self.put(&base, ahead)
            }
            Some(Loaded { copies, .. }) if base.heads.as_ref() == Some(&copies.heads()) => {
                self.put(&base, copies)
            }
            Some(older) if older.version < base.version => {
                let after = older.version;
                self.loaded.insert(base.doc, older);
                Report::Send(after)
            }
            _ => Report::Send(0),
        };
        self.open = Some(base);
        report
    }

    /// With the whole history it is the document or nothing is; an addition may be to something else than is kept here.
    fn load(&mut self, kept: Kept) -> Report {
        let Some(base) = self.open.clone() else { return Report::Unloadable };
        let after = kept.after;
        let older = self.loaded.remove(&base.doc).filter(|older| older.version == after && after > 0);
        let history: History = kept.into_history();
        let copies = match &older {
            Some(older) => older.copies.follow(&history.tail),
            None => Copies::of(&history),
        };
        match copies {
            Ok(copies) if base.heads.as_ref().is_none_or(|heads| *heads == copies.heads()) => {
                self.put(&base, copies)
            }
            _ if older.is_some() => Report::Send(0),
            _ => Report::Unloadable,
        }
    }

    fn put(&mut self, base: &Base, copies: Copies) -> Report {
        self.uses += 1;
        let Base { doc, version, max_op, .. } = *base;
        let bytes = copies.change_bytes();
        self.loaded.insert(doc, Loaded { version, copies, ahead: None, max_op, bytes, used: self.uses });
        self.make_room();
        Report::Ready
    }

    /// Forgets what was not used for longest. The last one used stays, whatever its size.
    fn make_room(&mut self) {
        while self.loaded.len() > 1 && self.is_full() {
            let oldest = self.loaded.iter().min_by_key(|(_, loaded)| loaded.used).map(|(doc, _)| *doc);
            oldest.map(|doc| self.loaded.remove(&doc));
        }
    }

    fn is_full(&self) -> bool {
        let operations: u64 = self.loaded.values().map(|one| one.max_op).sum();
        let bytes: usize = self.loaded.values().map(|one| one.bytes).sum();
        self.loaded.len() > MAX_DOCUMENTS || operations > MAX_OPERATIONS || bytes > MAX_BYTES
    }

    fn try_all(&mut self, batch: Batch) -> Option<Report> {
        let (kind, changes) = batch.into_proposed()?;
        let loaded = self.loaded.get_mut(&self.open.as_ref()?.doc)?;
        let (next, refused) = loaded.ahead.as_ref().unwrap_or(&loaded.copies).tried(kind, &changes);
        // With something refused, the document is decided again.
        let facts = refused.is_empty().then(|| Facts::of(kind, &next));
        loaded.ahead = Some(next);
        let refused = refused
            .into_iter()
            .map(|(index, code)| Refused { index: u32::try_from(index).unwrap_or(u32::MAX), code });
        Some(Report::Tried(refused.collect(), facts))
    }
}

impl Facts {
    /// They are read here and nowhere else before the document is kept: phones read the same of it, and whatever they would die of
    /// is found out by a process that can be spared.
    fn of(kind: Kind, copies: &Copies) -> Self {
        let facts = facts::Facts::of(kind, copies.document());
        Self { bytes: facts.map(|facts| facts.to_bytes().into()) }
    }
}
