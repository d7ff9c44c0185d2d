//! Owns device assertions: what one must claim to stand for a request, or for an enrolment.

use super::lifetime::Lifetime;
use super::{AuthError, DeviceKey, Token, TokenKind};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use sync_core::ids::{DeviceId, OrgId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::account::{ASSERTION_LIFE_SECONDS, AssertionClaims};

/// How long a `jti` is: enough to be unique, short enough to be kept.
const JTI_LENGTH: std::ops::RangeInclusive<usize> = 16..=64;

/// The `kid` of an assertion: which key of our own table it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceKid {
    /// The organisation.
    pub org: OrgId,
    /// The device.
    pub device: DeviceId,
}

impl DeviceKid {
    /// Reads `<organisation>.<device>` in its one written form.
    pub fn parse(kid: &str) -> Result<Self, AuthError> {
        let (org, device) = kid.split_once('.').ok_or(AuthError::Malformed)?;
        let parsed = OrgId::parse(org).ok().zip(DeviceId::parse(device).ok());
        let (org, device) = parsed.ok_or(AuthError::Malformed)?;
        let is_exact = format!("{org}.{device}") == kid;
        is_exact.then_some(Self { org, device }).ok_or(AuthError::Malformed)
    }
}

/// What our table says of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledDevice {
    /// Its name in tokens.
    pub kid: DeviceKid,
    /// Whose it is.
    pub person: PersonId,
    /// Its key.
    pub key: DeviceKey,
    /// Whether its access was taken away.
    pub is_revoked: bool,
}

/// What an accepted assertion leaves to do: compare the body when it is there, and spend the `jti` where that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Names the request.
    pub jti: String,
    /// When the `jti` may be forgotten.
    pub over: Timestamp,
    body_sha256: String,
}

impl Accepted {
    /// Checks that this is the body that was signed.
    pub fn check_body(&self, body: &[u8]) -> Result<(), AuthError> {
        let is_signed = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(body)) == self.body_sha256;
        is_signed.then_some(()).ok_or(AuthError::Body)
    }
}

/// Checks the assertion of a request against the device that its `kid` names.
pub fn check_request(
    token: &Token<'_>,
    device: &EnrolledDevice,
    server_id: &str,
    now: Timestamp,
) -> Result<Accepted, AuthError> {
    if token.kind() != TokenKind::Assertion {
        return Err(AuthError::Malformed);
    }
    let claims: AssertionClaims = token.verify(&device.key.decoding_key())?;
    let names =
        Names { iss: &device.kid.device.to_string(), sub: &device.person.to_string(), aud: server_id };
    check_claims(claims, names, now)
}

/// Checks the assertion of an enrolment: it is signed by the key that it asks a device for.
pub fn check_enrolment(
    token: &Token<'_>,
    key: &DeviceKey,
    server_id: &str,
    now: Timestamp,
) -> Result<Accepted, AuthError> {
    let thumbprint = key.thumbprint();
    if token.kind() != TokenKind::Enrolment || token.kid() != thumbprint {
        return Err(AuthError::Malformed);
    }
    let claims: AssertionClaims = token.verify(&key.decoding_key())?;
    check_claims(claims, Names { iss: &thumbprint, sub: &thumbprint, aud: server_id }, now)
}

/// Whom a token must name.
struct Names<'n> {
    iss: &'n str,
    sub: &'n str,
    aud: &'n str,
}

fn check_claims(claims: AssertionClaims, names: Names<'_>, now: Timestamp) -> Result<Accepted, AuthError> {
    let is_ours = claims.iss == names.iss && claims.sub == names.sub && claims.aud == names.aud;
    let is_named = JTI_LENGTH.contains(&claims.jti.len()) && claims.jti.bytes().all(|b| b.is_ascii_graphic());
    if !is_ours || !is_named {
        return Err(AuthError::Claims);
    }
    let lifetime = Lifetime { iat: claims.iat, nbf: claims.nbf, exp: claims.exp };
    lifetime.check(ASSERTION_LIFE_SECONDS, now)?;
    Ok(Accepted { jti: claims.jti, over: lifetime.over(), body_sha256: claims.body_sha256 })
}
