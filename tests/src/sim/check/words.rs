//! Owns what must have become of every word that was typed.

use super::AtRest;
use crate::sim::content::{not_accepted, of};
use crate::sim::failure::{Failure, FailureKind};
use crate::sim::oracle::{Word, WordState};
use crate::sim::word::words_in;
use crate::sim::world::World;
use std::collections::{BTreeMap, BTreeSet};
use sync_core::ids::{DocId, PersonId};
use sync_core::key::Subject;
use sync_core::store::Store;
use sync_core::wire::ErrorCode;

/// Every word that is not where it must be, or is where it must not be.
pub(super) fn all(world: &World, rest: &AtRest) -> Vec<Failure> {
    let on_server = rest.documents.iter().flat_map(|(doc, content)| of(*doc, content.words())).collect();
    let (mut readable, mut raw) = (BTreeMap::new(), BTreeSet::new());
    for phone in world.phones.iter().filter(|phone| !phone.is_wiped()) {
        let rows = phone.disk.look(|image| image.refused()).unwrap_or_default();
        let all = rows.iter().flat_map(|row| of(row.doc, words_in(&row.text)).map(|word| (word, row.code)));
        readable.extend(all);
        raw.extend(phone.disk.look(not_accepted));
    }
    let places = Places { on_server, readable, raw };
    let judged = world.oracle.words().filter(|(_, word)| !was_withdrawn(world, word));
    judged.filter_map(|(number, word)| places.judge(number, word, world)).collect()
}

/// Whether a word was forged in a document that the forger may not see any more: it goes with what others wrote.
fn was_withdrawn(world: &World, word: &Word) -> bool {
    let begun = world.documents.iter().find(|begun| begun.doc == word.doc);
    let seen = world.office.access.of(word.person);
    word.is_forged && !begun.is_some_and(|begun| seen.contains(&begun.audience()))
}

/// Where words are.
struct Places {
    on_server: BTreeSet<(DocId, u32)>,
    /// With the reason why it was not accepted.
    readable: BTreeMap<(DocId, u32), ErrorCode>,
    raw: BTreeSet<(DocId, u32)>,
}

impl Places {
    fn judge(&self, number: u32, word: &Word, world: &World) -> Option<Failure> {
        let place = (word.doc, number);
        let (on_server, refused) = (self.on_server.contains(&place), self.readable.get(&place));
        match (word.state, refused) {
            (WordState::Kept, _) if on_server => None,
            (WordState::Kept, Some(_)) if has_reason(world, word) => None,
            (WordState::Kept, Some(code)) => Some(lost(
                number,
                word,
                format!("was not accepted ({code:?}), and nothing was wrong with it"),
            )),
            (WordState::Kept, None) if self.raw.contains(&place) => {
                Some(lost(number, word, "was not accepted, and nobody can read it"))
            }
            (WordState::Kept, None) => {
                Some(lost(number, word, "is neither on the server nor under \"not accepted\""))
            }
            (WordState::Never, _) if on_server => {
                Some(lost(number, word, "was never stored, and is on the server"))
            }
            (WordState::Never | WordState::Uncertain | WordState::Removed | WordState::Gone, _) => None,
        }
    }
}

/// Whether a word need not have been accepted: its document is damaged or holds something forged, or its author lost
/// access. What else was wrong with the request that it came in is no reason.
fn has_reason(world: &World, word: &Word) -> bool {
    let begun = world.documents.iter().find(|begun| begun.doc == word.doc);
    let lost_access = begun.is_some_and(|begun| world.office.access.has_ended(word.person, begun.audience()));
    let was_refused = begun.is_some_and(|begun| was_refused(world, &begun.key.subject));
    word.is_forged || world.harmed.contains(&word.doc) || lost_access || was_refused
}

/// Whether this is a group that never was, since one of those in it was not led any more by the one who decided on it.
fn was_refused(world: &World, subject: &Subject) -> bool {
    let Subject::Group(group) = subject else { return false };
    let is_known = world.office.access.groups().iter().any(|known| known.id == *group);
    let over = |leader, people: &[PersonId]| {
        let ended = world.office.tenures.iter().filter(|tenure| tenure.until.is_some());
        ended.filter(|tenure| tenure.leader == leader).any(|tenure| people.contains(&tenure.agent))
    };
    !is_known && world.decided.get(group).is_some_and(|(leader, people)| over(*leader, people))
}

fn lost(number: u32, word: &Word, what: impl std::fmt::Display) -> Failure {
    let (doc, phone) = (word.doc, word.phone);
    Failure::new(FailureKind::Lost, format!("<{number}>, typed on phone-{phone} into {doc:?}, {what}"))
}
