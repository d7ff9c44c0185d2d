//! Owns the operator's commands about who administers an organisation over HTTP.

use super::super::report::{Report, table};
use super::super::{CliError, OperatorArgs, parse_time};
use super::{Desk, done};
use crate::name::Name;
use crate::services::api_key::MAX_LIFE_MS;
use crate::store::row::account::{AdministratorRow, ApiKeyRow};
use clap::Subcommand;
use serde_json::json;
use sync_core::ids::ApiKeyId;
use sync_core::time::Timestamp;

/// Administrators.
#[derive(Debug, Subcommand)]
pub enum AdministratorCommand {
    /// Let somebody administer the organisation from now on, with their own phone or a tool that signs as one.
    Appoint {
        /// Who: an id, or a name.
        person: String,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// Take that away now.
    Dismiss {
        /// From whom: an id, or a name.
        person: String,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// List everybody who is one, or once was.
    List {
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
}

/// Keys of programs.
#[derive(Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Make a key. It is printed once, and cannot be read back.
    Create {
        /// Which program it is for.
        name: Name,
        /// How long it works: minutes, hours or days, such as 12h, 90d, up to 366d.
        #[arg(long, value_name = "TIME", default_value = "90d", value_parser = parse_key_life)]
        expires: i64,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// Take a key away now, for good.
    Revoke {
        /// Which one: its id.
        key: ApiKeyId,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// List all, the newest first.
    List {
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
}

/// At most a year and a day: a key that nobody has to renew is a key that nobody remembers.
fn parse_key_life(text: &str) -> Result<i64, String> {
    let life = parse_time(text).filter(|life| (60_000..=MAX_LIFE_MS).contains(life));
    life.ok_or_else(|| "not a time such as 12h or 90d, up to 366d".to_owned())
}

impl Desk<'_> {
    pub(super) async fn administrator(
        &self,
        command: AdministratorCommand,
    ) -> Result<(Report, bool), CliError> {
        match command {
            AdministratorCommand::Appoint { person, operator } => {
                let org = self.organisation(&operator).await?;
                let person = self.person(org, &person).await?.id;
                self.office().appoint_administrator(org, person).await?;
                Ok((done("appointed", json!({ "person": person })), operator.json))
            }
            AdministratorCommand::Dismiss { person, operator } => {
                let org = self.organisation(&operator).await?;
                let person = self.person(org, &person).await?.id;
                self.office().dismiss_administrator(org, person).await?;
                Ok((done("dismissed", json!({ "person": person })), operator.json))
            }
            AdministratorCommand::List { operator } => {
                let found = self.read(&operator).await?.administrators().await?;
                let rows: Vec<_> = found.iter().map(administrator).collect();
                let text = table(&["PERSON", "NAME", "FROM", "UNTIL"], &rows);
                Ok((Report { text, json: json!(found) }, operator.json))
            }
        }
    }

    pub(super) async fn api_key(&self, command: ApiKeyCommand) -> Result<(Report, bool), CliError> {
        match command {
            ApiKeyCommand::Create { name, expires, operator } => {
                let org = self.organisation(&operator).await?;
                let (key, row) = self.office().make_api_key(org, name, expires).await?;
                let text = format!(
                    "{}\n\nKey {} for {}, until {}. It is not shown again.",
                    key.to_text(),
                    row.id,
                    row.name.as_str(),
                    row.expires_at
                );
                let mut json = json!(row);
                json["key"] = json!(key.to_text());
                Ok((Report { text, json }, operator.json))
            }
            ApiKeyCommand::Revoke { key, operator } => {
                let org = self.organisation(&operator).await?;
                self.office().revoke_api_key(org, key).await?;
                Ok((done("revoked", json!({ "key": key })), operator.json))
            }
            ApiKeyCommand::List { operator } => {
                let found = self.read(&operator).await?.api_keys().await?;
                let rows: Vec<_> = found.iter().map(listed_key).collect();
                let head = ["KEY", "NAME", "CREATED", "EXPIRES", "USED", "REVOKED"];
                Ok((Report { text: table(&head, &rows), json: json!(found) }, operator.json))
            }
        }
    }
}

fn administrator(row: &AdministratorRow) -> Vec<String> {
    vec![row.person.to_string(), row.person_name.as_str().to_owned(), row.from.to_string(), shown(row.until)]
}

fn listed_key(row: &ApiKeyRow) -> Vec<String> {
    vec![
        row.id.to_string(),
        row.name.as_str().to_owned(),
        row.created_at.to_string(),
        row.expires_at.to_string(),
        shown(row.last_used_at),
        shown(row.revoked_at),
    ]
}

fn shown(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}
