//! Owns the records that kinds of documents share, and how ids, days and moments cross over.

use crate::error::ClientError;
use sync_core::coaching::ack::{AckView, Standing};
use sync_core::coaching::barometer::Level;
use sync_core::coaching::item::{Area, Removal, Side, State};
use sync_core::coaching::link::Link;
use sync_core::coaching::meeting::Slot;
use sync_core::document::{Amount, Claim, Conflict, Mark, Path, Position, Prose, Span, Splice, Value};
use sync_core::ids::{ActorId, DocId, GroupId, ItemId, PersonId, TeamId, TenureId};
use sync_core::time::{Day, Month, Quarter, Timestamp, Year};

macro_rules! text_ids {
    ($($id:ident),*) => {$(
        uniffi::custom_type!($id, String, {
            remote,
            try_lift: |text| Ok($id::parse(&text).map_err(|error| ClientError::invalid(error.to_string()))?),
            lower: |id| id.to_string(),
        });
    )*};
}
// 32 hexadecimal digits, 16 for an item. UniFFI hands on an error that is the call's own.
text_ids!(ActorId, DocId, GroupId, ItemId, PersonId, TeamId, TenureId);

// `2026-03-18`.
uniffi::custom_type!(Day, String, {
    remote,
    try_lift: |text| Ok(Day::parse(&text).map_err(|error| ClientError::invalid(error.to_string()))?),
    lower: |day| day.to_string(),
});

// `2026`.
uniffi::custom_type!(Year, String, {
    remote,
    try_lift: |text| Ok(Year::parse(&text).map_err(|error| ClientError::invalid(error.to_string()))?),
    lower: |year| year.to_string(),
});

// `2026-Q1`.
uniffi::custom_type!(Quarter, String, {
    remote,
    try_lift: |text| Ok(Quarter::parse(&text).map_err(|error| ClientError::invalid(error.to_string()))?),
    lower: |quarter| quarter.to_string(),
});

/// A month of the calendar: `2026-03`.
pub type CalendarMonth = Month;
uniffi::custom_type!(CalendarMonth, String, {
    remote,
    try_lift: |text| Ok(Month::parse(&text).map_err(|error| ClientError::invalid(error.to_string()))?),
    lower: |month| month.to_string(),
});

// A decimal number in thousandths: 87,500 is 87.5.
uniffi::custom_type!(Amount, i64, {
    remote,
    try_lift: |thousandths| Ok(Amount(thousandths)),
    lower: |amount| amount.0,
});

// A place on a scale from 1 to 5.
uniffi::custom_type!(Level, u8, {
    remote,
    try_lift: |number| {
        let level = Level::new(number).ok_or_else(|| ClientError::invalid("a level is 1 to 5"));
        Ok(level?)
    },
    lower: |level| level.number(),
});

// Milliseconds since 1970.
uniffi::custom_type!(Timestamp, i64, {
    remote,
    try_lift: |ms| Ok(Timestamp(ms)),
    lower: |moment| moment.0,
});

/// A place in a document. Opaque: take it from a conflict and give it back to settle it.
pub type Place = Path;
uniffi::custom_type!(Place, String, {
    remote,
    try_lift: |text| Ok(text.split('/').fold(Path::root(), |place, key| place.key(key))),
    lower: |place| place.keys().join("/"),
});

/// How far something is that somebody has promised.
#[uniffi::remote(Enum)]
pub enum State {
    /// Nothing has been done yet.
    Open,
    /// It is being done.
    Doing,
    /// It is done.
    Done,
    /// It was agreed not to do it.
    Dropped,
}

/// Which of the two people of a pair.
#[uniffi::remote(Enum)]
pub enum Side {
    /// Who is led.
    Agent,
    /// Who leads.
    Leader,
}

/// What part of the work something is about.
#[uniffi::remote(Enum)]
pub enum Area {
    /// Results and customers.
    Business,
    /// Those who do the work.
    People,
    /// How the work is done.
    Process,
}

/// That an item was removed. It is still there, readable, and can be restored.
#[uniffi::remote(Record)]
pub struct Removal {
    /// By whom, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// Whether somebody edited it without knowing that it was removed, or after.
    pub edited_since: bool,
}

/// An item of another document.
#[uniffi::remote(Record)]
pub struct Link {
    /// The document.
    pub doc: DocId,
    /// The item.
    pub item: ItemId,
}

/// That somebody acknowledged an item.
#[uniffi::remote(Record)]
pub struct AckView {
    /// Who.
    pub person: PersonId,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// What they ask about it.
    pub question: Option<String>,
    /// Whether it still holds for what stands there now.
    pub standing: Standing,
}

/// What an acknowledgement is worth now.
#[uniffi::remote(Enum)]
pub enum Standing {
    /// The item says what was acknowledged.
    Current,
    /// It was acknowledged before so many changes.
    BeforeChanges {
        /// How many.
        count: u32,
    },
    /// The state that was acknowledged is not known here.
    CannotBeVerified,
}

/// A day, and a time if there is one.
#[uniffi::remote(Record)]
pub struct Slot {
    /// The day.
    pub day: Day,
    /// Minutes since midnight in the team's time zone.
    pub minute: Option<u16>,
}

/// A splice of a text, as typing gives it: at a position, so many units gone, these words in their place. All in UTF-16
/// units, which is how Kotlin and Swift's `NSString` count.
#[uniffi::remote(Record)]
pub struct Splice {
    /// The position.
    pub at: u32,
    /// How many units go.
    pub delete: u32,
    /// What comes in their place.
    pub insert: String,
}

/// Prose with its formatting.
#[uniffi::remote(Record)]
pub struct Prose {
    /// What was written.
    pub text: String,
    /// Formatting, topics, promises and comments.
    pub spans: Vec<Span>,
}

/// A stretch of prose with a mark on it, in UTF-16 units.
#[uniffi::remote(Record)]
pub struct Span {
    /// The first unit.
    pub start: u32,
    /// The unit after the last one.
    pub end: u32,
    /// For example `b`, or `topic:queue`.
    pub name: String,
    /// What belongs to it, such as the address of a link; empty for most marks.
    pub detail: String,
}

/// What can be put on a stretch of prose.
#[uniffi::remote(Enum)]
pub enum Mark {
    /// Bold; grows when somebody types at its end.
    Bold,
    /// Italic; grows when somebody types at its end.
    Italic,
    /// A link to this address.
    Link(String),
    /// Belongs to this topic.
    Topic(String),
    /// Became this step or follow-up.
    Promise(ItemId),
    /// A comment; its id keeps it apart from another comment on the same words.
    Comment(ItemId, String),
}

/// Where in its list an item goes.
#[uniffi::remote(Enum)]
pub enum Position {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Right after this one.
    After(ItemId),
}

/// A value to which people gave different contents without knowing of each other. Settled by choosing one.
#[uniffi::remote(Record)]
pub struct Conflict {
    /// Where; opaque.
    pub path: Place,
    /// Every value, in the same order on every phone.
    pub claims: Vec<Claim>,
}

/// One of the values.
#[uniffi::remote(Record)]
pub struct Claim {
    /// The value.
    pub value: FieldValue,
    /// Which session wrote it.
    pub actor: ActorId,
    /// Which operation of that session.
    pub counter: u64,
    /// Who that is; none for what never left this phone.
    pub person: Option<PersonId>,
    /// When the server received it.
    pub received_at: Option<Timestamp>,
}

/// What a field holds.
pub type FieldValue = Value;
/// What a field holds.
#[uniffi::remote(Enum)]
pub enum FieldValue {
    /// It was emptied.
    Nothing,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A moment, by the phone's clock.
    Moment(Timestamp),
    /// A label, a date, a state.
    Words(String),
    /// An identifier, or a small record.
    Bytes(Vec<u8>),
}

/// The quarter that a day is in: what is one for each quarter is created for that.
#[uniffi::export]
pub fn quarter_of(day: Day) -> Quarter {
    day.quarter()
}

/// The year that a day is in: what is one for each year is created for that.
#[uniffi::export]
pub fn year_of(day: Day) -> Year {
    day.year()
}
