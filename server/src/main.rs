//! The Floorwalk server.

use clap::Parser;
use server::cli::{self, Cli};
use server::cluster::{RUN_POSTGRES, exec_postgres};
use server::config::Environment;
use server::error::Chain;
use server::trial::worker::RUN_WORKER;
use std::process::ExitCode;
use std::time::Duration;

/// How long background work on a single document may go on when everything else has stopped.
const LAST_WORK: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    // Not a command for people: the private Postgres is started as a child of this very program.
    if arguments.get(1).is_some_and(|first| first == RUN_POSTGRES) {
        return fail(&exec_postgres(arguments.into_iter().skip(2)));
    }
    if arguments.get(1).is_some_and(|first| first == RUN_WORKER) {
        return fail(&server::trial::worker::run(arguments.into_iter().skip(2)));
    }
    #[cfg(feature = "demo")]
    if arguments.get(1).is_some_and(|first| first == server::demo::worker::RUN_WALK) {
        return match server::demo::worker::run(arguments.into_iter().skip(2)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error.as_ref()),
        };
    }
    let cli = Cli::parse_from(cli::with_default_command(arguments));
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let outcome = runtime.block_on(cli::run(cli, Environment::read()));
    // Work on a document that never ends must not keep the process: nothing of it is stored.
    runtime.shutdown_timeout(LAST_WORK);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            fail(&error);
            ExitCode::from(error.exit_status())
        }
    }
}

fn fail(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    eprintln!("error: {}", Chain(error));
    ExitCode::FAILURE
}
