//! Changes of the roster that meet.

use super::*;
use crate::name::Name;
use crate::services::roster::NewTenure;
use crate::services::testing::{Office as Stand, Stopping};
use crate::store::Records;
use crate::store::postgres::testing::{org, person};
use sqlx::PgPool;
use std::pin::pin;

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
