//! Owns the people of the kills of servers and databases: a leader and those she leads, their phones, the meetings
//! that they write into together, and what of it must be found where.

use super::Settings;
use super::scene::Scene;
use super::tally::Tally;
use super::writer::Writer;
use super::written::Books;
use crate::phone::{not_accepted, plan_nth};
use anyhow::{Context, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use server::demo::phone::Phone;
use server::demo::stage::Enrolling;
use server::services::roster::NewTenure;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use sync_core::coaching::Kind;
use sync_core::coaching::meeting;
use sync_core::content::Language;
use sync_core::document::Document;
use sync_core::ids::{DocId, PersonId, TenureId};
use sync_core::replica::Replica;
use sync_core::sync::live::LivePolicy;
use tokio::task::JoinSet;

/// Who leads the others; she writes to all of them.
const LEADER: &str = "Maria";
/// Whom she leads.
const AGENTS: [&str; 3] = ["Andrei", "Ioana", "李娜"];

/// Somebody with a phone.
struct Member {
    person: PersonId,
    owner: &'static str,
    phone: Phone,
    tenures: Vec<TenureId>,
    /// The meetings of the day: one for each tenure.
    today: Vec<DocId>,
    /// The meetings of all days since the books were opened.
    docs: Vec<DocId>,
}

/// Everybody, and what they wrote since the books were opened.
pub struct Team {
    members: Vec<Member>,
    /// The leader's other phone, on which nobody writes: it shows what the server has.
    witness: Phone,
    /// What everybody wrote.
    pub books: Books,
    dice: StdRng,
    days: usize,
    rounds: usize,
    phones: usize,
}

impl Team {
    /// Adds the people and enrols their phones.
    pub async fn gather(scene: &Scene, settings: Settings) -> anyhow::Result<Self> {
        let mut dice = settings.dice("team");
        let team = scene.stage.add_team(&scene.office, "Evening shift").await?;
        let leader = Member::join(scene, scene.founder, LEADER, dice.next_u64()).await?;
        let mut members = vec![leader];
        for owner in AGENTS {
            let agent = scene.stage.hire(&scene.office, owner, Language::Ro).await?;
            let new = NewTenure { team, leader: scene.founder, agent };
            let tenure = scene.stage.pair(&scene.office, new).await?;
            members[0].tenures.push(tenure);
            let mut member = Member::join(scene, agent, owner, dice.next_u64()).await?;
            member.tenures.push(tenure);
            members.push(member);
        }
        let witness = enroll(scene, scene.founder, (LEADER, "witness"), dice.next_u64()).await?;
        for phone in members.iter().map(|member| &member.phone) {
            phone.sync().await?;
        }
        Ok(Self { members, witness, books: Books::default(), dice, days: 0, rounds: 0, phones: 0 })
    }

    /// Opens new books: what was written before is not looked for any more.
    pub fn open_books(&mut self) {
        self.books = Books::default();
        self.members.iter_mut().for_each(|member| member.docs.clear());
    }

    /// Plans the meetings of another day, on each phone by itself.
    pub fn begin_day(&mut self) -> anyhow::Result<()> {
        for member in &mut self.members {
            let plan = |tenure: &TenureId| plan_nth(&member.phone, *tenure, self.days);
            member.today = member.tenures.iter().map(plan).collect::<anyhow::Result<_>>()?;
            member.docs.extend(&member.today);
        }
        self.days += 1;
        Ok(())
    }

    /// Everybody begins to write.
    pub fn write(&mut self, stop: &Arc<AtomicBool>) -> anyhow::Result<JoinSet<anyhow::Result<()>>> {
        let mut writers = JoinSet::new();
        self.rounds += 1;
        for member in &self.members {
            let writer = Writer {
                owner: member.owner,
                app: member.phone.app()?.clone(),
                docs: member.today.clone(),
                books: self.books.clone(),
                stop: stop.clone(),
                dice: StdRng::seed_from_u64(self.dice.next_u64()),
                round: self.rounds,
            };
            writers.spawn(writer.write());
        }
        Ok(writers)
    }

    /// How many requests have left the phones and were not answered in full.
    pub fn in_flight(&self) -> usize {
        self.members.iter().map(|member| member.phone.network.in_flight()).sum()
    }

    /// What phones call from now on goes nowhere, and they are not told.
    pub fn cut(&self) {
        self.members.iter().for_each(|member| member.phone.network.cut());
    }

    /// It goes through again, to this server; they are not told.
    pub fn lead_to(&self, url: &str) -> anyhow::Result<()> {
        for member in &self.members {
            member.phone.network.lead_to(url)?;
            member.phone.network.heal();
        }
        Ok(())
    }

    /// Looks whether the server has what it acknowledged to anybody today.
    pub async fn look(&self, url: &str, tally: &mut Tally) -> anyhow::Result<()> {
        let leader = self.members.first().context("somebody leads")?;
        let books = |doc: &DocId| (*doc, self.books.of(*doc));
        let before: Vec<_> = leader.today.iter().map(books).collect();
        self.witness.network.lead_to(url)?;
        self.witness.sync().await?;
        for (doc, written) in before {
            // Those who were not cut off have gone on writing meanwhile.
            let may = self.books.of(doc).begun;
            tally.compare(&topics(self.witness.app()?, doc)?, &written.acknowledged, &may);
        }
        Ok(())
    }

    /// Looks at the end whether everything that an edit returned for is on everybody's phone, opened anew, and on a
    /// fresh one, and whether all of them read the same.
    pub async fn look_everywhere(
        &mut self,
        scene: &Scene,
        url: &str,
        tally: &mut Tally,
    ) -> anyhow::Result<()> {
        for member in &mut self.members {
            member.phone.close().await;
            member.phone.start()?;
            member.phone.sync().await?;
        }
        for member in &self.members {
            // Again: the others have sent since.
            member.phone.sync().await?;
            ensure!(
                not_accepted(&member.phone)?.is_empty(),
                "something of {}'s was not accepted",
                member.owner
            );
            self.phones += 1;
            let file = format!("fresh-{}", self.phones);
            let mut fresh = enroll(scene, member.person, (member.owner, &file), self.dice.next_u64()).await?;
            fresh.network.lead_to(url)?;
            fresh.sync().await?;
            for doc in &member.docs {
                let written = self.books.of(*doc);
                let (old, new) = (topics(member.phone.app()?, *doc)?, topics(fresh.app()?, *doc)?);
                tally.compare(&old, &written.done, &written.begun);
                tally.compare(&new, &written.done, &written.begun);
                ensure!(old == new, "two copies of a meeting differ");
            }
            fresh.close().await;
        }
        Ok(())
    }

    /// Everybody closes their app.
    pub async fn go_home(mut self) {
        for member in &mut self.members {
            member.phone.close().await;
        }
        self.witness.close().await;
    }
}

impl Member {
    async fn join(scene: &Scene, person: PersonId, owner: &'static str, seed: u64) -> anyhow::Result<Self> {
        let phone = enroll(scene, person, (owner, owner), seed).await?;
        Ok(Self { person, owner, phone, tenures: Vec::new(), today: Vec::new(), docs: Vec::new() })
    }
}

/// No phone listens to the live stream, which would count as a request in flight for as long as it is open.
async fn enroll(
    scene: &Scene,
    person: PersonId,
    (owner, file): (&str, &str),
    seed: u64,
) -> anyhow::Result<Phone> {
    let who = Enrolling { person, owner, file, live: LivePolicy::Ignore, seed };
    scene.stage.enroll(&scene.office, &who).await
}

/// The topics of a meeting in their order; none when it is not on the phone.
fn topics(app: &Replica, doc: DocId) -> anyhow::Result<Vec<String>> {
    if !app.list(Kind::of(&meeting::SPEC))?.iter().any(|listed| listed.doc == doc) {
        return Ok(Vec::new());
    }
    let view = app.read(doc, |history| meeting::view(Document::of(history.view())))?;
    Ok(view.agenda.into_iter().map(|topic| topic.text).collect())
}
