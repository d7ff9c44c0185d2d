//! Owns the floor walk: what a leader saw at each stop, for the leader alone until promoted.

use super::item::{self, Conflicts, Removal};
use super::summary::{Summary, count};
use super::words::words;
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Conflict, Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::{ActorId, DocId, ItemId, PersonId, RandomKey};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Timestamp;
use crate::wire::Authored;
use rand::Rng;
use serde::Serialize;

/// What a floor walk is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "floor_walk",
    subject: SubjectClass::Person,
    part: PartClass::Random,
    writers: Writers::All,
    layers: &[Layer { schema: 1, containers: &[("stops", Shape::Map)] }],
    summarise,
};

const STOPS: &str = "stops";
/// The longest that a stop can be said to have taken: a whole shift.
const MAX_MINUTES: u32 = 12 * 60;

words! {
    /// What a stop was about.
    StopKind {
        /// Something done well.
        Praise = "praise",
        /// Something to work on together.
        Coach = "coach",
        /// Something that is in the way.
        Blocker = "blocker",
        /// How somebody is.
        Wellbeing = "wellbeing",
        /// Anything else.
        Note = "note",
    }
}

/// A stop to capture.
#[derive(Clone, PartialEq, Eq)]
pub struct NewStop {
    /// With whom; none for a thing, such as a slow system.
    pub person: Option<PersonId>,
    /// What it was about.
    pub kind: StopKind,
    /// What was seen.
    pub text: String,
    /// Topics.
    pub tags: Vec<String>,
    /// How long it took.
    pub minutes: Option<u32>,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

/// A floor walk, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FloorWalkView {
    /// When it began, by the phone's clock.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// The stops in their order, with those that were removed.
    pub stops: Vec<StopView>,
    /// Values that two of the author's phones set differently.
    pub conflicts: Vec<Conflict>,
}

/// One stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StopView {
    /// Which one.
    pub id: ItemId,
    /// With whom.
    pub person: Option<PersonId>,
    /// What it was about.
    pub kind: StopKind,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
    /// How long it took.
    pub minutes: Option<u32>,
    /// What was seen.
    pub text: String,
    /// Topics, ascending.
    pub tags: Vec<String>,
    /// What was counted, ascending by name.
    pub tallies: Vec<TallyView>,
    /// Where it was promoted to.
    pub promoted: Vec<PromotionView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Something that was counted during a stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TallyView {
    /// What.
    pub name: String,
    /// How often.
    pub count: i64,
}

/// That a stop was copied into a document that others see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PromotionView {
    /// Into which document.
    pub to: DocId,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
}

/// The key of a new walk of this person.
pub fn new_key(author: PersonId, rng: &mut (impl Rng + ?Sized)) -> NaturalKey {
    NaturalKey { subject: Subject::Person(author), part: Part::Random(RandomKey::random(rng)) }
}

/// Notes that the walk began.
pub fn start(edit: &mut Edit<'_>, at: Timestamp) -> Result<(), EditError> {
    edit.put(&Path::of("started"), &at)
}

/// Notes that the walk is over.
pub fn end(edit: &mut Edit<'_>, at: Timestamp) -> Result<(), EditError> {
    edit.put(&Path::of("ended"), &at)
}

/// Captures a stop at the end of the walk.
pub fn capture_stop(edit: &mut Edit<'_>, stop: &NewStop) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(STOPS))?;
    edit.put(&path.key("kind"), &stop.kind)?;
    edit.put(&path.key("at"), &stop.at)?;
    if let Some(person) = &stop.person {
        edit.put(&path.key("person"), person)?;
    }
    if let Some(minutes) = stop.minutes {
        edit.put(&path.key("minutes"), &checked_minutes(minutes)?)?;
    }
    edit.add_text(&path.key("text"), &stop.text)?;
    item::put_tags(edit, &path.key("tags"), &stop.tags)?;
    edit.add_map(&path.key("tallies"))?;
    edit.add_map(&path.key("promoted"))?;
    Ok(id)
}

/// Edits what was seen at a stop.
pub fn edit_stop(edit: &mut Edit<'_>, stop: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, STOPS, stop, splice)
}

/// Says with whom a stop was.
pub fn set_stop_person(edit: &mut Edit<'_>, stop: ItemId, person: Option<PersonId>) -> Result<(), EditError> {
    item::put_field(edit, (STOPS, stop), "person", person.as_ref())
}

/// Says what a stop was about.
pub fn set_stop_kind(edit: &mut Edit<'_>, stop: ItemId, kind: StopKind) -> Result<(), EditError> {
    item::put_field(edit, (STOPS, stop), "kind", Some(&kind))
}

/// Says how long a stop took.
pub fn set_stop_minutes(edit: &mut Edit<'_>, stop: ItemId, minutes: Option<u32>) -> Result<(), EditError> {
    let minutes = minutes.map(checked_minutes).transpose()?;
    item::put_field(edit, (STOPS, stop), "minutes", minutes.as_ref())
}

/// Puts a topic on a stop.
pub fn tag_stop(edit: &mut Edit<'_>, stop: ItemId, tag: &str) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(STOPS), stop)?;
    item::put_tag(edit, &path.key("tags"), tag)
}

/// Takes a topic off a stop.
pub fn untag_stop(edit: &mut Edit<'_>, stop: ItemId, tag: &str) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(STOPS), stop)?;
    item::remove_tag(edit, &path.key("tags"), tag)
}

/// Counts something during a stop, such as an open question; a negative number takes back.
pub fn tally(edit: &mut Edit<'_>, stop: ItemId, name: &str, by: i64) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(STOPS), stop)?;
    edit.tally(&path.key("tallies"), name, by)
}

/// Removes a stop; it can be restored.
pub fn remove_stop(edit: &mut Edit<'_>, stop: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(STOPS), stop)
}

/// Brings a removed stop back.
pub fn restore_stop(edit: &mut Edit<'_>, stop: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(STOPS), stop)
}

/// Puts a stop elsewhere in the order.
pub fn reorder_stop(edit: &mut Edit<'_>, stop: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(STOPS), stop, to)
}

/// Notes that a stop was copied into a document that others see.
pub fn mark_promoted(edit: &mut Edit<'_>, stop: ItemId, to: DocId, at: Timestamp) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(STOPS), stop)?;
    let (_, promotion) = edit.add_item(&path.key("promoted"))?;
    edit.put(&promotion.key("to"), &to)?;
    edit.put(&promotion.key("at"), &at)
}

/// The walk, as screens show it.
pub fn view(doc: Document<'_>) -> FloorWalkView {
    let stops = doc.items(&Path::of(STOPS));
    FloorWalkView {
        started: doc.get(&Path::of("started")),
        ended: doc.get(&Path::of("ended")),
        stops: stops.iter().map(|stop| stop_view(stop.id, stop.fields())).collect(),
        conflicts: conflicts(&stops),
    }
}

fn conflicts(stops: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    for stop in stops.iter().map(Item::fields) {
        conflicts.look::<PersonId>(stop, "person");
        conflicts.look::<StopKind>(stop, "kind");
        conflicts.look::<i64>(stop, "minutes");
    }
    conflicts.found()
}

impl FloorWalkView {
    /// Adds who set each conflicting value.
    pub fn with_authors(&mut self, authors: &dyn Fn(ActorId) -> Option<Authored>) {
        self.conflicts.iter_mut().for_each(|conflict| conflict.with_authors(authors));
    }
}

fn stop_view(id: ItemId, stop: Document<'_>) -> StopView {
    let tallies = stop.tallies(&Path::of("tallies")).into_iter();
    let minutes: Option<i64> = stop.get(&Path::of("minutes"));
    StopView {
        id,
        person: stop.get(&Path::of("person")),
        kind: stop.get(&Path::of("kind")).unwrap_or(StopKind::Note),
        at: stop.get(&Path::of("at")),
        minutes: minutes.and_then(|minutes| u32::try_from(minutes).ok()),
        text: stop.text(&Path::of("text")),
        tags: item::tags(stop, &Path::of("tags")),
        tallies: tallies.map(|(name, count)| TallyView { name, count }).collect(),
        promoted: promotions(stop),
        removed: Removal::of(stop),
    }
}

fn promotions(stop: Document<'_>) -> Vec<PromotionView> {
    let promotion = |item: &Item<'_>| {
        let promotion = item.fields();
        Some(PromotionView { to: promotion.get(&Path::of("to"))?, at: promotion.get(&Path::of("at")) })
    };
    stop.items(&Path::of("promoted")).iter().filter_map(promotion).collect()
}

/// Reads no more than it counts: it is made anew with every edit.
fn summarise(doc: Document<'_>) -> Summary {
    let all = doc.items(&Path::of(STOPS));
    let stops = || all.iter().map(Item::fields).filter(|stop| !item::is_removed(*stop));
    Summary {
        began: doc.get(&Path::of("started")),
        finished: doc.get::<Timestamp>(&Path::of("ended")).is_some(),
        items: count(stops()),
        open: count(stops().filter(|stop| promotions(*stop).is_empty())),
        conflicts: count(conflicts(&all)),
        ..Summary::default()
    }
}

fn checked_minutes(minutes: u32) -> Result<i64, EditError> {
    if minutes > MAX_MINUTES {
        return Err(EditError::Impossible { field: "minutes" });
    }
    Ok(i64::from(minutes))
}
