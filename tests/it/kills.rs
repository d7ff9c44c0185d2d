//! The kill proof in its short form: a few phones, servers and databases die while people write.
//! `scripts/kills.sh` is the long one.

use anyhow::ensure;
use std::process::Command;

/// Kills so many of each, and looks for the line that the proof ends with.
fn kill([phones, servers, databases]: [&str; 3], verdict: &str) -> anyhow::Result<()> {
    let kills = ["--phones", phones, "--servers", servers, "--databases", databases];
    let output = Command::new(env!("CARGO_BIN_EXE_proofs")).arg("kills").args(kills).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}{complained}");
    let is_verdict = |line: &str| line.starts_with(verdict) && line.ends_with(", lost 0, torn 0");
    ensure!(said.lines().any(is_verdict), "{said}");
    Ok(())
}

#[test]
fn d3_a_phone_that_is_killed_while_it_writes_has_every_edit_that_returned() -> anyhow::Result<()> {
    kill(["6", "0", "0"], "phone: kills 6, ")
}

#[test]
fn a_server_that_is_killed_while_phones_push_has_everything_that_it_acknowledged() -> anyhow::Result<()> {
    kill(["0", "3", "0"], "server: kills 3, ")
}

#[test]
fn a_server_whose_postgres_is_killed_starts_it_again_with_everything_that_it_acknowledged()
-> anyhow::Result<()> {
    kill(["0", "0", "2"], "database: kills 2, ")
}
