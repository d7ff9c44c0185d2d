//! Invariants 7 and 9: requests sent again change nothing, and requests about what is not one's own learn nothing.

use super::*;
use crate::services::testing::{ada, grace, mallory};
use sqlx::PgPool;
use sync_core::ids::CommandId;
use sync_core::wire::Command;

/// Requests that name a document in every place where a request can.
fn requests_about(phone: &Phone, copy: &mut Copy) -> Vec<SyncRequest> {
    copy.write("let me in");
    let push = copy.push();
    let without_key = PushDocument { create: None, ..push.clone() };
    let only_key = PushDocument { changes: vec![], ..push.clone() };
    let nothing = PushDocument { changes: vec![], ..without_key.clone() };
    let heads = vec![ChangeHash::from_bytes([1; 32])];
    let receipt = Receipt { doc: copy.doc, heads, authors: vec![], mac: vec![0; 32].into() };
    let repair = Repair { forked_cursor: vec![1, 2, 3].into(), docs: vec![receipt] };
    let mut requests: Vec<_> =
        [push.clone(), without_key, only_key, nothing].map(|push| phone.request(vec![push])).into();
    requests.push(SyncRequest { want: vec![copy.doc], verify: true, ..phone.request(vec![]) });
    requests.push(SyncRequest { repair: Some(repair), ..phone.request(vec![push]) });
    requests
}

#[sqlx::test]
async fn whatever_a_stranger_asks_about_a_document_is_answered_as_if_it_did_not_exist(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut real = Copy::meeting(18, 51);
    real.write("confidential");
    office.push(ada(), &[real.push()]).await;
    let mut phone = Phone::of(mallory());
    phone.sync(&office, &office.db.store, vec![]).await;
    let before = office.db.dump().await;

    let asked = requests_about(&phone, &mut Copy::meeting(18, 53));
    let about_nothing = requests_about(&phone, &mut Copy::meeting(19, 53));

    for (real, absent) in asked.iter().zip(&about_nothing) {
        let renamed = |frames: Vec<Frame>| format!("{:?}", comparable(frames, real, absent));
        let of_real = answer(&office, &office.db.store, mallory(), real).await;
        let of_absent = answer(&office, &office.db.store, mallory(), absent).await;
        assert_eq!(renamed(of_real), renamed(of_absent));
    }
    assert_eq!(office.db.dump().await, before, "and nothing is written");
}

/// An answer without its cursors, in which the documents and changes of both requests have the same names.
fn comparable(frames: Vec<Frame>, one: &SyncRequest, other: &SyncRequest) -> Vec<Frame> {
    let named = |request: &SyncRequest| request.push.first().map(|push| push.doc);
    let rename = |frame: Frame| match frame {
        Frame::PushResult(mut result) => {
            assert!([named(one), named(other)].contains(&Some(result.doc)));
            result.doc = DocId::from_bytes([0; 16]);
            result.rejected.iter_mut().for_each(|rejection| rejection.hash = ChangeHash::from_bytes([0; 32]));
            Frame::PushResult(result)
        }
        other => other,
    };
    frames.into_iter().filter(|frame| !matches!(frame, Frame::Cursor(_))).map(rename).collect()
}

#[sqlx::test]
async fn requests_sent_again_in_any_order_leave_the_server_as_it_was(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut sent = Vec::new();
    let (mut adas, mut graces) = (Copy::meeting(1, 51), Copy::meeting(1, 52));
    for round in 0..4 {
        for (who, copy) in [(ada(), &mut adas), (grace(), &mut graces)] {
            copy.write("a word");
            let mut other_day = Copy::meeting(2 + round, 60 + round);
            other_day.write("another");
            let bad = PushDocument { changes: vec![vec![1, 2, 3].into()], ..Copy::meeting(30, 1).push() };
            let command = Command {
                id: CommandId::from_bytes([round; 16]),
                kind: "unknown".into(),
                args: vec![].into(),
            };
            let push =
                if who == ada() { vec![copy.push(), other_day.push(), bad] } else { vec![copy.push()] };
            let request = SyncRequest { commands: vec![command], ..Phone::of(who).request(push) };
            answer(&office, &office.db.store, who, &request).await;
            sent.push((who, request));
        }
    }
    let before = office.db.dump().await;

    for step in [1, 3, 5] {
        for number in 0..sent.len() {
            let (who, request) = &sent[number * step % sent.len()];
            answer(&office, &office.db.store, *who, request).await;
        }
    }

    assert_eq!(office.db.dump().await, before);
}

#[sqlx::test]
async fn a_request_cut_off_after_any_cursor_goes_on_where_it_was(pool: PgPool) {
    let office = Office::open(&pool).await;
    for day in 1..=5 {
        let mut meeting = Copy::meeting(day, 50 + day);
        meeting.write(&"several groups ".repeat(1500));
        office.push(ada(), &[meeting.push()]).await;
    }
    let mut whole = Phone::of(grace());
    let frames = whole.sync(&office, &office.db.store, vec![]).await;
    let cursors = frames.iter().filter(|frame| matches!(frame, Frame::Cursor(_))).count();
    assert!(cursors > 2, "{cursors} groups");

    for kept in 0..cursors {
        let mut phone = Phone::of(grace());
        let mut seen = 0;
        for frame in frames.iter().take_while(|frame| {
            seen += usize::from(matches!(frame, Frame::Cursor(_)));
            seen <= kept
        }) {
            phone.take(frame);
        }
        // What came after the last cursor was not stored; here it was, and must do no harm.
        phone.sync(&office, &office.db.store, vec![]).await;
        assert_eq!(phone.everything(), whole.everything(), "cut after cursor {kept}");
    }
}
