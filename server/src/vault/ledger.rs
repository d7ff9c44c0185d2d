//! Owns the ledger: what was taken away from whom, one append-only file per process, synced before the database commits.

use super::{UnreadableLine, VaultError, ensure_private_dir, io_error, sync_dir};
use crate::random::Randomness;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use sync_core::ids::{
    ApiKeyId, AppointmentId, DelegationId, DeviceId, InvitationId, OrgId, PersonId, TenureId,
};
use sync_core::time::Timestamp;

/// One thing that was taken away, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LedgerEntry {
    /// A device lost its access.
    DeviceRevoked {
        /// The organisation.
        org: OrgId,
        /// The device.
        device: DeviceId,
        /// When.
        at: Timestamp,
    },
    /// A tenure ended: its leader lost access.
    TenureEnded {
        /// The organisation.
        org: OrgId,
        /// The tenure.
        tenure: TenureId,
        /// When.
        at: Timestamp,
    },
    /// An appointment ended: who had it lost the access that it gave.
    AppointmentEnded {
        /// The organisation.
        org: OrgId,
        /// The appointment.
        appointment: AppointmentId,
        /// When.
        at: Timestamp,
    },
    /// A delegation ended before its time: who led in the leader's place lost access.
    DelegationEnded {
        /// The organisation.
        org: OrgId,
        /// The delegation.
        delegation: DelegationId,
        /// When.
        at: Timestamp,
    },
    /// The address of somebody's calendar was taken away.
    CalendarRevoked {
        /// The organisation.
        org: OrgId,
        /// Whose.
        person: PersonId,
        /// Addresses that were given before this moment; a later one is another.
        before: Timestamp,
    },
    /// Somebody is no administrator any more.
    AdministratorDismissed {
        /// The organisation.
        org: OrgId,
        /// Who.
        person: PersonId,
        /// What they were given before this moment; a later time is another.
        before: Timestamp,
    },
    /// A key of a program lost its access.
    ApiKeyRevoked {
        /// The organisation.
        org: OrgId,
        /// The key.
        key: ApiKeyId,
        /// When.
        at: Timestamp,
    },
    /// An invitation that no phone had used was taken back.
    InvitationRevoked {
        /// The organisation.
        org: OrgId,
        /// The invitation.
        invitation: InvitationId,
        /// When; made anew later it is another.
        at: Timestamp,
    },
    /// Somebody left: they lost everything that they had access to.
    PersonLeft {
        /// The organisation.
        org: OrgId,
        /// Who.
        person: PersonId,
        /// When.
        at: Timestamp,
    },
}

impl LedgerEntry {
    /// The organisation that it happened in.
    pub fn org(&self) -> OrgId {
        match self {
            Self::DeviceRevoked { org, .. }
            | Self::TenureEnded { org, .. }
            | Self::AppointmentEnded { org, .. }
            | Self::DelegationEnded { org, .. }
            | Self::CalendarRevoked { org, .. }
            | Self::AdministratorDismissed { org, .. }
            | Self::ApiKeyRevoked { org, .. }
            | Self::InvitationRevoked { org, .. }
            | Self::PersonLeft { org, .. } => *org,
        }
    }
}

/// The files of all instances; this process appends to its own.
#[derive(Debug)]
pub struct Ledger {
    dir: PathBuf,
    random: Randomness,
    /// None until the first entry, and again after a failed write: what follows half a line must not be joined to it.
    own: Mutex<Option<File>>,
}

impl Ledger {
    /// Opens the directory, which is created if need be.
    pub fn open(dir: &Path, random: Randomness) -> Result<Self, VaultError> {
        ensure_private_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), random, own: Mutex::new(None) })
    }

    /// Writes one entry to the disk. Blocks until it is there.
    ///
    /// Comes before the commit: an entry whose commit then fails takes something away a little early at the next
    /// start, while a commit without its entry would give it back after a restore.
    pub fn append(&self, entry: &LedgerEntry) -> Result<(), VaultError> {
        let mut line =
            serde_json::to_vec(entry).expect("an entry serializes: its fields are text and numbers");
        line.push(b'\n');
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = match own.take() {
            Some(file) => file,
            None => self.create_file()?,
        };
        file.write_all(&line)
            .and_then(|()| file.sync_data())
            .map_err(io_error(&self.dir, "appending to the ledger"))?;
        *own = Some(file);
        Ok(())
    }

    /// Everything that any instance ever wrote, without repetitions.
    pub fn replay(&self) -> Result<Vec<LedgerEntry>, VaultError> {
        let mut entries = std::collections::BTreeSet::new();
        for path in self.files()? {
            let bytes = std::fs::read(&path).map_err(io_error(&path, "reading the ledger"))?;
            entries.extend(parse(&path, &bytes)?);
        }
        Ok(entries.into_iter().collect())
    }

    fn create_file(&self) -> Result<File, VaultError> {
        let path = self.dir.join(format!("{}.jsonl", hex::encode(self.random.bytes::<8>())));
        let file = File::options().append(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(io_error(&path, "creating the ledger's file"))?;
        sync_dir(&self.dir)?;
        Ok(file)
    }

    fn files(&self) -> Result<Vec<PathBuf>, VaultError> {
        let listed = std::fs::read_dir(&self.dir).and_then(|dir| dir.collect::<Result<Vec<_>, _>>());
        let mut paths: Vec<_> = listed
            .map_err(io_error(&self.dir, "listing the ledger"))?
            .into_iter()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
            .collect();
        paths.sort();
        Ok(paths)
    }
}

/// Reads the lines of one file. A last line without its end was being written when the power went: its revocation
/// never committed, so it is left out unless it happens to be whole.
fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<LedgerEntry>, VaultError> {
    let (whole, torn) = match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (&bytes[..0], bytes),
    };
    let mut entries = Vec::new();
    for (index, line) in whole.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        let entry = serde_json::from_slice(line).map_err(|error| VaultError::Unreadable {
            path: path.to_owned(),
            line: index + 1,
            source: UnreadableLine::from(error),
        })?;
        entries.push(entry);
    }
    entries.extend(serde_json::from_slice::<LedgerEntry>(torn));
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revoked(device: u8) -> LedgerEntry {
        LedgerEntry::DeviceRevoked {
            org: OrgId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([device; 16]),
            at: Timestamp(1_774_000_000_000),
        }
    }

    fn open(dir: &Path) -> Ledger {
        Ledger::open(&dir.join("ledger"), Randomness::system()).unwrap()
    }

    fn only_file(ledger: &Ledger) -> PathBuf {
        let files = ledger.files().unwrap();
        assert_eq!(files.len(), 1);
        files[0].clone()
    }

    #[test]
    fn a_start_reads_what_every_instance_wrote() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (open(dir.path()), open(dir.path()));
        one.append(&revoked(1)).unwrap();
        other.append(&revoked(2)).unwrap();
        one.append(&revoked(3)).unwrap();
        one.append(&revoked(1)).unwrap();
        assert_eq!(open(dir.path()).replay().unwrap(), [revoked(1), revoked(2), revoked(3)]);
    }

    #[test]
    fn an_entry_reads_back_in_its_frozen_form() {
        let tenure = LedgerEntry::TenureEnded {
            org: OrgId::from_bytes([1; 16]),
            tenure: TenureId::from_bytes([2; 16]),
            at: Timestamp(5),
        };
        let text = serde_json::to_string(&tenure).unwrap();
        insta::assert_snapshot!(text, @r#"{"kind":"tenure_ended","org":"01010101010101010101010101010101","tenure":"02020202020202020202020202020202","at":5}"#);
        assert_eq!(serde_json::from_str::<LedgerEntry>(&text).unwrap(), tenure);
    }

    #[test]
    fn a_torn_last_line_hides_nothing_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = open(dir.path());
        ledger.append(&revoked(1)).unwrap();
        ledger.append(&revoked(2)).unwrap();
        let path = only_file(&ledger);
        let whole = std::fs::read(&path).unwrap();
        let first_line = whole.len() / 2;

        for cut in first_line..whole.len() - 1 {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert_eq!(ledger.replay().unwrap(), [revoked(1)], "cut at {cut}");
        }
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(ledger.replay().unwrap(), [revoked(1), revoked(2)], "only the line's end is missing");
    }

    #[test]
    fn a_damaged_line_before_the_last_stops_the_start() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = open(dir.path());
        ledger.append(&revoked(1)).unwrap();
        let path = only_file(&ledger);
        for damage in ["{\"kind\":\"device_rev\n", "{\"kind\":\"from_the_future\"}\n"] {
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.splice(0..0, damage.bytes());
            std::fs::write(&path, bytes).unwrap();
            assert!(matches!(ledger.replay(), Err(VaultError::Unreadable { line: 1, .. })));
        }
    }

    #[test]
    fn after_a_failed_write_the_next_entry_goes_to_a_new_file() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = open(dir.path());
        ledger.append(&revoked(1)).unwrap();
        // A handle that cannot write stands for a full disk.
        let broken = File::open(only_file(&ledger)).unwrap();
        *ledger.own.lock().unwrap() = Some(broken);

        assert!(matches!(ledger.append(&revoked(2)), Err(VaultError::Io { .. })));
        ledger.append(&revoked(3)).unwrap();

        assert_eq!(ledger.files().unwrap().len(), 2);
        assert_eq!(ledger.replay().unwrap(), [revoked(1), revoked(3)]);
    }
}
