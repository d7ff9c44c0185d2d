//! Owns what the fuzzer does with bytes: one function for each border that bytes of strangers cross, which panics when a promise
//! is broken. The fuzzer (`fuzz/`) and a test, which plays everything that was ever worth keeping again, call the same ones.

mod cursor;
mod gate;
mod ingest;
pub mod seeds;
mod wire;

/// A border.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, in `fuzz/` and in the corpus.
    pub name: &'static str,
    /// Brings these bytes there.
    ///
    /// # Panics
    /// If a promise is broken.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "precheck", run: gate::precheck },
    Target { name: "canonical", run: gate::canonical },
    Target { name: "ingest", run: ingest::ingest },
    Target { name: "wire", run: wire::wire },
    Target { name: "cursor", run: cursor::cursor },
];

/// The one of this name.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
