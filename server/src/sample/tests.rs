//! What must hold of the sample before it meets a database.

use super::cast::Cast;
use super::numbers::numbers;
use super::words::Words;
use super::writing::Written;
use super::year::year;
use super::*;
use std::collections::BTreeSet;
use sync_core::content::Language;
use sync_core::document::LABEL_LIMIT;

fn settings(seed: u64, weeks: u16) -> Settings {
    Settings { seed, until: Day::parse("2026-09-30").unwrap(), weeks }
}

fn written(seed: u64, weeks: u16) -> Written {
    let cast = Cast::of_seed(seed);
    Written::of(cast.org, seed, &year(&cast, settings(seed, weeks))).unwrap()
}

#[test]
fn a_seed_gives_the_same_year_again_and_another_seed_another_one() {
    assert!(written(7, 3).pushes() == written(7, 3).pushes());
    assert!(written(7, 3).pushes() != written(8, 3).pushes());
    let rows = |seed| numbers(&Cast::of_seed(7), settings(seed, 3));
    assert!(rows(7) == rows(7) && rows(7) != rows(8));
}

#[test]
fn nothing_is_pushed_before_what_it_builds_on() {
    let mut known = BTreeSet::new();
    for push in written(1, 6).pushes() {
        for document in &push.documents {
            let create = document.create.as_ref().unwrap();
            let kind = sync_core::coaching::Kind::parse(&create.kind).unwrap();
            known.insert(sync_core::document::genesis(kind, &create.key).hash());
            for bytes in &document.changes {
                let change = automerge::Change::from_bytes(bytes.to_vec()).unwrap();
                assert!(change.deps().iter().all(|dep| known.contains(dep)), "{}", create.kind);
                known.insert(change.hash());
            }
        }
    }
}

#[test]
fn every_language_has_sentences_for_every_place_and_none_is_too_long_for_a_label() {
    let words = Words::new();
    let sections = |language| words.bank(language).keys().copied().collect::<BTreeSet<_>>();
    assert_eq!(sections(Language::En), sections(Language::Ro));
    assert_eq!(sections(Language::En), sections(Language::Zh));
    for language in [Language::En, Language::Ro, Language::Zh] {
        for label in
            ["goal_csat", "goal_fcr", "goal_quality", "goal_behaviour", "bring", "arrangement", "plan"]
        {
            assert!(words.of(language, label).iter().all(|text| text.chars().count() <= LABEL_LIMIT));
        }
    }
}
