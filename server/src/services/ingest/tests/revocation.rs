//! A revocation in the middle of two pushes to the same documents, at every statement of both. Invariant 3: what the
//! feed holds of a document loads at each of its places, and whoever holds the same changes sees the same.

use super::*;
use crate::services::testing::Stopping;
use automerge::{Automerge, ROOT, ReadDoc};
use std::pin::pin;
use sync_core::document::{self, READER};
use sync_core::time::Day;
use tokio::sync::Notify;

/// Ada and Grace are about to push to the same two documents, each through an instance of their own.
struct Encounter<'o> {
    office: &'o Office,
    other: &'o PgStore,
    /// The statement that each stops before.
    cell: (u8, u8),
    /// A meeting that is there already, and one that both have planned without knowing of each other.
    adas: [Copy; 2],
    graces: [Copy; 2],
}

/// What became of both pushes.
struct Met {
    adas: Ingested,
    graces: Ingested,
    /// Whether each came to the statement that they were to stop before.
    was_there: (bool, bool),
}

fn day(number: u16) -> Day {
    Day::new(2027, 1, 1).unwrap().plus_days(i32::from(number)).unwrap()
}

impl<'o> Encounter<'o> {
    /// About the meeting of this row, which there is from the second column on, and one that there never was.
    async fn prepare(office: &'o Office, other: &'o PgStore, cell: (u8, u8)) -> Self {
        let (row, column) = cell;
        office.grant(ada(), Role::Leader).await;
        let [shared, new] = [u16::from(row), 1000 + 100 * u16::from(row) + u16::from(column)].map(day);
        let known = stored(office, Copy::meeting_on(shared, 1).doc).await;
        let copies = |actor, words: &[&str]| {
            let mut copies = [Copy::meeting_on(shared, actor), Copy::meeting_on(new, actor)];
            copies[0].merge(&known);
            for copy in &mut copies {
                for word in words {
                    copy.write(word);
                }
            }
            copies
        };
        // Both write in the same place, and not the same.
        let (adas, graces) = (copies(1 + column, &["both"]), copies(101 + column, &["hers", "both"]));
        Self { office, other, cell, adas, graces }
    }

    /// Ada comes to one of her statements, then Grace to one of hers or to where she has to wait for Ada. Ada's seat is
    /// taken away, or that has to wait too. Then all go on.
    async fn play(&mut self) -> Met {
        let (office, db) = (self.office, &self.office.db);
        let first = Stopping::before(self.cell.0.into(), &db.store);
        let second = Stopping::before(self.cell.1.into(), self.other);
        let adas = self.adas.each_mut().map(Copy::push);
        let graces = self.graces.each_mut().map(Copy::push);
        let grace_begins = Notify::new();
        let grace_pushes = async {
            grace_begins.notified().await;
            second.run(office.push_to(&second.store, grace(), &graces)).await
        };
        let revoke = async {
            first.stands().await;
            grace_begins.notify_one();
            tokio::select! {
                () = second.stands() => {}
                () = db.until_somebody_waits() => {}
            }
            let mut revoking = pin!(office.revoke(ada()));
            let is_revoked = tokio::select! {
                () = &mut revoking => true,
                () = db.until_waiting(|| 1 + i64::from(second.is_on_its_way())) => false,
            };
            first.go_on();
            second.go_on();
            if !is_revoked {
                revoking.await;
            }
        };
        let ada_pushes = first.run(office.push_to(&first.store, ada(), &adas));
        let (adas, graces, ()) = tokio::join!(ada_pushes, grace_pushes, revoke);
        Met { adas, graces, was_there: (first.is_there(), second.is_there()) }
    }

    /// Whether Ada's push was taken: all of it, before the revocation, or nothing of it.
    async fn was_ada_first(&self, met: &Met, stored: &[Vec<Vec<u8>>; 2]) -> bool {
        let late = format!(
            "SELECT count(*) FROM change WHERE person = '{}'
             AND seq > (SELECT max(seq) FROM feed WHERE class = 'revoke')",
            ada().person
        );
        assert_eq!(
            self.office.db.count(&late).await,
            0,
            "a change came after the revocation at {:?}",
            self.cell
        );
        let refused = codes(&met.adas);
        for (copy, changes) in self.adas.iter().zip(stored) {
            let is_stored = changes.contains(&copy.last_written());
            assert_eq!(is_stored, refused.is_empty(), "{:?}: verdict {refused:?}", self.cell);
        }
        let nothing = vec![(ErrorCode::NotFound, Retry::Never); 2];
        assert!(refused.is_empty() || refused == nothing, "{:?}: verdict {refused:?}", self.cell);
        refused.is_empty()
    }

    /// Nothing of this is about Grace: her push is taken, and her phone shows what the server has.
    fn grace_goes_on(&mut self, met: &Met, stored: &[Vec<Vec<u8>>; 2]) {
        assert_eq!(codes(&met.graces), [], "{:?}", self.cell);
        for (copy, changes) in self.graces.iter_mut().zip(stored) {
            assert!(changes.contains(&copy.last_written()), "{:?}", self.cell);
            copy.merge(changes);
            assert_eq!(seen(&copy.content), seen(&loaded(changes.iter())), "{:?}", self.cell);
        }
    }

    /// What the tables hold of both documents now.
    async fn stored(&self) -> [Vec<Vec<u8>>; 2] {
        [stored(self.office, self.adas[0].doc).await, stored(self.office, self.adas[1].doc).await]
    }
}

/// Heads, and every value in every place: where two wrote the same, both.
fn seen(doc: &Automerge) -> (Vec<ChangeHash>, Vec<(String, Vec<String>)>) {
    let values = |key: &str| doc.get_all(ROOT, key).unwrap().iter().map(|(v, _)| format!("{v:?}")).collect();
    (document::heads(doc), doc.keys(ROOT).map(|key| (key.clone(), values(&key))).collect())
}

fn loaded<'c>(changes: impl Iterator<Item = &'c Vec<u8>>) -> Automerge {
    let changes = changes.map(|bytes| document::parse_change(bytes).unwrap()).collect();
    document::apply(document::blank(READER), changes).unwrap()
}

/// Loads what the feed holds of a document at each of its places: by a phone that takes each change as it comes, by one
/// that gets all in another order, and by one that gets a saved document.
fn assert_every_prefix_loads(changes: &[Vec<u8>]) {
    let mut online = document::blank(READER);
    for (place, change) in changes.iter().enumerate() {
        online = document::apply(online, vec![document::parse_change(change).unwrap()]).unwrap();
        let late = loaded(changes[..=place].iter().rev());
        let saved = document::load(&late.save(), READER).unwrap();
        assert_eq!((seen(&late), seen(&saved)), (seen(&online), seen(&online)), "place {place}");
    }
}

#[sqlx::test]
async fn a_revocation_at_any_statement_of_two_pushes_lets_nothing_in_after_it_and_breaks_no_document(
    pool: PgPool,
) {
    let office = Office::open(&pool).await;
    let other = Database::instance(&pool, 5).await;
    let (mut ada_first, mut played) = (0, 0);
    for row in 0..u8::MAX {
        let mut is_row_reached = false;
        let mut meeting = Vec::new();
        for column in 0..u8::MAX {
            let mut encounter = Encounter::prepare(&office, &other, (row, column)).await;
            let met = encounter.play().await;
            let stored = encounter.stored().await;
            ada_first += usize::from(encounter.was_ada_first(&met, &stored).await);
            encounter.grace_goes_on(&met, &stored);
            let [shared, new] = stored;
            assert_every_prefix_loads(&new);
            meeting = shared;
            played += 1;
            is_row_reached |= met.was_there.0;
            if !met.was_there.1 {
                assert!(column > 10, "{column} statements of Grace's");
                break;
            }
        }
        assert_every_prefix_loads(&meeting);
        if !is_row_reached {
            assert!(row > 10, "{row} statements of Ada's");
            break;
        }
    }
    assert!(ada_first > 0 && ada_first < played, "{ada_first} of {played}");
    assert_feed_is_sound(&office).await;
}

#[sqlx::test]
async fn whoever_becomes_a_reader_at_any_statement_of_their_push_has_written_nothing_after_that(
    pool: PgPool,
) {
    let office = Office::open(&pool).await;
    let late = format!(
        "SELECT count(*) FROM change WHERE person = '{}' AND seq > (SELECT max(seq) FROM feed WHERE class = 'grant')",
        grace().person
    );
    let (mut taken, mut refused) = (0, 0);
    for nth in 0..u8::MAX {
        office.grant(grace(), Role::Agent).await;
        let stopping = Stopping::before(nth.into(), &office.db.store);
        let mut log = Copy::wellbeing(Day::new(1900 + i16::from(nth), 1, 1).unwrap().quarter(), 1 + nth);
        log.write("tired");
        let pushed = [log.push()];
        let demote = async {
            stopping.stands().await;
            let mut granting = pin!(office.grant(grace(), Role::Leader));
            let is_granted = tokio::select! {
                () = &mut granting => true,
                () = office.db.until_somebody_waits() => false,
            };
            stopping.go_on();
            if !is_granted {
                granting.await;
            }
        };
        let (met, ()) = tokio::join!(stopping.run(office.push_to(&stopping.store, grace(), &pushed)), demote);

        assert_eq!(office.db.count(&late).await, 0, "she wrote as a reader, stopped before statement {nth}");
        match codes(&met).as_slice() {
            [] => taken += 1,
            _ => refused += 1,
        }
        if !stopping.is_there() {
            break;
        }
    }
    assert!(taken > 0 && refused > 5, "{taken} taken, {refused} refused");
}
