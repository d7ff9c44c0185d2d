//! Owns the two clocks that the engine counts with: one that never runs backwards, and the server's.

use crate::time::Timestamp;

/// The phone's clock without its jumps backwards.
///
/// A forward jump cannot be told from a sleep, and is harmless: what is due later comes sooner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steady {
    now: Timestamp,
    wall: Timestamp,
}

impl Steady {
    pub fn new(wall: Timestamp) -> Self {
        Self { now: wall, wall }
    }

    /// Moves on by what the phone's clock moved on.
    pub fn advance(&mut self, wall: Timestamp) {
        self.now = self.now.plus_ms(wall.ms_since(self.wall).max(0));
        self.wall = wall;
    }

    pub fn now(self) -> Timestamp {
        self.now
    }

    pub fn wall(self) -> Timestamp {
        self.wall
    }
}

/// How far the server's clock is from the phone's.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ServerClock {
    offset_ms: i64,
}

impl ServerClock {
    pub fn offset_ms(self) -> i64 {
        self.offset_ms
    }

    /// Takes the server's word, from a refusal for a wrong clock.
    pub fn set(&mut self, wall: Timestamp, server_time: Timestamp) {
        self.offset_ms = server_time.ms_since(wall);
    }

    /// Corrects the offset only as far as this answer proves it wrong: the server read its clock at some
    /// moment between our sending and our receiving, and on a slow link these are far apart.
    pub fn observe(&mut self, sent: Timestamp, received: Timestamp, server_time: Timestamp) {
        let (least, most) = (server_time.ms_since(received), server_time.ms_since(sent));
        if least <= most {
            self.offset_ms = self.offset_ms.clamp(least, most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_a_year_stops_nothing() {
        let mut steady = Steady::new(Timestamp(40_000_000_000));
        for (wall, expected) in [
            (40_000_000_500, 40_000_000_500),
            (5_000_000_000, 40_000_000_500),
            (5_000_000_250, 40_000_000_750),
        ] {
            steady.advance(Timestamp(wall));
            assert_eq!(steady.now(), Timestamp(expected));
        }
    }

    #[test]
    fn a_slow_answer_does_not_move_a_right_offset() {
        let mut clock = ServerClock::default();
        clock.observe(Timestamp(0), Timestamp(30_000), Timestamp(1_000));
        assert_eq!(clock.offset_ms(), 0);
        clock.observe(Timestamp(0), Timestamp(30_000), Timestamp(100_000));
        assert_eq!(clock.offset_ms(), 70_000);
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let mut clock = ServerClock::default();
        clock.set(Timestamp(i64::MIN), Timestamp(i64::MAX));
        clock.observe(Timestamp(i64::MAX), Timestamp(i64::MIN), Timestamp(i64::MIN));
        assert_eq!(clock.offset_ms(), i64::MAX);
    }
}
