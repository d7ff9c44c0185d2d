//! Owns what a leader waits for on a phone that is offline: who needs a word, the sheet before a talk, a walk.

use super::super::usage;
use super::{Order, open};
use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use sync_core::coaching::Kind;
use sync_core::coaching::floor_walk::{self, NewStop, StopKind};
use sync_core::insight::{self, Beside};
use sync_core::sync::live::LivePolicy;
use sync_core::time::Timestamp;

/// Stops of the walk.
const STOPS: usize = 12;

/// What the screens took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sheets {
    /// Opening the store.
    pub open_us: u64,
    /// The home screen, after that.
    pub overview_us: u64,
    /// The sheet for one person.
    pub prep_us: u64,
    /// The most memory of the process.
    pub peak_kib: u64,
    /// People on the home screen.
    pub people: usize,
    /// What the home screen says, to compare it.
    pub print: String,
}

/// What the walk took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Walked {
    /// The slowest stop until it was on disk.
    pub slowest_us: u64,
}

pub(super) fn show(order: &Order) -> anyhow::Result<Sheets> {
    let began_us = usage::now_us();
    let (app, _driver, _) = open(order.phone()?, (&order.url, order.seed), LivePolicy::Ignore)?;
    let opened_us = usage::now_us();
    let overview = app.insight(insight::overview)?;
    let shown_us = usage::now_us();
    let pair = app.tenures()?.into_iter().next().context("the leader has a pair")?;
    let rows = app.numbers_of(pair.agent.id)?;
    let beside = Beside { rows: &rows, questions: &[] };
    app.insight(|shelf| insight::prep(shelf, pair.id, beside))?.context("a sheet")?;
    let done_us = usage::now_us();
    Ok(Sheets {
        open_us: opened_us - began_us,
        overview_us: shown_us - opened_us,
        prep_us: done_us - shown_us,
        peak_kib: usage::own()?.peak_kib,
        people: overview.rows.len(),
        print: serde_json::to_string(&overview)?,
    })
}

/// Captures twelve stops, each with a person and a sentence.
pub(super) fn walk(order: &Order) -> anyhow::Result<Walked> {
    let (app, _driver, _) = open(order.phone()?, (&order.url, order.seed), LivePolicy::Ignore)?;
    let tenures = app.tenures()?;
    let key = floor_walk::new_key(app.identity().person, &mut StdRng::seed_from_u64(order.seed));
    let walk = app.create(Kind::of(&floor_walk::SPEC), key)?;
    let mut slowest_us = 0;
    for tenure in tenures.iter().cycle().take(STOPS) {
        let stop = NewStop {
            person: Some(tenure.agent.id),
            kind: StopKind::Praise,
            text: "Let the caller finish before looking anything up.".into(),
            tags: vec!["opening".into()],
            minutes: Some(2),
            at: Timestamp(0),
        };
        let began_us = usage::now_us();
        app.edit(walk, |edit| floor_walk::capture_stop(edit, &stop))?;
        slowest_us = slowest_us.max(usage::now_us() - began_us);
    }
    Ok(Walked { slowest_us })
}
