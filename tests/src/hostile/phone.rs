//! Owns the third door: a phone whose server lies to it and hands on what is hostile, played in a process that may die.

use super::Ground;
use super::cases::Case;
use anyhow::{Context, ensure};
use automerge::Automerge;
use automerge::transaction::Transactable;
use bytes::Bytes;
use minicbor::bytes::ByteVec;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use server::demo::phone::contains;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_core::coaching::{Kind, meeting, readable};
use sync_core::credential::SoftwareKey;
use sync_core::document::{self, Document, Splice};
use sync_core::ids::{ActorId, AudienceId, DeviceId, DocId, OrgId, PersonId, ReplicaId, TenureId};
use sync_core::key::NaturalKey;
use sync_core::replica::{Parts, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::store::{Batch, Identity, Presence, Store, Write};
use sync_core::sync::Outcome;
use sync_core::sync::live::LivePolicy;
use sync_core::time::{Day, Timestamp};
use sync_core::transport::{Body, BoxFuture, Call, Method, Reply, Transport, TransportError};
use sync_core::wire::frame::{Changes, DocumentHead, End, Hello, HistoryState, Limits};
use sync_core::wire::{Frame, MEDIA_TYPE, SyncRequest};
use tokio::task::JoinSet;

/// What the person wrote before the hostile answer, and had not sent.
pub const UNSENT: &str = "Not sent yet. ";
/// What Ada wrote before it.
pub const BEFORE: &str = "Felt rushed. ";
/// What somebody else wrote, and what comes in the same answer and in the next one.
const HONEST: [&str; 2] = ["In the same answer. ", "In the next one. "];
/// After so many syncs everything has been said and read twice.
const SYNCS: usize = 6;
/// Longer than any sync takes.
const BUDGET_MS: u64 = 5_000;

const ORG: OrgId = OrgId::from_bytes([1; 16]);
const STORE: &str = "phone.sqlite";
const SERVER_ID: &str = "liar";
const NOW: Timestamp = Timestamp(1_000_000);
const THEIRS: ActorId = ActorId::from_bytes([0x44; 16]);

/// What the phone shows in the end.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shown {
    /// Whether something of the attacked meeting waits.
    pub is_behind: bool,
    /// Its notes.
    pub notes: String,
    /// The notes of the meeting that was not attacked.
    pub beside: String,
    /// Whether the last sync brought everything up to date.
    pub is_up_to_date: bool,
}

impl Shown {
    /// What must be in it and is not.
    pub fn lacks(&self) -> Vec<&'static str> {
        let mut lacking = Vec::new();
        lacking
            .extend([UNSENT, BEFORE].into_iter().chain(HONEST).filter(|words| !self.notes.contains(words)));
        lacking.extend([UNSENT, BEFORE].into_iter().filter(|words| !self.beside.contains(words)));
        lacking.extend((!self.is_up_to_date).then_some("a sync that ends well"));
        lacking
    }
}

fn key_of(day: &str) -> anyhow::Result<NaturalKey> {
    let day = Day::parse(day).ok().context("the day exists")?;
    Ok(meeting::key(TenureId::from_bytes([3; 16]), day))
}

/// One of the two meetings that the phone has.
struct Told {
    doc: DocId,
    head: DocumentHead,
    ground: Ground,
}

impl Told {
    fn of(day: &str) -> anyhow::Result<Self> {
        let key = key_of(day)?;
        let doc = DocId::of(ORG, "meeting", &key);
        let audience = AudienceId::of(ORG, &key.subject);
        let head = DocumentHead { doc, kind: "meeting".into(), key, audience };
        Ok(Self { doc, head, ground: Ground::of(&key)? })
    }

    fn attacked() -> anyhow::Result<Self> {
        Self::of("2026-03-18")
    }

    fn beside() -> anyhow::Result<Self> {
        Self::of("2026-03-25")
    }

    fn frame(&self, chunks: Vec<Vec<u8>>) -> Frame {
        let chunks = chunks.into_iter().map(ByteVec::from).collect();
        Frame::Changes(Changes { head: self.head.clone(), chunks, authors: Vec::new() })
    }

    /// What somebody writes who knows nothing of the attack.
    fn honest(&self) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut doc: Automerge = document::fork(&self.ground.doc, THEIRS);
        let mut write = |words: &&str| {
            let mut edit = doc.transaction();
            edit.splice_text(&self.ground.notes()?, 0, 0, words)?;
            edit.commit();
            Ok(doc.get_last_local_change().context("something was written")?.raw_bytes().to_vec())
        };
        HONEST.iter().map(&mut write).collect()
    }
}

/// A server that says what it wants, one answer after the other; its cursor is the number of the next one.
struct Liar {
    answers: Vec<Vec<Frame>>,
    /// Everything that it has said of the attacked meeting.
    all: Frame,
    /// Where it keeps what is pushed.
    directory: PathBuf,
}

impl Liar {
    fn of(directory: &Path, case: &Case) -> anyhow::Result<Self> {
        let (attacked, beside) = (Told::attacked()?, Told::beside()?);
        let hostile = (case.make)(&attacked.ground)?;
        let [same, next]: [Vec<u8>; 2] = attacked.honest()?.try_into().ok().context("two changes")?;
        let first = vec![attacked.frame(attacked.ground.hers()), beside.frame(beside.ground.hers())];
        let bad = [hostile, vec![same]].concat();
        let all = [attacked.ground.hers(), bad.clone(), vec![next.clone()]].concat();
        let answers = vec![first, vec![attacked.frame(bad)], vec![attacked.frame(vec![next])]];
        Ok(Self { answers, all: attacked.frame(all), directory: directory.to_owned() })
    }

    fn answer(&self, request: &SyncRequest) -> Vec<Frame> {
        let at = request.cursor.as_ref().map_or(0, |cursor| usize::from(cursor[0]));
        let mut frames = vec![hello()];
        frames.extend(self.answers.get(at).cloned().unwrap_or_default());
        frames.extend((!request.want.is_empty()).then(|| self.all.clone()));
        let next = self.answers.len().min(at + 1) as u8;
        frames.extend([Frame::Cursor(vec![next].into()), Frame::End(End { more: false, digest: None })]);
        frames
    }

    fn keep(&self, request: &SyncRequest) -> std::io::Result<()> {
        for push in &request.push {
            let mut file =
                fs::OpenOptions::new().create(true).append(true).open(sent(&self.directory, push.doc))?;
            push.changes.iter().try_for_each(|bytes| file.write_all(bytes))?;
        }
        Ok(())
    }

    fn reply(&self, call: &Call) -> Option<Reply> {
        let is_packed = call.headers.iter().any(|(name, _)| *name == "content-encoding");
        let plain = if is_packed { zstd::decode_all(&call.body[..]).ok()? } else { call.body.to_vec() };
        let request: SyncRequest = minicbor::decode(&plain).ok()?;
        self.keep(&request).ok()?;
        let frames = self.answer(&request);
        let bytes: Vec<u8> =
            frames.iter().map(|frame| minicbor::to_vec(frame).ok()).collect::<Option<Vec<_>>>()?.concat();
        let headers = vec![("content-type".to_owned(), MEDIA_TYPE.to_owned())];
        Some(Reply { status: 200, headers, body: Box::new(Whole(Some(bytes.into()))) })
    }
}

fn sent(directory: &Path, doc: DocId) -> PathBuf {
    directory.join(format!("sent-{doc}"))
}

fn hello() -> Frame {
    Frame::Hello(Hello {
        server_time: NOW,
        server_id: SERVER_ID.into(),
        limits: Limits { request_bytes: 16 << 20, change_bytes: 1 << 20, changes: 1_000 },
        min_schema: 1,
        max_schema: u32::MAX,
        history: HistoryState::Same,
    })
}

impl Transport for Liar {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let reply = if call.method == Method::Post { self.reply(&call) } else { None };
        Box::pin(std::future::ready(reply.ok_or(TransportError::Unreachable(None))))
    }
}

struct Whole(Option<Bytes>);

impl Body for Whole {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        Box::pin(std::future::ready(Ok(self.0.take())))
    }
}

/// The app of a phone in this process, with the liar at the other end.
struct App {
    replica: Replica,
    driver: JoinSet<()>,
}

impl App {
    fn open(liar: Liar) -> anyhow::Result<Self> {
        // No two processes draw the same numbers.
        let mut rng = StdRng::seed_from_u64(u64::from(std::process::id()));
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        let parts = Parts {
            store: Box::new(SqliteStore::open(liar.directory.join(STORE))?),
            transport: Arc::new(liar),
            key: Arc::new(SoftwareKey::random(&mut rng)),
            clock: Arc::new(|| NOW),
            seed,
            live: LivePolicy::Ignore,
        };
        let (replica, driver) = Replica::open(parts)?;
        let mut tasks = JoinSet::new();
        tasks.spawn(driver.run(std::future::pending()));
        Ok(Self { replica, driver: tasks })
    }

    /// Everything that screens show of a meeting: its place in the list, its own screen, and all of its text.
    fn looks_at(&self, doc: DocId) -> anyhow::Result<(Presence, String)> {
        let listed = self.replica.list(Kind::of(&meeting::SPEC))?;
        let listed = listed.iter().find(|listed| listed.doc == doc).context("it is in the list")?;
        let notes = self.replica.read(doc, |history| {
            readable(Document::of(history.view()));
            meeting::view(Document::of(history.view())).notes.text
        })?;
        Ok((listed.presence, notes))
    }

    fn writes(&self, doc: DocId, words: &str) -> anyhow::Result<()> {
        Ok(self.replica.edit(doc, |edit| meeting::edit_notes(edit, &Splice::insert(0, words)))?)
    }

    async fn syncs(&self) -> bool {
        self.replica.sync(BUDGET_MS).await == (Outcome::UpToDate { pending: 0 })
    }
}

/// A phone that has two meetings, and words in both that it has not sent.
pub async fn begin(directory: &Path, case: &Case) -> anyhow::Result<()> {
    let identity = Identity {
        server_id: SERVER_ID.into(),
        url: "http://liar".into(),
        org: ORG,
        person: PersonId::from_bytes([5; 16]),
        device: DeviceId::from_bytes([5; 16]),
        organisation_key: vec![4; 65],
        replica: ReplicaId::from_bytes([5; 16]),
    };
    let mut store = SqliteStore::open(directory.join(STORE))?;
    store.commit(&Batch { expect: Vec::new(), writes: vec![Write::Identity(identity)] })?;
    drop(store);
    let mut liar = Liar::of(directory, case)?;
    liar.answers.truncate(1);
    let mut app = App::open(liar)?;
    ensure!(app.syncs().await, "nothing hostile has been said yet");
    app.driver.shutdown().await;
    for told in [Told::attacked()?, Told::beside()?] {
        ensure!(app.looks_at(told.doc)?.1.contains(BEFORE));
        app.writes(told.doc, UNSENT)?;
    }
    Ok(())
}

/// One life of the app: looks at everything, syncs until there is nothing more, and looks again.
pub async fn live(directory: &Path, case: &Case) -> anyhow::Result<Shown> {
    let (attacked, beside) = (Told::attacked()?.doc, Told::beside()?.doc);
    let app = App::open(Liar::of(directory, case)?)?;
    app.looks_at(attacked)?;
    let mut is_up_to_date = false;
    for _ in 0..SYNCS {
        is_up_to_date = app.syncs().await;
        app.looks_at(attacked)?;
    }
    let (presence, notes) = app.looks_at(attacked)?;
    let (_, beside) = app.looks_at(beside)?;
    Ok(Shown { is_behind: presence == Presence::Behind, notes, beside, is_up_to_date })
}

/// Whether what had not been sent has reached the server since, of both meetings.
pub fn has_sent(directory: &Path) -> anyhow::Result<bool> {
    let mut is_there = Vec::new();
    for told in [Told::attacked()?, Told::beside()?] {
        let sent = fs::read(sent(directory, told.doc))?;
        is_there.push(contains(&sent, UNSENT.as_bytes()));
    }
    Ok(is_there == [true, true])
}
