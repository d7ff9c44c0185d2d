//! Carries a plan out: new ids in one unbroken row, references and predecessors rewritten, encoded as
//! one change or, when that is too long for a slow uplink, as several.

use std::collections::BTreeSet;
use std::num::NonZeroU64;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, Change, ChangeHash, ExpandedChange};

use super::chain::is_increment;
use super::moved::{Moved, OpMap};
use super::plan::{Fate, Plan};
use super::{FoldFault, MAX_NET_BYTES, MAX_NET_OPERATIONS, Slot};

/// Where a net change begins.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub(super) deps: Vec<ChangeHash>,
    pub(super) start_op: NonZeroU64,
    pub(super) slot: Slot,
}

/// A plan carried out at an anchor.
#[derive(Clone, Debug)]
pub(super) struct Net {
    pub(super) changes: Vec<Change>,
    pub(super) moved: OpMap,
}

impl Anchor {
    /// Right after everything that the document holds.
    pub(super) fn at_the_end_of(doc: &Automerge, slot: &Slot) -> Self {
        let mut deps = doc.get_heads();
        deps.sort_unstable();
        let max_op = doc.get_changes_meta(&[]).iter().map(|change| change.max_op).max().unwrap_or(0);
        Self { deps, start_op: NonZeroU64::MIN.saturating_add(max_op), slot: slot.clone() }
    }
}

impl Net {
    /// Writes a plan down at an anchor.
    pub(super) fn of(plan: &Plan, anchor: &Anchor) -> Result<Self, FoldFault> {
        let mut row = Row {
            plan,
            next: OpId(anchor.start_op.get(), anchor.slot.actor.clone()),
            inherited: vec![BTreeSet::new(); plan.fates.len()],
            operations: Vec::new(),
            moved: OpMap::default(),
        };
        for position in 0..plan.fates.len() {
            row.place(position)?;
        }
        let mut changes = Vec::new();
        encode(row.operations, anchor.clone(), &mut changes);
        Ok(Self { changes, moved: row.moved })
    }
}

/// The operations of a net while they are written.
struct Row<'a> {
    plan: &'a Plan,
    next: OpId,
    /// What each dropped operation had superseded on the wire.
    inherited: Vec<BTreeSet<OpId>>,
    operations: Vec<Op>,
    moved: OpMap,
}

impl Row<'_> {
    fn place(&mut self, position: usize) -> Result<(), FoldFault> {
        let link = &self.plan.chain.links[position];
        let predecessors = self.predecessors(&link.op);
        match self.fate(position, &predecessors) {
            Fate::Gone => {
                self.inherited[position] = predecessors;
                self.moved.record(link.id.clone(), None);
            }
            Fate::JoinsInsert(insert) => {
                let insert = self.new_id(&self.plan.chain.links[insert].id)?;
                self.moved.record(link.id.clone(), Some(insert));
            }
            Fate::Stays => self.write(position, predecessors, link.op.action.clone())?,
            Fate::BecomesDelete => self.write(position, predecessors, OpType::Delete)?,
        }
        Ok(())
    }

    /// What the operation supersedes, where dropped operations hand on what they had superseded. An
    /// increment inherits nothing: it would count on what the dropped counter had replaced.
    fn predecessors(&self, op: &Op) -> BTreeSet<OpId> {
        let mut predecessors = BTreeSet::new();
        for old in op.pred.iter() {
            match self.plan.chain.position(old).map(|position| (position, self.plan.fates[position])) {
                Some((position, Fate::Gone)) if !is_increment(op) => {
                    predecessors.extend(self.inherited[position].iter().cloned());
                }
                Some((_, Fate::Gone | Fate::BecomesDelete)) => {}
                Some((_, Fate::Stays | Fate::JoinsInsert(_))) | None => {
                    predecessors.insert(old.clone());
                }
            }
        }
        predecessors
    }

    /// The planned fate, but that a delete or an increment of nothing is dropped.
    fn fate(&self, position: usize, predecessors: &BTreeSet<OpId>) -> Fate {
        let planned = self.plan.fates[position];
        let needs_predecessors = match &self.plan.chain.links[position].op.action {
            OpType::Delete | OpType::Increment(_) => true,
            OpType::Put(_) | OpType::Make(_) | OpType::MarkBegin(_) | OpType::MarkEnd(_) => {
                planned == Fate::BecomesDelete
            }
        };
        if needs_predecessors && predecessors.is_empty() { Fate::Gone } else { planned }
    }

    fn write(
        &mut self,
        position: usize,
        predecessors: BTreeSet<OpId>,
        action: OpType,
    ) -> Result<(), FoldFault> {
        let link = &self.plan.chain.links[position];
        let pred = predecessors.iter().map(|id| self.new_id(id)).collect::<Result<Vec<_>, _>>()?;
        let op = Op {
            action,
            obj: self.new_object(&link.op.obj)?,
            key: self.new_key(position)?,
            pred: pred.into(),
            insert: link.op.insert,
        };
        self.operations.push(op);
        self.moved.record(link.id.clone(), Some(self.next.clone()));
        self.next.0 += 1;
        Ok(())
    }

    fn new_object(&self, object: &ObjectId) -> Result<ObjectId, FoldFault> {
        match object {
            ObjectId::Root => Ok(ObjectId::Root),
            ObjectId::Id(id) => self.new_id(id).map(ObjectId::Id),
        }
    }

    fn new_key(&self, position: usize) -> Result<Key, FoldFault> {
        let op = &self.plan.chain.links[position].op;
        let element = match &op.key {
            Key::Map(_) => return Ok(op.key.clone()),
            Key::Seq(_) if op.insert => self.plan.anchors[position].as_ref(),
            Key::Seq(element) => element.as_opid(),
        };
        let Some(element) = element else { return Ok(Key::head()) };
        Ok(Key::Seq(ElementId::Id(self.new_id(element)?)))
    }

    fn new_id(&self, old: &OpId) -> Result<OpId, FoldFault> {
        match self.moved.get(old) {
            Moved::To(new) => Ok(new.clone()),
            Moved::Stays if self.plan.chain.position(old).is_none() => Ok(old.clone()),
            Moved::Stays | Moved::Dropped => Err(FoldFault::DanglingReference),
        }
    }
}

/// Encodes the operations from `anchor` on. Too many are halved until they fit: the cut changes no
/// id, since the next change of the same actor goes on counting where the one before it ended.
fn encode(operations: Vec<Op>, anchor: Anchor, changes: &mut Vec<Change>) {
    if operations.is_empty() {
        return;
    }
    let whole = build(operations.clone(), &anchor);
    let is_large = whole.raw_bytes().len() > MAX_NET_BYTES || operations.len() > MAX_NET_OPERATIONS;
    let cut = cut_point(&operations).filter(|_| is_large);
    let Some(cut) = cut else { return changes.push(whole) };

    let mut first = operations;
    let second = first.split_off(cut);
    let start_op = anchor.start_op.saturating_add(cut as u64);
    let actor = anchor.slot.actor.clone();
    encode(first, anchor, changes);
    let before = changes.last().expect("the first half holds at least one operation");
    let slot = Slot { actor, seq: before.seq() + 1 };
    encode(second, Anchor { deps: vec![before.hash()], start_op, slot }, changes);
}

/// The middle of the operations, but never between the beginning and the end of a mark.
fn cut_point(operations: &[Op]) -> Option<usize> {
    let splits_mark = |at: usize| matches!(operations[at].action, OpType::MarkEnd(_));
    let middle = operations.len() / 2;
    [middle, middle + 1, middle.saturating_sub(1)]
        .into_iter()
        .find(|at| (1..operations.len()).contains(at) && !splits_mark(*at))
}

fn build(operations: Vec<Op>, anchor: &Anchor) -> Change {
    Change::from(ExpandedChange {
        operations,
        actor_id: anchor.slot.actor.clone(),
        hash: None,
        seq: anchor.slot.seq,
        start_op: anchor.start_op,
        time: 0,
        message: None,
        deps: anchor.deps.clone(),
        extra_bytes: Vec::new(),
        author: None,
    })
}
