//! Owns the figures of teams: when they are made anew, of what, and who gets them.
//!
//! They follow from facts, by the functions that phones use, and go to each head of operations as a record in the audience that is
//! theirs alone: members, leaders and HR get none. What is made is counts and shares of at least five pairs; no document leaves
//! its audience for it.

use super::appointment;
use super::calendar::pair;
use super::facts;
use super::membership::Announcer;
use crate::random::Randomness;
use crate::store::postgres::{PgStore, PgTransaction};
use crate::store::row::roster::{TeamRow, TenureRow};
use crate::store::{Access, Feed, Records, Store, StoreError, Stored, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use sync_core::coaching::{
    action_plan, feedback_log, floor_walk, goal_set, meeting, partnership, tier_note, wellbeing_log,
};
use sync_core::ids::{AudienceId, OrgId, PersonId, TeamId};
use sync_core::insight::{FiguresKey, Input, Known, Shelf, TeamFigures, Thresholds, figures};
use sync_core::key::Subject;
use sync_core::policy::{self, Appointment};
use sync_core::store::TEAM_FIGURES;
use sync_core::time::{Day, Timestamp, Zone};

/// What figures follow from.
const KINDS: [&str; 8] = [
    meeting::SPEC.name,
    partnership::SPEC.name,
    feedback_log::SPEC.name,
    goal_set::SPEC.name,
    action_plan::SPEC.name,
    wellbeing_log::SPEC.name,
    floor_walk::SPEC.name,
    tier_note::SPEC.name,
];

/// Makes figures, and remembers of what they were made last. Safe to run on every instance at once: the same is made of the same, and
/// what is shown already is not shown again.
#[derive(Debug, Default)]
pub struct FigureMaker {
    made: BTreeMap<(OrgId, FiguresKey), Made>,
}

/// What making figures works with.
#[derive(Debug, Clone, Copy)]
pub struct Making<'a> {
    /// The database.
    pub store: &'a PgStore,
    /// Stamps of feed rows.
    pub random: &'a Randomness,
    /// The time.
    pub now: Timestamp,
    /// How long figures stay as they are, whatever changes.
    pub every: Duration,
}

/// What figures follow from, in short: while it is the same, they are.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ground {
    day: Day,
    /// When a document of them changed last, and of how many there are facts.
    documents: (Option<Timestamp>, u64),
    pairs: BTreeSet<AudienceId>,
    heads: BTreeSet<PersonId>,
}

/// Figures that were made.
#[derive(Debug, Clone)]
struct Made {
    at: Timestamp,
    of: Ground,
}

/// Whether figures are to be made: at once for a head who has none yet, else when something has changed and the last ones have stood
/// for so long.
fn is_due(made: Option<&Made>, ground: &Ground, now: Timestamp, every: Duration) -> bool {
    let Some(made) = made else { return true };
    let has_new_head = !ground.heads.is_subset(&made.of.heads);
    let stood_ms = u128::try_from(now.ms_since(made.at)).unwrap_or(0);
    has_new_head || (made.of != *ground && stood_ms >= every.as_millis())
}

/// Those whom one leads in a team, and who answers for it.
struct Led {
    key: FiguresKey,
    zone: Zone,
    tenures: Vec<TenureRow>,
    heads: BTreeSet<PersonId>,
}

impl Led {
    /// Where the documents are that figures follow from: what the pairs share, and what the leader has for themselves.
    fn audiences(&self, org: OrgId) -> Vec<AudienceId> {
        let shared = self.tenures.iter().map(|row| Subject::Tenure(row.tenure.id));
        let all = shared.chain([Subject::Person(self.key.leader)]);
        all.map(|subject| AudienceId::of(org, &subject)).collect()
    }
}

impl FigureMaker {
    /// Makes what is due in an organisation, takes away what nobody is to have any more, and tells how many records changed.
    pub async fn run(&mut self, making: Making<'_>, org: OrgId) -> Stored<usize> {
        let mut tx = making.store.begin(org, Access::Read).await?;
        let led = led(&mut tx).await?;
        let mut due = Vec::new();
        for led in led.into_iter().filter(|led| !led.heads.is_empty()) {
            let ground = ground(&mut tx, &led, making.now).await?;
            if is_due(self.made.get(&(org, led.key)), &ground, making.now, making.every) {
                let known = facts::known(&mut tx, &led.audiences(org), &KINDS).await?;
                due.push((led.key, ground.clone(), of(&led, &known, ground.day)));
            }
        }
        drop(tx);
        let changed = show(making, org, &due).await?;
        for (key, of, _) in due {
            self.made.insert((org, key), Made { at: making.now, of });
        }
        Ok(changed)
    }
}

async fn ground(tx: &mut PgTransaction, led: &Led, now: Timestamp) -> Stored<Ground> {
    let audiences = led.audiences(tx.organisation());
    let day =
        now.day_in(&led.zone).ok_or_else(|| StoreError::Failed("the clock is beyond the calendar".into()))?;
    let documents = tx.newest_facts(&audiences, &KINDS).await?;
    Ok(Ground { day, documents, pairs: audiences.into_iter().collect(), heads: led.heads.clone() })
}

fn of(led: &Led, known: &[Known], as_of: Day) -> TeamFigures {
    let pairs: Vec<_> = led.tenures.iter().filter_map(|row| pair(row, &led.zone)).collect();
    let (unread, thresholds) = (BTreeMap::new(), Thresholds::default());
    figures(&Shelf::of(Input {
        viewer: led.key.leader,
        as_of,
        zone: &led.zone,
        pairs: &pairs,
        teams: &[],
        documents: known,
        unread: &unread,
        thresholds: &thresholds,
    }))
}

/// Everybody who leads in a team.
async fn led(tx: &mut PgTransaction) -> Stored<Vec<Led>> {
    let appointed = appointment::running(tx).await?;
    let mut by_leader: BTreeMap<(TeamId, PersonId), (TeamRow, Vec<TenureRow>)> = BTreeMap::new();
    for row in tx.tenures().await?.into_iter().filter(|row| row.tenure.until.is_none()) {
        let place = by_leader.entry((row.team.id, row.tenure.leader));
        place.or_insert_with(|| (row.team.clone(), Vec::new())).1.push(row);
    }
    let led = by_leader.into_iter().filter_map(|((team, leader), (row, tenures))| {
        let heads = heads(team, &appointed);
        Some(Led { key: FiguresKey { team, leader }, zone: Zone::named(&row.time_zone)?, tenures, heads })
    });
    Ok(led.collect())
}

/// The heads of operations who answer for a team, whatever else they are in it.
fn heads(team: TeamId, appointed: &[Appointment]) -> BTreeSet<PersonId> {
    let answering = appointed.iter().filter(|appointment| {
        appointment.office == policy::Office::Head && appointment.team.is_none_or(|of| of == team)
    });
    answering.map(|appointment| appointment.person).collect()
}

type Due = (FiguresKey, Ground, TeamFigures);

/// Shows what was made to the heads of now: who answers for a team is read again behind the feed's lock.
async fn show(making: Making<'_>, org: OrgId, due: &[Due]) -> Stored<usize> {
    let mut tx = making.store.begin(org, Access::Write).await?;
    tx.advance_feed(0).await?;
    let led = led(&mut tx).await?;
    let mut changed = withdraw(&mut announcer(&mut tx, making), &led).await?;
    for (key, _, made) in due {
        let heads = led.iter().find(|led| led.key == *key).map(|led| led.heads.clone()).unwrap_or_default();
        for head in heads {
            changed += usize::from(show_one(&mut announcer(&mut tx, making), (*key, head), made).await?);
        }
    }
    if changed > 0 {
        tx.commit().await?;
    }
    Ok(changed)
}

async fn show_one(
    announcer: &mut Announcer<'_, PgTransaction>,
    (key, head): (FiguresKey, PersonId),
    made: &TeamFigures,
) -> Stored<bool> {
    let audience = AudienceId::of(announcer.tx.organisation(), &Subject::Person(head));
    let named = (audience, TEAM_FIGURES.to_owned(), key.to_bytes());
    let shown = announcer.tx.named_records(&[named]).await?.pop().and_then(|(_, record)| record.body);
    if shown.is_some_and(|body| serde_json::from_str::<TeamFigures>(&body).is_ok_and(|shown| shown == *made))
    {
        return Ok(false);
    }
    let body = serde_json::to_string(made).expect("figures serialize: their fields are text and numbers");
    announcer.publish(audience, TEAM_FIGURES, &key.to_bytes(), Some(body)).await?;
    Ok(true)
}

/// Takes figures away from whoever does not answer for that team any more, with what is to be announced about it. Whoever changes the
/// roster does this in the same transaction.
pub(super) async fn withdraw_from_others(announcer: &mut Announcer<'_, PgTransaction>) -> Stored<()> {
    let led = led(announcer.tx).await?;
    withdraw(announcer, &led).await.map(drop)
}

async fn withdraw(announcer: &mut Announcer<'_, PgTransaction>, led: &[Led]) -> Stored<usize> {
    let org = announcer.tx.organisation();
    let of_one = |led: &Led| {
        let key = led.key.to_bytes();
        let own = |head: &PersonId| AudienceId::of(org, &Subject::Person(*head));
        led.heads.iter().map(|head| (own(head), key.clone())).collect::<Vec<_>>()
    };
    let wanted: BTreeSet<(AudienceId, Vec<u8>)> = led.iter().flat_map(of_one).collect();
    let shown = announcer.tx.places_of(TEAM_FIGURES).await?;
    let unwanted: Vec<_> = shown.into_iter().filter(|place| !wanted.contains(place)).collect();
    for (audience, key) in &unwanted {
        announcer.publish(*audience, TEAM_FIGURES, key, None).await?;
    }
    Ok(unwanted.len())
}

fn announcer<'t>(tx: &'t mut PgTransaction, making: Making<'t>) -> Announcer<'t, PgTransaction> {
    Announcer { tx, now: making.now, random: making.random }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const EVERY: Duration = Duration::from_secs(300);

    fn ground(changed: i64) -> Ground {
        Ground {
            day: Day::parse("2027-01-15").unwrap(),
            documents: (Some(Timestamp(changed)), 1),
            pairs: BTreeSet::new(),
            heads: BTreeSet::from([PersonId::from_bytes([1; 16])]),
        }
    }

    fn made(minutes_ago: i64) -> Made {
        Made { at: NOW.plus_ms(-minutes_ago * 60_000), of: ground(1) }
    }

    #[test]
    fn figures_that_nobody_made_are_due() {
        assert!(is_due(None, &ground(1), NOW, EVERY));
    }

    #[test]
    fn what_did_not_change_is_not_made_again_however_old_it_is() {
        assert!(!is_due(Some(&made(600)), &ground(1), NOW, EVERY));
    }

    #[test]
    fn a_busy_team_is_counted_once_in_five_minutes() {
        assert!(!is_due(Some(&made(4)), &ground(2), NOW, EVERY));
        assert!(is_due(Some(&made(5)), &ground(2), NOW, EVERY));
    }

    #[test]
    fn the_next_day_is_a_change_and_a_new_head_does_not_wait() {
        let mut tomorrow = ground(1);
        tomorrow.day = Day::parse("2027-01-16").unwrap();
        assert!(is_due(Some(&made(5)), &tomorrow, NOW, EVERY));

        let mut with_another = ground(1);
        with_another.heads.insert(PersonId::from_bytes([2; 16]));
        assert!(is_due(Some(&made(0)), &with_another, NOW, EVERY));
        with_another.heads.clear();
        assert!(
            !is_due(Some(&made(0)), &with_another, NOW, EVERY),
            "whoever leaves is taken care of at once"
        );
    }
}
