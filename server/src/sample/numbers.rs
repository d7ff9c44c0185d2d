//! Owns the numbers of the sample: what a call-centre system would have measured of each person on each working day.

use super::Settings;
use super::cast::{Cast, Pair};
use super::diary::later;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sync_core::coaching::tier_note::Tier;
use sync_core::metric::{Decimal, KpiId, MetricRow, SourceName};
use sync_core::time::Day;

/// Who says so.
pub const SOURCE: &str = "sample";

/// What is measured, and between which thousandths it is on a steady day.
const MEASURED: [(&str, i64, i64); 6] = [
    ("handled", 30, 60),
    ("handle_time", 340_000, 420_000),
    ("csat", 80_000, 94_000),
    ("fcr", 68_000, 86_000),
    ("quality", 82_000, 95_000),
    ("complaints", 0, 2),
];

/// All rows.
pub fn numbers(cast: &Cast, settings: Settings) -> Vec<MetricRow> {
    let mut dice = StdRng::seed_from_u64(settings.seed ^ 0x4e_55_4d_53);
    let days = settings.until.days_since(settings.first_monday());
    let workdays: Vec<Day> = (0..=days)
        .map(|number| later(settings.first_monday(), number))
        .filter(|day| day.weekday() <= 5)
        .collect();
    let mut rows = Vec::new();
    for day in workdays {
        for pair in &cast.pairs {
            rows.extend(of_day(&mut dice, pair, day));
        }
    }
    rows
}

fn of_day(dice: &mut StdRng, pair: &Pair, day: Day) -> Vec<MetricRow> {
    // Off sick, on leave, in training.
    if dice.random_range(0..100) < 4 {
        return Vec::new();
    }
    let handled: u32 = dice.random_range(30..60);
    let row = |(kpi, value): (&str, i64)| MetricRow {
        person: pair.agent,
        day,
        kpi: KpiId::parse(kpi).expect("these are words"),
        source: SourceName::parse(SOURCE).expect("this is a word"),
        value: Decimal::from_thousandths(value),
        volume: Some(handled),
    };
    MEASURED.map(|measure| row((measure.0, value(dice, pair.who.tier, handled, measure)))).into()
}

/// Counts are whole; averages lean to one side by how somebody does.
fn value(dice: &mut StdRng, tier: Tier, handled: u32, (kpi, low, high): (&str, i64, i64)) -> i64 {
    match kpi {
        "handled" => i64::from(handled) * 1_000,
        "complaints" => dice.random_range(low..=high) * 1_000,
        _ => {
            let third = (high - low) / 3;
            let better = if kpi == "handle_time" { -third } else { third };
            let lean = match tier {
                Tier::High => better,
                Tier::Steady => 0,
                Tier::Low => -better,
            };
            // Tenths, as systems write them.
            (dice.random_range(low..high) + lean) / 100 * 100
        }
    }
}
