use super::*;
use crate::time::Month;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const ADA: PersonId = PersonId::from_bytes([2; 16]);
const BOB: PersonId = PersonId::from_bytes([3; 16]);

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn word(kpi: &str) -> KpiId {
    KpiId::parse(kpi).unwrap()
}

fn of(person: PersonId, on: &str, kpi: &str, value: &str, volume: Option<u32>) -> MetricRow {
    let source = SourceName::parse("nice").unwrap();
    MetricRow { person, day: day(on), kpi: word(kpi), source, value: number(value), volume }
}

fn row(on: &str, kpi: &str, value: &str, volume: u32) -> MetricRow {
    of(ADA, on, kpi, value, Some(volume))
}

fn figure(id: &str) -> &'static Kpi {
    kpi(id).unwrap()
}

fn asked(kpi: &str, target: &str) -> Targets {
    Targets { usual: BTreeMap::from([(word(kpi), number(target))]), overrides: Vec::new() }
}

fn line<'a>(card: &'a Scorecard, kpi: &str) -> &'a ScorecardLine {
    card.lines.iter().find(|line| line.kpi == kpi).unwrap()
}

fn month(on: &str) -> Period {
    Period::of(Cut::Month, day(on))
}

#[test]
fn r05_handle_time_that_falls_is_an_improvement_and_satisfaction_that_falls_a_decline() {
    let rows = [
        row("2026-02-10", "handle_time", "410", 30),
        row("2026-03-10", "handle_time", "380", 30),
        row("2026-02-10", "csat", "91.25", 30),
        row("2026-03-10", "csat", "90", 30),
    ];

    let card = scorecard(ADA, month("2026-03-10"), &rows, &Targets::default());

    let (time, csat) = (line(&card, "handle_time"), line(&card, "csat"));
    assert_eq!((time.trend, csat.trend), (Some(Trend::Improvement), Some(Trend::Decline)));
    assert_eq!(time.change, Some(number("-30")));
    let values = |line: &ScorecardLine| (line.before.unwrap().value, line.actual.unwrap().value);
    assert_eq!(show_change(figure("handle_time"), values(time), DecimalMark::Point), "6:50 → 6:20");
    assert_eq!(show_change(figure("csat"), values(csat), DecimalMark::Comma), "91,3% → 90%");
}

#[test]
fn r05_every_figure_has_a_label_in_three_languages_and_aliases_of_its_own() {
    let mut aliases = BTreeSet::new();
    for kpi in KPIS {
        assert!(KpiId::parse(kpi.id).is_ok(), "{}", kpi.id);
        for name in [kpi.names.en, kpi.names.ro, kpi.names.zh] {
            assert!((1..=24).contains(&name.chars().count()), "{name}");
        }
        assert!(kpi.names.zh.chars().any(|c| c >= '\u{4e00}'), "{}", kpi.names.zh);
        for alias in kpi.aliases {
            assert!(aliases.insert(alias), "{alias} means two figures");
            assert_eq!(alias.to_lowercase(), **alias);
        }
    }
}

#[test]
fn times_are_shown_as_clocks_and_parts_with_the_mark_of_the_language() {
    let shown = |kpi: &str, value: &str| show(figure(kpi), number(value), DecimalMark::Comma);
    assert_eq!(shown("handle_time", "59.6"), "1:00");
    assert_eq!(shown("handle_time", "3671"), "1:01:11");
    assert_eq!(shown("handle_time", "-30"), "-0:30");
    assert_eq!(shown("quality", "85.5"), "85,5");
    assert_eq!(shown("complaints", "3"), "3");
}

#[test]
fn numbers_are_exact_and_read_back() {
    for (text, thousandths) in
        [("380", 380_000), ("-0.5", -500), ("87.4", 87_400), ("0.0005", 1), ("1.0004", 1_000)]
    {
        assert_eq!(Decimal::parse(text).map(Decimal::thousandths), Some(thousandths), "{text}");
    }
    for wrong in ["", "-", ".5", "5.", "1e3", "+1", " 1", "1,5", "99999999999999999999", "1.5.5", "١"] {
        assert_eq!(Decimal::parse(wrong), None, "{wrong}");
    }
    assert_eq!(["380", "87.4", "-0.05"].map(|text| number(text).to_string()), ["380", "87.4", "-0.05"]);
}

#[test]
fn r10_an_average_weighs_days_by_their_contacts_and_is_no_mean_of_means() {
    // 100 s over 300 contacts in January, 400 s over 100 in February: a mean of means would say 250.
    let rows = [
        row("2026-01-05", "handle_time", "50", 100),
        row("2026-01-06", "handle_time", "125", 200),
        row("2026-02-05", "handle_time", "400", 100),
    ];

    let quarters = by_period(figure("handle_time"), Cut::Quarter, &rows);

    assert_eq!(quarters.len(), 1);
    let quarter = quarters[&Period::of(Cut::Quarter, day("2026-03-31"))];
    assert_eq!((quarter.value, quarter.weighting), (number("175"), Weighting::ByVolume));
    assert_eq!((quarter.volume, quarter.rows), (400, 3));
}

#[test]
fn r10_without_volumes_a_number_is_marked_as_unweighted() {
    let with = row("2026-01-05", "csat", "80", 10);
    let without = of(ADA, "2026-01-06", "csat", "90", None);

    let told = roll_up(figure("csat"), [&with, &without]).unwrap();

    assert_eq!((told.value, told.weighting, told.volume), (number("85"), Weighting::Unweighted, 10));
    let idle = [row("2026-01-05", "csat", "80", 0)];
    assert_eq!(roll_up(figure("csat"), &idle).unwrap().weighting, Weighting::Unweighted);
    assert_eq!(roll_up(figure("csat"), &[]), None);
}

#[test]
fn r10_what_is_counted_adds_up() {
    let rows = [row("2026-01-05", "complaints", "1", 40), of(ADA, "2026-01-06", "complaints", "2", None)];
    let told = roll_up(figure("complaints"), &rows).unwrap();
    assert_eq!((told.value, told.weighting), (number("3"), Weighting::Sum));
}

#[test]
fn r10_each_day_counts_in_its_week_month_quarter_and_year() {
    let of_new_year = Cut::ALL.map(|cut| Period::of(cut, day("2027-01-01")));
    assert_eq!(of_new_year.map(|period| period.to_string()), ["2026-W53", "2027-01", "2027-Q1", "2027"]);
    let before = of_new_year.map(|period| period.before().unwrap().to_string());
    assert_eq!(before, ["2026-W52", "2026-12", "2026-Q4", "2026"]);
    assert_eq!(of_new_year.map(|period| period.days().count()), [7, 31, 90, 365]);
}

fn some_rows() -> impl Strategy<Value = Vec<MetricRow>> {
    let row =
        (0..KPIS.len(), 0..90_i32, -9_000_000..9_000_000_i64, proptest::option::of(0..9_999_u32), 0..2_u8);
    proptest::collection::vec(row, 1..80).prop_map(|rows| {
        let made = rows.into_iter().map(|(figure, on, value, volume, source)| MetricRow {
            person: ADA,
            day: day("2026-01-01").plus_days(on).unwrap(),
            kpi: word(KPIS[figure].id),
            source: SourceName::parse(["nice", "survey"][usize::from(source)]).unwrap(),
            value: Decimal::from_thousandths(value),
            volume,
        });
        let one_each: BTreeMap<_, _> =
            made.map(|row| ((row.day, row.kpi.clone(), row.source.clone()), row)).collect();
        one_each.into_values().collect()
    })
}

fn all_roll_ups(rows: &[MetricRow]) -> String {
    let of_all: Vec<_> = KPIS
        .iter()
        .flat_map(|kpi| {
            Cut::ALL.map(|cut| (kpi.id, by_period(kpi, cut, rows).into_iter().collect::<Vec<_>>()))
        })
        .collect();
    serde_json::to_string(&of_all).unwrap()
}

proptest! {
    #[test]
    fn r10_the_same_rows_in_any_order_and_over_the_wire_give_the_same_bytes(
        (rows, shuffled) in some_rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let mut months: BTreeMap<Month, Vec<MetricRow>> = BTreeMap::new();
        for row in shuffled {
            months.entry(row.day.month()).or_default().push(row);
        }
        for (month, shuffled) in &months {
            let rows: Vec<_> = rows.iter().filter(|row| row.day.month() == *month).cloned().collect();
            prop_assert_eq!(encode(shuffled), encode(&rows));
        }
        let on_the_phone: Vec<MetricRow> = months
            .iter()
            .rev()
            .flat_map(|(month, rows)| decode(MonthKey { person: ADA, month: *month }, encode(rows).as_bytes()))
            .collect();

        prop_assert_eq!(all_roll_ups(&on_the_phone), all_roll_ups(&rows));
    }
}

#[test]
fn r11_a_scorecard_is_of_one_person_and_puts_nobody_beside_anybody() {
    let rows = [row("2026-03-02", "csat", "80", 10), of(BOB, "2026-03-02", "csat", "99", Some(10))];

    let card = scorecard(ADA, month("2026-03-02"), &rows, &asked("csat", "85"));

    insta::assert_json_snapshot!(card, @r#"
    {
      "person": "02020202020202020202020202020202",
      "period": "2026-03",
      "lines": [
        {
          "kpi": "csat",
          "better": "up",
          "actual": {
            "value": 80000,
            "weighting": "by_volume",
            "volume": 10,
            "rows": 1
          },
          "before": null,
          "change": null,
          "trend": null,
          "target": {
            "value": 85000,
            "is_adjusted": false
          },
          "standing": "missed"
        }
      ]
    }
    "#);
}

#[test]
fn r17_an_override_of_three_weeks_changes_target_and_standing_and_ends_by_itself() {
    let rows: Vec<_> = (0..28)
        .map(|n| MetricRow {
            day: day("2026-03-02").plus_days(n).unwrap(),
            ..row("2026-03-02", "handle_time", "420", 30)
        })
        .collect();
    let mut targets = asked("handle_time", "390");
    targets.overrides.push(Override {
        kpi: word("handle_time"),
        from: day("2026-03-02"),
        to: day("2026-03-22"),
        target: number("450"),
    });

    let shown = |on: &str, cut| {
        let card = scorecard(ADA, Period::of(cut, day(on)), &rows, &targets);
        let line = line(&card, "handle_time");
        let target = line.target.unwrap();
        (target.value, target.is_adjusted, line.standing.unwrap())
    };

    assert_eq!(shown("2026-03-22", Cut::Week), (number("450"), true, Standing::Reached));
    assert_eq!(shown("2026-03-23", Cut::Week), (number("390"), false, Standing::Missed));
    // Of 28 days, 21 asked for 450 s and 7 for 390 s.
    assert_eq!(shown("2026-03-31", Cut::Month), (number("435"), true, Standing::Reached));
}

#[test]
fn r17_of_two_overrides_for_one_day_the_one_that_began_last_holds_in_whatever_order() {
    let rows = [row("2026-03-04", "csat", "80", 10)];
    let other = |from: &str, target: &str| Override {
        kpi: word("csat"),
        from: day(from),
        to: day("2026-03-31"),
        target: number(target),
    };
    let mut targets = asked("csat", "90");
    targets.overrides = vec![other("2026-03-03", "70"), other("2026-03-01", "75")];
    let target = |targets: &Targets| {
        scorecard(ADA, month("2026-03-04"), &rows, targets).lines[0].target.unwrap().value
    };

    let first = target(&targets);
    targets.overrides.reverse();

    assert_eq!((first, target(&targets)), (number("70"), number("70")));
}

#[test]
fn what_is_counted_is_asked_for_a_whole_period_and_also_when_nothing_was_measured() {
    let card = scorecard(ADA, month("2026-03-04"), &[], &asked("complaints", "2"));
    let line = line(&card, "complaints");
    assert_eq!((line.target.unwrap().value, line.standing, line.actual), (number("2"), None, None));
}

#[test]
fn r13_what_got_better_and_what_lacks_is_said_as_people_say_it_the_largest_first() {
    let rows = [
        row("2026-02-24", "quality", "84", 30),
        row("2026-03-03", "quality", "88", 30),
        row("2026-02-24", "handle_time", "430", 30),
        row("2026-03-03", "handle_time", "436.8", 30),
        row("2026-03-03", "csat", "92", 30),
        row("2026-03-03", "fcr", "70", 30),
        row("2026-03-03", "adherence", "70", 30),
    ];
    let mut targets = asked("handle_time", "390");
    targets
        .usual
        .extend([("csat", "90"), ("fcr", "75"), ("adherence", "90")].map(|(k, t)| (word(k), number(t))));

    let card = scorecard(ADA, Period::of(Cut::Week, day("2026-03-05")), &rows, &targets);
    let point = |kpi, gap| Point { kpi, gap };
    assert_eq!(
        improvements(&card.lines, number("4")),
        [point("quality", Gap::ImprovedByPoints(number("4")))]
    );
    assert_eq!(improvements(&card.lines, number("4.001")), []);
    assert_eq!(steady(&card.lines), [point("csat", Gap::TargetReached)]);
    assert_eq!(
        shortfalls(&card.lines),
        [
            point("adherence", Gap::MissedByPoints(number("20"))),
            point("handle_time", Gap::MissedByPercent(number("12"))),
            point("fcr", Gap::MissedByPoints(number("5"))),
        ]
    );
}

/// As Postgres gives it back: a space after each colon and comma between members. None of ours stands inside a text.
fn as_postgres_keeps_it(body: &str) -> usize {
    body.len() + body.matches("\":").count() + body.matches(",\"").count()
}

#[test]
fn a_year_of_an_agent_takes_less_than_60_kilobytes() {
    let mut bytes = 0;
    for first in (1..=12).map(|n| Month::parse(&format!("2026-{n:02}")).unwrap()) {
        let days = (1..=31).filter_map(|n| first.day(n));
        let rows: Vec<_> = days
            .flat_map(|day| {
                KPIS.iter().map(move |kpi| MetricRow { day, ..row("2026-01-01", kpi.id, "1380.5", 129) })
            })
            .collect();
        let key = MonthKey { person: ADA, month: first };
        let body = encode(&rows);
        assert_eq!(decode(key, body.as_bytes()).len(), rows.len());
        bytes += key.to_bytes().len() + COLLECTION.len() + as_postgres_keeps_it(&body);
    }
    assert!(bytes < 60_000, "every figure on every day of the year takes {bytes} bytes");
}

#[test]
fn a_record_reads_back_under_its_key_and_its_form_is_frozen() {
    let key = MonthKey { person: ADA, month: Month::parse("2026-03").unwrap() };
    assert_eq!(MonthKey::from_bytes(&key.to_bytes()), Some(key));
    assert_eq!(MonthKey::from_bytes(b"2026-03"), None);
    let rows = vec![
        row("2026-03-02", "csat", "87.4", 29),
        of(ADA, "2026-03-03", "csat", "89.3", None),
        row("2026-03-31", "handle_time", "380", 0),
    ];

    let body = encode(&rows);

    insta::assert_snapshot!(body, @r#"{"v":1,"sources":{"nice":{"csat":"2:87.4:29 3:89.3","handle_time":"31:380:0"}}}"#);
    assert_eq!(decode(key, body.as_bytes()), rows);
}

#[test]
fn what_a_later_release_writes_and_this_one_does_not_know_is_passed_over() {
    let key = MonthKey { person: ADA, month: Month::parse("2026-02").unwrap() };
    let body = r#"{"v": 2, "new": [1], "sources": {"nice": {"csat": "2:87.4:29:more 30:1:1 x:1 3:1:-4 4:90",
        "mood.v2": "2:1", "shape": {"a": 1}, "Not A Word": "2:1"}, "other": 7}}"#;

    let told: Vec<_> = decode(key, body.as_bytes()).into_iter().map(|row| (row.kpi, row.value)).collect();

    assert_eq!(
        told,
        [(word("csat"), number("87.4")), (word("csat"), number("90")), (word("mood.v2"), number("1"))]
    );
    assert_eq!(decode(key, b"not json"), []);
    assert_eq!(decode(key, b"[]"), []);
}
