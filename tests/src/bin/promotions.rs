//! Kills the primary Postgres under load and promotes its standby, again and again; looks whether anything that was
//! acknowledged is lost.

use std::process::ExitCode;
use tests::promotions::{Settings, play};

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
