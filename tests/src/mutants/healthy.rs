//! Owns the second opinion on what the gate let through: whatever way a document takes to somebody, all read the same in it,
//! and everybody can go on. It shares nothing with the trial but the library.

use super::ground::Ground;
use super::rival::{self, blank};
use crate::gated::Gated;
use anyhow::{Context, ensure};
use automerge::iter::Span;
use automerge::{Automerge, Change, LoadOptions, ObjId, ObjType, ROOT, ReadDoc, TextEncoding, Value};
use server::demo::recording::first_difference;
use std::fmt::Write;
use sync_core::gate::trial::Proposed;

/// Looks at the document with the changes that were accepted; `gated` has them already.
///
/// # Errors
/// If two people could read different things in it, or somebody could not read it, or not go on.
pub fn check(ground: &Ground, accepted: &[Change], mut gated: Gated) -> anyhow::Result<()> {
    let all = [&ground.before, accepted].concat();
    let read = says(&one_by_one(&all)?)?;
    for (way, doc) in ways(&all)? {
        agree(&read, &says(&doc)?).with_context(|| format!("differs when it is {way}"))?;
    }
    check_rival(ground, accepted)?;
    let mut doc = one_by_one(&all)?;
    let next = rival::next(&mut doc).context("nobody can go on")?;
    let proposed = Proposed { bytes: next.raw_bytes().to_vec(), writer: None };
    let refused = gated.push(&[proposed]);
    ensure!(refused.is_empty(), "what comes next is refused: {refused:?}");
    agree(&says(&doc)?, &says(&load(&doc.save())?)?).context("differs when it is loaded after the next edit")
}

/// The ways in which a document comes to somebody.
fn ways(all: &[Change]) -> anyhow::Result<Vec<(&'static str, Automerge)>> {
    let doc = one_by_one(all)?;
    let loaded = load(&doc.save())?;
    let replayed = at_once(loaded.get_changes(&[]))?;
    let backwards = at_once(all.iter().rev().cloned().collect())?;
    let mut merged = blank();
    merged.merge(&mut doc.clone())?;
    Ok(vec![
        ("loaded", loaded),
        ("replayed at once", at_once(all.to_vec())?),
        ("loaded and replayed", replayed),
        ("delivered backwards", backwards),
        ("merged", merged),
        ("saved without compression", load(&doc.save_nocompress())?),
    ])
}

/// Two people each wrote something at the same time, and then get what the other one wrote.
fn check_rival(ground: &Ground, accepted: &[Change]) -> anyhow::Result<()> {
    let rival = std::slice::from_ref(&ground.rival);
    let with = |one: &[Change], other: &[Change]| one_by_one(&[&ground.before, one, other].concat());
    let (first, second) = (with(accepted, rival)?, with(rival, accepted)?);
    let read = says(&first)?;
    agree(&read, &says(&second)?).context("differs by the order in which two changes arrive")?;
    agree(&read, &says(&load(&second.save())?)?).context("differs when it is loaded after a merge")
}

fn agree(read: &str, other: &str) -> anyhow::Result<()> {
    first_difference(read, other).map_or(Ok(()), |difference| Err(anyhow::anyhow!(difference)))
}

fn one_by_one(changes: &[Change]) -> anyhow::Result<Automerge> {
    let mut doc = blank();
    changes.iter().try_for_each(|change| doc.apply_changes([change.clone()]))?;
    complete(doc)
}

fn at_once(changes: Vec<Change>) -> anyhow::Result<Automerge> {
    let mut doc = blank();
    doc.apply_changes(changes)?;
    complete(doc)
}

fn load(bytes: &[u8]) -> anyhow::Result<Automerge> {
    let options = LoadOptions::new().text_encoding(TextEncoding::Utf16CodeUnit);
    complete(Automerge::load_with_options(bytes, options)?)
}

fn complete(doc: Automerge) -> anyhow::Result<Automerge> {
    ensure!(doc.get_missing_deps(&[]).is_empty(), "changes are missing");
    Ok(doc)
}

/// Everything that can be read in it, and its heads.
fn says(doc: &Automerge) -> anyhow::Result<String> {
    // The library's own walk breaks at what ours passes over, a mark in a map above all.
    doc.hydrate(None);
    let mut says = format!("{:?}", doc.get_heads());
    say(doc, &ROOT, ObjType::Map, &mut says)?;
    Ok(says)
}

fn say(doc: &Automerge, object: &ObjId, kind: ObjType, says: &mut String) -> anyhow::Result<()> {
    match kind {
        ObjType::Map | ObjType::Table => {
            for key in doc.keys(object) {
                write!(says, "\n{key:?}:")?;
                say_all(doc, doc.get_all(object, key.as_str())?, says)?;
            }
            return Ok(());
        }
        ObjType::Text => {
            write!(says, "{:?} {:?}", doc.text(object)?, doc.marks(object)?)?;
            // What is in a block comes below, among the elements; here its fields have no order.
            let mut texts = doc.spans(object)?.filter(|span| matches!(span, Span::Text { .. }));
            texts.try_for_each(|span| write!(says, "{span:?}"))?;
        }
        ObjType::List => {}
    }
    for index in 0..doc.length(object) {
        write!(says, "\n{index}:")?;
        say_all(doc, doc.get_all(object, index)?, says)?;
    }
    Ok(())
}

fn say_all(doc: &Automerge, values: Vec<(Value<'_>, ObjId)>, says: &mut String) -> anyhow::Result<()> {
    for (value, id) in values {
        write!(says, "{id}={value:?}")?;
        if let Value::Object(kind) = value {
            say(doc, &id, kind, says)?;
        }
    }
    Ok(())
}
