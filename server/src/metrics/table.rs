//! Owns lines and cells: what stands between cells, and on which line of the file each one is.

use super::profile::Delimiter;
use super::{FileError, Limits};
use csv::{ReaderBuilder, StringRecord};

/// A file as lines of cells, below its header.
pub(crate) struct Table<'a> {
    text: &'a str,
    delimiter: Delimiter,
    /// What the columns are called.
    pub(crate) header: Vec<String>,
    /// The longest cell, in bytes.
    pub(crate) longest_cell: usize,
    /// Where the header begins.
    start: Place,
}

/// One line; several lines of the file, when a cell has line breaks in it.
pub(crate) struct Line<'a> {
    /// Where it begins in the file; the first line is 1.
    pub(crate) number: u64,
    /// Its cells.
    pub(crate) cells: StringRecord,
    /// As it stands in the file.
    pub(crate) original: &'a str,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    byte: usize,
    line: u64,
}

impl<'a> Table<'a> {
    /// Opens a file of whose header some columns are known; what stands between cells may be said.
    pub(crate) fn open(
        text: &'a str,
        told: Option<Delimiter>,
        limits: &Limits,
        is_known: fn(&str) -> bool,
    ) -> Result<Self, FileError> {
        let most = limits.lines;
        if text.bytes().filter(|byte| *byte == b'\n').count() as u64 > most.saturating_add(1) {
            return Err(FileError::TooLarge { what: "lines", most });
        }
        let (start, said) = after_separator_line(text);
        let delimiter = told.or(said).unwrap_or_else(|| detect(&text[start.byte..], is_known));
        let first = Lines::new(text, start, delimiter).next().ok_or(FileError::Empty)?;
        let header: Vec<String> = first.cells.iter().map(|cell| cell.trim().to_owned()).collect();
        if header.len() > limits.columns {
            return Err(FileError::TooLarge { what: "columns", most: limits.columns as u64 });
        }
        Ok(Self { text, delimiter, header, longest_cell: limits.cell, start })
    }

    /// Everything below the header.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'a>> {
        Lines::new(self.text, self.start, self.delimiter).skip(1)
    }

    /// The lines that have a cell for each column, and nothing more.
    pub(crate) fn whole_lines(&self) -> impl Iterator<Item = Line<'a>> {
        let columns = self.header.len();
        self.lines().filter(move |line| line.has_columns(columns))
    }

    pub(crate) const fn delimiter(&self) -> Delimiter {
        self.delimiter
    }
}

impl Line<'_> {
    /// Whether it has so many cells; more of them may follow when nothing is in them.
    pub(crate) fn has_columns(&self, columns: usize) -> bool {
        self.cells.len() >= columns && self.cells.iter().skip(columns).all(|cell| cell.trim().is_empty())
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Spreadsheets write `sep=;` above the header for other spreadsheets.
fn after_separator_line(text: &str) -> (Place, Option<Delimiter>) {
    let line = text.lines().next().unwrap_or_default();
    let said = line
        .strip_prefix("sep=")
        .and_then(|rest| Delimiter::ALL.into_iter().find(|delimiter| rest.as_bytes() == [delimiter.byte()]));
    let byte = text.find('\n').map_or(text.len(), |end| end + 1);
    match said {
        Some(_) => (Place { byte, line: 2 }, said),
        None => (Place { byte: 0, line: 1 }, None),
    }
}

/// The one that makes most known columns of the header, and of those the one that makes most columns.
fn detect(text: &str, is_known: fn(&str) -> bool) -> Delimiter {
    let fit = |delimiter: &Delimiter| {
        let first = Lines::new(text, Place { byte: 0, line: 1 }, *delimiter).next();
        first.map_or((0, 0), |line| {
            (line.cells.iter().filter(|cell| is_known(cell)).count(), line.cells.len())
        })
    };
    let best = Delimiter::ALL.into_iter().rev().max_by_key(fit);
    best.unwrap_or(Delimiter::Comma)
}

struct Lines<'a> {
    reader: csv::Reader<&'a [u8]>,
    text: &'a str,
    offset: usize,
    at: Place,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, start: Place, delimiter: Delimiter) -> Self {
        let mut settings = ReaderBuilder::new();
        settings.has_headers(false).flexible(true).delimiter(delimiter.byte());
        let reader = settings.from_reader(text.as_bytes().get(start.byte..).unwrap_or_default());
        Self { reader, text, offset: start.byte, at: start }
    }

    fn byte(&self) -> usize {
        let read = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        self.offset.saturating_add(read).min(self.text.len())
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let mut cells = StringRecord::new();
        let before = self.byte();
        // In memory and valid UTF-8, with any number of cells: nothing can fail.
        if !self.reader.read_record(&mut cells).ok()? {
            return None;
        }
        // The reader steps over empty lines, and over the second half of a line end, when it reads the next record.
        let read = self.text.get(before..self.byte()).unwrap_or_default();
        let skipped = read.len() - read.trim_start_matches(['\r', '\n']).len();
        let begin = before + skipped;
        self.at.line += line_ends(self.text.get(self.at.byte..begin).unwrap_or_default());
        self.at.byte = begin;
        Some(Line { number: self.at.line, cells, original: read.trim_matches(['\r', '\n']) })
    }
}

/// `\r\n`, `\n` and `\r` end a line each.
fn line_ends(text: &str) -> u64 {
    let pairs = text.matches("\r\n").count();
    (text.matches(['\r', '\n']).count() - pairs) as u64
}
