//! Owns what mutants are made of and for: a document that people wrote, up to one of its changes, and that change.

use super::names::Names;
use super::rival;
use crate::gated::{Gated, Written};
use crate::legitimate::{npm, ours};
use crate::sim::dice::Dice;
use crate::sim::op::NewKind;
use anyhow::Context;
use automerge::Change;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use sync_core::document::parse_change;
use sync_core::ids::PersonId;
use sync_core::policy::Role;

/// Edits in a document of ours: it has half as many changes.
const EDITS: u32 = 90;
/// How many documents of each kind of ours there are.
const OURS: u64 = 4;
/// Changes of a document at most: what is larger costs more and shows nothing else.
const LONGEST: usize = 60;

/// The documents, made when they are first used.
#[derive(Debug, Default)]
pub struct Sources {
    npm: Vec<Written>,
    ours: BTreeMap<(usize, u64), Written>,
}

/// A document and the change that mutants are made of.
#[derive(Debug)]
pub struct Ground {
    /// The document before that change, behind the gate.
    pub gated: Gated,
    /// The same document, as its changes.
    pub before: Vec<Change>,
    /// An honest change that would come now.
    pub template: Change,
    /// Who pushes.
    pub rights: Option<(PersonId, Role)>,
    /// Other honest changes of the document, also later ones.
    pub donors: Vec<Change>,
    /// What can be named in it.
    pub names: Names,
    /// An honest change that somebody made at the same time.
    pub rival: Change,
}

impl Sources {
    fn document(&mut self, dice: &mut Dice) -> anyhow::Result<&Written> {
        if dice.happens(50) {
            if self.npm.is_empty() {
                self.npm = npm::documents()?;
            }
            return dice.choose(&self.npm).context("documents were recorded");
        }
        let (kind, seed) = (dice.place(NewKind::ALL.len()), dice.below(OURS));
        Ok(match self.ours.entry((kind, seed)) {
            Entry::Occupied(made) => made.into_mut(),
            Entry::Vacant(free) => free.insert(ours::document(NewKind::ALL[kind], seed, EDITS)?),
        })
    }
}

impl Ground {
    /// The ground that these dice throw.
    ///
    /// # Errors
    /// If an honest document does not pass.
    pub fn of(sources: &mut Sources, dice: &mut Dice) -> anyhow::Result<Self> {
        let mut written = sources.document(dice)?.clone();
        if dice.happens(50) {
            // With rights, what is not allowed hides what is harmful.
            written.changes.iter_mut().for_each(|change| change.writer = None);
        }
        let place = dice.place(written.changes.len().min(LONGEST));
        Self::at(&written, place)
    }

    /// A document before the change at this place.
    ///
    /// # Errors
    /// If there is none, or an honest document does not pass.
    pub fn at(written: &Written, place: usize) -> anyhow::Result<Self> {
        let next = written.changes.get(place).context("a document has a next change")?;
        let earlier = &written.changes[..place];
        let before = [parsed(&written.layers)?, parsed(earlier.iter().map(|change| &change.bytes))?].concat();
        let template = parse_change(&next.bytes)?;
        Ok(Self {
            gated: Gated::of(written, earlier)?,
            names: Names::of(before.iter().chain([&template])),
            rival: rival::of(&before)?,
            before,
            template,
            rights: next.writer,
            donors: parsed(written.changes.iter().map(|change| &change.bytes))?,
        })
    }
}

fn parsed<'b>(all: impl IntoIterator<Item = &'b Vec<u8>>) -> anyhow::Result<Vec<Change>> {
    all.into_iter().map(|bytes| Ok(parse_change(bytes)?)).collect()
}
