//! The proof of the gate against changes that are almost right, in its short form; `scripts/mutants.sh` is the long one.

use anyhow::ensure;
use std::process::Command;

/// The last line that `proofs mutants` says, which must end well.
fn verdict(more: &[&str]) -> anyhow::Result<String> {
    let arguments = [&["mutants", "--edits", "0"], more].concat();
    let output = Command::new(env!("CARGO_BIN_EXE_proofs")).args(arguments).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}{complained}");
    Ok(said.lines().last().unwrap_or_default().to_owned())
}

#[test]
fn changes_that_are_almost_right_are_refused_or_harm_nobody() -> anyhow::Result<()> {
    let verdict = verdict(&["--count", "750"])?;
    let is_good =
        verdict.starts_with("mutants 750 refused ") && verdict.contains(" panics 0 hangs 0 differ 0 ");
    ensure!(is_good, "{verdict}");
    Ok(())
}

/// It put a counter, a list and a counter under one key, and passed.
#[test]
fn the_mutant_that_once_passed_is_refused() -> anyhow::Result<()> {
    let verdict = verdict(&["--seed", "1", "--first", "91650", "--count", "1"])?;
    ensure!(verdict.starts_with("mutants 1 refused 1 "), "{verdict}");
    Ok(())
}
