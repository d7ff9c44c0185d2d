//! An agent gets another leader in the middle of the quarter: each phone holds what its owner may see, and no more.

use anyhow::ensure;
use server::demo::phone::Phone;
use sync_core::ids::{DocId, PersonId, TenureId};
use sync_core::replica::ItemState;
use tests::phone::*;
use tests::server::TestServer;

const SHARED: &str = "Andrei is tired of the late shifts. ";
const UNSENT: &str = "Ask him again on Friday. ";
const FROM_THE_AGENT: &str = "I wrote this in the train. ";
const NEW: &str = "Radu's first talk with Andrei. ";

/// Maria led Andrei until a moment ago; now Radu does. Both had been writing without network.
struct Change {
    server: TestServer,
    maria: Phone,
    andrei: Phone,
    agent: PersonId,
    radu: PersonId,
    now: TenureId,
    doc: DocId,
}

impl Change {
    async fn happens() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let (agent, radu) = (server.person("Andrei").await?, server.person("Radu").await?);
        let before = server.pair(server.founder, agent).await?;
        let maria = server.phone(server.founder, "maria").await?;
        let andrei = server.phone(agent, "andrei").await?;
        let doc = plan_wednesday(&andrei, before)?;
        // Long enough that a saved document would be compressed.
        write(&andrei, doc, &SHARED.repeat(40))?;
        andrei.sync().await?;
        maria.sync().await?;
        maria.go_offline()?;
        andrei.go_offline()?;
        write(&maria, doc, UNSENT)?;
        write(&andrei, doc, FROM_THE_AGENT)?;
        server.end_tenure(before).await?;
        let now = server.pair(radu, agent).await?;
        Ok(Self { server, maria, andrei, agent, radu, now, doc })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_the_earlier_tenure_stays_with_the_leader_whose_tenure_ended() -> anyhow::Result<()> {
    let change = Change::happens().await?;
    let maria = &change.maria;
    ensure!(holds_anywhere(maria, SHARED.trim())?, "until her phone hears of it, it is there");

    has_network_again(maria);
    maria.sync().await?;

    ensure!(meetings(maria)?.is_empty());
    ensure!(!holds_anywhere(maria, SHARED.trim())?, "what others wrote is gone from the file");
    ensure!(maria.app()?.tenures()?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_leader_had_not_sent_waits_under_not_accepted_and_reaches_nobody() -> anyhow::Result<()> {
    let Change { maria, andrei, doc, .. } = &Change::happens().await?;
    has_network_again(maria);
    maria.sync().await?;

    let waiting = not_accepted(maria)?;
    ensure!(waiting.len() == 1 && waiting[0].contains(UNSENT.trim()), "{waiting:?}");
    ensure!(!waiting[0].contains(SHARED.trim()), "only what she wrote herself: {waiting:?}");
    let before = requests(maria);
    maria.sync().await?;
    ensure!(requests(maria) - before == 1, "it is not tried again");

    has_network_again(andrei);
    andrei.sync().await?;
    ensure!(!notes(andrei, *doc)?.contains(UNSENT.trim()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_agent_wrote_offline_in_the_earlier_tenure_is_still_accepted() -> anyhow::Result<()> {
    let Change { server, andrei, agent, doc, .. } = &Change::happens().await?;
    has_network_again(andrei);
    andrei.sync().await?;

    ensure!(state(andrei, *doc)? == ItemState::OnServer);
    ensure!(not_accepted(andrei)?.is_empty());
    let fresh = server.phone(*agent, "andrei's tablet").await?;
    ensure!(notes(&fresh, *doc)? == format!("{FROM_THE_AGENT}{}", SHARED.repeat(40)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_new_leader_sees_the_new_tenure_and_nothing_of_the_earlier_one() -> anyhow::Result<()> {
    let Change { server, andrei, radu, now, doc, .. } = &Change::happens().await?;
    has_network_again(andrei);
    andrei.sync().await?;
    let radus = server.phone(*radu, "radu").await?;
    let first = plan_wednesday(&radus, *now)?;
    write(&radus, first, NEW)?;
    radus.sync().await?;
    andrei.sync().await?;

    ensure!(first != *doc && notes(andrei, first)? == NEW);
    ensure!(meetings(&radus)? == [first]);
    for words in [SHARED, FROM_THE_AGENT, UNSENT] {
        ensure!(!holds_anywhere(&radus, words.trim())?);
    }
    ensure!(meetings(andrei)?.len() == 2, "the agent keeps what was theirs");
    Ok(())
}
