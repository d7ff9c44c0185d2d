//! Random histories of one document: a phone that drafts, folds, rebases and is refused, colleagues
//! who write at the same time, and a wire between them. Every fold is checked against the drafts.

use std::collections::BTreeSet;

use automerge::transaction::Transactable;
use automerge::{ActorId, Automerge, Change, ObjType, ROOT, ScalarValue, TextEncoding};
use sync_core::fold::view::view;
use sync_core::fold::{Folded, Slot, fold, fold_without, rebase};

use crate::check;
use crate::dice::Dice;
use crate::edits::{Writer, edit, remove_planted};

/// What a history came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub edits: usize,
    pub folds: usize,
    pub rebases: usize,
    pub refusals: usize,
    pub cursors: usize,
    /// What differed, each with where in the history it did.
    pub differences: Vec<String>,
    /// Letters that were taken back and left the phone all the same.
    pub leaked: usize,
    /// Why the concatenation was sent instead of the fold.
    pub fallbacks: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.edits += other.edits;
        self.folds += other.folds;
        self.rebases += other.rebases;
        self.refusals += other.refusals;
        self.cursors += other.cursors;
        self.differences.extend(other.differences);
        self.leaked += other.leaked;
        self.fallbacks.extend(other.fallbacks);
    }

    fn note_fallback(&mut self, folded: &Folded) {
        if let Some(fault) = &folded.fallback {
            self.fallbacks.push(format!("{fault:?}"));
        }
    }

    fn note(&mut self, step: &str, outcome: Result<(), String>) {
        if let Err(difference) = outcome {
            self.differences.push(format!("{step}: {difference}"));
        }
    }
}

/// Plays the history of one seed.
pub fn play(seed: u64) -> Tally {
    let mut world = World::new(seed);
    for _ in 0..15 + world.dice.below(35) {
        world.step();
    }
    world.settle();
    world.tally
}

/// A writer of the same document on the other side of the wire.
struct Colleague {
    doc: Automerge,
    actor: ActorId,
}

struct World {
    dice: Dice,
    /// Numbers actors, so that none is used twice.
    actors: u32,
    wire: Automerge,
    colleagues: Vec<Colleague>,
    phone: Phone,
    tally: Tally,
}

/// One phone, with the document as its store would hold it.
struct Phone {
    writer: Writer,
    session: Slot,
    draft_actor: ActorId,
    /// What the server accepted, as far as the phone knows.
    accepted: Automerge,
    outbox: Vec<Change>,
    /// Accepted and outbox.
    base: Automerge,
    drafts: Vec<Change>,
    /// Base and drafts.
    doc: Automerge,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut actors = 0;
        let mut colleague = |doc: &Automerge, dice: &mut Dice| Colleague {
            doc: doc.clone(),
            actor: new_actor(dice, &mut actors),
        };
        let genesis = genesis();
        let mut colleagues: Vec<_> = (0..2).map(|_| colleague(&genesis, &mut dice)).collect();
        for colleague in &mut colleagues {
            let mut writer = Writer { dice: Dice::new(dice.next()), plants: None };
            for _ in 0..writer.dice.below(8) {
                edit(&mut colleague.doc, &colleague.actor, &mut writer);
            }
        }
        let mut wire = genesis;
        for colleague in &mut colleagues {
            wire.merge(&mut colleague.doc).expect("the wire takes what colleagues write");
        }
        let phone = Phone {
            writer: Writer { dice: Dice::new(dice.next()), plants: Some(0) },
            session: Slot { actor: new_actor(&mut dice, &mut actors), seq: 1 },
            draft_actor: new_actor(&mut dice, &mut actors),
            accepted: wire.clone(),
            outbox: Vec::new(),
            base: wire.clone(),
            drafts: Vec::new(),
            doc: wire.clone(),
        };
        Self { dice, actors, wire, colleagues, phone, tally: Tally::default() }
    }

    fn new_actor(&mut self) -> ActorId {
        new_actor(&mut self.dice, &mut self.actors)
    }

    fn step(&mut self) {
        match self.dice.below(100) {
            0..62 => self.phone_edits(),
            62..76 => self.colleague_edits(),
            76..82 => self.colleagues_sync(),
            82..88 => self.pull(),
            88..93 => self.fold_drafts(),
            93..96 => self.deliver(),
            96..98 => self.phone.draft_actor = self.new_actor(),
            _ => self.refuse(),
        }
    }

    /// Everything is folded and delivered, and everybody ends with the same document.
    fn settle(&mut self) {
        self.colleagues_sync();
        self.pull();
        self.fold_drafts();
        self.deliver();
        self.pull();
        let phone = view(&self.phone.doc).expect("a view of the phone");
        let wire = view(&check::replayed(&self.wire)).expect("a view of the wire");
        self.tally.note("settle", check::same(&wire, &phone));
    }

    fn phone_edits(&mut self) {
        self.tally.edits += 1;
        let phone = &mut self.phone;
        let before = phone.doc.get_heads();
        let removes = phone.writer.dice.percent(25);
        if !removes || !remove_planted(&mut phone.doc, &phone.draft_actor, &mut phone.writer.dice) {
            edit(&mut phone.doc, &phone.draft_actor, &mut phone.writer);
        }
        phone.drafts.extend(phone.doc.get_changes(&before));
    }

    fn colleague_edits(&mut self) {
        self.tally.edits += 1;
        let mut writer = Writer { dice: Dice::new(self.dice.next()), plants: None };
        let colleague = &mut self.colleagues[self.dice.below(2)];
        edit(&mut colleague.doc, &colleague.actor, &mut writer);
    }

    fn colleagues_sync(&mut self) {
        for colleague in &mut self.colleagues {
            self.wire.merge(&mut colleague.doc).expect("the wire takes what colleagues write");
            if self.dice.percent(50) {
                colleague.doc.merge(&mut self.wire.clone()).expect("a colleague takes the wire");
            }
        }
    }

    fn fold_drafts(&mut self) {
        let phone = &self.phone;
        let folded = match fold(&phone.base, &phone.drafts, &phone.session) {
            Ok(folded) => folded,
            Err(error) => return self.tally.differences.push(format!("fold: {error:?}")),
        };
        self.tally.folds += 1;
        let found =
            check::Fold { base: &phone.base, drafted: &phone.doc, drafts: &phone.drafts, folded: &folded };
        self.tally.note("fold", found.says_the_same());
        self.tally.note("view", check::finds_every_conflict(&phone.doc));
        self.tally.note("replay", found.replays_and_merges(&self.colleagues[0].doc));
        self.tally.note("draft actor", found.hides_draft_actors());
        self.tally.leaked += found.leaked_letters().len();
        match found.cursors_are_exact() {
            Ok(cursors) => self.tally.cursors += cursors,
            Err(difference) => self.tally.differences.push(format!("cursor: {difference}")),
        }
        let again =
            fold(&check::reloaded(&phone.base), &phone.drafts, &phone.session).expect("a second fold");
        self.tally.note("bytes", check::same(&check::bytes(&folded.changes), &check::bytes(&again.changes)));
        self.tally.note_fallback(&folded);
        self.take_into_the_outbox(folded);
    }

    fn take_into_the_outbox(&mut self, folded: Folded) {
        self.phone.draft_actor = self.new_actor();
        let phone = &mut self.phone;
        phone.session.seq += folded.changes.len() as u64;
        phone.base.apply_changes(folded.changes.clone()).expect("the base takes its net");
        phone.outbox.extend(folded.changes);
        phone.drafts.clear();
        phone.doc = phone.base.clone();
    }

    fn deliver(&mut self) {
        for doc in [&mut self.wire, &mut self.phone.accepted] {
            doc.apply_changes(self.phone.outbox.clone()).expect("the wire takes the outbox");
        }
        self.phone.outbox.clear();
    }

    fn pull(&mut self) {
        self.phone.accepted.merge(&mut self.wire.clone()).expect("the phone takes the wire");
        let mut base = self.phone.accepted.clone();
        base.apply_changes(self.phone.outbox.clone()).expect("the outbox fits");
        if base.get_heads() == self.phone.base.get_heads() {
            return;
        }
        let slot = Slot { actor: self.new_actor(), seq: 1 };
        let phone = &self.phone;
        let rebased = match rebase(&phone.base, &phone.drafts, &base, &slot) {
            Ok(rebased) => rebased,
            Err(error) => return self.tally.differences.push(format!("rebase: {error:?}")),
        };
        self.tally.rebases += 1;
        self.tally.note_fallback(&rebased);
        let doc = check::with(&base, &rebased.changes);
        self.tally.note("rebase", check::holds_what_both_hold(&phone.doc, &base, &doc));
        self.phone.draft_actor = self.new_actor();
        self.phone.base = base;
        self.phone.drafts = rebased.changes;
        self.phone.doc = doc;
    }

    /// The server refuses the first net of the outbox.
    fn refuse(&mut self) {
        if self.phone.outbox.is_empty() {
            return;
        }
        self.tally.refusals += 1;
        let slot = Slot { actor: self.new_actor(), seq: 1 };
        let phone = &self.phone;
        let (refused, later) = phone.outbox.split_at(1);
        let later = [later, &phone.drafts].concat();
        let refolded = match fold_without(&phone.accepted, refused, &later, &slot) {
            Ok(refolded) => refolded,
            Err(error) => return self.tally.differences.push(format!("refusal: {error:?}")),
        };
        self.tally.note_fallback(&refolded.folded);
        let before = check::planted_values(&self.phone.doc);
        let mut after = check::planted(&check::with(&self.phone.accepted, &refolded.folded.changes));
        after.extend(check::planted_in(&format!("{:?}", refolded.left_out)));
        let lost: BTreeSet<_> = before.difference(&after).collect();
        if !lost.is_empty() {
            self.tally.differences.push(format!("refusal: {} letters are gone without a word", lost.len()));
        }
        self.tally.leaked += check::letters_of_both(refused, &refolded.folded.changes, &self.phone.accepted);
        self.phone.session = slot;
        self.phone.outbox.clear();
        self.phone.base = self.phone.accepted.clone();
        self.take_into_the_outbox(refolded.folded);
    }
}

fn new_actor(dice: &mut Dice, actors: &mut u32) -> ActorId {
    *actors += 1;
    // Letters and digits only, so that an actor is never mistaken for planted text; the random part
    // in front lets any of them sort before any other.
    ActorId::from(format!("{:08x}{:08}", dice.next() as u32, actors).as_bytes())
}

fn genesis() -> Automerge {
    let mut doc = Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit)
        .with_actor(ActorId::from(&b"00000000-genesis"[..]));
    let mut tx = doc.transaction();
    for key in ["base notes", "base plan"] {
        let text = tx.put_object(ROOT, key, ObjType::Text).expect("a text");
        tx.splice_text(&text, 0, 0, "Bună ziua 你好 🙂").expect("words");
    }
    let items = tx.put_object(ROOT, "base items", ObjType::List).expect("a list");
    tx.splice(&items, 0, 0, [ScalarValue::from("one"), ScalarValue::counter(2)]).expect("items");
    tx.put_object(ROOT, "base map", ObjType::Map).expect("a map");
    tx.put(ROOT, "tally", ScalarValue::counter(7)).expect("a counter");
    tx.commit();
    doc
}
