//! Owns a client's life: opening its files, enrolling, sleeping, waking, ending. What it does for documents and sync
//! stands in the files of their names.

use crate::error::{ClientError, StorageProblem};
use crate::key::{AppKey, DeviceKey};
use crate::observe::{ClientEvent, Observers};
use crate::system::{Counted, Deadline, now, on_runtime, rng, runtime};
use crate::transport::{AppTransport, HttpTransport};
use rand::Rng;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use sync_core::coaching::KindSpec;
use sync_core::credential::{self, decode_public_key};
use sync_core::ids::{DocId, PersonId, ReplicaId};
use sync_core::replica::{Parts, Replica};
use sync_core::sqlite::{SqliteStore, StoreKey};
use sync_core::store::{Batch, Identity, Store, Write};
use sync_core::sync::live::LivePolicy;
use sync_core::transport::{NewDevice, Transport, enroll};
use sync_core::wire::Invitation;
use tokio::sync::{oneshot, watch};
use zeroize::Zeroizing;

/// The store, in the directory of a client.
pub const STORE_FILE: &str = "floorwalk.sqlite";
/// How long `shutdown` waits for calls that are under way.
const LAST_CALLS_MS: u64 = 5_000;

/// What a client is opened with.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Config {
    /// The app's own directory for this account; made if it is not there. Outside of backups and of shared app groups.
    pub directory: String,
    /// The key of the store, from the system's key store: 32 random bytes, or 48 on iOS when the directory is in an app
    /// group (the last 16 are the salt of a file whose header stays readable). None leaves the store in clear.
    pub store_key: Option<Vec<u8>>,
    /// Whether to keep a stream open for news while the app is awake. Not for a background task.
    pub listens: bool,
    /// What the app calls itself, for the server's log: name and version.
    pub user_agent: String,
}

/// Who this phone belongs to.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Account {
    /// The person.
    pub person: PersonId,
    /// The server.
    pub url: String,
}

/// What going to sleep achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct SuspendReport {
    /// Whether every file is closed. If not, a call was still under way: do not let the system sleep yet.
    pub is_closed: bool,
}

/// One account on one phone. Every call but `sync` and `enroll` is local, and on disk when it returns.
#[derive(uniffi::Object)]
pub struct Client {
    directory: PathBuf,
    store_key: RwLock<Option<Zeroizing<Vec<u8>>>>,
    listens: bool,
    user_agent: String,
    stack: Option<Arc<dyn HttpTransport>>,
    key: Arc<AppKey>,
    state: RwLock<State>,
    /// Two enrolments at once would each make a device.
    enrolling: tokio::sync::Mutex<()>,
    pub(crate) observers: Observers,
    _counted: Counted,
}

enum State {
    /// Nobody's yet.
    NotEnrolled,
    Awake(Session),
    /// On its way to sleep: a call still holds the files.
    Closing(Replica),
    Asleep,
    Ended,
}

/// A running replica.
struct Session {
    replica: Replica,
    /// The driver ends when this is dropped.
    _stop: oneshot::Sender<()>,
    /// Closed when the driver has ended, however it ended.
    running: watch::Receiver<()>,
}

#[uniffi::export]
impl Client {
    /// Opens the files, and begins to sync if this phone is enrolled. Touches no network itself; not for the main thread,
    /// as it reads a file. `transport` is the system's network stack; without one the build's own is used, where it has one.
    #[uniffi::constructor]
    pub fn open(
        config: Config,
        transport: Option<Arc<dyn HttpTransport>>,
        key: Arc<dyn DeviceKey>,
    ) -> Result<Arc<Self>, ClientError> {
        let directory = PathBuf::from(&config.directory);
        std::fs::create_dir_all(&directory).map_err(|error| ClientError::Storage {
            problem: StorageProblem::Busy,
            detail: format!("{}: {error}", config.directory),
        })?;
        let client = Self {
            directory,
            store_key: RwLock::new(config.store_key.map(Zeroizing::new)),
            listens: config.listens,
            user_agent: config.user_agent,
            stack: transport,
            key: Arc::new(AppKey::new(key)?),
            state: RwLock::new(State::Asleep),
            enrolling: tokio::sync::Mutex::default(),
            observers: Observers::start()?,
            _counted: Counted::default(),
        };
        client.resume()?;
        Ok(Arc::new(client))
    }

    /// Makes this phone a device of whom the invitation names. `invitation` is the link of the QR code. Safe to repeat with
    /// the same invitation when the answer was lost. A phone whose key is lost is enrolled again in its own place, by a new
    /// invitation of the same person: what it has not sent yet goes on.
    pub async fn enroll(self: Arc<Self>, invitation: String, device_name: String) -> Result<(), ClientError> {
        on_runtime(async move { self.enroll_here(&invitation, device_name).await }).await
    }

    /// Whose phone this is.
    pub fn account(&self) -> Result<Account, ClientError> {
        let Identity { person, url, .. } = self.replica()?.identity();
        Ok(Account { person, url })
    }

    /// Goes to sleep: stops syncing, waits for calls that are under way, writes the log into the file and closes every
    /// file, within this time. Until `resume` every call fails with `Asleep`. iOS: inside `beginBackgroundTask`.
    pub fn suspend(&self, deadline_ms: u64) -> SuspendReport {
        let deadline = Deadline::in_ms(deadline_ms);
        if self.begin_to_close() {
            self.observers.say(ClientEvent::Slept);
        }
        SuspendReport { is_closed: deadline.wait(|| self.is_closed().then_some(())).is_some() }
    }

    /// Wakes up again. Does nothing to a client that is awake.
    pub fn resume(&self) -> Result<(), ClientError> {
        let mut state = self.write();
        match &*state {
            State::Awake(_) | State::NotEnrolled => return Ok(()),
            State::Ended => return Err(ClientError::Asleep),
            State::Closing(_) | State::Asleep => {}
        }
        *state = self.opened()?;
        Ok(())
    }

    /// Ends the client: as `suspend`, and for good. Called once more, it does nothing.
    pub fn shutdown(&self) {
        self.suspend(LAST_CALLS_MS);
        *self.write() = State::Ended;
        self.observers.end();
    }

    /// The system sees a network again.
    pub fn network_returned(&self) -> Result<(), ClientError> {
        self.replica()?.network_returned();
        Ok(())
    }

    /// The system sees no network any more.
    pub fn network_lost(&self) -> Result<(), ClientError> {
        self.replica()?.network_lost();
        Ok(())
    }

    /// Encrypts the store anew under another key, which opens it from now on. The client must be asleep. Keep both keys until
    /// this returns: if the app dies before, one of the two opens the store. A salt stays as it is.
    pub fn replace_store_key(&self, new_key: Vec<u8>) -> Result<(), ClientError> {
        let state = self.write();
        if !matches!(*state, State::Asleep) {
            return Err(ClientError::invalid("suspend the client before its key is replaced"));
        }
        let new_key = Zeroizing::new(new_key);
        let parsed = store_key(&new_key)?;
        let mut old_key = self.store_key.write().unwrap_or_else(PoisonError::into_inner);
        let old = old_key.as_deref().map(|key| store_key(key)).transpose()?;
        if !old.is_some_and(|old| old.has_salt_of(&parsed)) {
            return Err(ClientError::invalid("a new key is as long as the one before and has the same salt"));
        }
        open_store(&self.directory, old_key.as_deref())?.replace_key(&parsed)?;
        open_store(&self.directory, Some(&new_key))?;
        *old_key = Some(new_key);
        Ok(())
    }
}

/// Removes everything of an account that cannot be opened any more: what was not sent is lost, the rest comes again after
/// the phone is enrolled anew. Nothing else ever removes a store, but an order of the organisation to a revoked device.
#[uniffi::export]
pub fn wipe_and_resync(directory: String) -> Result<(), ClientError> {
    Ok(SqliteStore::remove(PathBuf::from(directory).join(STORE_FILE))?)
}

impl Client {
    /// What every verb works with.
    pub(crate) fn replica(&self) -> Result<Replica, ClientError> {
        Ok(self.running()?.0)
    }

    /// The same for a verb of one kind, and of no other.
    pub(crate) fn replica_of(&self, doc: DocId, spec: &'static KindSpec) -> Result<Replica, ClientError> {
        self.replica_of_any(doc, &[spec])
    }

    /// The same for a verb of some kinds.
    pub(crate) fn replica_of_any(
        &self,
        doc: DocId,
        specs: &[&'static KindSpec],
    ) -> Result<Replica, ClientError> {
        let replica = self.replica()?;
        let kind = replica.kind(doc)?;
        if specs.iter().any(|spec| kind == spec.name) {
            return Ok(replica);
        }
        let names: Vec<_> = specs.iter().map(|spec| spec.name).collect();
        Err(ClientError::invalid(format!("document {doc} is of the kind {kind}, not {}", names.join(" or "))))
    }

    /// What every verb works with, and a sign that closes when the driver ends.
    pub(crate) fn running(&self) -> Result<(Replica, watch::Receiver<()>), ClientError> {
        if let State::Awake(session) = &*self.read()
            && session.is_running()
        {
            return Ok((session.replica.clone(), session.running.clone()));
        }
        let mut state = self.write();
        // The device was revoked and the store is gone, or the driver broke.
        if matches!(&*state, State::Awake(session) if !session.is_running()) {
            *state = State::Asleep;
            *state = self.opened()?;
        }
        match &*state {
            State::Awake(session) => Ok((session.replica.clone(), session.running.clone())),
            State::NotEnrolled => Err(ClientError::NotEnrolled),
            State::Closing(_) | State::Asleep | State::Ended => Err(ClientError::Asleep),
        }
    }

    /// Tells the driver to end, and every call from now on that it is too late. Whether there was one.
    fn begin_to_close(&self) -> bool {
        let mut state = self.write();
        match std::mem::replace(&mut *state, State::Asleep) {
            // Whoever waits for a sync sees the driver end.
            State::Awake(Session { replica, .. }) => {
                *state = State::Closing(replica);
                true
            }
            other => {
                let was_open = matches!(other, State::NotEnrolled);
                if !was_open {
                    *state = other;
                }
                was_open
            }
        }
    }

    /// Whether no call holds the files any more.
    fn is_closed(&self) -> bool {
        let mut state = self.write();
        if matches!(&*state, State::Closing(replica) if replica.is_last()) {
            *state = State::Asleep;
        }
        matches!(*state, State::Asleep | State::Ended)
    }

    async fn enroll_here(&self, invitation: &str, device_name: String) -> Result<(), ClientError> {
        let invitation = Invitation::parse(invitation)
            .ok_or_else(|| ClientError::invalid("this is not an invitation of Floorwalk"))?;
        let _alone = self.enrolling.lock().await;
        let before = match self.replica() {
            Ok(replica) => Some(replica.identity()),
            Err(ClientError::NotEnrolled) => None,
            Err(error) => return Err(error),
        };
        let transport = self.transport(&invitation.url)?;
        let replaces = before.as_ref().map(|identity| identity.device);
        let device = NewDevice { name: device_name, replaces };
        let answer = enroll(&*transport, &invitation, &*self.key, &device, now(), &mut rng()).await?;
        // The invitation had been used before, for this very device.
        if replaces == Some(answer.device) {
            return Ok(());
        }
        let organisation_key = decode_public_key(&answer.organisation_key)
            .ok_or_else(|| ClientError::fault("the organisation's key is no key"))?;
        self.become_device(Identity {
            server_id: answer.server_id,
            url: invitation.url,
            org: answer.org,
            person: answer.person,
            device: answer.device,
            organisation_key: organisation_key.to_vec(),
            replica: before.map_or_else(|| ReplicaId::random(&mut rng()), |identity| identity.replica),
        })
    }

    /// Goes on under another identity. A phone that fell asleep meanwhile has it when it wakes up.
    fn become_device(&self, identity: Identity) -> Result<(), ClientError> {
        let batch = Batch { expect: Vec::new(), writes: vec![Write::Identity(identity)] };
        let mut state = self.write();
        self.open_store()?.commit(&batch)?;
        if matches!(*state, State::Awake(_) | State::NotEnrolled) {
            *state = State::Asleep;
            *state = self.opened()?;
        }
        Ok(())
    }

    fn open_store(&self) -> Result<SqliteStore, ClientError> {
        let key = self.store_key.read().unwrap_or_else(PoisonError::into_inner);
        open_store(&self.directory, key.as_deref())
    }

    fn opened(&self) -> Result<State, ClientError> {
        let store = self.open_store()?;
        let Some(identity) = store.identity()? else { return Ok(State::NotEnrolled) };
        let mut seed = [0; 32];
        rng().fill_bytes(&mut seed);
        let (replica, driver) = Replica::open(Parts {
            store: Box::new(store),
            transport: self.transport(&identity.url)?,
            key: self.key.clone() as Arc<dyn credential::DeviceKey>,
            clock: Arc::new(now),
            seed,
            live: if self.listens { LivePolicy::Follow } else { LivePolicy::Ignore },
        })?;
        let (stop, stopped) = oneshot::channel::<()>();
        let (ended, running) = watch::channel(());
        self.observers.follow(&replica);
        runtime().spawn(async move {
            let _ended = ended;
            // A dropped sender means the same as a sent word.
            driver.run(async move { drop(stopped.await) }).await;
        });
        Ok(State::Awake(Session { replica, _stop: stop, running }))
    }

    fn transport(&self, url: &str) -> Result<Arc<dyn Transport>, ClientError> {
        match &self.stack {
            Some(stack) => Ok(Arc::new(AppTransport {
                url: url.to_owned(),
                user_agent: self.user_agent.clone(),
                stack: stack.clone(),
            })),
            None => own_transport(url, &self.user_agent),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl Session {
    fn is_running(&self) -> bool {
        self.running.has_changed().is_ok() && !self.replica.is_wiped()
    }
}

fn open_store(directory: &Path, key: Option<&Vec<u8>>) -> Result<SqliteStore, ClientError> {
    let path = directory.join(STORE_FILE);
    Ok(match key {
        Some(key) => SqliteStore::open_encrypted(path, &store_key(key)?)?,
        None => SqliteStore::open(path)?,
    })
}

fn store_key(bytes: &[u8]) -> Result<StoreKey, ClientError> {
    StoreKey::from_bytes(bytes).ok_or_else(|| ClientError::invalid("a store's key has 32 or 48 bytes"))
}

#[cfg(feature = "desktop")]
fn own_transport(url: &str, user_agent: &str) -> Result<Arc<dyn Transport>, ClientError> {
    use std::time::Duration;
    use sync_core::transport::{HttpSettings, HttpTransport};
    let settings = HttpSettings {
        url: url.to_owned(),
        connect_timeout: Duration::from_secs(10),
        read_timeout: Duration::from_secs(30),
        live_read_timeout: Duration::from_secs(60),
        user_agent: user_agent.to_owned(),
    };
    Ok(Arc::new(HttpTransport::new(settings).map_err(ClientError::fault)?))
}

#[cfg(not(feature = "desktop"))]
fn own_transport(_: &str, _: &str) -> Result<Arc<dyn Transport>, ClientError> {
    Err(ClientError::invalid("this build has no network stack: bring the system's"))
}
