//! Phones that hang up while their changes are tried: real connections, and a worker that stands still in the middle.

use crate::device::Device;
use crate::http::{raw, status_of};
use crate::live::wait;
use crate::server::{TestServer, Wish};
use crate::sync::{PLAIN, encoded, frames, request, send};
use crate::trial::workers_running;
use automerge::transaction::Transactable;
use automerge::{Automerge, ROOT};
use rustix::io::ioctl_fionread;
use rustix::process::{Pid, Signal, kill_process};
use server::app::Limits;
use sqlx::PgPool;
use std::fs::{File, read_to_string};
use std::time::Duration;
use sync_core::coaching::{Kind, floor_walk};
use sync_core::document;
use sync_core::ids::{ActorId, ChangeHash, DocId, RandomKey};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::wire::{Create, Frame, MEDIA_TYPE, PushDocument, SyncRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SOON: Duration = Duration::from_secs(10);

/// Ana's phone, with a floor walk on it.
struct Phone {
    device: Device,
    doc: DocId,
    create: Create,
    content: Automerge,
}

impl Phone {
    async fn of_ana(server: &TestServer) -> Self {
        let (org, ana) = server.organisation("Care", "Ana").await;
        let key =
            NaturalKey { subject: Subject::Person(ana), part: Part::Random(RandomKey::from_bytes([9; 16])) };
        let kind = Kind::of(&floor_walk::SPEC);
        let content = document::create(kind, &key, 1, ActorId::from_bytes([7; 16])).unwrap();
        let create = Create { kind: kind.name().into(), key };
        let device = server.device(org, ana).await;
        Self { device, doc: DocId::of(org, kind.name(), &key), create, content }
    }

    /// Ana's phone, which has pushed already, so that the server has a worker.
    async fn of_ana_with_a_worker(server: &TestServer) -> Self {
        let mut phone = Self::of_ana(server).await;
        let first = phone.write("so that there is a worker");
        phone.push(server, &first).await;
        phone
    }

    fn write(&mut self, what: &str) -> Written {
        let mut tx = self.content.transaction();
        tx.put(ROOT, "said", what).unwrap();
        tx.commit();
        let change = self.content.get_last_local_change().unwrap();
        let changes = vec![change.raw_bytes().to_vec().into()];
        let pushed = PushDocument { doc: self.doc, create: Some(self.create.clone()), changes };
        let request = SyncRequest { push: vec![pushed], ..request() };
        Written { hash: ChangeHash::from_bytes(change.hash().0), request }
    }

    /// Pushes, and waits for the answer.
    async fn push(&self, server: &TestServer, written: &Written) {
        let answer = send(server, &self.device, &[PLAIN], encoded(&written.request)).await;
        assert!(answer.status.is_success(), "{answer:?}");
        assert_accepted(&answer.body);
    }

    /// The bytes of a push.
    fn post(&self, server: &TestServer, written: &Written) -> Vec<u8> {
        let body = encoded(&written.request);
        let token = self.device.assertion(server, &body);
        let head = format!(
            "POST /v1/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: {MEDIA_TYPE}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.into_bytes(), body].concat()
    }

    /// Pushes, and hangs up as soon as the worker has its order. The server has noticed when this returns.
    async fn hang_up(&self, server: &TestServer, written: &Written, worker: &Standing) {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(&self.post(server, written)).await.unwrap();
        wait(SOON, worker.is_asked()).await;
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        wait(SOON, stream.read_to_end(&mut answer)).await.unwrap();
        assert!(answer.is_empty(), "the server hangs up as well");
    }
}

/// A change on a phone.
struct Written {
    hash: ChangeHash,
    request: SyncRequest,
}

impl Written {
    async fn is_stored(&self, pool: &PgPool) -> bool {
        let sql = "SELECT EXISTS (SELECT FROM change WHERE hash = $1)";
        sqlx::query_scalar(sql).bind(&self.hash.as_bytes()[..]).fetch_one(pool).await.unwrap()
    }
}

#[track_caller]
fn assert_accepted(answer: &[u8]) {
    let frames = frames(answer);
    let is_accepted =
        |frame: &Frame| matches!(frame, Frame::PushResult(result) if result.rejected.is_empty());
    assert!(frames.iter().any(is_accepted), "{frames:?}");
}

/// The one worker, which stands still as if its trial took long. Goes on when this is dropped.
struct Standing(Pid);

impl Standing {
    async fn begin() -> Self {
        let [worker] = workers_running()[..] else { panic!("there is one worker") };
        kill_process(worker, Signal::STOP).unwrap();
        let standing = Self(worker);
        let stat = format!("/proc/{}/stat", worker.as_raw_nonzero());
        wait(SOON, async {
            while !read_to_string(&stat).unwrap().contains(") T ") {
                tokio::task::yield_now().await;
            }
        })
        .await;
        standing
    }

    /// Waits until there is an order in its pipe.
    async fn is_asked(&self) {
        let orders = File::open(format!("/proc/{}/fd/0", self.0.as_raw_nonzero())).unwrap();
        while ioctl_fionread(&orders).unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        // It may be gone, together with its server.
        let _ = kill_process(self.0, Signal::CONT);
    }
}

#[sqlx::test(migrations = false)]
async fn a_push_goes_on_when_its_phone_has_hung_up(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let mut phone = Phone::of_ana_with_a_worker(&server).await;
    let (worker, written) = (workers_running(), phone.write("while nobody waits"));

    let standing = Standing::begin().await;
    phone.hang_up(&server, &written, &standing).await;
    drop(standing);

    wait(SOON, async { while !written.is_stored(&pool).await {} }).await;
    phone.push(&server, &written).await;
    let afterwards = phone.write("afterwards");
    phone.push(&server, &afterwards).await;
    assert_eq!(workers_running(), worker, "it keeps the documents that it has loaded");
}

#[sqlx::test(migrations = false)]
async fn a_server_that_is_told_to_stop_finishes_the_push_of_a_phone_that_has_hung_up(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let mut phone = Phone::of_ana_with_a_worker(&server).await;
    let written = phone.write("while nobody waits");
    let standing = Standing::begin().await;
    phone.hang_up(&server, &written, &standing).await;

    server.begin_to_stop();
    wait(SOON, server.app.spawner.stopping().cancelled()).await;
    drop(standing);
    wait(SOON, server.stop()).await;

    assert!(written.is_stored(&pool).await);
}

#[sqlx::test(migrations = false)]
async fn a_server_that_has_waited_long_enough_stops_without_the_push_of_a_phone_that_has_hung_up(
    pool: PgPool,
) {
    let limits = Limits { drain: Duration::from_millis(1), ..Limits::default() };
    let server = TestServer::start_with(&pool, Wish { limits, ..Wish::default() }).await;
    let mut phone = Phone::of_ana_with_a_worker(&server).await;
    let written = phone.write("while nobody waits");
    let standing = Standing::begin().await;
    phone.hang_up(&server, &written, &standing).await;

    wait(SOON, server.stop()).await;

    wait(SOON, async {
        while !workers_running().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(!written.is_stored(&pool).await);
}

#[sqlx::test(migrations = false)]
async fn a_push_keeps_the_place_of_its_connection_until_it_is_done(pool: PgPool) {
    let office = TestServer::start(&pool).await;
    let limits = Limits { connections: 1, ..Limits::default() };
    let server = office.another_instance_with(Wish { limits, ..Wish::default() }).await;
    let mut phone = Phone::of_ana(&office).await;
    let first = phone.write("so that there is a worker");
    let answer = raw(&server, &phone.post(&server, &first)).await;
    assert_eq!(status_of(&answer), "200", "{answer}");
    let written = phone.write("while nobody waits");
    let standing = Standing::begin().await;
    phone.hang_up(&server, &written, &standing).await;

    let mut next = TcpStream::connect(server.address).await.unwrap();
    next.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    drop(standing);
    let mut answer = [0; 12];
    wait(SOON, next.read_exact(&mut answer)).await.unwrap();

    assert_eq!(&answer, b"HTTP/1.1 204");
    assert!(written.is_stored(&pool).await, "served beyond the bound");
}
