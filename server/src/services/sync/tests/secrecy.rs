//! Invariants 7 and 9: requests sent again change nothing, and requests about what is not one's own learn nothing.

use super::*;
use crate::cursor::Position;
use crate::services::testing::{ada, grace, mallory};
use crate::store::postgres::testing::{Pause, org};
use crate::store::row::FeedStamp;
use sqlx::PgPool;
use std::sync::atomic::{AtomicUsize, Ordering};
use sync_core::ids::CommandId;
use sync_core::wire::{Command, Create};

/// What somebody knows of a document: its id, its key, every change of it, and what the server once signed about it.
struct Leaked {
    doc: DocId,
    create: Create,
    changes: Vec<ByteVec>,
    /// A further change by somebody else, on top of the others.
    next: ByteVec,
    receipt: Receipt,
}

impl Leaked {
    /// The pair's meeting on this day of March, as Grace wrote it; whether the server has it is not said here.
    fn meeting(day: u8) -> (Self, PushDocument) {
        let mut meeting = Copy::meeting(day, 51);
        meeting.write("confidential");
        let pushed = meeting.push();
        let author =
            Authored { actor: ActorId::from_bytes([51; 16]), person: grace().person, received_at: NOW };
        let heads = document::heads(&meeting.content);
        let receipt = ReceiptKey::new(&keys().receipt).sign(grace().org, meeting.doc, heads, vec![author]);
        meeting.session(53);
        meeting.write("let me in");
        let next = meeting.last_written().into();
        let (create, changes) = (meeting.create.clone(), pushed.changes.clone());
        (Self { doc: meeting.doc, create, changes, next, receipt }, pushed)
    }

    fn push(&self) -> PushDocument {
        let changes = self.changes.iter().chain([&self.next]).cloned().collect();
        PushDocument { doc: self.doc, create: Some(self.create.clone()), changes }
    }
}

/// What there is to ask with: a cursor that proves that the server was restored, and a document of one's own.
struct Asker {
    who: Caller,
    forked_cursor: ByteVec,
    own: PushDocument,
}

impl Asker {
    fn of(who: Caller) -> Self {
        let lost = FeedStamp { seq: 1 << 40, stamp: [9; 8] };
        let position = Position { at: lost, pushed: None, backfills: vec![] };
        let cursor = CursorKey::new(&keys().cursor).seal(who.org, who.person, &position, [7; 12]);
        let mut own = Copy::walk(who.person, 1, 90);
        own.write("my own");
        Self { who, forked_cursor: cursor.into(), own: own.push() }
    }

    /// Requests about a document, by the place in them that names it. Whoever adds a field has to say here whether it
    /// can name one.
    fn asks_about(&self, leaked: &Leaked) -> Vec<(&'static str, SyncRequest)> {
        let plain = Phone::of(self.who).request(vec![]);
        let SyncRequest {
            protocol: _,
            replica: _,
            cursor: _,
            app_schema: _,
            max_response_bytes: _,
            push: _,
            commands: _,
            want: _,
            repair: _,
            verify: _,
        } = &plain;
        let push = |push| SyncRequest { push: vec![push], ..plain.clone() };
        let mut asks: Vec<_> =
            self.pushes(leaked).into_iter().map(|(place, pushed)| (place, push(pushed))).collect();
        let commands = vec![self.command(leaked)];
        asks.push(("commands.args", SyncRequest { commands, ..plain.clone() }));
        asks.push(("want", SyncRequest { want: vec![leaked.doc], ..plain.clone() }));
        asks.push(("want, verify", SyncRequest { want: vec![leaked.doc; 3], verify: true, ..plain.clone() }));
        for (place, forked_cursor, receipt) in self.proofs(leaked) {
            let repair = Some(Repair { forked_cursor, docs: vec![receipt] });
            asks.push((place, SyncRequest { repair: repair.clone(), ..plain.clone() }));
            asks.push((place, SyncRequest { repair, ..push(leaked.push()) }));
        }
        asks
    }

    /// A decision about a document, under an id that nobody has used.
    fn command(&self, leaked: &Leaked) -> Command {
        let mut id = *leaked.doc.as_bytes();
        id[0] ^= self.who.person.as_bytes()[0];
        let (id, args) = (CommandId::from_bytes(id), leaked.doc.as_bytes().to_vec().into());
        let command = Command { id, kind: "share".into(), args };
        let Command { id: _, kind: _, args: _ } = &command;
        command
    }

    /// Every place of a push.
    fn pushes(&self, leaked: &Leaked) -> [(&'static str, PushDocument); 9] {
        let whole = leaked.push();
        let PushDocument { doc: _, create: _, changes: _ } = &whole;
        let nothing = vec![];
        let with_kind = |kind: &str| Some(Create { kind: kind.into(), ..leaked.create.clone() });
        [
            ("push.doc, push.create, push.changes", whole.clone()),
            ("push.doc, push.changes", PushDocument { create: None, ..whole.clone() }),
            ("push.doc, push.create", PushDocument { changes: nothing.clone(), ..whole.clone() }),
            ("push.doc", PushDocument { create: None, changes: nothing, ..whole.clone() }),
            ("push.doc, another kind", PushDocument { create: with_kind("action_plan"), ..whole.clone() }),
            ("push.doc, an unknown kind", PushDocument { create: with_kind("new"), ..whole.clone() }),
            ("push.doc, one's own key", PushDocument { create: self.own.create.clone(), ..whole.clone() }),
            ("push.create, one's own document", PushDocument { doc: self.own.doc, ..whole.clone() }),
            ("push.changes, one's own document", PushDocument { changes: whole.changes, ..self.own.clone() }),
        ]
    }

    /// Every place of a repair, with and without proof that there is something to repair.
    fn proofs(&self, leaked: &Leaked) -> [(&'static str, ByteVec, Receipt); 3] {
        let Receipt { doc: _, heads: _, authors: _, mac: _ } = &leaked.receipt;
        let forged = Receipt { mac: vec![0; 32].into(), ..leaked.receipt.clone() };
        [
            ("repair.docs, genuine", self.forked_cursor.clone(), leaked.receipt.clone()),
            ("repair.docs, forged", self.forked_cursor.clone(), forged),
            ("repair.docs, nothing to repair", vec![1, 2, 3].into(), leaked.receipt.clone()),
        ]
    }
}

/// Somebody who never belonged to the pair, somebody who did, and somebody of another organisation.
async fn strangers(office: &Office) -> [Asker; 3] {
    office.revoke(ada()).await;
    office.db.add_organisation(org(2)).await;
    [mallory(), ada(), Caller { org: org(2), ..mallory() }].map(Asker::of)
}

#[sqlx::test]
async fn whatever_a_stranger_asks_about_a_document_is_answered_as_if_it_did_not_exist(pool: PgPool) {
    let office = Office::open(&pool).await;
    let ((real, push), (absent, _)) = (Leaked::meeting(18), Leaked::meeting(19));
    assert_eq!(rejected(&answer_to_push(&office, grace(), push).await), []);
    for asker in strangers(&office).await {
        let (of_real, of_absent) = (asker.asks_about(&real), asker.asks_about(&absent));
        assert_eq!(of_real.len(), 9 + 1 + 2 + 6);
        for ((place, real_request), (_, absent_request)) in of_real.iter().zip(&of_absent) {
            let before = office.db.dump().await;

            let heard_of_real = hears(&office, asker.who, real_request, &real).await;
            let heard_of_absent = hears(&office, asker.who, absent_request, &absent).await;

            assert_eq!(heard_of_real, heard_of_absent, "{place}, {:?}", asker.who);
            assert_eq!(but_for_decisions(office.db.dump().await), but_for_decisions(before), "{place}");
        }
    }
}

async fn answer_to_push(office: &Office, who: Caller, push: PushDocument) -> Vec<Frame> {
    answer(office, &office.db.store, who, &Phone::of(who).request(vec![push])).await
}

/// That somebody asked for a decision is kept, whatever it was about, and that somebody pushed in vain.
fn but_for_decisions(mut dump: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    dump.remove("command");
    dump.remove("refused_change");
    dump
}

/// An answer, in which every document and change that was asked about has the same name, and what it took to make: as
/// many statements tell no more by the time that they take.
async fn hears(office: &Office, who: Caller, request: &SyncRequest, leaked: &Leaked) -> (Vec<String>, usize) {
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = statements.clone();
    let counting = office.pausing(Pause::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async {}
    }));
    let frames = answer(office, &counting, who, request).await;
    let names = names_in(request, leaked);
    let plain = frames.into_iter().map(|frame| match frame {
        Frame::Cursor(cursor) => format!("a cursor of {} bytes", cursor.len()),
        other => names.iter().fold(format!("{other:?}"), |text, (name, plain)| text.replace(name, plain)),
    });
    (plain.collect(), statements.load(Ordering::SeqCst))
}

/// What the request calls its documents, changes and decisions, as answers print it.
fn names_in(request: &SyncRequest, leaked: &Leaked) -> Vec<(String, String)> {
    let mut names = vec![(format!("{:?}", leaked.doc), "the document".to_owned())];
    for (nth, bytes) in request.push.iter().flat_map(|push| &push.changes).enumerate() {
        let change = document::parse_change(bytes).unwrap();
        let hashes = change.deps().iter().copied().chain([change.hash()]);
        names.extend(hashes.map(|hash| (format!("{:?}", document::change_hash(&hash)), format!("{nth}"))));
    }
    names.extend(request.commands.iter().map(|command| (format!("{:?}", command.id), "the decision".into())));
    names
}

#[sqlx::test]
async fn requests_sent_again_in_any_order_leave_the_server_as_it_was(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut sent = Vec::new();
    let (mut adas, mut graces) = (Copy::meeting(1, 51), Copy::meeting(1, 52));
    for round in 0..4 {
        for (who, copy) in [(ada(), &mut adas), (grace(), &mut graces)] {
            copy.write("a word");
            let mut other_day = Copy::meeting(2 + round, 60 + round);
            other_day.write("another");
            let bad = PushDocument { changes: vec![vec![1, 2, 3].into()], ..Copy::meeting(30, 1).push() };
            let command = Command {
                id: CommandId::from_bytes([round; 16]),
                kind: "unknown".into(),
                args: vec![].into(),
            };
            let push =
                if who == ada() { vec![copy.push(), other_day.push(), bad] } else { vec![copy.push()] };
            let request = SyncRequest { commands: vec![command], ..Phone::of(who).request(push) };
            answer(&office, &office.db.store, who, &request).await;
            sent.push((who, request));
        }
    }
    let before = office.db.dump().await;

    for step in [1, 3, 5] {
        for number in 0..sent.len() {
            let (who, request) = &sent[number * step % sent.len()];
            answer(&office, &office.db.store, *who, request).await;
        }
    }

    assert_eq!(office.db.dump().await, before);
}

#[sqlx::test]
async fn a_request_cut_off_after_any_cursor_goes_on_where_it_was(pool: PgPool) {
    let office = Office::open(&pool).await;
    for day in 1..=5 {
        let mut meeting = Copy::meeting(day, 50 + day);
        meeting.write(&"several groups ".repeat(1500));
        office.push(ada(), &[meeting.push()]).await;
    }
    let mut whole = Phone::of(grace());
    let frames = whole.sync(&office, &office.db.store, vec![]).await;
    let cursors = frames.iter().filter(|frame| matches!(frame, Frame::Cursor(_))).count();
    assert!(cursors > 2, "{cursors} groups");

    for kept in 0..cursors {
        let mut phone = Phone::of(grace());
        let mut seen = 0;
        for frame in frames.iter().take_while(|frame| {
            seen += usize::from(matches!(frame, Frame::Cursor(_)));
            seen <= kept
        }) {
            phone.take(frame);
        }
        // What came after the last cursor was not stored; here it was, and must do no harm.
        phone.sync(&office, &office.db.store, vec![]).await;
        assert_eq!(phone.everything(), whole.everything(), "cut after cursor {kept}");
    }
}
