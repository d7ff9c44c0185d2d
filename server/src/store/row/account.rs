//! Owns the rows about devices, invitations, administrators and attempts. Plain data; of a key also whether it works, since that is asked
//! in several places.

use crate::auth::{DeviceKey, EnrolledDevice};
use crate::name::Name;
use sync_core::ids::{ApiKeyId, DeviceId, InvitationId, PersonId};
use sync_core::time::Timestamp;

/// An enrolled device, as a request needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// What decides whether it may call.
    pub enrolled: EnrolledDevice,
    /// When it called last, to the hour.
    pub last_seen_at: Option<Timestamp>,
}

/// A device that is enrolled now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDevice {
    /// Its id.
    pub device: DeviceId,
    /// Whose it is.
    pub person: PersonId,
    /// Its key.
    pub key: DeviceKey,
    /// What its owner calls it.
    pub name: String,
    /// Which earlier one it follows.
    pub replaces: Option<DeviceId>,
    /// When.
    pub at: Timestamp,
}

/// A device as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeviceListing {
    /// Its id.
    pub device: DeviceId,
    /// Whose it is.
    pub person: PersonId,
    /// Their name.
    pub person_name: String,
    /// What its owner calls it.
    pub name: String,
    /// Which earlier one it follows.
    pub replaces: Option<DeviceId>,
    /// Since when.
    pub enrolled_at: Timestamp,
    /// When it called last, to the hour.
    pub last_seen_at: Option<Timestamp>,
    /// Since when it has no access.
    pub revoked_at: Option<Timestamp>,
}

/// An invitation that is made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// Its id, if whoever asked for it gave one.
    pub id: Option<InvitationId>,
    /// The SHA-256 of its code.
    pub code_hash: [u8; 32],
    /// Whom it invites.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// An invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationRow {
    /// Whom it invites.
    pub person: PersonId,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// Which device used it.
    pub device: Option<DeviceId>,
}

/// Somebody who administers the organisation, or once did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AdministratorRow {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub person_name: Name,
    /// Since when; the last time, if there were several.
    pub from: Timestamp,
    /// Until when, if that is over.
    pub until: Option<Timestamp>,
}

/// A key of a program, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ApiKeyRow {
    /// Its id.
    pub id: ApiKeyId,
    /// Which program it is for.
    pub name: Name,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Since when it does not.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to the hour.
    pub last_used_at: Option<Timestamp>,
}

impl ApiKeyRow {
    /// Whether it works at this moment.
    pub fn works_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// How attempts are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptWindow {
    /// What they are counted by.
    pub bucket: String,
    /// The minute that this one falls in.
    pub minute: Timestamp,
    /// The first minute that counts.
    pub since: Timestamp,
}
