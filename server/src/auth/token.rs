//! Owns the one form of token that is taken: compact JWS with three header fields. Knows no claim and no table.
//!
//! The library's own checks are not enough: its defaults take a token without `aud` or `iss`, and one with an
//! unknown `crit`. So the form is read here, strictly, and only the cryptography is the library's.

use super::AuthError;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sync_core::wire::account::{ACCESS_TYP, ASSERTION_TYP, ENROLL_TYP};

/// Longer ones are refused before anything in them is decoded.
pub const MAX_TOKEN_BYTES: usize = 4096;

/// What a token is for. Its `typ` says so, and it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Signs an enrolment.
    Enrolment,
    /// Signs one request.
    Assertion,
    /// Opens requests for ten minutes.
    Access,
}

impl TokenKind {
    const ALL: [Self; 3] = [Self::Enrolment, Self::Assertion, Self::Access];

    /// The exact `typ`.
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Enrolment => ENROLL_TYP,
            Self::Assertion => ASSERTION_TYP,
            Self::Access => ACCESS_TYP,
        }
    }

    /// The one algorithm: a key made for one is never used with another.
    const fn algorithm(self) -> (&'static str, Algorithm) {
        match self {
            Self::Enrolment | Self::Assertion => ("ES256", Algorithm::ES256),
            Self::Access => ("HS256", Algorithm::HS256),
        }
    }
}

/// Everything that a header may hold. `crit`, `jwk`, `jku`, `x5u` and whatever else are unknown, hence refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    typ: String,
    alg: String,
    kid: String,
}

/// A token of the right form, not yet verified.
pub struct Token<'t> {
    kind: TokenKind,
    kid: String,
    /// What the signature is over: the first two parts, as sent.
    signed: &'t str,
    signature: &'t str,
    payload: Vec<u8>,
}

impl<'t> Token<'t> {
    /// Reads the form; trusts nothing in it.
    pub fn parse(text: &'t str) -> Result<Self, AuthError> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(AuthError::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(AuthError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(AuthError::Malformed)?;
        let header: Header = object(&decode(header)?).ok_or(AuthError::Malformed)?;
        let kind = TokenKind::ALL.into_iter().find(|kind| kind.typ() == header.typ);
        let kind = kind.filter(|kind| kind.algorithm().0 == header.alg).ok_or(AuthError::Malformed)?;
        // A fourth part would leave a dot in the payload, which base64url does not have.
        let payload = decode(payload)?;
        decode(signature)?;
        Ok(Self { kind, kid: header.kid, signed, signature, payload })
    }

    /// What it says it is for.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The name of the key that it says it is signed with.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The claims, if the signature is by this key.
    pub fn verify<C: DeserializeOwned>(&self, key: &DecodingKey) -> Result<C, AuthError> {
        let (_, algorithm) = self.kind.algorithm();
        let is_valid = jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), key, algorithm)
            .unwrap_or(false);
        if !is_valid {
            return Err(AuthError::Signature);
        }
        object(&self.payload).ok_or(AuthError::Claims)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, AuthError> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| AuthError::Malformed)
}

/// A JSON object as this type. Derived readers would take an array for a struct too; they do refuse a repeated key.
fn object<C: DeserializeOwned>(json: &[u8]) -> Option<C> {
    json.starts_with(b"{").then(|| serde_json::from_slice(json).ok()).flatten()
}
