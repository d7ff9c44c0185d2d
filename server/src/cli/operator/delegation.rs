//! Owns the operator's commands about who leads in a leader's place.

use super::super::report::{Report, table};
use super::super::{CliError, OperatorArgs, parse_life};
use super::{Desk, done};
use crate::services::delegation::NewDelegation;
use crate::store::row::roster::DelegationRow;
use clap::Subcommand;
use serde_json::{Value, json};
use sync_core::ids::DelegationId;

/// Delegations.
#[derive(Debug, Subcommand)]
pub enum DelegationCommand {
    /// Let somebody lead in a leader's place from now on. With each agent of the leader they share what the three write
    /// meanwhile, and nothing from before; their access ends by itself.
    Start {
        /// Who is away: an id, or a name.
        #[arg(long)]
        leader: String,
        /// Who leads meanwhile: an id, or a name.
        #[arg(long)]
        acting: String,
        /// For how long: minutes, hours or days, such as 30m, 12h, 7d.
        #[arg(long = "for", value_name = "TIME", value_parser = parse_life)]
        life_ms: i64,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// End one now, before its time.
    End {
        /// Which one.
        delegation: DelegationId,
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

impl Desk<'_> {
    pub(super) async fn delegation(&self, command: DelegationCommand) -> Result<(Report, bool), CliError> {
        match command {
            DelegationCommand::Start { leader, acting, life_ms, operator } => {
                let org = self.organisation(&operator).await?;
                let office = self.office();
                let new = NewDelegation {
                    leader: self.person(org, &leader).await?.id,
                    acting: self.person(org, &acting).await?.id,
                    until: office.now.plus_ms(life_ms),
                };
                let row = office.delegate(org, new).await?;
                Ok((delegations(std::slice::from_ref(&row), delegation_json(&row)), operator.json))
            }
            DelegationCommand::End { delegation, operator } => {
                let org = self.organisation(&operator).await?;
                self.office().end_delegation(org, delegation).await?;
                Ok((done("ended", json!({ "delegation": delegation })), operator.json))
            }
            DelegationCommand::List { operator } => {
                let found = self.read(&operator).await?.delegations().await?;
                let json = found.iter().map(delegation_json).collect();
                Ok((delegations(&found, json), operator.json))
            }
        }
    }
}

fn delegations(found: &[DelegationRow], json: Value) -> Report {
    let row = |row: &DelegationRow| {
        vec![
            row.delegation.id.to_string(),
            row.leader_name.as_str().to_owned(),
            row.acting_name.as_str().to_owned(),
            row.delegation.from.to_string(),
            row.delegation.until.to_string(),
        ]
    };
    let head = ["DELEGATION", "LEADER", "ACTING", "FROM", "UNTIL"];
    Report { text: table(&head, &found.iter().map(row).collect::<Vec<_>>()), json }
}

fn delegation_json(row: &DelegationRow) -> Value {
    let delegation = &row.delegation;
    json!({
        "id": delegation.id,
        "leader": { "id": delegation.leader, "name": row.leader_name.as_str() },
        "acting": { "id": delegation.acting, "name": row.acting_name.as_str() },
        "from": delegation.from,
        "until": delegation.until,
    })
}
