//! Owns one measured run: what went over the link, what each side cost meanwhile, and what the phone says of it.

use super::child::Child;
use super::office::Office;
use super::phone::{Order, PhoneFile, RUN_PHONE, Synced, Task};
use super::proxy::{Link, Proxy, Traffic};
use super::server::Server;
use super::usage::{Postgres, Spent};
use anyhow::ensure;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The round trip of a slow link.
pub const ROUND_TRIP: Duration = Duration::from_millis(150);

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Measured<T> {
    /// What went over the link.
    pub traffic: Traffic,
    /// What server and Postgres cost.
    pub spent: Spent,
    /// What the server held before.
    pub idle_kib: u64,
    /// The most that it held meanwhile.
    pub peak_kib: u64,
    /// What the phone says.
    pub phone: T,
}

/// A server at rest, before something is measured.
#[derive(Debug)]
pub struct Before {
    spent: Spent,
    idle_kib: u64,
}

impl Before {
    /// Waits until the server is at rest.
    pub async fn look(server: &mut Server, postgres: Postgres) -> anyhow::Result<Self> {
        server.forget_peak().await?;
        let usage = server.at_rest().await?;
        let spent = Spent { server_us: usage.cpu_us, postgres_us: postgres.cpu_us()? };
        Ok(Self { spent, idle_kib: usage.resident_kib })
    }

    /// Looks again, when the server is at rest again.
    pub async fn measured<T>(
        self,
        server: &mut Server,
        postgres: Postgres,
        (proxy, phone): (Proxy, T),
    ) -> anyhow::Result<Measured<T>> {
        let usage = server.at_rest().await?;
        let server_us = usage.cpu_us.saturating_sub(server.asking_us);
        let spent = Spent { server_us, postgres_us: postgres.cpu_us()? } - self.spent;
        let (traffic, idle_kib, peak_kib) = (proxy.traffic(), self.idle_kib, usage.peak_kib);
        Ok(Measured { traffic, spent, idle_kib, peak_kib, phone })
    }
}

/// Has a phone do something while everything is measured.
pub async fn measure<T: DeserializeOwned>(
    office: &Office,
    (server, postgres): (&mut Server, Postgres),
    link: Link,
    (phone, task): (&PhoneFile, Task),
) -> anyhow::Result<Measured<T>> {
    let proxy = Proxy::to(&server.url, link).await?;
    let before = Before::look(server, postgres).await?;
    let answer = office.order(phone, proxy.url(), task).carry_out(&office.ground.program).await?;
    before.measured(server, postgres, (proxy, answer)).await
}

/// Has a phone sync while everything is measured; an error if something stayed on the phone.
pub async fn measure_sync(
    office: &Office,
    (server, postgres): (&mut Server, Postgres),
    link: Link,
    phone: &PhoneFile,
) -> anyhow::Result<Measured<Synced>> {
    let measured: Measured<Synced> = measure(office, (server, postgres), link, (phone, Task::Sync)).await?;
    ensure!(measured.phone.waiting == 0, "{} changes stayed on the phone", measured.phone.waiting);
    Ok(measured)
}

/// The value in the middle.
pub fn median<T>(runs: &[Measured<T>], of: impl Fn(&Measured<T>) -> u64) -> f64 {
    let mut values: Vec<u64> = runs.iter().map(of).collect();
    values.sort_unstable();
    values.get(values.len() / 2).map_or(0.0, |value| *value as f64)
}

/// Has phones get ready, then do something while everything is measured. Answers also how ready they were.
pub async fn measure_ready<T: DeserializeOwned>(
    office: &Office,
    (server, postgres): (&mut Server, Postgres),
    (phones, task): (&[PhoneFile], Task),
) -> anyhow::Result<(usize, Measured<T>)> {
    let link = Proxy::to(&server.url, Link::Straight).await?;
    let mut child = Child::start(&office.ground.program, RUN_PHONE)?;
    let url = link.url().to_owned();
    let ready = child.ask(&Order { phones: phones.to_vec(), url, seed: office.seed(), task }).await?;
    let earlier = link.traffic();
    let before = Before::look(server, postgres).await?;
    let answer = child.ask(&"go").await?;
    let mut measured = before.measured(server, postgres, (link, answer)).await?;
    child.end().await?;
    measured.traffic = measured.traffic.since(earlier);
    Ok((ready, measured))
}
