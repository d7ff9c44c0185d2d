//! Owns what changed since this person last looked, as an app sees it.

use crate::client::Client;
use crate::documents::DocumentKind;
use crate::error::ClientError;
use sync_core::ids::{DocId, TenureId};
use sync_core::replica::Unseen;
use sync_core::time::Timestamp;

/// A document in which others wrote since this person last looked at it on this phone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct UnseenDocument {
    /// Which one.
    pub doc: DocId,
    /// Its kind.
    pub kind: DocumentKind,
    /// How many changes of others there are; one, if it was never looked at.
    pub changes: u32,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
}

#[uniffi::export]
impl Client {
    /// This person has looked at a document, as it is here now: to be called whenever a screen has shown one. Nobody is told.
    pub fn mark_seen(&self, doc: DocId) -> Result<(), ClientError> {
        Ok(self.replica()?.mark_seen(doc)?)
    }

    /// The documents of a pair in which others wrote since this person last looked at each, newest change first. Their changes are
    /// what stands as unread in the overview.
    pub fn what_changed(&self, tenure: TenureId) -> Result<Vec<UnseenDocument>, ClientError> {
        let unseen = self.replica()?.what_changed(tenure)?;
        Ok(unseen.into_iter().filter_map(UnseenDocument::of).collect())
    }
}

impl UnseenDocument {
    /// None of a kind that this library has no word for.
    fn of(unseen: Unseen) -> Option<Self> {
        let Unseen { doc, kind, changes, changed_at } = unseen;
        Some(Self { doc, kind: DocumentKind::named(&kind)?, changes, changed_at })
    }
}
