//! Owns the writing of prose: splices and marks, counted in UTF-16 units as phones count them.

use super::edit::{ITEM_TEXT_LIMIT, NOTES_LIMIT, no_such_place};
use super::{Edit, EditError, Path};
use crate::ids::ItemId;
use automerge::marks::ExpandMark;
use automerge::transaction::Transactable;
use automerge::{ObjId, ObjType, ReadDoc, ScalarValue};
use std::ops::Range;

/// A mark on a stretch of prose.
#[derive(Clone, PartialEq, Eq)]
pub enum Mark {
    /// Bold; grows when somebody types at its end.
    Bold,
    /// Italic; grows when somebody types at its end.
    Italic,
    /// A link to this address.
    Link(String),
    /// Belongs to this topic.
    Topic(String),
    /// Became this step or follow-up.
    Promise(ItemId),
    /// A comment; its id keeps it apart from another comment on the same words.
    Comment(ItemId, String),
}

impl Mark {
    /// Its name in the document. Two marks of one name cannot overlap, so topics and comments have names of their own.
    pub fn name(&self) -> String {
        match self {
            Self::Bold => "b".into(),
            Self::Italic => "i".into(),
            Self::Link(_) => "link".into(),
            Self::Topic(tag) => format!("topic:{tag}"),
            Self::Promise(step) => format!("promise:{step}"),
            Self::Comment(id, _) => format!("comment:{id}"),
        }
    }

    fn value(&self) -> ScalarValue {
        match self {
            Self::Link(detail) | Self::Comment(_, detail) => detail.as_str().into(),
            Self::Bold | Self::Italic | Self::Topic(_) | Self::Promise(_) => true.into(),
        }
    }

    const fn expand(&self) -> ExpandMark {
        match self {
            Self::Bold | Self::Italic => ExpandMark::After,
            Self::Link(_) | Self::Topic(_) | Self::Promise(_) | Self::Comment(..) => ExpandMark::None,
        }
    }

    fn check(&self) -> Result<(), EditError> {
        let (field, detail, limit) = match self {
            Self::Link(address) => ("link", address, LINK_LIMIT),
            Self::Topic(tag) => ("topic", tag, super::edit::LABEL_LIMIT),
            Self::Comment(_, comment) => ("comment", comment, COMMENT_LIMIT),
            Self::Bold | Self::Italic | Self::Promise(_) => return Ok(()),
        };
        match detail.chars().count() {
            length if length == 0 || length > limit => Err(EditError::Label { field, limit, length }),
            _ => Ok(()),
        }
    }
}

/// A splice of a text, as a phone reports typing: at a position, so many units gone, these words in their place.
#[derive(Clone, PartialEq, Eq)]
pub struct Splice {
    /// The position, in UTF-16 units.
    pub at: u32,
    /// How many UTF-16 units go.
    pub delete: u32,
    /// What comes in their place.
    pub insert: String,
}

impl Splice {
    /// Words typed at a position.
    pub fn insert(at: u32, words: impl Into<String>) -> Self {
        Self { at, delete: 0, insert: words.into() }
    }
}

/// How many characters the address of a link may have.
pub const LINK_LIMIT: usize = 2_000;
/// How many characters a comment may have.
pub const COMMENT_LIMIT: usize = 1_000;

impl Edit<'_> {
    /// Removes `delete` UTF-16 units at `at` and writes `insert` there.
    pub fn splice(&mut self, path: &Path, at: usize, delete: usize, insert: &str) -> Result<(), EditError> {
        let text = self.text_object(path)?;
        let end = at.saturating_add(delete);
        self.check_range(&text, at..end)?;
        self.check_length(path, &text, delete, insert)?;
        if delete == 0 && insert.is_empty() {
            return Ok(());
        }
        let delete = isize::try_from(delete).map_err(|_| EditError::OutOfBounds { index: end, length: 0 })?;
        Ok(self.tx.splice_text(&text, at, delete, insert)?)
    }

    /// Makes a splice that a phone reported.
    pub fn apply_splice(&mut self, path: &Path, splice: &Splice) -> Result<(), EditError> {
        self.splice(path, splice.at as usize, splice.delete as usize, &splice.insert)
    }

    /// Makes the text say this, by the fewest edits that do.
    ///
    /// For paste and import alone: it guesses what was meant, and a guess can undo what somebody else wrote.
    pub fn replace_text(&mut self, path: &Path, content: &str) -> Result<(), EditError> {
        let text = self.text_object(path)?;
        let length = self.tx.length(&text);
        self.check_length(path, &text, length, content)?;
        Ok(self.tx.update_text(&text, content)?)
    }

    /// Puts a mark on a stretch of text.
    pub fn mark(&mut self, path: &Path, range: Range<usize>, mark: &Mark) -> Result<(), EditError> {
        mark.check()?;
        let text = self.markable(path, &range)?;
        let placed = automerge::marks::Mark::new(mark.name(), mark.value(), range.start, range.end);
        Ok(self.tx.mark(&text, placed, mark.expand())?)
    }

    /// Takes a mark off a stretch of text.
    pub fn unmark(&mut self, path: &Path, range: Range<usize>, mark: &Mark) -> Result<(), EditError> {
        let text = self.markable(path, &range)?;
        Ok(self.tx.unmark(&text, &mark.name(), range.start, range.end, mark.expand())?)
    }

    fn markable(&self, path: &Path, range: &Range<usize>) -> Result<ObjId, EditError> {
        let text = self.text_object(path)?;
        self.check_range(&text, range.clone())?;
        if range.is_empty() {
            return Err(EditError::Impossible { field: "range" });
        }
        Ok(text)
    }

    fn text_object(&self, path: &Path) -> Result<ObjId, EditError> {
        self.reader().object(path, ObjType::Text).ok_or_else(|| no_such_place(path))
    }

    fn check_range(&self, text: &ObjId, range: Range<usize>) -> Result<(), EditError> {
        let length = self.tx.length(text);
        if range.start > range.end {
            return Err(EditError::Impossible { field: "range" });
        }
        for index in [range.start, range.end] {
            if index > length {
                return Err(EditError::OutOfBounds { index, length });
            }
            if !is_boundary(&self.tx, text, index, length)? {
                return Err(EditError::InsideCharacter { index });
            }
        }
        Ok(())
    }

    /// Text that is too long already, because two people filled it offline, may still be shortened.
    fn check_length(&self, path: &Path, text: &ObjId, removed: usize, added: &str) -> Result<(), EditError> {
        let limit = if is_notes(path) { NOTES_LIMIT } else { ITEM_TEXT_LIMIT };
        let added = added.encode_utf16().count();
        let length = self.tx.length(text).saturating_sub(removed).saturating_add(added);
        if length > limit && added > removed {
            return Err(EditError::TextTooLong { container: path.container().to_owned(), limit, length });
        }
        Ok(())
    }
}

/// A text at the root, or below a named key, is notes; a text inside an item is the item's.
fn is_notes(path: &Path) -> bool {
    path.keys().iter().all(|key| ItemId::parse(key).is_err())
}

/// Whether a character begins at this index (or the text ends there).
pub(super) fn is_boundary<D: ReadDoc>(
    doc: &D,
    text: &ObjId,
    index: usize,
    length: usize,
) -> Result<bool, EditError> {
    if index == 0 || index >= length {
        return Ok(index <= length);
    }
    // A cursor names a character, so a position inside one comes back as the position of its beginning.
    let cursor = doc.get_cursor(text, index, None)?;
    Ok(doc.get_cursor_position(text, &cursor, None)? == index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fixture::{Phone, my_own, sync, two_phones};
    use crate::document::{Document, LABEL_LIMIT, Span};

    fn notes() -> Path {
        Path::of("notes")
    }

    fn phone_with(text: &str) -> Phone {
        let mut phone = Phone::new(1, "sample", &my_own());
        phone.edit(|edit| edit.splice(&notes(), 0, 0, text));
        phone
    }

    fn text(phone: &Phone) -> String {
        Document::of(&phone.doc).text(&notes())
    }

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn a_phone_inserts_and_deletes_around_every_kind_of_character_by_its_own_indices() {
        // One unit: Ș, ț, 懒. Two: the emoji, and s with a combining comma below.
        for character in ["Ș", "ț", "懒", "🙂", "s\u{326}"] {
            let mut phone = phone_with(&format!("a{character}b"));
            let after = 1 + units(character);
            phone.edit(|edit| edit.splice(&notes(), after, 0, "-"));
            phone.edit(|edit| edit.splice(&notes(), 1, 0, "-"));
            assert_eq!(text(&phone), format!("a-{character}-b"));
            phone.edit(|edit| edit.splice(&notes(), 2, units(character), ""));
            assert_eq!(text(&phone), "a--b");
        }
    }

    #[test]
    fn two_phones_that_write_around_the_same_characters_hold_the_same_bytes() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        maria.edit(|edit| edit.splice(&notes(), 0, 0, "Ș懒🙂s\u{326}ț"));
        sync(&mut maria, &mut andrei);

        maria.edit(|edit| edit.splice(&notes(), 2, 2, "ș"));
        andrei.edit(|edit| edit.splice(&notes(), 6, 1, "很懒"));
        andrei.edit(|edit| edit.splice(&notes(), 1, 0, "🙃"));
        sync(&mut maria, &mut andrei);

        assert_eq!(text(&maria), "Ș🙃懒șs\u{326}很懒");
        assert_eq!(text(&maria).as_bytes(), text(&andrei).as_bytes());
    }

    #[test]
    fn an_emoji_is_never_split() {
        let mut phone = phone_with("a🙂b");
        for (at, delete) in [(2, 0), (2, 1), (1, 1), (0, 2)] {
            let refused = phone.try_edit(|edit| edit.splice(&notes(), at, delete, "x")).unwrap_err();
            assert!(matches!(refused, EditError::InsideCharacter { index: 2 }), "{at} {delete}: {refused}");
        }
        let refused = phone.try_edit(|edit| edit.mark(&notes(), 0..2, &Mark::Bold)).unwrap_err();
        assert!(matches!(refused, EditError::InsideCharacter { index: 2 }));
        assert_eq!(text(&phone), "a🙂b");
    }

    #[test]
    fn a_position_beyond_the_end_is_refused_with_both_numbers() {
        let mut phone = phone_with("a🙂");
        for (at, delete, index) in
            [(4, 0, 4), (1, 3, 4), (0, usize::MAX, usize::MAX), (usize::MAX, 1, usize::MAX)]
        {
            match phone.try_edit(|edit| edit.splice(&notes(), at, delete, "x")).unwrap_err() {
                EditError::OutOfBounds { index: said, length: 3 } => assert_eq!(said, index),
                other => panic!("{other}"),
            }
        }
        assert_eq!(text(&phone), "a🙂");
    }

    #[test]
    fn a_failed_edit_leaves_nothing_behind() {
        let mut phone = phone_with("kept");
        let before = phone.doc.save();
        let refused = phone.try_edit(|edit| {
            edit.splice(&notes(), 0, 4, "gone")?;
            edit.add_item(&Path::of("items"))?;
            edit.splice(&notes(), 99, 0, "x")
        });
        assert!(refused.is_err());
        assert_eq!(phone.doc.save(), before);
        assert_eq!(text(&phone), "kept");
        phone.edit(|edit| edit.splice(&notes(), 4, 0, " on"));
        assert_eq!(text(&phone), "kept on");
    }

    #[test]
    fn an_edit_that_changes_nothing_is_no_change() {
        let mut phone = phone_with("same");
        let (_, change) = phone.try_edit(|edit| edit.splice(&notes(), 4, 0, "")).unwrap();
        assert!(change.is_none());
        phone.edit(|edit| edit.put(&Path::of("v"), &2_i64));
        let (_, change) = phone.try_edit(|edit| edit.put(&Path::of("v"), &2_i64)).unwrap();
        assert!(change.is_none());
        let (_, change) = phone.try_edit(|edit| edit.splice(&notes(), 4, 0, "!")).unwrap();
        let change = change.unwrap();
        assert_eq!((change.timestamp(), change.message()), (0, None));
    }

    #[test]
    fn bold_grows_at_its_end_and_a_topic_does_not() {
        let mut phone = phone_with("alpha beta");
        phone.edit(|edit| edit.mark(&notes(), 0..5, &Mark::Bold));
        phone.edit(|edit| edit.mark(&notes(), 6..10, &Mark::Topic("queue".into())));
        phone.edit(|edit| edit.splice(&notes(), 10, 0, "!"));
        phone.edit(|edit| edit.splice(&notes(), 5, 0, "s"));

        let bold = Span { start: 0, end: 6, name: "b".into(), detail: String::new() };
        let topic = Span { start: 7, end: 11, name: "topic:queue".into(), detail: String::new() };
        let prose = Document::of(&phone.doc).prose(&notes());
        assert_eq!((prose.text.as_str(), prose.spans), ("alphas beta!", vec![bold, topic]));
    }

    #[test]
    fn two_comments_on_the_same_words_are_both_kept_and_one_can_be_taken_off() {
        let mut phone = phone_with("alpha beta");
        let comment = |id: u8, words: &str| Mark::Comment(ItemId::from_bytes([id; 8]), words.into());
        phone.edit(|edit| edit.mark(&notes(), 0..5, &comment(1, "why?")));
        phone.edit(|edit| edit.mark(&notes(), 3..10, &comment(2, "懒?")));
        let details = |phone: &Phone| -> Vec<String> {
            Document::of(&phone.doc).prose(&notes()).spans.into_iter().map(|span| span.detail).collect()
        };
        assert_eq!(details(&phone), ["why?", "懒?"]);

        phone.edit(|edit| edit.unmark(&notes(), 0..5, &comment(1, "")));

        assert_eq!(details(&phone), ["懒?"]);
    }

    #[test]
    fn texts_labels_and_comments_have_limits_and_a_long_text_can_be_shortened() {
        let mut phone = phone_with("");
        let long = "懒".repeat(NOTES_LIMIT);
        phone.edit(|edit| edit.splice(&notes(), 0, 0, &long));
        let refused = phone.try_edit(|edit| edit.splice(&notes(), 0, 0, "x")).unwrap_err();
        assert!(matches!(refused, EditError::TextTooLong { limit: NOTES_LIMIT, .. }));
        phone.edit(|edit| edit.splice(&notes(), 0, 2, "xy"));
        phone.edit(|edit| edit.splice(&notes(), 0, 2, ""));

        let label = "ț".repeat(LABEL_LIMIT);
        phone.edit(|edit| edit.put_label(&Path::of("title"), "title", &label));
        for label in [format!("{label}x"), String::new()] {
            let refused =
                phone.try_edit(|edit| edit.put_label(&Path::of("title"), "title", &label)).unwrap_err();
            assert!(matches!(refused, EditError::Label { field: "title", .. }));
        }
        let comment = Mark::Comment(ItemId::from_bytes([1; 8]), "x".repeat(COMMENT_LIMIT + 1));
        assert!(phone.try_edit(|edit| edit.mark(&notes(), 0..1, &comment)).is_err());
        assert!(phone.try_edit(|edit| edit.mark(&notes(), 1..1, &Mark::Bold)).is_err());
    }

    #[test]
    fn pasted_text_replaces_only_what_differs() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        maria.edit(|edit| edit.splice(&notes(), 0, 0, "one two three"));
        sync(&mut maria, &mut andrei);
        maria.edit(|edit| edit.replace_text(&notes(), "one 2 three"));
        andrei.edit(|edit| edit.splice(&notes(), 13, 0, " four"));
        sync(&mut maria, &mut andrei);
        assert_eq!(text(&maria), "one 2 three four");
    }
}
