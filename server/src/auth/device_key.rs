//! Owns the form of a device's public key and its thumbprint; knows nothing of whose it is.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use sha2::{Digest, Sha256};

/// The uncompressed SEC 1 point of a P-256 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceKey([u8; 65]);

impl DeviceKey {
    /// The key in these 65 bytes. Whether they are on the curve shows when a signature is checked.
    pub fn from_point(point: &[u8]) -> Option<Self> {
        let point: [u8; 65] = point.try_into().ok()?;
        (point[0] == 0x04).then_some(Self(point))
    }

    /// Reads the base64url form.
    pub fn parse(text: &str) -> Option<Self> {
        // Two thirds of a key's length already tell that it is none.
        let is_plausible = text.len() == 87;
        is_plausible
            .then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok())
            .flatten()
            .and_then(|p| Self::from_point(&p))
    }

    /// The 65 bytes.
    pub fn as_point(&self) -> &[u8; 65] {
        &self.0
    }

    /// The JWK thumbprint (RFC 7638): what names the key while it has no device yet.
    pub fn thumbprint(&self) -> String {
        let [x, y] = [&self.0[1..33], &self.0[33..]].map(|half| BASE64_URL_SAFE_NO_PAD.encode(half));
        let jwk = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
    }

    pub(super) fn decoding_key(&self) -> DecodingKey {
        DecodingKey::from_ec_der(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638() {
        // The P-256 key of RFC 7517, appendix A.1; its thumbprint was computed with another implementation.
        let x = BASE64_URL_SAFE_NO_PAD.decode("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4").unwrap();
        let y = BASE64_URL_SAFE_NO_PAD.decode("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM").unwrap();
        let key = DeviceKey::from_point(&[&[4][..], &x, &y].concat()).unwrap();
        assert_eq!(key.thumbprint(), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    }

    #[test]
    fn a_compressed_point_or_a_short_one_is_no_key() {
        assert_eq!(DeviceKey::from_point(&[2; 33]), None);
        assert_eq!(DeviceKey::from_point(&[2; 65]), None);
        assert_eq!(DeviceKey::parse(""), None);
        assert_eq!(DeviceKey::parse(&"A".repeat(87)), None);
    }
}
