//! Owns reading a body: bounded in size and in patience.

use crate::error::ApiError;
use axum::body::{Body, Bytes, HttpBody};
use bytes::BytesMut;
use futures_util::StreamExt;
use std::time::Duration;

/// The whole body, unless it is too large, or pauses for too long.
pub async fn read(body: Body, limit: usize, idle: Duration) -> Result<Bytes, ApiError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(ApiError::TooLarge);
    }
    let mut collected = BytesMut::new();
    let mut chunks = body.into_data_stream();
    loop {
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
}
