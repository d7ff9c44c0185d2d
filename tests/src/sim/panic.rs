//! Owns the noticing of panics, also of those that somebody catches: they are counted by thread, and a history lives
//! on one thread. Not those of a trial: a server has that in a process of its own, and they are what it is for.

use server::trial::is_trying_here;
use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

static INSTALLED: Once = Once::new();

/// From now on panics are kept instead of printed.
pub fn watch() {
    INSTALLED.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            if !is_trying_here() {
                SEEN.with_borrow_mut(|seen| seen.push(panic.to_string()));
            }
        }));
    });
}

/// The panics of this thread since the last call.
pub fn take() -> Vec<String> {
    SEEN.take()
}
