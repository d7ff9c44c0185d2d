//! Owns changes that are the same on every phone of a person that makes them, so that what they copy on two of their phones, before
//! these have met, is there once, and what was written in the copy meanwhile is written in the same one.
//!
//! Such changes stand right on the first changes of their document, one behind the other: a long copy is cut as a long fold is, so
//! that the gate takes each. Their authors, and the ids in them, follow from what they say and whose copy it is: the same words make the
//! same bytes, and other words, also those of another version of the app, other authors and other ids. Each has an author of its own:
//! one phone may send the first and another phone the rest. Who else knows the words knows these authors too, and is not let in under them
//! ([`ActorId::may_be_of`]).

use super::HistoryError;
use crate::coaching::Kind;
use crate::document::{Edit, EditError, Writer, crdt_actor, create, edit};
use crate::fold::{Slot, fold};
use crate::ids::{ActorId, PersonId, derive};
use crate::key::NaturalKey;
use crate::time::Timestamp;
use crate::wire::APP_SCHEMA;
use automerge::Change;
use automerge::legacy::{ElementId, Key, ObjectId, OpId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::BTreeSet;

/// Whose name the changes have before it is known what they say.
const NOBODY: ActorId = ActorId::from_bytes([0; 16]);
/// Who makes the edit that they are cut from.
const DRAFT: ActorId = ActorId::from_bytes([1; 16]);

/// What this edit makes of a document of this kind with this key in which there is nothing yet; no change if it makes nothing. It sees
/// the beginning of time as now.
pub fn alike<T>(
    kind: Kind,
    key: &NaturalKey,
    person: PersonId,
    make: impl Fn(&mut Edit<'_>) -> Result<T, EditError>,
) -> Result<Vec<Change>, HistoryError> {
    let nameless = written([0; 16], kind, key, person, &make)?;
    // It names those before it.
    let Some(last) = nameless.last() else { return Ok(Vec::new()) };
    let name = derive("floorwalk/alike/2", &[last.raw_bytes()]);
    let author = |number: u64| {
        let words = derive("floorwalk/alike-author/1", &[&name, &number.to_be_bytes()]);
        ActorId::worked_out(person, words)
    };
    Ok(signed(written(name, kind, key, person, &make)?, author))
}

fn written<T>(
    name: [u8; 16],
    kind: Kind,
    key: &NaturalKey,
    person: PersonId,
    make: &impl Fn(&mut Edit<'_>) -> Result<T, EditError>,
) -> Result<Vec<Change>, HistoryError> {
    let base = create(kind, key, APP_SCHEMA, DRAFT)
        .expect("the first changes of a document apply: each is made on those before it");
    let mut doc = base.clone();
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(&name);
    let mut rng = StdRng::from_seed(seed);
    let mut writer = Writer { person, now: Timestamp(0), rng: &mut rng };
    let (_, draft) = edit(&mut doc, &mut writer, make)?;
    let Some(draft) = draft else { return Ok(Vec::new()) };
    Ok(fold(&base, &[draft], &Slot { actor: crdt_actor(NOBODY), seq: 1 })?.changes)
}

/// Nobody's changes, each under an author of its own.
fn signed(changes: Vec<Change>, author: impl Fn(u64) -> ActorId) -> Vec<Change> {
    let numbered = changes.iter().zip(0..);
    let authors: Vec<_> =
        numbered.map(|(c, number)| (c.start_op().get(), crdt_actor(author(number)))).collect();
    let nobody = crdt_actor(NOBODY);
    let renamed = |id: &OpId| {
        let of_change = authors.iter().rev().find(|(start, _)| *start <= id.0 && id.1 == nobody);
        OpId(id.0, of_change.map_or(&id.1, |(_, author)| author).clone())
    };
    let mut signed: Vec<Change> = Vec::new();
    for (change, (_, author)) in changes.iter().zip(&authors) {
        let mut change = change.decode();
        for op in &mut change.operations {
            if let ObjectId::Id(id) = &op.obj {
                op.obj = ObjectId::Id(renamed(id));
            }
            if let Key::Seq(ElementId::Id(id)) = &op.key {
                op.key = Key::Seq(ElementId::Id(renamed(id)));
            }
            let replaced: BTreeSet<OpId> = op.pred.iter().map(&renamed).collect();
            op.pred = replaced.into_iter().collect::<Vec<_>>().into();
        }
        (change.actor_id, change.seq, change.hash) = (author.clone(), 1, None);
        if let Some(before) = signed.last() {
            change.deps = vec![before.hash()];
        }
        signed.push(Change::from(change));
    }
    signed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::goal_set::{self, NewGoal};
    use crate::document::fixture::{Phone, person, sync, this_quarter};
    use crate::document::{Document, ITEM_TEXT_LIMIT, Splice, apply};
    use crate::gate;

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

    fn copied_by(number: u8, title: &str) -> Change {
        let kind = Kind::of(&goal_set::SPEC);
        let made =
            alike(kind, &this_quarter(), person(number), |edit| goal_set::add_goal(edit, &goal(title)));
        let [change] = &made.unwrap()[..] else { panic!("a short copy is one change") };
        change.clone()
    }

    fn copied(title: &str) -> Change {
        copied_by(2, title)
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
    fn the_same_words_of_two_people_are_two_copies_and_nobody_may_write_as_the_other() {
        let author = |number| ActorId::from_slice(copied_by(number, "one").actor_id().to_bytes()).unwrap();
        let (one, other) = (author(2), author(3));
        assert_ne!(one, other);
        assert!(one.may_be_of(person(2)) && !one.may_be_of(person(3)));
        assert!(other.may_be_of(person(3)) && !other.may_be_of(person(2)));
    }

    #[test]
    fn a_long_copy_is_several_changes_that_each_pass_and_say_the_same() {
        let kind = Kind::of(&goal_set::SPEC);
        let whys: Vec<_> = (0..6).map(|number| format!("{number}").repeat(ITEM_TEXT_LIMIT)).collect();
        let made = alike(kind, &this_quarter(), person(2), |edit| {
            whys.iter().try_for_each(|why| {
                goal_set::add_goal(edit, &NewGoal { why: why.clone(), ..goal("long") }).map(drop)
            })
        });
        let made = made.unwrap();
        assert!(made.len() > 2);
        let authors: BTreeSet<_> = made.iter().map(|change| change.actor_id().clone()).collect();
        assert_eq!(authors.len(), made.len(), "any of them can be sent by another phone than the one before");
        for change in &made {
            gate::read(change.raw_bytes()).unwrap();
        }

        let mut phone = Phone::new(1, "goal_set", &this_quarter());
        phone.doc = apply(std::mem::take(&mut phone.doc), made).unwrap();
        let goals = goal_set::view(Document::of(&phone.doc)).goals;
        assert_eq!(goals.into_iter().map(|goal| goal.why).collect::<Vec<_>>(), whys);
    }

    #[test]
    fn what_says_nothing_is_no_change() {
        let kind = Kind::of(&goal_set::SPEC);
        assert_eq!(alike(kind, &this_quarter(), person(2), |_| Ok(())).unwrap().len(), 0);
    }
}
