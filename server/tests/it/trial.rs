//! Workers that try changes: real processes of the real program.

use crate::server::workers;
use automerge::transaction::Transactable;
use automerge::{Automerge, Change, ROOT, legacy};
use rustix::process::{Pid, Signal, kill_process};
use server::store::Stored;
use server::trial::{Candidate, Failed, Job, Place, Source, Trials, Workers};
use sha2::{Digest, Sha256};
use sync_core::coaching::{Kind, meeting};
use sync_core::document;
use sync_core::gate::trial::{History, Proposed};
use sync_core::ids::{ActorId, ChangeHash, DocId, TenureId};
use sync_core::time::Day;
use sync_core::wire::{ErrorCode, Retry};

/// A meeting: on the writer's phone, and as much of it as the server has.
struct Meeting {
    phone: Automerge,
    stored: Vec<Change>,
    /// What the workers asked for.
    asked: Vec<u64>,
    /// Kills every worker when it asks.
    kills_who_asks: u32,
}

impl Source for Meeting {
    async fn history(&mut self, after: u64) -> Stored<History> {
        self.asked.push(after);
        if self.kills_who_asks > 0 {
            self.kills_who_asks -= 1;
            kill_workers();
        }
        let tail = self.stored[after as usize..].iter().map(|change| change.raw_bytes().to_vec()).collect();
        Ok(History { saved: None, tail })
    }
}

impl Meeting {
    fn new() -> Self {
        let key = meeting::key(TenureId::from_bytes([3; 16]), Day::parse("2026-03-18").unwrap());
        let actor = ActorId::from_bytes([7; 16]);
        let phone = document::create(kind(), &key, u32::MAX, actor).unwrap();
        let stored = phone.get_changes(&[]);
        Self { phone, stored, asked: vec![], kills_who_asks: 0 }
    }

    fn put(&mut self, key: &str, value: &str) -> Change {
        let mut tx = self.phone.transaction();
        tx.put(ROOT, key, value).unwrap();
        tx.commit();
        self.phone.get_last_local_change().unwrap()
    }

    fn job(&self, changes: &[Change]) -> Job {
        let mut doc = document::blank(ActorId::from_bytes([0; 16]));
        doc.apply_changes(self.stored.clone()).unwrap();
        Job {
            doc: DocId::from_bytes([9; 16]),
            kind: kind(),
            version: self.stored.len() as u64,
            heads: Some(document::heads(&doc)),
            max_op: 10,
            changes: changes.iter().map(candidate).collect(),
        }
    }
}

fn kind() -> Kind {
    Kind::of(&meeting::SPEC)
}

fn candidate(change: &Change) -> Candidate {
    let proposed = Proposed { bytes: change.raw_bytes().to_vec(), writer: None };
    let deps = change.deps().iter().map(|dep| ChangeHash::from_bytes(dep.0)).collect();
    Candidate { hash: hash(change), deps, proposed }
}

fn hash(change: &Change) -> ChangeHash {
    ChangeHash::from_bytes(change.hash().0)
}

fn trials(workers: Workers) -> Trials {
    Trials::at(Place::Workers(workers))
}

/// The workers of this process.
pub fn workers_running() -> Vec<Pid> {
    let children = std::fs::read_dir("/proc/self/task").unwrap().flat_map(|thread| {
        let listed = std::fs::read_to_string(thread.unwrap().path().join("children")).unwrap_or_default();
        listed.split_whitespace().map(|pid| pid.parse::<i32>().unwrap()).collect::<Vec<_>>()
    });
    let is_worker = |pid: &i32| {
        std::fs::read_to_string(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| line.contains("trial-worker"))
    };
    children.filter(is_worker).map(|pid| Pid::from_raw(pid).unwrap()).collect()
}

/// As somebody with a shell on the machine might.
fn kill_workers() {
    for pid in workers_running() {
        kill_process(pid, Signal::KILL).unwrap();
    }
}

fn harmful(change: &Change) -> Failed {
    Failed { hash: hash(change), code: ErrorCode::ChangeHarmful, retry: Retry::Never }
}

#[tokio::test]
async fn a_document_is_loaded_once_and_then_only_what_others_wrote_is_asked_for() {
    let (trials, mut meeting) = (trials(workers()), Meeting::new());
    for number in 0..3 {
        let change = meeting.put("note", &format!("line {number}"));
        let job = meeting.job(std::slice::from_ref(&change));
        assert_eq!(trials.try_changes(&job, &mut meeting).await.unwrap().failed, []);
        meeting.stored.push(change);
    }
    assert_eq!(meeting.asked, [0], "what has passed is there already");

    // Another instance of the server took these.
    let elsewhere: Vec<_> = (0..2).map(|n| meeting.put("note", &format!("elsewhere {n}"))).collect();
    let known = meeting.stored.len() as u64 - 1;
    meeting.stored.extend(elsewhere);
    let change = meeting.put("note", "last");
    let job = meeting.job(&[change]);
    assert_eq!(trials.try_changes(&job, &mut meeting).await.unwrap().failed, []);
    assert_eq!(meeting.asked, [0, known], "only the end of it");
}

#[tokio::test]
async fn what_passed_and_was_not_stored_is_not_taken_for_the_document() {
    let (trials, mut meeting) = (trials(workers()), Meeting::new());
    let lost = meeting.put("note", "never stored");
    let job = meeting.job(&[lost]);
    assert_eq!(trials.try_changes(&job, &mut meeting).await.unwrap().failed, []);

    let builds_on_it = meeting.put("note", "on what was never stored");
    let job = meeting.job(std::slice::from_ref(&builds_on_it));
    assert_eq!(trials.try_changes(&job, &mut meeting).await.unwrap().failed, [harmful(&builds_on_it)]);
}

#[tokio::test]
async fn a_worker_that_is_killed_between_two_pushes_or_in_the_middle_of_one_costs_nobody_a_verdict() {
    let (trials, mut meeting) = (trials(workers()), Meeting::new());
    let good = meeting.put("note", "good");
    let bad = { Meeting::new().put("another document's", "beginning") };
    let mut forged = bad.decode();
    forged.start_op = std::num::NonZeroU64::new(1).unwrap();
    let bad = Change::from(forged);
    for round in 0..3 {
        let job = meeting.job(&[good.clone(), bad.clone()]);
        meeting.kills_who_asks = round;
        assert_eq!(
            trials.try_changes(&job, &mut meeting).await.unwrap().failed,
            [harmful(&bad)],
            "round {round}"
        );
        kill_workers();
    }
    assert_eq!(meeting.asked.len(), 1 + 2 + 3, "each new worker loads the document");
}

#[tokio::test]
async fn a_change_that_kills_its_worker_is_refused_and_its_neighbours_pass() {
    let small = Workers { memory_bytes: 256 << 20, ..workers() };
    let (trials, mut meeting) = (trials(small), Meeting::new());
    let before: Vec<_> = (0..10).map(|n| meeting.put("note", &format!("before {n}"))).collect();
    let monster = Meeting::new().put("note", &"x".repeat(20 << 20));
    let after: Vec<_> = (0..10).map(|n| meeting.put("note", &format!("after {n}"))).collect();
    let all = [before, vec![monster.clone()], after].concat();

    let job = meeting.job(&all);
    assert_eq!(trials.try_changes(&job, &mut meeting).await.unwrap().failed, [harmful(&monster)]);
    assert!(meeting.asked.len() > 2, "the worker died of it");
}

#[tokio::test]
async fn a_change_that_takes_for_ever_is_refused_and_its_neighbours_pass() {
    let impatient = Workers { cpu_seconds: 1, ..workers() };
    let (trials, mut meeting) = (trials(impatient), Meeting::new());
    let good = meeting.put("note", "good");
    let (hash, bytes) = (ChangeHash::from_bytes([5; 32]), operations(100_000_000));
    let bomb = Candidate { hash, deps: vec![], proposed: Proposed { bytes, writer: None } };
    let mut job = meeting.job(&[good]);
    job.changes.push(bomb);
    let failed = trials.try_changes(&job, &mut meeting).await.unwrap().failed;
    assert_eq!(failed, [Failed { hash, code: ErrorCode::ChangeHarmful, retry: Retry::Never }]);
    assert!(meeting.asked.len() > 2, "the worker hung");
}

/// A change of so many operations, each column one run. The stages before would refuse it; reading it takes the library minutes.
fn operations(count: u64) -> Vec<u8> {
    let mut run = Vec::new();
    leb128(&mut run, count, 0x3f);
    let column = |value: &[u8]| [&run, value].concat();
    let columns = [
        (0x15, column(b"\x01a")),
        (0x34, run.clone()),
        (0x42, column(&[1])),
        (0x56, column(&[0])),
        (0x70, column(&[0])),
    ];
    let mut body = [&[0, 16][..], &[7; 16], &[1, 1, 0, 0, 0], &[5]].concat();
    body.extend(columns.iter().flat_map(|(id, data)| [*id, data.len() as u8]));
    body.extend(columns.into_iter().flat_map(|(_, data)| data));
    let mut hashed = vec![1];
    leb128(&mut hashed, body.len() as u64, 0x7f);
    hashed.extend(body);
    [&[0x85, 0x6f, 0x4a, 0x83][..], &Sha256::digest(&hashed)[..4], &hashed].concat()
}

/// The positive numbers of both kinds that the format has: with a sign a digit has one bit less.
fn leb128(bytes: &mut Vec<u8>, mut number: u64, largest_digit: u64) {
    while number > largest_digit {
        bytes.push(number as u8 & 0x7f | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[tokio::test]
async fn a_worker_that_cannot_be_started_is_said_so_and_no_change_is_judged() {
    let nothing = Workers { program: "/nowhere".into(), ..workers() };
    let (trials, mut meeting) = (trials(nothing), Meeting::new());
    let change = meeting.put("note", "good");
    let job = meeting.job(&[change]);
    let error = trials.try_changes(&job, &mut meeting).await.unwrap_err();
    assert_eq!(error.to_string(), "no worker could be started to try changes");
}

/// What the program says of these changes, in this order, and whether it is content.
fn check_change(document: Option<&Automerge>, changes: &[Vec<u8>]) -> (Vec<String>, bool) {
    let dir = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_server"));
    command.env_clear().current_dir(dir.path()).arg("check-change");
    if let Some(document) = document {
        std::fs::write(dir.path().join("document"), document.save()).unwrap();
        command.args(["--document", "document"]);
    }
    for (number, bytes) in changes.iter().enumerate() {
        std::fs::write(dir.path().join(number.to_string()), bytes).unwrap();
        command.arg(number.to_string());
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (said.lines().map(str::to_owned).collect(), output.status.success())
}

#[test]
fn check_change_says_which_stage_refuses_what() {
    let mut meeting = Meeting::new();
    let document = meeting.phone.clone();
    let first = meeting.put("note", "first");
    let good = meeting.put("note", "good");
    let (first, good) = (first.raw_bytes().to_vec(), good.raw_bytes().to_vec());
    assert_eq!(
        check_change(Some(&document), &[first.clone(), good.clone()]),
        (vec!["0: passes, 96 bytes, 1 operations".into(), "1: passes, 103 bytes, 1 operations".into()], true)
    );

    let (mut torn, mut forged) = (first.clone(), meeting.phone.get_last_local_change().unwrap().decode());
    torn.truncate(60);
    forged.operations[0].pred = vec![legacy::OpId(9, automerge::ActorId::from([7; 16]))].into();
    let forged = Change::from(forged).raw_bytes().to_vec();
    let (said, is_content) = check_change(Some(&document), &[torn, operations(1 << 60), first, forged]);
    assert!(!is_content);
    assert_eq!(said[0], "0: refused in stage 1 (frame): change_malformed");
    assert_eq!(said[1], "1: refused in stage 1 (operations): change_malformed");
    assert!(said[2].starts_with("2: passes"), "{said:?}");
    assert_eq!(said[3], "3: refused in stage 4 (trial): change_harmful");
}
