use super::*;
use crate::coaching::chance::{acts, kinds, play};
use crate::coaching::meeting;
use crate::document::fixture::{Phone, wednesday};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn both_halves_of_the_entry_of_every_kind_are_read_back(acts in acts()) {
        for (kind, key, verbs) in kinds() {
            let (one, _) = play(kind, &key, verbs, &acts, 5);
            let entry = Entry::of(Kind::parse(kind).unwrap(), Document::of(&one.doc));
            let bytes = entry.to_bytes();
            prop_assert_eq!(Entry::summary_in(&bytes), Some(entry.summary));
            prop_assert_eq!(Entry::facts_in(&bytes), entry.facts);
        }
    }

    #[test]
    fn bytes_of_another_version_are_no_entry_and_never_end_the_process(bytes in any::<Vec<u8>>()) {
        prop_assert_eq!((Entry::summary_in(&bytes), Entry::facts_in(&bytes)), (None, None));
    }
}

#[test]
fn an_entry_of_another_version_of_either_half_is_made_anew() {
    let phone = Phone::new(1, "meeting", &wednesday());
    let entry = Entry::of(Kind::of(&meeting::SPEC), Document::of(&phone.doc));
    let (summary, facts) = (entry.summary.to_bytes(), entry.facts.as_ref().map(Facts::to_bytes));
    for versions in [(SUMMARY_VERSION + 1, facts::VERSION), (SUMMARY_VERSION, facts::VERSION + 1)] {
        let row = Row { versions, summary: &summary, facts: facts.as_deref() };
        let bytes = minicbor::to_vec(&row).unwrap();
        assert_eq!((Entry::summary_in(&bytes), Entry::facts_in(&bytes)), (None, None), "{versions:?}");
    }
    assert_eq!(Entry::summary_in(&summary), None, "what rows held before there were entries");
}
