//! Owns what tests of read models share: an office of one leader and some agents, who write real documents.

use super::facts::Facts;
use super::{Input, Known, Pair, Shelf, Team, Thresholds};
use crate::coaching::barometer::{self, Level, NewEntry};
use crate::coaching::feedback_log::{self, Feedback, FeedbackKind};
use crate::coaching::floor_walk::{self, NewStop, StopKind};
use crate::coaching::meeting::{self, MeetingKind, NewFollowUp, Plan, Slot};
use crate::coaching::partnership::{self, Cadence, Rhythm};
use crate::coaching::tier_note::{self, Month, Tier};
use crate::coaching::{Kind, action_plan, private_log, wellbeing_log};
use crate::document::fixture::{Phone, day, person};
use crate::document::{Document, Edit, EditError};
use crate::ids::{DocId, ItemId, OrgId, PersonId, RandomKey, TeamId, TenureId};
use crate::key::{NaturalKey, Part, Subject};
use crate::metric::{Decimal, KpiId, MetricRow, SourceName};
use crate::time::{Timestamp, Zone};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::collections::BTreeMap;

/// Person 1, who leads all others.
pub const MARIA: u8 = 1;
/// Person 2.
pub const ANDREI: u8 = 2;
/// Person 200, who answers for the team.
pub const HEAD: u8 = 200;
/// The team of all of them.
pub const TEAM: TeamId = TeamId::from_bytes([8; 16]);

/// An office in which people write documents.
pub struct Office {
    pub pairs: Vec<Pair>,
    pub teams: Vec<Team>,
    pub unread: BTreeMap<TenureId, u32>,
    pub thresholds: Thresholds,
    pub zone: Zone,
    phones: BTreeMap<DocId, (String, NaturalKey, Phone)>,
    rng: SmallRng,
}

/// `2026-03-18T10:00` in UTC.
pub fn moment(text: &str) -> Timestamp {
    let at: jiff::civil::DateTime = text.parse().unwrap();
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    Timestamp(at.timestamp().as_millisecond())
}

pub fn tenure(agent: u8) -> TenureId {
    TenureId::from_bytes([0x70 | agent; 16])
}

impl Office {
    /// Maria, and so many agents from Andrei on, all since New Year.
    pub fn new(agents: u8) -> Self {
        let pair = |agent: u8| Pair {
            tenure: tenure(agent),
            team: TEAM,
            leader: person(MARIA),
            agent: person(agent),
            name: format!("agent {agent}"),
            joined: day("2026-01-01"),
            from: day("2026-01-01"),
            until: None,
        };
        Self {
            pairs: (ANDREI..ANDREI + agents).map(pair).collect(),
            teams: vec![Team {
                id: TEAM,
                leaders: vec![person(MARIA)],
                agents: (ANDREI..ANDREI + agents).map(person).collect(),
                others: vec![person(HEAD)],
            }],
            unread: BTreeMap::new(),
            thresholds: Thresholds::default(),
            zone: Zone::named("Europe/Bucharest").unwrap(),
            phones: BTreeMap::new(),
            rng: SmallRng::seed_from_u64(7),
        }
    }

    /// Somebody writes a document at a moment (UTC). It is made if it is not there.
    #[track_caller]
    pub fn write<T>(
        &mut self,
        (who, at): (u8, &str),
        (kind, key): (&str, NaturalKey),
        verb: impl FnOnce(&mut Edit<'_>) -> Result<T, EditError>,
    ) -> T {
        let doc = doc(kind, &key);
        let new = || (kind.to_owned(), key, Phone::new(MARIA, kind, &key));
        let (_, _, phone) = self.phones.entry(doc).or_insert_with(new);
        (phone.person, phone.now) = (person(who), moment(at));
        phone.edit(verb)
    }

    pub fn documents(&self) -> Vec<Known> {
        let facts =
            |kind: &str, phone: &Phone| Facts::of(Kind::parse(kind).unwrap(), Document::of(&phone.doc));
        let known = self.phones.iter().filter_map(|(doc, (kind, key, phone))| {
            Some(Known { doc: *doc, key: *key, facts: facts(kind, phone)? })
        });
        known.collect()
    }

    /// What somebody sees on a day.
    #[track_caller]
    pub fn seen_by<T>(&self, viewer: u8, as_of: &str, model: impl FnOnce(&Shelf<'_>) -> T) -> T {
        let documents = self.documents();
        model(&Shelf::of(self.input(person(viewer), as_of, &documents)))
    }

    /// What Maria sees on a day.
    #[track_caller]
    pub fn seen<T>(&self, as_of: &str, model: impl FnOnce(&Shelf<'_>) -> T) -> T {
        self.seen_by(MARIA, as_of, model)
    }

    pub fn input<'a>(&'a self, viewer: PersonId, as_of: &str, documents: &'a [Known]) -> Input<'a> {
        Input {
            viewer,
            as_of: day(as_of),
            zone: &self.zone,
            pairs: &self.pairs,
            teams: &self.teams,
            documents,
            unread: &self.unread,
            thresholds: &self.thresholds,
        }
    }

    /// A meeting that is planned, by the day that it was first planned for.
    pub fn plan(&mut self, agent: u8, on: &str, kind: MeetingKind) -> NaturalKey {
        let key = meeting::key(tenure(agent), day(on));
        let plan = Plan { slot: Slot::new(day(on), Some(600)).unwrap(), place: None, kind };
        self.write((MARIA, &format!("{on}T06:00")), ("meeting", key), |edit| meeting::plan(edit, &plan));
        key
    }

    /// A meeting of this kind that was held on a day, from 10:00 in UTC on.
    pub fn hold(&mut self, agent: u8, on: &str, kind: MeetingKind, minutes: i64) -> NaturalKey {
        let key = self.plan(agent, on, kind);
        let start = moment(&format!("{on}T10:00"));
        let who = (MARIA, &*format!("{on}T10:00"));
        self.write(who, ("meeting", key), |edit| meeting::begin(edit, start));
        self.write(who, ("meeting", key), |edit| meeting::end(edit, start.plus_ms(minutes * 60_000)));
        key
    }

    /// A 1:1 of half an hour.
    pub fn talk(&mut self, agent: u8, on: &str) -> NaturalKey {
        self.hold(agent, on, MeetingKind::OneOnOne, 30)
    }

    pub fn follow_up(&mut self, meeting: NaturalKey, text: &str, owner: u8, due: Option<&str>) -> ItemId {
        let new = NewFollowUp { text: text.into(), owner: Some(person(owner)), due: due.map(day) };
        self.write((MARIA, "2026-03-01T10:00"), ("meeting", meeting), |edit| {
            meeting::add_follow_up(edit, &new)
        })
    }

    /// A plan of a pair, known again by its number.
    pub fn plan_key(agent: u8, number: u8) -> NaturalKey {
        let part = Part::Random(RandomKey::from_bytes([number; 16]));
        NaturalKey { subject: Subject::Tenure(tenure(agent)), part }
    }

    pub fn step(&mut self, plan: NaturalKey, text: &str, owner: u8, due: Option<&str>) -> ItemId {
        let new = action_plan::NewStep { text: text.into(), owner: Some(person(owner)), due: due.map(day) };
        self.write((MARIA, "2026-03-01T10:00"), ("action_plan", plan), |edit| {
            action_plan::add_step(edit, &new)
        })
    }

    /// A walk of Maria's with one stop, at a moment.
    pub fn stop(
        &mut self,
        agent: u8,
        at: &str,
        kind: StopKind,
        minutes: Option<u32>,
    ) -> (NaturalKey, ItemId) {
        let key = floor_walk::new_key(person(MARIA), &mut self.rng);
        let tags = vec!["queue".to_owned()];
        let new =
            NewStop { person: Some(person(agent)), kind, text: "seen".into(), tags, minutes, at: moment(at) };
        (key, self.write((MARIA, at), ("floor_walk", key), |edit| floor_walk::capture_stop(edit, &new)))
    }

    /// Feedback that somebody gives, with everything that it needs.
    pub fn feedback(&mut self, who: (u8, &str), agent: u8, kind: FeedbackKind) -> ItemId {
        let new = Feedback { strength: "patience".into(), ..Feedback::seen(kind, "what was seen") };
        let key = feedback_log::key(tenure(agent), day(&who.1[..10]).quarter());
        self.write(who, ("feedback_log", key), |edit| feedback_log::add_feedback(edit, &new))
    }

    /// Maria's level for an agent in the month of a day.
    pub fn tier(&mut self, agent: u8, on: &str, tier: Tier) {
        let key = tier_note::key(person(MARIA), person(agent), day(on).quarter());
        self.write((MARIA, &format!("{on}T10:00")), ("tier_note", key), |edit| {
            tier_note::set_tier(edit, Month::of(day(on)), Some(tier))
        });
    }

    /// How an agent says they are, shared with Maria.
    pub fn mood(&mut self, agent: u8, at: &str, mood: u8) -> ItemId {
        let key = wellbeing_log::key(tenure(agent), day(&at[..10]).quarter());
        self.write((agent, at), ("wellbeing_log", key), |edit| barometer::add_entry(edit, &entry(mood)))
    }

    pub fn rhythm(&mut self, agent: u8, rhythm: Rhythm, first: &str) {
        let key = partnership_key(agent, first);
        let first = Slot::parse(first).unwrap();
        let cadence = Cadence { rhythm, first, minutes: Some(30), place: None };
        self.write((MARIA, "2026-01-01T10:00"), ("partnership", key), |edit| {
            partnership::set_cadence(edit, &cadence)
        });
    }

    /// Something that Maria wants to raise with an agent some day, noted for herself.
    pub fn remember_to_raise(&mut self, agent: u8, at: &str, text: &str) {
        let key = private_log::key(person(MARIA), person(agent), day(&at[..10]).quarter());
        self.write((MARIA, at), ("private_log", key), |edit| private_log::add_to_raise(edit, text));
    }
}

pub fn entry(mood: u8) -> NewEntry {
    NewEntry { mood: Level::new(mood).unwrap(), load: Level::new(3), note: String::new() }
}

pub fn partnership_key(agent: u8, on: &str) -> NaturalKey {
    partnership::key(tenure(agent), day(&on[..10]).year())
}

pub fn doc(kind: &str, key: &NaturalKey) -> DocId {
    DocId::of(OrgId::from_bytes([9; 16]), kind, key)
}

/// What was measured of Andrei in the week from 2 March and in the one from 9 March.
pub fn measured(kpi: &str, [before, lately]: [&str; 2]) -> Vec<MetricRow> {
    let row = |on: &str, value: &str| MetricRow {
        person: person(ANDREI),
        day: day(on),
        kpi: KpiId::parse(kpi).unwrap(),
        source: SourceName::parse("nice").unwrap(),
        value: Decimal::parse(value).unwrap(),
        volume: Some(30),
    };
    vec![row("2026-03-03", before), row("2026-03-10", lately)]
}
