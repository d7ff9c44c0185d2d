//! Owns the floor walk as it is typed: beginning, noting, ending.

use crate::args::{Note, Sort};
use crate::phone::Phone;
use crate::report::Report;
use anyhow::Context;
use mobile_ffi::floor_walk::WalkEdit;
use serde_json::json;
use sync_core::coaching::floor_walk::NewStop;
use sync_core::ids::DocId;
use sync_core::time::Timestamp;

/// The walk that is under way, or a new one.
pub(crate) fn walk(phone: &Phone, now: Timestamp) -> anyhow::Result<Report> {
    let (walk, is_new) = current_or_new(phone, now)?;
    let view = phone.client.walk(walk)?;
    let stops = view.stops.iter().filter(|stop| stop.removed.is_none()).count();
    let since = view.started.map(|at| at.to_string()).unwrap_or_default();
    let text = match is_new {
        true => format!("Walk {walk} begins. Note a stop with: floorwalk-phone note \"what you see\""),
        false => format!("Walk {walk} is under way since {since}, with {stops} stops."),
    };
    Ok(Report::done(text, json!({ "walk": walk, "is_new": is_new, "started": since, "stops": stops })))
}

/// Ends the walk that is under way.
pub(crate) fn end(phone: &Phone, now: Timestamp) -> anyhow::Result<Report> {
    let walk = current(phone)?.context("no walk is under way")?;
    phone.client.edit_walk(walk, vec![WalkEdit::End { at: now }])?;
    Ok(Report::done(format!("Walk {walk} is over."), json!({ "walk": walk, "ended": now.to_string() })))
}

/// Notes a stop.
pub(crate) fn note(phone: &Phone, note: &Note, now: Timestamp) -> anyhow::Result<Report> {
    let person = note.about.as_deref().map(|words| phone.person(words)).transpose()?;
    let stop = NewStop {
        person,
        kind: note.kind.kind(),
        text: note.text.clone(),
        tags: note.tags.clone(),
        minutes: note.minutes,
        at: now,
    };
    let (walk, _) = current_or_new(phone, now)?;
    let answered = phone.client.edit_walk(walk, vec![WalkEdit::CaptureStop { stop }])?;
    let stop = answered.into_iter().flatten().next().context("the stop has no id")?;
    Ok(Report::done(
        format!("Noted in walk {walk}; safe on this phone."),
        json!({ "walk": walk, "stop": stop.to_string() }),
    ))
}

fn current(phone: &Phone) -> anyhow::Result<Option<DocId>> {
    let open =
        |line: &mobile_ffi::documents::DocumentLine| line.presence.is_readable() && !line.summary.finished;
    Ok(phone.lines(Sort::Walks)?.into_iter().find(open).map(|line| line.doc))
}

fn current_or_new(phone: &Phone, now: Timestamp) -> anyhow::Result<(DocId, bool)> {
    if let Some(walk) = current(phone)? {
        return Ok((walk, false));
    }
    let walk = phone.client.create_walk()?;
    phone.client.edit_walk(walk, vec![WalkEdit::Start { at: now }])?;
    Ok((walk, true))
}
