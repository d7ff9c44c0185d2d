//! Owns randomness: the one place that asks the system for random bytes.

use rand::Rng;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use std::sync::{Arc, Mutex, PoisonError};

/// Where random bytes come from.
#[derive(Clone)]
pub struct Randomness(Arc<Mutex<dyn Rng + Send>>);

impl Randomness {
    /// The system's source, fit for keys.
    pub fn system() -> Self {
        Self::from_rng(UnwrapErr(SysRng))
    }

    /// This generator; a seeded one makes a run repeatable.
    pub fn from_rng(rng: impl Rng + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(rng)))
    }

    /// So many random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        // A generator has no state that a panic elsewhere could leave half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }
}

impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Randomness")
    }
}
