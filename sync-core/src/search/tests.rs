//! Stories of looking for something in what was written.

use super::*;
use proptest::prelude::*;

fn finds(typed: &str, text: &str) -> bool {
    Query::parse(typed).find(text).is_some()
}

/// The words that are shown bright, as they were written.
fn bright(typed: &str, text: &str) -> Vec<String> {
    let snippet = Query::parse(typed).find(text).unwrap().snippet(text);
    let units: Vec<u16> = snippet.text.encode_utf16().collect();
    let words = snippet.highlights.iter().map(|range| &units[range.start as usize..range.end as usize]);
    words.map(|units| String::from_utf16(units).unwrap()).collect()
}

#[test]
fn r48_romanian_is_found_with_comma_with_cedilla_and_without_marks() {
    let written = ["Șerban a stat la ședință", "Şerban a stat la şedinţă", "Serban a stat la sedinta"];
    for text in written {
        for typed in ["ședință", "şedinţă", "sedinta", "ŞEDINŢĂ", "s\u{326}edint\u{327}a\u{306}"] {
            assert!(finds(typed, text), "{typed} in {text}");
        }
    }
    assert_eq!(bright("sedinta serban", written[0]), ["Șerban", "ședință"]);
}

#[test]
fn r48_chinese_is_found_by_one_character_by_two_and_by_more_wherever_they_stand() {
    let text = "客户很满意,投诉处理得很好";
    for typed in ["好", "客", "满意", "投诉处理", "处理得", "很好 客户"] {
        assert!(finds(typed, text), "{typed}");
    }
    for typed in ["坏", "处很", "投诉很好", "意投"] {
        assert!(!finds(typed, text), "{typed}");
    }
    assert_eq!(bright("很", text), ["很", "很"]);
}

#[test]
fn all_words_must_be_there_and_the_last_one_may_be_only_begun() {
    let text = "Asked an open question about the headset";
    for typed in ["headset", "question open", "an head", "ABOUT  the", "OPEN, question!"] {
        assert!(finds(typed, text), "{typed}");
    }
    for typed in ["quest headset", "headsets", "closed question", "eadset"] {
        assert!(!finds(typed, text), "{typed}");
    }
    assert!(Query::parse("head").find(text).is_some_and(|found| !found.is_whole));
    assert!(Query::parse("headset").find(text).is_some_and(|found| found.is_whole));
}

#[test]
fn what_is_syntax_elsewhere_is_only_signs_between_words_here() {
    for nothing in ["", "  ", "\"", "*", "\"\" ()", "-:^+"] {
        assert!(Query::parse(nothing).is_empty(), "{nothing}");
    }
    for typed in ["NEAR(call, 5", "\"near\" call", "call OR 5", "near* call"] {
        assert!(!finds(typed, "a call of five minutes"), "{typed}");
    }
    assert!(finds("NEAR(call, 5", "near the call: 5 minutes or 6"));
    assert!(finds("a\"b", "b, a"));
}

#[test]
fn a_long_text_is_shown_around_the_first_word_and_no_word_is_cut() {
    let text = format!("{}\nthen Ștefan\nexplained it {}", "long ago ".repeat(20), "again and ".repeat(40));
    let found = Query::parse("stefan").find(&text).unwrap();
    let snippet = found.snippet(&text);
    assert!(snippet.text.starts_with("…long ago") || snippet.text.starts_with("…ago"), "{}", snippet.text);
    assert!(snippet.text.contains("then Ștefan explained it again"));
    assert!(
        snippet.text.ends_with("again…") || snippet.text.ends_with("and…") || snippet.text.ends_with(" …")
    );
    assert_eq!(bright("stefan", &text), ["Ștefan"]);
    assert_eq!(Query::parse("x").find("x").unwrap().snippet("x").text, "x");
}

#[test]
fn a_character_of_two_units_before_it_moves_what_is_bright() {
    assert_eq!(bright("mulțumesc", "🙂🙂 Multumesc 🙂"), ["Multumesc"]);
}

/// What a store reads is what an index lists: an index that lists less would hide what is there.
fn is_listed(query: &Query, text: &str) -> bool {
    let listed = tokens(text);
    query.tokens().iter().all(|token| match token.begun {
        true => listed.iter().any(|word| word.starts_with(&token.word)),
        false => listed.contains(&token.word),
    })
}

proptest! {
    #[test]
    fn whatever_is_found_is_in_the_index_and_nothing_breaks(
        text in "[ a-cșşțA-C\"*.,投诉处理好🙂½ｱ\u{326}\u{3099}]{0,40}",
        typed in "[ a-cșşțA-C\"*.,投诉处理好🙂½ｱ\u{326}\u{3099}]{0,8}",
    ) {
        let query = Query::parse(&typed);
        if let Some(found) = query.find(&text) {
            prop_assert!(is_listed(&query, &text));
            let snippet = found.snippet(&text);
            let length = snippet.text.encode_utf16().count();
            prop_assert!(snippet.highlights.iter().all(|range| range.end as usize <= length));
        }
        prop_assert!(tokens(&text).iter().all(|word| !word.is_empty()));
        prop_assert!(query.tokens().iter().all(|token| token.word.chars().all(char::is_alphanumeric)));
    }

    #[test]
    fn every_word_of_a_text_finds_it(text in "\\PC{0,60}") {
        for word in text.split_whitespace() {
            prop_assert!(finds(word, &text), "{word}");
        }
    }
}
