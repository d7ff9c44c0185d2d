use super::*;
use crate::coaching::circumstance::{self, Measured, Period as Days, add_exception, set_period};
use crate::coaching::goal_set::{self, NewCommitment, NewGoal, add_commitment, add_goal};
use crate::coaching::item::Side;
use crate::coaching::measure::{Measure, MeasureKind};
use crate::document::Document;
use crate::ids::PersonId;
use crate::metric::MetricRow;
use crate::replica::fixture::{MARIA, NOW, SERBAN, TENURE, measured, meet, offline};
use crate::time::Day;
use rand::SeedableRng;
use rand::rngs::StdRng;

fn february(person: PersonId) -> Vec<MetricRow> {
    vec![
        measured(person, "2026-02-03", "handle_time", "380", 20),
        measured(person, "2026-02-04", "handle_time", "410", 10),
        measured(person, "2026-02-03", "csat", "87.4", 29),
        // Another month is none of it.
        measured(person, "2026-03-02", "csat", "12", 29),
    ]
}

fn slot() -> Slot {
    Slot::parse("2026-03-18T10:00").unwrap()
}

fn asks(replica: &Replica, kpi: &str, target: i64) {
    let quarter = Day::parse("2026-02-01").unwrap().quarter();
    let doc = replica.create(Kind::of(&goal_set::SPEC), goal_set::key(TENURE, quarter)).unwrap();
    let goal = NewGoal {
        title: "Apeluri mai scurte".into(),
        why: "Clienții așteaptă prea mult".into(),
        measure: Some(Measure { kind: MeasureKind::Kpi, what: kpi.into() }),
        baseline: None,
        target: Some(Amount(target)),
        due: Some(Day::parse("2026-03-31").unwrap()),
    };
    let listen = NewCommitment { side: Side::Leader, text: "ascult două apeluri".into(), due: None };
    replica
        .edit(doc, |edit| add_goal(edit, &goal).and_then(|goal| add_commitment(edit, goal, &listen)))
        .unwrap();
}

fn last_month(replica: &Replica, doc: DocId) -> LastMonth {
    let view = replica.read(doc, |history| meeting::view(Document::of(history.view()))).unwrap();
    assert_eq!((view.kind, view.planned), (MeetingKind::MonthlyGoals, Some(slot())));
    view.last_month.unwrap()
}

fn line(kpi: &str, actual: i64, target: Option<i64>) -> LastMonthLine {
    let (kpi, actual) = (kpi.to_owned(), Some(Amount(actual)));
    LastMonthLine { kpi, actual, target: target.map(Amount), is_adjusted: false }
}

#[test]
fn r09_created_in_airplane_mode_it_holds_last_months_actual_and_target_of_that_agent() {
    let mut numbers = february(SERBAN);
    numbers.push(measured(MARIA, "2026-02-03", "csat", "11", 5));
    let maria = offline(MARIA, &numbers);
    asks(&maria, "handle_time", 360_000);

    let doc = maria.plan_monthly_goals(TENURE, slot(), Some("Sala 2")).unwrap();

    let month = last_month(&maria, doc);
    assert_eq!(month.month.to_string(), "2026-02");
    // Weighted by volume: (20 · 380 + 10 · 410) / 30.
    assert_eq!(month.lines, [line("handle_time", 390_000, Some(360_000)), line("csat", 87_400, None)]);
}

#[test]
fn r09_both_phones_create_it_offline_and_it_gives_the_numbers_once() {
    let (maria, serban) = (offline(MARIA, &february(SERBAN)), offline(SERBAN, &february(SERBAN)));
    let doc = maria.plan_monthly_goals(TENURE, slot(), None).unwrap();
    assert_eq!(serban.plan_monthly_goals(TENURE, slot(), None).unwrap(), doc);
    assert_eq!(
        maria.plan_monthly_goals(TENURE, slot(), None).unwrap(),
        doc,
        "asked again, it is the same one"
    );

    let (hers, his) = meet(&maria, &serban, doc);

    let (hers, his) = (meeting::view(Document::of(&hers)), meeting::view(Document::of(&his)));
    assert_eq!(hers, his);
    assert_eq!(hers.last_month, Some(last_month(&maria, doc)));
    assert!(hers.conflicts.is_empty() && hers.agenda.is_empty(), "{:?}", hers.conflicts);
}

#[test]
fn r09_phones_with_different_numbers_show_the_same_once_they_met() {
    let (maria, serban) = (offline(MARIA, &february(SERBAN)), offline(SERBAN, &[]));
    let doc = maria.plan_monthly_goals(TENURE, slot(), None).unwrap();
    serban.plan_monthly_goals(TENURE, slot(), None).unwrap();

    let (hers, his) = meet(&maria, &serban, doc);

    let (hers, his) = (meeting::view(Document::of(&hers)), meeting::view(Document::of(&his)));
    assert_eq!(hers.last_month, his.last_month);
    assert_eq!(hers.last_month, Some(last_month(&maria, doc)), "the one that has numbers");
}

#[test]
fn r09_an_exception_of_that_month_is_shown_as_adjusted() {
    let maria = offline(MARIA, &february(SERBAN));
    asks(&maria, "handle_time", 360_000);
    let mut rng = StdRng::seed_from_u64(1);
    let key = circumstance::new_key(TENURE, &mut rng);
    let doc = maria.create(Kind::of(&circumstance::SPEC), key).unwrap();
    let (from, until) = (Day::parse("2026-02-01").unwrap(), Day::parse("2026-02-28").unwrap());
    maria.edit(doc, |edit| set_period(edit, Days { from, until })).unwrap();
    let measured = Measured::Kpi { name: "handle_time".into() };
    maria.edit(doc, |edit| add_exception(edit, &measured, Amount(400_000))).unwrap();

    let doc = maria.plan_monthly_goals(TENURE, slot(), None).unwrap();

    let lines = last_month(&maria, doc).lines;
    assert_eq!((lines[0].target, lines[0].is_adjusted), (Some(Amount(400_000)), true));
    assert!(NOW.utc_day().unwrap() > until, "and it has ended by itself since");
}
