//! Owns what `import` says: how a file was understood, what became of its rows, which lines were kept out.

use super::super::database::{Opened, Stay};
use super::super::report::{Report, table};
use super::super::{CliError, ImportCommand, ImportMetricsArgs, ImportRosterArgs};
use super::Desk;
use crate::app::App;
use crate::config::Config;
use crate::metrics::{self, Import, Limits, Profile, Reject, Settings};
use crate::roster_file::Fault;
use crate::services::metrics::{Counts, Numbers};
use crate::services::roster_import::{Imported, Intent, Missing};
use crate::store::{Access, Store};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::Path;

/// As many lines that were kept out are printed; all of them go into the file of `--reject`, and into the JSON.
const PRINTED: usize = 20;

/// Does one command and prints what it says; fails, after that, when lines were kept out.
pub(in crate::cli) async fn run(config: Config, command: ImportCommand) -> Result<(), CliError> {
    let public_url = config.public_url.clone();
    let opened = Opened::open(config, Stay::Guest, Vec::new()).await?;
    let desk = Desk { app: &opened.app, public_url: &public_url };
    let (done, as_json) = match command {
        ImportCommand::Metrics(args) => (desk.import_metrics(&args).await, args.operator.json),
        ImportCommand::Roster(args) => (desk.import_roster(&args).await, args.operator.json),
    };
    opened.close().await;
    let (report, kept_out) = done?;
    report.print(as_json)?;
    if kept_out > 0 { Err(CliError::KeptOut(kept_out)) } else { Ok(()) }
}

impl Desk<'_> {
    async fn import_metrics(&self, args: &ImportMetricsArgs) -> Result<(Report, usize), CliError> {
        let org = self.organisation(&args.operator).await?;
        let said = said(args).await?;
        let bytes = read(&args.file).await?;
        let App { store, clock, random, .. } = self.app;
        let numbers = Numbers { store, random, now: clock.now() };
        let mut tx = store.begin(org, Access::Read).await?;
        let settings = Settings {
            source: args.source.clone(),
            profile: numbers.profile(&mut tx, &args.source).await?.with(said),
            today: today(numbers.now)?,
            limits: Limits::default(),
        };
        let people = numbers.directory(&mut tx).await?;
        let import = metrics::import(&bytes, &settings, &people)?;
        if let Some(file) = &args.reject {
            write_rejects(file, &import.report.rejects)?;
        }
        let counts = if args.check {
            numbers.compare(&mut tx, &import.rows).await?
        } else {
            drop(tx);
            let bar = progress(import.rows.len(), args.operator.json);
            let tx = store.begin(org, Access::Write).await?;
            let of = (&settings.source, &settings.profile);
            let on_kept = |kept: usize| bar.set_position(kept as u64);
            let counts = numbers.keep(tx, of, &import.rows, on_kept).await?;
            bar.finish_and_clear();
            counts
        };
        Ok((report(args, &import, counts), import.report.rejected_lines()))
    }

    async fn import_roster(&self, args: &ImportRosterArgs) -> Result<(Report, usize), CliError> {
        let org = self.organisation(&args.operator).await?;
        let intent = if args.check { Intent::Check } else { Intent::GoodLines };
        let bytes = read(&args.file).await?;
        let imported = self.office().import(org, (&bytes, usize::MAX), intent).await?;
        let kept_out = imported.faults.chunk_by(|one, next| one.line == next.line).count();
        Ok((roster_report(&imported), kept_out))
    }
}

fn roster_report(imported: &Imported) -> Report {
    let Missing { people, identifiers, teams, tenures } = imported.new;
    let written = if imported.written { "" } else { " (a check: nothing was written)" };
    let mut text = format!(
        "new: {people} people, {identifiers} numbers, logins and addresses, {teams} teams, {tenures} tenures{written}\n"
    );
    if !imported.unknown_columns.is_empty() {
        text += &format!("Not known, and not taken in: {}\n", imported.unknown_columns.join(", "));
    }
    let row = |fault: &Fault| vec![fault.line.to_string(), fault.column.to_owned(), fault.reason.word()];
    if !imported.faults.is_empty() {
        let rows: Vec<_> = imported.faults.iter().map(row).collect();
        text += &format!("\n{}\n", table(&["LINE", "COLUMN", "REASON"], &rows));
    }
    Report { text, json: json!(imported) }
}

/// What the command says about the files of the source.
async fn said(args: &ImportMetricsArgs) -> Result<Profile, CliError> {
    let written = match &args.profile {
        Some(file) => serde_json::from_slice(&read(file).await?)
            .map_err(|error| CliError::Unclear(format!("{} is no profile: {error}", file.display())))?,
        None => Profile::default(),
    };
    let options = Profile {
        encoding: args.encoding,
        decimal: args.decimal,
        date_order: args.date_order,
        ..Profile::default()
    };
    Ok(written.with(options))
}

async fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |source| CliError::Io { doing: "reading the file", source };
    let most = Limits::default().bytes as u64;
    // Not a look at what is in it: it may be endless.
    if tokio::fs::metadata(file).await.map_err(failed)?.len() > most {
        return Err(metrics::FileError::TooLarge { what: "bytes", most }.into());
    }
    tokio::fs::read(file).await.map_err(failed)
}

fn today(now: sync_core::time::Timestamp) -> Result<sync_core::time::Day, CliError> {
    now.utc_day().ok_or_else(|| CliError::Unclear("the clock is beyond the end of the calendar".into()))
}

/// On a terminal, and not beside JSON.
fn progress(rows: usize, as_json: bool) -> ProgressBar {
    if as_json {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} numbers, {eta} left");
    ProgressBar::new(rows as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn write_rejects(file: &Path, rejects: &[Reject]) -> Result<(), CliError> {
    let failed = |source| CliError::Io { doing: "writing the lines that were kept out", source };
    let mut out = csv::Writer::from_path(file).map_err(|error| failed(error.into()))?;
    let head = ["line", "column", "reason", "original"];
    out.write_record(head).map_err(|error| failed(error.into()))?;
    for reject in rejects {
        let line = reject.line.to_string();
        let row = [line.as_str(), &reject.column, reject.reason.as_str(), &reject.original];
        out.write_record(row).map_err(|error| failed(error.into()))?;
    }
    out.flush().map_err(failed)
}

fn report(args: &ImportMetricsArgs, import: &Import, counts: Counts) -> Report {
    let told = &import.report;
    let json = json!({ "file": told, "rows": counts, "written": !args.check });
    let order = told.date_order.map_or("not found out", metrics::DateOrder::as_str);
    let mut text = format!(
        "{}: {}, {} between cells, decimal {}, order of dates {order}, {} form\n",
        args.file.display(),
        told.encoding.as_str(),
        format!("{:?}", told.delimiter).to_lowercase(),
        format!("{:?}", told.decimal_mark).to_lowercase(),
        told.form
    );
    let columns: Vec<String> =
        told.columns.iter().map(|(header, holds)| format!("{header} = {holds}")).collect();
    text += &format!("Columns: {}\n", columns.join(", "));
    if !told.unknown_columns.is_empty() {
        text += &format!("Not known, and not taken in: {}\n", told.unknown_columns.join(", "));
    }
    text += &format!("\n{}\n\n", sample(import));
    text += &format!(
        "{} lines: {} accepted, {} kept out, {} said twice, {} totals passed over\n",
        told.lines,
        told.accepted_lines.len(),
        told.rejected_lines(),
        told.duplicates.len(),
        told.skipped_totals.len()
    );
    let written = if args.check { " (a check: nothing was written)" } else { "" };
    text += &format!(
        "{} numbers: {} new, {} changed, {} unchanged{written}\n",
        import.rows.len(),
        counts.new,
        counts.changed,
        counts.unchanged
    );
    Report { text: text + &told_lines(import), json }
}

/// The first lines as they were understood.
fn sample(import: &Import) -> String {
    let rows = import.report.sample.iter().map(|sample| {
        let values: Vec<String> = sample.values.iter().map(|(kpi, value)| format!("{kpi} {value}")).collect();
        vec![sample.line.to_string(), sample.person.clone(), sample.day.to_string(), values.join(", ")]
    });
    table(&["LINE", "PERSON", "DAY", "NUMBERS"], &rows.collect::<Vec<_>>())
}

/// What was kept out, and what is odd.
fn told_lines(import: &Import) -> String {
    let told = &import.report;
    let rejects = told.rejects.iter().map(|one| (one.line, &one.column, one.reason.as_str()));
    let warnings = told.warnings.iter().map(|one| (one.line, &one.column, one.reason.as_str()));
    let row = |what: &str, (line, column, reason): (u64, &String, &str)| {
        vec![line.to_string(), column.clone(), reason.to_owned(), what.to_owned()]
    };
    let rejects = rejects.map(|one| row("kept out", one)).take(PRINTED);
    let rows: Vec<_> = rejects.chain(warnings.map(|one| row("taken in", one)).take(PRINTED)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let more = told.rejects.len().saturating_sub(PRINTED);
    let rest = if more > 0 { format!("\n... and {more} more: see --reject") } else { String::new() };
    format!("\n{}{rest}\n", table(&["LINE", "COLUMN", "REASON", "LINE WAS"], &rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_rejects_reads_back_as_a_table() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("rejects.csv");
        let original = "2026-03-02,\"Owens, Sarah\",x".to_owned();
        let reject = Reject { line: 7, column: "csat".into(), reason: metrics::Reason::NotANumber, original };

        write_rejects(&file, &[reject]).unwrap();

        insta::assert_snapshot!(std::fs::read_to_string(file).unwrap(), @r#"
        line,column,reason,original
        7,csat,not_a_number,"2026-03-02,""Owens, Sarah"",x"
        "#);
    }
}
