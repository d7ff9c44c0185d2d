//! Owns who has locked which row, who waits for whom, and who is told that waiting would never end.

use std::collections::{BTreeMap, VecDeque};
use sync_core::ids::{ActorId, AudienceId, ChangeHash, CommandId, DocId, GroupId, OrgId, PersonId};
use tokio::sync::oneshot;

/// A transaction's number.
pub(super) type TxId = u64;

/// What can be locked: a row, or a value that must be unique. Inserting locks as changing does, so a second
/// inserter waits until it is known whether the first one's row stays.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// The row that makes commit order feed order.
    FeedCounter,
    Audience(AudienceId),
    Seat(AudienceId, PersonId),
    Document(DocId),
    Actor(DocId, ActorId),
    Change(DocId, u64),
    ChangeHash(DocId, ChangeHash),
    ChangeNumber(DocId, ActorId, u64),
    Snapshot(DocId, u64),
    Record(AudienceId, String, Vec<u8>),
    FeedRow(u64),
    Command(CommandId),
    Group(GroupId),
}

/// How asking for a lock went.
pub(super) enum Asked {
    /// It is held.
    Granted,
    /// It will be, when this is told. Fails when the database went away.
    Queued(oneshot::Receiver<()>),
    /// Whoever holds it waits for the one who asks.
    Deadlock,
}

/// All locks of a database.
#[derive(Debug, Default)]
pub(super) struct Locks(BTreeMap<(OrgId, Key), Lock>);

#[derive(Debug)]
struct Lock {
    holder: TxId,
    queue: VecDeque<(TxId, oneshot::Sender<()>)>,
}

impl Locks {
    /// Asks for a lock, which is then held until [`Self::release`].
    pub(super) fn ask(&mut self, tx: TxId, org: OrgId, key: Key) -> Asked {
        let place = (org, key);
        let Some(holder) = self.0.get(&place).map(|lock| lock.holder) else {
            self.0.insert(place, Lock { holder: tx, queue: VecDeque::new() });
            return Asked::Granted;
        };
        if holder == tx {
            return Asked::Granted;
        }
        if self.waits_for(holder, tx) {
            return Asked::Deadlock;
        }
        let (tell, told) = oneshot::channel();
        self.0.entry(place).and_modify(|lock| lock.queue.push_back((tx, tell)));
        Asked::Queued(told)
    }

    /// Whether somebody else holds this.
    pub(super) fn is_held_by_another(&self, tx: TxId, org: OrgId, key: Key) -> bool {
        self.0.get(&(org, key)).is_some_and(|lock| lock.holder != tx)
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.0.values().map(|lock| lock.queue.len()).sum()
    }

    /// Lets go of everything that a transaction holds or waits for. Whoever has waited longest is next.
    pub(super) fn release(&mut self, tx: TxId) {
        self.0.retain(|_, lock| {
            lock.queue.retain(|(waiter, _)| *waiter != tx);
            lock.holder != tx || lock.pass_on()
        });
    }

    /// Whether `first` waits for `last`, directly or not. Nobody waits in a circle yet, so this ends.
    fn waits_for(&self, first: TxId, last: TxId) -> bool {
        let waits = |lock: &&Lock| lock.queue.iter().any(|(waiter, _)| *waiter == first);
        let holder = self.0.values().find(waits).map(|lock| lock.holder);
        holder.is_some_and(|holder| holder == last || self.waits_for(holder, last))
    }
}

impl Lock {
    /// Gives it to the next in the queue, if there is one.
    fn pass_on(&mut self) -> bool {
        let Some((next, tell)) = self.queue.pop_front() else { return false };
        self.holder = next;
        // Whoever no longer listens holds it all the same, until their transaction ends.
        let _ = tell.send(());
        true
    }
}
