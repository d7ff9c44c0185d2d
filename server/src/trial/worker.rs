//! Owns a worker from inside: a process that tries changes for the server until the server is gone.

use super::frame::{self, Order};
use super::workbench::Workbench;
use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, sync_channel};

/// The hidden subcommand under which this program is a worker; then come its memory in bytes, and the CPU of an order in
/// seconds.
pub const RUN_WORKER: &str = "trial-worker";
/// The CRDT reads what is nested by recursion.
const STACK_BYTES: usize = 64 << 20;

/// Is a worker. Comes back only with the reason why it could not be one: it ends with its input.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> io::Error {
    let mut number = || arguments.next().and_then(|text| text.to_str()?.parse().ok());
    let shares = number().zip(number());
    let shares = shares.ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "how much memory, and CPU?"));
    match shares.and_then(|(memory_bytes, cpu_seconds)| work(memory_bytes, cpu_seconds)) {
        Err(error) => error,
    }
}

/// The input is read beside the work: a worker that hangs must end with its server all the same.
fn work(memory_bytes: u64, cpu_seconds: u64) -> io::Result<Infallible> {
    contain(memory_bytes)?;
    // What a panic says may be content, and whoever sends hostile changes could fill the log.
    std::panic::set_hook(Box::new(|_| {}));
    let (orders, waiting) = sync_channel(1);
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let worked = catch_unwind(AssertUnwindSafe(|| answer_all(&waiting, cpu_seconds)));
        std::process::exit(if matches!(worked, Ok(Ok(()))) { 0 } else { 1 });
    })?;
    let mut input = io::stdin().lock();
    loop {
        match read(&mut input)? {
            Some(order) => orders.send(order).map_err(io::Error::other)?,
            None => std::process::exit(0),
        }
    }
}

fn answer_all(orders: &Receiver<Vec<u8>>, cpu_seconds: u64) -> io::Result<()> {
    let (mut bench, mut output) = (Workbench::default(), io::stdout().lock());
    while let Ok(order) = orders.recv() {
        allow_cpu(cpu_seconds)?;
        let report = bench.answer(frame::decode::<Order>(&order)?);
        output.write_all(&frame::encode(&report)?)?;
        output.flush()?;
    }
    Ok(())
}

/// The next message; none when the server is gone.
fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut message = vec![0; frame::length(length)?];
    input.read_exact(&mut message)?;
    Ok(Some(message))
}

/// So much more CPU, and the system ends this process. Time that passes says nothing: the machine may be busy.
fn allow_cpu(seconds: u64) -> io::Result<()> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let mut limit = getrlimit(Resource::Cpu);
    limit.current = Some(used + 1 + seconds);
    Ok(setrlimit(Resource::Cpu, limit)?)
}

/// Takes away what a worker does not need: memory beyond its share, and core dumps, which would hold content.
fn contain(memory_bytes: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let at_most = |bytes| Rlimit { current: Some(bytes), maximum: Some(bytes) };
    setrlimit(Resource::Core, at_most(0))?;
    setrlimit(Resource::As, at_most(memory_bytes))?;
    // When the machine runs out of memory, a worker is what can be spared.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    Ok(())
}
