//! Owns what there is to say about a file that was read: how it was understood, and each line that gave no rows.

use super::column::{Columns, Form, Holds};
use super::date::DateOrder;
use super::encoding::Encoding;
use super::habit::Habits;
use super::profile::Delimiter;
use super::table::Table;
use serde::Serialize;
use std::collections::BTreeMap;
use sync_core::metric::DecimalMark;
use sync_core::time::Day;

/// How a file was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What it is written in.
    pub encoding: Encoding,
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// What stands before the digits of a part.
    pub decimal_mark: DecimalMark,
    /// The order of the parts of a day; none when nothing shows it.
    pub date_order: Option<DateOrder>,
    /// `wide` or `long`.
    pub form: &'static str,
    /// What each column was taken for, in the order of the file.
    pub columns: Vec<(String, &'static str)>,
    /// Columns, and words of the column of figures, that mean nothing to us: nothing of them is kept.
    pub unknown_columns: Vec<String>,
    /// The first lines as they were understood, for somebody to look at.
    pub sample: Vec<Sample>,
    /// How many lines there were.
    pub lines: u64,
    /// Lines that gave rows, or would have if they had numbers.
    pub accepted_lines: Vec<u64>,
    /// Lines of totals: they are passed over.
    pub skipped_totals: Vec<u64>,
    /// Lines that say what a line before them said.
    pub duplicates: Vec<u64>,
    /// Lines that gave nothing, and why: one for each cell that is wrong.
    pub rejects: Vec<Reject>,
    /// Cells that somebody should look at, in lines that were accepted.
    pub warnings: Vec<Warning>,
}

/// A line as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The line.
    pub line: u64,
    /// Whose numbers.
    pub person: String,
    /// Of when.
    pub day: Day,
    /// What they say, by figure.
    pub values: BTreeMap<&'static str, String>,
    /// Of how many contacts.
    pub volume: Option<u32>,
}

/// A cell that kept its line out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The line of the file; the first is 1.
    pub line: u64,
    /// What the column is called; empty when it is the whole line.
    pub column: String,
    /// Why.
    pub reason: Reason,
    /// The line as it stands in the file, without what is in columns that were ignored.
    #[serde(skip)]
    pub original: String,
}

/// A cell that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The line of the file.
    pub line: u64,
    /// What the column is called.
    pub column: String,
    /// What is odd.
    pub reason: Caution,
}

macro_rules! reasons {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

reasons! {
    /// Why a line gave no rows.
    Reason {
        /// Nobody here is known by that.
        UnknownPerson = "unknown_person",
        /// More than one person is called that.
        AmbiguousPerson = "ambiguous_person",
        /// The line does not say who.
        MissingPerson = "missing_person",
        /// The line does not say when.
        MissingDate = "missing_date",
        /// There is no such day.
        InvalidDate = "invalid_date",
        /// Day and month could be either way: say it once for the source.
        AmbiguousDate = "ambiguous_date",
        /// That day has not come yet.
        DateInFuture = "date_in_future",
        /// Not a way to write a duration.
        InvalidDuration = "invalid_duration",
        /// Less than nothing.
        NegativeDuration = "negative_duration",
        /// More than a day for one contact.
        DurationTooLong = "duration_too_long",
        /// Less than 0 or more than 100 of 100.
        PercentOutOfRange = "percent_out_of_range",
        /// Not a number.
        NotANumber = "not_a_number",
        /// What is counted has no parts.
        NotAWholeNumber = "not_a_whole_number",
        /// Less than nothing.
        NegativeNumber = "negative_number",
        /// More than this can be.
        NumberTooLarge = "number_too_large",
        /// More cells than columns, or fewer.
        WrongFieldCount = "wrong_field_count",
        /// More text than a cell has, or a line break: most likely a quotation mark that nothing closes.
        CellTooLong = "cell_too_long",
        /// A line before it says something else of the same person, day and figure.
        ConflictingDuplicate = "conflicting_duplicate",
    }
}

reasons! {
    /// What is odd about a cell.
    Caution {
        /// A formula failed in the spreadsheet: taken as missing.
        SpreadsheetErrorAsMissing = "spreadsheet_error_as_missing",
        /// Less than one among percents: taken as it stands.
        FractionAmongPercents = "fraction_among_percents",
    }
}

impl Report {
    pub(super) fn new(encoding: Encoding, table: &Table<'_>, columns: &Columns, habits: &Habits) -> Self {
        let known = columns.all.iter().filter(|column| column.holds != Holds::Unknown);
        Self {
            encoding,
            delimiter: table.delimiter(),
            decimal_mark: habits.decimal,
            date_order: habits.shown_order(),
            form: match columns.form {
                Form::Wide => "wide",
                Form::Long { .. } => "long",
            },
            columns: known.map(|column| (column.header.clone(), column.holds.word())).collect(),
            unknown_columns: columns.unknown().map(|(_, column)| column.header.clone()).collect(),
            sample: Vec::new(),
            lines: 0,
            accepted_lines: Vec::new(),
            skipped_totals: Vec::new(),
            duplicates: Vec::new(),
            rejects: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// How many lines were kept out.
    pub fn rejected_lines(&self) -> usize {
        // They come in the order of the file.
        self.rejects.chunk_by(|one, next| one.line == next.line).count()
    }
}
