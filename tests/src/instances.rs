//! Owns the proof that nobody misses a row, whichever of two instances it was pushed through: how long, how many, and
//! the verdict. The same load on a feed that is numbered carelessly shows that a missed row would be found.

mod player;
mod rows;

use crate::kills::say;
use crate::server::TestServer;
use anyhow::ensure;
use player::{Part, Player};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::fmt;
use sync_core::ids::PersonId;
use tokio::task::JoinSet;

/// Makes the feed take its places from a sequence.
const NAIVE_FEED: &str = include_str!("../../server/tests/naive_feed.sql");

/// How long how many phones push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// How long they push
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub seconds: u32,
    /// How many phones push
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub phones: u32,
    /// Decides what they write, and which instance each request goes to
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// Where places in the feed come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// From the one row that a push holds until it commits.
    Counter,
    /// From a sequence, which nobody waits for.
    Sequence,
}

/// What came of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Syncs that brought edits to the server.
    pub pushes: u64,
    /// Changes that the server has in the end.
    pub rows: usize,
    /// Phones that only read.
    pub readers: usize,
    /// Their syncs.
    pub pulls: u64,
    /// Rows that a phone may read and does not have in the end, each phone on its own, those that pushed too.
    pub missed: usize,
    /// Rows that a phone has and may not read.
    pub foreign: usize,
    /// Edits that could not be made, because what the document builds on was not there.
    pub unreadable: u64,
}

impl Tally {
    /// Whether everybody has what is theirs, and nothing else.
    pub fn is_kept(&self) -> bool {
        (self.missed, self.foreign, self.unreadable) == (0, 0, 0) && self.pushes > 0 && self.pulls > 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pushes, rows, readers, pulls, missed, foreign, unreadable } = self;
        write!(f, "pushes {pushes}, rows {rows}, readers {readers}, pulls {pulls}, missed {missed}")?;
        if (*foreign, *unreadable) != (0, 0) {
            write!(f, ", foreign {foreign}, unreadable {unreadable}")?;
        }
        Ok(())
    }
}

/// Plays both loads; an error unless the first missed nothing and the second something.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    let counted = load(settings, Places::Counter).await?;
    let control = load(settings, Places::Sequence).await?;
    say(&format!("instances: {counted}; naive cursor: missed {}", control.missed))?;
    ensure!(counted.is_kept(), "the promise was not kept");
    ensure!(
        control.missed > 0,
        "the control missed nothing either, so this shows nothing: play it for longer"
    );
    Ok(())
}

/// Lets phones push and read through two instances on one database, then looks what each phone has.
pub async fn load(settings: Settings, places: Places) -> anyhow::Result<Tally> {
    let mut server = TestServer::start("Maria").await?;
    let second = server.another_instance().await?;
    if places == Places::Sequence {
        sqlx::raw_sql(NAIVE_FEED).execute(&mut server.as_owner().await?).await?;
    }
    let players = gather(&server, &second.url, settings).await?;
    let players = play_at_once(players, settings.seconds, &server).await?;
    for player in players.iter().filter(|player| player.writes()).chain(&players) {
        player.sync_in_the_end().await?;
    }
    let tally = count(&players, &server).await?;
    for mut player in players {
        player.phone.close().await;
    }
    second.stop().await;
    server.stop().await;
    Ok(tally)
}

/// Maria and each of her agents write at a phone, the two of a pair in the same meetings; others of their phones read.
async fn gather(server: &TestServer, second_url: &str, settings: Settings) -> anyhow::Result<Vec<Player>> {
    let mut dice = StdRng::seed_from_u64(settings.seed);
    let mut seats: Vec<(PersonId, Part)> = vec![(server.founder, Part::Reads), (server.founder, Part::Reads)];
    for pair in 0..settings.phones.div_ceil(2) {
        let agent = server.person(&format!("Agent {pair}")).await?;
        let tenure = server.pair(server.founder, agent).await?;
        seats.push((agent, Part::Reads));
        let writers = [server.founder, agent].into_iter().zip(0..settings.phones - 2 * pair);
        seats.extend(writers.map(|(person, side)| (person, Part::writing(tenure, side))));
    }
    let mut players = Vec::new();
    for (number, (person, part)) in seats.into_iter().enumerate() {
        let phone = server.phone(person, &format!("phone {number}")).await?;
        phone.network.lead_to_either([&server.instance()?.url, second_url])?;
        players.push(Player::at(phone, person, part, dice.next_u64()));
    }
    Ok(players)
}

/// Until the time is over, all who write do it and then push at the same moment, again and again; the others read.
async fn play_at_once(
    players: Vec<Player>,
    seconds: u32,
    server: &TestServer,
) -> anyhow::Result<Vec<Player>> {
    let clock = server.stage.phone_clock();
    let until = clock().plus_ms(i64::from(seconds) * 1000);
    let (mut writers, readers): (Vec<_>, Vec<_>) = players.into_iter().partition(Player::writes);
    let reading: JoinSet<_> =
        readers.into_iter().map(|reader| reader.read_until(clock.clone(), until)).collect();
    while clock() < until {
        for writer in &mut writers {
            writer.write()?;
        }
        writers = together(writers.into_iter().map(Player::sync).collect()).await?;
    }
    writers.append(&mut together(reading).await?);
    Ok(writers)
}

async fn together(mut playing: JoinSet<anyhow::Result<Player>>) -> anyhow::Result<Vec<Player>> {
    let mut players = Vec::new();
    while let Some(played) = playing.join_next().await {
        players.push(played??);
    }
    Ok(players)
}

async fn count(players: &[Player], server: &TestServer) -> anyhow::Result<Tally> {
    let mut tally = Tally { rows: rows::stored(server).await?, ..Tally::default() };
    for player in players {
        let (readable, held) = (rows::readable(server, player.person).await?, rows::held(&player.phone)?);
        tally.missed += readable.difference(&held).count();
        tally.foreign += held.difference(&readable).count();
        tally.unreadable += player.unreadable;
        if player.writes() {
            tally.pushes += player.syncs;
        } else {
            tally.readers += 1;
            tally.pulls += player.syncs;
        }
    }
    Ok(tally)
}
