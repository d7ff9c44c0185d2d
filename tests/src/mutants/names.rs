//! Owns what operations can name: everything that a document has under names of its own, and a little beside it.

use crate::sim::dice::Dice;
use automerge::legacy::{ElementId, Key, ObjectId, OpId, OpType};
use automerge::{ActorId, Change, ChangeHash};
use std::collections::BTreeSet;

/// Numbers at which counters of some width end.
const EDGES: [u64; 9] = [0, 1, 2, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, u64::MAX >> 1, u64::MAX];
/// An actor that has written nothing.
const NOBODY: [u8; 16] = [0x5a; 16];

/// The names in a document.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// All operations.
    pub operations: Vec<OpId>,
    /// Those that made objects.
    pub objects: Vec<OpId>,
    /// Those that inserted elements.
    pub elements: Vec<OpId>,
    /// Keys of maps.
    pub keys: Vec<String>,
    /// Everybody who wrote.
    pub actors: Vec<ActorId>,
    /// All changes.
    pub hashes: Vec<ChangeHash>,
}

impl Names {
    /// The names in these changes.
    pub fn of<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Self {
        let mut names = Self::default();
        let (mut keys, mut actors) = (BTreeSet::new(), BTreeSet::new());
        for change in changes {
            names.hashes.push(change.hash());
            actors.insert(change.actor_id().clone());
            for (number, op) in (change.start_op().get()..).zip(change.decode().operations) {
                let id = OpId(number, change.actor_id().clone());
                names.operations.push(id.clone());
                if matches!(op.action, OpType::Make(_)) {
                    names.objects.push(id.clone());
                }
                if op.insert {
                    names.elements.push(id);
                }
                if let Key::Map(key) = &op.key {
                    keys.insert(key.to_string());
                }
            }
        }
        names.keys = keys.into_iter().collect();
        names.actors = actors.into_iter().collect();
        names
    }

    /// An operation, mostly one that is there.
    pub fn operation(&self, dice: &mut Dice) -> OpId {
        Self::near(&self.operations, dice)
    }

    /// An object, mostly one that is there.
    pub fn object(&self, dice: &mut Dice) -> ObjectId {
        match dice.below(10) {
            0 => ObjectId::Root,
            1 => ObjectId::Id(self.operation(dice)),
            _ => ObjectId::Id(Self::near(&self.objects, dice)),
        }
    }

    /// A key, or an element.
    pub fn key(&self, dice: &mut Dice) -> Key {
        match dice.below(10) {
            0 => Key::Seq(ElementId::Head),
            1..5 => Key::Map(self.map_key(dice).into()),
            _ => self.element(dice),
        }
    }

    /// An element, mostly one that is there.
    pub fn element(&self, dice: &mut Dice) -> Key {
        match dice.below(10) {
            0 => Key::Seq(ElementId::Head),
            1 => Key::Seq(ElementId::Id(self.operation(dice))),
            _ => Key::Seq(ElementId::Id(Self::near(&self.elements, dice))),
        }
    }

    /// The key of a map.
    pub fn map_key(&self, dice: &mut Dice) -> String {
        self.keys.get(dice.place(self.keys.len() + 1)).cloned().unwrap_or_else(|| "nobody's".into())
    }

    /// Somebody, mostly one who wrote.
    pub fn actor(&self, dice: &mut Dice) -> ActorId {
        self.actors.get(dice.place(self.actors.len() + 1)).cloned().unwrap_or_else(|| ActorId::from(NOBODY))
    }

    /// A change, mostly one that is there.
    pub fn hash(&self, dice: &mut Dice) -> ChangeHash {
        self.hashes
            .get(dice.place(self.hashes.len() + 1))
            .copied()
            .unwrap_or_else(|| ChangeHash(dice.bytes()))
    }

    /// One of these, or its neighbour, or something at the edge of all numbers.
    fn near(of: &[OpId], dice: &mut Dice) -> OpId {
        let OpId(number, actor) = dice.choose(of).cloned().unwrap_or_else(|| OpId(1, ActorId::from(NOBODY)));
        match dice.below(10) {
            0 => OpId(EDGES[dice.place(EDGES.len())], actor),
            1 => OpId(number.saturating_add(dice.below(4)), actor),
            2 => OpId(number.saturating_sub(dice.below(4)), actor),
            _ => OpId(number, actor),
        }
    }
}
