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

/// Says, inside an item, that it was removed. Not an item's own content: restoring takes it away.
pub(crate) const GONE: &str = "gone";
/// How many random characters keep two tallies of one name apart that two phones began offline.
const TALLY_PREFIX: usize = 4;

impl Edit<'_> {
    /// Makes a new item at the end of the collection; its fields are for the caller to write.
    pub fn add_item(&mut self, collection: &Path) -> Result<(ItemId, Path), EditError> {
        let id = self.new_id();
        self.put_item(collection, id)
    }

    /// Makes a new item that is this person's own: whoever writes no more than what is theirs may write it later.
    pub fn add_own_item(&mut self, collection: &Path) -> Result<(ItemId, Path), EditError> {
        let person = self.person();
        let mut id = ItemId::owned(person, self.rng);
        // Half of it is random: what is there already is not overwritten.
        while !self.reader().all(&collection.item(id)).is_empty() {
            id = ItemId::owned(person, self.rng);
        }
        self.put_item(collection, id)
    }

    fn put_item(&mut self, collection: &Path, id: ItemId) -> Result<(ItemId, Path), EditError> {
        if !self.reader().has_map(collection) {
            return Err(no_such_place(collection));
        }
        let order = self.order_at(collection, Position::Last, None)?;
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
        let gone = self.existing_item(collection, item)?.key(GONE);
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
        let gone = self.existing_item(collection, item)?.key(GONE);
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
        let items = self.reader().items(collection).into_iter();
        let others = items.filter(|item| Some(item.id) != moved).map(|item| (item.id, item.order));
        let (ids, orders): (Vec<ItemId>, Vec<String>) = others.unzip();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fixture::{Phone, my_own, person, sync, two_phones};
    use crate::document::{Document, Value};

    fn items() -> Path {
        Path::of("items")
    }

    fn add(phone: &mut Phone) -> ItemId {
        phone.edit(|edit| edit.add_item(&items())).0
    }

    fn listed(phone: &Phone) -> Vec<ItemId> {
        Document::of(&phone.doc).items(&items()).iter().map(|item| item.id).collect()
    }

    #[test]
    fn items_stay_in_the_order_they_were_added_and_go_where_they_are_put() {
        let mut phone = Phone::new(1, "sample", &my_own());
        let [a, b, c] = [0; 3].map(|_| add(&mut phone));
        assert_eq!(listed(&phone), [a, b, c]);
        for (item, to, expected) in [
            (c, Position::First, [c, a, b]),
            (c, Position::After(a), [a, c, b]),
            (a, Position::Last, [c, b, a]),
            (a, Position::After(a), [c, b, a]),
        ] {
            let moved = phone.try_edit(|edit| edit.reorder(&items(), item, to));
            assert_eq!(moved.is_ok(), to != Position::After(item));
            assert_eq!(listed(&phone), expected);
        }
    }

    #[test]
    fn items_added_on_two_phones_are_all_there_in_one_order() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        let mut all = Vec::new();
        for _ in 0..3 {
            all.push(add(&mut maria));
            all.push(add(&mut andrei));
        }
        sync(&mut maria, &mut andrei);
        assert_eq!(listed(&maria), listed(&andrei));
        let mut seen = listed(&maria);
        seen.sort();
        all.sort();
        assert_eq!(seen, all);
    }

    #[test]
    fn a_removed_item_is_restored_with_what_was_written_in_it_meanwhile() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        let item = add(&mut maria);
        sync(&mut maria, &mut andrei);
        maria.edit(|edit| edit.remove(&items(), item));
        maria.edit(|edit| edit.remove(&items(), item));
        andrei.edit(|edit| edit.put(&items().item(item).key("state"), &"done".to_owned()));
        sync(&mut maria, &mut andrei);
        let gone = items().item(item).key(GONE);
        assert_eq!(Document::of(&andrei.doc).get(&gone.key("by")), Some(person(1)));
        assert_eq!(Document::of(&andrei.doc).get(&gone.key("at")), Some(maria.now));

        andrei.edit(|edit| edit.restore(&items(), item));
        sync(&mut maria, &mut andrei);

        assert!(!Document::of(&maria.doc).has_map(&gone));
        assert_eq!(
            Document::of(&maria.doc).get(&items().item(item).key("state")),
            Some(String::from("done"))
        );
    }

    #[test]
    fn tallies_begun_on_two_phones_add_up() {
        let (mut one, mut two) = two_phones("sample", &my_own());
        let tallies = items();
        one.edit(|edit| edit.tally(&tallies, "asked an open question", 2));
        two.edit(|edit| edit.tally(&tallies, "asked an open question", 1));
        sync(&mut one, &mut two);
        one.edit(|edit| edit.tally(&tallies, "asked an open question", 1));
        two.edit(|edit| edit.tally(&tallies, "asked an open question", 1));
        two.edit(|edit| edit.tally(&tallies, "懒", -1));
        sync(&mut one, &mut two);
        for phone in [&one, &two] {
            let sums: Vec<_> = Document::of(&phone.doc).tallies(&tallies).into_iter().collect();
            assert_eq!(sums, [("asked an open question".into(), 5), ("懒".into(), -1)]);
        }
    }

    #[test]
    fn there_is_no_editing_an_item_or_collection_that_is_not_there() {
        let mut phone = Phone::new(1, "sample", &my_own());
        let stranger = ItemId::from_bytes([1; 8]);
        let nowhere = Path::of("nowhere");
        assert!(phone.try_edit(|edit| edit.add_item(&nowhere)).is_err());
        assert!(phone.try_edit(|edit| edit.remove(&items(), stranger)).is_err());
        assert!(phone.try_edit(|edit| edit.restore(&items(), stranger)).is_err());
        assert!(phone.try_edit(|edit| edit.reorder(&items(), stranger, Position::Last)).is_err());
        assert!(phone.try_edit(|edit| edit.tally(&nowhere, "x", 1)).is_err());
        let refused = phone.try_edit(|edit| edit.put(&nowhere.key("secret"), &Value::Nothing)).unwrap_err();
        assert_eq!(format!("{refused}"), "there is no such place in `nowhere` of this document");
        assert!(!format!("{refused:?}").contains("secret"));
    }
}
