//! Lets phones push and read through two instances of the server at once, and looks whether anybody missed anything.

use std::process::ExitCode;
use tests::instances::{self, Settings};

fn main() -> ExitCode {
    match play() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn play() -> anyhow::Result<()> {
    let settings = Settings::parse(std::env::args_os().skip(1))?;
    tokio::runtime::Runtime::new()?.block_on(instances::play(settings))
}
