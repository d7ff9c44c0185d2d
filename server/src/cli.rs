//! Owns the command line: which commands there are, and what they print. What they do is the services'.

mod check_change;
mod database;
mod import;
mod invitation;
mod operator;
#[cfg(feature = "demo")]
mod play;
mod report;
#[cfg(feature = "demo")]
mod sample;
mod serve;
#[cfg(feature = "demo")]
mod show;

pub use database::OpenError;
pub use import::{ImportCommand, ImportMetricsArgs, ImportRosterArgs};
#[cfg(feature = "demo")]
pub use play::{DemoArgs, ReplayArgs, SampleArgs};

use self::operator::administration::{AdministratorCommand, ApiKeyCommand};
use self::operator::calendar::CalendarCommand;
use self::operator::delegation::DelegationCommand;
use self::operator::disclosure::DiscloseArgs;
use crate::config::{CommonArgs, Config, ConfigError, Environment, ServeArgs};
use crate::metrics::FileError;
use crate::name::{Name, parse_time_zone};
use crate::services::disclosure::DisclosureError;
use crate::services::invitation::LIFE_MS;
use crate::services::roster::RosterError;
use crate::services::roster_import::RosterImportError;
use crate::store::StoreError;
use crate::telemetry::{self, TelemetryError};
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use sync_core::content::Language;
use sync_core::ids::{AppointmentId, DeviceId, OrgId, TenureId};
use sync_core::policy::Office;

/// Floorwalk: what leaders and agents agree on, on the phone and in step.
///
/// Without a command the server serves. On a machine without Postgres set up, `server` alone is enough: it keeps a
/// private database. Then, in another terminal: `server init` and `server invite`.
#[derive(Debug, Parser)]
#[command(name = "server", version, max_term_width = 100, override_usage = "server [COMMAND] [OPTIONS]")]
pub struct Cli {
    /// Settings of every command.
    #[command(flatten)]
    pub common: CommonArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve phones until told to stop (the default).
    Serve(ServeArgs),
    /// Create an organisation and its first person.
    Init(InitArgs),
    /// People of an organisation.
    #[command(subcommand)]
    User(UserCommand),
    /// Teams of an organisation.
    #[command(subcommand)]
    Team(TeamCommand),
    /// Who leads whom.
    #[command(subcommand)]
    Tenure(TenureCommand),
    /// Who answers for teams without leading them: heads of operations and HR partners.
    #[command(subcommand)]
    Appointment(AppointmentCommand),
    /// Who leads in a leader's place for a time.
    #[command(subcommand)]
    Delegation(DelegationCommand),
    /// Who administers people, teams and phones over HTTP, and reads nothing that people write.
    #[command(subcommand)]
    Administrator(AdministratorCommand),
    /// Keys with which programs do that, such as the system of HR.
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
    /// Show a head of operations or an HR partner what they may see about a person. The person sees that it was shown.
    Disclose(DiscloseArgs),
    /// What other systems know about people.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Invite people to enrol phones: prints a link and its QR code, which work once; for several people, a line for each.
    Invite(InviteArgs),
    /// Phones of an organisation.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Calendars that are read without a device.
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// Tell what the gate says of changes in files, without a database: each file is one Automerge change chunk. Order, owner,
    /// room and rights, which need the database, are left out.
    CheckChange(CheckChangeArgs),
    /// Play a floor-walk day on real phones, on a database of its own, and check every expectation.
    #[cfg(feature = "demo")]
    Demo(DemoArgs),
    /// Fill a new database with a year of a team of twelve, to look at and to try things on: everybody is invented. Needs no
    /// network; the same command again brings what is missing.
    #[cfg(feature = "demo")]
    Sample(SampleArgs),
    /// Replay recorded writing as the notes of one meeting, through a server of its own.
    #[cfg(feature = "demo")]
    Replay(ReplayArgs),
}

/// Settings of `check-change`.
#[derive(Debug, Args)]
pub struct CheckChangeArgs {
    /// Change chunks, in causal order.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<std::path::PathBuf>,
    /// The document that they are for, as Automerge saves it; without this an empty one, in which only first changes can pass.
    #[arg(long, value_name = "FILE")]
    pub document: Option<std::path::PathBuf>,
}

/// Which organisation, and for whom to print.
#[derive(Debug, Clone, Args)]
pub struct OperatorArgs {
    /// The organisation's id. Not needed while there is only one.
    #[arg(long, value_name = "ID", env = "FLOORWALK_ORG")]
    pub org: Option<OrgId>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Settings of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// What the organisation is called.
    #[arg(long, value_name = "NAME")]
    pub organisation: Name,
    /// What its first person is called.
    #[arg(long, value_name = "NAME")]
    pub person: Name,
    /// What that person reads.
    #[arg(long, default_value = "en")]
    pub language: Language,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// People.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person.
    Add {
        /// What they are called.
        name: Name,
        /// What they read.
        #[arg(long, default_value = "en")]
        language: Language,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// Write down by what other systems know a person, so that numbers find them. Empty text takes one away.
    Identify {
        /// Whom: an id, or a name.
        person: String,
        /// The number that the organisation gives them.
        #[arg(long, value_name = "NUMBER")]
        staff_number: Option<String>,
        /// What they log in with.
        #[arg(long, value_name = "LOGIN")]
        login: Option<String>,
        /// Their address at work.
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// Somebody has left: their phones, offices, tenures and everything else that gives them access end now, for good.
    End {
        /// Who: an id, or a name.
        person: String,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// List everybody.
    List {
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
}

/// Teams.
#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// Add a team.
    Add {
        /// What it is called.
        name: Name,
        /// Its time zone, such as Europe/Bucharest: a meeting's day is a day there.
        #[arg(long, value_name = "ZONE", value_parser = parse_time_zone)]
        time_zone: String,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// List all teams.
    List {
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
}

/// Tenures.
#[derive(Debug, Subcommand)]
pub enum TenureCommand {
    /// Start one now: from here on the two share what is theirs.
    Start {
        /// The team: its id, or its name.
        #[arg(long)]
        team: String,
        /// Who leads: an id, or a name.
        #[arg(long)]
        leader: String,
        /// Who is led: an id, or a name.
        #[arg(long)]
        agent: String,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// End one now, for good: the leader loses access, the agent keeps it.
    End {
        /// Which one.
        tenure: TenureId,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// Give the agent another leader now: ends this tenure and starts the next one, both or neither.
    HandOver {
        /// Which one.
        tenure: TenureId,
        /// Who leads from now on: an id, or a name.
        #[arg(long)]
        leader: String,
        /// In another team: its id, or its name.
        #[arg(long)]
        team: Option<String>,
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

/// Appointments.
#[derive(Debug, Subcommand)]
pub enum AppointmentCommand {
    /// Appoint somebody now. They see what teams share, and nothing that a pair writes.
    Start {
        /// Who: an id, or a name.
        #[arg(long)]
        person: String,
        /// As what: head (of operations; writes what teams are to reach) or hr (reads it).
        #[arg(long, value_parser = parse_office)]
        office: Office,
        /// For which team: its id, or its name. Without this for all of them, also those to come.
        #[arg(long)]
        team: Option<String>,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// End one now, with the access that it gave.
    End {
        /// Which one.
        appointment: AppointmentId,
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

/// Settings of `invite`.
#[derive(Debug, Args)]
pub struct InviteArgs {
    /// Whom: ids, or names. Whoever is named twice is invited twice, for two phones. JSON is an object for one, a list for several.
    #[arg(required = true, value_name = "PERSON")]
    pub people: Vec<String>,
    /// How long each invitation works: minutes, hours or days, such as 30m, 12h, 7d.
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = parse_life)]
    pub expires: i64,
    /// Where, and for whom to print.
    #[command(flatten)]
    pub operator: OperatorArgs,
}

/// Devices.
#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// List all, the newest first.
    List {
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
    /// Take away a phone's access now, for good. It wipes itself at its next contact; what was not yet sent is lost.
    Revoke {
        /// Which one.
        device: DeviceId,
        /// Where, and for whom to print.
        #[command(flatten)]
        operator: OperatorArgs,
    },
}

fn parse_office(text: &str) -> Result<Office, String> {
    Office::parse(text).ok_or_else(|| "neither head nor hr".to_owned())
}

fn parse_life(text: &str) -> Result<i64, String> {
    let life = parse_time(text).filter(|life| LIFE_MS.contains(life));
    life.ok_or_else(|| "not a time such as 30m, 12h or 7d, up to 90d".to_owned())
}

fn parse_time(text: &str) -> Option<i64> {
    let units = [('m', 60_000), ('h', 3_600_000), ('d', 86_400_000)];
    units.iter().find_map(|(unit, ms)| text.strip_suffix(*unit)?.parse::<i64>().ok()?.checked_mul(*ms))
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The settings are not right.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There would be no log.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The database or the vault cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The roster was not changed.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// A file was not taken in, or not all of it.
    #[error(transparent)]
    RosterImport(#[from] RosterImportError),
    /// Nobody was shown anything.
    #[error(transparent)]
    Disclosure(#[from] DisclosureError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be read at all.
    #[error(transparent)]
    File(#[from] FileError),
    /// Some lines of a file were kept out; the report said which, and the others were taken in.
    #[error("lines that were kept out: {0}")]
    KeptOut(usize),
    /// The gate would not let something through.
    #[error("{0} would be refused")]
    Refused(usize),
    /// What was named is not there, or not alone.
    #[error("{0}")]
    Unclear(String),
    /// The sample was not loaded, or not all of it.
    #[cfg(feature = "demo")]
    #[error(transparent)]
    Sample(Box<crate::sample::load::LoadError>),
    /// The demo came to an end before its time.
    #[cfg(feature = "demo")]
    #[error("the demo could not go on: {0:#}")]
    Demo(anyhow::Error),
    /// Something in the demo did not come about.
    #[cfg(feature = "demo")]
    #[error("not every expectation was kept")]
    NotKept,
    /// The network or the terminal failed.
    #[error("{doing} failed")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}

/// The exit status when a command did its work, and some of what it was given was not good.
const SOME_KEPT_OUT: u8 = 3;

impl CliError {
    /// What the process ends with.
    pub fn exit_status(&self) -> u8 {
        if matches!(self, Self::KeptOut(_)) { SOME_KEPT_OUT } else { 1 }
    }
}

/// The arguments, with the command that is meant when none is given.
pub fn with_default_command(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_own = ["-h", "--help", "-V", "--version"];
    let names_one = arguments
        .get(1)
        .and_then(|first| first.to_str())
        .is_some_and(|first| !first.starts_with('-') || is_own.contains(&first));
    if !names_one {
        arguments.insert(1.min(arguments.len()), "serve".into());
    }
    arguments
}

/// Does what the command line says.
pub async fn run(cli: Cli, environment: Environment) -> Result<(), CliError> {
    environment.check::<Cli>()?;
    #[cfg(feature = "demo")]
    match &cli.command {
        Command::Demo(args) => return show::demo(args).await,
        Command::Replay(args) => return show::replay(args).await,
        _ => {}
    }
    if let Command::CheckChange(args) = &cli.command {
        return check_change::check(args).await;
    }
    telemetry::start_log(&cli.common)?;
    let config = Config::new(&cli.common, &environment)?;
    match cli.command {
        #[cfg(feature = "demo")]
        Command::Sample(args) => sample::run(config, args).await,
        Command::Serve(args) => serve::serve(config, args).await,
        Command::Import(command) => operator::import::run(config, command).await,
        command => operator::run(config, command).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_the_server_serves() {
        let parse = |arguments: &[&str]| {
            let arguments = ["server"].iter().chain(arguments).map(OsString::from).collect();
            Cli::try_parse_from(with_default_command(arguments)).map(|cli| cli.command)
        };
        assert!(matches!(parse(&[]), Ok(Command::Serve(_))));
        assert!(matches!(parse(&["--listen", "127.0.0.1:0", "--data-dir", "/x"]), Ok(Command::Serve(_))));
        assert!(matches!(parse(&["serve"]), Ok(Command::Serve(_))));
        assert!(matches!(parse(&["user", "list", "--json", "--data-dir", "/x"]), Ok(Command::User(_))));
        assert!(parse(&["sreve"]).is_err());
        assert_eq!(parse(&["--help"]).unwrap_err().kind(), clap::error::ErrorKind::DisplayHelp);
    }

    #[test]
    fn times_and_time_zones_are_read_in_one_form() {
        assert_eq!(parse_life("30m"), Ok(1_800_000));
        assert_eq!(parse_life("7d"), Ok(604_800_000));
        for wrong in ["", "7", "0m", "-1d", "91d", "7w", "99999999999999999d"] {
            assert!(parse_life(wrong).is_err(), "{wrong}");
        }
        assert!(parse_time_zone("Europe/Bucharest").is_ok() && parse_time_zone("UTC").is_ok());
        for wrong in ["", "Bucharest", "Europe/Nowhere", "+02:00"] {
            assert!(parse_time_zone(wrong).is_err(), "{wrong}");
        }
    }
}
