use super::*;
use crate::coaching::partnership::{self, BacklogKind, NewBacklogItem};
use crate::insight::fixture::{ANDREI, Office, partnership_key};

#[test]
fn r109_the_split_by_business_people_and_process_is_that_of_the_last_twelve_weeks() {
    let mut office = Office::new(2);
    let add = |office: &mut Office, agent: u8, at: &str, area| {
        let new = NewBacklogItem { text: "x".into(), kind: BacklogKind::Topic, area, before_next: false };
        office.write((agent, at), ("partnership", partnership_key(agent, "2026-01-01")), |edit| {
            partnership::add_backlog(edit, &new)
        })
    };
    add(&mut office, ANDREI, "2026-03-02T09:00", Some(Area::Process));
    add(&mut office, ANDREI, "2026-03-02T09:00", Some(Area::Business));
    add(&mut office, ANDREI + 1, "2026-03-02T09:00", Some(Area::Process));
    add(&mut office, ANDREI + 1, "2026-03-02T09:00", Some(Area::People));
    add(&mut office, ANDREI, "2026-03-02T09:00", None);
    let gone = add(&mut office, ANDREI, "2026-03-02T09:00", Some(Area::People));
    office.write(
        (ANDREI, "2026-03-03T09:00"),
        ("partnership", partnership_key(ANDREI, "2026-01-01")),
        |edit| partnership::remove_backlog(edit, gone),
    );
    let split = AreaSplit { business: 1, people: 1, process: 2, unsaid: 1 };
    assert_eq!(office.seen("2026-05-24", areas), split, "83 days later");
    assert_eq!(office.seen("2026-05-25", areas), AreaSplit::default(), "84 days later");
    let his = office.seen_by(ANDREI, "2026-03-18", areas);
    assert_eq!((his.process, his.people), (1, 0), "an agent sees their own");
}
