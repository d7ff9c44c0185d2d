//! Owns the SQL about devices and invitations.

use super::encoding::{Id, damaged};
use super::{PgTransaction, failure};
use crate::auth::{DeviceKey, DeviceKid, EnrolledDevice};
use crate::store::Stored;
use crate::store::row::account::{DeviceListing, DeviceRow, InvitationRow, NewDevice, NewInvitation};
use sqlx::FromRow;
use sync_core::ids::{DeviceId, InvitationId, OrgId, PersonId};
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
pub(super) struct Listed {
    id: Uuid,
    person: Uuid,
    person_name: String,
    name: String,
    replaces: Option<Uuid>,
    enrolled_ms: i64,
    last_seen_ms: Option<i64>,
    revoked_ms: Option<i64>,
}

impl From<Listed> for DeviceListing {
    fn from(row: Listed) -> Self {
        Self {
            device: DeviceId::from_column(row.id),
            person: PersonId::from_column(row.person),
            person_name: row.person_name,
            name: row.name,
            replaces: row.replaces.map(DeviceId::from_column),
            enrolled_at: Timestamp(row.enrolled_ms),
            last_seen_at: row.last_seen_ms.map(Timestamp),
            revoked_at: row.revoked_ms.map(Timestamp),
        }
    }
}

/// The rows of devices of this organisation, as the operator sees them, of which this holds.
macro_rules! devices_where {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.person, p.name AS person_name, d.name, d.replaces, to_ms(d.enrolled_at) AS enrolled_ms,
                    to_ms(d.last_seen_at) AS last_seen_ms, to_ms(d.revoked_at) AS revoked_ms
             FROM device d JOIN person p ON p.org = d.org AND p.id = d.person
             WHERE d.org = $1 ",
            $rest
        )
    };
}

pub(super) use devices_where;

impl PgTransaction {
    /// A device, revoked or not.
    pub async fn find_device(&mut self, device: DeviceId) -> Stored<Option<DeviceRow>> {
        let row: Option<(Uuid, Vec<u8>, bool, Option<i64>)> = sqlx::query_as(
            "SELECT person, public_key, revoked_at IS NOT NULL, to_ms(last_seen_at)
             FROM device WHERE org = $1 AND id = $2",
        )
        .bind(self.org())
        .bind(device.column())
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        let Some((person, point, is_revoked, last_seen_ms)) = row else { return Ok(None) };
        let enrolled = EnrolledDevice {
            kid: DeviceKid { org: OrgId::from_column(self.org()), device },
            person: PersonId::from_column(person),
            key: DeviceKey::from_point(&point).ok_or_else(|| damaged("public key"))?,
            is_revoked,
        };
        Ok(Some(DeviceRow { enrolled, last_seen_at: last_seen_ms.map(Timestamp) }))
    }

    /// The device that has this key.
    pub async fn device_of_key(&mut self, key: &DeviceKey) -> Stored<Option<DeviceId>> {
        let device: Option<Uuid> =
            sqlx::query_scalar("SELECT id FROM device WHERE org = $1 AND public_key = $2")
                .bind(self.org())
                .bind(&key.as_point()[..])
                .fetch_optional(self.connection().await)
                .await
                .map_err(failure)?;
        Ok(device.map(DeviceId::from_column))
    }

    /// Adds a device.
    pub async fn insert_device(&mut self, new: &NewDevice) -> Stored<()> {
        sqlx::query(
            "INSERT INTO device (org, id, person, public_key, name, replaces, enrolled_at)
             VALUES ($1, $2, $3, $4, $5, $6, from_ms($7))",
        )
        .bind(self.org())
        .bind(new.device.column())
        .bind(new.person.column())
        .bind(&new.key.as_point()[..])
        .bind(&new.name)
        .bind(new.replaces.map(Id::column))
        .bind(new.at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// Writes down that a device has called.
    pub async fn touch_device(&mut self, device: DeviceId, at: Timestamp) -> Stored<()> {
        sqlx::query("UPDATE device SET last_seen_at = from_ms($3) WHERE org = $1 AND id = $2")
            .bind(self.org())
            .bind(device.column())
            .bind(at.0)
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }

    /// Takes away a device's access; false when it had none. Listeners are told after the commit.
    pub async fn revoke_device(&mut self, device: DeviceId, at: Timestamp) -> Stored<bool> {
        let revoked = sqlx::query(
            "UPDATE device SET revoked_at = from_ms($3) WHERE org = $1 AND id = $2 AND revoked_at IS NULL",
        )
        .bind(self.org())
        .bind(device.column())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        self.announce_on_commit();
        Ok(revoked.rows_affected() == 1)
    }

    /// Every device, the newest first.
    pub async fn devices(&mut self) -> Stored<Vec<DeviceListing>> {
        let rows: Vec<Listed> = sqlx::query_as(devices_where!("ORDER BY d.enrolled_at DESC, d.id"))
            .bind(self.org())
            .fetch_all(self.connection().await)
            .await
            .map_err(failure)?;
        Ok(rows.into_iter().map(DeviceListing::from).collect())
    }

    /// Adds an invitation, in the place of an unused one of this id for the same person; false when that was used, or is somebody else's.
    pub async fn put_invitation(&mut self, new: &NewInvitation) -> Stored<bool> {
        let put = sqlx::query(
            "INSERT INTO invitation AS i (org, code_hash, person, created_at, expires_at, id)
             VALUES ($1, $2, $3, from_ms($4), from_ms($5), $6)
             ON CONFLICT (org, id) DO UPDATE
             SET code_hash = excluded.code_hash, created_at = excluded.created_at, expires_at = excluded.expires_at
             WHERE i.device IS NULL AND i.person = excluded.person",
        )
        .bind(self.org())
        .bind(&new.code_hash[..])
        .bind(new.person.column())
        .bind(new.at.0)
        .bind(new.expires_at.0)
        .bind(new.id.map(Id::column))
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(put.rows_affected() == 1)
    }

    /// An invitation, locked: of two phones with one code, the second waits for the first.
    pub async fn lock_invitation(&mut self, code_hash: &[u8; 32]) -> Stored<Option<InvitationRow>> {
        let row: Option<(Uuid, i64, Option<Uuid>)> = sqlx::query_as(
            "SELECT person, to_ms(expires_at), device FROM invitation
             WHERE org = $1 AND code_hash = $2 FOR UPDATE",
        )
        .bind(self.org())
        .bind(&code_hash[..])
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(row.map(invitation))
    }

    /// The invitation of this id, locked: no phone comes in by it meanwhile.
    pub async fn invitation(&mut self, id: InvitationId) -> Stored<Option<InvitationRow>> {
        let row: Option<(Uuid, i64, Option<Uuid>)> = sqlx::query_as(
            "SELECT person, to_ms(expires_at), device FROM invitation WHERE org = $1 AND id = $2 FOR UPDATE",
        )
        .bind(self.org())
        .bind(id.column())
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(row.map(invitation))
    }

    /// Ends an invitation that no phone has used; false when one has, when it is over, and when it was made after that.
    pub async fn revoke_invitation(&mut self, id: InvitationId, at: Timestamp) -> Stored<bool> {
        let revoked = sqlx::query(
            "UPDATE invitation SET expires_at = from_ms($3)
             WHERE org = $1 AND id = $2 AND device IS NULL AND created_at <= from_ms($3) AND expires_at > from_ms($3)",
        )
        .bind(self.org())
        .bind(id.column())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(revoked.rows_affected() == 1)
    }

    /// Binds an invitation to the device that used it.
    pub async fn bind_invitation(&mut self, code_hash: &[u8; 32], device: DeviceId) -> Stored<()> {
        sqlx::query("UPDATE invitation SET device = $3 WHERE org = $1 AND code_hash = $2")
            .bind(self.org())
            .bind(&code_hash[..])
            .bind(device.column())
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }
}

fn invitation((person, expires_ms, device): (Uuid, i64, Option<Uuid>)) -> InvitationRow {
    InvitationRow {
        person: PersonId::from_column(person),
        expires_at: Timestamp(expires_ms),
        device: device.map(DeviceId::from_column),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store, StoreError, Transaction};
    use sqlx::PgPool;

    fn device(number: u8) -> DeviceId {
        DeviceId::from_bytes([number; 16])
    }

    fn key(number: u8) -> DeviceKey {
        DeviceKey::from_point(&[&[4][..], &[number; 64]].concat()).unwrap()
    }

    fn new_device(number: u8) -> NewDevice {
        NewDevice {
            device: device(number),
            person: person(1),
            key: key(number),
            name: "phone".into(),
            replaces: None,
            at: Timestamp(1_774_000_000_123),
        }
    }

    #[sqlx::test]
    async fn a_device_reads_back_and_is_found_by_its_key(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_device(&new_device(7)).await.unwrap();
        tx.touch_device(device(7), Timestamp(1_774_000_001_000)).await.unwrap();

        let row = tx.find_device(device(7)).await.unwrap().unwrap();

        assert_eq!(row.enrolled.kid, DeviceKid { org: org(1), device: device(7) });
        assert_eq!(
            (row.enrolled.person, row.enrolled.key, row.enrolled.is_revoked),
            (person(1), key(7), false)
        );
        assert_eq!(row.last_seen_at, Some(Timestamp(1_774_000_001_000)));
        assert_eq!(tx.device_of_key(&key(7)).await.unwrap(), Some(device(7)));
        assert_eq!(tx.device_of_key(&key(8)).await.unwrap(), None);
        assert_eq!(tx.find_device(device(8)).await.unwrap(), None);
    }

    #[sqlx::test]
    async fn one_key_is_one_device(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_device(&new_device(7)).await.unwrap();

        let again = NewDevice { device: device(8), ..new_device(7) };

        assert!(matches!(tx.insert_device(&again).await, Err(StoreError::Conflict(_))));
    }

    #[sqlx::test]
    async fn a_device_is_revoked_once_and_listeners_hear_of_it(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut listener = sqlx::postgres::PgListener::connect_with(&pool).await.unwrap();
        listener.listen(crate::store::postgres::FEED_CHANNEL).await.unwrap();
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_device(&new_device(7)).await.unwrap();

        assert!(tx.revoke_device(device(7), Timestamp(1_774_000_002_000)).await.unwrap());
        assert!(!tx.revoke_device(device(7), Timestamp(1_774_000_003_000)).await.unwrap());
        let listed = tx.devices().await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(listener.recv().await.unwrap().payload(), org(1).to_string());
        let listed = &listed[0];
        assert_eq!((listed.device, listed.revoked_at), (device(7), Some(Timestamp(1_774_000_002_000))));
        assert_eq!((listed.person_name.as_str(), listed.enrolled_at), ("Person 1", new_device(7).at));
        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        assert!(tx.find_device(device(7)).await.unwrap().unwrap().enrolled.is_revoked);
    }

    #[sqlx::test]
    async fn an_invitation_reads_back_and_is_bound_to_a_device(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let new = NewInvitation {
            id: None,
            code_hash: [9; 32],
            person: person(1),
            at: Timestamp(1000),
            expires_at: Timestamp(2000),
        };
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert!(tx.put_invitation(&new).await.unwrap());

        let free = tx.lock_invitation(&[9; 32]).await.unwrap().unwrap();
        tx.bind_invitation(&[9; 32], device(7)).await.unwrap();
        let bound = tx.lock_invitation(&[9; 32]).await.unwrap().unwrap();

        assert_eq!(free, InvitationRow { person: person(1), expires_at: Timestamp(2000), device: None });
        assert_eq!(bound.device, Some(device(7)));
        assert_eq!(tx.lock_invitation(&[8; 32]).await.unwrap(), None);
    }

    #[sqlx::test]
    async fn an_invitation_that_is_asked_for_again_has_one_code_until_it_is_used(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let id = Some(InvitationId::from_bytes([5; 16]));
        let new = |code: u8, number| NewInvitation {
            id,
            code_hash: [code; 32],
            person: person(number),
            at: Timestamp(1000),
            expires_at: Timestamp(2000),
        };
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();

        assert!(tx.put_invitation(&new(1, 1)).await.unwrap());
        assert!(tx.put_invitation(&new(2, 1)).await.unwrap());
        assert!(!tx.put_invitation(&new(3, 2)).await.unwrap(), "for somebody else");
        assert_eq!(tx.lock_invitation(&[1; 32]).await.unwrap(), None);
        assert!(tx.lock_invitation(&[2; 32]).await.unwrap().is_some());

        let one = InvitationId::from_bytes([5; 16]);
        assert_eq!(tx.invitation(InvitationId::from_bytes([6; 16])).await.unwrap(), None);
        assert!(!tx.revoke_invitation(one, Timestamp(999)).await.unwrap(), "it is newer than that");
        assert!(tx.revoke_invitation(one, Timestamp(1500)).await.unwrap());
        assert!(!tx.revoke_invitation(one, Timestamp(1600)).await.unwrap(), "it is over");
        assert_eq!(tx.invitation(one).await.unwrap().unwrap().expires_at, Timestamp(1500));

        tx.bind_invitation(&[2; 32], device(7)).await.unwrap();
        assert!(!tx.revoke_invitation(one, Timestamp(1000)).await.unwrap(), "it was used");
        assert!(!tx.put_invitation(&new(4, 1)).await.unwrap(), "it was used");
        assert_eq!(tx.lock_invitation(&[2; 32]).await.unwrap().unwrap().device, Some(device(7)));
    }

    #[sqlx::test]
    async fn the_second_of_two_phones_with_one_code_waits_for_the_first(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let new = NewInvitation {
            id: None,
            code_hash: [9; 32],
            person: person(1),
            at: Timestamp(1000),
            expires_at: Timestamp(2000),
        };
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert!(tx.put_invitation(&new).await.unwrap());
        tx.commit().await.unwrap();
        let mut first = db.store.begin(org(1), Access::Write).await.unwrap();
        first.lock_invitation(&[9; 32]).await.unwrap();
        let mut second = db.store.begin(org(1), Access::Write).await.unwrap();

        let (seen, ()) = tokio::join!(second.lock_invitation(&[9; 32]), async {
            db.until_somebody_waits().await;
            first.bind_invitation(&[9; 32], device(7)).await.unwrap();
            first.commit().await.unwrap();
        });

        assert_eq!(seen.unwrap().unwrap().device, Some(device(7)));
    }
}
