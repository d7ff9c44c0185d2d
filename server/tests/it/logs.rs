//! What the log says, and above all what it does not.

use crate::device::{Device, get, post};
use crate::live;
use crate::server::TestServer;
use server::name::Name;
use server::services::roster::NewTenure;
use sqlx::PgPool;
use std::io::Write;
use std::sync::{Arc, Mutex};
use sync_core::content::Language;
use sync_core::ids::OrgId;
use sync_core::wire::TokenResponse;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Captured {
    type Writer = Self;
    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

impl Captured {
    /// Everything that this process logs from now on, down to the finest level.
    fn start() -> Self {
        let captured = Self::default();
        tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(captured.clone())
            .init();
        captured
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[sqlx::test(migrations = false)]
async fn no_secret_code_token_or_name_reaches_the_log_even_at_trace(pool: PgPool) {
    let captured = Captured::start();
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Zweckverband Pflege", "Anastasia Unverkennbar").await;
    let new = (Name::parse("Bogdan Einmalig").unwrap(), Language::Ro);
    let bob = server.office().add_person(org, new).await.unwrap().id;
    let zone = "Europe/Bucharest".to_owned();
    let team =
        server.office().add_team(org, Name::parse("Nachtwache Sieben").unwrap(), zone).await.unwrap().id;
    let pair = NewTenure { team, leader: ana, agent: bob };
    let tenure = server.office().start_tenure(org, pair).await.unwrap().tenure.id;
    let code = server.invitation(org, ana).await.to_text();
    let mut phone = Device::new();
    phone.enrol(&server, &code).await;
    let refused = Device::new();
    let refused_body = refused.enrolment(&code).to_string();
    let refused_token = refused.sign_enrolment(&server, refused_body.as_bytes());
    post(&server, "/v1/enroll", &refused_token, refused_body.into_bytes()).await;
    let assertion = phone.assertion(&server, b"");
    let access: TokenResponse = post(&server, "/v1/token", &assertion, vec![]).await.json();
    let body_marker = b"a body that nobody reads".to_vec();
    post(&server, "/v1/token", &phone.assertion(&server, b"x"), body_marker).await;
    get(&server, "/v1/unmatched-path-marker?query-marker=1").await;
    let mut stream = live::open(&server, &phone).await;
    live::write_news(&server.app.store, org, ana).await;
    stream.news().await;
    let key = administer(&server, org).await;
    server.office().end_tenure(org, tenure).await.unwrap();
    server.office().revoke_device(org, phone.enrolled.as_ref().unwrap().device).await.unwrap();
    stream.end().await;
    post(&server, "/v1/token", &phone.assertion(&server, b""), vec![]).await;
    let keys = server.app.vault.keys().clone();
    server.stop().await;

    let log = captured.text();
    let signature = |token: &str| token.rsplit_once('.').unwrap().1.to_owned();
    for (what, secret) in [
        ("the code", code.clone()),
        ("the code's secret part", code[22..].to_owned()),
        ("an assertion", signature(&assertion)),
        ("a refused token", signature(&refused_token)),
        ("an access token", signature(&access.access_token)),
        ("a key", key[26..].to_owned()),
        ("the name of a program, and one that it told", "Merkwuerdig".into()),
        ("an organisation's name", "Zweckverband".into()),
        ("a person's name", "Unverkennbar".into()),
        ("another person's name", "Einmalig".into()),
        ("a team's name", "Nachtwache".into()),
        ("a device's name", "Ana's phone".into()),
        ("a body", "nobody reads".into()),
        ("a query", "query-marker".into()),
        ("the cursor key", hex::encode(keys.cursor)),
        ("the receipt key", hex::encode(keys.receipt)),
        ("the access key", hex::encode(keys.access)),
        ("the organisation key", hex::encode(keys.organisation)),
    ] {
        let line = log.lines().find(|line| line.contains(&secret) && !is_client(line));
        assert_eq!(line, None, "{what}");
    }
    // The capture works: the lines of requests are there, with their routes, and without the path.
    assert!(log.contains(r#""route":"/v1/enroll""#) && log.contains(r#""code":"device_revoked""#));
    assert!(log.contains(r#""what":"person.added""#), "what was changed");
    assert!(!log.lines().any(|line| line.contains("unmatched-path-marker") && !is_client(line)));
}

/// Somebody is added by a program; tells its key.
async fn administer(server: &TestServer, org: OrgId) -> String {
    let payroll = Name::parse("Lohnbuero Merkwuerdig").unwrap();
    let key = server.office().make_api_key(org, payroll, 3_600_000).await.unwrap().0.to_text();
    let added = br#"{"id":"0123456789abcdef0123456789abcdef","name":"Cosmin Merkwuerdig"}"#.to_vec();
    assert_eq!(post(server, "/v1/admin/people", &key, added).await.status.as_u16(), 200);
    key
}

/// The test's own HTTP client logs what it sends.
fn is_client(line: &str) -> bool {
    ["reqwest", "hyper_util::client"].iter().any(|module| line.contains(&format!(r#""target":"{module}"#)))
}

#[sqlx::test(migrations = false)]
async fn each_request_leaves_one_line_with_route_status_and_time(pool: PgPool) {
    let captured = Captured::start();
    let server = TestServer::start(&pool).await;

    let answer = get(&server, "/nowhere").await;
    let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
    server.stop().await;

    let log = captured.text();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &serde_json::Value| line["fields"]["message"] == "request" && line["level"] == "INFO")
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    let fields = &lines[0]["fields"];
    assert_eq!(fields["request.id"], id.as_str());
    assert_eq!((&fields["method"], &fields["route"]), (&"GET".into(), &"unmatched".into()));
    assert_eq!((&fields["status"], &fields["code"]), (&404.into(), &"not_found".into()));
    assert!(fields["duration_ms"].is_i64() && fields["sent_bytes"].as_u64().unwrap() > 0);
}
