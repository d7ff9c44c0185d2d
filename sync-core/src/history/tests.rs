//! Stories of one document on one phone.

use super::*;
use crate::coaching::meeting;
use crate::document::{Document, Path};
use crate::ids::{AudienceId, OrgId, PersonId, TenureId};
use crate::key::{NaturalKey, Part, Subject};
use crate::store::{MemoryStore, Origin, Presence, Store};
use crate::time::{Day, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// A person's copy of Wednesday's meeting, with the rows that a store would hold.
struct Desk {
    history: History,
    store: MemoryStore,
    rng: StdRng,
    session: ActorId,
}

fn row() -> DocumentRow {
    let org = OrgId::from_bytes([1; 16]);
    let subject = Subject::Tenure(TenureId::from_bytes([2; 16]));
    let key = NaturalKey { subject, part: Part::Day(Day::parse("2026-03-18").unwrap()) };
    DocumentRow {
        doc: DocId::of(org, "meeting", &key),
        kind: "meeting".into(),
        key,
        audience: AudienceId::of(org, &key.subject),
        generation: 0,
        origin: Origin::Local,
        presence: Presence::Full,
        changed_at: Timestamp(0),
        summary: Vec::new(),
    }
}

impl Desk {
    fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let (history, mut writes) =
            History::create(&row(), Kind::of(&meeting::SPEC), ActorId::random(&mut rng)).unwrap();
        writes.insert(0, Write::Document(row()));
        let mut desk =
            Self { history, store: MemoryStore::default(), session: ActorId::random(&mut rng), rng };
        desk.commit(writes);
        desk
    }

    fn commit(&mut self, writes: Vec<Write>) {
        self.store.commit(&crate::store::Batch { expect: Vec::new(), writes }).unwrap();
    }

    fn actor(&mut self) -> ActorId {
        ActorId::random(&mut self.rng)
    }

    fn writes(&mut self, at: usize, delete: usize, text: &str) {
        let mut writer =
            Writer { person: PersonId::from_bytes([3; 16]), now: Timestamp(0), rng: &mut self.rng };
        let edit = |edit: &mut Edit<'_>| edit.splice(&Path::of("notes"), at, delete, text);
        let ((), writes) = self.history.edit(&mut writer, edit).unwrap();
        self.commit(writes);
        self.reads_the_same_from_its_rows();
    }

    fn seals(&mut self) {
        let (session, actor) = (self.session, self.actor());
        let writes = self.history.fold(session, actor).unwrap();
        self.commit(writes);
        self.reads_the_same_from_its_rows();
    }

    fn outbox(&self) -> Vec<Change> {
        self.history.outbox.clone()
    }

    fn receives(&mut self, changes: &[Change]) {
        let actor = self.actor();
        let writes = self.history.receive(None, changes, actor).unwrap();
        self.commit(writes);
        self.reads_the_same_from_its_rows();
    }

    fn hears(&mut self, accepted: &[Change], refused: &[Change]) -> Option<Unsent> {
        let verdicts = Verdicts {
            accepted: accepted.iter().map(hash_of).collect(),
            refused: refused.iter().map(hash_of).collect(),
        };
        let actor = self.actor();
        let settled = self.history.settle(&verdicts, &BTreeSet::new(), actor).unwrap();
        self.commit(settled.writes);
        self.reads_the_same_from_its_rows();
        settled.lost
    }

    fn notes(&self) -> String {
        Document::of(self.history.view()).text(&Path::of("notes"))
    }

    /// What the rows hold is what memory holds: a restart at any moment shows the same.
    #[track_caller]
    fn reads_the_same_from_its_rows(&mut self) {
        let body = self.store.body(row().doc).unwrap();
        let actor = self.actor();
        let loaded = History::load(&row(), &body, actor).unwrap();
        assert_eq!(Document::of(loaded.view()).text(&Path::of("notes")), self.notes());
        assert_eq!(loaded.has_unsent(), self.history.has_unsent());
    }
}

#[test]
fn what_was_typed_and_taken_back_is_in_no_sealed_change() {
    let mut ana = Desk::new(1);
    ana.writes(0, 0, "Headset works again. ");
    ana.writes(21, 0, "SECRET REMARK");
    ana.writes(21, 13, "");

    ana.seals();

    assert_eq!(ana.notes(), "Headset works again. ");
    for change in ana.outbox() {
        assert!(!format!("{:?}", change.decode().operations).contains("SECRET"));
    }
}

#[test]
fn everything_taken_back_sends_nothing() {
    let mut ana = Desk::new(1);
    ana.writes(0, 0, "never mind");
    ana.writes(0, 10, "");

    ana.seals();

    assert!(ana.outbox().is_empty());
    assert!(!ana.history.has_unsent());
}

#[test]
fn both_write_offline_and_both_texts_survive() {
    let (mut ana, mut bogdan) = (Desk::new(1), Desk::new(2));
    ana.writes(0, 0, "Ana: coșul e plin. ");
    bogdan.writes(0, 0, "李娜: 懒惰😀. ");
    ana.seals();
    bogdan.seals();

    let (from_ana, from_bogdan) = (ana.outbox(), bogdan.outbox());
    ana.receives(&from_bogdan);
    bogdan.receives(&from_ana);

    assert_eq!(ana.notes(), bogdan.notes());
    assert!(ana.notes().contains("coșul e plin") && ana.notes().contains("懒惰😀"));
}

#[test]
fn drafts_stay_on_top_of_what_others_wrote_meanwhile() {
    let (mut ana, mut bogdan) = (Desk::new(1), Desk::new(2));
    bogdan.writes(0, 0, "From Bogdan. ");
    bogdan.seals();
    ana.writes(0, 0, "From Ana. ");

    ana.receives(&bogdan.outbox());
    let end = ana.notes().encode_utf16().count();
    ana.writes(end, 0, "More from Ana.");
    ana.seals();
    bogdan.receives(&ana.outbox());

    assert_eq!(ana.notes(), bogdan.notes());
    assert_eq!(ana.outbox().len(), 1, "one sync costs one change");
}

#[test]
fn an_accepted_change_leaves_the_outbox_and_stays_in_the_document() {
    let mut ana = Desk::new(1);
    ana.writes(0, 0, "kept");
    ana.seals();
    let sent = ana.outbox();

    assert_eq!(ana.hears(&sent, &[]), None);

    assert_eq!(ana.notes(), "kept");
    assert!(!ana.history.has_unsent());
}

#[test]
fn a_refused_change_leaves_and_what_was_written_around_it_stays() {
    let (mut ana, mut bogdan) = (Desk::new(1), Desk::new(2));
    bogdan.writes(0, 0, "Bogdan's line. ");
    bogdan.seals();
    ana.writes(0, 0, "refused words ");
    ana.seals();
    let refused = ana.outbox();
    ana.receives(&bogdan.outbox());
    let end = ana.notes().encode_utf16().count();
    ana.writes(end, 0, "written later");

    let lost = ana.hears(&[], &refused).expect("something was refused");

    assert_eq!(lost.text, "refused words ");
    assert!(ana.notes().contains("Bogdan's line.") && ana.notes().contains("written later"));
    assert!(!ana.notes().contains("refused words"));
    ana.session = ana.actor();
    ana.seals();
    bogdan.receives(&ana.outbox());
    assert_eq!(ana.notes(), bogdan.notes());
}

#[test]
fn a_change_that_waits_ahead_of_a_refused_one_keeps_waiting() {
    let mut ana = Desk::new(1);
    ana.writes(0, 0, "waits ");
    ana.seals();
    ana.writes(6, 0, "refused");
    ana.seals();
    let refused = ana.outbox().split_off(1);

    let lost = ana.hears(&[], &refused).expect("something was refused");

    assert_eq!(lost.text, "refused");
    assert_eq!(ana.notes(), "waits ");
    assert_eq!(ana.outbox().len(), 1);
}

#[test]
fn a_lost_answer_costs_nothing_when_the_change_comes_back() {
    let mut ana = Desk::new(1);
    ana.writes(0, 0, "sent, answer lost");
    ana.seals();
    let sent = ana.outbox();
    ana.writes(0, 0, "typed since. ");

    ana.receives(&sent);

    assert_eq!(ana.notes(), "typed since. sent, answer lost");
    assert!(ana.outbox().is_empty());
}

#[test]
fn what_a_restored_server_lost_goes_back_in_order_ahead_of_what_is_new() {
    let (mut ana, mut bogdan) = (Desk::new(1), Desk::new(2));
    bogdan.writes(0, 0, "one ");
    bogdan.seals();
    let first = bogdan.outbox();
    ana.receives(&first);
    ana.writes(4, 0, "two ");
    ana.seals();
    let second = ana.outbox();
    ana.hears(&second, &[]);
    ana.writes(8, 0, "three");
    ana.seals();

    let actor = ana.actor();
    let server_heads: Vec<ChangeHash> = first.iter().map(hash_of).collect();
    let writes = ana.history.give_back(&server_heads, (&BTreeSet::new(), &[]), actor).unwrap();
    ana.commit(writes);
    ana.reads_the_same_from_its_rows();

    assert_eq!(hash_of(&ana.outbox()[0]), hash_of(&second[0]));
    assert_eq!(ana.outbox().len(), 2);
    assert_eq!(ana.notes(), "one two three");
}

#[test]
fn a_body_that_came_back_newer_takes_the_drafts_along() {
    let (mut ana, mut bogdan) = (Desk::new(1), Desk::new(2));
    ana.writes(0, 0, "draft of Ana. ");
    let body = ana.store.body(row().doc).unwrap();
    bogdan.writes(0, 0, "meanwhile. ");
    bogdan.seals();
    let mut newer = Desk::new(3);
    newer.receives(&bogdan.outbox());
    let home =
        Body { snapshot: Some(newer.history.accepted.save()), changes: Vec::new(), drafts: body.drafts };

    let actor = ana.actor();
    let (returned, writes) = History::load_returning(&row(), &home, actor).unwrap();

    let text = Document::of(returned.view()).text(&Path::of("notes"));
    assert!(text.contains("draft of Ana. ") && text.contains("meanwhile. "));
    assert!(writes.contains(&Write::ClearDrafts(row().doc)));
}

#[test]
fn a_long_tail_becomes_a_snapshot_that_reads_the_same() {
    let mut ana = Desk::new(1);
    for _ in 0..=LONG_TAIL_CHANGES {
        ana.writes(0, 0, "x");
        ana.seals();
        let sent = ana.outbox();
        ana.hears(&sent, &[]);
    }

    let write = ana.history.compact().expect("the tail is long");
    ana.commit(vec![write]);

    ana.reads_the_same_from_its_rows();
    let body = ana.store.body(row().doc).unwrap();
    assert!(body.snapshot.is_some() && body.changes.is_empty());
    assert_eq!(ana.history.compact(), None);
}
