//! Owns decisions that are not edits: each is made once, and the same id is answered the same again.

use crate::caller::Caller;
use crate::store::row::CommandRow;
use crate::store::{Access, Commands, Store, Stored, Transaction};
use sync_core::ids::CommandId;
use sync_core::time::Timestamp;
use sync_core::wire::frame::CommandResult;
use sync_core::wire::{Command, ErrorCode};

/// A longer name is of no kind; it is not worth keeping.
const MAX_KIND_LENGTH: usize = 64;

/// Carries out the commands of a request, each in a transaction of its own.
pub async fn carry_out<S: Store>(
    store: &S,
    caller: Caller,
    commands: &[Command],
    now: Timestamp,
) -> Stored<Vec<CommandResult>> {
    let mut results = Vec::with_capacity(commands.len());
    for command in commands {
        let refused = carry_out_one(store, caller, command, now).await?;
        results.push(CommandResult { id: command.id, refused });
    }
    Ok(results)
}

async fn carry_out_one<S: Store>(
    store: &S,
    caller: Caller,
    command: &Command,
    now: Timestamp,
) -> Stored<Option<ErrorCode>> {
    let mut tx = store.begin(caller.org, Access::Write).await?;
    if let Some(earlier) = tx.command(command.id).await? {
        return Ok(repeated(&earlier, caller));
    }
    let refused = dispatch(&mut tx, command).await?;
    // Postgres has no NUL in text, and no kind has one in its name.
    let kind: String = command.kind.chars().filter(|c| *c != '\0').take(MAX_KIND_LENGTH).collect();
    let row = CommandRow { id: command.id, person: caller.person, kind, refused };
    if tx.insert_command(&row, now).await? {
        tx.commit().await?;
        return Ok(refused);
    }
    drop(tx);
    decided_meanwhile(store, caller, command.id).await
}

/// What is decided. There is no kind of command yet: each will be an arm here that calls its service within
/// this transaction.
async fn dispatch(_: &mut impl Transaction, _: &Command) -> Stored<Option<ErrorCode>> {
    Ok(Some(ErrorCode::Malformed))
}

/// Another request with the same id was faster.
async fn decided_meanwhile<S: Store>(store: &S, caller: Caller, id: CommandId) -> Stored<Option<ErrorCode>> {
    let mut tx = store.begin(caller.org, Access::Read).await?;
    let earlier = tx.command(id).await?;
    Ok(earlier.map_or(Some(ErrorCode::Unavailable), |earlier| repeated(&earlier, caller)))
}

/// An id that somebody else used is answered as if it meant nothing.
fn repeated(earlier: &CommandRow, caller: Caller) -> Option<ErrorCode> {
    if earlier.person == caller.person { earlier.refused } else { Some(ErrorCode::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{NOW, Office, ada, grace};
    use sqlx::PgPool;

    /// It was answered as a fault of the server, and the phone sent it again for ever.
    #[sqlx::test]
    async fn a_kind_with_a_nul_in_it_is_as_unknown_as_any_other(pool: PgPool) {
        let office = Office::open(&pool).await;
        let id = CommandId::from_bytes([7; 16]);
        let command = Command { id, kind: "end\0tenure".into(), args: vec![].into() };

        let decided = carry_out(&office.db.store, ada(), &[command], NOW).await.unwrap();

        assert_eq!(decided, [CommandResult { id, refused: Some(ErrorCode::Malformed) }]);
    }

    #[sqlx::test]
    async fn an_unknown_decision_is_refused_the_same_each_time_and_kept_once(pool: PgPool) {
        let office = Office::open(&pool).await;
        let id = CommandId::from_bytes([7; 16]);
        let command = Command { id, kind: "from_the_future".into(), args: vec![].into() };
        let twice = [command.clone(), command];

        let first = carry_out(&office.db.store, ada(), &twice, NOW).await.unwrap();
        let again = carry_out(&office.db.store, grace(), &twice[..1], NOW).await.unwrap();

        let refused = CommandResult { id, refused: Some(ErrorCode::Malformed) };
        assert_eq!((first, again), (vec![refused.clone(), refused.clone()], vec![refused]));
        assert_eq!(office.db.count("SELECT count(*) FROM command").await, 1);
    }
}
