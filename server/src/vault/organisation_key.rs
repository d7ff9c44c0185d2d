//! Owns the signing key of an organisation, which its phones pin when they enrol; knows nothing of what it signs for.

use super::keys::{Keys, derive};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sync_core::ids::{DeviceId, OrgId};
use sync_core::wire::WipeOrder;

/// The P-256 key of one organisation, derived from the server's secret: nothing to store, nothing to lose alone.
pub struct OrganisationKey(EcdsaKeyPair);

impl OrganisationKey {
    /// The key of this organisation.
    pub fn of(keys: &Keys, org: OrgId) -> Self {
        let pair = (0_u8..=u8::MAX).find_map(|attempt| key_pair(&keys.organisation, org, attempt));
        Self(pair.expect("one of 256 random numbers is a P-256 scalar: each fails with probability 2^-32"))
    }

    /// base64url of the uncompressed public point.
    pub fn public(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0.public_key())
    }

    /// The order that makes a revoked device wipe its store. The nonce is the `jti` of the request it answers.
    pub fn sign_wipe(&self, device: DeviceId, nonce: &str) -> WipeOrder {
        let signed = self.0.sign(&SystemRandom::new(), &WipeOrder::signed_bytes(device, nonce));
        let signature = signed.expect("signing with a valid key cannot fail");
        WipeOrder { device, nonce: nonce.into(), signature: BASE64_URL_SAFE_NO_PAD.encode(signature) }
    }
}

fn key_pair(secret: &[u8; 32], org: OrgId, attempt: u8) -> Option<EcdsaKeyPair> {
    let mut context = org.as_bytes().to_vec();
    context.push(attempt);
    let scalar = derive(secret, "floorwalk/organisation-key/1", &context);
    let public = PrivateKey::from_private_key(&ECDH_P256, &scalar).ok()?.compute_public_key().ok()?;
    EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &scalar, public.as_ref())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Randomness;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    fn verifies(public: &str, order: &WipeOrder) -> bool {
        let point = BASE64_URL_SAFE_NO_PAD.decode(public).unwrap();
        let signature = BASE64_URL_SAFE_NO_PAD.decode(&order.signature).unwrap();
        let signed = WipeOrder::signed_bytes(order.device, &order.nonce);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(&signed, &signature).is_ok()
    }

    #[test]
    fn a_wipe_order_verifies_with_the_pinned_key_of_its_organisation_alone() {
        let keys = Keys::generate(&Randomness::system());
        let [ours, theirs] = [7, 8].map(|id| OrganisationKey::of(&keys, OrgId::from_bytes([id; 16])));
        let pinned = ours.public();
        let device = DeviceId::from_bytes([1; 16]);

        let order = OrganisationKey::of(&keys, OrgId::from_bytes([7; 16])).sign_wipe(device, "nonce");

        assert!(verifies(&pinned, &order), "a later start signs with the same key");
        assert!(!verifies(&theirs.public(), &order));
        assert!(!verifies(&pinned, &WipeOrder { nonce: "another".into(), ..order.clone() }));
        assert!(!verifies(&pinned, &WipeOrder { device: DeviceId::from_bytes([2; 16]), ..order }));
    }

    #[test]
    fn the_derivation_is_frozen() {
        let keys = Keys {
            server_id: "s".into(),
            cursor: [0; 32],
            receipt: [0; 32],
            access: [0; 32],
            organisation: [9; 32],
        };
        let key = OrganisationKey::of(&keys, OrgId::from_bytes([7; 16]));
        insta::assert_snapshot!(key.public(), @"BJA6L3FiU9vAFtKuz81xb3cDbRcB_CYfR_8794D7g7uNi7sbiBnbJ9L1PMggEgVgWh1Gb1eNLtkLvqL09erKyzc");
    }
}
