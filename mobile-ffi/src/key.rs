//! Owns the device's key as the app brings it: in the Android Keystore or the Secure Enclave, which it never leaves.

use crate::error::{CallbackError, ClientError};
use std::sync::Arc;
use sync_core::credential::{self, KeyError, PublicKey};
use uniffi::UnexpectedUniFFICallbackError;

/// A P-256 key in the system's key store.
#[uniffi::export(with_foreign)]
pub trait DeviceKey: Send + Sync {
    /// Its public half: the uncompressed point, 65 bytes beginning with 4 (X9.63).
    fn public_key(&self) -> Result<Vec<u8>, CallbackError>;

    /// The ECDSA signature over the SHA-256 of `message` (`SHA256withECDSA`; `ecdsaSignatureMessageX962SHA256`): DER, as the
    /// systems give it, or r and s in 64 bytes. Called from a thread of the client's, never from the main thread.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, SigningError>;
}

/// Why a key did not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum SigningError {
    /// Not now: the phone is locked, or asks its owner first. It is tried again later.
    #[error("the key cannot be used now: {detail}")]
    Unavailable {
        /// For the log.
        detail: String,
    },
    /// Never again: the system has reset it. The person must enrol anew.
    #[error("the key is lost: {detail}")]
    Lost {
        /// For the log.
        detail: String,
    },
}

impl From<UnexpectedUniFFICallbackError> for SigningError {
    fn from(error: UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable { detail: error.reason }
    }
}

/// The app's key as sync-core calls it.
pub(crate) struct AppKey {
    key: Arc<dyn DeviceKey>,
    public_key: PublicKey,
}

impl AppKey {
    pub(crate) fn new(key: Arc<dyn DeviceKey>) -> Result<Self, ClientError> {
        let bytes = key.public_key().map_err(ClientError::fault)?;
        let public_key = PublicKey::try_from(bytes.as_slice());
        let public_key = public_key.ok().filter(|key| key[0] == 4).ok_or_else(|| ClientError::Invalid {
            detail: "the public key must be an uncompressed point of 65 bytes".into(),
        })?;
        Ok(Self { key, public_key })
    }
}

impl credential::DeviceKey for AppKey {
    fn public_key(&self) -> PublicKey {
        self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let signed = self.key.sign(message.to_vec()).map_err(|error| match error {
            SigningError::Unavailable { .. } => KeyError::Unavailable(Some(Box::new(error))),
            SigningError::Lost { .. } => KeyError::Lost(Some(Box::new(error))),
        })?;
        credential::signature_from(&signed).ok_or(KeyError::Malformed)
    }
}
