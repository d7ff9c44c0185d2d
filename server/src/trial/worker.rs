//! Owns a worker from inside: a process that tries changes for the server until the server is gone.

use super::frame::{self, Order};
use super::workbench::Workbench;
use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, sync_channel};

/// The hidden subcommand under which this program is a worker; the next argument is its memory in bytes.
pub const RUN_WORKER: &str = "trial-worker";
/// The CRDT reads what is nested by recursion.
const STACK_BYTES: usize = 64 << 20;

/// Is a worker. Comes back only with the reason why it could not be one: it ends with its input.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> io::Error {
    let memory = arguments.next().and_then(|text| text.to_str()?.parse().ok());
    match memory.ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "how much memory?")).and_then(work) {
        Err(error) => error,
    }
}

/// The input is read beside the work: a worker that hangs must end with its server all the same.
fn work(memory_bytes: u64) -> io::Result<Infallible> {
    contain(memory_bytes)?;
    // What a panic says may be content, and whoever sends hostile changes could fill the log.
    std::panic::set_hook(Box::new(|_| {}));
    let (orders, waiting) = sync_channel(1);
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let worked = catch_unwind(AssertUnwindSafe(|| answer_all(&waiting)));
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

fn answer_all(orders: &Receiver<Vec<u8>>) -> io::Result<()> {
    let (mut bench, mut output) = (Workbench::default(), io::stdout().lock());
    while let Ok(order) = orders.recv() {
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
