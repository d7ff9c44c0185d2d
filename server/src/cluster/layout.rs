//! Where everything of a cluster lies on disk, and who may enter. Takes no lock, knows no program, starts nothing.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File},
    io,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    },
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{ClusterError, account::Account};

/// The only port number of a private cluster; it merely names the socket file.
pub(super) const PORT: u16 = 5432;
/// The cluster's superuser, who owns the schema and runs the migrations.
pub(super) const OWNER_ROLE: &str = "floorwalk";

/// The shortest limit on a socket's path among the systems we run on (macOS; Linux allows 107).
const SOCKET_PATH_LIMIT: usize = 103;
const SHORT_SOCKET_PARENT: &str = "/tmp";
/// Passage without listing: the account Postgres runs under has to get through, and only through.
const ROOT_OWNED_MODE: u32 = 0o711;
const PRIVATE_MODE: u32 = 0o700;

/// The paths of one cluster, all below one canonical directory.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    directory: PathBuf,
}

impl Layout {
    /// Make the directory if need be and settle its name, so that every process spells it alike.
    pub(super) fn prepare(directory: &Path) -> Result<Self, ClusterError> {
        let mode = if rustix::process::geteuid().is_root() { ROOT_OWNED_MODE } else { PRIVATE_MODE };
        DirBuilder::new()
            .recursive(true)
            .create(directory)
            .map_err(ClusterError::file("create the data directory", directory))?;
        // An empty directory was made for us; any other keeps the mode that somebody chose for it.
        if is_empty(directory).map_err(ClusterError::file("read the data directory", directory))? {
            fs::set_permissions(directory, fs::Permissions::from_mode(mode))
                .map_err(ClusterError::file("set the mode of", directory))?;
        }
        Self::existing(directory)
    }

    /// The layout of a directory that is there already.
    pub(super) fn existing(directory: &Path) -> Result<Self, ClusterError> {
        let directory =
            fs::canonicalize(directory).map_err(ClusterError::file("find the data directory", directory))?;
        Ok(Self { directory })
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Postgres' own data directory.
    pub(super) fn data(&self) -> PathBuf {
        self.directory.join("pg")
    }

    /// Where `initdb` works; it becomes [`Layout::data`] in one rename, so a half-made database is never used.
    pub(super) fn unfinished_data(&self) -> PathBuf {
        self.directory.join("pg.init")
    }

    pub(super) fn pid_file(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.directory.join("postgres.log")
    }

    /// Beside the data where it fits, else a short name below `/tmp` that depends on the path alone.
    ///
    /// A path that a URL could not carry as it stands goes the short way too, so nothing is ever escaped.
    pub(super) fn socket_directory(&self) -> PathBuf {
        let near = self.directory.join("s");
        let fits = near.as_os_str().len() + format!("/.s.PGSQL.{PORT}").len() <= SOCKET_PATH_LIMIT;
        if fits && is_plain(near.as_os_str()) {
            return near;
        }
        let digest = Sha256::digest(self.directory.as_os_str().as_bytes());
        Path::new(SHORT_SOCKET_PARENT).join(format!("floorwalk-{}", hex::encode(&digest[..8])))
    }

    /// How a client on this machine reaches the cluster.
    pub(super) fn url(&self) -> String {
        let socket = self.socket_directory();
        format!("postgres://{OWNER_ROLE}@localhost:{PORT}/postgres?host={}", socket.display())
    }

    /// Make the socket's directory, open to the account alone.
    pub(super) fn prepare_socket_directory(
        &self,
        account: Option<&Account>,
    ) -> Result<PathBuf, ClusterError> {
        let path = self.socket_directory();
        match DirBuilder::new().mode(PRIVATE_MODE).create(&path) {
            Ok(()) => give(&path, account)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(ClusterError::file("create the socket directory", path)(error)),
        }
        // The short one lies where everybody may write: never trust what somebody else put there.
        let found = fs::symlink_metadata(&path).map_err(ClusterError::file("read", &path))?;
        let owner = account.map_or_else(|| rustix::process::geteuid().as_raw(), |account| account.uid);
        if !found.is_dir() || found.uid() != owner || found.mode() & 0o077 != 0 {
            return Err(ClusterError::SocketDirectory { path });
        }
        Ok(path)
    }

    /// Forget a socket directory outside the data directory; one that is still in use stays.
    pub(super) fn remove_short_socket_directory(&self) {
        let path = self.socket_directory();
        if !path.starts_with(&self.directory) {
            // Not being able to tidy up must not turn a clean stop into a failure.
            let _ = fs::remove_dir(path);
        }
    }

    /// Make an empty directory for `initdb`, in place of whatever an interrupted one left.
    pub(super) fn clear_unfinished_data(&self, account: Option<&Account>) -> Result<PathBuf, ClusterError> {
        let path = self.unfinished_data();
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ClusterError::file("remove", path)(error));
            }
            _ => {}
        }
        DirBuilder::new().mode(PRIVATE_MODE).create(&path).map_err(ClusterError::file("create", &path))?;
        give(&path, account)?;
        Ok(path)
    }

    /// Turn the finished database into the one in use, and make that survive a power cut.
    pub(super) fn adopt_finished_data(&self) -> Result<(), ClusterError> {
        let data = self.data();
        fs::rename(self.unfinished_data(), &data).map_err(ClusterError::file("put in place", &data))?;
        File::open(&self.directory)
            .and_then(|directory| directory.sync_all())
            .map_err(ClusterError::file("sync", &self.directory))
    }

    /// The major release that made the data, or none when there is no database yet.
    pub(super) fn major(&self) -> Result<Option<u32>, ClusterError> {
        let path = self.data();
        if !path.exists() {
            return Ok(None);
        }
        let version = fs::read_to_string(path.join("PG_VERSION")).ok();
        match version.and_then(|text| text.trim().parse().ok()) {
            Some(major) => Ok(Some(major)),
            None => Err(ClusterError::NotADatabase { path }),
        }
    }
}

/// Where a server keeps its data when nobody says: by the machine's conventions, for root and for a person.
///
/// `xdg_data_home` and `home` are the variables of that name; without either there is no default.
pub fn default_directory(xdg_data_home: Option<&Path>, home: Option<&Path>) -> Option<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Some(PathBuf::from("/var/lib/floorwalk"));
    }
    personal_directory(xdg_data_home, home, ".local/share")
}

/// Where a fetched Postgres is kept when nobody says; the arguments are as in [`default_directory`].
pub fn default_cache(xdg_cache_home: Option<&Path>, home: Option<&Path>) -> Option<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Some(PathBuf::from("/var/cache/floorwalk"));
    }
    personal_directory(xdg_cache_home, home, ".cache")
}

fn personal_directory(xdg: Option<&Path>, home: Option<&Path>, below_home: &str) -> Option<PathBuf> {
    // The XDG rules say that a relative path is to be ignored.
    let base = xdg.filter(|path| path.is_absolute()).map(Path::to_path_buf);
    base.or_else(|| home.map(|home| home.join(below_home))).map(|base| base.join("floorwalk"))
}

fn is_empty(directory: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(directory)?.next().is_none())
}

fn is_plain(path: &OsStr) -> bool {
    path.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte))
}

fn give(path: &Path, account: Option<&Account>) -> Result<(), ClusterError> {
    let Some(account) = account else { return Ok(()) };
    std::os::unix::fs::chown(path, Some(account.uid), Some(account.gid))
        .map_err(ClusterError::file("change the owner of", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(directory: &str) -> Layout {
        Layout { directory: PathBuf::from(directory) }
    }

    #[test]
    fn the_socket_lies_beside_the_data_where_its_path_fits() {
        assert_eq!(at("/var/lib/floorwalk").socket_directory(), Path::new("/var/lib/floorwalk/s"));
    }

    #[test]
    fn a_path_too_long_for_a_socket_gets_a_short_one_of_its_own() {
        let long = at(&format!("/srv/{}", "x".repeat(90))).socket_directory();
        let other = at(&format!("/srv/{}", "y".repeat(90))).socket_directory();

        assert!(long.starts_with("/tmp"), "{long:?}");
        assert!(long.as_os_str().len() < 40, "{long:?}");
        assert_ne!(long, other);
    }

    #[test]
    fn a_path_that_a_url_would_have_to_escape_gets_a_short_socket_directory() {
        for odd in ["/srv/our data", "/srv/a&b", "/srv/50%", "/srv/größe"] {
            assert!(at(odd).socket_directory().starts_with("/tmp"), "{odd}");
        }
    }

    #[test]
    fn a_relative_xdg_directory_is_ignored() {
        let home = Some(Path::new("/home/ada"));

        let kept = personal_directory(Some(Path::new("/data")), home, ".local/share");
        let ignored = personal_directory(Some(Path::new("data")), home, ".local/share");

        assert_eq!(kept.as_deref(), Some(Path::new("/data/floorwalk")));
        assert_eq!(ignored.as_deref(), Some(Path::new("/home/ada/.local/share/floorwalk")));
        assert_eq!(personal_directory(None, None, ".local/share"), None);
    }
}
