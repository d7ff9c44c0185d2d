//! Owns `POST /v1/sync`: bytes to a request, groups of frames to bytes.

use super::authenticated::Authenticated;
use super::{body, shape};
use crate::app::App;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::openapi;
use crate::serve::Slot;
use crate::services::feed::Group;
use crate::services::ingest::IngestError;
use crate::services::sync::{Answer, Applied, Counter, is_within_limits};
use crate::store::postgres::PgStore;
use crate::store::{Access, Store, StoreError, Stored};
use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::io::{self, Read, Write};
use sync_core::wire::{MAX_REQUEST_BYTES, MEDIA_TYPE, PROTOCOL_VERSION, SyncRequest, pays_off};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use zstd::stream::write::Encoder;

/// Groups that wait for a slow client; a group is about 32 KiB.
const WAITING_GROUPS: usize = 4;
/// The window that a compressed body may ask for: 8 MiB, as RFC 9659 has it for HTTP.
const MAX_WINDOW_LOG: u32 = 23;
/// An answer is compressed nowhere else. Against level 3 it is 3.5 % smaller, for 9 ms more of CPU per MiB.
const LEVEL: i32 = 6;

/// Push and pull in one request.
///
/// The body is one CBOR map, the answer a CBOR sequence of frames; `docs/protocol.md` describes both.
#[utoipa::path(
    post, path = "/v1/sync", tag = "sync",
    request_body(content_type = "application/vnd.floorwalk+cbor-seq", description = "A sync request, CBOR."),
    responses(
        (status = 200, description = "Frames, as a CBOR sequence.", content_type = "application/vnd.floorwalk+cbor-seq"),
        (status = 400, description = "`malformed`", body = openapi::ErrorBody),
        (status = 401, description = "`token_*`, `clock_skew`, `device_*`", body = openapi::ErrorBody),
        (status = 413, description = "`too_large`", body = openapi::ErrorBody),
        (status = 415, description = "`unsupported_media`", body = openapi::ErrorBody),
        (status = 426, description = "`upgrade_required`", body = openapi::ErrorBody),
        (status = 503, description = "`unavailable`", body = openapi::ErrorBody),
    ),
    security(("assertion" = []))
)]
pub async fn sync(
    State(app): State<App>,
    Extension(slot): Extension<Slot>,
    headers: HeaderMap,
    request: Authenticated,
) -> Result<Response, ApiError> {
    let sync = decode(&headers, &request.body)?;
    let (first, rest) = apply(&app, slot, request.caller, sync).await?.first_group().await?;
    let mut packer = Packer::for_client(&headers);
    let bytes = packer.pack(&first, rest.is_none())?;
    let encoding = packer.name();
    let body = match rest {
        None => Body::from(bytes),
        Some(answer) => stream(&app, request.caller, packer, (bytes, answer)),
    };
    let mut response = ([(CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
    if let Some(name) = encoding {
        response.headers_mut().insert(CONTENT_ENCODING, name);
    }
    Ok(response)
}

/// Goes on when the client has left, so that its next attempt finds done what took longer than it could wait. The place of
/// its connection is taken until then: whoever hangs up again and again has no more at work than whoever waits.
async fn apply(
    app: &App,
    slot: Slot,
    caller: Caller,
    request: SyncRequest,
) -> Result<Applied<PgStore>, ApiError> {
    let counter = Counter::new(app.store.clone(), app.trials.clone(), app.vault.keys(), app.random.clone());
    let now = app.clock.now();
    let work = async move {
        let _held = slot;
        counter.apply(caller, &request, now).await
    };
    let applied = app.spawner.carry_through(app.limits.request_time, work).await;
    Ok(applied.ok_or(ApiError::Unavailable(None))??)
}

fn decode(headers: &HeaderMap, body: &Bytes) -> Result<SyncRequest, ApiError> {
    if body::only(headers, &CONTENT_TYPE)?.map(str::trim) != Some(MEDIA_TYPE) {
        return Err(ApiError::UnsupportedMedia);
    }
    let plain = match body::only(headers, &CONTENT_ENCODING)? {
        None | Some("identity") => body.to_vec(),
        Some("zstd") => inflate(body)?,
        Some(_) => return Err(ApiError::UnsupportedMedia),
    };
    shape::check(&plain)?;
    let mut decoder = minicbor::Decoder::new(&plain);
    let request: SyncRequest = decoder.decode().map_err(|_| ApiError::Malformed)?;
    if decoder.position() != plain.len() {
        return Err(ApiError::Malformed);
    }
    if request.protocol != PROTOCOL_VERSION {
        return Err(ApiError::UpgradeRequired);
    }
    if is_within_limits(&request) { Ok(request) } else { Err(ApiError::TooLarge) }
}

/// Decompresses under the limit for decoded bytes; the limit for encoded ones held while the body was read.
fn inflate(body: &[u8]) -> Result<Vec<u8>, ApiError> {
    let mut decoder = zstd::stream::read::Decoder::new(body).map_err(|_| ApiError::Malformed)?;
    decoder.window_log_max(MAX_WINDOW_LOG).map_err(|_| ApiError::Malformed)?;
    let mut plain = Vec::new();
    decoder.take(MAX_REQUEST_BYTES as u64 + 1).read_to_end(&mut plain).map_err(|_| ApiError::Malformed)?;
    if plain.len() > MAX_REQUEST_BYTES { Err(ApiError::TooLarge) } else { Ok(plain) }
}

/// Sends the groups as the client takes them. A failure cuts the body: what came before a cursor stays with the client.
fn stream(
    app: &App,
    caller: Caller,
    mut packer: Packer,
    (first, mut answer): (Vec<u8>, Answer<PgStore>),
) -> Body {
    let (send, receive) = mpsc::channel::<io::Result<Vec<u8>>>(WAITING_GROUPS);
    let (spawner, app) = (app.spawner.clone(), app.clone());
    spawner.spawn(async move {
        let mut next = Ok((first, false));
        loop {
            let is_last = !matches!(next, Ok((_, false)));
            if send.send(next.map(|(bytes, _)| bytes)).await.is_err() || is_last {
                return;
            }
            next = match next_group(&app, caller, &mut answer).await {
                Ok(group) => packer.pack(&group.bytes, group.is_last).map(|bytes| (bytes, group.is_last)),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "an answer was cut off");
                    Err(io::Error::other(error))
                }
            };
        }
    });
    Body::from_stream(ReceiverStream::new(receive))
}

/// The next group, for a device that was not revoked since the last one.
async fn next_group(app: &App, caller: Caller, answer: &mut Answer<PgStore>) -> Stored<Group> {
    let mut tx = app.store.begin(caller.org, Access::Read).await?;
    let is_revoked = !tx.revoked_among(&[caller.device]).await?.is_empty();
    drop(tx);
    if is_revoked {
        return Err(StoreError::Failed("the device was revoked".into()));
    }
    answer.next_group().await
}

/// Compresses group by group: each can be read as soon as it has arrived.
enum Packer {
    Plain,
    /// The stream, once something was packed that was not all.
    Zstd(Option<Encoder<'static, Vec<u8>>>),
}

impl Packer {
    fn for_client(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let takes_zstd = accepted.flat_map(|value| value.split(',')).any(|one| one.trim() == "zstd");
        if takes_zstd { Self::Zstd(None) } else { Self::Plain }
    }

    /// How what was packed is encoded.
    fn name(&self) -> Option<axum::http::HeaderValue> {
        match self {
            Self::Plain => None,
            Self::Zstd(_) => Some(axum::http::HeaderValue::from_static("zstd")),
        }
    }

    fn pack(&mut self, bytes: &[u8], is_last: bool) -> io::Result<Vec<u8>> {
        let Self::Zstd(stream) = self else { return Ok(bytes.to_vec()) };
        let mut encoder = match stream.take() {
            None if is_last => return self.pack_whole(bytes),
            None => Encoder::new(Vec::new(), LEVEL)?,
            Some(encoder) => encoder,
        };
        encoder.write_all(bytes)?;
        if is_last {
            return encoder.finish();
        }
        encoder.flush()?;
        let packed = std::mem::take(encoder.get_mut());
        *stream = Some(encoder);
        Ok(packed)
    }

    /// Most answers are short and come whole: a stream would clear megabytes of tables for them.
    fn pack_whole(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let packed = zstd::bulk::compress(bytes, LEVEL)?;
        if pays_off(bytes.len(), packed.len()) {
            return Ok(packed);
        }
        *self = Self::Plain;
        Ok(bytes.to_vec())
    }
}

impl From<IngestError> for ApiError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Busy => Self::Unavailable(None),
            IngestError::Store(error) => error.into(),
        }
    }
}

impl From<io::Error> for ApiError {
    fn from(error: io::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}
