//! Owns the one transaction of a push.

use super::decide::Addition;
use super::{Plans, Push};
use crate::random::Randomness;
use crate::store::row::{ActorRow, Advance, ChangeRow, DocumentRow, Event, FeedRow, FeedStamp, NewDocument};
use crate::store::{Access, Feed, Store, Stored, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use sync_core::bug::{self, Bug};
use sync_core::gate::{Accepted, Provenance};
use sync_core::ids::{DeviceId, DocId, OrgId, PersonId};
use sync_core::time::Timestamp;

/// How the transaction ended.
#[derive(Debug)]
pub(super) enum Written {
    /// All is stored. The highest row that holds something of the push.
    Done(Option<FeedStamp>),
    /// Nothing is stored: these have moved on, or the pusher's rights have.
    Outdated(BTreeSet<DocId>),
}

/// What writing these plans takes.
pub(super) fn access(plans: &Plans) -> Access {
    if plans.values().all(|plan| plan.addition.is_none()) { Access::Read } else { Access::Write }
}

/// Writes what was planned, all or nothing.
pub(super) async fn write(
    mut tx: impl Transaction,
    push: &Push<'_>,
    plans: &Plans,
    (random, taken): (&Randomness, Option<u64>),
) -> Stored<Written> {
    let mut additions: BTreeMap<DocId, &Addition> =
        plans.iter().filter_map(|(doc, plan)| Some((*doc, plan.addition.as_deref()?))).collect();
    if additions.is_empty() {
        let stored_seq = plans.values().filter_map(|plan| plan.stored_seq).max();
        return Ok(Written::Done(stamp_of(&mut tx, stored_seq).await?));
    }
    let mut outdated = lock(&mut tx, &additions, push.now).await?;
    let stale = renumbered(&mut tx, &additions).await?;
    if bug::is_on(Bug::StaleValidation) {
        outdated.retain(|doc| !stale.contains_key(doc));
        additions.extend(stale.iter().map(|(doc, addition)| (*doc, addition)));
    }
    if !outdated.is_empty() {
        return Ok(Written::Outdated(outdated));
    }
    let count = additions.values().map(|addition| addition.accepted.len() as u64).sum();
    let last = match taken {
        Some(last) => last,
        None => tx.advance_feed(count).await?,
    };
    let revoked = without_right(&mut tx, push.caller.person, &additions).await?;
    if !revoked.is_empty() {
        return Ok(Written::Outdated(revoked));
    }
    let rows = Rows::of(&additions, push, last - count, random);
    insert(&mut tx, &rows).await?;
    let pushed = rows.feed.last().map(|row| row.at);
    let committed = tx.commit().await;
    if !bug::is_on(Bug::AckBeforeCommit) {
        committed?;
    }
    Ok(Written::Done(pushed))
}

async fn stamp_of(tx: &mut impl Transaction, seq: Option<u64>) -> Stored<Option<FeedStamp>> {
    let Some(seq) = seq else { return Ok(None) };
    Ok(tx.stamp(seq).await?.map(|stamp| FeedStamp { seq, stamp }))
}

/// Inserts new documents and locks the others; tells which are not as they were when this was decided.
async fn lock(
    tx: &mut impl Transaction,
    additions: &BTreeMap<DocId, &Addition>,
    now: Timestamp,
) -> Stored<BTreeSet<DocId>> {
    let (new, existing): (Vec<_>, Vec<_>) = additions.iter().partition(|(_, addition)| addition.base == 0);
    let mut outdated = BTreeSet::new();
    if !new.is_empty() {
        let rows: Vec<_> = new.iter().map(|(doc, addition)| new_document(**doc, addition, now)).collect();
        let inserted = tx.insert_documents(&rows).await?;
        outdated.extend(new.iter().map(|(doc, _)| **doc).filter(|doc| !inserted.contains(doc)));
    }
    if !existing.is_empty() {
        let docs: Vec<_> = existing.iter().map(|(doc, _)| **doc).collect();
        let versions: BTreeMap<_, _> = tx.lock_documents(&docs).await?.into_iter().collect();
        let moved = |(doc, addition): &(&DocId, &&Addition)| versions.get(doc) != Some(&addition.base);
        outdated.extend(existing.into_iter().filter(moved).map(|(doc, _)| *doc));
    }
    Ok(outdated)
}

/// What [`Bug::NaiveCursor`] does: places are taken before anything else, in a transaction of their own, as a sequence
/// gives them.
pub(super) async fn take_places<S: Store>(store: &S, org: OrgId, plans: &Plans) -> Stored<Option<u64>> {
    let count = plans.values().filter_map(|plan| Some(plan.addition.as_ref()?.accepted.len() as u64)).sum();
    if count == 0 || !bug::is_on(Bug::NaiveCursor) {
        return Ok(None);
    }
    let mut tx = store.begin(org, Access::Write).await?;
    let last = tx.advance_feed(count).await?;
    tx.commit().await?;
    Ok(Some(last))
}

/// What [`Bug::StaleValidation`] writes in place of what was decided.
async fn renumbered(
    tx: &mut impl Transaction,
    additions: &BTreeMap<DocId, &Addition>,
) -> Stored<BTreeMap<DocId, Addition>> {
    if !bug::is_on(Bug::StaleValidation) {
        return Ok(BTreeMap::new());
    }
    let docs: Vec<_> = additions.keys().copied().collect();
    let mut renumbered = BTreeMap::new();
    for row in tx.documents(&docs).await? {
        let mut addition = additions[&row.doc].clone();
        if addition.base > 0 {
            addition.base = row.version;
            addition.after.version = row.version + addition.accepted.len() as u64;
            renumbered.insert(row.doc, addition);
        }
    }
    Ok(renumbered)
}

fn new_document(doc: DocId, addition: &Addition, at: Timestamp) -> NewDocument {
    let after = &addition.after;
    let row = DocumentRow {
        doc,
        kind: addition.kind.name().to_owned(),
        key: addition.key,
        audience: addition.audience,
        version: after.version,
        max_op: after.max_op,
        heads: after.heads.iter().copied().collect(),
        size_bytes: after.size_bytes,
        snapshot_version: 0,
        snapshot_bytes: 0,
        tail_bytes: after.size_bytes,
    };
    NewDocument { row, facts: addition.facts.clone(), at }
}

/// The documents in whose audience the pusher is no longer what they were when it was decided. Read after the feed's
/// row is held, so a revocation that committed before is seen, and one that comes later waits.
async fn without_right(
    tx: &mut impl Transaction,
    person: PersonId,
    additions: &BTreeMap<DocId, &Addition>,
) -> Stored<BTreeSet<DocId>> {
    let roles: BTreeMap<_, _> =
        tx.memberships(person).await?.into_iter().map(|place| (place.audience, place.role)).collect();
    let lost = |addition: &Addition| roles.get(&addition.audience).copied() != addition.role;
    Ok(additions.iter().filter(|(_, addition)| lost(addition)).map(|(doc, _)| *doc).collect())
}

/// Everything that is inserted.
struct Rows {
    advances: Vec<Advance>,
    actors: Vec<ActorRow>,
    changes: Vec<ChangeRow>,
    feed: Vec<FeedRow>,
}

impl Rows {
    /// The rows of these additions, in the places of the feed that follow `after_seq`.
    fn of(
        additions: &BTreeMap<DocId, &Addition>,
        push: &Push<'_>,
        after_seq: u64,
        random: &Randomness,
    ) -> Self {
        let mut rows = Self { advances: vec![], actors: vec![], changes: vec![], feed: vec![] };
        let mut seq = after_seq;
        for (doc, addition) in additions {
            if addition.base > 0 {
                rows.advances.push(advance(*doc, addition, push.now));
            }
            for (accepted, version) in addition.accepted.iter().zip(addition.base + 1..) {
                seq += 1;
                let at = FeedStamp { seq, stamp: random.bytes() };
                let event = Event::Change { doc: *doc, version };
                rows.feed.push(FeedRow { at, audience: addition.audience, event, time: push.now });
                rows.add_change(*doc, version, seq, accepted, push);
            }
        }
        rows
    }

    fn add_change(&mut self, doc: DocId, version: u64, seq: u64, accepted: &Accepted, push: &Push<'_>) {
        let change = &accepted.change;
        let (person, device, received_at) = signature(accepted.provenance, push);
        if let (Some(person), 1) = (person, change.seq) {
            self.actors.push(ActorRow { doc, actor: change.actor, person, device, received_at });
        }
        self.changes.push(ChangeRow {
            doc,
            version,
            seq,
            hash: change.hash,
            actor: change.actor,
            actor_seq: change.seq,
            start_op: change.start_op,
            max_op: change.max_op,
            deps: change.deps.clone(),
            bytes: change.bytes.clone(),
            person,
            device,
            received_at,
        });
    }
}

fn advance(doc: DocId, addition: &Addition, at: Timestamp) -> Advance {
    let after = &addition.after;
    Advance {
        doc,
        version: after.version,
        max_op: after.max_op,
        heads: after.heads.iter().copied().collect(),
        added_bytes: addition.accepted.iter().map(|accepted| accepted.change.bytes.len() as u64).sum(),
        facts: addition.facts.clone(),
        at,
    }
}

/// Under whose name, from which device and when a change is stored.
fn signature(provenance: Provenance, push: &Push<'_>) -> (Option<PersonId>, Option<DeviceId>, Timestamp) {
    match provenance {
        Provenance::Nobody => (None, None, push.now),
        Provenance::Writer => (Some(push.caller.person), Some(push.caller.device), push.now),
        Provenance::Restored(person, at) => (Some(person), None, at),
    }
}

async fn insert(tx: &mut impl Transaction, rows: &Rows) -> Stored<()> {
    if !rows.advances.is_empty() {
        tx.advance_documents(&rows.advances).await?;
    }
    if !rows.actors.is_empty() {
        tx.insert_actors(&rows.actors).await?;
    }
    tx.insert_changes(&rows.changes).await?;
    tx.append_feed(&rows.feed).await
}
