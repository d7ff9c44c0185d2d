//! The real program: what an operator types, and what comes of it.

use crate::device::Device;
use serde_json::Value;
use sqlx::{ConnectOptions, PgPool};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use sync_core::wire::{ErrorBody, ErrorCode, Invitation};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_server");

/// An operator with a database and a vault.
struct Operator {
    settings: Vec<(&'static str, String)>,
    vault: TempDir,
}

impl Operator {
    fn new(pool: &PgPool) -> Self {
        let vault = TempDir::new().unwrap();
        let settings = vec![
            ("FLOORWALK_DATABASE_URL", pool.connect_options().to_url_lossy().to_string()),
            ("FLOORWALK_VAULT", vault.path().join("vault").display().to_string()),
            ("FLOORWALK_LOG_FORMAT", "json".into()),
            ("FLOORWALK_CONNECTIONS", "3".into()),
        ];
        Self { settings, vault }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env_clear().envs(self.settings.iter().map(|(name, value)| (name, value))).args(arguments);
        command
    }

    /// Runs a command that must succeed and returns what it says to programs.
    #[track_caller]
    fn ask(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs a command that must fail and returns its last words.
    #[track_caller]
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap().lines().last().unwrap_or_default().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts the server on any port.
    fn serve(&self, arguments: &[&str]) -> Serving {
        let mut child = self
            .command(&["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "the server ended");
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["message"] == "listening" {
                break line["address"].as_str().unwrap().to_owned();
            }
        };
        Serving { child, log, address }
    }
}

/// A serving process; killed when it is dropped.
struct Serving {
    child: Child,
    log: BufReader<ChildStderr>,
    address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    /// Asks it to stop as the system does, and returns the rest of its log.
    fn terminate(mut self) -> String {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.log, &mut rest).unwrap();
        assert!(self.child.wait().unwrap().success(), "{rest}");
        rest
    }
}

#[sqlx::test(migrations = false)]
async fn an_operator_sets_up_an_organisation_and_a_phone_enrols(pool: PgPool) {
    let operator = Operator::new(&pool);
    let founded = operator.ask(&["init", "--organisation", "Care", "--person", "Ana", "--language", "ro"]);
    operator.ask(&["user", "add", "Bob"]);
    operator.ask(&["team", "add", "Night", "--time-zone", "Europe/Bucharest"]);
    let tenure = operator.ask(&["tenure", "start", "--team", "Night", "--leader", "Ana", "--agent", "Bob"]);
    let serving = operator.serve(&[]);
    let public_url = format!("http://{}", serving.address);
    let invited = operator.ask(&["invite", "Ana", "--public-url", &public_url, "--expires", "1h"]);
    let invitation = Invitation::parse(invited["link"].as_str().unwrap()).unwrap();

    let mut phone = Device::new();
    phone.enrol_at(&invitation).await;

    let enrolled = phone.enrolled.as_ref().unwrap();
    assert_eq!((enrolled.person_name.as_str(), enrolled.language.as_str()), ("Ana", "ro"));
    assert_eq!(founded["organisation"], enrolled.org.to_string());
    assert_eq!(tenure["leader"]["name"], "Ana");
    operator.ask(&["user", "add", "Cora"]);
    let before = tenure["id"].as_str().unwrap();
    let tenure = operator.ask(&["tenure", "hand-over", before, "--leader", "Cora"]);
    assert_eq!(
        (&tenure["follows"]["tenure"], &tenure["follows"]["leader"]["name"]),
        (&before.into(), &"Ana".into())
    );
    let [leader, agent] = [&tenure["leader"]["name"], &tenure["agent"]["name"]];
    assert_eq!((leader, agent, &tenure["until"]), (&"Cora".into(), &"Bob".into(), &serde_json::Value::Null));
    let devices = operator.ask(&["device", "list"]);
    assert_eq!(devices[0]["device"], enrolled.device.to_string());
    operator.ask(&["device", "revoke", &enrolled.device.to_string()]);
    let answer = phone.ask_for_token_at(&invitation).await;
    assert_eq!(serde_json::from_slice::<ErrorBody>(&answer).unwrap().code, ErrorCode::DeviceRevoked);
    operator.ask(&["tenure", "end", tenure["id"].as_str().unwrap()]);
    let tenures = operator.ask(&["tenure", "list"]);
    assert!(tenures.as_array().unwrap().iter().all(|tenure| tenure["until"].is_i64()), "{tenures}");
    let log = serving.terminate();
    assert!(log.contains(r#""message":"stopped""#), "{log}");
    assert!(!log.contains(&invitation.code));
}

#[sqlx::test(migrations = false)]
async fn what_a_person_reads_is_lines_and_a_qr_code(pool: PgPool) {
    let operator = Operator::new(&pool);
    let text = |arguments: &[&str]| {
        let output = operator.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };

    assert!(text(&["init", "--organisation", "Care", "--person", "Ana"]).contains("server invite 'Ana'"));
    let invited = text(&["invite", "Ana", "--public-url", "https://care.example/"]);
    assert!(invited.contains("https://care.example/#invite=") && invited.contains('█'));
    let listed = text(&["user", "list"]);
    assert!(listed.starts_with("PERSON") && listed.contains("Ana"), "{listed}");
}

#[sqlx::test(migrations = false)]
async fn a_whole_floor_is_invited_with_one_command_or_nobody_of_it(pool: PgPool) {
    let operator = Operator::new(&pool);
    operator.ask(&["init", "--organisation", "Care", "--person", "Ana"]);
    operator.ask(&["user", "add", "Bob"]);
    let waiting = || sqlx::query_scalar::<_, i64>("SELECT count(*) FROM invitation").fetch_one(&pool);

    assert!(operator.refused(&["invite", "Ana", "Nobody"]).contains("no person 'Nobody'"));
    assert_eq!(waiting().await.unwrap(), 0);
    let invited = operator.ask(&["invite", "Ana", "Bob", "Ana", "--public-url", "https://care.example"]);

    let invited = invited.as_array().unwrap();
    let names: Vec<_> = invited.iter().map(|one| one["person_name"].as_str().unwrap()).collect();
    let links: BTreeSet<_> = invited.iter().map(|one| one["link"].as_str().unwrap()).collect();
    assert_eq!((names, links.len()), (vec!["Ana", "Bob", "Ana"], 3));
    assert_eq!(waiting().await.unwrap(), 3);
}

#[sqlx::test(migrations = false)]
async fn what_is_unclear_is_refused_with_what_to_do(pool: PgPool) {
    let operator = Operator::new(&pool);
    assert!(operator.refused(&["user", "list"]).contains("run init first"));
    operator.ask(&["init", "--organisation", "Care", "--person", "Ana"]);
    assert!(operator.refused(&["invite", "Nobody"]).contains("no person 'Nobody'"));
    operator.ask(&["user", "add", "Ana"]);
    assert!(operator.refused(&["invite", "Ana"]).contains("more than one person 'Ana'"));
    operator.ask(&["init", "--organisation", "Other", "--person", "Eve"]);
    assert!(operator.refused(&["user", "list"]).contains("--org"));
}

#[sqlx::test(migrations = false)]
async fn a_server_with_a_sample_key_does_not_start(pool: PgPool) {
    let operator = Operator::new(&pool);
    operator.ask(&["init", "--organisation", "Care", "--person", "Ana"]);
    let file = operator.vault.path().join("vault/keys.json");
    let mut keys: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    keys["access"] = hex::encode(b"changemechangemechangemechangeme").into();
    std::fs::write(&file, keys.to_string()).unwrap();

    let refused = operator.refused(&["serve"]);

    assert!(refused.contains("a key that is not random: access"), "{refused}");
    assert!(!refused.contains(&hex::encode(b"changeme")));
}

#[sqlx::test(migrations = false)]
async fn a_setting_that_does_not_exist_is_refused(pool: PgPool) {
    let mut operator = Operator::new(&pool);
    operator.settings.push(("FLOORWALK_DATABSE_URL", "x".into()));
    assert!(operator.refused(&["serve"]).contains("FLOORWALK_DATABSE_URL is not a setting"));
}

#[sqlx::test(migrations = false)]
async fn the_help_shows_no_secret_of_the_environment(pool: PgPool) {
    let mut operator = Operator::new(&pool);
    operator.settings[0].1 = "postgres://owner:hunter2@db/care".into();
    let help = String::from_utf8(operator.run(&["--help"]).stdout).unwrap();
    assert!(help.contains("FLOORWALK_DATABASE_URL") && !help.contains("hunter2"), "{help}");
}

#[sqlx::test(migrations = false)]
async fn numbers_are_served_only_where_they_were_asked_for(pool: PgPool) {
    let operator = Operator::new(&pool);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let serving = operator.serve(&["--metrics-listen", &free]);
    let get = async |address: &str, path: &str| {
        let response = reqwest::get(format!("http://{address}{path}")).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };

    assert_eq!(get(&serving.address, "/metrics").await.0, 404);
    let (status, numbers) = get(&free, "/metrics").await;

    assert_eq!(status, 200);
    assert!(numbers.contains(r#"floorwalk_requests_total{route="unmatched",status="404"} 1"#), "{numbers}");
    assert!(
        numbers.contains("floorwalk_request_seconds_bucket") && numbers.contains("floorwalk_live_streams 0")
    );
}

#[test]
fn without_a_database_url_the_server_keeps_its_own() {
    let directory = TempDir::new().unwrap();
    // The account that Postgres runs under must get through.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(directory.path(), open).unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let settings = vec![
        ("FLOORWALK_DATA_DIR", path("data")),
        ("FLOORWALK_LOG_FORMAT", "json".into()),
        ("PATH", "/usr/bin:/bin".into()),
    ];
    let operator = Operator { settings, vault: TempDir::new().unwrap() };

    operator.ask(&["init", "--organisation", "Care", "--person", "Ana"]);
    let serving = operator.serve(&[]);
    let while_it_runs = operator.ask(&["user", "list"]);
    serving.terminate();
    let afterwards = operator.ask(&["user", "list"]);

    assert_eq!(while_it_runs[0]["name"], "Ana");
    assert_eq!(while_it_runs, afterwards);
    assert!(directory.path().join("data-vault/keys.json").exists());
}

const BROKEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/metrics/E-broken.csv");

#[sqlx::test(migrations = false)]
async fn r12_an_operator_checks_a_file_takes_it_in_and_gets_what_was_kept_out(pool: PgPool) {
    let operator = Operator::new(&pool);
    operator.ask(&["init", "--organisation", "Care", "--person", "Maria"]);
    for (name, number) in
        [("Ioana Țîrlea", "10012"), ("王伟", "10032"), ("Priya Nair", "10250"), ("Diego Ruiz", "10258")]
    {
        operator.ask(&["user", "add", name]);
        operator.ask(&["user", "identify", name, "--staff-number", number]);
    }
    let rejects = operator.vault.path().join("rejects.csv");
    let run = |more: &[&str]| {
        let output =
            operator.run(&[&["import", "metrics", BROKEN, "--source", "nice", "--json"], more].concat());
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };

    let checked = run(&["--check"]);
    assert_eq!((&checked["written"], &checked["rows"]["new"]), (&false.into(), &23.into()));
    let taken = run(&["--reject", rejects.to_str().unwrap()]);
    assert_eq!(
        (&taken["written"], &taken["rows"]["new"]),
        (&true.into(), &23.into()),
        "the check wrote nothing"
    );
    assert_eq!(run(&[])["rows"]["unchanged"], 23);

    assert_eq!(taken["file"]["accepted_lines"], serde_json::json!([2, 7, 14, 15]));
    let rejects = std::fs::read_to_string(rejects).unwrap();
    assert!(
        rejects.contains(
            "10,handle_time,invalid_duration,\"2026-03-02,10027,Răzvan Ilie,36,99:99:99,92,83%,91,0\""
        ),
        "{rejects}"
    );
    assert_eq!(rejects.lines().count(), 1 + taken["file"]["rejects"].as_array().unwrap().len());
}

#[sqlx::test(migrations = false)]
async fn what_an_operator_reads_of_a_file_tells_how_it_was_understood(pool: PgPool) {
    let operator = Operator::new(&pool);
    operator.ask(&["init", "--organisation", "Care", "--person", "Ana"]);
    let file = operator.vault.path().join("week.csv");
    std::fs::write(&file, "date;name;CSAT;Mood\n03/04/2026;Ana;87,4;3\n").unwrap();
    let file = file.to_str().unwrap();
    let import =
        |more: &[&str]| operator.run(&[&["import", "metrics", file, "--source", "nice"], more].concat());

    let unclear = import(&[]);
    assert_eq!(unclear.status.code(), Some(3));
    let text = String::from_utf8(unclear.stdout).unwrap();
    assert!(
        text.contains("utf-8, semicolon between cells, decimal comma, order of dates not found out"),
        "{text}"
    );
    assert!(text.contains("Not known, and not taken in: Mood") && text.contains("ambiguous_date"), "{text}");

    assert!(import(&["--date-order", "dmy"]).status.success());
    let again = String::from_utf8(import(&[]).stdout).unwrap();
    assert!(again.contains("2026-04-03") && again.contains("1 unchanged"), "it was said once: {again}");
    assert!(operator.refused(&["import", "metrics", file, "--source", "Not A Word"]).contains("--help"));
    std::fs::write(file, "date;name;CSAT;Customer phone\n").unwrap();
    assert!(operator.refused(&["import", "metrics", file, "--source", "nice"]).contains("Customer phone"));
}

#[sqlx::test(migrations = false)]
async fn an_operator_sets_up_a_team_from_a_file_and_the_same_file_again_adds_nothing(pool: PgPool) {
    let operator = Operator::new(&pool);
    operator.ask(&["init", "--organisation", "Care", "--person", "Maria"]);
    let file = operator.vault.path().join("team.csv");
    let lines = "name,staff number,language,team,time zone,leader\nMaria,1,ro,,,\nAndrei,0002,ro,Evening,Europe/Bucharest,Maria\n\
                 李娜,3,zh,Evening,,1\n";
    std::fs::write(&file, lines).unwrap();
    let file = file.to_str().unwrap();

    let checked = operator.ask(&["import", "roster", file, "--check"]);
    assert_eq!(operator.ask(&["user", "list"]).as_array().unwrap().len(), 1, "a check writes nothing");
    let done = operator.ask(&["import", "roster", file]);
    let again = operator.ask(&["import", "roster", file]);

    let new = serde_json::json!({ "people": 2, "identifiers": 3, "teams": 1, "tenures": 2 });
    assert_eq!((&checked["new"], &done["new"]), (&new, &new));
    assert_eq!(again["new"], serde_json::json!({ "people": 0, "identifiers": 0, "teams": 0, "tenures": 0 }));
    let tenures = operator.ask(&["tenure", "list"]);
    assert!(
        tenures.as_array().unwrap().iter().all(|tenure| tenure["leader"]["name"] == "Maria"),
        "{tenures}"
    );
    std::fs::write(file, format!("{lines}Tom,4,ro,,,Nobody\n")).unwrap();
    let output = operator.run(&["import", "roster", file]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stdout).unwrap().contains("unknown_leader"));
}

#[sqlx::test(migrations = false)]
async fn d6_r108_an_operator_lets_somebody_lead_for_a_time_and_shows_nobody_what_is_not_theirs(pool: PgPool) {
    let operator = Operator::new(&pool);
    operator.ask(&["init", "--organisation", "Care", "--person", "Ana"]);
    for name in ["Bob", "Eve", "Olga"] {
        operator.ask(&["user", "add", name]);
    }
    operator.ask(&["team", "add", "Night", "--time-zone", "UTC"]);
    operator.ask(&["tenure", "start", "--team", "Night", "--leader", "Ana", "--agent", "Bob"]);

    let started = operator.ask(&["delegation", "start", "--leader", "Ana", "--acting", "Eve", "--for", "2h"]);
    let (from, until) = (started["from"].as_i64().unwrap(), started["until"].as_i64().unwrap());
    assert_eq!((started["acting"]["name"].as_str(), until - from), (Some("Eve"), 7_200_000));
    operator.ask(&["delegation", "end", started["id"].as_str().unwrap()]);
    let listed = operator.ask(&["delegation", "list"]);
    assert!(listed[0]["until"].as_i64().unwrap() < until);

    let ask = ["disclose", "tier_note", "--about", "Bob", "--reader", "Olga"];
    assert!(operator.refused(&ask).contains("neither head of operations nor HR partner"));
    operator.ask(&["appointment", "start", "--person", "Olga", "--office", "head"]);
    assert_eq!(operator.ask(&ask), serde_json::json!([]));
}

#[sqlx::test(migrations = false)]
async fn an_operator_names_administrators_and_gives_programs_keys_that_are_shown_once(pool: PgPool) {
    let operator = Operator::new(&pool);
    operator.ask(&["init", "--organisation", "Care", "--person", "Ana"]);
    operator.ask(&["user", "add", "Bob"]);
    operator.ask(&["administrator", "appoint", "Ana"]);
    let listed = operator.ask(&["administrator", "list"]);
    assert_eq!((&listed[0]["person_name"], &listed[0]["until"]), (&"Ana".into(), &Value::Null));
    operator.ask(&["administrator", "dismiss", "Ana"]);
    assert!(operator.ask(&["administrator", "list"])[0]["until"].is_i64());

    let made = operator.ask(&["api-key", "create", "Payroll", "--expires", "30d"]);
    let key = made["key"].as_str().unwrap();
    let serving = operator.serve(&[]);
    let call = async || {
        let people = reqwest::Client::new().get(format!("http://{}/v1/admin/people", serving.address));
        people.bearer_auth(key).send().await.unwrap().status().as_u16()
    };
    assert_eq!(call().await, 200);
    let listed = operator.ask(&["api-key", "list"]);
    assert!(listed[0]["last_used_at"].is_i64() && !listed.to_string().contains(&key[26..]), "{listed}");
    operator.ask(&["api-key", "revoke", made["id"].as_str().unwrap()]);
    assert_eq!(call().await, 401);
    assert!(operator.refused(&["api-key", "create", "Payroll", "--expires", "400d"]).contains("--help"));

    operator.ask(&["user", "end", "Bob"]);
    assert_eq!(operator.ask(&["user", "list"]).as_array().unwrap().len(), 1);
    let log = serving.terminate();
    assert!(!log.contains(&key[26..]), "{log}");
}
