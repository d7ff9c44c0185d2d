//! Owns the reading of numbers and bytes from a slice: never behind its end, never a number in a longer form than it
//! needs, nothing copied.

/// What is left to read.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads these bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether everything was read.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next bytes.
    pub fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// Bytes with their length in front.
    pub fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = self.unsigned()?;
        self.take(length)
    }

    /// An unsigned number (ULEB128) in its shortest form.
    pub fn unsigned(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                return None;
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return (byte != 0 || shift == 0).then_some(value);
            }
            shift += 7;
        }
    }

    /// A signed number (LEB128) in its shortest form.
    pub fn signed(&mut self) -> Option<i64> {
        let (mut value, mut shift, mut previous) = (0_i64, 0_u32, 0_u8);
        loop {
            let byte = self.byte()?;
            // The tenth byte holds the sign alone.
            if shift == 63 && byte != 0 && byte != 0x7f {
                return None;
            }
            value |= i64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                let is_negative = byte & 0x40 != 0;
                let says_nothing = if is_negative { byte == 0x7f } else { byte == 0 };
                let repeats_sign = shift > 7 && says_nothing && (previous & 0x40 != 0) == is_negative;
                let extended = if is_negative && shift < 64 { value | (-1 << shift) } else { value };
                return (!repeats_sign).then_some(extended);
            }
            previous = byte;
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unsigned(bytes: &[u8]) -> Option<u64> {
        let mut reader = Reader::new(bytes);
        reader.unsigned().filter(|_| reader.is_empty())
    }

    fn signed(bytes: &[u8]) -> Option<i64> {
        let mut reader = Reader::new(bytes);
        reader.signed().filter(|_| reader.is_empty())
    }

    fn shortest_signed(mut value: i64) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let low = u8::try_from(value & 0x7f).unwrap();
            value >>= 7;
            if (value == 0 && low & 0x40 == 0) || (value == -1 && low & 0x40 != 0) {
                bytes.push(low);
                return bytes;
            }
            bytes.push(low | 0x80);
        }
    }

    fn shortest_unsigned(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
            value >>= 7;
        }
        bytes.push(u8::try_from(value).unwrap());
        bytes
    }

    #[test]
    fn a_number_that_is_longer_than_it_needs_to_be_or_too_large_is_none() {
        for wrong in [&[0x80, 0x00][..], &[0xff, 0x80, 0x00], &[0x80], &[], &[0xff; 10]] {
            assert_eq!(unsigned(wrong), None, "{wrong:x?}");
        }
        let too_large = [&[0xff; 9][..], &[0x02]].concat();
        assert_eq!(unsigned(&too_large), None);
        for wrong in [&[0x80, 0x00][..], &[0xff, 0x7f], &[0xbf, 0x80, 0x00], &[0x80], &[], &[0xff; 11]] {
            assert_eq!(signed(wrong), None, "{wrong:x?}");
        }
    }

    #[test]
    fn the_largest_and_the_smallest_are_read() {
        assert_eq!(unsigned(&shortest_unsigned(u64::MAX)), Some(u64::MAX));
        for value in [i64::MIN, i64::MAX, 0, -1, 63, 64, -64, -65] {
            assert_eq!(signed(&shortest_signed(value)), Some(value));
        }
    }

    proptest! {
        #[test]
        fn every_number_in_its_shortest_form_is_read(value: u64, with_sign: i64) {
            prop_assert_eq!(unsigned(&shortest_unsigned(value)), Some(value));
            prop_assert_eq!(signed(&shortest_signed(with_sign)), Some(with_sign));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, length: u64) {
            let mut reader = Reader::new(&bytes);
            while reader.signed().is_some() || reader.unsigned().is_some() {}
            prop_assert!(reader.take(length).is_none_or(|taken| taken.len() as u64 == length));
        }
    }
}
