//! Owns the arguments of what shows Floorwalk: the demo, the sample, the replay. What they do is the demo's and the sample's.

use clap::Args;
use sync_core::content::Language;
use sync_core::time::Day;

/// Settings of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// What the leader of the day reads on her screens, and in which language she asks.
    #[arg(long, default_value = "en")]
    pub language: Language,
    /// Go on serving when the day is over, until Ctrl-C.
    #[arg(long)]
    pub keep: bool,
}

/// Settings of `sample`.
#[derive(Debug, Args)]
pub struct SampleArgs {
    /// Decides everything that is left to chance: names stay, words and days change.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The last day of it, such as 2026-09-30. [default: today]
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    pub until: Option<Day>,
    /// How many weeks it is long.
    #[arg(long, default_value_t = 52, value_parser = clap::value_parser!(u16).range(1..=104))]
    pub weeks: u16,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Settings of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Recordings: JSON, or JSON compressed with gzip.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<std::path::PathBuf>,
    /// Lose this percentage of requests, and of answers after the server has done its work.
    #[arg(long, default_value_t = 0, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=50))]
    pub lose: u8,
    /// Decides the schedule and what gets lost.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|_| "not a day such as 2026-09-30".to_owned())
}
