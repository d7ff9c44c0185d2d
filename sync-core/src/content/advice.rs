//! Owns the check for words about what somebody is like. It suggests to write what was seen; it never stops anybody, and nothing of
//! it is stored or sent.

use super::Language;
use super::message::ids;
use crate::letters::{Letter, Script, letters, plain};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

ids! {
    /// What to write instead of a word about somebody.
    "suggestion-" Suggestion {
        /// What was left undone.
        Effort = "effort",
        /// Which step went wrong.
        Ability = "ability",
        /// What was seen or heard.
        Attitude = "attitude",
        /// What happened, and what it did.
        Character = "character",
    }
}

/// A word to think about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// Where it stands, in UTF-16 units.
    pub range: Range<u32>,
    /// The word, as it was written.
    pub word: String,
    /// What to write instead.
    pub suggestion: Suggestion,
}

impl Suggestion {
    /// What it says.
    pub fn text(self, language: Language) -> String {
        self.key().say(language)
    }
}

/// The words about people in a text, in their order. The lists of all languages are looked through, since people mix them; the
/// writer's language decides only about words that mean something else in another one. Case does not matter, nor do the marks
/// of Romanian letters.
pub fn advise(text: &str, writer: Language) -> Vec<Advice> {
    let letters: Vec<Letter> = letters(text).collect();
    let mut found = Vec::new();
    let mut rest = letters.as_slice();
    while let Some(first) = rest.first() {
        let (length, suggestion) = match Script::of(first.char) {
            Script::Han => LISTS.han(rest),
            Script::Word => LISTS.word(rest, writer),
            Script::None => (1, None),
        };
        let (word, after) = rest.split_at(length);
        found.extend(suggestion.map(|suggestion| advice(word, suggestion)));
        rest = after;
    }
    found
}

fn advice(word: &[Letter], suggestion: Suggestion) -> Advice {
    let start = word.first().map_or(0, |letter| letter.at);
    let end = word.last().map_or(0, |letter| letter.at + letter.units());
    Advice { range: start..end, word: word.iter().map(|letter| letter.char).collect(), suggestion }
}

/// What the files list, as it is looked for.
#[derive(Default)]
struct Lists {
    /// Whole words; with a language, those that mean something else in another one.
    words: BTreeMap<String, (Suggestion, Option<Language>)>,
    /// Beginnings of words that have many endings.
    stems: Vec<(String, Suggestion)>,
    /// Longest first; without a suggestion, what only looks like such a word.
    han: Vec<(Vec<char>, Option<Suggestion>)>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut lists = Lists::default();
    for language in Language::ALL {
        let lines = file(language).lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.for_each(|line| lists.read(line, language));
    }
    lists.han.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    lists
});

const fn file(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("text/en/advice.txt"),
        Language::Ro => include_str!("text/ro/advice.txt"),
        Language::Zh => include_str!("text/zh/advice.txt"),
    }
}

impl Lists {
    /// A line is a suggestion and its words. The suggestion `fine` is none: it lists what only looks like such a word.
    fn read(&mut self, line: &str, language: Language) {
        let (group, words) =
            line.split_once(": ").expect("a line of a list has a group: a test reads them all");
        let suggestion = Suggestion::parse(group);
        for word in words.split(' ') {
            match suggestion {
                _ if word.chars().next().map(Script::of) == Some(Script::Han) => {
                    self.han.push((word.chars().collect(), suggestion))
                }
                Some(suggestion) => self.list(word, suggestion, language),
                None => {}
            }
        }
    }

    fn list(&mut self, word: &str, suggestion: Suggestion, language: Language) {
        if let Some(stem) = word.strip_suffix('*') {
            return self.stems.push((plain(stem.chars()).collect(), suggestion));
        }
        let (word, only) = word.strip_suffix('~').map_or((word, None), |word| (word, Some(language)));
        self.words.insert(plain(word.chars()).collect(), (suggestion, only));
    }

    /// The longest listed word that begins here, or one character.
    fn han(&self, rest: &[Letter]) -> (usize, Option<Suggestion>) {
        let begins =
            |word: &[char]| rest.len() >= word.len() && std::iter::zip(word, rest).all(|(c, l)| *c == l.char);
        let found = self.han.iter().find(|(word, _)| begins(word));
        found.map_or((1, None), |(word, suggestion)| (word.len(), *suggestion))
    }

    /// The whole word that begins here.
    fn word(&self, rest: &[Letter], writer: Language) -> (usize, Option<Suggestion>) {
        let length = rest.iter().take_while(|letter| Script::of(letter.char) == Script::Word).count();
        let word: String = plain(rest[..length].iter().map(|letter| letter.char)).collect();
        let whole = self.words.get(&word).filter(|(_, only)| only.is_none_or(|only| only == writer));
        let stem = || self.stems.iter().find(|(stem, _)| word.starts_with(stem));
        let suggestion =
            whole.map(|(suggestion, _)| *suggestion).or_else(|| stem().map(|(_, suggestion)| *suggestion));
        (length, suggestion)
    }
}

#[cfg(test)]
mod tests;
