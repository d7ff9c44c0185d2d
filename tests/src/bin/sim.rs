//! Plays simulated histories, and fails when a promise was not kept in one of them.

use std::process::ExitCode;
use tests::sim::report::{Settings, play};

fn main() -> ExitCode {
    let played = Settings::parse(std::env::args_os().skip(1)).and_then(|settings| play(&settings));
    match played {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
