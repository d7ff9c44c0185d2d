//! Owns the SQL about what other systems call people.

use super::encoding::{Id, damaged, ids};
use super::{PgTransaction, failure};
use crate::metrics::{Identifier, IdentifierKind};
use crate::store::Stored;
use sync_core::ids::PersonId;
use uuid::Uuid;

impl PgTransaction {
    /// What other systems call everybody, by person and kind.
    pub async fn identifiers(&mut self) -> Stored<Vec<(PersonId, Identifier)>> {
        let rows: Vec<(Uuid, String, String)> = sqlx::query_as(
            "SELECT person, kind, value FROM person_identifier WHERE org = $1 ORDER BY person, kind DESC",
        )
        .bind(self.org())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(identifier).collect()
    }

    /// What other systems call these people.
    pub async fn identifiers_of(&mut self, people: &[PersonId]) -> Stored<Vec<(PersonId, Identifier)>> {
        let rows: Vec<(Uuid, String, String)> = sqlx::query_as(
            "SELECT person, kind, value FROM person_identifier
             WHERE org = $1 AND person = ANY ($2) ORDER BY person, kind DESC",
        )
        .bind(self.org())
        .bind(ids(people.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(identifier).collect()
    }

    /// Gives a person an identifier, in the place of the one of this kind that they had. A conflict when somebody else has it.
    pub async fn put_identifier(&mut self, person: PersonId, identifier: &Identifier) -> Stored<()> {
        sqlx::query(
            "INSERT INTO person_identifier (org, kind, key, value, person) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org, person, kind) DO UPDATE SET key = excluded.key, value = excluded.value",
        )
        .bind(self.org())
        .bind(identifier.kind.as_str())
        .bind(identifier.key())
        .bind(&identifier.value)
        .bind(person.column())
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// Takes a person's identifier of this kind away.
    pub async fn remove_identifier(&mut self, person: PersonId, kind: IdentifierKind) -> Stored<()> {
        sqlx::query("DELETE FROM person_identifier WHERE org = $1 AND person = $2 AND kind = $3")
            .bind(self.org())
            .bind(person.column())
            .bind(kind.as_str())
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }
}

fn identifier((person, kind, value): (Uuid, String, String)) -> Stored<(PersonId, Identifier)> {
    let kind = IdentifierKind::parse(&kind).ok_or_else(|| damaged("kind of identifier"))?;
    let identifier = Identifier::parse(kind, &value).map_err(|_| damaged("identifier"))?;
    Ok((PersonId::from_column(person), identifier))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store, StoreError, Transaction};
    use sqlx::PgPool;

    fn number(text: &str) -> Identifier {
        Identifier::parse(IdentifierKind::StaffNumber, text).unwrap()
    }

    #[sqlx::test]
    async fn an_identifier_reads_back_is_replaced_and_taken_away(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mail = Identifier::parse(IdentifierKind::Email, "Ana@care.example").unwrap();
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();

        for identifier in [&number("0077"), &mail, &number("0078")] {
            tx.put_identifier(person(1), identifier).await.unwrap();
        }

        let ana = person(1);
        assert_eq!(tx.identifiers().await.unwrap(), [(ana, number("0078")), (ana, mail.clone())]);
        assert_eq!(tx.identifiers_of(&[ana]).await.unwrap(), tx.identifiers().await.unwrap());
        assert_eq!(tx.identifiers_of(&[person(2)]).await.unwrap(), []);
        tx.remove_identifier(ana, IdentifierKind::StaffNumber).await.unwrap();
        assert_eq!(tx.identifiers().await.unwrap(), [(ana, mail)]);
    }

    #[sqlx::test]
    async fn one_number_is_one_person_in_an_organisation_however_it_is_written(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        db.add_organisation(org(2)).await;
        for (org, who) in [(org(1), person(1)), (org(2), person(2))] {
            let mut tx = db.store.begin(org, Access::Write).await.unwrap();
            tx.put_identifier(who, &number("77")).await.unwrap();
            tx.commit().await.unwrap();
        }

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert_eq!(tx.identifiers().await.unwrap(), [(person(1), number("77"))]);
        let taken = tx.put_identifier(person(2), &number("0077")).await;
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    }
}
