//! What an HR partner of a team gets of it: what it is to reach and how it works, and no byte of what it does among itself.

use anyhow::ensure;
use server::demo::phone::Phone;
use sha2::{Digest, Sha256};
use sync_core::coaching::meeting::{self, Section};
use sync_core::coaching::team_blockers::{self, NewBlocker};
use sync_core::coaching::{Kind, readable, team_board, team_goals, team_meeting, team_policy};
use sync_core::document::{Document, Splice, heads};
use sync_core::ids::{AppointmentId, DocId, PersonId, TenureId};
use sync_core::policy::Office;
use sync_core::sqlite::SqliteStore;
use sync_core::store::Store;
use sync_core::wire::frame::End;
use sync_core::wire::{Frame, SyncRequest};
use tests::phone::*;
use tests::raw_device;
use tests::server::TestServer;

const GOALS: &str = "planted in the goals";
const POLICY: &str = "planted in the policy";
const MEETING: &str = "planted in the meeting";
const BOARD: &str = "planted on the board";
const BLOCKERS: &str = "planted among the blockers";
const UNSENT: &str = "an idea that Ioana had in the train";

const FOR_HR: [&str; 2] = [GOALS, POLICY];
const AMONG_THEMSELVES: [&str; 3] = [MEETING, BOARD, BLOCKERS];

/// Maria leads Ioana; Hanna is their HR partner.
struct Team {
    server: TestServer,
    maria: Phone,
    hanna: Phone,
    hr: PersonId,
    appointed: AppointmentId,
    ioana: PersonId,
    tenure: TenureId,
    docs: Docs,
}

/// What the team has.
struct Docs {
    goals: DocId,
    policy: DocId,
    meeting: DocId,
    board: DocId,
    blockers: DocId,
}

impl Docs {
    fn plan(phone: &Phone, server: &TestServer) -> anyhow::Result<Self> {
        let (app, team, quarter) = (phone.app()?, server.team, wednesday()?.quarter());
        Ok(Self {
            goals: app.create(Kind::of(&team_goals::SPEC), team_goals::key(team, quarter))?,
            policy: app.create(Kind::of(&team_policy::SPEC), team_policy::key(team))?,
            meeting: app.create(Kind::of(&team_meeting::SPEC), team_meeting::key(team, wednesday()?))?,
            board: app.create(Kind::of(&team_board::SPEC), team_board::key(team, quarter))?,
            blockers: app.create(Kind::of(&team_blockers::SPEC), team_blockers::key(team, quarter))?,
        })
    }

    /// Writes in all of them.
    fn write(&self, phone: &Phone) -> anyhow::Result<()> {
        let app = phone.app()?;
        let (since, topic, person, owner) = (wednesday()?, None, None, None);
        let blocker = NewBlocker { what: BLOCKERS.to_owned(), topic, since, person, owner };
        app.edit(self.goals, |edit| team_goals::edit_consequences(edit, &Splice::insert(0, GOALS)))?;
        app.edit(self.policy, |edit| team_policy::add_question(edit, Section::Career, POLICY).map(drop))?;
        app.edit(self.meeting, |edit| meeting::edit_notes(edit, &Splice::insert(0, MEETING)))?;
        app.edit(self.board, |edit| team_board::add_idea(edit, BOARD).map(drop))?;
        Ok(app.edit(self.blockers, |edit| team_blockers::add_blocker(edit, &blocker).map(drop))?)
    }
}

impl Team {
    async fn works() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let (ioana, hr) = (server.person("Ioana").await?, server.person("Hanna").await?);
        let tenure = server.pair(server.founder, ioana).await?;
        let appointed = server.appoint(hr, Office::Hr, Some(server.team)).await?;
        let maria = server.phone(server.founder, "maria").await?;
        let hanna = server.phone(hr, "hanna").await?;
        let docs = Docs::plan(&maria, &server)?;
        docs.write(&maria)?;
        maria.sync().await?;
        Ok(Self { server, maria, hanna, hr, appointed, ioana, tenure, docs })
    }
}

/// Fails unless of all that is planted exactly these words are on the phone.
fn ensure_holds(phone: &Phone, expected: &[&str]) -> anyhow::Result<()> {
    for words in FOR_HR.into_iter().chain(AMONG_THEMSELVES) {
        ensure!(holds_anywhere(phone, words)? == expected.contains(&words), "{words}");
    }
    Ok(())
}

/// The digest of what a phone holds, as the server makes one.
fn digest_of(phone: &Phone) -> anyhow::Result<Vec<u8>> {
    let mut rows = SqliteStore::open(phone.path())?.documents(None)?;
    rows.sort_by_key(|row| row.doc);
    let mut hash = Sha256::new();
    for row in rows {
        let heads = phone.app()?.read(row.doc, |history| heads(history.view()))?;
        hash.update(row.doc.as_bytes());
        hash.update((heads.len() as u64).to_be_bytes());
        heads.iter().for_each(|head| hash.update(head.as_bytes()));
    }
    Ok(hash.finalize().to_vec())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_hr_partner_has_no_byte_of_a_teams_meetings_board_and_blockers() -> anyhow::Result<()> {
    let Team { server, maria, hanna, hr, docs, .. } = &Team::works().await?;
    hanna.sync().await?;
    ensure_holds(hanna, &FOR_HR)?;
    docs.write(maria)?;
    maria.sync().await?;
    hanna.sync().await?;
    ensure_holds(hanna, &FOR_HR)?;
    ensure!(requests(hanna) > 0 && not_accepted(hanna)?.is_empty());

    let fresh = server.phone(*hr, "hanna's tablet").await?;
    ensure_holds(&fresh, &FOR_HR)?;
    ensure_holds(maria, &[FOR_HR.as_slice(), &AMONG_THEMSELVES].concat())?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_compares_an_hr_partners_phone_with_what_they_may_read() -> anyhow::Result<()> {
    let Team { server, maria, hanna, .. } = &Team::works().await?;
    hanna.sync().await?;
    for (phone, seed) in [(maria, 1), (hanna, 2)] {
        let asking = SyncRequest { verify: true, ..raw_device::request() };
        let frames = raw_device::send(phone, &asking, (server.stage.phone_clock())(), seed).await?;
        let digest = digest_of(phone)?;
        let end = Frame::End(End { more: false, digest: Some(digest.into()) });
        ensure!(frames.last() == Some(&end), "{seed}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_hr_partner_whose_appointment_ended_keeps_no_byte_of_the_team() -> anyhow::Result<()> {
    let Team { server, maria, hanna, appointed, docs, .. } = &Team::works().await?;
    hanna.sync().await?;
    server.dismiss(*appointed).await?;
    docs.write(maria)?;
    maria.sync().await?;
    hanna.sync().await?;
    ensure_holds(hanna, &[])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_of_a_team_and_is_its_hr_partner_now_keeps_what_it_is_to_reach_and_nothing_else()
-> anyhow::Result<()> {
    let Team { server, ioana: person, tenure, docs, .. } = &Team::works().await?;
    let everything = [FOR_HR.as_slice(), &AMONG_THEMSELVES].concat();
    server.appoint(*person, Office::Hr, Some(server.team)).await?;
    let ioana = &server.phone(*person, "ioana").await?;
    ensure_holds(ioana, &everything)?;
    ioana.go_offline()?;
    ioana.app()?.edit(docs.board, |edit| team_board::add_idea(edit, UNSENT).map(drop))?;

    server.end_tenure(*tenure).await?;
    has_network_again(ioana);
    ioana.sync().await?;
    ensure_holds(ioana, &FOR_HR)?;
    let waiting = not_accepted(ioana)?;
    ensure!(waiting.len() == 1 && waiting[0].contains(UNSENT), "their own words stay: {waiting:?}");
    let goals = ioana.app()?.read(docs.goals, |history| readable(Document::of(history.view())))?;
    ensure!(goals.contains(GOALS), "{goals}");

    server.pair(server.founder, *person).await?;
    ioana.sync().await?;
    ensure_holds(ioana, &everything)
}
