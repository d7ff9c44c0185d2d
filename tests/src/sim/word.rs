//! Owns the words that are typed in a history: each is unique, so that it can be looked for everywhere.

use automerge::legacy::{Key, OpType};
use automerge::{Change, ScalarValue};
use std::collections::BTreeSet;

/// Opens a word that was taken back before it could leave the phone. No other text holds this character.
const SECRET_OPENS: char = '\u{e000}';
const SECRET_CLOSES: char = '\u{e001}';

/// The word of this number.
pub fn word(number: u32) -> String {
    format!("<{number}>")
}

/// The word of this number, as something that is taken back.
pub fn secret(number: u32) -> String {
    format!("{SECRET_OPENS}{number}{SECRET_CLOSES}")
}

/// Whether a text holds any part of something that was taken back.
pub fn holds_secret(text: &str) -> bool {
    text.contains([SECRET_OPENS, SECRET_CLOSES])
}

/// The numbers of all whole words in a text.
pub fn words_in(text: &str) -> impl Iterator<Item = u32> {
    text.split('<').skip(1).filter_map(|rest| rest.split_once('>')?.0.parse().ok())
}

/// A whole word in a text, and where it is, in UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Which word.
    pub number: u32,
    /// Where it begins.
    pub at: u32,
    /// How long it is.
    pub length: u32,
}

/// Where the whole words of a text are.
pub fn placed_words(text: &str) -> Vec<Placed> {
    let mut placed = Vec::new();
    for (start, _) in text.match_indices('<') {
        let Some(end) = text[start..].find('>').map(|end| start + end + 1) else { break };
        if let Ok(number) = text[start + 1..end - 1].parse() {
            let (at, length) = (units(&text[..start]), units(&text[start..end]));
            placed.push(Placed { number, at, length });
        }
    }
    placed
}

/// Where something can be written without breaking a word or a character apart, in UTF-16 units.
pub fn gaps(text: &str) -> Vec<u32> {
    let (mut gaps, mut at, mut is_inside) = (vec![0], 0, false);
    for letter in text.chars() {
        at += units(letter.encode_utf8(&mut [0; 4]));
        is_inside = match letter {
            '<' | SECRET_OPENS => true,
            '>' | SECRET_CLOSES => false,
            _ => is_inside,
        };
        if !is_inside {
            gaps.push(at);
        }
    }
    gaps
}

/// How long a text is in UTF-16 units.
pub fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Every text that a change writes: what was typed in one go as one piece, values, and the keys that it names.
pub fn written_by(change: &Change) -> String {
    let mut text = typed_in(change);
    for operation in &change.decode().operations {
        if let Key::Map(key) = &operation.key {
            text.push('\n');
            text.push_str(key);
        }
    }
    text
}

/// Every text that a change writes, without the keys: those may be somebody else's.
pub fn typed_in(change: &Change) -> String {
    let mut text = String::new();
    for operation in &change.decode().operations {
        match &operation.action {
            OpType::Put(ScalarValue::Str(words)) => text.push_str(words),
            OpType::MarkBegin(mark) => text.push_str(&mark.name),
            _ => {}
        }
    }
    text
}

/// The words in a change of these bytes; none if they are no change.
pub fn words_of_change(bytes: &[u8]) -> BTreeSet<u32> {
    let change = Change::from_bytes(bytes.to_vec());
    change.map(|change| words_in(&written_by(&change)).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_again_and_only_whole_ones() {
        let text = "a<12>🙂<3><x>< 4>";
        assert_eq!(words_in(text).collect::<Vec<_>>(), [12, 3]);
        let placed = placed_words(text);
        assert_eq!(placed[0], Placed { number: 12, at: 1, length: 4 });
        assert_eq!(placed[1], Placed { number: 3, at: 7, length: 3 });
        assert_eq!(gaps("a<12>🙂"), [0, 1, 5, 7]);
    }
}
