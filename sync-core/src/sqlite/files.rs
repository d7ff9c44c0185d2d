//! Owns the files around a store: its log, which SQLite names after it, and those of a salvage.
//!
//! A salvage builds its replacement beside the store, moves the damaged files aside, and then gives the
//! replacement the store's name. Whoever finds no store but a replacement takes the last step again.

use crate::store::StoreError;
use std::ffi::OsString;
use std::fs::{DirEntry, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

const LOG: &str = "-wal";
const LOG_INDEX: &str = "-shm";
const REPLACEMENT: &str = ".salvaged";
const QUARANTINE: &str = ".damaged-";

/// The store's log.
pub(super) fn log(path: &Path) -> PathBuf {
    beside(path, LOG)
}

/// A file's content; nothing if there is no such file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        content => content.map_err(failed),
    }
}

/// The first bytes of a file; nothing if it has fewer.
pub(super) fn start<const N: usize>(path: &Path) -> Result<Option<[u8; N]>, StoreError> {
    let mut start = [0; N];
    match File::open(path).and_then(|mut file| file.read_exact(&mut start)) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        read => read.map(|()| Some(start)).map_err(failed),
    }
}

/// Which file has this name, whatever its content; none if there is none.
#[cfg(unix)]
pub(super) fn number(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Elsewhere a file that is open cannot be replaced.
#[cfg(not(unix))]
pub(super) fn number(_: &Path) -> Option<(u64, u64)> {
    None
}

/// Where to build a replacement. What an earlier, unfinished salvage left there is removed.
pub(super) fn replacement(path: &Path) -> Result<PathBuf, StoreError> {
    let replacement = beside(path, REPLACEMENT);
    remove_with_log(&replacement).map_err(failed)?;
    Ok(replacement)
}

/// A name beside the store that nothing has yet.
pub(super) fn free_quarantine(path: &Path) -> PathBuf {
    let mut free = quarantines(path).skip_while(|name| name.exists() || log(name).exists());
    free.next().expect("a directory holds fewer files than there are numbers")
}

fn quarantines(path: &Path) -> impl Iterator<Item = PathBuf> {
    (1_u32..).map(move |number| beside(path, &format!("{QUARANTINE}{number}")))
}

/// Moves the store aside. Its log goes second: without the store it belongs to nothing, but a store
/// without its log would pass for an older one.
pub(super) fn put_aside(path: &Path, quarantine: &Path) -> Result<(), StoreError> {
    move_file(path, quarantine)?;
    move_file(&log(path), &log(quarantine))
}

/// Gives a finished replacement the store's name, if there is one and the name is free.
pub(super) fn finish_replacement(path: &Path) -> Result<(), StoreError> {
    let replacement = beside(path, REPLACEMENT);
    if path.exists() || !replacement.exists() {
        return Ok(());
    }
    if let Some(last) = quarantines(path).take_while(|name| name.exists()).last() {
        move_file(&log(path), &log(&last))?;
    }
    remove_one(&beside(path, LOG_INDEX)).map_err(failed)?;
    move_file(&replacement, path)?;
    sync_directory(path)
}

/// Deletes the store and all files beside it. The store goes last: if this is cut short, it is still
/// there to be erased again.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    remove_with_log(&beside(path, REPLACEMENT)).map_err(failed)?;
    for quarantined in quarantined(path).map_err(failed)? {
        remove_one(&quarantined).map_err(failed)?;
    }
    remove_with_log(path).map_err(failed)
}

/// Everything that was ever moved aside.
fn quarantined(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut start = path.file_name().unwrap_or_default().to_owned();
    start.push(QUARANTINE);
    let entries: io::Result<Vec<DirEntry>> = std::fs::read_dir(directory(path))?.collect();
    let is_one =
        |entry: &DirEntry| entry.file_name().as_encoded_bytes().starts_with(start.as_encoded_bytes());
    Ok(entries?.iter().filter(|entry| is_one(entry)).map(DirEntry::path).collect())
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn remove_with_log(path: &Path) -> io::Result<()> {
    [LOG_INDEX, LOG, ""].iter().try_for_each(|suffix| remove_one(&beside(path, suffix)))
}

fn remove_one(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn move_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    match std::fs::rename(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done.map_err(failed),
    }
}

/// Makes the new names survive the power.
fn sync_directory(path: &Path) -> Result<(), StoreError> {
    File::open(directory(path)).and_then(|directory| directory.sync_all()).map_err(failed)
}

/// The name of a file beside the store: the store's own, and then this.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn failed(error: io::Error) -> StoreError {
    if error.kind() == ErrorKind::StorageFull {
        StoreError::Full
    } else {
        StoreError::Failed(Box::new(error))
    }
}
