//! What a document says, with the identity of everything it says: values, all conflicts, marks and
//! blocks. Reads only; what two readings must have in common is decided by `verify` and `rebase`.

use std::collections::BTreeMap;
use std::sync::Arc;

use automerge::iter::Span;
use automerge::legacy::{ObjectId, OpId};
use automerge::{Automerge, AutomergeError, ObjId, ObjType, Prop, ROOT, ReadDoc, ScalarValue, Value};

use super::moved::{Moved, OpMap};
use super::scalar::Scalar;

/// The marks over one element, by name; removed marks are absent.
pub(super) type Marks = BTreeMap<String, Scalar>;

/// Everything that can be reached from the root, conflicts included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) objects: BTreeMap<ObjectId, Content>,
}

/// What one object holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Map(BTreeMap<String, Vec<Entry>>),
    List(Vec<Element>),
    /// `ranges` is the library's second account of the marks; a fold must not change it either.
    Text {
        elements: Vec<Element>,
        ranges: Vec<MarkRange>,
    },
}

/// One of the values that stand at a place; the last one of a place wins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) id: OpId,
    pub(super) said: Said,
}

/// A value, or that an object of its own stands there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    Scalar(Scalar),
    Object,
}

/// One place of a list or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) entries: Vec<Entry>,
    pub(super) marks: Arc<Marks>,
}

/// A mark from `start` to `end`, in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarkRange {
    /// First unit under the mark.
    pub start: usize,
    /// First unit after it.
    pub end: usize,
    /// The mark's name.
    pub name: String,
    /// The mark's value.
    pub value: Scalar,
}

impl Reading {
    /// Reads the whole document.
    pub(super) fn of(doc: &Automerge) -> Result<Self, AutomergeError> {
        let mut objects = BTreeMap::new();
        let mut waiting = vec![(ROOT, ObjType::Map)];
        while let Some((object, kind)) = waiting.pop() {
            let content = Content::of(doc, &object, kind, &mut waiting)?;
            objects.insert(object_id(&object), content);
        }
        Ok(Self { objects })
    }

    /// Whether a mark shows anywhere in a text.
    pub(super) fn shows_mark(&self, text: &ObjectId, (name, value): &(String, Scalar)) -> bool {
        let Some(Content::Text { elements, ranges }) = self.objects.get(text) else { return false };
        elements.iter().any(|element| element.marks.get(name) == Some(value))
            || ranges.iter().any(|range| range.name == *name && range.value == *value)
    }

    /// Where each object stands: the object it is in, and the key or index there.
    pub(super) fn homes(&self) -> BTreeMap<ObjectId, (&ObjectId, Prop)> {
        let mut homes = BTreeMap::new();
        for (object, content) in &self.objects {
            for (place, entries) in content.places() {
                for entry in entries.iter().filter(|entry| entry.said == Said::Object) {
                    homes.insert(ObjectId::Id(entry.id.clone()), (object, place.clone()));
                }
            }
        }
        homes
    }

    /// The same reading under new operation ids; the id of a visible operation that was dropped is
    /// the error, because a fold may drop only what nobody sees.
    pub(super) fn renamed(self, moved: &OpMap) -> Result<Self, OpId> {
        let mut objects = BTreeMap::new();
        for (object, content) in self.objects {
            objects.insert(rename_object(object, moved)?, content.renamed(moved)?);
        }
        Ok(Self { objects })
    }

    /// The same reading under new operation ids, without the values that were dropped.
    pub(super) fn without_dropped(self, moved: &OpMap) -> Self {
        let objects = self.objects.into_iter().filter_map(|(object, content)| {
            rename_object(object, moved).ok().map(|object| (object, content.without_dropped(moved)))
        });
        Self { objects: objects.collect() }
    }

    /// The first object that the two readings do not agree on.
    pub(super) fn first_difference(&self, other: &Self) -> Option<ObjectId> {
        let differs = |object: &&ObjectId| self.objects.get(*object) != other.objects.get(*object);
        self.objects.keys().chain(other.objects.keys()).find(differs).cloned()
    }
}

impl Content {
    fn of(
        doc: &Automerge,
        object: &ObjId,
        kind: ObjType,
        found: &mut Vec<(ObjId, ObjType)>,
    ) -> Result<Self, AutomergeError> {
        Ok(match kind {
            ObjType::Map | ObjType::Table => Self::Map(read_map(doc, object, found)?),
            ObjType::List => Self::List(read_list(doc, object, found)?),
            ObjType::Text => {
                Self::Text { elements: read_text(doc, object, found)?, ranges: read_ranges(doc, object)? }
            }
        })
    }

    /// The values of each place; a place of a text is a UTF-16 index.
    pub(super) fn places(&self) -> Vec<(Prop, &Vec<Entry>)> {
        if let Self::Map(keys) = self {
            return keys.iter().map(|(key, entries)| (Prop::Map(key.clone()), entries)).collect();
        }
        let mut next = 0;
        let place = |element: &'_ Element| {
            let place = next;
            next += if matches!(self, Self::Text { .. }) { element.width() } else { 1 };
            place
        };
        let places: Vec<usize> = self.elements().iter().map(place).collect();
        places
            .into_iter()
            .map(Prop::Seq)
            .zip(self.elements().iter().map(|element| &element.entries))
            .collect()
    }

    /// The elements of a list or text; none for a map.
    pub(super) fn elements(&self) -> &[Element] {
        match self {
            Self::Map(_) => &[],
            Self::List(elements) | Self::Text { elements, .. } => elements,
        }
    }

    fn renamed(self, moved: &OpMap) -> Result<Self, OpId> {
        Ok(match self {
            Self::Map(keys) => Self::Map(
                keys.into_iter()
                    .map(|(key, entries)| Ok((key, rename_entries(entries, moved)?)))
                    .collect::<Result<_, OpId>>()?,
            ),
            Self::List(elements) => Self::List(rename_elements(elements, moved)?),
            Self::Text { elements, ranges } => {
                Self::Text { elements: rename_elements(elements, moved)?, ranges }
            }
        })
    }
}

impl Content {
    fn without_dropped(self, moved: &OpMap) -> Self {
        let kept = |element: Element| {
            let entries = kept_entries(element.entries, moved);
            (!entries.is_empty()).then_some(Element { entries, marks: element.marks })
        };
        let all_kept = |elements: Vec<Element>| elements.into_iter().filter_map(kept).collect();
        match self {
            Self::Map(keys) => {
                let keys = keys.into_iter().map(|(key, entries)| (key, kept_entries(entries, moved)));
                Self::Map(keys.collect())
            }
            Self::List(elements) => Self::List(all_kept(elements)),
            Self::Text { elements, ranges } => Self::Text { elements: all_kept(elements), ranges },
        }
    }
}

impl Element {
    /// How many UTF-16 units the element takes: those of the winning text; anything else takes one. An
    /// empty text counts as one as well, so that a walk always moves on.
    fn width(&self) -> usize {
        match self.entries.last() {
            Some(Entry { said: Said::Scalar(Scalar::Text(text)), .. }) => text.encode_utf16().count().max(1),
            _ => 1,
        }
    }

    /// The text of the winning value, when the place holds nothing but text.
    pub(super) fn text(&self) -> Option<&str> {
        match self.entries.as_slice() {
            [Entry { said: Said::Scalar(Scalar::Text(text)), .. }] => Some(text),
            _ => None,
        }
    }
}

fn read_map(
    doc: &Automerge,
    object: &ObjId,
    found: &mut Vec<(ObjId, ObjType)>,
) -> Result<BTreeMap<String, Vec<Entry>>, AutomergeError> {
    let mut keys = BTreeMap::new();
    for item in doc.map_range(object, ..) {
        let entries = match item.conflict {
            false => vec![(item.value.clone().into_value(), item.id())],
            true => doc.get_all(object, &*item.key)?,
        };
        keys.insert(item.key.into_owned(), read_entries(entries, found));
    }
    Ok(keys)
}

fn read_list(
    doc: &Automerge,
    object: &ObjId,
    found: &mut Vec<(ObjId, ObjType)>,
) -> Result<Vec<Element>, AutomergeError> {
    let unmarked = Arc::new(Marks::new());
    let element = |index| {
        let entries = read_entries(doc.get_all(object, index)?, found);
        Ok(Element { entries, marks: unmarked.clone() })
    };
    (0..doc.length(object)).map(element).collect()
}

/// Reads a text element by element.
fn read_text(
    doc: &Automerge,
    object: &ObjId,
    found: &mut Vec<(ObjId, ObjType)>,
) -> Result<Vec<Element>, AutomergeError> {
    let mut marks = MarksByIndex::of(doc, object)?;
    let mut walked = walk_text(doc, object)?.map(Vec::into_iter);
    let mut elements = Vec::new();
    let (mut index, end) = (0, doc.length(object));
    while index < end {
        let entries = match walked.as_mut().and_then(Iterator::next) {
            Some((winner, Conflict::No)) => read_entries(vec![winner], found),
            Some((_, Conflict::Yes)) | None => read_entries(doc.get_all(object, index)?, found),
        };
        let element = Element { entries, marks: marks.at(index) };
        index += element.width();
        elements.push(element);
    }
    Ok(elements)
}

/// Whether more than one value stands at a place.
enum Conflict {
    Yes,
    No,
}

type Walked<'a> = ((Value<'a>, ObjId), Conflict);

/// The winners of a text in one walk, many times faster than asking for each place. The walk passes
/// off marks as elements, so it counts only where what looks like text is the text: a mark whose value
/// is text makes it longer, and then each place is asked for.
fn walk_text<'a>(doc: &'a Automerge, object: &ObjId) -> Result<Option<Vec<Walked<'a>>>, AutomergeError> {
    let mut text = String::new();
    let mut winners = Vec::new();
    for item in doc.list_range(object, ..) {
        let (id, conflict) = (item.id(), if item.conflict { Conflict::Yes } else { Conflict::No });
        let value = item.value.into_value();
        match (&value, value.as_str()) {
            (Value::Object(_), _) => text.push('\u{fffc}'),
            (Value::Scalar(_), Some(letters)) => text.push_str(letters),
            (Value::Scalar(_), None) => continue,
        }
        winners.push(((value, id), conflict));
    }
    Ok((text == doc.text(object)?).then_some(winners))
}

fn read_entries(values: Vec<(Value<'_>, ObjId)>, found: &mut Vec<(ObjId, ObjType)>) -> Vec<Entry> {
    let entry = |(value, id): (Value<'_>, ObjId)| {
        let op = op_id(&id);
        let said = match value {
            Value::Object(kind) => {
                found.push((id, kind));
                Said::Object
            }
            Value::Scalar(scalar) => Said::Scalar(Scalar::from(scalar.as_ref())),
        };
        Entry { id: op, said }
    };
    values.into_iter().map(entry).collect()
}

/// The marks of a text as ranges.
pub(super) fn read_ranges(doc: &Automerge, object: &ObjId) -> Result<Vec<MarkRange>, AutomergeError> {
    let range = |mark: automerge::marks::Mark| MarkRange {
        start: mark.start,
        end: mark.end,
        name: mark.name().to_owned(),
        value: Scalar::from(mark.value()),
    };
    let mut ranges: Vec<_> = doc.marks(object)?.into_iter().map(range).collect();
    ranges.sort();
    Ok(ranges)
}

/// The marks of a text by UTF-16 index, asked for in rising order.
struct MarksByIndex {
    /// End of each run and the marks in it.
    runs: std::iter::Peekable<std::vec::IntoIter<(usize, Arc<Marks>)>>,
    unmarked: Arc<Marks>,
}

impl MarksByIndex {
    fn of(doc: &Automerge, object: &ObjId) -> Result<Self, AutomergeError> {
        let mut end = 0;
        let run = |span: Span| {
            end += span.as_str().encode_utf16().count();
            (end, Arc::new(marks_of(&span)))
        };
        let runs: Vec<_> = doc.spans(object)?.map(run).collect();
        Ok(Self { runs: runs.into_iter().peekable(), unmarked: Arc::default() })
    }

    fn at(&mut self, index: usize) -> Arc<Marks> {
        while self.runs.next_if(|(end, _)| *end <= index).is_some() {}
        self.runs.peek().map_or_else(|| self.unmarked.clone(), |(_, marks)| marks.clone())
    }
}

/// The marks that show on a run of text.
pub(super) fn marks_of(span: &Span) -> Marks {
    let Span::Text { marks: Some(marks), .. } = span else { return Marks::new() };
    let shown = marks.iter().filter(|(_, value)| !matches!(value, ScalarValue::Null));
    shown.map(|(name, value)| (name.to_owned(), Scalar::from(value))).collect()
}

fn rename_elements(elements: Vec<Element>, moved: &OpMap) -> Result<Vec<Element>, OpId> {
    let rename = |element: Element| {
        Ok(Element { entries: rename_entries(element.entries, moved)?, marks: element.marks })
    };
    elements.into_iter().map(rename).collect()
}

fn rename_entries(entries: Vec<Entry>, moved: &OpMap) -> Result<Vec<Entry>, OpId> {
    entries.into_iter().map(|entry| Ok(Entry { id: rename(entry.id, moved)?, said: entry.said })).collect()
}

fn kept_entries(entries: Vec<Entry>, moved: &OpMap) -> Vec<Entry> {
    let kept = |entry: Entry| rename(entry.id, moved).ok().map(|id| Entry { id, said: entry.said });
    entries.into_iter().filter_map(kept).collect()
}

/// The object under its new id; the old id is the error when it was dropped.
pub(super) fn rename_object(object: ObjectId, moved: &OpMap) -> Result<ObjectId, OpId> {
    match object {
        ObjectId::Root => Ok(ObjectId::Root),
        ObjectId::Id(id) => rename(id, moved).map(ObjectId::Id),
    }
}

fn rename(id: OpId, moved: &OpMap) -> Result<OpId, OpId> {
    match moved.get(&id) {
        Moved::Stays => Ok(id),
        Moved::To(new) => Ok(new.clone()),
        Moved::Dropped => Err(id),
    }
}

/// The operation that made an object, or set a value.
fn op_id(id: &ObjId) -> OpId {
    match id {
        // The library never gives the root as the value of a place.
        ObjId::Root => OpId(0, automerge::ActorId::from(&[][..])),
        ObjId::Id(counter, actor, _) => OpId(*counter, actor.clone()),
    }
}

pub(super) fn object_id(id: &ObjId) -> ObjectId {
    match id {
        ObjId::Root => ObjectId::Root,
        ObjId::Id(counter, actor, _) => ObjectId::Id(OpId(*counter, actor.clone())),
    }
}

/// The library's handle for an object; the actor's index in it is only a hint, so any will do.
pub(super) fn handle(object: &ObjectId) -> ObjId {
    match object {
        ObjectId::Root => ROOT,
        ObjectId::Id(OpId(counter, actor)) => ObjId::Id(*counter, actor.clone(), 0),
    }
}
