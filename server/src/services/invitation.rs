//! Owns invitations: the code that names organisation and secret, and how long it can be used.

use super::roster::{Office, RosterError};
use crate::name::Name;
use crate::random::Randomness;
use crate::store::postgres::PgStore;
use crate::store::row::account::NewInvitation;
use crate::store::{Access, Store, Stored, Transaction};
use crate::vault::LedgerEntry;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::ops::RangeInclusive;
use sync_core::ids::{InvitationId, OrgId, PersonId};
use sync_core::time::Timestamp;

/// How long an invitation may live: at least a minute, and at most 90 days, because one that lies around is a key that lies around.
pub const LIFE_MS: RangeInclusive<i64> = 60_000..=90 * 86_400_000;

/// A one-time code: the organisation, and 16 random bytes. Printed only where a person asked for it.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode {
    org: OrgId,
    secret: [u8; 16],
}

impl InvitationCode {
    /// A new code for this organisation.
    pub fn generate(org: OrgId, random: &Randomness) -> Self {
        Self { org, secret: random.bytes() }
    }

    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        // 32 bytes; anything longer need not be decoded to be refused.
        let bytes = (text.len() == 43).then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok()).flatten()?;
        let (org, secret) = bytes.split_at_checked(16)?;
        Some(Self { org: OrgId::from_slice(org)?, secret: secret.try_into().ok()? })
    }

    /// The written form, a secret.
    pub fn to_text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode([&self.org.as_bytes()[..], &self.secret].concat())
    }

    /// The organisation that it names.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// What the database keeps of it. A plain hash is enough: 128 random bits cannot be tried out.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest([&self.org.as_bytes()[..], &self.secret].concat()).into()
    }
}

impl std::fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InvitationCode({:?}, ***)", self.org)
    }
}

/// Whom an invitation is for, and how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invite {
    /// The organisation.
    pub org: OrgId,
    /// The person.
    pub person: PersonId,
    /// How long it can be used.
    pub life_ms: i64,
}

/// Makes an invitation; none when there is no such person. The code cannot be read back later.
pub async fn invite(
    store: &PgStore,
    random: &Randomness,
    invite: Invite,
    now: Timestamp,
) -> Stored<Option<(InvitationCode, Name)>> {
    let mut tx = store.begin(invite.org, Access::Write).await?;
    let Some(person) = tx.find_person(invite.person).await? else { return Ok(None) };
    let code = InvitationCode::generate(invite.org, random);
    tx.put_invitation(&new(None, &code, invite, now)).await?;
    tx.commit().await?;
    Ok(Some((code, person.name)))
}

impl Office<'_> {
    /// Makes the invitation of this id. Asked for again it has another code, and the one before is good for nothing: its answer may
    /// have got lost, and the code in it cannot be read back.
    ///
    /// # Errors
    ///
    /// [`RosterError::IdInUse`] once a phone has used it, and for another person.
    pub async fn invite_as(&self, id: InvitationId, invite: Invite) -> Result<InvitationCode, RosterError> {
        let mut tx = self.begin(invite.org).await?;
        tx.find_person(invite.person).await?.ok_or(RosterError::NotFound("person"))?;
        let code = InvitationCode::generate(invite.org, self.random);
        if !tx.put_invitation(&new(Some(id), &code, invite, self.now)).await? {
            return Err(RosterError::IdInUse);
        }
        tx.commit().await?;
        Ok(code)
    }

    /// Takes back the invitation of this id now: no phone comes in by it. Doing it twice changes nothing.
    ///
    /// # Errors
    ///
    /// [`RosterError::InvitationUsed`] once a phone has used it.
    pub async fn revoke_invitation(&self, org: OrgId, invitation: InvitationId) -> Result<(), RosterError> {
        let mut tx = self.begin(org).await?;
        let found = tx.invitation(invitation).await?.ok_or(RosterError::NotFound("invitation"))?;
        if found.device.is_some() {
            return Err(RosterError::InvitationUsed);
        }
        tx.revoke_invitation(invitation, self.now).await?;
        self.enter(LedgerEntry::InvitationRevoked { org, invitation, at: self.now }).await?;
        Ok(tx.commit().await?)
    }
}

fn new(id: Option<InvitationId>, code: &InvitationCode, invite: Invite, now: Timestamp) -> NewInvitation {
    NewInvitation {
        id,
        code_hash: code.hash(),
        person: invite.person,
        at: now,
        expires_at: now.plus_ms(invite.life_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_and_is_never_printed_by_accident() {
        let code = InvitationCode::generate(OrgId::from_bytes([7; 16]), &Randomness::system());
        let text = code.to_text();
        assert_eq!(InvitationCode::parse(&text), Some(code.clone()));
        assert!(!format!("{code:?}").contains(&text[22..]));
        assert_ne!(code.hash(), InvitationCode::generate(code.org(), &Randomness::system()).hash());
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let text = InvitationCode::generate(OrgId::from_bytes([7; 16]), &Randomness::system()).to_text();
        for wrong in
            ["", &text[1..], &format!("{text}A"), &format!("{}=", &text[1..]), &format!("!{}", &text[1..])]
        {
            assert_eq!(InvitationCode::parse(wrong), None, "{wrong}");
        }
    }
}
