//! Owns the people of a history and their phones: a leader with two phones and two agents with one each, a proxy in
//! front of every phone, the meetings that they write into, and what must be found on whose phone in the end.

use super::tally::Tally;
use crate::cuts::proxy::Proxy;
use crate::kills::scene::Scene;
use crate::kills::written::Books;
use crate::phone::{holds_anywhere, meetings, not_accepted, plan_nth, sync_in_the_end};
use anyhow::Context;
use rand::rngs::StdRng;
use rand::{Rng, RngExt};
use server::demo::phone::Phone;
use server::demo::stage::Enrolling;
use server::services::roster::NewTenure;
use sync_core::coaching::meeting::{self, NewTopic};
use sync_core::content::Language;
use sync_core::document::{Document, Splice};
use sync_core::ids::{DocId, PersonId, TenureId};
use sync_core::replica::Replica;
use sync_core::sync::live::LivePolicy;

/// Meetings of each pair.
pub const MEETINGS: usize = 3;

/// A phone in somebody's hand, and what stands between it and the servers.
pub struct Hand {
    /// Whose it is.
    pub person: PersonId,
    /// The phone.
    pub phone: Phone,
    /// What stands in front of it.
    pub proxy: Proxy,
    /// The pairs that its person belongs to.
    pub tenures: Vec<TenureId>,
}

/// Everybody.
pub struct Crew {
    /// Their phones: the leader's two, then one for each agent.
    pub hands: Vec<Hand>,
    /// What they wrote.
    pub books: Books,
    /// Whom the leader leads.
    tenures: [TenureId; 2],
    number: u32,
}

impl Crew {
    /// Adds the people of this history and enrols their phones.
    pub async fn gather(scene: &Scene, dice: &mut StdRng, number: u32) -> anyhow::Result<Self> {
        let team = scene.stage.add_team(&scene.office, &format!("Team {number}")).await?;
        let hire = async |name: &str| scene.stage.hire(&scene.office, name, Language::Zh).await;
        let (leader, first, second) = (hire("Maria").await?, hire("Andrei").await?, hire("李娜").await?);
        let pair = async |agent| scene.stage.pair(&scene.office, NewTenure { team, leader, agent }).await;
        let tenures = [pair(first).await?, pair(second).await?];
        let owners = [
            (leader, "walk", tenures.to_vec()),
            (leader, "desk", tenures.to_vec()),
            (first, "first", vec![tenures[0]]),
            (second, "second", vec![tenures[1]]),
        ];
        let mut hands = Vec::new();
        for (person, file, tenures) in owners {
            let file = format!("{file}-{number}");
            hands.push(hand(scene, (person, &file, dice.next_u64()), tenures).await?);
        }
        Ok(Self { hands, books: Books::default(), tenures, number })
    }

    /// A word that nobody else writes; it names the pair, so that it can be looked for where it must not be.
    pub fn word(&self, tenure: TenureId, step: u32, nth: u32) -> String {
        let pair = usize::from(tenure == self.tenures[1]);
        format!("{} {step}.{nth}", self.mark(pair))
    }

    fn mark(&self, pair: usize) -> String {
        format!("h{}p{pair}", self.number)
    }

    /// Opens every phone, lets all of them sync over a good network, and looks at each and at a fresh one of its person.
    pub async fn look(&mut self, scene: &Scene, url: &str, dice: &mut StdRng) -> anyhow::Result<Tally> {
        let mut tally = Tally { histories: 1, edits: self.books.edits(), ..Tally::default() };
        for hand in &mut self.hands {
            hand.proxy.expect(None);
            hand.proxy.lead_to(url);
            hand.phone.close().await;
            hand.phone.start()?;
            sync_in_the_end(&hand.phone).await?;
        }
        for person in [0, 2, 3] {
            let old = &self.hands[person];
            let file = format!("fresh-{person}-{}", self.number);
            let who = (old.person, file.as_str(), dice.next_u64());
            let mut fresh = hand(scene, who, old.tenures.clone()).await?;
            fresh.proxy.lead_to(url);
            self.look_at(&mut fresh, &mut tally).await?;
        }
        let mut hands = std::mem::take(&mut self.hands);
        for hand in &mut hands {
            self.look_at(hand, &mut tally).await?;
        }
        Ok(tally)
    }

    async fn look_at(&self, hand: &mut Hand, tally: &mut Tally) -> anyhow::Result<()> {
        sync_in_the_end(&hand.phone).await?;
        tally.refused += not_accepted(&hand.phone)?.len();
        for pair in 0..self.tenures.len() {
            if hand.tenures.contains(&self.tenures[pair]) {
                self.compare(hand, self.tenures[pair], tally)?;
            } else {
                tally.leaked += usize::from(holds_anywhere(&hand.phone, &self.mark(pair))?);
            }
        }
        hand.phone.close().await;
        Ok(())
    }

    /// What a phone shows of a pair, against the books.
    fn compare(&self, hand: &Hand, tenure: TenureId, tally: &mut Tally) -> anyhow::Result<()> {
        let here = meetings(&hand.phone)?;
        for nth in 0..MEETINGS {
            // The same id on every phone: planned there, or found.
            let doc = plan_nth(&hand.phone, tenure, nth)?;
            let written = self.books.of(doc);
            tally.unconverged += usize::from(!here.contains(&doc) && !written.done.is_empty());
            let mut compared = crate::kills::tally::Tally::of("history");
            compared.compare(&words(hand.phone.app()?, doc)?, &written.done, &written.begun);
            tally.lost += compared.lost;
            tally.torn += compared.torn;
        }
        Ok(())
    }
}

async fn hand(
    scene: &Scene,
    (person, file, seed): (PersonId, &str, u64),
    tenures: Vec<TenureId>,
) -> anyhow::Result<Hand> {
    let who = Enrolling { person, owner: file, file, live: LivePolicy::Ignore, seed };
    let phone = scene.stage.enroll(&scene.office, &who).await?;
    let proxy = Proxy::before(&scene.office.url).await?;
    phone.network.lead_to(&proxy.url)?;
    Ok(Hand { person, phone, proxy, tenures })
}

/// Writes a word, as a topic or into the notes.
pub fn write(app: &Replica, doc: DocId, word: &str, as_topic: bool) -> anyhow::Result<()> {
    if as_topic {
        let topic = NewTopic { section: None, text: word.to_owned(), question: None };
        app.edit(doc, |edit| meeting::add_agenda(edit, &topic))?;
    } else {
        let line = format!("{word}\n");
        app.edit(doc, |edit| meeting::edit_notes(edit, &Splice::insert(0, &line)))?;
    }
    Ok(())
}

/// All words of a meeting.
fn words(app: &Replica, doc: DocId) -> anyhow::Result<Vec<String>> {
    let view = app.read(doc, |history| meeting::view(Document::of(history.view())))?;
    let topics = view.agenda.into_iter().map(|topic| topic.text);
    Ok(view.notes.text.lines().map(str::to_owned).chain(topics).collect())
}

/// One of these.
pub fn one_of<'a, T>(dice: &mut StdRng, of: &'a [T]) -> anyhow::Result<&'a T> {
    of.get(dice.random_range(0..of.len())).context("something to choose from")
}
