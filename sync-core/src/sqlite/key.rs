//! Owns the key of an encrypted store: what it is made of, and how SQLCipher is given it. Encryption is the library's
//! work; without SQLCipher in the build a key is refused, so that nothing is ever written in clear by mistake.

use super::files;
use super::open::check_structure;
use crate::store::StoreError;
use rusqlite::{Connection, ffi};
use std::path::Path;
use zeroize::Zeroizing;

/// A raw key: no passphrase, so nothing is derived from it and opening takes no time.
const KEY_BYTES: usize = 32;
/// The salt of a file whose header stays readable.
const SALT_BYTES: usize = 16;
/// The part of the file that stays readable with a salt: iOS looks at it to see that a suspended app holds a database, and
/// not some file that it may not keep locked.
const PLAIN_HEADER_BYTES: u32 = 32;
/// Where a header says how many bytes at the end of each page are no content (SQLite file format, 1.3.4).
const RESERVED_AT: usize = 20;
/// What SQLCipher 4 has there: 16 bytes of initialization vector and 64 of HMAC-SHA512. A store in clear has none.
const RESERVED: u8 = 80;

/// What opens an encrypted store. Kept by the system's key store, never beside the file.
#[derive(Clone)]
pub struct StoreKey {
    key: Zeroizing<[u8; KEY_BYTES]>,
    salt: Option<Zeroizing<[u8; SALT_BYTES]>>,
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(..)")
    }
}

impl StoreKey {
    /// A key of 32 bytes, or of 48: 32 and the salt of a file whose first 32 bytes stay readable (iOS, shared app groups).
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (key, salt) = bytes.split_at_checked(KEY_BYTES)?;
        let key = Zeroizing::new(key.try_into().ok()?);
        let salt = match salt {
            [] => None,
            salt => Some(Zeroizing::new(salt.try_into().ok()?)),
        };
        Some(Self { key, salt })
    }

    /// Whether another key is for a file with the same salt, or both are for files without one.
    pub fn has_salt_of(&self, other: &Self) -> bool {
        self.salt == other.salt
    }

    /// Unlocks a connection, before anything is read.
    pub(super) fn unlock(&self, db: &Connection) -> Result<(), StoreError> {
        if !is_sqlcipher(db) {
            return Err(StoreError::NoEncryption);
        }
        // What it has to say is in the error; on a phone's screen nobody reads a log.
        db.execute_batch("PRAGMA cipher_log_level = NONE")?;
        db.execute_batch(&Zeroizing::new(format!("PRAGMA key = {}", *literal(&*self.key))))?;
        if let Some(salt) = &self.salt {
            db.execute_batch(&format!(
                "PRAGMA cipher_plaintext_header_size = {PLAIN_HEADER_BYTES}; PRAGMA cipher_salt = {}",
                *literal(&**salt)
            ))?;
        }
        read_first(db)
    }

    /// Encrypts everything anew, in one transaction. The salt of a file is given once and stays.
    pub(super) fn replace(&self, db: &Connection) -> Result<(), StoreError> {
        if !is_sqlcipher(db) {
            return Err(StoreError::NoEncryption);
        }
        db.execute_batch(&Zeroizing::new(format!("PRAGMA rekey = {}", *literal(&*self.key))))?;
        check_structure(db)
    }
}

/// Without a key, in a build that can encrypt: a file that cannot be read is an encrypted one.
///
/// Behind a readable header one noise in fifty passes for a schema, and then for a damaged one: nobody may mend that.
pub(super) fn without(db: &Connection, path: &Path) -> Result<(), StoreError> {
    if !is_sqlcipher(db) {
        return Ok(());
    }
    match read_first(db) {
        Err(StoreError::Damaged { .. }) if has_readable_header(path)? => Err(StoreError::WrongKey),
        opened => opened,
    }
}

/// Whether a file is an encrypted one with a readable header: that tells what SQLCipher keeps free in each page.
fn has_readable_header(path: &Path) -> Result<bool, StoreError> {
    let header = files::start::<{ RESERVED_AT + 1 }>(path)?;
    Ok(header
        .is_some_and(|header| header.starts_with(b"SQLite format 3\0") && header[RESERVED_AT] == RESERVED))
}

/// The first thing that is read tells whether the key is right.
fn read_first(db: &Connection) -> Result<(), StoreError> {
    match db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        Err(error) if is_noise(&error) => Err(StoreError::WrongKey),
        opened => Ok(opened?),
    }
}

/// What SQLCipher says of pages under another key; where the header is readable, "out of memory" under another key or salt, and
/// "unsupported file format" without one. Anything else, a locked phone's error of the medium above all, is no reason to doubt
/// the key: an app offers to remove a store whose key is lost.
fn is_noise(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|cause| cause.extended_code);
    matches!(code, Some(ffi::SQLITE_NOTADB | ffi::SQLITE_NOMEM | ffi::SQLITE_ERROR))
}

fn is_sqlcipher(db: &Connection) -> bool {
    db.query_row("PRAGMA cipher_version", [], |row| row.get::<_, String>(0)).is_ok()
}

/// A blob that the library takes as it is.
fn literal(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(format!("\"x'{}'\"", *Zeroizing::new(hex::encode(bytes))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::SqliteStore;

    #[test]
    fn a_key_has_32_bytes_and_perhaps_a_salt_of_16() {
        for (length, is_key) in [(0, false), (31, false), (32, true), (33, false), (48, true), (49, false)] {
            assert_eq!(StoreKey::from_bytes(&vec![7; length]).is_some(), is_key, "{length}");
        }
        assert_eq!(format!("{:?}", StoreKey::from_bytes(&[7; 32]).unwrap()), "StoreKey(..)");
    }

    #[test]
    fn a_medium_that_fails_or_is_locked_casts_no_doubt_on_the_key() {
        let says = |code| is_noise(&rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        let of_the_medium =
            [ffi::SQLITE_IOERR, ffi::SQLITE_CANTOPEN, ffi::SQLITE_AUTH, ffi::SQLITE_BUSY, ffi::SQLITE_FULL];
        assert_eq!(of_the_medium.map(says), [false; 5]);
        assert!(says(ffi::SQLITE_NOTADB));
    }

    #[test]
    fn a_build_without_encryption_writes_nothing_when_it_is_given_a_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.sqlite");

        let refused = SqliteStore::open_encrypted(&path, &StoreKey::from_bytes(&[7; 32]).unwrap());

        assert!(matches!(refused, Err(StoreError::NoEncryption)), "{refused:?}");
        assert_eq!(std::fs::metadata(&path).map_or(0, |file| file.len()), 0);
    }
}
