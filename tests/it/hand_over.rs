//! An agent gets another leader: who led before hands over, the agent brings along what they choose, and nothing else goes with them.

use anyhow::{Context, ensure};
use server::demo::phone::Phone;
use sync_core::coaching::goal_set::{self, NewGoal};
use sync_core::coaching::hand_over::{self, HandOverView};
use sync_core::coaching::{Kind, meeting};
use sync_core::content::Language;
use sync_core::document::{Document, Splice};
use sync_core::ids::{DocId, PersonId, TenureId};
use sync_core::replica::{Bring, ItemState, Offer, ReplicaError};
use sync_core::time::{Day, Timestamp};
use tests::phone::*;
use tests::server::TestServer;

const OLDEST: &str = "Andrei is tired of the late shifts. ";
const SECOND: &str = "He tries the morning shift. ";
const LAST: &str = "The morning shift it is. ";
const UNSENT: &str = "Ask him how the first week was. ";
const NOTE: &str = "He says little at first. Give him time.";
const GOAL: &str = "Answer before the third ring";

/// Maria led Andrei until a moment ago; now Radu does. She was writing without network.
struct Change {
    server: TestServer,
    maria: Phone,
    andrei: Phone,
    agent: PersonId,
    radu: PersonId,
    now: TenureId,
    goals: DocId,
}

fn hold(phone: &Phone, tenure: TenureId, (day, words): (&str, &str)) -> anyhow::Result<DocId> {
    let key = meeting::key(tenure, Day::parse(day)?);
    let doc = phone.app()?.create(Kind::of(&meeting::SPEC), key)?;
    phone.app()?.edit(doc, |edit| meeting::begin(edit, Timestamp(1_773_824_400_000)))?;
    write(phone, doc, words)?;
    Ok(doc)
}

fn set_a_goal(phone: &Phone, tenure: TenureId) -> anyhow::Result<DocId> {
    let key = goal_set::key(tenure, wednesday()?.quarter());
    let doc = phone.app()?.create(Kind::of(&goal_set::SPEC), key)?;
    let (title, why) = (GOAL.to_owned(), "They wait".to_owned());
    let goal = NewGoal { title, why, measure: None, baseline: None, target: None, due: None };
    phone.app()?.edit(doc, |edit| goal_set::add_goal(edit, &goal).map(drop))?;
    Ok(doc)
}

impl Change {
    async fn happens() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let (agent, radu) = (server.person("Andrei").await?, server.person("Radu").await?);
        let before = server.pair(server.founder, agent).await?;
        let maria = server.phone(server.founder, "maria").await?;
        let andrei = server.phone(agent, "andrei").await?;
        hold(&andrei, before, ("2026-02-18", OLDEST))?;
        hold(&andrei, before, ("2026-03-04", SECOND))?;
        let last = hold(&andrei, before, ("2026-03-18", LAST))?;
        let goals = set_a_goal(&andrei, before)?;
        andrei.sync().await?;
        maria.sync().await?;
        maria.go_offline()?;
        write(&maria, last, UNSENT)?;
        let now = server.hand_over(before, radu).await?;
        for phone in [&maria, &andrei] {
            has_network_again(phone);
            phone.sync().await?;
        }
        Ok(Self { server, maria, andrei, agent, radu, now, goals })
    }

    fn hand_over(&self, phone: &Phone) -> anyhow::Result<DocId> {
        Ok(phone.app()?.create(Kind::of(&hand_over::SPEC), hand_over::key(self.now))?)
    }

    /// Maria writes the note without network, with what was refused.
    async fn is_written(&self) -> anyhow::Result<()> {
        let maria = &self.maria;
        maria.go_offline()?;
        let doc = self.hand_over(maria)?;
        maria.app()?.edit(doc, |edit| hand_over::edit_note(edit, &Splice::insert(0, NOTE)))?;
        for row in maria.app()?.not_accepted()? {
            maria.app()?.edit(doc, |edit| hand_over::add_to_note(edit, &row.text))?;
            maria.app()?.forget_not_accepted(row.id)?;
        }
        has_network_again(maria);
        maria.sync().await?;
        Ok(())
    }

    /// Andrei brings along what agents usually do.
    async fn is_brought(&self) -> anyhow::Result<()> {
        let offers: Vec<Offer> = self.andrei.app()?.offered_to_bring(self.now, Language::En)?;
        let usual: Vec<Bring> = offers.iter().filter(|one| one.is_usual).map(|one| one.bring).collect();
        self.andrei.app()?.bring_along(self.now, &usual, Language::En)?;
        self.andrei.sync().await
    }

    /// The time of who led before is over, by the database's clock; nobody has said so to anybody.
    async fn is_over(&self) -> anyhow::Result<()> {
        let ends = "UPDATE audience_member SET until_at = now() WHERE role = 'predecessor'";
        ensure!(self.server.meddle(ends).await? == 1);
        Ok(())
    }
}

fn shown(phone: &Phone, doc: DocId) -> anyhow::Result<HandOverView> {
    Ok(phone.app()?.read(doc, |history| hand_over::view(Document::of(history.view())))?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x10_d6_the_new_leader_reads_the_note_and_what_was_brought_and_no_older_byte() -> anyhow::Result<()> {
    let change = Change::happens().await?;
    ensure!(not_accepted(&change.maria)?.len() == 1, "the old leader's words wait under not accepted");
    change.is_written().await?;
    change.is_brought().await?;

    let radu = change.server.phone(change.radu, "radu").await?;
    let seen = shown(&radu, change.hand_over(&radu)?)?;

    ensure!(
        seen.note.text == format!("{NOTE}\n\n{}", UNSENT.trim_end())
            || seen.note.text.contains(UNSENT.trim()),
        "{seen:?}"
    );
    ensure!(seen.note.text.starts_with(NOTE), "{seen:?}");
    ensure!(not_accepted(&change.maria)?.is_empty());
    let texts: Vec<_> = seen.brought.iter().map(|one| one.text.as_str()).collect();
    ensure!(
        texts.len() == 2 && texts[0].contains(LAST.trim()) && texts[1].contains(SECOND.trim()),
        "{texts:?}"
    );
    let quarter = wednesday()?.quarter();
    let listed = radu.app()?.list(Kind::of(&goal_set::SPEC))?;
    let [goals] = &listed[..] else { anyhow::bail!("{listed:?}") };
    ensure!(goals.doc != change.goals && goals.key.part.quarter() >= Some(quarter));
    let goals = radu.app()?.read(goals.doc, |history| goal_set::view(Document::of(history.view())).goals)?;
    ensure!(
        goals.len() == 1 && goals[0].title == GOAL && goals[0].acks.is_empty() && goals[0].from.is_some()
    );
    ensure!(!holds_anywhere(&radu, OLDEST.trim())?, "what was not brought is nowhere on the phone");
    ensure!(meetings(&radu)?.is_empty(), "no document of the earlier pair came along");
    ensure!(!radu.app()?.search("morning shift", None, 10)?.is_empty(), "search finds what was brought");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d6_nothing_is_brought_without_the_agents_act() -> anyhow::Result<()> {
    let change = Change::happens().await?;
    change.is_written().await?;
    change.andrei.sync().await?;

    let radu = change.server.phone(change.radu, "radu").await?;

    for words in [OLDEST, SECOND, LAST, GOAL] {
        ensure!(!holds_anywhere(&radu, words.trim())?, "{words}");
    }
    ensure!(shown(&radu, change.hand_over(&radu)?)?.brought.is_empty());
    let offered = radu.app()?.offered_to_bring(change.now, Language::En);
    ensure!(matches!(offered, Err(ReplicaError::NoPair)), "{offered:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d6_two_phones_of_the_agent_that_have_not_met_bring_all_of_it_once() -> anyhow::Result<()> {
    let change = Change::happens().await?;
    let tablet = change.server.phone(change.agent, "andrei's tablet").await?;
    tablet.go_offline()?;
    change.andrei.go_offline()?;
    let (now, phones) = (change.now, [&change.andrei, &tablet]);
    for phone in phones {
        let offers = phone.app()?.offered_to_bring(now, Language::En)?;
        let usual: Vec<Bring> = offers.iter().filter(|one| one.is_usual).map(|one| one.bring).collect();
        phone.app()?.bring_along(now, &usual, Language::En)?;
        let goals = phone.app()?.list(Kind::of(&goal_set::SPEC))?;
        let copied = goals.iter().find(|goals| goals.doc != change.goals).context("goals came along")?.doc;
        let look = |phone: &Phone| {
            phone
                .app()?
                .read(copied, |history| goal_set::view(Document::of(history.view())).goals)
                .context("read")
        };
        let goal = look(phone)?[0].id;
        phone.app()?.edit(copied, |edit| goal_set::edit_why(edit, goal, &Splice::insert(0, "Still: ")))?;
    }
    for phone in phones.into_iter().chain(phones) {
        has_network_again(phone);
        phone.sync().await?;
    }

    for phone in phones {
        ensure!(not_accepted(phone)?.is_empty(), "{:?}", not_accepted(phone)?);
        ensure!(shown(phone, change.hand_over(phone)?)?.brought.len() == 2);
        let goals = phone.app()?.list(Kind::of(&goal_set::SPEC))?;
        let copied = goals.iter().find(|goals| goals.doc != change.goals).context("goals came along")?.doc;
        let goals =
            phone.app()?.read(copied, |history| goal_set::view(Document::of(history.view())).goals)?;
        ensure!(goals.len() == 1 && goals[0].why == "Still: Still: They wait", "{goals:?}");
        ensure!(state(phone, copied)? == ItemState::OnServer);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d6_who_led_before_reads_and_writes_nothing_once_the_thirty_days_are_over() -> anyhow::Result<()> {
    let change = Change::happens().await?;
    change.is_written().await?;
    change.is_brought().await?;
    let (server, maria) = (&change.server, &change.maria);
    maria.sync().await?;
    let doc = change.hand_over(maria)?;
    ensure!(shown(maria, doc)?.brought.len() == 2, "until then they see what the agent brought");
    ensure!(maria.app()?.list(Kind::of(&goal_set::SPEC))?.is_empty(), "and nothing else of the new pair");

    change.is_over().await?;
    maria.app()?.edit(doc, |edit| hand_over::add_to_note(edit, "One more thing."))?;
    maria.sync().await?;
    ensure!(not_accepted(maria)?.len() == 1, "nothing is written after the end: {:?}", not_accepted(maria)?);
    server.announce_what_is_over().await?;
    maria.sync().await?;

    ensure!(maria.app()?.tenures()?.is_empty());
    for words in [NOTE, LAST, SECOND] {
        ensure!(!holds_anywhere(maria, words.trim())?, "{words}");
    }
    let radu = server.phone(change.radu, "radu").await?;
    let seen = shown(&radu, change.hand_over(&radu)?)?;
    ensure!(seen.note.text.starts_with(NOTE) && !seen.note.text.contains("One more thing."), "{seen:?}");
    Ok(())
}
