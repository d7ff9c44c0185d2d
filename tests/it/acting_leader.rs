//! Somebody leads in a leader's place for a time: what they get, what they do not, and that it ends.

use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::demo::phone::Phone;
use sync_core::coaching::{Kind, circumstance, private_log, wellbeing_log};
use sync_core::ids::{DocId, PersonId, TenureId};
use sync_core::replica::{ReplicaError, Tenure};
use tests::phone::*;
use tests::server::TestServer;

const HOUR_MS: i64 = 3_600_000;
const BEFORE: &str = "Andrei is tired of the late shifts. ";
const FOR_HERSELF: &str = "He will leave if nothing changes. ";
const MEANWHILE: &str = "Radu and Andrei go through Tuesday's calls. ";
const UNSENT: &str = "He liked the new script. ";

/// Maria leads Andrei and is on leave; Radu leads in her place.
struct Leave {
    server: TestServer,
    maria: Phone,
    andrei: Phone,
    radu: Phone,
    leader: PersonId,
    tenure: TenureId,
    before: DocId,
}

impl Leave {
    async fn begins() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let leader = server.founder;
        let (agent, acting) = (server.person("Andrei").await?, server.person("Radu").await?);
        let tenure = server.pair(leader, agent).await?;
        let maria = server.phone(leader, "maria").await?;
        let andrei = server.phone(agent, "andrei").await?;
        let radu = server.phone(acting, "radu").await?;
        let before = plan_wednesday(&maria, tenure)?;
        write(&maria, before, BEFORE)?;
        let quarter = wednesday()?.quarter();
        let own =
            maria.app()?.create(Kind::of(&private_log::SPEC), private_log::key(leader, agent, quarter))?;
        maria.app()?.edit(own, |edit| private_log::add_to_raise(edit, FOR_HERSELF).map(drop))?;
        maria.sync().await?;
        server.delegate(leader, acting, HOUR_MS).await?;
        for phone in [&radu, &maria, &andrei] {
            phone.sync().await?;
        }
        Ok(Self { server, maria, andrei, radu, leader, tenure, before })
    }

    /// The pair of the delegation, as a phone lists it.
    fn stint(phone: &Phone) -> anyhow::Result<Tenure> {
        let all = phone.app()?.tenures()?;
        all.into_iter().find(|tenure| tenure.stands_in.is_some()).context("nobody leads in another's place")
    }

    /// The end has come, by the database's clock; nobody has said so to anybody.
    async fn is_over(&self) -> anyhow::Result<()> {
        self.server.meddle("UPDATE audience_member SET until_at = now() WHERE role = 'acting'").await?;
        self.server.meddle("UPDATE delegation SET until_at = now()").await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d6_who_leads_in_a_leaders_place_shares_what_is_new_with_both_and_sees_nothing_older()
-> anyhow::Result<()> {
    let Leave { maria, andrei, radu, leader, tenure, before, .. } = &Leave::begins().await?;

    let stint = Leave::stint(radu)?;
    let stands_in = stint.stands_in.clone().context("it says in whose place")?;
    ensure!((stands_in.tenure, stands_in.leader.id) == (*tenure, *leader));
    ensure!((stint.leader.name.as_str(), stint.agent.name.as_str()) == ("Radu", "Andrei"));
    ensure!(stint.until.is_some_and(|until| until.0 - stint.from.0 == HOUR_MS), "{stint:?}");
    ensure!(radu.app()?.tenures()?.len() == 1, "the pair itself is not theirs");
    ensure!(Leave::stint(andrei)? == stint && Leave::stint(maria)? == stint);

    let meanwhile = plan_wednesday(radu, stint.id)?;
    write(radu, meanwhile, MEANWHILE)?;
    for phone in [radu, andrei, maria] {
        phone.sync().await?;
    }
    ensure!(meanwhile != *before, "the meeting that was planned is another one");
    ensure!(notes(andrei, meanwhile)? == MEANWHILE && notes(maria, meanwhile)? == MEANWHILE);
    write(andrei, meanwhile, "I agree. ")?;
    andrei.sync().await?;
    radu.sync().await?;
    ensure!(notes(radu, meanwhile)?.starts_with("I agree. "));
    ensure!(meetings(radu)? == [meanwhile]);
    for words in [BEFORE, FOR_HERSELF] {
        ensure!(!holds_anywhere(radu, words.trim())?, "{words}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d6_how_the_agent_is_and_what_is_different_for_them_is_in_nobodys_hands_meanwhile()
-> anyhow::Result<()> {
    let Leave { maria, andrei, radu, .. } = &Leave::begins().await?;
    let stint = Leave::stint(radu)?.id;

    for phone in [maria, andrei, radu] {
        let log = wellbeing_log::key(stint, wednesday()?.quarter());
        let log = phone.app()?.create(Kind::of(&wellbeing_log::SPEC), log);
        ensure!(matches!(log, Err(ReplicaError::OnlyRead)), "{log:?}");
        let different = circumstance::new_key(stint, &mut StdRng::seed_from_u64(1));
        let different = phone.app()?.create(Kind::of(&circumstance::SPEC), different);
        ensure!(matches!(different, Err(ReplicaError::OnlyRead)), "{different:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d6_access_ends_at_the_minute_and_the_documents_are_purged_at_the_next_contact() -> anyhow::Result<()>
{
    let leave = Leave::begins().await?;
    let Leave { server, maria, andrei, radu, .. } = &leave;
    let stint = Leave::stint(radu)?.id;
    let meanwhile = plan_wednesday(radu, stint)?;
    write(radu, meanwhile, MEANWHILE)?;
    radu.sync().await?;
    andrei.sync().await?;
    radu.go_offline()?;
    write(radu, meanwhile, UNSENT)?;

    leave.is_over().await?;
    write(andrei, meanwhile, "Between Maria and me. ")?;
    andrei.sync().await?;
    has_network_again(radu);
    radu.sync().await?;
    ensure!(!holds_anywhere(radu, "Between Maria and me.")?, "nothing is read after the end");
    let waiting = not_accepted(radu)?;
    ensure!(waiting.len() == 1 && waiting[0].contains(UNSENT.trim()), "nothing is written: {waiting:?}");

    server.announce_what_is_over().await?;
    radu.sync().await?;
    ensure!(meetings(radu)?.is_empty() && radu.app()?.tenures()?.is_empty());
    ensure!(!holds_anywhere(radu, MEANWHILE.trim())?, "what all had read is gone from the file");
    let waiting = not_accepted(radu)?;
    ensure!(waiting.len() == 1 && waiting[0].contains(UNSENT.trim()), "their own words stay: {waiting:?}");
    for phone in [maria, andrei] {
        phone.sync().await?;
        let text = notes(phone, meanwhile)?;
        ensure!(text.contains(MEANWHILE.trim()) && !text.contains(UNSENT.trim()), "{text}");
    }
    Ok(())
}
