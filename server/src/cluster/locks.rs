//! The files that processes share: the owner's lock, the lock of the commands that join in, and the log.
//!
//! All locks are `flock`s, which the kernel drops with the process however it dies.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::{ClusterError, layout::Layout};

const LOG_LIMIT_BYTES: u64 = 8 * 1024 * 1024;

impl Layout {
    /// Open the log for appending, after moving a long one aside.
    pub(super) fn open_log(&self) -> Result<File, ClusterError> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|found| found.len() > LOG_LIMIT_BYTES) {
            fs::rename(&path, self.directory().join("postgres.log.1"))
                .map_err(ClusterError::file("move aside", &path))?;
        }
        self.open_own(&path)
    }

    /// Become the one owner of this directory until the returned file is dropped, or the process dies.
    pub(super) fn lock_as_owner(&self) -> Result<File, ClusterError> {
        let path = self.directory().join("server.lock");
        let mut file = self.open_own(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(ClusterError::InUse {
                    directory: self.directory().to_path_buf(),
                    process: written_pid(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(ClusterError::file("lock", path)(error)),
        }
        let note_pid = |mut file: &File| {
            file.set_len(0)?;
            writeln!(file, "{}", std::process::id())
        };
        note_pid(&file).map_err(ClusterError::file("write", path))?;
        Ok(file)
    }

    /// Be counted among the commands that use a cluster which another process owns.
    pub(super) fn lock_as_guest(&self) -> Result<File, ClusterError> {
        let path = self.guest_lock();
        let file = self.open_own(&path)?;
        file.lock_shared().map_err(ClusterError::file("lock", path))?;
        Ok(file)
    }

    /// Shut out guests, if none is there at this moment.
    pub(super) fn try_lock_out_guests(&self) -> Option<File> {
        let file = self.open_own(&self.guest_lock()).ok()?;
        file.try_lock().is_ok().then_some(file)
    }

    fn guest_lock(&self) -> PathBuf {
        self.directory().join("commands.lock")
    }

    /// Open or create a file that the directory's owner can open again, even if root makes it for them.
    fn open_own(&self, path: &Path) -> Result<File, ClusterError> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32);
        let opened = match options.clone().create_new(true).open(path) {
            Ok(file) => self.hand_to_directory_owner(&file).map(|()| file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
            Err(error) => Err(error),
        };
        opened.map_err(ClusterError::file("open", path))
    }

    fn hand_to_directory_owner(&self, file: &File) -> io::Result<()> {
        let owner = fs::metadata(self.directory())?;
        if owner.uid() == file.metadata()?.uid() {
            return Ok(());
        }
        std::os::unix::fs::fchown(file, Some(owner.uid()), Some(owner.gid()))
    }
}

fn written_pid(file: &mut File) -> Option<i32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
