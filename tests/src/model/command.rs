//! Owns the statements about decisions that are not edits.

use super::locks::Key;
use super::transaction::ModelTransaction;
use server::store::row::CommandRow;
use server::store::{Commands, Stored};
use sync_core::ids::CommandId;
use sync_core::time::Timestamp;

impl Commands for ModelTransaction {
    async fn command(&mut self, id: CommandId) -> Stored<Option<CommandRow>> {
        Ok(self.statement("command").await?.commands.get(&id).cloned())
    }

    async fn insert_command(&mut self, command: &CommandRow, _: Timestamp) -> Stored<bool> {
        let id = command.id;
        if self.statement("insert_command").await?.commands.contains_key(&id) {
            return Ok(false);
        }
        if self.hold(vec![Key::Command(id)]).await?.commands.contains_key(&id) {
            return Ok(false);
        }
        let row = command.clone();
        self.step(move |tables| {
            tables.commands.insert(id, row.clone());
        });
        Ok(true)
    }
}
