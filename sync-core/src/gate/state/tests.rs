//! The rules of stage 3, one by one, over changes that say just enough.

use super::super::judge;
use super::*;
use crate::gate::Judgement;
use crate::time::Timestamp;
use crate::wire::{Authored, Receipt};

const GENESIS: ActorId = ActorId::from_bytes([0; 16]);
const ADA: PersonId = PersonId::from_bytes([1; 16]);
const GRACE: PersonId = PersonId::from_bytes([2; 16]);
const PHONE: DeviceId = DeviceId::from_bytes([3; 16]);
const NEW_PHONE: DeviceId = DeviceId::from_bytes([4; 16]);

fn hash(number: u8) -> ChangeHash {
    ChangeHash::from_bytes([number; 32])
}

fn actor(number: u8) -> ActorId {
    ActorId::from_bytes([number; 16])
}

fn writer(person: PersonId) -> Writer {
    Writer { person, device: PHONE, replaced: BTreeSet::new() }
}

/// A change with two operations, numbered after what it depends on.
fn change(number: u8, by: ActorId, seq: u64, deps: &[u8]) -> Sound {
    let start_op = 1 + 2 * deps.iter().map(|dep| u64::from(*dep)).max().unwrap_or(0);
    Sound {
        hash: hash(number),
        actor: by,
        seq,
        start_op,
        max_op: start_op + 1,
        deps: deps.iter().map(|dep| hash(*dep)).collect(),
        others: vec![],
        bytes: vec![number; 100],
    }
}

fn layer(number: u8, seq: u64, deps: &[u8]) -> Sound {
    change(number, GENESIS, seq, deps)
}

/// A document of genesis (1), and changes 2 and 3 of Ada's actor 1.
fn document() -> Index {
    let mut index = Index::new(GENESIS);
    index.layers = vec![layer(1, 1, &[])];
    let changes = [layer(1, 1, &[]), change(2, actor(1), 1, &[1]), change(3, actor(1), 2, &[2])];
    let judgement = judge(&mut index, changes.map(Ok), &writer(ADA), &Proof::default());
    assert_eq!(judgement.accepted.len(), 3, "{judgement:?}");
    index
}

fn pushed_by(person: PersonId, changes: impl IntoIterator<Item = Sound>) -> Judgement {
    judge(&mut document(), changes.into_iter().map(Ok), &writer(person), &Proof::default())
}

#[track_caller]
fn assert_refused(change: Sound, code: ErrorCode, retry: Retry) {
    let hash = change.hash;
    let judgement = pushed_by(ADA, [change]);
    assert_eq!(judgement.refused, [Refusal { hash, code, retry }]);
    assert_eq!(judgement.accepted, []);
}

#[test]
fn the_next_change_of_ones_own_actor_and_the_first_of_a_new_one_are_taken() {
    let judgement = pushed_by(ADA, [change(4, actor(1), 3, &[3]), change(5, actor(2), 1, &[4])]);

    let taken: Vec<_> = judgement.accepted.iter().map(|a| (a.change.hash, a.provenance)).collect();
    assert_eq!(taken, [(hash(4), Provenance::Writer), (hash(5), Provenance::Writer)]);
    assert_eq!(judgement.refused, []);
}

#[test]
fn what_is_stored_is_known_whoever_sends_it() {
    let judgement = pushed_by(GRACE, [layer(1, 1, &[]), change(3, actor(1), 2, &[2])]);

    assert_eq!(judgement.duplicates, [hash(1), hash(3)]);
    assert_eq!(judgement.refused, []);
}

#[test]
fn the_document_moves_on_with_what_is_taken() {
    let mut index = document();
    let before = index.clone();

    judge(&mut index, [Ok(change(4, actor(2), 1, &[2]))], &writer(GRACE), &Proof::default());

    assert_eq!(index.heads, BTreeSet::from([hash(3), hash(4)]));
    assert_eq!((index.version, index.size_bytes), (before.version + 1, before.size_bytes + 100));
}

#[test]
fn a_number_that_is_taken_or_skipped_is_refused() {
    assert_refused(change(9, actor(1), 2, &[3]), ErrorCode::ChangeSequence, Retry::Never);
    assert_refused(change(9, actor(1), 4, &[3]), ErrorCode::ChangeSequence, Retry::Never);
    assert_refused(change(9, actor(7), 2, &[3]), ErrorCode::ChangeSequence, Retry::Never);
}

#[test]
fn an_actor_that_forgot_its_own_last_change_is_refused() {
    assert_refused(change(9, actor(1), 3, &[2]), ErrorCode::ChangeAncestry, Retry::Never);
}

#[test]
fn a_second_beginning_is_refused() {
    assert_refused(change(9, actor(2), 1, &[]), ErrorCode::ChangeAncestry, Retry::Never);
}

#[test]
fn operations_are_numbered_after_what_was_seen_and_without_a_gap() {
    let next = change(9, actor(1), 3, &[3]);
    for start_op in [next.start_op - 1, next.start_op + 2] {
        let moved = Sound { start_op, max_op: start_op + 1, ..next.clone() };
        assert_refused(moved, ErrorCode::ChangeOperations, Retry::Never);
    }
    assert_refused(Sound { max_op: MAX_OP, ..next }, ErrorCode::ChangeOperations, Retry::Never);
}

#[test]
fn an_actor_that_nobody_has_seen_cannot_be_named() {
    let stranger = Sound { others: vec![actor(9)], ..change(9, actor(1), 3, &[3]) };
    assert_refused(stranger, ErrorCode::ActorUnknown, Retry::Never);

    let genesis = Sound { others: vec![GENESIS], ..change(9, actor(1), 3, &[3]) };
    assert_eq!(pushed_by(ADA, [genesis]).refused, []);
}

#[test]
fn nobody_writes_under_anothers_actor() {
    let judgement = pushed_by(GRACE, [change(4, actor(1), 3, &[3])]);
    assert_eq!(judgement.refused[0].code, ErrorCode::ActorOwned);
}

#[test]
fn another_device_of_the_same_person_goes_on_only_as_the_successor() {
    let next = || [Ok(change(4, actor(1), 3, &[3]))];
    let mut other = Writer { device: NEW_PHONE, ..writer(ADA) };

    let judgement = judge(&mut document(), next(), &other, &Proof::default());
    assert_eq!(judgement.refused[0].code, ErrorCode::ActorOwned);

    other.replaced.insert(PHONE);
    let judgement = judge(&mut document(), next(), &other, &Proof::default());
    assert_eq!(judgement.accepted[0].provenance, Provenance::Writer);
}

#[test]
fn what_is_missing_is_named_and_everything_that_needs_it_waits() {
    let judgement = pushed_by(
        ADA,
        [change(5, actor(2), 1, &[3, 4]), change(6, actor(2), 2, &[5]), change(7, actor(3), 1, &[3])],
    );

    let waiting: Vec<_> = judgement.refused.iter().map(|r| (r.hash, r.code, r.retry)).collect();
    let (code, later) = (ErrorCode::MissingDependency, Retry::Later);
    assert_eq!(waiting, [(hash(5), code, later), (hash(6), code, later)]);
    assert_eq!(judgement.missing, BTreeSet::from([hash(4)]));
    assert_eq!(judgement.accepted[0].change.hash, hash(7), "the rest is judged alone");
}

#[test]
fn a_bad_change_takes_what_depends_on_it_along_and_nothing_else() {
    let judgement = pushed_by(
        ADA,
        [change(5, actor(1), 9, &[3]), change(6, actor(2), 1, &[5]), change(7, actor(3), 1, &[3])],
    );

    let codes: Vec<_> = judgement.refused.iter().map(|r| (r.hash, r.code, r.retry)).collect();
    let never = Retry::Never;
    assert_eq!(
        codes,
        [(hash(5), ErrorCode::ChangeSequence, never), (hash(6), ErrorCode::DependsOnRefused, never)]
    );
    assert_eq!(judgement.accepted[0].change.hash, hash(7));
    assert!(judgement.missing.is_empty());
}

#[test]
fn only_the_exact_bytes_are_a_layer_and_a_newer_one_waits() {
    let mut index = document();
    index.layers.push(layer(8, 2, &[1]));
    let forged = Sound { hash: hash(9), bytes: vec![9; 100], ..layer(8, 2, &[1]) };
    let newer = layer(7, 3, &[1]);

    let pushed = [Ok(forged), Ok(newer), Ok(layer(8, 2, &[1]))];
    let judgement = judge(&mut index, pushed, &writer(ADA), &Proof::default());

    let codes: Vec<_> = judgement.refused.iter().map(|r| (r.hash, r.code, r.retry)).collect();
    let code = ErrorCode::GenesisForged;
    assert_eq!(codes, [(hash(9), code, Retry::Never), (hash(7), code, Retry::Later)]);
    assert_eq!(judgement.accepted[0].provenance, Provenance::Nobody);
}

#[test]
fn a_full_document_takes_no_more() {
    for full in [
        Index { version: MAX_DOCUMENT_CHANGES, ..document() },
        Index { size_bytes: MAX_DOCUMENT_BYTES - 99, ..document() },
        Index { operations: MAX_DOCUMENT_OPERATIONS, ..document() },
    ] {
        let mut index = full;
        let pushed = [Ok(change(4, actor(1), 3, &[3]))];
        let judgement = judge(&mut index, pushed, &writer(ADA), &Proof::default());
        assert_eq!(judgement.refused[0].code, ErrorCode::DocumentFull);
    }
}

/// What Ada may have written in all, and what she may not.
fn shares() -> [Size; 3] {
    [
        Size { changes: MAX_DOCUMENT_CHANGES * 6 / 10, ..Size::default() },
        Size { bytes: MAX_DOCUMENT_BYTES * 6 / 10, ..Size::default() },
        Size { operations: MAX_DOCUMENT_OPERATIONS * 6 / 10, ..Size::default() },
    ]
}

#[test]
fn nobody_fills_a_document_alone_and_who_shares_it_still_has_room() {
    for size in shares() {
        let filled = Index { share: Share { size, recent_changes: 0 }, ..document() };
        let one_more = [Ok(change(4, actor(1), 3, &[3]))];
        let judgement = judge(&mut filled.clone(), one_more, &writer(ADA), &Proof::default());
        assert_eq!(judgement.refused[0].code, ErrorCode::DocumentFull, "{size:?}");

        let graces = Index { share: Share::default(), ..filled };
        let hers = [Ok(change(4, actor(2), 1, &[3]))];
        let judgement = judge(&mut graces.clone(), hers, &writer(GRACE), &Proof::default());
        assert_eq!(judgement.refused, [], "{size:?}");
    }
}

#[test]
fn a_flood_waits_for_tomorrow_from_the_first_change_too_many() {
    let share = Share { size: Size::default(), recent_changes: MAX_CHANGES_A_DAY - 1 };
    let mut index = Index { share, ..document() };
    let pushed = [Ok(change(4, actor(1), 3, &[3])), Ok(change(5, actor(1), 4, &[4]))];
    let judgement = judge(&mut index, pushed, &writer(ADA), &Proof::default());
    assert_eq!(judgement.accepted.len(), 1);
    let refused = Refusal { hash: hash(5), code: ErrorCode::RateLimited, retry: Retry::Later };
    assert_eq!(judgement.refused, [refused]);
}

#[test]
fn what_the_server_had_and_lost_is_nobodys_flood() {
    let mut proof = Proof::default();
    proof.add(&receipt(&[5]), &lost().iter().map(|change| (change.hash, change)).collect());
    let share = Share { size: Size::default(), recent_changes: MAX_CHANGES_A_DAY };
    let mut index = Index { share, ..document() };
    let judgement = judge(&mut index, lost().map(Ok).into_iter().take(2), &writer(ADA), &proof);
    assert_eq!(judgement.refused, []);
}

/// Changes 4 and 5 of Grace's actor, which the server had and lost, and 6, which it never had.
fn lost() -> [Sound; 3] {
    [change(4, actor(2), 1, &[3]), change(5, actor(2), 2, &[4]), change(6, actor(2), 3, &[5])]
}

fn receipt(heads: &[u8]) -> Receipt {
    let authors = vec![Authored { actor: actor(2), person: GRACE, received_at: Timestamp(77) }];
    Receipt {
        doc: crate::ids::DocId::from_bytes([0; 16]),
        heads: heads.iter().map(|head| hash(*head)).collect(),
        authors,
        mac: vec![].into(),
    }
}

#[test]
fn a_receipt_gives_a_lost_change_back_to_its_author_and_covers_no_other() {
    let mut proof = Proof::default();
    let known = lost();
    proof.add(&receipt(&[5]), &known.iter().map(|change| (change.hash, change)).collect());

    let judgement = judge(&mut document(), lost().map(Ok), &writer(ADA), &proof);

    let restored = Provenance::Restored(GRACE, Timestamp(77));
    let taken: Vec<_> = judgement.accepted.iter().map(|a| (a.change.hash, a.provenance)).collect();
    assert_eq!(taken, [(hash(4), restored), (hash(5), restored)]);
    assert_eq!((judgement.refused[0].hash, judgement.refused[0].code), (hash(6), ErrorCode::ReceiptInvalid));
}

#[test]
fn a_forged_receipt_gives_nothing_to_its_bearer() {
    let mut proof = Proof::default();
    proof.add_forged(&receipt(&[5]), ADA);

    let judgement = judge(&mut document(), lost().map(Ok), &writer(ADA), &proof);

    assert_eq!(judgement.accepted, []);
    assert_eq!(judgement.refused[0].code, ErrorCode::ReceiptInvalid);
}
