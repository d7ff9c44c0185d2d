//! Owns the SQL about what went nowhere.

use super::encoding::{Id, hash, ids};
use super::{PgTransaction, failure};
use crate::store::row::{MAX_REFUSED_OF_DEVICE, RefusedRow};
use crate::store::{Refusals, Stored};
use sync_core::ids::{DeviceId, DocId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::ErrorCode;
use uuid::Uuid;

impl Refusals for PgTransaction {
    async fn note_refused(&mut self, changes: &[RefusedRow], at: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO refused_change (org, device, hash, doc, person, code, at)
             SELECT $1, device, hash, doc, person, code, from_ms($7)
             FROM unnest($2::uuid[], $3::bytea[], $4::uuid[], $5::uuid[], $6::text[]) WITH ORDINALITY
                  AS new (device, hash, doc, person, code, number)
             WHERE number + (SELECT count(*) FROM refused_change known
                             WHERE known.org = $1 AND known.device = new.device) <= $8
             ON CONFLICT (org, device, hash) DO NOTHING",
        )
        .bind(self.org())
        .bind(ids(changes.iter().map(|row| row.device)))
        .bind(changes.iter().map(|row| row.hash.as_bytes().to_vec()).collect::<Vec<_>>())
        .bind(ids(changes.iter().map(|row| row.doc)))
        .bind(ids(changes.iter().map(|row| row.person)))
        .bind(changes.iter().map(|row| row.code.as_str()).collect::<Vec<_>>())
        .bind(at.0)
        .bind(MAX_REFUSED_OF_DEVICE as i64)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn refused_of(&mut self, device: DeviceId) -> Stored<Vec<RefusedRow>> {
        let rows: Vec<(Vec<u8>, Uuid, Uuid, String)> = sqlx::query_as(
            "SELECT hash, doc, person, code FROM refused_change WHERE org = $1 AND device = $2 ORDER BY hash",
        )
        .bind(self.org())
        .bind(device.column())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let row = |(hash, doc, person, code): (Vec<u8>, Uuid, Uuid, String)| {
            Ok(RefusedRow {
                device,
                person: PersonId::from_column(person),
                doc: DocId::from_column(doc),
                hash: self::hash(&hash)?,
                code: ErrorCode::parse(&code),
            })
        };
        rows.into_iter().map(row).collect()
    }
}
