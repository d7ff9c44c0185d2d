//! Numbers about people reach the phones of the people themselves and of who leads them, and no other phone.

use anyhow::{Context, ensure};
use server::demo::phone::Phone;
use server::services::metrics::Numbers;
use server::store::{Access, Store};
use sync_core::ids::PersonId;
use sync_core::metric::{Cut, Decimal, KpiId, MetricRow, Period, SourceName, Targets, scorecard};
use sync_core::time::Day;
use tests::phone::*;
use tests::server::TestServer;

/// What a source measured of a person today; the value is easy to find in a file.
async fn measured(server: &TestServer, person: PersonId, csat: &str) -> anyhow::Result<MetricRow> {
    let app = &server.instance()?.app;
    let numbers = Numbers { store: &app.store, random: &app.random, now: app.clock.now() };
    let source = SourceName::parse("nice")?;
    let row = MetricRow {
        person,
        day: today(server)?,
        kpi: KpiId::parse("csat")?,
        source: source.clone(),
        value: Decimal::parse(csat).context("a number")?,
        volume: Some(1),
    };
    let tx = app.store.begin(server.stage.org, Access::Write).await?;
    numbers.keep(tx, (&source, &Default::default()), std::slice::from_ref(&row), |_| {}).await?;
    Ok(row)
}

fn today(server: &TestServer) -> anyhow::Result<Day> {
    server.instance()?.app.clock.now().utc_day().context("the calendar goes on")
}

fn numbers(phone: &Phone, of: PersonId) -> anyhow::Result<Vec<MetricRow>> {
    Ok(phone.app()?.numbers_of(of)?)
}

/// In a record as it is stored: behind the day, before the volume.
fn as_stored(row: &MetricRow) -> String {
    format!(":{}:1", row.value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_the_phone_of_an_agent_holds_no_number_of_anybody_else() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let (andrei, ioana) = (server.person("Andrei").await?, server.person("Ioana").await?);
    for agent in [andrei, ioana] {
        server.pair(server.founder, agent).await?;
    }
    let of_andrei = measured(&server, andrei, "71.234").await?;
    let of_ioana = measured(&server, ioana, "92.345").await?;

    let maria = server.phone(server.founder, "maria").await?;
    let phone = server.phone(andrei, "andrei").await?;

    ensure!(numbers(&maria, andrei)? == [of_andrei.clone()] && numbers(&maria, ioana)? == [of_ioana.clone()]);
    ensure!(numbers(&phone, andrei)? == [of_andrei.clone()] && numbers(&phone, ioana)?.is_empty());
    ensure!(holds_anywhere(&phone, &as_stored(&of_andrei))?, "this is how it would be found");
    ensure!(!holds_anywhere(&phone, &as_stored(&of_ioana))?);
    let month = Period::of(Cut::Month, today(&server)?);
    let card =
        |phone: &Phone| anyhow::Ok(scorecard(andrei, month, &numbers(phone, andrei)?, &Targets::default()));
    ensure!(card(&maria)? == card(&phone)?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_numbers_go_with_the_tenure_and_come_with_the_next() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let (andrei, ioana, radu) =
        (server.person("Andrei").await?, server.person("Ioana").await?, server.person("Radu").await?);
    let before = server.pair(server.founder, andrei).await?;
    server.pair(server.founder, ioana).await?;
    let row = measured(&server, andrei, "71.234").await?;
    let other = measured(&server, ioana, "92.345").await?;
    let maria = server.phone(server.founder, "maria").await?;
    ensure!(holds_anywhere(&maria, &as_stored(&row))?);

    server.end_tenure(before).await?;
    server.pair(radu, andrei).await?;
    maria.sync().await?;

    ensure!(numbers(&maria, andrei)?.is_empty() && !holds_anywhere(&maria, &as_stored(&row))?);
    ensure!(numbers(&maria, ioana)? == [other], "she still leads Ioana");
    let radus = server.phone(radu, "radu").await?;
    ensure!(numbers(&radus, andrei)?.as_slice() == std::slice::from_ref(&row));
    let corrected = measured(&server, andrei, "75.5").await?;
    radus.sync().await?;
    maria.sync().await?;
    ensure!(numbers(&radus, andrei)? == [corrected.clone()] && numbers(&maria, andrei)?.is_empty());
    let own = server.phone(andrei, "andrei").await?;
    ensure!(numbers(&own, andrei)? == [corrected], "not what the tenure that ended still holds");
    Ok(())
}

/// A version is a place in the feed, and a restored server begins again at an earlier one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restore_a_phone_shows_the_numbers_that_the_server_has() -> anyhow::Result<()> {
    let mut server = TestServer::start("Maria").await?;
    let andrei = server.person("Andrei").await?;
    server.pair(server.founder, andrei).await?;
    let before = measured(&server, andrei, "71.234").await?;
    let maria = server.phone(server.founder, "maria").await?;
    let backup = server.back_up(&[&maria]).await?;
    for lost in ["72.5", "73.5", "74.5"] {
        measured(&server, andrei, lost).await?;
    }
    maria.sync().await?;
    ensure!(numbers(&maria, andrei)?.as_slice() != std::slice::from_ref(&before));

    server.restore(&backup, &[&maria]).await?;
    maria.sync().await?;

    ensure!(numbers(&maria, andrei)? == [before]);
    Ok(())
}
