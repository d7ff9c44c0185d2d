//! Owns the operator's commands about calendars that are read without a device.

use super::super::report::Report;
use super::super::{CliError, OperatorArgs};
use super::{Desk, done};
use clap::Subcommand;
use serde_json::json;

/// Calendars that are read without a device.
#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// Take away the address of somebody's calendar now: whoever has it reads nothing more. They can get another one themselves.
    Revoke {
        /// Whose: an id, or a name.
        person: String,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
}

impl Desk<'_> {
    pub(super) async fn calendar(&self, command: CalendarCommand) -> Result<(Report, bool), CliError> {
        let CalendarCommand::Revoke { person, operator } = command;
        let org = self.organisation(&operator).await?;
        let person = self.person(org, &person).await?.id;
        self.office().revoke_calendar(org, person).await?;
        Ok((done("revoked", json!({ "person": person })), operator.json))
    }
}
