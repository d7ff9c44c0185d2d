//! The private Postgres cluster, with real `initdb` and real kills.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use server::cluster::{Cluster, ClusterError, Options, find_running};
use sqlx::{Connection as _, PgConnection, Row as _};
use tempfile::TempDir;

/// Set in a copy of this test program that is to own the cluster in the directory it names, until it is killed.
const OWN: &str = "FLOORWALK_TEST_OWN_CLUSTER";

fn options(directory: impl AsRef<Path>) -> Options {
    Options { launcher: env!("CARGO_BIN_EXE_server").into(), ..Options::new(directory.as_ref()) }
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

async fn open(directory: impl AsRef<Path>) -> Cluster {
    Cluster::open(options(directory)).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn refused(options: Options) -> ClusterError {
    Cluster::open(options).await.expect_err("the cluster must not open")
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

async fn run(url: &str, sql: &'static str) {
    sqlx::raw_sql(sql)
        .execute(&mut connect(url).await)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn setting(url: &str, name: &str) -> String {
    let query = sqlx::query("SELECT current_setting($1)").bind(name);
    query.fetch_one(&mut connect(url).await).await.expect("a setting").get(0)
}

async fn notes(url: &str) -> Vec<String> {
    let query = sqlx::query_scalar("SELECT text FROM notes ORDER BY text");
    query.fetch_all(&mut connect(url).await).await.expect("the notes")
}

/// Ask again and again until there is an answer: what is waited for is another process' work.
async fn eventually<T>(mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..3_000 {
        if let Some(found) = probe().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not happen within a minute");
}

fn postmaster(directory: &Path) -> Option<i32> {
    let file = fs::read_to_string(directory.join("pg/postmaster.pid")).ok()?;
    file.lines().next()?.parse().ok()
}

fn send(signal: Signal, pid: i32) {
    let pid = Pid::from_raw(pid).expect("a process number");
    kill_process(pid, signal).expect("the process is there");
}

/// Whether a process runs; one that ended and waits to be collected does not.
fn is_alive(pid: i32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Another process that owns the cluster, as a server would.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    async fn start(directory: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "a_stopped_cluster_leaves_no_process_and_no_socket"]).env(OWN, directory);
        let process = command.stdout(Stdio::null()).spawn().expect("a copy of this program");
        let url = eventually(async || find_running(directory).expect("a readable directory")).await;
        Self { process, url }
    }

    fn kill(mut self) {
        self.process.kill().expect("the process is ours");
        self.process.wait().expect("the process is ours");
    }
}

async fn own_until_killed(directory: PathBuf) {
    let _cluster = open(directory).await;
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_first_start_makes_a_database_that_is_safe_and_private() {
    let directory = directory();

    let cluster = open(&directory).await;

    for durable in ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"] {
        assert_eq!(setting(cluster.url(), durable).await, "on", "{durable}");
    }
    assert_eq!(setting(cluster.url(), "listen_addresses").await, "");
    let socket = fs::metadata(directory.path().join("s")).expect("the socket's directory");
    assert_eq!(socket.mode() & 0o777, 0o700);
    assert!(!directory.path().join("pg.init").exists());
    cluster.stop().await;
}

#[tokio::test]
async fn a_later_start_finds_what_was_written() {
    let directory = directory();
    let first = open(&directory).await;
    run(first.url(), "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('ask about the offer')")
        .await;
    first.stop().await;

    let second = open(&directory).await;

    assert_eq!(notes(second.url()).await, ["ask about the offer"]);
    second.stop().await;
}

/// Also the body of the process that [`Server::start`] makes.
#[tokio::test]
async fn a_stopped_cluster_leaves_no_process_and_no_socket() {
    if let Some(directory) = std::env::var_os(OWN) {
        return own_until_killed(directory.into()).await;
    }
    let directory = directory();
    let cluster = open(&directory).await;
    let postgres = postmaster(directory.path()).expect("a running Postgres");
    assert!(is_alive(postgres));

    cluster.stop().await;

    assert!(!is_alive(postgres));
    assert_eq!(find_running(directory.path()).expect("a readable directory"), None);
    assert_eq!(fs::read_dir(directory.path().join("s")).expect("the socket's directory").count(), 0);
}

#[tokio::test]
async fn an_interrupted_first_start_is_made_again_from_nothing() {
    let directory = directory();
    fs::create_dir(directory.path().join("pg.init")).expect("a directory");
    fs::write(directory.path().join("pg.init/PG_VERSION"), "15").expect("a file");

    let cluster = open(&directory).await;

    assert_eq!(setting(cluster.url(), "fsync").await, "on");
    cluster.stop().await;
}

#[tokio::test]
async fn a_second_owner_is_refused_and_told_who_the_first_is() {
    let directory = directory();
    let cluster = open(&directory).await;

    let error = refused(options(&directory)).await;

    let said = error.to_string();
    assert!(matches!(error, ClusterError::InUse { .. }), "{said}");
    assert!(said.contains(&format!("(process {})", std::process::id())), "{said}");
    cluster.stop().await;
}

#[tokio::test]
async fn a_command_uses_the_cluster_of_the_running_server_and_leaves_it_running() {
    let directory = directory();
    let server = Server::start(directory.path()).await;

    let command = Cluster::join(options(&directory)).await.expect("a cluster to join");
    run(command.url(), "CREATE TABLE notes (text text)").await;
    assert_eq!(command.url(), server.url);
    command.stop().await;

    assert!(notes(&server.url).await.is_empty());
    server.kill();
}

#[tokio::test]
async fn a_command_without_a_server_starts_the_cluster_for_itself() {
    let directory = directory();

    let command = Cluster::join(options(&directory)).await.expect("a cluster to join");
    run(command.url(), "CREATE TABLE notes (text text)").await;
    command.stop().await;

    assert_eq!(find_running(directory.path()).expect("a readable directory"), None);
}

#[tokio::test]
async fn a_command_that_is_at_work_is_not_cut_off_by_the_end_of_another() {
    let directory = directory();
    let first = Cluster::join(options(&directory)).await.expect("a cluster to join");
    let second = Cluster::join(options(&directory)).await.expect("a cluster to join");
    let mut at_work = connect(second.url()).await;

    let work = async {
        sqlx::query("SELECT pg_sleep(0.7)").execute(&mut at_work).await.expect("the work is not cut off");
        second.stop().await;
    };
    tokio::join!(first.stop(), work);

    assert_eq!(find_running(directory.path()).expect("a readable directory"), None);
}

#[tokio::test]
async fn a_killed_server_takes_its_postgres_with_it() {
    let directory = directory();
    let server = Server::start(directory.path()).await;
    let postgres = postmaster(directory.path()).expect("a running Postgres");

    server.kill();

    eventually(async || (!is_alive(postgres)).then_some(())).await;
}

#[tokio::test]
async fn after_a_killed_server_the_next_one_finds_every_committed_row() {
    let directory = directory();
    let server = Server::start(directory.path()).await;
    run(&server.url, "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('send the plan')").await;
    let mut open_transaction = connect(&server.url).await;
    sqlx::raw_sql("BEGIN; INSERT INTO notes VALUES ('not committed')")
        .execute(&mut open_transaction)
        .await
        .expect("an open transaction");

    server.kill();
    let next = open(&directory).await;

    assert_eq!(notes(next.url()).await, ["send the plan"]);
    next.stop().await;
}

/// Where the kernel has no death signal, a Postgres outlives its server and goes on working.
#[tokio::test]
async fn a_postgres_that_outlived_its_server_is_ended_and_replaced() {
    let directory = directory();
    let first = open(&directory).await;
    run(first.url(), "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('send the plan')").await;
    first.stop().await;
    let mut outliving = outliving_postgres(directory.path());
    eventually(async || find_running(directory.path()).expect("a readable directory")).await;

    let next = open(&directory).await;

    assert!(outliving.try_wait().expect("our child").is_some());
    assert_ne!(postmaster(directory.path()), i32::try_from(outliving.id()).ok());
    assert_eq!(notes(next.url()).await, ["send the plan"]);
    next.stop().await;
}

/// A Postgres on this data that no supervisor looks after.
fn outliving_postgres(directory: &Path) -> Child {
    let directory = fs::canonicalize(directory).expect("the directory");
    let owner = fs::metadata(directory.join("pg")).expect("the data");
    let account = if is_root() { format!("{}:{}", owner.uid(), owner.gid()) } else { "-".to_owned() };
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.args(["run-postgres", &std::process::id().to_string(), &account]).arg(any_postgres());
    command.arg("-D").arg(directory.join("pg")).arg("-k").arg(directory.join("s"));
    command.args(["-c", "listen_addresses="]).stdin(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("a Postgres")
}

fn any_postgres() -> PathBuf {
    let releases = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = releases.map(|entry| entry.path().join("bin/postgres")).filter(|path| path.exists()).max();
    newest.expect("a Postgres of the distribution")
}

#[tokio::test]
async fn a_killed_postmaster_is_started_again_under_the_running_server() {
    let directory = directory();
    let cluster = open(&directory).await;
    run(cluster.url(), "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('kept')").await;
    let mut busy = connect(cluster.url()).await;
    let killed = postmaster(directory.path()).expect("a running Postgres");

    let work = sqlx::query("SELECT pg_sleep(60)").execute(&mut busy);
    let (worked, ()) = tokio::join!(work, async { send(Signal::KILL, killed) });

    assert!(worked.is_err(), "a session of the killed Postgres must have ended");
    let mut again = eventually(async || PgConnection::connect(cluster.url()).await.ok()).await;
    let kept: String =
        sqlx::query_scalar("SELECT text FROM notes").fetch_one(&mut again).await.expect("the note");
    assert_eq!(kept, "kept");
    assert_ne!(postmaster(directory.path()), Some(killed));
    cluster.stop().await;
}

#[tokio::test]
async fn sessions_that_outlive_a_killed_postgres_are_waited_out() {
    let directory = directory();
    let server = Server::start(directory.path()).await;
    let mut session = connect(&server.url).await;
    let backend: i32 =
        sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut session).await.expect("a number");
    // A stopped session cannot notice that its Postgres is gone, and keeps the shared memory.
    send(Signal::STOP, backend);
    send(Signal::KILL, postmaster(directory.path()).expect("a running Postgres"));
    server.kill();

    let log = || fs::read_to_string(directory.path().join("postgres.log")).expect("the log");
    let refusal = "pre-existing shared memory block";
    let end_of_session = async {
        eventually(async || log().contains(refusal).then_some(())).await;
        send(Signal::KILL, backend);
    };
    let (next, ()) = tokio::join!(open(&directory), end_of_session);

    assert!(log().contains("database system was not properly shut down"), "{}", log());
    next.stop().await;
}

#[tokio::test]
async fn a_directory_with_a_long_name_or_an_odd_one_works() {
    let directory = directory();
    for name in ["x".repeat(100), "our data & more".to_owned()] {
        let named = directory.path().join(name);
        fs::create_dir(&named).expect("a directory");

        let cluster = open(&named).await;

        assert_eq!(setting(cluster.url(), "fsync").await, "on");
        assert_eq!(find_running(&named).expect("a readable directory").as_deref(), Some(cluster.url()));
        let socket = PathBuf::from(cluster.url().split_once("host=").expect("a socket directory").1);
        assert!(socket.exists());
        cluster.stop().await;
        assert!(!socket.exists(), "nothing is left outside the data directory");
    }
}

#[tokio::test]
async fn a_socket_directory_that_others_can_enter_is_refused() {
    let directory = directory();
    let socket = directory.path().join("s");
    fs::create_dir(&socket).expect("a directory");
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o755)).expect("a mode");

    let error = refused(options(&directory)).await;

    assert!(matches!(&error, ClusterError::SocketDirectory { .. }), "{error}");
}

#[tokio::test]
async fn root_is_told_which_directory_is_closed_to_postgres_and_others_pass() {
    let parent = directory();
    fs::set_permissions(parent.path(), fs::Permissions::from_mode(0o700)).expect("a mode");
    let inside = parent.path().join("data");

    if !is_root() {
        return open(&inside).await.stop().await;
    }
    let error = refused(options(&inside)).await;

    let said = error.to_string();
    assert!(said.contains(&format!("chmod o+x {}", parent.path().display())), "{said}");
    assert!(said.contains("mode 0700"), "{said}");
    assert!(!inside.join("pg").exists() && !inside.join("pg.init").exists(), "nothing was made");
}

#[tokio::test]
async fn data_of_another_release_is_refused_and_not_touched() {
    let directory = directory();
    open(&directory).await.stop().await;
    fs::write(directory.path().join("pg/PG_VERSION"), "99\n").expect("a file");
    let before = listing(&directory.path().join("pg"));

    let error = refused(options(&directory)).await;

    let said = error.to_string();
    assert!(matches!(error, ClusterError::OtherMajor { needed: 99, .. }), "{said}");
    assert!(said.contains("PostgreSQL 99") && said.contains("Nothing was changed"), "{said}");
    assert_eq!(listing(&directory.path().join("pg")), before);
}

fn listing(directory: &Path) -> Vec<(PathBuf, u64, i64)> {
    let mut found: Vec<_> = fs::read_dir(directory)
        .expect("a directory")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let metadata = entry.metadata().expect("metadata");
            (entry.path(), metadata.len(), metadata.mtime_nsec())
        })
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_directory_that_holds_something_else_is_refused() {
    let directory = directory();
    fs::create_dir(directory.path().join("pg")).expect("a directory");
    fs::write(directory.path().join("pg/letters.txt"), "mine").expect("a file");
    if is_root() {
        std::os::unix::fs::chown(directory.path().join("pg"), Some(65534), None).expect("an owner");
    }

    let error = refused(options(&directory)).await;

    assert!(matches!(&error, ClusterError::NotADatabase { .. }), "{error}");
    assert_eq!(fs::read_to_string(directory.path().join("pg/letters.txt")).expect("the letters"), "mine");
}

#[tokio::test]
async fn a_named_directory_without_postgres_is_refused_even_if_there_is_one_elsewhere() {
    let (directory, empty) = (directory(), directory());

    let named = Options { binaries: Some(empty.path().into()), ..options(&directory) };
    let error = refused(named).await;

    assert!(matches!(&error, ClusterError::NotBinaries { .. }), "{error}");
}

#[tokio::test]
async fn a_start_that_fails_says_what_postgres_said() {
    let directory = directory();
    open(&directory).await.stop().await;
    fs::write(directory.path().join("pg/postgresql.conf"), "no_such_setting = 1\n").expect("a file");

    let error = refused(options(&directory)).await;

    let said = error.to_string();
    assert!(matches!(error, ClusterError::Start { .. }), "{said}");
    assert!(said.contains("no_such_setting"), "{said}");
}

#[tokio::test]
async fn postgres_sees_nothing_of_the_servers_environment() {
    let directory = directory();
    let cluster = open(&directory).await;

    let postgres = postmaster(directory.path()).expect("a running Postgres");
    let environment = fs::read_to_string(format!("/proc/{postgres}/environ")).expect("its environment");

    let mut names: Vec<_> = environment.split('\0').filter_map(|line| line.split_once('=')).collect();
    names.retain(|(name, _)| !["LC_ALL", "PATH", "TZ"].contains(name));
    assert_eq!(names, []);
    cluster.stop().await;
}

#[tokio::test]
async fn the_log_holds_no_value_of_a_failed_statement() {
    let directory = directory();
    let cluster = open(&directory).await;
    run(cluster.url(), "CREATE TABLE notes (text text UNIQUE); INSERT INTO notes VALUES ('her illness')")
        .await;

    let again = sqlx::raw_sql("INSERT INTO notes VALUES ('her illness')");
    again.execute(&mut connect(cluster.url()).await).await.expect_err("a duplicate");
    cluster.stop().await;

    let log = fs::read_to_string(directory.path().join("postgres.log")).expect("the log");
    assert!(log.contains("duplicate key"), "{log}");
    assert!(!log.contains("her illness"), "{log}");
}
