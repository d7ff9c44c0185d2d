//! A sync in which nothing is new costs one request and reads no document; what waits leaves together.

use anyhow::ensure;
use sync_core::replica::ItemState;
use tests::phone::*;
use tests::server::TestServer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_with_nothing_new_is_one_request_and_reads_no_document_on_either_side() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let mut maria = server.phone(server.founder, "maria").await?;
    let docs: Vec<_> = (0..12).map(|n| plan_nth(&maria, tenure, n)).collect::<Result<_, _>>()?;
    docs.iter().try_for_each(|doc| write(&maria, *doc, "what was said"))?;
    maria.sync().await?;
    maria.close().await;

    let spoilt = "UPDATE change SET bytes = '\\x00'";
    ensure!(server.meddle(spoilt).await? >= 12);
    server.meddle("UPDATE snapshot SET bytes = '\\x00'").await?;
    ensure!(meddle(&maria, "UPDATE change SET bytes = x'00'")? >= 12);
    meddle(&maria, "UPDATE snapshot SET bytes = x'00'")?;
    maria.start()?;
    maria.sync().await?;

    let before = requests(&maria);
    maria.sync().await?;
    ensure!(requests(&maria) - before == 1, "{} requests", requests(&maria) - before);

    for doc in docs {
        ensure!(notes(&maria, doc).is_err(), "whoever had read a document would have noticed");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_edits_made_offline_in_fifty_documents_are_one_request_and_acknowledged_once_committed()
-> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone(server.founder, "maria").await?;

    maria.go_offline()?;
    let docs: Vec<_> = (0..50).map(|n| plan_nth(&maria, tenure, n)).collect::<Result<_, _>>()?;
    for (number, doc) in docs.iter().enumerate() {
        write(&maria, *doc, &format!("said on day {number}"))?;
        ensure!(state(&maria, *doc)? == ItemState::OnPhone);
    }
    ensure!(server.count("SELECT count(*) FROM document").await? == 0);

    let before = requests(&maria);
    has_network_again(&maria);
    maria.sync().await?;

    ensure!(requests(&maria) - before == 1, "{} requests", requests(&maria) - before);
    for doc in docs {
        ensure!(state(&maria, doc)? == ItemState::OnServer);
    }
    ensure!(server.count("SELECT count(DISTINCT doc) FROM change WHERE person IS NOT NULL").await? == 50);
    Ok(())
}
