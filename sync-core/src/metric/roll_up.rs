//! Owns how the days of a period become one number.

use super::{Cut, Decimal, Kpi, MetricRow, Period};
use serde::Serialize;
use std::collections::BTreeMap;

/// One number for many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RollUp {
    /// In the unit of the figure.
    pub value: Decimal,
    /// How the days came together.
    pub weighting: Weighting,
    /// Of how many contacts, as far as the sources tell.
    pub volume: u64,
    /// Of how many rows.
    pub rows: u64,
}

/// How days come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// Added up: the figure counts something.
    Sum,
    /// Each day counts as much as contacts were had on it.
    ByVolume,
    /// Each day counts the same, because a source does not tell how many contacts it had: to be shown beside the number.
    Unweighted,
}

/// What the rows of one figure say together; none when there are none. The rows of other figures are passed over, and what
/// two sources say of one day counts as two: two systems handle different contacts.
///
/// Byte-identical wherever it is computed: everything is a whole number (thousandths, contacts), whole numbers add up
/// to the same in any order, and only the two sums are divided, once. A value has 63 bits and a volume 32, so the sum of
/// 2^31 rows still fits into 127.
pub fn roll_up<'a>(kpi: &Kpi, rows: impl IntoIterator<Item = &'a MetricRow>) -> Option<RollUp> {
    let mut sums = Sums { all_weighed: true, ..Sums::default() };
    rows.into_iter().filter(|row| row.kpi.as_str() == kpi.id).for_each(|row| sums.add(row));
    sums.told(kpi)
}

/// [`roll_up`] for each period that has rows.
pub fn by_period<'a>(
    kpi: &Kpi,
    cut: Cut,
    rows: impl IntoIterator<Item = &'a MetricRow>,
) -> BTreeMap<Period, RollUp> {
    let mut periods: BTreeMap<Period, Vec<&MetricRow>> = BTreeMap::new();
    for row in rows {
        periods.entry(Period::of(cut, row.day)).or_default().push(row);
    }
    periods.into_iter().filter_map(|(period, rows)| Some((period, roll_up(kpi, rows)?))).collect()
}

#[derive(Default)]
struct Sums {
    rows: i128,
    values: i128,
    volume: i128,
    weighed: i128,
    all_weighed: bool,
}

impl Sums {
    fn add(&mut self, row: &MetricRow) {
        let (value, volume) = (i128::from(row.value.thousandths()), i128::from(row.volume.unwrap_or(0)));
        self.rows += 1;
        self.values += value;
        self.volume += volume;
        self.weighed += value * volume;
        self.all_weighed &= row.volume.is_some();
    }

    fn told(&self, kpi: &Kpi) -> Option<RollUp> {
        // Days that all had no contact have no weight either.
        let (value, weighting) = if kpi.unit.is_added_up() {
            (Decimal::divided(self.values, i128::from(self.rows > 0)), Weighting::Sum)
        } else if self.all_weighed && self.volume > 0 {
            (Decimal::divided(self.weighed, self.volume), Weighting::ByVolume)
        } else {
            (Decimal::divided(self.values, self.rows), Weighting::Unweighted)
        };
        let count = |sum: i128| u64::try_from(sum).unwrap_or(u64::MAX);
        Some(RollUp { value: value?, weighting, volume: count(self.volume), rows: count(self.rows) })
    }
}
