//! Owns the walking of one column's runs without expanding them: what it costs follows the bytes of the column, not
//! what they say.
//!
//! A run-length column is a row of runs: a signed number n, then for n > 0 one value that stands n times, for n < 0 as
//! many values one after the other, for n = 0 an unsigned number of rows without a value. A delta column holds the
//! differences; a boolean column holds only counts, which stand for false and true in turn, false first.

use crate::gate::reader::Reader;

/// Rows that say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run<T> {
    /// So many rows with this value.
    Of(T, u64),
    /// So many rows without one.
    Nothing(u64),
}

/// Walks a column of unsigned numbers and tells how many rows it has.
pub fn unsigned(column: &[u8], each: impl FnMut(Run<u64>) -> Option<()>) -> Option<u64> {
    walk(column, Reader::unsigned, each)
}

/// Walks a column of strings and tells how many rows it has.
pub fn strings<'a>(column: &'a [u8], each: impl FnMut(Run<&'a [u8]>) -> Option<()>) -> Option<u64> {
    walk(column, Reader::prefixed, each)
}

/// Walks a column of differences, whose values must stay in `0..below`, and tells how many rows it has.
pub fn deltas(column: &[u8], below: u64) -> Option<u64> {
    let (mut value, below) = (0_i128, i128::from(below));
    walk(column, Reader::signed, |run| {
        let Run::Of(step, count) = run else { return Some(()) };
        // In between, the values lie between these two.
        let (first, last) = (value + i128::from(step), value + i128::from(step) * i128::from(count));
        value = last;
        [first, last].iter().all(|value| (0..below).contains(value)).then_some(())
    })
}

/// Walks a column of yes and no and tells how many rows it has.
pub fn booleans(column: &[u8]) -> Option<u64> {
    let (mut reader, mut rows) = (Reader::new(column), 0_u64);
    while !reader.is_empty() {
        rows = rows.checked_add(reader.unsigned()?)?;
    }
    Some(rows)
}

fn walk<'a, T>(
    column: &'a [u8],
    read: impl Fn(&mut Reader<'a>) -> Option<T>,
    mut each: impl FnMut(Run<T>) -> Option<()>,
) -> Option<u64> {
    let (mut reader, mut rows) = (Reader::new(column), 0_u64);
    while !reader.is_empty() {
        let length = reader.signed()?;
        let count = if length == 0 { reader.unsigned()? } else { length.unsigned_abs() };
        rows = rows.checked_add(count)?;
        match length {
            0 => each(Run::Nothing(count))?,
            1.. => each(Run::Of(read(&mut reader)?, count))?,
            // Each takes a byte at least, so this ends with the column.
            _ => (0..count).try_for_each(|_| each(Run::Of(read(&mut reader)?, 1)))?,
        }
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_run_of_any_length_is_one_step() {
        let mut runs = Vec::new();
        // 2^62 times the value 7.
        let column = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xc0, 0x00, 7];

        let rows = unsigned(&column, |run| {
            runs.push(run);
            Some(())
        });

        assert_eq!((rows, runs), (Some(1 << 62), vec![Run::Of(7, 1 << 62)]));
    }

    #[test]
    fn rows_that_no_number_counts_are_none() {
        let half = [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(unsigned(&half, |_| Some(())), Some(u64::MAX));
        assert_eq!(unsigned(&[half, half].concat(), |_| Some(())), None);
    }

    #[test]
    fn more_values_than_there_are_bytes_are_none() {
        // -2^62 values, of which there are three.
        let column = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 1, 2, 3];
        assert_eq!(unsigned(&column, |_| Some(())), None);
    }

    #[test]
    fn a_difference_that_leaves_the_range_is_none() {
        assert_eq!(deltas(&[3, 1], 4), Some(3));
        assert_eq!(deltas(&[3, 1], 3), None);
        assert_eq!(deltas(&[1, 2, 1, 0x7d], 9), None, "2, then -1");
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked_without_a_panic(column: Vec<u8>, below: u64) {
            unsigned(&column, |_| Some(()));
            strings(&column, |_| Some(()));
            deltas(&column, below);
            booleans(&column);
        }
    }
}
