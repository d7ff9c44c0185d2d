//! Owns the reading of recorded writing: a session of several writers becomes sealed changes on a document.
//!
//! The format is that of concurrent editing traces: transactions with the transactions they were made
//! on, and patches in code points of the text as that writer saw it. Positions are kept by building the
//! changes in a document that counts code points; what a change says does not depend on that unit.

use anyhow::{Context, bail, ensure};
use automerge::transaction::Transactable;
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, ReadDoc, TextEncoding};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

/// A recording is small text: more than this is something else.
const MAX_RECORDING_BYTES: u64 = 256 << 20;

/// A recorded session.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    /// The text that every correct merge ends in.
    pub end_content: String,
    /// How many people wrote.
    pub num_agents: usize,
    txns: Vec<Transaction>,
}

#[derive(Debug, Deserialize)]
struct Transaction {
    parents: Vec<usize>,
    agent: usize,
    patches: Vec<(usize, usize, String)>,
}

/// A change that one of the writers made.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which writer.
    pub writer: usize,
    /// The change.
    pub change: Change,
}

/// Transactions of one writer that make one change.
#[derive(Debug)]
struct Run {
    writer: usize,
    /// What the writer took in before it.
    pulls: Vec<usize>,
    transactions: Vec<usize>,
}

impl Recording {
    /// Reads a recording, compressed with gzip or plain.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let file = std::fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let compressed = path.extension().is_some_and(|ending| ending == "gz");
        let reader: Box<dyn Read> =
            if compressed { Box::new(flate2::read::GzDecoder::new(file)) } else { Box::new(file) };
        let mut text = String::new();
        reader
            .take(MAX_RECORDING_BYTES)
            .read_to_string(&mut text)
            .context("the recording is not readable text")?;
        let recording: Self =
            serde_json::from_str(&text).context("the recording is not of the expected form")?;
        recording.check()?;
        Ok(recording)
    }

    fn check(&self) -> anyhow::Result<()> {
        ensure!(self.num_agents > 0, "the recording has no writer");
        for (index, txn) in self.txns.iter().enumerate() {
            ensure!(txn.agent < self.num_agents, "transaction {index} is by a writer who is not there");
            ensure!(txn.parents.iter().all(|p| *p < index), "transaction {index} builds on a later one");
        }
        Ok(())
    }

    /// The number of recorded edits.
    pub fn edits(&self) -> usize {
        self.txns.len()
    }

    /// Cuts the session into runs: before each pull, and after each transaction that another writer's pull names.
    fn runs(&self) -> Vec<Run> {
        let named: BTreeSet<usize> = self.pulled();
        let mut runs: Vec<Run> = Vec::new();
        let mut open: BTreeMap<usize, usize> = BTreeMap::new();
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, txn) in self.txns.iter().enumerate() {
            let own = last.get(&txn.agent).copied();
            let pulls: Vec<usize> = txn.parents.iter().copied().filter(|p| Some(*p) != own).collect();
            match open.get(&txn.agent).filter(|_| pulls.is_empty()) {
                Some(run) => runs[*run].transactions.push(index),
                None => {
                    open.insert(txn.agent, runs.len());
                    runs.push(Run { writer: txn.agent, pulls, transactions: vec![index] });
                }
            }
            if named.contains(&index) {
                open.remove(&txn.agent);
            }
            last.insert(txn.agent, index);
        }
        runs
    }

    fn pulled(&self) -> BTreeSet<usize> {
        let foreign = |txn: &Transaction| {
            let agent = txn.agent;
            txn.parents.iter().copied().filter(move |p| self.txns[*p].agent != agent).collect::<Vec<_>>()
        };
        self.txns.iter().flat_map(foreign).collect()
    }

    /// Every writer's changes to the text at `key`, in an order in which each comes after what it builds on.
    pub fn write(&self, genesis: &Change, key: &str, actors: &[ActorId]) -> anyhow::Result<Vec<Written>> {
        ensure!(actors.len() == self.num_agents, "each writer needs an actor");
        let mut desk = Desk::new(genesis, key, actors)?;
        self.runs().iter().map(|run| desk.write(run, &self.txns)).collect()
    }
}

/// Every writer's copy while the changes are made.
struct Desk {
    text: ObjId,
    copies: Vec<Automerge>,
    changes: BTreeMap<ChangeHash, Change>,
    ends: BTreeMap<usize, ChangeHash>,
}

impl Desk {
    fn new(genesis: &Change, key: &str, actors: &[ActorId]) -> anyhow::Result<Self> {
        let mut blank =
            Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint).with_actor(actors[0].clone());
        blank.apply_changes([genesis.clone()])?;
        let Some((_, text)) = blank.get(automerge::ROOT, key)? else {
            bail!("the document has no text {key}")
        };
        let copies = actors.iter().map(|actor| blank.clone().with_actor(actor.clone())).collect();
        Ok(Self { text, copies, changes: BTreeMap::new(), ends: BTreeMap::new() })
    }

    fn write(&mut self, run: &Run, txns: &[Transaction]) -> anyhow::Result<Written> {
        self.pull(run)?;
        let copy = &mut self.copies[run.writer];
        let mut transaction = copy.transaction();
        for index in &run.transactions {
            for (position, deleted, inserted) in &txns[*index].patches {
                transaction.splice_text(&self.text, *position, isize::try_from(*deleted)?, inserted)?;
            }
        }
        transaction.commit_with(automerge::transaction::CommitOptions::default().with_time(0));
        let change = copy.get_last_local_change().context("a recorded run changes nothing")?;
        self.changes.insert(change.hash(), change.clone());
        self.ends.extend(run.transactions.last().map(|last| (*last, change.hash())));
        Ok(Written { writer: run.writer, change })
    }

    /// Gives the writer exactly what the recording says they had seen.
    fn pull(&mut self, run: &Run) -> anyhow::Result<()> {
        let copy = &mut self.copies[run.writer];
        let mut wanted: Vec<ChangeHash> = run
            .pulls
            .iter()
            .map(|p| self.ends.get(p).copied().context("a pull inside a run"))
            .collect::<Result<_, _>>()?;
        let mut new: BTreeMap<ChangeHash, Change> = BTreeMap::new();
        while let Some(hash) = wanted.pop() {
            if new.contains_key(&hash) || copy.get_change_meta_by_hash(&hash).is_some() {
                continue;
            }
            let change = self.changes.get(&hash).context("a change that nobody wrote")?;
            wanted.extend(change.deps());
            new.insert(hash, change.clone());
        }
        copy.apply_changes(new.into_values().collect::<Vec<_>>())?;
        Ok(())
    }
}

/// Where two texts first differ, in a form to print.
pub fn first_difference(expected: &str, found: &str) -> Option<String> {
    let at = expected.chars().zip(found.chars()).position(|(a, b)| a != b);
    let shorter = expected.chars().count().min(found.chars().count());
    let at = at.or_else(|| (expected != found).then_some(shorter))?;
    let around = |text: &str| text.chars().skip(at.saturating_sub(10)).take(30).collect::<String>();
    Some(format!("at character {at}: expected {:?}, found {:?}", around(expected), around(found)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_where_the_texts_part() {
        assert_eq!(first_difference("sămânță", "sămânță"), None);
        assert!(first_difference("sămânță", "sământa").unwrap().starts_with("at character 5"));
        assert!(first_difference("懒", "懒惰").unwrap().starts_with("at character 1"));
    }
}
