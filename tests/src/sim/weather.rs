//! Owns what befalls the statements of the server's instances: small delays always, and the mishaps that the history
//! has in store for them.

use super::dice::Dice;
use super::op::Mishap;
use crate::model::{CommitVerdict, Ending, Fate, Statement, Verdict};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// So many of a hundred statements take a moment.
const DELAYED_PER_CENT: u64 = 30;
/// How long that moment is at most.
const LONGEST_MOMENT_MS: u64 = 8;

/// What is in store. A clone is the same weather.
#[derive(Clone)]
pub struct Weather(Arc<Mutex<Sky>>);

struct Sky {
    dice: Dice,
    in_store: BTreeMap<String, Vec<InStore>>,
    /// Is told which instance has died.
    dead: UnboundedSender<String>,
}

#[derive(Debug, Clone, Copy)]
struct InStore {
    after: u8,
    ill: Ill,
}

#[derive(Debug, Clone, Copy)]
enum Ill {
    Death,
    Mishap(Mishap),
}

impl Ill {
    fn is_of_commits(self) -> bool {
        match self {
            Self::Death => false,
            Self::Mishap(Mishap::FailStatement | Mishap::SlowStatement { .. }) => false,
            Self::Mishap(
                Mishap::LateCommit { .. }
                | Mishap::RefuseCommit
                | Mishap::LoseDoneCommit
                | Mishap::LoseUndoneCommit
                | Mishap::LoseLateCommit { .. }
                | Mishap::DieInDoneCommit
                | Mishap::DieInUndoneCommit,
            ) => true,
        }
    }
}

impl Weather {
    /// Nothing in store; whoever dies is named to `dead`.
    pub fn new(seed: u64, dead: UnboundedSender<String>) -> Self {
        let sky = Sky { dice: Dice::of(seed, &[2]), in_store: BTreeMap::new(), dead };
        Self(Arc::new(Mutex::new(sky)))
    }

    /// This instance dies before the statement after so many more.
    pub fn kill(&self, instance: &str, after: u8) {
        self.store(instance, InStore { after, ill: Ill::Death });
    }

    /// This happens to the statement, or the commit, after so many more.
    pub fn send(&self, instance: &str, after: u8, mishap: Mishap) {
        self.store(instance, InStore { after, ill: Ill::Mishap(mishap) });
    }

    /// Nothing is in store for this instance any more.
    pub fn clear(&self, instance: &str) {
        self.lock().in_store.remove(instance);
    }

    fn store(&self, instance: &str, what: InStore) {
        self.lock().in_store.entry(instance.to_owned()).or_default().push(what);
    }

    fn lock(&self) -> MutexGuard<'_, Sky> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sky {
    /// What is due now; everything of its sort comes one nearer.
    fn due(&mut self, instance: &str, of_commits: bool) -> Option<Ill> {
        let waiting = self.in_store.get_mut(instance)?;
        let mut due = None;
        waiting.retain_mut(|one| {
            if one.ill.is_of_commits() != of_commits {
                return true;
            }
            if one.after == 0 && due.is_none() {
                due = Some(one.ill);
                return false;
            }
            one.after = one.after.saturating_sub(1);
            true
        });
        due
    }

    fn die(&self, instance: &str) {
        // At the end of a history nobody listens any more.
        let _ = self.dead.send(instance.to_owned());
    }
}

/// The operator's own connection, which nothing befalls.
pub const OPERATOR: &str = "operator";

impl Fate for Weather {
    fn of_statement(&self, statement: Statement<'_>) -> Verdict {
        if statement.instance == OPERATOR {
            return Verdict::GoOn;
        }
        let mut sky = self.lock();
        match sky.due(statement.instance, false) {
            Some(Ill::Death) => {
                sky.die(statement.instance);
                Verdict::Crash
            }
            Some(Ill::Mishap(Mishap::FailStatement)) => Verdict::Fail,
            Some(Ill::Mishap(Mishap::SlowStatement { ms })) => Verdict::Delay(millis(ms)),
            Some(Ill::Mishap(_)) | None if sky.dice.happens(DELAYED_PER_CENT) => {
                Verdict::Delay(Duration::from_millis(sky.dice.below(LONGEST_MOMENT_MS)))
            }
            Some(Ill::Mishap(_)) | None => Verdict::GoOn,
        }
    }

    fn of_commit(&self, statement: Statement<'_>) -> CommitVerdict {
        if statement.instance == OPERATOR {
            return CommitVerdict::GoOn;
        }
        let mut sky = self.lock();
        let Some(Ill::Mishap(mishap)) = sky.due(statement.instance, true) else { return CommitVerdict::GoOn };
        if matches!(mishap, Mishap::DieInDoneCommit | Mishap::DieInUndoneCommit) {
            sky.die(statement.instance);
        }
        match mishap {
            Mishap::LateCommit { ms } => CommitVerdict::Late(millis(ms)),
            Mishap::RefuseCommit => CommitVerdict::Refuse,
            Mishap::LoseDoneCommit => CommitVerdict::Lose(Ending::Committed),
            Mishap::LoseUndoneCommit => CommitVerdict::Lose(Ending::RolledBack),
            Mishap::LoseLateCommit { ms } => CommitVerdict::Lose(Ending::CommittedAfter(millis(ms))),
            Mishap::DieInDoneCommit => CommitVerdict::Crash(Ending::Committed),
            Mishap::DieInUndoneCommit => CommitVerdict::Crash(Ending::RolledBack),
            Mishap::FailStatement | Mishap::SlowStatement { .. } => CommitVerdict::GoOn,
        }
    }
}

fn millis(ms: u16) -> Duration {
    Duration::from_millis(u64::from(ms))
}
