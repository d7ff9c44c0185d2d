//! Owns how the numbers of one person and month travel: as one record, whose body this writes and reads.
//!
//! ```text
//! {"v":1,"sources":{"nice":{"csat":"2:87.4:29 3:89.3:32","handle_time":"2:380:29 3:382:32"}}}
//! ```
//!
//! One word for each day: the day of the month, the value, and the volume if the source tells one. A year of an agent must
//! not take more than 60 KB on a phone, and Postgres, which keeps JSON in a form of its own, adds a space at each comma
//! that this does not have.

use super::{Decimal, KpiId, MetricRow, SourceName};
use crate::ids::PersonId;
use crate::time::Month;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The collection of these records.
pub const COLLECTION: &str = "metrics";
/// The form that is written.
const VERSION: u32 = 1;

/// Whose numbers, of when: the key of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthKey {
    /// Whose.
    pub person: PersonId,
    /// Of when.
    pub month: Month,
}

impl MonthKey {
    /// The sixteen bytes of the person, then the month as it is written.
    pub fn to_bytes(self) -> Vec<u8> {
        [self.person.as_bytes(), self.month.to_string().as_bytes()].concat()
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(key: &[u8]) -> Option<Self> {
        let (person, month) = key.split_at_checked(16)?;
        let month = std::str::from_utf8(month).ok()?;
        Some(Self { person: PersonId::from_slice(person)?, month: Month::parse(month).ok()? })
    }
}

#[derive(Serialize)]
struct Body {
    v: u32,
    sources: BTreeMap<String, BTreeMap<String, String>>,
}

/// The body of the record of these rows, which must be of the person and month of one key; the same rows in any order give the
/// same bytes.
pub fn encode(rows: &[MetricRow]) -> String {
    let mut rows: Vec<&MetricRow> = rows.iter().collect();
    rows.sort_unstable();
    let mut sources: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in rows {
        let kpis = sources.entry(row.source.as_str().to_owned()).or_default();
        let days = kpis.entry(row.kpi.as_str().to_owned()).or_default();
        let space = if days.is_empty() { "" } else { " " };
        let written = match row.volume {
            Some(volume) => write!(days, "{space}{}:{}:{volume}", row.day.day_of_month(), row.value),
            None => write!(days, "{space}{}:{}", row.day.day_of_month(), row.value),
        };
        written.expect("text grows");
    }
    serde_json::to_string(&Body { v: VERSION, sources }).expect("text and numbers serialize")
}

/// The rows of a record. What a later release writes and this one does not know is passed over, never an error: the rest is
/// worth showing.
pub fn decode(key: MonthKey, body: &[u8]) -> Vec<MetricRow> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let mut rows = Vec::new();
    for (source, kpis) in body["sources"].as_object().into_iter().flatten() {
        let Ok(source) = SourceName::parse(source) else { continue };
        for (kpi, days) in kpis.as_object().into_iter().flatten() {
            let Ok(kpi) = KpiId::parse(kpi) else { continue };
            let days = days.as_str().unwrap_or_default().split(' ');
            rows.extend(days.filter_map(|day| row(key, (&source, &kpi), day)));
        }
    }
    rows
}

fn row(key: MonthKey, (source, kpi): (&SourceName, &KpiId), text: &str) -> Option<MetricRow> {
    let mut parts = text.split(':');
    let day = key.month.day(parts.next()?.parse().ok()?)?;
    let value = Decimal::parse(parts.next()?)?;
    let volume = parts.next().map(str::parse).transpose().ok()?;
    Some(MetricRow { person: key.person, day, kpi: kpi.clone(), source: source.clone(), value, volume })
}
