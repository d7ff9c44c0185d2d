//! Owns a device that says what it wants to the server, without the app that would have said something sensible.

use rand::SeedableRng;
use rand::rngs::StdRng;
use server::demo::phone::Phone;
use std::sync::Arc;
use sync_core::credential::{Credential, SoftwareKey};
use sync_core::ids::ReplicaId;
use sync_core::time::Timestamp;
use sync_core::transport::{encode_request, sync};
use sync_core::wire::{APP_SCHEMA, Frame, PROTOCOL_VERSION, PushDocument, SyncRequest};

/// A request that asks for nothing.
pub fn request() -> SyncRequest {
    SyncRequest {
        protocol: PROTOCOL_VERSION,
        replica: ReplicaId::from_bytes([7; 16]),
        cursor: None,
        app_schema: APP_SCHEMA,
        max_response_bytes: 1 << 20,
        push: Vec::new(),
        commands: Vec::new(),
        want: Vec::new(),
        repair: None,
        verify: false,
    }
}

/// A request that brings these.
pub fn pushing(push: Vec<PushDocument>) -> SyncRequest {
    SyncRequest { push, ..request() }
}

/// Sends a request signed by this phone's device, and reads the whole answer. The seed makes the assertion a new one.
pub async fn send(
    phone: &Phone,
    request: &SyncRequest,
    now: Timestamp,
    seed: u64,
) -> anyhow::Result<Vec<Frame>> {
    let identity = phone.app()?.identity();
    let credential = Credential {
        org: identity.org,
        person: identity.person,
        device: identity.device,
        server_id: identity.server_id,
        organisation_key: identity.organisation_key,
        key: Arc::new(SoftwareKey::from_bytes(&phone.key_bytes())?),
    };
    let body = encode_request(request);
    let assertion = credential.sign(&body.bytes, now, &mut StdRng::seed_from_u64(seed))?;
    let mut answer = sync(&*phone.network, body, &assertion, 1 << 20).await?;
    let mut frames = Vec::new();
    while let Some(arrived) = answer.next().await? {
        frames.push(arrived.frame);
    }
    Ok(frames)
}
