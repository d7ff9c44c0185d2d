//! Owns what a person waits for on a phone that is offline: the home screen, and typing.

use super::super::usage;
use super::super::workload::Author;
use super::edit::{documents, write_at_end};
use super::{Order, open};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use sync_core::coaching::{Kind, action_plan, floor_walk, meeting};
use sync_core::sync::live::LivePolicy;

/// How many letters are typed.
const LETTERS: usize = 60;

/// What the home screen took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Home {
    /// Opening the store.
    pub open_us: u64,
    /// Reading everything that the screen shows, after that.
    pub show_us: u64,
    /// CPU of the process, its start included.
    pub cpu_us: u64,
    /// The most memory it held.
    pub peak_kib: u64,
    /// Documents on the screen.
    pub documents: usize,
}

/// What typing took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Burst {
    /// Letters typed; each is on disk before the next.
    pub letters: usize,
    /// All of them, the loading of the document included.
    pub wall_us: u64,
    /// CPU of that.
    pub cpu_us: u64,
    /// One letter in the middle of all.
    pub median_us: u64,
    /// The slowest letter but for the first, which loads the document.
    pub slowest_us: u64,
    /// The first letter.
    pub first_us: u64,
    /// The most memory it held.
    pub peak_kib: u64,
}

pub(super) fn show(order: &Order) -> anyhow::Result<Home> {
    let began_us = usage::now_us();
    let (app, _driver, _) = open(order.phone()?, (&order.url, order.seed), LivePolicy::Ignore)?;
    let opened_us = usage::now_us();
    let mut documents = 0;
    for spec in [&floor_walk::SPEC, &meeting::SPEC, &action_plan::SPEC] {
        documents += app.list(Kind::of(spec))?.len();
    }
    app.tenures()?;
    app.not_accepted()?;
    let show_us = usage::now_us() - opened_us;
    let usage::Usage { cpu_us, peak_kib, .. } = usage::own()?;
    Ok(Home { open_us: opened_us - began_us, show_us, cpu_us, peak_kib, documents })
}

pub(super) fn type_burst(order: &Order) -> anyhow::Result<Burst> {
    let phone = order.phone()?;
    let doc = *documents(phone)?.first().context("the phone has a document")?;
    let (app, _driver, _) = open(phone, (&order.url, order.seed), LivePolicy::Ignore)?;
    let mut author = Author::new(app.identity().person, order.seed);
    let mut text = String::new();
    while text.len() < LETTERS {
        text.push_str(&author.typed());
    }
    let (began_us, cpu_before_us) = (usage::now_us(), usage::own_cpu_us());
    let mut letters_us = Vec::new();
    for letter in text.chars().take(LETTERS) {
        let typed_us = usage::now_us();
        write_at_end(&app, doc, letter.encode_utf8(&mut [0; 4]))?;
        letters_us.push(usage::now_us() - typed_us);
    }
    let (wall_us, cpu_us) = (usage::now_us() - began_us, usage::own_cpu_us() - cpu_before_us);
    let first_us = letters_us.remove(0);
    letters_us.sort_unstable();
    let (median_us, slowest_us) = (letters_us[letters_us.len() / 2], letters_us[letters_us.len() - 1]);
    let peak_kib = usage::own()?.peak_kib;
    Ok(Burst { letters: LETTERS, wall_us, cpu_us, median_us, slowest_us, first_us, peak_kib })
}
