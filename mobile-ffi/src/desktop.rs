//! Owns what a desktop and a test have in place of a phone's system: a key in memory. (A network stack of our own is used
//! where the app brings none, in builds with the feature `desktop`.)

use crate::error::{CallbackError, ClientError};
use crate::key::{DeviceKey, SigningError};
use crate::system::{Counted, rng};
use std::sync::Arc;
use sync_core::credential::{DeviceKey as _, KeyError, SoftwareKey};

/// A key in memory. `secret` is what an earlier one gave with `secret()`; none makes a new key.
#[derive(uniffi::Object)]
pub struct DesktopKey(SoftwareKey, Counted);

#[uniffi::export]
impl DesktopKey {
    /// A key of this secret, or a new one.
    #[uniffi::constructor]
    pub fn new(secret: Option<Vec<u8>>) -> Result<Arc<Self>, ClientError> {
        let key = match secret {
            Some(secret) => SoftwareKey::from_bytes(&secret),
            None => Ok(SoftwareKey::random(&mut rng())),
        };
        let key = key.map_err(|_| ClientError::Invalid { detail: "a secret has 32 bytes".into() })?;
        Ok(Arc::new(Self(key, Counted::default())))
    }

    /// The secret, to be kept somewhere safe.
    pub fn secret(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// The key as [`crate::client::Client`] takes it.
    pub fn as_device_key(self: Arc<Self>) -> Arc<dyn DeviceKey> {
        self
    }
}

impl DeviceKey for DesktopKey {
    fn public_key(&self) -> Result<Vec<u8>, CallbackError> {
        Ok(self.0.public_key().to_vec())
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, SigningError> {
        let lost = |error: KeyError| SigningError::Lost { detail: error.to_string() };
        Ok(self.0.sign(&message).map_err(lost)?.to_vec())
    }
}
