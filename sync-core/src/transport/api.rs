//! Owns what each endpoint takes and answers, and who is to be believed when the answer is an error.

use super::answer::Answer;
use super::inflate::compress;
use super::pokes::Pokes;
use super::{Call, Method, Patience, Refused, Reply, Stranger, Transport, TransportError};
use crate::credential::{
    Assertion, DeviceKey, KeyError, decode_public_key, encode_public_key, sign_enrolment,
};
use crate::ids::DeviceId;
use crate::time::Timestamp;
use crate::wire::{
    CalendarResponse, EnrollRequest, EnrollResponse, ErrorBody, ErrorCode, Invitation, MEDIA_TYPE,
    SyncRequest, TokenResponse, pays_off,
};
use bytes::Bytes;
use rand::CryptoRng;
use serde::de::DeserializeOwned;

/// The longest JSON answer that is read.
pub const MAX_JSON_BYTES: usize = 64 << 10;

const JSON: &str = "application/json";
const EVENT_STREAM: &str = "text/event-stream";

/// The body of a sync as it is signed and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedRequest {
    /// What the assertion is signed over.
    pub bytes: Bytes,
    /// Whether it is zstd.
    pub is_compressed: bool,
}

/// Encodes the body of a sync. A short one is sent as it is: what compression saves goes into saying so.
pub fn encode_request(request: &SyncRequest) -> EncodedRequest {
    let plain = minicbor::to_vec(request).expect("encodes: writing to a vector cannot fail");
    let packed = compress(&plain).expect("compresses: the level is valid and the output grows as needed");
    let is_compressed = pays_off(plain.len(), packed.len());
    EncodedRequest { bytes: if is_compressed { packed } else { plain }.into(), is_compressed }
}

/// `POST /v1/sync`. `assertion` is what was signed over the bytes of `body`.
pub async fn sync(
    transport: &dyn Transport,
    body: EncodedRequest,
    assertion: &Assertion,
    max_response_bytes: u32,
) -> Result<Answer, TransportError> {
    let mut headers =
        vec![bearer(assertion), ("content-type", MEDIA_TYPE.into()), ("accept-encoding", "zstd".into())];
    if body.is_compressed {
        headers.push(("content-encoding", "zstd".into()));
    }
    let patience = Patience::Answer;
    let call = Call { method: Method::Post, path: "/v1/sync", headers, body: body.bytes, patience };
    let reply = accepted(transport.call(call).await?, MEDIA_TYPE).await?;
    Answer::new(reply, max_response_bytes as usize)
}

/// `GET /v1/live`. The assertion is signed over an empty body.
pub async fn live(transport: &dyn Transport, assertion: &Assertion) -> Result<Pokes, TransportError> {
    let call = Call {
        method: Method::Get,
        path: "/v1/live",
        headers: vec![bearer(assertion), ("accept", EVENT_STREAM.into())],
        body: Bytes::new(),
        patience: Patience::Live,
    };
    Ok(Pokes::new(accepted(transport.call(call).await?, EVENT_STREAM).await?))
}

/// `POST /v1/token`: a ten-minute token for a tool that makes many calls. The assertion is signed over an
/// empty body.
pub async fn token(
    transport: &dyn Transport,
    assertion: &Assertion,
) -> Result<TokenResponse, TransportError> {
    post_json(transport, "/v1/token", assertion, Bytes::new()).await
}

/// `POST /v1/calendar`: a new address for the caller's calendar. The assertion is signed over an empty body.
pub async fn give_calendar(
    transport: &dyn Transport,
    assertion: &Assertion,
) -> Result<CalendarResponse, TransportError> {
    post_json(transport, "/v1/calendar", assertion, Bytes::new()).await
}

/// `POST /v1/calendar/revoke`: the caller's calendar has no address any more. The assertion is signed over an empty body.
pub async fn revoke_calendar(transport: &dyn Transport, assertion: &Assertion) -> Result<(), TransportError> {
    let (headers, path) = (vec![bearer(assertion), ("accept", JSON.into())], "/v1/calendar/revoke");
    let call = Call { method: Method::Post, path, headers, body: Bytes::new(), patience: Patience::Answer };
    let reply = transport.call(call).await?;
    match reply.status {
        204 => Ok(()),
        400..=599 => Err(refused(reply).await),
        status => Err(TransportError::stranger(Stranger::Status(status))),
    }
}

/// What the owner of a new device says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDevice {
    /// What they call it; at most 120 characters.
    pub name: String,
    /// The same person's earlier device whose key was lost.
    pub replaces: Option<DeviceId>,
}

/// Why a device was not enrolled. The invitation stays good for the same key, so it can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum EnrollError {
    /// The key did not sign.
    #[error("the enrolment could not be signed")]
    Key(#[from] KeyError),
    /// The server did not answer, or refused.
    #[error("the enrolment did not succeed")]
    Transport(#[from] TransportError),
}

/// `POST /v1/enroll`: makes this key a device of whom the invitation names.
///
/// Safe to repeat with the same key and invitation: the server gives the same answer again. A wrong clock is
/// put right once, by the server's.
pub async fn enroll(
    transport: &dyn Transport,
    invitation: &Invitation,
    key: &dyn DeviceKey,
    device: &NewDevice,
    now: Timestamp,
    rng: &mut (impl CryptoRng + Send + ?Sized),
) -> Result<EnrollResponse, EnrollError> {
    let body = enrolment_body(invitation, key, device);
    let assertion = sign_enrolment(key, &invitation.server_id, &body, now, rng)?;
    let first = post_json(transport, "/v1/enroll", &assertion, body.clone()).await;
    let answer: EnrollResponse = match first {
        Err(TransportError::Refused(refused)) if refused.code == ErrorCode::ClockSkew => {
            let now = refused.server_time.unwrap_or(now);
            let assertion = sign_enrolment(key, &invitation.server_id, &body, now, rng)?;
            post_json(transport, "/v1/enroll", &assertion, body).await?
        }
        other => other?,
    };
    check_enrolment(&answer, invitation)?;
    Ok(answer)
}

fn enrolment_body(invitation: &Invitation, key: &dyn DeviceKey, device: &NewDevice) -> Bytes {
    let request = EnrollRequest {
        code: invitation.code.clone(),
        public_key: encode_public_key(&key.public_key()),
        device_name: device.name.clone(),
        replaces: device.replaces,
    };
    serde_json::to_vec(&request).expect("serializes: strings only").into()
}

fn check_enrolment(answer: &EnrollResponse, invitation: &Invitation) -> Result<(), TransportError> {
    if answer.server_id != invitation.server_id {
        return Err(TransportError::stranger(Stranger::ServerId));
    }
    decode_public_key(&answer.organisation_key).map(|_| ()).ok_or(TransportError::Malformed(None))
}

fn bearer(assertion: &Assertion) -> (&'static str, String) {
    ("authorization", format!("Bearer {}", assertion.token))
}

async fn post_json<T: DeserializeOwned>(
    transport: &dyn Transport,
    path: &'static str,
    assertion: &Assertion,
    body: Bytes,
) -> Result<T, TransportError> {
    let headers = vec![bearer(assertion), ("content-type", JSON.into()), ("accept", JSON.into())];
    let call = Call { method: Method::Post, path, headers, body, patience: Patience::Answer };
    let reply = accepted(transport.call(call).await?, JSON).await?;
    let body = read_short(reply).await?.ok_or(TransportError::Malformed(None))?;
    serde_json::from_slice(&body).map_err(TransportError::malformed)
}

/// The reply, if it is a success of the expected type; otherwise what it means.
async fn accepted(reply: Reply, media_type: &str) -> Result<Reply, TransportError> {
    match reply.status {
        200 if reply.media_type().as_deref() == Some(media_type) => Ok(reply),
        200 => Err(TransportError::stranger(Stranger::MediaType)),
        400..=599 => Err(refused(reply).await),
        status => Err(TransportError::stranger(Stranger::Status(status))),
    }
}

/// An error is the server's own only if its body says so in our words. Proxies have their say with a few
/// statuses that mean the same whoever sends them; anything else comes from a stranger.
async fn refused(reply: Reply) -> TransportError {
    let (status, retry_after_ms) = (reply.status, retry_after_ms(&reply));
    let is_json = reply.media_type().as_deref() == Some(JSON);
    let body = match is_json {
        true => read_short(reply).await.ok().flatten(),
        false => None,
    };
    if let Some(body) = body.and_then(|body| serde_json::from_slice::<ErrorBody>(&body).ok()) {
        let ErrorBody { code, detail, server_time, wipe } = body;
        let server_time = Some(server_time);
        return TransportError::Refused(Box::new(Refused {
            status,
            code,
            detail,
            server_time,
            retry_after_ms,
            wipe,
        }));
    }
    let code = match status {
        413 => ErrorCode::TooLarge,
        429 => ErrorCode::RateLimited,
        500..=510 => ErrorCode::Unavailable,
        _ => return TransportError::stranger(Stranger::Status(status)),
    };
    let (detail, server_time, wipe) = (String::new(), None, None);
    TransportError::Refused(Box::new(Refused { status, code, detail, server_time, retry_after_ms, wipe }))
}

/// The whole body; none if it is longer than any JSON of ours.
async fn read_short(mut reply: Reply) -> Result<Option<Vec<u8>>, TransportError> {
    let mut whole = Vec::new();
    while let Some(piece) = reply.body.next().await? {
        if whole.len() + piece.len() > MAX_JSON_BYTES {
            return Ok(None);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(Some(whole))
}

/// Seconds, or a date; the date is compared with the answer's own, so that our clock has no say.
fn retry_after_ms(reply: &Reply) -> Option<u64> {
    let text = reply.header("retry-after")?;
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds.saturating_mul(1000));
    }
    let moment = |text| jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp().as_millisecond());
    u64::try_from(moment(text)? - moment(reply.header("date")?)?).ok()
}
