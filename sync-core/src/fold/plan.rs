//! What becomes of each operation of a chain: kept, dropped, or joined with another one. Decides
//! only; `net` carries a plan out.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{ObjectId, Op, OpId, OpType};

use super::chain::{Chain, is_counter, is_increment};
use super::mark::MarksShown;
use super::order;
use super::{Drafted, FoldFault, counter};

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

    /// The fold: what later operations superseded goes.
    pub(super) fn folded(drafted: &Drafted<'_>) -> Result<Self, FoldFault> {
        let fates = Judge::new(drafted)?.judge_all();
        let mut plan = Self::with_fates(fates, drafted.chain.clone());
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
    wire: BTreeSet<OpId>,
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
        let mut superseded = Self { drafts: vec![None; chain.links.len()], wire: BTreeSet::new() };
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
                (None, false) => drop(self.wire.insert(old.clone())),
                (None, true) => {}
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
        self.wire.contains(id)
    }
}

/// Finds the fate of each operation, oldest first.
struct Judge<'a> {
    chain: &'a Chain,
    superseded: Superseded,
    /// Inserts of the chain whose element is still to be seen, with the operation that set it last.
    shown: BTreeMap<usize, usize>,
    marks: MarksShown,
    /// Objects on the wire that the chain took away.
    taken_away: BTreeSet<ObjectId>,
    fates: Vec<Fate>,
}

impl<'a> Judge<'a> {
    fn new(drafted: &'a Drafted<'_>) -> Result<Self, FoldFault> {
        let chain = &drafted.chain;
        let superseded = Superseded::by(chain);
        Ok(Self {
            chain,
            shown: shown_elements(chain, &superseded),
            superseded,
            marks: MarksShown::of(chain, drafted.base, &drafted.doc)?,
            taken_away: drafted.taken_away()?,
            fates: Vec::with_capacity(chain.links.len()),
        })
    }

    fn judge_all(mut self) -> Vec<Fate> {
        for position in 0..self.chain.links.len() {
            let fate = self.judge(position);
            self.fates.push(fate);
        }
        self.fates
    }

    fn judge(&self, position: usize) -> Fate {
        let op = &self.chain.links[position].op;
        if self.object_is_gone(&op.obj) {
            return Fate::Gone;
        }
        match &op.action {
            OpType::MarkBegin(mark) if self.marks.must_stay(&op.obj, mark) => Fate::Stays,
            OpType::MarkBegin(_) => Fate::Gone,
            // The end of a mark is always the operation right after its beginning.
            OpType::MarkEnd(_) => self.fates.last().copied().unwrap_or(Fate::Stays),
            OpType::Increment(_) => Fate::Stays,
            OpType::Put(_) | OpType::Make(_) | OpType::Delete => self.judge_value(position),
        }
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

    /// Whether the chain took this object away, so that nothing in it will ever be seen. An insert
    /// that stays may have lost its object all the same: to the value that a later operation set.
    fn object_is_gone(&self, object: &ObjectId) -> bool {
        match self.chain.maker(object) {
            Some(maker) => self.fates[maker] == Fate::Gone || self.superseded.drafts[maker].is_some(),
            None => self.taken_away.contains(object),
        }
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
