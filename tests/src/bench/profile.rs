//! Owns the count of a server's statements: how often each, and how long it was waited for.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Where the driver reports each statement.
const STATEMENTS: &str = "sqlx::query";

/// What one statement took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its first words.
    pub statement: String,
    /// How often.
    pub count: u64,
    /// How long it was waited for in all.
    pub waited_us: u64,
    /// How many rows came back.
    pub rows: u64,
}

type Entries = BTreeMap<String, Entry>;

/// The statements of this process since it was started, or last taken.
#[derive(Debug, Clone, Default)]
pub struct Profile(Arc<Mutex<Entries>>);

impl Profile {
    /// Counts from now on.
    pub fn start() -> anyhow::Result<Self> {
        let profile = Self::default();
        let only_statements = Targets::new().with_target(STATEMENTS, LevelFilter::DEBUG);
        tracing_subscriber::registry().with(profile.clone().with_filter(only_statements)).try_init()?;
        Ok(profile)
    }

    /// What was counted, the longest first; the count begins anew.
    pub fn take(&self) -> Vec<Entry> {
        let taken = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut entries: Vec<Entry> = taken.into_values().collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.waited_us));
        entries
    }
}

impl<S: Subscriber> Layer<S> for Profile {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut read = Statement::default();
        event.record(&mut read);
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.entry(read.words.clone()).or_insert_with(|| Entry {
            statement: read.words,
            count: 0,
            waited_us: 0,
            rows: 0,
        });
        entry.count += 1;
        entry.waited_us += read.waited_us;
        entry.rows += read.rows;
    }
}

#[derive(Default)]
struct Statement {
    words: String,
    waited_us: u64,
    rows: u64,
}

impl Visit for Statement {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "db.statement" && self.words.is_empty() {
            self.words = first_words(&format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            // The whole statement, when the summary had to leave something out.
            "db.statement" if !value.trim().is_empty() => self.words = first_words(value),
            "summary" if self.words.is_empty() => self.words = first_words(value),
            _ => {}
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.waited_us = (value * 1e6) as u64;
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "rows_returned" {
            self.rows = value;
        }
    }
}

/// A line that tells one statement from another; the organisation in it does not.
fn first_words(statement: &str) -> String {
    let words = statement.split_whitespace().filter(|word| !word.starts_with('\''));
    words.collect::<Vec<_>>().join(" ").chars().take(110).collect()
}
