//! Owns what people do with their phones.

use super::{Begun, World};
use crate::sim::failure::{Failure, FailureKind};
use crate::sim::office::TEAM;
use crate::sim::op::{NewKind, Op, Verb};
use crate::sim::oracle::{Word, WordState};
use crate::sim::phone::Phone;
use crate::sim::verb::{Deed, Done, day, instead_of, kind_of, take_back};
use crate::sim::word::{secret, words_in};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;
use sync_core::coaching::{
    KINDS, Kind, action_plan, circumstance, feedback_log, floor_walk, goal_set, group_meeting, hand_over,
    manager_reflection, meeting, partnership, private_log, team_blockers, team_goals, tier_note,
    wellbeing_log, wellbeing_private,
};
use sync_core::document::Document;
use sync_core::history::HistoryError;
use sync_core::ids::{DocId, GroupId, TenureId};
use sync_core::policy::Role;
use sync_core::replica::{ReplicaError, Tenure};
use sync_core::store::{DocumentRow, Store, StoreError};
use tokio::time::sleep;

/// So many drafts of a document are still folded by a sync and not by themselves.
const FEW_DRAFTS: usize = 40;
/// Meetings are planned for these days: often for the same one.
const MEETING_DAYS: u16 = 3;
const DAY: Duration = Duration::from_secs(86_400);

impl World {
    pub(super) fn act(&mut self, op: Op) {
        match op {
            Op::Edit { phone, doc, verb, pick } => self.edit(self.phone(phone), doc, verb, pick),
            Op::TakeBack { phone, doc, pick } => self.take_back(self.phone(phone), doc, pick),
            Op::Create { phone, kind, pick } => self.create(self.phone(phone), kind, pick),
            Op::Look { phone } => self.look(self.phone(phone)),
            Op::Sync { phone, budget_ms } => self.sync(self.phone(phone), u64::from(budget_ms)),
            Op::Suspend { phone } => self.suspend(self.phone(phone)),
            Op::Resume { phone } => self.resume(self.phone(phone)),
            Op::Close { phone } => {
                let phone = self.phone(phone);
                self.phones[phone].close();
            }
            Op::Open { phone } => self.ensure_open(self.phone(phone)),
            Op::SecondProcess { phone } => self.open_twice(self.phone(phone)),
            Op::LoseNetwork { phone } => self.lose_network(self.phone(phone)),
            Op::FindNetwork { phone } => self.find_network(self.phone(phone)),
            Op::Days { .. } | Op::Fault(_) | Op::Office(_) => {}
        }
    }

    /// Whoever uses a phone opens the app, or wakes it.
    fn ensure_open(&mut self, phone: usize) {
        if self.phones[phone].processes.is_empty() {
            self.open(phone);
        }
        if self.phones[phone].is_suspended {
            self.resume(phone);
        }
    }

    fn edit(&mut self, phone: usize, doc: u8, verb: Verb, pick: u16) {
        self.ensure_open(phone);
        if self.choose_document(phone, kind_of(verb), doc).is_none() {
            self.create(phone, kind_of(verb), pick);
        }
        let Some(begun) = self.choose_document(phone, kind_of(verb), doc) else { return };
        let number = self.oracle.next_number();
        let people = self.office.people.clone();
        let Some(replica) = self.phones[phone].replica() else { return };
        let deed = Deed { verb, pick, number, people: &people, aim: Cell::new(None) };
        let done = match deed.edit(replica, begun.doc) {
            Ok(Done::Nothing) => Deed { verb: instead_of(verb), ..deed.clone() }.edit(replica, begun.doc),
            done => done,
        };
        if done.is_ok() && begun.kind == NewKind::HandOver {
            self.note_copies(phone, begun.doc);
        }
        if done.is_err() {
            // It may be gone all the same.
            deed.aim.take().into_iter().for_each(|number| self.oracle.removed(number));
        }
        self.judge_edit(phone, &begun, done);
    }

    /// What an edit call's answer means for the word that it was to write.
    fn judge_edit(&mut self, phone: usize, begun: &Begun, done: Result<Done, ReplicaError>) {
        let state = match done {
            Ok(Done::Wrote) => WordState::Kept,
            Ok(Done::Erased(number)) => {
                self.oracle.edits += 1;
                return self.oracle.removed(number);
            }
            Ok(Done::NoWord) => {
                self.oracle.edits += 1;
                return;
            }
            Ok(Done::Nothing) => return,
            // Whoever leads only reads it, and is told so before anything is written.
            Err(ReplicaError::OnlyRead) if self.only_reads(phone, begun) => WordState::Never,
            Err(error) => self.state_after(phone, &error),
        };
        self.oracle.edits += usize::from(state == WordState::Kept);
        self.add_word(phone, begun.doc, state, false);
    }

    fn only_reads(&self, phone: usize, begun: &Begun) -> bool {
        let mut roles = self.office.access.roles(self.phones[phone].person, begun.audience()).into_iter();
        match begun.kind {
            NewKind::Shared => roles.any(|role| role != Role::Agent),
            NewKind::Team => roles.any(|role| role != Role::Leader),
            _ => false,
        }
    }

    /// What an agent's phone has brought along is there, whoever typed it: in a document that may be new to everybody.
    fn note_copies(&mut self, phone: usize, doc: DocId) {
        self.note_documents(phone);
        let Phone { person, device, .. } = self.phones[phone];
        let Some(replica) = self.phones[phone].replica() else { return };
        let seen = replica.read(doc, |history| hand_over::view(Document::of(history.view())));
        let (Ok(seen), true) = (seen, self.office.is_brought_by(person, doc)) else { return };
        let words: Vec<u32> = seen.brought.iter().flat_map(|one| words_in(&one.text)).collect();
        let state = if self.backend.is_revoked(device) { WordState::Gone } else { WordState::Kept };
        self.oracle.add_copies(words, &Word { doc, phone, person, state, is_forged: false });
    }

    /// Some of what an app does begins documents by itself.
    fn note_documents(&mut self, phone: usize) {
        let rows = self.phones[phone].disk.look(|image| image.documents(None)).unwrap_or_default();
        for DocumentRow { doc, kind, key, .. } in rows {
            let kind = NewKind::ALL.into_iter().find(|known| known.kind().name() == kind);
            if let Some(kind) = kind.filter(|_| self.documents.iter().all(|begun| begun.doc != doc)) {
                self.documents.push(Begun { doc, kind, key });
            }
        }
    }

    pub(super) fn add_word(&mut self, phone: usize, doc: DocId, state: WordState, is_forged: bool) {
        let (person, device) = (self.phones[phone].person, self.phones[phone].device);
        let is_hopeless = state == WordState::Kept && self.backend.is_revoked(device);
        let state = if is_hopeless { WordState::Gone } else { state };
        self.oracle.add(Word { doc, phone, person, state, is_forged });
    }

    /// What is true of a word whose edit call failed.
    fn state_after(&mut self, phone: usize, error: &ReplicaError) -> WordState {
        let is_alive = self.phones[phone].process().is_some_and(|process| process.life.is_alive());
        if !is_alive {
            return WordState::Uncertain;
        }
        let is_expected = match error {
            ReplicaError::NotFound(_) | ReplicaError::NotHere(_) => true,
            ReplicaError::Store(StoreError::Full | StoreError::Erased) => true,
            ReplicaError::History(error) => matches!(**error, HistoryError::Edit(_)),
            error => error.is_damage(),
        };
        if is_expected {
            return WordState::Never;
        }
        let what = format!("an edit on {} failed: {error:?}", self.phones[phone].name);
        self.failures.push(Failure::new(FailureKind::Broken, what));
        WordState::Uncertain
    }

    fn take_back(&mut self, phone: usize, doc: u8, pick: u16) {
        self.ensure_open(phone);
        let Some(begun) = self.choose_document(phone, NewKind::Meeting, doc) else { return };
        let Some(replica) = self.phones[phone].replica() else { return };
        let drafts = replica.read(begun.doc, |history| history.draft_count());
        if drafts.is_ok_and(|drafts| drafts > FEW_DRAFTS) {
            return;
        }
        let secret = secret(u32::from(pick));
        match take_back(replica, begun.doc, pick, &secret) {
            Ok(()) => self.oracle.edits += 2,
            // It may stand there now, and then it is no secret.
            Err(_) => self.watch.tolerate_secrets(),
        }
    }

    fn create(&mut self, phone: usize, kind: NewKind, pick: u16) {
        self.ensure_open(phone);
        let mut rng = StdRng::from_seed(self.dice.bytes());
        let group = if kind == NewKind::Together { self.form_group(phone, pick) } else { None };
        let phone = &self.phones[phone];
        let Some(replica) = phone.replica() else { return };
        let about = self.office.people[usize::from(pick) % self.office.people.len()];
        let is_in_team = !replica.teams().unwrap_or_default().is_empty();
        let tenures = replica.tenures().unwrap_or_default();
        let tenure = tenures.get(usize::from(pick) % tenures.len().max(1)).map(|tenure| tenure.id);
        let key = match (kind, tenure) {
            (NewKind::Walk, _) => floor_walk::new_key(phone.person, &mut rng),
            (NewKind::Private, _) => private_log::key(phone.person, about, day(pick).quarter()),
            (NewKind::Tier, _) => tier_note::key(phone.person, about, day(pick).quarter()),
            (NewKind::Reflection, _) => manager_reflection::key(phone.person, day(pick).year()),
            (NewKind::Together, _) => match group {
                Some(group) => group_meeting::key(group, day((pick / 4) % MEETING_DAYS)),
                None => return,
            },
            (NewKind::HandOver, _) => match following(&tenures, pick) {
                Some(tenure) => hand_over::key(tenure),
                None => return,
            },
            (NewKind::Team, _) if is_in_team => team_goals::key(TEAM, day(pick).quarter()),
            (NewKind::Blockers, _) if is_in_team => team_blockers::key(TEAM, day(pick).quarter()),
            (NewKind::Circumstance, Some(tenure)) => circumstance::new_key(tenure, &mut rng),
            (NewKind::Kept, _) => wellbeing_private::key(phone.person, day(pick).quarter()),
            (NewKind::Plan, Some(tenure)) => action_plan::new_key(tenure, &mut rng),
            (NewKind::Meeting, Some(tenure)) => meeting::key(tenure, day((pick / 4) % MEETING_DAYS)),
            (NewKind::Partnership, Some(tenure)) => partnership::key(tenure, day(pick).year()),
            (NewKind::Goals, Some(tenure)) => goal_set::key(tenure, day(pick).quarter()),
            (NewKind::Feedback, Some(tenure)) => feedback_log::key(tenure, day(pick).quarter()),
            (NewKind::Shared, Some(tenure)) => wellbeing_log::key(tenure, day(pick).quarter()),
            (NewKind::Team | NewKind::Blockers, _) | (_, None) => return,
        };
        // A failure here is like one of an edit: nothing was promised.
        let Ok(doc) = replica.create(kind.kind(), key) else { return };
        if self.documents.iter().all(|begun| begun.doc != doc) {
            self.documents.push(Begun { doc, kind, key });
        }
    }

    /// Whoever leads decides to coach all their agents together; anybody else has the groups that they are in.
    fn form_group(&mut self, phone: usize, pick: u16) -> Option<GroupId> {
        let Phone { person, .. } = self.phones[phone];
        let replica = self.phones[phone].replica()?;
        let tenures = replica.tenures().unwrap_or_default();
        let own = tenures.iter().filter(|tenure| tenure.leader.id == person && tenure.stands_in.is_none());
        let people: BTreeSet<_> = own.map(|tenure| tenure.agent.id).collect();
        let people: Vec<_> = people.into_iter().collect();
        if let Ok(group) = replica.form_group(&people) {
            self.decided.entry(group).or_insert((person, people));
            return Some(group);
        }
        let groups = replica.groups().unwrap_or_default();
        groups.get(usize::from(pick) % groups.len().max(1)).map(|known| known.group.id)
    }

    /// Those documents of a kind that are on the phone.
    pub(super) fn choose_document(&self, phone: usize, kind: NewKind, choice: u8) -> Option<Begun> {
        let is_here = |begun: &&Begun| {
            let row = self.phones[phone].disk.look(|image| image.document(begun.doc));
            row.ok().flatten().is_some_and(|row| row.presence.is_readable())
        };
        let here: Vec<&Begun> =
            self.documents.iter().filter(|begun| begun.kind == kind).filter(is_here).collect();
        here.get(usize::from(choice) % here.len().max(1)).copied().copied()
    }

    fn look(&mut self, phone: usize) {
        self.ensure_open(phone);
        let Some(replica) = self.phones[phone].replica() else { return };
        for spec in KINDS {
            // What cannot be listed now is listed another time; that nothing is missing is looked at in the end.
            let listed = replica.list(Kind::of(spec)).map(|list| list.len());
            self.trace.say(format_args!("{} lists {:?}", self.phones[phone].name, listed.ok()));
        }
    }

    fn sync(&mut self, phone: usize, budget_ms: u64) {
        self.ensure_open(phone);
        let (trace, phone) = (self.trace.clone(), &mut self.phones[phone]);
        let name = phone.name.clone();
        if let Some(process) = phone.processes.first_mut() {
            process.ask(name, budget_ms, trace);
        }
    }

    fn suspend(&mut self, phone: usize) {
        let phone = &mut self.phones[phone];
        phone.processes.iter().for_each(|process| process.replica.suspend());
        phone.is_suspended = !phone.processes.is_empty();
    }

    pub(super) fn resume(&mut self, phone: usize) {
        let phone = &mut self.phones[phone];
        phone.processes.iter().for_each(|process| process.replica.resume());
        phone.is_suspended = false;
    }

    fn open_twice(&mut self, phone: usize) {
        if self.phones[phone].processes.len() == 1 {
            self.open(phone);
        }
        let (trace, phone) = (self.trace.clone(), &mut self.phones[phone]);
        let name = phone.name.clone();
        if let Some(process) = phone.processes.last_mut() {
            process.ask(name, 20_000, trace);
        }
    }

    fn lose_network(&mut self, phone: usize) {
        let phone = &self.phones[phone];
        phone.line.cut(crate::sim::op::Way::Both);
        phone.processes.iter().for_each(|process| process.replica.network_lost());
    }

    fn find_network(&mut self, phone: usize) {
        let phone = &self.phones[phone];
        phone.line.reconnect();
        phone.processes.iter().for_each(|process| process.replica.network_returned());
    }

    /// Nobody uses an app for some days.
    pub(super) async fn let_days_pass(&mut self, count: u64) {
        let awake: Vec<usize> =
            (0..self.phones.len()).filter(|phone| !self.phones[*phone].is_suspended).collect();
        awake.iter().for_each(|phone| self.suspend(*phone));
        sleep(DAY * u32::try_from(count).unwrap_or(1)).await;
        self.bury();
        awake.iter().for_each(|phone| self.resume(*phone));
    }
}

/// One of the pairs that follow another.
fn following(tenures: &[Tenure], pick: u16) -> Option<TenureId> {
    let following: Vec<_> = tenures.iter().filter(|tenure| tenure.follows.is_some()).collect();
    following.get(usize::from(pick) % following.len().max(1)).map(|tenure| tenure.id)
}
