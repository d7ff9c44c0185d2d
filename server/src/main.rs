//! The Floorwalk server.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == server::cluster::RUN_POSTGRES) {
        let error = server::cluster::exec_postgres(arguments);
        eprintln!("{:#}", anyhow::Error::from(error));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
