//! Owns what people do to a partnership.

use super::{Deed, Done, Made, day, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::item::Area;
use sync_core::coaching::meeting::Slot;
use sync_core::coaching::partnership::{
    self, BacklogKind, BacklogView, Cadence, NewBacklogItem, PartnershipView, Rhythm, Term,
};
use sync_core::document::{Document, Edit};
use sync_core::ids::{DocId, ItemId};
use sync_core::replica::{Replica, ReplicaError};

const RHYTHMS: [Rhythm; 3] = [Rhythm::Weekly, Rhythm::TwoWeekly, Rhythm::FourWeekly];

impl Deed<'_> {
    pub(super) fn edit_partnership(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| partnership::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_partnership(edit, &seen))
    }

    pub(super) fn on_partnership(&self, edit: &mut Edit<'_>, seen: &PartnershipView) -> Made {
        match self.verb {
            Verb::WriteTerm => {
                let chosen = &seen.contract.terms[usize::from(self.pick) % Term::ALL.len()];
                wrote(partnership::edit_term(edit, chosen.term, &self.insert(&chosen.text.text)))
            }
            Verb::WriteAboutMe => wrote(partnership::edit_about_me(edit, &self.insert(&seen.about_me.text))),
            Verb::SetCadence if self.pick.is_multiple_of(3) => {
                done(partnership::set_review_day(edit, self.day()))
            }
            Verb::SetCadence => done(partnership::set_cadence(edit, &self.cadence())),
            Verb::SetToBring => match self.choose(&seen.bring_list) {
                Some(item) if item.removed.is_some() => done(partnership::restore_to_bring(edit, item.id)),
                Some(item) if self.pick.is_multiple_of(3) => {
                    done(partnership::remove_to_bring(edit, item.id))
                }
                _ => wrote(partnership::add_to_bring(edit, &self.label())),
            },
            Verb::AgreeToContract => done(partnership::agree(edit)),
            _ => self.edit_backlog(edit, &seen.backlog),
        }
    }

    fn cadence(&self) -> Cadence {
        let first = Slot { day: day(self.pick), minute: Some(600) };
        let rhythm = RHYTHMS[usize::from(self.pick) % RHYTHMS.len()];
        Cadence { rhythm, first, minutes: Some(u32::from(self.pick % 60) + 1), place: None }
    }

    fn edit_backlog(&self, edit: &mut Edit<'_>, backlog: &[BacklogView]) -> Made {
        if self.verb == Verb::AddBacklog {
            let (kind, before_next) = (BacklogKind::Topic, self.pick.is_multiple_of(4));
            let new = NewBacklogItem { text: self.word(), kind, area: None, before_next };
            return wrote(partnership::add_backlog(edit, &new));
        }
        let Some(entry) = self.choose(backlog) else { return Ok(Done::Nothing) };
        let id = entry.id;
        match self.verb {
            Verb::EditBacklog => wrote(partnership::edit_backlog(edit, id, &self.insert(&entry.text))),
            Verb::SetBacklog => match self.pick % 4 {
                0 => done(partnership::set_backlog_kind(edit, id, BacklogKind::Request)),
                1 => done(partnership::set_backlog_area(edit, id, Some(Area::People))),
                2 => done(partnership::set_before_next(edit, id, entry.before_next.is_none())),
                _ => done(partnership::bring_backlog(edit, id, DocId::from_bytes([7; 16]))),
            },
            Verb::ReorderBacklog => {
                let others: Vec<ItemId> =
                    backlog.iter().map(|view| view.id).filter(|other| *other != id).collect();
                done(partnership::reorder_backlog(edit, id, self.position(&others)))
            }
            _ if entry.removed.is_some() => done(partnership::restore_backlog(edit, id)),
            _ => done(partnership::remove_backlog(edit, id)),
        }
    }
}
