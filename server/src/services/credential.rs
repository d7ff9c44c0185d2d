//! Owns what a credential opens: looks the device up, lets the pure rules decide, exchanges an assertion for a token.

use crate::auth::admission::{Admitted, Credential};
use crate::auth::assertion::Accepted;
use crate::auth::{AuthError, EnrolledDevice, Token, access};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::random::Randomness;
use crate::store::postgres::PgStore;
use crate::store::{Access, Store, Transaction};
use crate::vault::Keys;
use sync_core::time::Timestamp;
use sync_core::wire::TokenResponse;

/// When a device called last is kept to the hour: writing it at each request would cost more than the request.
const SEEN_STEP_MS: i64 = 3_600_000;

/// Decides whether this token opens a request.
pub async fn admit(store: &PgStore, keys: &Keys, token: &str, now: Timestamp) -> Result<Admitted, ApiError> {
    let token = Token::parse(token)?;
    let credential = Credential::of(&token, keys, now)?;
    let kid = credential.kid();
    let mut tx = store.begin(kid.org, Access::Write).await?;
    let row = tx.find_device(kid.device).await?;
    let device: Option<&EnrolledDevice> = row.as_ref().map(|row| &row.enrolled);
    let admitted = credential.admit(device, keys, now)?;
    let last_seen = row.and_then(|row| row.last_seen_at);
    if last_seen.is_none_or(|seen| now.ms_since(seen) >= SEEN_STEP_MS) {
        tx.touch_device(kid.device, now).await?;
        tx.commit().await?;
    }
    Ok(admitted)
}

/// Gives an access token for an assertion, which is spent by it.
pub async fn exchange(
    store: &PgStore,
    keys: &Keys,
    random: &Randomness,
    (caller, assertion): (Caller, &Accepted),
    now: Timestamp,
) -> Result<TokenResponse, ApiError> {
    let mut tx = store.begin(caller.org, Access::Write).await?;
    if !tx.spend_token(&spent_name(&caller.device.to_string(), &assertion.jti), assertion.over).await? {
        return Err(AuthError::Replayed.into());
    }
    tx.commit().await?;
    Ok(access::issue(caller, keys, random.bytes(), now))
}

/// What a `jti` is remembered by: each key has names of its own, so nobody spends another's.
pub(super) fn spent_name(key: &str, jti: &str) -> String {
    format!("{key}.{jti}")
}
