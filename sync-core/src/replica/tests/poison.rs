//! Stories of what the CRDT does not survive: the app opens again, everything else is there, and nobody's words are lost.

use super::*;
use crate::coaching::floor_walk;
use crate::replica::reading::{Note, Reading};
use crate::store::Standing;
use automerge::Change;

/// A change that the CRDT panics at: the first of its actor, and not number one.
fn panicking() -> Vec<u8> {
    let genesis = crate::document::genesis(Kind::of(&meeting::SPEC), &wednesday());
    let mut gap = genesis.decode();
    gap.actor_id = vec![66; 16].as_slice().into();
    gap.deps = vec![genesis.hash()];
    gap.start_op = std::num::NonZeroU64::new(1_000).unwrap();
    gap.operations.truncate(1);
    gap.seq = 5;
    Change::from(gap).raw_bytes().to_vec()
}

/// What Bogdan has written since he was last asked, and what else is in the way.
pub(super) fn from_bogdan(bogdan: &mut Ana, more: &[Vec<u8>]) -> Frame {
    let push = bogdan.collects();
    bogdan.stores(&push, vec![cursor("b")]).unwrap();
    let Frame::Changes(mut changes) = relayed(&push) else { unreachable!("changes are relayed as changes") };
    changes.chunks.extend(more.iter().cloned().map(ByteVec::from));
    Frame::Changes(changes)
}

fn whole(bytes: &[u8]) -> Frame {
    Frame::Snapshot(SnapshotPart {
        head: head(),
        heads: Vec::new(),
        offset: 0,
        total: u32::try_from(bytes.len()).unwrap(),
        bytes: bytes.to_vec().into(),
        authors: Vec::new(),
    })
}

pub(super) fn bogdan_with_notes(notes: &str) -> Ana {
    let mut bogdan = Ana::new(9);
    bogdan.plans_wednesday();
    bogdan.writes(0, notes);
    bogdan
}

/// Ana, whose phone has Bogdan's first words.
fn ana_who_heard_from_bogdan() -> (Ana, Ana) {
    let (mut ana, mut bogdan) = (Ana::new(1), bogdan_with_notes("before. "));
    ana.hears(vec![from_bogdan(&mut bogdan, &[])], "a1");
    (ana, bogdan)
}

/// Ana, whose app was ended while it read what Bogdan wrote next.
fn ana_who_died_reading() -> Ana {
    let (mut ana, mut bogdan) = ana_who_heard_from_bogdan();
    ana.lists();
    bogdan.writes(8, "after. ");
    let mut ana = ana.starts_again();
    ana.hears(vec![from_bogdan(&mut bogdan, &[])], "a2");
    ana.dies_reading(1);
    ana
}

impl Ana {
    pub(super) fn hears(&mut self, frames: Vec<Frame>, at: &str) {
        let request = self.collects();
        self.stores(&request, frames.into_iter().chain([cursor(at)]).collect()).unwrap();
    }

    /// The app was closed and is opened again.
    fn starts_again(self) -> Self {
        let Desk { store, identity, rng, .. } = self.desk;
        Self { desk: Desk::new(store, identity, rng) }
    }

    /// Somebody, or something, has ended the app while it read, so many times.
    fn dies_reading(&mut self, times: u32) {
        let reading = Reading::All;
        self.finds_note(Note { unended: times, reading, tried_at: Some(NOW), ..Note::new() });
    }

    /// The app has been updated since it died so often.
    fn is_updated(&mut self, times: u32) {
        self.finds_note(Note { reader: "0.0.9".into(), unended: times, ..Note::new() });
    }

    /// What is unread has ended the app, so many times.
    fn suspects_what_is_unread(&mut self, times: u32) {
        let body = self.desk.store.body(the_meeting()).unwrap();
        let suspects = body.standing(Standing::Unread).map(|change| change.hash).collect();
        self.finds_note(Note { unended: times, suspects, tried_at: Some(NOW), ..Note::new() });
    }

    fn finds_note(&mut self, note: Note) {
        self.desk.write(vec![note.write(the_meeting())]).unwrap();
    }

    pub(super) fn lists(&mut self) -> usize {
        self.desk.list(Kind::of(&meeting::SPEC)).unwrap().len()
    }
}

#[test]
fn what_breaks_the_reader_waits_and_the_rest_of_the_answer_is_stored() {
    let (mut ana, mut bogdan) = ana_who_heard_from_bogdan();
    assert_eq!(ana.notes(), "before. ");
    let key = floor_walk::new_key(BOGDAN, &mut StdRng::seed_from_u64(5));
    let walk = ana.desk.create(Kind::of(&floor_walk::SPEC), key, NOW).unwrap();

    ana.hears(vec![from_bogdan(&mut bogdan, &[panicking()])], "a2");

    assert_eq!(ana.desk.store.cursor().unwrap(), Some(b"a2".to_vec()));
    assert_eq!((ana.notes(), ana.presence()), ("before. ".into(), Some(Presence::Behind)));
    assert_eq!(ana.desk.read(walk, |_| ()).ok(), Some(()));
    ana.writes(0, "Ana goes on. ");
    assert_eq!(pushes_of(&ana.collects()).iter().filter(|pushed| pushed.doc == the_meeting()).count(), 1);
    assert_eq!(ana.lists(), 1);
}

#[test]
fn what_was_sent_beside_it_and_after_it_is_read_after_the_next_answer() {
    let (mut ana, mut bogdan) = ana_who_heard_from_bogdan();
    ana.lists();
    let mut ana = ana.starts_again();
    bogdan.writes(8, "beside. ");
    ana.hears(vec![from_bogdan(&mut bogdan, &[panicking()])], "a2");
    assert_eq!(ana.notes(), "before. ", "read as it was");
    assert_eq!(ana.presence(), Some(Presence::Behind));

    ana.hears_the_end();
    assert_eq!(ana.notes(), "before. beside. ");

    bogdan.writes(16, "after. ");
    let mut ana = ana.starts_again();
    ana.hears(vec![from_bogdan(&mut bogdan, &[])], "a3");
    ana.hears_the_end();
    assert_eq!((ana.notes(), ana.presence()), ("before. beside. after. ".into(), Some(Presence::Behind)));
    let unread = ana.desk.store.body(the_meeting()).unwrap();
    let unread: Vec<_> = unread.standing(Standing::Unread).map(|change| change.bytes.clone()).collect();
    assert_eq!(unread, [panicking()], "and it is kept, for a version of the app that can read it");
}

#[test]
fn drafts_and_the_outbox_of_a_document_that_is_behind_are_sent_and_stay() {
    let (mut ana, mut bogdan) = ana_who_heard_from_bogdan();
    let request = ana.collects();
    ana.writes(0, "draft. ");

    bogdan.writes(8, "beside. ");
    let news = from_bogdan(&mut bogdan, &[panicking()]);
    ana.stores(&request, vec![news, cursor("a2")]).unwrap();
    ana.hears_the_end();

    assert_eq!(ana.notes(), "draft. before. beside. ");
    let push = ana.collects();
    bogdan.hears(vec![relayed(&push)], "b9");
    assert_eq!(bogdan.notes(), "draft. before. beside. ");
}

/// Somebody closed the app while it read: nothing was wrong with what it read.
#[test]
fn an_app_that_was_closed_while_it_read_is_behind_until_the_next_answer() {
    let ana = ana_who_died_reading();

    let mut ana = ana.starts_again();
    assert_eq!((ana.notes(), ana.presence()), ("before. ".into(), Some(Presence::Behind)));
    ana.hears_the_end();

    assert_eq!((ana.notes(), ana.presence()), ("before. after. ".into(), Some(Presence::Full)));
    assert_eq!(ana.desk.note(the_meeting()).unwrap(), None);
}

#[test]
fn after_an_update_of_the_app_everything_is_tried_again() {
    let mut ana = ana_who_died_reading();
    assert_eq!(ana.notes(), "before. ");
    ana.suspects_what_is_unread(3);
    ana.hears_the_end();
    assert_eq!(ana.notes(), "before. ", "three times are enough");

    ana.is_updated(3);
    let mut ana = ana.starts_again();

    assert_eq!((ana.notes(), ana.presence()), ("before. after. ".into(), Some(Presence::Full)));
}

#[test]
fn what_has_ended_the_app_three_times_is_tried_again_hours_later_and_then_ever_more_rarely() {
    for (deaths, hours) in [(3, 4), (4, 8), (5, 16), (1_000, 4 << 10)] {
        let mut ana = ana_who_died_reading();
        assert_eq!(ana.notes(), "before. ");
        ana.suspects_what_is_unread(deaths);
        let later = NOW.plus_ms(hours * 3_600_000);

        for too_early in [NOW, later.plus_ms(-1)] {
            ana.desk.end_of_answer(Mode::Normal, too_early).unwrap();
            assert_eq!(ana.notes(), "before. ", "{deaths}");
        }
        ana.desk.end_of_answer(Mode::Normal, later).unwrap();
        assert_eq!((ana.notes(), ana.presence()), ("before. after. ".into(), Some(Presence::Full)));
    }
}

#[test]
fn a_saved_document_that_was_passed_over_is_asked_for_again() {
    let (mut ana, mut bogdan) = ana_who_heard_from_bogdan();
    assert_eq!(ana.notes(), "before. ");
    bogdan.writes(8, "saved. ");
    bogdan.collects();
    let saved = bogdan.desk.read(the_meeting(), |history| history.view().save()).unwrap();
    ana.dies_reading(1);
    let mut ana = ana.starts_again();

    ana.hears(vec![whole(&saved)], "a2");
    assert_eq!((ana.notes(), ana.presence()), ("before. ".into(), Some(Presence::Behind)));
    ana.finds_note(Note { lacks_snapshot: true, reader: "0.0.9".into(), unended: 3, ..Note::new() });
    let request = ana.collects();
    assert_eq!(request.want, [the_meeting()], "also by the next version of the app");
    ana.stores(&request, vec![whole(&saved), cursor("a3")]).unwrap();
    ana.hears_the_end();

    assert_eq!((ana.notes(), ana.presence()), ("before. saved. ".into(), Some(Presence::Full)));
    assert!(ana.collects().want.is_empty());
}

#[test]
fn a_document_that_came_whole_is_tried_again_after_each_answer_and_only_so_often() {
    let mut bogdan = bogdan_with_notes("whole. ");
    let saved = bogdan.desk.read(the_meeting(), |history| history.view().save()).unwrap();
    for (deaths, then) in [(1, Presence::Full), (2, Presence::Full), (3, Presence::Damaged)] {
        let mut ana = Ana::new(1);
        ana.hears(vec![whole(&saved)], "a1");
        ana.dies_reading(deaths);

        let mut ana = ana.starts_again();
        assert_eq!((ana.lists(), ana.presence()), (1, Some(Presence::Damaged)));
        assert!(ana.collects().want.is_empty(), "it is here, and the line is slow");
        ana.hears_the_end();
        assert_eq!(ana.presence(), Some(then), "{deaths}");

        ana.is_updated(deaths);
        ana.hears_the_end();
        assert_eq!((ana.notes(), ana.presence()), ("whole. ".into(), Some(Presence::Full)));
    }
}

#[test]
fn a_saved_document_that_breaks_the_reader_each_time_holds_up_no_answer_and_is_asked_for_no_more() {
    let (mut ana, _) = ana_who_heard_from_bogdan();
    assert_eq!(ana.notes(), "before. ");

    ana.hears(vec![whole(b"no document")], "a2");
    ana.hears_the_end();
    let mut asked = 0;
    while !ana.collects().want.is_empty() {
        asked += 1;
        assert!(asked <= 3, "and so on for ever");
        ana.hears(vec![whole(b"no document")], "a3");
        ana.hears_the_end();
    }

    assert_eq!(ana.desk.store.cursor().unwrap(), Some(b"a3".to_vec()));
    assert_eq!((ana.notes(), ana.presence()), ("before. ".into(), Some(Presence::Behind)));
}

#[test]
fn what_builds_on_a_change_that_comes_late_is_read_with_it() {
    let (mut ana, mut bogdan) = ana_who_heard_from_bogdan();
    assert_eq!(ana.notes(), "before. ");
    bogdan.writes(8, "first. ");
    let first = from_bogdan(&mut bogdan, &[]);
    bogdan.writes(15, "second. ");
    let second = from_bogdan(&mut bogdan, &[]);

    ana.hears(vec![second], "a2");
    ana.hears_the_end();
    assert_eq!((ana.notes(), ana.presence()), ("before. ".into(), Some(Presence::Behind)));
    ana.hears(vec![first], "a3");
    ana.hears_the_end();

    assert_eq!((ana.notes(), ana.presence()), ("before. first. second. ".into(), Some(Presence::Full)));
}

#[test]
fn news_makes_nothing_wait_longer_that_has_ended_the_app() {
    let hour = 3_600_000;
    let mut ana = ana_who_died_reading();
    assert_eq!(ana.notes(), "before. ");
    ana.suspects_what_is_unread(3);
    let mut andrei = Ana::new(8);
    andrei.plans_wednesday();
    andrei.writes(0, "beside. ");
    ana.hears(vec![from_bogdan(&mut andrei, &[])], "a3");
    ana.desk.end_of_answer(Mode::Normal, NOW.plus_ms(2 * hour)).unwrap();
    let notes = ana.notes();
    assert!(notes.contains("beside. ") && !notes.contains("after. "), "{notes}");

    ana.desk.end_of_answer(Mode::Normal, NOW.plus_ms(4 * hour)).unwrap();
    assert!(ana.notes().contains("after. "));
    assert_eq!(ana.presence(), Some(Presence::Full));
}

#[test]
fn what_came_and_is_no_document_is_asked_for_again() {
    let (mut ana, _) = ana_who_heard_from_bogdan();
    let row = ana.desk.store.document(the_meeting()).unwrap().unwrap();
    ana.desk.set_out_of_order(&row).unwrap();
    ana.hears(vec![whole(b"no document")], "a2");
    assert!(ana.collects().want.is_empty(), "it has come");

    ana.hears_the_end();

    assert_eq!(ana.collects().want, [the_meeting()]);
}

/// It may be all that is left of what the server has lost.
#[test]
fn what_was_never_read_is_not_replaced_by_what_a_restored_server_still_has() {
    let mut bogdan = bogdan_with_notes("old. ");
    bogdan.collects();
    let saved = |bogdan: &mut Ana| bogdan.desk.read(the_meeting(), |history| history.view().save()).unwrap();
    let old = saved(&mut bogdan);
    bogdan.writes(5, "new. ");
    bogdan.collects();
    let new = saved(&mut bogdan);
    let mut ana = Ana::new(1);
    ana.hears(vec![whole(&new)], "a1");
    ana.desk.fork(Some(b"a1".to_vec())).unwrap();
    ana.dies_reading(1);
    let mut ana = ana.starts_again();

    ana.hears(vec![whole(&old)], "b1");
    ana.desk.end_of_answer(Mode::Repair, NOW).unwrap();

    assert_eq!(ana.notes(), "old. new. ");
    let request = ana.collects();
    assert_eq!(request.want, [the_meeting()], "what the server has may hold something else, too");
    ana.stores(&request, vec![whole(&old), cursor("b2")]).unwrap();
    ana.desk.end_of_answer(Mode::Repair, NOW).unwrap();
    assert_eq!((ana.notes(), ana.presence()), ("old. new. ".into(), Some(Presence::Full)));
}
