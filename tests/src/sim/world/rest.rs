//! Owns the end of a history: everything is mended, time passes without anybody doing anything, and then all must be
//! as it was promised.

use super::World;
use crate::sim::backend;
use crate::sim::check;
use crate::sim::failure::{Failure, FailureKind};
use crate::sim::office::ORG;
use crate::sim::phone::Phone;
use std::time::Duration;
use sync_core::store::{DocumentRow, Presence, Store};
use sync_core::time::Timestamp;
use tokio::time::sleep;

/// Longer than coming to rest lasts, in days.
const REST_DAYS: u64 = 4;
const LONGEST_REST_MS: i64 = 4 * 86_400_000;
/// How long one look lasts.
const LOOK: Duration = Duration::from_secs(300);
/// So many looks in a row must show nothing new: longer than any phone stays away by itself.
const QUIET_LOOKS: u32 = 8;
/// After so many looks, what is not at rest never will be.
const MOST_LOOKS: u32 = 200;

impl World {
    /// Mends everything, waits, and looks.
    pub async fn rest(&mut self) -> anyhow::Result<()> {
        self.let_ends_pass().await;
        self.heal();
        self.drain().await;
        self.wait().await;
        self.start_every_app_again();
        self.wait().await;
        if self.is_damage_left() {
            self.wait().await;
        }
        self.failures.extend(self.watch.take_failures());
        self.failures.extend(check::everything(self).await);
        self.say_final_state();
        Ok(())
    }

    /// What ends by itself while everything comes to rest, ends before that: else nobody could say who is to have what.
    async fn let_ends_pass(&mut self) {
        let is_soon = |end: Timestamp, now| end.ms_since(now) < LONGEST_REST_MS;
        while self.office.access.next_end().is_some_and(|end| is_soon(end, self.clock.now())) {
            self.let_days_pass(REST_DAYS).await;
        }
    }

    fn heal(&mut self) {
        self.bury();
        let is_told = self.dice.happens(50);
        for server in 0..self.backend.count() {
            self.backend.weather.clear(&backend::name(server));
            self.backend.bring_up(server);
        }
        for phone in 0..self.phones.len() {
            self.heal_phone(phone, is_told);
        }
        self.backend.announce(0, ORG);
        self.backend.compact(0, ORG);
        self.trace.say(format_args!("everything is mended"));
    }

    fn heal_phone(&mut self, phone: usize, is_told: bool) {
        self.phones[phone].line.heal();
        self.phones[phone].disk.set_full(false);
        self.phones[phone].key.set_locked(false);
        if self.phones[phone].processes.is_empty() {
            self.open(phone);
        }
        self.phones[phone].processes.iter().for_each(|process| process.life.spare());
        if self.phones[phone].is_suspended {
            self.resume(phone);
        }
        self.look_at_all(phone);
        if is_told {
            self.phones[phone].processes.iter().for_each(|process| process.replica.network_returned());
        }
    }

    /// Its owner looks at every document: one that has become unreadable is noticed now. Whether there is one.
    fn look_at_all(&self, phone: usize) -> bool {
        let phone = &self.phones[phone];
        let rows = phone.disk.look(|image| image.documents(None)).unwrap_or_default();
        let unreadable = |row: &&DocumentRow| {
            phone.replica().is_some_and(|replica| replica.read(row.doc, |_| ()).is_err_and(|e| e.is_damage()))
        };
        rows.iter().filter(unreadable).count() > 0
    }

    /// Whether there is damage that nobody has met until now; whoever looks, meets it.
    fn is_damage_left(&self) -> bool {
        (0..self.phones.len()).filter(|phone| self.look_at_all(*phone)).count() > 0
    }

    /// Lets time pass until every queue is empty, and notes how long that took.
    async fn drain(&mut self) {
        let healed = tokio::time::Instant::now();
        for _ in 0..LOOK.as_secs() * u64::from(MOST_LOOKS) {
            if self.busy().is_none() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
        self.drained = healed.elapsed();
    }

    /// What is looked at in the end is what stands on the disk, not what an app still has in memory.
    fn start_every_app_again(&mut self) {
        for phone in 0..self.phones.len() {
            self.phones[phone].close();
            self.open(phone);
        }
    }

    /// Lets time pass until nothing happens any more.
    async fn wait(&mut self) {
        let (mut quiet, mut before) = (0, None);
        for _ in 0..MOST_LOOKS {
            self.backend.announce(0, ORG);
            sleep(LOOK).await;
            let feed = self.backend.database.committed(ORG).feed_counter;
            let is_quiet = before == Some(feed) && self.busy().is_none();
            quiet = if is_quiet { quiet + 1 } else { 0 };
            before = Some(feed);
            if quiet == QUIET_LOOKS {
                return;
            }
        }
        let what = self.busy().unwrap_or_else(|| "the server's feed grows and grows".into());
        self.failures.push(Failure::new(FailureKind::Stuck, what));
    }

    /// What is not done yet.
    fn busy(&self) -> Option<String> {
        self.phones.iter().find_map(|phone| Some(format!("{}: {}", phone.name, busy_with(phone)?)))
    }

    fn say_final_state(&self) {
        let tables = self.backend.database.committed(ORG);
        for (doc, document) in &tables.documents {
            self.trace.say(format_args!("{doc:?} at {} {:?}", document.row.version, document.row.heads));
        }
        for (number, word) in self.oracle.words() {
            self.trace.say(format_args!("<{number}> {:?}", word.state));
        }
    }
}

fn busy_with(phone: &Phone) -> Option<String> {
    let open_asks: u32 = phone.processes.iter().map(|process| process.open_asks()).sum();
    if open_asks > 0 {
        return Some(format!("{open_asks} asks without an answer"));
    }
    phone.disk.look(|image| {
        let outbox = image.outbox(0, usize::MAX).map_or(0, |rows| rows.len());
        let drafted = image.drafted().map_or(0, |docs| docs.len());
        let in_presence = |presence| image.documents_in(presence).map_or(0, |rows| rows.len());
        let (leaving, damaged) = (in_presence(Presence::Leaving), in_presence(Presence::Damaged));
        let behind = in_presence(Presence::Behind);
        let decisions = image.commands().map_or(0, |commands| commands.len());
        let is_repairing = image.setting("forked_cursor").is_ok_and(|cursor| cursor.is_some());
        let is_done = outbox + decisions + drafted + leaving + damaged + behind == 0 && !is_repairing;
        (!is_done).then(|| {
            format!(
                "{outbox} in the outbox, {decisions} decisions, {drafted} with drafts, {leaving} leaving, {damaged} damaged, {behind} \
                 behind, repairing: {is_repairing}"
            )
        })
    })
}
