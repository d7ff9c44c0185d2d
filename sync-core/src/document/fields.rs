//! Owns how the items of a collection are found and read: each is found once, and what stands under its keys is
//! read in one pass. Asking the CRDT from the root down for each field costs many times as much.

use super::{Path, Reader};
use crate::ids::ItemId;
use automerge::iter::MapRangeItem;
use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc, Value, ValueRef};
use std::collections::BTreeMap;

/// An item of a document to read.
pub type Item<'a> = ItemOf<'a, Automerge>;

/// An item of a collection, as it was when it was found.
pub struct ItemOf<'a, D> {
    /// Which one.
    pub id: ItemId,
    /// Its order key.
    pub(super) order: String,
    doc: &'a D,
    top: Top,
    place: Path,
}

impl<D> ItemOf<'_, D> {
    /// Reads the item: paths begin at it.
    pub const fn fields(&self) -> Reader<'_, D> {
        Reader { doc: self.doc, top: &self.top, place: &self.place }
    }
}

/// The map that the paths of a reader begin at, with what stands under its keys if that was read.
pub(super) struct Top {
    pub(super) map: ObjId,
    fields: Option<BTreeMap<String, Held>>,
}

/// What stands under a key.
enum Held {
    One(Value<'static>, ObjId),
    /// To be asked for: people gave it different values.
    Several,
}

impl Top {
    /// The root of a document.
    pub(super) const ROOT: Self = Self { map: ROOT, fields: None };

    fn read(doc: &impl ReadDoc, map: ObjId) -> Self {
        let held = |entry: MapRangeItem<'_>| {
            let (key, id) = (entry.key.to_string(), entry.id());
            (key, if entry.conflict { Held::Several } else { Held::One(entry.value.into_value(), id) })
        };
        let fields = doc.map_range(&map, ..).map(held).collect();
        Self { map, fields: Some(fields) }
    }

    /// Everything that stands under a key, in the CRDT's order: the last one wins.
    pub(super) fn all<'a>(&self, doc: &'a impl ReadDoc, key: &str) -> Vec<(Value<'a>, ObjId)> {
        match self.fields.as_ref().map(|fields| fields.get(key)) {
            Some(None) => Vec::new(),
            Some(Some(Held::One(value, id))) => vec![(value.clone(), id.clone())],
            Some(Some(Held::Several)) | None => doc.get_all(&self.map, key).unwrap_or_default(),
        }
    }
}

impl<'a, D: ReadDoc> Reader<'a, D> {
    /// The items of the collection at this place in their order, with those that were removed.
    pub fn items(&self, collection: &Path) -> Vec<ItemOf<'a, D>> {
        let Some(map) = self.object(collection, ObjType::Map) else { return Vec::new() };
        let place = self.place.join(collection);
        let entries = self.doc.map_range(&map, ..);
        let mut items: Vec<_> = entries.filter_map(|entry| self.item(&map, &place, entry)).collect();
        items.sort_by(|a, b| (&a.order, a.id).cmp(&(&b.order, b.id)));
        items
    }

    /// The item that an entry of a collection is, if it is one.
    fn item(&self, collection: &ObjId, place: &Path, entry: MapRangeItem<'_>) -> Option<ItemOf<'a, D>> {
        let id = ItemId::parse(&entry.key).ok().filter(|id| id.to_string() == entry.key)?;
        let map = match entry.value {
            ValueRef::Object(ObjType::Map) => entry.id(),
            // Somebody may have written a value over it.
            _ => newest(self.doc.get_all(collection, &*entry.key).ok()?, ObjType::Map)?,
        };
        let (top, place) = (Top::read(self.doc, map), place.item(id));
        let item = ItemOf { id, order: String::new(), doc: self.doc, top, place };
        let order = item.fields().get(&Path::of("order")).unwrap_or_default();
        Some(ItemOf { order, ..item })
    }
}

/// The object of this type among the values of a place; of two the one that every phone picks.
pub(super) fn newest(values: Vec<(Value<'_>, ObjId)>, wanted: ObjType) -> Option<ObjId> {
    let wanted = Value::Object(wanted);
    values.into_iter().rev().find(|(value, _)| *value == wanted).map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::document::fixture::{Junk, my_own, sync, two_phones};

    /// Both write into one item offline, and somebody's value stands over another.
    #[test]
    fn an_item_says_the_same_at_its_own_place_as_from_the_root_down() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        let items = Path::of("items");
        let plain = maria.edit(|edit| edit.add_item(&items)).0;
        let state = items.item(plain).key("state");
        sync(&mut maria, &mut andrei);
        let covered = maria.edit(|edit| edit.add_item(&items)).0;
        maria.edit(|edit| edit.put(&state, &"done".to_owned()));
        andrei.edit(|edit| edit.put(&state, &"open".to_owned()));
        maria.edit(|edit| edit.put(&items.item(covered).key("state"), &"done".to_owned()));
        andrei.write_junk(&items.item(covered), Junk::Number);
        sync(&mut maria, &mut andrei);

        let doc = Document::of(&maria.doc);
        let found = doc.items(&items);
        assert_eq!(found.iter().map(|item| item.id).collect::<Vec<_>>(), [plain, covered]);
        for item in &found {
            let (own, place) = (item.fields(), items.item(item.id));
            for key in ["order", "state", "gone"].map(Path::of) {
                let from_root = place.join(&key);
                assert_eq!(own.values::<String>(&key), doc.values::<String>(&from_root));
                assert_eq!(own.conflict::<String>(&key), doc.conflict::<String>(&from_root));
            }
            assert_eq!(own.digest(&Path::root()), doc.digest(&place));
        }
        assert_eq!(found[0].fields().values::<String>(&Path::of("state")).len(), 2);
        assert_eq!(found[1].fields().get(&Path::of("state")), Some("done".to_owned()));
    }
}
