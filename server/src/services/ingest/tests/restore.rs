//! What people give back after the server lost history.

use super::*;
use crate::receipt::ReceiptKey;
use crate::services::testing::NOW;
use sync_core::wire::Receipt;

/// The receipt that a pull would have brought for a document as it is stored.
async fn receipt(office: &Office, doc: DocId) -> Receipt {
    let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
    let row = tx.documents(&[doc]).await.unwrap().remove(0);
    let authors = tx.authors(&[doc]).await.unwrap().into_iter().map(|(_, author)| author).collect();
    ReceiptKey::new(&[7; 32]).sign(org(1), doc, row.heads, authors)
}

/// Brings back the database of a moment when there were no documents.
async fn lose_all_documents(office: &Office) {
    for statement in [
        "DELETE FROM change",
        "DELETE FROM actor",
        "DELETE FROM document",
        "DELETE FROM feed WHERE class = 'change'",
        "UPDATE feed_counter SET seq = (SELECT max(seq) FROM feed)",
    ] {
        office.db.as_owner(statement).await;
    }
}

/// A meeting that both wrote in, as it is on Ada's phone, with all its changes to push.
async fn written_by_both(office: &Office) -> (Copy, PushDocument) {
    let mut meeting = Copy::meeting(18, 51);
    meeting.write("adas");
    office.push(ada(), &[meeting.push()]).await;
    meeting.session(52);
    meeting.write("graces");
    meeting.write("graces again");
    office.push(grace(), &[meeting.push()]).await;
    let changes = stored(office, meeting.doc).await.into_iter().map(Into::into).collect();
    let all = PushDocument { doc: meeting.doc, create: Some(meeting.create.clone()), changes };
    (meeting, all)
}

async fn repair(
    office: &Office,
    who: crate::caller::Caller,
    push: &PushDocument,
    evidence: Evidence,
) -> Ingested {
    let evidence = BTreeMap::from([(push.doc, vec![evidence])]);
    office.push_with(&office.db.store, who, std::slice::from_ref(push), &evidence).await
}

#[sqlx::test]
async fn one_reader_gives_the_work_of_both_back_under_their_own_names(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (meeting, all) = written_by_both(&office).await;
    let receipt = receipt(&office, meeting.doc).await;
    lose_all_documents(&office).await;

    let ingested = repair(&office, ada(), &all, Evidence::Genuine(receipt.clone())).await;

    assert_eq!(codes(&ingested), []);
    let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
    let authors: Vec<_> = tx.authors(&[meeting.doc]).await.unwrap().into_iter().map(|(_, a)| a).collect();
    assert_eq!(authors, receipt.authors, "persons and times are those of the receipt");
    assert_eq!(tx.documents(&[meeting.doc]).await.unwrap()[0].heads, receipt.heads);
    drop(tx);
    let again = repair(&office, grace(), &all, Evidence::Genuine(receipt)).await;
    assert_eq!(codes(&again), [], "the second who gives it back changes nothing");
    assert_feed_is_sound(&office).await;
}

#[sqlx::test]
async fn whoever_comes_back_goes_on_writing_under_the_actor_that_was_restored_for_them(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (mut meeting, all) = written_by_both(&office).await;
    let receipt = receipt(&office, meeting.doc).await;
    lose_all_documents(&office).await;
    repair(&office, ada(), &all, Evidence::Genuine(receipt)).await;
    meeting.write("graces, after the restore");
    let push = meeting.push();

    let stolen = office.push(ada(), std::slice::from_ref(&push)).await;
    let graces = office.push(grace(), &[push]).await;

    assert_eq!(codes(&stolen), [(ErrorCode::ActorOwned, Retry::Never)]);
    assert_eq!(codes(&graces), []);
}

#[sqlx::test]
async fn a_receipt_that_proves_nothing_gives_nobody_the_work_of_others(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (meeting, all) = written_by_both(&office).await;
    let receipt = receipt(&office, meeting.doc).await;
    lose_all_documents(&office).await;

    let ingested = repair(&office, ada(), &all, Evidence::Worthless(receipt)).await;

    let never = Retry::Never;
    assert_eq!(codes(&ingested), [(ErrorCode::ReceiptInvalid, never), (ErrorCode::DependsOnRefused, never)]);
    assert_eq!(stored(&office, meeting.doc).await.len(), 2, "genesis and what is Ada's own");
}

#[sqlx::test]
async fn what_was_written_after_the_receipt_is_taken_from_its_author_only(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (mut meeting, mut all) = written_by_both(&office).await;
    let receipt = receipt(&office, meeting.doc).await;
    lose_all_documents(&office).await;
    meeting.write("graces, never pushed");
    all.changes.push(meeting.last_written().into());

    let from_ada = repair(&office, ada(), &all, Evidence::Genuine(receipt.clone())).await;
    let from_grace = repair(&office, grace(), &all, Evidence::Genuine(receipt)).await;

    assert_eq!(codes(&from_ada), [(ErrorCode::ReceiptInvalid, Retry::Never)]);
    assert_eq!(codes(&from_grace), []);
    assert_eq!(office.db.count("SELECT count(*) FROM change").await, 5);
    assert_eq!(NOW.0, office.db.count("SELECT max(to_ms(received_at)) FROM change").await);
}

#[sqlx::test]
async fn a_receipt_opens_no_document_to_a_stranger(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (meeting, all) = written_by_both(&office).await;
    let receipt = receipt(&office, meeting.doc).await;
    lose_all_documents(&office).await;

    let ingested = repair(&office, mallory(), &all, Evidence::Genuine(receipt)).await;

    assert_eq!(codes(&ingested), vec![(ErrorCode::NotFound, Retry::Never); all.changes.len()]);
    assert_eq!(stored(&office, meeting.doc).await.len(), 0);
}

/// What Grace shares of how she is; Ada, who leads her, only reads it.
fn log_of_grace(actor: u8) -> Copy {
    Copy::wellbeing(sync_core::time::Day::new(2026, 3, 18).unwrap().quarter(), actor)
}

#[sqlx::test]
async fn who_only_reads_makes_no_document(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (empty, mut hers) = (log_of_grace(51).push(), log_of_grace(52));
    hers.write("I say how you are");

    let refused = [&empty, &hers.push()].map(|push| push.clone());
    for push in refused {
        let ingested = office.push(ada(), std::slice::from_ref(&push)).await;
        assert_eq!(codes(&ingested), [(ErrorCode::NotAllowed, Retry::Never)]);
        let worthless = Receipt { doc: push.doc, heads: vec![], authors: vec![], mac: vec![0; 32].into() };
        let shown = repair(&office, ada(), &push, Evidence::Worthless(worthless)).await;
        assert_eq!(codes(&shown), [(ErrorCode::NotAllowed, Retry::Never)]);
    }
    assert_eq!(office.db.count("SELECT count(*) FROM document").await, 0);
    assert_eq!(codes(&office.push(grace(), &[empty]).await), [], "whose it is makes it");
}

#[sqlx::test]
async fn who_only_reads_gives_back_what_the_server_had_even_if_nobody_has_written_in_it(pool: PgPool) {
    let office = Office::open(&pool).await;
    for words in [&[][..], &["tired", "better"]] {
        let mut log = log_of_grace(51);
        words.iter().for_each(|word| _ = log.write(word));
        let push = log.push();
        office.push(grace(), std::slice::from_ref(&push)).await;
        let before = stored(&office, log.doc).await;
        let receipt = receipt(&office, log.doc).await;
        lose_all_documents(&office).await;

        let ingested = repair(&office, ada(), &push, Evidence::Genuine(receipt)).await;

        assert_eq!(codes(&ingested), []);
        assert_eq!(stored(&office, log.doc).await, before);
        lose_all_documents(&office).await;
    }
}

#[sqlx::test]
async fn what_a_reader_wrote_on_top_waits_until_somebody_gives_the_document_back(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut log = log_of_grace(51);
    let first = log.write("tired");
    log.push();
    log.session(52);
    log.write("I have read it");

    let ingested = office.push(ada(), &[log.push()]).await;

    assert_eq!(codes(&ingested), [(ErrorCode::MissingDependency, Retry::Later)]);
    assert_eq!(ingested.results[0].missing, [first]);
}
