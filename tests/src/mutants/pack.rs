//! Owns the workers: one for each core, their orders, and what it means when one falls silent or dies.

use super::tally::Tally;
use super::worker::{Fate, Order, RUN_WORKER, Step, Word};
use super::{BLOCK, Mutant, Settings, described};
use anyhow::{Context, bail};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A trial of these documents takes milliseconds; building one that is not there yet takes longer, without optimisation.
const DEADLINE: Duration = Duration::from_secs(20);

/// Meets all of them.
///
/// # Errors
/// If a worker fails at something that is not the gate's work.
pub async fn meet_all(settings: Settings) -> anyhow::Result<Tally> {
    let blocks = Arc::new(AtomicU64::new(settings.first / BLOCK));
    let mut workers = JoinSet::new();
    for _ in 0..std::thread::available_parallelism()?.get() {
        workers.spawn(work(settings, blocks.clone()));
    }
    let mut tally = Tally::default();
    while let Some(counted) = workers.join_next().await {
        tally.add_all(counted??);
    }
    Ok(tally)
}

/// Takes one block after the other until there are no more.
async fn work(settings: Settings, blocks: Arc<AtomicU64>) -> anyhow::Result<Tally> {
    let mut lead = Lead { worker: Worker::start()?, tally: Tally::default() };
    let end = settings.first.saturating_add(settings.count);
    loop {
        let block = blocks.fetch_add(1, Ordering::Relaxed);
        let (begins, ends) = (block * BLOCK, (block + 1) * BLOCK);
        if begins >= end {
            return Ok(lead.tally);
        }
        let (first, end) = (begins.max(settings.first), ends.min(end));
        lead.carry_out(Order { seed: settings.seed, block, first, end }).await?;
    }
}

/// A worker, and what it did.
struct Lead {
    worker: Worker,
    tally: Tally,
}

/// How an order ended.
enum Ending {
    /// All of it is done.
    Idle,
    /// The worker is dead.
    Died,
    /// It says nothing.
    Silent,
}

impl Lead {
    /// Has an order carried out, by as many workers as it takes.
    async fn carry_out(&mut self, mut order: Order) -> anyhow::Result<()> {
        while order.first < order.end {
            self.worker.tell(&order).await?;
            let mut doing = None;
            let ending = self.listen(order.seed, &mut doing).await?;
            if matches!(ending, Ending::Idle) {
                return Ok(());
            }
            self.worker.child.kill().await?;
            let (number, step) = doing.context("a worker ended before it began")?;
            self.count_end(Mutant { seed: order.seed, number }, step, &ending)?;
            self.worker = Worker::start()?;
            order.first = number + 1;
        }
        Ok(())
    }

    /// Counts what the worker says, and keeps what it is doing.
    async fn listen(&mut self, seed: u64, doing: &mut Option<(u64, Step)>) -> anyhow::Result<Ending> {
        loop {
            let Ok(line) = timeout(DEADLINE, self.worker.lines.next_line()).await else {
                return Ok(Ending::Silent);
            };
            let Some(line) = line? else { return Ok(Ending::Died) };
            match serde_json::from_str(&line) {
                Ok(Word::Idle) => return Ok(Ending::Idle),
                Ok(Word::Doing(number, step)) => *doing = Some((number, step)),
                Ok(Word::Done(number, fate)) => self.count(Mutant { seed, number }, &fate)?,
                // The CRDT prints what it stumbled over.
                Err(_) => {}
            }
        }
    }

    fn count(&mut self, mutant: Mutant, fate: &Fate) -> anyhow::Result<()> {
        self.tally.add(fate);
        match fate {
            Fate::Refused(_) | Fate::Accepted => {}
            Fate::Differs(what) => eprintln!("let through: {what}: {}", described(mutant)?),
            Fate::Panicked => eprintln!("the gate panics: {}", described(mutant)?),
        }
        Ok(())
    }

    fn count_end(&mut self, mutant: Mutant, step: Step, ending: &Ending) -> anyhow::Result<()> {
        let how = if matches!(ending, Ending::Silent) { "hangs" } else { "dies" };
        match (step, ending) {
            (Step::Make, _) => bail!("making a mutant fails, {how}: {mutant:?}"),
            (Step::Read, Ending::Silent) => self.tally.hangs += 1,
            (Step::Read, _) => self.tally.panics += 1,
            (Step::Try, _) => self.tally.add_death(),
            (Step::Check, _) => self.tally.differ += 1,
        }
        eprintln!("the worker {how} at {step:?}: {}", described(mutant)?);
        Ok(())
    }
}

/// A worker's process; killed when this is dropped.
struct Worker {
    child: Child,
    orders: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program's own file")?;
        let mut child = Command::new(program)
            .arg(RUN_WORKER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let orders = child.stdin.take().context("orders go to a pipe")?;
        let lines = BufReader::new(child.stdout.take().context("words come from a pipe")?).lines();
        Ok(Self { child, orders, lines })
    }

    async fn tell(&mut self, order: &Order) -> anyhow::Result<()> {
        let line = format!("{}\n", serde_json::to_string(order)?);
        Ok(self.orders.write_all(line.as_bytes()).await?)
    }
}
