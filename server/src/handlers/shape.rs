//! Owns what a CBOR body may look like before anything is made of it: how deep it goes, how many values it has, and that
//! no map says a key twice. What the values mean is for the messages to say.
//!
//! A value that is sent in one byte becomes one of twenty-four, and a body that came compressed may be long: so this is
//! found out by reading over it, without keeping anything.

use crate::error::ApiError;

/// Maps and arrays in each other: twice as many as in any message.
const MAX_DEPTH: usize = 16;
/// Values in a body, keys included: an honest one has a quarter as many values as bytes at the most.
const MAX_VALUES: usize = 1 << 20;
/// Larger keys have no meaning in any message.
const KNOWN_KEYS: u64 = 64;

/// What a value begins with.
struct Head {
    major: u8,
    /// None: what follows is ended by a break, or this is the break.
    argument: Option<u64>,
}

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

/// A map, an array or a string in pieces that has not ended yet.
struct Open {
    /// Values still to come, keys included; none if a break ends it.
    left: Option<u64>,
    /// The keys that a map has said, one bit each; none in what is no map.
    said: Option<u64>,
    is_key_next: bool,
}

/// Checks a body that a message is to be read from. What follows its one value is for the reader to find.
pub fn check(body: &[u8]) -> Result<(), ApiError> {
    let (mut rest, mut open) = (body, Vec::new());
    for _ in 0..MAX_VALUES {
        let is_tag = read_over(&mut rest, &mut open).ok_or(ApiError::Malformed)?;
        while open.last().is_some_and(|innermost: &Open| innermost.left == Some(0)) {
            open.pop();
        }
        if open.is_empty() && !is_tag {
            return Ok(());
        }
    }
    Err(ApiError::TooLarge)
}

/// Reads over what comes next. Tells whether it is a tag, which is only the beginning of a value.
fn read_over(rest: &mut &[u8], open: &mut Vec<Open>) -> Option<bool> {
    let head = Head::read(rest)?;
    match (head.major, head.argument) {
        (TAG, Some(_)) => return Some(true),
        (7, None) => return open.pop().filter(|ended| ended.left.is_none()).map(|_| false),
        _ => {}
    }
    if let Some(around) = open.last_mut() {
        around.count(&head)?;
    }
    let inner = match (head.major, head.argument) {
        (BYTES | TEXT, Some(length)) => {
            *rest = rest.get(usize::try_from(length).ok()?..)?;
            None
        }
        (BYTES | TEXT, None) | (ARRAY, _) => {
            Some(Open { left: head.argument, said: None, is_key_next: false })
        }
        (MAP, pairs) => {
            let left = pairs.map(|pairs| pairs.checked_mul(2).ok_or(())).transpose().ok()?;
            Some(Open { left, said: Some(0), is_key_next: true })
        }
        (UNSIGNED | NEGATIVE | TAG, None) => return None,
        _ => None,
    };
    open.extend(inner);
    (open.len() <= MAX_DEPTH).then_some(false)
}

impl Head {
    fn read(rest: &mut &[u8]) -> Option<Self> {
        let (&first, after) = rest.split_first()?;
        let (major, small) = (first >> 5, first & 0x1f);
        let width = match small {
            0..24 | 31 => 0,
            24..28 => 1 << (small - 24),
            _ => return None,
        };
        let (written, after) = after.split_at_checked(width)?;
        *rest = after;
        let argument = match small {
            31 => None,
            0..24 => Some(u64::from(small)),
            _ => Some(written.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))),
        };
        Some(Self { major, argument })
    }
}

impl Open {
    /// Counts a value in it; none if it says a key again.
    fn count(&mut self, value: &Head) -> Option<()> {
        self.left = self.left.map(|left| left - 1);
        let Some(said) = self.said.as_mut() else { return Some(()) };
        let is_key = self.is_key_next;
        self.is_key_next = !is_key;
        let key = value.argument.filter(|key| is_key && value.major == UNSIGNED && *key < KNOWN_KEYS);
        let bit = key.map_or(0, |key| 1 << key);
        let is_new = *said & bit == 0;
        *said |= bit;
        is_new.then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::ids::{DocId, ReplicaId};
    use sync_core::wire::ErrorCode::{self, Malformed, TooLarge};
    use sync_core::wire::{PushDocument, SyncRequest};

    fn code(body: &[u8]) -> Option<ErrorCode> {
        check(body).err().map(|error| error.code())
    }

    #[test]
    fn every_form_of_a_value_is_read_over() {
        for body in [
            &b"\x00"[..],
            b"\x38\xff",
            b"\xfb\0\0\0\0\0\0\0\0",
            b"\xf9\x7c\x00",
            b"\xc1\xc2\x40",
            b"\x82\xf6\x63abc",
            b"\xa2\x00\x00\x01\xa1\x00\x00",
            b"\xbf\x00\x9f\x5f\x41a\x41b\xff\xff\x01\x00\xff",
            b"\xa2\x61a\x00\x61a\x00",
            b"\xa2\x18\x40\x00\x18\x40\x00",
            b"\x00 and what follows",
        ] {
            assert_eq!(code(body), None, "{body:x?}");
        }
    }

    #[test]
    fn what_is_cut_off_or_no_value_is_refused() {
        for body in [
            &b""[..],
            b"\x18",
            b"\x82\x00",
            b"\x43ab",
            b"\x1c",
            b"\x1f",
            b"\xff",
            b"\x81\xff",
            b"\xc1",
            b"\xdf\x00",
            b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x9f\x00",
        ] {
            assert_eq!(code(body), Some(Malformed), "{body:x?}");
        }
    }

    #[test]
    fn a_key_is_said_once_in_each_map_however_it_is_written() {
        for body in [&b"\xa2\x00\x01\x00\x01"[..], b"\xa2\x01\x00\x18\x01\x00", b"\xbf\x02\x00\x02\x00\xff"] {
            assert_eq!(code(body), Some(Malformed), "{body:x?}");
        }
        assert_eq!(code(b"\xa2\x00\xa1\x00\x00\x01\xa1\x00\x00"), None, "each map has keys of its own");
        assert_eq!(code(b"\xa2\x00\x01\x01\x01"), None, "a value is no key");
    }

    #[test]
    fn depth_and_number_of_values_are_bounded() {
        let deep = |depth| [vec![0x81; depth], vec![0]].concat();
        assert_eq!(code(&deep(MAX_DEPTH)), None);
        assert_eq!(code(&deep(MAX_DEPTH + 1)), Some(Malformed));
        let many = |values| [vec![0x9f], vec![0; values], vec![0xff]].concat();
        assert_eq!(code(&many(MAX_VALUES - 2)), None);
        assert_eq!(code(&many(MAX_VALUES - 1)), Some(TooLarge));
        assert_eq!(code(&vec![0xc1; MAX_VALUES + 1]), Some(TooLarge));
    }

    #[test]
    fn the_largest_request_that_is_taken_is_read_over() {
        let document = |n: u8| PushDocument {
            doc: DocId::from_bytes([n; 16]),
            create: None,
            changes: vec![vec![n; 60].into(); 100],
        };
        let request = SyncRequest {
            protocol: 1,
            replica: ReplicaId::from_bytes([1; 16]),
            cursor: Some(vec![1; 100].into()),
            app_schema: 1,
            max_response_bytes: 1 << 20,
            push: (0..230).map(document).collect(),
            commands: vec![],
            want: vec![DocId::from_bytes([1; 16]); 700],
            repair: None,
            verify: true,
        };
        assert_eq!(code(&minicbor::to_vec(&request).unwrap()), None);
    }
}
