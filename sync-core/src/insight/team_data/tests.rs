use super::*;
use crate::coaching::team_board::{self, NewRecognition};
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, TEAM};
use crate::metric::{Cut, Decimal, Gap, SourceName, Standing};

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn row(who: u8, on: &str, kpi: &str, value: &str) -> MetricRow {
    let (kpi, source) = (KpiId::parse(kpi).unwrap(), SourceName::parse("nice").unwrap());
    MetricRow { person: person(who), day: day(on), kpi, source, value: number(value), volume: Some(10) }
}

/// Five agents: all are faster than in February, two of them slower than what is asked, and three have a score.
fn rows() -> Vec<MetricRow> {
    let times = [(2, "380"), (3, "400"), (4, "520"), (5, "350"), (6, "460")];
    let february = times.map(|(who, _)| row(who, "2026-02-10", "handle_time", "500"));
    let march = times.map(|(who, time)| row(who, "2026-03-10", "handle_time", time));
    let scores = [2, 3, 4].map(|who| row(who, "2026-03-10", "csat", "61"));
    let of_another_team = [row(9, "2026-03-10", "handle_time", "9000")];
    [&february[..], &march, &scores, &of_another_team].concat()
}

fn shown_to(office: &Office, viewer: u8) -> Option<TeamData> {
    let people = (ANDREI..ANDREI + 5).map(person).collect();
    let usual = [(KpiId::parse("handle_time").unwrap(), number("400"))].into();
    let targets = Targets { usual, overrides: Vec::new() };
    let period = Period::of(Cut::Month, day("2026-03-10"));
    let of = OfTeam { team: TEAM, people: &people, period, rows: &rows(), targets: &targets };
    office.seen_by(viewer, "2026-03-31", |shelf| team_data(shelf, of))
}

fn thank(office: &mut Office, agent: u8, did_what: &str, may: Option<bool>) {
    let new = NewRecognition { whom: person(agent), did_what: did_what.into(), made_possible: String::new() };
    let key = ("team_board", team_board::key(TEAM, day("2026-03-10").quarter()));
    let id = office.write((MARIA, "2026-03-10T09:00"), key, |edit| team_board::add_recognition(edit, &new));
    if let Some(may) = may {
        office.write((agent, "2026-03-11T09:00"), key, |edit| team_board::set_may_be_said(edit, id, may));
    }
}

#[test]
fn r14_the_pack_names_nobody_below_target_and_praises_whom_agreed() {
    let mut office = Office::new(5);
    thank(&mut office, 4, "called back on a Sunday", Some(true));
    thank(&mut office, 6, "said nothing yet", None);
    thank(&mut office, 2, "would rather not", Some(false));

    let data = shown_to(&office, MARIA).unwrap();

    let [line] = &data.lines[..] else { panic!("{:?}", data.lines) };
    assert_eq!((line.kpi, line.actual.unwrap().value), ("handle_time", number("422")));
    assert_eq!(line.standing, Some(Standing::Missed), "what all reach together");
    assert_eq!(data.points.positives[0].gap, Gap::ImprovedByPercent(number("15.6")));
    let praised: Vec<_> = data.praise.iter().map(|one| (one.whom, one.did_what.as_str())).collect();
    assert_eq!(praised, [(person(4), "called back on a Sunday")]);
    let without_praise = TeamData { praise: Vec::new(), ..data.clone() };
    let told = serde_json::to_string(&without_praise).unwrap();
    for who in 1..8 {
        assert!(!told.contains(&person(who).to_string()), "{told}");
    }
    assert!(!told.contains("520") && !told.contains("460"), "nobody's own number: {told}");
    assert_eq!(shown_to(&office, ANDREI), Some(data), "everybody of the team sees the same");
    assert_eq!(shown_to(&office, 9), None);
}

/// A mean of three tells each of them what the other two have together.
#[test]
fn r14_a_number_of_few_people_is_left_out() {
    let office = Office::new(5);
    assert!(shown_to(&office, MARIA).unwrap().lines.iter().all(|line| line.kpi != "csat"));
}

/// Each one's sheet is made of their own rows, and is another value than the pack.
#[test]
fn r14_an_individual_sheet_is_of_one_person_and_says_nothing_of_the_team() {
    let period = Period::of(Cut::Month, day("2026-03-10"));
    let card = metric::scorecard(person(4), period, &rows(), &Targets::default());
    let told = serde_json::to_string(&card).unwrap();
    assert!(told.contains("520") && told.contains(&person(4).to_string()), "{told}");
    for other in [2, 3, 5, 6] {
        assert!(!told.contains(&person(other).to_string()), "{told}");
    }
}
