//! Owns what was said once about the files of a source, so that nobody is asked again.

use super::date::DateOrder;
use super::encoding::Encoding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use sync_core::metric::DecimalMark;

/// What holds for every file of a source. Whatever is not said is found out from each file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// What they are written in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What stands between cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// What stands before the digits of a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalMark>,
    /// The order of day and month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// What columns hold, by their header: a figure such as `handle_time`; `date`, `staff_number`, `login`, `email`, `name`,
    /// `first_name`, `last_name`, `metric`, `value`, `volume`; or `ignore`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnUse>,
}

/// What a column holds, in the words of [`Profile::columns`].
pub type ColumnUse = String;

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `|`
    Pipe,
    /// The tabulator.
    Tab,
}

impl Delimiter {
    /// All of them; of two that fit a header as well, the earlier is meant.
    pub(super) const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Pipe, Self::Tab];

    /// The byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Pipe => b'|',
            Self::Tab => b'\t',
        }
    }
}

impl Profile {
    /// This profile with what another one says on top.
    #[must_use]
    pub fn with(mut self, newer: Self) -> Self {
        self.columns.extend(newer.columns);
        Self {
            encoding: newer.encoding.or(self.encoding),
            delimiter: newer.delimiter.or(self.delimiter),
            decimal: newer.decimal.or(self.decimal),
            date_order: newer.date_order.or(self.date_order),
            columns: self.columns,
        }
    }
}
