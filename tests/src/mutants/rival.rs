//! Owns what somebody honest does to a document at the same time, or next: something in each object that is there.

use anyhow::Context;
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{
    ActorId, Automerge, AutomergeError, Change, ObjId, ObjType, Prop, ROOT, ReadDoc, ScalarValue,
    TextEncoding, Value,
};

/// Whoever writes at the same time.
const RIVAL: [u8; 16] = [0x77; 16];
/// Objects that one change writes in.
const OBJECTS: usize = 48;

/// An empty document that counts as ours do.
pub fn blank() -> Automerge {
    Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit).with_actor(ActorId::from(RIVAL))
}

/// What somebody makes of the document that consists of these changes.
///
/// # Errors
/// If it cannot be edited.
pub fn of(changes: &[Change]) -> anyhow::Result<Change> {
    let mut doc = blank();
    doc.apply_changes(changes.to_vec())?;
    next(&mut doc)
}

/// An edit in every object: something new, and something else in the place of what is there.
///
/// # Errors
/// If one of them cannot be edited.
pub fn next(doc: &mut Automerge) -> anyhow::Result<Change> {
    let objects = objects(doc)?;
    let mut tx = doc.transaction();
    for (object, kind) in objects {
        match kind {
            ObjType::Map | ObjType::Table => edit_map(&mut tx, &object)?,
            ObjType::List => edit_list(&mut tx, &object)?,
            ObjType::Text => edit_text(&mut tx, &object)?,
        }
    }
    tx.commit_with(CommitOptions::default().with_time(0));
    doc.get_last_local_change().context("something was written")
}

/// The objects from the root on, also those that somebody's other value hides.
fn objects(doc: &Automerge) -> Result<Vec<(ObjId, ObjType)>, AutomergeError> {
    let mut objects = vec![(ROOT, ObjType::Map)];
    let mut seen = 0;
    while let Some((object, kind)) = objects.get(seen).cloned() {
        for place in places(doc, &object, kind) {
            let values = doc.get_all(&object, place)?.into_iter();
            objects.extend(values.filter_map(|(value, id)| match value {
                Value::Object(kind) => Some((id, kind)),
                Value::Scalar(_) => None,
            }));
        }
        objects.truncate(OBJECTS);
        seen += 1;
    }
    Ok(objects)
}

fn places(doc: &Automerge, object: &ObjId, kind: ObjType) -> Vec<Prop> {
    match kind {
        ObjType::Map | ObjType::Table => doc.keys(object).map(Prop::Map).collect(),
        ObjType::List | ObjType::Text => (0..doc.length(object)).map(Prop::Seq).collect(),
    }
}

fn edit_map(tx: &mut Transaction<'_>, map: &ObjId) -> Result<(), AutomergeError> {
    tx.put(map, "rival", 1)?;
    let keys: Vec<_> = tx.keys(map).collect();
    for (number, key) in keys.into_iter().enumerate() {
        match tx.get(map, key.as_str())?.map(|(value, _)| value.into_owned()) {
            Some(Value::Scalar(value)) if matches!(*value, ScalarValue::Counter(_)) => {
                tx.increment(map, key, 1)?
            }
            Some(Value::Scalar(_)) if number.is_multiple_of(3) => tx.delete(map, key)?,
            Some(Value::Scalar(_)) => tx.put(map, key, "mine")?,
            Some(Value::Object(_)) | None => {}
        }
    }
    Ok(())
}

fn edit_list(tx: &mut Transaction<'_>, list: &ObjId) -> Result<(), AutomergeError> {
    if let Some(last) = tx.length(list).checked_sub(1) {
        tx.delete(list, last)?;
    }
    tx.insert(list, 0, "first")
}

/// One character more, and one less, in the middle.
fn edit_text(tx: &mut Transaction<'_>, text: &ObjId) -> Result<(), AutomergeError> {
    let written = tx.text(text)?;
    let middle = written.chars().count() / 2;
    let before: usize = written.chars().take(middle).map(char::len_utf16).sum();
    let Some(length) = written.chars().nth(middle).map(char::len_utf16) else {
        return tx.splice_text(text, 0, 0, "🙂");
    };
    tx.splice_text(text, before, isize::try_from(length).unwrap_or_default(), "🙂")
}
