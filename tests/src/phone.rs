//! Owns what people do with phones in stories: a meeting is planned, written into, read, and a phone searched.

use anyhow::Context;
use automerge::transaction::{Transactable, Transaction};
use automerge::{AutomergeError, Change, ObjType, ROOT, ReadDoc};
use rand::RngExt;
use rand::rngs::StdRng;
use rusqlite::Connection;
use server::demo::phone::{Phone, contains};
use std::path::Path;
use sync_core::coaching::Kind;
use sync_core::coaching::meeting;
use sync_core::document::{Document, Splice, crdt_actor};
use sync_core::ids::{ActorId, DocId, PersonId, TenureId};
use sync_core::replica::{ItemState, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::store::Store;
use sync_core::sync::Outcome;
use sync_core::time::Day;

/// Longer than any sync of a story takes.
const BUDGET_MS: u64 = 60_000;

/// The Wednesday of most stories.
pub fn wednesday() -> anyhow::Result<Day> {
    Day::parse("2026-03-18").ok().context("the day exists")
}

/// The meeting of this pair on Wednesday: created on the phone, or found there.
pub fn plan_wednesday(phone: &Phone, tenure: TenureId) -> anyhow::Result<DocId> {
    Ok(phone.app()?.create(Kind::of(&meeting::SPEC), meeting::key(tenure, wednesday()?))?)
}

/// A meeting of this pair in the year 2026, by the day's number in it.
pub fn plan_nth(phone: &Phone, tenure: TenureId, number: usize) -> anyhow::Result<DocId> {
    let text = format!("2026-{:02}-{:02}", number / 28 + 1, number % 28 + 1);
    let day = Day::parse(&text).ok().context("the day exists")?;
    Ok(phone.app()?.create(Kind::of(&meeting::SPEC), meeting::key(tenure, day))?)
}

/// Writes these words in front of the notes.
pub fn write(phone: &Phone, doc: DocId, words: &str) -> anyhow::Result<()> {
    Ok(phone.app()?.edit(doc, |edit| meeting::edit_notes(edit, &Splice::insert(0, words)))?)
}

/// Characters that hardly compress.
pub fn in_no_language(dice: &mut StdRng, length: usize) -> String {
    (0..length).map(|_| dice.random_range('\u{4e00}'..='\u{9fff}')).collect()
}

/// The notes, as the phone shows them.
pub fn notes(phone: &Phone, doc: DocId) -> anyhow::Result<String> {
    Ok(phone.app()?.read(doc, |history| meeting::view(Document::of(history.view())).notes.text)?)
}

/// The next change of this actor, in front of the notes, without the way that the app makes it.
pub fn sealed(phone: &Phone, doc: DocId, actor: ActorId, words: &str) -> anyhow::Result<Change> {
    sealed_with(phone, doc, actor, words, |_| Ok(()))
}

/// The same, which also says in this person's name that they have seen it.
pub fn sealed_in_the_name_of(
    phone: &Phone,
    doc: DocId,
    (actor, person): (ActorId, PersonId),
    words: &str,
) -> anyhow::Result<Change> {
    sealed_with(phone, doc, actor, words, |edit| {
        let acks = match edit.get(ROOT, "acks")? {
            Some((_, acks)) => acks,
            None => edit.put_object(ROOT, "acks", ObjType::Map)?,
        };
        edit.put(acks, person.to_string(), vec![1])
    })
}

fn sealed_with(
    phone: &Phone,
    doc: DocId,
    actor: ActorId,
    words: &str,
    more: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
) -> anyhow::Result<Change> {
    let mut copy = phone.app()?.read(doc, |history| history.view().clone().with_actor(crdt_actor(actor)))?;
    let (_, text) = copy.get(ROOT, "notes")?.context("a meeting has notes")?;
    let mut edit = copy.transaction();
    edit.splice_text(&text, 0, 0, words)?;
    more(&mut edit)?;
    edit.commit();
    copy.get_last_local_change().context("something was written")
}

/// Where a document stands on this phone.
pub fn state(phone: &Phone, doc: DocId) -> anyhow::Result<ItemState> {
    Ok(phone.app()?.state(doc)?)
}

/// One sync, however it ends.
pub async fn try_sync(phone: &Phone) -> anyhow::Result<Outcome> {
    Ok(phone.app()?.sync(BUDGET_MS).await)
}

/// Syncs over a bad network until everything is sent and fetched.
pub async fn sync_in_the_end(phone: &Phone) -> anyhow::Result<()> {
    for _ in 0..200 {
        if try_sync(phone).await? == (Outcome::UpToDate { pending: 0 }) {
            return Ok(());
        }
    }
    anyhow::bail!("{}'s phone did not get up to date in 200 tries", phone.owner)
}

/// Comes back to the network without telling the app, so that the next sync is the one of the story.
pub fn has_network_again(phone: &Phone) {
    phone.network.heal();
}

/// How many requests left this phone so far.
pub fn requests(phone: &Phone) -> u64 {
    phone.network.traffic().requests
}

/// Who owns each actor of a document, as the phone was told.
pub fn authors(phone: &Phone, doc: DocId) -> anyhow::Result<Vec<(ActorId, PersonId)>> {
    let authors = SqliteStore::open(phone.path())?.authors(doc)?;
    Ok(authors.into_iter().map(|author| (author.actor, author.person)).collect())
}

/// What was not accepted, as its author reads it.
pub fn not_accepted(phone: &Phone) -> anyhow::Result<Vec<String>> {
    Ok(phone.app()?.not_accepted()?.into_iter().map(|row| row.text).collect())
}

/// The meetings that the phone lists.
pub fn meetings(phone: &Phone) -> anyhow::Result<Vec<DocId>> {
    let listed = phone.app()?.list(Kind::of(&meeting::SPEC))?;
    Ok(listed.into_iter().map(|document| document.doc).collect())
}

/// Whether these words are anywhere on the phone: in a byte of its files, or in a document once it is unpacked.
pub fn holds_anywhere(phone: &Phone, words: &str) -> anyhow::Result<bool> {
    Ok(phone.holds_words(words)? || unpacked(phone)?.iter().any(|bytes| contains(bytes, words.as_bytes())))
}

/// Every document of the phone, uncompressed: words that somebody typed stand in it as they are.
pub fn unpacked(phone: &Phone) -> anyhow::Result<Vec<Vec<u8>>> {
    let app: &Replica = phone.app()?;
    let rows = SqliteStore::open(phone.path())?.documents(None)?;
    rows.iter().map(|row| Ok(app.read(row.doc, |history| history.view().save_nocompress())?)).collect()
}

/// Does this to the phone's file, past every rule of the store. The app must be closed.
pub fn meddle(phone: &Phone, statement: &str) -> anyhow::Result<usize> {
    Ok(Connection::open(phone.path())?.execute(statement, [])?)
}

/// How many bytes of documents lie in this store file, unfinished ones included.
pub fn body_bytes(store: &Path) -> anyhow::Result<i64> {
    let query = "SELECT (SELECT coalesce(sum(length(bytes)), 0) FROM snapshot)
        + (SELECT coalesce(sum(length(bytes)), 0) FROM change)
        + (SELECT coalesce(sum(length(bytes)), 0) FROM partial)";
    Ok(Connection::open(store)?.query_row(query, [], |row| row.get(0))?)
}
