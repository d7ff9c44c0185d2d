//! Owns finding sealed rows in the pages of a damaged file: pure, over bytes. A row counts only if its
//! digest is right, so nothing here needs to trust what it reads.
//!
//! A page whose cells fit together gives its live rows. Any other page, unless a row went on there, is
//! searched at every byte: that may find a row that was deleted, but SQLite overwrites those.

use super::image::{Image, PAGE};
use super::seal::{Cells, Table};
use rusqlite::types::ValueRef;
use std::collections::BTreeSet;

/// More payload than this goes to overflow pages; all tables are clustered, so all are index pages.
const MAX_LOCAL: usize = (PAGE - 12) * 64 / 255 - 23;
const MIN_LOCAL: usize = (PAGE - 12) * 32 / 255 - 23;

/// No table's columns need more bytes than this to state their types.
const MOST_TYPES: usize = 128;

const INTERIOR: u8 = 2;
const LEAF: u8 = 10;

/// A stretch of a page that may be a row.
#[derive(Debug, Clone, Copy)]
struct Cell<'a> {
    /// How long the whole row is.
    length: usize,
    local: &'a [u8],
    /// The first page of the rest.
    overflow: Option<u32>,
    /// Where the next one may begin.
    end: usize,
}

/// Calls `found` with every row of these tables that is readable, some perhaps twice.
pub(super) fn rows(
    image: &Image<'_>,
    tables: &[&'static Table],
    mut found: impl FnMut(&'static Table, &Cells<'_>),
) {
    let (mut other, mut overflow) = (Vec::new(), BTreeSet::new());
    for (number, page) in image.pages() {
        let Some(cells) = live_cells(page) else {
            other.push((number, page));
            continue;
        };
        for cell in cells {
            overflow.extend(read(image, tables, cell, &mut found));
        }
    }
    for (_, page) in other.into_iter().filter(|(number, _)| !overflow.contains(number)) {
        for cell in every_cell(page) {
            read(image, tables, cell, &mut found);
        }
    }
}

/// The cells of a page whose parts add up; none of any other page.
fn live_cells(page: &[u8]) -> Option<Vec<Cell<'_>>> {
    let (pointers, child) = match page[0] {
        LEAF => (8, 0),
        INTERIOR => (12, 4),
        _ => return None,
    };
    let (count, content) = (half(page, 3), half(page, 5));
    let mut starts: Vec<usize> = (0..count).map(|n| half(page, pointers + 2 * n)).collect();
    starts.sort_unstable();
    let cells: Vec<Cell<'_>> = starts.iter().map(|start| cell(page, start + child)).collect::<Option<_>>()?;
    let apart = cells.iter().zip(starts.iter().skip(1)).all(|(cell, next)| cell.end <= *next);
    let inside = starts.first().is_none_or(|first| content <= *first) && pointers + 2 * count <= content;
    let used: usize = cells.iter().zip(&starts).map(|(cell, start)| cell.end - start).sum();
    let unused = free_blocks(page)? + usize::from(page[7]);
    (apart && inside && content + used + unused == PAGE).then_some(cells)
}

/// How many bytes a page lists as free.
fn free_blocks(page: &[u8]) -> Option<usize> {
    let (mut block, mut free) = (half(page, 1), 0);
    while block != 0 {
        let (next, size) = (page.get(block..block + 2)?, page.get(block + 2..block + 4)?);
        let next = half(next, 0);
        if next != 0 && next <= block {
            return None;
        }
        free += half(size, 0);
        block = next;
    }
    Some(free)
}

/// Whatever could be a cell, anywhere in a page.
fn every_cell(page: &[u8]) -> impl Iterator<Item = Cell<'_>> {
    (0..page.len()).filter_map(|at| cell(page, at))
}

fn cell(page: &[u8], at: usize) -> Option<Cell<'_>> {
    let (length, start) = varint(page, at)?;
    let length = usize::try_from(length).ok().filter(|length| *length > 1)?;
    if length <= MAX_LOCAL {
        let end = start + length;
        return Some(Cell { length, local: page.get(start..end)?, overflow: None, end });
    }
    let fitting = MIN_LOCAL + (length - MIN_LOCAL) % (PAGE - 4);
    let end = start + if fitting <= MAX_LOCAL { fitting } else { MIN_LOCAL };
    let next = page.get(end..end + 4)?;
    let overflow = Some(u32::from_be_bytes([next[0], next[1], next[2], next[3]]));
    Some(Cell { length, local: &page[start..end], overflow, end: end + 4 })
}

/// Reads a cell, if it is a row of one of these tables. Says which overflow pages are the row's.
fn read(
    image: &Image<'_>,
    tables: &[&'static Table],
    cell: Cell<'_>,
    found: &mut impl FnMut(&'static Table, &Cells<'_>),
) -> Vec<u32> {
    let Some(types) = column_types(cell) else { return Vec::new() };
    let mut fitting = tables.iter().filter(|table| fits(table, &types)).peekable();
    if fitting.peek().is_none() {
        return Vec::new();
    }
    let Some((payload, overflow)) = whole(image, cell) else { return Vec::new() };
    let Some(values) = values(&payload, &types) else { return Vec::new() };
    for table in fitting {
        if let Some(cells) = Cells::unseal(table, values.clone()) {
            found(table, &cells);
            return overflow;
        }
    }
    Vec::new()
}

/// The types of a row's columns, from its first bytes, if they account for its length.
fn column_types(cell: Cell<'_>) -> Option<Vec<u64>> {
    let (length, mut at) = varint(cell.local, 0)?;
    let length = usize::try_from(length).ok().filter(|length| *length <= cell.local.len().min(MOST_TYPES))?;
    let (mut types, mut total) = (Vec::new(), length);
    while at < length {
        let (class, next) = varint(cell.local, at)?;
        total = total.checked_add(width(class)?)?;
        types.push(class);
        at = next;
    }
    (at == length && total == cell.length).then_some(types)
}

/// Whether a row of these types can be of this table.
fn fits(table: &Table, types: &[u64]) -> bool {
    let integer = |class: u64| matches!(class, 1..=6 | 8 | 9);
    let fits = |(letter, class): (u8, u64)| match letter.to_ascii_lowercase() {
        _ if class == 0 => letter.is_ascii_uppercase(),
        b'b' => class >= 12 && class.is_multiple_of(2),
        b't' => class >= 13 && !class.is_multiple_of(2),
        _ => integer(class),
    };
    types.get(table.columns.len()).is_some_and(|digest| integer(*digest))
        && table.columns.bytes().zip(types.iter().copied()).all(fits)
}

/// The whole row, and the overflow pages that a part of it was on.
fn whole(image: &Image<'_>, cell: Cell<'_>) -> Option<(Vec<u8>, Vec<u32>)> {
    let (mut payload, mut pages) = (cell.local.to_vec(), Vec::new());
    let mut next = cell.overflow;
    while payload.len() < cell.length {
        pages.push(next?);
        let (link, content) = image.page(next?)?.split_at(4);
        let missing = cell.length - payload.len();
        payload.extend_from_slice(&content[..missing.min(content.len())]);
        next = Some(u32::from_be_bytes([link[0], link[1], link[2], link[3]]));
        // A chain that bites its own tail would go on for as long as the row claims to be.
        if pages.len() > image.count() {
            return None;
        }
    }
    Some((payload, pages))
}

fn values<'a>(payload: &'a [u8], types: &[u64]) -> Option<Vec<ValueRef<'a>>> {
    let (mut at, _) = varint(payload, 0).map(|(length, next)| (length as usize, next))?;
    let mut values = Vec::with_capacity(types.len());
    for class in types {
        let bytes = payload.get(at..at.checked_add(width(*class)?)?)?;
        at += bytes.len();
        values.push(value(*class, bytes));
    }
    Some(values)
}

/// How many bytes a column of this type has.
fn width(class: u64) -> Option<usize> {
    match class {
        0 | 8 | 9 => Some(0),
        1..=4 => Some(class as usize),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        _ => usize::try_from((class - 12) / 2).ok(),
    }
}

fn value(class: u64, bytes: &[u8]) -> ValueRef<'_> {
    match class {
        0 => ValueRef::Null,
        8 => ValueRef::Integer(0),
        9 => ValueRef::Integer(1),
        1..=6 => ValueRef::Integer(integer(bytes)),
        7 => ValueRef::Real(f64::from_bits(integer(bytes) as u64)),
        _ if class.is_multiple_of(2) => ValueRef::Blob(bytes),
        _ => ValueRef::Text(bytes),
    }
}

/// Two's complement, big-endian, of any width.
fn integer(bytes: &[u8]) -> i64 {
    let sign = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte))
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number = 0;
    for index in 0..8 {
        let byte = *bytes.get(at + index)?;
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + index + 1));
        }
    }
    Some((number << 8 | u64::from(*bytes.get(at + 8)?), at + 9))
}

/// Two bytes as a number; pages are long enough wherever it is asked.
fn half(page: &[u8], at: usize) -> usize {
    page.get(at..at + 2)
        .map_or(usize::MAX >> 1, |bytes| usize::from(u16::from_be_bytes([bytes[0], bytes[1]])))
}
