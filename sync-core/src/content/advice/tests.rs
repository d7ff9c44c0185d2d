use super::*;

fn words(text: &str) -> Vec<String> {
    advise(text, Language::En).into_iter().map(|advice| advice.word).collect()
}

/// What stands at the range, cut as a phone cuts it.
fn cut(text: &str, range: &Range<u32>) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(&units[range.start as usize..range.end as usize]).unwrap()
}

#[test]
fn r43_lazy_lenes_and_lan_get_a_suggestion_whoever_writes_them() {
    for writer in Language::ALL {
        for (text, word) in [("He is lazy.", "lazy"), ("E leneș azi", "leneș"), ("他有点懒。", "懒")]
        {
            let found = advise(text, writer);
            assert_eq!(found.len(), 1, "{text} by {writer:?}");
            assert_eq!((found[0].word.as_str(), found[0].suggestion), (word, Suggestion::Effort));
            assert!(!found[0].suggestion.text(writer).is_empty());
        }
    }
}

#[test]
fn r43_romanian_forms_are_found_with_comma_cedilla_and_without_marks() {
    for word in ["leneș", "leneşă", "lenesa", "LENEȘII", "leneşilor", "lenes\u{326}", "Lenes\u{327}a\u{306}"]
    {
        assert_eq!(words(&format!("este {word}, cred")), [word]);
    }
    for word in ["neserioasă", "proști", "prosti", "tâmpită", "tampita", "arogantul", "mincinoasă"] {
        assert_eq!(words(word), [word]);
    }
}

#[test]
fn r43_people_mix_languages_in_one_sentence() {
    let text = "王伟 is LAZY和自私, iar șeful e obraznic.";
    assert_eq!(words(text), ["LAZY", "自私", "obraznic"]);
    assert_eq!(words("她很lazy啊"), ["lazy"]);
}

#[test]
fn r43_ranges_count_as_phones_count() {
    let text = "🙂 „lenes\u{326}”, lazy, 𠮷懒🙂";
    let found = advise(text, Language::Ro);
    assert_eq!(found.iter().map(|advice| advice.range.clone()).collect::<Vec<_>>(), [4..10, 13..17, 21..22]);
    for advice in found {
        assert_eq!(cut(text, &advice.range), advice.word);
    }
}

#[test]
fn r43_words_that_only_look_like_it_are_left_alone() {
    for text in [
        "",
        "glazy",
        "lazybirds",
        "lenjerie",
        "las telefonul, râul, rău",
        "伸懒腰",
        "耳机太笨重",
        "投诉来自大客户",
        "我无能为力",
        "She answered three calls and asked before transferring.",
        "A răspuns la trei apeluri și a întrebat înainte de transfer.",
        "她接了三通电话，转接之前先问了客户。",
    ] {
        assert_eq!(words(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(words("伸懒腰之后还是懒"), ["懒"]);
}

#[test]
fn r43_the_longest_word_is_the_one_that_is_named() {
    assert_eq!(words("真懒惰，没有责任心"), ["懒惰", "没有责任心"]);
}

#[test]
fn r43_a_word_that_means_something_else_in_another_language_is_its_writers() {
    let text = "Are rude la spital.";
    assert_eq!(advise(text, Language::Ro), []);
    assert_eq!(advise("He was rude.", Language::En)[0].suggestion, Suggestion::Attitude);
}

#[test]
fn r43_our_own_words_pass_their_own_check() {
    use crate::content::message::files;
    for language in Language::ALL {
        for (theme, text) in files(language) {
            assert_eq!(advise(text, language), [], "{theme} in {language:?}");
        }
    }
}

#[test]
fn every_line_of_the_lists_has_a_group_that_exists_and_no_word_twice() {
    for language in Language::ALL {
        let lines = file(language).lines().filter(|line| !line.starts_with('#'));
        let mut seen = std::collections::BTreeSet::new();
        for (group, words) in lines.map(|line| line.split_once(": ").unwrap()) {
            assert!(Suggestion::parse(group).is_some() || group == "fine", "{group}");
            for word in words.split(' ') {
                let (plain, sign): (String, _) = (plain(word.chars()).collect(), word.ends_with(['*', '~']));
                assert!(!plain.is_empty() && seen.insert((plain, sign)), "{word} in {language:?}");
            }
        }
    }
}
