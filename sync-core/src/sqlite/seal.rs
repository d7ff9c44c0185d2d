//! Owns the seal of a row: a digest over its values, so that a flipped bit is seen when the row is read.
//! Knows no table's meaning.

use crate::store::StoreError;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Params, Row, params_from_iter};
use sha2::{Digest, Sha256};

/// A table whose rows are sealed: the values of `columns`, in this order, and then the digest.
#[derive(Debug)]
pub(super) struct Table {
    pub name: &'static str,
    /// One letter for each sealed column: `b` blob, `i` integer, `t` text; upper case may be NULL.
    pub columns: &'static str,
}

/// The values of one row whose seal was intact.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    /// Those that are sealed, the digest, and whatever follows it.
    values: Vec<ValueRef<'a>>,
    pub digest: i64,
}

/// The rows of a query whose seals were intact, and the sum of their digests.
#[derive(Debug)]
pub(super) struct Sealed<T> {
    pub rows: Vec<T>,
    pub sum: i64,
}

/// Larger than 0 and at most 2^40: the sum of millions of them is an INTEGER, and never 0.
pub(super) fn digest(table: &Table, values: &[ValueRef<'_>]) -> i64 {
    let mut hash = Sha256::new();
    hash.update(table.name);
    for value in values {
        let (class, bytes): (u8, &[u8]) = match value {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(number) => (1, &number.to_be_bytes()),
            ValueRef::Real(number) => (2, &number.to_be_bytes()),
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(blob) => (4, blob),
        };
        hash.update([class]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    let first = hash.finalize();
    first[..5].iter().fold(0, |number, byte| number << 8 | i64::from(*byte)) + 1
}

impl<'a> Cells<'a> {
    /// A row's values, if the digest among them is that of the values before it.
    pub(super) fn unseal(table: &Table, values: Vec<ValueRef<'a>>) -> Option<Self> {
        let sealed = table.columns.len();
        let ValueRef::Integer(expected) = *values.get(sealed)? else { return None };
        (digest(table, &values[..sealed]) == expected).then_some(Self { values, digest: expected })
    }

    pub(super) fn blob(&self, column: usize) -> Option<&'a [u8]> {
        self.values.get(column)?.as_blob().ok()
    }

    pub(super) fn text(&self, column: usize) -> Option<&'a str> {
        self.values.get(column)?.as_str().ok()
    }

    pub(super) fn int(&self, column: usize) -> Option<i64> {
        self.values.get(column)?.as_i64().ok()
    }

    pub(super) fn is_null(&self, column: usize) -> bool {
        self.values.get(column) == Some(&ValueRef::Null)
    }
}

/// Writes a row: its values, then their digest, as the parameters of `sql`.
pub(super) fn put(
    db: &Connection,
    table: &Table,
    sql: &str,
    values: &[ValueRef<'_>],
) -> rusqlite::Result<usize> {
    let sealed = values.iter().copied().chain([ValueRef::Integer(digest(table, values))]);
    db.prepare_cached(sql)?.execute(params_from_iter(sealed.map(ToSqlOutput::Borrowed)))
}

/// Reads rows whose first columns are the table's. A row with a broken seal, or that `decode` does not
/// understand, is `damaged`.
pub(super) fn select<T>(
    db: &Connection,
    table: &Table,
    sql: &str,
    params: impl Params,
    decode: impl Fn(&Cells<'_>) -> Option<T>,
    damaged: impl Fn() -> StoreError,
) -> Result<Sealed<T>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut query = statement.query(params)?;
    let mut found = Sealed { rows: Vec::new(), sum: 0 };
    while let Some(row) = query.next()? {
        let cells = Cells::unseal(table, values(row, table.columns.len() + 1)?).ok_or_else(&damaged)?;
        found.rows.push(decode(&cells).ok_or_else(&damaged)?);
        found.sum += cells.digest;
    }
    Ok(found)
}

pub(super) fn values<'r>(row: &'r Row<'_>, count: usize) -> rusqlite::Result<Vec<ValueRef<'r>>> {
    (0..count).map(|column| row.get_ref(column)).collect()
}

impl<T> Sealed<T> {
    /// All the rows, if none vanished: their digests add up to what was noted when they were written.
    pub(super) fn complete(self, sum: i64, damaged: impl Fn() -> StoreError) -> Result<Vec<T>, StoreError> {
        if self.sum == sum { Ok(self.rows) } else { Err(damaged()) }
    }

    /// The only row, of a set that has at most one.
    pub(super) fn one(self, sum: i64, damaged: impl Fn() -> StoreError) -> Result<Option<T>, StoreError> {
        Ok(self.complete(sum, damaged)?.pop())
    }
}

pub(super) fn blob(bytes: &[u8]) -> ValueRef<'_> {
    ValueRef::Blob(bytes)
}

pub(super) fn text(text: &str) -> ValueRef<'_> {
    ValueRef::Text(text.as_bytes())
}

pub(super) const fn int(number: i64) -> ValueRef<'static> {
    ValueRef::Integer(number)
}
