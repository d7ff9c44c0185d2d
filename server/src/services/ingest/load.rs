//! Owns reading what a decision needs.

use super::decide::{Standing, standing};
use super::{Candidate, Push};
use crate::store::row::{DocumentRow, IndexRow, ShareRow, TipRow};
use crate::store::{Stored, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use sync_core::gate::Sound;
use sync_core::gate::state::is_counted;
use sync_core::ids::{ActorId, AudienceId, ChangeHash, DeviceId, DocId};
use sync_core::policy::Role;

const DAY_MS: i64 = 24 * 3_600_000;

/// What the database knows about a push.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The pusher's audiences.
    pub(super) roles: BTreeMap<AudienceId, Role>,
    /// The pushed documents that exist.
    pub(super) documents: BTreeMap<DocId, DocumentRow>,
    /// Pushed changes that are stored under the pusher, and where in the feed.
    pub(super) own: BTreeMap<(DocId, ChangeHash), u64>,
    /// The devices that the pusher's device replaces.
    pub(super) replaced: BTreeSet<DeviceId>,
    /// The last changes of the actors that are named, by document.
    pub(super) tips: BTreeMap<DocId, Vec<TipRow>>,
    /// What of each large document is the pusher's.
    pub(super) shares: BTreeMap<DocId, ShareRow>,
    /// The changes that the gate looks at, by document.
    pub(super) index: BTreeMap<DocId, Vec<IndexRow>>,
}

/// Reads it. Whatever the pusher may not see takes the same statements as what does not exist.
pub(super) async fn load(tx: &mut impl Transaction, push: &Push<'_>, open: &[&Candidate]) -> Stored<Known> {
    let mut known = Known::default();
    let memberships = tx.memberships(push.caller.person).await?;
    known.roles = memberships.into_iter().map(|place| (place.audience, place.role)).collect();
    let docs: Vec<_> = open.iter().map(|candidate| candidate.doc).collect();
    known.documents = tx.documents(&docs).await?.into_iter().map(|row| (row.doc, row)).collect();
    let own = tx.stored_by(push.caller.person, &hashes(open)).await?;
    known.own = own.into_iter().map(|(doc, hash, seq)| ((doc, hash), seq)).collect();
    let allowed = allowed(&known, push, open);
    if !allowed.is_empty() {
        load_state(tx, push, &allowed, &mut known).await?;
    }
    Ok(known)
}

async fn load_state(
    tx: &mut impl Transaction,
    push: &Push<'_>,
    allowed: &[&Candidate],
    known: &mut Known,
) -> Stored<()> {
    let tips = tx.tips(&actors(allowed)).await?;
    // Who goes on with the actors of this very device replaces none.
    if tips.iter().any(|tip| tip.device.is_some_and(|device| device != push.caller.device)) {
        known.replaced = tx.replaced_devices(push.caller.device).await?.into_iter().collect();
    }
    for tip in tips {
        known.tips.entry(tip.doc).or_default().push(tip);
    }
    let large = large(allowed, known);
    if !large.is_empty() {
        let shares = tx.shares(push.caller.person, &large, push.now.plus_ms(-DAY_MS)).await?;
        known.shares = shares.into_iter().map(|row| (row.doc, row)).collect();
    }
    for row in tx.index(&named(allowed), &recent(allowed, known)).await? {
        known.index.entry(row.doc).or_default().push(row);
    }
    Ok(())
}

/// Documents that may come near a limit.
fn large(allowed: &[&Candidate], known: &Known) -> Vec<DocId> {
    let rows = allowed.iter().filter_map(|candidate| known.documents.get(&candidate.doc));
    rows.filter(|row| is_counted(row.version, row.size_bytes, row.max_op)).map(|row| row.doc).collect()
}

/// Existing documents that the pusher may write.
fn allowed<'c>(known: &Known, push: &Push<'_>, open: &[&'c Candidate]) -> Vec<&'c Candidate> {
    let may = |candidate: &&Candidate| matches!(standing(candidate, known, push), Standing::Existing(..));
    open.iter().copied().filter(may).collect()
}

fn sound(candidate: &Candidate) -> impl Iterator<Item = &Sound> {
    candidate.changes.iter().flatten()
}

fn hashes(open: &[&Candidate]) -> Vec<(DocId, ChangeHash)> {
    open.iter().flat_map(|c| sound(c).map(|change| (c.doc, change.hash))).collect()
}

/// Every change that is named: itself, or as a dependency.
fn named(allowed: &[&Candidate]) -> Vec<(DocId, ChangeHash)> {
    let of = |change: &Sound| [change.hash].into_iter().chain(change.deps.clone()).collect::<Vec<_>>();
    let all: BTreeSet<_> =
        allowed.iter().flat_map(|c| sound(c).flat_map(of).map(|hash| (c.doc, hash))).collect();
    all.into_iter().collect()
}

/// Every actor that is named: as author, or by its operations.
fn actors(allowed: &[&Candidate]) -> Vec<(DocId, ActorId)> {
    let of = |change: &Sound| [change.actor].into_iter().chain(change.others.clone()).collect::<Vec<_>>();
    let all: BTreeSet<_> =
        allowed.iter().flat_map(|c| sound(c).flat_map(of).map(|actor| (c.doc, actor))).collect();
    all.into_iter().collect()
}

/// From which version on the history of each document is needed: since the oldest of the last changes of the
/// authors. Whether an author's last change is an ancestor is found out within that.
fn recent(allowed: &[&Candidate], known: &Known) -> Vec<(DocId, u64)> {
    let since = |candidate: &&Candidate| {
        let authors: BTreeSet<_> = sound(candidate).map(|change| change.actor).collect();
        let tips = known.tips.get(&candidate.doc)?.iter();
        let oldest = tips.filter(|tip| tip.person.is_some() && authors.contains(&tip.actor));
        oldest.map(|tip| (candidate.doc, tip.version)).min_by_key(|(_, version)| *version)
    };
    allowed.iter().filter_map(since).collect()
}
