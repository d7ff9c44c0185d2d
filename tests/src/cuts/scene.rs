//! Owns the exchanges that are cut: what a phone has to say, and what the server has to tell it, at the moment that
//! the phone meets the network again.

use crate::phone::{authors, plan_nth, sealed, sync_in_the_end, write};
use crate::server::TestServer;
use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::demo::phone::Phone;
use std::path::Path;
use sync_core::coaching::Kind;
use sync_core::coaching::action_plan::{self, NewStep};
use sync_core::document::Splice;
use sync_core::ids::{DocId, ItemId, TenureId};
use sync_core::time::Day;

/// What the phone's own person writes, again and again.
pub const OWN_WORDS: &str = "Own words. ";

/// What is new on either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scene {
    /// To print.
    pub name: &'static str,
    /// Meetings that both know before.
    known: usize,
    /// How many of them the phone writes into.
    own: usize,
    /// How many of them the partner writes into, counted from the end.
    theirs: usize,
    /// How often each writes, and how much.
    words: usize,
    /// What else happens.
    twist: Twist,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twist {
    Nothing,
    /// The store knows nothing yet.
    FreshPhone,
    /// The phone makes new meetings.
    NewMeetings(usize),
    /// Both make the same meeting.
    SameMeeting,
    /// Both set another date for one step.
    TwoDates,
    /// The phone holds a change that the server refuses.
    Refused,
    /// The phone's person leads, and their tenure ends.
    TenureEnds,
    /// The phone's person gets a second partner, who has written already.
    NewTenure,
}

const fn scene(name: &'static str, (known, own, theirs): (usize, usize, usize), twist: Twist) -> Scene {
    Scene { name, known, own, theirs, words: 6, twist }
}

const fn long(scene: Scene, words: usize) -> Scene {
    Scene { words, ..scene }
}

/// The twenty.
pub const SCENES: [Scene; 20] = [
    scene("nothing is new", (2, 0, 0), Twist::Nothing),
    scene("one edit of one's own", (1, 1, 0), Twist::Nothing),
    scene("ten edits in ten meetings", (10, 10, 0), Twist::Nothing),
    scene("one edit of the partner", (1, 0, 1), Twist::Nothing),
    scene("ten edits of the partner", (10, 0, 10), Twist::Nothing),
    scene("both wrote in one meeting", (1, 1, 1), Twist::Nothing),
    scene("both wrote in five meetings", (5, 5, 5), Twist::Nothing),
    scene("each wrote in half", (6, 3, 3), Twist::Nothing),
    long(scene("much of one's own", (1, 1, 0), Twist::Nothing), 4_000),
    long(scene("much of the partner", (2, 0, 2), Twist::Nothing), 9_000),
    scene("an empty phone", (0, 0, 0), Twist::FreshPhone),
    scene("a fresh phone, four meetings", (4, 0, 4), Twist::FreshPhone),
    long(scene("a fresh phone, long meetings", (2, 0, 2), Twist::FreshPhone), 9_000),
    scene("a new meeting", (0, 0, 0), Twist::NewMeetings(1)),
    scene("four new meetings, and edits", (3, 2, 2), Twist::NewMeetings(4)),
    scene("the same meeting on both phones", (0, 0, 0), Twist::SameMeeting),
    scene("two dates for one step", (1, 1, 1), Twist::TwoDates),
    scene("a change that is refused", (2, 1, 2), Twist::Refused),
    scene("the tenure has ended", (3, 1, 2), Twist::TenureEnds),
    scene("a second partner", (1, 1, 1), Twist::NewTenure),
];

/// A phone about to meet the network, closed.
pub struct Prepared {
    /// The phone.
    pub phone: Phone,
    /// Another phone of the same person, to compare with.
    pub control: Phone,
}

/// Two people and their phones, while a scene is set.
struct Pair {
    phone: Phone,
    partner: Phone,
    tenure: TenureId,
    meetings: Vec<DocId>,
}

impl Scene {
    /// Sets the scene.
    pub async fn prepare(&self, server: &TestServer, number: usize) -> anyhow::Result<Prepared> {
        let (leader, agent) = (server.person("Elena").await?, server.person("Mihai").await?);
        let tenure = server.pair(leader, agent).await?;
        let leads = self.twist == Twist::TenureEnds;
        let (person, partner) = if leads { (leader, agent) } else { (agent, leader) };
        let partner = server.phone(partner, &format!("partner-{number}")).await?;
        let phone = server.new_phone(person, &format!("cut-{number}")).await?;
        if self.twist != Twist::FreshPhone {
            phone.sync().await?;
        }
        let mut pair = Pair { phone, partner, tenure, meetings: Vec::new() };
        let step = self.share(&mut pair).await?;
        pair.phone.go_offline()?;
        self.write_theirs(&pair, server, number, step).await?;
        self.write_own(&pair, step)?;
        let Pair { mut phone, mut partner, .. } = pair;
        seal(&mut phone).await?;
        partner.close().await;
        let control = server.new_phone(person, &format!("control-{number}")).await?;
        Ok(Prepared { phone, control })
    }

    /// What both know before, and the step that both will date.
    async fn share(&self, pair: &mut Pair) -> anyhow::Result<Option<(DocId, ItemId)>> {
        for number in 0..self.known {
            let doc = plan_nth(&pair.partner, pair.tenure, number)?;
            write(&pair.partner, doc, "Known to both. ")?;
            pair.meetings.push(doc);
        }
        let step = if self.twist == Twist::TwoDates { Some(add_step(pair)?) } else { None };
        pair.partner.sync().await?;
        if self.twist != Twist::FreshPhone {
            pair.phone.sync().await?;
        }
        Ok(step)
    }

    async fn write_theirs(
        &self,
        pair: &Pair,
        server: &TestServer,
        number: usize,
        step: Option<(DocId, ItemId)>,
    ) -> anyhow::Result<()> {
        let words = "Their words. ".repeat(self.words / 2);
        pair.meetings
            .iter()
            .rev()
            .take(self.theirs)
            .try_for_each(|doc| write(&pair.partner, *doc, &words))?;
        if self.twist == Twist::SameMeeting {
            write(&pair.partner, plan_nth(&pair.partner, pair.tenure, 40)?, &words)?;
        }
        set_due(&pair.partner, step, "2026-04-01")?;
        sync_in_the_end(&pair.partner).await?;
        match self.twist {
            Twist::TenureEnds => server.end_tenure(pair.tenure).await,
            Twist::NewTenure => {
                let second = server.person("Ioana").await?;
                let tenure = server.pair(second, pair.phone.app()?.identity().person).await?;
                let phone = server.phone(second, &format!("second-{number}")).await?;
                (50..53).try_for_each(|n| write(&phone, plan_nth(&phone, tenure, n)?, &words))?;
                sync_in_the_end(&phone).await
            }
            _ => Ok(()),
        }
    }

    fn write_own(&self, pair: &Pair, step: Option<(DocId, ItemId)>) -> anyhow::Result<()> {
        let words = OWN_WORDS.repeat(self.words / 2);
        pair.meetings.iter().take(self.own).try_for_each(|doc| write(&pair.phone, *doc, &words))?;
        set_due(&pair.phone, step, "2026-04-02")?;
        match self.twist {
            Twist::NewMeetings(count) => (60..60 + count)
                .try_for_each(|n| write(&pair.phone, plan_nth(&pair.phone, pair.tenure, n)?, &words)),
            Twist::SameMeeting => write(&pair.phone, plan_nth(&pair.phone, pair.tenure, 40)?, &words),
            Twist::Refused => refuse_one(pair),
            Twist::Nothing | Twist::FreshPhone | Twist::TwoDates | Twist::TenureEnds | Twist::NewTenure => {
                Ok(())
            }
        }
    }
}

fn add_step(pair: &mut Pair) -> anyhow::Result<(DocId, ItemId)> {
    let app = pair.partner.app()?;
    let key = action_plan::new_key(pair.tenure, &mut StdRng::seed_from_u64(1));
    let plan = app.create(Kind::of(&action_plan::SPEC), key)?;
    let new = NewStep { text: "Call back".into(), owner: None, due: None };
    let step = app.edit(plan, |edit| action_plan::add_step(edit, &new))?;
    app.edit(plan, |edit| action_plan::edit_aim(edit, &Splice::insert(0, "Fewer repeated calls")))?;
    Ok((plan, step))
}

fn set_due(phone: &Phone, step: Option<(DocId, ItemId)>, day: &str) -> anyhow::Result<()> {
    let Some((plan, step)) = step else { return Ok(()) };
    let day = Day::parse(day).ok().context("the day exists")?;
    Ok(phone.app()?.edit(plan, |edit| action_plan::set_step_due(edit, step, Some(day)))?)
}

/// A change in the partner's name, on top of what this phone wrote in another meeting.
fn refuse_one(pair: &Pair) -> anyhow::Result<()> {
    let doc = *pair.meetings.last().context("there is a meeting")?;
    let me = pair.phone.app()?.identity().person;
    let partner = authors(&pair.phone, doc)?.into_iter().find(|(_, person)| *person != me);
    let (actor, _) = partner.context("the partner is known as an author")?;
    Ok(pair.phone.app()?.add_sealed(doc, &[sealed(&pair.phone, doc, actor, "Refused words. ")?])?)
}

/// Seals what was written, so that every run sends the same bytes, and closes the phone.
async fn seal(phone: &mut Phone) -> anyhow::Result<()> {
    let ended = phone.sync().await;
    ensure!(ended.is_err(), "the phone is offline");
    phone.close().await;
    ensure!(!Path::new(&format!("{}-wal", phone.path().display())).exists(), "the store is closed");
    Ok(())
}
