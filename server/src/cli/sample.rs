//! Owns what `sample` says: how far it is, what is in the database now, and what to do next.

use super::database::{Opened, Stay};
use super::report::{Report, table};
use super::{CliError, SampleArgs};
use crate::app::App;
use crate::config::Config;
use crate::sample::Settings;
use crate::sample::cast::{AGENTS, LEADER};
use crate::sample::load::{Loaded, load};
use crate::services::invitation::{Invite, invite};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use sync_core::ids::PersonId;
use sync_core::wire::Invitation;

/// How long the invitations last that the command ends with.
const INVITATION_LIFE_MS: i64 = 7 * 86_400_000;

/// Loads the sample and says what to do with it.
pub(super) async fn run(config: Config, args: SampleArgs) -> Result<(), CliError> {
    let public_url = config.public_url.clone();
    let opened = Opened::open(config, Stay::Guest, Vec::new()).await?;
    let done = fill(&opened.app, &public_url, &args).await;
    opened.close().await;
    done?.print(args.json)
}

async fn fill(app: &App, public_url: &str, args: &SampleArgs) -> Result<Report, CliError> {
    let today = app.clock.now().utc_day();
    let until =
        args.until.or(today).ok_or_else(|| CliError::Unclear("the clock is beyond the calendar".into()))?;
    let bar = progress(args.json);
    let settings = Settings { seed: args.seed, until, weeks: args.weeks };
    let loaded = load(app, settings, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })
    .await
    .map_err(|error| CliError::Sample(Box::new(error)))?;
    bar.finish_and_clear();
    let maria = invitation(app, public_url, (&loaded, loaded.cast.leader)).await?;
    let agent = match loaded.cast.pairs.first() {
        Some(pair) => invitation(app, public_url, (&loaded, pair.agent)).await?,
        None => String::new(),
    };
    Ok(report(&loaded, settings, [&maria, &agent]))
}

async fn invitation(
    app: &App,
    public_url: &str,
    (loaded, person): (&Loaded, PersonId),
) -> Result<String, CliError> {
    let wanted = Invite { org: loaded.cast.org, person, life_ms: INVITATION_LIFE_MS };
    let made = invite(&app.store, &app.random, wanted, app.clock.now()).await?;
    let (code, _) = made.ok_or_else(|| CliError::Unclear("that person has left".into()))?;
    let (url, server_id) = (public_url.to_owned(), app.vault.keys().server_id.clone());
    Ok(Invitation { url, code: code.to_text(), server_id }.to_link())
}

/// On a terminal, and not beside JSON.
fn progress(as_json: bool) -> ProgressBar {
    if as_json {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} changes, {eta} left");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn report(loaded: &Loaded, settings: Settings, [leader, agent]: [&str; 2]) -> Report {
    let rows: Vec<_> =
        loaded.documents.iter().map(|(kind, count)| vec![(*kind).to_owned(), count.to_string()]).collect();
    let all: usize = loaded.documents.values().sum();
    let rows_of_numbers = loaded.numbers.new + loaded.numbers.changed + loaded.numbers.unchanged;
    let mut text = format!(
        "{} weeks until {}, seed {}: {all} documents in {} changes, {rows_of_numbers} numbers\n\n{}\n",
        settings.weeks,
        settings.until,
        settings.seed,
        loaded.changes,
        table(&["KIND", "DOCUMENTS"], &rows)
    );
    if !loaded.left_out.is_empty() {
        text += &format!("\nKinds without a document in it: {}\n", loaded.left_out.join(", "));
    }
    text += &format!(
        "\nNext: server serve, then enrol phones (each link works once, for 7 days; server invite makes more):\n  \
         {}: {leader}\n  {}: {agent}\n\
         Numbers of a week to import: server import metrics FILE --source nice\n",
        LEADER.name, AGENTS[0].name
    );
    let json = json!({
        "organisation": loaded.cast.org,
        "documents": loaded.documents,
        "left_out": loaded.left_out,
        "changes": loaded.changes,
        "numbers": loaded.numbers,
        "invitations": { LEADER.name: leader, AGENTS[0].name: agent },
    });
    Report { text, json }
}
