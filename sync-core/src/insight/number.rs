//! Owns the numbers that come in beside documents: what somebody reached in a measure, before and lately.

use crate::document::Amount;
use crate::metric::Better;
use serde::Serialize;

/// What somebody reached in one measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Number {
    /// The stable name of the measure.
    pub measure: String,
    /// Which way is better.
    pub better: Better,
    /// What was reached in the period.
    pub actual: Amount,
    /// What was reached in the one before, if that is known.
    pub before: Option<Amount>,
    /// What was to be reached, for this person, if anything was.
    pub target: Option<Amount>,
    /// The smallest change for the better that is worth naming.
    pub notable: Amount,
}

impl Number {
    /// By how much it is better than before, if that is worth naming.
    pub fn gain(&self) -> Option<Amount> {
        let gain = self.better_by(self.before?, self.actual);
        (gain > 0 && gain >= self.notable.0).then_some(Amount(gain))
    }

    /// Whether there is a target, and it is reached.
    pub fn is_on_target(&self) -> bool {
        self.target.is_some_and(|target| self.better_by(target, self.actual) >= 0)
    }

    /// By how many thousandths of the target it is below it, if it is.
    pub fn below_target(&self) -> Option<u32> {
        let target = self.target?;
        let lack = self.better_by(self.actual, target);
        (lack > 0).then(|| thousandths(lack, target))
    }

    /// How large a gain is, beside what it began from, in thousandths: so that measures can be compared.
    pub(super) fn weight(&self, gain: Amount) -> u32 {
        thousandths(gain.0, self.before.unwrap_or(self.actual))
    }

    fn better_by(&self, from: Amount, to: Amount) -> i64 {
        match self.better {
            Better::Up => to.0.saturating_sub(from.0),
            Better::Down => from.0.saturating_sub(to.0),
        }
    }
}

/// Cut and not rounded; of a whole of nothing everything is as much as can be.
fn thousandths(part: i64, whole: Amount) -> u32 {
    let share = (i128::from(part) * 1000).checked_div(i128::from(whole.0).abs());
    share.and_then(|share| u32::try_from(share).ok()).unwrap_or(u32::MAX)
}
