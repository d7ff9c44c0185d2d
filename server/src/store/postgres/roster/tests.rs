use super::*;
use crate::store::postgres::testing::{Database, org, person};
use crate::store::{Access, Store, Transaction};
use rand::SeedableRng;
use sqlx::PgPool;
use sync_core::ids::ItemId;

fn team() -> TeamRow {
    TeamRow {
        id: TeamId::from_bytes([3; 16]),
        name: Name::parse("Night").unwrap(),
        time_zone: "Europe/Bucharest".into(),
        created_at: Timestamp(1000),
    }
}

fn tenure(number: u8) -> Tenure {
    Tenure {
        id: TenureId::from_bytes([number; 16]),
        leader: person(1),
        agent: person(2),
        from: Timestamp(5000),
        until: None,
    }
}

#[sqlx::test]
async fn a_new_organisation_is_listed_and_has_its_name(pool: PgPool) {
    let db = Database::new(&pool).await;
    let mut tx = db.store.begin(org(5), Access::Write).await.unwrap();
    assert_eq!(tx.organisation_name().await.unwrap(), None);
    tx.insert_organisation(&Name::parse("Care").unwrap(), Timestamp(1000)).await.unwrap();
    assert_eq!(tx.organisation_name().await.unwrap(), Name::parse("Care").ok());
    tx.commit().await.unwrap();

    assert_eq!(db.store.organisations().await.unwrap(), [org(5)]);
    let mut elsewhere = db.store.begin(org(6), Access::Read).await.unwrap();
    assert_eq!(elsewhere.organisation_name().await.unwrap(), None);
}

#[sqlx::test]
async fn a_person_reads_back_until_they_left(pool: PgPool) {
    let db = Database::new(&pool).await;
    let ana = PersonRow {
        id: person(1),
        name: Name::parse("Ana Pop").unwrap(),
        language: Language::Ro,
        created_at: Timestamp(1234),
    };
    let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
    tx.insert_organisation(&Name::parse("Care").unwrap(), Timestamp(1000)).await.unwrap();
    tx.insert_person(&ana).await.unwrap();
    assert_eq!(tx.find_person(person(1)).await.unwrap().as_ref(), Some(&ana));
    assert_eq!(tx.people().await.unwrap(), std::slice::from_ref(&ana));
    assert_eq!(tx.people_of(&[person(2), person(1)]).await.unwrap(), std::slice::from_ref(&ana));
    tx.commit().await.unwrap();

    let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
    let renamed = PersonRow { name: Name::parse("Ana Ion").unwrap(), language: Language::En, ..ana.clone() };
    tx.update_person(&renamed).await.unwrap();
    assert_eq!(tx.find_person(person(1)).await.unwrap(), Some(renamed));
    assert!(tx.close_person(person(1), Timestamp(2000)).await.unwrap());
    assert!(!tx.close_person(person(1), Timestamp(3000)).await.unwrap(), "they have left");

    assert_eq!(tx.find_person(person(1)).await.unwrap(), None);
    assert_eq!(tx.people().await.unwrap(), []);
    assert_eq!(tx.people_of(&[person(1)]).await.unwrap(), []);
    assert!(tx.has_person(person(1)).await.unwrap());
    assert!(!tx.has_person(person(2)).await.unwrap());
}

#[sqlx::test]
async fn a_tenure_reads_back_with_its_names_and_ends_once(pool: PgPool) {
    let db = Database::with_organisation(&pool, org(1)).await;
    let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
    tx.insert_team(&team()).await.unwrap();
    tx.insert_tenure(team().id, &tenure(7)).await.unwrap();

    let row = tx.find_tenure(tenure(7).id).await.unwrap().unwrap();
    assert_eq!((row.tenure, &row.team), (tenure(7), &team()));
    assert_eq!((row.leader_name.as_str(), row.agent_name.as_str()), ("Person 1", "Person 2"));
    assert_eq!(tx.teams().await.unwrap(), [team()]);
    assert_eq!(tx.find_team(team().id).await.unwrap(), Some(team()));

    assert!(tx.end_tenure(tenure(7).id, Timestamp(9000)).await.unwrap());
    assert!(!tx.end_tenure(tenure(7).id, Timestamp(9500)).await.unwrap());
    assert_eq!(tx.tenures().await.unwrap()[0].tenure.until, Some(Timestamp(9000)));
    assert_eq!(tx.find_tenure(tenure(8).id).await.unwrap(), None);
}

#[sqlx::test]
async fn an_agent_has_joined_a_team_with_their_first_leader_there(pool: PgPool) {
    let db = Database::with_organisation(&pool, org(1)).await;
    let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
    tx.insert_team(&team()).await.unwrap();
    tx.insert_tenure(team().id, &tenure(7)).await.unwrap();
    let next = Tenure { leader: person(3), from: Timestamp(9000), ..tenure(8) };
    tx.insert_tenure(team().id, &next).await.unwrap();

    let found = tx.find_tenure(next.id).await.unwrap().unwrap();
    assert_eq!((found.joined, found.tenure.from), (Timestamp(5000), Timestamp(9000)));
    assert!(tx.tenures().await.unwrap().iter().all(|row| row.joined == Timestamp(5000)));
}

#[sqlx::test]
async fn a_tenure_knows_which_one_it_follows_and_who_led_there(pool: PgPool) {
    let db = Database::with_organisation(&pool, org(1)).await;
    let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
    tx.insert_team(&team()).await.unwrap();
    tx.insert_tenure(team().id, &tenure(7)).await.unwrap();
    let next = Tenure { leader: person(3), ..tenure(8) };
    tx.insert_tenure(team().id, &next).await.unwrap();
    tx.follow(next.id, tenure(7).id).await.unwrap();

    let follows = tx.find_tenure(next.id).await.unwrap().unwrap().follows.unwrap();
    assert_eq!((follows.tenure, follows.leader), (tenure(7).id, person(1)));
    assert_eq!(follows.leader_name.as_str(), "Person 1");
    assert_eq!(tx.find_tenure(tenure(7).id).await.unwrap().unwrap().follows, None);
}

#[sqlx::test]
async fn a_pair_has_one_running_tenure(pool: PgPool) {
    let db = Database::with_organisation(&pool, org(1)).await;
    let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
    tx.insert_team(&team()).await.unwrap();
    tx.insert_tenure(team().id, &tenure(7)).await.unwrap();
    tx.end_tenure(tenure(7).id, Timestamp(9000)).await.unwrap();
    tx.insert_tenure(team().id, &tenure(8)).await.unwrap();

    assert!(matches!(tx.insert_tenure(team().id, &tenure(9)).await, Err(StoreError::Conflict(_))));
}

fn somebody(id: [u8; 16]) -> PersonRow {
    let (name, created_at) = (Name::parse("Ana").unwrap(), Timestamp(1000));
    PersonRow { id: PersonId::from_bytes(id), name, language: Language::Ro, created_at }
}

/// What the entries of somebody's own begin with.
fn mark(id: [u8; 16]) -> Vec<u8> {
    let mut random = rand::rngs::StdRng::seed_from_u64(1);
    ItemId::owned(PersonId::from_bytes(id), &mut random).as_bytes()[..4].to_vec()
}

/// Two ids with one mark: searched for, in no time.
fn twins() -> [[u8; 16]; 2] {
    [7878_u128, 39080].map(u128::to_be_bytes)
}

#[sqlx::test]
async fn nobody_comes_under_an_id_that_has_the_mark_of_somebody_else(pool: PgPool) {
    let db = Database::with_organisation(&pool, org(1)).await;
    db.add_organisation(org(2)).await;
    let [one, other] = twins();
    assert_eq!(mark(one), mark(other));
    let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
    tx.insert_person(&somebody(one)).await.unwrap();
    tx.commit().await.unwrap();
    let kept = format!(
        "SELECT count(*) FROM person WHERE mark = decode('{}', 'hex') AND NOT shares_mark",
        hex::encode(mark(one))
    );
    assert_eq!(db.count(&kept).await, 1, "the mark is the one that phones write");

    let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
    let refused = tx.insert_person(&somebody(other)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    let mut elsewhere = db.store.begin(org(2), Access::Write).await.unwrap();
    elsewhere.insert_person(&somebody(other)).await.unwrap();
}

/// They write under their ids already: neither can be taken away, and the next one with that mark is refused.
#[sqlx::test(migrations = false)]
async fn two_with_one_mark_from_before_anybody_looked_stay(pool: PgPool) {
    let here = std::path::Path::new("migrations");
    let migrator = sqlx::migrate::Migrator::new(here).await.unwrap();
    for migration in migrator.iter().filter(|migration| migration.version < 15) {
        sqlx::raw_sql(migration.sql.clone()).execute(&pool).await.unwrap();
    }
    let twins = twins().map(PersonId::from_bytes);
    for statement in [
        "INSERT INTO organisation VALUES ('{org}', 'Care', now())".to_owned(),
        format!(
            "INSERT INTO person VALUES ('{{org}}', '{}', 'Ana', 'ro', now() - interval '1 day')",
            twins[1]
        ),
        format!("INSERT INTO person VALUES ('{{org}}', '{}', 'Ana', 'ro', now())", twins[0]),
    ] {
        let statement = statement.replace("{org}", &org(1).to_string());
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
    }

    let migration = migrator.iter().find(|migration| migration.version == 15).unwrap();
    sqlx::raw_sql(migration.sql.clone()).execute(&pool).await.unwrap();

    let share: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM person WHERE shares_mark").fetch_all(&pool).await.unwrap();
    assert_eq!(share, [twins[0].column()], "who came later");
}
