//! Owns one round of killing a server or a database: everybody writes, a blow falls, what was acknowledged is looked
//! for, and everybody goes on by themselves. What the blow is, and how the server comes back, is the caller's.

use super::eventually;
use super::tally::Tally;
use super::team::Team;
use rand::RngExt;
use rand::rngs::StdRng;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// So many rounds write into the same meetings.
pub const ROUNDS_PER_DAY: u32 = 10;
/// When the blow falls, after everybody has begun to write.
const BLOW_AT_MS: Range<u64> = 50..900;

/// When in its round a blow falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// At a moment of the dice, or as soon after it as a request is in flight.
    AtWork,
    /// As soon after such a moment as somebody is told that their edit is on the server: now it must be.
    AtWord,
    /// At a moment of the dice, whatever goes on.
    Blind,
}

/// What phones reach until it was looked whether the server has what it acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meanwhile {
    /// Nothing. So nobody can give back what the server has lost before that was seen.
    CutOff,
    /// Whatever answers: they meet a server whose database is away, or is coming back.
    CallOn,
}

/// One round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// When the blow falls.
    pub aim: Aim,
    /// What phones reach then.
    pub meanwhile: Meanwhile,
}

impl Aim {
    /// Every other blow is aimed at work, the first one too: so at least half of them hit it.
    pub fn of(number: u32) -> Self {
        match number % 4 {
            0 | 2 => Self::AtWork,
            1 => Self::AtWord,
            _ => Self::Blind,
        }
    }

    /// Waits until this moment has come.
    async fn wait(self, team: &Team, dice: &mut StdRng) -> anyhow::Result<()> {
        tokio::time::sleep(Duration::from_millis(dice.random_range(BLOW_AT_MS))).await;
        let before = team.books.acknowledgements();
        match self {
            Self::AtWork => {
                eventually("a request in flight", async || Ok((team.in_flight() > 0).then_some(()))).await
            }
            Self::AtWord => {
                let is_told = || team.books.acknowledgements() > before;
                eventually("an acknowledgement", async || Ok(is_told().then_some(()))).await
            }
            Self::Blind => Ok(()),
        }
    }
}

impl Round {
    /// Plays it. `blow` kills, and comes back with the server's address once it is ready again.
    ///
    /// A kill is *inside* when at that moment a request had left a phone and its answer had not come in full. All of
    /// these requests push: nobody asks for a sync without having written.
    pub async fn play(
        self,
        team: &mut Team,
        (dice, tally): (&mut StdRng, &mut Tally),
        blow: impl AsyncFnOnce() -> anyhow::Result<String>,
    ) -> anyhow::Result<()> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = team.write(&stop)?;
        self.aim.wait(team, dice).await?;
        tally.inside += u32::from(team.in_flight() > 0);
        if self.meanwhile == Meanwhile::CutOff {
            team.cut();
        }
        let url = blow().await?;
        tally.kills += 1;
        team.look(&url, tally).await?;
        team.lead_to(&url)?;
        stop.store(true, Ordering::SeqCst);
        while let Some(written) = writers.join_next().await {
            written??;
        }
        tally.edits = team.books.edits();
        Ok(())
    }
}
