//! Owns who may see what at which moment, as plain spans of time: what the server does is compared with it.

use super::clock::WorldClock;
use super::office::ORG;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_core::ids::{AudienceId, GroupId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::{Group, Role};
use sync_core::time::Timestamp;

/// Who may see what, and when. A clone is the same list.
#[derive(Debug, Clone)]
pub struct AccessList {
    clock: WorldClock,
    spans: Arc<Mutex<Vec<Span>>>,
    groups: Arc<Mutex<Vec<Together>>>,
}

/// Somebody is something somewhere, perhaps with an end that is known from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub audience: AudienceId,
    /// As what.
    pub role: Role,
    /// Until when, if that is known.
    pub until: Option<Timestamp>,
}

/// Some people who are coached together, without those who have left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Which group.
    pub id: GroupId,
    /// Who leads them; none once they lead nobody of it.
    pub leader: Option<PersonId>,
    /// Whom.
    pub people: BTreeSet<PersonId>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    place: Place,
    /// When it ended, if it was ended.
    ended: Option<Timestamp>,
}

/// The one kind that is there for who led before.
const HAND_OVER: &str = "hand_over";

impl AccessList {
    /// Nobody may see anything.
    pub fn new(clock: WorldClock) -> Self {
        Self { clock, spans: Arc::default(), groups: Arc::default() }
    }

    /// From now on they have these places, if they did not have them.
    pub fn begin(&self, places: &[Place]) {
        let now = self.clock.now();
        let mut spans = self.lock();
        for place in places.iter().filter(|place| place.until.is_none_or(|until| now < until)) {
            if !spans.iter().any(|span| span.runs_at(now) && span.place == *place) {
                spans.push(Span { place: *place, ended: None });
            }
        }
    }

    /// From now on they have these places, and no others.
    pub fn end_others(&self, places: &[Place]) {
        let now = self.clock.now();
        let mut spans = self.lock();
        let over = spans.iter_mut().filter(|span| span.runs_at(now) && !places.contains(&span.place));
        over.for_each(|span| span.ended = Some(now));
    }

    /// The server has these groups: who is in one sees it, from when it was formed.
    pub fn learn<'g>(&self, groups: impl IntoIterator<Item = &'g Group>) {
        for group in groups {
            let mut known = self.groups();
            if known.iter().any(|known| known.id == group.id) {
                continue;
            }
            let people = group.people.iter().copied().collect();
            let new = Together { id: group.id, leader: Some(group.leader), people };
            self.begin(&new.places());
            known.push(new);
        }
    }

    /// Every group there ever was.
    pub fn groups(&self) -> MutexGuard<'_, Vec<Together>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this person might be told of a document of this kind at that moment or after it; without a kind, of the audience.
    pub fn may_see(
        &self,
        (person, audience): (PersonId, AudienceId),
        kind: Option<&str>,
        since: Timestamp,
    ) -> bool {
        let spans = self.lock();
        let mut theirs = spans.iter().filter(|span| span.is_of(person, audience));
        theirs.any(|span| span.end().is_none_or(|end| end >= since) && shows(span.place.role, kind))
    }

    /// Whether this person sees documents of this kind of this audience now.
    pub fn sees(&self, (person, audience): (PersonId, AudienceId), kind: &str) -> bool {
        let now = self.clock.now();
        let spans = self.lock();
        let mut theirs = spans.iter().filter(|span| span.is_of(person, audience) && span.runs_at(now));
        theirs.any(|span| shows(span.place.role, Some(kind)))
    }

    /// Whether this person's access to this ever ended.
    pub fn has_ended(&self, person: PersonId, audience: AudienceId) -> bool {
        let now = self.clock.now();
        self.lock().iter().any(|span| span.is_of(person, audience) && !span.runs_at(now))
    }

    /// What this person ever was there.
    pub fn roles(&self, person: PersonId, audience: AudienceId) -> BTreeSet<Role> {
        let spans = self.lock();
        spans.iter().filter(|span| span.is_of(person, audience)).map(|span| span.place.role).collect()
    }

    /// What this person may see now.
    pub fn of(&self, person: PersonId) -> BTreeSet<AudienceId> {
        let now = self.clock.now();
        let spans = self.lock();
        let running = spans.iter().filter(|span| span.place.person == person && span.runs_at(now));
        running.map(|span| span.place.audience).collect()
    }

    /// When the next place ends by itself.
    pub fn next_end(&self) -> Option<Timestamp> {
        let now = self.clock.now();
        self.lock().iter().filter(|span| span.runs_at(now)).filter_map(|span| span.end()).min()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Together {
    /// The places of those who are there.
    pub fn places(&self) -> Vec<Place> {
        let audience = AudienceId::of(ORG, &Subject::Group(self.id));
        let place = |person, role| Place { person, audience, role, until: None };
        let people = self.people.iter().map(|person| place(*person, Role::Member));
        people.chain(self.leader.map(|leader| place(leader, Role::Leader))).collect()
    }
}

impl Span {
    fn is_of(&self, person: PersonId, audience: AudienceId) -> bool {
        (self.place.person, self.place.audience) == (person, audience)
    }

    fn end(&self) -> Option<Timestamp> {
        self.ended.into_iter().chain(self.place.until).min()
    }

    fn runs_at(&self, now: Timestamp) -> bool {
        self.end().is_none_or(|end| now < end)
    }
}

fn shows(role: Role, kind: Option<&str>) -> bool {
    role != Role::Predecessor || kind.is_none_or(|kind| kind == HAND_OVER)
}
