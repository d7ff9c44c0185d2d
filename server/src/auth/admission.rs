//! Owns the decision whether a credential opens a request. The table's answer about the device comes in as a value.

use super::assertion::{self, Accepted, DeviceKid, EnrolledDevice};
use super::{AccessClaims, AuthError, Token, TokenKind, access};
use crate::caller::Caller;
use crate::vault::{Keys, OrganisationKey};
use sync_core::time::Timestamp;

/// A credential of a kind that opens requests, with the device to look up for it.
pub enum Credential<'t> {
    /// Verified with the device's key, hence not yet.
    Assertion(&'t Token<'t>, DeviceKid),
    /// Verified already: it was signed by us.
    Access(AccessClaims),
}

/// A request that may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Who makes it.
    pub caller: Caller,
    /// With an assertion: what is left to check. An access token is bound to no body.
    pub assertion: Option<Accepted>,
}

impl<'t> Credential<'t> {
    /// Reads what the request brings.
    pub fn of(token: &'t Token<'t>, keys: &Keys, now: Timestamp) -> Result<Self, AuthError> {
        match token.kind() {
            TokenKind::Assertion => Ok(Self::Assertion(token, DeviceKid::parse(token.kid())?)),
            TokenKind::Access => Ok(Self::Access(access::check(token, keys, now)?)),
            TokenKind::Enrolment => Err(AuthError::Malformed),
        }
    }

    /// The device to look up.
    pub fn kid(&self) -> DeviceKid {
        match self {
            Self::Assertion(_, kid) => *kid,
            Self::Access(claims) => DeviceKid { org: claims.caller().org, device: claims.caller().device },
        }
    }

    /// Decides, given what our table says of that device.
    pub fn admit(
        &self,
        device: Option<&EnrolledDevice>,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<Admitted, AuthError> {
        let device = device.filter(|device| device.kid == self.kid()).ok_or(AuthError::DeviceUnknown)?;
        let (assertion, jti) = match self {
            Self::Assertion(token, _) => {
                let accepted = assertion::check_request(token, device, &keys.server_id, now)?;
                (Some(accepted.clone()), accepted.jti)
            }
            Self::Access(claims) if claims.caller().person != device.person => return Err(AuthError::Claims),
            Self::Access(claims) => (None, claims.jti().to_owned()),
        };
        // Last: the order to wipe goes only to who holds the device's key.
        if device.is_revoked {
            let key = OrganisationKey::of(keys, device.kid.org);
            return Err(AuthError::Revoked(key.sign_wipe(device.kid.device, &jti)));
        }
        let caller = Caller { org: device.kid.org, person: device.person, device: device.kid.device };
        Ok(Admitted { caller, assertion })
    }
}
