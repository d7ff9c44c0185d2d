//! Owns which documents somebody is told of, and which records they are sent: those in whose audience they have a seat, if what they
//! are there may read such ones.

use crate::store::row::{DocumentRow, HeadsRow, Membership};
use std::ops::Deref;
use sync_core::ids::AudienceId;
use sync_core::policy;

/// The audiences that a person belongs to at one moment, and what they are there.
#[derive(Debug)]
pub(super) struct Seats(Vec<Membership>);

/// A document that its reader may be told of. Only [`Seats`] make one, and no frame says anything of a document without it.
#[derive(Debug)]
pub(super) struct Readable(DocumentRow);

impl Seats {
    pub(super) const fn new(seats: Vec<Membership>) -> Self {
        Self(seats)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Membership> {
        self.0.iter()
    }

    pub(super) fn of(&self, audience: AudienceId) -> Option<&Membership> {
        self.0.iter().find(|seat| seat.audience == audience)
    }

    /// What may be told of these, in the same order. Any other one is passed over, as if it did not exist.
    pub(super) fn readable(&self, rows: Vec<DocumentRow>) -> Vec<Readable> {
        rows.into_iter().filter(|row| self.may_read(row.audience, &row.kind)).map(Readable).collect()
    }

    /// Whether what the server shows in this collection of this audience may be sent.
    pub(super) fn may_have(&self, audience: AudienceId, collection: &str) -> bool {
        self.of(audience).is_some_and(|seat| policy::may_have(seat.role, collection))
    }

    /// Whether the document with these heads may be told of.
    pub(super) fn may_compare(&self, row: &HeadsRow) -> bool {
        self.may_read(row.audience, &row.kind)
    }

    fn may_read(&self, audience: AudienceId, kind: &str) -> bool {
        self.of(audience).is_some_and(|seat| policy::may_read(seat.role, kind))
    }
}

impl Deref for Readable {
    type Target = DocumentRow;

    fn deref(&self) -> &DocumentRow {
        &self.0
    }
}
