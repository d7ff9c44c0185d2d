use super::*;
use crate::content::TemplateId;

/// As [`crate::content`] counts: words between spaces, and in Chinese two characters for one word.
fn words(text: &str, language: Language) -> usize {
    match language {
        Language::En | Language::Ro => text.split_whitespace().count(),
        Language::Zh => text.chars().filter(|char| char.is_alphanumeric()).count().div_ceil(2),
    }
}

#[test]
fn r106_what_is_stored_and_who_sees_it_takes_less_than_eighty_words() {
    for language in Language::ALL {
        let card = CardId::WhatIsStored.view(language);
        let count = words(&format!("{} {}", card.title, card.paragraphs.join(" ")), language);
        assert!((40..80).contains(&count), "{count} in {language:?}");
    }
}

#[test]
fn r106_it_says_who_reads_private_notes_and_that_nobody_is_rated() {
    let said = [("law", "rated"), ("legea", "notat"), ("法律", "打分")];
    for (language, (law, rated)) in std::iter::zip(Language::ALL, said) {
        let text = CardId::WhatIsStored.view(language).paragraphs.join("\n");
        assert!(text.contains(law) && text.contains(rated), "{text}");
    }
}

#[test]
fn r08_support_and_recognition_are_said_before_anything_else() {
    let order =
        [["Support", "recognition", "hard"], ["sprijin", "recunoaștere", "greu"], ["支持", "表彰", "很难"]];
    for (language, order) in std::iter::zip(Language::ALL, order) {
        let paragraphs = CardId::Consequences.view(language).paragraphs;
        assert_eq!(paragraphs.len(), 3);
        for (paragraph, word) in std::iter::zip(&paragraphs, order) {
            assert!(paragraph.contains(word), "{word} in {paragraph}");
        }
    }
}

#[test]
fn r33_the_silence_card_stands_in_the_wellbeing_block_in_three_languages() {
    for language in Language::ALL {
        let weekly = TemplateId::Weekly.view(language);
        let wellbeing = weekly.sections.iter().find(|section| section.id.word() == "wellbeing").unwrap();
        assert_eq!(wellbeing.cards, [CardId::Silence]);
        assert!(!CardId::Silence.view(language).paragraphs.is_empty());
    }
}

#[test]
fn r53_there_are_five_cards_on_being_direct_and_caring() {
    let cards = CardId::ALL.iter().filter(|card| card.shelf() == Shelf::DirectAndCaring);
    assert_eq!(cards.count(), 5);
}

#[test]
fn the_library_starts_with_listening_feedback_silence_and_support() {
    let library: Vec<CardId> =
        CardId::ALL.iter().copied().filter(|card| card.shelf() == Shelf::Library).collect();
    assert_eq!(library, [CardId::Listening, CardId::BehaviourFeedback, CardId::Silence, CardId::FindSupport]);
}

#[test]
fn a_card_has_no_more_than_five_short_paragraphs() {
    for (card, language) in CardId::ALL.iter().flat_map(|card| Language::ALL.map(|language| (card, language)))
    {
        let view = card.view(language);
        assert!((2..=5).contains(&view.paragraphs.len()), "{card:?}");
        assert!(words(&view.paragraphs.join(" "), language) <= 120, "{card:?} in {language:?}");
    }
}
