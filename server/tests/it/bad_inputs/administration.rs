//! What administrators, and whoever would like to be one, may send.

use crate::bad_inputs::{Refusal, assert_refused};
use crate::device::{Answer, Device};
use crate::http::{raw, status_of};
use crate::server::TestServer;
use crate::watched::Watched;
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::name::Name;
use sqlx::PgPool;
use sync_core::wire::ErrorCode;

const MALFORMED: Refusal = (400, ErrorCode::Malformed);
const TOO_LARGE: Refusal = (413, ErrorCode::TooLarge);
const UNSUPPORTED: Refusal = (415, ErrorCode::UnsupportedMedia);
const NOT_FOUND: Refusal = (404, ErrorCode::NotFound);
const JSON: (&str, &str) = ("content-type", "application/json");
const CSV: (&str, &str) = ("content-type", "text/csv");
const PEOPLE: &str = "/v1/admin/people";
const DAY_MS: i64 = 86_400_000;
/// What every request of an administrator leaves: that it was made.
const COUNTED: &[&str] = &["attempt"];

/// Ana administers the organisation in which she leads Bob; so does a program.
struct Office {
    watched: Watched,
    key: String,
}

impl Office {
    async fn open(pool: &PgPool) -> Self {
        let watched = Watched::start(pool).await;
        let ana = watched.ana.enrolled.as_ref().unwrap();
        let (org, person) = (ana.org, ana.person);
        watched.server.office().appoint_administrator(org, person).await.unwrap();
        let name = Name::parse("Payroll").unwrap();
        let key = watched.server.office().make_api_key(org, name, DAY_MS).await.unwrap().0.to_text();
        let office = Self { watched, key };
        // When a key was used last is written down the first time.
        let first = send(&office.watched.server, &office.key, (Method::GET, PEOPLE), &[], vec![]).await;
        assert_eq!(first.status, StatusCode::OK);
        office
    }

    /// Sends with the key, and expects this.
    async fn refuses(
        &self,
        what: &str,
        to: (Method, &str),
        headers: &[(&str, &str)],
        body: Vec<u8>,
        refusal: Refusal,
    ) {
        let sent = send(&self.watched.server, &self.key, to, headers, body);
        assert_refused(&self.watched.endures_but_for(COUNTED, what, sent).await, refusal, what);
    }
}

async fn send(
    server: &TestServer,
    bearer: &str,
    (method, path): (Method, &str),
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Answer {
    let request = server.http.request(method, server.url(path)).bearer_auth(bearer).body(body);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::of(request.send().await.unwrap()).await
}

/// A right body with this in the place of that.
fn person_with(that: &str, this: &str) -> Vec<u8> {
    let right =
        json!({ "id": "a1".repeat(16), "name": "Dan", "language": "en", "email": "dan@care" }).to_string();
    assert!(right.contains(that));
    right.replacen(that, this, 1).into_bytes()
}

fn bad_people() -> Vec<(u8, &'static str, Vec<u8>, Refusal)> {
    let deep = |depth: usize| person_with("{", &format!("{{\"login\":{},", "[".repeat(depth)));
    let right = || person_with("{", "{");
    vec![
        (113, "nothing", vec![], MALFORMED),
        (113, "null", b"null".to_vec(), MALFORMED),
        (113, "an array of the fields", br#"["a1","Dan","en"]"#.to_vec(), MALFORMED),
        (113, "an unknown field", person_with("{", r#"{"administrator":true,"#), MALFORMED),
        (113, "a key twice", person_with("{", r#"{"name":"Eve","#), MALFORMED),
        (113, "a key twice, once in escapes", person_with("{", r#"{"n\u0061me":"Eve","#), MALFORMED),
        (113, "four thousand deep", deep(4000), MALFORMED),
        (113, "ten thousand deep, which is too long already", deep(10_000), TOO_LARGE),
        (113, "something behind it", [right(), b"{}".to_vec()].concat(), MALFORMED),
        (113, "half of a surrogate pair", person_with("Dan", r"\ud800"), MALFORMED),
        (
            113,
            "no UTF-8",
            person_with("Dan", "Dan").into_iter().map(|b| if b == b'D' { 0xff } else { b }).collect(),
            MALFORMED,
        ),
        (113, "a NUL in the name", person_with("Dan", r"Dan\u0000"), MALFORMED),
        (45, "a NUL in an address", person_with("dan@", r"dan\u0000@"), MALFORMED),
        (45, "an address of two lines", person_with("dan@", r"dan@care\nBcc: eve@"), MALFORMED),
        (113, "a byte order mark", [b"\xef\xbb\xbf".to_vec(), right()].concat(), MALFORMED),
        (
            113,
            "UTF-16",
            String::from_utf8(right()).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect(),
            MALFORMED,
        ),
        (113, "a byte over the limit", vec![b' '; 8193], TOO_LARGE),
        (113, "an id of 31 digits", person_with(&"a1".repeat(16), &"a1".repeat(16)[1..]), MALFORMED),
        (
            113,
            "an id in braces",
            person_with(&"a1".repeat(16), &format!("{{{}}}", "a1".repeat(16))),
            MALFORMED,
        ),
        (
            113,
            "a number for an id",
            person_with(&format!("\"{}\"", "a1".repeat(16)), "9007199254740993"),
            MALFORMED,
        ),
        (113, "no id", person_with(&format!("\"id\":\"{}\",", "a1".repeat(16)), ""), MALFORMED),
        (113, "a language that nobody has here", person_with("\"en\"", "\"EN\""), MALFORMED),
        (113, "a name of spaces", person_with("Dan", "   "), MALFORMED),
        (113, "a name that reads backwards", person_with("Dan", "\u{202e}naD"), MALFORMED),
        (113, "a name of a thousand marks", person_with("Dan", &"\u{301}".repeat(1000)), MALFORMED),
    ]
}

/// Well formed, and yet nothing that can be.
const BAD_REQUESTS: [(u8, &str, &str, &str); 12] = [
    (113, "a path for a zone", "teams", r#""name":"Noon","time_zone":"../../etc/passwd""#),
    (113, "a zone with a NUL", "teams", r#""name":"Noon","time_zone":"Europe/Rome\u0000""#),
    (113, "an abbreviation of a zone", "teams", r#""name":"Noon","time_zone":"EST""#),
    (113, "an office that there is not", "appointments", r#""person":"$bob","office":"administrator""#),
    (113, "an end in the past", "delegations", r#""leader":"$ana","acting":"$bob","until":1"#),
    (113, "an end beyond all", "delegations", r#""leader":"$ana","acting":"$bob","until":1e300"#),
    (113, "for ever", "delegations", r#""leader":"$ana","acting":"$bob","until":9223372036854775807"#),
    (113, "their own place", "delegations", r#""leader":"$ana","acting":"$ana","until":9000000000000"#),
    (113, "who leads themselves", "tenures", r#""team":"$id","leader":"$ana","agent":"$ana""#),
    (113, "an invitation for ever", "invitations", r#""person":"$bob","expires_in":4294967295"#),
    (113, "an invitation for no time", "invitations", r#""person":"$bob","expires_in":0"#),
    (113, "an invitation for less than none", "invitations", r#""person":"$bob","expires_in":-1"#),
];

#[sqlx::test(migrations = false)]
async fn what_no_administrator_can_mean_is_refused_and_changes_nothing(pool: PgPool) {
    let office = Office::open(&pool).await;
    for (number, what, body, refusal) in bad_people() {
        office.refuses(&format!("{number}: {what}"), (Method::POST, PEOPLE), &[JSON], body, refusal).await;
    }
    let [ana, bob] = [&office.watched.ana, &office.watched.bob]
        .map(|device| device.enrolled.as_ref().unwrap().person.to_string());
    for (number, what, path, told) in BAD_REQUESTS {
        let (what, path) = (format!("{number}: {what}"), format!("/v1/admin/{path}"));
        let told = told.replace("$ana", &ana).replace("$bob", &bob).replace("$id", &"a1".repeat(16));
        let body = format!("{{\"id\":\"{}\",{told}}}", "a1".repeat(16)).into_bytes();
        office.refuses(&what, (Method::POST, &path), &[JSON], body, MALFORMED).await;
    }
    let person = format!("{PEOPLE}/{bob}");
    let change = br#"{"name":""}"#.to_vec();
    office.refuses("113: no name", (Method::PATCH, &person), &[JSON], change, MALFORMED).await;
    office.watched.finish();
}

#[sqlx::test(migrations = false)]
async fn what_an_administrator_sends_as_something_else_is_refused(pool: PgPool) {
    let office = Office::open(&pool).await;
    let right = || person_with("Dan", "Dan");
    for (number, what, headers) in [
        (114, "no type", vec![]),
        (114, "a form", vec![("content-type", "application/x-www-form-urlencoded")]),
        (114, "two types", vec![JSON, CSV]),
        (114, "UTF-16", vec![("content-type", "application/json; charset=utf-16")]),
        (114, "compressed", vec![JSON, ("content-encoding", "gzip")]),
        (114, "two encodings", vec![JSON, ("content-encoding", "identity"), ("content-encoding", "zstd")]),
    ] {
        let what = format!("{number}: {what}");
        office.refuses(&what, (Method::POST, PEOPLE), &headers, right(), UNSUPPORTED).await;
    }
    let roster = (Method::POST, "/v1/admin/roster");
    office.refuses("114: JSON for a file", roster, &[JSON], right(), UNSUPPORTED).await;
    office.watched.finish();
}

#[sqlx::test(migrations = false)]
async fn a_credential_that_makes_no_administrator_opens_nothing(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (watched, key) = (&office.watched, &office.key);
    let malformed = (401, ErrorCode::TokenMalformed);
    let refused = (401, ErrorCode::KeyRefused);
    let shuffled = format!("{}{}", &key[..26], key[26..].chars().rev().collect::<String>());
    for (number, what, bearer, refusal) in [
        (115, "the prefix alone", "fwk_".to_owned(), malformed),
        (115, "a key that is cut", key[..key.len() - 1].to_owned(), malformed),
        (115, "a key with something behind it", format!("{key}A"), malformed),
        (115, "a key without its prefix", key[4..].to_owned(), malformed),
        (115, "a key of three thousand letters", format!("fwk_{}", "A".repeat(3000)), malformed),
        (115, "a key of other letters", format!("fwk_{}", "+".repeat(64)), malformed),
        (115, "a key that nobody has", format!("fwk_{}", "A".repeat(64)), refused),
        (115, "a key of which the secret is shuffled", shuffled, refused),
    ] {
        let what = format!("{number}: {what}");
        let sent = send(&watched.server, &bearer, (Method::GET, PEOPLE), &[], vec![]);
        assert_refused(&watched.endures_but_for(COUNTED, &what, sent).await, refusal, &what);
    }
    let long = format!(
        "GET {PEOPLE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer fwk_{}\r\n\r\n",
        "A".repeat(1 << 20)
    );
    let answer = watched.endures("115: a key of a mebibyte", raw(&watched.server, long.as_bytes())).await;
    assert_eq!(status_of(&answer), "431");
    let told = json!({ "id": "a1".repeat(16), "name": "Dan" }).to_string().into_bytes();
    for (what, device) in [("a colleague", &watched.bob), ("somebody of elsewhere", &watched.eve)] {
        let what = format!("115: {what} who administers nothing");
        let bearer = device.assertion(&watched.server, &told);
        let sent = send(&watched.server, &bearer, (Method::POST, PEOPLE), &[JSON], told.clone());
        assert_refused(&watched.endures(&what, sent).await, (403, ErrorCode::NotAllowed), &what);
    }
    office.watched.finish();
}

#[sqlx::test(migrations = false)]
async fn paths_and_queries_of_administrators_that_mean_nothing_are_refused(pool: PgPool) {
    let office = Office::open(&pool).await;
    let eve = office.watched.eve.enrolled.as_ref().unwrap();
    let (device, person) = (format!("devices/{}/revoke", eve.device), format!("people/{}/end", eve.person));
    for (number, what, method, path, refusal) in [
        (116, "a device of another tenant", Method::POST, device.as_str(), NOT_FOUND),
        (116, "a person of another tenant", Method::POST, person.as_str(), NOT_FOUND),
        (116, "what is no id", Method::POST, "people/1/end", NOT_FOUND),
        (116, "a NUL for an id", Method::POST, "people/%00/end", NOT_FOUND),
        (116, "no UTF-8 for an id", Method::POST, "people/%ff/end", MALFORMED),
        (116, "a way up", Method::POST, "people/..%2f..%2fteams/end", NOT_FOUND),
        (116, "no id", Method::POST, "people//end", NOT_FOUND),
        (116, "what cannot be taken away", Method::DELETE, "people", (405, ErrorCode::NotFound)),
        (117, "less than none", Method::GET, "people?limit=-1", MALFORMED),
        (117, "two to the 63rd", Method::GET, "people?limit=9223372036854775808", MALFORMED),
        (117, "a limit twice", Method::GET, "people?limit=1&limit=2", MALFORMED),
        (117, "what nobody can ask", Method::GET, "people?order=name", MALFORMED),
        (117, "a beginning that is no id", Method::GET, "people?after=first", MALFORMED),
        (117, "nothing for a limit", Method::GET, "people?limit=", MALFORMED),
    ] {
        let (what, path) = (format!("{number}: {what}"), format!("/v1/admin/{path}"));
        let sent = send(&office.watched.server, &office.key, (method, &path), &[], vec![]);
        let answer = office.watched.endures_but_for(COUNTED, &what, sent).await;
        assert_refused(&answer, refusal, &what);
    }
    let most = "/v1/admin/people?limit=4294967295&after=ffffffff-ffff-ffff-ffff-ffffffffffff";
    let sent = send(&office.watched.server, &office.key, (Method::GET, most), &[], vec![]);
    let answer = office.watched.endures_but_for(COUNTED, "117: all after the last", sent).await;
    assert_eq!(answer.json::<serde_json::Value>(), json!({ "people": [], "next": null }));
    office.watched.finish();
}

#[sqlx::test(migrations = false)]
async fn files_that_are_no_roster_are_refused_or_told_line_by_line(pool: PgPool) {
    let office = Office::open(&pool).await;
    let roster = "/v1/admin/roster";
    let cells = format!("name,team\n{}\n", ",".repeat(100_000));
    for (number, what, file, refusal) in [
        (118, "nothing", vec![], MALFORMED),
        (118, "a header without names", b"team,leader\n".to_vec(), MALFORMED),
        (118, "NUL", b"name\0,team\nDan,\0\n".to_vec(), MALFORMED),
        (118, "two columns of names", b"name,name\nDan,Eve\n".to_vec(), MALFORMED),
        (
            118,
            "more lines than are taken",
            format!("name,team\n{}", "Dan,\n".repeat(2001)).into_bytes(),
            TOO_LARGE,
        ),
        (118, "more bytes than are taken", vec![b'x'; (4 << 20) + 1], TOO_LARGE),
    ] {
        let what = format!("{number}: {what}");
        office.refuses(&what, (Method::POST, roster), &[CSV], file, refusal).await;
    }
    for (number, what, file) in [
        (118, "a hundred thousand cells", cells.into_bytes()),
        (118, "a quotation mark that nothing closes", b"name,team\n\"Dan,Night\n".to_vec()),
        (118, "a name that nobody sees", "name,team\n\u{200b},Night\n".into()),
        (118, "a leader who leads themselves", b"name,team,leader\nDan,Night,Dan\n".to_vec()),
        (118, "a zone that is a path", b"name,team,time zone\nDan,Noon,../../etc/passwd\n".to_vec()),
    ] {
        let what = format!("{number}: {what}");
        let sent = send(&office.watched.server, &office.key, (Method::POST, roster), &[CSV], file);
        let told: serde_json::Value = office.watched.endures_but_for(COUNTED, &what, sent).await.json();
        assert_eq!(told["written"], false, "{what}: {told}");
        assert!(!told["faults"].as_array().unwrap().is_empty(), "{what}: {told}");
    }
    office.watched.finish();
}

/// Asks for the calendar at an address.
async fn calendar(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = server.http.get(server.url(path));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::of(request.send().await.unwrap()).await
}

async fn address_of(server: &TestServer, device: &Device) -> String {
    let enrolled = device.enrolled.as_ref().unwrap();
    let given = server.office().give_calendar(enrolled.org, enrolled.person).await.unwrap();
    given.to_text()
}

#[sqlx::test(migrations = false)]
async fn an_address_of_no_calendar_is_not_found_and_costs_little(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let (anas, eves) =
        (address_of(&watched.server, &watched.ana).await, address_of(&watched.server, &watched.eve).await);
    // The organisation is 16 bytes: 21 letters hold nothing of the secret.
    let mixed = format!("{}{}", &eves[..21], &anas[21..]);
    for (number, what, name) in [
        (119, "nothing", ".ics".to_owned()),
        (119, "a NUL", "%00.ics".into()),
        (119, "a way up", "..%2f..%2fhealthz.ics".into()),
        (119, "an address without its ending", anas.clone()),
        (119, "an address in another case", format!("{}.ics", anas.to_uppercase())),
        (119, "an address that is cut", format!("{}.ics", &anas[1..])),
        (119, "an address with something behind it", format!("{anas}A.ics")),
        (119, "an address of six thousand letters", format!("{}.ics", "A".repeat(6000))),
        (119, "an address of another tenant with this one's secret", format!("{mixed}.ics")),
        (119, "an address that nobody has", format!("{}.ics", "A".repeat(64))),
        (119, "an address in two parts", format!("{anas}/.ics")),
    ] {
        let (what, path) = (format!("{number}: {what}"), format!("/v1/calendar/{name}"));
        let answer = watched.endures_but_for(COUNTED, &what, calendar(&watched.server, &path, &[])).await;
        assert_refused(&answer, NOT_FOUND, &what);
    }
    let long =
        format!("GET /v1/calendar/{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "A".repeat(1 << 20));
    let answer = watched.endures("119: a mebibyte", raw(&watched.server, long.as_bytes())).await;
    assert_eq!(status_of(&answer), "431");
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn nonsense_beside_the_address_of_a_calendar_changes_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let path = format!("/v1/calendar/{}.ics", address_of(&watched.server, &watched.ana).await);
    let (tags, nonsense) = ("\"x\",".repeat(2000), "W/\"".repeat(100));
    for (number, what, headers) in [
        (120, "two thousand tags", vec![("if-none-match", tags.as_str())]),
        (120, "tags that are none", vec![("if-none-match", nonsense.as_str())]),
        (120, "a part of it", vec![("range", "bytes=0-0")]),
        (120, "another type", vec![("accept", "text/html")]),
        (120, "another method", vec![("x-http-method-override", "DELETE")]),
        (120, "somebody else's credential", vec![("authorization", "Bearer x")]),
    ] {
        let what = format!("{number}: {what}");
        let answer =
            watched.endures_but_for(COUNTED, &what, calendar(&watched.server, &path, &headers)).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}");
        assert!(answer.body.starts_with(b"BEGIN:VCALENDAR"), "{what}");
    }
    watched.finish();
}
