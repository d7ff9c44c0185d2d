//! Owns recognition: that somebody did something, and what that made possible. Without what they did it is a draft.

use crate::coaching::item::{self, Conflicts, EACH, Removal};
use crate::coaching::meeting::{Origin, Provenance};
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, Item, Path, Splice};
use crate::ids::{ItemId, PersonId};
use crate::time::Timestamp;
use serde::Serialize;

pub(super) const RECOGNITIONS: &str = "recognitions";

words! {
    /// The texts of a recognition, in the order of the form.
    RecognitionText {
        /// What the person did.
        DidWhat = "did_what",
        /// What that made possible.
        MadePossible = "made_possible",
    }
}

/// A recognition to say; what the person did can be said later, and until then it is a draft.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRecognition {
    /// Whom.
    pub whom: PersonId,
    /// What they did.
    pub did_what: String,
    /// What that made possible.
    pub made_possible: String,
}

/// A recognition, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecognitionView {
    /// Which one.
    pub id: ItemId,
    /// Whom.
    pub whom: Option<PersonId>,
    /// What they did.
    pub did_what: String,
    /// What that made possible.
    pub made_possible: String,
    /// Whether what they did is still to be said: then nobody but its author needs to see it.
    pub is_draft: bool,
    /// Whether the person said that their name may be said in front of the team; none while they have said nothing.
    pub may_be_said: Option<bool>,
    /// Who said it; none if it says so of somebody whose entry it is not.
    pub by: Option<PersonId>,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Recognizes what somebody did.
pub fn add_recognition(edit: &mut Edit<'_>, new: &NewRecognition) -> Result<ItemId, EditError> {
    add(edit, new).map(|(id, _)| id)
}

/// Recognizes what was seen at a stop of a floor walk: its words are copied, the walk itself stays private.
pub fn add_recognition_from_walk(
    edit: &mut Edit<'_>,
    new: &NewRecognition,
    provenance: &Provenance,
) -> Result<ItemId, EditError> {
    let (id, path) = add(edit, new)?;
    provenance.put(edit, &path)?;
    Ok(id)
}

/// Edits one of its texts.
pub fn edit_recognition(
    edit: &mut Edit<'_>,
    (id, text): (ItemId, RecognitionText),
    splice: &Splice,
) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(RECOGNITIONS), id)?;
    edit.apply_splice(&path.key(text.word()), splice)
}

/// Says whom it is for.
pub fn set_recognized(edit: &mut Edit<'_>, id: ItemId, whom: PersonId) -> Result<(), EditError> {
    item::put_field(edit, (RECOGNITIONS, id), "whom", Some(&whom))
}

/// Says whether one's own name may be said in front of the team. Counts for a recognition of oneself.
pub fn set_may_be_said(edit: &mut Edit<'_>, id: ItemId, may: bool) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(RECOGNITIONS), id)?;
    let person = edit.person();
    edit.put(&path.key(EACH).key(&person.to_string()), &may)
}

/// Removes it; it can be restored.
pub fn remove_recognition(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(RECOGNITIONS), id)
}

/// Brings it back.
pub fn restore_recognition(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(RECOGNITIONS), id)
}

fn add(edit: &mut Edit<'_>, new: &NewRecognition) -> Result<(ItemId, Path), EditError> {
    let (id, path) = edit.add_own_item(&Path::of(RECOGNITIONS))?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&path.key("by"), &by)?;
    edit.put(&path.key("at"), &at)?;
    edit.put(&path.key("whom"), &new.whom)?;
    edit.add_text(&path.key(RecognitionText::DidWhat.word()), &new.did_what)?;
    edit.add_text(&path.key(RecognitionText::MadePossible.word()), &new.made_possible)?;
    edit.add_map(&path.key(EACH))?;
    Ok((id, path))
}

pub(super) fn recognition_view(recognition: &Item<'_>) -> RecognitionView {
    let fields = recognition.fields();
    RecognitionView {
        id: recognition.id,
        whom: fields.get(&Path::of("whom")),
        did_what: fields.text(&Path::of(RecognitionText::DidWhat.word())),
        made_possible: fields.text(&Path::of(RecognitionText::MadePossible.word())),
        is_draft: is_draft(fields),
        may_be_said: may_be_said(fields),
        by: item::author(recognition),
        at: fields.get(&Path::of("at")),
        origin: Origin::of(fields),
        removed: Removal::of(fields),
    }
}

/// Whether it does not say what the person did.
pub(crate) fn is_draft(recognition: Document<'_>) -> bool {
    recognition.text(&Path::of(RecognitionText::DidWhat.word())).trim().is_empty()
}

/// What the person whom it is for said about their name. While two people stand as whom it is for, nobody said so.
pub(crate) fn may_be_said(recognition: Document<'_>) -> Option<bool> {
    let place = Path::of("whom");
    if recognition.conflict::<PersonId>(&place).is_some() {
        return None;
    }
    let whom: PersonId = recognition.get(&place)?;
    recognition.get(&Path::of(EACH).key(&whom.to_string()))
}

pub(super) fn look_for_conflicts(recognition: Document<'_>, conflicts: &mut Conflicts) {
    conflicts.look::<PersonId>(recognition, "whom");
}
