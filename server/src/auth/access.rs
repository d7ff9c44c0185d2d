//! Owns access tokens: how one is made, and what it must claim to open a request.

use super::lifetime::Lifetime;
use super::{AuthError, Token, TokenKind};
use crate::caller::Caller;
use crate::vault::Keys;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use sync_core::ids::{DeviceId, OrgId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::TokenResponse;
use sync_core::wire::account::ACCESS_TYP;

/// How long an access token lives.
pub const ACCESS_LIFE_SECONDS: u32 = 600;

/// Claims of an access token; the server is its issuer and its audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessClaims {
    iss: String,
    aud: String,
    sub: PersonId,
    org: OrgId,
    device: DeviceId,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

impl AccessClaims {
    /// Who it was given to. Whether their device still has access is for the table to say.
    pub fn caller(&self) -> Caller {
        Caller { org: self.org, person: self.sub, device: self.device }
    }

    /// Its name.
    pub fn jti(&self) -> &str {
        &self.jti
    }
}

/// A token for this caller from now on.
pub fn issue(caller: Caller, keys: &Keys, jti: [u8; 16], now: Timestamp) -> TokenResponse {
    let key = keys.access_key(now);
    let claims = AccessClaims {
        iss: keys.server_id.clone(),
        aud: keys.server_id.clone(),
        sub: caller.person,
        org: caller.org,
        device: caller.device,
        iat: now.seconds(),
        nbf: now.seconds(),
        exp: now.seconds() + i64::from(ACCESS_LIFE_SECONDS),
        jti: hex::encode(jti),
    };
    let header = Header { typ: Some(ACCESS_TYP.into()), kid: Some(key.kid), ..Header::new(Algorithm::HS256) };
    let access_token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&key.secret))
        .expect("claims serialize: all fields are text and numbers");
    TokenResponse { access_token, token_type: "Bearer".into(), expires_in: ACCESS_LIFE_SECONDS }
}

/// Checks an access token.
pub fn check(token: &Token<'_>, keys: &Keys, now: Timestamp) -> Result<AccessClaims, AuthError> {
    if token.kind() != TokenKind::Access {
        return Err(AuthError::Malformed);
    }
    let key = keys.find_access_key(token.kid(), now).ok_or(AuthError::Signature)?;
    let claims: AccessClaims = token.verify(&DecodingKey::from_secret(&key.secret))?;
    if claims.iss != keys.server_id || claims.aud != keys.server_id {
        return Err(AuthError::Claims);
    }
    let lifetime = Lifetime { iat: claims.iat, nbf: claims.nbf, exp: claims.exp };
    lifetime.check(i64::from(ACCESS_LIFE_SECONDS), now)?;
    Ok(claims)
}
