//! Owns what a person reads of documents: lists of them, and all that was written in one.

use crate::args::Sort;
use crate::phone::Phone;
use crate::report::Report;
use mobile_ffi::documents::DocumentLine;
use serde_json::{Value, json};
use sync_core::replica::ItemState;
use sync_core::store::Presence;

/// How much of an id a list shows; more than enough to tell documents apart.
const SHOWN_ID: usize = 12;

/// Documents, and where each stands.
pub(crate) fn list(phone: &Phone, only: Option<Sort>, limit: u32) -> anyhow::Result<Report> {
    let mut text = Vec::new();
    let mut rows = Vec::new();
    for sort in Sort::ALL.into_iter().filter(|sort| only.is_none_or(|only| only == *sort)) {
        let lines = phone.lines(sort)?;
        let shown = lines.len().min(limit as usize);
        text.extend(lines[..shown].iter().map(|line| in_words(sort, line)));
        if shown < lines.len() {
            text.push(format!("and {} more: --limit {}", lines.len() - shown, lines.len()));
        }
        rows.extend(lines[..shown].iter().map(|line| in_json(sort, line)));
    }
    if text.is_empty() {
        text.push("Nothing yet. `floorwalk-phone sync` fetches what there is, `note` begins a walk.".into());
    }
    Ok(Report::done(text.join("\n"), Value::Array(rows)))
}

/// All that people wrote in a document.
pub(crate) fn show(phone: &Phone, beginning: &str) -> anyhow::Result<Report> {
    let (sort, doc) = phone.document(beginning)?;
    let text = phone.client.export_text(doc)?;
    let state = state_word(phone.client.state(doc)?);
    let json = json!({ "doc": doc.to_string(), "kind": sort.singular(), "state": state, "text": text });
    Ok(Report::done(text, json))
}

fn in_words(sort: Sort, line: &DocumentLine) -> String {
    let id = &line.doc.to_string()[..SHOWN_ID];
    let state = state_words(line.state);
    let summary = &line.summary;
    let mut said = format!("{id}  {:<8} {state:<14} {}", sort.singular(), line.changed_at);
    let day = summary.day.map(|day| format!(", for {day}"));
    let conflicts = (summary.conflicts > 0).then(|| format!(", {} to settle", summary.conflicts));
    let finished = summary.finished.then(|| ", finished".to_owned());
    let title = (!summary.title.is_empty()).then(|| format!(": {}", summary.title));
    let items = if summary.items == 1 { "item" } else { "items" };
    said.push_str(&format!("  {} {items}, {} open", summary.items, summary.open));
    said.extend([day, conflicts, finished, presence_words(line.presence), title].into_iter().flatten());
    said
}

fn in_json(sort: Sort, line: &DocumentLine) -> Value {
    let DocumentLine { doc, quarter, about, changed_at, presence, state, summary } = line;
    json!({
        "doc": doc.to_string(),
        "kind": sort.singular(),
        "state": state_word(*state),
        "presence": presence_word(*presence),
        "quarter": quarter.map(|quarter| quarter.to_string()),
        "about": about.map(|about| about.to_string()),
        "changed_at": changed_at.to_string(),
        "title": summary.title,
        "day": summary.day.map(|day| day.to_string()),
        "items": summary.items,
        "open": summary.open,
        "conflicts": summary.conflicts,
        "finished": summary.finished,
    })
}

const fn state_words(state: ItemState) -> &'static str {
    match state {
        ItemState::OnPhone => "on this phone",
        ItemState::OnServer => "on the server",
        ItemState::NotAccepted => "not accepted",
    }
}

const fn state_word(state: ItemState) -> &'static str {
    match state {
        ItemState::OnPhone => "on_phone",
        ItemState::OnServer => "on_server",
        ItemState::NotAccepted => "not_accepted",
    }
}

fn presence_words(presence: Presence) -> Option<String> {
    let words = match presence {
        Presence::Full => return None,
        Presence::Stub => ", body not here",
        Presence::Damaged => ", damaged: comes again with the next sync",
        Presence::Leaving => ", no longer for this person: goes with the next sync",
        Presence::Behind => ", not complete: this app could not read something that was sent",
    };
    Some(words.to_owned())
}

const fn presence_word(presence: Presence) -> &'static str {
    match presence {
        Presence::Full => "full",
        Presence::Stub => "stub",
        Presence::Damaged => "damaged",
        Presence::Leaving => "leaving",
        Presence::Behind => "behind",
    }
}
