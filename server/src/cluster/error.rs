//! What can go wrong with the private cluster, in words that say what to do about it. Decides nothing.

use std::{io, path::PathBuf};

use super::FetchError;

/// Why the private cluster cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// A file or directory of the cluster could not be created, read or changed.
    #[error("cannot {action} {path}")]
    File {
        /// The verb and, where it helps, the object: `create`, `read`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the operating system answered.
        #[source]
        source: io::Error,
    },
    /// Another process owns the directory.
    #[error(
        "the data directory {directory} is in use by another server{}; stop that one, give this one \
         a data directory of its own, or give both the same database URL", in_words(*.process)
    )]
    InUse {
        /// The data directory.
        directory: PathBuf,
        /// The owner, as far as it left its number.
        process: Option<i32>,
    },
    /// The data belongs to another account and this process is not root.
    #[error(
        "the database in {path} belongs to user number {owner}, and Postgres runs only as the owner of \
         its data: start the server as that user or as root"
    )]
    OtherOwner {
        /// The database's directory.
        path: PathBuf,
        /// The user number that owns it.
        owner: u32,
    },
    /// The data belongs to root, under whom Postgres refuses to run.
    #[error(
        "the database in {path} belongs to root, and Postgres refuses to run as root: give it to an \
         ordinary account, for example with `chown -R postgres {path}`"
    )]
    OwnedByRoot {
        /// The database's directory.
        path: PathBuf,
    },
    /// Started by root on a machine without an account to step down to.
    #[error(
        "Postgres refuses to run as root, and this machine has neither an account `postgres` nor \
         `nobody`: start the server as an ordinary user, or give it a database URL"
    )]
    NoAccount,
    /// A directory on the way is closed to the account that Postgres runs under.
    #[error(
        "the account {account}, under which Postgres runs when root starts the server, cannot reach \
         {target}: {closed} is closed to it (mode {mode:04o}). Use a directory such as \
         /var/lib/floorwalk, or open the way with `chmod o+x {closed}`"
    )]
    Unreachable {
        /// Who has to get there.
        account: String,
        /// Where it has to get to.
        target: PathBuf,
        /// The first directory that stops it.
        closed: PathBuf,
        /// The permission bits of that directory.
        mode: u32,
    },
    /// No Postgres on this machine, and none could be fetched.
    #[error(
        "no PostgreSQL 15 or newer (initdb and postgres) was found on this machine. Install it with \
         `{install}`, name its directory of programs, or give the server a database URL"
    )]
    NoBinaries {
        /// The command that installs it here.
        install: String,
    },
    /// The directory of programs that was named does not hold what is needed.
    #[error(
        "{directory} does not hold the programs initdb and postgres of PostgreSQL 15 or newer, open to \
         the account that has to run them"
    )]
    NotBinaries {
        /// The directory that was named.
        directory: PathBuf,
    },
    /// The data was made by another major release than the programs at hand.
    #[error(
        "the database in {directory} was made by PostgreSQL {needed}, which was not found (found: \
         {found}). Nothing was changed. Install it with `{install}`, or move the data to the new release \
         with pg_upgrade"
    )]
    OtherMajor {
        /// The database's directory.
        directory: PathBuf,
        /// The release that made the data.
        needed: u32,
        /// The releases at hand, for reading.
        found: String,
        /// The command that installs the needed one here.
        install: String,
    },
    /// The place of the database holds something else.
    #[error(
        "{path} exists but is not a PostgreSQL data directory (it has no readable PG_VERSION). Nothing \
         was changed; move it away to let the server make a new database"
    )]
    NotADatabase {
        /// The directory.
        path: PathBuf,
    },
    /// Fetching the packaged Postgres failed.
    #[error("no PostgreSQL was found, and fetching one failed; install it with `{install}`")]
    Fetch {
        /// The command that installs Postgres here.
        install: String,
        /// What went wrong.
        #[source]
        source: FetchError,
    },
    /// `initdb` failed.
    #[error("initdb could not make the database in {directory}:\n{output}")]
    Initdb {
        /// The data directory.
        directory: PathBuf,
        /// What `initdb` said.
        output: String,
    },
    /// The directory for the socket is not safely ours.
    #[error(
        "the socket directory {path} exists and is not private to the account that Postgres runs under; \
         remove it, or use a data directory with a shorter path"
    )]
    SocketDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// A postmaster of an earlier server does not end.
    #[error(
        "a Postgres left by an earlier server (process {process}) does not stop; end it with \
         `kill -QUIT {process}` and start again"
    )]
    Orphan {
        /// Its process number.
        process: i32,
    },
    /// Postgres ended instead of becoming ready.
    #[error("Postgres does not start; the end of {log} says:\n{tail}")]
    Start {
        /// The whole log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The child process could not be made, or could not become Postgres.
    #[error("cannot run {program}")]
    Launch {
        /// The program that was to run.
        program: PathBuf,
        /// What the operating system answered.
        #[source]
        source: io::Error,
    },
    /// The internal subcommand that starts Postgres was called by somebody else than the server.
    #[error("`run-postgres` is called by the server itself and takes: PARENT UID:GID|- PROGRAM ARGUMENTS..")]
    Usage,
    /// The server that wanted Postgres ended before Postgres was started.
    #[error("the server ended before Postgres was started")]
    ParentGone,
    /// The thread that owns the cluster could not be made.
    #[error("cannot start the thread that looks after Postgres")]
    Thread(#[source] io::Error),
    /// The thread that owns the cluster ended without an answer.
    #[error("the thread that looks after Postgres ended unexpectedly; this is a fault in the server")]
    Supervisor,
}

impl ClusterError {
    /// Name the file that an I/O error is about.
    pub(super) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}

fn in_words(process: Option<i32>) -> String {
    process.map(|number| format!(" (process {number})")).unwrap_or_default()
}
