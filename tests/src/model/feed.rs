//! Owns the statements about the feed.

use super::locks::Key;
use super::tables::Tables;
use super::transaction::ModelTransaction;
use server::store::row::{Event, FeedRow, FeedStamp, Stamp, TailRow};
use server::store::{Feed, Stored};
use std::sync::Arc;
use sync_core::ids::AudienceId;

impl Feed for ModelTransaction {
    async fn advance_feed(&mut self, count: u64) -> Stored<u64> {
        self.statement("advance_feed").await?;
        self.hold(vec![Key::FeedCounter]).await?;
        let counter = self.view().feed_counter;
        self.demand(counter.is_some(), "no such organisation")?;
        let last = counter.unwrap_or_default() + count;
        self.step(move |tables| tables.feed_counter = Some(last));
        Ok(last)
    }

    async fn append_feed(&mut self, rows: &[FeedRow]) -> Stored<()> {
        self.statement("append_feed").await?;
        for row in rows {
            let (seq, row) = (row.at.seq, Arc::new(row.clone()));
            self.take_key(Key::FeedRow(seq), |tables| tables.feed.contains_key(&seq)).await?;
            self.step(move |tables| {
                tables.feed.insert(seq, row.clone());
                tables.commit_order.push(seq);
            });
        }
        Ok(())
    }

    async fn stamp(&mut self, seq: u64) -> Stored<Option<Stamp>> {
        Ok(self.statement("stamp").await?.feed.get(&seq).map(|row| row.at.stamp))
    }

    async fn feed_end(&mut self) -> Stored<Option<FeedStamp>> {
        Ok(self.statement("feed_end").await?.feed.values().next_back().map(|row| row.at))
    }

    async fn tail(&mut self, audiences: &[(AudienceId, u64)], limit: u32) -> Stored<Vec<TailRow>> {
        let tables = self.statement("tail").await?;
        let after = |seq: u64| tables.feed.range(seq.saturating_add(1)..).map(|(_, row)| row);
        let of = |(audience, seq): &(AudienceId, u64)| {
            let audience = *audience;
            after(*seq).filter(move |row| row.audience == audience).take(limit as usize)
        };
        let mut rows: Vec<_> = audiences.iter().flat_map(of).collect();
        rows.sort_by_key(|row| row.at.seq);
        rows.truncate(limit as usize);
        Ok(rows.into_iter().map(|row| read(tables, row)).collect())
    }
}

fn read(tables: &Tables, row: &FeedRow) -> TailRow {
    let change = match row.event {
        Event::Change { doc, version } => tables.changes.get(&(doc, version)),
        Event::Grant { .. } | Event::Revoke { .. } | Event::Record { .. } | Event::Erase { .. } => None,
    };
    TailRow {
        at: row.at,
        audience: row.audience,
        event: row.event.clone(),
        change: change.map(|change| (change.hash, change.bytes.len() as u64)),
    }
}
