//! Everything hostile that is known, pushed through the gate: refused under its code, and everybody can go on.

use anyhow::{Context, ensure};
use server::trial::{Place, Workers};
use sync_core::coaching::meeting;
use sync_core::ids::{DocId, TenureId};
use sync_core::time::Day;
use sync_core::wire::frame::PushResult;
use sync_core::wire::{Create, Frame, PushDocument};
use tests::hostile::cases::{CASES, Case};
use tests::hostile::{Fate, Ground, play_one};
use tests::phone::notes;
use tests::raw_device::{pushing, send};
use tests::server::TestServer;

#[test]
fn every_hostile_change_gets_its_verdict_and_harms_nothing() -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for case in CASES {
        let verdict = play_one(case)?;
        if verdict.fate != case.expected || !verdict.is_healthy {
            wrong.push(format!("{}: {verdict:?}, expected {:?}", case.name, case.expected));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn what_was_not_attacked_is_healthy() -> anyhow::Result<()> {
    ensure!(Ground::new()?.is_healthy());
    Ok(())
}

/// A meeting for each case, on a day of its own.
struct Attacked {
    case: &'static Case,
    doc: DocId,
    ground: Ground,
    create: Create,
}

impl Attacked {
    fn all(server: &TestServer, tenure: TenureId) -> anyhow::Result<Vec<Self>> {
        let attacked = CASES.iter().enumerate().map(|(number, case)| {
            let day = Day::parse(&format!("2026-{:02}-{:02}", number / 28 + 1, number % 28 + 1));
            let key = meeting::key(tenure, day.ok().context("the day exists")?);
            let doc = DocId::of(server.stage.org, "meeting", &key);
            Ok(Self { case, doc, ground: Ground::of(&key)?, create: Create { kind: "meeting".into(), key } })
        });
        attacked.collect()
    }

    fn push(&self, changes: Vec<Vec<u8>>) -> PushDocument {
        let changes = changes.into_iter().map(Into::into).collect();
        PushDocument { doc: self.doc, create: Some(self.create.clone()), changes }
    }
}

fn only_result(frames: Vec<Frame>) -> anyhow::Result<PushResult> {
    let mut results = frames.into_iter().filter_map(|frame| match frame {
        Frame::PushResult(result) => Some(result),
        _ => None,
    });
    results.next_back().context("a push has a result")
}

/// The verdict on the last change; the others have their own.
fn fate(result: &PushResult, last: &[u8]) -> Fate {
    let hash = match sync_core::gate::read(last) {
        Ok(sound) => sound.hash,
        Err(refusal) => refusal.hash,
    };
    result.rejected.iter().find(|rejected| rejected.hash == hash).map_or(Ok(()), |one| Err(one.code))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_gives_every_hostile_change_its_verdict_and_phones_go_on() -> anyhow::Result<()> {
    let program = env!("CARGO_BIN_EXE_proofs").into();
    let workers = Workers { program, ..Workers::of_this_program() };
    let server = TestServer::start_trying_in("Ada", Place::Workers(workers)).await?;
    let agent = server.person("Mallory").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let ada = server.phone(server.founder, "ada").await?;
    let mallory = server.phone(agent, "mallory").await?;
    let attacked = Attacked::all(&server, tenure)?;
    let (mut seed, mut wrong) = (0, Vec::new());
    for one in &attacked {
        seed += 2;
        let now = (server.stage.phone_clock())();
        let hers = pushing(vec![one.push(one.ground.hers())]);
        let taken = only_result(send(&ada, &hers, now, seed).await?)?;
        ensure!(taken.rejected.is_empty(), "what Ada wrote passes: {taken:?}");
        let changes = (one.case.make)(&one.ground)?;
        let last = changes.last().context("a case pushes something")?.clone();
        let answered = send(&mallory, &pushing(vec![one.push(changes)]), now, seed + 1).await?;
        let found = fate(&only_result(answered)?, &last);
        if found != one.case.expected {
            wrong.push(format!("{}: {found:?}, expected {:?}", one.case.name, one.case.expected));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));

    let phone = server.phone(server.founder, "new").await?;
    for one in &attacked {
        let read = notes(&phone, one.doc)?;
        ensure!(read.contains("Felt rushed. "), "{}: {read:?}", one.case.name);
        tests::phone::write(&phone, one.doc, "And on. ")?;
    }
    phone.sync().await?;
    ensure!(phone.app()?.not_accepted()?.is_empty(), "everybody can go on");
    let noted = server.count("SELECT count(*) FROM refused_change").await?;
    ensure!(noted > 20, "{noted} refused changes are written down");
    Ok(())
}
