//! Owns how a device proves who it is: its key, the assertion that signs one request, and the order to
//! wipe that it believes. Neither stores the key nor reads a clock.

use crate::ids::{DeviceId, OrgId, PersonId};
use crate::sync::{Failure, WipeOrderCheck};
use crate::time::Timestamp;
use crate::wire::account::{ASSERTION_LIFE_SECONDS, ASSERTION_TYP, AssertionClaims, ENROLL_TYP};
use crate::wire::{EnrollResponse, WipeOrder};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::Generate;
use rand::CryptoRng;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// An uncompressed SEC 1 point on P-256: `04`, x, y.
pub type PublicKey = [u8; 65];

/// Why a key did not sign.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not now: the phone is locked, or asks its owner first. Try again.
    #[error("the device's key cannot be used now")]
    Unavailable(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// Never again: the system has reset it. The person must enrol anew.
    #[error("the device's key is lost; enrol again")]
    Lost(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The bytes are no key.
    #[error("not a P-256 key")]
    Malformed,
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unavailable(_) => Self::KeyUnavailable,
            KeyError::Lost(_) | KeyError::Malformed => Self::KeyLost,
        }
    }
}

/// A P-256 key that never leaves its device.
pub trait DeviceKey: Send + Sync {
    /// Its public half.
    fn public_key(&self) -> PublicKey;
    /// The ECDSA signature over the SHA-256 of the message, as r and s.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError>;
}

/// A key in memory, for desktops and tests. On a phone the system keeps the key.
#[derive(Clone)]
pub struct SoftwareKey(SigningKey);

impl SoftwareKey {
    /// A fresh key.
    pub fn random(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(SigningKey::generate_from_rng(rng))
    }

    /// The key with this secret.
    pub fn from_bytes(secret: &[u8]) -> Result<Self, KeyError> {
        SigningKey::from_slice(secret).map(Self).map_err(|_| KeyError::Malformed)
    }

    /// The secret, to keep where nobody else reads.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }
}

impl std::fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SoftwareKey({})", thumbprint(&self.public_key()))
    }
}

impl DeviceKey for SoftwareKey {
    fn public_key(&self) -> PublicKey {
        let mut point = [0; 65];
        point.copy_from_slice(self.0.verifying_key().to_sec1_point(false).as_bytes());
        point
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let signature: Signature = self.0.sign(message);
        Ok(signature.to_bytes().into())
    }
}

/// The name of a key that has no device yet (RFC 7638).
pub fn thumbprint(key: &PublicKey) -> String {
    let [x, y] = [&key[1..33], &key[33..]].map(|half| BASE64_URL_SAFE_NO_PAD.encode(half));
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
}

/// The public key as `EnrollRequest` carries it.
pub fn encode_public_key(key: &PublicKey) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key)
}

/// Reads a public key as the wire carries it; none if it is not a point on the curve.
pub fn decode_public_key(text: &str) -> Option<PublicKey> {
    let point: PublicKey = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    VerifyingKey::from_sec1_bytes(&point).ok().filter(|_| point[0] == 4).map(|_| point)
}

/// A signature as key stores give it, DER or r and s, in the form that travels; none if it is neither.
pub fn signature_from(bytes: &[u8]) -> Option<[u8; 64]> {
    let signature = match bytes.len() {
        64 => Signature::from_slice(bytes),
        _ => Signature::from_der(bytes),
    };
    Some(signature.ok()?.to_bytes().into())
}

/// Who a device is, and the key that proves it.
#[derive(Clone)]
pub struct Credential {
    /// The organisation.
    pub org: OrgId,
    /// The person.
    pub person: PersonId,
    /// The device.
    pub device: DeviceId,
    /// The server that the assertions are for.
    pub server_id: String,
    /// The organisation's pinned key (uncompressed SEC 1 point).
    pub organisation_key: Vec<u8>,
    /// The device's key.
    pub key: Arc<dyn DeviceKey>,
}

/// A signed word that stands for one request.
#[derive(Clone, PartialEq, Eq)]
pub struct Assertion {
    /// What goes into the `Authorization` header as bearer.
    pub token: String,
    /// The name of the request: an order to wipe must repeat it.
    pub jti: String,
}

impl std::fmt::Debug for Assertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Assertion({})", self.jti)
    }
}

impl Credential {
    /// What an enrolment gave; none if the organisation's key in it is no key.
    pub fn enrolled(answer: &EnrollResponse, key: Arc<dyn DeviceKey>) -> Option<Self> {
        Some(Self {
            org: answer.org,
            person: answer.person,
            device: answer.device,
            server_id: answer.server_id.clone(),
            organisation_key: decode_public_key(&answer.organisation_key)?.to_vec(),
            key,
        })
    }

    /// Signs a request with this body. `now` is the server's time, as well as it is known.
    pub fn sign(
        &self,
        body: &[u8],
        now: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Assertion, KeyError> {
        let names = [self.device.to_string(), self.person.to_string(), self.server_id.clone()];
        let kid = format!("{}.{}", self.org, self.device);
        assertion(&*self.key, Header::new(ASSERTION_TYP, &kid), claims(names, body, now, rng))
    }

    /// Whether a refusal orders this device, in answer to this request, to erase its store.
    pub fn check_wipe(&self, order: Option<&WipeOrder>, jti: &str) -> WipeOrderCheck {
        let verified = order.is_some_and(|order| {
            order.device == self.device
                && order.nonce == jti
                && is_signed_by(&self.organisation_key, order).unwrap_or(false)
        });
        if verified { WipeOrderCheck::Verified } else { WipeOrderCheck::Absent }
    }
}

fn is_signed_by(organisation_key: &[u8], order: &WipeOrder) -> Option<bool> {
    let key = VerifyingKey::from_sec1_bytes(organisation_key).ok()?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(&order.signature).ok()?;
    let signature = Signature::from_slice(&signature).ok()?;
    Some(key.verify(&WipeOrder::signed_bytes(order.device, &order.nonce), &signature).is_ok())
}

/// Signs an enrolment with this body, by a key that has no device yet.
pub fn sign_enrolment(
    key: &dyn DeviceKey,
    server_id: &str,
    body: &[u8],
    now: Timestamp,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Assertion, KeyError> {
    let name = thumbprint(&key.public_key());
    let names = [name.clone(), name.clone(), server_id.to_owned()];
    assertion(key, Header::new(ENROLL_TYP, &name), claims(names, body, now, rng))
}

fn claims(
    [iss, sub, aud]: [String; 3],
    body: &[u8],
    now: Timestamp,
    rng: &mut (impl CryptoRng + ?Sized),
) -> AssertionClaims {
    let mut jti = [0; 16];
    rng.fill_bytes(&mut jti);
    let iat = now.seconds();
    AssertionClaims {
        iss,
        sub,
        aud,
        iat,
        nbf: iat,
        exp: iat.saturating_add(ASSERTION_LIFE_SECONDS),
        jti: BASE64_URL_SAFE_NO_PAD.encode(jti),
        body_sha256: BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(body)),
    }
}

#[derive(Serialize)]
struct Header<'h> {
    alg: &'static str,
    kid: &'h str,
    typ: &'static str,
}

impl<'h> Header<'h> {
    const fn new(typ: &'static str, kid: &'h str) -> Self {
        Self { alg: "ES256", kid, typ }
    }
}

fn assertion(
    key: &dyn DeviceKey,
    header: Header<'_>,
    claims: AssertionClaims,
) -> Result<Assertion, KeyError> {
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes())?);
    Ok(Assertion { token: format!("{signed}.{signature}"), jti: claims.jti })
}

fn part(value: &impl Serialize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).expect("serializes: strings and integers only"))
}

#[cfg(test)]
mod tests;
