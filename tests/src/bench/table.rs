//! Owns what is printed: our figures beside the goals and the figures of others.

use super::figures::Figures;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The figures of each workload, by its name in lower case.
pub type Outcomes = BTreeMap<String, Figures>;

/// A line of the table.
struct Line {
    workload: &'static str,
    /// A variant of the workload.
    part: Option<&'static str>,
    what: &'static str,
    unit: &'static str,
    of: fn(&Figures) -> Option<f64>,
    goal: Option<Goal>,
    others: [&'static str; 4],
}

/// What is to be reached.
#[derive(Debug, Clone, Copy)]
enum Goal {
    AtMost(f64),
    Below(f64),
}

/// The others in their columns. Their figures, and the goals, are those of the benchmark's definition (W1 to W7 on
/// two busy cores; bytes within 1 %, messages exact): `-` where it has none. They never sync to disk or acknowledge
/// from memory, except PouchDB.
const OTHERS: [&str; 4] = ["automerge-repo 2.5", "samod 0.16", "Hocuspocus 4.7", "PouchDB 9"];
const NONE: [&str; 4] = ["-"; 4];

const fn line(
    workload: &'static str,
    what: &'static str,
    unit: &'static str,
    of: fn(&Figures) -> Option<f64>,
) -> Line {
    Line { workload, part: None, what, unit, of, goal: None, others: NONE }
}

impl Line {
    const fn part(self, part: &'static str) -> Self {
        Self { part: Some(part), ..self }
    }

    const fn goal(self, goal: Goal) -> Self {
        Self { goal: Some(goal), ..self }
    }

    const fn others(self, others: [&'static str; 4]) -> Self {
        Self { others, ..self }
    }
}

fn lines() -> Vec<Line> {
    [bootstrap_lines(), idle_lines(), push_lines(), live_lines(), further_lines(), year_lines()]
        .into_iter()
        .flatten()
        .collect()
}

fn kb(figures: &Figures) -> Option<f64> {
    figures.bytes().map(|bytes| bytes / 1e3)
}

fn requests(figures: &Figures) -> Option<f64> {
    figures.requests.map(|count| count as f64)
}

fn round_trips(figures: &Figures) -> Option<f64> {
    figures.round_trips.map(|count| count as f64)
}

fn server_cpu(figures: &Figures) -> Option<f64> {
    figures.server_cpu_ms
}

fn postgres_cpu(figures: &Figures) -> Option<f64> {
    figures.postgres_cpu_ms
}

fn phone_cpu(figures: &Figures) -> Option<f64> {
    figures.phone_cpu_ms
}

fn before(figures: &Figures) -> Option<f64> {
    figures.noted("phone_cpu_before_connecting_ms")
}

fn above_idle(figures: &Figures) -> Option<f64> {
    figures.noted("server_peak_above_idle_mib")
}

fn slow(figures: &Figures) -> Option<f64> {
    figures.wall_ms_150
}

fn straight(figures: &Figures) -> Option<f64> {
    figures.wall_ms_0
}

fn bootstrap_lines() -> Vec<Line> {
    vec![
        line("w1", "bytes", "KB", kb).goal(Goal::AtMost(550.0)).others(["966", "931", "846", "787"]),
        line("w1", "requests", "", requests)
            .goal(Goal::AtMost(3.0))
            .others(["1202 msg", "902 msg", "2100 msg", "19"]),
        line("w1", "round trips", "", round_trips).goal(Goal::AtMost(2.0)).others(["3", "3", "3", "13"]),
        line("w1", "server CPU", "ms", server_cpu)
            .goal(Goal::AtMost(50.0))
            .others(["3400", "940", "510", "400"]),
        line("w1", "Postgres CPU", "ms", postgres_cpu),
        line("w1", "server memory above idle", "MiB", above_idle).goal(Goal::AtMost(30.0)).others([
            "174 in all",
            "30 in all",
            "106 in all",
            "121 in all",
        ]),
        line("w1", "phone CPU", "ms", phone_cpu),
        line("w1", "time at 0 ms", "ms", straight),
        line("w1", "time at 150 ms", "ms", slow),
    ]
}

fn idle_lines() -> Vec<Line> {
    vec![
        line("w2", "bytes", "KB", kb).goal(Goal::Below(1.0)).others(["146", "156", "72", "9"]),
        line("w2", "requests", "", requests)
            .goal(Goal::AtMost(1.0))
            .others(["602 msg", "602 msg", "2100 msg", "12"]),
        line("w2", "round trips", "", round_trips).goal(Goal::AtMost(1.0)).others(["3", "3", "3", "7"]),
        line("w2", "server CPU, warm", "ms", server_cpu)
            .goal(Goal::Below(2.0))
            .others(["300", "65", "290", "110"]),
        line("w2", "server CPU, cold", "ms", server_cpu)
            .part("cold")
            .goal(Goal::Below(2.0))
            .others(["3300", "920", "470", "110"]),
        line("w2", "server CPU, garbage", "ms", server_cpu).part("garbage").goal(Goal::Below(2.0)),
        line("w2", "Postgres CPU, warm", "ms", postgres_cpu),
        line("w2", "Postgres CPU, cold", "ms", postgres_cpu).part("cold"),
        line("w2", "phone CPU before connecting", "ms", before)
            .goal(Goal::Below(5.0))
            .others(["2600", "750", "230", "10"]),
        line("w2", "phone CPU", "ms", phone_cpu),
        line("w2", "time at 0 ms", "ms", straight),
        line("w2", "time at 150 ms", "ms", slow),
    ]
}

fn push_lines() -> Vec<Line> {
    vec![
        line("w3", "bytes", "KB", kb).goal(Goal::AtMost(10.0)).others(["180", "191", "76", "290"]),
        line("w3", "requests", "", requests)
            .goal(Goal::AtMost(1.0))
            .others(["702 msg", "702 msg", "2150 msg", "12"]),
        line("w3", "round trips", "", round_trips).goal(Goal::AtMost(1.0)).others(["4", "4", "3", "7"]),
        line("w3", "server CPU", "ms", server_cpu),
        line("w3", "Postgres CPU", "ms", postgres_cpu),
        line("w3", "phone CPU", "ms", phone_cpu),
        line("w3", "durable when acknowledged", "", |figures| figures.verified.then_some(1.0)).others([
            "no",
            "no",
            "3.5 s after",
            "yes",
        ]),
        line("w3", "time at 0 ms", "ms", straight),
        line("w3", "time at 150 ms", "ms", slow),
    ]
}

fn live_lines() -> Vec<Line> {
    vec![
        line("w4", "edits seen by partners", "1/s", |figures| figures.noted("edits_per_second")),
        line("w4", "latency p50", "ms", |figures| figures.noted("latency_p50_ms")),
        line("w4", "latency p99", "ms", |figures| figures.noted("latency_p99_ms")),
        line("w4", "server CPU per edit", "ms", |figures| figures.noted("server_cpu_per_edit_ms"))
            .goal(Goal::AtMost(2.0))
            .others(["1.9-4.9", "1.0-2.2", "0.08-0.9", "1-8.5"]),
        line("w4", "Postgres CPU per edit", "ms", |figures| figures.noted("postgres_cpu_per_edit_ms")),
        line("w4", "phones' CPU per edit", "ms", |figures| figures.noted("phone_cpu_per_edit_ms")),
        line("w5", "growth of bytes", "x", |figures| figures.noted("growth_bytes"))
            .goal(Goal::AtMost(1.1))
            .others(["100", "100", "100", "flat"]),
        line("w5", "growth of rows read", "x", |figures| figures.noted("growth_rows_read"))
            .goal(Goal::AtMost(1.1)),
        line("w5", "growth of server CPU", "x", |figures| figures.noted("growth_server_cpu"))
            .goal(Goal::AtMost(1.1))
            .others(["with docs", "with docs", "with docs", "flat"]),
        line("w5", "growth of Postgres CPU", "x", |figures| figures.noted("growth_postgres_cpu"))
            .goal(Goal::AtMost(1.1)),
        line("w5", "growth of phone CPU", "x", |figures| figures.noted("growth_phone_cpu"))
            .goal(Goal::AtMost(1.1)),
    ]
}

fn further_lines() -> Vec<Line> {
    vec![
        line("w6", "accepted changes", "1/s", |figures| figures.noted("changes_per_second")),
        line("w6", "the same by plain inserts", "1/s", |figures| figures.noted("plain_changes_per_second")),
        line("w6", "per CPU second of the server", "1/s", |figures| {
            figures.noted("changes_per_server_cpu_second")
        }),
        line("w6", "per CPU second with Postgres", "1/s", |figures| {
            figures.noted("changes_per_server_and_postgres_cpu_second")
        }),
        line("w6", "plain, per CPU second", "1/s", |figures| figures.noted("plain_changes_per_cpu_second")),
        line("w7", "open the store", "ms", |figures| figures.noted("open_ms")),
        line("w7", "home screen", "ms", |figures| figures.noted("home_ms")),
        line("w7", "first home screen", "ms", |figures| figures.noted("first_home_ms")),
        line("w7", "memory", "MiB", |figures| figures.noted("home_peak_mib")),
        line("w7", "a burst of letters", "ms", |figures| figures.noted("burst_ms")),
        line("w7", "one letter, median", "ms", |figures| figures.noted("letter_median_ms")),
        line("w7", "one letter, slowest", "ms", |figures| figures.noted("letter_slowest_ms")),
        line("w7", "search 1,000 items, slowest", "ms", |figures| figures.noted("search_ms"))
            .goal(Goal::AtMost(200.0)),
        line("w7", "search after an edit", "ms", |figures| figures.noted("search_after_edit_ms"))
            .goal(Goal::AtMost(200.0)),
        line("w7", "documents read for it", "", |figures| figures.noted("search_after_edit_read")),
        line("w7", "first search, all is read", "ms", |figures| figures.noted("first_search_ms")),
        line("w7", "documents read for it", "", |figures| figures.noted("first_search_read")),
    ]
}

fn year_lines() -> Vec<Line> {
    vec![
        line("w8", "a leader's year, first sync", "MB", |figures| Some(figures.bytes()? / 1e6))
            .goal(Goal::Below(10.0)),
        line("w8", "documents", "", |figures| figures.noted("documents")),
        line("w8", "first home screen", "ms", |figures| figures.noted("first_overview_ms")),
        line("w8", "home screen", "ms", |figures| figures.noted("overview_ms")).goal(Goal::AtMost(1_000.0)),
        line("w8", "documents that it loads", "", |figures| figures.noted("overview_documents_loaded"))
            .goal(Goal::AtMost(0.0)),
        line("w8", "its memory", "MiB", |figures| figures.noted("overview_peak_mib")),
        line("w8", "sheet before a talk", "ms", |figures| figures.noted("prep_ms")),
        line("w8", "slowest stop of a walk", "ms", |figures| figures.noted("stop_slowest_ms"))
            .goal(Goal::AtMost(50.0)),
        line("w8", "a walk of 12 stops, sent", "KB", |figures| Some(figures.noted("walk_bytes_up")? / 1e3))
            .goal(Goal::Below(100.0)),
    ]
}

/// The table of what was measured.
pub fn table(outcomes: &Outcomes) -> String {
    let mut text = String::new();
    let mut row = |cells: [&str; 5], others: [&str; 4]| {
        let [workload, what, ours, goal, mark] = cells;
        let _ = write!(text, "{workload:<4}{what:<30}{ours:>12}  {goal:<10}{mark:<8}");
        others.iter().for_each(|other| text.push_str(&format!("{other:<20}")));
        text.truncate(text.trim_end().len());
        text.push('\n');
    };
    row(["", "", "ours", "goal", ""], OTHERS);
    for line in lines() {
        let Some(value) = read(outcomes, &line) else { continue };
        let ours = if line.unit.is_empty() {
            format!("{value}")
        } else {
            format!("{} {}", rounded(value), line.unit)
        };
        let (goal, mark) = line.goal.map_or((String::new(), ""), |goal| (goal.to_string(), goal.mark(value)));
        row([&line.workload.to_uppercase(), line.what, &ours, &goal, mark], line.others);
    }
    text
}

fn read(outcomes: &Outcomes, line: &Line) -> Option<f64> {
    let whole = outcomes.get(line.workload)?;
    let figures = line.part.map_or(Some(whole), |part| whole.parts.get(part))?;
    (line.of)(figures)
}

/// Three digits are all that a run on a busy machine is good for.
fn rounded(value: f64) -> String {
    match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

impl Goal {
    fn mark(self, value: f64) -> &'static str {
        let is_met = match self {
            Self::AtMost(most) => value <= most,
            Self::Below(bound) => value < bound,
        };
        if is_met { "met" } else { "MISSED" }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "<= {most}"),
            Self::Below(bound) => write!(f, "< {bound}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_marked_as_met_or_missed_and_what_was_not_measured_is_left_out() {
        let w2 =
            Figures { requests: Some(1), bytes_up: Some(700), bytes_down: Some(300), ..Figures::default() };
        let text = table(&Outcomes::from([("w2".to_owned(), w2)]));

        let line = |what: &str| text.lines().find(|line| line.contains(what)).map(str::to_owned);
        assert!(line("requests").unwrap().contains("<= 1      met"), "{text}");
        assert!(
            line("bytes").unwrap().contains("< 1       MISSED"),
            "1,000 bytes are not below a KB: {text}"
        );
        assert_eq!(line("round trips"), None);
        assert!(!text.contains("W1"));
    }
}
