//! Owns one phone of the load: what it writes, and what it counts.

use crate::phone::{plan_nth, sync_in_the_end, try_sync, write};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use server::demo::phone::Phone;
use sync_core::ids::{PersonId, TenureId};
use sync_core::replica::{PhoneClock, ReplicaError};
use sync_core::sync::Outcome;
use sync_core::time::Timestamp;

/// Meetings that both of a pair write in all the time.
const SHARED_MEETINGS: usize = 3;
/// Meetings that one phone of a pair plans alone, one after the other, before it begins at the first again.
const OWN_MEETINGS: usize = 150;

/// What a phone is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It only reads.
    Reads,
    /// It writes in the meetings of a pair.
    Writes {
        /// The pair.
        tenure: TenureId,
        /// Which of the pair's two phones it is.
        side: usize,
    },
}

impl Part {
    /// The phone on this side of a pair.
    pub(super) fn writing(tenure: TenureId, side: u32) -> Self {
        Self::Writes { tenure, side: side as usize }
    }
}

/// A phone of the load.
pub(super) struct Player {
    /// The phone.
    pub(super) phone: Phone,
    /// Whose it is.
    pub(super) person: PersonId,
    /// Its syncs that ended with everything sent and fetched.
    pub(super) syncs: u64,
    /// Edits that could not be made, because what the document builds on was not there.
    pub(super) unreadable: u64,
    part: Part,
    rounds: usize,
    dice: StdRng,
}

impl Player {
    /// Somebody's phone, with a part to play.
    pub(super) fn at(phone: Phone, person: PersonId, part: Part, seed: u64) -> Self {
        let dice = StdRng::seed_from_u64(seed);
        Self { phone, person, syncs: 0, unreadable: 0, part, rounds: 0, dice }
    }

    /// Whether it writes.
    pub(super) fn writes(&self) -> bool {
        self.part != Part::Reads
    }

    /// Reads again and again until it is time to stop.
    pub(super) async fn read_until(mut self, clock: PhoneClock, until: Timestamp) -> anyhow::Result<Self> {
        while clock() < until {
            self = self.sync().await?;
        }
        Ok(self)
    }

    /// Syncs once. A server that is too busy says so, and the next time carries what this one did not.
    pub(super) async fn sync(mut self) -> anyhow::Result<Self> {
        let outcome = try_sync(&self.phone).await?;
        self.syncs += u64::from(outcome == Outcome::UpToDate { pending: 0 });
        Ok(self)
    }

    /// Sends and fetches everything.
    pub(super) async fn sync_in_the_end(&self) -> anyhow::Result<()> {
        sync_in_the_end(&self.phone).await
    }

    /// Writes in a meeting that the partner writes in too, and in one that this phone plans alone.
    pub(super) fn write(&mut self) -> anyhow::Result<()> {
        let Part::Writes { tenure, side } = self.part else { return Ok(()) };
        let shared = self.dice.random_range(0..SHARED_MEETINGS);
        let own = SHARED_MEETINGS + 2 * (self.rounds % OWN_MEETINGS) + side;
        let words = format!("Round {} of side {side}. ", self.rounds);
        self.rounds += 1;
        for number in [shared, own] {
            let doc = plan_nth(&self.phone, tenure, number)?;
            match write(&self.phone, doc, &words) {
                Err(error) if is_unreadable(&error) => self.unreadable += 1,
                written => written?,
            }
        }
        Ok(())
    }
}

fn is_unreadable(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<ReplicaError>();
    error.is_some_and(|error| error.is_damage() || matches!(error, ReplicaError::NotHere(_)))
}
