//! Owns the step between stored bytes and automerge's changes, so that no caller meets a panic of the library.

use crate::document::{self, LoadError, guarded};
use crate::fold::{LeftOut, Scalar};
use crate::gate;
use crate::ids::{ActorId, ChangeHash};
use crate::store::{Body, Standing, StoredChange};
use automerge::{Automerge, Change, Prop};

/// The hash of a change, as our id.
pub fn hash_of(change: &Change) -> ChangeHash {
    ChangeHash::from_bytes(change.hash().0)
}

/// Our id, as automerge's hash.
pub fn raw(hash: &ChangeHash) -> automerge::ChangeHash {
    automerge::ChangeHash(*hash.as_bytes())
}

/// What the frame around a change says its hash is, if its checksum agrees. Asks nothing of the CRDT, which may not
/// survive what is inside.
pub fn hash_of_frame(bytes: &[u8]) -> Option<ChangeHash> {
    gate::chunk::read(bytes).ok().map(|chunk| chunk.hash)
}

/// Whether the change in these bytes builds on another one, as the gate reads it: within bounds.
pub fn builds_on(bytes: &[u8], other: ChangeHash) -> bool {
    gate::read(bytes).is_ok_and(|sound| sound.deps.contains(&other))
}

/// The hash of the change in these bytes, if they are one.
pub fn hash_of_bytes(bytes: &[u8]) -> Option<ChangeHash> {
    parse([bytes].into_iter()).ok()?.first().map(hash_of)
}

/// Who made the change in these bytes, if they are one.
pub fn actor_of_bytes(bytes: &[u8]) -> Option<ActorId> {
    document::actor_id(parse([bytes].into_iter()).ok()?.first()?.actor_id())
}

/// The row of a change.
pub fn stored(change: &Change, standing: Standing) -> StoredChange {
    StoredChange { hash: hash_of(change), bytes: change.raw_bytes().to_vec(), standing }
}

/// Reads changes.
pub fn parse<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Change>, LoadError> {
    let chunks: Vec<Vec<u8>> = chunks.map(<[u8]>::to_vec).collect();
    guarded(move || {
        chunks.into_iter().map(Change::from_bytes).collect::<Result<_, _>>().map_err(LoadError::Change)
    })
}

/// Applies changes; what they depend on must be there.
pub fn apply(doc: &mut Automerge, changes: impl Iterator<Item = Change>) -> Result<(), LoadError> {
    let changes: Vec<Change> = changes.collect();
    if changes.is_empty() {
        return Ok(());
    }
    let hashes: Vec<_> = changes.iter().map(Change::hash).collect();
    guarded(|| doc.apply_changes(changes).map_err(LoadError::Document))?;
    match hashes.iter().filter(|hash| doc.get_change_meta_by_hash(hash).is_none()).count() {
        0 => Ok(()),
        count => Err(LoadError::MissingDependencies { count }),
    }
}

/// Takes in everything another copy holds.
pub fn merge(doc: &mut Automerge, other: &mut Automerge) -> Result<(), LoadError> {
    guarded(|| doc.merge(other).map(drop).map_err(LoadError::Document))
}

/// A document from its snapshot, if there is one, and changes.
pub fn assemble<'a>(
    snapshot: Option<&[u8]>,
    chunks: impl Iterator<Item = &'a [u8]>,
    actor: ActorId,
) -> Result<Automerge, LoadError> {
    let mut doc = match snapshot {
        Some(bytes) => document::load(bytes, actor)?,
        None => document::blank(actor),
    };
    let changes = parse(chunks)?;
    apply(&mut doc, changes.into_iter())?;
    Ok(doc)
}

/// What was left out of a document, one piece a line.
pub fn readable_left_out(left_out: &[LeftOut]) -> String {
    let pieces = left_out.iter().filter_map(|piece| match piece {
        LeftOut::Text { text, .. } => Some(text.clone()),
        LeftOut::Value { path, value: Scalar::Text(text) }
            if path.last() != Some(&Prop::Map("order".into())) =>
        {
            Some(text.clone())
        }
        // A tag is its name.
        LeftOut::Value { path, value: Scalar::Boolean(true) } => match path.last() {
            Some(Prop::Map(tag)) => Some(tag.to_string()),
            _ => None,
        },
        LeftOut::Value { .. } | LeftOut::Mark { .. } => None,
    });
    pieces.collect::<Vec<_>>().join("\n")
}

/// The text that unsent changes insert, in order, when there is no document to show it in.
pub fn readable(body: &Body) -> String {
    let outbox = body.changes.iter().filter(|c| c.standing == Standing::Outbox).map(|c| &c.bytes[..]);
    let mut text = String::new();
    for chunk in outbox.chain(body.drafts.iter().map(|d| &d[..])) {
        for change in parse([chunk].into_iter()).unwrap_or_default() {
            text.push_str(&inserted(&change));
        }
    }
    text
}

fn inserted(change: &Change) -> String {
    use automerge::ScalarValue::{Boolean, Str};
    use automerge::legacy::{Key, OpType::Put};
    let operations = change.decode().operations;
    let pieces = operations.iter().filter_map(|op| match (&op.action, &op.key) {
        (Put(Str(text)), Key::Seq(_)) => Some(text.to_string()),
        (Put(Str(_)), Key::Map(key)) if key == "order" => None,
        (Put(Str(text)), Key::Map(_)) => Some(format!("\n{text}\n")),
        // A tag is its name.
        (Put(Boolean(true)), Key::Map(tag)) => Some(format!("\n{tag}\n")),
        _ => None,
    });
    pieces.collect()
}
