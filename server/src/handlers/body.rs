//! Owns reading a body: bounded in size and in patience.

use crate::error::ApiError;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use bytes::BytesMut;
use futures_util::StreamExt;
use std::time::Duration;

/// Pieces in which a body may come. The slowest link brings the largest one in a quarter as many; to take each costs as much as
/// to take a long one.
const MAX_PIECES: usize = 1 << 15;

/// Checks that the body says it is of this media type as it is, in UTF-8.
pub fn expect(headers: &HeaderMap, expected: &str) -> Result<(), ApiError> {
    let media = only(headers, &CONTENT_TYPE)?.unwrap_or_default().to_ascii_lowercase();
    let (kind, parameters) = media.split_once(';').unwrap_or((&media, ""));
    let is_utf8 = ["", "charset=utf-8", "charset=\"utf-8\""].contains(&parameters.trim());
    let is_plain = only(headers, &CONTENT_ENCODING)?.is_none_or(|encoding| encoding == "identity");
    let is_expected = kind.trim() == expected && is_utf8 && is_plain;
    is_expected.then_some(()).ok_or(ApiError::UnsupportedMedia)
}

/// What a body says of itself under this name, if anything. Two headers are refused: somebody in between may have gone by
/// the other one.
pub fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, ApiError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ApiError::UnsupportedMedia),
        (Some(_), Some(_)) => Err(ApiError::UnsupportedMedia),
    }
}

/// The whole body, unless it is too large, or pauses for too long.
pub async fn read(body: Body, limit: usize, idle: Duration) -> Result<Bytes, ApiError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(ApiError::TooLarge);
    }
    let mut collected = BytesMut::new();
    let mut chunks = body.into_data_stream();
    for _ in 0..MAX_PIECES {
        let chunk = match tokio::time::timeout(idle, chunks.next()).await {
            Err(_) => return Err(ApiError::TooSlow),
            Ok(None) => return Ok(collected.freeze()),
            // A body that is cut or wrongly chunked; whoever sent it is hardly there to read why.
            Ok(Some(Err(_))) => return Err(ApiError::Malformed),
            Ok(Some(Ok(chunk))) => chunk,
        };
        if collected.len() + chunk.len() > limit {
            return Err(ApiError::TooLarge);
        }
        collected.extend_from_slice(&chunk);
    }
    Err(ApiError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn is_json(headers: &[(HeaderName, &[u8])]) -> bool {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_bytes(value).unwrap()));
        expect(&headers.collect(), "application/json").is_ok()
    }

    #[test]
    fn only_plain_json_in_utf_8_is_taken() {
        assert!(is_json(&[(CONTENT_TYPE, b"application/json")]));
        assert!(is_json(&[(CONTENT_TYPE, b"Application/JSON; charset=UTF-8")]));
        for wrong in
            ["", "text/plain", "application/json; charset=utf-16", "application/jsonp", "json", "\u{e9}"]
        {
            assert!(!is_json(&[(CONTENT_TYPE, wrong.as_bytes())]), "{wrong}");
        }
        assert!(!is_json(&[]));
        for encoding in ["gzip", "gzip, gzip", "zstd", "x"] {
            let headers = [(CONTENT_TYPE, &b"application/json"[..]), (CONTENT_ENCODING, encoding.as_bytes())];
            assert!(!is_json(&headers), "{encoding}");
        }
        let json = (CONTENT_TYPE, &b"application/json"[..]);
        assert!(!is_json(&[json.clone(), json.clone()]));
        assert!(!is_json(&[json, (CONTENT_ENCODING, b"identity"), (CONTENT_ENCODING, b"gzip")]));
    }
}
