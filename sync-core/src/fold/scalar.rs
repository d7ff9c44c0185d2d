//! A value with an equality and an order: the library's own has neither for floats.

use automerge::ScalarValue;

/// A value as it can be compared; floats by their bits, counters by what they show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// Text.
    Text(String),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// The bits of a float.
    Float(u64),
    /// What the counter shows, increments included.
    Counter(i64),
    /// Milliseconds since the epoch.
    Timestamp(i64),
    /// True or false.
    Boolean(bool),
    /// A value of a later format version.
    Unknown {
        /// Its type.
        type_code: u8,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Nothing.
    Null,
}

impl From<&ScalarValue> for Scalar {
    fn from(value: &ScalarValue) -> Self {
        match value {
            ScalarValue::Bytes(bytes) => Self::Bytes(bytes.clone()),
            ScalarValue::Str(text) => Self::Text(text.to_string()),
            ScalarValue::Int(number) => Self::Int(*number),
            ScalarValue::Uint(number) => Self::Uint(*number),
            ScalarValue::F64(number) => Self::Float(number.to_bits()),
            ScalarValue::Counter(counter) => Self::Counter(counter.into()),
            ScalarValue::Timestamp(millis) => Self::Timestamp(*millis),
            ScalarValue::Boolean(truth) => Self::Boolean(*truth),
            ScalarValue::Unknown { type_code, bytes } => {
                Self::Unknown { type_code: *type_code, bytes: bytes.clone() }
            }
            ScalarValue::Null => Self::Null,
        }
    }
}
