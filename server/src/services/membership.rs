//! Owns how people come into audiences and leave them, and how data that the server owns reaches an audience:
//! rows of tables and of the feed, in the transaction of whoever decided it. Who belongs where is the policy's.
//!
//! News about a person's rights goes to the person's own audience, which they always have: so the word that
//! something is over reaches the one who has just lost it.

use crate::random::Randomness;
use crate::store::row::{Event, FeedRow, FeedStamp, RecordRow, SeatRow};
use crate::store::{Access, Audiences, Store, Stored, Transaction};
use sync_core::bug::{self, Bug};
use sync_core::ids::{AudienceId, OrgId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::{self, Role, Seat};
use sync_core::time::Timestamp;

/// The reason that a passed end is announced with.
pub const ENDED: &str = "ended";
/// The reason of a revocation that makes room for other terms.
const CHANGED: &str = "changed";
/// How many due seats the job announces in one transaction.
const BATCH: u32 = 200;
/// In place of a feed row, for a seat that ended before anybody heard of it.
const NEVER_ANNOUNCED: u64 = 0;

/// Data that the server owns, for one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Who sees it.
    pub audience: AudienceId,
    /// Of what kind it is.
    pub collection: &'static str,
    /// Which one.
    pub key: Vec<u8>,
    /// What it says (JSON).
    pub body: String,
}

/// Writes down who belongs where, in a transaction that somebody else ends.
pub struct Announcer<'a, T> {
    /// The transaction.
    pub tx: &'a mut T,
    /// When.
    pub now: Timestamp,
    /// For the stamps of feed rows.
    pub random: &'a Randomness,
}

impl<T: Transaction> Announcer<'_, T> {
    /// Gives a new person the audience of what is theirs alone.
    pub async fn welcome(&mut self, person: PersonId) -> Stored<()> {
        let seat = policy::own_seat(self.tx.organisation(), person, self.now);
        self.ensure_audience(&Subject::Person(person)).await?;
        self.grant(&seat).await
    }

    /// Creates an audience that may be there already.
    pub async fn ensure_audience(&mut self, subject: &Subject) -> Stored<AudienceId> {
        let audience = AudienceId::of(self.tx.organisation(), subject);
        self.tx.ensure_audience(audience, subject).await?;
        Ok(audience)
    }

    /// Seats a person in an audience: at once, or when the start has come. The same seat again changes nothing;
    /// on other terms it is a revocation and a new grant.
    pub async fn grant(&mut self, seat: &Seat) -> Stored<()> {
        let present = self.tx.seat(seat.audience, seat.person).await?;
        match present.filter(|present| present.revoked_seq.is_none()) {
            Some(present) if has_terms(&present, seat, self.now) => return Ok(()),
            Some(present) if present.granted_seq.is_some() => {
                self.revoke(seat.audience, seat.person, CHANGED).await?;
            }
            _ => {}
        }
        self.tx.put_seat(seat).await?;
        if seat.from <= self.now {
            self.announce_start(seat.audience, seat.person, seat.role).await
        } else {
            Ok(())
        }
    }

    /// Ends a person's seat in an audience now. From the commit on, nothing passes.
    pub async fn revoke(&mut self, audience: AudienceId, person: PersonId, reason: &str) -> Stored<()> {
        let Some(present) = self.tx.seat(audience, person).await? else { return Ok(()) };
        if present.revoked_seq.is_some() {
            return Ok(());
        }
        if present.granted_seq.is_none() {
            return self.tx.mark_revoked(audience, person, NEVER_ANNOUNCED).await;
        }
        let event = Event::Revoke { audience, reason: reason.to_owned() };
        let told = if bug::is_on(Bug::RevokeToAudience) { audience } else { self.own_audience(person) };
        let seq = self.tell(told, event).await?;
        self.tx.mark_revoked(audience, person, seq).await
    }

    /// Sets when a seat ends; the job announces the end when it has passed. A passed end stays.
    pub async fn limit(&mut self, audience: AudienceId, person: PersonId, until: Timestamp) -> Stored<()> {
        self.tx.limit_seat(audience, person, until).await
    }

    /// Shows data that the server owns to an audience, or, without a body, that it is gone.
    pub async fn publish(
        &mut self,
        audience: AudienceId,
        collection: &str,
        key: &[u8],
        body: Option<String>,
    ) -> Stored<()> {
        let (collection, key) = (collection.to_owned(), key.to_vec());
        let event = Event::Record { collection: collection.clone(), key: key.clone() };
        // Its place in the feed is its version: newer is larger, whichever instance wrote it.
        let version = self.tell(audience, event).await?;
        self.tx.put_record(audience, &RecordRow { collection, key, version, body }).await
    }

    /// [`Self::publish`] for many, in one stretch of the feed.
    pub async fn publish_all(&mut self, news: Vec<News>) -> Stored<()> {
        let Some(last) = self.tx.advance_feed(news.len() as u64).await?.checked_sub(news.len() as u64) else {
            return Ok(());
        };
        let mut rows = Vec::with_capacity(news.len());
        for (version, News { audience, collection, key, body }) in (last + 1..).zip(news) {
            let at = FeedStamp { seq: version, stamp: self.random.bytes() };
            let event = Event::Record { collection: collection.to_owned(), key: key.clone() };
            rows.push(FeedRow { at, audience, event, time: self.now });
            let record = RecordRow { collection: collection.to_owned(), key, version, body: Some(body) };
            self.tx.put_record(audience, &record).await?;
        }
        self.tx.append_feed(&rows).await
    }

    async fn announce_start(&mut self, audience: AudienceId, person: PersonId, role: Role) -> Stored<()> {
        let event = Event::Grant { audience, role };
        let seq = self.tell(self.own_audience(person), event).await?;
        self.tx.mark_granted(audience, person, seq).await
    }

    /// Adds one row to the feed and tells its place.
    async fn tell(&mut self, audience: AudienceId, event: Event) -> Stored<u64> {
        let seq = self.tx.advance_feed(1).await?;
        let at = FeedStamp { seq, stamp: self.random.bytes() };
        self.tx.append_feed(&[FeedRow { at, audience, event, time: self.now }]).await?;
        Ok(seq)
    }

    fn own_audience(&self, person: PersonId) -> AudienceId {
        AudienceId::of(self.tx.organisation(), &Subject::Person(person))
    }
}

/// Whether a seat has these terms already. When it began does not matter once it has.
fn has_terms(present: &SeatRow, seat: &Seat, now: Timestamp) -> bool {
    let runs = present.granted_seq.is_some() && seat.from <= now;
    present.role == seat.role && present.until == seat.until && (runs || present.from == seat.from)
}

/// Announces what has begun and what has ended, by the database's clock, and tells how many there were. Safe to
/// run on every instance at once.
pub async fn announce_due<S: Store>(
    store: &S,
    org: OrgId,
    now: Timestamp,
    random: &Randomness,
) -> Stored<usize> {
    let mut tx = store.begin(org, Access::Write).await?;
    let mut announcer = Announcer { tx: &mut tx, now, random };
    let ends = announcer.tx.due_ends(BATCH).await?;
    for seat in &ends {
        announcer.revoke(seat.audience, seat.person, ENDED).await?;
    }
    let starts = announcer.tx.due_starts(BATCH).await?;
    for seat in &starts {
        announcer.announce_start(seat.audience, seat.person, seat.role).await?;
    }
    let count = ends.len() + starts.len();
    if count > 0 {
        tx.commit().await?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Records;
    use crate::store::postgres::testing::{
        Database, org, person, person_audience, tenure_audience, tenure_subject,
    };
    use crate::store::row::Membership;
    use rand::SeedableRng;
    use sqlx::PgPool;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const LATER: Timestamp = Timestamp(4_000_000_000_000);

    fn random() -> Randomness {
        Randomness::from_rng(rand::rngs::StdRng::seed_from_u64(7))
    }

    fn announcer<'a, T: Transaction>(tx: &'a mut T, random: &'a Randomness) -> Announcer<'a, T> {
        Announcer { tx, now: NOW, random }
    }

    fn leader(from: Timestamp, until: Option<Timestamp>) -> Seat {
        Seat { audience: tenure_audience(org(1)), person: person(1), role: Role::Leader, from, until }
    }

    async fn events(tx: &mut impl Transaction) -> Vec<Event> {
        let own = person_audience(tx.organisation());
        tx.tail(&[(own, 0)], 99).await.unwrap().into_iter().map(|row| row.event).collect()
    }

    fn granted() -> Event {
        Event::Grant { audience: tenure_audience(org(1)), role: Role::Leader }
    }

    fn revoked(reason: &str) -> Event {
        Event::Revoke { audience: tenure_audience(org(1)), reason: reason.into() }
    }

    #[sqlx::test]
    async fn a_grant_and_its_end_reach_the_person_in_their_own_audience(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let (audience, ada, random) = (tenure_audience(org(1)), person(1), random());
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        announcer(&mut tx, &random).ensure_audience(&tenure_subject()).await.unwrap();

        announcer(&mut tx, &random).grant(&leader(NOW, None)).await.unwrap();
        announcer(&mut tx, &random).grant(&leader(NOW, None)).await.unwrap();
        let membership = Membership { audience, role: Role::Leader, granted_seq: 1 };
        assert_eq!(tx.memberships(ada).await.unwrap(), [membership]);

        announcer(&mut tx, &random).revoke(audience, ada, "tenure_ended").await.unwrap();
        announcer(&mut tx, &random).revoke(audience, ada, "tenure_ended").await.unwrap();
        assert_eq!(tx.memberships(ada).await.unwrap(), []);
        assert_eq!(events(&mut tx).await, [granted(), revoked("tenure_ended")]);

        announcer(&mut tx, &random).grant(&leader(NOW, None)).await.unwrap();
        assert_eq!(tx.memberships(ada).await.unwrap()[0].granted_seq, 3);
    }

    #[sqlx::test]
    async fn a_prolongation_is_a_revocation_and_a_new_grant(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let random = random();
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();

        announcer(&mut tx, &random).grant(&leader(NOW, Some(LATER))).await.unwrap();
        announcer(&mut tx, &random).grant(&leader(NOW, None)).await.unwrap();

        assert_eq!(events(&mut tx).await, [granted(), revoked(CHANGED), granted()]);
    }

    #[sqlx::test]
    async fn a_seat_in_the_future_begins_and_ends_by_the_job(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let random = random();
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        announcer(&mut tx, &random).grant(&leader(LATER, Some(LATER.plus_ms(1)))).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(announce_due(&db.store, org(1), NOW, &random).await.unwrap(), 0);

        db.as_owner("UPDATE audience_member SET from_at = now() - interval '1 hour'").await;
        assert_eq!(announce_due(&db.store, org(1), NOW, &random).await.unwrap(), 1);
        db.as_owner("UPDATE audience_member SET until_at = now() - interval '1 minute'").await;
        assert_eq!(announce_due(&db.store, org(1), NOW, &random).await.unwrap(), 1);
        assert_eq!(announce_due(&db.store, org(1), NOW, &random).await.unwrap(), 0);

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        assert_eq!(events(&mut tx).await, [granted(), revoked(ENDED)]);
    }

    #[sqlx::test]
    async fn a_seat_that_ended_before_it_began_is_never_announced(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let random = random();
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        announcer(&mut tx, &random).grant(&leader(LATER, None)).await.unwrap();
        announcer(&mut tx, &random).revoke(tenure_audience(org(1)), person(1), "closed").await.unwrap();
        tx.commit().await.unwrap();

        db.as_owner("UPDATE audience_member SET from_at = now() - interval '1 hour'").await;
        assert_eq!(announce_due(&db.store, org(1), NOW, &random).await.unwrap(), 0);

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        assert_eq!(events(&mut tx).await, []);
    }

    #[sqlx::test]
    async fn a_record_has_a_row_in_the_feed_and_its_place_as_version(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let (own, random) = (person_audience(org(1)), random());
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        announcer(&mut tx, &random).welcome(person(1)).await.unwrap();
        Announcer { tx: &mut tx, now: LATER, random: &random }.welcome(person(1)).await.unwrap();

        announcer(&mut tx, &random).publish(own, "person", b"x", Some("{}".into())).await.unwrap();
        announcer(&mut tx, &random).publish(own, "person", b"x", None).await.unwrap();

        let records = tx.records(own, None, 9).await.unwrap();
        assert_eq!((records[0].version, &records[0].body), (3, &None));
        let own_grant = Event::Grant { audience: own, role: Role::Own };
        let record = Event::Record { collection: "person".into(), key: b"x".to_vec() };
        assert_eq!(events(&mut tx).await, [own_grant, record.clone(), record]);
    }
}
