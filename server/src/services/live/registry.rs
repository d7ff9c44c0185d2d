//! Owns the list of streams of this instance. Pure bookkeeping: knows no database and no time.

use crate::caller::Caller;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_core::ids::{DeviceId, OrgId, PersonId};
use tokio::sync::mpsc;

/// How many streams there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// On this instance.
    pub streams: usize,
    /// Of one device; a further one ends its oldest.
    pub streams_of_device: usize,
}

/// The streams of this instance.
#[derive(Debug, Clone, Default)]
pub struct LiveHub(Arc<Mutex<Registry>>);

#[derive(Debug, Default)]
struct Registry {
    organisations: BTreeMap<OrgId, Organisation>,
    /// How many there are in all.
    count: usize,
    /// The next stream's number: larger is younger.
    next: u64,
}

#[derive(Debug)]
struct Organisation {
    /// Up to where the feed was looked at.
    seen: u64,
    streams: BTreeMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    caller: Caller,
    /// Holds one poke: several that nobody took yet are one. Dropping it ends the stream.
    poke: mpsc::Sender<()>,
}

/// One stream; leaves the list when it is dropped.
#[derive(Debug)]
pub struct LiveStream {
    hub: LiveHub,
    org: OrgId,
    number: u64,
    pokes: mpsc::Receiver<()>,
}

impl LiveStream {
    /// The next poke; none when the stream is to end.
    pub async fn poke(&mut self) -> Option<()> {
        self.pokes.recv().await
    }
}

impl Drop for LiveStream {
    fn drop(&mut self) {
        self.hub.lock().remove(self.org, self.number);
    }
}

/// Who waits in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub seen: u64,
    pub people: Vec<PersonId>,
    pub devices: Vec<DeviceId>,
}

impl LiveHub {
    /// Opens a stream; `end` is the end of its organisation's feed. None when there are too many.
    pub fn open(&self, caller: Caller, end: u64, bounds: Bounds) -> Option<LiveStream> {
        let mut registry = self.lock();
        registry.end_oldest(caller, bounds.streams_of_device);
        if registry.count >= bounds.streams {
            return None;
        }
        let number = registry.next;
        registry.next += 1;
        registry.count += 1;
        let (poke, pokes) = mpsc::channel(1);
        let organisation = registry.organisations.entry(caller.org);
        let organisation =
            organisation.or_insert_with(|| Organisation { seen: end, streams: BTreeMap::new() });
        organisation.streams.insert(number, Entry { caller, poke });
        Some(LiveStream { hub: self.clone(), org: caller.org, number, pokes })
    }

    /// How many streams there are.
    pub fn count(&self) -> usize {
        self.lock().count
    }

    /// Every organisation in which somebody waits.
    pub(super) fn organisations(&self) -> Vec<OrgId> {
        self.lock().organisations.keys().copied().collect()
    }

    /// Who waits in this organisation, if anybody does.
    pub(super) fn waiting(&self, org: OrgId) -> Option<Waiting> {
        let registry = self.lock();
        let organisation = registry.organisations.get(&org)?;
        let callers = organisation.streams.values().map(|entry| entry.caller);
        let (mut people, mut devices): (Vec<_>, Vec<_>) =
            callers.map(|caller| (caller.person, caller.device)).unzip();
        people.sort_unstable();
        people.dedup();
        devices.sort_unstable();
        devices.dedup();
        Some(Waiting { seen: organisation.seen, people, devices })
    }

    /// Pokes those who have news that did not come from their own device; the feed was looked at up to `seen`.
    pub(super) fn poke(&self, org: OrgId, seen: u64, news: &[(PersonId, Option<DeviceId>)]) {
        let mut registry = self.lock();
        let Some(organisation) = registry.organisations.get_mut(&org) else { return };
        organisation.seen = organisation.seen.max(seen);
        for entry in organisation.streams.values() {
            let is_news = |(person, from): &(_, _)| {
                *person == entry.caller.person && *from != Some(entry.caller.device)
            };
            if news.iter().any(is_news) {
                // Full: a poke is waiting already, and says the same.
                let _ = entry.poke.try_send(());
            }
        }
    }

    /// Ends the streams of these devices.
    pub(super) fn end(&self, org: OrgId, devices: &[DeviceId]) {
        let mut registry = self.lock();
        let Some(organisation) = registry.organisations.get_mut(&org) else { return };
        let ended = organisation.streams.extract_if(.., |_, entry| devices.contains(&entry.caller.device));
        let count = ended.count();
        registry.count -= count;
        registry.drop_empty(org);
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        // The list is whole between any two statements that could panic: none can.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registry {
    fn end_oldest(&mut self, caller: Caller, at_most: usize) {
        let Some(organisation) = self.organisations.get(&caller.org) else { return };
        let own = organisation.streams.iter().filter(|(_, entry)| entry.caller.device == caller.device);
        let own: Vec<u64> = own.map(|(number, _)| *number).collect();
        for number in own.iter().take((own.len() + 1).saturating_sub(at_most)) {
            self.remove(caller.org, *number);
        }
    }

    fn remove(&mut self, org: OrgId, number: u64) {
        let Some(organisation) = self.organisations.get_mut(&org) else { return };
        if organisation.streams.remove(&number).is_some() {
            self.count -= 1;
        }
        self.drop_empty(org);
    }

    fn drop_empty(&mut self, org: OrgId) {
        if self.organisations.get(&org).is_some_and(|organisation| organisation.streams.is_empty()) {
            self.organisations.remove(&org);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    const BOUNDS: Bounds = Bounds { streams: 4, streams_of_device: 2 };
    const ORG: OrgId = OrgId::from_bytes([1; 16]);

    fn caller(person: u8, device: u8) -> Caller {
        let (person, device) = (PersonId::from_bytes([person; 16]), DeviceId::from_bytes([device; 16]));
        Caller { org: ORG, person, device }
    }

    /// What the stream would do now: nothing, end, or be poked.
    fn now(stream: &mut LiveStream) -> Option<Option<()>> {
        stream.poke().now_or_never()
    }

    #[test]
    fn news_pokes_its_readers_and_not_the_device_that_it_came_from() {
        let hub = LiveHub::default();
        let mut phone = hub.open(caller(1, 11), 5, BOUNDS).unwrap();
        let mut tablet = hub.open(caller(1, 12), 5, BOUNDS).unwrap();
        let mut other = hub.open(caller(2, 21), 5, BOUNDS).unwrap();

        hub.poke(ORG, 8, &[(caller(1, 0).person, Some(caller(1, 11).device))]);

        assert_eq!((now(&mut phone), now(&mut tablet), now(&mut other)), (None, Some(Some(())), None));
        assert_eq!(hub.waiting(ORG).unwrap().seen, 8);
        hub.poke(ORG, 9, &[(caller(1, 0).person, None)]);
        assert_eq!(now(&mut phone), Some(Some(())), "what came from no device is news for all of theirs");
    }

    #[test]
    fn pokes_that_nobody_took_are_one() {
        let hub = LiveHub::default();
        let mut phone = hub.open(caller(1, 11), 5, BOUNDS).unwrap();
        for seen in 6..20 {
            hub.poke(ORG, seen, &[(caller(1, 0).person, None)]);
        }
        assert_eq!((now(&mut phone), now(&mut phone)), (Some(Some(())), None));
    }

    #[test]
    fn a_revoked_devices_streams_end_and_no_others() {
        let hub = LiveHub::default();
        let mut revoked = hub.open(caller(1, 11), 0, BOUNDS).unwrap();
        let mut other = hub.open(caller(1, 12), 0, BOUNDS).unwrap();

        hub.end(ORG, &[caller(1, 11).device]);

        assert_eq!((now(&mut revoked), now(&mut other)), (Some(None), None));
        assert_eq!(hub.count(), 1);
        drop(revoked);
        assert_eq!(hub.count(), 1, "an ended stream is not counted twice");
    }

    #[test]
    fn a_further_stream_of_a_device_ends_its_oldest() {
        let hub = LiveHub::default();
        let mut streams: Vec<_> = (0..3).map(|_| hub.open(caller(1, 11), 0, BOUNDS).unwrap()).collect();
        assert_eq!(streams.iter_mut().map(now).collect::<Vec<_>>(), [Some(None), None, None]);
        assert_eq!(hub.count(), 2);
    }

    #[test]
    fn streams_are_bounded_and_leave_when_dropped() {
        let hub = LiveHub::default();
        let streams: Vec<_> = (0..4).map(|n| hub.open(caller(1, n), 0, BOUNDS).unwrap()).collect();
        assert!(hub.open(caller(1, 9), 0, BOUNDS).is_none());
        drop(streams);
        assert_eq!((hub.count(), hub.organisations()), (0, vec![]));
        assert!(hub.open(caller(1, 9), 0, BOUNDS).is_some());
    }
}
