//! Owns writing: one edit is one transaction is one change, or nothing at all. Who may write is not
//! decided here; what a kind offers to write is the kind's own business.

use super::genesis::{VERSION, held_schema, written_schema};
use super::{Document, Field, Path, Reader, Value, change_hash, header};
use crate::coaching::Kind;
use crate::ids::{ChangeHash, ItemId, PersonId};
use crate::time::Timestamp;
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{Automerge, AutomergeError, Change, ObjId, ObjType, ReadDoc};

/// The keys under which labels stand: what people wrote, unlike the stable words under other keys.
pub const LABELS: [&str; 12] = [
    "asked",
    "conversation",
    "kpi",
    "label",
    "measure",
    "note",
    "place",
    "said_by",
    "system",
    "title",
    "topic",
    "what",
];
/// How many characters a label may have: a title, a tag, a name, a place.
pub const LABEL_LIMIT: usize = 120;
/// How many UTF-16 units the notes of a document may have: about a hundred pages.
pub const NOTES_LIMIT: usize = 200_000;
/// How many UTF-16 units the text of one item may have: about five pages.
pub const ITEM_TEXT_LIMIT: usize = 10_000;

/// Who writes, when, and with which randomness.
pub struct Writer<'a> {
    /// The person at the phone.
    pub person: PersonId,
    /// The phone's time.
    pub now: Timestamp,
    /// Where new item ids and order keys come from.
    pub rng: &'a mut dyn rand::Rng,
}

/// Why an edit was not made. Nothing of it is in the document.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The document has no such container, item or text.
    #[error("there is no such place in `{container}` of this document")]
    NoSuchPlace {
        /// The key at the root.
        container: String,
    },
    /// A label is too long, or empty where it must not be.
    #[error("`{field}` may have 1 to {limit} characters, not {length}")]
    Label {
        /// Which one.
        field: &'static str,
        /// How many it may have.
        limit: usize,
        /// How many it has.
        length: usize,
    },
    /// A text would become too long.
    #[error("a text in `{container}` may have {limit} UTF-16 units, not {length}")]
    TextTooLong {
        /// The key at the root.
        container: String,
        /// How many it may have.
        limit: usize,
        /// How many it would have.
        length: usize,
    },
    /// A position is beyond the end of a text.
    #[error("position {index} is beyond the end of a text of {length} UTF-16 units")]
    OutOfBounds {
        /// The position.
        index: usize,
        /// The length of the text.
        length: usize,
    },
    /// A position is inside a character that takes two UTF-16 units.
    #[error("position {index} is inside a character that takes two UTF-16 units")]
    InsideCharacter {
        /// The position.
        index: usize,
    },
    /// A value that cannot be: a negative duration, an end before its start.
    #[error("`{field}` cannot have this value")]
    Impossible {
        /// Which one.
        field: &'static str,
    },
    /// The edit names the state that the person sees, and part of it is a draft that nobody else will ever know.
    #[error("the drafts of this document must be folded before this edit")]
    FoldFirst,
    /// The document is of a kind that this version of the app does not know.
    #[error("this document is of a kind that this version of the app does not know; update the app")]
    UnknownKind,
    /// The document was written by a newer version of the app: it can be read, not changed.
    #[error(
        "this document was written by a newer version of the app (schema {found}, this one knows {known}); update the app to change it"
    )]
    NewerSchema {
        /// The document's.
        found: u32,
        /// This app's.
        known: u32,
    },
    /// The CRDT refused.
    #[error("the document could not be changed")]
    Refused(#[from] AutomergeError),
}

/// An edit in progress. What a kind offers is built from these few operations.
pub struct Edit<'a> {
    pub(super) tx: Transaction<'a>,
    person: PersonId,
    now: Timestamp,
    pub(super) rng: &'a mut dyn rand::Rng,
    base: Base,
}

/// What an edit is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// Changes that are, or will be, known to others under the names they have here.
    Wire,
    /// Drafts: when they are folded their names are gone.
    Drafts,
}

/// Makes one edit: all that `f` does becomes one change, or, if it fails, nothing does.
///
/// The change has no time and no message: when and by whom something was written is the server's record.
/// No change comes back if nothing changed.
pub fn edit<T>(
    doc: &mut Automerge,
    writer: &mut Writer<'_>,
    f: impl FnOnce(&mut Edit<'_>) -> Result<T, EditError>,
) -> Result<(T, Option<Change>), EditError> {
    edit_on(Base::Wire, doc, writer, f)
}

/// Makes one edit on a document that holds drafts. An edit that must name what it is made on, such as an
/// acknowledgement, is refused with [`EditError::FoldFirst`].
pub fn edit_on_drafts<T>(
    doc: &mut Automerge,
    writer: &mut Writer<'_>,
    f: impl FnOnce(&mut Edit<'_>) -> Result<T, EditError>,
) -> Result<(T, Option<Change>), EditError> {
    edit_on(Base::Drafts, doc, writer, f)
}

fn edit_on<T>(
    base: Base,
    doc: &mut Automerge,
    writer: &mut Writer<'_>,
    f: impl FnOnce(&mut Edit<'_>) -> Result<T, EditError>,
) -> Result<(T, Option<Change>), EditError> {
    let kind = writable_kind(doc)?;
    let (person, now) = (writer.person, writer.now);
    let edit = Edit { tx: doc.transaction(), person, now, rng: &mut *writer.rng, base };
    let (value, hash) = edit.run(|edit| {
        let value = f(edit)?;
        edit.stamp_schema(kind)?;
        Ok(value)
    })?;
    Ok((value, hash.and_then(|hash| doc.get_change_by_hash(&hash))))
}

fn writable_kind(doc: &Automerge) -> Result<Kind, EditError> {
    let kind = header(doc).and_then(|(name, _)| Kind::parse(&name)).ok_or(EditError::UnknownKind)?;
    let (found, known) = (written_schema(&Document::of(doc)), kind.schema());
    if found > known {
        return Err(EditError::NewerSchema { found, known });
    }
    Ok(kind)
}

impl<'a> Edit<'a> {
    fn run<T>(
        mut self,
        f: impl FnOnce(&mut Self) -> Result<T, EditError>,
    ) -> Result<(T, Option<automerge::ChangeHash>), EditError> {
        match f(&mut self) {
            Ok(value) => {
                let (hash, _) = self.tx.commit_with(CommitOptions::default().with_time(0));
                Ok((value, hash))
            }
            Err(error) => {
                self.tx.rollback();
                Err(error)
            }
        }
    }

    /// The person at the phone.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The phone's time.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// A new id for an item.
    pub fn new_id(&mut self) -> ItemId {
        ItemId::random(self.rng)
    }

    /// The heads of the document as it was before this edit, ascending.
    pub fn base_heads(&self) -> Result<Vec<ChangeHash>, EditError> {
        if self.base == Base::Drafts {
            return Err(EditError::FoldFirst);
        }
        let mut heads: Vec<ChangeHash> = self.tx.get_heads().iter().map(change_hash).collect();
        heads.sort();
        Ok(heads)
    }

    /// Reads what the edit has made of the document so far.
    pub fn reader(&self) -> Reader<'_, Transaction<'a>> {
        Reader::whole(&self.tx)
    }

    /// Writes a value. Whatever values stood there, also several people's, are replaced by it.
    pub fn put<T: Field>(&mut self, path: &Path, value: &T) -> Result<(), EditError> {
        let (parent, key) = self.parent(path)?;
        self.tx.put(&parent, key, value.to_value().into_scalar())?;
        Ok(())
    }

    /// Writes a value, or empties the key.
    ///
    /// An emptied key keeps a mark of being empty, so that somebody else's value beside it shows as a conflict.
    pub fn put_or_clear<T: Field>(&mut self, path: &Path, value: Option<&T>) -> Result<(), EditError> {
        match value {
            Some(value) => self.put(path, value),
            None if self.reader().get::<Value>(path).is_none() => Ok(()),
            None => self.put(path, &Value::Nothing),
        }
    }

    /// Writes a label of 1 to [`LABEL_LIMIT`] characters.
    pub fn put_label(&mut self, path: &Path, field: &'static str, label: &str) -> Result<(), EditError> {
        debug_assert!(
            path.keys().last().is_some_and(|key| LABELS.contains(&key.as_str())),
            "{field} is listed"
        );
        self.put(path, &checked_label(field, label)?.to_owned())
    }

    /// Chooses among several people's values: the chosen one replaces them all.
    ///
    /// Only a value that stands there can be chosen: it may be that somebody else settled it meanwhile.
    pub fn settle(&mut self, path: &Path, chosen: &Value) -> Result<(), EditError> {
        if !self.reader().values::<Value>(path).contains(chosen) {
            return Err(EditError::Impossible { field: "settled value" });
        }
        self.put(path, chosen)
    }

    /// Takes a key away. Somebody else's value beside it, which this phone has not seen, stays.
    pub(super) fn delete(&mut self, path: &Path) -> Result<(), EditError> {
        let (parent, key) = self.parent(path)?;
        Ok(self.tx.delete(&parent, key)?)
    }

    /// Makes an empty map.
    ///
    /// Only inside an item that this same edit makes: two people who make one map make two.
    pub fn add_map(&mut self, path: &Path) -> Result<(), EditError> {
        let (parent, key) = self.parent(path)?;
        self.tx.put_object(&parent, key, ObjType::Map)?;
        Ok(())
    }

    /// Makes a text, of at most [`ITEM_TEXT_LIMIT`] units.
    ///
    /// Only inside an item that this same edit makes: two people who make one text make two.
    pub fn add_text(&mut self, path: &Path, content: &str) -> Result<(), EditError> {
        let (parent, key) = self.parent(path)?;
        self.tx.put_object(&parent, key, ObjType::Text)?;
        self.splice(path, 0, 0, content)
    }

    pub(super) fn parent<'p>(&self, path: &'p Path) -> Result<(ObjId, &'p str), EditError> {
        let missing = || no_such_place(path);
        let key = path.keys().last().ok_or_else(missing)?;
        let (parent, _) = path.split_last().ok_or_else(missing)?;
        let parent = self.reader().object(&parent, ObjType::Map).ok_or_else(missing)?;
        Ok((parent, key))
    }

    fn stamp_schema(&mut self, kind: Kind) -> Result<(), EditError> {
        let (held, written) = (held_schema(&self.reader(), kind), written_schema(&self.reader()));
        if self.tx.pending_ops() == 0 || held <= written {
            return Ok(());
        }
        self.put(&Path::of(VERSION), &i64::from(held))
    }
}

pub(super) fn no_such_place(path: &Path) -> EditError {
    EditError::NoSuchPlace { container: path.container().to_owned() }
}

/// The label, if it has 1 to [`LABEL_LIMIT`] characters.
pub fn checked_label<'l>(field: &'static str, label: &'l str) -> Result<&'l str, EditError> {
    match label.chars().count() {
        1..=LABEL_LIMIT => Ok(label),
        length => Err(EditError::Label { field, limit: LABEL_LIMIT, length }),
    }
}
