//! Owns the statements about what went nowhere.

use super::transaction::ModelTransaction;
use server::store::row::{MAX_REFUSED_OF_DEVICE, RefusedRow};
use server::store::{Refusals, Stored};
use sync_core::ids::DeviceId;
use sync_core::time::Timestamp;

impl Refusals for ModelTransaction {
    async fn note_refused(&mut self, changes: &[RefusedRow], _: Timestamp) -> Stored<()> {
        let known: Vec<DeviceId> =
            self.statement("note_refused").await?.refused.keys().map(|(device, _)| *device).collect();
        for (row, number) in changes.iter().copied().zip(1..) {
            let known = known.iter().filter(|device| **device == row.device).count();
            if known + number <= MAX_REFUSED_OF_DEVICE {
                self.step(move |tables| {
                    tables.refused.entry((row.device, row.hash)).or_insert(row);
                });
            }
        }
        Ok(())
    }

    async fn refused_of(&mut self, device: DeviceId) -> Stored<Vec<RefusedRow>> {
        let view = self.statement("refused_of").await?;
        Ok(view.refused.values().filter(|row| row.device == device).copied().collect())
    }
}
