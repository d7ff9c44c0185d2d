//! Everything hostile that is known, pushed through the gate: refused under its code, and everybody can go on.

use anyhow::ensure;
use tests::hostile::cases::CASES;
use tests::hostile::{Ground, play_one};

#[test]
fn every_hostile_change_gets_its_verdict_and_harms_nothing() -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for case in CASES {
        let verdict = play_one(case)?;
        if verdict.fate != case.expected || !verdict.is_healthy {
            wrong.push(format!("{}: {verdict:?}, expected {:?}", case.name, case.expected));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn what_was_not_attacked_is_healthy() -> anyhow::Result<()> {
    ensure!(Ground::new()?.is_healthy());
    Ok(())
}
