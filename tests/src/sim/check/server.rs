//! Owns what must be true of the server's rows: numbers without gaps, dependencies before what needs them, true
//! authors, every prefix a document, and nothing new from what was sent before.

use super::AtRest;
use crate::model::Tables;
use crate::sim::content::Content;
use crate::sim::failure::{Failure, FailureKind};
use crate::sim::office::ORG;
use crate::sim::weather::OPERATOR;
use crate::sim::word::{typed_in, words_in};
use crate::sim::world::World;
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::random::Randomness;
use server::services::ingest::IngestError;
use server::services::sync::Counter;
use server::store::row::ChangeRow;
use server::trial::{Place, Trials};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sync_core::document;
use sync_core::ids::{ActorId, ChangeHash, DocId};
use sync_core::time::Timestamp;

/// So long writing down the end of a tenure takes at most.
const LONGEST_WRITE_MS: i64 = 200_000;

/// The feed: every place once, in the order of the commits.
pub(super) fn feed(tables: &Tables) -> Vec<Failure> {
    let counter = tables.feed_counter.unwrap_or_default();
    let places: Vec<u64> = tables.feed.keys().copied().collect();
    let whole: Vec<u64> = (1..=counter).collect();
    let mut failures = Vec::new();
    if places != whole {
        failures.push(broken(format!("the feed has {} rows up to {counter}", places.len())));
    }
    if tables.commit_order != whole {
        failures.push(broken("the feed was not committed in its order".into()));
    }
    let stamps: BTreeSet<_> = tables.feed.values().map(|row| row.at.stamp).collect();
    if stamps.len() != places.len() {
        failures.push(broken("two rows of the feed have the same stamp".into()));
    }
    failures
}

/// One document: what it says, if its changes are in order.
pub(super) fn document(tables: &Tables, doc: DocId) -> Result<Content, Failure> {
    let rows: Vec<&Arc<ChangeRow>> =
        tables.changes.range((doc, 0)..=(doc, u64::MAX)).map(|(_, row)| row).collect();
    in_order(&rows).map_err(|what| broken(format!("{doc:?}: {what}")))?;
    let mut copy = document::blank(document::READER);
    for row in &rows {
        let change = document::parse_change(&row.bytes)
            .map_err(|error| broken(format!("{doc:?} version {}: {error}", row.version)))?;
        copy = document::apply(copy, vec![change])
            .map_err(|error| broken(format!("{doc:?} does not load up to {}: {error}", row.version)))?;
    }
    let content = Content::of(&copy);
    let row = tables.documents.get(&doc).map(|document| &document.row);
    if row.is_none_or(|row| row.heads != content.heads || row.version != rows.len() as u64) {
        return Err(broken(format!("{doc:?} is another document than its row says")));
    }
    Ok(content)
}

fn in_order(rows: &[&Arc<ChangeRow>]) -> Result<(), String> {
    let mut known: BTreeMap<ChangeHash, u64> = BTreeMap::new();
    let mut last: BTreeMap<ActorId, u64> = BTreeMap::new();
    for (row, version) in rows.iter().zip(1..) {
        if row.version != version {
            return Err(format!("version {version} is absent"));
        }
        let before = last.insert(row.actor, row.actor_seq).unwrap_or_default();
        if row.actor_seq != before + 1 {
            return Err(format!("{:?} goes from {before} to {}", row.actor, row.actor_seq));
        }
        if row.deps.iter().any(|dep| known.get(dep).is_none_or(|seq| *seq >= row.seq)) {
            return Err(format!("version {version} comes before what it needs"));
        }
        if known.insert(row.hash, row.seq).is_some() {
            return Err(format!("version {version} is there twice"));
        }
    }
    Ok(())
}

/// Nothing of what was sent to break documents is kept.
pub(super) fn poison(world: &World, tables: &Tables) -> Vec<Failure> {
    let kept = tables.changes.values().filter(|row| world.poisoned.contains(&row.hash));
    kept.map(|row| broken(format!("version {} of {:?} is poison", row.version, row.doc))).collect()
}

/// In a group is only whom its leader led when it was formed, or until a moment before.
pub(super) fn groups(world: &World, tables: &Tables) -> Vec<Failure> {
    let led = |leader, agent, at: Timestamp| {
        let pairs =
            world.office.tenures.iter().filter(|tenure| (tenure.leader, tenure.agent) == (leader, agent));
        pairs.into_iter().any(|tenure| {
            tenure.from <= at && tenure.until.is_none_or(|until| at.ms_since(until) < LONGEST_WRITE_MS)
        })
    };
    let groups = tables.groups.values();
    let strange = groups.filter(|(group, at)| group.people.iter().any(|one| !led(group.leader, *one, *at)));
    strange.map(|(group, _)| broken(format!("{:?} has people of others", group.id))).collect()
}

/// Whoever typed the words of a change is its author.
pub(super) fn authors(world: &World, tables: &Tables) -> Vec<Failure> {
    tables.changes.values().filter_map(|row| false_author(world, row)).collect()
}

fn false_author(world: &World, row: &ChangeRow) -> Option<Failure> {
    let change = document::parse_change(&row.bytes).ok()?;
    let text = typed_in(&change);
    let typed = words_in(&text).filter_map(|number| Some((number, world.oracle.word_in(row.doc, number)?)));
    for (number, word) in typed {
        let place = format!("<{number}> in version {} of {:?}", row.version, row.doc);
        // What builds on something forged may be there, in the forger's own name.
        if row.person != Some(word.person) {
            let (person, author) = (row.person, word.person);
            return Some(broken(format!("{place} is under the name of {person:?}, typed by {author:?}")));
        }
    }
    None
}

/// Everything that was served once is served again, and changes nothing.
pub(super) async fn replays(world: &World, rest: &AtRest) -> Vec<Failure> {
    let random = Randomness::from_rng(StdRng::seed_from_u64(world.seed));
    let store = world.backend.database.instance(OPERATOR);
    let counter = Counter::new(store, Trials::at(Place::Here), &world.backend.keys, random);
    for served in world.watch.served() {
        let now = world.clock.now();
        let applied = counter.clone().apply(served.caller, &served.request, now).await;
        let answered = match applied {
            Ok(applied) => applied.first_group().await.map_err(IngestError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = answered {
            return vec![broken(format!("a request that was served before is not served again: {error}"))];
        }
    }
    let after = world.backend.database.committed(ORG);
    let same = after.feed_counter == rest.tables.feed_counter
        && after.changes.keys().eq(rest.tables.changes.keys())
        && after.documents.len() == rest.tables.documents.len();
    if same { Vec::new() } else { vec![broken("requests that were served before changed something".into())] }
}

fn broken(what: String) -> Failure {
    Failure::new(FailureKind::Broken, what)
}
