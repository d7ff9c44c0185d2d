//! Changes of the roster that meet.

use super::*;
use crate::name::Name;
use crate::services::membership::Announcer;
use crate::services::roster::NewTenure;
use crate::services::testing::{NOW, Office as Stand, Stopping};
use crate::store::Records;
use crate::store::postgres::testing::{Pause, org, person};
use sqlx::PgPool;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use sync_core::ids::GroupId;
use sync_core::wire::FormGroup;

/// Who the team's phones are told is in it, and who is: each as what.
async fn told_and_seated(stand: &Stand, team: TeamId) -> [Vec<(PersonId, String)>; 2] {
    let mut tx = stand.db.store.begin(org(1), Access::Read).await.unwrap();
    let audience = AudienceId::of(org(1), &Subject::Team(team));
    let record = tx.records(audience, None, 9).await.unwrap().remove(0);
    let told: TeamRecord = serde_json::from_str(&record.body.unwrap()).unwrap();
    let seats = tx.team_seats().await.unwrap().into_iter().filter(|((of, _), _)| *of == team);
    [
        told.people.into_iter().map(|mate| (mate.id, mate.role)).collect(),
        seats.map(|((_, person), role)| (person, role.as_str().to_owned())).collect(),
    ]
}

/// A head is appointed and a pair begins, both in one team, and each reads who is in it to tell everybody.
#[sqlx::test]
async fn of_two_changes_of_the_roster_at_once_the_second_knows_of_the_first(pool: PgPool) {
    let stand = Stand::open(&pool).await;
    let [head, leader, agent] = [1, 2, 3].map(person);
    let mut waited = 0;
    for nth in 0..u8::MAX {
        let (name, zone) = (Name::parse(&format!("Team {nth}")).unwrap(), "UTC".to_owned());
        let team = stand.roster(&stand.db.store).add_team(org(1), name, zone).await.unwrap().id;
        let stopping = Stopping::before(nth.into(), &stand.db.store);
        let (one, other) = (stand.roster(&stopping.store), stand.roster(&stand.db.store));
        let new = NewAppointment { person: head, office: policy::Office::Head, team: Some(team) };
        let meanwhile = async {
            stopping.stands().await;
            let mut starting = pin!(other.start_tenure(org(1), NewTenure { team, leader, agent }));
            let begun = tokio::select! {
                begun = &mut starting => Some(begun),
                () = stand.db.until_somebody_waits() => None,
            };
            stopping.go_on();
            match begun {
                Some(begun) => (begun, false),
                None => (starting.await, true),
            }
        };
        let (appointed, (begun, has_waited)) =
            tokio::join!(stopping.run(one.appoint(org(1), new)), meanwhile);
        waited += usize::from(has_waited);

        let [told, seated] = told_and_seated(&stand, team).await;
        let everybody = [(head, "head"), (leader, "leader"), (agent, "member")];
        let everybody = everybody.map(|(person, role)| (person, role.to_owned()));
        assert_eq!(
            (told.as_slice(), seated.as_slice()),
            (&everybody[..], &everybody[..]),
            "stopped before {nth}"
        );
        other.dismiss(org(1), appointed.unwrap().appointment.id).await.unwrap();
        other.end_tenure(org(1), begun.unwrap().tenure.id).await.unwrap();
        if !stopping.is_there() {
            assert!(nth > 10 && waited > 5, "{nth} statements, {waited} times somebody waited");
            return;
        }
    }
}

/// How many statements it takes until somebody is led in a team.
async fn statements_to_join(stand: &Stand, team: TeamId, agent: u8) -> usize {
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = statements.clone();
    let counting = stand.pausing(Pause::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async {}
    }));
    let new = NewTenure { team, leader: person(1), agent: person(agent) };
    stand.roster(&counting).start_tenure(org(1), new).await.unwrap();
    statements.load(Ordering::SeqCst)
}

/// All the while nobody else's phone can send anything.
#[sqlx::test]
async fn how_long_a_change_of_a_team_takes_does_not_grow_with_the_team_and_its_groups(pool: PgPool) {
    let stand = Stand::open(&pool).await;
    let (name, zone) = (Name::parse("Night").unwrap(), "UTC".to_owned());
    let team = stand.roster(&stand.db.store).add_team(org(1), name, zone).await.unwrap().id;
    for agent in [2, 3] {
        statements_to_join(&stand, team, agent).await;
    }
    let form = async |number| {
        let mut tx = stand.db.store.begin(org(1), Access::Write).await.unwrap();
        let form =
            FormGroup { group: GroupId::from_bytes([number; 16]), people: [2, 3].map(person).to_vec() };
        let mut announcer = Announcer { tx: &mut tx, now: NOW, random: &stand.random };
        assert_eq!(group::form(&mut announcer, person(1), &form).await.unwrap(), None);
        tx.commit().await.unwrap();
    };
    form(1).await;

    let of_three = statements_to_join(&stand, team, 4).await;
    for agent in [5, 6, 7] {
        statements_to_join(&stand, team, agent).await;
    }
    for number in 2..9 {
        form(number).await;
    }

    assert_eq!(statements_to_join(&stand, team, 8).await, of_three);
}
