//! Owns the figures of one workload, in the form that they are written down in.

use super::measure::{Measured, median};
use super::phone::Synced;
use super::proxy::Traffic;
use serde::Serialize;
use std::collections::BTreeMap;

/// The figures of a workload. What a workload does not measure is null.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figures {
    /// HTTP requests.
    pub requests: Option<u64>,
    /// Bytes from the phone, by TCP.
    pub bytes_up: Option<u64>,
    /// Bytes to the phone, by TCP.
    pub bytes_down: Option<u64>,
    /// Round trips.
    pub round_trips: Option<u64>,
    /// CPU of the server's process.
    pub server_cpu_ms: Option<f64>,
    /// CPU of Postgres.
    pub postgres_cpu_ms: Option<f64>,
    /// CPU of the phone's process, its start included.
    pub phone_cpu_ms: Option<f64>,
    /// The most memory of the server's process.
    pub server_peak_mib: Option<f64>,
    /// From the opening of the app to the end of the sync, on a straight link.
    pub wall_ms_0: Option<f64>,
    /// The same with 150 ms for each round trip.
    pub wall_ms_150: Option<f64>,
    /// Whether everything was the same on both sides in the end.
    pub verified: bool,
    /// What only this workload has.
    #[serde(flatten)]
    pub further: BTreeMap<String, f64>,
    /// Variants of the workload.
    #[serde(flatten)]
    pub parts: BTreeMap<String, Figures>,
}

impl Figures {
    /// The figures of runs that did the same: CPU and times are the values in the middle, traffic is the first run's.
    pub fn of_syncs(runs: &[Measured<Synced>]) -> Self {
        let mut figures = Self {
            server_cpu_ms: Some(median(runs, |run| run.spent.server_us) / 1e3),
            postgres_cpu_ms: Some(median(runs, |run| run.spent.postgres_us) / 1e3),
            phone_cpu_ms: Some(median(runs, |run| run.phone.cpu_us) / 1e3),
            server_peak_mib: Some(median(runs, |run| run.peak_kib) / 1024.0),
            wall_ms_0: Some(median(runs, |run| run.phone.wall_us) / 1e3),
            ..Self::default()
        };
        let above_idle = median(runs, |run| run.peak_kib.saturating_sub(run.idle_kib)) / 1024.0;
        figures.note("server_peak_above_idle_mib", above_idle);
        figures.note("phone_cpu_before_connecting_ms", median(runs, |run| run.phone.cpu_before_us) / 1e3);
        figures.note("phone_cpu_of_start_ms", median(runs, |run| run.phone.cpu_start_us) / 1e3);
        figures.note("phone_cpu_of_network_stack_ms", median(runs, |run| run.phone.cpu_network_us) / 1e3);
        figures.note("phone_cpu_of_opening_store_ms", median(runs, |run| run.phone.cpu_store_us) / 1e3);
        figures.note("phone_peak_mib", median(runs, |run| run.phone.peak_kib) / 1024.0);
        if let Some(first) = runs.first() {
            figures.set_traffic(first.traffic);
        }
        figures
    }

    /// Notes what went over a link; round trips only if they were counted.
    pub fn set_traffic(&mut self, traffic: Traffic) {
        self.requests = Some(traffic.requests);
        self.bytes_up = Some(traffic.bytes_up);
        self.bytes_down = Some(traffic.bytes_down);
        if traffic.round_trips > 0 {
            self.round_trips = Some(traffic.round_trips);
        }
    }

    /// Notes a figure that only this workload has.
    pub fn note(&mut self, name: &str, value: f64) {
        self.further.insert(name.to_owned(), value);
    }

    /// Bytes both ways.
    pub fn bytes(&self) -> Option<f64> {
        Some((self.bytes_up? + self.bytes_down?) as f64)
    }

    /// A figure that only this workload has.
    pub fn noted(&self, name: &str) -> Option<f64> {
        self.further.get(name).copied()
    }
}
