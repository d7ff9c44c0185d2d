//! Heads of operations and HR partners are shown something about a person: the person sees that they were, and what.

use anyhow::ensure;
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::demo::phone::Phone;
use server::services::disclosure::{DisclosureError, Request, Shown};
use sync_core::coaching::tier_note::{self, TierText};
use sync_core::coaching::{Kind, KindSpec, circumstance};
use sync_core::document::Splice;
use sync_core::ids::{DocId, PersonId};
use sync_core::policy::{Office, Reader};
use tests::phone::*;
use tests::server::TestServer;

const THOUGHT: &str = "He knows the product and does not ask for help. ";
const REASON: &str = "His mother is in hospital until Easter. ";

/// Maria leads Andrei. Olga is head of operations and Hanna HR partner of all teams; Otto is head of another team.
struct Team {
    server: TestServer,
    maria: Phone,
    andrei: Phone,
    agent: PersonId,
    olga: PersonId,
    hanna: PersonId,
    otto: PersonId,
    different: DocId,
}

impl Team {
    async fn begins() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let agent = server.person("Andrei").await?;
        let tenure = server.pair(server.founder, agent).await?;
        let (olga, hanna) = (server.person("Olga").await?, server.person("Hanna").await?);
        let otto = server.person("Otto").await?;
        server.appoint(olga, Office::Head, None).await?;
        server.appoint(hanna, Office::Hr, None).await?;
        let other = server.stage.add_team(server.instance()?, "Morning shift").await?;
        server.appoint(otto, Office::Head, Some(other)).await?;
        let maria = server.phone(server.founder, "maria").await?;
        let andrei = server.phone(agent, "andrei").await?;
        let quarter = wednesday()?.quarter();
        let note = tier_note::key(server.founder, agent, quarter);
        let note = maria.app()?.create(Kind::of(&tier_note::SPEC), note)?;
        let place = (tier_note::Month::ALL[0], TierText::ALL[0]);
        maria
            .app()?
            .edit(note, |edit| tier_note::edit_tier_text(edit, place, &Splice::insert(0, THOUGHT)))?;
        let different = circumstance::new_key(tenure, &mut StdRng::seed_from_u64(1));
        let different = maria.app()?.create(Kind::of(&circumstance::SPEC), different)?;
        maria.app()?.edit(different, |edit| circumstance::edit_reason(edit, &Splice::insert(0, REASON)))?;
        maria.sync().await?;
        andrei.sync().await?;
        Ok(Self { server, maria, andrei, agent, olga, hanna, otto, different })
    }

    async fn ask(
        &self,
        reader: PersonId,
        spec: &'static KindSpec,
    ) -> anyhow::Result<Result<Vec<Shown>, DisclosureError>> {
        let office = self.server.stage.office(self.server.instance()?);
        let request = Request { reader, about: self.agent, kind: Kind::of(spec) };
        Ok(office.disclose(self.server.stage.org, request).await)
    }

    /// Who saw what, as the agent's phone has it.
    async fn seen_by_the_agent(&self) -> anyhow::Result<Vec<(String, Option<Reader>, String)>> {
        self.andrei.sync().await?;
        let entries = self.andrei.app()?.access_log()?.into_iter();
        Ok(entries.map(|e| (e.reader.map(|who| who.name).unwrap_or_default(), e.role, e.what)).collect())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r108_what_a_head_is_shown_about_somebody_is_on_that_persons_phone_and_nobody_elses()
-> anyhow::Result<()> {
    let team = Team::begins().await?;

    let shown = team.ask(team.olga, &tier_note::SPEC).await??;

    ensure!(shown.len() == 1 && shown[0].of == Some(team.server.founder), "{shown:?}");
    ensure!(shown[0].text.contains(THOUGHT.trim()));
    let seen = team.seen_by_the_agent().await?;
    ensure!(seen == [("Olga".to_owned(), Some(Reader::Head), "tier_note".to_owned())], "{seen:?}");
    ensure!(!holds_anywhere(&team.andrei, THOUGHT.trim())?, "that it was read, and not what it says");
    team.maria.sync().await?;
    ensure!(team.maria.app()?.access_log()?.is_empty());
    ensure!(team.server.count("SELECT count(*) FROM access_log").await? == 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r108_an_hr_partner_is_shown_what_one_of_the_two_has_shared_and_each_look_is_an_entry()
-> anyhow::Result<()> {
    let team = Team::begins().await?;
    ensure!(team.ask(team.hanna, &circumstance::SPEC).await??.is_empty(), "nobody has shared it");

    team.andrei.app()?.edit(team.different, |edit| circumstance::share_with_hr(edit, true))?;
    team.andrei.sync().await?;
    let shown = team.ask(team.hanna, &circumstance::SPEC).await??;
    ensure!(shown.len() == 1 && shown[0].text.contains(REASON.trim()), "{shown:?}");

    team.maria.sync().await?;
    team.maria.app()?.edit(team.different, |edit| circumstance::share_with_hr(edit, false))?;
    team.maria.sync().await?;
    ensure!(team.ask(team.hanna, &circumstance::SPEC).await??.is_empty(), "no longer");
    let entry = ("Hanna".to_owned(), Some(Reader::Hr), "circumstance".to_owned());
    ensure!(
        team.seen_by_the_agent().await? == [entry.clone(), entry.clone(), entry],
        "also when nothing was shown"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r108_whoever_has_no_right_to_it_is_shown_nothing_and_is_no_entry() -> anyhow::Result<()> {
    let team = Team::begins().await?;

    for (reader, spec) in [(team.hanna, &tier_note::SPEC), (team.olga, &circumstance::SPEC)] {
        let refused = team.ask(reader, spec).await?;
        ensure!(matches!(refused, Err(DisclosureError::NeverShown(_))), "{refused:?}");
    }
    for reader in [team.otto, team.server.founder, team.agent] {
        let refused = team.ask(reader, &tier_note::SPEC).await?;
        ensure!(matches!(refused, Err(DisclosureError::NoOffice)), "{refused:?}");
    }
    ensure!(team.seen_by_the_agent().await?.is_empty());
    Ok(())
}
