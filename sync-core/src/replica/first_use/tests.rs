use super::*;
use crate::replica::fixture::{NOW, SERBAN, offline};

#[test]
fn r106_acceptance_is_recorded_with_its_moment_and_language() {
    let serban = offline(SERBAN, &[]);
    assert_eq!(serban.acceptance().unwrap(), None, "the page is shown before first use");

    serban.accept(Language::Ro).unwrap();

    let recorded = Acceptance { at: NOW, language: Language::Ro, is_current: true };
    assert_eq!(serban.acceptance().unwrap(), Some(recorded));
}

#[test]
fn r106_a_page_that_says_something_else_is_shown_once_more() {
    let serban = offline(SERBAN, &[]);
    let before = Stored { at: NOW, language: "zh".into(), digest: [0; 32] };
    let bytes = minicbor::to_vec(&before).unwrap();
    serban.shared.with_desk(|desk| desk.write(vec![Write::Setting(SETTING.into(), Some(bytes))])).unwrap();

    let known = serban.acceptance().unwrap().unwrap();

    assert!(!known.is_current && known.language == Language::Zh);
}
