//! Takes refused changes out of a chain: what the drafts after them wrote is put where it stood,
//! without what they wrote. Reports every value that goes, so that a person can still read and copy
//! it; why the server refused is not known here.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{ObjectId, OpId, OpType};
use automerge::{Automerge, Change, Prop};

use super::chain::{Chain, inserted_behind};
use super::net::{Anchor, Net};
use super::plan::{Fate, Plan};
use super::reading::{Content, Element, Reading, Said};
use super::scalar::Scalar;
use super::{FoldError, FoldFault, Folded, OpMap, Slot, fold, reading, rebase, verify};

/// What is left of a chain without its refused changes.
#[derive(Debug)]
pub struct Refolded {
    /// The net of what was kept; `moved` covers the refused operations too.
    pub folded: Folded,
    /// What could be seen in the document and goes: the refused values, and later ones that cannot
    /// stand without them.
    pub left_out: Vec<LeftOut>,
}

/// Something that was not accepted. Its path leads from the root of the document that still held it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// A stretch of text.
    Text {
        /// The text that held it.
        path: Vec<Prop>,
        /// What was written.
        text: String,
    },
    /// A value of a map or list.
    Value {
        /// The place, key or index last.
        path: Vec<Prop>,
        /// What stood there.
        value: Scalar,
    },
    /// A mark over a text.
    Mark {
        /// The marked text.
        path: Vec<Prop>,
        /// The mark's name.
        name: String,
        /// The mark's value.
        value: Scalar,
    },
}

/// Folds a chain again on `base`, the last accepted document, without its `refused` changes. The
/// `drafts` are all other changes of the chain, whether drafts or nets that waited with them.
///
/// # Errors
/// When the chain does not fit on `base`, or what is left of it cannot be proved.
pub fn fold_without(
    base: &Automerge,
    refused: &[Change],
    drafts: &[Change],
    slot: &Slot,
) -> Result<Refolded, FoldError> {
    let strip = || Stripped::of(base, refused, drafts, slot);
    let stripped = verify::guarded(strip).map_err(FoldError::NotLeftOut)?;
    let folded = fold(base, &stripped.kept.changes, slot)?;
    let moved = stripped.kept.moved.then(&folded.moved);
    Ok(Refolded { folded: Folded { moved, ..folded }, left_out: stripped.left_out })
}

/// The chain without its refused operations, not yet folded.
struct Stripped {
    kept: Net,
    left_out: Vec<LeftOut>,
}

impl Stripped {
    fn of(base: &Automerge, refused: &[Change], drafts: &[Change], slot: &Slot) -> Result<Self, FoldFault> {
        let changes = in_order(refused, drafts);
        let whole = verify::with_changes(base, &changes)?;
        let said = Reading::of(&whole)?;
        let chain = Chain::decode(&changes);
        let fates = fates_without(refused, &chain);
        let anchors = left_neighbours(base, &chain, &fates);
        let plan = Plan { chain, fates, anchors };
        let kept = Net::of(&plan, &Anchor::at_the_end_of(base, slot))?;
        let found = Reading::of(&verify::with_changes(base, &kept.changes)?)?;
        rebase::keeps_the_order(&said.clone().without_dropped(&kept.moved), &found)?;

        let report = Report::of(&said, &plan.chain, &plan.fates);
        let left_out = [report.values_and_texts(), report.marks(&found, &kept.moved)].concat();
        Ok(Self { kept, left_out })
    }
}

/// Refused and later changes in the order in which they were made.
fn in_order(refused: &[Change], later: &[Change]) -> Vec<Change> {
    let mut changes = [refused, later].concat();
    changes.sort_by_key(Change::start_op);
    changes
}

/// The fates without the refused operations: with them goes what stands in their objects or on their
/// elements, and increments of their counters.
fn fates_without(refused: &[Change], chain: &Chain) -> Vec<Fate> {
    let is_refused = |id: &OpId| {
        let holds = |change: &Change| (change.start_op().get()..=change.max_op()).contains(&id.counter());
        refused.iter().any(|change| change.actor_id() == id.actor() && holds(change))
    };
    let mut fates = Vec::with_capacity(chain.links.len());
    for link in &chain.links {
        let is_gone = |position: usize| fates[position] == Fate::Gone;
        let counts_nothing = || link.op.pred.iter().all(|id| chain.position(id).is_some_and(is_gone));
        let goes = is_refused(&link.id)
            || chain.maker(&link.op.obj).is_some_and(is_gone)
            || chain.element_changed_by(&link.op).is_some_and(is_gone)
            || match link.op.action {
                OpType::Increment(_) => counts_nothing(),
                // The end of a mark is always the operation right after its beginning.
                OpType::MarkEnd(_) => fates.last() == Some(&Fate::Gone),
                OpType::Put(_) | OpType::Make(_) | OpType::Delete | OpType::MarkBegin(_) => false,
            };
        fates.push(if goes { Fate::Gone } else { Fate::Stays });
    }
    fates
}

/// For each kept insert, the nearest element to its left that is on the wire or kept and older. Taken
/// from the order of the whole document, removed elements and marks included: others may have
/// inserted between a refused element and its neighbour.
fn left_neighbours(base: &Automerge, chain: &Chain, fates: &[Fate]) -> Vec<Option<OpId>> {
    let is_kept = |(position, link): (usize, &super::chain::Link)| {
        (link.op.insert && fates[position] == Fate::Stays).then(|| link.op.obj.clone())
    };
    let mut lists: BTreeMap<ObjectId, Inserts> =
        chain.links.iter().enumerate().filter_map(is_kept).map(|list| (list, Inserts::default())).collect();
    for link in Chain::decode(&base.get_changes(&[])).links.iter().chain(&chain.links) {
        if let Some(inserts) = lists.get_mut(&link.op.obj).filter(|_| link.op.insert) {
            inserts.behind.entry(inserted_behind(&link.op)).or_default().push(link.id.clone());
        }
    }
    let mut left = BTreeMap::new();
    for inserts in lists.into_values() {
        nearest_to_the_left(&inserts.in_order(), (chain, fates), &mut left);
    }
    chain.links.iter().map(|link| left.remove(&link.id)).collect()
}

/// Finds, in one walk, for each kept element of the chain the nearest one to its left that is on the wire or kept and
/// older. An older one hides all younger ones to its left from whoever comes after it.
fn nearest_to_the_left(
    elements: &[OpId],
    (chain, fates): (&Chain, &[Fate]),
    left: &mut BTreeMap<OpId, OpId>,
) {
    let mut in_sight: Vec<(Option<usize>, &OpId)> = Vec::new();
    for element in elements {
        let position = chain.position(element);
        if position.is_some_and(|position| fates[position] == Fate::Gone) {
            continue;
        }
        while in_sight.last().is_some_and(|(other, _)| *other > position) {
            in_sight.pop();
        }
        if let Some((_, nearest)) = in_sight.last().filter(|_| position.is_some()) {
            left.insert(element.clone(), (*nearest).clone());
        }
        in_sight.push((position, element));
    }
}

/// The elements of one list by the element that each was put behind.
#[derive(Default)]
struct Inserts {
    behind: BTreeMap<Option<OpId>, Vec<OpId>>,
}

impl Inserts {
    /// All elements that the list ever held. Of those put behind the same one the newest comes first, each followed
    /// by what was put behind it: the order that every replica shows.
    fn in_order(mut self) -> Vec<OpId> {
        let mut elements = Vec::new();
        let mut waiting = Vec::new();
        let mut behind = |element: Option<OpId>| {
            let mut next = self.behind.remove(&element).unwrap_or_default();
            next.sort_unstable();
            next
        };
        waiting.extend(behind(None));
        while let Some(element) = waiting.pop() {
            elements.push(element.clone());
            waiting.extend(behind(Some(element)));
        }
        elements
    }
}

/// Collects what can be seen in the whole document and goes.
struct Report<'a> {
    said: &'a Reading,
    chain: &'a Chain,
    fates: &'a [Fate],
    homes: BTreeMap<ObjectId, (&'a ObjectId, Prop)>,
}

impl<'a> Report<'a> {
    fn of(said: &'a Reading, chain: &'a Chain, fates: &'a [Fate]) -> Self {
        Self { said, chain, fates, homes: said.homes() }
    }

    fn values_and_texts(&self) -> Vec<LeftOut> {
        let mut left_out = Vec::new();
        for (object, content) in &self.said.objects {
            left_out.extend(self.values(object, content));
            if let Content::Text { elements, .. } = content {
                let text = |text| LeftOut::Text { path: self.path(object), text };
                left_out.extend(self.stretches(elements).into_iter().map(text));
            }
        }
        left_out
    }

    fn goes(&self, id: &OpId) -> bool {
        self.chain.position(id).is_some_and(|position| self.fates[position] == Fate::Gone)
    }

    fn path(&self, object: &ObjectId) -> Vec<Prop> {
        let mut path = Vec::new();
        let mut next = object;
        while let Some((home, place)) = self.homes.get(next) {
            path.push(place.clone());
            next = home;
        }
        path.reverse();
        path
    }

    /// Every value that goes, but for the letters of texts.
    fn values(&self, object: &ObjectId, content: &Content) -> Vec<LeftOut> {
        let is_letter = |value: &Scalar| matches!((content, value), (Content::Text { .. }, Scalar::Text(_)));
        let mut values = Vec::new();
        for (place, entries) in content.places() {
            for entry in entries.iter().filter(|entry| self.goes(&entry.id)) {
                let Said::Scalar(value) = &entry.said else { continue };
                if !is_letter(value) {
                    let path = [self.path(object), vec![place.clone()]].concat();
                    values.push(LeftOut::Value { path, value: value.clone() });
                }
            }
        }
        values
    }

    /// The letters that go, in stretches with nothing kept between; then those that a conflict hid.
    fn stretches(&self, elements: &[Element]) -> Vec<String> {
        let mut stretches = vec![String::new()];
        let mut hidden = Vec::new();
        for element in elements {
            let mut letters = self.letters_that_go(element);
            match (letters.pop(), stretches.last_mut()) {
                (Some(shown), Some(stretch)) => stretch.push_str(shown),
                _ => stretches.push(String::new()),
            }
            hidden.extend(letters.into_iter().map(str::to_owned));
        }
        stretches.extend(hidden);
        stretches.retain(|stretch| !stretch.is_empty());
        stretches
    }

    fn letters_that_go<'e>(&self, element: &'e Element) -> Vec<&'e str> {
        let going = element.entries.iter().filter(|entry| self.goes(&entry.id));
        going
            .filter_map(|entry| {
                if let Said::Scalar(Scalar::Text(text)) = &entry.said { Some(text.as_str()) } else { None }
            })
            .collect()
    }

    /// The marks of the chain that showed and do not any more: the refused ones, and others that lost
    /// the last letter under them.
    fn marks(&self, kept: &Reading, moved: &OpMap) -> Vec<LeftOut> {
        let mut gone = BTreeSet::new();
        for link in &self.chain.links {
            let OpType::MarkBegin(mark) = &link.op.action else { continue };
            let mark = (mark.name.to_string(), Scalar::from(&mark.value));
            let text = reading::rename_object(link.op.obj.clone(), moved).ok();
            if self.said.shows_mark(&link.op.obj, &mark)
                && !text.is_some_and(|text| kept.shows_mark(&text, &mark))
            {
                gone.insert((&link.op.obj, mark));
            }
        }
        let left_out = |(text, (name, value))| LeftOut::Mark { path: self.path(text), name, value };
        gone.into_iter().map(left_out).collect()
    }
}
