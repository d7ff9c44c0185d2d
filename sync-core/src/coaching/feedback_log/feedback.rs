//! Owns one piece of feedback: its texts, who proposed what comes next, and what keeps it a draft.

use super::evidence;
use crate::coaching::ack::{self, ACKS};
use crate::coaching::item::{self, Conflicts, Side, is_removed};
use crate::coaching::meeting::Provenance;
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, Item, Path, Splice};
use crate::ids::ItemId;
use crate::time::Day;

pub(super) const ITEMS: &str = "items";

words! {
    /// What feedback is about.
    FeedbackKind {
        /// Something done well.
        Praise = "praise",
        /// Something to do in another way.
        Constructive = "constructive",
    }
}

words! {
    /// Whose words they are.
    Source {
        /// The author's own.
        Own = "own",
        /// Those of another department, passed on.
        OtherDepartment = "other_department",
        /// Those of a customer, passed on.
        Customer = "customer",
    }
}

words! {
    /// The texts of a piece of feedback, in the order of the form.
    FeedbackText {
        /// When and where it was.
        Context = "context",
        /// What the person is good at.
        Strength = "strength",
        /// What was seen or heard.
        Seen = "seen",
        /// What it did.
        Effect = "effect",
        /// What the author asks.
        Question = "question",
        /// How the agent sees it.
        AgentView = "agent_view",
        /// What comes next.
        Next = "next",
        /// What came of it.
        Outcome = "outcome",
        /// What the agent answers.
        Reply = "reply",
    }
}

words! {
    /// What a piece of feedback lacks; while it lacks anything it is a draft.
    Lack {
        /// What was seen or heard, or where it can be heard.
        Example = "example",
        /// What the person is good at; the author can say that this is left out.
        Strength = "strength",
    }
}

impl FeedbackText {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 9] = [
        Self::Context,
        Self::Strength,
        Self::Seen,
        Self::Effect,
        Self::Question,
        Self::AgentView,
        Self::Next,
        Self::Outcome,
        Self::Reply,
    ];
}

/// Feedback to give; whatever is not said yet can be said later.
#[derive(Clone, PartialEq, Eq)]
pub struct Feedback {
    /// What it is about.
    pub kind: FeedbackKind,
    /// Whose words they are.
    pub source: Source,
    /// Who said so, if they are somebody else's; a label.
    pub said_by: Option<String>,
    /// When and where it was.
    pub context: String,
    /// What the person is good at.
    pub strength: String,
    /// What was seen or heard.
    pub seen: String,
    /// What it did.
    pub effect: String,
    /// What the author asks.
    pub question: String,
}

impl Feedback {
    /// Feedback that says no more than what was seen: three taps and one sentence.
    pub fn seen(kind: FeedbackKind, seen: impl Into<String>) -> Self {
        let (context, strength, effect, question) = Default::default();
        Self { kind, source: Source::Own, said_by: None, context, strength, seen: seen.into(), effect, question }
    }

    fn text(&self, text: FeedbackText) -> &str {
        match text {
            FeedbackText::Context => &self.context,
            FeedbackText::Strength => &self.strength,
            FeedbackText::Seen => &self.seen,
            FeedbackText::Effect => &self.effect,
            FeedbackText::Question => &self.question,
            FeedbackText::AgentView | FeedbackText::Next | FeedbackText::Outcome | FeedbackText::Reply => "",
        }
    }
}

/// Gives feedback.
pub fn add_feedback(edit: &mut Edit<'_>, new: &Feedback) -> Result<ItemId, EditError> {
    add(edit, new).map(|(id, _)| id)
}

/// Gives feedback on what was seen at a stop of a floor walk: its words are copied, the walk itself stays private.
pub fn add_feedback_from_walk(
    edit: &mut Edit<'_>,
    new: &Feedback,
    provenance: &Provenance,
) -> Result<ItemId, EditError> {
    let (id, path) = add(edit, new)?;
    provenance.put(edit, &path)?;
    Ok(id)
}

/// Edits one of its texts.
pub fn edit_feedback(
    edit: &mut Edit<'_>,
    id: ItemId,
    text: FeedbackText,
    splice: &Splice,
) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(ITEMS), id)?;
    edit.apply_splice(&path.key(text.word()), splice)
}

/// Says what it is about.
pub fn set_feedback_kind(edit: &mut Edit<'_>, id: ItemId, kind: FeedbackKind) -> Result<(), EditError> {
    item::put_field(edit, (ITEMS, id), "kind", Some(&kind))
}

/// Says that no strength is named, so that nobody asks again.
pub fn skip_strength(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    item::put_field(edit, (ITEMS, id), "strength_skipped", Some(&true))
}

/// Says who proposed what comes next.
pub fn set_proposed_by(edit: &mut Edit<'_>, id: ItemId, side: Option<Side>) -> Result<(), EditError> {
    item::put_field(edit, (ITEMS, id), "proposed_by", side.as_ref())
}

/// Says when to look again what came of it.
pub fn set_look_again(edit: &mut Edit<'_>, id: ItemId, on: Option<Day>) -> Result<(), EditError> {
    item::put_field(edit, (ITEMS, id), "look_again_on", on.as_ref())
}

/// Acknowledges it as this person sees it. Only on a document without drafts.
pub fn acknowledge_feedback(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(ITEMS), id)?;
    ack::acknowledge(edit, &path)
}

/// Removes it; it can be restored.
pub fn remove_feedback(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(ITEMS), id)
}

/// Brings it back.
pub fn restore_feedback(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(ITEMS), id)
}

/// All texts are made at once, also those that the other side will write: two that two phones make are two.
fn add(edit: &mut Edit<'_>, new: &Feedback) -> Result<(ItemId, Path), EditError> {
    let (id, path) = edit.add_item(&Path::of(ITEMS))?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&path.key("by"), &by)?;
    edit.put(&path.key("at"), &at)?;
    edit.put(&path.key("kind"), &new.kind)?;
    edit.put(&path.key("source"), &new.source)?;
    if let Some(said_by) = &new.said_by {
        edit.put_label(&path.key("said_by"), "name", said_by)?;
    }
    for text in FeedbackText::ALL {
        edit.add_text(&path.key(text.word()), new.text(text))?;
    }
    edit.add_map(&path.key(evidence::EVIDENCE))?;
    edit.add_map(&path.key(ACKS))?;
    Ok((id, path))
}

pub(super) fn items(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(ITEMS))
}

/// What it lacks. Praise and what others said lack nothing; who wants something changed says what was seen.
pub(crate) fn lacks(item: Document<'_>) -> Vec<Lack> {
    if item.get(&Path::of("kind")) != Some(FeedbackKind::Constructive) {
        return Vec::new();
    }
    let is_empty = |text: FeedbackText| item.text(&Path::of(text.word())).trim().is_empty();
    let has_evidence = item.items(&Path::of(evidence::EVIDENCE)).iter().any(|one| !is_removed(one.fields()));
    let is_skipped = item.get(&Path::of("strength_skipped")) == Some(true);
    let lacks = [
        (Lack::Example, is_empty(FeedbackText::Seen) && !has_evidence),
        (Lack::Strength, is_empty(FeedbackText::Strength) && !is_skipped),
    ];
    lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(lack, _)| lack).collect()
}

pub(super) fn look_for_conflicts(item: Document<'_>, conflicts: &mut Conflicts) {
    conflicts.look::<FeedbackKind>(item, "kind");
    conflicts.look::<Side>(item, "proposed_by");
    conflicts.look::<Day>(item, "look_again_on");
}
