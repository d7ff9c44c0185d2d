//! Cuts exchanges at every byte, and lets liars answer in between; looks whether any phone ends in a wrong state.

use std::process::ExitCode;
use tests::cuts::{Settings, play};

fn main() -> ExitCode {
    let played = Settings::parse(std::env::args_os().skip(1))
        .and_then(|settings| tokio::runtime::Runtime::new()?.block_on(play(settings)));
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
