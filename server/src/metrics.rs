//! Owns reading numbers about people out of the files that call-centre systems and spreadsheets produce. Pure: bytes, settings
//! and the people of an organisation go in, rows and a report come out. What is stored, and where, is the services'.
//!
//! # How a file becomes rows
//!
//! ```text
//!   bytes ─► text ─► lines ─► columns ─► habits ─► rows
//!         encoding  delimiter  header    marks, order   and a word about each line
//!                                        of dates, scales   that gave none
//! ```
//!
//! A file is read three times. First as a whole: what it is written in, what stands between cells, what the columns are. Then all
//! its cells together say how it writes numbers and days, because one cell alone does not: `1,234` and `03/04/2026` mean two
//! things each. Only then is each line read, by itself: a line with one bad cell gives no rows and is named in the report with
//! its column and the reason, and the lines around it go on.
//!
//! Nothing is guessed that the file does not show. Days that could be read in two ways are refused until somebody has said once
//! which way it is ([`Profile`]); people are who the file says by a number, a login, an address or their exact name, or nobody.

pub(crate) mod cell;
pub(crate) mod column;
mod date;
mod duration;
pub(crate) mod encoding;
mod habit;
mod line;
mod measure;
mod number;
pub(crate) mod people;
mod profile;
mod report;
pub(crate) mod table;

pub use date::DateOrder;
pub use encoding::Encoding;
pub use people::{Directory, Identifier, IdentifierKind, KnownPerson, ParseIdentifierError};
pub use profile::{ColumnUse, Delimiter, Profile};
pub use report::{Caution, Reason, Reject, Report, Sample, Warning};

use column::Columns;
use habit::Habits;
use line::Reader;
use sync_core::metric::{MetricRow, SourceName};
use sync_core::time::Day;
use table::Table;

/// How much one file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Lines below the header.
    pub lines: u64,
    /// Columns.
    pub columns: usize,
    /// Bytes of one cell.
    pub cell: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, lines: 1_000_000, columns: 200, cell: 1_000 }
    }
}

/// What is known about a file before it is read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it comes from.
    pub source: SourceName,
    /// What was said about files from there.
    pub profile: Profile,
    /// Today: nobody has numbers of the day after tomorrow.
    pub today: Day,
    /// How much it may hold.
    pub limits: Limits,
}

/// What a file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its rows, in the order of its lines, each person, day and figure once.
    pub rows: Vec<MetricRow>,
    /// What there is to say about it.
    pub report: Report,
}

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It holds more than a file may.
    #[error("the file has more than {most} {what}: split it")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How much it may have.
        most: u64,
    },
    /// There is no header.
    #[error("the file is empty: its first line must name the columns")]
    Empty,
    /// Bytes that are no text, or text in another encoding than was said.
    #[error("the file is not text in {0}")]
    NotText(&'static str),
    /// What everybody needs is not there.
    #[error("no column says {0}: name one in a profile, or correct the header")]
    NoColumn(&'static str),
    /// Two columns for one thing.
    #[error("the columns '{first}' and '{second}' both say {what}: have one of them ignored by a profile")]
    TwoColumns {
        /// What both say.
        what: &'static str,
        /// The first of them.
        first: String,
        /// The other.
        second: String,
    },
    /// Columns that look like telephone numbers, addresses or names of customers.
    #[error(
        "the file seems to carry customers' names, addresses or numbers ({}): export it without, or have the columns ignored by \
         a profile",
        .0.join(", ")
    )]
    Customers(Vec<String>),
    /// A profile that means no column or no figure.
    #[error("the profile says '{0}' of a column, which is no use that a column can have")]
    Profile(String),
}

/// Reads a file.
pub fn import(bytes: &[u8], settings: &Settings, people: &Directory) -> Result<Import, FileError> {
    let Settings { profile, limits, .. } = settings;
    if bytes.len() > limits.bytes {
        return Err(FileError::TooLarge { what: "bytes", most: limits.bytes as u64 });
    }
    let (text, encoding) = encoding::decode(bytes, profile.encoding)?;
    let table = Table::open(&text, profile.delimiter, limits, column::is_known)?;
    let columns = Columns::of(&table, profile)?;
    columns.refuse_customers(&table)?;
    let habits = Habits::of(&table, &columns, profile);
    let reader = Reader { settings, people, columns: &columns, habits: &habits };
    let mut report = Report::new(encoding, &table, &columns, &habits);
    let rows = reader.read(&table, &mut report);
    Ok(Import { rows, report })
}

#[cfg(test)]
mod tests;
