//! Owns what is shown of a text that was found: one line around the first word that was looked for, as it was written.

use crate::letters::{Letter, Script, letters};
use std::ops::Range;

/// UTF-16 units shown before the first word that was looked for.
const BEFORE: u32 = 40;
/// UTF-16 units shown in all.
const SHOWN: u32 = 160;
/// Stands where something was left out.
const LEFT_OUT: char = '…';

/// Where a text says what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The words, in UTF-16 units, ascending.
    pub ranges: Vec<Range<u32>>,
    /// Whether each is there as a whole word; otherwise the last one is only the beginning of one.
    pub is_whole: bool,
}

/// A part of a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The part, in one line.
    pub text: String,
    /// The words that were looked for, in UTF-16 units of the part.
    pub highlights: Vec<Range<u32>>,
}

/// Shows the highlights alone: the text is what somebody wrote.
impl std::fmt::Debug for Snippet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Snippet").field(&self.highlights).finish()
    }
}

impl Match {
    /// What is shown of the text.
    pub fn snippet(&self, text: &str) -> Snippet {
        let letters: Vec<Letter> = letters(text).collect();
        let first = self.ranges.first().cloned().unwrap_or(0..0);
        let shown = shown(&letters, &first);
        let mut snippet = Snippet { text: String::new(), highlights: Vec::new() };
        let Some((start, end)) = shown.first().zip(shown.last()).map(|(a, b)| (a.at, b.at + b.units()))
        else {
            return snippet;
        };
        let left_out = u32::from(start > 0);
        snippet.text.extend((start > 0).then_some(LEFT_OUT));
        snippet.text.extend(shown.iter().map(|letter| if letter.char == '\n' { ' ' } else { letter.char }));
        let is_cut = letters.last().is_some_and(|last| last.at + last.units() > end);
        snippet.text.extend(is_cut.then_some(LEFT_OUT));
        let inside = self.ranges.iter().filter(|range| range.start >= start && range.end <= end);
        let moved = |at: u32| at - start + left_out;
        snippet.highlights.extend(inside.map(|range| moved(range.start)..moved(range.end)));
        snippet
    }
}

/// The letters around the first range: no word is cut, unless there is no room for a whole one.
fn shown<'l>(letters: &'l [Letter], first: &Range<u32>) -> &'l [Letter] {
    let is_inside_word = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let pair = before.zip(letters.get(at));
        pair.is_some_and(|(a, b)| Script::of(a.char) == Script::Word && Script::of(b.char) == Script::Word)
    };
    let index_of = |units: u32| letters.partition_point(|letter| letter.at < units);
    let word = index_of(first.start);
    let begins_word = |at: &usize| Script::of(letters[*at].char) != Script::None && !is_inside_word(*at);
    let from = match first.start.checked_sub(BEFORE) {
        Some(from) if from > 0 => (index_of(from)..word).find(begins_word).unwrap_or(word),
        _ => 0,
    };
    let start = letters.get(from).map_or(0, |letter| letter.at);
    let last = letters.partition_point(|letter| letter.at + letter.units() <= start + SHOWN);
    let least = index_of(first.end).min(last);
    let to = (least..=last).rev().find(|at| !is_inside_word(*at)).unwrap_or(last);
    &letters[from..to]
}
