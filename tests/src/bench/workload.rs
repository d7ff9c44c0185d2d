//! Owns the documents of the benchmark: a fixed seed and the mix of edits give the same writing each time. They are
//! meetings, edited by the verbs of the app, one change each; but an item is no more than its text and whether it is
//! done, as the definition has it, so that documents are as long as those that others were measured with. A follow-up
//! of the app is a text of its own, and takes some thirty bytes more.

use anyhow::Context;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sync_core::coaching::Kind;
use sync_core::coaching::meeting::{self, MeetingKind, NotHeld, Slot};
use sync_core::document::{self, Document, Edit, EditError, Path, Splice, Writer};
use sync_core::ids::{ActorId, DocId, OrgId, PersonId, TenureId};
use sync_core::key::NaturalKey;
use sync_core::time::{Day, Timestamp};
use sync_core::wire::{APP_SCHEMA, Create, PushDocument};

/// Edits of a document, one change each.
pub const EDITS: usize = 100;
/// A Monday in the spring that the documents are about.
const NOW: Timestamp = Timestamp(1_773_000_000_000);
/// How many characters an edit types.
const TYPED: std::ops::RangeInclusive<usize> = 5..=30;

/// What people write of; the first ones more often than the last ones, as in any language.
const WORDS: &str = "about after again agree agreed always asked average away back because before behind better \
    between board break brief bring build busy calendar call caller calls calm change chat check clear close \
    coach coaching come could customer daily day deal detail did different do done down each early end enough \
    escalation even every example fast feedback feel finish first floor focus follow for from full get give go \
    goal good great growth had half handle hard has have hear help her here hold hour how idea if improve in \
    into issue it just keep kind know last late lead learn leave less let like listen little long look lot made \
    make many maybe mean meeting might mind minute month more morning most much must name need never new next \
    no not note now number of off often on once one only open order other our out over own part pause people \
    plan point practice quality question queue quick quiet rather read ready reason refund reply rest result \
    review right role same say script second see send set shift short should show side simple skill slow so \
    some soon speak split start still stop story such sure survey take talk target team tell ten than that \
    their them then there these thing think this ticket time to today together tone too topic training try \
    turn two under until up use value very wait want was way week well went were what when where which while \
    who why will with without word work would write year yesterday yet you";

/// Writes documents as one person.
#[derive(Debug)]
pub struct Author {
    person: PersonId,
    dice: StdRng,
    words: Vec<&'static str>,
}

/// A document as it was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which one.
    pub doc: DocId,
    /// Its natural key.
    pub key: NaturalKey,
    /// Its changes after genesis.
    pub changes: Vec<automerge::Change>,
    /// How long it is when it is saved.
    pub saved_bytes: usize,
    /// It, saved without compression.
    pub plain: Vec<u8>,
}

/// One edit, before it is made.
enum Planned {
    Notes(Splice),
    Place(String),
    Kind(MeetingKind),
    Moved(Slot),
    NotHeld(NotHeld),
    Ended(Timestamp),
    Item(String),
}

impl Author {
    /// An author whose writing this seed decides.
    pub fn new(person: PersonId, seed: u64) -> Self {
        Self { person, dice: StdRng::seed_from_u64(seed), words: WORDS.split_whitespace().collect() }
    }

    /// Writes a meeting with so many edits.
    pub fn write(&mut self, org: OrgId, key: NaturalKey, edits: usize) -> anyhow::Result<Written> {
        let kind = Kind::of(&meeting::SPEC);
        let actor = ActorId::random(&mut self.dice);
        let mut content = document::create(kind, &key, APP_SCHEMA, actor)?;
        let genesis = document::genesis(kind, &key).hash();
        let created = content.get_changes(&[genesis]).len();
        let (mut made, mut length) = (0, 0);
        // A field that is set to what it says already is no edit.
        while made < edits {
            let planned = self.plan(length);
            let mut writer = Writer { person: self.person, now: NOW, rng: &mut self.dice };
            let (_, change) = document::edit(&mut content, &mut writer, |edit| planned.make(edit))?;
            made += usize::from(change.is_some());
            length = Document::of(&content).text_length(&Path::of("notes"));
        }
        let changes = content.get_changes(&[genesis]);
        anyhow::ensure!(changes.len() == created + edits, "an edit is one change");
        let (saved_bytes, plain) = (content.save().len(), content.save_nocompress());
        Ok(Written { doc: DocId::of(org, kind.name(), &key), key, changes, saved_bytes, plain })
    }

    /// 70 % notes, 15 % one of five short fields, 15 % an item.
    fn plan(&mut self, length: usize) -> Planned {
        match self.dice.random_range(0..100) {
            0..70 => Planned::Notes(self.splice(length)),
            70..85 => self.field(),
            _ => Planned::Item(self.typed()),
        }
    }

    /// 80 % at the end, the rest anywhere; half of the rest also deletes up to five characters.
    fn splice(&mut self, length: usize) -> Splice {
        let insert = self.typed();
        if self.dice.random_range(0..100) < 80 {
            return Splice { at: length as u32, delete: 0, insert };
        }
        let at = self.dice.random_range(0..=length);
        let wanted = if self.dice.random_range(0..2) == 0 { self.dice.random_range(1..=5) } else { 0 };
        Splice { at: at as u32, delete: wanted.min(length - at) as u32, insert }
    }

    fn field(&mut self) -> Planned {
        let number: u16 = self.dice.random_range(0..28);
        match self.dice.random_range(0..5) {
            0 => Planned::Place(format!("Room {}", number + 1)),
            1 => Planned::Kind(self.one_of([
                MeetingKind::OneOnOne,
                MeetingKind::MonthlyGoals,
                MeetingKind::PlanReview,
                MeetingKind::Coaching,
            ])),
            2 => Planned::NotHeld(self.one_of([NotHeld::Absence, NotHeld::Leaver])),
            3 => Planned::Ended(NOW.plus_ms(i64::from(number) * 60_000)),
            _ => {
                let day = Day::new(2026, 3, number as i8 + 1).expect("March has 28 days and more");
                Planned::Moved(Slot { day, minute: Some(9 * 60 + number * 15) })
            }
        }
    }

    fn one_of<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        choices[self.dice.random_range(0..N)]
    }

    /// Words of 5 to 30 characters together.
    pub fn typed(&mut self) -> String {
        let length = self.dice.random_range(TYPED);
        let mut text = String::new();
        while text.len() < length {
            let rarity: f64 = self.dice.random();
            text.push_str(self.words[(rarity.powi(3) * self.words.len() as f64) as usize]);
            text.push(' ');
        }
        text.truncate(length);
        text
    }
}

impl Planned {
    fn make(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::Notes(splice) => meeting::edit_notes(edit, splice),
            Self::Place(place) => meeting::set_place(edit, Some(place)),
            Self::Kind(kind) => edit.put(&Path::of("kind"), kind),
            Self::Moved(slot) => edit.put(&Path::of("planned"), slot),
            Self::NotHeld(why) => meeting::set_not_held(edit, Some(*why)),
            Self::Ended(at) => meeting::end(edit, *at),
            Self::Item(text) => {
                let (_, item) = edit.add_item(&Path::of("follow_ups"))?;
                edit.put(&item.key("text"), text)?;
                edit.put(&item.key("done"), &false)
            }
        }
    }
}

impl Written {
    /// The document as it is pushed.
    pub fn push(&self) -> PushDocument {
        let kind = Kind::of(&meeting::SPEC).name().to_owned();
        let changes = self.changes.iter().map(|change| change.raw_bytes().to_vec().into()).collect();
        PushDocument { doc: self.doc, create: Some(Create { kind, key: self.key }), changes }
    }
}

/// The key of the `number`th document of these pairs: they meet in turn, day after day.
pub fn key(tenures: &[TenureId], number: usize) -> anyhow::Result<NaturalKey> {
    let first = Day::new(2012, 1, 2).context("the day exists")?;
    let days = i32::try_from(number / tenures.len())?;
    let day = first.plus_days(days).context("the calendar is long enough")?;
    Ok(meeting::key(tenures[number % tenures.len()], day))
}
