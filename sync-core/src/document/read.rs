//! Owns reading. A missing or wrongly typed key is a default, an unknown key is passed over: reading never
//! fails and never panics, whatever somebody else's version of the app wrote.

use super::fields::{Top, newest};
use super::items::tally_name;
use super::{Claim, Conflict, Field, Path, Value, actor_id};
use automerge::{Automerge, ObjId, ObjType, ReadDoc, ScalarValue};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Where the paths of a whole document begin.
static ROOT_MAP: Top = Top::ROOT;
static ROOT_PLACE: Path = Path::root();

/// A document to read.
pub type Document<'a> = Reader<'a, Automerge>;

/// Reads a document, or the unfinished result of an edit; all of it, or one item, whose paths begin at the item.
pub struct Reader<'a, D> {
    pub(super) doc: &'a D,
    /// The map that paths begin at.
    pub(super) top: &'a Top,
    /// Where it is in the document.
    pub(super) place: &'a Path,
}

impl<D> Clone for Reader<'_, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D> Copy for Reader<'_, D> {}

/// What stands at a place, for readers that take whatever is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A text.
    Text,
    /// A map.
    Map,
    /// A value.
    Value(Value),
}

/// Prose with its formatting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Prose {
    /// What was written.
    pub text: String,
    /// Formatting, topics, promises and comments; positions in UTF-16 units.
    pub spans: Vec<Span>,
}

/// A stretch of prose with a mark on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first UTF-16 unit.
    pub start: u32,
    /// The unit after the last one.
    pub end: u32,
    /// For example `b`, or `topic:queue`.
    pub name: String,
    /// What belongs to it, such as the address of a link; empty for most marks.
    pub detail: String,
}

impl<'a> Document<'a> {
    /// A reader of this document.
    pub const fn of(doc: &'a Automerge) -> Self {
        Self::whole(doc)
    }

    /// The document itself, for what only whole documents know: history.
    pub const fn crdt(&self) -> &'a Automerge {
        self.doc
    }
}

impl<'a, D> Reader<'a, D> {
    /// A reader whose paths begin at the root.
    pub(super) const fn whole(doc: &'a D) -> Self {
        Self { doc, top: &ROOT_MAP, place: &ROOT_PLACE }
    }
}

impl<'a, D: ReadDoc> Reader<'a, D> {
    /// What was written at this place; empty if there is no text.
    pub fn text(&self, path: &Path) -> String {
        self.object(path, ObjType::Text).and_then(|text| self.doc.text(&text).ok()).unwrap_or_default()
    }

    /// How long the text at this place is, in UTF-16 units.
    pub fn text_length(&self, path: &Path) -> usize {
        self.object(path, ObjType::Text).map_or(0, |text| self.doc.length(&text))
    }

    /// What was written at this place, with its formatting.
    pub fn prose(&self, path: &Path) -> Prose {
        let Some(object) = self.object(path, ObjType::Text) else { return Prose::default() };
        let spans = self.doc.marks(&object).unwrap_or_default().into_iter().filter_map(span).collect();
        Prose { text: self.doc.text(&object).unwrap_or_default(), spans }
    }

    /// The value at this place, if there is one of this type.
    ///
    /// While several people's values stand, this is the one that every phone picks.
    pub fn get<T: Field>(&self, path: &Path) -> Option<T> {
        self.values(path).pop()
    }

    /// The smallest of the values at this place: the earlier date, the less finished state.
    pub fn least<T: Field + Ord>(&self, path: &Path) -> Option<T> {
        self.values(path).into_iter().min()
    }

    /// The largest of the values at this place.
    pub fn greatest<T: Field + Ord>(&self, path: &Path) -> Option<T> {
        self.values(path).into_iter().max()
    }

    /// All values at this place, if people gave it different ones of this type.
    pub fn conflict<T: Field>(&self, path: &Path) -> Option<Conflict> {
        let mut claims: Vec<Claim> = self
            .scalars(path)
            .into_iter()
            .filter(|(value, ..)| *value == Value::Nothing || T::from_value(value).is_some())
            .filter_map(|(value, counter, actor)| {
                let actor = actor_id(&actor)?;
                Some(Claim { value, actor, counter, person: None, received_at: None })
            })
            .collect();
        claims.sort_by(|a, b| (&a.value, a.actor, a.counter).cmp(&(&b.value, b.actor, b.counter)));
        let several = claims.iter().any(|claim| claim.value != claims[0].value);
        several.then(|| Conflict { path: self.place.join(path), claims })
    }

    /// The tallies in the map at this place, by name: what all phones counted under a name, added up.
    pub fn tallies(&self, path: &Path) -> BTreeMap<String, i64> {
        let mut sums = BTreeMap::new();
        for key in self.keys(path) {
            for count in self.counters(&path.key(&key)) {
                if let Some(name) = tally_name(&key) {
                    let sum: &mut i64 = sums.entry(name.to_owned()).or_default();
                    *sum = sum.saturating_add(count);
                }
            }
        }
        sums
    }

    fn counters(&self, path: &Path) -> Vec<i64> {
        let counter = |scalar: &ScalarValue| match scalar {
            ScalarValue::Counter(counter) => Some(i64::from(counter)),
            _ => None,
        };
        self.all(path).iter().filter_map(|(value, _)| counter(value.as_scalar()?)).collect()
    }

    /// The keys of the map at this place, ascending.
    pub fn keys(&self, path: &Path) -> Vec<String> {
        self.object(path, ObjType::Map).map(|map| self.doc.keys(&map).collect()).unwrap_or_default()
    }

    /// The keys of the map at this place as people see them: items in their order, then all others.
    pub fn children(&self, path: &Path) -> Vec<String> {
        let items: Vec<String> = self.items(path).iter().map(|item| item.id.to_string()).collect();
        let listed: BTreeSet<String> = items.iter().cloned().collect();
        let others = self.keys(path).into_iter().filter(|key| !listed.contains(key));
        items.into_iter().chain(others).collect()
    }

    /// What stands at this place: every value, but only one text and one map.
    pub fn all_found(&self, path: &Path) -> Vec<Found> {
        let text = self.object(path, ObjType::Text).map(|_| Found::Text);
        let map = self.object(path, ObjType::Map).map(|_| Found::Map);
        let values = self.scalars(path).into_iter().map(|(value, ..)| Found::Value(value));
        text.into_iter().chain(map).chain(values).collect()
    }

    /// Whether there is a map at this place.
    pub fn has_map(&self, path: &Path) -> bool {
        self.object(path, ObjType::Map).is_some()
    }

    /// The object of this type at this place.
    ///
    /// Somebody may have written a value over a container: as long as the container is still one of the
    /// values of its key, it is found.
    pub(super) fn object(&self, path: &Path, wanted: ObjType) -> Option<ObjId> {
        self.object_at(path.keys(), wanted)
    }

    fn object_at(&self, keys: &[String], wanted: ObjType) -> Option<ObjId> {
        match keys {
            [] => (wanted == ObjType::Map).then(|| self.top.map.clone()),
            keys => newest(self.all_at(keys), wanted),
        }
    }

    /// Everything at this place, in the CRDT's order: the last one wins.
    pub(super) fn all(&self, path: &Path) -> Vec<(automerge::Value<'a>, ObjId)> {
        self.all_at(path.keys())
    }

    fn all_at(&self, keys: &[String]) -> Vec<(automerge::Value<'a>, ObjId)> {
        let Some((key, before)) = keys.split_last() else { return Vec::new() };
        if before.is_empty() {
            return self.top.all(self.doc, key);
        }
        let Some(parent) = self.object_at(before, ObjType::Map) else { return Vec::new() };
        self.doc.get_all(&parent, key).unwrap_or_default()
    }

    /// The values of this type at this place; the last one is the one that every phone picks.
    pub(super) fn values<T: Field>(&self, path: &Path) -> Vec<T> {
        self.scalars(path).iter().filter_map(|(value, ..)| T::from_value(value)).collect()
    }

    fn scalars(&self, path: &Path) -> Vec<(Value, u64, automerge::ActorId)> {
        self.all(path)
            .into_iter()
            .filter_map(|(value, id)| match (value, id) {
                (automerge::Value::Scalar(scalar), ObjId::Id(counter, actor, _)) => {
                    Some((Value::of(&scalar)?, counter, actor))
                }
                _ => None,
            })
            .collect()
    }
}

fn span(mark: automerge::marks::Mark) -> Option<Span> {
    let detail = match mark.value() {
        ScalarValue::Null => return None,
        ScalarValue::Str(detail) => detail.to_string(),
        _ => String::new(),
    };
    let (start, end) = (u32::try_from(mark.start).ok()?, u32::try_from(mark.end).ok()?);
    Some(Span { start, end, name: mark.name().to_owned(), detail })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fixture::{Junk, Phone, my_own, sync, two_phones};

    #[test]
    fn a_missing_or_wrongly_typed_key_reads_as_nothing() {
        let mut phone = Phone::new(1, "sample", &my_own());
        let place = Path::of("place");
        for junk in Junk::ALL {
            phone.write_junk(&place, junk);
            let reader = Document::of(&phone.doc);
            assert_eq!(reader.text(&place), "");
            assert_eq!(reader.prose(&place), Prose::default());
            assert_eq!(reader.get::<crate::time::Day>(&place), None);
            assert_eq!(reader.get::<crate::ids::PersonId>(&place), None);
            assert!(reader.items(&place).is_empty());
            assert_eq!(reader.keys(&place.key("deeper")), Vec::<String>::new());
            assert_eq!(reader.conflict::<i64>(&place), None);
        }
    }

    #[test]
    fn a_text_beside_a_value_that_somebody_offline_put_under_the_same_key_is_still_read() {
        let place = Path::of("place");
        for junk in [Junk::Number, Junk::Words, Junk::Map, Junk::List] {
            let (mut maria, mut andrei) = two_phones("sample", &my_own());
            maria.write_junk(&place, Junk::Text);
            maria.edit(|edit| edit.splice(&place, 0, 0, "words"));
            andrei.write_junk(&place, junk);
            sync(&mut maria, &mut andrei);
            for phone in [&mut maria, &mut andrei] {
                assert_eq!(Document::of(&phone.doc).text(&place), "words", "{junk:?}");
                phone.edit(|edit| edit.splice(&place, 5, 0, "!"));
            }
            sync(&mut maria, &mut andrei);
            assert_eq!(Document::of(&maria.doc).text(&place), "words!!");
        }
    }

    #[test]
    fn a_key_that_this_version_does_not_know_is_kept() {
        let (mut newer, mut older) = two_phones("sample", &my_own());
        newer.write_junk(&Path::of("from_a_newer_version"), Junk::Number);
        sync(&mut newer, &mut older);
        older.edit(|edit| edit.splice(&Path::of("notes"), 0, 0, "words"));
        sync(&mut newer, &mut older);
        assert_eq!(Document::of(&older.doc).get(&Path::of("from_a_newer_version")), Some(-7_i64));
    }
}
