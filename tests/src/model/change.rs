//! Owns the statements about changes and their authors.

use super::locks::Key;
use super::tables::Tables;
use super::transaction::ModelTransaction;
use server::store::row::{ActorRow, ChangeBody, ChangeRow, IndexRow, ShareRow, TipRow};
use server::store::{Changes, Stored};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sync_core::gate::state::Share;
use sync_core::ids::{ActorId, ChangeHash, DeviceId, DocId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::Authored;

impl Changes for ModelTransaction {
    async fn stored_by(
        &mut self,
        person: PersonId,
        changes: &[(DocId, ChangeHash)],
    ) -> Stored<Vec<(DocId, ChangeHash, u64)>> {
        let tables = self.statement("stored_by").await?;
        let stored = changes.iter().filter_map(|(doc, hash)| tables.change_of(*doc, *hash));
        let theirs = stored.filter(|row| row.person == Some(person));
        Ok(theirs.map(|row| (row.doc, row.hash, row.seq)).collect())
    }

    async fn tips(&mut self, actors: &[(DocId, ActorId)]) -> Stored<Vec<TipRow>> {
        let tables = self.statement("tips").await?;
        Ok(actors.iter().filter_map(|(doc, actor)| tip(tables, *doc, *actor)).collect())
    }

    async fn replaced_devices(&mut self, device: DeviceId) -> Stored<Vec<DeviceId>> {
        let devices = &self.statement("replaced_devices").await?.devices;
        let mut chain = BTreeSet::new();
        let mut next = devices.get(&device);
        while let Some(row) = next.filter(|row| chain.insert(row.device)) {
            let earlier = row.replaces.and_then(|earlier| devices.get(&earlier));
            next = earlier.filter(|earlier| earlier.person == row.person);
        }
        chain.remove(&device);
        Ok(chain.into_iter().collect())
    }

    async fn index(&mut self, named: &[(DocId, ChangeHash)], from: &[(DocId, u64)]) -> Stored<Vec<IndexRow>> {
        let tables = self.statement("index").await?;
        let named = named.iter().filter_map(|(doc, hash)| tables.change_of(*doc, *hash));
        let recent = from.iter().flat_map(|(doc, first)| tables.changes_after(*doc, first.saturating_sub(1)));
        let rows: BTreeMap<_, _> = named.chain(recent).map(|row| ((row.doc, row.version), row)).collect();
        Ok(rows.into_values().map(|row| entry(row)).collect())
    }

    async fn shares(&mut self, person: PersonId, docs: &[DocId], since: Timestamp) -> Stored<Vec<ShareRow>> {
        let tables = self.statement("shares").await?;
        let of = |doc: DocId| {
            let (mut row, mut is_there) = (ShareRow { doc, operations: 0, share: Share::default() }, false);
            for change in tables.changes_after(doc, 0) {
                is_there = true;
                let operations = change.max_op + 1 - change.start_op;
                row.operations += operations;
                if change.person == Some(person) {
                    row.share.size.changes += 1;
                    row.share.size.bytes += change.bytes.len() as u64;
                    row.share.size.operations += operations;
                    row.share.recent_changes += u64::from(change.received_at > since);
                }
            }
            is_there.then_some(row)
        };
        Ok(docs.iter().filter_map(|doc| of(*doc)).collect())
    }

    async fn insert_actors(&mut self, actors: &[ActorRow]) -> Stored<()> {
        self.statement("insert_actors").await?;
        for row in actors.iter().copied() {
            let place = (row.doc, row.actor);
            self.take_key(Key::Actor(row.doc, row.actor), |tables| tables.actors.contains_key(&place))
                .await?;
            self.demand(self.view().documents.contains_key(&row.doc), "no such document")?;
            self.step(move |tables| {
                tables.actors.insert(place, row);
            });
        }
        Ok(())
    }

    async fn insert_changes(&mut self, changes: &[ChangeRow]) -> Stored<()> {
        self.statement("insert_changes").await?;
        for row in changes {
            let (doc, number) = (row.doc, (row.actor, row.actor_seq));
            let has_version = |tables: &Tables| tables.changes.contains_key(&(doc, row.version));
            let has_hash = |tables: &Tables| tables.change_of(doc, row.hash).is_some();
            let has_number = |tables: &Tables| {
                tables.changes_after(doc, 0).any(|row| (row.actor, row.actor_seq) == number)
            };
            self.take_key(Key::Change(doc, row.version), has_version).await?;
            self.take_key(Key::ChangeHash(doc, row.hash), has_hash).await?;
            self.take_key(Key::ChangeNumber(doc, row.actor, row.actor_seq), has_number).await?;
            self.demand(self.view().documents.contains_key(&doc), "no such document")?;
            let row = Arc::new(row.clone());
            self.step(move |tables| {
                tables.changes.insert((row.doc, row.version), row.clone());
            });
        }
        Ok(())
    }

    async fn bodies(&mut self, of: &[(DocId, u64)]) -> Stored<Vec<ChangeBody>> {
        let tables = self.statement("bodies").await?;
        Ok(sorted(of.iter().filter_map(|place| tables.changes.get(place))))
    }

    async fn bodies_after(&mut self, after: &[(DocId, u64)]) -> Stored<Vec<ChangeBody>> {
        let tables = self.statement("bodies_after").await?;
        Ok(sorted(after.iter().flat_map(|(doc, version)| tables.changes_after(*doc, *version))))
    }

    async fn authors(&mut self, docs: &[DocId]) -> Stored<Vec<(DocId, Authored)>> {
        let tables = self.statement("authors").await?;
        let rows = tables.actors.values().filter(|row| docs.contains(&row.doc));
        let authored = |row: &ActorRow| {
            let ActorRow { doc, actor, person, received_at, .. } = *row;
            (doc, Authored { actor, person, received_at })
        };
        Ok(rows.map(authored).collect())
    }
}

fn tip(tables: &Tables, doc: DocId, actor: ActorId) -> Option<TipRow> {
    let last = tables.last_of(doc, actor)?;
    let owner = tables.actors.get(&(doc, actor));
    Some(TipRow {
        doc,
        actor,
        person: owner.map(|owner| owner.person),
        device: owner.and_then(|owner| owner.device),
        actor_seq: last.actor_seq,
        version: last.version,
        hash: last.hash,
    })
}

fn entry(row: &ChangeRow) -> IndexRow {
    IndexRow {
        doc: row.doc,
        version: row.version,
        seq: row.seq,
        hash: row.hash,
        max_op: row.max_op,
        deps: row.deps.clone(),
    }
}

fn sorted<'a>(rows: impl Iterator<Item = &'a Arc<ChangeRow>>) -> Vec<ChangeBody> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| (row.doc, row.version));
    let body = |row: &Arc<ChangeRow>| ChangeBody {
        doc: row.doc,
        version: row.version,
        hash: row.hash,
        actor: row.actor,
        bytes: row.bytes.clone(),
    };
    rows.into_iter().map(body).collect()
}
