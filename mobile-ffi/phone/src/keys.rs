//! Owns the phone's two keys on a machine that has no key store: a file that only its owner reads.

use anyhow::{Context, anyhow};
use mobile_ffi::desktop::DesktopKey;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;

/// What opens the store, and what signs for the device.
pub(crate) struct Keys {
    pub store: Vec<u8>,
    pub device: Arc<DesktopKey>,
}

/// Keys for a phone that has none yet.
pub(crate) enum IfAbsent<'k> {
    /// This is a new phone: here is its store's key.
    Make(&'k [u8; KEY_BYTES]),
    /// There is a store, which new keys would not open.
    Refuse,
}

/// The keys in this file. A key that is there is never replaced.
pub(crate) fn keys_in(file: &Path, if_absent: &IfAbsent<'_>) -> anyhow::Result<Keys> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match if_absent {
            IfAbsent::Make(new_store_key) => made(file, new_store_key)?,
            IfAbsent::Refuse => {
                return Err(anyhow!("the keys are not there; put the file back that belongs to this phone"))
                    .with_context(|| file.display().to_string());
            }
        },
        Err(error) => return Err(error).with_context(|| format!("reading the keys in {}", file.display())),
    };
    let bytes = Zeroizing::new(hex::decode(text.trim()).unwrap_or_default());
    if bytes.len() != 2 * KEY_BYTES {
        return Err(anyhow!("this does not hold two keys; put the file back that belongs to this phone"))
            .with_context(|| file.display().to_string());
    }
    let (store, device) = bytes.split_at(KEY_BYTES);
    Ok(Keys { store: store.to_vec(), device: DesktopKey::new(Some(device.to_vec()))? })
}

/// Whole or not at all: half a key would lock its owner out for ever.
fn made(file: &Path, store_key: &[u8; KEY_BYTES]) -> anyhow::Result<Zeroizing<String>> {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let writing = || format!("writing new keys to {}", file.display());
    let device_key = Zeroizing::new(DesktopKey::new(None)?.secret());
    let text = Zeroizing::new(format!("{}{}\n", hex::encode(store_key), hex::encode(&*device_key)));
    // Readable for its owner alone from the beginning.
    let mut new = tempfile::NamedTempFile::new_in(directory).with_context(writing)?;
    new.write_all(text.as_bytes()).with_context(writing)?;
    new.as_file().sync_all().with_context(writing)?;
    new.persist_noclobber(file).map_err(|error| error.error).with_context(writing)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_made_once_and_only_their_owner_reads_them() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("keys");
        assert!(keys_in(&file, &IfAbsent::Refuse).is_err());
        let first = keys_in(&file, &IfAbsent::Make(&[1; KEY_BYTES]))?;
        let second = keys_in(&file, &IfAbsent::Make(&[2; KEY_BYTES]))?;
        assert_eq!(first.store, [1; KEY_BYTES]);
        assert_eq!(second.store, first.store);
        assert_eq!(second.device.secret(), first.device.secret());
        assert_eq!(std::fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
        Ok(())
    }

    #[test]
    fn a_file_that_holds_no_keys_is_refused_and_left_alone() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("keys");
        for text in ["", "00", "no keys at all"] {
            std::fs::write(&file, text)?;
            assert!(keys_in(&file, &IfAbsent::Make(&[1; KEY_BYTES])).is_err());
            assert_eq!(std::fs::read_to_string(&file)?, text);
        }
        Ok(())
    }
}
