//! Owns what must be true of every word that was typed: sets and nothing else, so that it cannot share a mistake
//! with what it judges.

use std::collections::{BTreeMap, BTreeSet};
use sync_core::ids::{DocId, PersonId};

/// What was typed.
#[derive(Debug, Clone)]
pub struct Word {
    /// In which document.
    pub doc: DocId,
    /// On which phone.
    pub phone: usize,
    /// By whom.
    pub person: PersonId,
    /// What must be true of it.
    pub state: WordState,
    /// Whether it was written in another person's name.
    pub is_forged: bool,
}

/// What must be true of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordState {
    /// The edit call returned: it must be there in the end.
    Kept,
    /// Nobody can tell whether the edit was made: it may be there, for everybody or for nobody.
    Uncertain,
    /// Somebody has removed it since.
    Removed,
    /// The edit call failed before anything was written: it must not be on the server.
    Never,
    /// Whatever held it is gone: a lost phone, an old backup.
    Gone,
}

/// Every word of a history.
#[derive(Debug, Default)]
pub struct Oracle {
    words: Vec<Word>,
    /// Words that somebody has copied into another document.
    copies: BTreeMap<(DocId, u32), Word>,
    /// How many edit calls have returned.
    pub edits: usize,
}

impl Oracle {
    /// The number of the next word.
    pub fn next_number(&self) -> u32 {
        u32::try_from(self.words.len()).unwrap_or(u32::MAX)
    }

    /// Adds the word of the next number.
    pub fn add(&mut self, word: Word) {
        self.words.push(word);
    }

    /// Adds words that stand in another document too: in that of `word`, by whom and on which phone it says.
    pub fn add_copies(&mut self, numbers: impl IntoIterator<Item = u32>, word: &Word) {
        for number in numbers {
            self.copies.entry((word.doc, number)).or_insert_with(|| word.clone());
        }
    }

    /// A word of a document, typed there or copied.
    pub fn word_in(&self, doc: DocId, number: u32) -> Option<&Word> {
        let typed = self.word(number).filter(|word| word.doc == doc);
        typed.or_else(|| self.copies.get(&(doc, number)))
    }

    /// A word, by its number.
    pub fn word(&self, number: u32) -> Option<&Word> {
        self.words.get(number as usize)
    }

    /// Somebody has removed a word, or perhaps has.
    pub fn removed(&mut self, number: u32) {
        if let Some(word) = self.words.get_mut(number as usize)
            && word.state == WordState::Kept
        {
            word.state = WordState::Removed;
        }
    }

    /// Something was lost for good: only what somebody still holds must be there in the end.
    pub fn only_held(&mut self, held: &BTreeSet<(DocId, u32)>) {
        let copies = self.copies.iter_mut().map(|((_, number), word)| (*number, word));
        for (number, word) in (0..).zip(&mut self.words).chain(copies) {
            if word.state == WordState::Kept && !held.contains(&(word.doc, number)) {
                word.state = WordState::Gone;
            }
        }
    }

    /// Every word, with its number; and every copy.
    pub fn words(&self) -> impl Iterator<Item = (u32, &Word)> {
        (0..).zip(&self.words).chain(self.copies.iter().map(|((_, number), word)| (*number, word)))
    }
}
