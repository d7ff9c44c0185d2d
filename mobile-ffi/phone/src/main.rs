//! A phone on the command line: the library of the apps, on this machine's files.
//!
//! - [`args`]: which commands there are. [`phone`]: the phone they work on. [`keys`]: its keys.
//! - [`walking`], [`reading`], [`conflicts`], [`doctor`]: what the commands do. [`report`]: what they print.

mod args;
mod conflicts;
mod doctor;
mod keys;
mod phone;
mod reading;
mod report;
mod walking;

use args::{Cli, Command};
use clap::Parser;
use mobile_ffi::error::ClientError;
use mobile_ffi::words::user_message;
use phone::{Network, Phone};
use rand::Rng;
use report::Report;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use sync_core::time::Timestamp;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = run(&cli).and_then(|report| {
        report.print(cli.common.json)?;
        Ok(report.is_good)
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            if let Some(told) = error.downcast_ref::<ClientError>() {
                eprintln!("{}", user_message(told, cli.common.language));
            }
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<Report> {
    let network = match cli.command {
        Command::Enroll { .. } => Network::ForEnrolling,
        Command::Sync { .. } | Command::Doctor { offline: false } => Network::Own,
        _ => Network::Cut,
    };
    let open = || Phone::open(&cli.common, network, &new_store_key());
    match &cli.command {
        Command::Enroll { link, name } => open()?.enroll(link, name),
        Command::Walk { end: false } => walking::walk(&open()?, now()),
        Command::Walk { end: true } => walking::end(&open()?, now()),
        Command::Note(note) => walking::note(&open()?, note, now()),
        Command::List { kind, limit } => reading::list(&open()?, *kind, *limit),
        Command::Show { doc } => reading::show(&open()?, doc),
        Command::Sync { seconds } => open()?.sync(*seconds),
        Command::Conflicts => conflicts::list(&open()?),
        Command::Settle { doc, conflict, value } => conflicts::settle(&open()?, doc, *conflict, *value),
        // Looks at what may not even open.
        Command::Doctor { offline } => Ok(doctor::look(&cli.common, open, *offline)),
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[expect(clippy::disallowed_methods, reason = "this is where randomness comes in")]
fn new_store_key() -> [u8; 32] {
    let mut key = [0; 32];
    rand::rng().fill_bytes(&mut key);
    key
}
