//! Owns getting a person's unsent work out of a damaged file into a new one. Everything else comes from
//! the server again.

use super::authorship::RECEIPT;
use super::body::{
    CHANGE, DRAFT, PARTIAL, PlacedChange, SNAPSHOT, decode_change, decode_draft, decode_snapshot,
};
use super::document::{DOCUMENT, Held, decode_held};
use super::image::Image;
use super::rows::{COMMAND, RECORD, REFUSED, SETTING, decode_command, decode_refused, decode_setting};
use super::seal::{Cells, Table};
use super::state::{STORE, State};
use super::{SqliteStore, carve, files};
use crate::ids::DocId;
use crate::store::{
    Batch, DocumentRow, Identity, Presence, RefusedRow, Standing, Store, StoreError, StoredChange, Write,
};
use crate::time::Timestamp;
use crate::wire::{Command, ErrorCode};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is put back, and those whose long rows take pages that need no search then.
const TABLES: [&Table; 11] = [
    &STORE, &DOCUMENT, &SNAPSHOT, &CHANGE, &DRAFT, &COMMAND, &REFUSED, &SETTING, &PARTIAL, &RECEIPT, &RECORD,
];

/// What was found in a damaged store, and is in the new one at its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Where the damaged file is now. It may hold what is purged from the new one later: to be deleted
    /// when nothing more is expected of it.
    pub quarantine: PathBuf,
    /// Whose store it was. If neither the file nor the caller could say, nothing was put back: whoever
    /// signs in next may be somebody else.
    pub identity: Option<Identity>,
    /// Documents with unsent edits that are back: in full, or [`Presence::Damaged`] with what was readable.
    pub documents: Vec<DocId>,
    /// Drafts that are back.
    pub drafts: usize,
    /// Changes that are back in the outbox.
    pub outbox: usize,
    /// Documents whose row is lost, with what they had unsent: kept, raw, among what was not accepted.
    pub set_aside: Vec<DocId>,
}

/// Everything of use that can still be read.
#[derive(Debug, Default)]
struct Found {
    state: Option<State>,
    settings: BTreeMap<String, Vec<u8>>,
    /// By place.
    commands: BTreeMap<i64, Command>,
    refused: BTreeMap<u64, RefusedRow>,
    documents: BTreeMap<DocId, Remains>,
}

/// What can still be read of a document, and the sums of its digests.
#[derive(Debug, Default)]
struct Remains {
    held: Option<Held>,
    snapshot: Option<(Vec<u8>, i64)>,
    changes: BTreeMap<i64, (StoredChange, i64)>,
    drafts: BTreeMap<i64, (Vec<u8>, i64)>,
}

/// Replaces a damaged store by a new one that holds the unsent work that is still readable. The damaged
/// file is moved aside, never deleted. `account` says whose it is, in case the file no longer can.
///
/// No other process may have the store open. Returns none, and changes nothing, if it is not damaged.
///
/// # Errors
/// Nothing was changed, or the next [`SqliteStore::open`] completes the change.
pub fn salvage(path: impl AsRef<Path>, account: Option<&Identity>) -> Result<Option<Salvaged>, StoreError> {
    let path = path.as_ref();
    match SqliteStore::open(path).and_then(|store| store.verify()) {
        Err(StoreError::Damaged { .. } | StoreError::DamagedDocument { .. }) => {}
        sound => return sound.map(|()| None),
    }
    let found = read(path)?;
    let identity = owner(&found, account)?;
    let replacement = files::replacement(path)?;
    let mut salvaged = Salvaged {
        quarantine: files::free_quarantine(path),
        identity: identity.clone(),
        documents: Vec::new(),
        drafts: 0,
        outbox: 0,
        set_aside: Vec::new(),
    };
    let mut store = SqliteStore::open(&replacement)?;
    if let Some(identity) = identity {
        store.commit(&Batch { expect: vec![], writes: found.into_writes(identity, &mut salvaged) })?;
    }
    // Closing moves the log into the file: the replacement is one file from here on.
    drop(store);
    files::put_aside(path, &salvaged.quarantine)?;
    files::finish_replacement(path)?;
    Ok(Some(salvaged))
}

fn owner(found: &Found, account: Option<&Identity>) -> Result<Option<Identity>, StoreError> {
    let stored = found.state.as_ref().and_then(|state| state.identity.clone());
    match (stored, account) {
        (Some(owner), Some(account)) if !owner.is_same_account(account) => Err(StoreError::OtherAccount),
        (Some(owner), _) => Ok(Some(owner)),
        (None, account) => Ok(account.cloned()),
    }
}

fn read(path: &Path) -> Result<Found, StoreError> {
    let (file, log) = (files::read(path)?, files::read(&files::log(path))?);
    let mut found = Found::default();
    carve::rows(&Image::new(&file, &log), &TABLES, |table, cells| {
        // A row that its table's decoder does not understand is of no use.
        let _ = found.take(table, cells);
    });
    Ok(found)
}

impl Found {
    fn take(&mut self, table: &Table, cells: &Cells<'_>) -> Option<()> {
        match table.name {
            "store" => self.take_state(State::decode(cells)?),
            "setting" => {
                let (name, value) = decode_setting(cells)?;
                self.settings.insert(name, value);
            }
            "command" => {
                let (position, command) = decode_command(cells)?;
                self.commands.insert(position, command);
            }
            "refused" => {
                let row = decode_refused(cells)?;
                self.refused.insert(row.id, row);
            }
            "record" => {}
            _ => self.documents.entry(DocId::from_slice(cells.blob(0)?)?).or_default().take(table, cells)?,
        }
        Some(())
    }

    fn take_state(&mut self, state: State) {
        if self.state.as_ref().is_none_or(|known| known.last_position < state.last_position) {
            self.state = Some(state);
        }
    }

    /// What to put into the new store. Drafts and changes keep their order across all documents.
    fn into_writes(self, identity: Identity, salvaged: &mut Salvaged) -> Vec<Write> {
        let mut writes = vec![Write::Identity(identity)];
        writes.extend(self.settings.into_iter().map(|(name, value)| Write::Setting(name, Some(value))));
        writes.extend(self.commands.into_values().map(Write::Command));
        writes.extend(self.refused.into_values().map(Write::Refused));
        let mut placed = BTreeMap::new();
        for (doc, remains) in self.documents.into_iter().filter(|(_, remains)| remains.is_unsent()) {
            let Some(row) = remains.row() else {
                salvaged.set_aside.push(doc);
                writes.push(Write::Refused(remains.raw(doc)));
                continue;
            };
            salvaged.documents.push(doc);
            salvaged.drafts += remains.drafts.len();
            salvaged.outbox += remains.waiting().count();
            writes.push(Write::Document(row));
            writes.extend(remains.into_writes(doc, &mut placed));
        }
        writes.extend(placed.into_values());
        writes
    }
}

impl Remains {
    fn take(&mut self, table: &Table, cells: &Cells<'_>) -> Option<()> {
        match table.name {
            "document" => self.take_row(decode_held(cells)?),
            "snapshot" => self.snapshot = Some((decode_snapshot(cells)?, cells.digest)),
            "change" => self.take_change(decode_change(cells)?, cells.digest),
            "draft" => {
                let draft = decode_draft(cells)?;
                self.drafts.insert(draft.position, (draft.bytes, cells.digest));
            }
            _ => {}
        }
        Some(())
    }

    fn take_row(&mut self, held: Held) {
        if self.held.as_ref().is_none_or(|known| known.row.generation < held.row.generation) {
            self.held = Some(held);
        }
    }

    /// Of two copies, the accepted one is newer.
    fn take_change(&mut self, placed: PlacedChange, digest: i64) {
        if placed.change.standing == Standing::Accepted || !self.changes.contains_key(&placed.position) {
            self.changes.insert(placed.position, (placed.change, digest));
        }
    }

    fn waiting(&self) -> impl Iterator<Item = &StoredChange> {
        self.changes.values().map(|(change, _)| change).filter(|change| change.standing == Standing::Outbox)
    }

    fn is_unsent(&self) -> bool {
        !self.drafts.is_empty() || self.waiting().next().is_some()
    }

    /// The document's row, in a presence that says whether its whole body was found.
    fn row(&self) -> Option<DocumentRow> {
        let held = self.held.as_ref()?;
        let changes: i64 = self.changes.values().map(|(_, digest)| digest).sum();
        let drafts: i64 = self.drafts.values().map(|(_, digest)| digest).sum();
        let snapshot = self.snapshot.as_ref().map_or(0, |(_, digest)| *digest);
        let whole = (snapshot, changes, drafts) == (held.snapshot_sum, held.change_sum, held.draft_sum);
        let presence = match held.row.presence {
            Presence::Full | Presence::Behind if !whole => Presence::Damaged,
            as_it_was => as_it_was,
        };
        Some(DocumentRow { presence, ..held.row.clone() })
    }

    fn into_writes(self, doc: DocId, placed: &mut BTreeMap<i64, Write>) -> Option<Write> {
        let changes = self.changes.into_iter();
        placed.extend(changes.map(|(position, (change, _))| (position, Write::Change(doc, change))));
        let drafts = self.drafts.into_iter();
        placed.extend(drafts.map(|(position, (bytes, _))| (position, Write::Draft(doc, bytes))));
        self.snapshot.map(|(bytes, _)| Write::Snapshot { doc, bytes, contains: vec![] })
    }

    /// Unsent work without a document to put it into, for support.
    fn raw(&self, doc: DocId) -> RefusedRow {
        let changes = self.waiting().map(|change| change.bytes.clone());
        let drafts = self.drafts.values().map(|(bytes, _)| bytes.clone());
        RefusedRow {
            id: 0,
            doc,
            kind: String::new(),
            code: ErrorCode::ChangeMalformed,
            text: String::new(),
            changes: changes.chain(drafts).collect(),
            at: Timestamp(0),
        }
    }
}
