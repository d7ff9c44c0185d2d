//! Owns what changed since somebody last looked: places, stretches of text, and whose session wrote them.
//! The cost follows what is new, not how long the document is.

use super::cursor::OpName;
use super::digest::NOT_CONTENT;
use super::genesis::VERSION;
use super::touched::{object_id, path_of};
use super::{Document, Path, actor_id, change_hash, crdt_actor, crdt_hash, genesis_actor, header};
use crate::coaching::Kind;
use crate::ids::{ActorId, ChangeHash};
use automerge::legacy::{ElementId, Key, OpType};
use automerge::{Automerge, Change, ObjId, ObjType, PatchAction, ReadDoc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The heads are not known here, so nothing can be said about what changed since.
///
/// Never to be shown as "nothing changed".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot be verified: an earlier state that this refers to is not known here")]
pub struct Unverifiable;

/// A place that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedItem {
    /// Where.
    pub path: Path,
    /// What about it.
    pub what: What,
    /// The sessions that changed it, ascending.
    pub by: Vec<ActorId>,
}

/// What changed at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is new, with everything in it. (A new `gone` in an item means that the item was removed.)
    Added,
    /// Its value is another one, or was taken away.
    Value,
    /// Its text was edited.
    Text {
        /// What is new in the text as it is now, from its beginning.
        inserted: Vec<Inserted>,
        /// How many UTF-16 units were removed.
        removed: u32,
        /// Whether formatting, topics or comments changed.
        marked: bool,
    },
}

/// A stretch of text that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Inserted {
    /// The first UTF-16 unit.
    pub start: u32,
    /// The unit after the last one.
    pub end: u32,
    /// Who wrote it.
    pub by: ActorId,
}

/// Every place that changed since these heads, ascending by path.
pub fn changes_since(doc: &Automerge, heads: &[ChangeHash]) -> Result<Vec<ChangedItem>, Unverifiable> {
    let news = News::since(doc, heads)?;
    let mut items: BTreeMap<Path, ChangedItem> = BTreeMap::new();
    for ((object, key), by) in &news.touched {
        if let Some((path, what)) = news.judge(object, key.as_deref()) {
            let item = items.entry(path.clone()).or_insert(ChangedItem { path, what, by: Vec::new() });
            item.by.extend(by);
            item.by.sort();
            item.by.dedup();
        }
    }
    Ok(items.into_values().collect())
}

/// How many changes since these heads touched what stands at this place, agreements to it aside.
pub fn changes_touching(doc: &Automerge, heads: &[ChangeHash], path: &Path) -> Result<usize, Unverifiable> {
    let changes = since(doc, heads)?;
    Ok(changes.iter().filter(|change| touches(doc, change, path)).count())
}

/// Whose session made each of the changes since these heads.
pub fn authors_since(doc: &Automerge, heads: &[ChangeHash]) -> Result<Vec<ActorId>, Unverifiable> {
    Ok(since(doc, heads)?.iter().filter_map(|change| actor_id(change.actor_id())).collect())
}

/// Whether the state of these heads is part of this document.
pub fn knows(doc: &Automerge, heads: &[ChangeHash]) -> bool {
    heads.iter().all(|head| doc.get_change_meta_by_hash(&crdt_hash(head)).is_some())
}

impl Document<'_> {
    /// Whether the text at this place was edited by somebody who had not seen, or came after, the value
    /// that stands at `marker` now: "done, text changed since".
    pub fn text_changed_since(&self, marker: &Path, text: &Path) -> bool {
        let (Some(change), Some(object)) = (self.change_of(marker), self.object(text, ObjType::Text)) else {
            return false;
        };
        self.doc
            .diff_obj(&object, &[change], &self.doc.get_heads(), false)
            .is_ok_and(|patches| !patches.is_empty())
    }

    /// Whether anything in the item was touched by somebody who had not seen, or came after, what stands at
    /// `marker` now: "removed while you edited it".
    pub fn touched_since(&self, marker: &Path, item: &Path) -> bool {
        let Some(change) = self.change_of(marker) else { return false };
        let item = self.place.join(item);
        changes_touching(self.doc, &[change_hash(&change)], &item).is_ok_and(|changes| changes > 0)
    }

    /// The change that wrote what stands at this place.
    fn change_of(&self, path: &Path) -> Option<automerge::ChangeHash> {
        let (_, operation) = self.all(path).pop()?;
        self.doc.hash_for_opid(&operation)
    }
}

fn touches(doc: &Automerge, change: &Change, within: &Path) -> bool {
    places(change).any(|(object, key)| {
        let Some(mut path) = path_of(doc, &object) else { return false };
        if let Some(key) = key {
            path = path.key(&key);
        }
        if path == Path::of(VERSION) {
            return false;
        }
        let below = path.keys().get(within.keys().len()..).unwrap_or_default();
        path.is_within(within) && !below.iter().any(|key| NOT_CONTENT.contains(&key.as_str()))
    })
}

/// The changes after these heads, without those that made the containers: nobody wrote them.
fn since(doc: &Automerge, heads: &[ChangeHash]) -> Result<Vec<Change>, Unverifiable> {
    if !knows(doc, heads) {
        return Err(Unverifiable);
    }
    let heads: Vec<_> = heads.iter().map(crdt_hash).collect();
    let nobody =
        header(doc).and_then(|(name, key)| Some(genesis_actor(Kind::parse(&name)?, &key))).map(crdt_actor);
    let written = doc.get_changes(&heads).into_iter();
    Ok(written.filter(|change| Some(change.actor_id()) != nobody.as_ref()).collect())
}

/// What a change touched: an object, and a key of it unless it is a text.
type Place = (ObjId, Option<String>);

fn places(change: &Change) -> impl Iterator<Item = Place> {
    change.decode().operations.into_iter().map(|op| match op.key {
        Key::Map(key) => (object_id(&op.obj), Some(key.to_string())),
        Key::Seq(ElementId::Head | ElementId::Id(_)) => (object_id(&op.obj), None),
    })
}

struct News<'a> {
    doc: &'a Automerge,
    before: Vec<automerge::ChangeHash>,
    touched: BTreeMap<(ObjId, Option<String>), BTreeSet<ActorId>>,
    created: HashSet<ObjId>,
}

impl<'a> News<'a> {
    fn since(doc: &'a Automerge, heads: &[ChangeHash]) -> Result<Self, Unverifiable> {
        let before = heads.iter().map(crdt_hash).collect();
        let mut news = Self { doc, before, touched: BTreeMap::new(), created: HashSet::new() };
        for change in since(doc, heads)? {
            news.read(&change);
        }
        Ok(news)
    }

    fn read(&mut self, change: &Change) {
        let Some(actor) = actor_id(change.actor_id()) else { return };
        for place in places(change) {
            self.touched.entry(place).or_default().insert(actor);
        }
        for (op, counter) in change.decode().operations.iter().zip(change.start_op().get()..) {
            if matches!(op.action, OpType::Make(_)) {
                self.created.insert(ObjId::Id(counter, change.actor_id().clone(), 0));
            }
        }
    }

    /// Where and how a touched place differs from before; none if it does not, or cannot be seen.
    fn judge(&self, object: &ObjId, key: Option<&str>) -> Option<(Path, What)> {
        if let Some(path) = self.new_container(object)? {
            return Some((path, What::Added));
        }
        let path = path_of(self.doc, object)?;
        match key {
            None => Some((path, self.text(object)?)),
            Some(key) => Some((path.key(key), self.value(object, key)?)),
        }
    }

    /// The outermost new container around an object (or the object); the outer option is whether it can be seen.
    fn new_container(&self, object: &ObjId) -> Option<Option<Path>> {
        let mut outermost = self.created.contains(object).then(|| object.clone());
        for parent in self.doc.parents(object).ok()? {
            if !parent.visible {
                return None;
            }
            if self.created.contains(&parent.obj) {
                outermost = Some(parent.obj);
            }
        }
        Some(outermost.and_then(|object| path_of(self.doc, &object)))
    }

    fn value(&self, object: &ObjId, key: &str) -> Option<What> {
        let now = self.doc.get_all(object, key).ok()?;
        if now.iter().any(|(value, id)| value.is_object() && self.created.contains(id)) {
            return Some(What::Added);
        }
        let then = self.doc.get_all_at(object, key, &self.before).ok()?;
        // The same value written again is no news, nor are two people's equal ones.
        let values = |all: Vec<(automerge::Value<'_>, ObjId)>| -> Vec<_> {
            let mut values: Vec<_> = all.into_iter().map(|(value, _)| value.into_owned()).collect();
            values.dedup();
            values
        };
        (values(now) != values(then)).then_some(What::Value)
    }

    fn text(&self, object: &ObjId) -> Option<What> {
        if self.doc.object_type(object).ok()? != ObjType::Text {
            return None;
        }
        // One object at a time: asked for the whole document, the CRDT reports the marks of a second text
        // under the first.
        let patches = self.doc.diff_obj(object, &self.before, &self.doc.get_heads(), false).ok()?;
        let (mut inserted, mut removed, mut marked) = (Vec::new(), 0, false);
        for patch in patches.iter().filter(|patch| patch.obj == *object) {
            match &patch.action {
                PatchAction::SpliceText { index, value, .. } => {
                    self.split_by_author(object, *index, &value.make_string(), &mut inserted);
                }
                PatchAction::DeleteSeq { length, .. } => removed += u32::try_from(*length).ok()?,
                PatchAction::Mark { .. } => marked = true,
                _ => {}
            }
        }
        let changed = !inserted.is_empty() || removed > 0 || marked;
        changed.then_some(What::Text { inserted, removed, marked })
    }

    fn split_by_author(&self, text: &ObjId, start: usize, written: &str, out: &mut Vec<Inserted>) {
        let mut at = start;
        for character in written.chars() {
            let end = at + character.len_utf16();
            let (Ok(start), Ok(end32)) = (u32::try_from(at), u32::try_from(end)) else { return };
            if let Some(OpName { actor, .. }) = Document::of(self.doc).character_at(text, at) {
                match out.last_mut() {
                    Some(last) if last.end == start && last.by == actor => last.end = end32,
                    _ => out.push(Inserted { start, end: end32, by: actor }),
                }
            }
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fixture::{Phone, actor, my_own, sync, two_phones};
    use crate::document::{GONE, Mark, heads};
    use proptest::prelude::*;

    fn notes() -> Path {
        Path::of("notes")
    }

    fn part(name: &str) -> Path {
        Path::of("parts").key(name)
    }

    fn inserted(start: u32, end: u32, number: u8) -> Inserted {
        Inserted { start, end, by: actor(number) }
    }

    fn text_change(
        path: Path,
        inserted: Vec<Inserted>,
        removed: u32,
        marked: bool,
        by: &[u8],
    ) -> ChangedItem {
        let by = by.iter().map(|number| actor(*number)).collect();
        ChangedItem { path, what: What::Text { inserted, removed, marked }, by }
    }

    #[test]
    fn what_others_wrote_since_i_looked_is_told_by_stretch_and_author() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        maria.edit(|edit| edit.splice(&notes(), 0, 0, "one 🙂 two"));
        sync(&mut maria, &mut andrei);
        let looked = heads(&maria.doc);
        andrei.edit(|edit| edit.splice(&notes(), 10, 0, " 懒🙂"));
        andrei.edit(|edit| edit.splice(&notes(), 0, 3, "1"));
        maria.edit(|edit| edit.splice(&notes(), 4, 0, "big "));
        sync(&mut maria, &mut andrei);

        assert_eq!(Document::of(&maria.doc).text(&notes()), "1 big 🙂 two 懒🙂");
        let stretches = vec![inserted(0, 1, 2), inserted(2, 6, 1), inserted(12, 16, 2)];
        let expected = vec![text_change(notes(), stretches, 3, false, &[1, 2])];
        assert_eq!(changes_since(&maria.doc, &looked), Ok(expected.clone()));
        assert_eq!(changes_since(&andrei.doc, &looked), Ok(expected));
    }

    /// The CRDT's own diff of a whole document reports the bold of `right` under `left`.
    #[test]
    fn formatting_of_one_text_is_not_told_of_another() {
        let mut phone = Phone::new(1, "sample", &my_own());
        for part_name in ["left", "right"] {
            phone.edit(|edit| edit.splice(&part(part_name), 0, 0, "some words"));
        }
        let looked = heads(&phone.doc);
        for (name, mark) in [("left", Mark::Bold), ("right", Mark::Italic)] {
            phone.edit(|edit| edit.mark(&part(name), 0..4, &mark));
        }
        let told = [
            text_change(part("left"), vec![], 0, true, &[1]),
            text_change(part("right"), vec![], 0, true, &[1]),
        ];
        assert_eq!(changes_since(&phone.doc, &looked), Ok(told.to_vec()));
    }

    #[test]
    fn a_new_item_is_one_news_and_an_old_one_tells_what_changed_in_it() {
        let mut phone = Phone::new(1, "sample", &my_own());
        let items = Path::of("items");
        let old = phone.edit(|edit| {
            let (id, path) = edit.add_item(&items)?;
            edit.add_text(&path.key("text"), "old")?;
            edit.put(&path.key("state"), &"open".to_owned())?;
            Ok(id)
        });
        let looked = heads(&phone.doc);
        let new = phone.edit(|edit| {
            let (id, path) = edit.add_item(&items)?;
            edit.add_text(&path.key("text"), "new")?;
            Ok(id)
        });
        phone.edit(|edit| edit.put(&items.item(old).key("state"), &"done".to_owned()));
        phone.edit(|edit| edit.remove(&items, old));

        let told: Vec<(Path, What)> = changes_since(&phone.doc, &looked)
            .unwrap()
            .into_iter()
            .map(|item| (item.path, item.what))
            .collect();
        let mut expected = vec![
            (items.item(new), What::Added),
            (items.item(old).key(GONE), What::Added),
            (items.item(old).key("state"), What::Value),
        ];
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(told, expected);
    }

    #[test]
    fn what_was_changed_and_changed_back_is_no_news() {
        let mut phone = Phone::new(1, "sample", &my_own());
        phone.edit(|edit| edit.splice(&notes(), 0, 0, "same"));
        phone.edit(|edit| edit.put(&Path::of("state"), &"open".to_owned()));
        let looked = heads(&phone.doc);
        phone.edit(|edit| edit.splice(&notes(), 4, 0, "!"));
        phone.edit(|edit| edit.splice(&notes(), 4, 1, ""));
        for state in ["done", "open"] {
            phone.edit(|edit| edit.put(&Path::of("state"), &state.to_owned()));
        }
        assert_eq!(changes_since(&phone.doc, &looked), Ok(vec![]));
    }

    #[test]
    fn the_schema_stamp_and_agreements_touch_nothing_that_somebody_wrote() {
        let mut phone = Phone::new(1, "sample", &my_own());
        let looked = heads(&phone.doc);
        let touching = |phone: &Phone, path: &Path| changes_touching(&phone.doc, &looked, path).unwrap();
        phone.edit(|edit| edit.put(&Path::of(VERSION), &2_i64));
        phone.edit(|edit| edit.add_map(&Path::of("acks")));
        assert_eq!(touching(&phone, &Path::root()), 0);
        phone.edit(|edit| edit.splice(&notes(), 0, 0, "words"));
        assert_eq!((touching(&phone, &Path::root()), touching(&phone, &Path::of("items"))), (1, 0));
    }

    #[test]
    fn two_values_for_one_key_are_news_on_both_phones() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        let looked = heads(&maria.doc);
        maria.edit(|edit| edit.put(&Path::of("due"), &"2026-03-14".to_owned()));
        andrei.edit(|edit| edit.put(&Path::of("due"), &"2026-03-21".to_owned()));
        sync(&mut maria, &mut andrei);
        let due = ChangedItem { path: Path::of("due"), what: What::Value, by: vec![actor(1), actor(2)] };
        for phone in [&maria, &andrei] {
            let told = changes_since(&phone.doc, &looked).unwrap();
            assert!(told.contains(&due), "{told:?}");
        }
    }

    #[test]
    fn unknown_heads_are_an_error_and_never_no_news() {
        let phone = Phone::new(1, "sample", &my_own());
        let unknown = ChangeHash::from_bytes([1; 32]);
        assert_eq!(changes_since(&phone.doc, &[unknown]), Err(Unverifiable));
        let mut some = heads(&phone.doc);
        some.push(unknown);
        assert_eq!(changes_since(&phone.doc, &some), Err(Unverifiable));
    }

    proptest! {
        /// Two people type into two texts. Cutting out what is told as inserted, and counting what is told
        /// as removed, must give back the text of before.
        #[test]
        fn the_stretches_told_are_exactly_what_was_inserted(
            edits in proptest::collection::vec((0..2_u8, 0..2_u8, any::<prop::sample::Index>(), 0..3_usize, "[a懒🙂]{0,4}"), 1..30),
            look_after in 0..20_usize,
        ) {
            let (mut one, mut two) = two_phones("sample", &my_own());
            let mut looked = heads(&one.doc);
            let mut before = [String::new(), String::new()];
            let parts = [part("left"), part("right")];
            for (n, (who, which, place, delete, insert)) in edits.into_iter().enumerate() {
                if n == look_after {
                    sync(&mut one, &mut two);
                    looked = heads(&one.doc);
                    before = [0, 1].map(|i| Document::of(&one.doc).text(&parts[i]));
                }
                let (phone, path) = (if who == 0 { &mut one } else { &mut two }, &parts[usize::from(which)]);
                let text: Vec<char> = Document::of(&phone.doc).text(path).chars().collect();
                let start = place.index(text.len() + 1);
                let end = (start + delete).min(text.len());
                let units = |part: &[char]| part.iter().map(|c| c.len_utf16()).sum::<usize>();
                let (at, delete) = (units(&text[..start]), units(&text[start..end]));
                phone.edit(|edit| edit.splice(path, at, delete, &insert));
            }
            sync(&mut one, &mut two);
            let told = changes_since(&one.doc, &looked).unwrap();
            prop_assert_eq!(&told, &changes_since(&two.doc, &looked).unwrap());
            for (path, before) in parts.iter().zip(&before) {
                let mut units: Vec<u16> = Document::of(&one.doc).text(path).encode_utf16().collect();
                let item = told.iter().find(|item| item.path == *path);
                if let Some(What::Text { inserted, removed, marked: false }) = item.map(|item| &item.what) {
                    for stretch in inserted.iter().rev() {
                        units.drain(stretch.start as usize..stretch.end as usize);
                    }
                    prop_assert_eq!(units.len() + *removed as usize, before.encode_utf16().count());
                } else {
                    prop_assert_eq!(item, None);
                }
                let mut kept = before.encode_utf16();
                prop_assert!(units.iter().all(|unit| kept.any(|other| other == *unit)), "what is left was there before, in this order");
            }
        }
    }
}
