//! One run of Postgres: ending what an earlier server left, starting, waiting until it answers, stopping.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use super::{
    ClusterError,
    binaries::Binaries,
    launch::Launcher,
    layout::{Layout, PORT},
};

const POLL: Duration = Duration::from_millis(10);
/// How long a stop may take before it becomes an immediate one, in polls: a checkpoint on a slow disk.
const PATIENCE_POLLS: u32 = 3_000;
/// How long an immediate stop may take.
const LAST_POLLS: u32 = 1_000;
/// The backends of a killed postmaster notice within moments; each try takes at least this long.
const ORPHANED_BACKENDS_PAUSE: Duration = Duration::from_millis(250);
const ORPHANED_BACKENDS_TRIES: u32 = 240;
const LOG_TAIL_LINES: usize = 12;

/// What durability rests on is set here, where no file in the data directory can turn it off.
///
/// The log is kept terse because the values in a failed statement may be somebody's notes.
const SETTINGS: [&str; 11] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "shared_buffers=64MB",
    "max_connections=60",
    "logging_collector=off",
    "log_destination=stderr",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
];

/// What Postgres writes into its `postmaster.pid`, as far as we read it.
#[derive(Debug, PartialEq, Eq)]
struct PidFile {
    pid: i32,
    ready: bool,
}

impl PidFile {
    fn read(layout: &Layout) -> io::Result<Option<Self>> {
        match fs::read_to_string(layout.pid_file()) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Line 1 is the process, line 8 (written last) its state. An unfinished file counts as not ready.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        let pid = lines.next()?.parse().ok()?;
        Some(Self { pid, ready: lines.nth(6) == Some("ready") })
    }
}

/// A Postgres that is our child and answers.
#[derive(Debug)]
pub(super) struct Postmaster {
    child: Child,
}

/// How one try to start ended.
enum Start {
    Ready(Postmaster),
    Ended { tail: String },
}

impl Postmaster {
    /// Start Postgres and wait until it answers, however long its recovery takes.
    ///
    /// Tried again while backends of a killed postmaster still hold the shared memory.
    pub(super) fn start(
        layout: &Layout,
        launcher: &Launcher,
        binaries: &Binaries,
    ) -> Result<Self, ClusterError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match Self::try_start(layout, launcher, binaries)? {
                Start::Ready(postmaster) => return Ok(postmaster),
                Start::Ended { tail } if is_held_by_orphans(&tail) && tries < ORPHANED_BACKENDS_TRIES => {
                    thread::sleep(ORPHANED_BACKENDS_PAUSE);
                }
                Start::Ended { tail } => return Err(ClusterError::Start { log: layout.log(), tail }),
            }
        }
    }

    fn try_start(layout: &Layout, launcher: &Launcher, binaries: &Binaries) -> Result<Start, ClusterError> {
        let log = layout.open_log()?;
        let read_log = ClusterError::file("read", layout.log());
        let log_start = log.metadata().map(|found| found.len());
        let mut command = command(layout, launcher, binaries)?;
        let program = binaries.postgres();
        let mut child = log
            .try_clone()
            .and_then(|copy| command.stdout(copy).stderr(log).spawn())
            .map_err(|source| ClusterError::Launch { program, source })?;
        while !is_ready(layout, &child) {
            if has_ended(&mut child) {
                let tail = log_start.and_then(|start| log_tail(&layout.log(), start)).map_err(read_log)?;
                return Ok(Start::Ended { tail });
            }
            thread::sleep(POLL);
        }
        Ok(Start::Ready(Self { child }))
    }

    pub(super) fn has_ended(&mut self) -> bool {
        has_ended(&mut self.child)
    }

    /// Stop: sessions end, a checkpoint is written, and the next start needs no recovery.
    pub(super) fn stop(mut self) {
        let Some(pid) = pid(self.child.id()) else { return };
        let mut gone = || has_ended(&mut self.child);
        if !end(pid, &mut gone) {
            tracing::error!(process = pid.as_raw_pid(), "Postgres does not stop");
        }
    }
}

/// End a Postgres that an earlier server left, and wait until it is gone.
///
/// It may be doing its work as if nothing had happened, or be in the middle of its own shutdown. Either way
/// the next one is started as our child, so that there is only one way for a cluster to run.
pub(super) fn end_orphan(layout: &Layout) -> Result<(), ClusterError> {
    let Some(found) = read_pid_file(layout)? else { return Ok(()) };
    let Some(pid) = Pid::from_raw(found.pid) else { return Ok(()) };
    let mut gone = || !is_postmaster_of(layout, found.pid);
    if gone() {
        return Ok(());
    }
    tracing::warn!(process = found.pid, "ending the Postgres that an earlier server left");
    if end(pid, &mut gone) { Ok(()) } else { Err(ClusterError::Orphan { process: found.pid }) }
}

/// Whether a Postgres runs on this data and takes connections.
pub(super) fn is_running(layout: &Layout) -> Result<bool, ClusterError> {
    let found = read_pid_file(layout)?;
    Ok(found.is_some_and(|found| found.ready && is_postmaster_of(layout, found.pid)))
}

fn read_pid_file(layout: &Layout) -> Result<Option<PidFile>, ClusterError> {
    PidFile::read(layout).map_err(ClusterError::file("read", layout.pid_file()))
}

fn command(layout: &Layout, launcher: &Launcher, binaries: &Binaries) -> Result<Command, ClusterError> {
    use std::os::unix::process::CommandExt as _;

    let socket = layout.prepare_socket_directory(launcher.account())?;
    let mut command = launcher.command(&binaries.postgres());
    command.arg("-D").arg(layout.data()).arg("-k").arg(socket).arg("-p").arg(PORT.to_string());
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    // A group of its own: Ctrl-C in a terminal is for the server, which still needs its database to finish.
    command.process_group(0).stdin(Stdio::null());
    Ok(command)
}

fn is_ready(layout: &Layout, child: &Child) -> bool {
    // The number tells our child's file from one that a killed postmaster left.
    let ours = |found: &PidFile| u32::try_from(found.pid).is_ok_and(|pid| pid == child.id());
    PidFile::read(layout).ok().flatten().is_some_and(|found| ours(&found) && found.ready)
}

fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// Ask for a fast shutdown, then for an immediate one; true when it is gone.
fn end(pid: Pid, gone: &mut dyn FnMut() -> bool) -> bool {
    [(Signal::INT, PATIENCE_POLLS), (Signal::QUIT, LAST_POLLS)].into_iter().any(|(signal, polls)| {
        // A process that ended meanwhile cannot be signalled, and that is seen below.
        let _ = kill_process(pid, signal);
        (0..polls).any(|_| {
            let ended = gone();
            if !ended {
                thread::sleep(POLL);
            }
            ended
        })
    })
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

/// Whether this process is a postmaster on this data, and not another that got the number later.
fn is_postmaster_of(layout: &Layout, pid: i32) -> bool {
    let words = command_line(pid).unwrap_or_default();
    names_data(&words, &layout.data())
}

fn names_data(command_line: &[u8], data: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt as _;

    let data = data.as_os_str().as_bytes();
    command_line.split(|byte| [0, b' ', b'\n'].contains(byte)).any(|word| word == data)
        || command_line.split(|byte| *byte == 0).any(|word| word == data)
}

/// Empty for a process that ended and was not collected yet.
fn command_line(pid: i32) -> io::Result<Vec<u8>> {
    if Path::new("/proc/self/cmdline").exists() {
        return fs::read(PathBuf::from(format!("/proc/{pid}/cmdline")));
    }
    Ok(Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output()?.stdout)
}

fn is_held_by_orphans(log: &str) -> bool {
    ["pre-existing shared memory block", "lock file \"postmaster.pid\" already exists"]
        .iter()
        .any(|message| log.contains(message))
}

fn log_tail(path: &Path, start: u64) -> io::Result<String> {
    let mut log = File::open(path)?;
    log.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str =
        "4711\n/var/lib/floorwalk/pg\n1763761200\n5432\n/var/lib/floorwalk/s\n\n  32769  5\n";

    #[test]
    fn a_postmaster_is_ready_only_when_it_says_so() {
        let state = |line: &str| PidFile::parse(&format!("{WRITTEN}{line}\n"));

        assert_eq!(state("ready   "), Some(PidFile { pid: 4711, ready: true }));
        assert_eq!(state("stopping"), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(PidFile::parse(WRITTEN), Some(PidFile { pid: 4711, ready: false }));
        assert_eq!(PidFile::parse(""), None);
    }

    #[test]
    fn a_process_that_merely_got_the_number_is_not_taken_for_a_postmaster() {
        let data = Path::new("/srv/ours/pg");

        assert!(names_data(b"/usr/bin/postgres\0-D\0/srv/ours/pg\0-k\0/srv/ours/s\0", data));
        assert!(names_data(b"/usr/bin/postgres -D /srv/ours/pg -k /srv/ours/s\n", data));
        assert!(!names_data(b"/usr/bin/postgres\0-D\0/srv/ours/pg2\0", data));
        assert!(!names_data(b"vi\0/srv/other/pg\0", data));
        assert!(!names_data(b"", data));
    }

    #[test]
    fn only_what_goes_away_by_itself_is_tried_again() {
        assert!(is_held_by_orphans("FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use"));
        assert!(!is_held_by_orphans("FATAL:  could not write lock file \"postmaster.pid\": No space left"));
    }
}
