//! The kill proof in its short form: a few phones, servers and databases die while people write.
//! `scripts/kills.sh` is the long one.

use anyhow::ensure;
use std::process::Command;

#[test]
fn whatever_is_killed_while_people_write_nothing_is_lost_or_torn() -> anyhow::Result<()> {
    let kills = ["--phones", "6", "--servers", "3", "--databases", "2"];

    let output = Command::new(env!("CARGO_BIN_EXE_kills")).args(kills).output()?;

    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}{complained}");
    for kind in ["phone: kills 6, ", "server: kills 3, ", "database: kills 2, "] {
        let is_kept = |line: &str| line.starts_with(kind) && line.ends_with(", lost 0, torn 0");
        ensure!(said.lines().any(is_kept), "{kind} is missing in\n{said}");
    }
    Ok(())
}
