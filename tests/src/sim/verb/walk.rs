//! Owns what people do to a floor walk.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::floor_walk::{self, FloorWalkView, NewStop, StopKind, StopView};
use sync_core::document::{Document, Edit};
use sync_core::ids::{DocId, ItemId};
use sync_core::replica::{Replica, ReplicaError};
use sync_core::time::Timestamp;

const KINDS: [StopKind; 4] = [StopKind::Praise, StopKind::Coach, StopKind::Blocker, StopKind::Wellbeing];

impl Deed<'_> {
    pub(super) fn edit_walk(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| floor_walk::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_walk(edit, &seen))
    }

    pub(super) fn on_walk(&self, edit: &mut Edit<'_>, seen: &FloorWalkView) -> Made {
        if self.verb == Verb::AddStop {
            let stop = NewStop {
                person: self.person(),
                kind: KINDS[usize::from(self.pick) % KINDS.len()],
                text: self.word(),
                tags: vec!["queue".into()],
                minutes: Some(u32::from(self.pick % 60)),
                at: Timestamp(1_774_080_000_000 + i64::from(self.pick)),
            };
            return wrote(floor_walk::capture_stop(edit, &stop));
        }
        let Some(stop) = self.choose(&seen.stops) else { return Ok(Done::Nothing) };
        match self.verb {
            Verb::ReorderStop => {
                let others: Vec<ItemId> =
                    seen.stops.iter().map(|view| view.id).filter(|id| *id != stop.id).collect();
                done(floor_walk::reorder_stop(edit, stop.id, self.position(&others)))
            }
            _ => self.edit_stop(edit, stop),
        }
    }

    fn edit_stop(&self, edit: &mut Edit<'_>, stop: &StopView) -> Made {
        let id = stop.id;
        match self.verb {
            Verb::EditStop => wrote(floor_walk::edit_stop(edit, id, &self.insert(&stop.text))),
            Verb::TagStop => wrote(floor_walk::tag_stop(edit, id, &self.label())),
            Verb::UntagStop => match self.choose(&stop.tags) {
                Some(tag) => self.erase_label(tag, || floor_walk::untag_stop(edit, id, tag)),
                None => Ok(Done::Nothing),
            },
            Verb::SetStop => match self.pick % 3 {
                0 => done(floor_walk::set_stop_person(edit, id, self.person())),
                1 => done(floor_walk::set_stop_kind(edit, id, KINDS[usize::from(self.pick) % KINDS.len()])),
                _ => done(floor_walk::set_stop_minutes(edit, id, Some(u32::from(self.pick % 60)))),
            },
            Verb::Tally => done(floor_walk::tally(edit, id, "calls", i64::from(self.pick % 5) + 1)),
            _ if stop.removed.is_some() => done(floor_walk::restore_stop(edit, id)),
            _ => done(floor_walk::remove_stop(edit, id)),
        }
    }
}
