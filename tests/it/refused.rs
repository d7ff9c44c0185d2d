//! The server refuses something: nobody's words are lost, and nothing is sent for ever.

use anyhow::{Context, ensure};
use server::trial::{Place, Workers};
use sync_core::ids::ActorId;
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

/// Five changes in each of twenty meetings. The third one in the eighth of them speaks in the partner's name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_change_among_a_hundred_is_refused_with_what_builds_on_it_and_nothing_else() -> anyhow::Result<()>
{
    let program = env!("CARGO_BIN_EXE_proofs").into();
    let workers = Place::Workers(Workers { program, ..Workers::of_this_program() });
    let server = TestServer::start_trying_in("Maria", workers).await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone(server.founder, "maria").await?;
    let andrei = server.phone(agent, "andrei").await?;
    let docs = (0..20).map(|number| plan_nth(&maria, tenure, number)).collect::<Result<Vec<_>, _>>()?;
    docs.iter().try_for_each(|doc| write(&maria, *doc, "Planned. "))?;
    maria.sync().await?;
    let before = server.count("SELECT count(*) FROM change").await?;

    maria.go_offline()?;
    for (number, doc) in docs.iter().enumerate() {
        let actor = ActorId::from_bytes([100 + u8::try_from(number)?; 16]);
        for part in 0..5 {
            let words = format!("Part {part}. ");
            let change = match (number, part) {
                (7, 2) => sealed_in_the_name_of(&maria, *doc, (actor, agent), &words)?,
                _ => sealed(&maria, *doc, actor, &words)?,
            };
            maria.app()?.add_sealed(*doc, &[change])?;
        }
    }
    has_network_again(&maria);
    maria.sync().await?;
    andrei.sync().await?;

    let stored = server.count("SELECT count(*) FROM change").await? - before;
    ensure!(stored == 97, "{stored} of 100 changes are stored");
    for (number, doc) in docs.iter().enumerate() {
        let seen = notes(&maria, *doc)?;
        ensure!(notes(&andrei, *doc)? == seen, "both see the same in meeting {number}");
        let parts = (0..5).filter(|part| seen.contains(&format!("Part {part}. "))).count();
        ensure!(parts == if number == 7 { 2 } else { 5 }, "{parts} parts in meeting {number}: {seen:?}");
    }
    let refused = maria.app()?.not_accepted()?;
    let is_of_that_one = refused.iter().all(|row| (row.doc, row.code) == (docs[7], ErrorCode::NotAllowed));
    ensure!(is_of_that_one, "{:?}", refused.iter().map(|row| (row.doc, row.code)).collect::<Vec<_>>());
    let kept = not_accepted(&maria)?.join("\n");
    for words in ["Part 2. ", "Part 3. ", "Part 4. "] {
        ensure!(kept.contains(words), "{words:?} is still readable in {kept:?}");
    }
    write(&maria, docs[7], "And on. ")?;
    maria.sync().await?;
    andrei.sync().await?;
    ensure!(notes(&andrei, docs[7])?.contains("And on. "), "Maria's phone goes on by itself");
    Ok(())
}
