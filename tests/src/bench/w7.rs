//! Owns W7: what a person waits for on a phone with many documents, without any network.

use super::figures::Figures;
use super::floor::Floor;
use super::office::Ground;
use super::phone::{Burst, Home, Searched, Task};
use super::workload::EDITS;

/// Measures W7 with so many documents.
pub async fn run(ground: &Ground, documents: usize) -> anyhow::Result<Figures> {
    let mut floor = Floor::open(ground, (documents, EDITS), 1).await?;
    let phone = floor.synced_phone().await?;
    let mut figures = Figures::default();
    // The first time after everything has arrived, each document is looked into once for its line in the list.
    let first: Home = floor.office.offline(&phone, Task::Home).await?;
    figures.note("first_home_ms", (first.open_us + first.show_us) as f64 / 1e3);
    figures.note("first_home_peak_mib", first.peak_kib as f64 / 1024.0);
    let home: Home = floor.office.offline(&phone, Task::Home).await?;
    figures.note("documents", home.documents as f64);
    figures.note("open_ms", home.open_us as f64 / 1e3);
    figures.note("home_ms", home.show_us as f64 / 1e3);
    figures.note("home_peak_mib", home.peak_kib as f64 / 1024.0);
    figures.phone_cpu_ms = Some(home.cpu_us as f64 / 1e3);
    figures.wall_ms_0 = Some((home.open_us + home.show_us) as f64 / 1e3);
    floor.office.verify(std::slice::from_ref(&phone)).await?;
    figures.verified = true;
    let burst: Burst = floor.office.offline(&floor.office.copy(&phone)?, Task::Burst).await?;
    figures.note("burst_letters", burst.letters as f64);
    figures.note("burst_ms", burst.wall_us as f64 / 1e3);
    figures.note("burst_cpu_ms", burst.cpu_us as f64 / 1e3);
    figures.note("first_letter_ms", burst.first_us as f64 / 1e3);
    figures.note("letter_median_ms", burst.median_us as f64 / 1e3);
    figures.note("letter_slowest_ms", burst.slowest_us as f64 / 1e3);
    figures.note("burst_peak_mib", burst.peak_kib as f64 / 1024.0);
    note_search(&mut figures, &floor.office.offline(&floor.office.copy(&phone)?, Task::Search).await?);
    floor.office.close().await;
    Ok(figures)
}

fn note_search(figures: &mut Figures, searched: &Searched) {
    figures.note("search_items", searched.items as f64);
    figures.note("first_search_ms", searched.first_us as f64 / 1e3);
    figures.note("first_search_read", searched.first_read as f64);
    figures.note("search_ms", searched.slowest_us as f64 / 1e3);
    figures.note("search_median_ms", searched.median_us as f64 / 1e3);
    figures.note("search_read", searched.read as f64);
    figures.note("search_after_edit_ms", searched.after_edit_us as f64 / 1e3);
    figures.note("search_after_edit_read", searched.after_edit_read as f64);
}
