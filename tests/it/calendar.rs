//! A calendar that somebody subscribed to, as another library than ours reads it: meetings stay the same when they are planned and
//! moved, and say when and with whom.

use anyhow::{Context, ensure};
use icalendar::{Calendar, CalendarComponent, CalendarDateTime, Component, DatePerhapsTime};
use server::demo::phone::Phone;
use sync_core::coaching::Kind;
use sync_core::coaching::meeting::{self, MeetingKind, Plan, Slot};
use sync_core::coaching::partnership::{self, Cadence, Rhythm};
use sync_core::ids::TenureId;
use sync_core::time::Day;
use tests::phone::*;
use tests::server::TestServer;

const SECRET: &str = "Andrei wants to leave the late shifts. ";

/// A meeting in a calendar: its name in there, how often it was moved, when and where, and what it is called.
#[derive(Debug, PartialEq)]
struct Entry {
    uid: String,
    moves: u32,
    start: String,
    title: String,
}

/// What somebody's calendar program makes of the file at this address.
async fn subscribed(url: &str) -> anyhow::Result<Vec<Entry>> {
    let file = reqwest::get(url).await?.error_for_status()?.text().await?;
    ensure!(!file.contains("shifts"), "a calendar holds no word of anybody");
    let calendar: Calendar = file.parse().map_err(anyhow::Error::msg)?;
    let events = calendar.components.iter().filter_map(CalendarComponent::as_event);
    let entries: Vec<_> = events.map(entry).collect::<anyhow::Result<_>>()?;
    ensure!(file.contains("BEGIN:VTIMEZONE") || entries.is_empty(), "a zone is described where it is used");
    Ok(entries)
}

fn entry(event: &icalendar::Event) -> anyhow::Result<Entry> {
    let start = event.get_start().context("no start")?;
    let DatePerhapsTime::DateTime(CalendarDateTime::WithTimezone { date_time, tzid }) = start else {
        anyhow::bail!("another form of start: {start:?}");
    };
    Ok(Entry {
        uid: event.get_uid().context("no name")?.to_owned(),
        moves: event.get_sequence().unwrap_or_default(),
        start: format!("{date_time} {tzid}"),
        title: event.get_summary().context("no title")?.to_owned(),
    })
}

fn set_rhythm(phone: &Phone, tenure: TenureId, first: Slot) -> anyhow::Result<()> {
    let doc =
        phone.app()?.create(Kind::of(&partnership::SPEC), partnership::key(tenure, first.day.year()))?;
    let cadence = Cadence { rhythm: Rhythm::FourWeekly, first, minutes: Some(30), place: None };
    Ok(phone.app()?.edit(doc, |edit| partnership::set_cadence(edit, &cadence))?)
}

fn at_ten(day: Day) -> anyhow::Result<Slot> {
    Slot::new(day, Some(600)).context("there is such a minute")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moved_meeting_stays_the_same_in_the_calendar_of_who_subscribed() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone(server.founder, "maria").await?;
    let (hers, his) = (server.calendar_url(server.founder).await?, server.calendar_url(agent).await?);
    let today = server.instance()?.app.clock.now().utc_day().context("the calendar has not ended")?;
    let first = today.plus_days(3).context("a day")?;

    set_rhythm(&maria, tenure, at_ten(first)?)?;
    maria.sync().await?;
    let by_rhythm = subscribed(&hers).await?;
    ensure!(by_rhythm.len() == 3, "four, eight and twelve weeks: {by_rhythm:?}");
    ensure!(by_rhythm[0].start == format!("{first} 10:00:00 Europe/Bucharest"), "{by_rhythm:?}");
    ensure!(by_rhythm[0].title == "1:1 cu Andrei" && by_rhythm[0].moves == 0, "{by_rhythm:?}");
    let for_him = subscribed(&his).await?;
    ensure!(for_him[0].title == "1:1 cu Maria" && for_him[0].uid == by_rhythm[0].uid, "{for_him:?}");

    let doc = maria.app()?.create(Kind::of(&meeting::SPEC), meeting::key(tenure, first))?;
    let plan = Plan { slot: at_ten(first)?, place: None, kind: MeetingKind::OneOnOne };
    maria.app()?.edit(doc, |edit| meeting::plan(edit, &plan))?;
    write(&maria, doc, SECRET)?;
    let next_day = at_ten(first.plus_days(1).context("a day")?)?;
    maria.app()?.edit(doc, |edit| meeting::move_to(edit, next_day, 70))?;
    maria.sync().await?;

    let moved = subscribed(&his).await?;
    ensure!((moved.len(), &moved[0].uid) == (3, &by_rhythm[0].uid), "{moved:?}");
    ensure!(moved[0].moves == 1, "{moved:?}");
    ensure!(moved[0].start == format!("{} 10:00:00 Europe/Bucharest", next_day.day), "{moved:?}");

    server.end_tenure(tenure).await?;
    ensure!(subscribed(&hers).await?.is_empty(), "she leads him no more");
    Ok(())
}
