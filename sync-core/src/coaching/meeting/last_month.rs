//! Owns what the meeting about a month's goals begins with: what was asked and what was reached in the month before, as the
//! phone that made the meeting knew it. One value: two phones that make the meeting offline give it once.

use crate::document::{Amount, Document, Edit, EditError, Field, Path, Value};
use crate::time::Month;
use minicbor::{Decode, Encode};
use serde::Serialize;

const LAST_MONTH: &str = "last_month";

/// A month in numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Encode, Decode)]
#[cbor(map)]
pub struct LastMonth {
    /// Which month.
    #[n(0)]
    pub month: Month,
    /// One line for each figure that had a number or a target, in the order of a scorecard.
    #[n(1)]
    pub lines: Vec<LastMonthLine>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Encode, Decode)]
#[cbor(map)]
pub struct LastMonthLine {
    /// Its stable name.
    #[n(0)]
    pub kpi: String,
    /// What was reached.
    #[n(1)]
    pub actual: Option<Amount>,
    /// What was asked.
    #[n(2)]
    pub target: Option<Amount>,
    /// Whether circumstances changed what was asked.
    #[n(3)]
    pub is_adjusted: bool,
}

impl Field for LastMonth {
    fn from_value(value: &Value) -> Option<Self> {
        let bytes: Vec<u8> = Field::from_value(value)?;
        minicbor::decode(&bytes).ok()
    }

    fn to_value(&self) -> Value {
        minicbor::to_vec(self).expect("a month encodes: writing to a vector cannot fail").to_value()
    }
}

/// Says how the month before went, if nobody has.
pub fn fill_last_month(edit: &mut Edit<'_>, month: &LastMonth) -> Result<(), EditError> {
    match edit.reader().get::<LastMonth>(&Path::of(LAST_MONTH)) {
        Some(_) => Ok(()),
        None => edit.put(&Path::of(LAST_MONTH), month),
    }
}

/// Of two that phones gave with different numbers on them, every phone shows the same.
pub(super) fn last_month(doc: Document<'_>) -> Option<LastMonth> {
    doc.greatest(&Path::of(LAST_MONTH))
}
