//! Owns what goes wrong.

use super::World;
use crate::model::Tables;
use crate::sim::backend;
use crate::sim::failure::{Failure, FailureKind};
use crate::sim::network::Line;
use crate::sim::office::ORG;
use crate::sim::op::{Fault, LastCommit, NewKind};
use crate::sim::oracle::WordState;
use crate::sim::phone::NewPhone;
use crate::sim::word::word;
use automerge::transaction::Transactable;
use automerge::{Change, ROOT, ReadDoc};
use std::collections::BTreeSet;
use sync_core::document::{actor_id, change_hash, crdt_actor};
use sync_core::history::History;
use sync_core::ids::{ActorId, ChangeHash, DocId};
use sync_core::store::{MemoryStore, Presence, Store};

const MINUTE_MS: i64 = 60_000;

impl World {
    pub(super) fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::Call { phone, trouble } => self.phones[self.phone(phone)].line.trouble(trouble),
            Fault::Cut { phone, way } => self.phones[self.phone(phone)].line.cut(way),
            Fault::Reconnect { phone } => self.phones[self.phone(phone)].line.reconnect(),
            Fault::DieInCommit { phone, after, last } => {
                let processes = &self.phones[self.phone(phone)].processes;
                let chosen = processes.get(usize::from(after) % processes.len().max(1));
                chosen.into_iter().for_each(|process| process.life.end_in_commit(u32::from(after), last));
            }
            Fault::DieInCall { phone, after } => {
                let processes = &self.phones[self.phone(phone)].processes;
                let chosen = processes.get(usize::from(after) % processes.len().max(1));
                chosen.into_iter().for_each(|process| process.life.end_in_call(u32::from(after)));
            }
            Fault::FillDisk { phone } => self.phones[self.phone(phone)].disk.set_full(true),
            Fault::FreeDisk { phone } => self.phones[self.phone(phone)].disk.set_full(false),
            Fault::Damage { phone, doc } => self.damage(self.phone(phone), doc),
            Fault::JumpClock { phone, by_minutes } => {
                self.phones[self.phone(phone)].clock.jump(i64::from(by_minutes) * MINUTE_MS);
            }
            Fault::LockKey { phone, is_locked } => self.phones[self.phone(phone)].key.set_locked(is_locked),
            Fault::KeepCopy { phone } => {
                let phone = self.phone(phone);
                self.phones[phone].copy = Some(self.phones[phone].disk.image());
            }
            Fault::RestoreCopy { phone } => self.restore_copy(self.phone(phone)),
            Fault::Clone { phone } => self.clone_phone(self.phone(phone)),
            Fault::Forge { phone, doc, pick } => drop(self.forge(self.phone(phone), doc, pick)),
            Fault::Poison { phone, doc, pick } => drop(self.poison(self.phone(phone), doc, pick)),
            Fault::DieJoining { person, after, last } => self.die_joining(person, u32::from(after), last),
            Fault::KillServer { server, after } => {
                self.backend.weather.kill(&backend::name(self.server(server)), after);
            }
            Fault::Database { server, after, mishap } => {
                self.backend.weather.send(&backend::name(self.server(server)), after, mishap);
            }
        }
    }

    fn damage(&mut self, phone: usize, doc: u8) {
        let rows =
            self.phones[phone].disk.look(|image| image.documents_in(Presence::Full)).unwrap_or_default();
        let Some(row) = rows.get(usize::from(doc) % rows.len().max(1)) else { return };
        self.phones[phone].disk.damage(row.doc);
        self.harmed.insert(row.doc);
        self.only_held();
    }

    fn die_joining(&mut self, person: u8, after: u32, last: LastCommit) {
        let before = self.phones.len();
        let owner = usize::from(person) % self.office.people.len();
        if let Err(error) = self.enrol(owner) {
            self.failures.push(Failure::new(FailureKind::Broken, format!("nobody can be enrolled: {error}")));
        }
        for phone in &self.phones[before..] {
            phone.processes.iter().for_each(|process| process.life.end_in_commit(after, last));
        }
    }

    /// The phone becomes what it was when the copy was made. Its keys are those of the device, so it is the same device.
    fn restore_copy(&mut self, phone: usize) {
        let Some(copy) = self.phones[phone].copy.clone() else { return };
        self.phones[phone].close();
        self.phones[phone].disk.restore(copy);
        self.only_held();
        self.open(phone);
    }

    /// A second phone with everything that is on the first, keys included.
    fn clone_phone(&mut self, phone: usize) {
        if self.phones.len() >= super::MOST_PHONES || self.phones[phone].is_wiped() {
            return;
        }
        let (number, original) = (self.phones.len(), &self.phones[phone]);
        let name = format!("phone-{number}");
        let new = NewPhone {
            number,
            line: Line::new(name.clone(), number, (self.backend.clone(), self.seed), self.trace.clone()),
            name,
            owner: original.owner,
            person: original.person,
            device: original.device,
            image: original.disk.image(),
            key: original.key.clone(),
            clock: original.clock.clone(),
        };
        self.add_phone(new);
    }

    /// Puts a change into the outbox that claims to be another person's. None when there is nobody to claim to be.
    ///
    /// Whoever forges knows everything that the victim has written, and the victim begins anew: otherwise the two would
    /// give the same number to different changes, and whose phone that breaks is the forger's own.
    fn forge(&mut self, phone: usize, doc: u8, pick: u16) -> Option<()> {
        let begun = self.choose_document(phone, NewKind::Meeting, doc)?;
        let (owner, number) = (self.phones[phone].person, self.oracle.next_number());
        let authors = self.phones[phone].disk.look(|image| image.authors(begun.doc)).ok()?;
        let others: Vec<_> = authors.iter().filter(|author| author.person != owner).collect();
        let victim = others.get(usize::from(pick) % others.len().max(1))?.actor;
        if !self.knows_all_of(phone, begun.doc, victim) {
            return None;
        }
        for other in 0..self.phones.len() {
            if self.phones[other].person != owner {
                self.phones[other].close();
                self.open(other);
            }
        }
        let replica = self.phones[phone].replica()?;
        let change = replica.read(begun.doc, |history| forged(history, victim, &word(number))).ok()??;
        if replica.add_sealed(begun.doc, &[change]).is_ok() {
            self.add_word(phone, begun.doc, WordState::Kept, true);
            self.harmed.insert(begun.doc);
        }
        Some(())
    }

    /// Whether nobody else has a change of this actor that this phone does not have: no phone, nor the server or its backup.
    /// Otherwise there would be two changes of one number, and the phone could not take the true one.
    fn knows_all_of(&self, phone: usize, doc: DocId, actor: ActorId) -> bool {
        let written = |image: &MemoryStore| -> BTreeSet<ChangeHash> {
            let body = image.body(doc).unwrap_or_default();
            let changes = body.changes.iter().filter_map(|row| Change::from_bytes(row.bytes.clone()).ok());
            let of_actor = changes.filter(|change| actor_id(change.actor_id()) == Some(actor));
            of_actor.map(|change| change_hash(&change.hash())).collect()
        };
        let Some(replica) = self.phones[phone].replica() else { return false };
        let known = replica.read(doc, |history| {
            let all = history.view().get_changes_meta(&[]);
            all.iter().map(|meta| change_hash(&meta.hash)).collect::<BTreeSet<_>>()
        });
        let known = known.unwrap_or_default();
        let is_known = |tables: &Tables| {
            let of_actor = tables.changes.values().filter(|row| row.doc == doc && row.actor == actor);
            of_actor.map(|row| row.hash).all(|hash| known.contains(&hash))
        };
        let backed_up = self.backup.as_ref().and_then(|backup| backup.of(ORG));
        self.phones.iter().all(|other| other.disk.look(written).is_subset(&known))
            && is_known(&self.backend.database.committed(ORG))
            && backed_up.is_none_or(is_known)
    }

    /// Takes a phone's access away. What only phones without access hold is lost, as the owners were told.
    pub(super) fn revoke(&mut self, phone: u8) {
        let phone = self.phone(phone);
        self.backend.revoke(self.phones[phone].device);
        self.only_held();
    }
}

/// The next change of an actor, in front of the notes; none while drafts are there, which it would build on.
fn forged(history: &History, actor: ActorId, words: &str) -> Option<Change> {
    if history.draft_count() > 0 {
        return None;
    }
    let mut copy = history.view().clone().with_actor(crdt_actor(actor));
    let (_, notes) = copy.get(ROOT, "notes").ok()??;
    let mut edit = copy.transaction();
    edit.splice_text(&notes, 0, 0, words).ok()?;
    edit.commit();
    copy.get_last_local_change()
}
