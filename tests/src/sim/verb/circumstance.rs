//! Owns what a pair does when something is different for a while.

use super::{Deed, Done, Made, day, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::circumstance::{self, CircumstanceView, Measured, NewArrangement, Period};
use sync_core::document::{Amount, Document, Edit};
use sync_core::ids::DocId;
use sync_core::replica::{Replica, ReplicaError};

impl Deed<'_> {
    pub(super) fn edit_circumstance(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| circumstance::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_circumstance(edit, &seen))
    }

    pub(super) fn on_circumstance(&self, edit: &mut Edit<'_>, seen: &CircumstanceView) -> Made {
        let (from, target) = (day(self.pick), Amount(i64::from(self.pick)));
        let period = Period { from, until: from };
        if self.verb == Verb::WriteReason {
            return wrote(circumstance::edit_reason(edit, &self.insert(&seen.reason.text)));
        }
        match (self.pick % 5, self.choose(&seen.exceptions), self.choose(&seen.arrangements)) {
            (1, Some(one), _) => done(circumstance::set_exception_target(edit, one.id, target)),
            (2, Some(one), _) if one.removed.is_some() => done(circumstance::restore_exception(edit, one.id)),
            (2, Some(one), _) => done(circumstance::remove_exception(edit, one.id)),
            (0..=2, ..) => {
                wrote(circumstance::add_exception(edit, &Measured::Kpi { name: self.label() }, target))
            }
            (3, _, Some(one)) => done(circumstance::set_arrangement_until(edit, one.id, from)),
            (3, ..) => {
                wrote(circumstance::add_arrangement(edit, &NewArrangement { what: self.label(), period }))
            }
            (4, ..) if self.pick.is_multiple_of(2) => {
                done(circumstance::share_with_hr(edit, !seen.is_shared_with_hr))
            }
            _ => done(circumstance::set_period(edit, period)),
        }
    }
}
