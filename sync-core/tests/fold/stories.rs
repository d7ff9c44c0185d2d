//! One short story for each rule of the fold.

use automerge::legacy::OpType;
use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::{Transactable, Transaction};
use automerge::{
    ActorId, Automerge, AutomergeError, Change, ObjId, ObjType, Prop, ROOT, ReadDoc, ScalarValue,
    TextEncoding, Value,
};
use sync_core::fold::{FoldError, LeftOut, MAX_NET_BYTES, Scalar, Slot, fold, fold_without, rebase};

use crate::check::{Fold, bytes, reloaded, replayed, same, with};

const PHONE: &str = "phone-draft-----";
const COLLEAGUE: &str = "colleague-------";

/// A document on the wire with a text, a list, a map and a counter.
fn wire() -> Automerge {
    let mut doc = Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit);
    write(&mut doc, "genesis---------", |tx| {
        let notes = tx.put_object(ROOT, "notes", ObjType::Text)?;
        tx.splice_text(&notes, 0, 0, "Agreed: call on Monday.")?;
        let steps = tx.put_object(ROOT, "steps", ObjType::List)?;
        tx.splice(&steps, 0, 0, [ScalarValue::from("first"), ScalarValue::from("second")])?;
        tx.put_object(ROOT, "walk", ObjType::Map)?;
        tx.put(ROOT, "visits", ScalarValue::counter(3))?;
        tx.put(ROOT, "due", "Friday")
    });
    doc
}

/// Makes one change.
fn write(
    doc: &mut Automerge,
    actor: &str,
    edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
) -> Vec<Change> {
    let before = doc.get_heads();
    doc.set_actor(ActorId::from(actor.as_bytes()));
    let mut tx = doc.transaction();
    edit(&mut tx).expect("the edit is possible");
    tx.commit();
    doc.get_changes(&before)
}

fn object(doc: &impl ReadDoc, key: &str) -> ObjId {
    doc.get(ROOT, key).expect("the key can be read").expect("the key is there").1
}

fn slot(actor: &str) -> Slot {
    Slot { actor: ActorId::from(actor.as_bytes()), seq: 1 }
}

fn session() -> Slot {
    slot("phone-session---")
}

fn text(doc: &Automerge) -> String {
    doc.text(object(doc, "notes")).expect("the notes are a text")
}

fn splice(tx: &mut Transaction<'_>, at: usize, delete: isize, words: &str) -> Result<(), AutomergeError> {
    let notes = object(tx, "notes");
    tx.splice_text(notes, at, delete, words)
}

/// A phone with drafts on a wire document.
struct Phone {
    base: Automerge,
    doc: Automerge,
    drafts: Vec<Change>,
}

impl Phone {
    fn on(base: Automerge) -> Self {
        Self { doc: base.clone(), base, drafts: Vec::new() }
    }

    fn edits(&mut self, edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>) {
        let drafts = write(&mut self.doc, PHONE, edit);
        self.drafts.extend(drafts);
    }

    /// Folds, checks that the net says what the drafts said, and gives its changes.
    #[track_caller]
    fn folds(&self) -> Vec<Change> {
        let folded = fold(&self.base, &self.drafts, &session()).expect("the drafts can be folded");
        assert!(folded.fallback.is_none(), "{:?}", folded.fallback);
        let found = Fold { base: &self.base, drafted: &self.doc, drafts: &self.drafts, folded: &folded };
        assert_eq!(found.says_the_same(), Ok(()));
        assert_eq!(found.hides_draft_actors(), Ok(()));
        found.cursors_are_exact().expect("cursors stay where they were");
        folded.changes
    }
}

fn operations(changes: &[Change]) -> usize {
    changes.iter().map(Change::len).sum()
}

#[track_caller]
fn assert_in_no_byte(changes: &[Change], words: &str) {
    let found =
        |change: &Change| change.raw_bytes().windows(words.len()).any(|window| window == words.as_bytes());
    assert!(!changes.iter().any(found), "{words} left the phone");
}

#[test]
fn many_drafts_become_one_change_that_says_the_same() {
    let mut phone = Phone::on(wire());
    for (at, letter) in "Să vorbim 客户 🙂".chars().rev().enumerate() {
        phone.edits(|tx| splice(tx, 7, 0, &letter.to_string()));
        phone.edits(|tx| tx.put(ROOT, "due", at as i64));
    }

    let net = phone.folds();

    assert_eq!(net.len(), 1);
    assert_eq!(net[0].seq(), 1);
    assert_eq!(net[0].actor_id(), &session().actor);
    assert_eq!(operations(&net), 15);
}

#[test]
fn what_was_typed_and_removed_is_in_no_byte_of_the_net() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| splice(tx, 8, 0, "QQQQ he is hopeless "));
    phone.edits(|tx| splice(tx, 8, 5, ""));
    phone.edits(|tx| tx.put(ROOT, "ZZZZ", "XXXX"));
    phone.edits(|tx| tx.delete(ROOT, "ZZZZ"));
    phone.edits(|tx| tx.put(ROOT, "due", "WWWW"));
    phone.edits(|tx| tx.put(ROOT, "due", "Monday"));

    let net = phone.folds();

    for removed in ["Q", "ZZZZ", "XXXX", "WWWW"] {
        assert_in_no_byte(&net, removed);
    }
}

#[test]
fn drafts_that_cancel_each_other_out_send_nothing() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| splice(tx, 0, 0, "wrong "));
    phone.edits(|tx| tx.increment(ROOT, "visits", 2));
    phone.edits(|tx| splice(tx, 0, 6, ""));
    phone.edits(|tx| tx.increment(ROOT, "visits", -2));

    assert_eq!(phone.folds(), []);
}

#[test]
fn words_typed_into_a_removed_sentence_stay_where_they_stood() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| splice(tx, 8, 0, "one two three "));
    phone.edits(|tx| splice(tx, 12, 0, "KEPT "));
    phone.edits(|tx| splice(tx, 17, 10, ""));
    phone.edits(|tx| splice(tx, 8, 4, ""));

    let net = phone.folds();

    assert_eq!(text(&with(&phone.base, &net)), "Agreed: KEPT call on Monday.");
}

#[test]
fn a_letter_put_in_front_of_a_removed_one_stays_in_front_of_what_followed_it() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| splice(tx, 8, 0, "x"));
    phone.edits(|tx| splice(tx, 8, 0, "y"));
    phone.edits(|tx| splice(tx, 10, 0, "z"));
    phone.edits(|tx| splice(tx, 9, 1, ""));

    let net = phone.folds();

    assert_eq!(text(&with(&phone.base, &net)), "Agreed: yzcall on Monday.");
}

#[test]
fn an_item_that_was_set_again_travels_as_if_it_had_been_so_from_the_start() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| {
        let steps = object(tx, "steps");
        let old = tx.insert_object(&steps, 1, ObjType::Map)?;
        tx.put(&old, "VVVV", "VVVV")
    });
    phone.edits(|tx| {
        let steps = object(tx, "steps");
        let new = tx.put_object(&steps, 1, ObjType::Map)?;
        tx.put(&new, "aim", "better openings")
    });

    let net = phone.folds();

    assert_eq!(operations(&net), 2);
    assert_in_no_byte(&net, "VVVV");
}

#[test]
fn a_link_that_was_set_and_removed_leaves_neither_address_nor_name() {
    let mut phone = Phone::on(wire());
    let link = |value: &str| Mark::new("comment:77".to_owned(), value.to_owned(), 0, 6);
    phone.edits(|tx| tx.mark(object(tx, "notes"), link("he lied"), ExpandMark::Both));
    phone.edits(|tx| tx.unmark(object(tx, "notes"), "comment:77", 0, 6, ExpandMark::Both));

    assert_eq!(phone.folds(), []);
}

#[test]
fn the_removal_of_a_mark_that_others_have_travels() {
    let mut base = wire();
    write(&mut base, COLLEAGUE, |tx| {
        tx.mark(object(tx, "notes"), Mark::new("bold".to_owned(), true, 0, 6), ExpandMark::None)
    });
    let mut phone = Phone::on(base);
    phone.edits(|tx| tx.unmark(object(tx, "notes"), "bold", 0, 6, ExpandMark::None));

    let net = phone.folds();

    let doc = with(&phone.base, &net);
    assert_eq!(doc.marks(object(&doc, "notes")).expect("marks"), []);
}

#[test]
fn blocks_that_were_split_joined_and_changed_fold_to_the_last_state() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| {
        let block = tx.split_block(object(tx, "notes"), 8)?;
        tx.put(&block, "type", "heading")
    });
    phone.edits(|tx| {
        let block = tx.split_block(object(tx, "notes"), 0)?;
        tx.put(&block, "type", "UUUU")
    });
    phone.edits(|tx| tx.join_block(object(tx, "notes"), 0));
    phone.edits(|tx| {
        let block = tx.replace_block(object(tx, "notes"), 8)?;
        tx.put(&block, "type", "paragraph")
    });

    let net = phone.folds();

    assert_eq!(operations(&net), 2);
    assert_in_no_byte(&net, "UUUU");
}

#[test]
fn counting_is_added_up() {
    let mut phone = Phone::on(wire());
    for by in [5, -2, 1] {
        phone.edits(|tx| tx.increment(ROOT, "visits", by));
    }
    phone.edits(|tx| tx.put(ROOT, "calls", ScalarValue::counter(1)));
    for by in [10, 20] {
        phone.edits(|tx| tx.increment(ROOT, "calls", by));
    }

    let net = phone.folds();

    assert_eq!(operations(&net), 2);
    let doc = with(&phone.base, &net);
    let value = |key: &str| doc.get(ROOT, key).expect("readable").expect("there").0.as_i64();
    assert_eq!((value("visits"), value("calls")), (Some(7), Some(31)));
}

/// One colleague started a counter, another one knew nothing of it and started their own. The draft
/// replaced the first; counting beside the second hides the draft, and must not bring the first back.
#[test]
fn counting_beside_a_conflict_hides_the_draft_and_brings_nothing_back() {
    let genesis = wire();
    let mut base = genesis.clone();
    write(&mut base, COLLEAGUE, |tx| tx.put(ROOT, "calls", ScalarValue::counter(7)));
    let mut other = genesis;
    write(&mut other, "other-colleague-", |tx| tx.put(ROOT, "calls", ScalarValue::counter(100)));
    let mut phone = Phone::on(base.clone());
    phone.edits(|tx| tx.put(ROOT, "calls", "TTTT"));
    let mut onto = base;
    onto.merge(&mut other).expect("the other colleague's changes fit");
    let drafts = rebase(&phone.base, &phone.drafts, &onto, &slot(PHONE)).expect("a rebase").changes;
    let mut phone = Phone { doc: with(&onto, &drafts), base: onto, drafts };
    phone.edits(|tx| tx.increment(ROOT, "calls", 1));

    let net = phone.folds();

    assert_in_no_byte(&net, "TTTT");
    let doc = with(&phone.base, &net);
    let values = doc.get_all(ROOT, "calls").expect("readable");
    assert_eq!(values.iter().map(|(value, _)| value.as_i64()).collect::<Vec<_>>(), [Some(101)]);
}

#[test]
fn the_same_drafts_fold_to_the_same_bytes_on_every_device() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| splice(tx, 3, 2, "ședință"));
    phone.edits(|tx| tx.put(ROOT, "due", "Monday"));

    let here = phone.folds();
    let there = fold(&reloaded(&replayed(&phone.base)), &phone.drafts, &session()).expect("a fold").changes;

    assert_eq!(bytes(&here), bytes(&there));
}

#[test]
fn a_long_paste_is_cut_into_changes_that_a_slow_uplink_can_carry() {
    let mut phone = Phone::on(wire());
    let paste: String = (0..2_001).map(|at| char::from(b'a' + (at * at % 26) as u8)).collect();
    phone.edits(|tx| splice(tx, 8, 0, &paste));
    phone.edits(|tx| {
        let notes = object(tx, "notes");
        let remark =
            |at: usize| Mark::new(format!("comment:{at}"), paste[at..at + 400].to_owned(), at, at + 5);
        (0..200).try_for_each(|at| tx.mark(&notes, remark(at * 8), ExpandMark::After))
    });

    let net = phone.folds();

    assert!(net.len() > 2, "{} changes", net.len());
    for (before, after) in net.iter().zip(&net[1..]) {
        assert_eq!(after.deps(), [before.hash()]);
        assert_eq!((after.seq(), after.start_op().get()), (before.seq() + 1, before.max_op() + 1));
    }
    let starts_in_a_mark =
        |change: &Change| matches!(change.decode().operations[0].action, OpType::MarkEnd(_));
    assert!(!net.iter().any(starts_in_a_mark));
    for end in 0..=net.len() {
        let part = with(&phone.base, &net[..end]);
        assert!(net[..end].iter().all(|change| change.raw_bytes().len() <= MAX_NET_BYTES));
        assert_eq!(same(&text(&part), &text(&reloaded(&part))), Ok(()));
    }
}

#[test]
fn drafts_that_do_not_follow_each_other_are_not_folded() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| splice(tx, 0, 0, "one"));
    phone.edits(|tx| splice(tx, 0, 0, "two"));

    let gap = fold(&phone.base, &phone.drafts[1..], &session());

    assert!(matches!(gap, Err(FoldError::NotOneChain { change }) if change == phone.drafts[1].hash()));
}

#[test]
fn a_rebase_puts_the_drafts_first_where_both_wrote_and_shows_both_values() {
    let base = wire();
    let mut phone = Phone::on(base.clone());
    phone.edits(|tx| splice(tx, 8, 0, "MINE "));
    phone.edits(|tx| tx.put(ROOT, "due", "Monday"));
    let mut onto = base;
    write(&mut onto, COLLEAGUE, |tx| {
        splice(tx, 8, 0, "THEIRS THAT IS LONGER ")?;
        tx.put(ROOT, "due", "Sunday")
    });

    let rebased = rebase(&phone.base, &phone.drafts, &onto, &slot("draft-after-pull")).expect("a rebase");

    assert!(rebased.fallback.is_none());
    let doc = with(&onto, &rebased.changes);
    assert_eq!(text(&doc), "Agreed: MINE THEIRS THAT IS LONGER call on Monday.");
    let values = doc.get_all(ROOT, "due").expect("readable");
    let values: Vec<_> = values.iter().filter_map(|(value, _)| value.as_str()).collect();
    assert_eq!(values, ["Sunday", "Monday"]);
}

#[test]
fn edits_on_a_rebased_draft_fold_without_moving_anything() {
    let base = wire();
    let mut phone = Phone::on(base.clone());
    phone.edits(|tx| splice(tx, 8, 0, "wrong right "));
    let mut onto = base;
    write(&mut onto, COLLEAGUE, |tx| splice(tx, 8, 0, "theirs "));
    let drafts =
        rebase(&phone.base, &phone.drafts, &onto, &slot("draft-after-pull")).expect("a rebase").changes;
    let mut phone = Phone { doc: with(&onto, &drafts), base: onto, drafts };
    phone.edits(|tx| splice(tx, 8, 6, ""));
    phone.edits(|tx| splice(tx, 14, 0, "and "));

    let net = phone.folds();

    assert_eq!(text(&with(&phone.base, &net)), "Agreed: right and theirs call on Monday.");
    assert_in_no_byte(&net, "w");
}

#[test]
fn a_rebase_keeps_what_was_written_into_an_item_that_a_colleague_deleted() {
    let base = wire();
    let mut phone = Phone::on(base.clone());
    phone.edits(|tx| tx.put(object(tx, "walk"), "stop", "Strada Lungă"));
    let mut onto = base;
    write(&mut onto, COLLEAGUE, |tx| tx.delete(ROOT, "walk"));

    let rebased = rebase(&phone.base, &phone.drafts, &onto, &slot("draft-after-pull")).expect("a rebase");
    let drafted = with(&onto, &rebased.changes);
    let net = fold(&onto, &rebased.changes, &session()).expect("a fold");

    assert_eq!(drafted.get(ROOT, "walk").expect("readable"), None);
    assert_eq!(operations(&net.changes), 1);
}

#[test]
fn a_cursor_follows_its_letter_and_is_lost_with_it() {
    let mut phone = Phone::on(wire());
    phone.edits(|tx| splice(tx, 8, 0, "gone kept "));
    let notes = object(&phone.doc, "notes");
    let on_the_wire = phone.doc.get_cursor(&notes, 2, None).expect("a cursor");
    let on_gone = phone.doc.get_cursor(&notes, 9, None).expect("a cursor");
    let on_kept = phone.doc.get_cursor(&notes, 14, None).expect("a cursor");
    phone.edits(|tx| splice(tx, 8, 5, ""));

    let folded = fold(&phone.base, &phone.drafts, &session()).expect("a fold");

    let doc = with(&phone.base, &folded.changes);
    let place = |cursor| doc.get_cursor_position(&notes, &cursor, None).expect("a place");
    assert_eq!(folded.moved.cursor(&on_the_wire).map(place), Some(2));
    assert_eq!(folded.moved.cursor(&on_kept).map(place), Some(9));
    assert_eq!(folded.moved.cursor(&on_gone), None);
}

/// A net waits in the outbox, a colleague writes, the person goes on writing, then the net is refused.
#[test]
fn a_refused_net_leaves_the_document_and_nothing_else_does() {
    let base = wire();
    let mut phone = Phone::on(base.clone());
    phone.edits(|tx| {
        splice(tx, 8, 0, "REFUSED ")?;
        tx.put(ROOT, "due", "never")
    });
    let refused = phone.folds();
    let mut accepted = base;
    write(&mut accepted, COLLEAGUE, |tx| splice(tx, 8, 0, "theirs "));
    let mut phone = Phone::on(with(&accepted, &refused));
    let middle = text(&phone.doc).find("REFUSED").expect("the refused words show") + 3;
    phone.edits(|tx| splice(tx, middle, 0, " mine "));

    let refolded =
        fold_without(&accepted, &refused, &phone.drafts, &slot("phone-session-2-")).expect("a fold");

    let before = text(&phone.doc);
    let doc = with(&accepted, &refolded.folded.changes);
    assert_eq!(text(&doc), before.replace("REF mine USED ", " mine "));
    assert_eq!(
        doc.get(ROOT, "due").expect("readable").and_then(|(value, _)| value.into_string().ok()).as_deref(),
        Some("Friday")
    );
    assert_in_no_byte(&refolded.folded.changes, "REF");
    let notes = || vec![Prop::Map("notes".to_owned())];
    let expected = [
        LeftOut::Value { path: vec![Prop::Map("due".to_owned())], value: Scalar::Text("never".to_owned()) },
        LeftOut::Text { path: notes(), text: "REF".to_owned() },
        LeftOut::Text { path: notes(), text: "USED ".to_owned() },
    ];
    assert_eq!(refolded.left_out, expected);
}

#[test]
fn what_was_written_into_a_refused_item_goes_with_it_and_is_told() {
    let base = wire();
    let mut phone = Phone::on(base.clone());
    phone.edits(|tx| {
        let item = tx.insert_object(object(tx, "steps"), 1, ObjType::Map)?;
        tx.put(&item, "aim", "call back")
    });
    let refused = phone.folds();
    let mut phone = Phone::on(with(&base, &refused));
    phone.edits(|tx| {
        let Some((Value::Object(_), item)) = tx.get(object(tx, "steps"), 1)? else {
            panic!("the item is there")
        };
        tx.put(&item, "owner", "Ada")
    });
    phone.edits(|tx| tx.insert(object(tx, "steps"), 2, "third"));

    let refolded = fold_without(&base, &refused, &phone.drafts, &slot("phone-session-2-")).expect("a fold");

    let doc = with(&base, &refolded.folded.changes);
    let steps: Vec<_> = doc.values(object(&doc, "steps")).map(|(value, _)| value.into_string()).collect();
    assert_eq!(steps, ["first", "third", "second"].map(|step| Ok(step.to_owned())));
    let at = |key: &str| vec![Prop::Map("steps".to_owned()), Prop::Seq(1), Prop::Map(key.to_owned())];
    let told = |key, words: &str| LeftOut::Value { path: at(key), value: Scalar::Text(words.to_owned()) };
    assert_eq!(refolded.left_out, [told("aim", "call back"), told("owner", "Ada")]);
}

/// Of three nets the server refused the first and the last; the one between waits with the drafts.
#[test]
fn refused_nets_may_stand_before_and_behind_a_kept_one() {
    let base = wire();
    let mut phone = Phone::on(base.clone());
    for words in ["ONE ", "TWO ", "THREE "] {
        phone.edits(|tx| splice(tx, 8, 0, words));
    }
    phone.edits(|tx| splice(tx, 13, 0, "inside "));
    let refused = [phone.drafts.remove(0), phone.drafts.remove(1)];

    let refolded = fold_without(&base, &refused, &phone.drafts, &session()).expect("a fold");

    assert_eq!(text(&with(&base, &refolded.folded.changes)), "Agreed: inside TWO call on Monday.");
}
