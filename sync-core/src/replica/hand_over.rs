//! Owns what an agent brings along when they get another leader: what they are offered, and how it gets into the new pair. Nothing is
//! brought without them. What is brought are copies: nobody gets a right to what was written before.

use super::desk::Desk;
use super::{Replica, ReplicaError, Tenure};
use crate::coaching::earlier::Earlier;
use crate::coaching::goal_set::{self, GoalState, GoalView};
use crate::coaching::hand_over::{self, Brought, BroughtKind};
use crate::coaching::{Kind, KindSpec, action_plan, feedback_log, meeting, partnership};
use crate::content::Language;
use crate::document::{Document, Edit, EditError, actor_id};
use crate::export::{self, Reader, Source};
use crate::gate::state::{self, Size};
use crate::history::alike;
use crate::ids::{DocId, ItemId, TenureId};
use crate::key::{NaturalKey, Part};
use crate::sync::Input;
use crate::time::{Day, Timestamp, Zone};
use automerge::{Change, ReadDoc};
use std::collections::{BTreeMap, BTreeSet};

/// So many of the last meetings are brought along unless the agent chooses otherwise.
const USUAL_MEETINGS: usize = 2;

/// Something of an earlier pair that its agent can bring along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bring {
    /// The document.
    pub doc: DocId,
    /// Which goal of it; none if it is all of it.
    pub item: Option<ItemId>,
}

/// What such a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BringKind {
    /// A meeting that was held; its text is brought.
    Meeting,
    /// The feedback of a quarter; its text is brought.
    Feedback,
    /// How the two worked together in a year; its text is brought.
    Partnership,
    /// A goal that is open: it goes on among the goals of the new pair, and both agree to it anew.
    Goal,
    /// A plan that is open: its open steps go on in a plan of the new pair.
    Plan,
}

/// What an agent is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is called by.
    pub bring: Bring,
    /// What it is.
    pub kind: BringKind,
    /// Its title; of a text in the language that was asked for.
    pub title: String,
    /// The day that it is about, or until which it is due.
    pub day: Option<Day>,
    /// Whether it is brought along unless the agent chooses otherwise.
    pub is_usual: bool,
    /// Whether it was brought, and not taken back.
    pub is_brought: bool,
}

/// A copy that is made and not written yet.
struct Copy {
    /// What it was copied from.
    of: DocId,
    kind: Kind,
    key: NaturalKey,
    changes: Vec<Change>,
}

/// Where a copy stands in the new pair.
#[derive(Debug, Clone, Copy)]
struct Copied {
    doc: DocId,
    /// None of what is a document of its own.
    item: Option<ItemId>,
    is_removed: bool,
}

impl Replica {
    /// What this person can bring along into this pair of theirs from the one before: the last two meetings, open goals and open
    /// plans unless they choose otherwise; other meetings and feedback if they do. Never how they are, and nothing of anybody's own.
    pub fn offered_to_bring(&self, tenure: TenureId, language: Language) -> Result<Vec<Offer>, ReplicaError> {
        let (_, before) = self.changed_leader(tenure)?;
        let roster = self.roster()?;
        let reader = roster.reader(language);
        self.shared.with_desk(|desk| {
            let copied = desk.copied_to(tenure)?;
            let mut offers = desk.meetings(before, &reader)?;
            offers.extend(desk.other_texts(before, &reader)?);
            offers.extend(desk.open_goals(before)?);
            offers.extend(desk.open_plans(before)?);
            for offer in &mut offers {
                let there = copied.get(&offer.bring.from(before).token);
                offer.is_brought = there.is_some_and(|copy| !copy.is_removed);
            }
            Ok(offers)
        })
    }

    /// Brings these along, or none of them if one is not offered. Texts go into the hand-over of the pair; goals and plans go on
    /// there, to be agreed anew. Done again, or on another phone of the same person, it is there once; what was taken back comes back.
    /// What is more than the new pair has room for is refused before anything is written ([`ReplicaError::NoRoom`]).
    pub fn bring_along(
        &self,
        tenure: TenureId,
        chosen: &[Bring],
        language: Language,
    ) -> Result<(), ReplicaError> {
        let (pair, before) = self.changed_leader(tenure)?;
        let offers = self.offered_to_bring(tenure, language)?;
        let offered = |bring: &Bring| offers.iter().find(|offer| offer.bring == *bring);
        let chosen: BTreeSet<&Bring> = chosen.iter().collect();
        let chosen = chosen.into_iter().map(|bring| offered(bring).ok_or(ReplicaError::NotFound(bring.doc)));
        let chosen: Vec<&Offer> = chosen.collect::<Result<_, _>>()?;
        let copied = self.shared.with_desk(|desk| desk.copied_to(tenure))?;
        let (mut back, mut copies) = (Vec::new(), Vec::new());
        for offer in chosen.into_iter().filter(|offer| !offer.is_brought) {
            let from = offer.bring.from(before);
            match copied.get(&from.token) {
                Some(copy) => back.push(*copy),
                None => copies.push(self.copy_of(&pair, offer, from, language)?),
            }
        }
        self.shared.with_desk(|desk| desk.check_room(&copies))?;
        back.into_iter().try_for_each(|copy| self.bring_back(copy))?;
        copies.into_iter().try_for_each(|copy| self.bring(copy))
    }

    /// A pair in which this person is led, and the one before it.
    fn changed_leader(&self, tenure: TenureId) -> Result<(Tenure, TenureId), ReplicaError> {
        let own = self.identity().person;
        let pair = self.tenures()?.into_iter().find(|pair| pair.id == tenure && pair.agent.id == own);
        let before = |pair: Tenure| pair.follows.clone().map(|follows| (pair, follows.tenure));
        pair.and_then(before).ok_or(ReplicaError::NoPair)
    }

    fn copy_of(
        &self,
        pair: &Tenure,
        offer: &Offer,
        from: Earlier,
        language: Language,
    ) -> Result<Copy, ReplicaError> {
        let Bring { doc, item } = offer.bring;
        let text = match offer.kind {
            BringKind::Meeting => BroughtKind::Meeting,
            BringKind::Feedback => BroughtKind::Feedback,
            BringKind::Partnership => BroughtKind::Partnership,
            BringKind::Goal => return self.copy_of_goal(pair, (doc, item), from),
            BringKind::Plan => {
                let plan = self.read(doc, |history| action_plan::view(Document::of(history.view())))?;
                let key = action_plan::brought_key(pair.id, from);
                let rights = (pair.agent.id, from);
                let make = |edit: &mut Edit<'_>| action_plan::bring_plan(edit, &plan, rights);
                return self.copy(doc, (&action_plan::SPEC, key), make);
            }
        };
        let roster = self.roster()?;
        let reader = roster.reader(language);
        let page = self.shared.with_desk(|desk| desk.source(doc, |one| export::markdown(one, &reader)))?;
        let new = Brought { kind: text, title: offer.title.clone(), day: offer.day, text: page, from };
        let to = (&hand_over::SPEC, hand_over::key(pair.id));
        self.copy(doc, to, |edit| hand_over::add_brought(edit, &new).map(drop))
    }

    /// Into the quarter that it is of, or the one in which the new pair begins, if that is later.
    fn copy_of_goal(
        &self,
        pair: &Tenure,
        (doc, item): (DocId, Option<ItemId>),
        from: Earlier,
    ) -> Result<Copy, ReplicaError> {
        let look = |source: &Source<'_>| (source.key.part.quarter(), goal_set::view(source.document).goals);
        let (quarter, goals) = self.shared.with_desk(|desk| desk.source(doc, look))?;
        let goal = goals.into_iter().find(|goal| Some(goal.id) == item).ok_or(ReplicaError::NotFound(doc))?;
        let zone = Zone::named(&pair.time_zone).unwrap_or_else(Zone::utc);
        let begins = pair.from.day_in(&zone).map(Day::quarter);
        let quarter = quarter.max(begins).ok_or(ReplicaError::KeyNotAllowed)?;
        let to = (&goal_set::SPEC, goal_set::key(pair.id, quarter));
        self.copy(doc, to, |edit| goal_set::bring_goal(edit, &goal, from).map(drop))
    }

    fn copy(
        &self,
        of: DocId,
        (spec, key): (&'static KindSpec, NaturalKey),
        make: impl Fn(&mut Edit<'_>) -> Result<(), EditError>,
    ) -> Result<Copy, ReplicaError> {
        let kind = Kind::of(spec);
        let changes = alike(kind, &key, self.identity().person, make)?;
        Ok(Copy { of, kind, key, changes })
    }

    fn bring(&self, copy: Copy) -> Result<(), ReplicaError> {
        let (doc, now) = (self.create(copy.kind, copy.key)?, self.shared.now());
        self.shared.with_desk(|desk| desk.add_once(doc, copy.changes, now))?;
        self.shared.tell(Input::Edited);
        Ok(())
    }

    fn bring_back(&self, copy: Copied) -> Result<(), ReplicaError> {
        let Copied { doc, item: Some(item), is_removed: true } = copy else { return Ok(()) };
        let is_goal = self.kind(doc)? == goal_set::SPEC.name;
        self.edit(doc, |edit| match is_goal {
            true => goal_set::restore_goal(edit, item),
            false => hand_over::restore_brought(edit, item),
        })
    }
}

impl Bring {
    fn whole(doc: DocId) -> Self {
        Self { doc, item: None }
    }

    fn from(&self, before: TenureId) -> Earlier {
        Earlier::of(before, self.doc, self.item)
    }
}

impl Desk {
    /// The meetings of a pair that were held, the newest first.
    fn meetings(&mut self, tenure: TenureId, reader: &Reader<'_>) -> Result<Vec<Offer>, ReplicaError> {
        let mut offers = Vec::new();
        for doc in self.documents_of(&meeting::SPEC, tenure)? {
            let look =
                |source: &Source<'_>| (meeting::view(source.document), source.key, title(source, reader));
            let (view, key, title) = self.source(doc, look)?;
            let Some(began) = view.held.and_then(|held| held.start) else { continue };
            let first_planned = if let Part::Day(day) = key.part { Some(day) } else { None };
            let planned = view.planned.map(|slot| slot.day).or(first_planned);
            let day = planned.or_else(|| began.day_in(reader.zone));
            offers.push(offer(Bring::whole(doc), BringKind::Meeting, title, day));
        }
        offers.sort_by_key(|offer| std::cmp::Reverse((offer.day, offer.bring)));
        offers.iter_mut().take(USUAL_MEETINGS).for_each(|offer| offer.is_usual = true);
        Ok(offers)
    }

    fn other_texts(&mut self, tenure: TenureId, reader: &Reader<'_>) -> Result<Vec<Offer>, ReplicaError> {
        let mut offers = Vec::new();
        let kinds =
            [(&feedback_log::SPEC, BringKind::Feedback), (&partnership::SPEC, BringKind::Partnership)];
        for (spec, kind) in kinds {
            for doc in self.documents_of(spec, tenure)? {
                let title = self.source(doc, |source| title(source, reader))?;
                offers.push(offer(Bring::whole(doc), kind, title, None));
            }
        }
        Ok(offers)
    }

    fn open_goals(&mut self, tenure: TenureId) -> Result<Vec<Offer>, ReplicaError> {
        let is_open = |goal: &GoalView| goal.removed.is_none() && goal.state == GoalState::Active;
        let mut offers = Vec::new();
        for doc in self.documents_of(&goal_set::SPEC, tenure)? {
            let goals = self.read(doc, |history| goal_set::view(Document::of(history.view())).goals)?;
            let of_goal = |goal: GoalView| {
                let bring = Bring { doc, item: Some(goal.id) };
                Offer { is_usual: true, ..offer(bring, BringKind::Goal, goal.title, goal.due) }
            };
            offers.extend(goals.into_iter().filter(is_open).map(of_goal));
        }
        Ok(offers)
    }

    fn open_plans(&mut self, tenure: TenureId) -> Result<Vec<Offer>, ReplicaError> {
        let mut offers = Vec::new();
        for doc in self.documents_of(&action_plan::SPEC, tenure)? {
            let plan = self.read(doc, |history| action_plan::view(Document::of(history.view())))?;
            if plan.closed.is_none() {
                let of_plan = offer(Bring::whole(doc), BringKind::Plan, plan.title, None);
                offers.push(Offer { is_usual: true, ..of_plan });
            }
        }
        Ok(offers)
    }

    /// What stands in a pair that was copied from an earlier one, by what it was copied from.
    fn copied_to(&mut self, tenure: TenureId) -> Result<BTreeMap<ItemId, Copied>, ReplicaError> {
        let mut copied = BTreeMap::new();
        for doc in self.documents_of(&hand_over::SPEC, tenure)? {
            let view = self.read(doc, |history| hand_over::view(Document::of(history.view())))?;
            copied.extend(view.brought.into_iter().filter_map(|one| {
                let copy = Copied { doc, item: Some(one.id), is_removed: one.removed.is_some() };
                Some((one.from?.token, copy))
            }));
        }
        for doc in self.documents_of(&goal_set::SPEC, tenure)? {
            let view = self.read(doc, |history| goal_set::view(Document::of(history.view())))?;
            copied.extend(view.goals.into_iter().filter_map(|goal| {
                let copy = Copied { doc, item: Some(goal.id), is_removed: goal.removed.is_some() };
                Some((goal.from?.token, copy))
            }));
        }
        for doc in self.documents_of(&action_plan::SPEC, tenure)? {
            let from = self.read(doc, |history| action_plan::view(Document::of(history.view())).from)?;
            copied.extend(from.map(|from| (from.token, Copied { doc, item: None, is_removed: false })));
        }
        Ok(copied)
    }

    /// Whether the server would take these copies beside what this phone knows of where they go. It judges again itself: then what it
    /// refuses is readable as anything else is that it refuses.
    fn check_room(&mut self, copies: &[Copy]) -> Result<(), ReplicaError> {
        let mut sizes: BTreeMap<DocId, (Size, Size)> = BTreeMap::new();
        for copy in copies {
            let doc = DocId::of(self.identity.org, copy.kind.name(), &copy.key);
            let (mut whole, mut own) = match sizes.get(&doc) {
                Some(known) => *known,
                None => self.size_of(doc)?,
            };
            for change in &copy.changes {
                add(&mut whole, change);
                add(&mut own, change);
            }
            if !state::has_room(whole, own) {
                return Err(ReplicaError::NoRoom(copy.of));
            }
            sizes.insert(doc, (whole, own));
        }
        Ok(())
    }

    /// How much there is in a document, and how much of it this person wrote.
    fn size_of(&mut self, doc: DocId) -> Result<(Size, Size), ReplicaError> {
        let (mut whole, mut own) = (Size::default(), Size::default());
        if self.store.document(doc)?.is_none() {
            return Ok((whole, own));
        }
        let foreign = self.foreign_actors(doc)?;
        for change in self.read(doc, |history| history.view().get_changes(&[]))? {
            add(&mut whole, &change);
            let author = actor_id(change.actor_id());
            if author.is_none_or(|author| !foreign.contains(&author)) {
                add(&mut own, &change);
            }
        }
        Ok((whole, own))
    }

    /// Adds changes that every phone of this person makes alike, but for those that are here already.
    fn add_once(&mut self, doc: DocId, mut changes: Vec<Change>, now: Timestamp) -> Result<(), ReplicaError> {
        let mut opened = self.take(doc)?;
        changes.retain(|change| opened.history.view().get_change_by_hash(&change.hash()).is_none());
        if changes.is_empty() {
            self.keep(opened);
            return Ok(());
        }
        let actor = self.actor();
        let writes = opened.history.add_sealed(changes, actor)?;
        self.finish(opened, writes, now)
    }
}

fn add(size: &mut Size, change: &Change) {
    size.add(change.raw_bytes().len() as u64, change.len() as u64);
}

fn title(source: &Source<'_>, reader: &Reader<'_>) -> String {
    export::title(source.kind, &source.key, reader)
}

fn offer(bring: Bring, kind: BringKind, title: String, day: Option<Day>) -> Offer {
    Offer { bring, kind, title, day, is_usual: false, is_brought: false }
}

#[cfg(test)]
mod tests;
