//! What becomes of each operation of a chain: kept, dropped, or joined with another one. Decides
//! only; `net` carries a plan out.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{ObjectId, Op, OpId, OpType};
use automerge::{Automerge, ReadDoc};

use super::FoldFault;
use super::chain::{Chain, is_counter, is_increment};
use super::mark::MarksShown;
use super::order;
use super::reading::handle;
use super::{counter, reading};

/// What becomes of one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes into the net change.
    Stays,
    /// It leaves no trace, but what it superseded on the wire is superseded by whoever superseded it.
    Gone,
    /// Its value becomes that of the insert at this position of the chain, whose element it set.
    JoinsInsert(usize),
    /// Its value is gone, but what it superseded must stay superseded: an increment hid it, and an
    /// increment in its place would add to a counter on the wire that it had replaced.
    BecomesDelete,
}

/// A chain with the fate of each of its operations.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) chain: Chain,
    pub(super) fates: Vec<Fate>,
    /// For each insert, the element it is put behind in the net; `None` is the start.
    pub(super) anchors: Vec<Option<OpId>>,
}

impl Plan {
    /// The plain concatenation: every operation stays as it is.
    pub(super) fn everything(chain: Chain) -> Self {
        Self::with_fates(vec![Fate::Stays; chain.links.len()], chain)
    }

    /// The fold: what later operations superseded goes, `drafted` says what is still to be seen.
    pub(super) fn folded(chain: Chain, base: &Automerge, drafted: &Automerge) -> Result<Self, FoldFault> {
        let fates = Judge::new(&chain, base, drafted)?.judge_all()?;
        let mut plan = Self::with_fates(fates, chain);
        plan.move_values_into_inserts();
        counter::absorb_increments(&mut plan);
        Ok(plan)
    }

    fn with_fates(fates: Vec<Fate>, chain: Chain) -> Self {
        let anchors = order::nearest_kept_neighbours(&chain, &fates);
        Self { chain, fates, anchors }
    }

    fn move_values_into_inserts(&mut self) {
        for position in 0..self.fates.len() {
            let Fate::JoinsInsert(insert) = self.fates[position] else { continue };
            self.chain.links[insert].op.action = self.chain.links[position].op.action.clone();
        }
    }

    /// The operation that holds the value of this one now.
    pub(super) fn home(&self, position: usize) -> usize {
        match self.fates[position] {
            Fate::JoinsInsert(insert) => insert,
            Fate::Stays | Fate::Gone | Fate::BecomesDelete => position,
        }
    }
}

/// What the chain supersedes, in itself and on the wire.
pub(super) struct Superseded {
    /// For each operation of the chain, the kind of the operation that superseded it.
    drafts: Vec<Option<By>>,
    /// Operations on the wire that a value or a delete superseded.
    wire_by_value: BTreeSet<OpId>,
    /// Operations on the wire that an increment names: it hides them unless they are counters.
    wire_by_increment: BTreeSet<OpId>,
}

/// What superseded an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// A value or a delete.
    Value,
    /// An increment of a counter that stood beside it: that hides every other value of the place.
    Increment,
}

impl Superseded {
    pub(super) fn by(chain: &Chain) -> Self {
        let drafts = vec![None; chain.links.len()];
        let mut superseded =
            Self { drafts, wire_by_value: BTreeSet::new(), wire_by_increment: BTreeSet::new() };
        for link in &chain.links {
            superseded.note(chain, &link.op);
        }
        superseded
    }

    fn note(&mut self, chain: &Chain, op: &Op) {
        for old in op.pred.iter() {
            match (chain.position(old), is_increment(op)) {
                (Some(position), false) => self.drafts[position] = Some(By::Value),
                (Some(position), true) => self.note_increment(chain, position),
                (None, false) => drop(self.wire_by_value.insert(old.clone())),
                (None, true) => drop(self.wire_by_increment.insert(old.clone())),
            }
        }
    }

    fn note_increment(&mut self, chain: &Chain, position: usize) {
        if !is_counter(&chain.links[position].op) {
            self.drafts[position].get_or_insert(By::Increment);
        }
    }

    /// Whether a value or a delete of the chain superseded this operation on the wire.
    pub(super) fn on_the_wire(&self, id: &OpId) -> bool {
        self.wire_by_value.contains(id)
    }

    /// Whether the chain took away this object on the wire. An object is no counter, so an increment
    /// beside it hides it too.
    fn object(&self, id: &OpId) -> bool {
        self.wire_by_value.contains(id) || self.wire_by_increment.contains(id)
    }
}

/// Finds the fate of each operation, oldest first.
struct Judge<'a> {
    chain: &'a Chain,
    drafted: &'a Automerge,
    superseded: Superseded,
    /// Inserts of the chain whose element is still to be seen, with the operation that set it last.
    shown: BTreeMap<usize, usize>,
    marks: MarksShown,
    /// Objects on the wire, and whether the chain took them away.
    wire_objects: BTreeMap<ObjectId, bool>,
    fates: Vec<Fate>,
}

impl<'a> Judge<'a> {
    fn new(chain: &'a Chain, base: &Automerge, drafted: &'a Automerge) -> Result<Self, FoldFault> {
        let superseded = Superseded::by(chain);
        Ok(Self {
            chain,
            drafted,
            shown: shown_elements(chain, &superseded),
            superseded,
            marks: MarksShown::of(chain, base, drafted)?,
            wire_objects: BTreeMap::new(),
            fates: Vec::with_capacity(chain.links.len()),
        })
    }

    fn judge_all(mut self) -> Result<Vec<Fate>, FoldFault> {
        for position in 0..self.chain.links.len() {
            let fate = self.judge(position)?;
            self.fates.push(fate);
        }
        Ok(self.fates)
    }

    fn judge(&mut self, position: usize) -> Result<Fate, FoldFault> {
        let op = &self.chain.links[position].op;
        if self.object_is_gone(&op.obj)? {
            return Ok(Fate::Gone);
        }
        Ok(match &op.action {
            OpType::MarkBegin(mark) if self.marks.must_stay(&op.obj, mark) => Fate::Stays,
            OpType::MarkBegin(_) => Fate::Gone,
            // The end of a mark is always the operation right after its beginning.
            OpType::MarkEnd(_) => self.fates.last().copied().unwrap_or(Fate::Stays),
            OpType::Increment(_) => Fate::Stays,
            OpType::Put(_) | OpType::Make(_) | OpType::Delete => self.judge_value(position),
        })
    }

    fn judge_value(&self, position: usize) -> Fate {
        let op = &self.chain.links[position].op;
        if op.insert {
            return if self.shown.contains_key(&position) { Fate::Stays } else { Fate::Gone };
        }
        if let Some(insert) = self.chain.element_changed_by(op) {
            let is_shown = self.shown.get(&insert) == Some(&position);
            return if is_shown { Fate::JoinsInsert(insert) } else { Fate::Gone };
        }
        match self.superseded.drafts[position] {
            None => Fate::Stays,
            Some(By::Value) => Fate::Gone,
            Some(By::Increment) => Fate::BecomesDelete,
        }
    }

    /// Whether the chain took this object away, so that nothing in it will ever be seen. An object
    /// that somebody else took away keeps what was written into it.
    fn object_is_gone(&mut self, object: &ObjectId) -> Result<bool, FoldFault> {
        if let Some(maker) = self.chain.maker(object) {
            return Ok(matches!(self.fates.get(maker), Some(Fate::Gone | Fate::BecomesDelete)));
        }
        if let Some(known) = self.wire_objects.get(object) {
            return Ok(*known);
        }
        let gone = self.wire_object_is_gone(object)?;
        self.wire_objects.insert(object.clone(), gone);
        Ok(gone)
    }

    fn wire_object_is_gone(&self, object: &ObjectId) -> Result<bool, FoldFault> {
        let ObjectId::Id(id) = object else { return Ok(false) };
        let above = self.drafted.parents(handle(object))?.map(|parent| reading::object_id(&parent.obj));
        let above = above.filter_map(|object| if let ObjectId::Id(id) = object { Some(id) } else { None });
        Ok(std::iter::once(id.clone()).chain(above).any(|id| self.superseded.object(&id)))
    }
}

/// Elements that the chain inserted and that are still to be seen, with the operation that set them
/// last: the insert itself or a later one.
fn shown_elements(chain: &Chain, superseded: &Superseded) -> BTreeMap<usize, usize> {
    let element = |(position, link): (usize, &super::chain::Link)| {
        let is_value = matches!(link.op.action, OpType::Put(_) | OpType::Make(_));
        if !is_value || superseded.drafts[position].is_some() {
            return None;
        }
        let insert = if link.op.insert { Some(position) } else { chain.element_changed_by(&link.op) };
        insert.map(|insert| (insert, position))
    };
    chain.links.iter().enumerate().filter_map(element).collect()
}
