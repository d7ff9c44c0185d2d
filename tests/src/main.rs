//! The long proofs and the benchmark, one subcommand each; `scripts/` has a script for each of them.

use clap::{Parser, Subcommand};
use server::cluster::{RUN_POSTGRES, exec_postgres};
use server::trial::worker::RUN_WORKER;
use std::ffi::OsString;
use std::process::ExitCode;
use tests::{
    bench, cuts, gate_costs, histories, hostile, imports, instances, kills, mutants, promotions, sim,
    targets, trials,
};

/// Proves what Floorwalk promises, over and over, and measures what it costs.
///
/// Each ends with one line about everything that it did, and with exit status 1 when a promise was not kept.
#[derive(Debug, Parser)]
#[command(name = "proofs", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    proof: Proof,
}

#[derive(Debug, Subcommand)]
enum Proof {
    /// Play simulated histories in virtual time: phones, servers, a database, and all that can go wrong between them
    Sim(sim::report::Settings),
    /// Cut exchanges at every byte, let liars answer in between, and look whether a phone ends in a wrong state
    Cuts(cuts::Settings),
    /// Push and read through two instances of the server at once, and look whether anybody missed anything
    Instances(instances::Settings),
    /// Kill phones, servers and databases in the middle of their work, and look whether anything is lost or torn
    Kills(kills::Settings),
    /// Kill the primary Postgres under load, promote its standby, and look whether anything acknowledged is lost
    Promotions(promotions::Settings),
    /// Play histories on real servers, Postgres, SQLite files and a network that cuts and lies, with kills
    Histories(histories::Settings),
    /// Push everything hostile that is known through the gate, and look whether it is refused and harms nothing
    Hostile,
    /// Measure what taking in a file of numbers costs
    Import(imports::Settings),
    /// Measure what the gate costs for an honest change
    GateCosts,
    /// Kill the workers that try changes while phones push, and look whether every verdict is right and kept
    Trials(trials::Settings),
    /// Edit real changes in a few places, push them through the gate, and look whether what it lets through harms anybody
    Mutants(mutants::Settings),
    /// Write what the fuzzer begins with into a directory
    #[command(hide = true)]
    FuzzSeeds {
        /// The target
        target: String,
        /// The directory
        into: std::path::PathBuf,
    },
    /// Measure what syncs cost on both sides, beside the goals and the figures of others
    Bench(bench::Settings),
}

fn main() -> ExitCode {
    let told = match be_a_child() {
        Some(told) => told,
        None => play(Cli::parse().proof),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Postgres, and what is killed or measured, are children of this very program, under commands that are not for people.
fn be_a_child() -> Option<anyhow::Result<()>> {
    let mut arguments = std::env::args_os().skip(1);
    let command: OsString = arguments.next()?;
    match command.to_str()? {
        RUN_WORKER => Some(Err(server::trial::worker::run(arguments).into())),
        RUN_POSTGRES => Some(Err(exec_postgres(arguments).into())),
        kills::server_process::RUN_SERVER => Some(kills::server_process::run(arguments)),
        server::demo::worker::RUN_WALK => Some(server::demo::worker::run(arguments)),
        kills::phone::RUN_PHONE => Some(kills::phone::run(arguments)),
        bench::server::RUN_SERVER => Some(bench::server::run()),
        bench::phone::RUN_PHONE => Some(bench::phone::run()),
        mutants::worker::RUN_WORKER => Some(mutants::worker::run()),
        histories::phone_process::RUN_PHONE => Some(histories::phone_process::run(arguments.next())),
        _ => None,
    }
}

fn play(proof: Proof) -> anyhow::Result<()> {
    let in_real_time = tokio::runtime::Runtime::new()?;
    match proof {
        Proof::Sim(settings) => sim::report::play(&settings),
        Proof::Cuts(settings) => in_real_time.block_on(cuts::play(settings)),
        Proof::Instances(settings) => in_real_time.block_on(instances::play(settings)),
        Proof::Kills(settings) => in_real_time.block_on(kills::play(settings)),
        Proof::Promotions(settings) => in_real_time.block_on(promotions::play(settings)),
        Proof::Histories(settings) => in_real_time.block_on(histories::play(settings)),
        Proof::Hostile => hostile::play(),
        Proof::Import(settings) => in_real_time.block_on(imports::play(settings)),
        Proof::GateCosts => in_real_time.block_on(gate_costs::play()),
        Proof::Trials(settings) => in_real_time.block_on(trials::play(settings)),
        Proof::Mutants(settings) => in_real_time.block_on(mutants::play(settings)),
        Proof::FuzzSeeds { target, into } => targets::seeds::write(&target, &into),
        Proof::Bench(settings) => in_real_time.block_on(bench::play(&settings)),
    }
}
