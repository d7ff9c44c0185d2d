//! Owns what must be true of a phone at rest: it holds what its owner may see, all of it, as everybody else does.

use super::AtRest;
use crate::sim::content::Content;
use crate::sim::failure::{Failure, FailureKind};
use crate::sim::office::ORG;
use crate::sim::phone::Phone;
use crate::sim::world::World;
use server::cursor::CursorKey;
use std::collections::BTreeSet;
use sync_core::coaching::{KINDS, Kind};
use sync_core::document::genesis;
use sync_core::ids::{AudienceId, ChangeHash, DocId};
use sync_core::replica::Replica;
use sync_core::store::{DocumentRow, Presence, Store};

/// Everything that is wrong with a phone.
pub(super) fn one(world: &World, phone: &Phone, rest: &AtRest) -> Vec<Failure> {
    if phone.is_wiped() {
        return Vec::new();
    }
    if world.backend.is_revoked(phone.device) {
        return vec![fail(FailureKind::Stuck, phone, "has no access any more, and was not wiped")];
    }
    let Some(replica) = phone.replica() else {
        return vec![fail(FailureKind::Stuck, phone, "is closed")];
    };
    let rows = phone.disk.look(|image| image.documents(None)).unwrap_or_default();
    let audiences = world.office.access.of(phone.person);
    let sees = |audience, kind: &str| world.office.access.sees((phone.person, audience), kind);
    let mut failures: Vec<Failure> =
        rows.iter().filter_map(|row| document(phone, replica, row, (&sees, rest))).collect();
    let here: BTreeSet<DocId> = rows.iter().map(|row| row.doc).collect();
    let theirs = rest.tables.documents.values().map(|document| &document.row);
    let theirs = theirs.filter(|row| sees(row.audience, &row.kind));
    for absent in theirs.map(|row| row.doc).filter(|doc| !here.contains(doc)) {
        failures.push(fail(FailureKind::Unconverged, phone, format!("does not have {absent:?}")));
    }
    failures.extend(at_the_end(world, phone, rest));
    failures.extend(roster(phone, &audiences, rest));
    failures.extend(lists(phone, replica));
    failures
}

/// The phone knows its person's audiences, and of each the records that the server has; no others.
fn roster(phone: &Phone, audiences: &BTreeSet<AudienceId>, rest: &AtRest) -> Option<Failure> {
    let known = phone.disk.look(|image| image.audiences()).unwrap_or_default();
    let known: BTreeSet<AudienceId> = known.into_iter().map(|row| row.audience).collect();
    if known != *audiences {
        let what = format!("knows the audiences {known:?}, its person is in {audiences:?}");
        return Some(fail(FailureKind::Unconverged, phone, what));
    }
    let theirs = rest.tables.records.iter().filter(|((audience, ..), _)| audiences.contains(audience));
    let there: BTreeSet<(String, Vec<u8>, u64)> = theirs
        .filter(|(_, row)| row.body.is_some())
        .map(|((_, collection, key), row)| (collection.clone(), key.clone(), row.version))
        .collect();
    let collections: BTreeSet<&String> = rest.tables.records.keys().map(|(_, name, _)| name).collect();
    let rows =
        collections.iter().flat_map(|name| phone.disk.look(|image| image.records(name)).unwrap_or_default());
    let here: BTreeSet<_> = rows.map(|row| (row.collection, row.key, row.version)).collect();
    let what = format!("has the records {here:?}, the server {there:?}");
    (here != there).then(|| fail(FailureKind::Unconverged, phone, what))
}

/// Every row says what its document does: lists and read models read nothing else.
fn lists(phone: &Phone, replica: &Replica) -> Vec<Failure> {
    KINDS.iter().flat_map(|spec| list(phone, replica, Kind::of(spec))).collect()
}

fn list(phone: &Phone, replica: &Replica, kind: Kind) -> Vec<Failure> {
    if let Err(error) = replica.list(kind) {
        return vec![fail(FailureKind::Lost, phone, format!("cannot list {kind:?}: {error}"))];
    }
    let rows = phone.disk.look(|image| image.documents(Some(kind.name()))).unwrap_or_default();
    let here = rows.iter().filter(|row| row.presence == Presence::Full);
    let differs = here.filter(|row| {
        replica.read(row.doc, |history| history.entry()).is_ok_and(|entry| entry != row.summary)
    });
    let told = |row: &DocumentRow| {
        fail(FailureKind::Unconverged, phone, format!("lists and counts {:?} otherwise than it is", row.doc))
    };
    differs.map(told).collect()
}

fn document(
    phone: &Phone,
    replica: &Replica,
    row: &DocumentRow,
    (sees, rest): (&impl Fn(AudienceId, &str) -> bool, &AtRest),
) -> Option<Failure> {
    let doc = row.doc;
    if !sees(row.audience, &row.kind) {
        return Some(fail(FailureKind::Leaked, phone, format!("still has {doc:?} of others")));
    }
    if row.presence != Presence::Full {
        return Some(fail(FailureKind::Unconverged, phone, format!("has {doc:?} {:?}", row.presence)));
    }
    let here = match replica.read(doc, |history| Content::of(history.view())) {
        Ok(content) => content,
        Err(error) => return Some(fail(FailureKind::Lost, phone, format!("cannot read {doc:?}: {error}"))),
    };
    match rest.documents.get(&doc) {
        Some(there) if here.heads != there.heads => {
            let (here, there) = (here.heads.len(), there.heads.len());
            let what = format!("has another state of {doc:?} than the server ({here} heads, {there} heads)");
            Some(fail(FailureKind::Unconverged, phone, what))
        }
        Some(there) if here.says != there.says => {
            let what = format!("reads {doc:?} as {:?}, the server as {:?}", here.says, there.says);
            Some(fail(FailureKind::Unconverged, phone, what))
        }
        Some(_) => None,
        None if is_untouched(row, &here) => None,
        None => Some(fail(FailureKind::Unconverged, phone, format!("has {doc:?}, the server has not"))),
    }
}

/// Whether nobody has written into a document: then the server need not know of it.
fn is_untouched(row: &DocumentRow, content: &Content) -> bool {
    let Some(kind) = Kind::parse(&row.kind) else { return false };
    content.heads == [ChangeHash::from_bytes(genesis(kind, &row.key).hash().0)]
}

/// The phone knows everything that the feed says up to its end.
fn at_the_end(world: &World, phone: &Phone, rest: &AtRest) -> Option<Failure> {
    let cursor = phone.disk.look(|image| image.cursor()).ok().flatten();
    let position =
        cursor.and_then(|cursor| CursorKey::new(&world.backend.keys.cursor).open(ORG, phone.person, &cursor));
    let Some(position) = position else { return Some(fail(FailureKind::Stuck, phone, "has no cursor")) };
    let end = rest.tables.feed_counter.unwrap_or_default();
    let is_there = position.at.seq == end && position.pushed.is_none() && position.backfills.is_empty();
    let what = format!("stands at {position:?}, the feed ends at {end}");
    (!is_there).then(|| fail(FailureKind::Stuck, phone, what))
}

fn fail(kind: FailureKind, phone: &Phone, what: impl Into<String>) -> Failure {
    Failure::new(kind, format!("{} {}", phone.name, what.into()))
}
