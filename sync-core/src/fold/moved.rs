//! Where each operation of a chain went. Knows ids and cursors, not why something moved.

use std::collections::BTreeMap;

use automerge::Cursor;
use automerge::legacy::OpId;

/// What became of an operation in a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved<'a> {
    /// It was not part of the folded chain and keeps its id.
    Stays,
    /// It is this operation now.
    To(&'a OpId),
    /// It is gone: something later in the chain superseded it.
    Dropped,
}

/// Old operation id to new operation id, for every operation of the folded chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpMap {
    new_ids: BTreeMap<OpId, Option<OpId>>,
}

impl OpMap {
    pub(super) fn record(&mut self, old: OpId, new: Option<OpId>) {
        self.new_ids.insert(old, new);
    }

    /// What became of this operation.
    pub fn get(&self, old: &OpId) -> Moved<'_> {
        match self.new_ids.get(old) {
            None => Moved::Stays,
            Some(None) => Moved::Dropped,
            Some(Some(new)) => Moved::To(new),
        }
    }

    /// Old ids with their new ones; `None` is dropped.
    pub fn iter(&self) -> impl Iterator<Item = (&OpId, Option<&OpId>)> {
        self.new_ids.iter().map(|(old, new)| (old, new.as_ref()))
    }

    /// The cursor in the folded document; `None` when it stood on an operation that was dropped, so
    /// that only the index read before the fold can replace it.
    pub fn cursor(&self, cursor: &Cursor) -> Option<Cursor> {
        let Some((prefix, old)) = position(cursor) else { return Some(cursor.clone()) };
        match self.get(&old) {
            Moved::Stays => Some(cursor.clone()),
            Moved::To(new) => Cursor::try_from(format!("{prefix}{new}")).ok(),
            Moved::Dropped => None,
        }
    }

    /// This map, followed by another one.
    pub(super) fn then(self, next: &Self) -> Self {
        let follow = |id: OpId| match next.get(&id) {
            Moved::Stays => Some(id),
            Moved::To(new) => Some(new.clone()),
            Moved::Dropped => None,
        };
        Self { new_ids: self.new_ids.into_iter().map(|(old, new)| (old, new.and_then(follow))).collect() }
    }
}

/// The direction and the operation of a cursor. The library keeps both private, so its documented
/// text form `[-]counter@actor` is read; the start and the end of a text are no operation.
fn position(cursor: &Cursor) -> Option<(&'static str, OpId)> {
    let text = cursor.to_string();
    let (prefix, id) = text.strip_prefix('-').map_or(("", text.as_str()), |id| ("-", id));
    OpId::try_from(id).ok().map(|id| (prefix, id))
}
