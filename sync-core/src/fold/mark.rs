//! Which marks of a chain are still to be seen. A mark cannot be deleted, only covered by a later
//! one, so a link that was set and removed would otherwise travel with its address.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{MarkData, ObjectId, OpType};
use automerge::{Automerge, ReadDoc, ScalarValue};

use super::FoldFault;
use super::chain::Chain;
use super::reading::{handle, marks_of, read_ranges};
use super::scalar::Scalar;

/// The marks that the folded text still needs.
pub(super) struct MarksShown {
    /// Name and value of each mark that shows in a text which the chain marks.
    shown: Shown,
    /// Names, for each text, of which a removal has something to remove.
    removable: Names,
}

type Shown = BTreeMap<ObjectId, BTreeSet<(String, Scalar)>>;
type Names = BTreeSet<(ObjectId, String)>;

impl MarksShown {
    pub(super) fn of(chain: &Chain, base: &Automerge, drafted: &Automerge) -> Result<Self, FoldFault> {
        let marks: Vec<_> = chain
            .links
            .iter()
            .filter_map(|link| match &link.op.action {
                OpType::MarkBegin(mark) => Some((&link.op.obj, mark)),
                _ => None,
            })
            .collect();
        let mut shown = Shown::new();
        for (text, _) in &marks {
            if !shown.contains_key(*text) {
                shown.insert((*text).clone(), marks_in(drafted, text)?);
            }
        }
        let removable = removable_names(&marks, &shown, base);
        Ok(Self { shown, removable })
    }

    /// Whether the text would look different, now or under somebody else's typing, without the mark.
    pub(super) fn must_stay(&self, text: &ObjectId, mark: &MarkData) -> bool {
        match &mark.value {
            ScalarValue::Null => self.removable.contains(&(text.clone(), mark.name.to_string())),
            _ => shows(&self.shown, text, mark),
        }
    }
}

fn shows(shown: &Shown, text: &ObjectId, mark: &MarkData) -> bool {
    let wanted = (mark.name.to_string(), Scalar::from(&mark.value));
    shown.get(text).is_some_and(|marks| marks.contains(&wanted))
}

/// The marks of a text by both of the library's accounts: spans leave out a mark over nothing but a
/// block, ranges have it.
fn marks_in(doc: &Automerge, text: &ObjectId) -> Result<BTreeSet<(String, Scalar)>, FoldFault> {
    let mut marks: BTreeSet<_> = doc.spans(handle(text))?.flat_map(|span| marks_of(&span)).collect();
    marks.extend(read_ranges(doc, &handle(text))?.into_iter().map(|range| (range.name, range.value)));
    Ok(marks)
}

/// A removal is needed where a mark of its name stays, or may be on the wire. The names on the wire
/// are looked up in the saved bytes: a wrong hit keeps a name that others have anyway, and no walk
/// of the history is needed.
fn removable_names(marks: &[(&ObjectId, &MarkData)], shown: &Shown, base: &Automerge) -> Names {
    let named = |(text, mark): (&ObjectId, &MarkData)| (text.clone(), mark.name.to_string());
    let (removals, set): (Vec<_>, Vec<_>) =
        marks.iter().copied().partition(|(_, mark)| mark.value == ScalarValue::Null);
    let mut removable: Names =
        set.into_iter().filter(|(text, mark)| shows(shown, text, mark)).map(named).collect();
    let unsure: Names = removals.into_iter().map(named).filter(|name| !removable.contains(name)).collect();
    if !unsure.is_empty() {
        let saved = base.save_nocompress();
        removable.extend(unsure.into_iter().filter(|(_, name)| contains(&saved, name.as_bytes())));
    }
    removable
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || bytes.windows(wanted.len()).any(|window| window == wanted)
}
