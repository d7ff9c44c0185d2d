//! Owns what people do to a meeting.

use super::{Deed, Done, Made, day, done, wrote};
use crate::sim::op::Verb;
use crate::sim::word::{gaps, units};
use sync_core::coaching::meeting::{
    self, MeetingKind, MeetingView, NewFollowUp, NewTopic, NotHeld, Plan, Section, Slot,
};
use sync_core::document::{Document, Edit, LINK_LIMIT, Mark, Splice};
use sync_core::ids::{DocId, ItemId};
use sync_core::replica::{Replica, ReplicaError};
use sync_core::time::Timestamp;

/// What is pasted is mostly of one of these lengths, and sometimes larger than a change may be in one piece.
const PASTED: [usize; 4] = [60, 200, 600, 2_000];
/// Divides the picks with which a link is as long as it may be: some of them fill a group of an answer.
pub const LONG_LINK_DIVISOR: u16 = 89;
const PASTED_AT_MOST: usize = 40_000;

impl Deed<'_> {
    pub(super) fn edit_meeting(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| meeting::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_meeting(edit, &seen))
    }

    pub(super) fn on_meeting(&self, edit: &mut Edit<'_>, seen: &MeetingView) -> Made {
        match self.verb {
            Verb::WriteNotes
            | Verb::EraseNotes
            | Verb::PasteNotes
            | Verb::MarkNotes
            | Verb::UnmarkNotes
            | Verb::WriteTogether
            | Verb::WriteSection => self.edit_prose(edit, seen),
            Verb::AgreeTogether if self.pick.is_multiple_of(2) => {
                let new = NewFollowUp { text: self.word(), owner: None, due: self.day() };
                wrote(meeting::add_follow_up(edit, &new))
            }
            Verb::AgreeTogether => wrote(meeting::add_agenda(
                edit,
                &NewTopic { section: None, text: self.word(), question: None },
            )),
            Verb::AddAgenda
            | Verb::EditAgenda
            | Verb::RemoveAgenda
            | Verb::RestoreAgenda
            | Verb::ReorderAgenda => self.edit_agenda(edit, seen),
            Verb::AddFollowUp
            | Verb::EditFollowUp
            | Verb::SetDue
            | Verb::SetOwner
            | Verb::SetState
            | Verb::RemoveFollowUp => self.edit_follow_up(edit, seen),
            _ => self.edit_frame(edit, seen),
        }
    }

    fn edit_prose(&self, edit: &mut Edit<'_>, seen: &MeetingView) -> Made {
        let notes = &seen.notes.text;
        match self.verb {
            Verb::WriteNotes | Verb::WriteTogether => wrote(meeting::edit_notes(edit, &self.insert(notes))),
            Verb::EraseNotes => match self.erase(notes) {
                Some((splice, number)) => meeting::edit_notes(edit, &splice).map(|()| Done::Erased(number)),
                None => Ok(Done::Nothing),
            },
            Verb::PasteNotes => {
                let splice = self.insert(notes);
                let insert = format!("{}{}", splice.insert, self.pasted());
                wrote(meeting::edit_notes(edit, &Splice { insert, ..splice }))
            }
            Verb::WriteSection => {
                let section = Section::ALL[usize::from(self.pick) % 4];
                let text = seen.sections.iter().find(|view| view.section == section);
                let splice = self.insert(text.map_or("", |view| &view.notes.text));
                wrote(meeting::edit_section_notes(edit, section, &splice))
            }
            _ => self.edit_marks(edit, notes),
        }
    }

    fn edit_marks(&self, edit: &mut Edit<'_>, notes: &str) -> Made {
        let gaps = gaps(notes);
        let start = gaps[usize::from(self.pick) % gaps.len()];
        let end = gaps[usize::from(self.pick / 7) % gaps.len()];
        let range = start.min(end)..start.max(end);
        if range.is_empty() {
            return Ok(Done::Nothing);
        }
        if self.pick.is_multiple_of(LONG_LINK_DIVISOR) {
            let address = self.letters(LINK_LIMIT - "https://".len());
            return done(meeting::mark_notes(edit, range, &Mark::Link(format!("https://{address}"))));
        }
        let marks = [Mark::Bold, Mark::Italic, Mark::Topic("queue".into()), Mark::Link("https://a.b".into())];
        let mark = &marks[usize::from(self.pick) % marks.len()];
        match self.verb {
            Verb::MarkNotes => done(meeting::mark_notes(edit, range, mark)),
            _ => done(meeting::unmark_notes(edit, range, mark)),
        }
    }

    fn pasted(&self) -> String {
        self.letters(match self.pick {
            pick if pick.is_multiple_of(97) => PASTED_AT_MOST,
            pick => PASTED[usize::from(pick) % PASTED.len()],
        })
    }

    /// What cannot be compressed well, and is none of the words that are looked for.
    fn letters(&self, length: usize) -> String {
        let mut state = u64::from(self.number) + 1;
        let letters = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap_or(0))
        });
        letters.take(length).collect()
    }

    fn edit_agenda(&self, edit: &mut Edit<'_>, seen: &MeetingView) -> Made {
        if self.verb == Verb::AddAgenda {
            let section = self.choose(&Section::ALL).copied().filter(|_| self.pick.is_multiple_of(2));
            let topic = NewTopic { section, text: self.word(), question: None };
            return wrote(meeting::add_agenda(edit, &topic));
        }
        let Some(topic) = self.choose(&seen.agenda) else { return Ok(Done::Nothing) };
        match self.verb {
            Verb::EditAgenda => wrote(meeting::edit_agenda(edit, topic.id, &self.insert(&topic.text))),
            Verb::RemoveAgenda => done(meeting::remove_agenda(edit, topic.id)),
            Verb::RestoreAgenda => done(meeting::restore_agenda(edit, topic.id)),
            _ => {
                let others = others(seen.agenda.iter().map(|view| view.id), topic.id);
                done(meeting::reorder_agenda(edit, topic.id, self.position(&others)))
            }
        }
    }

    fn edit_follow_up(&self, edit: &mut Edit<'_>, seen: &MeetingView) -> Made {
        if self.verb == Verb::AddFollowUp {
            let new = NewFollowUp { text: self.word(), owner: self.person(), due: self.day() };
            return wrote(meeting::add_follow_up(edit, &new));
        }
        let Some(item) = self.choose(&seen.follow_ups) else { return Ok(Done::Nothing) };
        match self.verb {
            Verb::EditFollowUp => wrote(meeting::edit_follow_up(edit, item.id, &self.insert(&item.text))),
            Verb::SetDue => done(meeting::set_follow_up_due(edit, item.id, self.day())),
            Verb::SetOwner => done(meeting::set_follow_up_owner(edit, item.id, self.person())),
            Verb::SetState => done(meeting::set_follow_up_state(edit, item.id, self.state())),
            _ if item.removed.is_some() => done(meeting::restore_follow_up(edit, item.id)),
            _ => done(meeting::remove_follow_up(edit, item.id)),
        }
    }

    fn edit_frame(&self, edit: &mut Edit<'_>, seen: &MeetingView) -> Made {
        let at = Timestamp(1_774_080_000_000 + i64::from(self.pick));
        match self.verb {
            Verb::PlanMeeting => {
                let Some(slot) = Slot::new(day(self.pick), Some(self.pick % 1_440)) else {
                    return Ok(Done::Nothing);
                };
                match seen.planned {
                    Some(_) => done(meeting::move_to(edit, slot, i64::from(self.pick % 48))),
                    None => {
                        let kind = MeetingKind::Coaching;
                        done(meeting::plan(edit, &Plan { slot, place: Some("Room 4".into()), kind }))
                    }
                }
            }
            Verb::SetPlace => done(meeting::set_place(edit, Some(&format!("Room {}", self.pick)))),
            Verb::HoldMeeting => match self.pick % 3 {
                0 => done(meeting::begin(edit, at)),
                1 => done(meeting::end(edit, at)),
                _ => done(meeting::set_not_held(edit, Some(NotHeld::Absence))),
            },
            Verb::AddTopic => wrote(meeting::add_topic(edit, &self.label())),
            Verb::RemoveTopic => match self.choose(&seen.topics) {
                Some(topic) => self.erase_label(topic, || meeting::remove_topic(edit, topic)),
                None => Ok(Done::Nothing),
            },
            _ => done(meeting::acknowledge(edit)),
        }
    }
}

/// Something typed into the notes and taken back at once; whether that could be done.
pub fn take_back(replica: &Replica, doc: DocId, pick: u16, secret: &str) -> Result<(), ReplicaError> {
    let notes = replica.read(doc, |h| meeting::view(Document::of(h.view())).notes.text)?;
    let gaps = gaps(&notes);
    let at = gaps[usize::from(pick) % gaps.len()];
    replica.edit(doc, |edit| meeting::edit_notes(edit, &Splice::insert(at, secret)))?;
    let back = Splice { at, delete: units(secret), insert: String::new() };
    replica.edit(doc, |edit| meeting::edit_notes(edit, &back))
}

fn others(all: impl Iterator<Item = ItemId>, but: ItemId) -> Vec<ItemId> {
    all.filter(|id| *id != but).collect()
}
