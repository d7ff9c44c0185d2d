//! Owns the statements about the data that the server owns. Bodies are kept as they were written; Postgres, which
//! keeps JSON and not text, gives them back with other spaces.

use super::locks::Key;
use super::transaction::ModelTransaction;
use server::store::row::RecordRow;
use server::store::{Records, Stored};
use std::sync::Arc;
use sync_core::ids::AudienceId;

impl Records for ModelTransaction {
    async fn records(
        &mut self,
        audience: AudienceId,
        after: Option<(&str, &[u8])>,
        limit: u32,
    ) -> Stored<Vec<RecordRow>> {
        let tables = self.statement("records").await?;
        let theirs = tables.records.iter().filter(|((of, ..), _)| *of == audience).map(|(_, row)| row);
        let rest = theirs.filter(|row| after.is_none_or(|after| (&*row.collection, &*row.key) > after));
        Ok(rest.take(limit as usize).map(|row| RecordRow::clone(row)).collect())
    }

    async fn named_records(
        &mut self,
        named: &[(AudienceId, String, Vec<u8>)],
    ) -> Stored<Vec<(AudienceId, RecordRow)>> {
        let tables = self.statement("named_records").await?;
        let found = named.iter().filter_map(|name| Some((name.0, tables.records.get(name)?)));
        Ok(found.map(|(audience, row)| (audience, RecordRow::clone(row))).collect())
    }

    async fn put_record(&mut self, audience: AudienceId, record: &RecordRow) -> Stored<()> {
        self.statement("put_record").await?;
        let place = (audience, record.collection.clone(), record.key.clone());
        self.hold(vec![Key::Record(audience, record.collection.clone(), record.key.clone())]).await?;
        self.demand(self.view().audiences.contains_key(&audience), "no such audience")?;
        let row = Arc::new(record.clone());
        self.step(move |tables| {
            tables.records.insert(place.clone(), row.clone());
        });
        Ok(())
    }
}
