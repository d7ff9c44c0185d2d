//! Owns how a target of `tests::targets` runs under libFuzzer, which would take every panic for the end: most are the CRDT's, and
//! caught where they happen.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Before the first input: panics are written down, and no longer end the process.
pub fn begin() {
    set_hook(Box::new(|panic| LAST_PANIC.set(panic.to_string())));
}

/// Runs the target of this name; one that panics has found something.
pub fn run(name: &str, bytes: &[u8]) {
    let target = tests::targets::find(name).unwrap_or_else(|| panic!("there is no target {name}"));
    if catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_err() {
        eprintln!("{name}: {}", LAST_PANIC.take());
        std::process::abort();
    }
}
