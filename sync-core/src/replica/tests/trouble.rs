//! Stories of access that ends, servers that were restored and verdicts that wait: nothing is lost, nothing stays behind,
//! and one document holds up no other.

use super::*;

fn waits(request: &SyncRequest, code: ErrorCode) -> Frame {
    let rejected =
        pushes_of(request).into_iter().map(|p| Rejection { hash: p.hash, code, retry: Retry::Later });
    let rejected = rejected.collect();
    Frame::PushResult(PushResult { doc: the_meeting(), rejected, missing: Vec::new(), server_heads: None })
}

#[test]
fn what_was_accepted_and_taken_away_in_one_answer_leaves_nothing_behind() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "on the server already");
    let request = ana.collects();

    ana.stores(&request, vec![revoked(), cursor("a1")]).unwrap();
    ana.hears_the_end();

    assert_eq!(ana.presence(), None);
    assert_eq!((ana.waiting(), ana.refused()), (0, vec![]));
}

#[test]
fn unsent_words_stay_readable_however_often_access_ends() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    let request = ana.collects();
    ana.stores(&request, vec![cursor("a1")]).unwrap();
    ana.writes(0, "not sent");

    for next in ["a2", "a3"] {
        let request = SyncRequest { push: Vec::new(), ..ana.collects() };
        ana.stores(&request, vec![revoked(), cursor(next)]).unwrap();
    }
    ana.hears_the_end();

    assert_eq!(ana.refused(), [(ErrorCode::NotAllowed, "not sent".to_owned())]);
}

#[test]
fn a_document_of_a_newer_app_is_taken_away_like_any_other() {
    let mut ana = Ana::new(1);
    let request = ana.collects();
    let newer = DocumentHead { kind: "hologram".into(), ..head() };
    let bodies = Changes { head: newer, chunks: Vec::new(), authors: Vec::new() };
    ana.stores(&request, vec![Frame::Changes(bodies), cursor("a1")]).unwrap();
    assert_eq!(ana.presence(), Some(Presence::Full));

    let request = ana.collects();
    ana.stores(&request, vec![revoked(), cursor("a2")]).unwrap();

    assert_eq!(ana.presence(), None);
}

#[test]
fn a_new_document_that_has_to_wait_is_sent_as_a_new_one_again() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "for a newer server");
    let request = ana.collects();
    // The app was closed meanwhile: the document is not open.
    ana.desk.forget(the_meeting());

    ana.stores(&request, vec![waits(&request, ErrorCode::CreateInvalid), cursor("a1")]).unwrap();

    assert!(ana.collects().push[0].create.is_some());
}

/// Ana holds what Bogdan and she wrote in turn; the server was restored to a time before all of it.
fn after_a_restore(proven: impl Fn(&[Pushed]) -> Vec<ChangeHash>) -> (Ana, Vec<Pushed>) {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    bogdan.plans_wednesday();
    let mut known = Vec::new();
    for round in 0..3 {
        bogdan.writes(0, "from Bogdan. ");
        let (request, push) = (ana.collects(), bogdan.collects());
        known.extend(pushes_of(&push));
        let receipt = Receipt {
            doc: the_meeting(),
            heads: proven(&known),
            authors: Vec::new(),
            mac: vec![7; 32].into(),
        };
        let frames = vec![relayed(&push), Frame::Receipt(receipt), cursor(&format!("a{round}"))];
        ana.stores(&request, frames).unwrap();
        let request = bogdan.collects();
        bogdan.stores(&request, vec![cursor(&format!("b{round}"))]).unwrap();
    }
    ana.writes(0, "from Ana. ");
    let request = ana.collects();
    known.extend(pushes_of(&request));
    ana.stores(&request, vec![cursor("a9")]).unwrap();
    ana.desk.fork(Some(b"a9".to_vec())).unwrap();
    let empty = ana.collects();
    ana.stores(&empty, vec![cursor("r1")]).unwrap();
    ana.desk.end_of_answer(Mode::Repair, NOW).unwrap();
    (ana, known)
}

#[test]
fn what_is_given_back_of_one_document_goes_in_one_request_however_slow_the_uplink() {
    let (mut ana, known) = after_a_restore(|known| vec![known[known.len() - 1].hash]);

    let plan = CollectPlan { max_push_bytes: 1, max_response_bytes: 1 << 20, after: 0 };
    let request = ana.desk.collect(&plan, NOW).unwrap().request;

    let sent: Vec<_> = pushes_of(&request).iter().map(|pushed| pushed.hash).collect();
    assert_eq!(sent, known.iter().map(|pushed| pushed.hash).collect::<Vec<_>>());
}

#[test]
fn what_others_wrote_is_not_given_back_without_proof_that_they_did() {
    let (mut ana, known) = after_a_restore(|known| vec![known[0].hash]);

    let request = ana.collects();

    let sent: Vec<_> = pushes_of(&request).iter().map(|pushed| pushed.hash).collect();
    assert_eq!(sent, [known[0].hash, known[3].hash], "what is proven, and Ana's own");
    assert_eq!(ana.notes().matches("from Bogdan. ").count(), 3, "and nothing leaves her phone");
}

/// The background task found the server restored; the app, which has not heard of it, syncs.
#[test]
fn a_process_that_does_not_know_of_the_restore_sends_the_proof_all_the_same() {
    let (mut ana, _) = after_a_restore(|known| vec![known[known.len() - 1].hash]);

    assert!(ana.collects().repair.is_some_and(|repair| repair.docs.len() == 1));
}

#[test]
fn what_arrived_with_a_saved_document_leaves_the_outbox_on_disk_too() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "answered, but never heard");
    let request = ana.collects();
    let saved = ana.desk.read(the_meeting(), |h| h.view().save()).unwrap();
    let part = SnapshotPart {
        head: head(),
        heads: Vec::new(),
        offset: 0,
        total: u32::try_from(saved.len()).unwrap(),
        bytes: saved.into(),
        authors: Vec::new(),
    };

    let request = SyncRequest { push: Vec::new(), ..request };
    ana.stores(&request, vec![Frame::Snapshot(part), cursor("a1")]).unwrap();

    assert_eq!(ana.waiting(), 0);
    assert_eq!(ana.notes(), "answered, but never heard");
}
