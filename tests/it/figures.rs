//! What a head of operations sees of a team: how it keeps its rhythm, and nothing that anybody wrote.

use anyhow::{Context, ensure};
use server::demo::phone::Phone;
use sync_core::coaching::meeting::{self, MeetingKind, Plan, Slot};
use sync_core::coaching::partnership::{self, Cadence, Rhythm};
use sync_core::coaching::{Kind, KindSpec};
use sync_core::ids::{PersonId, TenureId};
use sync_core::insight::{Group, TeamFigures};
use sync_core::time::Day;
use tests::phone::*;
use tests::server::TestServer;

const SECRET: &str = "Andrei wants to leave the late shifts. ";

/// Maria leads some agents, Olga answers for all teams. Each pair meets every week, and last week all but one of them met.
struct Team {
    server: TestServer,
    maria: Phone,
    agent: PersonId,
    olga: Phone,
    head: PersonId,
}

impl Team {
    async fn of(agents: usize) -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let head = server.person("Olga").await?;
        let mut people = Vec::new();
        let mut tenures = Vec::new();
        for number in 0..agents {
            people.push(server.person(&format!("Agent {number}")).await?);
            tenures.push(server.pair(server.founder, people[number]).await?);
        }
        // They have been pairs for a month.
        server.meddle("UPDATE tenure SET from_at = from_at - interval '28 days'").await?;
        let maria = server.phone(server.founder, "maria").await?;
        let today = server.instance()?.app.clock.now().utc_day().context("the calendar has not ended")?;
        let week_ago = today.plus_days(-8).context("a day")?;
        for (number, tenure) in tenures.iter().enumerate() {
            meet_weekly(&maria, *tenure, week_ago)?;
            if number > 0 {
                hold(&maria, *tenure, week_ago)?;
            }
        }
        maria.sync().await?;
        let olga = server.phone(head, "olga").await?;
        Ok(Self { maria, agent: people[0], olga, head, server })
    }

    async fn seen_by_olga(&self) -> anyhow::Result<Vec<TeamFigures>> {
        self.olga.sync().await?;
        Ok(self.olga.app()?.team_figures()?.into_iter().map(|(_, figures)| figures).collect())
    }
}

fn meet_weekly(maria: &Phone, tenure: TenureId, first: Day) -> anyhow::Result<()> {
    let doc = maria.app()?.create(Kind::of(&partnership::SPEC), partnership::key(tenure, first.year()))?;
    let first = Slot::new(first, Some(600)).context("there is such a minute")?;
    let cadence = Cadence { rhythm: Rhythm::Weekly, first, minutes: None, place: None };
    Ok(maria.app()?.edit(doc, |edit| partnership::set_cadence(edit, &cadence))?)
}

fn hold(maria: &Phone, tenure: TenureId, day: Day) -> anyhow::Result<()> {
    let doc = maria.app()?.create(Kind::of(&meeting::SPEC), meeting::key(tenure, day))?;
    let slot = Slot::new(day, Some(600)).context("there is such a minute")?;
    let plan = Plan { slot, place: None, kind: MeetingKind::OneOnOne };
    maria.app()?.edit(doc, |edit| meeting::plan(edit, &plan))?;
    let start = sync_core::time::Timestamp(i64::from(day.days_since(epoch()?)) * 86_400_000 + 36_000_000);
    maria.app()?.edit(doc, |edit| meeting::begin(edit, start))?;
    maria.app()?.edit(doc, |edit| meeting::end(edit, start.plus_ms(1_800_000)))?;
    write(maria, doc, SECRET)
}

fn epoch() -> anyhow::Result<Day> {
    Day::parse("1970-01-01").ok().context("a day")
}

fn holds(phone: &Phone, kind: &'static KindSpec) -> anyhow::Result<usize> {
    Ok(phone.app()?.list(Kind::of(kind))?.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r105_a_heads_phone_shows_rates_and_holds_no_meeting() -> anyhow::Result<()> {
    let team = Team::of(5).await?;
    ensure!(team.seen_by_olga().await?.is_empty(), "she answers for nobody yet");
    let appointment = team.server.appoint_head(team.head).await?;
    ensure!(team.server.make_figures().await? == 1);

    let seen = team.seen_by_olga().await?;
    let Some(Group::Shown(kept)) = seen.first().map(|figures| &figures.compliance) else {
        anyhow::bail!("{seen:?}")
    };
    // Of each pair one meeting was due long enough ago; that of yesterday can still be held.
    ensure!((kept.held, kept.missed, kept.rate) == (4, 1, Some(800)), "{kept:?}");
    ensure!(holds(&team.olga, &meeting::SPEC)? == 0 && holds(&team.olga, &partnership::SPEC)? == 0);
    ensure!(!holds_anywhere(&team.olga, SECRET.trim())?);

    let agent = team.server.phone(team.agent, "agent").await?;
    ensure!(agent.app()?.team_figures()?.is_empty() && team.maria.app()?.team_figures()?.is_empty());
    ensure!(team.server.make_figures().await? == 0, "what has not changed is not sent again");

    team.server.dismiss(appointment).await?;
    ensure!(team.seen_by_olga().await?.is_empty(), "with the office goes what it showed");
    ensure!(team.server.make_figures().await? == 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r105_of_four_pairs_a_head_sees_that_they_are_too_few() -> anyhow::Result<()> {
    let team = Team::of(4).await?;
    team.server.appoint_head(team.head).await?;
    team.server.make_figures().await?;

    let seen = team.seen_by_olga().await?;
    ensure!(seen.len() == 1 && seen[0].compliance == Group::TooFew, "{seen:?}");
    ensure!(seen[0].attention == Group::TooFew && seen[0].overdue == Group::TooFew, "{seen:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_in_the_team_and_answers_for_it_too_sees_figures_and_nobody_else_does()
-> anyhow::Result<()> {
    let team = Team::of(5).await?;
    team.server.appoint_head(team.server.founder).await?;
    team.server.make_figures().await?;

    team.maria.sync().await?;
    ensure!(team.maria.app()?.team_figures()?.len() == 1);
    ensure!(team.seen_by_olga().await?.is_empty());
    Ok(())
}
