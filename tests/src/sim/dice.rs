//! Owns the randomness of a history: streams of dice that follow from one seed and from what they are thrown for.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt, SeedableRng};

/// Dice for one purpose.
#[derive(Debug, Clone)]
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// Dice for this purpose: another purpose of the same seed throws other numbers, however often this one throws.
    pub fn of(seed: u64, purpose: &[u64]) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(purpose.iter().fold(seed, |mixed, part| mix(mixed, *part))))
    }

    /// A number below this one, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.random_range(0..end)
    }

    /// A number from one up to, and not including, another.
    pub fn between(&mut self, first: u64, end: u64) -> u64 {
        self.0.random_range(first..end)
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, per_cent: u64) -> bool {
        self.below(100) < per_cent
    }

    /// One of these, if there are any.
    pub fn choose<'c, T>(&mut self, from: &'c [T]) -> Option<&'c T> {
        let end = u64::try_from(from.len()).ok().filter(|end| *end > 0)?;
        usize::try_from(self.below(end)).ok().and_then(|place| from.get(place))
    }

    /// A place in something of this length, which is not 0.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// So many random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

/// The finaliser of SplitMix64: neighbouring inputs give unrelated outputs.
fn mix(seed: u64, part: u64) -> u64 {
    let mut mixed = seed ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
