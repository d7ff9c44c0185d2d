//! Owns how long to stay away after a failure. Does not know what failed.

use crate::time::Timestamp;
use rand::{Rng, RngExt};

/// The shortest wait after a failure.
pub const FLOOR_MS: i64 = 1_000;
/// The longest wait that failures alone lead to.
pub const CEILING_MS: i64 = 5 * 60_000;
/// The longest wait that a server can impose.
pub const IMPOSED_CEILING_MS: i64 = 60 * 60_000;

/// Exponential wait with full jitter, and the wait that the server itself asked for.
///
/// The two differ in who may cut them short: a new network or a person's ask ends the first, nothing
/// ends the second.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    failures: u32,
    until: Option<Timestamp>,
    imposed_until: Option<Timestamp>,
}

impl Backoff {
    /// Waits longer than after the failure before.
    pub fn failed(&mut self, now: Timestamp, rng: &mut impl Rng) {
        self.failures = self.failures.saturating_add(1);
        let top = FLOOR_MS.saturating_mul(1 << self.failures.min(16)).min(CEILING_MS);
        self.until = Some(now.plus_ms(rng.random_range(FLOOR_MS..=top)));
    }

    /// Waits about as long as given, where trying sooner cannot help.
    pub fn pause(&mut self, now: Timestamp, ms: i64, rng: &mut impl Rng) {
        self.failures = self.failures.saturating_add(1);
        self.until = Some(now.plus_ms(spread(ms, rng)));
    }

    /// Waits at least as long as the server asked, within reason, and a little longer: everybody else
    /// was asked the same.
    pub fn impose(&mut self, now: Timestamp, retry_after_ms: u64, rng: &mut impl Rng) {
        let asked = i64::try_from(retry_after_ms).unwrap_or(i64::MAX).clamp(FLOOR_MS, IMPOSED_CEILING_MS);
        let until = now.plus_ms(asked + rng.random_range(0..=asked / 4));
        self.imposed_until = self.imposed_until.max(Some(until));
    }

    /// Forgets everything: the server answered.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Forgets how often it failed, as data has moved since; the wait that runs stays.
    pub fn moved(&mut self) {
        self.failures = 0;
    }

    /// Ends the wait that nobody imposed: the network is another one.
    pub fn cut_short(&mut self) {
        self.failures = 0;
        self.until = None;
    }

    /// Until when nothing starts by itself.
    pub fn until(&self) -> Option<Timestamp> {
        self.until.max(self.imposed_until)
    }

    /// Until when nothing starts at all.
    pub fn imposed_until(&self) -> Option<Timestamp> {
        self.imposed_until
    }
}

/// A time near `ms`, up to a tenth earlier or later, so that phones do not march in step.
pub fn spread(ms: i64, rng: &mut impl Rng) -> i64 {
    let tenth = ms / 10;
    ms - tenth + rng.random_range(0..=2 * tenth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn waits(seed: u64, failures: usize) -> Vec<i64> {
        let (mut backoff, mut rng) = (Backoff::default(), Xoshiro256PlusPlus::seed_from_u64(seed));
        let mut wait = || {
            backoff.failed(NOW, &mut rng);
            backoff.until().unwrap().ms_since(NOW)
        };
        (0..failures).map(|_| wait()).collect()
    }

    #[test]
    fn each_failure_doubles_the_ceiling_from_two_seconds_to_five_minutes() {
        for seed in 0..200 {
            for (n, wait) in waits(seed, 40).into_iter().enumerate() {
                let top = (2_000_i64 << n.min(20)).min(CEILING_MS);
                assert!((FLOOR_MS..=top).contains(&wait), "seed {seed}: wait {n} is {wait} ms");
            }
        }
    }

    #[test]
    fn phones_that_fail_together_do_not_come_back_together() {
        let mut tenth: Vec<i64> = (0..500).map(|seed| waits(seed, 10)[9]).collect();
        tenth.sort_unstable();
        tenth.dedup();
        assert!(tenth.len() > 450, "only {} different waits", tenth.len());
        assert!(tenth[0] < 30_000 && tenth[tenth.len() - 1] > 270_000, "the whole range is used");
    }

    #[test]
    fn an_absurd_retry_after_is_capped_and_a_new_network_does_not_end_it() {
        let (mut backoff, mut rng) = (Backoff::default(), Xoshiro256PlusPlus::seed_from_u64(1));
        for absurd in [u64::MAX, 1_000_000_000_000] {
            backoff.impose(NOW, absurd, &mut rng);
        }
        backoff.failed(NOW, &mut rng);
        backoff.cut_short();

        let wait = backoff.until().unwrap().ms_since(NOW);
        assert!((IMPOSED_CEILING_MS..=IMPOSED_CEILING_MS * 5 / 4).contains(&wait), "{wait}");
        assert_eq!(backoff.until(), backoff.imposed_until());
    }
}
