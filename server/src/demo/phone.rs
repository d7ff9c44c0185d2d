//! Owns a phone as the demo and the tests hold it: a store file, a key, a network and a running replica.

use super::network::Network;
use anyhow::{Context, bail};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_core::credential::{DeviceKey, SoftwareKey};
use sync_core::ids::ReplicaId;
use sync_core::replica::{Parts, PhoneClock, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::store::{Batch, Identity, Store, Write};
use sync_core::sync::Outcome;
use sync_core::sync::live::LivePolicy;
use sync_core::transport::{NewDevice, enroll};
use sync_core::wire::Invitation;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// How long a sync in the demo may take.
const BUDGET_MS: u64 = 60_000;

/// A phone in somebody's hand.
pub struct Phone {
    /// Whose it is, to print.
    pub owner: String,
    /// Its network.
    pub network: Arc<Network>,
    path: PathBuf,
    key: Arc<SoftwareKey>,
    clock: PhoneClock,
    live: LivePolicy,
    rng: StdRng,
    running: Option<Running>,
}

struct Running {
    replica: Replica,
    stop: Option<oneshot::Sender<()>>,
    driver: JoinSet<()>,
}

/// What a phone is made of.
pub struct NewPhone<'a> {
    /// Whose it is, to print.
    pub owner: &'a str,
    /// Where its store file goes.
    pub path: PathBuf,
    /// The invitation that its owner scanned.
    pub invitation: &'a Invitation,
    /// Its network.
    pub network: Arc<Network>,
    /// Its clock.
    pub clock: PhoneClock,
    /// Whether it listens for news while it is open.
    pub live: LivePolicy,
    /// Its randomness.
    pub seed: u64,
}

impl Phone {
    /// Enrols a phone and starts its app.
    pub async fn enroll(new: NewPhone<'_>) -> anyhow::Result<Self> {
        let mut rng = StdRng::seed_from_u64(new.seed);
        let key = Arc::new(SoftwareKey::random(&mut rng));
        let device = NewDevice { name: format!("{}'s phone", new.owner), replaces: None };
        let now = (new.clock)();
        let answer = enroll(&*new.network, new.invitation, &*key, &device, now, &mut rng)
            .await
            .with_context(|| format!("{} could not enrol", new.owner))?;
        let organisation_key = sync_core::credential::decode_public_key(&answer.organisation_key)
            .context("the organisation's key is no key")?;
        let identity = Identity {
            server_id: answer.server_id,
            url: new.invitation.url.clone(),
            org: answer.org,
            person: answer.person,
            device: answer.device,
            organisation_key: organisation_key.to_vec(),
            replica: ReplicaId::random(&mut rng),
        };
        let mut store = SqliteStore::open(&new.path)?;
        store.commit(&Batch { expect: Vec::new(), writes: vec![Write::Identity(identity)] })?;
        drop(store);
        let NewPhone { owner, path, network, clock, live, .. } = new;
        let mut phone = Self { owner: owner.into(), network, path, key, clock, live, rng, running: None };
        phone.start()?;
        Ok(phone)
    }

    /// Opens the app: a new process, as far as the replica can tell.
    pub fn start(&mut self) -> anyhow::Result<()> {
        let mut seed = [0; 32];
        self.rng.fill_bytes(&mut seed);
        let parts = Parts {
            store: Box::new(SqliteStore::open(&self.path)?),
            transport: self.network.clone(),
            key: self.key.clone() as Arc<dyn DeviceKey>,
            clock: self.clock.clone(),
            seed,
            live: self.live,
        };
        let (replica, driver) = Replica::open(parts)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let mut tasks = JoinSet::new();
        tasks.spawn(driver.run(async move {
            // A dropped sender means the same as a sent word.
            let _ = stopped.await;
        }));
        self.running = Some(Running { replica, stop: Some(stop), driver: tasks });
        Ok(())
    }

    /// Closes the app. What was written is on disk already.
    pub async fn close(&mut self) {
        if let Some(mut running) = self.running.take() {
            drop(running.stop.take());
            while running.driver.join_next().await.is_some() {}
        }
    }

    /// The app, while it is open.
    pub fn app(&self) -> anyhow::Result<&Replica> {
        match &self.running {
            Some(running) => Ok(&running.replica),
            None => bail!("{}'s app is closed", self.owner),
        }
    }

    /// Where its store is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its key, as the platform would keep it.
    pub fn key_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Walks into the basement.
    pub fn go_offline(&self) -> anyhow::Result<()> {
        self.network.cut();
        self.app()?.network_lost();
        Ok(())
    }

    /// Comes back.
    pub fn go_online(&self) -> anyhow::Result<()> {
        self.network.heal();
        self.app()?.network_returned();
        Ok(())
    }

    /// Syncs until nothing is left to send or to fetch; an error if that does not come about.
    pub async fn sync(&self) -> anyhow::Result<()> {
        match self.app()?.sync(BUDGET_MS).await {
            Outcome::UpToDate { pending: 0 } => Ok(()),
            outcome => bail!("{}'s phone did not get up to date: {outcome:?}", self.owner),
        }
    }

    /// Every byte that the store has on disk: the file, its write-ahead log and its index.
    pub fn stored_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for ending in ["", "-wal", "-shm"] {
            let mut name = self.path.clone().into_os_string();
            name.push(ending);
            match std::fs::read(&name) {
                Ok(part) => bytes.extend(part),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(bytes)
    }

    /// Whether the store has these words anywhere on disk.
    pub fn holds_words(&self, words: &str) -> anyhow::Result<bool> {
        Ok(contains(&self.stored_bytes()?, words.as_bytes()))
    }
}

/// Whether `bytes` holds `words` anywhere.
pub fn contains(bytes: &[u8], words: &[u8]) -> bool {
    !words.is_empty() && bytes.windows(words.len()).any(|window| window == words)
}
