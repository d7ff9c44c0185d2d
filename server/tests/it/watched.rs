//! A server that is watched: a process of its own, what each input costs it, and what it leaves in its database.

use crate::device::Device;
use crate::server::{TestClock, TestServer};
use server::name::Name;
use server::services::roster::NewTenure;
use sqlx::{AssertSqlSafe, ConnectOptions, PgPool};
use std::collections::BTreeMap;
use std::future::Future;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use sync_core::ids::TenureId;

/// What an input may take beyond what a server at rest holds.
const MOST_EXTRA_KIB: u64 = 64 << 10;
/// What it may take of a processor: user and system together, in milliseconds.
const MOST_CPU_MS: u64 = 2000;
/// A tick of `/proc/PID/stat`: the kernel tells them in hundredths of a second on every machine.
const TICK_MS: u64 = 10;

/// A running server, with Ana, who leads Bob, and Eve of another organisation.
pub struct Watched {
    /// An instance in this process, on the same database and vault: the office. Its address is that of the watched one.
    pub server: TestServer,
    pub ana: Device,
    pub bob: Device,
    pub eve: Device,
    /// What Ana and Bob share.
    pub tenure: TenureId,
    process: Process,
    pool: PgPool,
    idle_kib: u64,
    seen_cpu_ms: AtomicU64,
}

impl Watched {
    pub async fn start(pool: &PgPool) -> Self {
        let mut server = TestServer::start(pool).await;
        let process = Process::start(pool, &server);
        server.address = process.address.parse().unwrap();
        let (org, leader) = server.organisation("Care", "Ana").await;
        let agent = server.person(org, "Bob").await;
        let name = Name::parse("Night").unwrap();
        let team = server.office().add_team(org, name, "Europe/Bucharest".into()).await.unwrap().id;
        let pair = NewTenure { team, leader, agent };
        let tenure = server.office().start_tenure(org, pair).await.unwrap().tenure.id;
        let (other_org, eve) = server.organisation("Other", "Eve").await;
        let (ana, bob) = (server.device(org, leader).await, server.device(org, agent).await);
        let eve = server.device(other_org, eve).await;
        let (idle_kib, cpu_ms) = (process.resident_kib(), process.cpu_ms());
        let seen_cpu_ms = AtomicU64::new(cpu_ms);
        Self { server, ana, bob, eve, tenure, process, pool: pool.clone(), idle_kib, seen_cpu_ms }
    }

    /// Lets the server have an input, which may cost little and must leave everything as it is.
    pub async fn endures<T>(&self, what: &str, input: impl Future<Output = T>) -> T {
        self.endures_but_for(&[], what, input).await
    }

    /// The same for an input that is counted, or kept, in these tables.
    pub async fn endures_but_for<T>(&self, tables: &[&str], what: &str, input: impl Future<Output = T>) -> T {
        let before = self.db_tables().await;
        let answer = self.costs_little(what, input).await;
        let mut after = self.db_tables().await;
        for table in tables {
            after.insert((*table).to_owned(), before[*table].clone());
        }
        assert_eq!(before, after, "{what} changed the database");
        answer
    }

    /// Lets the server have an input that may leave something.
    pub async fn costs_little<T>(&self, what: &str, input: impl Future<Output = T>) -> T {
        self.process.forget_peak();
        let answer = input.await;
        self.assert_cheap(what);
        // What is signed next is judged by a clock that goes.
        let clock = self.server.clock();
        clock.advance(TestClock::start().now().ms_since(clock.now()));
        answer
    }

    /// Stops the server in order. It never failed by a fault of its own.
    pub fn finish(self) {
        self.assert_cheap("what went on after the last answer");
        let log = self.process.terminate();
        let fault = log.lines().find(|line| line.contains("a request failed"));
        assert_eq!(fault, None);
    }

    /// CPU counts from the last look, so that what went on after an answer is not lost.
    fn assert_cheap(&self, what: &str) {
        let now_ms = self.process.cpu_ms();
        let cpu_ms = now_ms - self.seen_cpu_ms.swap(now_ms, Ordering::SeqCst);
        let extra_kib = self.process.peak_kib().saturating_sub(self.idle_kib);
        assert!(cpu_ms <= MOST_CPU_MS, "{what} took {cpu_ms} ms of CPU");
        assert!(extra_kib <= MOST_EXTRA_KIB, "{what} took {extra_kib} KiB");
    }

    /// A digest of each table; when a device called last is no content, nor is what was refused.
    async fn db_tables(&self) -> BTreeMap<String, Option<String>> {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
        )
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let digest = |name: &String| {
            format!(
                "SELECT '{name}', md5(string_agg(row, ',' ORDER BY row))
                 FROM (SELECT (to_jsonb(t) - 'last_seen_at')::text AS row FROM {name} t) rows"
            )
        };
        let of_content = names.iter().filter(|name| *name != "refused_change");
        let every = of_content.map(digest).collect::<Vec<_>>().join(" UNION ALL ");
        let rows: Vec<(String, Option<String>)> =
            sqlx::query_as(AssertSqlSafe(every)).fetch_all(&self.pool).await.unwrap();
        rows.into_iter().collect()
    }
}

/// A serving process; killed when it is dropped.
struct Process {
    child: Child,
    address: String,
    /// Reads the log to its end: a server whose log nobody takes would stand still.
    log: Mutex<Option<std::thread::JoinHandle<String>>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(pool: &PgPool, server: &TestServer) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_server"))
            .env_clear()
            .env("FLOORWALK_DATABASE_URL", pool.connect_options().to_url_lossy().to_string())
            .env("FLOORWALK_VAULT", server.vault.path().join("vault"))
            .env("FLOORWALK_LOG_FORMAT", "json")
            .args(["--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = address(&mut log);
        let rest = std::thread::spawn(move || {
            let mut rest = String::new();
            log.read_to_string(&mut rest).unwrap();
            rest
        });
        Self { child, address, log: Mutex::new(Some(rest)) }
    }

    fn terminate(&self) -> String {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.log.lock().unwrap().take().unwrap().join().unwrap()
    }

    /// Lets the peak begin anew from what is held now.
    fn forget_peak(&self) {
        for process in self.family() {
            // A worker may end while it is looked at.
            let _ = std::fs::write(process.join("clear_refs"), "5");
        }
    }

    fn resident_kib(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    fn peak_kib(&self) -> u64 {
        self.status_kib("VmHWM:")
    }

    /// Without the pages of the program itself: they are read from its file when they are first used, which no input costs, and the
    /// kernel drops them when it needs room.
    fn status_kib(&self, name: &str) -> u64 {
        let of = |process: &PathBuf| {
            let status = std::fs::read_to_string(process.join("status")).ok()?;
            let line = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name))?;
                line.trim().trim_end_matches(" kB").parse::<u64>().ok()
            };
            Some(line(name)?.saturating_sub(line("RssFile:")?))
        };
        self.family().iter().filter_map(of).sum()
    }

    /// CPU of all threads of the server and its workers so far, ended ones included.
    fn cpu_ms(&self) -> u64 {
        let ticks = |process: &PathBuf| {
            let stat = std::fs::read_to_string(process.join("stat")).ok()?;
            // The name may hold anything, also a parenthesis; the fields after it are numbers.
            let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split_whitespace().collect();
            Some(fields[11..15].iter().map(|field| field.parse::<u64>().unwrap()).sum::<u64>())
        };
        self.family().iter().filter_map(ticks).sum::<u64>() * TICK_MS
    }

    /// The server and its workers.
    fn family(&self) -> Vec<PathBuf> {
        let server = PathBuf::from(format!("/proc/{}", self.child.id()));
        let mut family = vec![server.clone()];
        for thread in std::fs::read_dir(server.join("task")).expect("the server ended") {
            let children = thread.unwrap().path().join("children");
            let listed = std::fs::read_to_string(children).unwrap_or_default();
            family.extend(listed.split_whitespace().map(|pid| PathBuf::from("/proc").join(pid)));
        }
        family
    }
}

/// Where it listens, when it does.
fn address(log: &mut BufReader<ChildStderr>) -> String {
    loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "the server ended");
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        if line["message"] == "listening" {
            return line["address"].as_str().unwrap().to_owned();
        }
    }
}
