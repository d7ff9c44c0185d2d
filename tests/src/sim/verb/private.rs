//! Owns what people note about somebody for themselves.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::private_log::{self, NewPrivateNote, PrivateLogView, PrivateNoteView, ToRaiseView};
use sync_core::document::{Document, Edit};
use sync_core::ids::{DocId, ItemId};
use sync_core::replica::{Replica, ReplicaError};

impl Deed<'_> {
    pub(super) fn edit_private_log(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| private_log::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_private_log(edit, &seen))
    }

    pub(super) fn on_private_log(&self, edit: &mut Edit<'_>, seen: &PrivateLogView) -> Made {
        let is_to_raise = self.pick % 5 < 2;
        if self.verb != Verb::AddPrivate {
            return match (is_to_raise, self.choose(&seen.to_raise), self.choose(&seen.notes)) {
                (true, Some(item), _) => self.on_to_raise(edit, item, &seen.to_raise),
                (false, _, Some(note)) => self.on_note(edit, note),
                _ => Ok(Done::Nothing),
            };
        }
        if is_to_raise {
            return wrote(private_log::add_to_raise(edit, &self.word()));
        }
        let new = NewPrivateNote { text: self.word(), tags: vec!["queue".into()] };
        wrote(private_log::add_private_note(edit, &new))
    }

    fn on_note(&self, edit: &mut Edit<'_>, note: &PrivateNoteView) -> Made {
        let id = note.id;
        match self.verb {
            Verb::EditPrivate => wrote(private_log::edit_private_note(edit, id, &self.insert(&note.text))),
            Verb::SetPrivate => match self.choose(&note.tags) {
                Some(tag) if self.pick.is_multiple_of(2) => {
                    self.erase_label(tag, || private_log::untag_private_note(edit, id, tag))
                }
                _ => wrote(private_log::tag_private_note(edit, id, &self.label())),
            },
            _ if note.removed.is_some() => done(private_log::restore_private_note(edit, id)),
            _ => done(private_log::remove_private_note(edit, id)),
        }
    }

    fn on_to_raise(&self, edit: &mut Edit<'_>, item: &ToRaiseView, all: &[ToRaiseView]) -> Made {
        let id = item.id;
        match self.verb {
            Verb::EditPrivate => wrote(private_log::edit_to_raise(edit, id, &self.insert(&item.text))),
            Verb::SetPrivate if self.pick.is_multiple_of(2) => {
                let others: Vec<ItemId> =
                    all.iter().map(|view| view.id).filter(|other| *other != id).collect();
                done(private_log::reorder_to_raise(edit, id, self.position(&others)))
            }
            Verb::SetPrivate => done(private_log::set_raised(edit, id, item.raised_at.is_none())),
            _ if item.removed.is_some() => done(private_log::restore_to_raise(edit, id)),
            _ => done(private_log::remove_to_raise(edit, id)),
        }
    }
}
