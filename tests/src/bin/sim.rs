//! Plays simulated histories, and fails when a promise was not kept in one of them.

use clap::Parser;
use std::process::ExitCode;
use tests::sim::report::{Settings, play};

fn main() -> ExitCode {
    match play(&Settings::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
