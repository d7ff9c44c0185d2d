//! Finding the Postgres programs: which directories may hold them, and which of those fits the data.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{ClusterError, Options, account, launch::Launcher, layout::Layout, package};

/// The oldest release that the SQL of this server is tested on.
const OLDEST_MAJOR: u32 = 15;
/// Where distributions keep one directory per release, beside those on the search path.
const SYSTEM_PARENTS: [&str; 4] = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt"];

/// A directory that holds `initdb` and `postgres` of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    directory: PathBuf,
    major: u32,
}

impl Binaries {
    pub(super) fn initdb(&self) -> PathBuf {
        self.directory.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.directory.join("postgres")
    }

    /// What is in `directory`, if both programs are there and the account can get to them.
    fn inspect(directory: &Path, launcher: &Launcher) -> Option<Self> {
        // `initdb` looks for `postgres` beside its real file, so a directory of links will not do.
        let initdb = fs::canonicalize(directory.join("initdb")).ok()?;
        let directory = initdb.parent()?.to_path_buf();
        account::check_passage(launcher.account(), &directory).ok()?;
        let version = Command::new(directory.join("postgres")).arg("--version").output().ok()?;
        let major = parse_major(&String::from_utf8_lossy(&version.stdout))?;
        Some(Self { directory, major })
    }
}

/// The programs for this cluster: of the release its data needs, in the order that the module documentation
/// of [`super`] gives.
pub(super) fn find(
    options: &Options,
    layout: &Layout,
    launcher: &Launcher,
) -> Result<Binaries, ClusterError> {
    let needed = layout.major()?;
    if let Some(named) = &options.binaries {
        return find_named(named, needed, layout, launcher);
    }
    let mut found = Vec::new();
    for directory in directories(options) {
        found.extend(Binaries::inspect(&directory, launcher));
        if let Some(fitting) = found.last().filter(|last| fits(last, needed)) {
            return Ok(fitting.clone());
        }
    }
    if let Some(fetched) = fetch(options, needed, launcher)? {
        return Ok(fetched);
    }
    Err(no_fit(layout, needed, &found))
}

/// A directory that somebody named is used or refused, never silently passed over.
fn find_named(
    named: &Path,
    needed: Option<u32>,
    layout: &Layout,
    launcher: &Launcher,
) -> Result<Binaries, ClusterError> {
    let found = Binaries::inspect(named, launcher)
        .filter(|found| found.major >= OLDEST_MAJOR)
        .ok_or_else(|| ClusterError::NotBinaries { directory: named.to_path_buf() })?;
    if fits(&found, needed) { Ok(found) } else { Err(no_fit(layout, needed, &[found])) }
}

fn fits(binaries: &Binaries, needed: Option<u32>) -> bool {
    needed.map_or(binaries.major >= OLDEST_MAJOR, |needed| binaries.major == needed)
}

/// The packaged release, unless the data needs another one or nothing may be fetched.
fn fetch(
    options: &Options,
    needed: Option<u32>,
    launcher: &Launcher,
) -> Result<Option<Binaries>, ClusterError> {
    let Some(cache) = &options.cache else { return Ok(None) };
    if needed.is_some_and(|needed| needed != package::MAJOR) {
        return Ok(None);
    }
    // Before anything is downloaded to a place where the account could not use it.
    let reached = cache.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    account::check_passage(launcher.account(), reached)?;
    let Some(directory) = package::fetch(cache, options.search_path.as_deref(), &install_command(needed))?
    else {
        return Ok(None);
    };
    Binaries::inspect(&directory, launcher).map(Some).ok_or(ClusterError::NotBinaries { directory })
}

fn no_fit(layout: &Layout, needed: Option<u32>, found: &[Binaries]) -> ClusterError {
    let install = install_command(needed);
    let Some(needed) = needed else { return ClusterError::NoBinaries { install } };
    let majors: BTreeSet<u32> = found.iter().map(|found| found.major).collect();
    let majors: Vec<String> = majors.iter().map(u32::to_string).collect();
    let found = if majors.is_empty() { "none".to_owned() } else { majors.join(", ") };
    ClusterError::OtherMajor { directory: layout.data(), needed, found, install }
}

/// Where to look, best first: the server's own cache, the search path, the places of the distributions.
fn directories(options: &Options) -> Vec<PathBuf> {
    let cached = options.cache.iter().filter_map(|cache| package::unpacked(cache));
    let on_path = options.search_path.iter().flat_map(std::env::split_paths);
    cached.chain(on_path).chain(system_directories()).collect()
}

fn system_directories() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for parent in SYSTEM_PARENTS {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let major = release_in_name(&entry.file_name());
            found.extend(major.map(|major| (major, entry.path().join("bin"))));
        }
    }
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found.into_iter().map(|(_, directory)| directory).collect()
}

/// The release in names such as `15` (Debian), `pgsql-16` (RPM) and `postgresql@17` (Homebrew).
fn release_in_name(name: &OsStr) -> Option<u32> {
    let name = name.to_str()?;
    let number = ["pgsql-", "postgresql@", "postgresql"].iter().find_map(|prefix| name.strip_prefix(prefix));
    number.unwrap_or(name).parse().ok()
}

/// The major release in the answer to `postgres --version`: `postgres (PostgreSQL) 15.18 (Debian 15.18-0)`.
fn parse_major(version: &str) -> Option<u32> {
    let (_, number) = version.split_once("(PostgreSQL) ")?;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number[..digits].parse().ok()
}

fn install_command(needed: Option<u32>) -> String {
    let os_release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = if cfg!(target_os = "macos") { "macos" } else { &os_release };
    install_command_on(system, needed)
}

/// The command that installs Postgres on the system that an `os-release` file describes.
fn install_command_on(system: &str, needed: Option<u32>) -> String {
    let names = |candidates: &[&str]| {
        let ids = system.lines().filter(|line| line.starts_with("ID=") || line.starts_with("ID_LIKE="));
        ids.flat_map(|line| line.split(['=', '"', ' '])).any(|word| candidates.contains(&word))
    };
    let release = needed.map(|major| major.to_string()).unwrap_or_default();
    let dashed = needed.map(|major| format!("-{major}")).unwrap_or_default();
    if system == "macos" {
        return format!("brew install postgresql@{}", needed.unwrap_or(package::MAJOR));
    }
    if names(&["alpine"]) {
        return format!("apk add postgresql{}", needed.unwrap_or(package::MAJOR));
    }
    if names(&["fedora", "rhel", "centos"]) {
        return format!("dnf install postgresql{release}-server");
    }
    if names(&["arch"]) {
        return "pacman -S postgresql".to_owned();
    }
    if names(&["suse", "opensuse"]) {
        return format!("zypper install postgresql{release}-server");
    }
    format!("apt-get install postgresql{dashed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_read_from_what_every_build_prints() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18.4\n"), Some(18));
        assert_eq!(parse_major("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(parse_major("sh: postgres: not found\n"), None);
    }

    #[test]
    fn the_names_that_distributions_use_give_the_release() {
        let release = |name: &str| release_in_name(OsStr::new(name));

        assert_eq!(release("15"), Some(15));
        assert_eq!(release("pgsql-16"), Some(16));
        assert_eq!(release("postgresql@17"), Some(17));
        assert_eq!(release("postgresql18"), Some(18));
        assert_eq!(release("share"), None);
    }

    #[test]
    fn a_database_takes_the_release_that_made_it_and_a_new_one_any_that_is_recent() {
        let of = |major| Binaries { directory: PathBuf::from("/x"), major };

        assert!(fits(&of(16), None) && !fits(&of(14), None));
        assert!(fits(&of(15), Some(15)) && !fits(&of(16), Some(15)));
    }

    #[test]
    fn every_system_is_told_its_own_install_command() {
        let on = |os_release: &str| install_command_on(os_release, Some(16));

        assert_eq!(on("ID=debian\n"), "apt-get install postgresql-16");
        assert_eq!(on("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), "apt-get install postgresql-16");
        assert_eq!(on("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"), "dnf install postgresql16-server");
        assert_eq!(on("ID=alpine\n"), "apk add postgresql16");
        assert_eq!(on("macos"), "brew install postgresql@16");
        assert_eq!(install_command_on("ID=debian\n", None), "apt-get install postgresql");
    }
}
