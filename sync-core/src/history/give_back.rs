//! Owns what goes to a server again that has lost it.

use super::chunk::{self, hash_of, stored};
use super::{History, HistoryError, is_by};
use crate::document;
use crate::ids::{ActorId, ChangeHash};
use crate::store::{Standing, Write};
use automerge::Change;
use std::collections::BTreeSet;

impl History {
    /// Puts accepted changes that the server lost back into the outbox, oldest first, ahead of what waits there.
    ///
    /// Changes of these foreign actors go only as far as `proven` leads to them: without proof they would be taken for
    /// this person's. Whoever wrote them gives them back.
    pub fn give_back(
        &mut self,
        server_heads: &[ChangeHash],
        (foreign, proven): (&BTreeSet<ActorId>, &[ChangeHash]),
        draft_actor: ActorId,
    ) -> Result<Vec<Write>, HistoryError> {
        let known: Vec<_> = server_heads.iter().map(chunk::raw).collect();
        let proven: Vec<_> = proven.iter().map(chunk::raw).collect();
        // What the proof names may wait to be sent again already.
        let beyond: BTreeSet<_> = self.wire()?.get_changes(&proven).iter().map(hash_of).collect();
        let genesis =
            document::header(&self.accepted).map(|(_, key)| document::genesis(self.kind, &key).hash());
        let lost = self.accepted.get_changes(&known).into_iter().filter(|c| Some(c.hash()) != genesis);
        let (held_back, lost): (Vec<_>, Vec<_>) =
            lost.partition(|c| is_by(c, foreign) && beyond.contains(&hash_of(c)));
        self.resend(lost, held_back.is_empty(), draft_actor)
    }

    /// Queues changes that the server says it misses, and what builds on them, ahead of those that need them; but
    /// none of these foreign actors.
    pub fn send_missing(
        &mut self,
        missing: &[ChangeHash],
        foreign: &BTreeSet<ActorId>,
        draft_actor: ActorId,
    ) -> Result<Vec<Write>, HistoryError> {
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        let mut absent: BTreeSet<ChangeHash> = missing.iter().copied().collect();
        let (mut lost, mut is_complete) = (Vec::new(), true);
        for change in self.accepted.get_changes(&[]) {
            let needs_absent =
                change.deps().iter().any(|dep| absent.contains(&ChangeHash::from_bytes(dep.0)));
            if needs_absent || absent.contains(&hash_of(&change)) {
                absent.insert(hash_of(&change));
                if is_by(&change, foreign) { is_complete = false } else { lost.push(change) }
            }
        }
        self.resend(lost, is_complete, draft_actor)
    }

    /// Moves accepted changes to the front of the outbox. If these are all that the server lacks, the document as the
    /// server has it is what is left.
    fn resend(
        &mut self,
        lost: Vec<Change>,
        is_all: bool,
        draft_actor: ActorId,
    ) -> Result<Vec<Write>, HistoryError> {
        if lost.is_empty() {
            return Ok(Vec::new());
        }
        let queued: BTreeSet<_> = lost.iter().map(hash_of).collect();
        let waiting = std::mem::take(&mut self.outbox);
        let resend: Vec<Change> =
            lost.into_iter().chain(waiting.into_iter().filter(|c| !queued.contains(&hash_of(c)))).collect();
        let mut writes = Vec::new();
        for change in &resend {
            writes.push(Write::RemoveChange(self.doc, hash_of(change)));
            writes.push(Write::Change(self.doc, stored(change, Standing::Outbox)));
        }
        self.outbox = resend;
        if is_all {
            let kept = self.accepted.get_changes(&[]).into_iter().filter(|c| !queued.contains(&hash_of(c)));
            let mut accepted = document::blank(draft_actor);
            chunk::apply(&mut accepted, kept).map_err(|source| self.damaged(source))?;
            self.accepted = accepted;
            writes.push(self.snapshot_write());
        }
        self.rebuild_view(draft_actor)?;
        Ok(writes)
    }
}
