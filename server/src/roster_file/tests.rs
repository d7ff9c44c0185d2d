use super::*;
use crate::metrics::KnownPerson;
use sync_core::ids::{PersonId, TeamId};

const ANA: PersonId = PersonId::from_bytes([1; 16]);
const BOB: PersonId = PersonId::from_bytes([2; 16]);

fn number(text: &str) -> Identifier {
    Identifier::parse(IdentifierKind::StaffNumber, text).unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn known(person: PersonId, name: &str, numbers: &[&str]) -> KnownPerson {
    let identifiers = numbers.iter().map(|text| number(text)).collect();
    KnownPerson { person, name: name.to_owned(), identifiers }
}

/// Ana leads Bob at night.
fn present() -> Present {
    Present {
        people: vec![known(ANA, "Ana Pop", &["7"]), known(BOB, "Bob", &[])],
        teams: vec![(TeamId::from_bytes([3; 16]), name("Night"))],
        tenures: vec![(ANA, BOB)],
    }
}

fn planned(lines: &str) -> Plan {
    let file = format!("Marcă;Nume;Limba;Echipa;Fus orar;Lider\n{lines}\n");
    plan(&read(file.as_bytes()).unwrap(), &present())
}

fn faults(plan: &Plan) -> Vec<(u64, &'static str, FaultReason)> {
    plan.faults.iter().map(|fault| (fault.line, fault.column, fault.reason)).collect()
}

#[test]
fn what_is_missing_becomes_steps_and_what_is_there_does_not() {
    let plan = planned("007;Ana Pop;ro;;;\n8;Bob;en;Night;;7\n9;李娜;zh;Day;Asia/Shanghai;Ana Pop");

    let li = Whom::New(2);
    assert_eq!(
        plan.steps,
        [
            Step::Identify(Whom::Known(BOB), number("8")),
            Step::AddPerson(2),
            Step::Identify(li, number("9")),
            Step::AddTeam(name("Day"), "Asia/Shanghai".into()),
            Step::StartTenure { team: name("Day"), leader: Whom::Known(ANA), agent: li },
        ]
    );
    assert_eq!(faults(&plan), []);
    assert_eq!(planned("7;Ana Pop;ro;;;\n;Bob;en;Night;;Ana Pop"), Plan::default());
}

#[test]
fn a_leader_may_be_new_in_the_same_file_and_below() {
    let plan = planned("9;Eve;en;Night;;10\n10;Dan;en;;;");
    let tenure = Step::StartTenure { team: name("Night"), leader: Whom::New(1), agent: Whom::New(0) };
    assert_eq!(plan.steps.last(), Some(&tenure));
}

#[test]
fn who_is_listed_twice_is_one_person() {
    let adds = |lines: &str| {
        let plan = planned(lines);
        assert_eq!(faults(&plan), []);
        plan.steps.iter().filter(|step| matches!(step, Step::AddPerson(_))).count()
    };
    assert_eq!(adds("9;Eve;en;;;\n009;Eve;en;;;"), 1);
    assert_eq!(adds(";Eve;en;;;\n;Eve;en;;;"), 1);
    assert_eq!(adds("9;Eve;en;;;\n10;Eve;en;;;"), 2);
}

#[test]
fn a_namesake_with_another_number_is_another_person() {
    assert_eq!(planned("70;Ana Pop;ro;;;").steps[0], Step::AddPerson(0));
    assert_eq!(planned("70;Bob;ro;;;").steps, [Step::Identify(Whom::Known(BOB), number("70"))]);
}

#[test]
fn what_cannot_be_is_told_with_its_line_and_column_and_the_rest_goes_on() {
    let plan = planned(
        "1;;en;;;\n2;Dan;fr;;;\n3;Dan;en;;Mars/Base;\n4;Dan;en;Noon;;\n5;Dan;en;Night;;Nobody\n6;Dan;en;Night;;6\n\
         6;Tom;en;;;\n9;Bob;en;Night;;5\n11;Eve;en;;;7\n1;2",
    );
    assert_eq!(
        faults(&plan),
        [
            (2, "name", FaultReason::InvalidName),
            (3, "language", FaultReason::InvalidLanguage),
            (4, "time_zone", FaultReason::InvalidTimeZone),
            (5, "time_zone", FaultReason::MissingTimeZone),
            (6, "leader", FaultReason::UnknownLeader),
            (7, "leader", FaultReason::SamePerson),
            (8, "staff_number", FaultReason::Taken),
            (9, "leader", FaultReason::HasAnotherLeader),
            (10, "team", FaultReason::MissingTeam),
            (11, "", FaultReason::WrongFieldCount),
        ]
    );
    assert!(plan.steps.contains(&Step::Identify(Whom::New(1), number("5"))));
    assert_eq!(FaultReason::HasAnotherLeader.word(), "has_another_leader");
}

#[test]
fn a_file_without_names_is_refused() {
    assert_eq!(read(b"team,leader\nNight,7\n"), Err(FileError::NoColumn("the name")));
    assert_eq!(read(b"name,shoe size\nAna,38\n").unwrap().unknown_columns, ["shoe size"]);
}

#[test]
fn two_columns_that_say_one_thing_are_refused() {
    let twins = read("name,team leader,Manager\nBob,Ana,Eve\n".as_bytes());
    let (first, second) = ("team leader".into(), "Manager".into());
    assert_eq!(twins, Err(FileError::TwoColumns { what: "the leader", first, second }));
    assert!(read(b"name,shoe size,shoe size\nAna,38,39\n").is_ok(), "what means nothing may come twice");
}
