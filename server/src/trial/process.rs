//! Owns a worker from outside: started when it is needed, asked one thing at a time, replaced when it is gone.

use super::frame::{self, Order, Report};
use super::session::{Bench, Death};
use super::{TrialError, Workers, worker};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// How long the system may take until a process that ended is gone.
const BURIAL: Duration = Duration::from_secs(5);
/// Ends a process from outside; the CRDT never sends it to itself. Also what the system does when memory runs out.
const FROM_OUTSIDE: [i32; 4] = [1, 2, 9, 15];
/// The system's word for a process that has used the CPU that it may use.
const OUT_OF_CPU: i32 = 24;

/// A worker, running or not.
#[derive(Debug)]
pub(super) struct Process {
    workers: Workers,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    orders: ChildStdin,
    reports: ChildStdout,
    /// An order was sent whose report was not read: whoever asked has left.
    is_owing: bool,
}

impl Process {
    pub(super) fn new(workers: Workers) -> Self {
        Self { workers, running: None }
    }

    /// A worker that owes nobody an answer. Nothing of this process but its program is passed on.
    fn ready(&mut self) -> io::Result<&mut Running> {
        if self.running.as_ref().is_some_and(|running| running.is_owing) {
            self.running = None;
        }
        let running = match self.running.take() {
            Some(running) => running,
            None => start(&self.workers)?,
        };
        Ok(self.running.insert(running))
    }

    /// Why it stopped answering.
    async fn bury(&mut self) -> Death {
        let Some(mut running) = self.running.take() else { return Death::Outside };
        let ended = tokio::time::timeout(BURIAL, running.child.wait()).await;
        match ended {
            Ok(Ok(status)) => death_by(status),
            _ => Death::Itself,
        }
    }
}

impl Bench for Process {
    async fn ask(&mut self, order: Order) -> Result<Result<Report, Death>, TrialError> {
        let patience = self.workers.patience;
        let order = frame::encode(&order).map_err(|_| TrialError::Confused)?;
        let running = self.ready().map_err(TrialError::NoWorker)?;
        let death = match tokio::time::timeout(patience, running.exchange(&order)).await {
            Ok(Ok(report)) => return Ok(Ok(report)),
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                self.running = None;
                return Err(TrialError::Confused);
            }
            Ok(Err(_)) => self.bury().await,
            // It used little CPU, or it would have been ended for that: nothing that it was asked is to blame.
            Err(_) => {
                self.running = None;
                return Err(TrialError::Disturbed);
            }
        };
        tracing::warn!(?death, "a worker that tries changes is replaced");
        metrics::counter!("floorwalk_trial_workers_replaced_total", "death" => death.name()).increment(1);
        Ok(Err(death))
    }
}

impl Running {
    async fn exchange(&mut self, order: &[u8]) -> io::Result<Report> {
        self.is_owing = true;
        self.orders.write_all(order).await?;
        self.orders.flush().await?;
        let mut length = [0; 4];
        self.reports.read_exact(&mut length).await?;
        let mut report = vec![0; frame::length(length)?];
        self.reports.read_exact(&mut report).await?;
        self.is_owing = false;
        frame::decode(&report)
    }
}

fn start(workers: &Workers) -> io::Result<Running> {
    let mut child = Command::new(&workers.program)
        .arg(worker::RUN_WORKER)
        .arg(workers.memory_bytes.to_string())
        .arg(workers.cpu_seconds.to_string())
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // A signal from the terminal is for the server: it drains first.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let missing = || io::Error::other("a child without pipes");
    let orders = child.stdin.take().ok_or_else(missing)?;
    let reports = child.stdout.take().ok_or_else(missing)?;
    Ok(Running { child, orders, reports, is_owing: false })
}

fn death_by(status: ExitStatus) -> Death {
    match status.signal() {
        Some(OUT_OF_CPU) => Death::Hung,
        Some(signal) if FROM_OUTSIDE.contains(&signal) => Death::Outside,
        _ => Death::Itself,
    }
}
