//! Fetching a packaged Postgres with `npm`, for a machine that has none: one pinned version, checked and unpacked.
//!
//! No script of the package is run; what its install script would do, making the links between libraries,
//! is done here.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha512};

use super::ClusterError;

/// The major release in the package.
pub(super) const MAJOR: u32 = 18;
const VERSION: &str = "18.4.0-beta.17";

/// The platforms whose package is known, each with the SHA-512 of its archive as the registry publishes it.
const PLATFORMS: [(&str, &str, &str, &str); 4] = [
    (
        "linux",
        "x86_64",
        "linux-x64",
        "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
    ),
    (
        "linux",
        "aarch64",
        "linux-arm64",
        "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
    ),
    (
        "macos",
        "x86_64",
        "darwin-x64",
        "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
    ),
    (
        "macos",
        "aarch64",
        "darwin-arm64",
        "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
    ),
];

/// The package for one platform.
struct Package {
    platform: &'static str,
    sha512: &'static str,
}

impl Package {
    fn for_this_machine() -> Option<Self> {
        let here = (std::env::consts::OS, std::env::consts::ARCH);
        let known = PLATFORMS.iter().find(|(os, arch, ..)| (*os, *arch) == here);
        known.map(|(_, _, platform, sha512)| Self { platform, sha512 })
    }

    fn directory(&self, cache: &Path) -> PathBuf {
        cache.join(format!("postgres-{VERSION}-{}", self.platform))
    }
}

/// The directory of programs that an earlier [`fetch`] left in the cache.
pub(super) fn unpacked(cache: &Path) -> Option<PathBuf> {
    let programs = Package::for_this_machine()?.directory(cache).join("native/bin");
    programs.is_dir().then_some(programs)
}

/// Why a packaged Postgres could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A file could not be handled.
    #[error("cannot {step}")]
    File {
        /// What was being done.
        step: &'static str,
        /// What the operating system answered.
        #[source]
        source: io::Error,
    },
    /// `npm` or `tar` failed.
    #[error("cannot {step}: {output}")]
    Program {
        /// What was being done.
        step: &'static str,
        /// What the program said.
        output: String,
    },
    /// The archive is not the one that this server was made with.
    #[error("the downloaded archive differs from the published one")]
    Altered,
}

impl FetchError {
    fn at(step: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::File { step, source }
    }
}

/// Put the packaged Postgres into the cache; none if there is no package for this machine, or no `npm`.
pub(super) fn fetch(
    cache: &Path,
    search_path: Option<&OsStr>,
    install: &str,
) -> Result<Option<PathBuf>, ClusterError> {
    let (Some(package), Some(npm)) = (Package::for_this_machine(), find_npm(search_path)) else {
        return Ok(None);
    };
    tracing::info!(cache = %cache.display(), version = VERSION, "no PostgreSQL found; fetching one with npm");
    fetch_with(&npm, &package, cache)
        .map_err(|source| ClusterError::Fetch { install: install.to_owned(), source })?;
    Ok(unpacked(cache))
}

fn fetch_with(npm: &Path, package: &Package, cache: &Path) -> Result<(), FetchError> {
    // Open to be entered: root fetches what an unprivileged account will run.
    let open_directory = |path: &Path| {
        DirBuilder::new().recursive(true).mode(0o755).create(path).map_err(FetchError::at("create the cache"))
    };
    let scratch = cache.join(format!(".fetching-{}", std::process::id()));
    open_directory(&scratch)?;
    let outcome = download(npm, package, &scratch)
        .and_then(|archive| check(&archive, package))
        .and_then(|archive| unpack(&archive, &scratch))
        .and_then(|unpacked| put_in_place(&unpacked, &package.directory(cache)));
    // What is left of an attempt must not hide its outcome.
    let _ = fs::remove_dir_all(&scratch);
    outcome
}

fn download(npm: &Path, package: &Package, scratch: &Path) -> Result<PathBuf, FetchError> {
    let name = format!("@embedded-postgres/{}@{VERSION}", package.platform);
    let mut command = Command::new(npm);
    command.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]).arg(scratch).arg(name);
    run("download it", command.current_dir(scratch))?;
    Ok(scratch.join(format!("embedded-postgres-{}-{VERSION}.tgz", package.platform)))
}

fn check(archive: &Path, package: &Package) -> Result<PathBuf, FetchError> {
    let bytes = fs::read(archive).map_err(FetchError::at("read the download"))?;
    if BASE64_STANDARD.encode(Sha512::digest(&bytes)) != package.sha512 {
        return Err(FetchError::Altered);
    }
    Ok(archive.to_path_buf())
}

fn unpack(archive: &Path, scratch: &Path) -> Result<PathBuf, FetchError> {
    let mut command = Command::new("tar");
    command.args(["-xz", "--no-same-owner", "-f"]).arg(archive).arg("-C").arg(scratch);
    run("unpack it", &mut command)?;
    let package = scratch.join("package");
    link_libraries(&package).map_err(FetchError::at("link its libraries"))?;
    Ok(package)
}

fn put_in_place(unpacked: &Path, target: &Path) -> Result<(), FetchError> {
    match fs::rename(unpacked, target) {
        // Another process was faster, with the same bytes.
        Err(_) if target.is_dir() => Ok(()),
        outcome => outcome.map_err(FetchError::at("put it in place")),
    }
}

/// A link that the package could not carry, because npm archives hold no links.
#[derive(serde::Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

fn link_libraries(package: &Path) -> io::Result<()> {
    let links: Vec<Link> = serde_json::from_slice(&fs::read(package.join("native/pg-symlinks.json"))?)?;
    for link in links {
        // Both lie in one directory, so the bare name is the relative path.
        let name = link.source.file_name().ok_or(io::ErrorKind::InvalidData)?;
        std::os::unix::fs::symlink(name, package.join(&link.target))?;
    }
    Ok(())
}

fn run(step: &'static str, command: &mut Command) -> Result<(), FetchError> {
    let output = command.output().map_err(FetchError::at(step))?;
    if output.status.success() {
        return Ok(());
    }
    Err(FetchError::Program { step, output: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}

fn find_npm(search_path: Option<&OsStr>) -> Option<PathBuf> {
    std::env::split_paths(search_path?).map(|directory| directory.join("npm")).find(|npm| npm.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package_with_one_library(directory: &Path) -> PathBuf {
        let library = directory.join("package/native/lib/libpq.so.5.18");
        fs::create_dir_all(library.parent().unwrap()).unwrap();
        fs::write(library, "the library").unwrap();
        let links = r#"[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]"#;
        fs::write(directory.join("package/native/pg-symlinks.json"), links).unwrap();
        let archive = directory.join("package.tgz");
        let mut tar = Command::new("tar");
        tar.arg("-czf").arg(&archive).arg("-C").arg(directory).arg("package");
        assert!(tar.status().unwrap().success());
        archive
    }

    #[test]
    fn unpacking_restores_the_links_that_the_archive_cannot_carry() {
        let (made, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let archive = package_with_one_library(made.path());

        let unpacked = unpack(&archive, scratch.path()).unwrap();

        let through_the_link = fs::read_to_string(unpacked.join("native/lib/libpq.so.5")).unwrap();
        assert_eq!(through_the_link, "the library");
    }

    #[test]
    fn an_archive_with_other_bytes_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let archive = package_with_one_library(directory.path());
        let sha512 = BASE64_STANDARD.encode(Sha512::digest(fs::read(&archive).unwrap()));
        let right = Package { platform: "linux-x64", sha512: sha512.leak() };
        let pinned = Package { platform: "linux-x64", sha512: PLATFORMS[0].3 };

        assert!(check(&archive, &right).is_ok());
        assert!(matches!(check(&archive, &pinned), Err(FetchError::Altered)));
    }
}
