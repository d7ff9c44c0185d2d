//! Owns what a person waits for who looks for something in the feedback of a year, on a phone that is offline.

use super::super::usage;
use super::{Order, PhoneFile, open};
use anyhow::ensure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use sync_core::coaching::Kind;
use sync_core::coaching::feedback_log::{self, Feedback, FeedbackKind, add_feedback};
use sync_core::ids::{DocId, TenureId};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::replica::Replica;
use sync_core::sqlite::SqliteStore;
use sync_core::store::Store;
use sync_core::sync::live::LivePolicy;
use sync_core::time::Quarter;

const QUARTERS: [&str; 4] = ["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"];
/// Pieces of feedback in each quarter.
const IN_EACH: usize = 250;
/// What is looked for: rare and frequent words, in the languages of the people.
const TYPED: [&str; 6] = ["sedinta serb", "投诉处理", "好", "open quest", "call 241", "nothing like this"];
/// How many hits a screen shows.
const SHOWN: usize = 50;

/// What looking for something took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Searched {
    /// Pieces of feedback in the archive.
    pub items: usize,
    /// The first search, before which nothing was ever read.
    pub first_us: u64,
    /// Documents that it read.
    pub first_read: usize,
    /// The slowest of the searches after it.
    pub slowest_us: u64,
    /// The one in the middle.
    pub median_us: u64,
    /// Documents that they read.
    pub read: usize,
    /// A search after something was written.
    pub after_edit_us: u64,
    /// Documents that it read.
    pub after_edit_read: usize,
}

pub(super) fn search(order: &Order) -> anyhow::Result<Searched> {
    let phone = order.phone()?;
    let (app, _driver, _) = open(phone, (&order.url, order.seed), LivePolicy::Ignore)?;
    let docs = write_archive(&app)?;
    let (first_us, first_read) = look(phone, &app, "sedinta")?;
    let mut all = TYPED.iter().map(|typed| look(phone, &app, typed)).collect::<anyhow::Result<Vec<_>>>()?;
    let read = all.iter().map(|(_, read)| read).sum();
    all.sort_unstable();
    app.edit(docs[0], |edit| add_feedback(edit, &praise("iarăși o ședință")))?;
    let (after_edit_us, after_edit_read) = look(phone, &app, "iarasi")?;
    Ok(Searched {
        items: QUARTERS.len() * IN_EACH,
        first_us,
        first_read,
        slowest_us: all[all.len() - 1].0,
        median_us: all[all.len() / 2].0,
        read,
        after_edit_us,
        after_edit_read,
    })
}

fn write_archive(app: &Replica) -> anyhow::Result<Vec<DocId>> {
    let subject = Subject::Tenure(TenureId::from_bytes([7; 16]));
    let write = |name: &&str| {
        let key = NaturalKey { subject, part: Part::Quarter(Quarter::parse(name)?) };
        let doc = app.create(Kind::of(&feedback_log::SPEC), key)?;
        app.edit(doc, |edit| (0..IN_EACH).try_for_each(|n| add_feedback(edit, &praise(&seen(n))).map(drop)))?;
        Ok(doc)
    };
    QUARTERS.iter().map(write).collect()
}

fn praise(seen: &str) -> Feedback {
    let context =
        "Evening shift, the second call after the break, with a customer who had called before".into();
    Feedback { context, ..Feedback::seen(FeedbackKind::Praise, seen) }
}

fn seen(n: usize) -> String {
    match n % 10 {
        0 => format!("La ședința {n} Șerban a ascultat până la capăt și a întrebat înainte să răspundă"),
        1 => format!("第{n}通电话,客户很满意,投诉处理得很好"),
        _ => format!("asked an open question in call {n}, and waited for the answer"),
    }
}

/// Searches once: how long it took, and how many documents it read.
fn look(phone: &PhoneFile, app: &Replica, typed: &str) -> anyhow::Result<(u64, usize)> {
    let indexed =
        || -> anyhow::Result<BTreeMap<DocId, u64>> { Ok(SqliteStore::open(&phone.store)?.indexed()?) };
    let before = indexed()?;
    let began_us = usage::now_us();
    let hits = app.search(typed, None, SHOWN)?;
    let took_us = usage::now_us() - began_us;
    ensure!(hits.is_empty() == typed.starts_with("nothing"), "{} hits for {typed}", hits.len());
    let read = indexed()?.iter().filter(|(doc, generation)| before.get(*doc) != Some(*generation)).count();
    Ok((took_us, read))
}
