//! Owns one person who writes while something is killed: when they edit, when they ask for a sync, and from when on
//! they leave everything to their phone.

use super::written::Books;
use anyhow::{Context, bail, ensure};
use rand::RngExt;
use rand::rngs::StdRng;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use sync_core::coaching::meeting::{self, NewTopic};
use sync_core::ids::DocId;
use sync_core::replica::{ItemState, Replica};
use sync_core::sync::Outcome;
use sync_core::wire::ErrorCode;

/// How long somebody who asks for a sync waits for it.
const ASK_BUDGET_MS: u64 = 10_000;
/// The pause between two edits while the server answers.
const PAUSE_MS: Range<u64> = 0..60;
/// And while it does not.
const OFFLINE_PAUSE_MS: Range<u64> = 100..300;
/// A phone that was away for seconds tries again within seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody who writes.
pub struct Writer {
    /// Whose phone it is.
    pub owner: &'static str,
    /// The app on it.
    pub app: Replica,
    /// What they write into, in turn.
    pub docs: Vec<DocId>,
    /// Where everything that they write is noted.
    pub books: Books,
    /// When they stop.
    pub stop: Arc<AtomicBool>,
    /// Their pauses.
    pub dice: StdRng,
    /// In front of the number of each edit, so that no text comes twice.
    pub round: usize,
}

impl Writer {
    /// Edits until told to stop, and then until everything is on the server.
    ///
    /// They ask for a sync after each edit until one fails. From then on they only edit: that the server is back is
    /// for the phone to find out.
    pub async fn write(mut self) -> anyhow::Result<()> {
        let mut unconfirmed = Vec::new();
        let mut is_served = true;
        for number in 0_usize.. {
            if self.stop.load(Ordering::SeqCst) {
                break;
            }
            unconfirmed.push(self.edit(number)?);
            is_served = is_served && self.ask().await?;
            self.note_confirmed(&mut unconfirmed)?;
            let pause = if is_served { PAUSE_MS } else { OFFLINE_PAUSE_MS };
            tokio::time::sleep(Duration::from_millis(self.dice.random_range(pause))).await;
        }
        let arriving = tokio::time::timeout(PATIENCE, self.until_confirmed(unconfirmed)).await;
        arriving.with_context(|| format!("{}'s phone did not come back by itself", self.owner))?
    }

    fn edit(&self, number: usize) -> anyhow::Result<(DocId, String)> {
        let doc = *self.docs.get(number % self.docs.len()).context("something to write into")?;
        let text = format!("{} {}.{number}", self.owner, self.round);
        let topic = NewTopic { section: None, text: text.clone(), question: None };
        self.books.begin(doc, &text);
        self.app.edit(doc, |edit| meeting::add_agenda(edit, &topic))?;
        self.books.done(doc, &text);
        Ok((doc, text))
    }

    /// Whether a sync came to its end. Only what a killed server or database explains may be in its way.
    async fn ask(&self) -> anyhow::Result<bool> {
        match self.app.sync(ASK_BUDGET_MS).await {
            Outcome::UpToDate { pending } => Ok(pending == 0),
            Outcome::Offline | Outcome::BudgetExhausted { .. } => Ok(false),
            Outcome::Refused(refusal) if refusal.code == ErrorCode::Unavailable => Ok(false),
            outcome => bail!("{}'s phone: {outcome:?}", self.owner),
        }
    }

    /// Notes what the phone calls "on the server" by now, and keeps the rest.
    fn note_confirmed(&self, unconfirmed: &mut Vec<(DocId, String)>) -> anyhow::Result<()> {
        for doc in &self.docs {
            let state = self.app.state(*doc)?;
            ensure!(state != ItemState::NotAccepted, "something of {}'s was not accepted", self.owner);
            if state == ItemState::OnServer {
                let confirmed = unconfirmed.extract_if(.., |(edited, _)| edited == doc);
                confirmed.for_each(|(doc, text)| self.books.acknowledge(doc, text));
            }
        }
        Ok(())
    }

    async fn until_confirmed(&self, mut unconfirmed: Vec<(DocId, String)>) -> anyhow::Result<()> {
        // Before the first look: what happens between a look and the next event must not be missed.
        let mut events = self.app.subscribe();
        self.note_confirmed(&mut unconfirmed)?;
        while !unconfirmed.is_empty() {
            events.next().await.context("the app is closed")?;
            self.note_confirmed(&mut unconfirmed)?;
        }
        Ok(())
    }
}
