//! Owns what the system knows about processes: whose child one is, and ending it at once. Linux only, as `/proc` is.

use anyhow::Context;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

/// Whose child this process is.
pub fn parent(process: Pid) -> anyhow::Result<Pid> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_pid()))?;
    parent_in(&stat).context("a process has a parent")
}

/// The children of this process.
pub fn children(process: Pid) -> anyhow::Result<Vec<Pid>> {
    let mut children = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(found) = entry?.file_name().to_str().and_then(pid) else { continue };
        // One that ended meanwhile is nobody's child.
        if parent(found).is_ok_and(|parent| parent == process) {
            children.push(found);
        }
    }
    Ok(children)
}

/// Kills these, one right after the other; whoever has ended already is no failure.
pub fn kill(processes: &[Pid]) -> anyhow::Result<()> {
    for process in processes {
        match kill_process(*process, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The process of this number.
pub fn pid(number: &str) -> Option<Pid> {
    Pid::from_raw(number.parse().ok()?)
}

/// `number (name) state parent ..`; the name may hold anything, blanks and brackets too.
fn parent_in(stat: &str) -> Option<Pid> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1).and_then(pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_full_of_brackets_does_not_hide_the_parent() {
        assert_eq!(parent_in("4711 (a) b (c) S 17 4711 4711 0 -1").map(Pid::as_raw_pid), Some(17));
        assert_eq!(parent_in("4711"), None);
    }

    #[test]
    fn this_process_is_a_child_of_its_parent() -> anyhow::Result<()> {
        let me = rustix::process::getpid();
        assert!(children(parent(me)?)?.contains(&me));
        Ok(())
    }
}
