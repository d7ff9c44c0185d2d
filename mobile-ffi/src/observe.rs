//! Owns the telling of changes: after they are on disk, from a thread of their own, to whoever still wants to know.

use crate::error::{CallbackError, ClientError};
use crate::system::{Counted, runtime};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use sync_core::ids::DocId;
use sync_core::replica::{Event, Replica};

/// Something that a screen may want to redraw for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ClientEvent {
    /// A document, or the state of its sync, changed.
    DocumentChanged {
        /// Which one.
        doc: DocId,
    },
    /// Teams, tenures or people changed.
    RosterChanged,
    /// Something was refused, or seen to.
    NotAcceptedChanged,
    /// A sync ended.
    Synced,
    /// Nothing runs any more, until `resume`.
    Slept,
    /// The device was revoked and nothing is left here.
    Wiped,
    /// This observer was too slow: anything may have changed.
    Everything,
}

/// Wants to know what changes.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// Something changed, and is on disk. Called from a thread of the client's, one call at a time; calling the client from
    /// here is allowed. What it throws is dropped: the others are told all the same.
    fn changed(&self, event: ClientEvent) -> Result<(), CallbackError>;
}

type Known = Arc<Mutex<BTreeMap<u64, Arc<dyn Observer>>>>;

/// Keeps an observer informed for as long as it is held. Ends with `cancel`, or when it is dropped.
#[derive(uniffi::Object)]
pub struct Observation {
    number: u64,
    known: Weak<Mutex<BTreeMap<u64, Arc<dyn Observer>>>>,
    _counted: Counted,
}

#[uniffi::export]
impl Observation {
    /// No further call begins after this.
    pub fn cancel(&self) {
        if let Some(known) = self.known.upgrade() {
            let gone = known.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
            // Not under the lock: an observer may hold an observation of its own, which is freed with it.
            drop(gone);
        }
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Everybody who wants to know, and the thread that tells them.
pub(crate) struct Observers {
    known: Known,
    next: Mutex<u64>,
    /// None once ended: the thread ends with it.
    events: Mutex<Option<mpsc::Sender<ClientEvent>>>,
}

impl Observers {
    pub(crate) fn start() -> Result<Self, ClientError> {
        let known = Known::default();
        let (events, told) = mpsc::channel();
        let of_thread = known.clone();
        let thread = std::thread::Builder::new().name("floorwalk-observers".into());
        thread
            .spawn(move || told.iter().for_each(|event| tell(&of_thread, event)))
            .map_err(ClientError::fault)?;
        Ok(Self { known, next: Mutex::new(1), events: Mutex::new(Some(events)) })
    }

    pub(crate) fn add(&self, observer: Arc<dyn Observer>) -> Arc<Observation> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let number = *next;
        *next += 1;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(number, observer);
        Arc::new(Observation { number, known: Arc::downgrade(&self.known), _counted: Counted::default() })
    }

    /// Tells what this replica says, for as long as it lives.
    pub(crate) fn follow(&self, replica: &Replica) {
        let Some(events) = self.events.lock().unwrap_or_else(PoisonError::into_inner).clone() else { return };
        let mut subscription = replica.subscribe();
        runtime().spawn(async move {
            while let Some(event) = subscription.next().await {
                if events.send(crossing(event)).is_err() {
                    return;
                }
            }
        });
    }

    pub(crate) fn say(&self, event: ClientEvent) {
        if let Some(events) = &*self.events.lock().unwrap_or_else(PoisonError::into_inner) {
            // Nobody listens any more.
            let _ = events.send(event);
        }
    }

    pub(crate) fn end(&self) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).take();
        let gone = std::mem::take(&mut *self.known.lock().unwrap_or_else(PoisonError::into_inner));
        // Not under the lock, as above.
        drop(gone);
    }
}

/// Nothing is locked while an observer is called.
fn tell(known: &Known, event: ClientEvent) {
    let observers: Vec<_> = {
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().map(|(number, observer)| (*number, observer.clone())).collect()
    };
    for (number, observer) in observers {
        // One that was cancelled by another one's call, or meanwhile.
        let is_known = known.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&number);
        if is_known {
            let _ = observer.changed(event);
        }
    }
}

fn crossing(event: Event) -> ClientEvent {
    match event {
        Event::DocumentChanged(doc) => ClientEvent::DocumentChanged { doc },
        Event::RosterChanged => ClientEvent::RosterChanged,
        Event::RefusedChanged => ClientEvent::NotAcceptedChanged,
        Event::Synced => ClientEvent::Synced,
        Event::Suspended => ClientEvent::Slept,
        Event::Wiped => ClientEvent::Wiped,
        Event::Everything => ClientEvent::Everything,
    }
}
