//! Owns what an app embeds: one person's documents on one phone, kept in a store and reconciled in the
//! background. Decides nothing about sync (that is `sync`) or about documents (`history`, `coaching`).
//!
//! A [`Replica`] is a cheap handle: every verb is synchronous, local, and on disk when it returns. The
//! [`Driver`] that comes with it is a future that the app runs for as long as it lives; it performs the
//! engine's effects over the transport. Without a running driver everything works but sync.

mod apply;
mod calendar;
mod collect;
mod damage;
mod decision;
mod desk;
mod driver;
mod first_use;
#[cfg(test)]
mod fixture;
mod hand_over;
mod incoming;
mod insight;
mod monthly;
mod my_data;
mod questions;
mod quick;
mod reading;
mod repair;
mod search;
mod seen;
mod transfer;
mod verbs;

pub use decision::KnownGroup;
pub use driver::Driver;
pub use first_use::Acceptance;
pub use hand_over::{Bring, BringKind, Offer};
pub use my_data::{ExportedFile, MyDocument, Relation, SeenBy};
pub use questions::ProposedQuestion;
pub use quick::{Noted, QuickKind};
pub use search::Hit;
pub use seen::Unseen;
pub use verbs::{AccessEntry, Follows, ItemState, ListedDocument, Named, StandIn, Team, TeamMate, Tenure};

use crate::coaching::Kind;
use crate::credential::{Credential, DeviceKey};
use crate::document::{Edit, EditError};
use crate::history::{History, HistoryError};
use crate::ids::DocId;
use crate::key::NaturalKey;
use crate::store::{Identity, Store, StoreError};
use crate::sync::live::LivePolicy;
use crate::sync::{AskId, Input, Outcome};
use crate::time::Timestamp;
use crate::transport::Transport;
use desk::Desk;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, mpsc, oneshot};

/// How many events a slow subscriber may be behind before it is told to read everything again.
const EVENT_BACKLOG: usize = 256;

/// Where the phone's time comes from.
pub type PhoneClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a replica is made of.
pub struct Parts {
    /// The enrolled store.
    pub store: Box<dyn Store>,
    /// The way to the server.
    pub transport: Arc<dyn Transport>,
    /// The device's key.
    pub key: Arc<dyn DeviceKey>,
    /// The phone's clock.
    pub clock: PhoneClock,
    /// Fresh randomness for this process start; never the same twice.
    pub seed: [u8; 32],
    /// Whether to listen for news while the app is open.
    pub live: LivePolicy,
}

/// Something that a screen may want to redraw for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A document, or the state of its sync, changed.
    DocumentChanged(DocId),
    /// Teams, tenures or people changed.
    RosterChanged,
    /// Something was refused, or seen to.
    RefusedChanged,
    /// A sync ended.
    Synced,
    /// Nothing runs any more, until `resume`.
    Suspended,
    /// The device was revoked and nothing is left here.
    Wiped,
    /// This subscriber was too slow: anything may have changed.
    Everything,
}

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// There is no such document on this phone.
    #[error("there is no document {0} on this phone")]
    NotFound(DocId),
    /// Only the document's row is here; its body comes with the next sync.
    #[error("the body of document {0} is not on this phone yet; it comes with the next sync")]
    NotHere(DocId),
    /// A document of this kind cannot have this key.
    #[error("a document of this kind cannot be made for that subject or day")]
    KeyNotAllowed,
    /// That would be between a leader and an agent who are none, as far as this phone knows.
    #[error("you and this person are no leader and agent here")]
    NoPair,
    /// These people cannot be coached together.
    #[error("a group is of two to twenty people whom you lead in one team")]
    NoGroup,
    /// That would show the others of a group what is about one of them.
    #[error("what is about one person has no place in the meeting of a group")]
    AboutOnePerson,
    /// There is no room in the new pair for what is to be brought along of this document, beside what is there and what else is
    /// brought. Nothing was written.
    #[error(
        "what you bring along of document {0} is more than its place in the new pair holds: bring less at once, or shorten it"
    )]
    NoRoom(DocId),
    /// This person only reads documents of this kind there.
    #[error("you read this, and others write it")]
    OnlyRead,
    /// The store was never enrolled.
    #[error("this store is not enrolled; open an invitation first")]
    NotEnrolled,
    /// The server's answer does not fit the store.
    #[error("the server's answer was not usable: {0}")]
    BadAnswer(&'static str),
    /// The document refused.
    #[error(transparent)]
    History(Box<HistoryError>),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReplicaError {
    /// Whether stored bytes cannot be read.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::History(error) => matches!(**error, HistoryError::Damaged { .. }),
            Self::Store(error) => {
                matches!(error, StoreError::Damaged { .. } | StoreError::DamagedDocument { .. })
            }
            _ => false,
        }
    }

    /// Whether only a newer app can do that.
    pub fn is_unknown_kind(&self) -> bool {
        matches!(self, Self::History(error) if matches!(**error, HistoryError::UnknownKind(_)))
    }
}

/// One person's documents on one phone.
#[derive(Clone)]
pub struct Replica {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    desk: Mutex<Desk>,
    clock: PhoneClock,
    inputs: mpsc::UnboundedSender<Input>,
    events: broadcast::Sender<Event>,
    asks: Mutex<BTreeMap<AskId, oneshot::Sender<Outcome>>>,
    next_ask: AtomicU64,
    is_wiped: AtomicBool,
}

/// Events since it was made. Ends when dropped.
pub struct Subscription(broadcast::Receiver<Event>);

impl Subscription {
    /// The next event; none once the replica is gone.
    pub async fn next(&mut self) -> Option<Event> {
        match self.0.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Event::Everything),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

impl Replica {
    /// Opens an enrolled store. Run the driver for as long as the app lives.
    pub fn open(parts: Parts) -> Result<(Self, Driver), ReplicaError> {
        let identity = parts.store.identity()?.ok_or(ReplicaError::NotEnrolled)?;
        let mut rng = StdRng::from_seed(parts.seed);
        let engine_seed = StdRng::from_rng(&mut rng);
        let (inputs, received) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            desk: Mutex::new(Desk::new(parts.store, identity.clone(), rng)),
            clock: parts.clock,
            inputs,
            events: broadcast::channel(EVENT_BACKLOG).0,
            asks: Mutex::default(),
            next_ask: AtomicU64::new(1),
            is_wiped: AtomicBool::new(false),
        });
        let driver = Driver::new(
            shared.clone(),
            received,
            &identity,
            parts.transport,
            parts.key,
            parts.live,
            engine_seed,
        )?;
        Ok((Self { shared }, driver))
    }

    /// Whose replica it is.
    pub fn identity(&self) -> Identity {
        self.shared.desk().identity.clone()
    }

    /// What calls beside the sync are signed with, by this device's key.
    pub fn credential(&self, key: Arc<dyn DeviceKey>) -> Credential {
        driver::credential(&self.identity(), key)
    }

    /// Syncs now, for at most this long. What was stored when the time is up stays.
    pub async fn sync(&self, budget_ms: u64) -> Outcome {
        let ask = AskId(self.shared.next_ask.fetch_add(1, Ordering::Relaxed));
        let (answer, outcome) = oneshot::channel();
        lock(&self.shared.asks).insert(ask, answer);
        self.shared.tell(Input::Ask { ask, budget_ms });
        outcome.await.unwrap_or(Outcome::Suspended)
    }

    /// Tells that the system sees a network again.
    pub fn network_returned(&self) {
        self.shared.tell(Input::NetworkReturned);
    }

    /// Tells that the system sees no network.
    pub fn network_lost(&self) {
        self.shared.tell(Input::NetworkLost);
    }

    /// Tells that the app goes to sleep: nothing new is started.
    pub fn suspend(&self) {
        self.shared.tell(Input::Suspend);
    }

    /// Tells that the app is awake again.
    pub fn resume(&self) {
        self.shared.tell(Input::Resume);
    }

    /// Whether the device was revoked and nothing is left here. Opening the store again gives a fresh one.
    pub fn is_wiped(&self) -> bool {
        self.shared.is_wiped.load(Ordering::SeqCst)
    }

    /// Whether nobody else holds this replica, the driver neither: dropping it closes the store.
    pub fn is_last(&self) -> bool {
        Arc::strong_count(&self.shared) == 1
    }

    /// Events from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription(self.shared.events.subscribe())
    }

    /// Creates the document of this key, or finds the one that is there.
    pub fn create(&self, kind: Kind, key: NaturalKey) -> Result<DocId, ReplicaError> {
        let now = self.shared.now();
        self.shared.with_desk(|desk| desk.create(kind, key, now))
    }

    /// Makes one edit. When this returns, the edit is on disk.
    ///
    /// `make` runs again when another process wrote the document in between.
    pub fn edit<T>(
        &self,
        doc: DocId,
        mut make: impl FnMut(&mut Edit<'_>) -> Result<T, EditError>,
    ) -> Result<T, ReplicaError> {
        let now = self.shared.now();
        let value = self.shared.with_desk(|desk| desk.edit(doc, now, &mut make))?;
        self.shared.tell(Input::Edited);
        Ok(value)
    }

    /// Reads a document as the person sees it.
    pub fn read<T>(&self, doc: DocId, look: impl FnOnce(&History) -> T) -> Result<T, ReplicaError> {
        self.shared.with_desk(|desk| desk.read(doc, look))
    }
}

impl Shared {
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        lock(&self.desk)
    }

    /// Works at the desk, then tells subscribers what was committed, with nothing locked.
    pub(crate) fn with_desk<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        let (value, events) = {
            let mut desk = self.desk();
            let value = work(&mut desk);
            (value, std::mem::take(&mut desk.events))
        };
        for event in events {
            self.announce(event);
        }
        value
    }

    fn announce(&self, event: Event) {
        // No subscriber is no error.
        let _ = self.events.send(event);
    }

    fn tell(&self, input: Input) {
        // A driver that has ended hears nothing; the next start syncs anyway.
        let _ = self.inputs.send(input);
    }

    fn report(&self, asks: Vec<AskId>, outcome: &Outcome) {
        let mut waiting = lock(&self.asks);
        for ask in asks {
            if let Some(answer) = waiting.remove(&ask) {
                // Whoever asked may have stopped waiting.
                let _ = answer.send(outcome.clone());
            }
        }
    }
}

/// A lock that a panicking edit cannot take away from everybody: nothing is left half done in memory,
/// because whatever was loaded is compared with the store's generation before it is used again.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
