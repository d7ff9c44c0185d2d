//! Owns the word for who makes a request, once the credential was checked.

use sync_core::ids::{DeviceId, OrgId, PersonId};

/// The device that signed a request, and the person it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The organisation.
    pub org: OrgId,
    /// The person.
    pub person: PersonId,
    /// The device.
    pub device: DeviceId,
}
