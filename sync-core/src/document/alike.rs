//! Owns changes that are the same on every phone that makes them, so that what somebody copies on two of their phones, before these
//! have met, is there once, and what was written in the copy meanwhile is written in the same one.
//!
//! Such a change stands right on the first changes of its document. Its author, and the ids in it, follow from what it says: the
//! same words make the same bytes, and other words, also those of another version of the app, another author and other ids.

use super::{Edit, EditError, Writer, create, edit};
use crate::coaching::Kind;
use crate::ids::{ActorId, PersonId, derive};
use crate::key::NaturalKey;
use crate::time::Timestamp;
use crate::wire::APP_SCHEMA;
use automerge::Change;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// Whose name a change has before it is known what it says.
const NOBODY: [u8; 16] = [0; 16];

/// What this edit makes of a document of this kind with this key in which there is nothing yet; none if it makes nothing. It sees
/// the beginning of time as now.
pub fn alike<T>(
    kind: Kind,
    key: &NaturalKey,
    person: PersonId,
    make: impl Fn(&mut Edit<'_>) -> Result<T, EditError>,
) -> Result<Option<Change>, EditError> {
    let Some(nameless) = named(NOBODY, kind, key, person, &make)? else { return Ok(None) };
    let name = derive("floorwalk/alike/1", &[nameless.raw_bytes()]);
    named(name, kind, key, person, &make)
}

fn named<T>(
    name: [u8; 16],
    kind: Kind,
    key: &NaturalKey,
    person: PersonId,
    make: &impl Fn(&mut Edit<'_>) -> Result<T, EditError>,
) -> Result<Option<Change>, EditError> {
    let mut doc = create(kind, key, APP_SCHEMA, ActorId::from_bytes(name))
        .expect("the first changes of a document apply: each is made on those before it");
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(&name);
    let mut rng = StdRng::from_seed(seed);
    let mut writer = Writer { person, now: Timestamp(0), rng: &mut rng };
    edit(&mut doc, &mut writer, make).map(|(_, change)| change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::goal_set::{self, NewGoal};
    use crate::document::fixture::{Phone, person, sync, this_quarter};
    use crate::document::{Document, Splice, apply};

    fn goal(title: &str) -> NewGoal {
        NewGoal {
            title: title.into(),
            why: "because".into(),
            measure: None,
            baseline: None,
            target: None,
            due: None,
        }
    }

    fn copied(title: &str) -> Change {
        let kind = Kind::of(&goal_set::SPEC);
        let made = alike(kind, &this_quarter(), person(2), |edit| goal_set::add_goal(edit, &goal(title)));
        made.unwrap().unwrap()
    }

    #[test]
    fn what_two_phones_copy_before_they_meet_is_there_once_with_what_both_wrote_in_it() {
        let mut phones = [1, 3].map(|number| Phone::new(number, "goal_set", &this_quarter()));
        for phone in &mut phones {
            phone.edit(|edit| goal_set::add_goal(edit, &goal("own")));
            phone.doc = apply(std::mem::take(&mut phone.doc), vec![copied("the same")]).unwrap();
            let seen = goal_set::view(Document::of(&phone.doc));
            let same = seen.goals.iter().find(|goal| goal.title == "the same").unwrap().id;
            phone.edit(|edit| goal_set::edit_why(edit, same, &Splice::insert(0, "x")));
        }
        let [mut one, mut two] = phones;
        sync(&mut one, &mut two);

        let goals = goal_set::view(Document::of(&one.doc)).goals;
        let same: Vec<_> = goals.iter().filter(|goal| goal.title == "the same").collect();
        assert_eq!(same.len(), 1);
        assert_eq!(same[0].why, "xxbecause");
        assert_eq!(goals.len(), 3);
    }

    #[test]
    fn other_words_are_another_item_by_another_author() {
        let (one, other) = (copied("one"), copied("other"));
        assert_eq!(one.raw_bytes(), copied("one").raw_bytes());
        assert_ne!(one.actor_id(), other.actor_id());
        let mut phone = Phone::new(1, "goal_set", &this_quarter());
        phone.doc = apply(std::mem::take(&mut phone.doc), vec![one, other]).unwrap();
        assert_eq!(goal_set::view(Document::of(&phone.doc)).goals.len(), 2);
    }

    #[test]
    fn what_says_nothing_is_no_change() {
        let kind = Kind::of(&goal_set::SPEC);
        assert!(alike(kind, &this_quarter(), person(2), |_| Ok(())).unwrap().is_none());
    }
}
