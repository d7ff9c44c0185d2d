//! Owns what it means that a text is found: how it falls into words, which of them a question asks for, what of them is
//! shown. Knows no document and no store: a store may keep the [`tokens`] of each text, to read only those that can match,
//! and [`Query::find`] says which do.
//!
//! ```text
//!   text     "Felicitări pentru Șerban, 投诉处理很好"
//!   words     felicitari  pentru  serban  投诉 诉处 处理 理很 很好 好
//!   question "serb 处理"  ──►  serb, whole   处理 ──►  both, or the text is not found
//! ```
//!
//! All that a question asks for must be in the text; its last word may be only begun, since people type. Chinese has no
//! spaces: a run of it is found wherever it stands in another.

mod found;
#[cfg(test)]
mod tests;

pub use found::{Match, Snippet};

use crate::document::Path;
use crate::letters::{Script, letters, plain};
use std::collections::BTreeSet;
use std::ops::Range;

/// The version of what passages and [`tokens`] hold. Raised with either, so that all is made again after an update.
pub const VERSION: u8 = 1;

/// A text that is found as a whole: an item of a document with all that is written in it, or a text by itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Passage {
    /// Where it is in its document.
    pub place: Path,
    /// What people wrote there, as they wrote it; a line for each text.
    pub text: String,
}

/// Shows the place alone: the text is what somebody wrote.
impl std::fmt::Debug for Passage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Passage").field(&self.place).finish()
    }
}

/// What somebody looks for.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

#[derive(Clone, PartialEq, Eq)]
enum Term {
    Word {
        plain: String,
        /// Whether a word that only begins so is found too.
        begun: bool,
    },
    Han(Vec<char>),
}

/// A word, or a run of characters between which no word ends visibly.
enum Run {
    Word { plain: String, range: Range<u32> },
    Han(Vec<(char, Range<u32>)>),
}

/// A word of a text as an index keeps it, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// Letters and digits alone.
    pub word: String,
    /// Whether all words that begin so are meant.
    pub begun: bool,
}

/// The words of a text as an index keeps them, each once: of a run of Chinese every two characters beside each other, and the
/// last one, so that every character begins a word.
pub fn tokens(text: &str) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    for run in runs(text) {
        match run {
            Run::Word { plain, .. } => drop(tokens.insert(plain)),
            Run::Han(run) => {
                tokens.extend(run.windows(2).map(|pair| String::from_iter([pair[0].0, pair[1].0])));
                tokens.extend(run.last().map(|(last, _)| last.to_string()));
            }
        }
    }
    tokens
}

impl Query {
    /// What somebody typed. Signs mean nothing, quotation marks neither.
    pub fn parse(typed: &str) -> Self {
        let mut terms: Vec<Term> = runs(typed).into_iter().map(Term::from).collect();
        if let Some(Term::Word { begun, .. }) = terms.last_mut() {
            *begun = true;
        }
        Self { terms }
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What an index must have of a text that can match.
    pub fn tokens(&self) -> BTreeSet<Token> {
        self.terms.iter().flat_map(Term::tokens).collect()
    }

    /// Where a text says all of it; none if it does not.
    pub fn find(&self, text: &str) -> Option<Match> {
        let runs = runs(text);
        let mut found = Match { ranges: Vec::new(), is_whole: true };
        for term in &self.terms {
            let ranges: Vec<(Range<u32>, bool)> = runs.iter().flat_map(|run| term.find(run)).collect();
            found.is_whole &= ranges.iter().any(|(_, is_whole)| *is_whole);
            found.ranges.extend(some(ranges)?.into_iter().map(|(range, _)| range));
        }
        found.ranges.sort_by_key(|range| (range.start, range.end));
        found.ranges.dedup();
        Some(found)
    }
}

fn some<T>(all: Vec<T>) -> Option<Vec<T>> {
    (!all.is_empty()).then_some(all)
}

impl From<Run> for Term {
    fn from(run: Run) -> Self {
        match run {
            Run::Word { plain, .. } => Self::Word { plain, begun: false },
            Run::Han(run) => Self::Han(run.into_iter().map(|(char, _)| char).collect()),
        }
    }
}

impl Term {
    fn tokens(&self) -> Vec<Token> {
        match self {
            Self::Word { plain, begun } => vec![Token { word: plain.clone(), begun: *begun }],
            Self::Han(one) if one.len() == 1 => vec![Token { word: one.iter().collect(), begun: true }],
            Self::Han(run) => {
                run.windows(2).map(|pair| Token { word: pair.iter().collect(), begun: false }).collect()
            }
        }
    }

    /// Where it stands in a run of a text, and whether as a whole word.
    fn find(&self, run: &Run) -> Vec<(Range<u32>, bool)> {
        match (self, run) {
            (Self::Word { plain: wanted, begun }, Run::Word { plain, range }) => {
                let is_whole = plain == wanted;
                let is_found = is_whole || (*begun && plain.starts_with(wanted.as_str()));
                is_found.then(|| (range.clone(), is_whole)).into_iter().collect()
            }
            (Self::Han(wanted), Run::Han(run)) => {
                let same = |part: &&[(char, Range<u32>)]| part.iter().map(|(char, _)| char).eq(wanted);
                let whole = |part: &[(char, Range<u32>)]| part[0].1.start..part[part.len() - 1].1.end;
                run.windows(wanted.len()).filter(same).map(|part| (whole(part), true)).collect()
            }
            (Self::Word { .. }, Run::Han(_)) | (Self::Han(_), Run::Word { .. }) => Vec::new(),
        }
    }
}

/// The words and runs of a text, in their order.
fn runs(text: &str) -> Vec<Run> {
    let letters: Vec<_> = letters(text).collect();
    let of_one_script = letters.chunk_by(|a, b| Script::of(a.char) == Script::of(b.char));
    let run = |part: &[crate::letters::Letter]| match Script::of(part[0].char) {
        Script::Word => {
            let plain: String = plain(part.iter().map(|letter| letter.char)).collect();
            let last = &part[part.len() - 1];
            let range = part[0].at..last.at + last.units();
            (!plain.is_empty()).then_some(Run::Word { plain, range })
        }
        Script::Han => {
            let one = |letter: &crate::letters::Letter| {
                let char = plain(std::iter::once(letter.char)).next()?;
                Some((char, letter.at..letter.at + letter.units()))
            };
            some(part.iter().filter_map(one).collect()).map(Run::Han)
        }
        Script::None => None,
    };
    of_one_script.filter_map(run).collect()
}
