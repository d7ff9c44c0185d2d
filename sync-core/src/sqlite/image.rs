//! Owns the pages of a store's file as they were last committed, read without SQLite: it refuses a file
//! whose header or schema is damaged, and the rows in it are still there.

use std::collections::BTreeMap;

/// Every store has pages of this size.
pub(super) const PAGE: usize = 4096;

const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A file and the committed part of its log.
#[derive(Debug)]
pub(super) struct Image<'a> {
    file: &'a [u8],
    log: BTreeMap<u32, &'a [u8]>,
}

impl<'a> Image<'a> {
    pub(super) fn new(file: &'a [u8], log: &'a [u8]) -> Self {
        Self { file, log: committed(log).unwrap_or_default() }
    }

    /// How many pages there are.
    pub(super) fn count(&self) -> usize {
        let in_file = self.file.len().div_ceil(PAGE);
        self.log.keys().last().map_or(in_file, |last| in_file.max(*last as usize))
    }

    /// All pages that are there in full, with their numbers.
    pub(super) fn pages(&self) -> impl Iterator<Item = (u32, &'a [u8])> {
        (1..=self.count() as u32).filter_map(|number| Some((number, self.page(number)?)))
    }

    /// A page, if all of it is there.
    pub(super) fn page(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_sub(1)?.checked_mul(PAGE)?;
        self.log.get(&number).copied().or_else(|| self.file.get(start..start.checked_add(PAGE)?))
    }
}

/// The newest committed version of each page in a log. It ends where the first frame does not fit: what
/// follows is older, or was never finished.
fn committed(log: &[u8]) -> Option<BTreeMap<u32, &[u8]>> {
    let header = log.get(..LOG_HEADER)?;
    let sum = Checksum { big_endian: word(header, 0) & 1 == 1 };
    let mut state = sum.over((0, 0), &header[..24]);
    if state != (word(header, 24), word(header, 28)) {
        return None;
    }
    let (mut committed, mut pending) = (BTreeMap::new(), BTreeMap::new());
    for frame in log[LOG_HEADER..].chunks_exact(FRAME_HEADER + PAGE) {
        let (head, page) = frame.split_at(FRAME_HEADER);
        state = sum.over(sum.over(state, &head[..8]), page);
        if head[8..16] != header[16..24] || state != (word(head, 16), word(head, 20)) {
            break;
        }
        pending.insert(word(head, 0), page);
        if word(head, 4) != 0 {
            committed.append(&mut pending);
        }
    }
    Some(committed)
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The log's own checksum, over pairs of words in the order of the machine that wrote it.
struct Checksum {
    big_endian: bool,
}

impl Checksum {
    fn over(&self, (mut first, mut second): (u32, u32), bytes: &[u8]) -> (u32, u32) {
        let read = |at| if self.big_endian { word(bytes, at) } else { word(bytes, at).swap_bytes() };
        for at in (0..bytes.len()).step_by(8) {
            first = first.wrapping_add(read(at)).wrapping_add(second);
            second = second.wrapping_add(read(at + 4)).wrapping_add(first);
        }
        (first, second)
    }
}
