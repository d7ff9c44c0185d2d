//! The floor-walk benchmark: `bench [W1 ... W7] [--json FILE] [--profile]`.

use server::cluster::{RUN_POSTGRES, exec_postgres};
use server::error::Chain;
use std::process::ExitCode;
use tests::bench::{self, phone, server as measured};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let first = arguments.peek().cloned();
    let is = |command: &str| first.as_ref().is_some_and(|first| first == command);
    // Not commands for people: Postgres, the server and the phones are children of this very program.
    if is(RUN_POSTGRES) {
        let error = exec_postgres(arguments.skip(1));
        eprintln!("error: {}", Chain(&error));
        return ExitCode::FAILURE;
    }
    if is(measured::RUN_SERVER) {
        return told(measured::run());
    }
    if is(phone::RUN_PHONE) {
        return told(phone::run());
    }
    told(play(arguments))
}

fn play(arguments: impl Iterator<Item = std::ffi::OsString>) -> anyhow::Result<()> {
    let settings = bench::Settings::parse(arguments)?;
    tokio::runtime::Runtime::new()?.block_on(bench::play(&settings))
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
