//! The server refuses something: nobody's words are lost, and nothing is sent for ever.

use anyhow::{Context, ensure};
use sync_core::replica::ItemState;
use sync_core::wire::ErrorCode;
use tests::phone::*;
use tests::server::TestServer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_change_costs_neither_the_partners_words_nor_the_refused_ones_and_is_sent_once()
-> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone(server.founder, "maria").await?;
    let andrei = server.phone(agent, "andrei").await?;
    let doc = plan_wednesday(&andrei, tenure)?;
    write(&andrei, doc, "Andrei begins. ")?;
    andrei.sync().await?;
    maria.sync().await?;
    let actor = authors(&maria, doc)?.into_iter().find(|(_, person)| *person == agent);
    let (actor, _) = actor.context("Andrei is known as an author")?;

    maria.go_offline()?;
    maria.app()?.add_sealed(doc, &[sealed(&maria, doc, actor, "In Andrei's name. ")?])?;
    write(&maria, doc, "On top of it. ")?;
    write(&andrei, doc, "Andrei goes on. ")?;
    andrei.sync().await?;
    has_network_again(&maria);
    let before = requests(&maria);
    maria.sync().await?;
    let needed = requests(&maria) - before;
    write(&andrei, doc, "And on. ")?;
    andrei.sync().await?;
    maria.sync().await?;

    ensure!(needed <= 3, "{needed} requests until the queue was empty");
    ensure!(requests(&maria) - before == needed + 1, "nothing is sent again");
    let seen = notes(&maria, doc)?;
    for words in ["Andrei begins. ", "Andrei goes on. ", "And on. "] {
        ensure!(seen.matches(words).count() == 1, "{words:?} in {seen:?}");
    }
    ensure!(!seen.contains("In Andrei's name."));
    let codes: Vec<_> = maria.app()?.not_accepted()?.iter().map(|row| row.code).collect();
    // Andrei's own next change had taken the place of the one in his name.
    ensure!(codes == [ErrorCode::ChangeSequence], "{codes:?}");
    let kept = not_accepted(&maria)?.join("\n");
    ensure!(kept.contains("In Andrei's name."), "{kept:?}");
    ensure!(kept.contains("On top of it.") || seen.contains("On top of it."), "{kept:?} {seen:?}");
    ensure!(state(&maria, doc)? == ItemState::NotAccepted);
    andrei.sync().await?;
    ensure!(notes(&andrei, doc)? == seen, "both see the same");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_in_one_document_holds_up_no_other_one() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone(server.founder, "maria").await?;
    let andrei = server.phone(agent, "andrei").await?;
    let doc = plan_wednesday(&andrei, tenure)?;
    write(&andrei, doc, "Andrei begins. ")?;
    andrei.sync().await?;
    maria.sync().await?;
    let (actor, _) = *authors(&maria, doc)?.first().context("somebody wrote")?;

    maria.app()?.add_sealed(doc, &[sealed(&maria, doc, actor, "Refused. ")?])?;
    let other = plan_nth(&maria, tenure, 200)?;
    write(&maria, other, "Accepted. ")?;
    maria.sync().await?;
    andrei.sync().await?;

    ensure!(notes(&andrei, other)? == "Accepted. ");
    ensure!(state(&maria, other)? == ItemState::OnServer);
    let codes: Vec<_> = maria.app()?.not_accepted()?.iter().map(|row| row.code).collect();
    ensure!(codes == [ErrorCode::ActorOwned], "{codes:?}");
    ensure!(not_accepted(&maria)? == ["Refused. "], "{:?}", not_accepted(&maria)?);
    ensure!(notes(&andrei, doc)? == "Andrei begins. ");
    Ok(())
}
