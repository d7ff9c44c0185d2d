//! Owns how identifiers, numbers and lists of hashes are written in columns.

use crate::store::{StoreError, Stored};
use sync_core::ids::{
    AccessId, ActorId, ApiKeyId, AppointmentId, AudienceId, ChangeHash, CommandId, DelegationId, DeviceId,
    DocId, GroupId, InvitationId, OrgId, PersonId, TeamId, TenureId,
};
use uuid::Uuid;

/// An identifier that is a `uuid` column.
pub(super) trait Id: Copy {
    /// As the column holds it.
    fn column(self) -> Uuid;
    /// As it was.
    fn from_column(column: Uuid) -> Self;
}

macro_rules! ids {
    ($($id:ty),*) => {
        $(impl Id for $id {
            fn column(self) -> Uuid {
                Uuid::from_bytes(*self.as_bytes())
            }
            fn from_column(column: Uuid) -> Self {
                Self::from_bytes(column.into_bytes())
            }
        })*
    };
}

ids!(
    ActorId,
    AccessId,
    ApiKeyId,
    AppointmentId,
    DelegationId,
    AudienceId,
    CommandId,
    DeviceId,
    DocId,
    GroupId,
    InvitationId,
    OrgId,
    PersonId,
    TeamId,
    TenureId
);

/// Where reading document after document begins: no document has this id.
pub(super) const BEFORE_ALL: DocId = DocId::from_bytes([0; 16]);

/// A column of identifiers, as an array parameter.
pub(super) fn ids<T: Id>(of: impl IntoIterator<Item = T>) -> Vec<Uuid> {
    of.into_iter().map(Id::column).collect()
}

/// A count as `bigint`; every one of ours stays far below its limit.
pub(super) fn big(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A `bigint` that counts something.
pub(super) fn count(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}

/// Hashes, one after the other.
pub(super) fn joined(hashes: &[ChangeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The hashes that [`joined`] wrote.
pub(super) fn split(column: &[u8]) -> Stored<Vec<ChangeHash>> {
    column.chunks(32).map(hash).collect()
}

/// One hash.
pub(super) fn hash(column: &[u8]) -> Stored<ChangeHash> {
    ChangeHash::from_slice(column).ok_or_else(|| damaged("hash"))
}

/// The error for a column that does not hold what we write there.
pub(super) fn damaged(what: &'static str) -> StoreError {
    #[derive(Debug, thiserror::Error)]
    #[error("a stored {0} cannot be read")]
    struct Damaged(&'static str);
    StoreError::Failed(Box::new(Damaged(what)))
}
