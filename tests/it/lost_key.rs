//! A phone's key is lost, as after a reset of its system: its person enrols it again, and what was unsent goes on.

use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::demo::phone::Phone;
use server::services::invitation::{Invite, invite};
use std::future::pending;
use std::sync::Arc;
use sync_core::credential::SoftwareKey;
use sync_core::ids::{DeviceId, DocId};
use sync_core::replica::{Parts, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::store::{Batch, Identity, Store, Write};
use sync_core::sync::Outcome;
use sync_core::sync::live::LivePolicy;
use sync_core::transport::{NewDevice, enroll};
use sync_core::wire::{ErrorCode, Invitation};
use tests::phone::*;
use tests::server::TestServer;
use tokio::task::JoinSet;

/// Andrei's phone has something on its way to Maria when it loses its key.
struct Lost {
    server: TestServer,
    maria: Phone,
    andrei: Phone,
    device: DeviceId,
    doc: DocId,
}

impl Lost {
    async fn with_something_on_its_way() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let agent = server.person("Andrei").await?;
        let tenure = server.pair(server.founder, agent).await?;
        let maria = server.phone(server.founder, "maria").await?;
        let mut andrei = server.phone(agent, "andrei").await?;
        let doc = plan_wednesday(&andrei, tenure)?;
        write(&andrei, doc, "Sent. ")?;
        andrei.sync().await?;
        write(&andrei, doc, "On its way. ")?;
        andrei.network.lose(100);
        ensure!(try_sync(&andrei).await? == Outcome::Offline);
        let device = andrei.app()?.identity().device;
        andrei.close().await;
        andrei.network.lose(0);
        Ok(Self { server, maria, andrei, device, doc })
    }

    /// Enrols the same phone with a new key.
    async fn enrol_again(&self, replaces: Option<DeviceId>) -> anyhow::Result<(Replica, JoinSet<()>)> {
        let (instance, now) = (self.server.instance()?, (self.server.stage.phone_clock())());
        let mut store = SqliteStore::open(self.andrei.path())?;
        let before = store.identity()?.context("the store has an owner")?;
        let new = Invite { org: before.org, person: before.person, life_ms: 600_000 };
        let invited = invite(&instance.app.store, &instance.app.random, new, now).await?;
        let (code, _) = invited.context("there is such a person")?;
        let server_id = before.server_id.clone();
        let invitation = Invitation { url: instance.url.clone(), code: code.to_text(), server_id };
        let mut rng = StdRng::seed_from_u64(5);
        let key = Arc::new(SoftwareKey::random(&mut rng));
        let device = NewDevice { name: "Andrei's phone".into(), replaces };
        let answer = enroll(&*self.andrei.network, &invitation, &*key, &device, now, &mut rng).await?;
        let identity = Write::Identity(Identity { device: answer.device, ..before });
        store.commit(&Batch { expect: Vec::new(), writes: vec![identity] })?;
        let (app, driver) = Replica::open(Parts {
            store: Box::new(store),
            transport: self.andrei.network.clone(),
            key,
            clock: self.server.stage.phone_clock(),
            seed: [5; 32],
            live: LivePolicy::Ignore,
        })?;
        let mut running = JoinSet::new();
        running.spawn(driver.run(pending()));
        Ok((app, running))
    }

    /// The notes, as Maria sees them once both have synced.
    async fn seen_by_maria(&self, app: &Replica) -> anyhow::Result<String> {
        ensure!(app.sync(60_000).await == (Outcome::UpToDate { pending: 0 }));
        self.maria.sync().await?;
        notes(&self.maria, self.doc)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_enrols_again_in_the_place_of_itself_goes_on_with_what_was_on_its_way()
-> anyhow::Result<()> {
    let lost = Lost::with_something_on_its_way().await?;

    let (app, _running) = lost.enrol_again(Some(lost.device)).await?;

    ensure!(lost.seen_by_maria(&app).await? == "On its way. Sent. ");
    ensure!(app.not_accepted()?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_enrols_as_another_one_keeps_what_was_on_its_way_to_read() -> anyhow::Result<()> {
    let lost = Lost::with_something_on_its_way().await?;

    let (app, _running) = lost.enrol_again(None).await?;

    ensure!(lost.seen_by_maria(&app).await? == "Sent. ");
    let kept: Vec<_> = app.not_accepted()?.into_iter().map(|row| (row.code, row.text)).collect();
    ensure!(kept == [(ErrorCode::ActorOwned, "On its way. ".to_owned())], "{kept:?}");
    Ok(())
}
