//! Owns how a partnership looks on screens and in lists.

use super::backlog::{self, BacklogView, backlog, backlog_view};
use super::cadence::{self, CadenceView, cadence_view};
use super::{BRING_LIST, CONTRACT, Term};
use crate::coaching::ack::{AckView, acks};
use crate::coaching::item::{self, Conflicts, Removal};
use crate::coaching::summary::{Summary, count};
use crate::document::{Conflict, Document, Item, Path, Prose};
use crate::ids::ItemId;
use crate::time::Day;
use serde::Serialize;

/// A partnership, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartnershipView {
    /// How often they meet.
    pub cadence: CadenceView,
    /// How they agreed to work together.
    pub contract: ContractView,
    /// What the agent tells of themselves.
    pub about_me: Prose,
    /// What each side brings, in order, with what was removed.
    pub bring_list: Vec<BringView>,
    /// What they want to talk about, in order, with what was removed.
    pub backlog: Vec<BacklogView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// How they agreed to work together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractView {
    /// What they agree about, in the order of the form.
    pub terms: Vec<TermView>,
    /// When they look at it again: the earlier day, while two people's stand.
    pub review_on: Option<Day>,
    /// Who agreed to it, and whether that still holds.
    pub acks: Vec<AckView>,
}

/// One of the things that they agree about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermView {
    /// Which.
    pub term: Term,
    /// What it says.
    pub text: Prose,
}

/// Something to bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BringView {
    /// Which.
    pub id: ItemId,
    /// What.
    pub what: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// The partnership, as screens show it.
pub fn view(doc: Document<'_>) -> PartnershipView {
    let backlog = backlog(doc);
    PartnershipView {
        cadence: cadence_view(doc),
        contract: contract(doc),
        about_me: doc.prose(&Path::of("about_me")),
        bring_list: bring_list(doc).iter().map(|item| bring_view(item.id, item.fields())).collect(),
        backlog: backlog.iter().map(|entry| backlog_view(entry.id, entry.fields())).collect(),
        conflicts: conflicts(doc, &backlog),
    }
}

/// Reads no more than it counts.
pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let backlog = backlog(doc);
    let is_kept = |item: &Document<'_>| !item::is_removed(*item);
    let kept: Vec<_> = backlog.iter().map(Item::fields).filter(is_kept).collect();
    let is_waiting = |entry: &&Document<'_>| entry.keys(&Path::of("brought_to")).is_empty();
    Summary {
        day: review_on(doc),
        items: count(&kept),
        open: count(kept.iter().filter(is_waiting)),
        conflicts: count(conflicts(doc, &backlog)),
        ..Summary::default()
    }
}

fn contract(doc: Document<'_>) -> ContractView {
    let term = |term: Term| TermView { term, text: doc.prose(&term.path()) };
    ContractView {
        terms: Term::ALL.map(term).into(),
        review_on: review_on(doc),
        acks: acks(doc, &Path::of(CONTRACT)),
    }
}

fn review_on(doc: Document<'_>) -> Option<Day> {
    doc.least(&Path::of(CONTRACT).key("review_on"))
}

fn bring_list(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(BRING_LIST))
}

fn bring_view(id: ItemId, item: Document<'_>) -> BringView {
    let what = item.get(&Path::of("what")).unwrap_or_default();
    BringView { id, what, removed: Removal::of(item) }
}

fn conflicts(doc: Document<'_>, backlog: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    cadence::look_for_conflicts(doc, &mut conflicts);
    conflicts.look_at::<Day>(doc, &Path::of(CONTRACT).key("review_on"));
    bring_list(doc).iter().for_each(|item| conflicts.look::<String>(item.fields(), "what"));
    backlog.iter().for_each(|entry| backlog::look_for_conflicts(entry.fields(), &mut conflicts));
    conflicts.found()
}
