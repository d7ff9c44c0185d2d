//! Owns calendars that are read without a device: the secret address of each, and what is to be read there.
//!
//! Whoever has the address reads when its owner meets whom, and nothing else, until the owner or the operator takes it away. The
//! database keeps a hash of it. What is read follows from the facts of the owner's pairs, by the functions that phones use.

use super::attempt::Attempt;
use super::facts;
use super::roster::{Office, RosterError};
use crate::error::ApiError;
use crate::random::Randomness;
use crate::store::postgres::{PgStore, PgTransaction};
use crate::store::row::roster::{PersonRow, TenureRow};
use crate::store::{Access, Store, StoreError, Stored, Transaction};
use crate::vault::LedgerEntry;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use sync_core::calendar::{self, Event};
use sync_core::coaching::{meeting, partnership};
use sync_core::content::Phrase;
use sync_core::ids::{AudienceId, OrgId, PersonId};
use sync_core::insight::{Input, Known, Occasion, Pair, Shelf, Thresholds, occasions};
use sync_core::key::Subject;
use sync_core::time::{Day, Timestamp, Zone};

/// Readings of addresses that nobody has, from one network address within ten minutes.
pub const STRANGER_LIMIT: i64 = 60;
/// Readings of one calendar within ten minutes. Programs ask once in minutes.
pub const READER_LIMIT: i64 = 60;
/// New addresses of one person within ten minutes.
pub const GIVING_LIMIT: i64 = 10;
/// How many days of the past stand in a calendar.
const DAYS_BEFORE: i32 = 28;
/// How many days ahead.
const DAYS_AHEAD: i32 = 84;
/// More than anybody has in these weeks.
const MOST_EVENTS: usize = 2_000;
/// Bytes of an address before they are written as letters.
const ADDRESS_BYTES: usize = 48;

/// Where a calendar can be read: the organisation, and 32 random bytes. Printed only for whom it belongs to.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarAddress {
    org: OrgId,
    secret: [u8; 32],
}

impl CalendarAddress {
    fn generate(org: OrgId, random: &Randomness) -> Self {
        Self { org, secret: random.bytes() }
    }

    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        // Anything longer need not be decoded to be refused.
        let is_as_long = text.len() == ADDRESS_BYTES / 3 * 4;
        let bytes = is_as_long.then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok()).flatten()?;
        let (org, secret) = bytes.split_at_checked(16)?;
        Some(Self { org: OrgId::from_slice(org)?, secret: secret.try_into().ok()? })
    }

    /// The written form, a secret.
    pub fn to_text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// What the database keeps of it. A plain hash is enough: 256 random bits cannot be tried out.
    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.bytes()).into()
    }

    fn bytes(&self) -> Vec<u8> {
        [&self.org.as_bytes()[..], &self.secret].concat()
    }
}

impl std::fmt::Debug for CalendarAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CalendarAddress({:?}, ***)", self.org)
    }
}

impl Office<'_> {
    /// Gives somebody's calendar a new address; the one that it had is nobody's from now on.
    pub async fn give_calendar(&self, org: OrgId, person: PersonId) -> Result<CalendarAddress, RosterError> {
        self.enter(LedgerEntry::CalendarRevoked { org, person, before: self.now }).await?;
        let address = CalendarAddress::generate(org, self.random);
        let mut tx = self.store.begin(org, Access::Write).await?;
        tx.find_person(person).await?.ok_or(RosterError::NotFound("person"))?;
        tx.put_calendar(person, &address.hash(), self.now).await?;
        tx.commit().await?;
        Ok(address)
    }

    /// Takes away the address of somebody's calendar now. Doing it twice changes nothing.
    pub async fn revoke_calendar(&self, org: OrgId, person: PersonId) -> Result<(), RosterError> {
        let before = self.now.plus_ms(1);
        self.enter(LedgerEntry::CalendarRevoked { org, person, before }).await?;
        let mut tx = self.store.begin(org, Access::Write).await?;
        tx.drop_calendar(person, before).await?;
        Ok(tx.commit().await?)
    }
}

/// Counts that somebody asks for a new address. What costs the disk of the vault is done so often and no more.
pub async fn count_giving(store: &PgStore, person: PersonId, now: Timestamp) -> Result<(), ApiError> {
    let bucket = format!("calendar of {person}");
    Attempt::count(store, now, vec![(bucket, GIVING_LIMIT)]).await.map(drop)
}

/// The file at an address, for a reader whose attempts are counted by this bucket.
pub async fn read(
    store: &PgStore,
    address: &CalendarAddress,
    bucket: &str,
    now: Timestamp,
) -> Result<String, ApiError> {
    let attempt =
        Attempt::count(store, now, vec![(format!("calendar address {bucket}"), STRANGER_LIMIT)]).await?;
    let mut tx = store.begin(address.org, Access::Read).await?;
    let person = tx.calendar_at(&address.hash()).await?.ok_or(ApiError::NotFound)?;
    drop(tx);
    attempt.forgive(store).await?;
    Attempt::count(store, now, vec![(format!("calendar reader {person}"), READER_LIMIT)]).await?;
    let mut tx = store.begin(address.org, Access::Read).await?;
    let person = tx.find_person(person).await?.ok_or(ApiError::NotFound)?;
    Ok(file(&mut tx, &person, now).await?)
}

/// The calendar of a person.
async fn file(tx: &mut PgTransaction, person: &PersonRow, now: Timestamp) -> Stored<String> {
    let tenures = tx.running_tenures_of(person.id).await?;
    let org = tx.organisation();
    let audiences: Vec<_> =
        tenures.iter().map(|row| AudienceId::of(org, &Subject::Tenure(row.tenure.id))).collect();
    let kinds = [meeting::SPEC.name, partnership::SPEC.name];
    let known = facts::known(tx, &audiences, &kinds).await?;
    let today = now.utc_day().ok_or_else(|| StoreError::Failed("the clock is beyond the calendar".into()))?;
    let mut events = events(org, person, &tenures, &known, now);
    events.truncate(MOST_EVENTS);
    Ok(calendar::write(&events, today))
}

/// Each team has its own day.
fn events(
    org: OrgId,
    person: &PersonRow,
    tenures: &[TenureRow],
    known: &[Known],
    now: Timestamp,
) -> Vec<Event> {
    let mut by_zone: BTreeMap<&str, Vec<&TenureRow>> = BTreeMap::new();
    for row in tenures {
        by_zone.entry(&row.team.time_zone).or_default().push(row);
    }
    let of_zone = by_zone.into_iter().filter_map(|(name, rows)| {
        let zone = Zone::named(name)?;
        let as_of = now.day_in(&zone)?;
        let pairs: Vec<_> = rows.iter().filter_map(|row| pair(row, &zone)).collect();
        let (unread, thresholds) = (BTreeMap::new(), Thresholds::default());
        let shelf = Shelf::of(Input {
            viewer: person.id,
            as_of,
            zone: &zone,
            pairs: &pairs,
            teams: &[],
            documents: known,
            unread: &unread,
            thresholds: &thresholds,
        });
        let days = as_of.plus_days(-DAYS_BEFORE)?..as_of.plus_days(DAYS_AHEAD)?;
        let event = |occasion| event(&occasion, person, &rows, &zone, thresholds.meeting_minutes);
        Some(occasions(&shelf, org, &days).into_iter().map(event).collect::<Vec<_>>())
    });
    of_zone.flatten().collect()
}

/// A tenure as read models see it.
pub(super) fn pair(row: &TenureRow, zone: &Zone) -> Option<Pair> {
    let tenure = row.tenure;
    let day = |at: Timestamp| -> Option<Day> { at.day_in(zone) };
    let from = day(tenure.from)?;
    Some(Pair {
        tenure: tenure.id,
        team: row.team.id,
        leader: tenure.leader,
        agent: tenure.agent,
        name: row.agent_name.as_str().to_owned(),
        joined: day(row.joined)?,
        from,
        until: tenure.until.and_then(day),
    })
}

fn event(occasion: &Occasion, person: &PersonRow, rows: &[&TenureRow], zone: &Zone, minutes: u32) -> Event {
    let row = rows.iter().find(|row| row.tenure.id == occasion.tenure);
    let name = row.map_or("", |row| {
        if row.tenure.leader == person.id { row.agent_name.as_str() } else { row.leader_name.as_str() }
    });
    Event {
        doc: occasion.doc,
        moves: occasion.moves,
        slot: occasion.slot,
        minutes,
        zone: zone.clone(),
        title: Phrase::OneOnOneWith { name }.text(person.language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_and_is_never_printed_by_accident() {
        let address = CalendarAddress::generate(OrgId::from_bytes([7; 16]), &Randomness::system());
        let text = address.to_text();
        assert_eq!(CalendarAddress::parse(&text), Some(address.clone()));
        assert!(!format!("{address:?}").contains(&text[22..]));
        assert_ne!(address.hash(), CalendarAddress::generate(address.org, &Randomness::system()).hash());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let text = CalendarAddress::generate(OrgId::from_bytes([7; 16]), &Randomness::system()).to_text();
        let (longer, odd) = (format!("{text}A"), format!("!{}", &text[1..]));
        for wrong in ["", &text[1..], &longer, &odd, &"A".repeat(1 << 20)] {
            assert_eq!(CalendarAddress::parse(wrong), None);
        }
    }
}
