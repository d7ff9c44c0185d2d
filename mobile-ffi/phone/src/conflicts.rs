//! Owns what needs a person: values that two people set differently, and what the server did not accept.

use crate::args::Sort;
use crate::phone::Phone;
use crate::report::Report;
use anyhow::Context;
use mobile_ffi::documents::NotAccepted;
use serde_json::{Value as Json, json};
use std::fmt::Write;
use sync_core::document::{Claim, Conflict, Value};
use sync_core::ids::{DocId, PersonId};
use sync_core::replica::Named;

/// Everything that needs a person.
pub(crate) fn list(phone: &Phone) -> anyhow::Result<Report> {
    let people = phone.people()?;
    let mut text = String::new();
    let mut open = Vec::new();
    for sort in Sort::ALL {
        let lines = phone.lines(sort)?.into_iter();
        for line in lines.filter(|line| line.summary.conflicts > 0 && line.presence.is_readable()) {
            for (number, conflict) in (1..).zip(of(phone, sort, line.doc)?) {
                write!(text, "{}", in_words(sort, line.doc, number, &conflict, &people))?;
                open.push(in_json(line.doc, number, &conflict, &people));
            }
        }
    }
    let refused = phone.client.not_accepted()?;
    for row in &refused {
        writeln!(text, "not accepted ({}), {}, in {}:\n{}\n", row.code, row.at, row.doc, row.text)?;
    }
    if text.is_empty() {
        text.push_str("Nothing to settle.");
    }
    let refused: Vec<Json> = refused.iter().map(refused_in_json).collect();
    Ok(Report::done(text, json!({ "conflicts": open, "not_accepted": refused })))
}

/// Chooses a value.
pub(crate) fn settle(phone: &Phone, beginning: &str, number: u32, value: u32) -> anyhow::Result<Report> {
    let (sort, doc) = phone.document(beginning)?;
    let conflicts = of(phone, sort, doc)?;
    let conflict =
        nth(&conflicts, number).with_context(|| format!("{doc} has {} conflicts", conflicts.len()))?;
    let claim = nth(&conflict.claims, value)
        .with_context(|| format!("this conflict has {} values", conflict.claims.len()))?;
    phone.client.settle(doc, conflict.path.clone(), claim.value.clone())?;
    let chosen = value_in_words(&claim.value, &phone.people()?);
    Ok(Report::done(format!("Settled: {chosen}"), json!({ "doc": doc.to_string(), "chosen": chosen })))
}

fn nth<T>(all: &[T], number: u32) -> Option<&T> {
    all.get((number as usize).checked_sub(1)?)
}

fn of(phone: &Phone, sort: Sort, doc: DocId) -> anyhow::Result<Vec<Conflict>> {
    Ok(match sort {
        Sort::Walks => phone.client.walk(doc)?.conflicts,
        Sort::Meetings => phone.client.meeting(doc)?.conflicts,
        Sort::Plans => phone.client.plan(doc)?.conflicts,
    })
}

fn in_words(sort: Sort, doc: DocId, number: u32, conflict: &Conflict, people: &[Named]) -> String {
    let place = conflict.path.keys().join("/");
    let mut text = format!("{} {doc}, conflict {number}: {place}\n", sort.singular());
    for (value, claim) in (1..).zip(&conflict.claims) {
        let value = format!("  {value}) {}{}\n", value_in_words(&claim.value, people), by(claim, people));
        text.push_str(&value);
    }
    text.push_str(&format!("  choose with: floorwalk-phone settle {doc} {number} VALUE\n\n"));
    text
}

fn by(claim: &Claim, people: &[Named]) -> String {
    let person = claim.person.map_or_else(|| "this phone".to_owned(), |person| name(person, people));
    let when = claim.received_at.map_or_else(String::new, |at| format!(", on the server since {at}"));
    format!("  (by {person}{when})")
}

fn in_json(doc: DocId, number: u32, conflict: &Conflict, people: &[Named]) -> Json {
    let values = conflict.claims.iter().map(|claim| {
        json!({
            "value": value_in_words(&claim.value, people),
            "person": claim.person.map(|person| person.to_string()),
            "received_at": claim.received_at.map(|at| at.to_string()),
        })
    });
    json!({
        "doc": doc.to_string(),
        "conflict": number,
        "place": conflict.path.keys().join("/"),
        "values": values.collect::<Vec<_>>(),
    })
}

fn refused_in_json(row: &NotAccepted) -> Json {
    let NotAccepted { id, doc, code, text, at } = row;
    json!({ "id": id, "doc": doc.to_string(), "code": code, "text": text, "at": at.to_string() })
}

fn value_in_words(value: &Value, people: &[Named]) -> String {
    match value {
        Value::Nothing => "(empty)".to_owned(),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Moment(at) => at.to_string(),
        Value::Words(words) => words.clone(),
        Value::Bytes(bytes) => {
            let hex = hex::encode(bytes);
            PersonId::parse(&hex).map_or(hex, |person| name(person, people))
        }
    }
}

fn name(person: PersonId, people: &[Named]) -> String {
    let known = people.iter().find(|one| one.id == person);
    known.map_or_else(|| person.to_string(), |one| one.name.clone())
}
