//! Owns what a process costs: CPU of user and kernel together, and memory. The one place that asks for either, and
//! for the time that passes.

use anyhow::{Context, ensure};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use std::fs;
use std::ops::Sub;
use std::path::{Path, PathBuf};

/// What a process has cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// CPU of all its threads, ended ones included.
    pub cpu_us: u64,
    /// Memory that it holds.
    pub resident_kib: u64,
    /// The most that it held since that was last forgotten.
    pub peak_kib: u64,
}

/// What this process and its children have cost so far: a server and its workers are one.
pub fn own() -> anyhow::Result<Usage> {
    let mut usage = Usage { cpu_us: own_cpu_us(), ..memory(Path::new("/proc/self"))? };
    usage.cpu_us += Stat::read(Path::new("/proc/self")).map_or(0, |stat| stat.ended_children_us);
    for child in own_children()? {
        // A child may end while it is looked at.
        let Ok(held) = memory(&child) else { continue };
        usage.cpu_us += of_threads_us(&child).unwrap_or(0);
        usage.resident_kib += held.resident_kib;
        usage.peak_kib += held.peak_kib;
    }
    Ok(usage)
}

fn memory(process: &Path) -> anyhow::Result<Usage> {
    let status = fs::read_to_string(process.join("status"))?;
    let kib = |name: &str| -> anyhow::Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
        Ok(line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?)
    };
    Ok(Usage { cpu_us: 0, resident_kib: kib("VmRSS")?, peak_kib: kib("VmHWM")? })
}

fn own_children() -> anyhow::Result<Vec<PathBuf>> {
    let mut children = Vec::new();
    for thread in fs::read_dir("/proc/self/task")? {
        // A thread may end while it is looked at.
        let listed = fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
        children.extend(listed.split_whitespace().map(|pid| Path::new("/proc").join(pid)));
    }
    Ok(children)
}

/// CPU of this process.
pub fn own_cpu_us() -> u64 {
    microseconds(ClockId::ProcessCPUTime)
}

/// Time that passes, from some moment on; the same for all processes.
pub fn now_us() -> u64 {
    microseconds(ClockId::Monotonic)
}

/// Lets the peak begin anew from what is held now.
pub fn forget_peak() -> anyhow::Result<()> {
    fs::write("/proc/self/clear_refs", "5")?;
    for child in own_children()? {
        // A child may end while it is looked at.
        let _ = fs::write(child.join("clear_refs"), "5");
    }
    Ok(())
}

fn microseconds(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    time.tv_sec.unsigned_abs() * 1_000_000 + time.tv_nsec.unsigned_abs() / 1_000
}

/// A Postgres, with all its processes.
#[derive(Debug, Clone, Copy)]
pub struct Postgres {
    postmaster: u32,
}

impl Postgres {
    /// The one that this process is a backend of.
    pub fn of_backend(pid: i32) -> anyhow::Result<Self> {
        let stat =
            Stat::read(Path::new(&format!("/proc/{pid}"))).context("the backend is not on this machine")?;
        Ok(Self { postmaster: stat.parent })
    }

    /// CPU of all its processes, ended ones included (those in steps of 10 ms).
    pub fn cpu_us(&self) -> anyhow::Result<u64> {
        let mut sum = 0;
        for entry in fs::read_dir("/proc")? {
            let path = entry?.path();
            // A process may end while it is looked at; then its parent has counted it.
            let Some(stat) = Stat::read(&path) else { continue };
            if stat.pid == self.postmaster {
                sum += stat.ended_children_us;
            }
            if stat.pid == self.postmaster || stat.parent == self.postmaster {
                sum += on_cpu_us(&path).unwrap_or(0);
            }
        }
        ensure!(sum > 0, "Postgres is gone");
        Ok(sum)
    }
}

/// What the kernel says of a process.
struct Stat {
    pid: u32,
    parent: u32,
    ended_children_us: u64,
}

impl Stat {
    fn read(process: &Path) -> Option<Self> {
        let text = fs::read_to_string(process.join("stat")).ok()?;
        // The name may hold anything, also a parenthesis; the fields after it are numbers.
        let (before, after) = (text.split_once(' ')?.0, text.rsplit_once(") ")?.1);
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
        let ended_children_us = (ticks(13)? + ticks(14)?) * 10_000;
        Some(Self { pid: before.parse().ok()?, parent: fields.get(1)?.parse().ok()?, ended_children_us })
    }
}

/// Exact for a process of one thread, as those of Postgres are.
fn on_cpu_us(process: &Path) -> Option<u64> {
    let text = fs::read_to_string(process.join("schedstat")).ok()?;
    Some(text.split_whitespace().next()?.parse::<u64>().ok()? / 1_000)
}

/// CPU of the threads that a process has now, without its help.
pub fn of_threads_us(process: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for thread in fs::read_dir(process.join("task"))? {
        // A thread may end while it is looked at.
        sum += on_cpu_us(&thread?.path()).unwrap_or(0);
    }
    Ok(sum)
}

/// What one run cost: the difference of two readings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// CPU of the server.
    pub server_us: u64,
    /// CPU of Postgres.
    pub postgres_us: u64,
}

impl Sub for Spent {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            server_us: self.server_us.saturating_sub(earlier.server_us),
            postgres_us: self.postgres_us.saturating_sub(earlier.postgres_us),
        }
    }
}
