//! Owns the product's own words, in English, Romanian and simplified Chinese: questions, templates, cards, hints, labels and
//! phrases, how numbers and days are written, and the check for words about personality. What people write is never
//! translated, and lives in [`crate::coaching`].
//!
//! The words stand in files by language and theme, `content/text/ro/labels.ftl`, which a translator edits; they are part of the
//! program, and reading them cannot fail. Rust names each message by a type, so that a key cannot be misspelt, and a test
//! compares every file with what Rust uses. How to add or translate something: `docs/content.md`.

pub mod format;

mod advice;
mod card;
mod check;
mod heading;
mod hint;
mod label;
mod language;
mod message;
mod phrase;
mod question;
mod template;

pub use advice::{Advice, Suggestion, advise};
pub use card::{CardId, CardView, Shelf};
pub use check::{MissingView, missing_letters};
pub use heading::{Heading, kind_name, weekday};
pub use hint::{HintId, hint_for_agenda, hint_for_day};
pub use label::{Label, Labelled};
pub use language::{Language, ParseLanguageError};
pub use phrase::Phrase;
pub use question::{Block, QuestionId, RESTS_FOR_MEETINGS, asked, propose, shown_topic, situation_of};
pub use template::{
    FieldId, FieldView, Need, QuestionView, SectionId, SectionView, TemplateId, TemplateView, plan_for,
};

#[cfg(test)]
mod tests;
