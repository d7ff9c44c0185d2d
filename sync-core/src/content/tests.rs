//! Every file of words is compared with what Rust uses and with the same file of the other languages.

use super::heading::{kind_key, weekday_key};
use super::label::{CHOICES, LONGEST};
use super::message::{Key, files};
use super::phrase::PHRASES;
use super::*;
use crate::coaching::goal_set::Letter;
use crate::coaching::{KINDS, Kind};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;
use std::collections::{BTreeMap, BTreeSet};

type Arguments = BTreeSet<String>;

/// What a file says: each message and attribute, with its arguments, what its plurals distinguish, and its words.
#[derive(Default)]
struct Said {
    messages: BTreeMap<String, Message>,
}

#[derive(Default, Debug, PartialEq, Eq)]
struct Message {
    arguments: Arguments,
    /// The forms of each plural.
    plurals: Vec<BTreeSet<String>>,
    /// All its words, of all forms.
    words: String,
}

impl Message {
    fn of(pattern: &Pattern<&str>) -> Self {
        let mut message = Self::default();
        message.read(pattern);
        message
    }

    fn read(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.words.push_str(value),
                PatternElement::Placeable { expression } => self.read_expression(expression),
            }
        }
    }

    fn read_expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.read_inline(inline),
            Expression::Select { selector, variants } => {
                self.read_inline(selector);
                let category = |key: &VariantKey<&str>| match key {
                    VariantKey::Identifier { name } => Some((*name).to_owned()),
                    VariantKey::NumberLiteral { .. } => None,
                };
                let choice = variants.iter().filter_map(|variant| category(&variant.key)).collect();
                match selector {
                    InlineExpression::FunctionReference { .. } => self.plurals.push(choice),
                    _ => assert_eq!(choice, ["other".to_owned()].into(), "plural forms are chosen by PLURAL"),
                }
                variants.iter().for_each(|variant| self.read(&variant.value));
            }
        }
    }

    fn read_inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => drop(self.arguments.insert(id.name.to_owned())),
            InlineExpression::Placeable { expression } => self.read_expression(expression),
            InlineExpression::FunctionReference { id, arguments } if id.name == "PLURAL" => {
                assert_eq!(arguments.positional.len(), 1);
                arguments.positional.iter().for_each(|argument| self.read_inline(argument));
            }
            other => panic!("messages hold words, arguments and plurals, nothing else: {other:?}"),
        }
    }
}

/// Reads one language, file by file.
fn said(language: Language) -> BTreeMap<&'static str, Said> {
    files(language).iter().map(|(theme, text)| (*theme, said_in(text))).collect()
}

fn said_in(text: &str) -> Said {
    let resource = parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut said = Said::default();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let name = message.id.name.to_owned();
        if let Some(value) = &message.value {
            let before = said.messages.insert(name.clone(), Message::of(value));
            assert_eq!(before, None, "{name} is said twice");
        }
        for attribute in &message.attributes {
            said.messages.insert(format!("{name}.{}", attribute.id.name), Message::of(&attribute.value));
        }
    }
    said
}

fn all_said(language: Language) -> BTreeMap<String, Message> {
    said(language).into_values().flat_map(|said| said.messages).collect()
}

/// Every kind but the one that is for tests alone.
fn kinds_of_people() -> impl Iterator<Item = Kind> {
    KINDS.iter().filter(|spec| spec.name != "sample").map(|spec| Kind::of(spec))
}

/// What Rust uses: each message, with its arguments.
fn used() -> BTreeMap<String, Arguments> {
    let mut keys: Vec<Key> = Vec::new();
    keys.extend(QuestionId::ALL.iter().map(|id| id.key()));
    keys.extend(Block::ALL.iter().map(|id| id.key()));
    keys.extend(TemplateId::ALL.iter().flat_map(|id| [id.key(), id.key().attribute("purpose")]));
    keys.extend(SectionId::ALL.iter().map(|id| id.key()));
    keys.extend(FieldId::ALL.iter().map(|id| id.key()));
    keys.extend(CardId::ALL.iter().flat_map(|id| [id.key(), id.key().attribute("text")]));
    keys.extend(HintId::ALL.iter().map(|id| id.key()));
    keys.extend(Suggestion::ALL.iter().map(|id| id.key()));
    keys.extend(Label::ALL.iter().map(|id| id.key()));
    keys.extend(Heading::ALL.iter().map(|id| id.key()));
    keys.extend(kinds_of_people().map(kind_key));
    keys.extend((1..=7).map(weekday_key));
    keys.extend(CHOICES.iter().map(|message| Key::of("", message)));
    let letters =
        [Letter::S, Letter::M, Letter::A, Letter::R, Letter::T].map(|l| Key::of("letter-", l.word()));
    for letter in letters {
        keys.extend([letter.clone().attribute("name"), letter.clone().attribute("missing"), letter]);
    }
    let phrases = PHRASES.iter().map(|(message, arguments)| {
        ((*message).to_owned(), arguments.iter().map(|argument| (*argument).to_owned()).collect())
    });
    keys.into_iter().map(|key| (key.to_string(), Arguments::new())).chain(phrases).collect()
}

#[test]
fn every_message_that_is_used_is_said_in_every_language_with_its_arguments_and_no_other_is() {
    let used = used();
    for language in Language::ALL {
        let said: BTreeMap<String, Arguments> =
            all_said(language).into_iter().map(|(key, message)| (key, message.arguments)).collect();
        for (key, arguments) in &used {
            assert_eq!(said.get(key), Some(arguments), "{key} in {language:?}");
        }
        let extra: Vec<&String> = said.keys().filter(|key| !used.contains_key(*key)).collect();
        assert!(extra.is_empty(), "nobody uses {extra:?} in {language:?}");
    }
}

#[test]
fn each_message_stands_in_the_same_file_in_every_language() {
    let places = |language| -> BTreeMap<&str, Vec<String>> {
        said(language).into_iter().map(|(theme, said)| (theme, said.messages.into_keys().collect())).collect()
    };
    let english = places(Language::En);
    assert_eq!(places(Language::Ro), english);
    assert_eq!(places(Language::Zh), english);
}

#[test]
fn plurals_have_exactly_the_forms_of_their_language() {
    for language in Language::ALL {
        let forms: BTreeSet<String> = match language {
            Language::En => ["one", "other"].map(str::to_owned).into(),
            Language::Ro => ["one", "few", "other"].map(str::to_owned).into(),
            Language::Zh => ["other"].map(str::to_owned).into(),
        };
        for (key, message) in all_said(language) {
            assert!(message.plurals.iter().all(|plural| *plural == forms), "{key} in {language:?}");
        }
    }
}

#[test]
fn every_message_is_asked_for_in_every_language_without_an_error() {
    for (key, _) in used().iter().filter(|(_, arguments)| arguments.is_empty()) {
        let (message, attribute) = key.split_once('.').map_or((key.as_str(), None), |(m, a)| (m, Some(a)));
        let attribute = attribute
            .map(|name| ["purpose", "text", "name", "missing"].into_iter().find(|n| *n == name).unwrap());
        let key = attribute.map_or_else(|| Key::of("", message), |name| Key::of("", message).attribute(name));
        for language in Language::ALL {
            let said = key.say(language);
            assert!(!said.trim().is_empty() && said.trim() == said, "{key} in {language:?}");
        }
    }
}

#[test]
fn romanian_and_chinese_are_translated() {
    let english = all_said(Language::En);
    // Words that are the same in both, and letters that are the same in all.
    let same = |key: &str| {
        ["letter-", "two-values"].iter().any(|start| key.starts_with(start) && !key.ends_with(".missing"))
            || ["meeting-coaching", "block-feedback", "side-agent", "template-feedback"].contains(&key)
    };
    for language in [Language::Ro, Language::Zh] {
        for (key, message) in all_said(language) {
            assert!(same(&key) || message.words != english[&key].words, "{key} in {language:?}");
        }
    }
}

#[test]
fn romanian_has_commas_below_and_chinese_has_wide_punctuation() {
    for (key, message) in all_said(Language::Ro) {
        assert!(!message.words.contains(['ş', 'ţ', 'Ş', 'Ţ', '"']), "{key}: {}", message.words);
    }
    for (key, message) in all_said(Language::Zh) {
        assert!(
            !message.words.contains([',', '?', '!', ';', ':', '(', ')', '"']),
            "{key}: {}",
            message.words
        );
    }
}

#[test]
fn chinese_says_ni_and_romanian_asks_politely() {
    for (key, message) in all_said(Language::Zh) {
        assert!(!message.words.contains('您'), "{key}: {}", message.words);
    }
    // Words that address one person familiarly.
    let familiar = ["tu", "ție", "ți", "tău", "ta", "tăi", "tale", "te", "vrei", "ești", "ai"];
    for (key, message) in all_said(Language::Ro) {
        let words: Vec<String> =
            message.words.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
        assert_eq!(
            words.iter().find(|word| familiar.contains(&word.as_str())),
            None,
            "{key}: {}",
            message.words
        );
    }
}

/// A Chinese character is as wide as two others.
fn columns(char: char) -> usize {
    if char >= '\u{2e80}' { 2 } else { 1 }
}

#[test]
fn r22_a_meeting_is_planned_held_moved_or_not_held_and_no_label_cancels_it() {
    for (language, cancel) in std::iter::zip(Language::ALL, ["cancel", "anula", "取消"]) {
        let labels = said(language).remove("labels").unwrap().messages;
        let cancels = labels.values().find(|message| message.words.to_lowercase().contains(cancel));
        assert_eq!(cancels, None);
    }
    let states = [Label::Planned, Label::Held, Label::Moved, Label::MovedLate].map(|l| l.text(Language::En));
    assert_eq!(states, ["Planned", "Held", "Moved", "Moved late"]);
}

#[test]
fn a_label_fits_beside_others_at_the_largest_font() {
    let labels: Vec<String> = CHOICES
        .iter()
        .map(|choice| (*choice).to_owned())
        .chain(Label::ALL.iter().map(|id| id.key().to_string()))
        .collect();
    let fields = FieldId::ALL.iter().map(|id| id.key().to_string());
    for language in Language::ALL {
        let said = all_said(language);
        for key in labels.iter().cloned().chain(fields.clone()) {
            let length: usize = said[&key].words.chars().map(columns).sum();
            assert!(length <= LONGEST, "{key} in {language:?} is {length} wide");
        }
    }
}

#[test]
fn words_are_asked_from_many_threads_at_once() {
    let ask = || (Label::OnThisPhone.text(Language::Ro), Phrase::Days { count: 41 }.text(Language::Ro));
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(ask)).collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), ("Pe acest telefon".to_owned(), "41 de zile".to_owned()));
    }
}

#[test]
fn a_language_is_known_by_its_tag() {
    assert_eq!(Language::ALL.map(|language| Language::parse(language.tag())), Language::ALL.map(Some));
    assert_eq!(Language::parse("de"), None);
}
