//! Owns the sealed cursor under fire: what this server has not sealed does not open, whatever a position says can be sealed.

use server::cursor::{CursorKey, Position};
use sync_core::ids::{OrgId, PersonId};

const ORG: OrgId = OrgId::from_bytes([1; 16]);
const ADA: PersonId = PersonId::from_bytes([2; 16]);
const GRACE: PersonId = PersonId::from_bytes([3; 16]);

/// A cursor opens to what was sealed, for whom it was sealed, and no other bytes do.
pub(super) fn cursor(bytes: &[u8]) {
    let key = CursorKey::new(&[7; 32]);
    assert_eq!(key.open(ORG, ADA, bytes), None);
    let in_form = [&[1], bytes].concat();
    assert_eq!(key.open(ORG, ADA, &in_form), None);
    let Ok(position) = minicbor::decode::<Position>(bytes) else { return };
    let sealed = key.seal(ORG, ADA, &position, [5; 12]);
    assert_eq!(key.open(ORG, ADA, &sealed), Some(position));
    assert_eq!(key.open(ORG, GRACE, &sealed), None);
    let at = bytes.first().map_or(0, |byte| usize::from(*byte)) % sealed.len();
    let mut changed = sealed;
    changed[at] ^= 1;
    assert_eq!(key.open(ORG, ADA, &changed), None);
}
