//! Owns what people say about how they are, to their leader or to themselves.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::barometer::{self, BarometerView, Level, NewEntry};
use sync_core::document::{Document, Edit};
use sync_core::ids::DocId;
use sync_core::replica::{Replica, ReplicaError};

impl Deed<'_> {
    pub(super) fn edit_barometer(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| barometer::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_barometer(edit, &seen))
    }

    pub(super) fn on_barometer(&self, edit: &mut Edit<'_>, seen: &BarometerView) -> Made {
        if matches!(self.verb, Verb::ShareMood | Verb::KeepMood) {
            let new = NewEntry { mood: self.level(0), load: Some(self.level(2)), note: self.word() };
            return wrote(barometer::add_entry(edit, &new));
        }
        let Some(entry) = self.choose(&seen.entries) else { return Ok(Done::Nothing) };
        let id = entry.id;
        match self.verb {
            Verb::EditShared | Verb::EditKept => {
                wrote(barometer::edit_entry(edit, id, &self.insert(&entry.note)))
            }
            _ => match self.pick % 3 {
                0 => done(barometer::set_mood(edit, id, self.level(1))),
                1 => done(barometer::set_load(edit, id, None)),
                _ if entry.removed.is_some() => done(barometer::restore_entry(edit, id)),
                _ => done(barometer::remove_entry(edit, id)),
            },
        }
    }

    fn level(&self, shift: u16) -> Level {
        let number = u8::try_from((self.pick + shift) % 5).unwrap_or(0) + 1;
        Level::new(number).unwrap_or_else(|| unreachable!("the scale has five levels"))
    }
}
