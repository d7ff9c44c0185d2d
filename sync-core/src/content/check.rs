//! Owns how the check of a goal reads. Which letters are missing is the goal's own rule.

use super::Language;
use super::message::Key;
use crate::coaching::goal_set::Letter;
use serde::Serialize;

/// A letter that a goal lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingView {
    /// The letter itself, the same in all languages.
    pub letter: String,
    /// What it stands for.
    pub name: String,
    /// What the goal does not say yet.
    pub missing: String,
}

/// What a goal lacks, as its screen shows it.
pub fn missing_letters(missing: &[Letter], language: Language) -> Vec<MissingView> {
    let view = |letter: &Letter| MissingView {
        letter: key(*letter).say(language),
        name: key(*letter).attribute("name").say(language),
        missing: key(*letter).attribute("missing").say(language),
    };
    missing.iter().map(view).collect()
}

fn key(letter: Letter) -> Key {
    Key::of("letter-", letter.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::goal_set::NewCommitment;
    use crate::coaching::goal_set::{NewGoal, add_commitment, add_goal, view};
    use crate::coaching::item::Side;
    use crate::document::Document;
    use crate::document::fixture::{this_quarter, two_phones};

    #[test]
    fn r01_a_goal_without_measure_and_date_shows_exactly_m_and_t_in_all_three_languages() {
        let (mut maria, _) = two_phones("goal_set", &this_quarter());
        let (title, why) = ("Apeluri mai scurte".into(), "客户等得太久".into());
        let draft = NewGoal { title, why, measure: None, baseline: None, target: None, due: None };
        let goal = maria.edit(|edit| add_goal(edit, &draft));
        let listen = NewCommitment { side: Side::Leader, text: "listen to two calls".into(), due: None };
        maria.edit(|edit| add_commitment(edit, goal, &listen));

        let missing = &view(Document::of(&maria.doc)).goals[0].missing;
        let said = |language| missing_letters(missing, language);
        for language in Language::ALL {
            assert_eq!(said(language).iter().map(|m| m.letter.as_str()).collect::<Vec<_>>(), ["M", "T"]);
        }
        assert_eq!(said(Language::En)[0].missing, "It does not say yet how you will measure it.");
        assert_eq!(said(Language::Ro)[1].name, "Încadrat în timp");
        assert_eq!(said(Language::Zh)[1].missing, "还没有写什么时候之前完成。");
    }
}
