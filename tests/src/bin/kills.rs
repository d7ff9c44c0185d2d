//! Kills phones, servers and databases in the middle of their work, and looks whether anything is lost.

use server::cluster::{RUN_POSTGRES, exec_postgres};
use server::error::Chain;
use std::ffi::OsString;
use std::process::ExitCode;
use tests::kills::{self, phone, server_process};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let first = arguments.peek().cloned();
    // Not commands for people: the parts that get killed are children of this very program.
    if first.as_ref().is_some_and(|first| first == RUN_POSTGRES) {
        let error = exec_postgres(arguments.skip(1));
        eprintln!("error: {}", Chain(&error));
        return ExitCode::FAILURE;
    }
    if first.as_ref().is_some_and(|first| first == phone::RUN_PHONE) {
        return told(phone::run(arguments.skip(1)));
    }
    if first.as_ref().is_some_and(|first| first == server_process::RUN_SERVER) {
        return told(server_process::run(arguments.skip(1)));
    }
    told(play(arguments))
}

fn play(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let settings = kills::Settings::parse(arguments)?;
    tokio::runtime::Runtime::new()?.block_on(kills::play(settings))
}

fn told(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
