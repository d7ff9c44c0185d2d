//! Owns the cards: short texts to read before first use, in a meeting, or in the library.

use super::Language;
use super::message::ids;
use serde::Serialize;

ids! {
    /// A card.
    "card-" CardId {
        /// What is stored and who sees it: shown to everybody before first use, under 80 words.
        WhatIsStored = "what_is_stored",
        /// What follows from results: support first.
        Consequences = "consequences",
        /// Where and when to talk.
        PrivatePlace = "private_place",
        /// Busy weeks.
        BusyWeek = "busy_week",
        /// A plan is no warning.
        NotDiscipline = "not_discipline",
        /// How to listen.
        Listening = "listening",
        /// How to speak about what was done.
        BehaviourFeedback = "behaviour_feedback",
        /// How to leave silence.
        Silence = "silence",
        /// Where to find support.
        FindSupport = "find_support",
        /// Say it soon.
        SaySoon = "say_soon",
        /// Show that you are on their side.
        CareFirst = "care_first",
        /// Ask before you tell.
        AskFirst = "ask_first",
        /// One thing at a time.
        OneThing = "one_thing",
        /// Ask for feedback yourself.
        TakeItToo = "take_it_too",
    }
}

/// Where a card belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// Before first use.
    FirstUse,
    /// Beside standards, plans and meetings.
    AtWork,
    /// The library's starters.
    Library,
    /// How to be direct and caring.
    DirectAndCaring,
}

/// A card in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardView {
    /// Which.
    pub id: CardId,
    /// Where it belongs.
    pub shelf: Shelf,
    /// Its title.
    pub title: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}

impl CardId {
    /// The card in this language.
    pub fn view(self, language: Language) -> CardView {
        let text = self.key().attribute("text").say(language);
        CardView {
            id: self,
            shelf: self.shelf(),
            title: self.key().say(language),
            paragraphs: text.lines().map(str::to_owned).collect(),
        }
    }

    /// Where it belongs.
    pub const fn shelf(self) -> Shelf {
        match self {
            Self::WhatIsStored => Shelf::FirstUse,
            Self::Consequences | Self::PrivatePlace | Self::BusyWeek | Self::NotDiscipline => Shelf::AtWork,
            Self::Listening | Self::BehaviourFeedback | Self::Silence | Self::FindSupport => Shelf::Library,
            Self::SaySoon | Self::CareFirst | Self::AskFirst | Self::OneThing | Self::TakeItToo => {
                Shelf::DirectAndCaring
            }
        }
    }
}

#[cfg(test)]
mod tests;
