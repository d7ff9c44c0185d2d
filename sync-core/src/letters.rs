//! Owns how letters are told apart and compared: case, marks and width do not count. Romanian ș may have a comma, a cedilla or
//! nothing below it, as one character or two; nobody who looks for it should have to know.

use unicode_normalization::UnicodeNormalization;

/// A character of a text.
pub(crate) struct Letter {
    pub(crate) char: char,
    /// UTF-16 units before it.
    pub(crate) at: u32,
}

impl Letter {
    /// UTF-16 units of it.
    pub(crate) const fn units(&self) -> u32 {
        if self.char as u32 > 0xffff { 2 } else { 1 }
    }
}

/// The characters of a text.
pub(crate) fn letters(text: &str) -> impl Iterator<Item = Letter> {
    text.chars().scan(0, |units, char| {
        let letter = Letter { char, at: *units };
        *units += letter.units();
        Some(letter)
    })
}

/// How words are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// Without spaces, as Chinese and Japanese are written: a word is found inside others.
    Han,
    /// With borders around each word.
    Word,
    /// In no word.
    None,
}

impl Script {
    /// How the words that a character is in are told apart.
    pub(crate) fn of(char: char) -> Self {
        match char {
            '\u{3041}'..='\u{309f}'
            | '\u{30a1}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' => Self::Han,
            char if char.is_alphanumeric() || is_mark(char) => Self::Word,
            _ => Self::None,
        }
    }
}

/// A mark that stands after its letter: an s with comma may be written as two characters.
const fn is_mark(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}')
}

/// The letters and digits of these characters as they are compared: decomposed, without marks, lower case.
pub(crate) fn plain(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let lower = chars.nfkd().flat_map(char::to_lowercase);
    lower.filter(|char| char.is_alphanumeric() && !is_mark(*char))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn romanian_letters_are_the_same_with_comma_with_cedilla_in_two_characters_and_bare() {
        let same = [
            "Știință",
            "știinţă",
            "ştiință",
            "s\u{326}tiint\u{326}a\u{306}",
            "S\u{327}TIINT\u{327}A",
            "stiinta",
        ];
        for written in same {
            assert_eq!(plain(written.chars()).collect::<String>(), "stiinta", "{written}");
        }
        assert_eq!(plain("Încă âÎÂ".chars()).collect::<String>(), "incaaia");
    }

    #[test]
    fn letters_of_full_width_are_those_of_half_width() {
        assert_eq!(plain("ＡＨＴ３２０".chars()).collect::<String>(), "aht320");
    }

    #[test]
    fn a_character_knows_where_it_stands_in_utf16_units() {
        let at: Vec<_> = letters("a🙂懒").map(|letter| letter.at).collect();
        assert_eq!(at, [0, 1, 3]);
    }
}
