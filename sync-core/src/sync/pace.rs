//! Owns how much one exchange carries, learnt from how fast the last ones went.

/// How long one exchange should take, so that a window of two seconds always ends with something stored.
pub const WINDOW_MS: i64 = 2_000;

/// How many bytes to put into one window, within bounds.
///
/// Doubles after a full load that took less than half the window, halves when the window was missed.
/// Halving and doubling is coarse on purpose: a phone moves between networks faster than an average
/// converges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    bytes: usize,
    floor: usize,
    ceiling: usize,
}

impl Pace {
    /// The pace for changes sent: one cut to begin with.
    pub const UPLINK: Self = Self { bytes: 32 << 10, floor: 4 << 10, ceiling: 1 << 20 };
    /// The pace for answers. An answer that is cut costs its last group, so a long one risks little: it only makes
    /// what is written meanwhile wait.
    pub const DOWNLINK: Self = Self { bytes: 1 << 20, floor: 64 << 10, ceiling: 8 << 20 };

    /// How many bytes to plan for.
    pub const fn bytes(self) -> usize {
        self.bytes
    }

    /// Learns from a load that arrived.
    pub fn took(&mut self, bytes: usize, ms: i64) {
        if ms > WINDOW_MS {
            self.missed();
        } else if bytes >= self.bytes / 2 && ms <= WINDOW_MS / 2 {
            self.bytes = (self.bytes * 2).min(self.ceiling);
        }
    }

    /// Learns that a load had not arrived after so long. A connection that breaks at once says nothing.
    pub fn lost(&mut self, ms: i64) {
        if ms >= WINDOW_MS / 2 {
            self.missed();
        }
    }

    /// Plans for half of it.
    pub fn missed(&mut self) {
        self.bytes = (self.bytes / 2).max(self.floor);
    }

    /// Never plans for more than this.
    pub fn limit(&mut self, ceiling: usize) {
        self.ceiling = ceiling.max(self.floor);
        self.bytes = self.bytes.min(self.ceiling);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_link_doubles_until_the_ceiling_and_a_slow_one_halves_until_the_floor() {
        let mut pace = Pace::UPLINK;
        for _ in 0..20 {
            pace.took(pace.bytes(), 100);
        }
        assert_eq!(pace.bytes(), 1 << 20);

        for _ in 0..20 {
            pace.took(pace.bytes(), 3_000);
        }
        assert_eq!(pace.bytes(), 4 << 10);
    }

    #[test]
    fn a_small_load_says_nothing_about_a_large_one() {
        let mut pace = Pace::UPLINK;
        pace.took(100, 5);
        assert_eq!(pace, Pace::UPLINK);
    }

    #[test]
    fn at_400_kbit_per_second_it_settles_where_the_window_is_used_and_kept() {
        let mut pace = Pace::UPLINK;
        for _ in 0..50 {
            let ms = (pace.bytes() / 50) as i64;
            pace.took(pace.bytes(), ms);
            assert!(pace.bytes() / 50 <= 2_000);
        }
        assert!(pace.bytes() >= 32 << 10);
    }
}
