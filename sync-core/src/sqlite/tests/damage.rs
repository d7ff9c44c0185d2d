//! Owns what becomes of a store whose file changed by itself: nothing is ever read that was not written,
//! and unsent work is brought back.

use super::OnDisk;
use crate::sqlite::SqliteStore;
use crate::store::contract::*;
use crate::store::*;
use std::path::Path;

pub(super) const DOCUMENTS: u8 = 12;

/// Bytes without a pattern, so that no flip can go unnoticed by luck.
fn noise(seed: u32, length: usize) -> Vec<u8> {
    let mut random = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random as u8
    };
    (0..length).map(|_| next()).collect()
}

/// A phone in use, and the truth about it. Most documents lie there in full, some have unsent edits.
pub(super) fn phone() -> (OnDisk, MemoryStore) {
    let (mut disk, mut truth) = (OnDisk::hasty(), MemoryStore::new());
    for store in [&mut disk.store as &mut dyn Store, &mut truth] {
        everything_written_is_read_back_as_it_was(store);
        (2..DOCUMENTS).for_each(|n| write(store, in_use(n)));
        write(store, vec![Write::Document(DocumentRow { presence: Presence::Stub, ..row(60) })]);
    }
    (disk, truth)
}

fn in_use(n: u8) -> Vec<Write> {
    let (seed, length) = (u32::from(n) * 100, usize::from(n));
    let change = |at: u8, standing| {
        let bytes = noise(seed + u32::from(at), 90 + 37 * length);
        Write::Change(doc(n), StoredChange { hash: hash(at), bytes, standing })
    };
    let draft = |at: u32| Write::Draft(doc(n), noise(seed + 50 + at, 60 + 40 * at as usize));
    let mut writes = vec![
        Write::Document(DocumentRow { summary: noise(seed, 70), ..row(n) }),
        Write::Snapshot { doc: doc(n), bytes: noise(seed + 99, 700 * length), contains: vec![] },
        Write::Author(doc(n), authored(n, 1)),
        Write::Author(doc(n), authored(n + 1, 2)),
        Write::Receipt(receipt(n, n)),
        Write::Record(record("person", n, 1)),
        Write::Command(command(n)),
        Write::Refused(refused(n)),
    ];
    writes.extend((1..6).map(|at| change(at, Standing::Accepted)));
    if n.is_multiple_of(2) {
        writes.extend((6..8).map(|at| change(at, Standing::Outbox)));
        writes.extend((0..8).map(draft));
    }
    writes
}

/// Asks both stores everything; a read of the first is true or damaged. Says how many are damaged.
fn damaged_reads(store: &SqliteStore, truth: &MemoryStore) -> usize {
    let mut damaged = 0;
    macro_rules! ask {
        ($($read:ident($($argument:expr),*);)*) => {
            $(match store.$read($($argument),*) {
                Ok(read) => assert!(read == truth.$read($($argument),*).unwrap(), "a wrong {}", stringify!($read)),
                Err(error) => {
                    assert!(is_damage(&error), "{error:?}");
                    damaged += 1;
                }
            })*
        };
    }
    ask! {
        identity(); cursor(); setting("digest_day"); setting("nothing");
        documents(None); documents(Some("meeting")); documents_of(audience(1));
        documents_in(Presence::Stub); documents_in(Presence::Leaving);
        drafted(); outbox(0, usize::MAX); outbox(5, 500);
        commands(); refused(); audiences(); records("person"); records("team");
    }
    for n in (1..DOCUMENTS).chain([60, 61]) {
        ask! {
            document(doc(n)); body(doc(n)); has_drafts(doc(n)); partial(doc(n));
            authors(doc(n)); author(doc(n), actor(n)); receipt(doc(n));
        }
    }
    damaged
}

pub(super) fn is_damage(error: &StoreError) -> bool {
    matches!(error, StoreError::Damaged { .. } | StoreError::DamagedDocument { .. })
}

/// The bytes of the store of a phone that was closed.
pub(super) fn closed(disk: OnDisk) -> Vec<u8> {
    let (path, OnDisk { store, directory }) = (disk.path(), disk);
    drop(store);
    let bytes = std::fs::read(path).unwrap();
    drop(directory);
    bytes
}

/// How many damages were seen when opening, when reading, and not at all because they hit nothing.
#[derive(Debug, Default)]
struct Tally {
    opening: usize,
    reading: usize,
    harmless: usize,
}

/// Opens a damaged store, if it opens, and asks it everything.
fn meet(path: &Path, truth: &MemoryStore, tally: &mut Tally) {
    // Without the check of all pages: large stores are opened without it.
    match SqliteStore::open_checking(path, 0, None) {
        Ok(store) if damaged_reads(&store, truth) == 0 => tally.harmless += 1,
        Ok(_) => tally.reading += 1,
        Err(error) => {
            assert!(is_damage(&error), "{error:?}");
            tally.opening += 1;
        }
    }
}

pub(super) fn flips(bytes: &[u8], step: usize) -> impl Iterator<Item = (usize, u8)> {
    (0..bytes.len()).step_by(step).zip([0x01, 0x80, 0xff, 0x10, 0x04, 0x40].into_iter().cycle())
}

#[test]
fn a_flipped_byte_is_never_read_as_if_it_were_true() {
    let (disk, truth) = phone();
    assert_eq!(damaged_reads(&disk.store, &truth), 0);
    let bytes = closed(disk);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    let mut tally = Tally::default();

    for (at, mask) in flips(&bytes, 401) {
        eprintln!("byte {at} of {}, mask {mask:#x}", bytes.len());
        let mut flipped = bytes.clone();
        flipped[at] ^= mask;
        std::fs::write(&path, flipped).unwrap();
        meet(&path, &truth, &mut tally);
    }

    eprintln!("{tally:?}");
    assert!(tally.reading > tally.harmless / 2, "most damage is to bytes that are read: {tally:?}");
}
