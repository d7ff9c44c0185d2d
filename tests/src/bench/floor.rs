//! Owns what W1, W2 and W3 share: the office with 300 documents, and one phone of its leader.

use super::measure::measure_sync;
use super::office::{Ground, Office, Roster, Seeded};
use super::phone::PhoneFile;
use super::proxy::Link;
use super::usage::Postgres;
use anyhow::Context;

/// How many people the leader leads.
const PAIRS: usize = 10;
/// Decides everything that is written.
const SEED: u64 = 1;

/// An office with its documents saved, and a phone that has never synced.
pub struct Floor {
    /// The office.
    pub office: Office,
    /// Its Postgres.
    pub postgres: Postgres,
    /// What is in it.
    pub seeded: Seeded,
    /// How often to run what has a value in the middle.
    pub runs: usize,
    fresh: PhoneFile,
    synced: Option<PhoneFile>,
}

impl Floor {
    /// An office with so many documents of so many edits.
    pub async fn open(
        ground: &Ground,
        (documents, edits): (usize, usize),
        runs: usize,
    ) -> anyhow::Result<Self> {
        let office = Office::found(ground, Roster::OneLeader, PAIRS, SEED).await?;
        let seeded = office.write_documents(documents, edits).await?;
        office.settle().await?;
        let server = office.start_server().await?;
        let leader = office.pairs.first().context("there is a pair")?.leader;
        let fresh = office.enroll(&server, leader, "fresh").await?;
        server.stop().await?;
        let postgres = office.postgres().await?;
        Ok(Self { office, postgres, seeded, runs, fresh, synced: None })
    }

    /// A phone that has never synced.
    pub fn fresh_phone(&self) -> anyhow::Result<PhoneFile> {
        self.office.copy(&self.fresh)
    }

    /// The phone that has everything; made at the first call.
    pub async fn synced_phone(&mut self) -> anyhow::Result<PhoneFile> {
        if let Some(phone) = &self.synced {
            return Ok(phone.clone());
        }
        let phone = self.fresh_phone()?;
        let mut server = self.office.start_server().await?;
        measure_sync(&self.office, (&mut server, self.postgres), Link::Straight, &phone).await?;
        server.stop().await?;
        self.keep(phone.clone());
        Ok(phone)
    }

    /// From now on, this is the phone that has everything.
    pub fn keep(&mut self, phone: PhoneFile) {
        self.synced = Some(phone);
    }
}
