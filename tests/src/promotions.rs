//! Owns the proof that a standby which takes over has everything that was acknowledged: phones write and sync through
//! two servers; the primary Postgres is killed in the middle of it; the standby is promoted. What a phone was told is on
//! the server must be there before any phone comes back: afterwards phones would give back what is missing.

mod forwarder;
mod node;

use crate::kills::say;
use crate::phone::{plan_nth, try_sync, write};
use anyhow::ensure;
use forwarder::Forwarder;
use node::{Node, Programs};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use server::demo::phone::Phone;
use server::demo::stage::{Enrolling, Instance, Stage};
use server::services::roster::NewTenure;
use sqlx::Row;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use sync_core::content::Language;
use sync_core::ids::{ChangeHash, DocId, TenureId};
use sync_core::sync::live::LivePolicy;
use tempfile::TempDir;

/// How often the primary is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// How many promotions
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub promotions: u32,
    /// Pairs of people who write meanwhile, a phone each
    #[arg(long, value_name = "N", default_value = "3")]
    pub pairs: NonZeroUsize,
    /// Decides when the kills come
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Default)]
struct Tally {
    promotions: u32,
    /// Kills while a push was under way.
    inside: u32,
    edits: u64,
    acknowledged: usize,
    lost: usize,
}

/// A phone and the meetings that it writes in.
struct Writer {
    phone: Phone,
    tenure: TenureId,
}

/// Promotes as often as told; an error if anything acknowledged is missing afterwards.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    let programs = Programs::find()?;
    let files = shared_directory(&programs)?;
    let mut primary = Node::create(&programs, files.path().join("0")).await?;
    let mut standby = primary.follow(files.path().join("1")).await?;
    let forwarder = Forwarder::to(primary.port).await?;
    let url = format!("postgres://postgres@127.0.0.1:{}/postgres", forwarder.port);
    let mut stage = Stage::on(tempfile::tempdir()?, url, None);
    let servers = [stage.start_server().await?, stage.start_server().await?];
    let mut writers = enroll(&mut stage, &servers, settings.pairs.get()).await?;
    let mut dice = StdRng::seed_from_u64(settings.seed);
    let mut tally = Tally::default();
    for promotion in 0..settings.promotions {
        let load = Load::default();
        let killed = async {
            tokio::time::sleep(Duration::from_millis(dice.random_range(300..1_500))).await;
            tally.inside += u32::from(load.under_way.load(Ordering::SeqCst) > 0);
            primary.kill()?;
            load.is_over.store(true, Ordering::SeqCst);
            anyhow::Ok(())
        };
        let (killed, written) = tokio::join!(killed, write_until_over(&writers, &load, promotion));
        killed?;
        written?;
        tally.edits += load.edits.load(Ordering::SeqCst);
        standby.promote().await?;
        let acknowledged = acknowledged(&writers)?;
        tally.lost += missing(&standby, &acknowledged).await?;
        (tally.promotions, tally.acknowledged) = (promotion + 1, acknowledged.len());
        primary = standby;
        forwarder.lead_to(primary.port);
        standby = primary.follow(files.path().join((promotion + 2).to_string())).await?;
        everybody_is_up_to_date(&mut writers).await?;
        say(&format!("  {tally}"))?;
    }
    for server in servers {
        server.stop().await;
    }
    say(&tally.to_string())?;
    ensure!(tally.promotions > 0 && tally.lost == 0, "something acknowledged was lost");
    ensure!(tally.inside * 2 >= tally.promotions, "too few kills hit a push");
    Ok(())
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { promotions, inside, edits, acknowledged, lost } = self;
        write!(f, "promotions {promotions}, inside {inside}, edits {edits}, ")?;
        write!(f, "changes acknowledged {acknowledged}, lost {lost}")
    }
}

/// A directory that the account of Postgres owns.
fn shared_directory(programs: &Programs) -> anyhow::Result<TempDir> {
    let files = tempfile::Builder::new().prefix("floorwalk-promotions-").tempdir()?;
    programs.own(files.path())?;
    Ok(files)
}

async fn enroll(stage: &mut Stage, servers: &[Instance; 2], pairs: usize) -> anyhow::Result<Vec<Writer>> {
    let leader = stage.found(&servers[0], "Maria Ionescu").await?;
    let team = stage.add_team(&servers[0], "Evening shift").await?;
    let mut writers = Vec::new();
    for number in 0..pairs {
        let agent = stage.hire(&servers[0], &format!("Agent {number}"), Language::Ro).await?;
        let tenure = stage.pair(&servers[0], NewTenure { team, leader, agent }).await?;
        for (side, person) in [(0, leader), (1, agent)] {
            let file = format!("phone-{number}-{side}");
            let seed = (number * 2 + side) as u64;
            let who = Enrolling { person, owner: "a writer", file: &file, live: LivePolicy::Ignore, seed };
            let phone = stage.enroll(&servers[side], &who).await?;
            phone.sync().await?;
            writers.push(Writer { phone, tenure });
        }
    }
    Ok(writers)
}

/// What the writers do at this moment.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    under_way: AtomicU64,
    edits: AtomicU64,
}

async fn write_until_over(writers: &[Writer], load: &Load, promotion: u32) -> anyhow::Result<()> {
    let writing = writers.iter().map(|writer| writer.write_until_over(load, promotion));
    futures_util::future::try_join_all(writing).await?;
    Ok(())
}

impl Writer {
    /// Writes a few words and syncs, again and again; a few meetings, so that both sides often meet in one.
    async fn write_until_over(&self, load: &Load, promotion: u32) -> anyhow::Result<()> {
        let mut round = 0;
        while !load.is_over.load(Ordering::SeqCst) {
            let doc = plan_nth(&self.phone, self.tenure, promotion as usize * 4 + round % 4)?;
            write(&self.phone, doc, &format!("{promotion}.{round} "))?;
            load.edits.fetch_add(1, Ordering::SeqCst);
            load.under_way.fetch_add(1, Ordering::SeqCst);
            // Ends badly when the primary dies: the phone keeps what it wrote.
            let _ = try_sync(&self.phone).await?;
            load.under_way.fetch_sub(1, Ordering::SeqCst);
            round += 1;
        }
        Ok(())
    }
}

/// The changes that phones were told are on the server.
fn acknowledged(writers: &[Writer]) -> anyhow::Result<BTreeSet<(DocId, ChangeHash)>> {
    let mut all = BTreeSet::new();
    for writer in writers {
        for doc in crate::phone::meetings(&writer.phone)? {
            let hashes = writer.phone.app()?.read(doc, |history| {
                let metas = history.accepted().get_changes_meta(&[]);
                // The first one is made on the phone and is the same everywhere.
                let pushed = metas.iter().filter(|meta| !meta.deps.is_empty());
                pushed.map(|meta| ChangeHash::from_bytes(meta.hash.0)).collect::<Vec<_>>()
            })?;
            all.extend(hashes.into_iter().map(|hash| (doc, hash)));
        }
    }
    Ok(all)
}

/// How many of them this database does not hold. Nobody but this looks at it yet.
async fn missing(node: &Node, acknowledged: &BTreeSet<(DocId, ChangeHash)>) -> anyhow::Result<usize> {
    let rows = sqlx::query("SELECT hash FROM change").fetch_all(&mut node.connect().await?).await?;
    let stored: BTreeSet<Vec<u8>> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(acknowledged.iter().filter(|(_, hash)| !stored.contains(&hash.as_bytes()[..])).count())
}

/// Everything that was written in the meantime arrives. The apps are opened anew: they would stay away for a while, as
/// they should from a server that fails.
async fn everybody_is_up_to_date(writers: &mut [Writer]) -> anyhow::Result<()> {
    for writer in writers {
        writer.phone.close().await;
        writer.phone.start()?;
        crate::phone::sync_in_the_end(&writer.phone).await?;
    }
    Ok(())
}
