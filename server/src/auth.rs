//! Owns who is calling: which credentials are taken, how they are checked, and what each refusal is called.
//!
//! A device signs every request with its own key ([`assertion`]); a tool may exchange one assertion for an access
//! token of ten minutes ([`access`]). Both are compact JWS, read by `token`, which takes one form only and looks
//! at no key that a token brings along. Which key applies is looked up by `kid` in our own table.
//!
//! Every check is a function of values; the table, the clock and the request come in from outside.

pub mod access;
pub mod admission;
pub mod assertion;
pub mod bearer;
pub mod device_key;
mod lifetime;
mod token;

pub use access::AccessClaims;
pub use assertion::{DeviceKid, EnrolledDevice};
pub use device_key::DeviceKey;
pub use token::{Token, TokenKind};

use sync_core::wire::{ErrorCode, WipeOrder};

/// Why a credential was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// There is none, or more than one.
    #[error("no credential, or more than one")]
    Missing,
    /// It is not a token of the one form that is taken.
    #[error("the credential is not a token of the required form")]
    Malformed,
    /// Its signature is not by the key that it names.
    #[error("the signature is not by the registered key")]
    Signature,
    /// A claim is absent, of the wrong type, or names somebody or something else.
    #[error("a claim is missing or wrong")]
    Claims,
    /// Its time is too far from ours.
    #[error("the token's time is too far from the server's")]
    ClockSkew,
    /// The body is another one than it was signed for.
    #[error("the body is not the one that was signed")]
    Body,
    /// It works once, and was used.
    #[error("the token was used before")]
    Replayed,
    /// The device that it names is not enrolled here.
    #[error("no such device")]
    DeviceUnknown,
    /// The device was revoked; the order tells it to wipe its store.
    #[error("the device was revoked")]
    Revoked(WipeOrder),
    /// No such key of a program, or none that works any more.
    #[error("no such key, or none that works any more")]
    KeyRefused,
}

impl AuthError {
    /// The word for it on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Missing => ErrorCode::CredentialMissing,
            Self::Malformed => ErrorCode::TokenMalformed,
            Self::Signature => ErrorCode::TokenSignature,
            Self::Claims => ErrorCode::TokenClaims,
            Self::ClockSkew => ErrorCode::ClockSkew,
            Self::Body => ErrorCode::TokenBody,
            Self::Replayed => ErrorCode::TokenReplayed,
            Self::DeviceUnknown => ErrorCode::DeviceUnknown,
            Self::Revoked(_) => ErrorCode::DeviceRevoked,
            Self::KeyRefused => ErrorCode::KeyRefused,
        }
    }
}

#[cfg(test)]
mod refusals;
