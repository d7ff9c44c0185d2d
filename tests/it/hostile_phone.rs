//! Everything hostile that is known, handed to a phone by a server that lies: whatever it does to the app, the app opens again,
//! and nobody's words are lost.

use anyhow::{Context, ensure};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use tests::hostile::cases::{CASES, Case};
use tests::hostile::phone::{Shown, begin, has_sent, live};

/// Names the directory of the phone that this process is, when it is one.
const PHONE: &str = "FLOORWALK_ATTACKED_PHONE";
const THIS: &str = "hostile_phone::whatever_a_server_hands_on_the_phone_goes_on_with_everything_else";
/// Names the file with the place of the case in the table.
const CASE: &str = "case";
const SHOWN: &str = "shown";
/// So much CPU one life of the app may take before somebody closes it.
const PATIENCE_S: u64 = 10;
/// This one is read in the end, and before that it only takes long, above all in a build that is not optimised.
const SLOW: &str = "a run of a million operations";
const MORE_PATIENCE_S: u64 = 120;
const MEMORY_BYTES: u64 = 2 << 30;
/// The app dies when it reads everything, and twice of the one change.
const MOST_DEATHS: usize = 3;

fn contain(case: &Case) -> anyhow::Result<()> {
    let patience_s = if case.name == SLOW { MORE_PATIENCE_S } else { PATIENCE_S };
    let at_most = |limit| Rlimit { current: Some(limit), maximum: Some(limit) };
    setrlimit(Resource::Core, at_most(0))?;
    setrlimit(Resource::As, at_most(MEMORY_BYTES))?;
    Ok(setrlimit(Resource::Cpu, at_most(patience_s))?)
}

fn run<T>(story: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(story)
}

/// What this process does when it is a phone.
fn be_a_phone(directory: &Path) -> anyhow::Result<()> {
    let place: usize = fs::read_to_string(directory.join(CASE))?.parse()?;
    contain(&CASES[place])?;
    let shown = run(live(directory, &CASES[place]))?;
    Ok(fs::write(directory.join(SHOWN), serde_json::to_vec(&shown)?)?)
}

/// One life of the app; what it shows, unless it dies.
fn one_life(directory: &Path) -> anyhow::Result<Option<Shown>> {
    let mut command = Command::new(std::env::current_exe()?);
    let ended = command.args(["--exact", THIS]).env(PHONE, directory).output()?;
    if ended.status.signal().is_some() {
        return Ok(None);
    }
    ensure!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
    Ok(Some(serde_json::from_slice(&fs::read(directory.join(SHOWN))?)?))
}

/// What became of a phone.
struct Fate {
    deaths: usize,
    is_behind: bool,
}

/// Attacks a phone of its own, and opens the app again whenever it has died.
fn attack(place: usize, case: &Case) -> anyhow::Result<Fate> {
    let directory = tempfile::tempdir()?;
    let directory = directory.path();
    fs::write(directory.join(CASE), place.to_string())?;
    run(begin(directory, case))?;
    let mut deaths = 0;
    let shown = loop {
        match one_life(directory)? {
            Some(shown) => break shown,
            None => deaths += 1,
        }
        ensure!(deaths <= MOST_DEATHS, "the app dies again and again");
    };
    ensure!(shown.lacks().is_empty(), "{shown:?} lacks {:?}", shown.lacks());
    ensure!(has_sent(directory)?, "what was not sent has not been sent since");
    let again = one_life(directory)?.context("the app has died of what it knew already")?;
    ensure!(again == shown, "it shows {again:?} after {shown:?}");
    Ok(Fate { deaths, is_behind: shown.is_behind })
}

#[test]
fn whatever_a_server_hands_on_the_phone_goes_on_with_everything_else() -> anyhow::Result<()> {
    if let Some(directory) = std::env::var_os(PHONE) {
        return be_a_phone(Path::new(&directory));
    }
    let (mut wrong, mut deadly, mut behind) = (Vec::new(), Vec::new(), 0);
    for (place, case) in CASES.iter().enumerate() {
        match attack(place, case) {
            Ok(fate) => {
                deadly.extend((fate.deaths > 0).then_some(case.name));
                behind += usize::from(fate.is_behind);
            }
            Err(error) => wrong.push(format!("{}: {error:#}", case.name)),
        }
    }
    ensure!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
    ensure!(deadly.contains(&"a run of 2^62 operations"), "what kills was not tried: {deadly:?}");
    ensure!(behind > 10, "what breaks the reader was not tried: {behind}");
    Ok(())
}
