//! Rosters from files that come at once.

use super::*;
use crate::services::testing::{Office as Stand, Stopping};
use crate::store::postgres::testing::org;
use sqlx::PgPool;
use std::pin::pin;

const NOTHING: Missing = Missing { people: 0, identifiers: 0, teams: 0, tenures: 0 };

async fn import(office: &Office<'_>, file: &str) -> Result<Missing, RosterImportError> {
    Ok(office.import(org(1), (file.as_bytes(), 99), Intent::AllLines).await?.new)
}

/// Whatever the first one is doing when the second one comes.
#[sqlx::test]
async fn of_two_imports_of_a_file_at_once_each_person_team_and_pair_is_added_once(pool: PgPool) {
    let stand = Stand::open(&pool).await;
    let (mut refused, mut was_late) = (0, 0);
    for nth in (0..usize::MAX).step_by(4) {
        let file =
            format!("name,staff number,team,time zone,leader\nAna {nth},{nth}7,Night {nth},UTC,Person 1\n");
        let stopping = Stopping::before(nth, &stand.db.store);
        let (one, other) = (stand.roster(&stopping.store), stand.roster(&stand.db.store));
        let meanwhile = async {
            stopping.stands().await;
            let mut importing = pin!(import(&other, &file));
            let imported = tokio::select! {
                imported = &mut importing => Some(imported),
                () = stand.db.until_somebody_waits() => None,
            };
            stopping.go_on();
            match imported {
                Some(imported) => imported,
                None => importing.await,
            }
        };
        let (first, second) = tokio::join!(stopping.run(import(&one, &file)), meanwhile);

        let (first, is_refused) = (first.unwrap(), matches!(second, Err(RosterImportError::UnderWay)));
        assert!(is_refused || (first == NOTHING) != (second.unwrap() == NOTHING), "stopped before {nth}");
        assert_eq!(import(&other, &file).await.unwrap(), NOTHING, "stopped before {nth}");
        for (what, named) in [("person", "Ana"), ("team", "Night")] {
            let there = format!("SELECT count(*) FROM {what} WHERE name = '{named} {nth}'");
            assert_eq!(stand.db.count(&there).await, 1, "{what}, stopped before {nth}");
        }
        refused += usize::from(is_refused);
        was_late += usize::from(first == NOTHING);
        if !stopping.is_there() {
            assert!(refused > 8 && was_late == 1, "{nth} statements, {refused} refused, {was_late} late");
            return;
        }
    }
}
