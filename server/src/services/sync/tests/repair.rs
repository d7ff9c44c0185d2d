//! A server that was restored from a backup, and the phones that know more than it does.

use super::*;
use crate::services::testing::{ada, grace, mallory};
use sqlx::PgPool;
use sync_core::wire::ErrorCode;

/// What both wrote is on Grace's phone; the server forgets it and then goes on with something else.
struct Restored {
    office: Office,
    phone: Phone,
    meeting: Copy,
}

async fn restored(pool: &PgPool) -> Restored {
    let office = Office::open(pool).await;
    let mut meeting = Copy::meeting(18, 51);
    meeting.write("adas");
    office.push(ada(), &[meeting.push()]).await;
    meeting.session(52);
    meeting.write("graces");
    let mut phone = Phone::of(grace());
    phone.sync(&office, &office.db.store, vec![meeting.push()]).await;
    // A second sync: receipts come with what a pull delivers, and here Ada writes once more.
    let mut adas = Copy::meeting(18, 53);
    adas.write("adas again");
    office.push(ada(), &[adas.push()]).await;
    phone.sync(&office, &office.db.store, vec![]).await;
    phone.hold_own(&meeting);
    for statement in [
        "DELETE FROM change",
        "DELETE FROM actor",
        "DELETE FROM document",
        "DELETE FROM feed WHERE class = 'change'",
        "UPDATE feed_counter SET seq = (SELECT max(seq) FROM feed)",
    ] {
        office.db.as_owner(statement).await;
    }
    let mut walk = Copy::walk(mallory().person, 1, 70);
    for word in ["a", "b", "c", "d", "e", "f"] {
        walk.write(word);
    }
    office.push(mallory(), &[walk.push()]).await;
    Restored { office, phone, meeting }
}

impl Phone {
    /// What this phone wrote itself is in its store, though no pull brought it.
    fn hold_own(&mut self, copy: &Copy) {
        let held = self.held.get_mut(&copy.doc).unwrap();
        held.changes.extend(copy.content.get_changes(&[]).iter().map(|change| change.raw_bytes().to_vec()));
    }

    /// Everything that this phone holds of a document, in an order that others can take.
    fn give_back(&self, copy: &Copy) -> PushDocument {
        let reader = ActorId::from_bytes([0; 16]);
        let changes = self.held[&copy.doc].changes.iter().map(|bytes| document::parse_change(bytes).unwrap());
        let content = document::apply(document::blank(reader), changes.collect()).unwrap();
        let changes =
            content.get_changes(&[]).iter().map(|change| change.raw_bytes().to_vec().into()).collect();
        PushDocument { doc: copy.doc, create: Some(copy.create.clone()), changes }
    }
}

fn is_forked(frames: &[Frame]) -> bool {
    matches!(&frames[0], Frame::Hello(hello) if hello.history == HistoryState::Forked)
}

#[sqlx::test]
async fn a_cursor_of_a_lost_history_is_noticed_and_nothing_of_its_request_is_applied(pool: PgPool) {
    let Restored { office, phone, mut meeting } = restored(&pool).await;
    meeting.write("typed since");
    let before = office.db.dump().await;

    let frames = answer(&office, &office.db.store, grace(), &phone.request(vec![meeting.push()])).await;

    assert!(is_forked(&frames) && frames.len() == 2, "{frames:?}");
    assert_eq!(office.db.dump().await, before);
}

#[sqlx::test]
async fn a_phone_gives_the_lost_history_back_under_its_true_authors(pool: PgPool) {
    let Restored { office, mut phone, meeting } = restored(&pool).await;
    let before = phone.changes_of(meeting.doc);
    let repair = Repair {
        forked_cursor: phone.cursor.take().unwrap().into(),
        docs: phone.receipts.values().cloned().collect(),
    };
    let request = SyncRequest { repair: Some(repair), ..phone.request(vec![phone.give_back(&meeting)]) };

    let frames = phone.exchange(&office, &office.db.store, request).await;

    assert!(!is_forked(&frames));
    assert_eq!(rejected(&frames), []);
    let mut adas = Phone::of(ada());
    adas.sync(&office, &office.db.store, vec![]).await;
    assert_eq!(adas.changes_of(meeting.doc), before);
    let authors = &adas.held[&meeting.doc].authors;
    let names = [51, 52, 53].map(|actor| authors[&ActorId::from_bytes([actor; 16])]);
    assert_eq!(names, [ada().person, grace().person, ada().person]);
}

#[sqlx::test]
async fn a_receipt_counts_only_with_a_cursor_that_proves_the_restore(pool: PgPool) {
    let Restored { office, phone, meeting } = restored(&pool).await;
    let mut fresh = Phone::of(grace());
    fresh.sync(&office, &office.db.store, vec![]).await;
    let of_this_history = fresh.cursor.clone().unwrap();
    let docs: Vec<_> = phone.receipts.values().cloned().collect();
    for unproven in [of_this_history, vec![1, 2, 3]] {
        let repair = Repair { forked_cursor: unproven.into(), docs: docs.clone() };
        let request = SyncRequest { repair: Some(repair), ..fresh.request(vec![phone.give_back(&meeting)]) };

        let frames = answer(&office, &office.db.store, grace(), &request).await;

        assert!(rejected(&frames).contains(&ErrorCode::ReceiptInvalid), "{frames:?}");
    }
}
