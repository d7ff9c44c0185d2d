//! What must hold after a fold, found out without the production code that proves it there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use automerge::legacy::{ObjectId, Op, OpId, OpType};
use automerge::{Automerge, Change, Cursor, LoadOptions, ObjId, ObjType, ReadDoc, ScalarValue};
use sync_core::fold::view::{View, view};
use sync_core::fold::{Folded, Moved};

use crate::edits::{boundaries, is_planted, objects};

/// A fold with what it was made of.
pub struct Fold<'a> {
    pub base: &'a Automerge,
    pub drafted: &'a Automerge,
    pub drafts: &'a [Change],
    pub folded: &'a Folded,
}

impl Fold<'_> {
    /// Values, conflicts, marks and blocks are those of the drafts, in memory and when loaded.
    pub fn says_the_same(&self) -> Result<(), String> {
        let rebuilt = with(self.base, &self.folded.changes);
        let drafted = seen(self.drafted);
        same(&drafted, &seen(&rebuilt))?;
        same(&drafted, &seen(&reloaded(&rebuilt)))
    }

    /// The same from an empty document, and merged with what a colleague wrote in either order.
    pub fn replays_and_merges(&self, colleague: &Automerge) -> Result<(), String> {
        let rebuilt = with(self.base, &self.folded.changes);
        same(&seen(self.drafted), &seen(&replayed(&rebuilt)))?;
        let mut ours = rebuilt.clone();
        ours.merge(&mut colleague.clone()).expect("the colleague's changes fit");
        let mut theirs = colleague.clone();
        theirs.merge(&mut rebuilt.clone()).expect("our changes fit");
        same(&seen(&ours), &seen(&theirs))?;
        same(&seen(&ours), &seen(&replayed(&theirs)))
    }

    /// No draft actor is in a byte of the net.
    pub fn hides_draft_actors(&self) -> Result<(), String> {
        for draft in self.drafts {
            let actor = draft.actor_id().to_bytes();
            if self.folded.changes.iter().any(|net| contains(net.raw_bytes(), actor)) {
                return Err("a draft actor is in the net".to_owned());
            }
        }
        Ok(())
    }

    /// Letters in the bytes of the net that nobody can see in the drafts.
    pub fn leaked_letters(&self) -> BTreeSet<char> {
        let drafted: String = self.drafts.iter().flat_map(operations).map(|(_, op)| words_of(&op)).collect();
        let mut hidden = planted_in(&drafted);
        for letter in planted(self.drafted).union(&planted(self.base)).chain(&self.letters_in_others_ruins())
        {
            hidden.remove(letter);
        }
        hidden.retain(|letter| self.folded.changes.iter().any(|net| is_in_the_bytes(net, *letter)));
        if hidden.is_empty() {
            return hidden;
        }
        // A draft may clear a mark of which nothing shows: its name left the phone when the mark was made.
        let sent = self.base.get_changes(&[]);
        let sent: String = sent.iter().flat_map(operations).map(|(_, op)| words_of(&op)).collect();
        hidden.difference(&planted_in(&sent)).copied().collect()
    }

    /// Letters written into an object that a colleague had taken away: nobody took them back.
    fn letters_in_others_ruins(&self) -> BTreeSet<char> {
        let drafts: BTreeMap<OpId, Op> = self.drafts.iter().flat_map(operations).collect();
        let standing: BTreeSet<String> =
            objects(self.base).iter().map(|(object, _)| object.to_string()).collect();
        let is_in_a_ruin = |op: &&Op| {
            let mut object = &op.obj;
            while let ObjectId::Id(id) = object {
                let Some(maker) = drafts.get(id) else { return !standing.contains(&id.to_string()) };
                object = &maker.obj;
            }
            false
        };
        planted_in(&drafts.values().filter(is_in_a_ruin).map(words_of).collect::<String>())
    }

    /// Every cursor on something that shows leads to the same place after the fold, and every cursor
    /// on something that went is known to have gone. Returns how many were tried.
    pub fn cursors_are_exact(&self) -> Result<usize, String> {
        let rebuilt = with(self.base, &self.folded.changes);
        let mut tried = 0;
        for (text, kind) in objects(self.drafted).into_iter().filter(|(_, kind)| *kind == ObjType::Text) {
            let moved_text = self.moved(&text)?;
            let places = boundaries(self.drafted, &text, kind);
            for place in &places[..places.len() - 1] {
                let cursor = self.drafted.get_cursor(&text, *place, None).expect("a cursor");
                let moved = self.folded.moved.cursor(&cursor).ok_or("a visible place was dropped")?;
                let found = rebuilt
                    .get_cursor_position(&moved_text, &moved, None)
                    .map_err(|error| error.to_string())?;
                same(place, &found)?;
                tried += 1;
            }
        }
        Ok(tried + self.dropped_cursors()?)
    }

    fn moved(&self, object: &ObjId) -> Result<ObjId, String> {
        let ObjId::Id(counter, actor, _) = object else { return Ok(object.clone()) };
        match self.folded.moved.get(&OpId(*counter, actor.clone())) {
            Moved::Stays => Ok(object.clone()),
            Moved::To(new) => Ok(handle(&ObjectId::Id(new.clone()))),
            Moved::Dropped => Err("a visible object was dropped".to_owned()),
        }
    }

    fn dropped_cursors(&self) -> Result<usize, String> {
        let mut tried = 0;
        for (id, op) in self.drafts.iter().flat_map(operations) {
            let cursor = Cursor::try_from(id.to_string()).expect("the id of an element is a cursor");
            if op.insert && self.folded.moved.get(&id) == Moved::Dropped {
                same(&None, &self.folded.moved.cursor(&cursor))?;
                tried += 1;
            }
        }
        Ok(tried)
    }
}

/// A view knows every conflict of a text, and every block, found here by asking for each place.
pub fn finds_every_conflict(doc: &Automerge) -> Result<(), String> {
    let is_special = |text: &ObjId, place: &usize| {
        let values = doc.get_all(text, *place).expect("a place");
        values.len() > 1 || values.iter().any(|(value, _)| value.as_str().is_none())
    };
    let mut expected = 0;
    for (text, kind) in objects(doc).into_iter().filter(|(_, kind)| *kind == ObjType::Text) {
        let places = boundaries(doc, &text, kind);
        expected += places[..places.len() - 1].iter().filter(|place| is_special(&text, place)).count();
    }
    same(&expected, &special_places(&view(doc).expect("a view")))
}

fn special_places(view: &View) -> usize {
    match view {
        View::Scalar(_) => 0,
        View::Map(keys) => keys.values().flatten().map(special_places).sum(),
        View::List(places) => places.iter().flatten().map(special_places).sum(),
        View::Text(text) => {
            text.special.len() + text.special.values().flatten().map(special_places).sum::<usize>()
        }
    }
}

/// What can be seen in a document, by our reading and by the library's own accounts.
pub fn seen(doc: &Automerge) -> impl PartialEq + Debug + use<> {
    let spans: Vec<_> = objects(doc)
        .into_iter()
        .filter(|(_, kind)| *kind == ObjType::Text)
        .map(|(text, _)| {
            let spans: Vec<_> = doc.spans(&text).expect("spans").collect();
            (doc.text(&text).expect("text"), spans.len())
        })
        .collect();
    let mut spans: Vec<String> = spans.into_iter().map(|span| format!("{span:?}")).collect();
    spans.sort();
    (view(doc).expect("a view"), spans, in_order(&doc.hydrate(None)))
}

/// The library's own account, with the keys of maps in order, so that two accounts part where they differ.
///
/// Its conflict flags are left out: for a counter the library raises one in memory and not after a replay of the
/// very same changes (seed 300 and following find it), while `get_all`, by which [`view`] knows every conflict,
/// gives the same values.
fn in_order(value: &automerge::hydrate::Value) -> String {
    use automerge::hydrate::Value;
    match value {
        Value::Map(map) => {
            let keys: std::collections::BTreeMap<_, _> =
                map.iter().map(|(key, held)| (key.clone(), in_order(&held.value))).collect();
            format!("{keys:?}")
        }
        Value::List(list) => {
            list.iter().map(|held| format!("{} {:?}; ", in_order(&held.value), held.marks)).collect()
        }
        Value::Scalar(_) | Value::Text(_) => format!("{value:?}"),
    }
}

/// Whether two things are the same; the first place where their accounts part, if not.
pub fn same<T: PartialEq + Debug>(one: &T, other: &T) -> Result<(), String> {
    if one == other {
        return Ok(());
    }
    let (one, other) = (format!("{one:?}"), format!("{other:?}"));
    let parts = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[parts.saturating_sub(80)..(parts + 80).min(text.len())])
            .into_owned()
    };
    Err(format!("{} <> {}", around(&one), around(&other)))
}

/// After a rebase the same keys, values and letters are there as in the natural merge of both sides,
/// only their order and the marks over them may be others.
pub fn holds_what_both_hold(
    drafted: &Automerge,
    remote: &Automerge,
    rebased: &Automerge,
) -> Result<(), String> {
    let mut natural = drafted.clone();
    natural.merge(&mut remote.clone()).expect("the remote changes fit");
    same(&contents(&natural), &contents(rebased))
}

/// Everything a document holds, in no order.
fn contents(doc: &Automerge) -> Vec<String> {
    let mut contents = Vec::new();
    let mut waiting = vec![view(doc).expect("a view")];
    while let Some(view) = waiting.pop() {
        match view {
            View::Scalar(scalar) => contents.push(format!("{scalar:?}")),
            View::Map(keys) => {
                contents.extend(keys.keys().cloned());
                waiting.extend(keys.into_values().flatten());
            }
            View::List(places) => waiting.extend(places.into_iter().flatten()),
            View::Text(text) => {
                contents.extend(text.text().chars().map(String::from));
                waiting.extend(text.special.into_values().flatten());
            }
        }
    }
    contents.sort();
    contents
}

/// Letters that both changes hold and the document does not show.
pub fn letters_of_both(refused: &[Change], net: &[Change], accepted: &Automerge) -> usize {
    let letters = |changes: &[Change]| {
        planted_in(&changes.iter().flat_map(operations).map(|(_, op)| words_of(&op)).collect::<String>())
    };
    let held = planted(accepted);
    letters(refused).intersection(&letters(net)).filter(|letter| !held.contains(letter)).count()
}

/// The planted letters that show in a document.
pub fn planted(doc: &Automerge) -> BTreeSet<char> {
    planted_in(&format!("{:?}", view(doc).expect("a view")))
}

/// The planted letters in what a document holds, but not in the keys it holds it under.
pub fn planted_values(doc: &Automerge) -> BTreeSet<char> {
    let mut letters = BTreeSet::new();
    let mut waiting = vec![view(doc).expect("a view")];
    while let Some(view) = waiting.pop() {
        match view {
            View::Scalar(scalar) => letters.extend(planted_in(&format!("{scalar:?}"))),
            View::Map(keys) => waiting.extend(keys.into_values().flatten()),
            View::List(places) => waiting.extend(places.into_iter().flatten()),
            View::Text(text) => {
                letters.extend(planted_in(&format!("{:?}{:?}", text.runs, text.ranges)));
                waiting.extend(text.special.into_values().flatten());
            }
        }
    }
    letters
}

/// The planted letters in a text or in its debug form.
pub fn planted_in(text: &str) -> BTreeSet<char> {
    let mut letters: BTreeSet<char> = text.chars().filter(is_planted).collect();
    let escaped =
        text.split("\\u{").skip(1).filter_map(|rest| u32::from_str_radix(rest.split('}').next()?, 16).ok());
    letters.extend(escaped.filter_map(char::from_u32).filter(is_planted));
    letters
}

/// The document with changes on top.
pub fn with(doc: &Automerge, changes: &[Change]) -> Automerge {
    let mut doc = doc.clone();
    doc.apply_changes(changes.to_vec()).expect("the changes fit");
    doc
}

/// The document as another device loads it.
pub fn reloaded(doc: &Automerge) -> Automerge {
    let options = LoadOptions::new().text_encoding(doc.text_encoding());
    Automerge::load_with_options(&doc.save(), options).expect("the document loads")
}

/// The document built from nothing.
pub fn replayed(doc: &Automerge) -> Automerge {
    with(&Automerge::new_with_encoding(doc.text_encoding()), &doc.get_changes(&[]))
}

/// The bytes of changes as they are stored.
pub fn bytes(changes: &[Change]) -> Vec<Vec<u8>> {
    changes.iter().map(|change| change.raw_bytes().to_vec()).collect()
}

fn operations(change: &Change) -> Vec<(OpId, Op)> {
    let change = change.decode();
    let ids = (change.start_op.get()..).map(|counter| OpId(counter, change.actor_id.clone()));
    ids.zip(change.operations).collect()
}

fn words_of(op: &Op) -> String {
    let key = match &op.key {
        automerge::legacy::Key::Map(key) => key.to_string(),
        automerge::legacy::Key::Seq(_) => String::new(),
    };
    let value = match &op.action {
        OpType::Put(ScalarValue::Str(text)) => text.to_string(),
        OpType::MarkBegin(mark) => format!("{}{}", mark.name, mark.value.as_str().unwrap_or_default()),
        _ => String::new(),
    };
    key + &value
}

/// Whether a letter is in the bytes of a change, but for its hashes, which are any bytes at all.
fn is_in_the_bytes(change: &Change, letter: char) -> bool {
    let mut bytes = change.raw_bytes().to_vec();
    bytes[..8].fill(0);
    for hash in change.deps() {
        let at = bytes
            .windows(32)
            .position(|window| window == hash.as_ref())
            .expect("a change names what it depends on");
        bytes[at..at + 32].fill(0);
    }
    contains(&bytes, letter.encode_utf8(&mut [0; 4]).as_bytes())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn handle(object: &ObjectId) -> ObjId {
    match object {
        ObjectId::Root => ObjId::Root,
        ObjectId::Id(OpId(counter, actor)) => ObjId::Id(*counter, actor.clone(), 0),
    }
}
