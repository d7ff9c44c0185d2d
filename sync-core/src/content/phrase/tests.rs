use super::*;

fn days(counts: &[u32], language: Language) -> Vec<String> {
    counts.iter().map(|count| Phrase::Days { count: *count }.text(language)).collect()
}

fn in_all(phrase: Phrase<'_>) -> [String; 3] {
    Language::ALL.map(|language| phrase.text(language))
}

fn third_of_march() -> Day {
    Day::parse("2026-03-03").unwrap()
}

#[test]
fn romanian_has_three_forms_and_chinese_one() {
    let counts = [0, 1, 2, 19, 20, 41, 101, 119, 120];
    assert_eq!(
        days(&counts, Language::Ro),
        [
            "0 zile",
            "1 zi",
            "2 zile",
            "19 zile",
            "20 de zile",
            "41 de zile",
            "101 zile",
            "119 zile",
            "120 de zile"
        ]
    );
    assert_eq!(days(&[0, 1, 2], Language::En), ["0 days", "1 day", "2 days"]);
    assert_eq!(days(&[0, 1, 20], Language::Zh), ["0 天", "1 天", "20 天"]);
}

#[test]
fn names_stand_in_sentences_as_they_are_written() {
    assert_eq!(
        in_all(Phrase::WroteWhileAway { name: "Ioana Țîrlea", lines: 3 }),
        [
            "Ioana Țîrlea wrote 3 lines while you were away",
            "Ioana Țîrlea a scris 3 rânduri cât ați lipsit",
            "你不在的时候，Ioana Țîrlea 写了 3 行",
        ]
    );
    assert_eq!(
        Phrase::RemovedWhileEdited { name: "{ $lines } -> 李娜" }.text(Language::En),
        "{ $lines } -> 李娜 removed this while you edited it"
    );
}

#[test]
fn x3_a_chip_shows_both_days() {
    let day = |text: &str| format::short_day(Day::parse(text).unwrap(), Language::En);
    let (mine, theirs) = (day("2026-03-14"), day("2026-03-21"));
    let chip = Phrase::TwoValues { mine: &mine, theirs: &theirs, name: "Ana" };
    assert_eq!(chip.text(Language::En), "14 Mar (you) · 21 Mar (Ana)");
}

#[test]
fn x9_an_agreement_names_its_version_and_what_changed_since() {
    assert_eq!(
        in_all(Phrase::AgreedToVersion { day: third_of_march(), changes: 2 }),
        [
            "agreed to the version of 3 Mar, 2 changes since",
            "de acord cu versiunea din 03.03, 2 schimbări de atunci",
            "已同意 3月3日 的版本，之后有 2 处改动",
        ]
    );
    let unchanged = Phrase::AgreedToVersion { day: third_of_march(), changes: 0 };
    assert_eq!(unchanged.text(Language::En), "agreed to the version of 3 Mar");
}

#[test]
fn r49_an_acknowledgement_says_before_how_many_changes_it_was() {
    assert_eq!(Phrase::AcknowledgedBefore { changes: 2 }.text(Language::En), "acknowledged before 2 changes");
    assert_eq!(
        Phrase::AcknowledgedBefore { changes: 1 }.text(Language::Ro),
        "confirmat înainte de 1 schimbare"
    );
}

#[test]
fn r07_the_overview_says_who_read_the_standard_and_asked() {
    let read = Phrase::VersionWasRead { read: 10, all: 12, day: third_of_march(), asked: 1 };
    assert_eq!(
        in_all(read),
        [
            "10 of 12 read the version of 3 Mar, 1 asked a question",
            "versiunea din 03.03 a fost citită de 10 din 12, 1 întrebare",
            "12 人中有 10 人看过 3月3日 的版本，1 人提了问题",
        ]
    );
}

#[test]
fn r21_a_second_meeting_in_the_same_half_hour_names_the_other() {
    for said in in_all(Phrase::SecondAway { name: "Răzvan Ilie", limit: 1 }) {
        assert!(said.contains("Răzvan Ilie") && said.contains('1'), "{said}");
    }
}

#[test]
fn r46_a_share_has_the_percent_sign_of_its_language() {
    assert_eq!(
        in_all(Phrase::NextStepsByAgents { percent: Percent(58) }),
        [
            "58% of next steps were proposed by agents",
            "58\u{a0}% din pașii următori au fost propuși de agenți",
            "下一步中有 58% 由客服提出",
        ]
    );
}
