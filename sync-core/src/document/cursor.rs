//! Owns places in prose that survive edits: they name a character, not a number.

use super::text::is_boundary;
use super::{Path, Reader, actor_id, crdt_actor};
use crate::ids::ActorId;
use automerge::{Cursor, ObjType, ReadDoc};

/// The name of one operation: which one, of which session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpName {
    /// Its number.
    pub counter: u64,
    /// Its session.
    pub actor: ActorId,
}

/// A place in a text, before a character or at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextCursor {
    path: Path,
    /// The character that the cursor stands before; none at the end of the text.
    before: Option<OpName>,
}

/// The character that a cursor stood before is not in this document.
///
/// It may have been a draft that was folded away: whoever folds maps cursors in the same step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the place is not known in this text")]
pub struct CursorLost;

impl TextCursor {
    /// The text.
    pub const fn path(&self) -> &Path {
        &self.path
    }

    /// The operation that wrote the character that the cursor stands before; none at the end.
    pub const fn operation(&self) -> Option<OpName> {
        self.before
    }

    /// The same cursor after operations got new names, as when drafts are folded.
    pub fn renamed(self, name: OpName) -> Self {
        Self { before: self.before.map(|_| name), ..self }
    }
}

impl<D: ReadDoc> Reader<'_, D> {
    /// A cursor before the character at this index, or at the end.
    pub fn cursor_at(&self, path: &Path, index: usize) -> Result<TextCursor, CursorLost> {
        let text = self.object(path, ObjType::Text).ok_or(CursorLost)?;
        let length = self.doc.length(&text);
        if !is_boundary(self.doc, &text, index, length).map_err(|_| CursorLost)? {
            return Err(CursorLost);
        }
        let before = match index < length {
            true => Some(self.character_at(&text, index).ok_or(CursorLost)?),
            false => None,
        };
        Ok(TextCursor { path: self.place.join(path), before })
    }

    /// Where a cursor is now, in UTF-16 units. If its character was removed: where the next one is.
    pub fn index_of(&self, cursor: &TextCursor) -> Result<usize, CursorLost> {
        let text = Self::whole(self.doc).object(&cursor.path, ObjType::Text).ok_or(CursorLost)?;
        let Some(name) = cursor.before else { return Ok(self.doc.length(&text)) };
        let written = format!("{}@{}", name.counter, crdt_actor(name.actor));
        let place = Cursor::try_from(written).map_err(|_| CursorLost)?;
        self.doc.get_cursor_position(&text, &place, None).map_err(|_| CursorLost)
    }

    /// Who wrote the character at this index.
    pub(super) fn character_at(&self, text: &automerge::ObjId, index: usize) -> Option<OpName> {
        let written = self.doc.get_cursor(text, index, None).ok()?.to_string();
        let (counter, actor) = written.split_once('@')?;
        let actor = actor_id(&automerge::ActorId::try_from(actor).ok()?)?;
        Some(OpName { counter: counter.parse().ok()?, actor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fixture::{my_own, sync, two_phones};
    use crate::document::{Document, Edit};

    fn notes() -> Path {
        Path::of("notes")
    }

    fn write(
        at: usize,
        delete: usize,
        insert: &str,
    ) -> impl FnOnce(&mut Edit<'_>) -> Result<(), crate::document::EditError> {
        move |edit| edit.splice(&notes(), at, delete, insert)
    }

    #[test]
    fn a_cursor_stays_before_its_character_while_others_write() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        maria.edit(write(0, 0, "a🙂bc"));
        sync(&mut maria, &mut andrei);
        let before_b = Document::of(&maria.doc).cursor_at(&notes(), 3).unwrap();
        let at_end = Document::of(&maria.doc).cursor_at(&notes(), 5).unwrap();

        andrei.edit(write(0, 0, "懒懒"));
        andrei.edit(write(7, 0, "!"));
        sync(&mut maria, &mut andrei);

        let reader = Document::of(&maria.doc);
        assert_eq!(reader.text(&notes()), "懒懒a🙂bc!");
        assert_eq!(reader.index_of(&before_b), Ok(5));
        assert_eq!(reader.index_of(&at_end), Ok(8));
    }

    #[test]
    fn a_cursor_whose_character_was_removed_moves_to_the_next_one() {
        let (mut maria, _) = two_phones("sample", &my_own());
        maria.edit(write(0, 0, "abcd"));
        let cursor = Document::of(&maria.doc).cursor_at(&notes(), 1).unwrap();
        maria.edit(write(1, 2, ""));
        assert_eq!(Document::of(&maria.doc).index_of(&cursor), Ok(1));
    }

    #[test]
    fn a_cursor_inside_an_emoji_beyond_the_end_or_in_no_text_is_an_error() {
        let (mut maria, _) = two_phones("sample", &my_own());
        maria.edit(write(0, 0, "🙂"));
        let reader = Document::of(&maria.doc);
        assert_eq!(reader.cursor_at(&notes(), 1), Err(CursorLost));
        assert_eq!(reader.cursor_at(&notes(), 3), Err(CursorLost));
        assert_eq!(reader.cursor_at(&Path::of("items"), 0), Err(CursorLost));
    }

    #[test]
    fn a_cursor_on_a_character_that_is_not_here_is_lost_until_it_is_renamed() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        maria.edit(write(0, 0, "ab"));
        andrei.edit(write(0, 0, "xyz"));
        let hers = Document::of(&maria.doc).cursor_at(&notes(), 1).unwrap();
        let his = Document::of(&andrei.doc).cursor_at(&notes(), 2).unwrap();
        assert_eq!(Document::of(&andrei.doc).index_of(&hers), Err(CursorLost));

        let renamed = hers.renamed(his.operation().unwrap());

        assert_eq!(Document::of(&andrei.doc).index_of(&renamed), Ok(2));
    }
}
