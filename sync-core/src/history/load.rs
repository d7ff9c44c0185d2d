//! Owns how a history is made of the rows of the store: of what was read, with what was not, and of a body that has come back.

use super::chunk;
use super::{History, HistoryError};
use crate::coaching::Kind;
use crate::document::{self, LoadError};
use crate::ids::ActorId;
use crate::store::{Body, DocumentRow, Standing, Write};

impl History {
    /// The document that these rows hold, without what nobody has read yet.
    pub fn load(row: &DocumentRow, body: &Body, draft_actor: ActorId) -> Result<Self, HistoryError> {
        let damaged = |source| HistoryError::Damaged { doc: row.doc, source: Box::new(source) };
        let kind = Kind::parse(&row.kind).ok_or_else(|| HistoryError::UnknownKind(row.kind.clone()))?;
        let bytes_of = |standing| body.standing(standing).map(|change| &change.bytes[..]);
        let accepted = chunk::assemble(body.snapshot.as_deref(), bytes_of(Standing::Accepted), draft_actor)
            .map_err(damaged)?;
        let outbox = chunk::parse(bytes_of(Standing::Outbox)).map_err(damaged)?;
        let drafts = chunk::parse(body.drafts.iter().map(|bytes| &bytes[..])).map_err(damaged)?;
        let mut view = document::fork(&accepted, draft_actor);
        chunk::apply(&mut view, outbox.iter().chain(&drafts).cloned()).map_err(damaged)?;
        let tail = (
            body.standing(Standing::Accepted).count(),
            body.standing(Standing::Accepted).map(|change| change.bytes.len()).sum(),
        );
        Ok(Self { doc: row.doc, kind, accepted, outbox, drafts, view, tail })
    }

    /// The document that these rows hold, with what nobody has read yet.
    pub fn load_all(
        row: &DocumentRow,
        body: &Body,
        draft_actor: ActorId,
    ) -> Result<(Self, Vec<Write>), HistoryError> {
        let unread: Vec<_> = body.standing(Standing::Unread).collect();
        if !body.has_base() {
            let read = unread.iter().map(|change| Write::Accepted(row.doc, change.hash)).collect();
            return Ok((Self::load(row, &body.clone().all_read(), draft_actor)?, read));
        }
        let mut history = Self::load(row, body, draft_actor)?;
        if unread.is_empty() {
            return Ok((history, Vec::new()));
        }
        let changes = chunk::parse(unread.iter().map(|change| &change.bytes[..]))
            .map_err(|source| history.damaged(source))?;
        let writes = history.receive(None, &changes, draft_actor)?;
        Ok((history, writes))
    }

    /// The document of these rows after its body has come back, perhaps newer than what the drafts were made on:
    /// they are rebased before anything else happens to them.
    pub fn load_returning(
        row: &DocumentRow,
        body: &Body,
        draft_actor: ActorId,
    ) -> Result<(Self, Vec<Write>), HistoryError> {
        let drafts = body.drafts.clone();
        let settled = Body { drafts: Vec::new(), ..body.clone() }.all_read();
        let mut history = Self::load(row, &settled, draft_actor)?;
        let sent = history.waiting_in(&history.accepted);
        let unread = body.standing(Standing::Unread);
        let mut writes: Vec<_> = unread.map(|change| Write::Accepted(row.doc, change.hash)).collect();
        writes.extend(history.drop_sent(&sent));
        let damaged = |source| HistoryError::Damaged { doc: row.doc, source: Box::new(source) };
        history.drafts = chunk::parse(drafts.iter().map(|bytes| &bytes[..])).map_err(damaged)?;
        let Some(first) = history.drafts.first() else { return Ok((history, writes)) };
        let base = history.wire()?.fork_at(first.deps()).map_err(|e| damaged(LoadError::Document(e)))?;
        writes.extend(history.rebase(&base, draft_actor)?);
        history.rebuild_view(draft_actor)?;
        Ok((history, writes))
    }
}
