//! Owns the SQL about changes and their authors.

use super::encoding::{Id, big, count, hash, ids, joined, split};
use super::{PgTransaction, failure};
use crate::store::row::{ActorRow, ChangeBody, ChangeRow, IndexRow, ShareRow, TipRow};
use crate::store::{Changes, StoreError, Stored};
use sqlx::FromRow;
use sync_core::gate::state::{Share, Size};
use sync_core::ids::{ActorId, ChangeHash, DeviceId, DocId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::Authored;
use uuid::Uuid;

#[derive(FromRow)]
struct ShareColumns {
    doc: Uuid,
    operations: i64,
    own_changes: i64,
    own_bytes: i64,
    own_operations: i64,
    own_recent: i64,
}

impl From<ShareColumns> for ShareRow {
    fn from(row: ShareColumns) -> Self {
        let (changes, bytes) = (count(row.own_changes), count(row.own_bytes));
        let size = Size { changes, bytes, operations: count(row.own_operations) };
        let share = Share { size, recent_changes: count(row.own_recent) };
        Self { doc: DocId::from_column(row.doc), operations: count(row.operations), share }
    }
}

#[derive(FromRow)]
struct Tip {
    doc: Uuid,
    actor: Uuid,
    person: Option<Uuid>,
    device: Option<Uuid>,
    actor_seq: i64,
    version: i64,
    hash: Vec<u8>,
}

impl TryFrom<Tip> for TipRow {
    type Error = StoreError;

    fn try_from(row: Tip) -> Stored<Self> {
        Ok(Self {
            doc: DocId::from_column(row.doc),
            actor: ActorId::from_column(row.actor),
            person: row.person.map(PersonId::from_column),
            device: row.device.map(DeviceId::from_column),
            actor_seq: count(row.actor_seq),
            version: count(row.version),
            hash: hash(&row.hash)?,
        })
    }
}

#[derive(FromRow)]
struct Indexed {
    doc: Uuid,
    version: i64,
    seq: i64,
    hash: Vec<u8>,
    max_op: i64,
    deps: Vec<u8>,
}

impl TryFrom<Indexed> for IndexRow {
    type Error = StoreError;

    fn try_from(row: Indexed) -> Stored<Self> {
        Ok(Self {
            doc: DocId::from_column(row.doc),
            version: count(row.version),
            seq: count(row.seq),
            hash: hash(&row.hash)?,
            max_op: count(row.max_op),
            deps: split(&row.deps)?,
        })
    }
}

#[derive(FromRow)]
struct Body {
    doc: Uuid,
    version: i64,
    hash: Vec<u8>,
    actor: Uuid,
    bytes: Vec<u8>,
}

impl TryFrom<Body> for ChangeBody {
    type Error = StoreError;

    fn try_from(row: Body) -> Stored<Self> {
        Ok(Self {
            doc: DocId::from_column(row.doc),
            version: count(row.version),
            hash: hash(&row.hash)?,
            actor: ActorId::from_column(row.actor),
            bytes: row.bytes,
        })
    }
}

/// Pairs as two array parameters.
fn versions(of: &[(DocId, u64)]) -> (Vec<Uuid>, Vec<i64>) {
    of.iter().map(|(doc, version)| (doc.column(), big(*version))).unzip()
}

/// Pairs as two array parameters.
fn hashes(of: &[(DocId, ChangeHash)]) -> (Vec<Uuid>, Vec<Vec<u8>>) {
    of.iter().map(|(doc, hash)| (doc.column(), hash.as_bytes().to_vec())).unzip()
}

impl Changes for PgTransaction {
    async fn stored_by(
        &mut self,
        person: PersonId,
        changes: &[(DocId, ChangeHash)],
    ) -> Stored<Vec<(DocId, ChangeHash, u64)>> {
        let (docs, named) = hashes(changes);
        let rows: Vec<(Uuid, Vec<u8>, i64)> = sqlx::query_as(
            "SELECT change.doc, change.hash, change.seq
             FROM unnest($3::uuid[], $4::bytea[]) AS pushed (doc, hash)
             JOIN change ON change.org = $1 AND change.doc = pushed.doc AND change.hash = pushed.hash
             WHERE change.person = $2",
        )
        .bind(self.org())
        .bind(person.column())
        .bind(docs)
        .bind(named)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(|(doc, h, seq)| Ok((DocId::from_column(doc), hash(&h)?, count(seq)))).collect()
    }

    async fn tips(&mut self, actors: &[(DocId, ActorId)]) -> Stored<Vec<TipRow>> {
        let rows: Vec<Tip> = sqlx::query_as(
            "SELECT asked.doc, asked.actor, actor.person, actor.device, tip.actor_seq, tip.version, tip.hash
             FROM unnest($2::uuid[], $3::uuid[]) AS asked (doc, actor)
             CROSS JOIN LATERAL (
                 SELECT actor_seq, version, hash FROM change
                 WHERE org = $1 AND doc = asked.doc AND actor = asked.actor
                 ORDER BY actor_seq DESC LIMIT 1
             ) AS tip
             LEFT JOIN actor ON actor.org = $1 AND actor.doc = asked.doc AND actor.actor = asked.actor",
        )
        .bind(self.org())
        .bind(ids(actors.iter().map(|(doc, _)| *doc)))
        .bind(ids(actors.iter().map(|(_, actor)| *actor)))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(TipRow::try_from).collect()
    }

    async fn replaced_devices(&mut self, device: DeviceId) -> Stored<Vec<DeviceId>> {
        let replaced: Vec<Uuid> = sqlx::query_scalar(
            "WITH RECURSIVE chain AS (
                 SELECT id, person, replaces FROM device WHERE org = $1 AND id = $2
                 UNION
                 SELECT earlier.id, earlier.person, earlier.replaces FROM device AS earlier
                 JOIN chain ON earlier.org = $1 AND earlier.id = chain.replaces AND earlier.person = chain.person
             )
             SELECT id FROM chain WHERE id <> $2 ORDER BY id",
        )
        .bind(self.org())
        .bind(device.column())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(replaced.into_iter().map(DeviceId::from_column).collect())
    }

    async fn index(&mut self, named: &[(DocId, ChangeHash)], from: &[(DocId, u64)]) -> Stored<Vec<IndexRow>> {
        let (named_docs, named) = hashes(named);
        let (from_docs, from) = versions(from);
        let rows: Vec<Indexed> = sqlx::query_as(
            "SELECT change.doc, version, seq, change.hash, max_op, deps
             FROM unnest($2::uuid[], $3::bytea[]) AS named (doc, hash)
             JOIN change ON change.org = $1 AND change.doc = named.doc AND change.hash = named.hash
             UNION
             SELECT change.doc, version, seq, change.hash, max_op, deps
             FROM unnest($4::uuid[], $5::bigint[]) AS recent (doc, first)
             JOIN change ON change.org = $1 AND change.doc = recent.doc AND change.version >= recent.first",
        )
        .bind(self.org())
        .bind(named_docs)
        .bind(named)
        .bind(from_docs)
        .bind(from)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(IndexRow::try_from).collect()
    }

    async fn shares(&mut self, person: PersonId, docs: &[DocId], since: Timestamp) -> Stored<Vec<ShareRow>> {
        let rows: Vec<ShareColumns> = sqlx::query_as(
            "SELECT doc, coalesce(sum(max_op - start_op + 1), 0)::bigint AS operations,
                    count(*) FILTER (WHERE person = $2) AS own_changes,
                    coalesce(sum(length(bytes)) FILTER (WHERE person = $2), 0)::bigint AS own_bytes,
                    coalesce(sum(max_op - start_op + 1) FILTER (WHERE person = $2), 0)::bigint AS own_operations,
                    count(*) FILTER (WHERE person = $2 AND received_at > from_ms($4)) AS own_recent
             FROM change WHERE org = $1 AND doc = ANY ($3) GROUP BY doc",
        )
        .bind(self.org())
        .bind(person.column())
        .bind(ids(docs.iter().copied()))
        .bind(since.0)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(ShareRow::from).collect())
    }

    async fn insert_actors(&mut self, actors: &[ActorRow]) -> Stored<()> {
        sqlx::query(
            "INSERT INTO actor (org, doc, actor, person, device, received_at)
             SELECT $1, doc, actor, person, device, from_ms(at)
             FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[])
                  AS new (doc, actor, person, device, at)",
        )
        .bind(self.org())
        .bind(ids(actors.iter().map(|row| row.doc)))
        .bind(ids(actors.iter().map(|row| row.actor)))
        .bind(ids(actors.iter().map(|row| row.person)))
        .bind(actors.iter().map(|row| row.device.map(Id::column)).collect::<Vec<_>>())
        .bind(actors.iter().map(|row| row.received_at.0).collect::<Vec<_>>())
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn insert_changes(&mut self, changes: &[ChangeRow]) -> Stored<()> {
        let column = |of: fn(&ChangeRow) -> i64| changes.iter().map(of).collect::<Vec<_>>();
        let blob = |of: fn(&ChangeRow) -> Vec<u8>| changes.iter().map(of).collect::<Vec<_>>();
        sqlx::query(
            "INSERT INTO change (org, doc, version, seq, hash, actor, actor_seq, start_op, max_op, deps, bytes,
                                 person, device, received_at)
             SELECT $1, doc, version, seq, hash, actor, actor_seq, start_op, max_op, deps, bytes, person, device,
                    from_ms(at)
             FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bytea[], $6::uuid[], $7::bigint[],
                         $8::bigint[], $9::bigint[], $10::bytea[], $11::bytea[], $12::uuid[], $13::uuid[],
                         $14::bigint[])
                  AS new (doc, version, seq, hash, actor, actor_seq, start_op, max_op, deps, bytes, person,
                          device, at)",
        )
        .bind(self.org())
        .bind(ids(changes.iter().map(|row| row.doc)))
        .bind(column(|row| big(row.version)))
        .bind(column(|row| big(row.seq)))
        .bind(blob(|row| row.hash.as_bytes().to_vec()))
        .bind(ids(changes.iter().map(|row| row.actor)))
        .bind(column(|row| big(row.actor_seq)))
        .bind(column(|row| big(row.start_op)))
        .bind(column(|row| big(row.max_op)))
        .bind(blob(|row| joined(&row.deps)))
        .bind(blob(|row| row.bytes.clone()))
        .bind(changes.iter().map(|row| row.person.map(Id::column)).collect::<Vec<_>>())
        .bind(changes.iter().map(|row| row.device.map(Id::column)).collect::<Vec<_>>())
        .bind(column(|row| row.received_at.0))
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn bodies(&mut self, of: &[(DocId, u64)]) -> Stored<Vec<ChangeBody>> {
        let (docs, versions) = versions(of);
        let rows: Vec<Body> = sqlx::query_as(
            "SELECT change.doc, change.version, hash, actor, bytes
             FROM unnest($2::uuid[], $3::bigint[]) AS asked (doc, version)
             JOIN change ON change.org = $1 AND change.doc = asked.doc AND change.version = asked.version
             ORDER BY change.doc, change.version",
        )
        .bind(self.org())
        .bind(docs)
        .bind(versions)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(ChangeBody::try_from).collect()
    }

    async fn bodies_after(&mut self, after: &[(DocId, u64)]) -> Stored<Vec<ChangeBody>> {
        let (docs, versions) = versions(after);
        let rows: Vec<Body> = sqlx::query_as(
            "SELECT change.doc, change.version, hash, actor, bytes
             FROM unnest($2::uuid[], $3::bigint[]) AS asked (doc, version)
             JOIN change ON change.org = $1 AND change.doc = asked.doc AND change.version > asked.version
             ORDER BY change.doc, change.version",
        )
        .bind(self.org())
        .bind(docs)
        .bind(versions)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(ChangeBody::try_from).collect()
    }

    async fn authors(&mut self, docs: &[DocId]) -> Stored<Vec<(DocId, Authored)>> {
        let rows: Vec<(Uuid, Uuid, Uuid, i64)> = sqlx::query_as(
            "SELECT doc, actor, person, to_ms(received_at) FROM actor
             WHERE org = $1 AND doc = ANY ($2) ORDER BY doc, actor",
        )
        .bind(self.org())
        .bind(ids(docs.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let authored = |(doc, actor, person, at)| {
            let (actor, person) = (ActorId::from_column(actor), PersonId::from_column(person));
            (DocId::from_column(doc), Authored { actor, person, received_at: Timestamp(at) })
        };
        Ok(rows.into_iter().map(authored).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::testing::{Database, actor, change, hash, org, person};
    use crate::store::row::{ActorRow, ChangeBody, ChangeRow, IndexRow, TipRow};
    use crate::store::{Access, Changes, Store, StoreError};
    use sqlx::PgPool;
    use sync_core::ids::DeviceId;
    use sync_core::time::Timestamp;
    use sync_core::wire::Authored;

    async fn three_changes(db: &Database) -> Vec<ChangeRow> {
        let doc = db.insert_document(org(1), 1).await.doc;
        let rows: Vec<_> = (1..=3).map(|version| change(doc, version)).collect();
        db.insert_changes(org(1), &rows).await;
        rows
    }

    #[sqlx::test]
    async fn a_change_is_found_under_the_person_who_pushed_it_and_under_nobody_else(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let rows = three_changes(&db).await;
        let asked = [(rows[0].doc, rows[1].hash), (rows[0].doc, hash(99))];

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();

        let stored = [(rows[0].doc, rows[1].hash, rows[1].seq)];
        assert_eq!(tx.stored_by(person(1), &asked).await.unwrap(), stored);
        assert_eq!(tx.stored_by(person(2), &asked).await.unwrap(), []);
    }

    #[sqlx::test]
    async fn the_tip_of_an_actor_is_its_last_change_and_its_owner(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let rows = three_changes(&db).await;
        let last = &rows[2];
        let doc = last.doc;

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        let tips = tx.tips(&[(doc, last.actor), (doc, actor(77))]).await.unwrap();

        let (actor, hash, person, device) = (last.actor, last.hash, last.person, last.device);
        assert_eq!(tips, [TipRow { doc, actor, person, device, actor_seq: 3, version: 3, hash }]);
    }

    #[sqlx::test]
    async fn a_device_goes_on_for_those_it_replaces_and_for_nobody_elses(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let device = |number| DeviceId::from_bytes([number; 16]);
        for (number, replaces, owner) in [(1, None, 1), (2, Some(1), 1), (3, Some(2), 1), (4, Some(3), 2)] {
            let (id, owner, organisation) = (device(number), person(owner), org(1));
            let replaces = replaces.map_or("NULL".into(), |number| format!("'{}'", device(number)));
            db.as_owner(&format!(
                "INSERT INTO device (org, id, person, public_key, name, replaces, enrolled_at)
                 VALUES ('{organisation}', '{id}', '{owner}', repeat('{number}', 65)::bytea, 'p', {replaces}, now())"
            ))
            .await;
        }

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();

        assert_eq!(tx.replaced_devices(device(3)).await.unwrap(), [device(1), device(2)]);
        assert_eq!(tx.replaced_devices(device(4)).await.unwrap(), []);
    }

    #[sqlx::test]
    async fn the_index_holds_what_is_named_and_what_is_recent(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let rows = three_changes(&db).await;
        let doc = rows[0].doc;

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        let mut index = tx.index(&[(doc, rows[0].hash), (doc, hash(99))], &[(doc, 3)]).await.unwrap();

        index.sort_by_key(|row| row.version);
        let entry = |row: &ChangeRow| IndexRow {
            doc,
            version: row.version,
            seq: row.seq,
            hash: row.hash,
            max_op: row.max_op,
            deps: row.deps.clone(),
        };
        assert_eq!(index, [entry(&rows[0]), entry(&rows[2])]);
    }

    #[sqlx::test]
    async fn bodies_come_by_name_or_from_a_version_on(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let rows = three_changes(&db).await;
        let doc = rows[0].doc;
        let body = |row: &ChangeRow| ChangeBody {
            doc,
            version: row.version,
            hash: row.hash,
            actor: row.actor,
            bytes: row.bytes.clone(),
        };

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();

        assert_eq!(tx.bodies(&[(doc, 2), (doc, 9)]).await.unwrap(), [body(&rows[1])]);
        assert_eq!(tx.bodies_after(&[(doc, 1)]).await.unwrap(), [body(&rows[1]), body(&rows[2])]);
    }

    #[sqlx::test]
    async fn the_same_number_of_the_same_actor_cannot_be_stored_twice(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let rows = three_changes(&db).await;
        let twin = ChangeRow { version: 4, hash: hash(99), ..rows[2].clone() };

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();

        assert!(matches!(tx.insert_changes(&[twin]).await, Err(StoreError::Conflict(_))));
    }

    #[sqlx::test]
    async fn an_actor_is_bound_once_and_is_listed_with_its_owner(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let doc = db.insert_document(org(1), 1).await.doc;
        let (actor, person, received_at) = (actor(5), person(1), Timestamp(1_700_000_000_001));
        let row = ActorRow { doc, actor, person, device: None, received_at };

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_actors(&[row]).await.unwrap();

        let authored = Authored { actor, person, received_at };
        assert_eq!(tx.authors(&[doc]).await.unwrap(), [(doc, authored)]);
        assert!(matches!(tx.insert_actors(&[row]).await, Err(StoreError::Conflict(_))));
    }
}
