use super::*;
use crate::credential::{DeviceKey, decode_public_key, encode_public_key, thumbprint};
use crate::ids::{DeviceId, OrgId, PersonId};
use crate::sync::WipeOrderCheck;
use crate::transport::answer::{MAX_FRAME_BYTES, SLACK_BYTES};
use crate::transport::inflate::compress;
use crate::wire::{EnrollRequest, EnrollResponse, Invitation, MEDIA_TYPE, TokenResponse, WipeOrder};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// What the body does after each piece.
type Pieces = VecDeque<Result<Bytes, TransportError>>;

struct Planned {
    status: u16,
    headers: Vec<(String, String)>,
    pieces: Pieces,
}

#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Planned>>,
    calls: Mutex<Vec<Call>>,
}

struct Played(Pieces);

impl Body for Played {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        let piece = self.0.pop_front().transpose();
        Box::pin(std::future::ready(piece))
    }
}

impl Transport for Script {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        self.calls.lock().unwrap().push(call);
        let Planned { status, headers, pieces } =
            self.replies.lock().unwrap().pop_front().expect("one reply for each call");
        Box::pin(std::future::ready(Ok(Reply { status, headers, body: Box::new(Played(pieces)) })))
    }
}

impl Script {
    fn answers(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Self {
        Self::default().then(status, headers, body)
    }

    fn then(self, status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Self {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let pieces = body.into().chunks(100).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        self.replies.lock().unwrap().push_back(Planned { status, headers, pieces });
        self
    }

    fn cut(self) -> Self {
        let cut = Err(TransportError::Interrupted(None));
        self.replies.lock().unwrap().back_mut().unwrap().pieces.push_back(cut);
        self
    }

    async fn sync(&self) -> Result<Answer, TransportError> {
        let body = EncodedRequest { bytes: Bytes::from_static(b"body"), is_compressed: false };
        sync(self, body, &assertion(), 1_000).await
    }
}

fn describe(error: &TransportError) -> String {
    match error {
        TransportError::NotTheServer { found, .. } => format!("stranger: {found}"),
        TransportError::Refused(refused) => {
            format!("{} {:?} {:?}", refused.code, refused.server_time.map(|t| t.0), refused.retry_after_ms)
        }
        other => other.to_string(),
    }
}

#[tokio::test]
async fn only_the_servers_own_words_are_taken_for_the_server() {
    const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");
    const JSON: (&str, &str) = ("content-type", "application/json");
    let revoked = error_body(ErrorCode::DeviceRevoked, 7);
    let long = [b"{".to_vec(), vec![b' '; api::MAX_JSON_BYTES], revoked[1..].to_vec()].concat();
    let cases: Vec<(Script, &str)> = vec![
        (Script::answers(200, &[HTML], "<html>log in</html>"), "stranger: another kind of content"),
        (Script::answers(200, &[], "?"), "stranger: another kind of content"),
        (Script::answers(200, &[JSON], "{}"), "stranger: another kind of content"),
        (Script::answers(204, &[], ""), "stranger: status 204"),
        (Script::answers(302, &[("location", "http://login.hotel/")], ""), "stranger: status 302"),
        (Script::answers(511, &[HTML], "<html>"), "stranger: status 511"),
        (Script::answers(401, &[HTML], "<html>"), "stranger: status 401"),
        (Script::answers(401, &[JSON], r#"{"error":"denied"}"#), "stranger: status 401"),
        (Script::answers(401, &[JSON], long), "stranger: status 401"),
        (Script::answers(401, &[HTML], revoked.clone()), "stranger: status 401"),
        (Script::answers(401, &[JSON], revoked.clone()), "device_revoked Some(7) None"),
        (Script::answers(401, &[JSON], revoked).cut(), "stranger: status 401"),
        (Script::answers(418, &[JSON], error_body(ErrorCode::Unknown, 1)), "unknown Some(1) None"),
        (Script::answers(413, &[HTML], "<html>"), "too_large None None"),
        (Script::answers(429, &[("retry-after", "30")], ""), "rate_limited None Some(30000)"),
        (Script::answers(502, &[HTML], "<html>"), "unavailable None None"),
        (Script::answers(503, &[("retry-after", "1000000000")], ""), "unavailable None Some(1000000000000)"),
        (Script::answers(503, &[("retry-after", "99999999999999999999999")], ""), "unavailable None None"),
        (
            Script::answers(
                503,
                &[
                    ("date", "Sat, 06 Jun 2026 10:00:00 GMT"),
                    ("retry-after", "Sat, 06 Jun 2026 10:02:00 GMT"),
                ],
                "",
            ),
            "unavailable None Some(120000)",
        ),
    ];
    for (number, (script, expected)) in cases.into_iter().enumerate() {
        let error = script.sync().await.err().expect("no success");
        assert_eq!(describe(&error), expected, "case {number}");
    }
}

/// Whatever stands in it, even a good answer: the status says that it is none of the server's.
#[tokio::test]
async fn no_status_of_a_stranger_is_taken_for_a_word_of_the_server() {
    let good = encode(&[hello(), cursor(1), end()]);
    let bodies = [("text/html", b"<html>".to_vec()), ("application/json", vec![]), (MEDIA_TYPE, good)];
    for (status, expected) in [
        (204, "stranger: status 204"),
        (206, "stranger: status 206"),
        (301, "stranger: status 301"),
        (304, "stranger: status 304"),
        (407, "stranger: status 407"),
        (421, "stranger: status 421"),
        (425, "stranger: status 425"),
        (426, "stranger: status 426"),
        (511, "stranger: status 511"),
        (599, "stranger: status 599"),
        (413, "too_large None None"),
        (429, "rate_limited None None"),
        (500, "unavailable None None"),
        (502, "unavailable None None"),
        (503, "unavailable None None"),
    ] {
        for (media_type, body) in &bodies {
            let script = Script::answers(status, &[("content-type", media_type)], body.clone());
            let error = script.sync().await.err().expect("no success");
            assert_eq!(describe(&error), expected, "{media_type}");
        }
    }
}

/// The engine takes an answer without an `End` for one that was cut.
#[tokio::test]
async fn a_success_with_nothing_in_it_brings_nothing() {
    let script = Script::answers(200, &[("content-type", MEDIA_TYPE)], "");

    let (frames, ending) = read_all(script.sync().await.unwrap()).await;

    assert_eq!(frames, []);
    ending.unwrap();
}

#[tokio::test]
async fn an_answer_gives_its_frames_with_their_sizes() {
    let body = compress(&encode(&[hello(), cursor(1), end()])).unwrap();
    let headers = [("content-type", "Application/VND.floorwalk+cbor-seq; v=1"), ("content-encoding", "zstd")];

    let mut answer = Script::answers(200, &headers, body).sync().await.unwrap();

    for frame in [hello(), cursor(1), end()] {
        let size_bytes = encode(std::slice::from_ref(&frame)).len();
        assert_eq!(answer.next().await.unwrap(), Some(Arrived { frame, size_bytes }));
    }
    assert_eq!(answer.next().await.unwrap(), None);
}

#[tokio::test]
async fn an_answer_that_is_cut_gives_what_came_whole_before() {
    let whole = encode(&[hello(), cursor(1)]);
    let half = [whole.clone(), encode(&[cursor(2)])[..9].to_vec()].concat();
    let packed = compress(&encode(&[hello(), cursor(1), end()])).unwrap();
    let plain = [("content-type", MEDIA_TYPE)];
    let zstd = [("content-type", MEDIA_TYPE), ("content-encoding", "zstd")];
    for (script, frames) in [
        (Script::answers(200, &plain, whole).cut(), 2),
        (Script::answers(200, &plain, half), 2),
        (Script::answers(200, &zstd, &packed[..packed.len() - 1]), 0),
    ] {
        let (arrived, ending) = read_all(script.sync().await.unwrap()).await;
        assert_eq!(arrived.len(), frames);
        assert!(matches!(ending, Err(TransportError::Interrupted(_))), "{ending:?}");
    }
}

#[tokio::test]
async fn an_answer_beyond_every_limit_is_dropped() {
    let plain = [("content-type", MEDIA_TYPE)];
    let endless = minicbor::to_vec(Frame::Cursor(ByteVec::from(vec![0; MAX_FRAME_BYTES + 1_000]))).unwrap();
    let half = &endless[..MAX_FRAME_BYTES + 500];
    let long = cursor(1);
    let many = encode(&vec![long.clone(); SLACK_BYTES / encode(&[long]).len() + 100]);
    let packed = compress(&many).unwrap();
    let zstd = [("content-type", MEDIA_TYPE), ("content-encoding", "zstd")];
    let brotli = [("content-type", MEDIA_TYPE), ("content-encoding", "br")];

    for script in [
        Script::answers(200, &plain, half),
        Script::answers(200, &plain, many),
        Script::answers(200, &zstd, packed),
        Script::answers(200, &plain, vec![0xff; 10]),
        Script::answers(200, &zstd, vec![0xff; 10]),
    ] {
        let (_, ending) = read_all(script.sync().await.unwrap()).await;
        assert!(matches!(ending, Err(TransportError::Malformed(_))), "{ending:?}");
    }
    let error = Script::answers(200, &brotli, "").sync().await.err();
    assert!(matches!(error, Some(TransportError::Malformed(_))), "{error:?}");
}

#[tokio::test]
async fn an_assertion_is_exchanged_for_a_token() {
    let given = TokenResponse { access_token: "t".into(), token_type: "Bearer".into(), expires_in: 600 };
    let body = serde_json::to_vec(&given).unwrap();
    let script = Script::answers(200, &[("content-type", "application/json")], body);

    assert_eq!(token(&script, &assertion()).await.unwrap(), given);

    let calls = script.calls.into_inner().unwrap();
    assert_eq!((calls[0].path, &calls[0].body[..]), ("/v1/token", &b""[..]));
    assert!(calls[0].headers.contains(&("authorization", "Bearer a.b.c".into())));
}

fn invitation() -> Invitation {
    Invitation { url: "https://care.example".into(), code: "c0de".into(), server_id: "care-1".into() }
}

fn enrolled() -> EnrollResponse {
    EnrollResponse {
        org: OrgId::from_bytes([1; 16]),
        org_name: "Contoso Care".into(),
        person: PersonId::from_bytes([2; 16]),
        person_name: "Ana".into(),
        language: "ro".into(),
        device: DeviceId::from_bytes([3; 16]),
        server_id: "care-1".into(),
        organisation_key: encode_public_key(&key().public_key()),
        server_time: Timestamp(9),
    }
}

async fn enrol(script: &Script) -> Result<EnrollResponse, EnrollError> {
    let device = NewDevice { name: "Ana's phone".into(), replaces: None };
    enroll(script, &invitation(), &key(), &device, Timestamp(1_000_000), &mut rng()).await
}

/// The time that a call claims to be signed at.
fn issued_at(call: &Call) -> i64 {
    let token = &call.headers.iter().find(|(name, _)| *name == "authorization").unwrap().1;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<serde_json::Value>(&claims).unwrap()["iat"].as_i64().unwrap()
}

#[tokio::test]
async fn an_enrolment_carries_the_code_and_the_key_and_gives_the_device() {
    let answer = serde_json::to_vec(&enrolled()).unwrap();
    let script = Script::answers(200, &[("content-type", "application/json")], answer);

    assert_eq!(enrol(&script).await.unwrap(), enrolled());

    let calls = script.calls.into_inner().unwrap();
    let request: EnrollRequest = serde_json::from_slice(&calls[0].body).unwrap();
    assert_eq!(request.code, "c0de");
    let sent_key = decode_public_key(&request.public_key).unwrap();
    assert_eq!(thumbprint(&sent_key), thumbprint(&key().public_key()));
    assert_eq!((calls.len(), calls[0].path, issued_at(&calls[0])), (1, "/v1/enroll", 1_000));
}

#[tokio::test]
async fn a_phone_whose_clock_is_wrong_enrols_by_the_servers_clock_after_one_refusal() {
    const JSON: [(&str, &str); 1] = [("content-type", "application/json")];
    let skew = || error_body(ErrorCode::ClockSkew, 88_000_000);
    let script =
        Script::answers(401, &JSON, skew()).then(200, &JSON, serde_json::to_vec(&enrolled()).unwrap());
    enrol(&script).await.unwrap();
    let calls = script.calls.into_inner().unwrap();
    assert_eq!(calls.iter().map(issued_at).collect::<Vec<_>>(), [1_000, 88_000]);
    assert_eq!(calls[0].body, calls[1].body);

    let stubborn = Script::answers(401, &JSON, skew()).then(401, &JSON, skew());
    assert!(enrol(&stubborn).await.is_err());
    assert_eq!(stubborn.calls.into_inner().unwrap().len(), 2);
}

#[tokio::test]
async fn an_enrolment_at_another_server_or_with_a_broken_key_is_refused() {
    let elsewhere = EnrollResponse { server_id: "evil".into(), ..enrolled() };
    let keyless = EnrollResponse { organisation_key: "AAAA".into(), ..enrolled() };
    for (answer, expected) in
        [(elsewhere, "stranger: another server"), (keyless, "the server's answer cannot be read")]
    {
        let answer = serde_json::to_vec(&answer).unwrap();
        let script = Script::answers(200, &[("content-type", "application/json")], answer);
        let Err(EnrollError::Transport(error)) = enrol(&script).await else { panic!("refused") };
        assert_eq!(describe(&error), expected);
    }
}

#[tokio::test]
async fn a_refusal_wipes_only_with_an_order_for_this_request() {
    let organisation = SoftwareKey::from_bytes(&[9; 32]).unwrap();
    let mut answer = enrolled();
    answer.organisation_key = encode_public_key(&organisation.public_key());
    let credential = Credential::enrolled(&answer, Arc::new(key())).unwrap();
    let signature = organisation.sign(&WipeOrder::signed_bytes(credential.device, "jti"));
    let order = WipeOrder {
        device: credential.device,
        nonce: "jti".into(),
        signature: BASE64_URL_SAFE_NO_PAD.encode(signature.unwrap()),
    };
    let mut body: ErrorBody = serde_json::from_slice(&error_body(ErrorCode::DeviceRevoked, 7)).unwrap();
    body.wipe = Some(order);
    let body = serde_json::to_vec(&body).unwrap();

    let error =
        Script::answers(401, &[("content-type", "application/json")], body).sync().await.err().unwrap();

    let wipe = |jti| match error.failure(&credential, jti) {
        Failure::Refused(refusal) => refusal.wipe,
        other => panic!("{other:?}"),
    };
    assert_eq!(wipe("jti"), WipeOrderCheck::Verified);
    assert_eq!(wipe("another"), WipeOrderCheck::Absent);
}
