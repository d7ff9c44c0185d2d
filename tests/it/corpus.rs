//! Everything that a fuzzer ever found worth keeping, and what it began with, brought to the borders again.

use anyhow::{Context, ensure};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use tests::targets::{self, seeds};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus");

/// How much of it there is.
fn play(name: &str) -> anyhow::Result<usize> {
    let target = targets::find(name).context("there is such a target")?;
    let begun = seeds::of(name)?.into_iter().enumerate().map(|(n, bytes)| (format!("seed {n}"), bytes));
    let mut all: Vec<_> = begun.collect();
    for entry in std::fs::read_dir(Path::new(CORPUS).join(name))? {
        let path = entry?.path();
        all.push((path.display().to_string(), std::fs::read(&path)?));
    }
    for (what, bytes) in &all {
        let kept = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_ok();
        ensure!(kept, "{name}: {what}");
    }
    Ok(all.len())
}

#[test]
fn the_first_stage_ends_and_bounds_what_it_lets_through() -> anyhow::Result<()> {
    ensure!(play("precheck")? > 80);
    Ok(())
}

#[test]
fn the_second_stage_lets_through_the_one_form_of_a_change() -> anyhow::Result<()> {
    ensure!(play("canonical")? > 80);
    Ok(())
}

#[test]
fn what_all_stages_let_through_harms_nobody() -> anyhow::Result<()> {
    ensure!(play("ingest")? > 30);
    Ok(())
}

#[test]
fn messages_are_read_as_they_were_written_however_they_are_cut() -> anyhow::Result<()> {
    ensure!(play("wire")? > 10);
    Ok(())
}

#[test]
fn only_what_was_sealed_opens() -> anyhow::Result<()> {
    ensure!(play("cursor")? >= 2);
    Ok(())
}
