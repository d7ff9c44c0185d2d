//! What the proof finds when a net is wrong, and what is sent then.

use automerge::legacy::{ObjectId, OpType};
use automerge::transaction::{Transactable, Transaction};
use automerge::{
    ActorId, Automerge, AutomergeError, Change, ObjType, ROOT, ReadDoc, ScalarValue, TextEncoding,
};

use super::net::{Anchor, Net};
use super::plan::{Fate, Plan};
use super::reading::{Content, Reading};
use super::view::view;
use super::{Drafted, FoldError, FoldFault, Kind, Slot, fold, rebase, verify};

fn write(
    doc: &mut Automerge,
    actor: u8,
    edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
) -> Vec<Change> {
    let before = doc.get_heads();
    doc.set_actor(ActorId::from([actor; 16]));
    let mut tx = doc.transaction();
    edit(&mut tx).expect("the edit is possible");
    tx.commit();
    doc.get_changes(&before)
}

fn wire() -> Automerge {
    let mut doc = Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit);
    write(&mut doc, 1, |tx| {
        let notes = tx.put_object(ROOT, "notes", ObjType::Text)?;
        tx.splice_text(&notes, 0, 0, "abc")
    });
    doc
}

/// Drafts that type, remove and set.
fn drafts(base: &Automerge) -> (Automerge, Vec<Change>) {
    let mut doc = base.clone();
    let notes = doc.get(ROOT, "notes").expect("readable").expect("there").1;
    let mut drafts = write(&mut doc, 2, |tx| tx.splice_text(&notes, 1, 0, "xyz"));
    drafts.extend(write(&mut doc, 2, |tx| tx.splice_text(&notes, 2, 1, "")));
    drafts.extend(write(&mut doc, 2, |tx| tx.put(ROOT, "due", "Friday")));
    drafts.extend(write(&mut doc, 2, |tx| tx.put(ROOT, "due", "Monday")));
    (doc, drafts)
}

fn slot() -> Slot {
    Slot { actor: ActorId::from([3; 16]), seq: 1 }
}

/// Proves a plan that was tampered with.
fn prove(tamper: impl FnOnce(&mut Plan)) -> Result<Net, FoldFault> {
    let base = wire();
    let (_, drafts) = drafts(&base);
    let drafted = Drafted::of(&base, &drafts).expect("the drafts can be read");
    let mut plan = drafted.plan(Kind::Fold).expect("a plan");
    tamper(&mut plan);
    drafted.prove(&plan, Kind::Fold, &Anchor::at_the_end_of(&base, &slot()))
}

#[test]
fn an_honest_net_is_proved() {
    assert!(prove(|_| ()).is_ok());
}

#[test]
fn a_net_without_a_letter_that_shows_is_not_proved() {
    assert!(matches!(prove(|plan| plan.fates[2] = Fate::Gone), Err(FoldFault::DroppedWhatShows)));
}

#[test]
fn a_net_that_puts_a_letter_behind_a_dropped_one_is_not_proved() {
    assert!(matches!(prove(|plan| plan.fates[0] = Fate::Gone), Err(FoldFault::DanglingReference)));
}

#[test]
fn a_net_with_another_letter_is_not_proved() {
    let other = |plan: &mut Plan| plan.chain.links[0].op.action = OpType::Put(ScalarValue::from("q"));
    assert!(matches!(prove(other), Err(FoldFault::SaysOtherwise { .. })));
}

#[test]
fn a_net_with_a_letter_at_another_place_is_not_proved() {
    assert!(matches!(prove(|plan| plan.anchors[2] = None), Err(FoldFault::SaysOtherwise { .. })));
}

#[test]
fn a_net_that_still_holds_a_removed_letter_is_not_proved() {
    let keep_all = |plan: &mut Plan| plan.fates.fill(Fate::Stays);
    assert!(matches!(prove(keep_all), Err(FoldFault::InnerPredecessor)));
}

#[test]
fn when_the_fold_cannot_be_proved_the_concatenation_is_sent_and_told() {
    let base = wire();
    let (doc, drafts) = drafts(&base);
    let drafted = Drafted::of(&base, &drafts).expect("the drafts can be read");
    let anchor = Anchor::at_the_end_of(&base, &slot());

    let folded = drafted.first_that_holds(|plan, kind| match kind {
        Kind::Fold => Err(FoldFault::NotCanonical),
        Kind::Concatenation => drafted.prove(plan, kind, &anchor),
    });

    let folded = folded.expect("the concatenation holds");
    assert!(matches!(folded.fallback, Some(FoldFault::NotCanonical)));
    assert_eq!(folded.changes.iter().map(Change::actor_id).collect::<Vec<_>>(), [&slot().actor]);
    let rebuilt = verify::with_changes(&base, &folded.changes).expect("the net fits");
    assert_eq!(view(&rebuilt).expect("a view"), view(&doc).expect("a view"));
}

#[test]
fn when_nothing_can_be_proved_the_drafts_stay() {
    let base = wire();
    let (_, drafts) = drafts(&base);
    let drafted = Drafted::of(&base, &drafts).expect("the drafts can be read");

    let folded = drafted.first_that_holds(|_, _| panic!("the library gives up"));

    let expected = FoldError::Unproved { fold: FoldFault::Panicked, concatenation: FoldFault::Panicked };
    assert_eq!(folded.map(|_| ()).map_err(|error| error.to_string()), Err(expected.to_string()));
}

#[test]
fn a_draft_on_something_that_the_base_lacks_is_an_error() {
    let base = wire();
    let (_, drafts) = drafts(&base);

    assert!(matches!(
        Drafted::of(&base, &drafts[1..]),
        Err(FoldError::Unreadable(FoldFault::MissingDependency))
    ));
    assert!(matches!(fold(&base, &drafts[1..], &slot()), Err(FoldError::NotOneChain { .. })));
}

fn notes(reading: &mut Reading) -> (ObjectId, &mut Vec<super::reading::Element>) {
    let texts = reading.objects.iter_mut().filter_map(|(object, content)| match content {
        Content::Text { elements, .. } => Some((object.clone(), elements)),
        Content::Map(_) | Content::List(_) => None,
    });
    texts.last().expect("the notes are a text")
}

#[test]
fn a_rebase_that_turned_two_letters_round_is_found() {
    let before = Reading::of(&wire()).expect("readable");
    let mut after = before.clone();
    notes(&mut after).1.swap(0, 2);

    assert!(rebase::holds_the_same(&before, &after).is_ok());
    assert!(matches!(rebase::keeps_the_order(&before, &after), Err(FoldFault::OrderChanged { .. })));
}

#[test]
fn a_rebase_that_lost_a_letter_is_found() {
    let before = Reading::of(&wire()).expect("readable");
    let mut after = before.clone();
    notes(&mut after).1.remove(1);

    assert!(matches!(rebase::holds_the_same(&before, &after), Err(FoldFault::SaysOtherwise { .. })));
}

#[test]
fn a_rebase_that_let_a_mark_of_the_drafts_go_is_found() {
    let before = Reading::of(&wire()).expect("readable");
    let mut drafts = before.clone();
    let marked = [("bold".to_owned(), super::Scalar::Boolean(true))];
    notes(&mut drafts).1[1].marks = std::sync::Arc::new(marked.into());
    let marked = rebase::Marked { before: &before, drafts: &drafts, remote: &before };

    assert!(marked.check(&drafts).is_ok());
    assert!(matches!(marked.check(&before), Err(FoldFault::MarkChanged { .. })));
}
