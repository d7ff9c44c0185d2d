//! Stories of what somebody may do and keep on their phone, by what they are in an audience.

use super::*;
use crate::coaching::barometer::{self, Level, NewEntry};
use crate::coaching::{team_board, team_goals, wellbeing_log};
use crate::store::{AudienceRow, Write};

#[test]
fn who_reads_what_a_team_is_to_reach_says_so_and_nothing_else_of_theirs_stays_on_the_screen() {
    let this_quarter = Day::parse("2026-03-18").unwrap().quarter();
    let (kind, key) =
        (Kind::of(&team_goals::SPEC), team_goals::key(TeamId::from_bytes([3; 16]), this_quarter));
    let mut ana = Ana::new(1);
    let doc = ana.desk.create(kind, key, NOW).unwrap();
    let sets = |ana: &mut Ana| {
        ana.desk.edit(doc, NOW, &mut |edit| team_goals::add_standard(edit, "We greet everybody"))
    };
    let standard = sets(&mut ana).unwrap();
    let members = |role: &str| AudienceRow {
        audience: AudienceId::of(ORG, &key.subject),
        role: role.into(),
        members: Vec::new(),
    };
    ana.desk.write(vec![Write::Audience(members("member"))]).unwrap();

    assert!(matches!(sets(&mut ana), Err(ReplicaError::OnlyRead)));
    let shown =
        |ana: &mut Ana| ana.desk.read(doc, |h| team_goals::view(Document::of(h.view())).standards).unwrap();
    assert_eq!(shown(&mut ana).len(), 1, "nothing that was refused stays");
    ana.desk.edit(doc, NOW, &mut |edit| team_goals::acknowledge_standard(edit, standard, None)).unwrap();
    assert_eq!(shown(&mut ana)[0].acks.len(), 1);
    ana.desk.write(vec![Write::Audience(members("head"))]).unwrap();
    assert!(sets(&mut ana).is_ok());
}

/// A phone that begins anew hears what its person is now, and not that they were more.
#[test]
fn who_is_only_an_hr_partner_of_the_team_now_keeps_what_that_one_reads() {
    let (team, this_quarter) = (TeamId::from_bytes([3; 16]), Day::parse("2026-03-18").unwrap().quarter());
    let mut ana = Ana::new(1);
    let [goals, board] = [
        (Kind::of(&team_goals::SPEC), team_goals::key(team, this_quarter)),
        (Kind::of(&team_board::SPEC), team_board::key(team, this_quarter)),
    ]
    .map(|(kind, key)| ana.desk.create(kind, key, NOW).unwrap());
    let said = ana.collects();
    ana.stores(&said, vec![cursor("a")]).unwrap();
    ana.desk.edit(board, NOW, &mut |edit| team_board::add_idea(edit, "a quiet room").map(drop)).unwrap();
    let audience = AudienceId::of(ORG, &Subject::Team(team));
    let grant = |role: &str| Frame::Grant(Grant { audience, role: role.into(), members: Vec::new() });
    let stored =
        |ana: &Ana| [goals, board].map(|doc| ana.desk.store.document(doc).unwrap().map(|row| row.presence));

    for role in ["member", "what a newer server says"] {
        let asks = SyncRequest { push: Vec::new(), ..ana.collects() };
        ana.stores(&asks, vec![grant(role), cursor("b")]).unwrap();
        assert_eq!(stored(&ana), [Some(Presence::Full); 2], "{role}");
    }
    let asks = SyncRequest { push: Vec::new(), ..ana.collects() };
    ana.stores(&asks, vec![grant("hr"), cursor("c")]).unwrap();
    assert_eq!(stored(&ana), [Some(Presence::Full), Some(Presence::Leaving)]);
    ana.hears_the_end();
    assert_eq!(stored(&ana), [Some(Presence::Full), None]);
    assert!(ana.refused().iter().any(|(_, text)| text.contains("a quiet room")), "{:?}", ana.refused());
}

#[test]
fn what_only_the_agent_writes_is_refused_to_the_leader_before_the_words_leave_the_screen() {
    let this_quarter = Day::parse("2026-03-18").unwrap().quarter();
    let (kind, key) = (Kind::of(&wellbeing_log::SPEC), wellbeing_log::key(TENURE, this_quarter));
    let entry = NewEntry { mood: Level::new(4).unwrap(), load: None, note: "bine".into() };
    let mut ana = Ana::new(1);
    let doc = ana.desk.create(kind, key, NOW).unwrap();
    let says = |ana: &mut Ana| ana.desk.edit(doc, NOW, &mut |edit| barometer::add_entry(edit, &entry));
    assert!(says(&mut ana).is_ok(), "nobody has told her who leads");
    for (role, may) in [("agent", true), ("leader", false)] {
        let audience = AudienceId::of(ORG, &key.subject);
        let row = AudienceRow { audience, role: role.into(), members: Vec::new() };
        ana.desk.write(vec![Write::Audience(row)]).unwrap();
        assert_eq!(says(&mut ana).is_ok(), may, "{role}");
    }
    let next = wellbeing_log::key(TENURE, Day::parse("2026-06-18").unwrap().quarter());
    assert!(matches!(ana.desk.create(kind, next, NOW), Err(ReplicaError::OnlyRead)));
    assert!(ana.desk.read(doc, |_| ()).is_ok(), "she reads it");
}
