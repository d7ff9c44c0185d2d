//! Bad bodies of an enrolment: JSON.

use crate::bad_inputs::{Refusal, assert_refused};
use crate::device::{Answer, Device};
use crate::server::TestServer;
use crate::watched::Watched;
use serde_json::json;
use sqlx::PgPool;
use sync_core::ids::DeviceId;
use sync_core::wire::ErrorCode;

const MALFORMED: Refusal = (400, ErrorCode::Malformed);
const TOO_LARGE: Refusal = (413, ErrorCode::TooLarge);
const JSON: (&str, &str) = ("content-type", "application/json");

/// Signs and sends an enrolment with these headers.
async fn send(server: &TestServer, device: &Device, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let token = device.sign_enrolment(server, &body);
    let request = server.http.post(server.url("/v1/enroll")).bearer_auth(token).body(body);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::of(request.send().await.unwrap()).await
}

/// A phone with an invitation that it has not used, and the body that would use it.
struct Invited {
    phone: Device,
    code: String,
    right: String,
}

impl Invited {
    async fn to(watched: &Watched) -> Self {
        let enrolled = watched.ana.enrolled.as_ref().unwrap();
        let code = watched.server.invitation(enrolled.org, enrolled.person).await.to_text();
        let phone = Device::new();
        let right = phone.enrolment(&code).to_string();
        Self { phone, code, right }
    }

    /// The right body with this in the place of that.
    fn with(&self, that: &str, this: &str) -> Vec<u8> {
        assert!(self.right.contains(that));
        self.right.replacen(that, this, 1).into_bytes()
    }

    /// With this as the device that it replaces.
    fn replacing(&self, replaced: &str) -> Vec<u8> {
        self.with("{", &format!("{{\"replaces\":{replaced},"))
    }

    fn bad_bodies(&self) -> Vec<(u8, &'static str, Vec<u8>, Refusal)> {
        let array = json!([self.code, self.phone.public_key(), "Ana's phone", null]).to_string();
        let deep = |depth: usize| self.with("{", &format!("{{\"code\":{},", "[".repeat(depth)));
        let in_utf16 = self.right.encode_utf16().flat_map(u16::to_le_bytes).collect();
        vec![
            (1, "nothing", vec![], MALFORMED),
            (2, "null", b"null".to_vec(), MALFORMED),
            (3, "an array", b"[]".to_vec(), MALFORMED),
            (3, "an array of the fields", array.into_bytes(), MALFORMED),
            (4, "an unknown field", self.with("{", r#"{"admin":true,"#), MALFORMED),
            (5, "a key twice", self.with("{", r#"{"code":"x","#), MALFORMED),
            (5, "a key twice, once in escapes", self.with("{", r#"{"c\u006fde":"x","#), MALFORMED),
            (6, "four thousand deep", deep(4000), MALFORMED),
            (6, "ten thousand deep, which is too long already", deep(10_000), TOO_LARGE),
            (7, "a number beyond all", self.with("\"Ana's phone\"", "1e400"), MALFORMED),
            (8, "minus nothing for an id", self.replacing("-0"), MALFORMED),
            (8, "two to the 53rd and one for an id", self.replacing("9007199254740993"), MALFORMED),
            (9, "half of a surrogate pair", self.with("Ana's phone", r"\ud800"), MALFORMED),
            (
                10,
                "no UTF-8",
                [&self.right.as_bytes()[..self.right.len() - 2], b"\xff\"}"].concat(),
                MALFORMED,
            ),
            (11, "a NUL in the name", self.with("Ana's phone", r"Ana\u0000"), MALFORMED),
            (12, "a byte order mark", [b"\xef\xbb\xbf", self.right.as_bytes()].concat(), MALFORMED),
            (14, "UTF-16 that says it is JSON", in_utf16, MALFORMED),
            (15, "a byte over the limit", vec![b' '; 8193], TOO_LARGE),
            (28, "an id in braces", self.replacing(r#""{0123456789abcdef0123456789abcdef}""#), MALFORMED),
            (
                28,
                "an id of 35 characters",
                self.replacing(r#""01234567-89ab-cdef-0123-456789abcde""#),
                MALFORMED,
            ),
            (44, "a name of a thousand marks", self.with("Ana's phone", &"\u{301}".repeat(1000)), MALFORMED),
            (
                44,
                "a name of a million marks",
                self.with("Ana's phone", &"\u{301}".repeat(1 << 20)),
                TOO_LARGE,
            ),
            (44, "a name of spaces", self.with("Ana's phone", "   "), MALFORMED),
            (44, "a name that nobody sees", self.with("Ana's phone", "\u{200b}\u{feff}"), MALFORMED),
            (44, "a name that reads backwards", self.with("Ana's phone", "\u{202e}anA"), MALFORMED),
        ]
    }
}

#[sqlx::test(migrations = false)]
async fn an_enrolment_of_another_form_is_refused_and_uses_nothing_up(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let invited = Invited::to(&watched).await;
    for (number, what, body, refusal) in invited.bad_bodies() {
        let what = format!("{number}: {what}");
        let sent = send(&watched.server, &invited.phone, &[JSON], body);
        assert_refused(&watched.endures(&what, sent).await, refusal, &what);
    }

    let right = send(&watched.server, &invited.phone, &[JSON], invited.right.into_bytes()).await;

    assert_eq!(right.status.as_u16(), 200);
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn an_enrolment_that_says_it_is_something_else_is_refused(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let invited = Invited::to(&watched).await;
    let bomb = gzipped(&vec![b' '; 4 << 20]);
    let right = || invited.right.clone().into_bytes();
    let (twice, cut) = (gzipped(&gzipped(&right())), gzipped(&right())[..20].to_vec());
    let encoded = |name| [JSON, ("content-encoding", name)];
    for (number, what, headers, body) in [
        (13, "no type", vec![], right()),
        (13, "another type", vec![("content-type", "text/plain")], right()),
        (13, "two types", vec![JSON, ("content-type", "text/plain")], right()),
        (13, "a type that only begins right", vec![("content-type", "application/jsonp")], right()),
        (14, "UTF-16", vec![("content-type", "application/json; charset=utf-16")], right()),
        (19, "a bomb", encoded("gzip").to_vec(), bomb),
        (20, "gzip of gzip", encoded("gzip, gzip").to_vec(), twice),
        (21, "half of a gzip", encoded("gzip").to_vec(), cut),
        (22, "an encoding that nobody knows", encoded("x").to_vec(), right()),
        (
            22,
            "two encodings",
            vec![JSON, ("content-encoding", "identity"), ("content-encoding", "zstd")],
            right(),
        ),
    ] {
        let what = format!("{number}: {what}");
        let sent = send(&watched.server, &invited.phone, &headers, body);
        assert_refused(&watched.endures(&what, sent).await, (415, ErrorCode::UnsupportedMedia), &what);
    }
    watched.finish();
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// A device of somebody else is no device; the attempt is counted as every failed one is, and nothing else changes.
#[sqlx::test(migrations = false)]
async fn an_id_of_others_is_answered_like_one_that_nobody_has(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let invited = Invited::to(&watched).await;
    let of = |device: &Device| format!("\"{}\"", device.enrolled.as_ref().unwrap().device);
    let nobodys = format!("\"{}\"", DeviceId::from_bytes([1; 16]));
    for (number, what, replaced) in [
        (29, "another tenant's", of(&watched.eve)),
        (29, "a colleague's", of(&watched.bob)),
        (28, "a colleague's in upper case", of(&watched.bob).to_uppercase()),
        (30, "one that is gone, or never was", nobodys),
    ] {
        let what = format!("{number}: {what}");
        let sent = send(&watched.server, &invited.phone, &[JSON], invited.replacing(&replaced));
        let answer = watched.endures_but_for(&["attempt"], &what, sent).await;
        assert_refused(&answer, (404, ErrorCode::NotFound), &what);
    }
    watched.finish();
}
