//! Owns collections: maps keyed by item id, with an order key in each item, and removal as a flag. Items
//! are never deleted: deleting one would take with it what somebody else is writing in it.

use super::edit::no_such_place;
use super::{Edit, EditError, Path, order};
use crate::ids::ItemId;
use automerge::ScalarValue;
use automerge::transaction::Transactable;

/// Where an item goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Right after this one.
    After(ItemId),
}

/// How many random characters keep two tallies of one name apart that two phones began offline.
const TALLY_PREFIX: usize = 4;

impl Edit<'_> {
    /// Makes a new item at the end of the collection; its fields are for the caller to write.
    pub fn add_item(&mut self, collection: &Path) -> Result<(ItemId, Path), EditError> {
        if !self.reader().has_map(collection) {
            return Err(no_such_place(collection));
        }
        let order = self.order_at(collection, Position::Last, None)?;
        let id = self.new_id();
        let path = collection.item(id);
        self.add_map(&path)?;
        self.put(&path.key("order"), &order)?;
        Ok((id, path))
    }

    /// Puts an item elsewhere in its collection.
    pub fn reorder(&mut self, collection: &Path, item: ItemId, to: Position) -> Result<(), EditError> {
        let path = self.existing_item(collection, item)?;
        let order = self.order_at(collection, to, Some(item))?;
        self.put(&path.key("order"), &order)
    }

    /// Marks an item as removed, by this person at this time.
    pub fn remove(&mut self, collection: &Path, item: ItemId) -> Result<(), EditError> {
        let gone = self.existing_item(collection, item)?.key("gone");
        if self.reader().has_map(&gone) {
            return Ok(());
        }
        self.add_map(&gone)?;
        let (person, now) = (self.person(), self.now());
        self.put(&gone.key("by"), &person)?;
        self.put(&gone.key("at"), &now)
    }

    /// Takes the removal of an item back.
    pub fn restore(&mut self, collection: &Path, item: ItemId) -> Result<(), EditError> {
        let gone = self.existing_item(collection, item)?.key("gone");
        if self.reader().all(&gone).is_empty() {
            return Ok(());
        }
        self.delete(&gone)
    }

    /// Adds to the tally of this name in the map of tallies at this place.
    ///
    /// Each phone that begins a tally offline begins its own, and readers add them up: one counter under
    /// one key would be two of which only one is seen.
    pub fn tally(&mut self, tallies: &Path, name: &str, by: i64) -> Result<(), EditError> {
        let name = super::edit::checked_label("tally", name)?;
        let begun = self.reader().keys(tallies).into_iter().find(|key| tally_name(key) == Some(name));
        let key = match begun {
            Some(key) => key,
            None => self.tally_key(name),
        };
        let (parent, key) = (tallies.clone(), tallies.key(&key));
        let missing = self.reader().all(&key).is_empty();
        let (object, key) = self.parent(&key).map_err(|_| no_such_place(&parent))?;
        match missing {
            true => self.tx.put(&object, key, ScalarValue::counter(by))?,
            false => self.tx.increment(&object, key, by)?,
        }
        Ok(())
    }

    /// The place of an item, if there is such an item.
    pub fn existing_item(&self, collection: &Path, item: ItemId) -> Result<Path, EditError> {
        let path = collection.item(item);
        if self.reader().has_map(&path) { Ok(path) } else { Err(no_such_place(&path)) }
    }

    fn tally_key(&mut self, name: &str) -> String {
        let prefix = format!("{:0width$x}", self.rng.next_u32() & 0xffff, width = TALLY_PREFIX);
        format!("{prefix}:{name}")
    }

    fn order_at(
        &mut self,
        collection: &Path,
        to: Position,
        moved: Option<ItemId>,
    ) -> Result<String, EditError> {
        let reader = self.reader();
        let others = reader.items(collection).into_iter().filter(|id| Some(*id) != moved);
        let (ids, orders): (Vec<ItemId>, Vec<String>) =
            others.map(|id| (id, reader.order(&collection.item(id)))).unzip();
        let at = match to {
            Position::First => 0,
            Position::Last => ids.len(),
            Position::After(other) => {
                1 + ids.iter().position(|id| *id == other).ok_or_else(|| no_such_place(collection))?
            }
        };
        let lower = at.checked_sub(1).map(|i| orders[i].as_str());
        // Of two items with the same key only the ids decide: nothing fits between them.
        let upper =
            orders[at..].iter().map(String::as_str).find(|upper| lower.is_none_or(|lower| lower < *upper));
        Ok(order::between(lower, upper, self.rng))
    }
}

/// The name of the tally with this key.
pub(super) fn tally_name(key: &str) -> Option<&str> {
    key.get(TALLY_PREFIX..)?.strip_prefix(':')
}
