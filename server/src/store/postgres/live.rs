//! Owns the SQL that finds out who has news.

use super::encoding::{Id, big, ids};
use super::{PgTransaction, failure};
use crate::store::Stored;
use sync_core::ids::{DeviceId, PersonId};
use uuid::Uuid;

impl PgTransaction {
    /// Who of these people has news in the feed after one place and up to another, and from which device it came;
    /// none when it came from no device.
    pub async fn news(
        &mut self,
        people: &[PersonId],
        (after, up_to): (u64, u64),
    ) -> Stored<Vec<(PersonId, Option<DeviceId>)>> {
        let rows: Vec<(Uuid, Option<Uuid>)> = sqlx::query_as(
            "SELECT DISTINCT m.person, c.device
             FROM feed f
             JOIN audience_member m ON m.org = f.org AND m.audience = f.audience
                  AND m.granted_seq IS NOT NULL AND m.revoked_seq IS NULL
                  AND (m.until_at IS NULL OR m.until_at > clock_timestamp())
             LEFT JOIN change c ON c.org = f.org AND c.doc = f.doc AND c.version = f.version AND f.class = 'change'
             WHERE f.org = $1 AND f.seq > $2 AND f.seq <= $3 AND m.person = ANY ($4)",
        )
        .bind(self.org())
        .bind(big(after))
        .bind(big(up_to))
        .bind(ids(people.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let decoded = rows
            .into_iter()
            .map(|(person, device)| (PersonId::from_column(person), device.map(DeviceId::from_column)));
        Ok(decoded.collect())
    }

    /// Which of these devices have lost their access.
    pub async fn revoked_among(&mut self, devices: &[DeviceId]) -> Stored<Vec<DeviceId>> {
        let rows: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id FROM device WHERE org = $1 AND id = ANY ($2) AND revoked_at IS NOT NULL",
        )
        .bind(self.org())
        .bind(ids(devices.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(DeviceId::from_column).collect())
    }
}
