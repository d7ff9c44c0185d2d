//! Owns the server's secrets and the file that holds them; knows nothing of what they sign.

use super::{VaultError, ensure_private, io_error, sync_dir};
use crate::random::Randomness;
use aws_lc_rs::hkdf;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use sync_core::time::Timestamp;

const FILE_NAME: &str = "keys.json";
const DAY_SECONDS: i64 = 86_400;

/// The secrets of a server, shared by all its instances.
#[derive(Clone)]
pub struct Keys {
    /// The server's stable name: 32 hexadecimal digits.
    pub server_id: String,
    /// Seals cursors.
    pub cursor: [u8; 32],
    /// Signs receipts.
    pub receipt: [u8; 32],
    /// Derives the keys of access tokens.
    pub access: [u8; 32],
    /// Derives each organisation's signing key.
    pub organisation: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys(server {}, ***)", self.server_id)
    }
}

/// The key that access tokens of one day are signed with.
pub struct AccessKey {
    /// Its name in a token's `kid`.
    pub kid: String,
    /// The HMAC secret.
    pub secret: [u8; 32],
}

impl Keys {
    /// New random keys for a new server.
    pub fn generate(random: &Randomness) -> Self {
        Self {
            server_id: hex::encode(random.bytes::<16>()),
            cursor: random.bytes(),
            receipt: random.bytes(),
            access: random.bytes(),
            organisation: random.bytes(),
        }
    }

    /// The key that signs access tokens now.
    ///
    /// Each day has its own, so that a leaked one is worth a day; instances need not agree on anything but the date.
    pub fn access_key(&self, now: Timestamp) -> AccessKey {
        self.access_key_of(now.seconds().div_euclid(DAY_SECONDS))
    }

    /// The key of this name, if tokens that it signed can still be alive.
    pub fn find_access_key(&self, kid: &str, now: Timestamp) -> Option<AccessKey> {
        let today = now.seconds().div_euclid(DAY_SECONDS);
        // Tomorrow's: another instance's clock may be a little ahead.
        [today, today - 1, today + 1]
            .into_iter()
            .map(|day| self.access_key_of(day))
            .find(|key| key.kid == kid)
    }

    fn access_key_of(&self, day: i64) -> AccessKey {
        AccessKey {
            kid: format!("access-{day}"),
            secret: derive(&self.access, "floorwalk/access/1", &day.to_be_bytes()),
        }
    }
}

/// 32 bytes that depend on the secret, on what they are for, and on nothing else.
pub(super) fn derive(secret: &[u8; 32], purpose: &str, context: &[u8]) -> [u8; 32] {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, purpose.as_bytes());
    let mut out = [0; 32];
    salt.extract(secret)
        .expand(&[context], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut out))
        .expect("32 bytes are within what HKDF-SHA256 can expand");
    out
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysFile {
    server_id: String,
    cursor: Secret,
    receipt: Secret,
    access: Secret,
    organisation: Secret,
}

/// A key as the file writes it: hexadecimal.
#[derive(Clone, Copy, PartialEq)]
struct Secret([u8; 32]);

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let mut bytes = [0; 32];
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        // The error must not repeat the text: it is a key, or nearly one.
        hex::decode_to_slice(text.as_bytes(), &mut bytes)
            .map_err(|_| serde::de::Error::custom("not a key of 64 hexadecimal digits"))?;
        Ok(Self(bytes))
    }
}

/// Reads the keys; creates them when neither they nor a database that was made with them exist.
pub(super) fn load_or_create(
    dir: &Path,
    database_names: Option<&str>,
    random: &Randomness,
) -> Result<Keys, VaultError> {
    let path = dir.join(FILE_NAME);
    let is_there = path.try_exists().map_err(io_error(&path, "looking for the keys"))?;
    if !is_there {
        if let Some(server_id) = database_names {
            return Err(VaultError::KeysLost { path, server_id: server_id.into() });
        }
        create(dir, &Keys::generate(random), random)?;
    }
    let keys = load(&path)?;
    match database_names {
        Some(expected) if expected != keys.server_id => {
            Err(VaultError::KeysForeign { path, found: keys.server_id, expected: expected.into() })
        }
        Some(_) | None => Ok(keys),
    }
}

/// Writes the keys whole or not at all. Another instance that was faster keeps its own.
fn create(dir: &Path, keys: &Keys, random: &Randomness) -> Result<(), VaultError> {
    let path = dir.join(FILE_NAME);
    let draft = dir.join(format!("{FILE_NAME}.{}", hex::encode(random.bytes::<8>())));
    write_draft(&draft, keys).map_err(io_error(&draft, "writing the keys"))?;
    // A link, because it refuses to replace; a rename would take the winner's keys away from it.
    let linked = std::fs::hard_link(&draft, &path);
    std::fs::remove_file(&draft).map_err(io_error(&draft, "removing the draft"))?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(io_error(&path, "putting the keys in place")(error))
        }
        Ok(()) | Err(_) => sync_dir(dir),
    }
}

fn write_draft(draft: &Path, keys: &Keys) -> std::io::Result<()> {
    let file = KeysFile {
        server_id: keys.server_id.clone(),
        cursor: Secret(keys.cursor),
        receipt: Secret(keys.receipt),
        access: Secret(keys.access),
        organisation: Secret(keys.organisation),
    };
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    serde_json::to_writer_pretty(&mut out, &file)?;
    out.write_all(b"\n")?;
    out.sync_all()
}

fn load(path: &Path) -> Result<Keys, VaultError> {
    ensure_private(path)?;
    let text = std::fs::read(path).map_err(io_error(path, "reading the keys"))?;
    let file: KeysFile = serde_json::from_slice(&text).map_err(|error| VaultError::Unreadable {
        path: path.to_owned(),
        line: error.line(),
        source: error.into(),
    })?;
    if let Some(which) = weak_key(&file) {
        return Err(VaultError::KeyWeak { path: path.to_owned(), which });
    }
    Ok(Keys {
        server_id: file.server_id,
        cursor: file.cursor.0,
        receipt: file.receipt.0,
        access: file.access.0,
        organisation: file.organisation.0,
    })
}

/// The name of a key that nobody drew at random: a repeated pattern, or one key used twice.
fn weak_key(file: &KeysFile) -> Option<&'static str> {
    let named = [
        ("cursor", file.cursor),
        ("receipt", file.receipt),
        ("access", file.access),
        ("organisation", file.organisation),
    ];
    let is_used_twice = |key: &Secret| named.iter().filter(|(_, other)| other == key).count() > 1;
    named.iter().find(|(_, key)| is_pattern(&key.0) || is_used_twice(key)).map(|(name, _)| *name)
}

/// 32 random bytes with fewer than 16 distinct values: less than one in 10^11.
fn is_pattern(key: &[u8; 32]) -> bool {
    let is_counted = key.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == key[1].wrapping_sub(key[0]));
    is_counted || key.iter().collect::<std::collections::BTreeSet<_>>().len() < 16
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn open(dir: &Path, database_names: Option<&str>) -> Result<Keys, VaultError> {
        load_or_create(dir, database_names, &Randomness::system())
    }

    #[test]
    fn the_keys_of_a_new_server_are_the_same_at_every_later_start() {
        let dir = tempfile::tempdir().unwrap();
        let first = open(dir.path(), None).unwrap();
        let again = open(dir.path(), Some(&first.server_id)).unwrap();
        assert_eq!((first.cursor, first.organisation), (again.cursor, again.organisation));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no draft stays behind");
        let mode = std::fs::metadata(dir.path().join(FILE_NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn of_two_first_starts_at_once_both_use_the_same_keys() {
        let dir = tempfile::tempdir().unwrap();
        let starts: Vec<_> = (0..8)
            .map(|_| dir.path().to_owned())
            .map(|dir| std::thread::spawn(move || open(&dir, None).unwrap().server_id))
            .collect();
        let ids: std::collections::BTreeSet<_> = starts.into_iter().map(|s| s.join().unwrap()).collect();
        assert_eq!(ids.len(), 1);
    }

    #[test]
    fn a_server_that_finds_its_database_but_not_its_keys_refuses_to_start() {
        let dir = tempfile::tempdir().unwrap();
        let refused = open(dir.path(), Some("5e1f")).unwrap_err();
        assert!(matches!(refused, VaultError::KeysLost { .. }));
        assert!(refused.to_string().contains("5e1f") && refused.to_string().contains("--vault"));
        assert!(!dir.path().join(FILE_NAME).exists(), "it must not make new ones either");
    }

    #[test]
    fn the_keys_of_another_server_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), None).unwrap();
        assert!(matches!(open(dir.path(), Some("5e1f")), Err(VaultError::KeysForeign { .. })));
    }

    #[test]
    fn keys_that_others_can_read_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), None).unwrap();
        let file = dir.path().join(FILE_NAME);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(open(dir.path(), None), Err(VaultError::Exposed { mode: 0o640, .. })));
    }

    #[test]
    fn a_sample_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        for (sample, which) in [
            (hex::encode([0; 32]), "access"),
            (hex::encode(b"changemechangemechangemechangeme"), "access"),
            (hex::encode((0..32).collect::<Vec<u8>>()), "access"),
        ] {
            write_keys(dir.path(), |keys| keys["access"] = sample.into());
            let refused = open(dir.path(), None).unwrap_err();
            assert!(matches!(refused, VaultError::KeyWeak { which: w, .. } if w == which), "{refused}");
        }
        write_keys(dir.path(), |keys| keys["access"] = keys["cursor"].clone());
        assert!(matches!(open(dir.path(), None), Err(VaultError::KeyWeak { .. })));
    }

    #[test]
    fn no_key_is_in_any_message() {
        let dir = tempfile::tempdir().unwrap();
        let keys = open(dir.path(), None).unwrap();
        let secret = hex::encode(keys.access);
        assert!(!format!("{keys:?}").contains(&secret));
        write_keys(dir.path(), |file| file["access"] = format!("{secret}00").into());
        let refused = open(dir.path(), None).unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains(&secret[..8]));
    }

    #[test]
    fn access_keys_change_each_day_and_yesterdays_still_verifies() {
        let keys = Keys::generate(&Randomness::system());
        let now = Timestamp(1_774_000_000_000);
        let day = DAY_SECONDS * 1000;
        let today = keys.access_key(now);
        let found = |kid: &str, at| keys.find_access_key(kid, at).map(|key| key.secret);
        assert_eq!(found(&today.kid, now), Some(today.secret));
        assert_eq!(found(&today.kid, now.plus_ms(day)), Some(today.secret));
        assert_eq!(found(&today.kid, now.plus_ms(2 * day)), None);
        assert_ne!(keys.access_key(now.plus_ms(day)).secret, today.secret);
        assert_eq!(found("../../dev/null", now), None);
    }

    fn write_keys(dir: &Path, edit: impl FnOnce(&mut serde_json::Value)) {
        let path = dir.join(FILE_NAME);
        if path.exists() {
            std::fs::remove_file(&path).unwrap();
        }
        create(dir, &Keys::generate(&Randomness::system()), &Randomness::system()).unwrap();
        let mut file: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        edit(&mut file);
        std::fs::write(&path, file.to_string()).unwrap();
    }
}
