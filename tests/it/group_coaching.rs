//! Some of a leader's agents are coached together: who sees it and who does not, decided without a network, lost and given back.

use anyhow::{Context, ensure};
use server::demo::phone::Phone;
use sync_core::coaching::meeting::{MeetingKind, Plan, Slot, view};
use sync_core::coaching::{Kind, group_meeting};
use sync_core::document::Document;
use sync_core::ids::{DocId, PersonId, TenureId};
use sync_core::replica::ReplicaError;
use tests::phone::*;
use tests::server::TestServer;

const FROM_MARIA: &str = "How to calm somebody down. ";
const FROM_ANDREI: &str = "I lower my voice. ";
const FROM_BOGDAN: &str = "I count to three. ";

/// Maria leads Andrei, Bogdan and Cristina; Olga is head of operations.
struct Team {
    server: TestServer,
    maria: Phone,
    andrei: Phone,
    bogdan: Phone,
    cristina: Phone,
    olga: Phone,
    people: [PersonId; 2],
    tenures: [TenureId; 2],
}

impl Team {
    async fn meets() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let [a, b, c, o] = [
            server.person("Andrei").await?,
            server.person("Bogdan").await?,
            server.person("Cristina").await?,
            server.person("Olga").await?,
        ];
        let tenures = [server.pair(server.founder, a).await?, server.pair(server.founder, b).await?];
        server.pair(server.founder, c).await?;
        server.appoint_head(o).await?;
        let maria = server.phone(server.founder, "maria").await?;
        let andrei = server.phone(a, "andrei").await?;
        let bogdan = server.phone(b, "bogdan").await?;
        let cristina = server.phone(c, "cristina").await?;
        let olga = server.phone(o, "olga").await?;
        Ok(Self { server, maria, andrei, bogdan, cristina, olga, people: [a, b], tenures })
    }

    /// Maria plans to coach Andrei and Bogdan together on Wednesday, and writes in it.
    fn is_planned(&self) -> anyhow::Result<DocId> {
        let slot = Slot::new(wednesday()?, Some(600)).context("the hour exists")?;
        let plan = Plan { slot, place: None, kind: MeetingKind::Coaching };
        let doc = self.maria.app()?.start_group_coaching(&self.people, &plan)?;
        write(&self.maria, doc, FROM_MARIA)?;
        Ok(doc)
    }

    async fn all_sync(&self) -> anyhow::Result<()> {
        for phone in [&self.maria, &self.andrei, &self.bogdan, &self.cristina, &self.olga] {
            phone.sync().await?;
        }
        Ok(())
    }
}

fn listed(phone: &Phone) -> anyhow::Result<Vec<DocId>> {
    let listed = phone.app()?.list(Kind::of(&group_meeting::SPEC))?;
    Ok(listed.into_iter().map(|document| document.doc).collect())
}

/// What the group's people see of it: who leads, and who is in it.
fn groups(phone: &Phone) -> anyhow::Result<Vec<Vec<PersonId>>> {
    Ok(phone.app()?.groups()?.into_iter().map(|known| known.group.people).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r41_notes_of_a_group_are_seen_by_its_attendees_and_their_leader_and_by_nobody_else()
-> anyhow::Result<()> {
    let team = Team::meets().await?;
    let Team { maria, andrei, bogdan, cristina, olga, people, .. } = &team;
    maria.go_offline()?;
    let doc = team.is_planned()?;
    ensure!(maria.app()?.groups()?[0].is_waiting && listed(maria)? == [doc], "shown before any server knows");
    has_network_again(maria);
    let before = requests(maria);
    maria.sync().await?;
    ensure!(requests(maria) - before == 1, "the group and its meeting go in one request");
    team.all_sync().await?;

    let mut everybody = people.to_vec();
    everybody.sort_unstable();
    for phone in [maria, andrei, bogdan] {
        ensure!(groups(phone)? == [everybody.clone()] && !phone.app()?.groups()?[0].is_waiting);
    }
    let meeting = andrei.app()?.read(doc, |history| view(Document::of(history.view())))?;
    ensure!(meeting.kind == MeetingKind::GroupCoaching && meeting.notes.text == FROM_MARIA);
    write(andrei, doc, FROM_ANDREI)?;
    write(bogdan, doc, FROM_BOGDAN)?;
    team.all_sync().await?;
    team.all_sync().await?;

    for phone in [maria, andrei, bogdan] {
        let text = notes(phone, doc)?;
        ensure!([FROM_MARIA, FROM_ANDREI, FROM_BOGDAN].iter().all(|words| text.contains(words)), "{text}");
    }
    for phone in [cristina, olga] {
        ensure!(listed(phone)?.is_empty() && groups(phone)?.is_empty(), "{}", phone.owner);
        ensure!(matches!(phone.app()?.read(doc, |_| ()), Err(ReplicaError::NotFound(_))));
        for words in [FROM_MARIA, FROM_ANDREI, FROM_BOGDAN] {
            ensure!(!holds_anywhere(phone, words.trim())?, "{} on {}'s phone", words, phone.owner);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r41_who_leaves_the_team_leaves_the_group_and_its_leader_when_they_lead_nobody_in_it()
-> anyhow::Result<()> {
    let team = Team::meets().await?;
    let Team { server, maria, andrei, bogdan, people, tenures, .. } = &team;
    let doc = team.is_planned()?;
    team.all_sync().await?;
    ensure!(notes(andrei, doc)? == FROM_MARIA);

    server.end_tenure(tenures[0]).await?;
    team.all_sync().await?;
    ensure!(listed(andrei)?.is_empty() && groups(andrei)?.is_empty());
    ensure!(!holds_anywhere(andrei, FROM_MARIA.trim())?, "it is gone from the file");
    ensure!(groups(maria)? == [vec![people[1]]] && groups(bogdan)? == [vec![people[1]]]);
    ensure!(notes(maria, doc)? == FROM_MARIA && notes(bogdan, doc)? == FROM_MARIA);

    let radu = server.person("Radu").await?;
    server.hand_over(tenures[1], radu).await?;
    team.all_sync().await?;
    ensure!(listed(maria)?.is_empty() && !holds_anywhere(maria, FROM_MARIA.trim())?);
    ensure!(notes(bogdan, doc)? == FROM_MARIA, "who stays in the team keeps what was theirs");
    let radus = server.phone(radu, "radu").await?;
    ensure!(listed(&radus)?.is_empty(), "who leads from now on reads nothing older");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_the_backup_does_not_know_is_back_when_its_leader_is_whoever_comes_first()
-> anyhow::Result<()> {
    let mut team = Team::meets().await?;
    let backup = team.server.back_up(&[&team.maria, &team.andrei, &team.bogdan]).await?;
    let doc = team.is_planned()?;
    team.maria.sync().await?;
    team.andrei.sync().await?;
    write(&team.andrei, doc, FROM_ANDREI)?;
    team.andrei.sync().await?;
    team.bogdan.sync().await?;

    team.server.restore(&backup, &[&team.maria, &team.andrei, &team.bogdan]).await?;
    let Team { maria, andrei, bogdan, .. } = &team;
    write(andrei, doc, "After the restore. ")?;
    try_sync(andrei).await?;
    ensure!(not_accepted(andrei)?.is_empty(), "nobody has told the server of the group yet");
    maria.sync().await?;
    for phone in [andrei, maria, bogdan] {
        phone.sync().await?;
        phone.sync().await?;
    }

    for phone in [maria, andrei, bogdan] {
        let text = notes(phone, doc)?;
        for words in [FROM_MARIA, FROM_ANDREI, "After the restore. "] {
            ensure!(text.matches(words).count() == 1, "{words:?} in {text:?} of {}", phone.owner);
        }
        ensure!(groups(phone)?.len() == 1 && not_accepted(phone)?.is_empty());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_people_who_have_left_meanwhile_is_taken_back_and_its_words_stay_readable()
-> anyhow::Result<()> {
    let team = Team::meets().await?;
    let Team { server, maria, andrei, bogdan, tenures, .. } = &team;
    maria.go_offline()?;
    team.is_planned()?;
    server.end_tenure(tenures[0]).await?;

    has_network_again(maria);
    team.all_sync().await?;

    ensure!(listed(maria)?.is_empty() && groups(maria)?.is_empty());
    let refused = not_accepted(maria)?;
    ensure!(refused.len() == 2, "the decision and the words: {refused:?}");
    ensure!(refused.iter().any(|text| text.contains(FROM_MARIA.trim())), "{refused:?}");
    ensure!(refused.iter().any(|text| text.contains("Bogdan")), "{refused:?}");
    for phone in [andrei, bogdan] {
        ensure!(groups(phone)?.is_empty() && !holds_anywhere(phone, FROM_MARIA.trim())?);
    }
    Ok(())
}
