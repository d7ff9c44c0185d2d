//! Stories of decisions without a network: a group is formed, and its meeting is written in, before any server has heard of it.

use super::*;
use crate::coaching::meeting::{MeetingKind, NewTopic, Plan, Provenance, Section, Slot};
use crate::coaching::{group_meeting, meeting};
use crate::document::Splice;
use crate::policy::Led;
use crate::store::{RecordRow, TEAMS, Write};
use crate::wire::frame::CommandResult;
use crate::wire::{Decision, FormGroup, MAX_COMMANDS};

const NIGHT: TeamId = TeamId::from_bytes([3; 16]);
const IOANA: PersonId = PersonId::from_bytes([10; 16]);

/// Ana leads Bogdan and Ioana.
fn leads(ana: &mut Ana) {
    let mate =
        |id: PersonId, name: &str, role: &str| format!(r#"{{"id":"{id}","name":"{name}","role":"{role}"}}"#);
    let people = [
        mate(ana.desk.identity.person, "Ana", "leader"),
        mate(BOGDAN, "Bogdan", "member"),
        mate(IOANA, "Ioana", "member"),
    ];
    let body = format!(r#"{{"name":"Night","time_zone":"UTC","people":[{}]}}"#, people.join(","));
    let (collection, key) = (TEAMS.to_owned(), NIGHT.as_bytes().to_vec());
    ana.desk
        .write(vec![Write::Record(RecordRow { collection, key, version: 7, body: body.into() })])
        .unwrap();
}

fn led(ana: &Ana) -> [Led; 2] {
    let leader = ana.desk.identity.person;
    [BOGDAN, IOANA].map(|agent| Led { team: NIGHT, agent, leader, until: None })
}

fn ana() -> Ana {
    let mut ana = Ana::new(1);
    leads(&mut ana);
    ana
}

impl Ana {
    fn forms_a_group(&mut self) -> GroupId {
        let led = led(self);
        self.desk.form_group(&[IOANA, BOGDAN], &led, NOW).unwrap()
    }

    /// Plans the group's meeting and writes in it.
    fn coaches(&mut self, group: GroupId, notes: &str) -> DocId {
        let day = Day::parse("2026-03-18").unwrap();
        let doc =
            self.desk.create(Kind::of(&group_meeting::SPEC), group_meeting::key(group, day), NOW).unwrap();
        let slot = Slot::new(day, None).unwrap();
        let plan = Plan { slot, place: None, kind: MeetingKind::GroupCoaching };
        self.desk.edit(doc, NOW, &mut |edit| meeting::plan(edit, &plan)).unwrap();
        self.desk.edit(doc, NOW, &mut |edit| edit.splice(&Path::of("notes"), 0, 0, notes)).unwrap();
        doc
    }

    fn notes_of(&mut self, doc: DocId) -> Option<String> {
        self.desk.read(doc, |h| Document::of(h.view()).text(&Path::of("notes"))).ok()
    }

    fn is_told_of(&self, group: GroupId) -> bool {
        let audience = AudienceId::of(ORG, &Subject::Group(group));
        self.desk.store.audiences().unwrap().iter().any(|row| row.audience == audience)
    }

    fn groups(&self) -> Vec<GroupId> {
        self.desk.groups().unwrap().into_iter().map(|group| group.id).collect()
    }
}

/// What the server says to each decision of a request.
fn answers(request: &SyncRequest, refused: Option<ErrorCode>) -> Vec<Frame> {
    let result = |id| Frame::CommandResult(CommandResult { id, refused });
    request.commands.iter().map(|command| result(command.id)).collect()
}

fn not_found(request: &SyncRequest) -> Vec<Frame> {
    let rejected = |hash| Rejection { hash, code: ErrorCode::NotFound, retry: Retry::Never };
    let verdict = |push: &crate::wire::PushDocument| {
        let theirs = pushes_of(request).into_iter().filter(|pushed| pushed.doc == push.doc);
        let rejected = theirs.map(|pushed| rejected(pushed.hash)).collect();
        Frame::PushResult(PushResult { doc: push.doc, rejected, missing: Vec::new(), server_heads: None })
    };
    request.push.iter().map(verdict).collect()
}

fn and_cursor(frames: [Vec<Frame>; 2], name: &str) -> Vec<Frame> {
    frames.into_iter().flatten().chain([cursor(name)]).collect()
}

#[test]
fn a_group_leaves_with_each_request_until_an_answer_to_it_is_stored_with_its_cursor() {
    let mut ana = ana();
    let group = ana.forms_a_group();
    assert_eq!((ana.groups(), ana.waiting()), (vec![group], 1));
    let led = led(&ana);
    assert_eq!(ana.desk.form_group(&[BOGDAN, IOANA], &led, NOW).unwrap(), group, "the same people");

    let request = ana.collects();
    let decided = Decision::of(&request.commands[0]).unwrap();
    assert_eq!(decided, Decision::FormGroup(FormGroup { group, people: vec![BOGDAN, IOANA] }));
    assert_eq!(ana.collects().commands, request.commands, "the answer was lost");

    let late = SyncRequest { cursor: Some(b"elsewhere".to_vec().into()), ..request.clone() };
    let stale = ana.stores(&late, and_cursor([answers(&request, None), vec![]], "a1"));
    assert!(matches!(stale, Err(ReplicaError::Store(StoreError::Stale))));
    assert_eq!(ana.waiting(), 1, "an answer that comes too late forgets nothing");

    ana.stores(&request, and_cursor([answers(&request, None), vec![]], "a1")).unwrap();
    assert_eq!((ana.groups(), ana.waiting(), ana.collects().commands), (vec![group], 0, vec![]));
}

#[test]
fn a_refused_group_is_taken_back_and_what_was_written_in_it_is_readable() {
    let mut ana = ana();
    let group = ana.forms_a_group();
    let doc = ana.coaches(group, "how to calm somebody down");

    let request = ana.collects();
    let refusals = [answers(&request, Some(ErrorCode::NotFound)), not_found(&request)];
    ana.stores(&request, and_cursor(refusals, "a1")).unwrap();
    assert_eq!((ana.groups(), ana.notes_of(doc)), (vec![], None));
    ana.hears_the_end();

    let refused = ana.refused();
    assert_eq!(refused.len(), 2);
    assert!(refused.contains(&(ErrorCode::NotFound, "Bogdan, Ioana".into())), "{refused:?}");
    assert!(refused.iter().any(|(_, text)| text.contains("how to calm somebody down")), "{refused:?}");
    assert_eq!((ana.waiting(), ana.desk.store.document(doc).unwrap()), (0, None));
}

#[test]
fn a_server_that_decides_nothing_now_costs_nothing_of_what_was_written() {
    let mut ana = ana();
    let group = ana.forms_a_group();
    let doc = ana.coaches(group, "to be sent");
    let request = ana.collects();

    let later = [answers(&request, Some(ErrorCode::RateLimited)), not_found(&request)];
    assert_eq!(ana.stores(&request, and_cursor(later, "a1")).unwrap(), FollowUp::None);
    ana.hears_the_end();

    assert_eq!((ana.groups(), ana.notes_of(doc)), (vec![group], Some("to be sent".into())));
    assert_eq!((ana.refused(), ana.waiting()), (vec![], 2));
    let again = ana.collects();
    assert_eq!((again.commands, again.push), (request.commands, request.push));
}

#[test]
fn a_restored_server_is_told_of_the_group_again_and_what_was_written_in_it_waits_for_that() {
    let mut ana = ana();
    let group = ana.forms_a_group();
    let doc = ana.coaches(group, "kept");
    let first = ana.collects();
    ana.stores(&first, and_cursor([answers(&first, None), vec![]], "a1")).unwrap();
    ana.hears_the_end();
    assert_eq!(ana.collects().commands, vec![]);

    ana.desk.fork(Some(b"a1".to_vec())).unwrap();
    let request = ana.collects();
    assert_eq!(request.commands, first.commands, "the same decision, under the same id");
    let later = [answers(&request, Some(ErrorCode::Unavailable)), vec![]];
    ana.stores(&request, and_cursor(later, "r1")).unwrap();
    assert_eq!(ana.desk.end_of_answer(Mode::Repair, NOW).unwrap(), FollowUp::SendAgain);
    assert_eq!(ana.groups(), [group], "what waits is not among what the server has lost");

    let request = ana.collects();
    let later = [answers(&request, Some(ErrorCode::Unavailable)), not_found(&request)];
    ana.stores(&request, and_cursor(later, "r2")).unwrap();
    ana.desk.end_repair().unwrap();
    let request = ana.collects();
    assert_eq!((request.repair.is_none(), request.push.len()), (true, 1));
    let later = [answers(&request, Some(ErrorCode::Unavailable)), not_found(&request)];
    ana.stores(&request, and_cursor(later, "r3")).unwrap();
    assert_eq!((ana.refused(), ana.notes_of(doc)), (vec![], Some("kept".into())), "also after the repair");

    let request = ana.collects();
    ana.stores(&request, and_cursor([answers(&request, None), vec![]], "r4")).unwrap();
    assert_eq!((ana.waiting(), ana.notes_of(doc)), (0, Some("kept".into())));
}

#[test]
fn a_restored_server_that_will_not_have_the_group_again_takes_nothing_from_the_phone() {
    let mut ana = ana();
    let group = ana.forms_a_group();
    let doc = ana.coaches(group, "kept");
    let first = ana.collects();
    ana.stores(&first, and_cursor([answers(&first, None), vec![]], "a1")).unwrap();
    ana.desk.fork(Some(b"a1".to_vec())).unwrap();

    let request = ana.collects();
    let refused = [answers(&request, Some(ErrorCode::NotAllowed)), vec![]];
    ana.stores(&request, and_cursor(refused, "r1")).unwrap();
    ana.desk.end_of_answer(Mode::Repair, NOW).unwrap();

    assert_eq!(ana.notes_of(doc), Some("kept".into()));
    assert_eq!(ana.refused(), [(ErrorCode::NotAllowed, "Bogdan, Ioana".into())]);
    assert_eq!((ana.groups(), ana.collects().commands), (vec![], vec![]));
}

/// The group stayed in the list for ever: what a restored server does not know had been forgotten before this answer came.
#[test]
fn a_restored_server_that_will_not_have_the_group_in_the_end_leaves_none_in_the_list() {
    let mut ana = ana();
    let group = ana.forms_a_group();
    let doc = ana.coaches(group, "kept");
    let first = ana.collects();
    let heads = pushes_of(&first).iter().map(|pushed| pushed.hash).collect();
    let receipt = Receipt { doc, heads, authors: Vec::new(), mac: vec![7; 32].into() };
    let accepted = [answers(&first, None), vec![Frame::Receipt(receipt)]];
    ana.stores(&first, and_cursor(accepted, "a1")).unwrap();
    ana.desk.fork(Some(b"a1".to_vec())).unwrap();
    let request = ana.collects();
    let later = [answers(&request, Some(ErrorCode::Unavailable)), vec![]];
    ana.stores(&request, and_cursor(later, "r1")).unwrap();
    ana.desk.end_of_answer(Mode::Repair, NOW).unwrap();
    leads(&mut ana);

    let request = ana.collects();
    let refused = [answers(&request, Some(ErrorCode::NotAllowed)), not_found(&request)];
    ana.stores(&request, and_cursor(refused, "r2")).unwrap();
    ana.desk.end_of_answer(Mode::Repair, NOW).unwrap();

    assert_eq!((ana.groups(), ana.is_told_of(group)), (vec![], false));
    assert_eq!(ana.notes_of(doc), Some("kept".into()), "it was accepted once");
    assert_eq!(ana.refused(), [(ErrorCode::NotAllowed, "Bogdan, Ioana".into())]);
    assert_ne!(ana.forms_a_group(), group, "the same people again are another group");
}

/// As above; and its meeting stayed in the list of meetings, and its words nowhere else.
#[test]
fn a_group_formed_while_a_server_is_repaired_and_refused_there_is_taken_back_as_any_other() {
    let mut ana = ana();
    let first = ana.collects();
    ana.stores(&first, vec![cursor("a1")]).unwrap();
    ana.desk.fork(Some(b"a1".to_vec())).unwrap();
    let request = ana.collects();
    ana.stores(&request, vec![cursor("r1")]).unwrap();
    ana.desk.end_of_answer(Mode::Repair, NOW).unwrap();
    leads(&mut ana);
    let group = ana.forms_a_group();
    let doc = ana.coaches(group, "how to calm somebody down");

    let request = ana.collects();
    let refused = [answers(&request, Some(ErrorCode::NotFound)), not_found(&request)];
    ana.stores(&request, and_cursor(refused, "r2")).unwrap();
    ana.desk.end_of_answer(Mode::Repair, NOW).unwrap();

    assert_eq!((ana.groups(), ana.is_told_of(group)), (vec![], false));
    assert_eq!(ana.desk.store.document(doc).unwrap(), None);
    let refused = ana.refused();
    assert!(refused.contains(&(ErrorCode::NotFound, "Bogdan, Ioana".into())), "{refused:?}");
    assert!(refused.iter().any(|(_, text)| text.contains("how to calm somebody down")), "{refused:?}");
    assert_eq!(ana.waiting(), 0);
}

#[test]
fn more_than_a_request_holds_is_sent_with_the_next_one() {
    let mut ana = ana();
    let command = |n: usize| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(n as u64).to_be_bytes());
        let people = vec![BOGDAN, IOANA];
        Decision::FormGroup(FormGroup { group: GroupId::from_bytes(id), people }).command(BOGDAN)
    };
    let all: Vec<_> = (0..MAX_COMMANDS + 2).map(command).collect();
    ana.desk.write(all.iter().cloned().map(Write::Command).collect()).unwrap();

    let request = ana.collects();
    assert_eq!(request.commands, all[..MAX_COMMANDS]);
    let stored = ana.stores(&request, and_cursor([answers(&request, None), vec![]], "a1"));
    assert_eq!(stored.unwrap(), FollowUp::SendAgain);
    assert_eq!(ana.collects().commands, all[MAX_COMMANDS..]);
}

#[test]
fn r41_what_is_about_one_person_cannot_be_put_into_a_groups_meeting() {
    let mut ana = ana();
    let group = ana.forms_a_group();
    let doc = ana.coaches(group, "together");
    let topic = |text: &str| NewTopic { section: None, text: text.into(), question: None };
    let walk = Provenance { walk: the_meeting(), stop: ItemId::from_bytes([1; 8]), at: NOW };
    let splice = Splice { at: 0, delete: 0, insert: "Ioana is tired".into() };

    let seen = topic("Bogdan interrupts");
    let from_walk =
        ana.desk.edit(doc, NOW, &mut |edit| meeting::add_agenda_from_walk(edit, &seen, &walk).map(drop));
    let how_she_is =
        ana.desk.edit(doc, NOW, &mut |edit| meeting::edit_section_notes(edit, Section::Wellbeing, &splice));
    for kept_out in [from_walk, how_she_is] {
        assert!(matches!(kept_out, Err(ReplicaError::AboutOnePerson)), "{kept_out:?}");
    }

    let open = topic("opening a call");
    ana.desk.edit(doc, NOW, &mut |edit| meeting::add_agenda(edit, &open).map(drop)).unwrap();
    let view = ana.desk.read(doc, |h| meeting::view(Document::of(h.view()))).unwrap();
    assert_eq!(view.agenda.iter().map(|topic| &topic.text[..]).collect::<Vec<_>>(), ["opening a call"]);
    assert_eq!((view.kind, ana.notes_of(doc)), (MeetingKind::GroupCoaching, Some("together".into())));
}

#[cfg(feature = "sqlite")]
#[test]
fn a_group_outlives_the_app_at_every_moment_until_it_is_answered() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("phone.sqlite");
    let open = || {
        let mut ana = Ana::new(1);
        ana.desk.store = Box::new(crate::sqlite::SqliteStore::open(&file).unwrap());
        ana
    };
    let mut ana = open();
    leads(&mut ana);
    let group = ana.forms_a_group();

    ana = open();
    assert_eq!((ana.groups(), ana.waiting()), (vec![group], 1), "ended before anything was sent");
    let request = ana.collects();
    ana = open();
    assert_eq!(ana.collects().commands, request.commands, "ended while the answer was on its way");
    ana.stores(&request, and_cursor([answers(&request, None), vec![]], "a1")).unwrap();

    ana = open();
    assert_eq!((ana.groups(), ana.waiting(), ana.collects().commands), (vec![group], 0, vec![]));
}
