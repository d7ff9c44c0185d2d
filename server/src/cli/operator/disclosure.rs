//! Owns the operator's command that shows somebody what is about a person.

use super::super::report::{Report, table};
use super::super::{CliError, OperatorArgs};
use super::Desk;
use crate::services::disclosure::{Request, Shown};
use clap::Args;
use serde_json::json;
use sync_core::coaching::{Kind, circumstance, tier_note};

/// Settings of `disclose`.
#[derive(Debug, Args)]
pub struct DiscloseArgs {
    /// What: tier_note (for heads of operations) or circumstance (for HR partners, of those that were shared).
    #[arg(value_parser = parse_kind)]
    pub kind: Kind,
    /// About whom: an id, or a name.
    #[arg(long)]
    pub about: String,
    /// For whom: an id, or a name. They answer for a team that the other one is in.
    #[arg(long)]
    pub reader: String,
    /// Where, and for whom to print.
    #[command(flatten)]
    pub operator: OperatorArgs,
}

fn parse_kind(text: &str) -> Result<Kind, String> {
    let shown = [&tier_note::SPEC, &circumstance::SPEC].map(Kind::of);
    shown.into_iter().find(|kind| kind.name() == text).ok_or_else(|| "tier_note or circumstance".into())
}

impl Desk<'_> {
    pub(super) async fn disclose(&self, args: &DiscloseArgs) -> Result<Report, CliError> {
        let org = self.organisation(&args.operator).await?;
        let request = Request {
            reader: self.person(org, &args.reader).await?.id,
            about: self.person(org, &args.about).await?.id,
            kind: args.kind,
        };
        let shown = self.office().disclose(org, request).await?;
        let row = |shown: &Shown| {
            vec![
                shown.doc.to_string(),
                shown.of.map(|of| of.to_string()).unwrap_or_default(),
                shown.text.clone(),
            ]
        };
        let text = table(&["DOCUMENT", "OF", "TEXT"], &shown.iter().map(row).collect::<Vec<_>>());
        Ok(Report { text, json: json!(shown) })
    }
}
