//! Owns what pages of many kinds end with: who acknowledged it, and values that wait for somebody to settle them.

use super::page::Page;
use crate::coaching::ack::{AckView, Standing};
use crate::coaching::item::State;
use crate::coaching::meeting::Slot;
use crate::content::Heading;
use crate::content::{Labelled, Phrase};
use crate::document::{Claim, Conflict, Field, Value};
use crate::ids::PersonId;

/// How far something promised is.
pub(super) fn state(page: &Page<'_>, state: State) -> Option<String> {
    Some(state.label(page.reader.language))
}

/// Who acknowledged something, each in a line.
pub(super) fn acknowledged(page: &mut Page<'_>, acks: &[AckView]) {
    for ack in acks {
        let said = ack_line(page, ack);
        page.fact(Heading::Acknowledged, Some(said));
    }
}

fn ack_line(page: &Page<'_>, ack: &AckView) -> String {
    let reader = page.reader;
    let since = match ack.standing {
        Standing::Current => None,
        Standing::BeforeChanges { count } => {
            Some(Phrase::AcknowledgedBefore { changes: count }.text(reader.language))
        }
        Standing::CannotBeVerified => Some(page.say(Heading::NotVerified)),
    };
    let words =
        [Some(reader.name(ack.person)), ack.at.map(|at| reader.moment(at)), since, ack.question.clone()];
    words.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The values that people set differently and nobody has settled.
pub(super) fn conflicts(page: &mut Page<'_>, conflicts: &[Conflict]) {
    if conflicts.is_empty() {
        return;
    }
    page.part(Heading::NotSettled);
    for conflict in conflicts {
        let name = conflict.path.split_last().map(|(_, key)| field(page, key)).unwrap_or_default();
        let values: Vec<String> = conflict.claims.iter().map(|claim| claim_text(page, claim)).collect();
        page.named_fact(&name, Some(values.join(" · ")));
    }
}

fn field(page: &Page<'_>, key: &str) -> String {
    let heading = match key {
        "due" | "on" => Heading::Due,
        "owner" => Heading::Owner,
        "state" => Heading::State,
        "place" => Heading::Place,
        "kind" => Heading::Kind,
        "target" => Heading::Target,
        "planned" | "first" => Heading::When,
        "title" => Heading::Title,
        other => return other.replace('_', " "),
    };
    page.say(heading)
}

fn claim_text(page: &Page<'_>, claim: &Claim) -> String {
    let value = value_text(page, &claim.value);
    let by = claim.person.map(|person| format!(" ({})", page.reader.name(person))).unwrap_or_default();
    format!("{value}{by}")
}

fn value_text(page: &Page<'_>, value: &Value) -> String {
    let reader = page.reader;
    if let Some(slot) = Slot::from_value(value) {
        return reader.slot(slot);
    }
    if let Some(state) = State::from_value(value) {
        return state.label(reader.language);
    }
    if let Some(person) = PersonId::from_value(value) {
        return reader.name(person);
    }
    match value {
        Value::Nothing => "–".to_owned(),
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Moment(at) => reader.moment(*at),
        Value::Words(words) => words.clone(),
        Value::Bytes(_) => "…".to_owned(),
    }
}
