//! Owns numbers about people once they are read: what of them is new, where they are kept, and who gets them on their phone.
//!
//! A person's numbers travel as one record for each month, in two places: to the person's own audience, and to the audience of
//! each tenure in which somebody leads them now, in their own place or in another's. So an agent has theirs, a leader has those of the people they lead, and
//! nobody else has any. A new tenure begins with the months before it; when it ends, what its leader had goes with the seat.

use super::delegation;
use super::membership::{Announcer, News};
use crate::metrics::{Directory, KnownPerson, Profile};
use crate::random::Randomness;
use crate::store::postgres::{Days, PgStore, PgTransaction};
use crate::store::{Feed, StoreError, Stored, Transaction};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use sync_core::ids::{AudienceId, PersonId};
use sync_core::key::Subject;
use sync_core::metric::{self, MetricRow, MonthKey, SourceName};
use sync_core::policy;
use sync_core::time::{Day, Month, Timestamp};

/// So many rows go into one statement.
const BATCH: usize = 5_000;
/// So many people's months are in memory at a time.
const PEOPLE: usize = 100;
/// Phones hold this month and the twelve before it, so that each has the same month of last year beside it.
const MONTHS_BEFORE: u16 = 12;

/// What keeping numbers works with.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a> {
    /// The database.
    pub store: &'a PgStore,
    /// Stamps of feed rows.
    pub random: &'a Randomness,
    /// The time.
    pub now: Timestamp,
}

/// What became of the rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Of which nothing was known.
    pub new: usize,
    /// That corrected what their source said before; that is kept.
    pub changed: usize,
    /// That were known.
    pub unchanged: usize,
}

/// What rows say beside what is known.
#[derive(Debug, Default)]
struct Difference {
    /// New ones and corrected ones.
    write: Vec<MetricRow>,
    /// The corrected ones as they were.
    replaced: Vec<MetricRow>,
    counts: Counts,
}

impl Difference {
    fn between(rows: &[MetricRow], known: Vec<MetricRow>) -> Self {
        let key = |row: &MetricRow| (row.person, row.day, row.kpi.clone(), row.source.clone());
        let mut known: HashMap<_, _> = known.into_iter().map(|row| (key(&row), row)).collect();
        let mut found = Self::default();
        for row in rows {
            match known.remove(&key(row)) {
                Some(before) if before == *row => found.counts.unchanged += 1,
                Some(before) => {
                    found.counts.changed += 1;
                    found.replaced.push(before);
                    found.write.push(row.clone());
                }
                None => {
                    found.counts.new += 1;
                    found.write.push(row.clone());
                }
            }
        }
        found
    }
}

impl Numbers<'_> {
    /// Everybody of the organisation, as files may name them.
    pub async fn directory(&self, tx: &mut PgTransaction) -> Stored<Directory> {
        Ok(Directory::of(known_people(tx).await?))
    }

    /// What was said about the files of a source.
    pub async fn profile(&self, tx: &mut PgTransaction, source: &SourceName) -> Stored<Profile> {
        let stored = tx.source_profile(source).await?;
        // One that a later release wrote, and this one cannot read, was not said to this one.
        Ok(stored.and_then(|stored| serde_json::from_str(&stored).ok()).unwrap_or_default())
    }

    /// What would become of rows. Writes nothing.
    pub async fn compare(&self, tx: &mut PgTransaction, rows: &[MetricRow]) -> Stored<Counts> {
        Ok(self.difference(tx, rows).await?.counts)
    }

    /// Keeps the rows of a file, all or none, and shows what they change to whom it concerns. The same rows again change nothing.
    /// `on_kept` hears how many are kept so far.
    pub async fn keep(
        &self,
        mut tx: PgTransaction,
        (source, profile): (&SourceName, &Profile),
        rows: &[MetricRow],
        mut on_kept: impl FnMut(usize),
    ) -> Stored<Counts> {
        let profile = serde_json::to_string(profile).expect("a profile serializes: its fields are words");
        tx.put_source(source, &profile, self.now).await?;
        let difference = self.difference(&mut tx, rows).await?;
        for batch in difference.replaced.chunks(BATCH) {
            tx.keep_replaced(batch, self.now).await?;
        }
        let mut kept = difference.counts.unchanged;
        for batch in difference.write.chunks(BATCH) {
            tx.put_metrics(batch, self.now).await?;
            kept += batch.len();
            on_kept(kept);
        }
        let month = |row: &MetricRow| MonthKey { person: row.person, month: row.day.month() };
        self.show(&mut tx, difference.write.iter().map(month).collect()).await?;
        tx.commit().await?;
        Ok(difference.counts)
    }

    async fn difference(&self, tx: &mut PgTransaction, rows: &[MetricRow]) -> Stored<Difference> {
        let people: BTreeSet<PersonId> = rows.iter().map(|row| row.person).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let days = rows.iter().map(|row| row.day);
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
            return Ok(Difference::default());
        };
        Ok(Difference::between(rows, tx.metrics(&people, &(first..=last)).await?))
    }

    /// Publishes these months to whom they concern; those that no phone holds are left out.
    async fn show(&self, tx: &mut PgTransaction, changed: BTreeSet<MonthKey>) -> Stored<()> {
        let oldest = shown_since(self.now)?;
        let mut by_person: BTreeMap<PersonId, BTreeSet<Month>> = BTreeMap::new();
        for key in changed.into_iter().filter(|key| key.month >= oldest) {
            by_person.entry(key.person).or_default().insert(key.month);
        }
        if by_person.is_empty() {
            return Ok(());
        }
        // From here on no tenure begins, and no other file is taken in, until this transaction ends: what is read next is what
        // everybody will have.
        tx.advance_feed(0).await?;
        let people: Vec<_> = by_person.into_iter().collect();
        for some in people.chunks(PEOPLE) {
            let news = news_of(tx, some, self.now).await?;
            Announcer { tx: &mut *tx, now: self.now, random: self.random }.publish_all(news).await?;
        }
        Ok(())
    }
}

/// Everybody who is here, with what other systems call them.
pub(super) async fn known_people(tx: &mut PgTransaction) -> Stored<Vec<KnownPerson>> {
    let mut identifiers: HashMap<PersonId, Vec<_>> = HashMap::new();
    for (person, identifier) in tx.identifiers().await? {
        identifiers.entry(person).or_default().push(identifier);
    }
    let known = tx.people().await?.into_iter().map(|row| KnownPerson {
        person: row.id,
        name: row.name.as_str().to_owned(),
        identifiers: identifiers.remove(&row.id).unwrap_or_default(),
    });
    Ok(known.collect())
}

async fn news_of(
    tx: &mut PgTransaction,
    changed: &[(PersonId, BTreeSet<Month>)],
    now: Timestamp,
) -> Stored<Vec<News>> {
    let people: Vec<PersonId> = changed.iter().map(|(person, _)| *person).collect();
    let months = changed.iter().flat_map(|(_, months)| months);
    let (Some(first), Some(last)) = (months.clone().min(), months.max()) else { return Ok(Vec::new()) };
    let org = tx.organisation();
    let mut audiences: HashMap<PersonId, Vec<AudienceId>> = HashMap::new();
    let delegations = delegation::running(tx, now).await?;
    for tenure in tx.tenures_of_agents(&people).await? {
        let stints = delegations.iter().filter_map(|row| policy::stand_in(&row.delegation, &tenure));
        let pairs = stints.map(|stint| stint.pair.id).chain([tenure.id]);
        let of_them = pairs.map(|pair| AudienceId::of(org, &Subject::Tenure(pair)));
        audiences.entry(tenure.agent).or_default().extend(of_them);
    }
    // The own audience last: whoever is in both ends with the newest of two equals, whatever an ended tenure still holds.
    for person in &people {
        audiences.entry(*person).or_default().push(AudienceId::of(org, &Subject::Person(*person)));
    }
    let bodies = bodies(tx, &people, first.first_day()..=last.last_day()).await?;
    let is_changed = |key: &MonthKey| {
        changed.iter().any(|(person, months)| *person == key.person && months.contains(&key.month))
    };
    let concerned = bodies.into_iter().filter(|(key, _)| is_changed(key));
    Ok(concerned.flat_map(|(key, body)| news(&audiences[&key.person], key, &body)).collect())
}

fn news(audiences: &[AudienceId], key: MonthKey, body: &str) -> Vec<News> {
    let one = |audience: &AudienceId| News {
        audience: *audience,
        collection: metric::COLLECTION,
        key: key.to_bytes(),
        body: body.to_owned(),
    };
    audiences.iter().map(one).collect()
}

/// The bodies of the months of these days, which are whole months.
async fn bodies(
    tx: &mut PgTransaction,
    people: &[PersonId],
    days: Days,
) -> Stored<BTreeMap<MonthKey, String>> {
    let mut months: BTreeMap<MonthKey, Vec<MetricRow>> = BTreeMap::new();
    for row in tx.metrics(people, &days).await? {
        months.entry(MonthKey { person: row.person, month: row.day.month() }).or_default().push(row);
    }
    Ok(months.into_iter().map(|(key, rows)| (key, metric::encode(&rows))).collect())
}

/// Shows a new tenure the months that its agent brings along. After the feed was locked by what announces the tenure: whoever
/// takes in numbers meanwhile knows of this tenure, or is known here.
pub(super) async fn show_past(
    announcer: &mut Announcer<'_, PgTransaction>,
    audience: AudienceId,
    agent: PersonId,
) -> Stored<()> {
    let today = today(announcer.now)?;
    // Somewhere it is tomorrow already.
    let last = today.plus_days(1).unwrap_or(today).month().last_day();
    let days = shown_since(announcer.now)?.first_day()..=last;
    let bodies = bodies(announcer.tx, &[agent], days).await?;
    let past = bodies.into_iter().flat_map(|(key, body)| news(&[audience], key, &body)).collect();
    announcer.publish_all(past).await
}

fn shown_since(now: Timestamp) -> Stored<Month> {
    Ok(today(now)?.month().minus_months(MONTHS_BEFORE))
}

fn today(now: Timestamp) -> Stored<Day> {
    now.utc_day().ok_or_else(|| StoreError::Failed("the clock is beyond the end of the calendar".into()))
}
