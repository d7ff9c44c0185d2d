//! Owns the comparison of the table with what phones hold and what the server does, cell by cell.

use super::office::{Office, PAIRS, Planted, SQUADS};
use super::plant::{marker, part, scribble};
use super::{May, Place, Who, may, may_numbers, may_record};
use crate::raw_device;
use anyhow::Context;
use automerge::ROOT;
use automerge::transaction::Transactable;
use server::demo::phone::contains;
use std::collections::{BTreeMap, BTreeSet};
use sync_core::coaching::{PartClass, readable};
use sync_core::document::{Document, apply, blank, crdt_actor, parse_change};
use sync_core::ids::{ActorId, DocId};
use sync_core::key::{NaturalKey, Subject};
use sync_core::replica::ReplicaError;
use sync_core::sqlite::SqliteStore;
use sync_core::store::{GROUPS, Store, TEAMS, TENURES};
use sync_core::wire::{Create, ErrorCode, Frame, PushDocument, Retry, SyncRequest};

/// The numbers of the documents that somebody tries to make begin here.
const THE_NEXT: u16 = 100;

/// What differs from the table.
pub type Differences = Vec<String>;

impl Office {
    /// What of all documents, numbers and records is on somebody's phone, beside the table. Tells also how many cells these were.
    pub fn on_the_phone(&self, who: Who) -> anyhow::Result<(usize, Differences)> {
        let (phone, held) = (self.phone(who)?, self.held(who)?);
        let stored = SqliteStore::open(phone.path())?;
        let mut differs = Vec::new();
        for (number, planted) in self.planted.iter().enumerate() {
            let Planted { place, kind, doc, .. } = planted;
            let words = phone.app()?.read(*doc, |history| readable(Document::of(history.view())));
            let reads = words.is_ok_and(|text| text.contains(&marker(number)));
            let has = [stored.document(*doc)?.is_some(), reads, held.contains(&number)];
            let allowed = may(who, *place, kind.name());
            if has != [allowed > May::Nothing; 3] {
                differs.push(format!(
                    "{who:?} {place:?} {kind:?}: {allowed:?}, and has row, words, bytes {has:?}"
                ));
            }
            if matches!(allowed, May::Read | May::Own)
                && !matches!(scribble(phone.app()?, *doc), Err(ReplicaError::OnlyRead))
            {
                differs.push(format!("{who:?} {place:?} {kind:?}: the phone lets a reader write"));
            }
        }
        let records = self.server_owned_on(who, &stored)?;
        let cells = self.planted.len() + records.len();
        for (what, expected, found) in records {
            if expected != found {
                differs.push(format!("{who:?} {what}: {expected}, and is {found}"));
            }
        }
        Ok((cells, differs))
    }

    /// What only the server writes: what it is, whether somebody is to have it, and whether they do.
    fn server_owned_on(&self, who: Who, stored: &SqliteStore) -> anyhow::Result<Vec<(String, bool, bool)>> {
        let phone = self.phone(who)?;
        let bytes = phone.stored_bytes()?;
        let mut all = Vec::new();
        for (place, row) in &self.numbers {
            // The agent of a pair has their numbers whatever becomes of the pair.
            let allowed = may_numbers(who, *place) > May::Nothing;
            // A phone that was wiped answers nothing.
            let shown = phone.app()?.numbers_of(row.person).is_ok_and(|rows| rows == [row.clone()]);
            let held = contains(&bytes, format!(":{}:1", row.value).as_bytes());
            all.push((format!("numbers of {place:?}"), allowed, shown));
            all.push((format!("bytes of numbers of {place:?}"), allowed, held));
        }
        let keys = |collection| {
            let rows = stored.records(collection)?;
            anyhow::Ok(rows.into_iter().map(|row| row.key).collect::<BTreeSet<_>>())
        };
        let (tenures, teams, groups) = (keys(TENURES)?, keys(TEAMS)?, keys(GROUPS)?);
        for place in PAIRS.map(|(place, _)| place).into_iter().chain(SQUADS).chain([Place::Group]) {
            let found = match self.subjects[&place] {
                Subject::Tenure(tenure) => tenures.contains(&tenure.as_bytes()[..]),
                Subject::Team(team) => teams.contains(&team.as_bytes()[..]),
                Subject::Group(group) => groups.contains(&group.as_bytes()[..]),
                Subject::Person(_) | Subject::Organisation => false,
            };
            all.push((format!("record of {place:?}"), may_record(who, place) > May::Nothing, found));
        }
        Ok(all)
    }

    /// What the server sends to somebody's device that has nothing yet and asks for every document by its id, beside the table.
    pub async fn sent_to(&self, who: Who, seed: u64) -> anyhow::Result<Differences> {
        let want = self.planted.iter().map(|planted| planted.doc).collect();
        let frames = self.ask(who, SyncRequest { want, ..raw_device::request() }, seed).await?;
        let sent: BTreeSet<DocId> = frames.iter().filter_map(document_of).collect();
        let differs = self.planted.iter().filter_map(|Planted { place, kind, doc, .. }| {
            let (allowed, is_sent) = (may(who, *place, kind.name()), sent.contains(doc));
            let is_right = is_sent == (allowed > May::Nothing);
            (!is_right).then(|| format!("{who:?} {place:?} {kind:?}: {allowed:?}, and is it sent? {is_sent}"))
        });
        Ok(differs.collect())
    }

    async fn ask(&self, who: Who, request: SyncRequest, seed: u64) -> anyhow::Result<Vec<Frame>> {
        let now = (self.server.stage.phone_clock())();
        raw_device::send(self.phone(who)?, &request, now, seed).await
    }

    /// What becomes of a change that somebody's device pushes to every document, past the rules of its app, beside the table.
    pub async fn written_by(&self, who: Who, seed: u64) -> anyhow::Result<Differences> {
        let actor = ActorId::from_bytes([seed.to_be_bytes()[7]; 16]);
        let push = self.planted.iter().map(|planted| {
            let changes = vec![intrusion(planted, actor)?.into()];
            Ok(PushDocument { doc: planted.doc, create: None, changes })
        });
        let push = push.collect::<anyhow::Result<Vec<_>>>()?;
        let expected = self.planted.iter().map(|Planted { place, kind, doc, .. }| {
            let code = match may(who, *place, kind.name()) {
                May::Write => None,
                May::Read | May::Own => Some(ErrorCode::NotAllowed),
                May::Nothing => Some(ErrorCode::NotFound),
            };
            (*doc, format!("{place:?} {kind:?}"), code)
        });
        self.push(who, push, expected.collect(), ("change", seed)).await
    }

    /// The same of a document that does not exist, of each kind everywhere.
    pub async fn made_by(&self, who: Who, seed: u64) -> anyhow::Result<Differences> {
        let (mut push, mut expected) = (Vec::new(), Vec::new());
        let number = THE_NEXT + u16::try_from(seed)?;
        for Planted { place, kind, key, .. } in &self.planted {
            // Of these there is one, which is there; and to everybody there is one of each organisation.
            let has_no_other = kind.spec().part == PartClass::Whole;
            let is_theirs_too = key.subject == Subject::Organisation && place.is_abroad() != who.is_abroad();
            if has_no_other || is_theirs_too {
                continue;
            }
            let key = NaturalKey { part: part(*kind, number, self.people[&Who::Andrei])?, ..*key };
            let doc = DocId::of(self.org(who.is_abroad()), kind.name(), &key);
            let create = Some(Create { kind: kind.name().to_owned(), key });
            push.push(PushDocument { doc, create, changes: Vec::new() });
            let code = match may(who, *place, kind.name()) {
                May::Write | May::Own => None,
                May::Read => Some(ErrorCode::NotAllowed),
                May::Nothing => Some(ErrorCode::NotFound),
            };
            expected.push((doc, format!("a new {kind:?} of {place:?}"), code));
        }
        self.push(who, push, expected, ("document", 1000 + seed)).await
    }

    /// Pushes, and compares each verdict, and how many rows the table of the database has more.
    async fn push(
        &self,
        who: Who,
        push: Vec<PushDocument>,
        expected: Vec<(DocId, String, Option<ErrorCode>)>,
        (table, seed): (&str, u64),
    ) -> anyhow::Result<Differences> {
        let count = format!("SELECT count(*) FROM {table}");
        let before = self.server.count(&count).await?;
        let frames = self.ask(who, raw_device::pushing(push), seed).await?;
        let verdicts: BTreeMap<DocId, Vec<_>> = frames.into_iter().filter_map(verdict).collect();
        let allowed = expected.iter().filter(|(.., code)| code.is_none()).count();
        let written = self.server.count(&count).await? - before;
        let mut differs = Vec::new();
        if written != i64::try_from(allowed)? {
            differs.push(format!("{who:?}: {allowed} {table} rows are allowed, and {written} are written"));
        }
        for (doc, what, code) in expected {
            let verdict = verdicts.get(&doc).cloned();
            let right: Vec<_> = code.map(|code| (code, Retry::Never)).into_iter().collect();
            if verdict.as_ref() != Some(&right) {
                differs.push(format!("{who:?} {what}: {right:?}, and the verdict is {verdict:?}"));
            }
        }
        Ok(differs)
    }

    /// How the server answers a device that was taken away.
    pub async fn answer_to_the_lost_tablet(&self) -> anyhow::Result<String> {
        let push = self.planted.iter().map(|planted| {
            let changes = vec![intrusion(planted, ActorId::from_bytes([250; 16]))?.into()];
            Ok(PushDocument { doc: planted.doc, create: None, changes })
        });
        let push = push.collect::<anyhow::Result<Vec<_>>>()?;
        match self.ask(Who::AndreisTablet, raw_device::pushing(push), 250).await {
            Ok(frames) => Ok(format!("{frames:?}")),
            Err(error) => Ok(format!("{error:#}")),
        }
    }
}

/// A change on top of the planted words.
fn intrusion(planted: &Planted, actor: ActorId) -> anyhow::Result<Vec<u8>> {
    let changes = planted.changes.iter().map(|bytes| parse_change(bytes)).collect::<Result<Vec<_>, _>>()?;
    let mut copy = apply(blank(actor), changes)?.with_actor(crdt_actor(actor));
    let mut tx = copy.transaction();
    tx.put(ROOT, format!("intruded {actor}"), "from outside")?;
    tx.commit();
    let change = copy.get_last_local_change().context("something was written")?;
    Ok(change.raw_bytes().to_vec())
}

fn document_of(frame: &Frame) -> Option<DocId> {
    match frame {
        Frame::Snapshot(part) => Some(part.head.doc),
        Frame::Changes(changes) => Some(changes.head.doc),
        Frame::Stub(stub) => Some(stub.head.doc),
        Frame::Receipt(receipt) => Some(receipt.doc),
        Frame::Erase(erase) => Some(erase.doc),
        Frame::PushResult(result) => Some(result.doc),
        Frame::Hello(_)
        | Frame::CommandResult(_)
        | Frame::Grant(_)
        | Frame::Revoke(_)
        | Frame::Record(_)
        | Frame::Cursor(_)
        | Frame::End(_) => None,
    }
}

fn verdict(frame: Frame) -> Option<(DocId, Vec<(ErrorCode, Retry)>)> {
    match frame {
        Frame::PushResult(result) => {
            Some((result.doc, result.rejected.into_iter().map(|one| (one.code, one.retry)).collect()))
        }
        _ => None,
    }
}
