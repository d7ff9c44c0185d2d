//! Owns receipts: the server's word, under a key outside the database, that it once accepted a state under these
//! authors. After a restore it lets any reader give the state back.

use aws_lc_rs::hmac;
use sync_core::ids::{ChangeHash, DocId, OrgId};
use sync_core::wire::{Authored, Receipt};

/// Signs and checks receipts.
pub struct ReceiptKey(hmac::Key);

impl ReceiptKey {
    /// The receipts of this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The receipt for a document with these heads and authors, both ascending.
    pub fn sign(&self, org: OrgId, doc: DocId, heads: Vec<ChangeHash>, authors: Vec<Authored>) -> Receipt {
        let mac = hmac::sign(&self.0, &signed(org, doc, &heads, &authors)).as_ref().to_vec();
        Receipt { doc, heads, authors, mac: mac.into() }
    }

    /// Whether this server signed it, for this organisation.
    pub fn is_genuine(&self, org: OrgId, receipt: &Receipt) -> bool {
        let signed = signed(org, receipt.doc, &receipt.heads, &receipt.authors);
        hmac::verify(&self.0, &signed, &receipt.mac).is_ok()
    }
}

impl std::fmt::Debug for ReceiptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReceiptKey(***)")
    }
}

/// What is signed. The counts keep heads and authors apart.
fn signed(org: OrgId, doc: DocId, heads: &[ChangeHash], authors: &[Authored]) -> Vec<u8> {
    let mut bytes = [b"floorwalk/receipt/1".as_slice(), org.as_bytes(), doc.as_bytes()].concat();
    bytes.extend((heads.len() as u64).to_be_bytes());
    for head in heads {
        bytes.extend(head.as_bytes());
    }
    bytes.extend((authors.len() as u64).to_be_bytes());
    for author in authors {
        bytes.extend(author.actor.as_bytes());
        bytes.extend(author.person.as_bytes());
        bytes.extend(author.received_at.0.to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::ids::{ActorId, PersonId};
    use sync_core::time::Timestamp;

    const ORG: OrgId = OrgId::from_bytes([1; 16]);

    fn receipt(key: &ReceiptKey) -> Receipt {
        let (actor, person) = (ActorId::from_bytes([3; 16]), PersonId::from_bytes([4; 16]));
        let authors = vec![Authored { actor, person, received_at: Timestamp(5) }];
        key.sign(ORG, DocId::from_bytes([2; 16]), vec![ChangeHash::from_bytes([6; 32])], authors)
    }

    #[test]
    fn a_receipt_is_genuine_as_it_was_signed_and_in_its_organisation() {
        let key = ReceiptKey::new(&[9; 32]);
        assert!(key.is_genuine(ORG, &receipt(&key)));
        assert!(!key.is_genuine(OrgId::from_bytes([2; 16]), &receipt(&key)));
        assert!(!ReceiptKey::new(&[8; 32]).is_genuine(ORG, &receipt(&key)));
    }

    #[test]
    fn nothing_in_a_receipt_can_be_changed() {
        let key = ReceiptKey::new(&[9; 32]);
        let changes: [fn(&mut Receipt); 6] = [
            |receipt| receipt.doc = DocId::from_bytes([0; 16]),
            |receipt| receipt.heads.clear(),
            |receipt| receipt.authors.clear(),
            |receipt| receipt.authors[0].person = PersonId::from_bytes([0; 16]),
            |receipt| receipt.authors[0].received_at = Timestamp(6),
            |receipt| receipt.mac = vec![0; 32].into(),
        ];
        for change in changes {
            let mut receipt = receipt(&key);
            change(&mut receipt);
            assert!(!key.is_genuine(ORG, &receipt), "{receipt:?}");
        }
    }
}
