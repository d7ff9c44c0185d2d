//! Owns the rules of who belongs where.

use super::ground::Ground;
use super::rows::*;
use server::store::row::{Membership, SeatRow};
use server::store::{Audiences, StoreError, Transaction};
use sync_core::ids::AudienceId;
use sync_core::policy::{Role, Seat};
use sync_core::time::Timestamp;

fn seat(number: u8, from: Timestamp, until: Option<Timestamp>) -> Seat {
    Seat { audience: pair(), person: person(number), role: Role::Leader, from, until }
}

fn stored(seat: Seat) -> SeatRow {
    let Seat { audience, person, role, from, until } = seat;
    SeatRow { audience, person, role, from, until, granted_seq: None, revoked_seq: None }
}

/// Gives a seat that is announced in the feed's row 7.
async fn grant(tx: &mut impl Audiences, seat: &Seat) -> anyhow::Result<()> {
    tx.put_seat(seat).await?;
    Ok(tx.mark_granted(seat.audience, seat.person, 7).await?)
}

pub(super) async fn a_person_belongs_from_the_announcement_until_the_end(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (audience, ada) = (pair(), person(1));
    let mut tx = ground.write().await?;
    tx.ensure_audience(audience, &pair_subject()).await?;

    tx.put_seat(&seat(1, LONG_AGO, Some(FAR_AHEAD))).await?;
    assert_eq!(tx.memberships(ada).await?, [], "not announced yet");
    assert_eq!(tx.members(&[audience]).await?, []);

    tx.mark_granted(audience, ada, 7).await?;
    grant(&mut tx, &Seat { audience: own(), role: Role::Own, ..seat(1, LONG_AGO, None) }).await?;
    let mut both = [(audience, Role::Leader), (own(), Role::Own)];
    both.sort_unstable();
    let both = both.map(|(audience, role)| Membership { audience, role, granted_seq: 7 });
    assert_eq!(tx.memberships(ada).await?, both);
    assert_eq!(tx.members(&[audience]).await?, [(audience, ada)]);
    assert_eq!(tx.ended_seats(ada).await?, []);

    tx.mark_revoked(audience, ada, 8).await?;
    assert_eq!(tx.memberships(ada).await?, [Membership { audience: own(), role: Role::Own, granted_seq: 7 }]);
    assert_eq!(tx.members(&[audience]).await?, []);
    assert_eq!((tx.ended_seats(ada).await?, tx.ended_seats(person(2)).await?), (vec![audience], vec![]));
    let ended = tx.seat(audience, ada).await?.filter(|seat| seat.until < Some(FAR_AHEAD));
    assert_eq!(ended.map(|seat| (seat.granted_seq, seat.revoked_seq)), Some((Some(7), Some(8))));
    Ok(())
}

pub(super) async fn a_seat_that_is_given_again_is_not_announced_yet(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    grant(&mut tx, &seat(1, LONG_AGO, None)).await?;
    tx.mark_revoked(pair(), person(1), 8).await?;
    assert_eq!(tx.seat(pair(), person(2)).await?, None);

    let again = Seat { role: Role::Agent, ..seat(1, Timestamp(5), Some(FAR_AHEAD)) };
    tx.put_seat(&again).await?;

    assert_eq!(tx.seat(pair(), person(1)).await?, Some(stored(again)));
    assert_eq!(tx.memberships(person(1)).await?, []);
    Ok(())
}

pub(super) async fn a_passed_end_takes_the_right_away_and_is_never_extended(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (audience, ada) = (pair(), person(1));
    let mut tx = ground.write().await?;
    grant(&mut tx, &seat(1, LONG_AGO, None)).await?;

    tx.limit_seat(audience, ada, FAR_AHEAD).await?;
    assert_eq!(tx.memberships(ada).await?.len(), 1);
    assert_eq!(tx.ended_seats(ada).await?, []);
    tx.limit_seat(audience, ada, LONG_AGO.plus_ms(1)).await?;
    assert_eq!(tx.memberships(ada).await?, []);
    assert_eq!(tx.ended_seats(ada).await?, [audience]);

    tx.limit_seat(audience, ada, FAR_AHEAD).await?;
    assert_eq!(tx.memberships(ada).await?, []);
    Ok(())
}

pub(super) async fn a_revoked_seat_keeps_an_earlier_end(ground: &impl Ground) -> anyhow::Result<()> {
    let passed = LONG_AGO.plus_ms(1);
    let mut tx = ground.write().await?;
    grant(&mut tx, &seat(1, LONG_AGO, Some(passed))).await?;
    grant(&mut tx, &seat(2, LONG_AGO, None)).await?;

    tx.mark_revoked(pair(), person(1), 8).await?;
    tx.mark_revoked(pair(), person(2), 9).await?;
    tx.limit_seat(pair(), person(2), FAR_AHEAD).await?;

    assert_eq!(tx.seat(pair(), person(1)).await?.and_then(|seat| seat.until), Some(passed));
    let now = tx.seat(pair(), person(2)).await?.and_then(|seat| seat.until);
    assert!(now > Some(passed) && now < Some(FAR_AHEAD), "{now:?}");
    Ok(())
}

pub(super) async fn what_is_not_there_is_neither_announced_nor_ended(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;

    tx.mark_granted(pair(), person(1), 7).await?;
    tx.mark_revoked(pair(), person(1), 8).await?;
    tx.limit_seat(pair(), person(1), FAR_AHEAD).await?;

    assert_eq!(tx.seat(pair(), person(1)).await?, None);
    Ok(())
}

pub(super) async fn what_has_begun_and_what_has_ended_is_due(ground: &impl Ground) -> anyhow::Result<()> {
    let (audience, ada) = (pair(), person(1));
    let mut tx = ground.write().await?;
    tx.put_seat(&seat(1, FAR_AHEAD, None)).await?;
    tx.put_seat(&seat(2, FAR_AHEAD, Some(FAR_AHEAD))).await?;
    assert_eq!((tx.due_starts(9).await?, tx.due_ends(9).await?), (vec![], vec![]));

    let past = seat(1, LONG_AGO, Some(LONG_AGO.plus_ms(1)));
    tx.put_seat(&past).await?;
    assert_eq!((tx.due_starts(9).await?, tx.due_ends(9).await?), (vec![stored(past)], vec![stored(past)]));

    tx.mark_granted(audience, ada, 1).await?;
    let granted = SeatRow { granted_seq: Some(1), ..stored(past) };
    assert_eq!((tx.due_starts(9).await?, tx.due_ends(9).await?), (vec![], vec![granted]));
    tx.mark_revoked(audience, ada, 2).await?;
    assert_eq!((tx.due_starts(9).await?, tx.due_ends(9).await?), (vec![], vec![]));
    Ok(())
}

pub(super) async fn what_is_due_comes_oldest_first_and_no_more_than_asked_for(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    for (number, ago) in [(1, 2), (2, 0), (3, 1)] {
        tx.put_seat(&seat(number, LONG_AGO.plus_ms(ago), Some(LONG_AGO.plus_ms(10 - ago)))).await?;
    }

    let people = |seats: Vec<SeatRow>| seats.into_iter().map(|seat| seat.person).collect::<Vec<_>>();
    assert_eq!(people(tx.due_starts(2).await?), [person(2), person(3)]);
    assert_eq!(people(tx.due_ends(2).await?), [person(1), person(3)]);
    Ok(())
}

pub(super) async fn what_is_due_is_given_to_one_instance_at_a_time(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    tx.put_seat(&seat(1, LONG_AGO, Some(LONG_AGO.plus_ms(1)))).await?;
    tx.put_seat(&seat(2, LONG_AGO.plus_ms(1), None)).await?;
    tx.commit().await?;
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    assert_eq!(first.due_starts(1).await?.len(), 1);

    let others = second.due_starts(1).await?;
    assert_eq!(others.iter().map(|seat| seat.person).collect::<Vec<_>>(), [person(2)], "it does not wait");
    assert_eq!(second.due_ends(9).await?, []);
    first.commit().await?;
    assert_eq!((second.due_starts(9).await?.len(), second.due_ends(9).await?.len()), (2, 1));
    Ok(())
}

pub(super) async fn a_seat_needs_its_audience(ground: &impl Ground) -> anyhow::Result<()> {
    let seat = Seat { audience: AudienceId::from_bytes([9; 16]), ..seat(1, LONG_AGO, None) };

    let given = ground.write().await?.put_seat(&seat).await;

    assert!(matches!(given, Err(StoreError::Failed(_))), "{given:?}");
    Ok(())
}

pub(super) async fn a_second_maker_of_an_audience_waits_and_changes_nothing(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (audience, subject) = (AudienceId::from_bytes([9; 16]), own_subject());
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.ensure_audience(audience, &subject).await?;

    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(first.commit().await?)
    };
    let making = async { Ok(second.ensure_audience(audience, &subject).await?) };
    tokio::try_join!(making, finish)?;

    second.put_seat(&Seat { audience, ..seat(1, LONG_AGO, None) }).await?;
    Ok(())
}

pub(super) async fn whoever_ends_a_seat_waits_for_whoever_announces_it(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (audience, ada) = (pair(), person(1));
    let mut tx = ground.write().await?;
    tx.put_seat(&seat(1, LONG_AGO, None)).await?;
    tx.commit().await?;
    let (mut announcing, mut ending) = (ground.write().await?, ground.write().await?);
    announcing.due_starts(9).await?;

    let finish = async {
        ground.until_waiting(1).await?;
        announcing.mark_granted(audience, ada, 7).await?;
        anyhow::Ok(announcing.commit().await?)
    };
    let end = async { Ok(ending.mark_revoked(audience, ada, 8).await?) };
    tokio::try_join!(end, finish)?;

    let ended = ending.seat(audience, ada).await?;
    assert_eq!(ended.map(|seat| (seat.granted_seq, seat.revoked_seq)), Some((Some(7), Some(8))));
    Ok(())
}
