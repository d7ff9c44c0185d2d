//! Owns one history: what happens to whom in which order.

use super::Servers;
use super::crew::{Crew, Hand, MEETINGS, one_of, write};
use super::phone_process;
use super::tally::Tally;
use crate::cuts::proxy::{Lie, Trouble};
use crate::kills::scene::Scene;
use crate::phone::plan_nth;
use rand::RngExt;
use rand::rngs::StdRng;
use std::time::Duration;
use sync_core::ids::DocId;

/// How long somebody who asks for a sync waits for it.
const BUDGET_MS: u64 = 1_500;
/// When a server dies while phones sync.
const BLOW_AT_MS: std::ops::Range<u64> = 0..120;
/// Cuts fall within so many bytes; most exchanges are shorter than ten times that.
const CUT_AT: std::ops::Range<usize> = 0..1_500;

/// A history.
pub struct History<'a> {
    scene: &'a Scene,
    crew: Crew,
    dice: StdRng,
    faults: u32,
}

impl<'a> History<'a> {
    /// Gathers its people.
    pub async fn begin(scene: &'a Scene, mut dice: StdRng, number: u32) -> anyhow::Result<Self> {
        let crew = Crew::gather(scene, &mut dice, number).await?;
        Ok(Self { scene, crew, dice, faults: 0 })
    }

    /// Plays so many steps, and looks at everything in the end.
    pub async fn play(mut self, servers: &mut Servers<'_>, steps: u32) -> anyhow::Result<Tally> {
        for step in 0..steps {
            let hand = self.dice.random_range(0..self.crew.hands.len());
            match self.dice.random_range(0..100) {
                0..45 => self.write(hand, step)?,
                45..75 => self.sync_in_trouble(hand, servers).await?,
                75..83 => self.sync(hand, servers).await?,
                83..90 => self.kill_server(servers).await?,
                90..95 => self.kill_phone(hand, servers, step).await?,
                _ => self.open_anew(hand).await?,
            }
        }
        let url = servers.url(&mut self.dice).to_owned();
        let tally = self.crew.look(self.scene, &url, &mut self.dice).await?;
        Ok(Tally { faults: self.faults, ..tally })
    }

    fn write(&mut self, hand: usize, step: u32) -> anyhow::Result<()> {
        for nth in 0..self.dice.random_range(1..5) {
            let hand = &self.crew.hands[hand];
            let tenure = *one_of(&mut self.dice, &hand.tenures)?;
            let doc = plan_nth(&hand.phone, tenure, self.dice.random_range(0..MEETINGS))?;
            let word = self.crew.word(tenure, step, nth);
            self.crew.books.begin(doc, &word);
            write(hand.phone.app()?, doc, &word, self.dice.random_bool(0.5))?;
            self.crew.books.done(doc, &word);
        }
        Ok(())
    }

    /// However it ends: what matters is what is there in the end.
    async fn sync(&mut self, hand: usize, servers: &Servers<'_>) -> anyhow::Result<()> {
        let hand = &self.crew.hands[hand];
        hand.proxy.lead_to(servers.url(&mut self.dice));
        hand.phone.app()?.sync(BUDGET_MS).await;
        Ok(())
    }

    async fn sync_in_trouble(&mut self, number: usize, servers: &Servers<'_>) -> anyhow::Result<()> {
        let trouble = match self.dice.random_range(0..10) {
            0..4 => Trouble::CutUp(self.dice.random_range(CUT_AT)),
            4..8 => Trouble::CutDown(self.dice.random_range(CUT_AT)),
            _ => Trouble::Lie(*one_of(&mut self.dice, &Lie::ALL)?),
        };
        self.crew.hands[number].proxy.expect(Some(trouble));
        self.sync(number, servers).await?;
        self.faults += u32::from(self.crew.hands[number].proxy.is_over());
        Ok(())
    }

    /// Everybody syncs, through either server, and one of the two dies under it.
    async fn kill_server(&mut self, servers: &mut Servers<'_>) -> anyhow::Result<()> {
        for hand in &self.crew.hands {
            hand.proxy.lead_to(servers.url(&mut self.dice));
        }
        let apps = self.crew.hands.iter().map(|hand| hand.phone.app());
        let syncs = apps.map(|app| Ok(app?.sync(BUDGET_MS))).collect::<anyhow::Result<Vec<_>>>()?;
        let blow_at = Duration::from_millis(self.dice.random_range(BLOW_AT_MS));
        let kill = async {
            tokio::time::sleep(blow_at).await;
            servers.kill_one(&mut self.dice).await
        };
        let (killed, _) = tokio::join!(kill, futures_util::future::join_all(syncs));
        self.faults += 1;
        killed
    }

    /// A phone's process writes and syncs until it is killed.
    async fn kill_phone(&mut self, hand: usize, servers: &Servers<'_>, step: u32) -> anyhow::Result<()> {
        let Hand { phone, proxy, tenures, .. } = &mut self.crew.hands[hand];
        proxy.expect(None);
        proxy.lead_to(servers.url(&mut self.dice));
        let tenure = *one_of(&mut self.dice, tenures)?;
        let docs: Vec<DocId> =
            (0..MEETINGS).map(|nth| plan_nth(phone, tenure, nth)).collect::<anyhow::Result<_>>()?;
        phone.close().await;
        let url = proxy.url.clone();
        let word = self.crew.word(tenure, step, 0);
        let written = phone_process::write_until_killed(
            &self.crew.hands[hand].phone,
            (&url, &word),
            &docs,
            &mut self.dice,
        )
        .await?;
        written.begun.iter().for_each(|(doc, word)| self.crew.books.begin(*doc, word));
        written.done.iter().for_each(|(doc, word)| self.crew.books.done(*doc, word));
        self.faults += 1;
        self.crew.hands[hand].phone.start()
    }

    async fn open_anew(&mut self, hand: usize) -> anyhow::Result<()> {
        let phone = &mut self.crew.hands[hand].phone;
        phone.close().await;
        phone.start()
    }
}
