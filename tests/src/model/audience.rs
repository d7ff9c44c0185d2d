//! Owns the statements about who belongs to which audience.

use super::locks::Key;
use super::transaction::ModelTransaction;
use server::store::row::{Membership, SeatRow};
use server::store::{Audiences, Stored};
use sync_core::ids::{AudienceId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::Seat;
use sync_core::time::Timestamp;

impl Audiences for ModelTransaction {
    async fn memberships(&mut self, person: PersonId) -> Stored<Vec<Membership>> {
        let now = self.now();
        let seats = self.statement("memberships").await?.seats.values();
        let theirs = seats.filter(|seat| seat.person == person);
        Ok(theirs.filter_map(|seat| membership(seat, now)).collect())
    }

    async fn former_audiences(&mut self, person: PersonId) -> Stored<Vec<AudienceId>> {
        let seats = self.statement("former_audiences").await?.seats.values();
        let ended = |seat: &&SeatRow| {
            seat.person == person && seat.granted_seq.is_some() && seat.revoked_seq.is_some()
        };
        Ok(seats.filter(ended).map(|seat| seat.audience).collect())
    }

    async fn members(&mut self, audiences: &[AudienceId]) -> Stored<Vec<(AudienceId, PersonId)>> {
        let now = self.now();
        let seats = self.statement("members").await?.seats.values();
        let theirs = seats.filter(|seat| audiences.contains(&seat.audience));
        let running = theirs.filter(|seat| membership(seat, now).is_some());
        Ok(running.map(|seat| (seat.audience, seat.person)).collect())
    }

    async fn ensure_audience(&mut self, audience: AudienceId, subject: &Subject) -> Stored<()> {
        if self.statement("ensure_audience").await?.audiences.contains_key(&audience) {
            return Ok(());
        }
        self.hold(vec![Key::Audience(audience)]).await?;
        self.demand(self.view().feed_counter.is_some(), "no such organisation")?;
        let subject = *subject;
        self.step(move |tables| {
            tables.audiences.entry(audience).or_insert(subject);
        });
        Ok(())
    }

    async fn seat(&mut self, audience: AudienceId, person: PersonId) -> Stored<Option<SeatRow>> {
        Ok(self.statement("seat").await?.seats.get(&(audience, person)).copied())
    }

    async fn put_seat(&mut self, seat: &Seat) -> Stored<()> {
        self.statement("put_seat").await?;
        let Seat { audience, person, role, from, until } = *seat;
        self.hold(vec![Key::Seat(audience, person)]).await?;
        self.demand(self.view().audiences.contains_key(&audience), "no such audience")?;
        let row = SeatRow { audience, person, role, from, until, granted_seq: None, revoked_seq: None };
        self.step(move |tables| {
            tables.seats.insert((audience, person), row);
        });
        Ok(())
    }

    async fn mark_granted(&mut self, audience: AudienceId, person: PersonId, seq: u64) -> Stored<()> {
        self.statement("mark_granted").await?;
        self.change_seat(audience, person, move |seat| seat.granted_seq = Some(seq)).await
    }

    async fn mark_revoked(&mut self, audience: AudienceId, person: PersonId, seq: u64) -> Stored<()> {
        self.statement("mark_revoked").await?;
        let now = self.now();
        let revoke = move |seat: &mut SeatRow| {
            seat.revoked_seq = Some(seq);
            seat.until = Some(seat.until.map_or(now, |until| until.min(now)));
        };
        self.change_seat(audience, person, revoke).await
    }

    async fn limit_seat(&mut self, audience: AudienceId, person: PersonId, until: Timestamp) -> Stored<()> {
        self.statement("limit_seat").await?;
        let now = self.now();
        let limit = move |seat: &mut SeatRow| {
            if seat.revoked_seq.is_none() && seat.until.is_none_or(|until| until > now) {
                seat.until = Some(until);
            }
        };
        self.change_seat(audience, person, limit).await
    }

    async fn due_starts(&mut self, limit: u32) -> Stored<Vec<SeatRow>> {
        self.statement("due_starts").await?;
        let now = self.now();
        let start = |seat: &SeatRow| seat.granted_seq.is_none().then_some(seat.from);
        self.take_due(limit, |seat| start(seat).filter(|from| *from <= now)).await
    }

    async fn due_ends(&mut self, limit: u32) -> Stored<Vec<SeatRow>> {
        self.statement("due_ends").await?;
        let now = self.now();
        self.take_due(limit, |seat| seat.until.filter(|until| *until <= now)).await
    }
}

impl ModelTransaction {
    /// Changes a seat, if it is there.
    async fn change_seat(
        &mut self,
        audience: AudienceId,
        person: PersonId,
        change: impl Fn(&mut SeatRow) + Send + Sync + 'static,
    ) -> Stored<()> {
        let place = (audience, person);
        if !self.view().seats.contains_key(&place) {
            return Ok(());
        }
        self.hold(vec![Key::Seat(audience, person)]).await?;
        self.step(move |tables| {
            if let Some(seat) = tables.seats.get_mut(&place) {
                change(seat);
            }
        });
        Ok(())
    }

    /// Holds the seats that are due, oldest first, and passes over those that somebody else holds.
    async fn take_due(
        &mut self,
        limit: u32,
        due: impl Fn(&SeatRow) -> Option<Timestamp>,
    ) -> Stored<Vec<SeatRow>> {
        let open = self.view().seats.values().filter(|seat| seat.revoked_seq.is_none());
        let mut seats: Vec<_> = open.filter_map(|seat| Some((due(seat)?, *seat))).collect();
        seats.retain(|(_, seat)| self.is_free(Key::Seat(seat.audience, seat.person)));
        seats.sort_by_key(|(at, seat)| (*at, seat.audience, seat.person));
        seats.truncate(limit as usize);
        self.hold(seats.iter().map(|(_, seat)| Key::Seat(seat.audience, seat.person)).collect()).await?;
        Ok(seats.into_iter().map(|(_, seat)| seat).collect())
    }
}

/// What a seat gives at this moment.
fn membership(seat: &SeatRow, now: Timestamp) -> Option<Membership> {
    let is_over = seat.revoked_seq.is_some() || seat.until.is_some_and(|until| until <= now);
    let granted_seq = seat.granted_seq.filter(|_| !is_over)?;
    Some(Membership { audience: seat.audience, role: seat.role, granted_seq })
}
