//! Owns the day: a leader of twelve walks the floor without network, two people prepare a talk apart, the network comes back, the
//! talk is held, and what each of them sees on the way. Each chapter is a file; this one owns what they share.

mod apart;
mod back;
mod evening;
mod morning;
mod office;
mod promotion;
mod talk;
mod walk;

use super::phone::Phone;
use super::stage::{Instance, Stage};
use super::story_clock::StoryClock;
use super::teller::Teller;
use crate::sample::cast::Cast;
use crate::sample::diary::moment;
use anyhow::Context;
use std::path::PathBuf;
use std::time::Duration;
use sync_core::coaching::action_plan::{self, ActionPlanView};
use sync_core::coaching::floor_walk::{self, FloorWalkView};
use sync_core::coaching::meeting::{self, MeetingView};
use sync_core::coaching::{Kind, KindSpec};
use sync_core::content::Language;
use sync_core::document::Document;
use sync_core::ids::{DocId, ItemId};
use sync_core::replica::Replica;
use sync_core::time::Day;

pub(super) use walk::STOPS;

/// Typed and taken back before any sync: it must arrive nowhere.
const TAKEN_BACK: &str = "Zwischenruf-den-niemand-lesen-soll";
/// On Maria's walk, and in her private notes: nowhere else.
const FOR_MARIA_ALONE: &str = "Elena pare abătută, discut cu ea mâine.";
/// How long background sync may take to bring something.
const BACKGROUND_SECONDS: u64 = 60;
/// Where Andrei, 李娜 and those who have no phone in the story stand in the cast.
const ANDREI: usize = 0;
const MIHAI: usize = 2;
const ELENA: usize = 3;
const LI_NA: usize = 5;

/// How the day is told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What Maria reads on her screens, and in which language she asks.
    pub language: Language,
    /// The program that is a phone under the command [`super::worker::RUN_WALK`]: one that can be killed.
    pub program: PathBuf,
}

/// Everybody of the day, and what they share.
struct Floor {
    settings: Settings,
    clock: StoryClock,
    cast: Cast,
    maria: Phone,
    andrei: Phone,
    li_na: Phone,
    plan: DocId,
    /// The step whose date both move.
    step: ItemId,
    /// The step that Andrei does.
    small_step: ItemId,
    walk: DocId,
    wednesday: DocId,
}

/// Plays the day.
pub async fn play(stage: &mut Stage, teller: &mut Teller, settings: &Settings) -> anyhow::Result<Instance> {
    let clock = StoryClock::showing(moment(day(1, 12)?, 8 * 60 + 30));
    stage.tell_time(clock.clock());
    let first = stage.start_server().await?;
    let mut floor = Floor::gather(stage, &first, (settings, clock), teller).await?;
    floor.live_through_winter().await?;
    floor.import_the_week(stage, &first, teller).await?;
    floor.look_at_the_team(teller)?;
    floor.agree_on_a_plan(teller).await?;
    floor.walk_the_floor(teller).await?;
    floor.promote(teller)?;
    floor.write_apart(teller)?;
    floor.come_back(teller).await?;
    floor.settle_the_date(teller).await?;
    floor.look_into_the_files(teller)?;
    floor.prepare_the_talk(teller).await?;
    floor.hold_the_talk(teller).await?;
    floor.edit_afterwards(teller).await?;
    floor.look_into_the_database(stage, &first, teller).await?;
    let second = floor.change_servers(stage, first, teller).await?;
    floor.lose_a_phone(stage, &second, teller).await?;
    floor.go_home().await;
    Ok(second)
}

impl Floor {
    /// Maria's language.
    fn language(&self) -> Language {
        self.settings.language
    }

    /// Sets everybody's clock.
    fn set_clock(&self, day: Day, minute: i64) {
        self.clock.set(moment(day, minute));
    }

    fn walk_of(&self, phone: &Phone) -> anyhow::Result<FloorWalkView> {
        Ok(phone.app()?.read(self.walk, |history| floor_walk::view(Document::of(history.view())))?)
    }

    fn plan_of(&self, phone: &Phone) -> anyhow::Result<ActionPlanView> {
        view_of_plan(phone.app()?, self.plan)
    }

    fn meeting_of(&self, phone: &Phone) -> anyhow::Result<MeetingView> {
        view_of_meeting(phone.app()?, self.wednesday)
    }

    /// Both sync until neither has anything for the other.
    async fn sync_both(&self) -> anyhow::Result<()> {
        for phone in [&self.maria, &self.andrei, &self.maria] {
            phone.sync().await?;
        }
        Ok(())
    }
}

/// Waits for background sync to bring something about.
async fn eventually(
    phone: &Phone,
    mut is_so: impl FnMut(&Replica) -> anyhow::Result<bool>,
) -> anyhow::Result<bool> {
    let app = phone.app()?;
    let mut events = app.subscribe();
    let waiting = async {
        while !is_so(app)? {
            if events.next().await.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    };
    tokio::time::timeout(Duration::from_secs(BACKGROUND_SECONDS), waiting).await.unwrap_or(Ok(false))
}

/// Makes a document of this key, or finds it.
fn document(
    app: &Replica,
    spec: &'static KindSpec,
    key: sync_core::key::NaturalKey,
) -> anyhow::Result<DocId> {
    Ok(app.create(Kind::of(spec), key)?)
}

fn view_of_meeting(app: &Replica, doc: DocId) -> anyhow::Result<MeetingView> {
    Ok(app.read(doc, |history| meeting::view(Document::of(history.view())))?)
}

fn view_of_plan(app: &Replica, plan: DocId) -> anyhow::Result<ActionPlanView> {
    Ok(app.read(plan, |history| action_plan::view(Document::of(history.view())))?)
}

/// A day of the year of the story.
fn day(month: i8, day: i8) -> anyhow::Result<Day> {
    Day::new(2026, month, day).context("there is no such day in 2026")
}

/// The Monday of the walk.
fn today() -> anyhow::Result<Day> {
    day(3, 9)
}

/// The Wednesday of the talk.
fn wednesday() -> anyhow::Result<Day> {
    day(3, 11)
}
