//! Owns the proof that every push gets its verdict, and keeps it, whatever becomes of the worker that tries it.

use crate::hostile::Ground;
use crate::hostile::cases::{CASES, Case};
use crate::kills::say;
use crate::phone::{notes, plan_nth, sync_in_the_end, try_sync, write};
use crate::raw_device::{pushing, send};
use crate::server::TestServer;
use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};
use server::demo::phone::Phone;
use server::trial::{Place, Workers};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use sync_core::coaching::meeting;
use sync_core::ids::{DocId, TenureId};
use sync_core::replica::PhoneClock;
use sync_core::sync::Outcome;
use sync_core::time::{Day, Timestamp};
use sync_core::wire::{Create, ErrorCode, Frame, PushDocument};
use tokio::task::JoinSet;

/// How often the workers are killed.
const KILL_EVERY: Duration = Duration::from_millis(200);
/// Edits between two syncs of a phone.
const EDITS: usize = 3;
/// Every so many rounds a phone pushes something hostile as well.
const HOSTILE_EVERY: usize = 4;
/// Meetings of each pair; those that are attacked come after them.
const MEETINGS: usize = 4;

/// How long how many phones push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// How long they push, with and without kills
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub seconds: u32,
    /// How many phones push
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub phones: u32,
}

/// What came of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Workers that were killed.
    pub kills: usize,
    /// Syncs after which nothing waited any more.
    pub pushes: usize,
    /// Syncs after which something did: it goes with the next one.
    pub delayed: usize,
    /// Hostile changes that were pushed.
    pub hostile: usize,
    /// Those that got another verdict than they must.
    pub wrong: usize,
    /// Edits that a phone made, and that another one of the same person does not have in the end.
    pub lost: usize,
    /// Edits that the server did not take.
    pub refused: usize,
}

impl Tally {
    /// Whether every verdict was right, and kept.
    pub fn is_kept(&self) -> bool {
        (self.wrong, self.lost, self.refused) == (0, 0, 0) && self.pushes > 0 && self.hostile > 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, pushes, delayed, hostile, wrong, lost, refused } = self;
        write!(f, "kills {kills} pushes {pushes} delayed {delayed} hostile {hostile}")?;
        write!(f, " wrong {wrong} refused {refused} lost {lost}")
    }
}

/// Plays the load without kills and with them; an error unless every verdict was right and kept, and the kills hit.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    let program = std::env::current_exe().context("this program's own file")?;
    let calm = load(settings, program.clone(), Weather::Calm).await?;
    let rough = load(settings, program, Weather::Killing).await?;
    let speed = |tally: &Tally| tally.pushes as f64 / f64::from(settings.seconds.max(1));
    say(&format!("without kills: {calm}, {:.0} pushes/s", speed(&calm)))?;
    say(&format!("with kills: {rough}, {:.0} pushes/s", speed(&rough)))?;
    ensure!(calm.is_kept() && rough.is_kept(), "a promise was not kept");
    ensure!(rough.kills > 0, "no worker was there to be killed");
    Ok(())
}

/// What becomes of the workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// Nothing.
    Calm,
    /// They are killed again and again.
    Killing,
}

/// Lets phones push, then looks what is there.
pub async fn load(settings: Settings, program: PathBuf, weather: Weather) -> anyhow::Result<Tally> {
    let workers = Workers { program, ..Workers::of_this_program() };
    let mut server = TestServer::start_trying_in("Maria", Place::Workers(workers)).await?;
    let clock = server.stage.phone_clock();
    let until = clock().plus_ms(i64::from(settings.seconds) * 1000);
    let mut playing = JoinSet::new();
    for number in 0..settings.phones {
        let writer = Writer::gather(&server, number).await?;
        playing.spawn(writer.write_until(clock.clone(), until));
    }
    let mut tally = Tally::default();
    if weather == Weather::Killing {
        while clock() < until {
            tokio::time::sleep(KILL_EVERY).await;
            tally.kills += kill_workers()?;
        }
    }
    let mut writers = Vec::new();
    while let Some(played) = playing.join_next().await {
        writers.push(played??);
    }
    let reader = server.phone(server.founder, "reader").await?;
    for writer in &writers {
        tally.add(writer, &reader)?;
    }
    server.stop().await;
    Ok(tally)
}

impl Tally {
    fn add(&mut self, writer: &Writer, reader: &Phone) -> anyhow::Result<()> {
        let Counts { pushes, delayed, hostile, wrong } = writer.counts;
        self.pushes += pushes;
        self.delayed += delayed;
        self.hostile += hostile;
        self.wrong += wrong;
        self.refused += writer.phone.app()?.not_accepted()?.len();
        for (doc, words) in &writer.written {
            let read = notes(reader, *doc)?;
            self.lost += usize::from(!read.contains(words));
        }
        Ok(())
    }
}

/// An agent's phone, and what it has written.
struct Writer {
    org: sync_core::ids::OrgId,
    phone: Phone,
    tenure: TenureId,
    written: Vec<(DocId, String)>,
    counts: Counts,
    round: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    pushes: usize,
    delayed: usize,
    hostile: usize,
    wrong: usize,
}

impl Writer {
    async fn gather(server: &TestServer, number: u32) -> anyhow::Result<Self> {
        let agent = server.person(&format!("Agent {number}")).await?;
        let tenure = server.pair(server.founder, agent).await?;
        let phone = server.phone(agent, &format!("phone {number}")).await?;
        let (written, counts) = (Vec::new(), Counts::default());
        Ok(Self { org: server.stage.org, phone, tenure, written, counts, round: 0 })
    }

    async fn write_until(mut self, clock: PhoneClock, until: Timestamp) -> anyhow::Result<Self> {
        while clock() < until {
            for _ in 0..EDITS {
                self.write()?;
            }
            match try_sync(&self.phone).await? {
                Outcome::UpToDate { pending: 0 } => self.counts.pushes += 1,
                _ => self.counts.delayed += 1,
            }
            if self.round.is_multiple_of(HOSTILE_EVERY) {
                self.attack(clock()).await?;
            }
            self.round += 1;
        }
        sync_in_the_end(&self.phone).await?;
        Ok(self)
    }

    fn write(&mut self) -> anyhow::Result<()> {
        let doc = plan_nth(&self.phone, self.tenure, self.round % MEETINGS)?;
        let words = format!("edit {}. ", self.written.len());
        write(&self.phone, doc, &words)?;
        self.written.push((doc, words));
        Ok(())
    }

    /// Pushes an honest beginning of a meeting, and then something hostile to it.
    async fn attack(&mut self, now: Timestamp) -> anyhow::Result<()> {
        let harmful: Vec<&Case> =
            CASES.iter().filter(|case| case.expected == Err(ErrorCode::ChangeHarmful)).collect();
        let case = harmful[self.counts.hostile % harmful.len()];
        let number = MEETINGS + self.counts.hostile;
        let (year, day) = (2030 + number / 336, number % 336);
        let day = Day::parse(&format!("{year}-{:02}-{:02}", day / 28 + 1, day % 28 + 1));
        let key = meeting::key(self.tenure, day.ok().context("the day exists")?);
        let ground = Ground::of(&key)?;
        let begins = self.push_raw(&key, ground.hers(), now).await?;
        let attacks = self.push_raw(&key, (case.make)(&ground)?, now).await?;
        self.counts.hostile += 1;
        self.counts.wrong +=
            usize::from(!begins.is_empty() || attacks.last() != Some(&ErrorCode::ChangeHarmful));
        Ok(())
    }

    /// The codes of what was refused.
    async fn push_raw(
        &mut self,
        key: &sync_core::key::NaturalKey,
        changes: Vec<Vec<u8>>,
        now: Timestamp,
    ) -> anyhow::Result<Vec<ErrorCode>> {
        let doc = DocId::of(self.org, "meeting", key);
        let create = Some(Create { kind: "meeting".into(), key: *key });
        let changes = changes.into_iter().map(Into::into).collect();
        let request = pushing(vec![PushDocument { doc, create, changes }]);
        let seed = u64::from_be_bytes(doc.as_bytes()[..8].try_into()?) ^ request.push[0].changes.len() as u64;
        let frames = send(&self.phone, &request, now, seed).await?;
        let results = frames.into_iter().filter_map(|frame| match frame {
            Frame::PushResult(result) => Some(result.rejected),
            _ => None,
        });
        Ok(results.flatten().map(|rejected| rejected.code).collect())
    }
}

/// Kills every worker of this process, and tells how many.
fn kill_workers() -> anyhow::Result<usize> {
    let mut killed = 0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        // A thread may end while it is looked at.
        let children = std::fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace() {
            let line = std::fs::read_to_string(format!("/proc/{child}/cmdline")).unwrap_or_default();
            let pid = Pid::from_raw(child.parse()?).filter(|_| line.contains("trial-worker"));
            killed += usize::from(pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok()));
        }
    }
    Ok(killed)
}
