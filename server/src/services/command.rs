//! Owns decisions that are not edits: each is made once, and the same id is answered the same again.

use super::group;
use super::membership::Announcer;
use crate::caller::Caller;
use crate::random::Randomness;
use crate::store::row::CommandRow;
use crate::store::{Access, Commands, Store, Stored, Transaction};
use sync_core::ids::CommandId;
use sync_core::time::Timestamp;
use sync_core::wire::frame::CommandResult;
use sync_core::wire::{Command, Decision, ErrorCode};

/// A longer name is of no kind; it is not worth keeping.
const MAX_KIND_LENGTH: usize = 64;

/// Whose decisions, when, and what stamps their rows in the feed.
#[derive(Clone, Copy)]
pub struct Decided<'a> {
    /// Who decides.
    pub caller: Caller,
    /// When.
    pub now: Timestamp,
    /// For the stamps.
    pub random: &'a Randomness,
}

/// Carries out the commands of a request in their order, each in a transaction of its own.
pub async fn carry_out<S: Store>(
    store: &S,
    decided: Decided<'_>,
    commands: &[Command],
) -> Stored<Vec<CommandResult>> {
    let mut results = Vec::with_capacity(commands.len());
    for command in commands {
        let refused = carry_out_one(store, decided, command).await?;
        results.push(CommandResult { id: command.id, refused });
    }
    Ok(results)
}

async fn carry_out_one<S: Store>(
    store: &S,
    decided: Decided<'_>,
    command: &Command,
) -> Stored<Option<ErrorCode>> {
    let Decided { caller, now, .. } = decided;
    let mut tx = store.begin(caller.org, Access::Write).await?;
    if let Some(earlier) = tx.command(command.id).await? {
        return Ok(repeated(&earlier, caller));
    }
    let refused = dispatch(&mut tx, decided, command).await?;
    if refused.is_some_and(Decision::is_left_open_by) {
        return Ok(refused);
    }
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

/// What is decided: an arm for each kind of decision, which calls its service within this transaction. It checks everything
/// before it writes anything: what it wrote and then refused would be kept.
async fn dispatch(
    tx: &mut impl Transaction,
    Decided { caller, now, random }: Decided<'_>,
    command: &Command,
) -> Stored<Option<ErrorCode>> {
    match Decision::of(command) {
        Some(Decision::FormGroup(form)) => {
            group::form(&mut Announcer { tx, now, random }, caller.person, &form).await
        }
        None => Ok(Some(ErrorCode::Malformed)),
    }
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

    fn by(office: &Office, caller: Caller) -> Decided<'_> {
        Decided { caller, now: NOW, random: &office.random }
    }

    /// It was answered as a fault of the server, and the phone sent it again for ever.
    #[sqlx::test]
    async fn a_kind_with_a_nul_in_it_is_as_unknown_as_any_other(pool: PgPool) {
        let office = Office::open(&pool).await;
        let id = CommandId::from_bytes([7; 16]);
        let command = Command { id, kind: "end\0tenure".into(), args: vec![].into() };

        let decided = carry_out(&office.db.store, by(&office, ada()), &[command]).await.unwrap();

        assert_eq!(decided, [CommandResult { id, refused: Some(ErrorCode::Malformed) }]);
    }

    #[sqlx::test]
    async fn an_unknown_decision_is_refused_the_same_each_time_and_kept_once(pool: PgPool) {
        let office = Office::open(&pool).await;
        let id = CommandId::from_bytes([7; 16]);
        let command = Command { id, kind: "from_the_future".into(), args: vec![].into() };
        let twice = [command.clone(), command];

        let first = carry_out(&office.db.store, by(&office, ada()), &twice).await.unwrap();
        let again = carry_out(&office.db.store, by(&office, grace()), &twice[..1]).await.unwrap();

        let refused = CommandResult { id, refused: Some(ErrorCode::Malformed) };
        assert_eq!((first, again), (vec![refused.clone(), refused.clone()], vec![refused]));
        assert_eq!(office.db.count("SELECT count(*) FROM command").await, 1);
    }
}
