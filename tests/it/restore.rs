//! The server's database is put back to a backup: what phones hold comes back, what was taken away stays away.

use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::demo::phone::Phone;
use std::collections::BTreeMap;
use sync_core::coaching::barometer::{self, Level, NewEntry};
use sync_core::coaching::{Kind, wellbeing_log};
use sync_core::document::Document;
use sync_core::ids::{DocId, PersonId};
use sync_core::replica::ItemState;
use sync_core::sync::Outcome;
use tests::database::Database;
use tests::phone::*;
use tests::server::TestServer;

/// Maria leads Andrei, whose phone falls into a river after the backup.
struct Loss {
    server: TestServer,
    backup: Database,
    maria: Phone,
    andrei: PersonId,
    /// Written before the backup and after it.
    shared: DocId,
    /// Made after the backup, by Andrei.
    later: DocId,
}

impl Loss {
    async fn happens() -> anyhow::Result<Self> {
        let mut server = TestServer::start("Maria").await?;
        let andrei = server.person("Andrei").await?;
        let tenure = server.pair(server.founder, andrei).await?;
        let maria = server.phone(server.founder, "maria").await?;
        let mut river = server.phone(andrei, "andrei").await?;
        let shared = plan_wednesday(&maria, tenure)?;
        write(&maria, shared, "Maria before. ")?;
        maria.sync().await?;
        river.sync().await?;
        write(&river, shared, "Andrei before. ")?;
        river.sync().await?;
        maria.sync().await?;

        let backup = server.back_up(&[&maria, &river]).await?;
        write(&river, shared, "Andrei after. ")?;
        let later = plan_nth(&river, tenure, 100)?;
        write(&river, later, "Andrei alone, after. ")?;
        river.sync().await?;
        maria.sync().await?;
        write(&maria, shared, "Maria after. ")?;
        maria.sync().await?;
        river.close().await;
        Ok(Self { server, backup, maria, andrei, shared, later })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_edit_that_a_phone_holds_is_back_under_its_true_author_at_the_first_contact()
-> anyhow::Result<()> {
    let Loss { mut server, backup, maria, andrei, shared, later } = Loss::happens().await?;
    let written = |doc| Ok::<_, anyhow::Error>((notes(&maria, doc)?, by_actor(&maria, doc)?));
    let (text, texts_authors) = written(shared)?;
    let (later_text, later_authors) = written(later)?;
    let is_there = format!("SELECT count(*) FROM document WHERE id = '{}'", uuid(later));
    ensure!(server.count(&is_there).await? == 1);

    server.restore(&backup, &[&maria]).await?;
    ensure!(server.count(&is_there).await? == 0, "the backup is older");
    // Somebody writes before Maria is back: the feed passes the place that her cursor names.
    let fresh = server.phone(andrei, "andrei's new phone").await?;
    for number in 0..20 {
        write(&fresh, shared, &format!("{number}. "))?;
        fresh.sync().await?;
    }
    maria.sync().await?;

    ensure!(server.count(&is_there).await? == 1, "it is back once Maria's phone has been there");
    fresh.sync().await?;
    let there = notes(&fresh, shared)?;
    for words in ["Maria before. ", "Andrei before. ", "Andrei after. ", "Maria after. ", "19. "] {
        ensure!(there.matches(words).count() == 1, "{words:?} in {there:?} of {text:?}");
    }
    ensure!(notes(&fresh, later)? == later_text);
    let authors = by_actor(&fresh, shared)?;
    ensure!(texts_authors.iter().all(|(actor, person)| authors.get(actor) == Some(person)));
    ensure!(later_authors == by_actor(&fresh, later)? && !later_authors.is_empty());
    ensure!(later_authors.values().all(|person| *person == andrei));
    Ok(())
}

/// More than one request carries on a slow uplink: a receipt proves a change by what builds on it, so what is given back
/// of one document travels together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_document_of_two_people_is_back_once_and_under_its_true_authors() -> anyhow::Result<()> {
    let Loss { mut server, backup, maria, andrei, shared, .. } = Loss::happens().await?;
    let other = server.phone(andrei, "andrei's tablet").await?;
    let mut dice = StdRng::seed_from_u64(7);
    let mut written = Vec::new();
    for round in 0..24 {
        let phone = if round % 2 == 0 { &maria } else { &other };
        written.push(format!("{round}. {} ", in_no_language(&mut dice, 1_500)));
        write(phone, shared, &written[round])?;
        phone.sync().await?;
        if round % 2 == 0 { &other } else { &maria }.sync().await?;
    }
    maria.sync().await?;
    let (text, authors) = (notes(&maria, shared)?, by_actor(&maria, shared)?);

    server.restore(&backup, &[&maria]).await?;
    maria.sync().await?;

    let fresh = server.phone(andrei, "andrei's new phone").await?;
    ensure!(notes(&fresh, shared)? == text && notes(&maria, shared)? == text, "back as it was");
    ensure!(not_accepted(&maria)?.is_empty());
    let again = by_actor(&fresh, shared)?;
    ensure!(authors.iter().all(|(actor, person)| again.get(actor) == Some(person)), "{authors:?} {again:?}");
    Ok(())
}

/// The row that says so lies behind what the phone begins anew with.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lost_access_before_a_restored_server_was_met_again_keeps_nothing() -> anyhow::Result<()> {
    let Loss { mut server, backup, maria, shared, .. } = Loss::happens().await?;
    let tenure = maria.app()?.tenures()?[0].id;

    server.restore(&backup, &[&maria]).await?;
    server.end_tenure(tenure).await?;
    maria.sync().await?;

    ensure!(meetings(&maria)?.is_empty() && maria.app()?.tenures()?.is_empty());
    ensure!(!holds_anywhere(&maria, "Andrei before. ")? && maria.app()?.state(shared).is_err());
    Ok(())
}

/// She may not write there, but these are not her words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_the_agent_writes_is_given_back_by_the_leader_who_has_read_it() -> anyhow::Result<()> {
    let mut server = TestServer::start("Maria").await?;
    let andrei = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, andrei).await?;
    let maria = server.phone(server.founder, "maria").await?;
    let mut river = server.phone(andrei, "andrei").await?;
    let backup = server.back_up(&[&maria, &river]).await?;
    let key = wellbeing_log::key(tenure, wednesday()?.quarter());
    let log = river.app()?.create(Kind::of(&wellbeing_log::SPEC), key)?;
    let mood = Level::new(2).context("the scale has it")?;
    let tired = NewEntry { mood, load: None, note: "Trei ture la rând.".into() };
    river.app()?.edit(log, |edit| barometer::add_entry(edit, &tired))?;
    river.sync().await?;
    maria.sync().await?;
    river.close().await;

    server.restore(&backup, &[&maria]).await?;
    maria.sync().await?;

    ensure!(not_accepted(&maria)?.is_empty() && state(&maria, log)? == ItemState::OnServer);
    let fresh = server.phone(andrei, "andrei's new phone").await?;
    let seen = fresh.app()?.read(log, |history| barometer::view(Document::of(history.view())))?;
    ensure!(seen.entries.len() == 1 && seen.entries[0].note == tired.note, "{seen:?}");
    ensure!(maria.app()?.edit(log, |edit| barometer::add_entry(edit, &tired)).is_err());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_that_were_not_sent_yet_arrive_at_a_restored_server_too() -> anyhow::Result<()> {
    let Loss { mut server, backup, maria, andrei, shared, later } = Loss::happens().await?;
    maria.go_offline()?;
    write(&maria, shared, "Not sent. ")?;
    write(&maria, later, "Not sent either. ")?;

    server.restore(&backup, &[&maria]).await?;
    has_network_again(&maria);
    maria.sync().await?;

    let fresh = server.phone(andrei, "andrei's new phone").await?;
    ensure!(notes(&fresh, shared)?.starts_with("Not sent. Maria after. "));
    ensure!(notes(&fresh, later)? == "Not sent either. Andrei alone, after. ");
    ensure!(not_accepted(&maria)?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_away_after_the_backup_stays_away() -> anyhow::Result<()> {
    let mut server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone(server.founder, "maria").await?;
    let stolen = server.phone(agent, "stolen").await?;
    let doc = plan_wednesday(&stolen, tenure)?;
    write(&stolen, doc, "between the two of them")?;
    stolen.sync().await?;
    maria.sync().await?;

    let backup = server.back_up(&[&maria, &stolen]).await?;
    server.stage.revoke(server.instance()?, stolen.app()?.identity().device).await?;
    server.end_tenure(tenure).await?;
    maria.sync().await?;
    ensure!(meetings(&maria)?.is_empty());

    server.restore(&backup, &[&maria, &stolen]).await?;
    ensure!(try_sync(&stolen).await? == Outcome::Wiped);
    maria.sync().await?;
    let fresh = server.phone(server.founder, "maria's new phone").await?;
    for phone in [&maria, &fresh] {
        ensure!(meetings(phone)?.is_empty() && phone.app()?.tenures()?.is_empty());
        ensure!(!holds_anywhere(phone, "between the two of them")?);
    }
    Ok(())
}

fn by_actor(phone: &Phone, doc: DocId) -> anyhow::Result<BTreeMap<String, PersonId>> {
    Ok(authors(phone, doc)?.into_iter().map(|(actor, person)| (actor.to_string(), person)).collect())
}

fn uuid(doc: DocId) -> String {
    doc.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
