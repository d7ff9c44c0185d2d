//! Owns the edits of a change's bytes below what any library reads or writes: columns, runs, the frame, the compression.

use crate::hostile::chunk::{CHANGE, COMPRESSED, body, framed, signed, unsigned};
use crate::sim::dice::Dice;
use std::io::Write;

/// A body in three: what stands before the columns, the columns, and what stands behind them.
#[derive(Debug, Clone)]
struct Parts {
    head: Vec<u8>,
    columns: Vec<(u64, Vec<u8>)>,
    tail: Vec<u8>,
}

/// How one column becomes another.
type ColumnEdit = fn(&mut Parts, &Parts, &mut Dice);

const EDITS: &[ColumnEdit] = &[
    drop_one,
    twice,
    exchange,
    rename,
    replace_byte,
    replace_byte,
    shorten,
    lengthen,
    graft,
    graft,
    one_run,
    empty,
];

/// What is done to the frame, or to bytes without regard to what they are.
type FrameEdit = fn(&[u8], &[u8], &mut Dice) -> Vec<u8>;

const FRAMES: &[FrameEdit] =
    &[compressed, torn_stream, cut, flipped, spliced, chained, of_other_kind, wrong_length];

/// The same chunk with one to three columns edited, in a frame that fits; none if these bytes are no change.
pub fn edited(chunk: &[u8], donor: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let (mut parts, donor) = (Parts::of(body(chunk))?, Parts::of(body(donor))?);
    for _ in 0..=dice.below(3) {
        EDITS[dice.place(EDITS.len())](&mut parts, &donor, dice);
    }
    Some(framed(CHANGE, &parts.bytes()))
}

/// The same chunk in another frame, or in none.
pub fn reframed(chunk: &[u8], donor: &[u8], dice: &mut Dice) -> Vec<u8> {
    FRAMES[dice.place(FRAMES.len())](chunk, donor, dice)
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let length = bytes.iter().take(10).position(|byte| byte & 0x80 == 0)? + 1;
    let (digits, rest) = bytes.split_at(length);
    *bytes = rest;
    Some(digits.iter().rev().fold(0, |value, digit| value << 7 | u64::from(digit & 0x7f)))
}

fn take<'b>(bytes: &mut &'b [u8], length: u64) -> Option<&'b [u8]> {
    let (taken, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    Some(taken)
}

fn prefixed<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = number(bytes)?;
    take(bytes, length)
}

impl Parts {
    fn of(body: &[u8]) -> Option<Self> {
        let mut rest = body;
        let dependencies = number(&mut rest)?;
        take(&mut rest, dependencies.checked_mul(32)?)?;
        prefixed(&mut rest)?;
        (0..3).try_for_each(|_| number(&mut rest).map(drop))?;
        prefixed(&mut rest)?;
        (0..number(&mut rest)?).try_for_each(|_| prefixed(&mut rest).map(drop))?;
        let head = body[..body.len() - rest.len()].to_vec();
        let count = number(&mut rest)?;
        let named = (0..count).map(|_| Some((number(&mut rest)?, number(&mut rest)?)));
        let named = named.collect::<Option<Vec<_>>>()?;
        let columns = named.into_iter().map(|(name, length)| Some((name, take(&mut rest, length)?.to_vec())));
        let columns = columns.collect::<Option<_>>()?;
        Some(Self { head, columns, tail: rest.to_vec() })
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head.clone();
        bytes.extend(unsigned(self.columns.len() as u64));
        let named = self.columns.iter().flat_map(|(name, data)| [*name, data.len() as u64]);
        bytes.extend(named.flat_map(unsigned));
        self.columns.iter().for_each(|(_, data)| bytes.extend(data));
        bytes.extend(&self.tail);
        bytes
    }

    fn any(&mut self, dice: &mut Dice) -> Option<&mut (u64, Vec<u8>)> {
        let place = dice.place(self.columns.len().max(1));
        self.columns.get_mut(place)
    }
}

fn drop_one(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    if !parts.columns.is_empty() {
        let place = dice.place(parts.columns.len());
        parts.columns.remove(place);
    }
}

fn twice(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    if let Some(column) = parts.any(dice).cloned() {
        let place = dice.place(parts.columns.len());
        parts.columns.insert(place, column);
    }
}

fn exchange(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    let length = parts.columns.len();
    if length > 1 {
        let (one, other) = (dice.place(length), dice.place(length));
        let data = parts.columns[one].1.clone();
        parts.columns[one].1 = std::mem::replace(&mut parts.columns[other].1, data);
    }
}

fn rename(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    let change = 1 << dice.below(9);
    if let Some((name, _)) = parts.any(dice) {
        *name ^= change;
    }
}

fn replace_byte(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    let Some((_, data)) = parts.any(dice) else { return };
    if !data.is_empty() {
        let place = dice.place(data.len());
        data[place] = match dice.below(3) {
            0 => data[place].wrapping_add(1),
            1 => data[place] ^ (1 << dice.below(8)),
            _ => dice.bytes::<1>()[0],
        };
    }
}

fn shorten(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    let Some((_, data)) = parts.any(dice) else { return };
    if !data.is_empty() {
        data.remove(dice.place(data.len()));
    }
}

fn lengthen(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    let Some((_, data)) = parts.any(dice) else { return };
    data.insert(dice.place(data.len() + 1), dice.bytes::<1>()[0]);
}

/// A column of another change in the place of the same one here.
fn graft(parts: &mut Parts, donor: &Parts, dice: &mut Dice) {
    let Some((name, data)) = dice.choose(&donor.columns).cloned() else { return };
    match parts.columns.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => *known = data,
        None => {
            parts.columns.push((name, data));
            parts.columns.sort();
        }
    }
}

/// One value as often as nobody would write it.
fn one_run(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    let lengths = [1, 2, 3, 1_000, 49_999, 50_001, 1 << 31, 1 << 62];
    let length = lengths[dice.place(lengths.len())];
    let value = u8::try_from(dice.below(16)).unwrap_or(0);
    if let Some((_, data)) = parts.any(dice) {
        *data = [signed(length), vec![value]].concat();
    }
}

fn empty(parts: &mut Parts, _: &Parts, dice: &mut Dice) {
    if let Some((_, data)) = parts.any(dice) {
        data.clear();
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    // Into memory: it does not fail, and nothing is a body too.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// With the checksum of what is inside, as the library writes it.
fn in_compressed_frame(chunk: &[u8], stream: &[u8]) -> Vec<u8> {
    let mut bytes = framed(COMPRESSED, stream);
    bytes[4..8].copy_from_slice(&chunk[4..8]);
    bytes
}

/// The honest change, compressed.
fn compressed(chunk: &[u8], _: &[u8], _: &mut Dice) -> Vec<u8> {
    in_compressed_frame(chunk, &deflated(body(chunk)))
}

fn torn_stream(chunk: &[u8], _: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut stream = deflated(body(chunk));
    match dice.below(3) {
        0 => stream.truncate(dice.place(stream.len().max(1))),
        1 => stream.extend(dice.bytes::<4>()),
        _ => {
            if let Some(byte) = stream.last_mut() {
                *byte ^= 0x10;
            }
        }
    }
    in_compressed_frame(chunk, &stream)
}

/// The end is gone; the frame says so, or does not.
fn cut(chunk: &[u8], _: &[u8], dice: &mut Dice) -> Vec<u8> {
    let body = body(chunk);
    match dice.happens(70) {
        true => framed(CHANGE, &body[..dice.place(body.len().max(1))]),
        false => chunk[..dice.place(chunk.len())].to_vec(),
    }
}

/// Some byte is another one; the frame fits, or does not.
fn flipped(chunk: &[u8], _: &[u8], dice: &mut Dice) -> Vec<u8> {
    let flip = |bytes: &[u8], dice: &mut Dice| {
        let mut bytes = bytes.to_vec();
        let place = dice.place(bytes.len().max(1));
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1 << dice.below(8);
        }
        bytes
    };
    match dice.happens(80) {
        true => framed(CHANGE, &flip(body(chunk), dice)),
        false => flip(chunk, dice),
    }
}

/// The beginning of one change and the end of another.
fn spliced(chunk: &[u8], donor: &[u8], dice: &mut Dice) -> Vec<u8> {
    let (one, other) = (body(chunk), body(donor));
    let begin = &one[..dice.place(one.len() + 1)];
    framed(CHANGE, &[begin, &other[dice.place(other.len() + 1)..]].concat())
}

/// Two changes, one behind the other, where one is due.
fn chained(chunk: &[u8], donor: &[u8], _: &mut Dice) -> Vec<u8> {
    [chunk, donor].concat()
}

fn of_other_kind(chunk: &[u8], _: &[u8], dice: &mut Dice) -> Vec<u8> {
    framed([0, 2, 3, 255][dice.place(4)], body(chunk))
}

/// The length is longer than it needs to be, or too large.
fn wrong_length(chunk: &[u8], _: &[u8], dice: &mut Dice) -> Vec<u8> {
    let body = body(chunk);
    let mut length = unsigned(body.len() as u64);
    match dice.below(3) {
        0 => {
            if let Some(last) = length.last_mut() {
                *last |= 0x80;
            }
            length.push(0);
        }
        1 => length = unsigned(body.len() as u64 + 1),
        _ => length = unsigned(u64::MAX),
    }
    [&chunk[..9], &length, body].concat()
}
