//! Running a Postgres program as a child that steps down from root and dies with its parent.
//!
//! Two sides of one conversation: [`Launcher`] makes the child out of this same program, and
//! [`exec_postgres`] is what the child does before it becomes Postgres. The program is executed again
//! because between `fork` and `exec` only unsafe code could do this work, and through `/proc/self/exe`
//! because a program below a closed directory cannot be executed by name once root's rights are gone.

use std::{
    convert::Infallible,
    ffi::{OsStr, OsString},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{ClusterError, account::Account};

/// The hidden subcommand of the server program that ends in [`exec_postgres`].
pub const RUN_POSTGRES: &str = "run-postgres";

/// Makes commands that run Postgres programs under the right account.
#[derive(Debug, Clone)]
pub(super) struct Launcher {
    program: PathBuf,
    account: Option<Account>,
}

impl Launcher {
    pub(super) fn new(program: PathBuf, account: Option<Account>) -> Self {
        Self { program, account }
    }

    pub(super) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// A command that becomes `program`; arguments may be added to it.
    ///
    /// It gets an environment of its own: the server's may hold secrets, and Postgres reads many variables.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.program);
        let account = self.account.as_ref().map(|account| format!("{}:{}", account.uid, account.gid));
        command
            .arg(RUN_POSTGRES)
            .arg(std::process::id().to_string())
            .arg(account.as_deref().unwrap_or("-"))
            .arg(program)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin")
            .envs([("LC_ALL", "C"), ("TZ", "UTC")])
            .current_dir("/")
            .stdin(Stdio::null());
        command
    }
}

/// What the child was asked to become.
#[derive(Debug, PartialEq, Eq)]
struct Order {
    parent: i32,
    account: Option<(u32, u32)>,
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl Order {
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let mut arguments = arguments.into_iter();
        let parent = arguments.next()?.to_str()?.parse().ok()?;
        let account = match arguments.next()?.to_str()? {
            "-" => None,
            numbers => {
                let (uid, gid) = numbers.split_once(':')?;
                Some((uid.parse().ok()?, gid.parse().ok()?))
            }
        };
        let program = PathBuf::from(arguments.next()?);
        Some(Self { parent, account, program, arguments: arguments.collect() })
    }
}

/// Become a Postgres program; comes back only with the reason why that failed.
///
/// `arguments` are those after the name of the subcommand [`RUN_POSTGRES`].
pub fn exec_postgres(arguments: impl IntoIterator<Item = OsString>) -> ClusterError {
    match become_postgres(arguments) {
        Err(error) => error,
    }
}

fn become_postgres(arguments: impl IntoIterator<Item = OsString>) -> Result<Infallible, ClusterError> {
    let order = Order::parse(arguments).ok_or(ClusterError::Usage)?;
    let failed = |source| ClusterError::Launch { program: order.program.clone(), source };
    let mut command = Command::new(&order.program);
    command.args(&order.arguments);
    // The order matters: the kernel forgets the death signal when the user changes.
    step_down(order.account, &mut command).map_err(failed)?;
    die_with_parent().map_err(failed)?;
    // A parent that died before the line above sent no signal.
    if parent() != Some(order.parent) {
        return Err(ClusterError::ParentGone);
    }
    Err(failed(command.exec()))
}

#[cfg(target_os = "linux")]
fn step_down(account: Option<(u32, u32)>, _: &mut Command) -> std::io::Result<()> {
    use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

    let Some((uid, gid)) = account else { return Ok(()) };
    let (uid, gid) = (rustix::process::Uid::from_raw(uid), rustix::process::Gid::from_raw(gid));
    // These change the calling thread alone, which is the one that `exec` keeps.
    set_thread_groups(&[])?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn step_down(account: Option<(u32, u32)>, command: &mut Command) -> std::io::Result<()> {
    if let Some((uid, gid)) = account {
        command.uid(uid).gid(gid);
    }
    Ok(())
}

/// Ask for a fast shutdown of Postgres when the server dies, however it dies.
#[cfg(target_os = "linux")]
fn die_with_parent() -> std::io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::INT))?;
    Ok(())
}

/// Other systems cannot: there, the next server ends the Postgres that was left behind.
#[cfg(not(target_os = "linux"))]
fn die_with_parent() -> std::io::Result<()> {
    Ok(())
}

fn parent() -> Option<i32> {
    rustix::process::getppid().map(rustix::process::Pid::as_raw_pid)
}

/// The program that this process runs, in a spelling that can be executed whatever lies above it.
pub(super) fn own_program() -> PathBuf {
    let link = Path::new("/proc/self/exe");
    if link.exists() {
        return link.to_path_buf();
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from(OsStr::new("server")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Option<Order> {
        Order::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn what_the_launcher_writes_the_child_reads() {
        let launcher = Launcher::new("/proc/self/exe".into(), None);
        let mut command = launcher.command(Path::new("/usr/bin/postgres"));
        command.args(["-D", "/data"]);

        let mut written = command.get_args().map(OsStr::to_os_string);

        assert_eq!(written.next().as_deref(), Some(OsStr::new(RUN_POSTGRES)));
        let order = Order::parse(written).expect("an order");
        assert_eq!(order.parent, i32::try_from(std::process::id()).expect("a process number"));
        assert_eq!((order.account, order.program), (None, PathBuf::from("/usr/bin/postgres")));
        assert_eq!(order.arguments, ["-D", "/data"]);
    }

    #[test]
    fn an_order_that_is_not_complete_is_refused() {
        assert_eq!(parse(&["1", "106:112", "/bin/x"]).expect("an order").account, Some((106, 112)));
        for wrong in [&["1", "106:112"][..], &["x", "-", "/bin/x"], &["1", "106", "/bin/x"], &[]] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_child_whose_parent_is_gone_does_not_start_postgres() {
        let not_our_parent = "1073741824".to_owned();
        let arguments = [not_our_parent, "-".to_owned(), "/bin/false".to_owned()].map(OsString::from);

        assert!(matches!(exec_postgres(arguments), ClusterError::ParentGone));
    }
}
