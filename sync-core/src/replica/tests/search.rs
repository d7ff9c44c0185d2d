//! Stories of looking for something on a phone: a pair's feedback of a year, found as soon as it comes and gone with the right
//! to read it.

use super::*;
use crate::coaching::feedback_log::{self, Feedback, FeedbackKind, add_feedback, remove_feedback};
use crate::search::{Passage, Query};
use crate::sqlite::SqliteStore;
use crate::store::{DocumentRow, Write};
use crate::time::Quarter;
use std::path::Path as File;

const QUARTERS: [&str; 4] = ["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"];
const IN_EACH: usize = 250;

fn log() -> Kind {
    Kind::of(&feedback_log::SPEC)
}

fn quarter(name: &str) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(TENURE), part: Part::Quarter(Quarter::parse(name).unwrap()) }
}

/// What was seen, the same in each quarter: every tenth in Romanian, as an older keyboard writes it, every tenth in Chinese.
fn seen(n: usize) -> String {
    match n % 10 {
        0 => format!("La şedinţa {n} Șerban a ascultat până la capăt"),
        1 => format!("第{n}通电话,投诉处理得很好"),
        _ => format!("asked an open question in call {n}"),
    }
}

fn gives(desk: &mut Desk, doc: DocId, all: &[String]) -> Vec<ItemId> {
    let praise = |seen: &String| Feedback::seen(FeedbackKind::Praise, seen);
    let all: Vec<Feedback> = all.iter().map(praise).collect();
    let mut add = |edit: &mut Edit<'_>| -> Result<Vec<ItemId>, EditError> {
        all.iter().map(|new| add_feedback(edit, new)).collect()
    };
    desk.edit(doc, NOW, &mut add).unwrap()
}

/// Bogdan's phone, with a year of feedback.
fn bogdan_with_a_year() -> Ana {
    let mut bogdan = Ana::new(9);
    for name in QUARTERS {
        let doc = bogdan.desk.create(log(), quarter(name), NOW).unwrap();
        gives(&mut bogdan.desk, doc, &(0..IN_EACH).map(seen).collect::<Vec<_>>());
    }
    bogdan
}

/// What the server sends to somebody who may read all of it from now on.
fn a_year_from(bogdan: &mut Ana) -> Vec<Frame> {
    let audience = AudienceId::of(ORG, &quarter(QUARTERS[0]).subject);
    let grant =
        Grant { audience, role: "agent".into(), members: vec![PersonId::from_bytes([1; 16]), BOGDAN] };
    let documents = bogdan.collects().push.into_iter().map(|pushed| {
        let key = pushed.create.unwrap().key;
        let genesis = crate::document::genesis(log(), &key).raw_bytes().to_vec();
        let chunks = std::iter::once(ByteVec::from(genesis)).chain(pushed.changes).collect();
        let head = DocumentHead { doc: pushed.doc, kind: log().name().into(), key, audience };
        Frame::Changes(Changes { head, chunks, authors: Vec::new() })
    });
    std::iter::once(Frame::Grant(grant)).chain(documents).collect()
}

fn ana_on(file: &File) -> Ana {
    let mut ana = Ana::new(1);
    ana.desk.store = Box::new(SqliteStore::open(file).unwrap());
    ana
}

fn finds(ana: &mut Ana, typed: &str) -> Vec<Hit> {
    ana.desk.search(&Query::parse(typed), Some(log()), usize::MAX).unwrap()
}

/// How often any of these stands in any file of the phone.
fn traces(directory: &File, words: &[&str]) -> usize {
    let files =
        std::fs::read_dir(directory).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let count = |bytes: Vec<u8>| {
        let text = String::from_utf8_lossy(&bytes);
        words.iter().map(|word| text.matches(word).count()).sum::<usize>()
    };
    files.map(count).sum()
}

fn bright(hit: &Hit) -> Vec<String> {
    let units: Vec<u16> = hit.snippet.text.encode_utf16().collect();
    let words = hit.snippet.highlights.iter().map(|range| &units[range.start as usize..range.end as usize]);
    words.map(|units| String::from_utf16(units).unwrap()).collect()
}

#[test]
fn r48_a_thousand_pieces_of_feedback_of_four_quarters_are_found_once_they_come_and_none_after_a_revoke() {
    let directory = tempfile::tempdir().unwrap();
    let mut bogdan = bogdan_with_a_year();
    let year = a_year_from(&mut bogdan);
    let mut ana = ana_on(&directory.path().join("phone.sqlite"));
    let (words, tenth) = (["ascultat", "sedinta", "şedinţa", "投诉", "question"], 4 * IN_EACH / 10);
    assert_eq!(finds(&mut ana, "ascultat"), []);

    for round in ["first", "again"] {
        ana.hears(year.clone(), round);

        for (typed, count) in [
            ("ședința", tenth),
            ("sedinta serban", tenth),
            ("投诉处理", tenth),
            ("很", tenth),
            ("open ques", 8 * tenth),
            ("call 249", 4),
            ("第241通", 4),
            ("closed question", 0),
        ] {
            assert_eq!(finds(&mut ana, typed).len(), count, "{typed}, {round}");
        }
        let hits = finds(&mut ana, "şerban șed");
        assert_eq!(bright(&hits[0]), ["şedinţa", "Șerban"], "as it was written");
        let quarters: std::collections::BTreeSet<_> = hits.iter().map(|hit| hit.key.part.quarter()).collect();
        assert_eq!(quarters.len(), 4);
        assert!(traces(directory.path(), &words) > 0);

        ana.hears(vec![revoked()], &format!("{round}, revoked"));

        for typed in ["sedinta", "投诉处理", "question"] {
            assert_eq!(finds(&mut ana, typed), [], "{typed}, {round}");
        }
        assert_eq!(traces(directory.path(), &words), 0);
    }
}

#[test]
fn what_is_typed_is_found_at_once_and_what_is_removed_no_more() {
    let mut ana = Ana::new(1);
    let doc = ana.desk.create(log(), quarter(QUARTERS[3]), NOW).unwrap();
    let said = ["calm", "calmer", "a client that called twice"].map(String::from);
    let ids = gives(&mut ana.desk, doc, &said);

    let places: Vec<Path> = finds(&mut ana, "calm").into_iter().map(|hit| hit.place).collect();
    assert_eq!(places, [0, 1].map(|n| Path::of("items").item(ids[n])));
    ana.desk.edit(doc, NOW, &mut |edit| remove_feedback(edit, ids[0])).unwrap();
    assert_eq!(finds(&mut ana, "calm").len(), 1);
    gives(&mut ana.desk, doc, &["calm, as always".to_owned()]);
    assert_eq!(finds(&mut ana, "calm alw").len(), 1);
    assert_eq!(finds(&mut ana, "alw calm").len(), 0, "only the last word may be only begun");
}

/// Passages go with the right to read, in a step of their own: what another process, or a full disk, kept of them shows nobody
/// anything.
#[test]
fn r48_what_cannot_be_read_here_is_not_found_whatever_is_still_kept_of_its_words() {
    let mut ana = Ana::new(1);
    let doc = ana.desk.create(log(), quarter(QUARTERS[3]), NOW).unwrap();
    let places = gives(&mut ana.desk, doc, &["calm".to_owned()]);
    assert_eq!(finds(&mut ana, "calm").len(), 1);
    let row = ana.desk.store.document(doc).unwrap().unwrap();
    for presence in [Presence::Stub, Presence::Damaged, Presence::Leaving] {
        let kept = Passage { place: Path::of("items").item(places[0]), text: "calm".into() };
        let hidden = Write::Document(DocumentRow { presence, ..row.clone() });
        ana.desk.write(vec![hidden, Write::Passages(doc, vec![kept])]).unwrap();
        assert_eq!(ana.desk.store.search(&Query::parse("calm")).unwrap().len(), 1);
        assert_eq!(finds(&mut ana, "calm"), [], "{presence:?}");
    }
}

#[test]
fn whole_words_come_before_beginnings_and_newer_documents_before_older_ones() {
    let mut ana = Ana::new(1);
    for (n, (name, said)) in QUARTERS.iter().zip(["calm", "calmer", "calm", "calmly"]).enumerate() {
        let doc = ana.desk.create(log(), quarter(name), NOW).unwrap();
        let add = Feedback::seen(FeedbackKind::Praise, said);
        let later = Timestamp(NOW.0 + n as i64);
        ana.desk.edit(doc, later, &mut |edit| add_feedback(edit, &add)).unwrap();
    }
    let shown: Vec<String> = finds(&mut ana, "calm").into_iter().map(|hit| hit.snippet.text).collect();
    assert_eq!(shown, ["calm", "calm", "calmly", "calmer"]);
    let newest = ana.desk.search(&Query::parse("calm"), None, 1).unwrap();
    assert_eq!(newest[0].key, quarter(QUARTERS[2]));
    let elsewhere = ana.desk.search(&Query::parse("calm"), Some(Kind::of(&meeting::SPEC)), 9).unwrap();
    assert_eq!(elsewhere, []);
}

#[test]
fn an_index_that_broke_is_made_again_by_the_search_that_met_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("phone.sqlite");
    let mut bogdan = bogdan_with_a_year();
    let mut ana = ana_on(&file);
    ana.hears(a_year_from(&mut bogdan), "a1");
    assert_eq!(finds(&mut ana, "sedinta").len(), 100);
    for damage in
        ["UPDATE word_data SET block = x'00' WHERE id > 10", "UPDATE passage SET number = 7 WHERE id < 9"]
    {
        rusqlite::Connection::open(&file).unwrap().execute_batch(damage).unwrap();
        let mut ana = ana_on(&file);
        let doc = ana.desk.store.documents(None).unwrap()[0].doc;
        gives(&mut ana.desk, doc, &["încă o ședință".to_owned()]);
        let (found, more) = (finds(&mut ana, "sedinta").len(), finds(&mut ana, "inca o sed").len());
        assert_eq!(found, 100 + more, "{damage}");
    }
}
