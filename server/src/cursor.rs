//! Owns the cursor: where a store stands in the feed, sealed so that only this server reads it and only this
//! person uses it. What a position means is the feed's business.
//!
//! Sealed, because a plain number would show the organisation's activity, and because a position that this server
//! sealed and no longer finds in its feed is what proves that it was restored from a backup.

use crate::store::row::FeedStamp;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use minicbor::{Decode, Encode};
use sync_core::ids::{AudienceId, DocId, OrgId, PersonId};

/// Names the form of what is sealed; an older one reads as a restored server, and the store starts anew.
const FORM: u8 = 1;

/// Where a store stands.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Position {
    /// Everything up to here that this person may see was sent, but for the backfills.
    #[n(0)]
    pub at: FeedStamp,
    /// The highest row that this store's pushes were answered with, when that is beyond `at`.
    #[n(1)]
    pub pushed: Option<FeedStamp>,
    /// What is still to send of audiences that came as a whole.
    #[n(2)]
    pub backfills: Vec<Backfill>,
}

/// What is still to send of an audience: everything in it, as it is when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Backfill {
    /// The audience.
    #[n(0)]
    pub audience: AudienceId,
    /// The grant that it follows from. Under another grant it is void.
    #[n(1)]
    pub granted_seq: u64,
    /// What comes next.
    #[n(2)]
    pub next: Next,
}

/// The next item of a backfill. Records come first, so that a document's people have names.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Next {
    /// The first record.
    #[n(0)]
    Records,
    /// The record after this one.
    #[n(1)]
    RecordAfter(#[n(0)] String, #[cbor(n(1), with = "minicbor::bytes")] Vec<u8>),
    /// The first document.
    #[n(2)]
    Documents,
    /// The document after this one.
    #[n(3)]
    DocumentAfter(#[n(0)] DocId),
    /// A further part of a saved document.
    #[n(4)]
    Part {
        /// The document.
        #[n(0)]
        doc: DocId,
        /// The version of the saved document.
        #[n(1)]
        version: u64,
        /// How much of it was sent.
        #[n(2)]
        offset: u32,
    },
    /// The changes of a large document after a version.
    #[n(5)]
    Changes {
        /// The document.
        #[n(0)]
        doc: DocId,
        /// The last version that was sent, itself or in a saved document.
        #[n(1)]
        after: u64,
    },
}

impl Next {
    /// Whether the backfill has still to reach this document.
    pub fn is_before(&self, doc: DocId) -> bool {
        match self {
            Self::Records | Self::RecordAfter(..) | Self::Documents => true,
            Self::DocumentAfter(sent) => *sent < doc,
            Self::Part { doc: current, .. } | Self::Changes { doc: current, .. } => *current <= doc,
        }
    }
}

/// Seals and opens cursors with a key that lies outside the database.
pub struct CursorKey(LessSafeKey);

impl CursorKey {
    /// The cursors of this key.
    pub fn new(key: &[u8; 32]) -> Self {
        let key =
            UnboundKey::new(&AES_256_GCM_SIV, key).expect("the key has the length that the cipher takes");
        Self(LessSafeKey::new(key))
    }

    /// Seals a position. The nonce is random; should one repeat, the cipher shows no more than equal positions.
    pub fn seal(&self, org: OrgId, person: PersonId, position: &Position, nonce: [u8; NONCE_LEN]) -> Vec<u8> {
        let mut sealed = minicbor::to_vec(position).expect("writing to a vector cannot fail");
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound(org, person)),
                &mut sealed,
            )
            .expect("a cursor is far below the cipher's limit");
        [&[FORM], &nonce[..], &sealed].concat()
    }

    /// Opens a cursor; none unless this server sealed it for this person.
    pub fn open(&self, org: OrgId, person: PersonId, cursor: &[u8]) -> Option<Position> {
        let sealed = cursor.strip_prefix(&[FORM])?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = sealed.to_vec();
        let plain = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(bound(org, person)), &mut sealed)
            .ok()?;
        minicbor::decode(plain).ok()
    }
}

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey(***)")
    }
}

/// Whose cursor it is: part of the seal, not of the content.
fn bound(org: OrgId, person: PersonId) -> Vec<u8> {
    [b"floorwalk/cursor/1".as_slice(), org.as_bytes(), person.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORG: OrgId = OrgId::from_bytes([1; 16]);
    const ADA: PersonId = PersonId::from_bytes([2; 16]);
    const GRACE: PersonId = PersonId::from_bytes([3; 16]);

    fn position() -> Position {
        let doc = DocId::from_bytes([5; 16]);
        let backfill = |next| Backfill { audience: AudienceId::from_bytes([4; 16]), granted_seq: 7, next };
        Position {
            at: FeedStamp { seq: 1 << 40, stamp: [9; 8] },
            pushed: Some(FeedStamp { seq: (1 << 40) + 1, stamp: [8; 8] }),
            backfills: vec![
                backfill(Next::Records),
                backfill(Next::RecordAfter("team".into(), vec![1, 2])),
                backfill(Next::Documents),
                backfill(Next::DocumentAfter(doc)),
                backfill(Next::Part { doc, version: 64, offset: 32 << 10 }),
                backfill(Next::Changes { doc, after: 64 }),
            ],
        }
    }

    #[test]
    fn a_cursor_opens_for_whom_it_was_sealed() {
        let key = CursorKey::new(&[1; 32]);

        let sealed = key.seal(ORG, ADA, &position(), [3; NONCE_LEN]);

        assert_eq!(key.open(ORG, ADA, &sealed), Some(position()));
    }

    #[test]
    fn a_cursor_opens_for_nobody_else_and_under_no_other_key() {
        let key = CursorKey::new(&[1; 32]);
        let sealed = key.seal(ORG, ADA, &position(), [3; NONCE_LEN]);

        assert_eq!(key.open(ORG, GRACE, &sealed), None);
        assert_eq!(key.open(OrgId::from_bytes([9; 16]), ADA, &sealed), None);
        assert_eq!(CursorKey::new(&[2; 32]).open(ORG, ADA, &sealed), None);
    }

    #[test]
    fn a_cursor_with_any_bit_changed_or_cut_anywhere_does_not_open() {
        let key = CursorKey::new(&[1; 32]);
        let sealed = key.seal(ORG, ADA, &position(), [3; NONCE_LEN]);

        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(ORG, ADA, &changed), None, "byte {at}");
            assert_eq!(key.open(ORG, ADA, &sealed[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn a_cursor_shows_nothing_of_the_feed() {
        let key = CursorKey::new(&[1; 32]);
        let sealed = key.seal(ORG, ADA, &position(), [3; NONCE_LEN]);

        for secret in [&[9u8; 8][..], &[4; 16], b"team"] {
            assert!(!sealed.windows(secret.len()).any(|window| window == secret));
        }
    }

    #[test]
    fn a_backfill_knows_which_documents_it_has_still_to_reach() {
        let doc = |number| DocId::from_bytes([number; 16]);
        assert!(Next::Records.is_before(doc(1)) && Next::Documents.is_before(doc(1)));
        assert!(!Next::DocumentAfter(doc(5)).is_before(doc(5)));
        assert!(Next::DocumentAfter(doc(5)).is_before(doc(6)));
        let part = Next::Part { doc: doc(5), version: 1, offset: 9 };
        assert_eq!([4, 5, 6].map(|number| part.is_before(doc(number))), [false, true, true]);
    }
}
