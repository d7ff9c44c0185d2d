//! A story of processes: what the CRDT never gets through hangs the app, and somebody ends it.

use super::poison::{bogdan_with_notes, from_bogdan};
use super::*;
use crate::replica::reading::{Note, Reading};
use crate::sqlite::SqliteStore;
use sha2::{Digest, Sha256};
use std::path::Path as File;
use std::process::{Child, Command, Stdio};

/// Names the file of the phone that this process is, when it is one.
const PHONE: &str = "FLOORWALK_PHONE_THAT_HANGS";

/// A change of a hundred bytes that says it holds a million million operations: reading it takes days.
fn hanging() -> Vec<u8> {
    let run = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
    let columns: [(u8, &[u8]); 5] =
        [(0x15, &[1, b'a']), (0x34, &[]), (0x42, &[1]), (0x56, &[0]), (0x70, &[0])];
    let mut body = [&[0, 16][..], &[7; 16], &[1, 1, 0, 0, 0, 5]].concat();
    body.extend(columns.iter().flat_map(|(name, value)| [*name, (run.len() + value.len()) as u8]));
    body.extend(columns.iter().flat_map(|(_, value)| [&run[..], value].concat()));
    let tail = [&[1, body.len() as u8][..], &body].concat();
    [&[0x85, 0x6f, 0x4a, 0x83], &Sha256::digest(&tail)[..4], &tail].concat()
}

fn ana_on(file: &File) -> Ana {
    let mut ana = Ana::new(1);
    ana.desk.store = Box::new(SqliteStore::open(file).unwrap());
    // Another process never draws the same numbers.
    ana.desk.rng = StdRng::seed_from_u64(u64::from(std::process::id()));
    ana
}

/// Opens the phone in a process of its own, waits until it has begun to read this, and kills it for the so-manieth time.
fn kill_while_it_reads(file: &File, awaited: Reading, deaths: u32) {
    let name =
        "replica::tests::killed::an_app_that_hung_and_was_ended_opens_again_with_all_that_does_not_hang";
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name]).env(PHONE, file).stdout(Stdio::null()).stderr(Stdio::null());
    let mut phone: Child = command.spawn().unwrap();
    let onlooker = ana_on(file);
    let is_awaited = |note: Note| (note.reading, note.unended) == (awaited, deaths);
    while !onlooker.desk.note(the_meeting()).unwrap().is_some_and(is_awaited) {
        assert_eq!(phone.try_wait().unwrap(), None, "it did not hang");
        std::thread::yield_now();
    }
    phone.kill().unwrap();
    phone.wait().unwrap();
}

#[test]
fn an_app_that_hung_and_was_ended_opens_again_with_all_that_does_not_hang() {
    if let Some(file) = std::env::var_os(PHONE) {
        let mut ana = ana_on(File::new(&file));
        ana.notes();
        return ana.hears_the_end();
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("phone.sqlite");
    let mut bogdan = bogdan_with_notes("before. ");
    let mut ana = ana_on(&file);
    ana.hears(vec![from_bogdan(&mut bogdan, &[])], "a1");
    assert_eq!(ana.notes(), "before. ");
    ana = ana_on(&file);
    bogdan.writes(8, "beside. ");
    ana.hears(vec![from_bogdan(&mut bogdan, &[hanging()])], "a2");

    kill_while_it_reads(&file, Reading::All, 1);
    ana = ana_on(&file);
    assert_eq!((ana.notes(), ana.presence()), ("before. ".into(), Some(Presence::Behind)));

    for deaths in [2, 3] {
        kill_while_it_reads(&file, Reading::Change(chunk::hash_of_frame(&hanging()).unwrap()), deaths);
        ana = ana_on(&file);
        assert_eq!((ana.notes(), ana.presence()), ("before. beside. ".into(), Some(Presence::Behind)));
    }

    bogdan.writes(16, "after. ");
    ana.hears(vec![from_bogdan(&mut bogdan, &[])], "a3");
    ana.hears_the_end();
    assert_eq!(ana.desk.store.cursor().unwrap(), Some(b"a3".to_vec()));
    assert_eq!(ana.notes(), "before. beside. after. ");
    assert_eq!(ana.presence(), Some(Presence::Behind));
}
