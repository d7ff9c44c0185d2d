//! The proof of the gate against changes that are almost right, in its short form; `scripts/mutants.sh` is the long one.

use anyhow::ensure;
use std::process::Command;

#[test]
fn changes_that_are_almost_right_are_refused_or_harm_nobody() -> anyhow::Result<()> {
    let arguments = ["mutants", "--count", "750", "--edits", "0"];
    let output = Command::new(env!("CARGO_BIN_EXE_proofs")).args(arguments).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}{complained}");
    let is_verdict =
        |line: &str| line.starts_with("mutants 750 refused ") && line.contains(" panics 0 hangs 0 differ 0 ");
    ensure!(said.lines().last().is_some_and(is_verdict), "{said}");
    Ok(())
}
