//! Bad credentials, over the wire. Every kind of token that is refused stands, by name, in `server/src/auth/refusals.rs`;
//! here one or more of each number show what it costs a whole server, and that nothing is left of it.

use crate::bad_inputs::{PLAIN, Refusal, assert_refused, encoded, request};
use crate::device::{Answer, Device, post};
use crate::server::TestServer;
use crate::watched::Watched;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use sync_core::wire::{ErrorCode, TokenResponse};

const MISSING: Refusal = (401, ErrorCode::CredentialMissing);
const MALFORMED: Refusal = (401, ErrorCode::TokenMalformed);
const SIGNATURE: Refusal = (401, ErrorCode::TokenSignature);
const CLAIMS: Refusal = (401, ErrorCode::TokenClaims);
const SKEW: Refusal = (401, ErrorCode::ClockSkew);
const UNKNOWN: Refusal = (401, ErrorCode::DeviceUnknown);
/// A head that is too long is refused before anybody looks at the token in it.
const NO_HEAD: u16 = 431;

/// A good assertion of a device, to be made bad.
struct Good<'a> {
    device: &'a Device,
    header: Value,
    claims: Value,
}

impl<'a> Good<'a> {
    fn of(device: &'a Device, server: &TestServer, body: &[u8]) -> Self {
        let enrolled = device.enrolled.as_ref().unwrap();
        let now = server.clock().now().seconds();
        let kid = format!("{}.{}", enrolled.org, enrolled.device);
        let header = json!({ "typ": "floorwalk-assertion+jwt", "alg": "ES256", "kid": kid });
        let claims = json!({
            "iss": enrolled.device, "sub": enrolled.person, "aud": enrolled.server_id,
            "iat": now, "nbf": now, "exp": now + 60, "jti": hex::encode(server.app.random.bytes::<16>()),
            "body_sha256": BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(body)),
        });
        Self { device, header, claims }
    }

    fn token(&self) -> String {
        self.device.sign(&self.header, &self.claims)
    }

    fn with_header(&self, name: &str, value: Value) -> String {
        let mut header = self.header.clone();
        header[name] = value;
        self.device.sign(&header, &self.claims)
    }

    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.device.sign(&self.header, &claims)
    }

    fn without_claim(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name).unwrap();
        self.device.sign(&self.header, &claims)
    }

    fn later(&self, seconds: i64) -> String {
        let mut claims = self.claims.clone();
        for time in ["iat", "nbf", "exp"] {
            claims[time] = (claims[time].as_i64().unwrap() + seconds).into();
        }
        self.device.sign(&self.header, &claims)
    }

    /// With this signature, or none.
    fn signed(&self, signature: &str) -> String {
        format!("{}.{signature}", self.token().rsplit_once('.').unwrap().0)
    }

    /// What an HMAC is whose secret is the public key.
    fn by_the_public_key(&self) -> String {
        let mut header = self.header.clone();
        header["alg"] = "HS256".into();
        let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&self.claims));
        let secret = BASE64_URL_SAFE_NO_PAD.decode(self.device.public_key()).unwrap();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &secret);
        let tag = BASE64_URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes()));
        format!("{signed}.{tag}")
    }

    fn bad_forms(&self) -> Vec<(u8, &'static str, String, Refusal)> {
        vec![
            (49, "no algorithm", self.with_header("alg", "none".into()), MALFORMED),
            (49, "no signature", self.signed(""), SIGNATURE),
            (50, "an HMAC by the public key", self.by_the_public_key(), MALFORMED),
            (51, "the algorithm in lower case", self.with_header("alg", "es256".into()), MALFORMED),
            (52, "a critical extension", self.with_header("crit", json!(["x"])), MALFORMED),
            (53, "a path for a key", self.with_header("kid", "../../dev/null".into()), MALFORMED),
            (53, "SQL for a key", self.with_header("kid", "' OR 1=1 --".into()), MALFORMED),
            (53, "an object for a key", self.with_header("kid", json!({})), MALFORMED),
            (54, "a key of its own", self.with_header("jwk", json!({ "kty": "EC" })), MALFORMED),
            (54, "an address of a key", self.with_header("jku", "http://127.0.0.1/keys".into()), MALFORMED),
            (
                54,
                "an address of a certificate",
                self.with_header("x5u", "http://127.0.0.1/".into()),
                MALFORMED,
            ),
            (63, "four parts", self.token() + ".AAAA", MALFORMED),
            (63, "padding", self.token() + "=", MALFORMED),
            (63, "a space in front", format!(" {}", self.token()), MALFORMED),
            (64, "four KiB and a byte", self.with_claim("note", "n".repeat(4096).into()), MALFORMED),
            (64, "a payload of ten KiB", self.with_claim("note", "n".repeat(10 << 10).into()), MALFORMED),
            (65, "an enrolment", self.with_header("typ", "floorwalk-enroll+jwt".into()), MALFORMED),
            (
                65,
                "what says it is an access token",
                self.with_header("typ", "floorwalk-access+jwt".into()),
                MALFORMED,
            ),
            (65, "a token of any kind", self.with_header("typ", "JWT".into()), MALFORMED),
        ]
    }

    fn bad_claims(&self) -> Vec<(u8, &'static str, String, Refusal)> {
        let now = self.claims["iat"].as_i64().unwrap();
        let array = json!([self.claims["aud"]]);
        vec![
            (55, "no audience", self.without_claim("aud"), CLAIMS),
            (55, "a number for an audience", self.with_claim("aud", 1.into()), CLAIMS),
            (55, "null for an audience", self.with_claim("aud", Value::Null), CLAIMS),
            (55, "an object for an audience", self.with_claim("aud", json!({})), CLAIMS),
            (55, "an array of audiences", self.with_claim("aud", array), CLAIMS),
            (56, "no issuer", self.without_claim("iss"), CLAIMS),
            (56, "a number for an issuer", self.with_claim("iss", 1.into()), CLAIMS),
            (57, "no subject", self.without_claim("sub"), CLAIMS),
            (57, "a number for a subject", self.with_claim("sub", 1.into()), CLAIMS),
            (58, "not before an hour has passed", self.with_claim("nbf", (now + 3600).into()), CLAIMS),
            (58, "not before ten seconds have passed", self.with_claim("nbf", (now + 10).into()), SKEW),
            (59, "a text for its beginning", self.with_claim("nbf", now.to_string().into()), CLAIMS),
            (59, "a text for its end", self.with_claim("exp", (now + 60).to_string().into()), CLAIMS),
            (60, "an end of 1e300", self.with_claim("exp", json!(1e300)), CLAIMS),
            (60, "an end before 1970", self.with_claim("exp", (-1).into()), CLAIMS),
            (60, "an end of 64 bits", self.with_claim("exp", u64::MAX.into()), CLAIMS),
            (60, "no end", self.without_claim("exp"), CLAIMS),
            (61, "an end that is long over", self.later(-120), SKEW),
            (61, "a beginning in an hour", self.later(3600), SKEW),
            (67, "no hash of the body", self.without_claim("body_sha256"), CLAIMS),
            (67, "no name", self.without_claim("jti"), CLAIMS),
            (67, "a name of a byte", self.with_claim("jti", "j".into()), CLAIMS),
            (67, "a name with a NUL", self.with_claim("jti", "0123456789abcde\0".into()), CLAIMS),
        ]
    }
}

#[sqlx::test(migrations = false)]
async fn a_token_of_another_form_opens_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let good = Good::of(&watched.ana, &watched.server, b"");
    let bad = [good.bad_forms(), good.bad_claims()].concat();
    for (number, what, token, refusal) in bad {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, post(&watched.server, "/v1/token", &token, vec![])).await;
        assert_refused(&answer, refusal, &what);
        assert_eq!(answer.headers["www-authenticate"], "Bearer", "{what}");
    }
    let token = good.token();
    let used = post(&watched.server, "/v1/token", &token, vec![]);
    let answer = watched.endures_but_for(&["spent_token"], "a good one", used).await;
    assert_eq!(answer.status.as_u16(), 200);
    watched.finish();
}

/// Claims that are no JSON value of the library that wrote the others.
#[sqlx::test(migrations = false)]
async fn claims_that_say_a_thing_twice_open_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let good = Good::of(&watched.ana, &watched.server, b"");
    for (number, what, more) in [
        (62, "two ends", r#"{"exp":9999999999,"#),
        (62, "two ends, one in escapes", r#"{"e\u0078p":9999999999,"#),
    ] {
        let what = format!("{number}: {what}");
        let claims = good.claims.to_string().replacen('{', more, 1);
        let token = watched.ana.sign_text(&good.header.to_string(), &claims);
        let answer = watched.endures(&what, post(&watched.server, "/v1/token", &token, vec![])).await;
        assert_refused(&answer, CLAIMS, &what);
    }
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn whoever_does_not_say_who_they_are_is_not_let_in(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let server = &watched.server;
    let body = encoded(&request::request());
    let token = format!("Bearer {}", watched.ana.assertion(server, &body));
    for (number, what, headers, refusal) in [
        (46, "no credential", vec![], MISSING),
        (46, "a password", vec![("authorization", "Basic YTpi")], MISSING),
        (46, "the token in a cookie", vec![("cookie", token.as_str())], MISSING),
        (47, "the word alone", vec![("authorization", "Bearer")], MISSING),
        (47, "the word and a space", vec![("authorization", "Bearer ")], MISSING),
        (48, "two credentials", vec![("authorization", &token), ("authorization", "Bearer x")], MISSING),
        (
            48,
            "the same credential twice",
            vec![("authorization", &token), ("authorization", &token)],
            MISSING,
        ),
    ] {
        let what = format!("{number}: {what}");
        let sent = server.http.post(server.url("/v1/sync")).header(PLAIN.0, PLAIN.1).body(body.clone());
        let sent = headers.iter().fold(sent, |sent, (name, value)| sent.header(*name, *value));
        let answer = watched.endures(&what, async { Answer::of(sent.send().await.unwrap()).await }).await;
        assert_refused(&answer, refusal, &what);
    }
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn a_token_that_is_longer_than_any_head_is_not_looked_at(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let good = Good::of(&watched.ana, &watched.server, b"");
    let mib = || Value::from("k".repeat(1 << 20));
    for (number, what, token) in [
        (53, "a key's name of a MiB", good.with_header("kid", mib())),
        (64, "a payload of a MiB", good.with_claim("note", mib())),
    ] {
        let what = format!("{number}: {what}");
        let head = format!(
            "POST /v1/token HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n"
        );
        let answer = watched.endures(&what, crate::http::raw(&watched.server, head.as_bytes())).await;
        // Whoever has not sent all when the connection is closed may not get to read why.
        assert!(
            answer.is_empty() || crate::http::status_of(&answer) == NO_HEAD.to_string(),
            "{what}: {answer}"
        );
    }
    watched.finish();
}

/// The right form, of the wrong one.
#[sqlx::test(migrations = false)]
async fn a_credential_of_somebody_or_something_else_opens_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let server = &watched.server;
    let (ana, eve) = (Good::of(&watched.ana, server, b""), Good::of(&watched.eve, server, b""));
    let spent = ana.token();
    let access: TokenResponse = post(server, "/v1/token", &spent, vec![]).await.json();
    let device_of = |good: &Good<'_>| good.device.enrolled.as_ref().unwrap().device;
    let transplanted = format!("{}.{}", watched.ana.enrolled.as_ref().unwrap().org, device_of(&eve));
    let other_body = (401, ErrorCode::TokenBody);
    for (number, what, token, body, refusal) in [
        (29, "a device of another tenant", eve.with_header("kid", transplanted.into()), &b""[..], UNKNOWN),
        (57, "the person of another tenant", ana.with_claim("sub", eve.claims["sub"].clone()), b"", CLAIMS),
        (65, "an access token for another", access.access_token.clone(), b"", MALFORMED),
        (66, "one that was used", spent, b"", (401, ErrorCode::TokenReplayed)),
        (67, "one for another body", ana.token(), b"another", other_body),
        (36, "one that was used, with another body", ana.token(), b"another", other_body),
    ] {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, post(server, "/v1/token", &token, body.to_vec())).await;
        assert_refused(&answer, refusal, &what);
    }
    watched.finish();
}
