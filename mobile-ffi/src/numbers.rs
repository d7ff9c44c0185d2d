//! Owns numbers about people as an app sees them: what was measured, day by day, of those whose numbers this phone may have.

use crate::client::Client;
use crate::error::ClientError;
use sync_core::ids::PersonId;
use sync_core::metric::MetricRow;
use sync_core::time::Day;

/// What one source says of one day.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Figure {
    /// The day, as the source counts days.
    pub day: Day,
    /// The stable name of what was measured.
    pub kpi: String,
    /// Who says so.
    pub source: String,
    /// In thousandths of the figure's unit: of a second, a percent, one of how many, a point.
    pub thousandths: i64,
    /// Of how many contacts; none when the source does not tell.
    pub volume: Option<u32>,
}

impl From<MetricRow> for Figure {
    fn from(row: MetricRow) -> Self {
        let (kpi, source) = (row.kpi.as_str().to_owned(), row.source.as_str().to_owned());
        Self { day: row.day, kpi, source, thousandths: row.value.thousandths(), volume: row.volume }
    }
}

#[uniffi::export]
impl Client {
    /// What was measured of a person: of oneself, and of whom one leads; of nobody else.
    pub fn numbers_of(&self, person: PersonId) -> Result<Vec<Figure>, ClientError> {
        Ok(self.replica()?.numbers_of(person)?.into_iter().map(Figure::from).collect())
    }
}
