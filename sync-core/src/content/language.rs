//! Owns the languages of the product's words.

use serde::{Deserialize, Serialize};

/// A language in which the product speaks, and which a person can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Romanian.
    Ro,
    /// Simplified Chinese.
    Zh,
}

/// Text that is the tag of no language that the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language is en, ro or zh")]
pub struct ParseLanguageError;

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::Ro, Self::Zh];

    /// Its tag, as in BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ro => "ro",
            Self::Zh => "zh",
        }
    }

    /// The language of this tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

impl std::str::FromStr for Language {
    type Err = ParseLanguageError;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::parse(tag).ok_or(ParseLanguageError)
    }
}
