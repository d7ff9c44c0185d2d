//! Owns the directory that lies outside every database backup: the keys, and the ledger of revocations.

/// The secrets of a server, shared by all its instances.
#[derive(Clone)]
pub struct Keys {
    /// The server's stable name: 32 hexadecimal digits.
    pub server_id: String,
    /// Seals cursors.
    pub cursor: [u8; 32],
    /// Signs receipts.
    pub receipt: [u8; 32],
    /// Signs access tokens.
    pub access: [u8; 32],
    /// Derives each organisation's signing key.
    pub organisation: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys(server {}, ***)", self.server_id)
    }
}
