//! Owns the keys with which programs administer an organisation: how one is made, what the database keeps of it, and what it opens.

use super::attempt::Attempt;
use super::roster::{Office, RosterError};
use crate::auth::AuthError;
use crate::error::ApiError;
use crate::name::Name;
use crate::random::Randomness;
use crate::store::postgres::PgStore;
use crate::store::row::account::ApiKeyRow;
use crate::store::{Access, Store, Transaction};
use crate::vault::LedgerEntry;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use sync_core::ids::{ApiKeyId, OrgId};
use sync_core::time::Timestamp;

/// What every key begins with, so that programs which look for secrets in the wrong places know one.
pub const PREFIX: &str = "fwk_";
/// The longest that a key works.
pub const MAX_LIFE_MS: i64 = 366 * 86_400_000;
/// Requests with keys that nobody has, from one network address within ten minutes.
pub const STRANGER_LIMIT: i64 = 60;
/// When a key was used last is kept to the hour, as for devices.
const USED_STEP_MS: i64 = 3_600_000;
/// Letters after the prefix: 48 bytes.
const LETTERS: usize = 64;

/// A key: the organisation, and 32 random bytes. Printed once, for whoever makes it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    org: OrgId,
    secret: [u8; 32],
}

impl ApiKey {
    fn generate(org: OrgId, random: &Randomness) -> Self {
        Self { org, secret: random.bytes() }
    }

    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.strip_prefix(PREFIX).filter(|letters| letters.len() == LETTERS)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(letters).ok()?;
        let (org, secret) = bytes.split_at_checked(16)?;
        Some(Self { org: OrgId::from_slice(org)?, secret: secret.try_into().ok()? })
    }

    /// The written form, a secret.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(self.bytes()))
    }

    /// What the database keeps of it. A plain hash is enough: 256 random bits cannot be tried out. It is what is compared, so how long
    /// that takes tells nothing of the key.
    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.bytes()).into()
    }

    fn bytes(&self) -> Vec<u8> {
        [&self.org.as_bytes()[..], &self.secret].concat()
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKey({:?}, ***)", self.org)
    }
}

impl Office<'_> {
    /// Makes a key for a program, for so long. It cannot be read back later.
    pub async fn make_api_key(
        &self,
        org: OrgId,
        name: Name,
        life_ms: i64,
    ) -> Result<(ApiKey, ApiKeyRow), RosterError> {
        let key = ApiKey::generate(org, self.random);
        let row = ApiKeyRow {
            id: ApiKeyId::from_bytes(self.random.bytes()),
            name,
            created_at: self.now,
            expires_at: self.now.plus_ms(life_ms),
            revoked_at: None,
            last_used_at: None,
        };
        let mut tx = self.begin(org).await?;
        tx.organisation_name().await?.ok_or(RosterError::NotFound("organisation"))?;
        tx.insert_api_key(&row, &key.hash()).await?;
        tx.commit().await?;
        Ok((key, row))
    }

    /// Takes a key away now, for good. Doing it twice changes nothing.
    pub async fn revoke_api_key(&self, org: OrgId, key: ApiKeyId) -> Result<(), RosterError> {
        let mut tx = self.begin(org).await?;
        tx.api_key(key).await?.ok_or(RosterError::NotFound("key"))?;
        tx.revoke_api_key(key, self.now).await?;
        self.enter(LedgerEntry::ApiKeyRevoked { org, key, at: self.now }).await?;
        Ok(tx.commit().await?)
    }
}

/// What a key opens, for a caller whose attempts are counted by this bucket. A key that nobody has, one that is over and one that was taken
/// away are answered alike.
pub async fn open(
    store: &PgStore,
    text: &str,
    bucket: &str,
    now: Timestamp,
) -> Result<(OrgId, ApiKeyId), ApiError> {
    let key = ApiKey::parse(text).ok_or(AuthError::Malformed)?;
    let mut tx = store.begin(key.org, Access::Write).await?;
    let row = tx.find_api_key(&key.hash()).await?;
    let Some(row) = row.filter(|row| row.works_at(now)) else {
        drop(tx);
        // Only what fails counts: nobody guesses 256 bits, and a good key is not shut out by its neighbours.
        Attempt::count(store, now, vec![(format!("key address {bucket}"), STRANGER_LIMIT)]).await?;
        return Err(AuthError::KeyRefused.into());
    };
    if row.last_used_at.is_none_or(|used| now.ms_since(used) >= USED_STEP_MS) {
        tx.touch_api_key(row.id, now).await?;
        tx.commit().await?;
    }
    Ok((key.org, row.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generate() -> ApiKey {
        ApiKey::generate(OrgId::from_bytes([7; 16]), &Randomness::system())
    }

    #[test]
    fn a_key_reads_back_and_is_never_printed_by_accident() {
        let key = generate();
        let text = key.to_text();
        assert!(text.starts_with("fwk_"));
        assert_eq!(ApiKey::parse(&text), Some(key.clone()));
        assert!(!format!("{key:?}").contains(&text[26..]));
        assert_ne!(key.hash(), generate().hash());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let text = generate().to_text();
        let (longer, odd, bare) = (format!("{text}A"), format!("fwk_!{}", &text[5..]), text[4..].to_owned());
        let million = format!("fwk_{}", "A".repeat(1 << 20));
        for wrong in ["", "fwk_", &text[1..], &text[..67], &longer, &odd, &bare, &million] {
            assert_eq!(ApiKey::parse(wrong), None);
        }
    }
}
