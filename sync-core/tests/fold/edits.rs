//! Random edits of every kind on any document: what a writer, a phone or a colleague, may do.

use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::{Transactable, Transaction};
use automerge::{ActorId, Automerge, AutomergeError, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use crate::dice::Dice;

const WORDS: [&str; 9] = [
    "follow up ",
    "ținta ",
    "ședință ",
    "s\u{326}i ",
    "客户拜访",
    "很好",
    "🙂",
    "👩\u{200d}👩\u{200d}👧",
    "a",
];
const KEYS: [&str; 6] = ["title", "due", "owner", "state", "aim", "tally"];
const MARKS: [&str; 3] = ["bold", "link", "comment"];
const EXPANDS: [ExpandMark; 4] = [ExpandMark::Before, ExpandMark::After, ExpandMark::None, ExpandMark::Both];

/// Letters that only ever stand for something a test planted: the private use area.
pub fn is_planted(letter: &char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(letter)
}

/// Somebody who edits.
pub struct Writer {
    pub dice: Dice,
    /// The next letter to plant, for writers that plant.
    pub plants: Option<u32>,
}

/// Makes one random edit as one change of `actor`; an edit may come to nothing.
pub fn edit(doc: &mut Automerge, actor: &ActorId, writer: &mut Writer) {
    let objects = objects(doc);
    doc.set_actor(actor.clone());
    let mut tx = doc.transaction();
    for _ in 0..=writer.dice.below(2) {
        let (object, kind) = writer.dice.pick(&objects).clone();
        // An edit at a place that the one before it removed is refused, as it would be for a person.
        let _ = match kind {
            ObjType::Map | ObjType::Table => writer.edit_map(&mut tx, &object),
            ObjType::List => writer.edit_list(&mut tx, &object),
            ObjType::Text => writer.edit_text(&mut tx, &object),
        };
    }
    tx.commit();
}

/// Removes one planted letter, wherever it stands; false when there is none.
pub fn remove_planted(doc: &mut Automerge, actor: &ActorId, dice: &mut Dice) -> bool {
    let objects = objects(doc);
    doc.set_actor(actor.clone());
    let mut tx = doc.transaction();
    let start = dice.below(objects.len());
    for at in 0..objects.len() {
        let (object, kind) = &objects[(start + at) % objects.len()];
        let removed = match kind {
            ObjType::Map | ObjType::Table => remove_from_map(&mut tx, object),
            ObjType::List => remove_from_list(&mut tx, object),
            ObjType::Text => remove_from_text(&mut tx, object, dice),
        };
        if removed.expect("a planted letter can be removed") {
            tx.commit();
            return true;
        }
    }
    tx.commit();
    false
}

/// All objects that can be reached, those in conflict included.
pub fn objects(doc: &Automerge) -> Vec<(ObjId, ObjType)> {
    let mut found = vec![(ROOT, ObjType::Map)];
    let mut next = 0;
    while let Some((object, kind)) = found.get(next).cloned() {
        next += 1;
        let values: Vec<(Value<'_>, ObjId)> = match kind {
            ObjType::Map | ObjType::Table => {
                doc.keys(&object).flat_map(|key| doc.get_all(&object, key).expect("a key")).collect()
            }
            ObjType::List | ObjType::Text => {
                let places = boundaries(doc, &object, kind);
                places[..places.len() - 1]
                    .iter()
                    .flat_map(|at| doc.get_all(&object, *at).expect("a place"))
                    .collect()
            }
        };
        found.extend(values.into_iter().filter_map(|(value, id)| match value {
            Value::Object(kind) => Some((id, kind)),
            Value::Scalar(_) => None,
        }));
    }
    found
}

/// Where the elements of a list or text begin, and the end of it.
pub fn boundaries<D: ReadDoc>(doc: &D, object: &ObjId, kind: ObjType) -> Vec<usize> {
    let (mut places, end) = (vec![0], doc.length(object));
    let mut place = 0;
    while place < end {
        place += match (kind, doc.get(object, place).expect("a place")) {
            (ObjType::Text, Some((Value::Scalar(value), _))) => width(&value),
            _ => 1,
        };
        places.push(place);
    }
    places
}

fn width(value: &ScalarValue) -> usize {
    value.as_str().map_or(1, |text| text.encode_utf16().count())
}

impl Writer {
    /// A letter that nobody else ever writes.
    fn plant(&mut self) -> Option<String> {
        let next = self.plants.as_mut()?;
        *next = (*next + 1) % 6400;
        char::from_u32(0xe000 + *next).map(String::from)
    }

    fn words(&mut self) -> String {
        let mut words = String::new();
        for _ in 0..=self.dice.below(3) {
            words.push_str(WORDS[self.dice.below(WORDS.len())]);
        }
        if self.dice.percent(30) {
            self.plant().map_or(words.clone(), |letter| words.clone() + &letter)
        } else {
            words
        }
    }

    fn key(&mut self) -> String {
        let key = (*self.dice.pick(&KEYS)).to_owned();
        if self.dice.percent(10) {
            self.plant().map_or(key.clone(), |letter| key.clone() + &letter)
        } else {
            key
        }
    }

    fn scalar(&mut self) -> ScalarValue {
        match self.dice.below(9) {
            0 => ScalarValue::Null,
            1 => ScalarValue::Boolean(self.dice.percent(50)),
            2 => ScalarValue::Int(self.dice.below(100) as i64 - 50),
            3 => ScalarValue::F64(self.dice.below(8) as f64 / 4.0),
            4 => ScalarValue::Timestamp(self.dice.below(1000) as i64),
            5 => ScalarValue::counter(self.dice.below(10) as i64),
            6 => ScalarValue::Bytes(vec![1, 2, self.dice.below(4) as u8]),
            _ => ScalarValue::from(self.words()),
        }
    }

    fn kind(&mut self) -> ObjType {
        *self.dice.pick(&[ObjType::Map, ObjType::List, ObjType::Text])
    }

    fn edit_map(&mut self, tx: &mut Transaction<'_>, map: &ObjId) -> Result<(), AutomergeError> {
        let key = self.key();
        match self.dice.below(12) {
            0..5 => {
                let value = self.scalar();
                tx.put(map, key, value)
            }
            5 => {
                let kind = self.kind();
                tx.put_object(map, key, kind).map(drop)
            }
            6 => tx.put(map, "tally", ScalarValue::counter(self.dice.below(5) as i64)),
            7 | 8 => tx.increment(map, "tally", self.dice.below(7) as i64 - 3),
            9 => {
                let counter = tx.keys(map).find(|key| is_counter(tx.get(map, key.as_str())));
                counter.map_or(Ok(()), |key| tx.increment(map, key, 1))
            }
            _ => {
                let keys: Vec<String> = tx.keys(map).filter(|key| !key.starts_with("base")).collect();
                if keys.is_empty() { Ok(()) } else { tx.delete(map, self.dice.pick(&keys).as_str()) }
            }
        }
    }

    fn edit_list(&mut self, tx: &mut Transaction<'_>, list: &ObjId) -> Result<(), AutomergeError> {
        let length = tx.length(list);
        let at = self.dice.below(length.max(1));
        match self.dice.below(9) {
            0 | 1 => {
                let value = self.scalar();
                tx.insert(list, self.dice.below(length + 1), value)
            }
            2 => {
                let kind = self.kind();
                tx.insert_object(list, self.dice.below(length + 1), kind).map(drop)
            }
            3 => {
                let values: Vec<ScalarValue> = (0..3).map(|_| self.scalar()).collect();
                tx.splice(list, at, (length > 0) as isize, values)
            }
            _ if length == 0 => Ok(()),
            4 => {
                let value = self.scalar();
                tx.put(list, at, value)
            }
            5 => {
                let kind = self.kind();
                tx.put_object(list, at, kind).map(drop)
            }
            6 if is_counter(tx.get(list, at)) => tx.increment(list, at, 2),
            6 => tx.put(list, at, ScalarValue::counter(1)),
            _ => tx.delete(list, at),
        }
    }

    fn edit_text(&mut self, tx: &mut Transaction<'_>, text: &ObjId) -> Result<(), AutomergeError> {
        let places = boundaries(tx, text, ObjType::Text);
        let (one, other) = (*self.dice.pick(&places), *self.dice.pick(&places));
        let (start, end) = (one.min(other), one.max(other));
        let short = (end - start).min(6);
        match self.dice.below(20) {
            0..6 => {
                let words = self.words();
                tx.splice_text(text, start, 0, &words)
            }
            6..9 => tx.splice_text(text, start, short as isize, ""),
            9 | 10 => {
                let words = self.words();
                tx.splice_text(text, start, short as isize, &words)
            }
            11..14 => self.mark(tx, text, start, end),
            14 => {
                let name = self.mark_name();
                tx.unmark(text, &name, start, end, *self.dice.pick(&EXPANDS))
            }
            15 | 16 => self.split_block(tx, text, start),
            17 => match self.a_block(tx, text, &places) {
                Some(at) if self.dice.percent(60) => tx.join_block(text, at),
                Some(at) => self.replace_block(tx, text, at),
                None => Ok(()),
            },
            18 => {
                let words = self.words();
                tx.update_text(text, &words)
            }
            _ if start < tx.length(text) => {
                let words = self.words();
                let letter: String = words.chars().take(1).collect();
                tx.put(text, start, letter.as_str())
            }
            _ => Ok(()),
        }
    }

    fn mark_name(&mut self) -> String {
        let name = (*self.dice.pick(&MARKS)).to_owned();
        if self.dice.percent(15) {
            self.plant().map_or(name.clone(), |letter| name.clone() + &letter)
        } else {
            name
        }
    }

    fn mark(
        &mut self,
        tx: &mut Transaction<'_>,
        text: &ObjId,
        start: usize,
        end: usize,
    ) -> Result<(), AutomergeError> {
        let name = self.mark_name();
        let value = if self.dice.percent(40) { ScalarValue::Boolean(true) } else { self.words().into() };
        tx.mark(text, Mark::new(name, value, start, end), *self.dice.pick(&EXPANDS))
    }

    fn split_block(
        &mut self,
        tx: &mut Transaction<'_>,
        text: &ObjId,
        at: usize,
    ) -> Result<(), AutomergeError> {
        let block = tx.split_block(text, at)?;
        let words = self.words();
        tx.put(&block, "type", words)
    }

    fn replace_block(
        &mut self,
        tx: &mut Transaction<'_>,
        text: &ObjId,
        at: usize,
    ) -> Result<(), AutomergeError> {
        let block = tx.replace_block(text, at)?;
        let value = self.scalar();
        tx.put(&block, "type", value)
    }

    fn a_block(&mut self, tx: &Transaction<'_>, text: &ObjId, places: &[usize]) -> Option<usize> {
        let is_block = |at: &&usize| matches!(tx.get(text, **at), Ok(Some((Value::Object(ObjType::Map), _))));
        let blocks: Vec<usize> = places.iter().filter(is_block).copied().collect();
        (!blocks.is_empty()).then(|| *self.dice.pick(&blocks))
    }
}

fn is_counter(value: Result<Option<(Value<'_>, ObjId)>, AutomergeError>) -> bool {
    let Ok(Some((Value::Scalar(value), _))) = value else { return false };
    matches!(value.as_ref(), ScalarValue::Counter(_))
}

fn holds_planted(values: Vec<(Value<'_>, ObjId)>) -> bool {
    values.iter().any(|(value, _)| match value {
        Value::Scalar(value) => {
            value.as_str().is_some_and(|text| text.chars().any(|letter| is_planted(&letter)))
        }
        Value::Object(_) => false,
    })
}

fn remove_from_map(tx: &mut Transaction<'_>, map: &ObjId) -> Result<bool, AutomergeError> {
    let keys: Vec<String> = tx.keys(map).collect();
    for key in keys {
        if key.chars().any(|letter| is_planted(&letter)) || holds_planted(tx.get_all(map, key.as_str())?) {
            tx.delete(map, key)?;
            return Ok(true);
        }
    }
    Ok(false)
}

fn remove_from_list(tx: &mut Transaction<'_>, list: &ObjId) -> Result<bool, AutomergeError> {
    for at in 0..tx.length(list) {
        if holds_planted(tx.get_all(list, at)?) {
            tx.delete(list, at)?;
            return Ok(true);
        }
    }
    Ok(false)
}

fn remove_from_text(tx: &mut Transaction<'_>, text: &ObjId, dice: &mut Dice) -> Result<bool, AutomergeError> {
    let places = boundaries(tx, text, ObjType::Text);
    for place in places.windows(2) {
        if holds_planted(tx.get_all(text, place[0])?) {
            tx.splice_text(text, place[0], (place[1] - place[0]) as isize, "")?;
            return Ok(true);
        }
    }
    for mark in tx.marks(text)? {
        let letters = format!("{}{}", mark.name(), mark.value().as_str().unwrap_or_default());
        if letters.chars().any(|letter| is_planted(&letter)) {
            tx.unmark(text, mark.name(), mark.start, mark.end, *dice.pick(&EXPANDS))?;
            return Ok(true);
        }
    }
    Ok(false)
}
