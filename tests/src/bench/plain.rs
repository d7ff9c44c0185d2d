//! Owns the yardstick of W6: the same rows, inserted into the same Postgres by plain multi-row inserts.

use super::office::Office;
use super::usage::{self, Postgres};
use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::task::JoinSet;

/// Rows of one insert; each is a transaction.
const ROWS_AT_ONCE: usize = 500;
/// What a push writes; where each table's rows are in the order that they were written.
const TABLES: [(&str, &str); 4] = [("document", "id"), ("actor", "doc"), ("change", "seq"), ("feed", "seq")];

/// What the inserts took.
#[derive(Debug, Clone, Copy)]
pub struct Inserted {
    /// From the first to the last.
    pub wall_us: u64,
    /// CPU of Postgres.
    pub postgres_us: u64,
}

/// Inserts copies of all rows over so many connections, into empty tables with the same indexes and checks.
pub async fn insert_again(
    office: &Office,
    postgres: Postgres,
    connections: usize,
) -> anyhow::Result<Inserted> {
    let mut statements = Vec::new();
    for (table, order) in TABLES {
        statements.extend(prepare(office, table, order).await?);
    }
    office.meddle("CHECKPOINT").await?;
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(office.owner().await?);
    }
    let (began_us, postgres_before_us) = (usage::now_us(), postgres.cpu_us()?);
    let mut inserting = JoinSet::new();
    for (number, connection) in open.into_iter().enumerate() {
        let own: Vec<String> = statements.iter().skip(number).step_by(connections).cloned().collect();
        inserting.spawn(insert(connection, own));
    }
    while let Some(inserted) = inserting.join_next().await {
        inserted??;
    }
    let wall_us = usage::now_us() - began_us;
    Ok(Inserted { wall_us, postgres_us: postgres.cpu_us()? - postgres_before_us })
}

async fn insert(mut connection: PgConnection, statements: Vec<String>) -> anyhow::Result<()> {
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}

/// Makes the empty table and the statements that fill it.
async fn prepare(office: &Office, table: &str, order: &str) -> anyhow::Result<Vec<String>> {
    office.meddle(&format!("CREATE TABLE plain_{table} (LIKE {table} INCLUDING ALL)")).await?;
    let mut owner = office.owner().await?;
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT quote_ident(attname) FROM pg_attribute
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    )
    .bind(table)
    .fetch_all(&mut owner)
    .await
    .with_context(|| format!("the columns of {table}"))?;
    let values = columns.iter().map(|column| format!("quote_nullable({column})")).collect::<Vec<_>>();
    let select = format!("SELECT concat_ws(',', {}) FROM {table} ORDER BY {order}", values.join(","));
    let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(select)).fetch_all(&mut owner).await?;
    owner.close().await?;
    let statement = |rows: &[String]| format!("INSERT INTO plain_{table} VALUES ({})", rows.join("),("));
    Ok(rows.chunks(ROWS_AT_ONCE).map(statement).collect())
}
