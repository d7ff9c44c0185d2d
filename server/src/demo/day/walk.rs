//! Owns the walk: twelve stops in nine minutes without network, on a phone that is killed in the middle.

use super::super::teller::Teller;
use super::super::worker;
use super::{ANDREI, ELENA, FOR_MARIA_ALONE, Floor, LI_NA, MIHAI, TAKEN_BACK, document, today};
use crate::sample::cast::AGENTS;
use crate::sample::diary::moment;
use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sync_core::coaching::floor_walk::{self, NewStop, StopKind};
use sync_core::content::Labelled;
use sync_core::document::Splice;
use sync_core::ids::PersonId;
use sync_core::replica::{ItemState, Replica};

/// So many stops are on the screen when the phone is killed, in the middle of the next.
const BEFORE_THE_KILL: usize = 7;
/// When the walk begins: nine o'clock.
const MINUTE: i64 = 9 * 60;
/// What Maria counts, three times.
const COUNTED: &str = "asked an open question";

/// What Maria sees at one stop.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// With whom, in the order of the cast; none for a thing.
    who: Option<usize>,
    kind: StopKind,
    /// What she writes.
    text: &'static str,
    /// When, in seconds after nine.
    second: i64,
}

/// The twelve stops.
pub static STOPS: [Seen; 12] = [
    seen(Some(LI_NA), StopKind::Praise, "李娜让一位很生气的客户平静了下来。太棒了！", 0),
    seen(Some(ANDREI), StopKind::Coach, "Offers before he has asked what is wrong", 40),
    seen(None, StopKind::Blocker, "Headset at seat 14 crackles again", 95),
    seen(Some(1), StopKind::Praise, "A refund explained in two sentences, and the caller laughed", 130),
    seen(Some(ELENA), StopKind::Wellbeing, FOR_MARIA_ALONE, 180),
    seen(Some(8), StopKind::Note, "Asks whether the course in June is still open", 230),
    seen(Some(9), StopKind::Coach, "Four holds in one call, and no word why", 270),
    seen(Some(10), StopKind::Praise, "Told the web team before the fifth customer rang", 330),
    seen(None, StopKind::Blocker, "The customer system takes half a minute for an address", 370),
    seen(Some(11), StopKind::Coach, "Notes left for the end of the shift; three are missing", 420),
    seen(Some(6), StopKind::Praise, "Stayed on it until the refund was there", 470),
    seen(Some(MIHAI), StopKind::Note, "We have not sat down for weeks: plan it today", 530),
];

const fn seen(who: Option<usize>, kind: StopKind, text: &'static str, second: i64) -> Seen {
    Seen { who, kind, text, second }
}

impl Seen {
    /// What she writes.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The stop as this phone captures it: whom it is with follows from the phone's own list of people.
    pub fn stop(&self, app: &Replica) -> anyhow::Result<NewStop> {
        Ok(NewStop {
            person: self.who.map(|number| person(app, AGENTS[number].name)).transpose()?,
            kind: self.kind,
            text: self.text.into(),
            tags: Vec::new(),
            minutes: None,
            at: moment(today()?, MINUTE).plus_ms(self.second * 1_000),
        })
    }
}

fn person(app: &Replica, name: &str) -> anyhow::Result<PersonId> {
    let found = app.tenures()?.into_iter().find(|tenure| tenure.agent.name == name);
    Ok(found.with_context(|| format!("{name} is not on this phone"))?.agent.id)
}

impl Floor {
    pub(super) async fn walk_the_floor(&mut self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("09:00  The basement: twelve stops, no network, and a phone that dies on the way")?;
        self.maria.go_offline()?;
        let key = floor_walk::new_key(self.cast.leader, &mut StdRng::seed_from_u64(2));
        let app = self.maria.app()?;
        self.walk = document(app, &floor_walk::SPEC, key)?;
        let start = moment(today()?, MINUTE);
        app.edit(self.walk, |edit| floor_walk::start(edit, start))?;
        self.lose_power(teller).await?;
        self.walk_on()?;
        self.count_and_take_back()?;
        self.tell_the_walk(teller)
    }

    /// The phone is killed while it writes, and started again.
    async fn lose_power(&mut self, teller: &mut Teller) -> anyhow::Result<()> {
        self.maria.close().await;
        let confirmed = worker::tap_until_killed(&self.settings.program, self.maria.path(), BEFORE_THE_KILL)?;
        self.maria.start()?;
        self.maria.go_offline()?;
        let found: Vec<String> = self.walk_of(&self.maria)?.stops.into_iter().map(|stop| stop.text).collect();
        teller.say(&format!("killed after {} stops had been confirmed on screen", confirmed.len()))?;
        teller.expect(
            "every stop that the screen had confirmed is there after the restart, once and in order",
            confirmed.len() == BEFORE_THE_KILL && found.starts_with(&confirmed),
        )?;
        teller.expect(
            "and what was under way is there whole or not at all",
            found.iter().zip(&STOPS).all(|(text, stop)| text == stop.text)
                && found.len() <= BEFORE_THE_KILL + 1,
        )?;
        Ok(())
    }

    /// The stops that are not there yet.
    fn walk_on(&self) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let there = self.walk_of(&self.maria)?.stops.len();
        for seen in STOPS.iter().skip(there) {
            let stop = seen.stop(app)?;
            app.edit(self.walk, |edit| floor_walk::capture_stop(edit, &stop))?;
        }
        let end = moment(today()?, MINUTE + 9);
        Ok(app.edit(self.walk, |edit| floor_walk::end(edit, end))?)
    }

    fn count_and_take_back(&self) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let stops = self.walk_of(&self.maria)?.stops;
        let (first, second) = (stops.first().context("a stop")?.id, stops.get(1).context("another")?.id);
        for _ in 0..3 {
            app.edit(self.walk, |edit| floor_walk::tally(edit, second, COUNTED, 1))?;
        }
        let typed = Splice::insert(0, TAKEN_BACK);
        app.edit(self.walk, |edit| floor_walk::edit_stop(edit, first, &typed))?;
        let delete = u32::try_from(TAKEN_BACK.encode_utf16().count())?;
        let taken_back = Splice { at: 0, delete, insert: String::new() };
        Ok(app.edit(self.walk, |edit| floor_walk::edit_stop(edit, first, &taken_back))?)
    }

    fn tell_the_walk(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let seen = self.walk_of(&self.maria)?;
        for stop in &seen.stops {
            teller.say(&format!("{}  {}", stop.kind.label(self.language()), stop.text))?;
        }
        let texts: Vec<_> = seen.stops.iter().map(|stop| stop.text.as_str()).collect();
        teller.expect(
            "twelve stops in nine minutes, in three languages, each once and in its place",
            texts == STOPS.map(|stop| stop.text),
        )?;
        let of = |kind| seen.stops.iter().filter(|stop| stop.kind == kind).count();
        let kinds =
            [StopKind::Praise, StopKind::Coach, StopKind::Blocker, StopKind::Wellbeing, StopKind::Note];
        teller.expect(
            "four to praise, three to coach, two in the way, one about how somebody is, two to remember",
            kinds.map(of) == [4, 3, 2, 1, 2],
        )?;
        let counted = seen.stops[1].tallies.iter().map(|tally| tally.count).sum::<i64>();
        teller.expect("three open questions were counted", counted == 3)?;
        let state = self.maria.app()?.state(self.walk)?;
        teller.expect("everything is marked \"on this phone\"", state == ItemState::OnPhone)?;
        Ok(())
    }
}
