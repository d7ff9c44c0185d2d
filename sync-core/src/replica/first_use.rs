//! Owns that somebody has read what is stored and who sees it, before first use: when, in which language, and which words.

use super::{Replica, ReplicaError};
use crate::content::{CardId, Language};
use crate::store::Write;
use crate::time::Timestamp;
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

const SETTING: &str = "accepted:what_is_stored";

/// That it was read and accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acceptance {
    /// When, by the phone's clock.
    pub at: Timestamp,
    /// In which language it was shown.
    pub language: Language,
    /// Whether the page says now what was accepted. If not, it is shown once more.
    pub is_current: bool,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Stored {
    #[n(0)]
    at: Timestamp,
    #[n(1)]
    language: String,
    /// Of the words.
    #[n(2)]
    digest: [u8; 32],
}

impl Replica {
    /// Whether this person has accepted on this phone what is stored and who sees it; none before first use.
    pub fn acceptance(&self) -> Result<Option<Acceptance>, ReplicaError> {
        let bytes = self.shared.with_desk(|desk| desk.store.setting(SETTING))?;
        let stored = bytes.and_then(|bytes| minicbor::decode::<Stored>(&bytes).ok());
        Ok(stored.and_then(|stored| {
            let language = Language::parse(&stored.language)?;
            Some(Acceptance { at: stored.at, language, is_current: stored.digest == digest(language) })
        }))
    }

    /// Records that this person has read, in this language, what is stored and who sees it, and goes on.
    pub fn accept(&self, language: Language) -> Result<(), ReplicaError> {
        let at = self.shared.now();
        let stored = Stored { at, language: language.tag().to_owned(), digest: digest(language) };
        let bytes =
            minicbor::to_vec(&stored).expect("an acceptance encodes: writing to a vector cannot fail");
        self.shared.with_desk(|desk| desk.write(vec![Write::Setting(SETTING.to_owned(), Some(bytes))]))
    }
}

fn digest(language: Language) -> [u8; 32] {
    let card = CardId::WhatIsStored.view(language);
    let mut digest = Sha256::new();
    for line in std::iter::once(&card.title).chain(&card.paragraphs) {
        digest.update(line.as_bytes());
        digest.update([0]);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests;
