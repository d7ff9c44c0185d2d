//! Owns the files of words, and saying one of their messages. That each message is there in each language, with the same
//! arguments, is proved by this module's tests, so that nothing here can fail.

use super::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// The files of a language: theme and text.
        pub(super) const fn files(language: Language) -> &'static [(&'static str, &'static str)] {
            match language {
                Language::En => &[$(($name, include_str!(concat!("text/en/", $name, ".ftl")))),*],
                Language::Ro => &[$(($name, include_str!(concat!("text/ro/", $name, ".ftl")))),*],
                Language::Zh => &[$(($name, include_str!(concat!("text/zh/", $name, ".ftl")))),*],
            }
        }
    };
}

files!("questions", "labels", "templates", "cards", "hints", "checks", "plurals", "phrases", "headings");

/// What a language says, ready to be asked from any thread.
type Words = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Words> = LazyLock::new(|| load(Language::En));
static ROMANIAN: LazyLock<Words> = LazyLock::new(|| load(Language::Ro));
static CHINESE: LazyLock<Words> = LazyLock::new(|| load(Language::Zh));

fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &ENGLISH,
        Language::Ro => &ROMANIAN,
        Language::Zh => &CHINESE,
    }
}

fn load(language: Language) -> Words {
    let tag = language.tag().parse().expect("the tags of our languages are well formed");
    let mut words = FluentBundle::new_concurrent(vec![tag]);
    // The marks that keep a name of another direction apart: none of our languages is written from right to left, and
    // they would stand in what people copy and export.
    words.set_use_isolating(false);
    let added = words.add_function("PLURAL", move |given, _| plural(language, given.first()).into());
    added.expect("there is one function of this name");
    for (_, text) in files(language) {
        let resource = FluentResource::try_new((*text).to_owned());
        let resource = resource.expect("every file of words parses: a test reads them all");
        words.add_resource(resource).expect("no message is said twice: a test reads them all");
    }
    words
}

/// The plural form of a count, by the rules of CLDR 48 for whole numbers: `PLURAL($count)` in a file of words.
///
/// Fluent would choose by `intl_pluralrules` 7.0, which takes Romanian 102 and 119 for 102 **de** zile.
fn plural(language: Language, count: Option<&FluentValue<'_>>) -> &'static str {
    let Some(FluentValue::Number(FluentNumber { value, .. })) = count else { return "other" };
    // Counts are whole and never below zero.
    let count = *value as u64;
    match (language, count) {
        (Language::En | Language::Ro, 1) => "one",
        (Language::Ro, count) if count == 0 || (1..20).contains(&(count % 100)) => "few",
        (Language::En | Language::Ro | Language::Zh, _) => "other",
    }
}

/// Where a message stands: its name, and the name of its attribute if it is one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    message: String,
    attribute: Option<&'static str>,
}

impl Key {
    /// The message of a stable word. Words have dots and underscores, names of messages have dashes.
    pub(super) fn of(prefix: &str, word: &str) -> Self {
        Self { message: format!("{prefix}{word}").replace(['.', '_'], "-"), attribute: None }
    }

    /// An attribute of that message.
    pub(super) const fn attribute(mut self, name: &'static str) -> Self {
        self.attribute = Some(name);
        self
    }

    /// What it says.
    pub(super) fn say(&self, language: Language) -> String {
        self.say_with(language, None)
    }

    /// What it says with these arguments.
    pub(super) fn say_with(&self, language: Language, args: Option<&FluentArgs<'_>>) -> String {
        let words = words(language);
        let message =
            words.get_message(&self.message).expect("every message is there: a test looks for each");
        let pattern = match self.attribute {
            None => message.value(),
            Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
        };
        let pattern = pattern.expect("every message is there: a test looks for each");
        let mut errors = Vec::new();
        let said = words.format_pattern(pattern, args, &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "{self} in {language:?}: {errors:?}");
        said
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.attribute {
            None => f.write_str(&self.message),
            Some(name) => write!(f, "{}.{name}", self.message),
        }
    }
}

/// Defines a kind of content: an enum here, a stable word in documents and at borders, a message in each language.
macro_rules! ids {
    ($(#[$doc:meta])* $prefix:literal $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable word.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }

            /// What this word stands for, if this version knows it.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|id| id.word() == word)
            }

            pub(in crate::content) fn key(self) -> $crate::content::message::Key {
                $crate::content::message::Key::of($prefix, self.word())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.word())
            }
        }
    };
}

pub(super) use ids;
