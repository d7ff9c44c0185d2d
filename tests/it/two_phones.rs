//! Several phones write the same things without knowing of each other, over networks that lose what they carry.

use anyhow::ensure;
use std::path::PathBuf;
use sync_core::sync::Outcome;
use tests::phone::*;
use tests::server::TestServer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_wednesday_planned_offline_on_three_phones_is_one_meeting_with_all_words()
-> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let phones = [
        server.phone(server.founder, "maria").await?,
        server.phone(server.founder, "maria's tablet").await?,
        server.phone(agent, "andrei").await?,
    ];
    let words = ["from the phone. ", "from the tablet. ", "from Andrei. "];
    let mut docs = Vec::new();
    for (phone, words) in phones.iter().zip(words) {
        phone.go_offline()?;
        docs.push(plan_wednesday(phone, tenure)?);
        write(phone, docs[0], words)?;
    }
    ensure!(docs.iter().all(|doc| *doc == docs[0]));

    for phone in phones.iter().chain(&phones) {
        has_network_again(phone);
        phone.sync().await?;
    }

    let seen = notes(&phones[0], docs[0])?;
    for phone in &phones {
        ensure!(notes(phone, docs[0])? == seen && meetings(phone)?.len() == 1);
        ensure!(not_accepted(phone)?.is_empty());
    }
    ensure!(words.iter().all(|words| seen.matches(words).count() == 1), "{seen:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_requests_and_lost_answers_lose_no_word_and_double_none() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let phones = [server.phone(server.founder, "maria").await?, server.phone(agent, "andrei").await?];
    let mut doc = None;
    for phone in &phones {
        phone.network.lose(40);
        doc = Some(plan_wednesday(phone, tenure)?);
    }
    let doc = doc.expect("there are two phones");

    for round in 0..6 {
        for (number, phone) in phones.iter().enumerate() {
            write(phone, doc, &format!("<{round}.{number}>"))?;
            try_sync(phone).await?;
        }
    }
    for phone in phones.iter().chain(&phones) {
        sync_in_the_end(phone).await?;
    }

    let seen = notes(&phones[0], doc)?;
    ensure!(notes(&phones[1], doc)? == seen);
    for word in (0..6).flat_map(|round| (0..2).map(move |number| format!("<{round}.{number}>"))) {
        ensure!(seen.matches(&word).count() == 1, "{word} in {seen:?}");
    }
    let lost: u64 = phones.iter().map(|phone| phone.network.traffic().answers_lost).sum();
    ensure!(lost > 0, "the network was bad");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_put_back_to_an_old_backup_goes_on_and_wedges_nobody() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let mut maria = server.phone(server.founder, "maria").await?;
    let andrei = server.phone(agent, "andrei").await?;
    let doc = plan_wednesday(&maria, tenure)?;
    write(&maria, doc, "Before the backup. ")?;
    maria.sync().await?;
    write(&maria, doc, "On its way at the backup. ")?;
    maria.network.lose(100);
    ensure!(try_sync(&maria).await? == Outcome::Offline);
    maria.close().await;
    let backup: PathBuf = maria.path().with_extension("backup");
    std::fs::copy(maria.path(), &backup)?;

    maria.network.lose(0);
    maria.start()?;
    maria.sync().await?;
    write(&maria, doc, "After the backup. ")?;
    maria.sync().await?;
    andrei.sync().await?;
    maria.close().await;
    std::fs::copy(&backup, maria.path())?;
    maria.start()?;
    write(&maria, doc, "After the reinstall. ")?;
    maria.sync().await?;
    write(&andrei, doc, "Andrei goes on. ")?;
    andrei.sync().await?;
    maria.sync().await?;

    let seen = notes(&maria, doc)?;
    ensure!(notes(&andrei, doc)? == seen);
    for words in [
        "Before the backup. ",
        "On its way at the backup. ",
        "After the backup. ",
        "After the reinstall. ",
        "Andrei goes on. ",
    ] {
        ensure!(seen.matches(words).count() == 1, "{words:?} in {seen:?}");
    }
    ensure!(not_accepted(&maria)?.is_empty() && not_accepted(&andrei)?.is_empty());
    Ok(())
}

/// A process that went on under the actor of an earlier one could give the same number to another change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_start_of_the_app_writes_under_an_actor_of_its_own() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let mut maria = server.phone(server.founder, "maria").await?;
    let andrei = server.phone(agent, "andrei").await?;
    let doc = plan_wednesday(&maria, tenure)?;
    for start in 0..3 {
        write(&maria, doc, &format!("Start {start}. "))?;
        maria.sync().await?;
        maria.close().await;
        maria.start()?;
    }

    andrei.sync().await?;

    let of_maria = authors(&andrei, doc)?.into_iter().filter(|(_, person)| *person == server.founder);
    ensure!(of_maria.count() == 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_phones_meet_through_two_instances_of_the_server() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone(server.founder, "maria").await?;
    let andrei = server.phone(agent, "andrei").await?;
    let second = server.another_instance().await?;
    andrei.network.lead_to(&second.url)?;
    let doc = plan_wednesday(&maria, tenure)?;
    write(&maria, doc, "Through the first. ")?;
    maria.sync().await?;
    andrei.sync().await?;
    write(&andrei, doc, "Through the second. ")?;
    andrei.sync().await?;
    maria.sync().await?;

    ensure!(notes(&maria, doc)? == "Through the second. Through the first. ");
    second.stop().await;
    Ok(())
}
