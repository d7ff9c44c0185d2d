//! Owns the arguments of what is taken in from files. What is done with them is the operator's commands'.

use super::OperatorArgs;
use crate::metrics::{DateOrder, Encoding};
use clap::{Args, Subcommand};
use sync_core::metric::{DecimalMark, SourceName};

/// What is taken in.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Numbers about people, from a file of a call-centre system or a spreadsheet. Good lines are taken in, all at once; the
    /// others are told with line, column and reason, and end the command with exit status 3. The same file again changes nothing.
    Metrics(ImportMetricsArgs),
    /// People, by what other systems know them, teams, and who leads whom. What is there already stays as it is; nothing is taken away.
    Roster(ImportRosterArgs),
}

/// Settings of `import roster`.
#[derive(Debug, Args)]
pub struct ImportRosterArgs {
    /// The file, with columns such as name, language, staff number, login, email, team, time zone and leader.
    pub file: std::path::PathBuf,
    /// Tell what would happen, and write nothing.
    #[arg(long)]
    pub check: bool,
    /// Where, and for whom to print.
    #[command(flatten)]
    pub operator: OperatorArgs,
}

/// Settings of `import metrics`.
#[derive(Debug, Args)]
pub struct ImportMetricsArgs {
    /// The file: comma, semicolon, bar or tabulator between cells, in any usual encoding.
    pub file: std::path::PathBuf,
    /// Where it comes from, in a word: what a source says later corrects what it said before.
    #[arg(long, value_name = "WORD")]
    pub source: SourceName,
    /// Tell what would happen, and write nothing.
    #[arg(long)]
    pub check: bool,
    /// What holds for every file of this source (JSON). It is remembered; so is what the options below say.
    #[arg(long, value_name = "FILE")]
    pub profile: Option<std::path::PathBuf>,
    /// In which order the parts of a day stand.
    #[arg(long, value_name = "ORDER")]
    pub date_order: Option<DateOrder>,
    /// What stands before the digits of a part: point or comma.
    #[arg(long, value_name = "MARK", value_parser = parse_decimal_mark)]
    pub decimal: Option<DecimalMark>,
    /// What the file is written in.
    #[arg(long, value_name = "ENCODING")]
    pub encoding: Option<Encoding>,
    /// Write the lines that were kept out into this file: line, column, reason and the line itself.
    #[arg(long, value_name = "FILE")]
    pub reject: Option<std::path::PathBuf>,
    /// Where, and for whom to print.
    #[command(flatten)]
    pub operator: OperatorArgs,
}

fn parse_decimal_mark(text: &str) -> Result<DecimalMark, String> {
    match text {
        "point" => Ok(DecimalMark::Point),
        "comma" => Ok(DecimalMark::Comma),
        _ => Err("point or comma".to_owned()),
    }
}
