//! Owns the languages that a person can choose.

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Romanian.
    Ro,
    /// Chinese.
    Zh,
}

impl Language {
    const ALL: [Self; 3] = [Self::En, Self::Ro, Self::Zh];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ro => "ro",
            Self::Zh => "zh",
        }
    }

    /// The language of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == word)
    }
}
