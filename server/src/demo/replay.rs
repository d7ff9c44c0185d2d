//! Owns the replay: a recorded session as the notes of one meeting, on as many phones as there were writers.

use super::network::Traffic;
use super::phone::Phone;
use super::recording::{Recording, Written, first_difference};
use super::stage::{Enrolling, Instance, Stage};
use super::teller::Teller;
use crate::services::roster::NewTenure;
use anyhow::{Context, bail, ensure};
use automerge::{ActorId, Change, ChangeHash};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use sync_core::coaching::{Kind, meeting};
use sync_core::content::Language;
use sync_core::document::{self, Document};
use sync_core::history::History;
use sync_core::ids::{DocId, PersonId};
use sync_core::sync::Outcome;
use sync_core::sync::live::LivePolicy;
use sync_core::time::Day;

/// How long one sync may take before the phone goes on writing.
const BUDGET_MS: u64 = 20_000;
/// How many changes a phone adds at most before the next one has its turn.
const STRETCH: usize = 120;
/// Syncs in a row that may fail before the replay gives up; at 10 % loss ten are already beyond chance.
const PATIENCE: usize = 200;

/// How to replay.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Decides the schedule, and what gets lost.
    pub seed: u64,
    /// Per cent of requests, and of answers, that get lost.
    pub lose: u8,
}

/// One writer's phone, and what it has still to write.
struct Writer {
    phone: Phone,
    queue: VecDeque<Change>,
}

/// Everybody who takes part.
struct Cast {
    writers: Vec<Writer>,
    doc: DocId,
    leader: PersonId,
    dice: StdRng,
}

/// Replays a recording; every copy must end in the recorded text.
pub async fn replay(
    stage: &Stage,
    instance: &Instance,
    path: &Path,
    settings: Settings,
    teller: &mut Teller,
) -> anyhow::Result<()> {
    let recording = Recording::open(path)?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let Settings { seed, lose } = settings;
    let (edits, writers) = (recording.edits(), recording.num_agents);
    teller.chapter(&format!(
        "Replay of {name}: {edits} edits by {writers} writers, seed {seed}, {lose} % lost"
    ))?;
    let clock = stage.phone_clock();
    let started = clock();
    let mut cast = Cast::gather(stage, instance, &recording, settings).await?;
    cast.play(settings, teller).await?;
    let mut texts = cast.texts()?;
    let fresh = cast.fresh_phone(stage, instance).await?;
    texts.push(("a fresh phone, that is the server".to_owned(), notes(&fresh, cast.doc)?));
    compare(teller, &recording.end_content, &texts)?;
    let seconds = clock().ms_since(started) as f64 / 1000.0;
    teller.say(&format!("{}, {seconds:.1} s", in_words(cast.traffic())))?;
    cast.go_home(fresh).await;
    Ok(())
}

fn compare(teller: &mut Teller, expected: &str, texts: &[(String, String)]) -> anyhow::Result<()> {
    for (whose, text) in texts {
        match first_difference(expected, text) {
            None => teller.expect(&format!("{whose}: equal, {} characters", text.chars().count()), true)?,
            Some(difference) => teller.expect(&format!("{whose}: differs {difference}"), false)?,
        }
    }
    Ok(())
}

fn in_words(traffic: Traffic) -> String {
    let Traffic { requests, bytes_up, bytes_down, requests_lost, answers_lost } = traffic;
    format!(
        "{requests} requests, {bytes_up} bytes up, {bytes_down} bytes down, \
         {requests_lost} requests and {answers_lost} answers lost"
    )
}

impl Cast {
    /// Hires a leader and an agent; the writers sit at phones of the two in turn.
    async fn gather(
        stage: &Stage,
        instance: &Instance,
        recording: &Recording,
        settings: Settings,
    ) -> anyhow::Result<Self> {
        let mut dice = StdRng::seed_from_u64(settings.seed);
        let leader = stage.hire(instance, "Recorded leader", Language::En).await?;
        let agent = stage.hire(instance, "Recorded agent", Language::En).await?;
        let team = stage.add_team(instance, "Recorded team").await?;
        let tenure = stage.pair(instance, NewTenure { team, leader, agent }).await?;
        let key = meeting::key(tenure, Day::new(2026, 3, 18).context("the day exists")?);
        let kind = Kind::of(&meeting::SPEC);
        let actors: Vec<ActorId> = (0..recording.num_agents).map(|_| random_actor(&mut dice)).collect();
        let written = recording.write(&document::genesis(kind, &key), "notes", &actors)?;
        let mut writers = Vec::new();
        for number in 0..recording.num_agents {
            let person = if number % 2 == 0 { leader } else { agent };
            let phone =
                enroll(stage, instance, person, &format!("writer {}", number + 1), dice.next_u64()).await?;
            phone.app()?.create(kind, key)?;
            writers.push(Writer { phone, queue: queue_of(&written, number) });
        }
        Ok(Self { writers, doc: DocId::of(stage.org, kind.name(), &key), leader, dice })
    }

    /// Lets the phones write and sync, on a schedule that the seed decides, until everything is everywhere.
    async fn play(&mut self, settings: Settings, teller: &mut Teller) -> anyhow::Result<()> {
        let total = self.left();
        self.writers.iter().for_each(|writer| writer.phone.network.lose(settings.lose));
        let mut told = total;
        while self.left() > 0 {
            let at = self.dice.random_range(0..self.writers.len());
            let stretch = self.dice.random_range(1..=STRETCH);
            let wrote = self.writers[at].write(self.doc, stretch)?;
            if wrote == 0 || self.dice.random_range(0..3) > 0 {
                self.writers[at].try_sync().await?;
            }
            if told - self.left() > total / 5 {
                told = self.left();
                teller.say(&format!("{} of {total} changes written", total - told))?;
            }
        }
        // Twice: what the last one pushes, the first one has still to fetch.
        for writer in self.writers.iter().chain(&self.writers) {
            writer.sync_for_sure().await?;
        }
        Ok(())
    }

    fn left(&self) -> usize {
        self.writers.iter().map(|writer| writer.queue.len()).sum()
    }

    fn texts(&self) -> anyhow::Result<Vec<(String, String)>> {
        self.writers.iter().map(|w| Ok((w.phone.owner.clone(), notes(&w.phone, self.doc)?))).collect()
    }

    /// What the server gives to somebody who has nothing.
    async fn fresh_phone(&mut self, stage: &Stage, instance: &Instance) -> anyhow::Result<Phone> {
        let seed = self.dice.next_u64();
        let phone = enroll(stage, instance, self.leader, "fresh", seed).await?;
        phone.sync().await?;
        Ok(phone)
    }

    fn traffic(&self) -> Traffic {
        let all = self.writers.iter().map(|writer| writer.phone.network.traffic());
        all.fold(Traffic::default(), Traffic::plus)
    }

    async fn go_home(self, mut fresh: Phone) {
        fresh.close().await;
        for mut writer in self.writers {
            writer.phone.close().await;
        }
    }
}

impl Writer {
    /// Adds the next changes whose ancestors are here; says how many.
    fn write(&mut self, doc: DocId, at_most: usize) -> anyhow::Result<usize> {
        let app = self.phone.app()?;
        let ready = app.read(doc, |history| ready(history, &self.queue, at_most))?;
        if !ready.is_empty() {
            app.add_sealed(doc, &ready)?;
            self.queue.drain(..ready.len());
        }
        Ok(ready.len())
    }

    /// One try; a lost request or answer is no failure.
    async fn try_sync(&self) -> anyhow::Result<Outcome> {
        let outcome = self.phone.app()?.sync(BUDGET_MS).await;
        let passes =
            matches!(outcome, Outcome::UpToDate { .. } | Outcome::BudgetExhausted { .. } | Outcome::Offline);
        ensure!(passes, "{}: the sync ended in {outcome:?}", self.phone.owner);
        Ok(outcome)
    }

    async fn sync_for_sure(&self) -> anyhow::Result<()> {
        for _ in 0..PATIENCE {
            if self.try_sync().await? == (Outcome::UpToDate { pending: 0 }) {
                return Ok(());
            }
        }
        bail!("{} did not get up to date in {PATIENCE} tries", self.phone.owner)
    }
}

/// The first changes of the queue whose ancestors are in the document, or before them in the queue.
fn ready(history: &History, queue: &VecDeque<Change>, at_most: usize) -> Vec<Change> {
    let mut added: BTreeSet<ChangeHash> = BTreeSet::new();
    let mut ready = Vec::new();
    for change in queue.iter().take(at_most) {
        let is_here =
            |dep: &ChangeHash| added.contains(dep) || history.view().get_change_meta_by_hash(dep).is_some();
        if !change.deps().iter().all(is_here) {
            break;
        }
        added.insert(change.hash());
        ready.push(change.clone());
    }
    ready
}

fn queue_of(written: &[Written], writer: usize) -> VecDeque<Change> {
    written.iter().filter(|one| one.writer == writer).map(|one| one.change.clone()).collect()
}

async fn enroll(
    stage: &Stage,
    instance: &Instance,
    person: PersonId,
    owner: &str,
    seed: u64,
) -> anyhow::Result<Phone> {
    let file = format!("replay-{seed:016x}");
    stage.enroll(instance, &Enrolling { person, owner, file: &file, live: LivePolicy::Ignore, seed }).await
}

fn notes(phone: &Phone, doc: DocId) -> anyhow::Result<String> {
    Ok(phone.app()?.read(doc, |history| meeting::view(Document::of(history.view())).notes.text)?)
}

fn random_actor(dice: &mut StdRng) -> ActorId {
    let mut bytes = [0; 16];
    dice.fill_bytes(&mut bytes);
    ActorId::from(&bytes[..])
}
