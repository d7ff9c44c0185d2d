//! Owns what tests of documents share: phones with a document in the hands of a person.

use super::{Document, Edit, EditError, Path, Writer, apply, create, edit};
use crate::coaching::Kind;
use crate::ids::{ActorId, GroupId, PersonId, RandomKey, TeamId, TenureId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Day, Timestamp};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, Change, ObjId, ObjType, ScalarValue};
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// One person's phone with one document on it.
pub struct Phone {
    pub doc: Automerge,
    pub person: PersonId,
    pub now: Timestamp,
    rng: SmallRng,
}

impl Phone {
    pub fn new(number: u8, kind: &str, key: &NaturalKey) -> Self {
        let doc = create(Kind::parse(kind).unwrap(), key, u32::MAX, actor(number)).unwrap();
        Self {
            doc,
            person: person(number),
            now: Timestamp(1_773_824_400_000),
            rng: SmallRng::seed_from_u64(number.into()),
        }
    }

    /// Makes an edit that must succeed.
    #[track_caller]
    pub fn edit<T>(&mut self, f: impl FnOnce(&mut Edit<'_>) -> Result<T, EditError>) -> T {
        self.try_edit(f).unwrap().0
    }

    pub fn try_edit<T>(
        &mut self,
        f: impl FnOnce(&mut Edit<'_>) -> Result<T, EditError>,
    ) -> Result<(T, Option<Change>), EditError> {
        let mut writer = Writer { person: self.person, now: self.now, rng: &mut self.rng };
        edit(&mut self.doc, &mut writer, f)
    }

    /// Takes over what the other phone has.
    pub fn pull(&mut self, other: &Self) {
        let changes = self.doc.get_changes_added(&other.doc);
        self.doc = apply(std::mem::take(&mut self.doc), changes).unwrap();
    }
}

/// Something that has no business where it stands.
#[derive(Debug, Clone, Copy)]
pub enum Junk {
    Null,
    Flag,
    Number,
    Huge,
    Fraction,
    Words,
    Bytes,
    Moment,
    Counter,
    Unknown,
    Map,
    Text,
    List,
    Deleted,
}

impl Junk {
    pub const ALL: [Self; 14] = [
        Self::Null,
        Self::Flag,
        Self::Number,
        Self::Huge,
        Self::Fraction,
        Self::Words,
        Self::Bytes,
        Self::Moment,
        Self::Counter,
        Self::Unknown,
        Self::Map,
        Self::Text,
        Self::List,
        Self::Deleted,
    ];

    fn scalar(self) -> Result<ScalarValue, Option<ObjType>> {
        Ok(match self {
            Self::Null => ScalarValue::Null,
            Self::Flag => ScalarValue::Boolean(true),
            Self::Number => ScalarValue::Int(-7),
            Self::Huge => ScalarValue::Uint(u64::MAX),
            Self::Fraction => ScalarValue::F64(0.5),
            Self::Words => ScalarValue::Str("junk 懒".into()),
            Self::Bytes => ScalarValue::Bytes(vec![0xff; 3]),
            Self::Moment => ScalarValue::Timestamp(i64::MAX),
            Self::Counter => ScalarValue::counter(i64::MAX),
            Self::Unknown => ScalarValue::Unknown { type_code: 12, bytes: vec![1] },
            Self::Map => return Err(Some(ObjType::Map)),
            Self::Text => return Err(Some(ObjType::Text)),
            Self::List => return Err(Some(ObjType::List)),
            Self::Deleted => return Err(None),
        })
    }
}

impl Phone {
    /// Writes junk at a place, past everything that would refuse it. Nothing happens if there is no such place.
    pub fn write_junk(&mut self, path: &Path, junk: Junk) {
        let Some((parent, key)) = path.split_last() else { return };
        let Some(parent): Option<ObjId> = Document::of(&self.doc).object(&parent, ObjType::Map) else {
            return;
        };
        let mut tx = self.doc.transaction();
        match junk.scalar() {
            Ok(scalar) => tx.put(&parent, key, scalar).unwrap(),
            Err(Some(object)) => drop(tx.put_object(&parent, key, object).unwrap()),
            Err(None) => tx.delete(&parent, key).unwrap(),
        }
        tx.commit_with(CommitOptions::default().with_time(0));
    }

    /// Every place in the document.
    pub fn places(&self) -> Vec<Path> {
        let mut places = vec![Path::root()];
        let mut seen = 0;
        while let Some(path) = places.get(seen).cloned() {
            places.extend(Document::of(&self.doc).keys(&path).iter().map(|key| path.key(key)));
            seen += 1;
        }
        places
    }
}

/// Both phones take over what the other one has.
pub fn sync(one: &mut Phone, other: &mut Phone) {
    one.pull(other);
    other.pull(one);
}

/// Two phones that created the same document without knowing of each other.
pub fn two_phones(kind: &str, key: &NaturalKey) -> (Phone, Phone) {
    (Phone::new(1, kind, key), Phone::new(2, kind, key))
}

pub fn actor(number: u8) -> ActorId {
    ActorId::from_bytes([0xa0 | number; 16])
}

pub fn person(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Wednesday's meeting of one pair.
pub fn wednesday() -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(TenureId::from_bytes([7; 16])), part: Part::Day(day("2026-03-18")) }
}

/// The quarter of that Wednesday, for what a pair has one of for each.
pub fn this_quarter() -> NaturalKey {
    NaturalKey { part: Part::Quarter(day("2026-03-18").quarter()), ..wednesday() }
}

/// The year of that Wednesday.
pub fn this_year() -> NaturalKey {
    NaturalKey { part: Part::Year(day("2026-03-18").year()), ..wednesday() }
}

/// What the first person has for themselves about the second one, of that quarter.
pub fn about_andrei() -> NaturalKey {
    NaturalKey {
        subject: Subject::Person(person(1)),
        part: Part::PersonInQuarter(person(2), day("2026-03-18").quarter()),
    }
}

/// A plan of the same pair.
pub fn a_plan() -> NaturalKey {
    NaturalKey { part: Part::Random(RandomKey::from_bytes([9; 16])), ..wednesday() }
}

/// The quarter of that Wednesday, for a team.
pub fn a_team() -> NaturalKey {
    NaturalKey { subject: Subject::Team(TeamId::from_bytes([8; 16])), ..this_quarter() }
}

/// That Wednesday, for a team.
pub fn a_team_day() -> NaturalKey {
    NaturalKey { part: wednesday().part, ..a_team() }
}

/// That Wednesday, of some of a team who are coached together.
pub fn a_group_day() -> NaturalKey {
    NaturalKey { subject: Subject::Group(GroupId::from_bytes([10; 16])), ..wednesday() }
}

/// What that team has one of.
pub fn the_team() -> NaturalKey {
    NaturalKey { part: Part::Whole, ..a_team() }
}

/// What that pair has one of.
pub fn the_pair() -> NaturalKey {
    NaturalKey { part: Part::Whole, ..wednesday() }
}

/// The year of that Wednesday, for everybody.
pub fn the_year() -> NaturalKey {
    NaturalKey { subject: Subject::Organisation, ..this_year() }
}

/// What the first person has of their own for the year.
pub fn my_year() -> NaturalKey {
    NaturalKey { subject: Subject::Person(person(1)), ..this_year() }
}

/// Something of the first person's own.
pub fn my_own() -> NaturalKey {
    NaturalKey { subject: Subject::Person(person(1)), part: Part::Random(RandomKey::from_bytes([9; 16])) }
}
