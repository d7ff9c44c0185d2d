//! Owns single values: what a key can hold, how typed fields map onto it, and what two people's values for
//! one key look like until somebody settles them.

use super::Path;
use crate::ids::{ActorId, DeviceId, DocId, ItemId, PersonId, TenureId};
use crate::time::{Day, Timestamp};
use crate::wire::Authored;
use automerge::ScalarValue;
use minicbor::{Decode, Encode};
use serde::Serialize;

/// What one key holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
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

/// Shows the type alone: the value may be something that somebody wrote.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Flag(_) => "Flag",
            Self::Number(_) => "Number",
            Self::Moment(_) => "Moment",
            Self::Words(_) => "Words",
            Self::Bytes(_) => "Bytes",
        })
    }
}

impl Value {
    /// The value in this scalar; none for types that no field of ours uses.
    pub(super) fn of(scalar: &ScalarValue) -> Option<Self> {
        match scalar {
            ScalarValue::Null => Some(Self::Nothing),
            ScalarValue::Boolean(flag) => Some(Self::Flag(*flag)),
            ScalarValue::Int(number) => Some(Self::Number(*number)),
            ScalarValue::Uint(number) => i64::try_from(*number).ok().map(Self::Number),
            ScalarValue::Timestamp(ms) => Some(Self::Moment(Timestamp(*ms))),
            ScalarValue::Str(words) => Some(Self::Words(words.to_string())),
            ScalarValue::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            ScalarValue::F64(_) | ScalarValue::Counter(_) | ScalarValue::Unknown { .. } => None,
        }
    }

    pub(super) fn into_scalar(self) -> ScalarValue {
        match self {
            Self::Nothing => ScalarValue::Null,
            Self::Flag(flag) => ScalarValue::Boolean(flag),
            Self::Number(number) => ScalarValue::Int(number),
            Self::Moment(at) => ScalarValue::Timestamp(at.0),
            Self::Words(words) => ScalarValue::Str(words.into()),
            Self::Bytes(bytes) => ScalarValue::Bytes(bytes),
        }
    }
}

/// A type that one key can hold.
pub trait Field: Sized {
    /// The field in this value; none if the value is of another type.
    fn from_value(value: &Value) -> Option<Self>;
    /// The value that holds this field.
    fn to_value(&self) -> Value;
}

impl Field for Value {
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
    fn to_value(&self) -> Value {
        self.clone()
    }
}

macro_rules! field {
    ($type:ty, $variant:ident) => {
        impl Field for $type {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(inner) => Some(inner.clone()),
                    _ => None,
                }
            }
            fn to_value(&self) -> Value {
                Value::$variant(self.clone())
            }
        }
    };
}

field!(bool, Flag);
field!(i64, Number);
field!(Timestamp, Moment);
field!(String, Words);
field!(Vec<u8>, Bytes);

impl Field for Day {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Words(words) => Self::parse(words).ok(),
            _ => None,
        }
    }
    fn to_value(&self) -> Value {
        Value::Words(self.to_string())
    }
}

macro_rules! id_field {
    ($($type:ty),*) => {$(
        impl Field for $type {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::Bytes(bytes) => Self::from_slice(bytes),
                    _ => None,
                }
            }
            fn to_value(&self) -> Value {
                Value::Bytes(self.as_bytes().to_vec())
            }
        }
    )*};
}

/// A decimal number in thousandths, so that two phones never round it differently: 87.5 % is 87,500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Encode, Decode)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Amount(#[n(0)] pub i64);

impl Field for Amount {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

id_field!(DeviceId, DocId, ItemId, PersonId, TenureId);

/// One of the values that people gave the same key without knowing of each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The value.
    pub value: Value,
    /// Which session wrote it.
    pub actor: ActorId,
    /// Which operation of that session: together with the actor, the name of this claim.
    pub counter: u64,
    /// Who that is, once the server's record has been asked; none for what never left this phone.
    pub person: Option<PersonId>,
    /// When the server received it.
    pub received_at: Option<Timestamp>,
}

/// A key with more than one value. Settled by writing one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// Where.
    pub path: Path,
    /// Every value, in the same order on every phone.
    pub claims: Vec<Claim>,
}

impl Conflict {
    /// Adds who wrote each value and when it arrived, from the server's record of actors.
    pub fn with_authors(&mut self, authors: &dyn Fn(ActorId) -> Option<Authored>) {
        for claim in &mut self.claims {
            let authored = authors(claim.actor);
            claim.person = authored.map(|a| a.person);
            claim.received_at = authored.map(|a| a.received_at);
        }
    }
}
