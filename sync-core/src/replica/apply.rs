//! Owns the storing of an answer: frames up to a commit point become one transaction with their cursor.

use super::ReplicaError;
use super::desk::{Desk, Opened};
use super::incoming::{Group, Incoming, Pushed, audience_of_record};
use super::reading::{Note, have_read, is_of_the_document, unread};
use super::seen::never_seen;
use crate::bug::{self, Bug};
use crate::coaching::Kind;
use crate::history::chunk;
use crate::ids::{AudienceId, DocId};
use crate::metric::{self, MonthKey};
use crate::policy::{self, Role};
use crate::store::{
    AudienceRow, Batch, DocumentRow, Expect, Origin, PartialSnapshot, Presence, RecordRow, Standing,
    StoredChange, Write,
};
use crate::sync::{FollowUp, Mode};
use crate::time::Timestamp;
use crate::wire::frame::{DocumentHead, Grant, SnapshotPart};
use crate::wire::{ErrorCode, Frame, RevokeTarget};

/// What is known while one group is stored.
pub(crate) struct GroupContext<'a> {
    /// The cursor that the answer builds on; another stored one means that these frames are too late.
    pub(crate) after: Option<Vec<u8>>,
    /// What this is the first commit point for.
    pub(crate) pushed: &'a [Pushed],
    /// The phone's clock.
    pub(crate) now: Timestamp,
    /// While the server is being repaired, `not_found` parks nothing.
    pub(crate) mode: Mode,
}

impl Desk {
    /// Stores frames up to and including a cursor. Says whether that made something sendable.
    pub(crate) fn store_frames(
        &mut self,
        frames: Vec<Frame>,
        context: &GroupContext<'_>,
    ) -> Result<FollowUp, ReplicaError> {
        let group = Group::sort(frames, context.pushed);
        let answered = self.answered(&group.decided)?;
        self.take_away(&group, context)?;
        self.take_back(&answered, context)?;
        let mut batch = Batch { expect: vec![Expect::Cursor(context.after.clone())], writes: Vec::new() };
        let mut changed = Vec::new();
        let missing = group.documents.values().any(|incoming| !incoming.missing.is_empty());
        batch.writes.extend(self.plan_answers(&answered, context.now)?);
        self.plan_records(&group, &mut batch);
        let planned = group.documents.into_iter().try_for_each(|(doc, incoming)| {
            changed.extend(self.plan_document(doc, &incoming, context, &mut batch)?);
            Ok(())
        });
        batch.writes.push(Write::Cursor(group.cursor));
        planned.and_then(|()| self.commit_group(batch)).inspect_err(|_| self.read_for_nothing(&changed))?;
        for opened in changed {
            self.events.push(super::Event::DocumentChanged(opened.row.doc));
            self.keep(opened);
        }
        let more_to_decide = !answered.is_empty() && !self.store.commands()?.is_empty();
        Ok(if missing || more_to_decide { FollowUp::SendAgain } else { FollowUp::None })
    }

    fn commit_group(&mut self, mut batch: Batch) -> Result<(), ReplicaError> {
        if bug::is_on(Bug::CursorBeforeCommit) {
            let cursor = batch.writes.pop().into_iter().collect();
            self.store.commit(&Batch { expect: std::mem::take(&mut batch.expect), writes: cursor })?;
        }
        if bug::is_on(Bug::FramesOverNewerCursor) {
            batch.expect.retain(|expect| !matches!(expect, Expect::Cursor(_)));
        }
        Ok(self.store.commit(&batch)?)
    }

    fn plan_records(&mut self, group: &Group, batch: &mut Batch) {
        for grant in &group.granted {
            batch.writes.push(Write::Audience(AudienceRow {
                audience: grant.audience,
                role: grant.role.clone(),
                members: grant.members.clone(),
            }));
        }
        for record in &group.records {
            let (collection, key) = (record.collection.clone(), record.key.to_vec());
            batch.writes.push(match &record.body {
                Some(body) => {
                    Write::Record(RecordRow { collection, key, version: record.version, body: body.to_vec() })
                }
                None => Write::RemoveRecord(collection, key),
            });
        }
        if !group.granted.is_empty() || !group.records.is_empty() {
            self.events.push(super::Event::RosterChanged);
        }
    }

    /// Plans the rows of one document; answers it loaded, if it had to be. What cannot be read holds up no other
    /// document: by the second time it is known, and left unread.
    fn plan_document(
        &mut self,
        doc: DocId,
        incoming: &Incoming,
        context: &GroupContext<'_>,
        batch: &mut Batch,
    ) -> Result<Option<Opened>, ReplicaError> {
        let (expected, written) = (batch.expect.len(), batch.writes.len());
        match self.try_plan(doc, incoming, context, batch) {
            Err(error) if is_of_the_document(&error) => {
                batch.expect.truncate(expected);
                batch.writes.truncate(written);
                self.forget(doc);
                self.try_plan(doc, incoming, context, batch)
            }
            planned => planned,
        }
    }

    fn try_plan(
        &mut self,
        doc: DocId,
        incoming: &Incoming,
        context: &GroupContext<'_>,
        batch: &mut Batch,
    ) -> Result<Option<Opened>, ReplicaError> {
        let row = self.store.document(doc)?;
        let start = batch.writes.len();
        batch.writes.extend(incoming.authors.iter().map(|author| Write::Author(doc, *author)));
        batch.writes.extend(incoming.receipt.clone().map(Write::Receipt));
        let snapshot = self.plan_parts(doc, &incoming.parts, batch)?;
        match row {
            Some(row)
                if row.presence.is_readable()
                    && self.needs_history(&row, incoming, snapshot.is_some())? =>
            {
                self.plan_loaded(row, incoming, snapshot, context, batch).map(Some)
            }
            row => {
                self.forget(doc);
                let generation = row.as_ref().map_or(0, |row| row.generation);
                batch.expect.push(Expect::Generation(doc, generation));
                let mut rows = batch.writes.split_off(start);
                let snapshot = match &row {
                    Some(row) if snapshot.is_some() && self.has_more(row)? => {
                        let note = self.note(row.doc)?.unwrap_or_else(Note::new);
                        rows.push(Note { lacks_snapshot: true, ..note }.write(row.doc));
                        None
                    }
                    _ => snapshot,
                };
                if let Some(row) = self.plan_rows(doc, row, incoming, snapshot, context, &mut rows) {
                    batch.writes.push(row);
                    batch.writes.append(&mut rows);
                }
                Ok(None)
            }
        }
    }

    /// Whether what is here of a document, unread, may be more than what a restored server has of it.
    fn has_more(&self, row: &DocumentRow) -> Result<bool, ReplicaError> {
        let is_damaged = row.presence == Presence::Damaged;
        Ok(is_damaged && self.has_come(row.doc) && self.receipts_before(row.doc)?.is_some())
    }

    /// Whether the rows alone cannot say what becomes of the document.
    fn needs_history(
        &self,
        row: &DocumentRow,
        incoming: &Incoming,
        whole: bool,
    ) -> Result<bool, ReplicaError> {
        // What this app cannot read it only keeps.
        if Kind::parse(&row.kind).is_none() {
            return Ok(false);
        }
        let judged = !incoming.verdicts.refused.is_empty() || !incoming.missing.is_empty();
        if judged || whole || self.is_open(row.doc) {
            return Ok(true);
        }
        // Whether an earlier reading has ended is not in the rows either.
        Ok(incoming.delivers() && (self.store.has_drafts(row.doc)? || self.note(row.doc)?.is_some()))
    }

    fn plan_loaded(
        &mut self,
        row: DocumentRow,
        incoming: &Incoming,
        snapshot: Option<Vec<u8>>,
        context: &GroupContext<'_>,
        batch: &mut Batch,
    ) -> Result<Opened, ReplicaError> {
        let row_doc = row.doc;
        let mut opened = self.take(row_doc)?;
        batch.expect.push(Expect::Generation(row_doc, opened.row.generation));
        batch.writes.append(&mut opened.unkept);
        let code = incoming.code.unwrap_or(ErrorCode::Unknown);
        let parks = matches!(code, ErrorCode::NotFound | ErrorCode::NotAllowed | ErrorCode::CreateInvalid);
        let (actor, foreign) = (self.actor(), self.foreign_actors(row_doc)?);
        let comes = context.mode == Mode::Repair
            || self.repairing()?
            || self.audiences_to_come()?.contains(&opened.row.audience);
        if !(parks && comes) {
            let settled = opened.history.settle(&incoming.verdicts, &foreign, actor)?;
            if settled.lost.is_some() {
                self.begin_session();
            }
            let second = settled.lost.is_some() && self.was_refused_before(row.doc, batch)?;
            batch.writes.extend(Self::settled_writes(&opened.row, settled, code, context.now));
            if second || (parks && !incoming.verdicts.refused.is_empty()) {
                let parked = opened.history.park(actor)?;
                batch.writes.extend(Self::settled_writes(&opened.row, parked, code, context.now));
            }
        }
        if snapshot.is_some() || !incoming.chunks.is_empty() {
            batch.writes.extend(self.take_in(
                &mut opened,
                snapshot.as_deref(),
                &incoming.chunks,
                context.now,
            )?);
        }
        batch.writes.extend(opened.history.send_missing(&incoming.missing, &foreign, actor)?);
        opened.row = with_head(opened.row, incoming.head.as_ref());
        if incoming.says_server_has_it(context.mode) {
            opened.row.origin = Origin::Shared;
        }
        batch.writes.extend(opened.history.compact());
        let write = self.next_row(&mut opened, context.now);
        batch.writes.push(write);
        Ok(opened)
    }

    /// Notes a refusal; true when there already was one since something was last accepted.
    fn was_refused_before(&self, doc: DocId, batch: &mut Batch) -> Result<bool, ReplicaError> {
        let name = format!("refused:{doc}");
        let before = self.store.setting(&name)?.is_some();
        batch.writes.push(Write::Setting(name, (!before).then(|| vec![1])));
        Ok(before)
    }

    /// Appends without loading anything: the document is folded together when somebody looks at it.
    /// Answers the document's own row, which goes first; none when nobody knows what document this is.
    fn plan_rows(
        &mut self,
        doc: DocId,
        row: Option<DocumentRow>,
        incoming: &Incoming,
        snapshot: Option<Vec<u8>>,
        context: &GroupContext<'_>,
        rows: &mut Vec<Write>,
    ) -> Option<Write> {
        let delivers = incoming.delivers();
        let is_leaving = row.as_ref().is_some_and(|row| row.presence == Presence::Leaving);
        let accepted = &incoming.verdicts.accepted;
        let is_shared =
            incoming.head.is_some() || incoming.stub.is_some() || incoming.says_server_has_it(context.mode);
        // Of a document that leaves, what the server has is no longer unsent: it would come back with the document.
        rows.extend(accepted.iter().map(|hash| match is_leaving {
            true => Write::RemoveChange(doc, *hash),
            false => Write::Accepted(doc, *hash),
        }));
        rows.extend(snapshot.map(|bytes| Write::Snapshot { doc, bytes, contains: Vec::new() }));
        rows.extend(unread(doc, &incoming.chunks));
        let is_stub = incoming.stub.is_some() && row.is_none();
        let head = incoming.head.as_ref().or(incoming.stub.as_ref().map(|stub| &stub.head));
        let mut row = with_head(row.or_else(|| head.map(|head| fresh_row(head, context.now)))?, head);
        if is_shared {
            row.origin = Origin::Shared;
        }
        if is_stub && !delivers {
            row.presence = Presence::Stub;
        }
        if delivers {
            row.summary.clear();
            row.changed_at = context.now;
            if row.presence == Presence::Stub {
                row.presence = Presence::Full;
            }
        }
        self.events.push(super::Event::DocumentChanged(doc));
        Some(Write::Document(row))
    }

    /// Joins snapshot parts; answers the whole when its last part is here.
    fn plan_parts(
        &mut self,
        doc: DocId,
        parts: &[SnapshotPart],
        batch: &mut Batch,
    ) -> Result<Option<Vec<u8>>, ReplicaError> {
        let Some(last) = parts.last() else { return Ok(None) };
        let mut partial = self.store.partial(doc)?;
        for part in parts {
            partial = Some(join(partial, part)?);
        }
        let whole = partial.as_ref().is_some_and(|p| p.bytes.len() == last.total as usize);
        if whole {
            batch.writes.push(Write::Partial(doc, None));
            return Ok(partial.map(|p| p.bytes));
        }
        batch.writes.push(Write::Partial(doc, partial));
        Ok(None)
    }

    /// Removes what this person may no longer see, before anything new is stored. Doing it twice changes nothing.
    fn take_away(&mut self, group: &Group, context: &GroupContext<'_>) -> Result<(), ReplicaError> {
        for erase in &group.erased {
            self.erase_document(erase.doc, context)?;
        }
        for target in &group.revoked {
            match target {
                RevokeTarget::Document(doc) => self.set_aside(*doc, context)?,
                RevokeTarget::Audience(audience) => {
                    let documents = self.store.documents_of(*audience)?;
                    self.leave_audience(*audience, documents, context)?;
                }
            }
        }
        group.granted.iter().try_for_each(|grant| self.leave_beyond(grant, context))
    }

    /// What somebody was more in an audience before they may have read more there. A phone that begins anew is not told so: this
    /// grant is all that it hears. Of a kind that this app does not know the server knows who reads it.
    fn leave_beyond(&mut self, grant: &Grant, context: &GroupContext<'_>) -> Result<(), ReplicaError> {
        let Some(role) = Role::parse(&grant.role) else { return Ok(()) };
        let mut batch = Batch { expect: vec![Expect::Cursor(context.after.clone())], writes: Vec::new() };
        for doc in self.store.documents_of(grant.audience)? {
            let kind = self.store.document(doc)?.and_then(|row| Kind::parse(&row.kind));
            if kind.is_some_and(|kind| policy::right(role, kind).is_none()) {
                self.plan_set_aside(doc, &mut batch)?;
            }
        }
        if batch.writes.is_empty() { Ok(()) } else { Ok(self.store.commit(&batch)?) }
    }

    /// An audience and these documents of it go in one step: the file is scrubbed once, however many documents that is.
    pub(super) fn leave_audience(
        &mut self,
        audience: AudienceId,
        documents: Vec<DocId>,
        context: &GroupContext<'_>,
    ) -> Result<(), ReplicaError> {
        let mut batch = Batch { expect: vec![Expect::Cursor(context.after.clone())], writes: Vec::new() };
        for doc in documents {
            self.plan_set_aside(doc, &mut batch)?;
        }
        batch.writes.push(Write::RemoveAudience(audience));
        for record in self.all_records()? {
            if audience_of_record(self.identity.org, &record.collection, &record.key) == Some(audience) {
                self.plan_forget_numbers(&record, &mut batch)?;
                batch.writes.push(Write::RemoveRecord(record.collection, record.key));
            }
        }
        self.store.commit(&batch)?;
        self.events.push(super::Event::RosterChanged);
        Ok(())
    }

    /// The numbers of whom this person led in a tenure go with it. One's own stay, and those of whom one leads in another.
    fn plan_forget_numbers(&self, tenure: &RecordRow, batch: &mut Batch) -> Result<(), ReplicaError> {
        let led = |record: &RecordRow| {
            let tenure: super::Tenure = serde_json::from_slice(&record.body).ok()?;
            (tenure.leader.id == self.identity.person).then_some(tenure.agent.id)
        };
        let Some(agent) = led(tenure) else { return Ok(()) };
        let others = self.store.records(crate::store::TENURES)?;
        if others.iter().any(|other| other.key != tenure.key && led(other) == Some(agent)) {
            return Ok(());
        }
        for record in self.store.records(metric::COLLECTION)? {
            if MonthKey::from_bytes(&record.key).is_some_and(|key| key.person == agent) {
                batch.writes.push(Write::RemoveRecord(record.collection, record.key));
            }
        }
        Ok(())
    }

    fn set_aside(&mut self, doc: DocId, context: &GroupContext<'_>) -> Result<(), ReplicaError> {
        let mut batch = Batch { expect: vec![Expect::Cursor(context.after.clone())], writes: Vec::new() };
        self.plan_set_aside(doc, &mut batch)?;
        Ok(self.store.commit(&batch)?)
    }

    /// Removes a document's body at once; what is unsent waits for the end of the sync.
    fn plan_set_aside(&mut self, doc: DocId, batch: &mut Batch) -> Result<(), ReplicaError> {
        let Some(row) = self.store.document(doc)? else { return Ok(()) };
        if row.presence == Presence::Leaving {
            return Ok(());
        }
        let text = self.unsent_text(doc)?;
        // Read anew: what could not be read was taken out.
        let Some(row) = self.store.document(doc)? else { return Ok(()) };
        let mut body = self.store.body(doc)?;
        body.changes = self.own_waiting(doc, body.changes)?;
        batch.expect.push(Expect::Generation(doc, row.generation));
        batch.writes.extend([Write::Purge(doc), have_read(doc), never_seen(doc)]);
        if !body.changes.is_empty() || !body.drafts.is_empty() {
            let text = text.unwrap_or_else(|| chunk::readable(&body));
            let leaving = DocumentRow { presence: Presence::Leaving, summary: Vec::new(), ..row };
            batch.writes.push(Write::Document(leaving));
            batch.writes.extend(body.changes.into_iter().map(|c| Write::Change(doc, c)));
            batch.writes.extend(body.drafts.into_iter().map(|d| Write::Draft(doc, d)));
            batch.writes.push(Write::Setting(leaving_text(doc), Some(text.into_bytes())));
        }
        self.forget(doc);
        self.events.push(super::Event::DocumentChanged(doc));
        Ok(())
    }

    /// What is unsent of a document, as its people know it; nothing when only its rows can tell. What cannot be read of
    /// it is taken out first, so that the rest can.
    fn unsent_text(&mut self, doc: DocId) -> Result<Option<String>, ReplicaError> {
        match self.take(doc) {
            // What is given back was accepted once, so it does not count as unsent there.
            Ok(opened) if self.repairing()? && self.was_accepted(&opened)? => Ok(None),
            Ok(opened) => Ok(Some(opened.history.unsent().text)),
            Err(ReplicaError::NotHere(_)) => Ok(None),
            Err(error) if error.is_damage() || error.is_unknown_kind() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What waits to be sent and was written here: what others wrote, and this phone gives back, is theirs.
    fn own_waiting(&self, doc: DocId, changes: Vec<StoredChange>) -> Result<Vec<StoredChange>, ReplicaError> {
        let others = self.foreign_actors(doc)?;
        let is_own = |change: &StoredChange| {
            let actor = chunk::actor_of_bytes(&change.bytes);
            change.standing == Standing::Outbox && actor.is_some_and(|actor| !others.contains(&actor))
        };
        Ok(changes.into_iter().filter(is_own).collect())
    }

    fn erase_document(&mut self, doc: DocId, context: &GroupContext<'_>) -> Result<(), ReplicaError> {
        let mut writes =
            vec![Write::Purge(doc), Write::Setting(leaving_text(doc), None), have_read(doc), never_seen(doc)];
        // Nothing of it stays, also what another process writes at this moment.
        let refused = self.store.refused()?;
        writes.extend(refused.iter().filter(|r| r.doc == doc).map(|r| Write::ForgetRefused(r.id)));
        self.forget(doc);
        self.write_after(context, writes)?;
        self.events.push(super::Event::DocumentChanged(doc));
        Ok(())
    }

    /// Commits unless another answer has been stored meanwhile.
    fn write_after(&mut self, context: &GroupContext<'_>, writes: Vec<Write>) -> Result<(), ReplicaError> {
        let expect = vec![Expect::Cursor(context.after.clone())];
        Ok(self.store.commit(&Batch { expect, writes })?)
    }
}

/// Where the readable text of a leaving document waits.
pub(super) fn leaving_text(doc: DocId) -> String {
    format!("leaving:{doc}")
}

fn fresh_row(head: &DocumentHead, now: Timestamp) -> DocumentRow {
    DocumentRow {
        doc: head.doc,
        kind: head.kind.clone(),
        key: head.key,
        audience: head.audience,
        generation: 0,
        origin: Origin::Shared,
        presence: Presence::Full,
        changed_at: now,
        summary: Vec::new(),
    }
}

fn with_head(row: DocumentRow, head: Option<&DocumentHead>) -> DocumentRow {
    match head {
        Some(head) => DocumentRow { audience: head.audience, origin: Origin::Shared, ..row },
        None => row,
    }
}

fn join(partial: Option<PartialSnapshot>, part: &SnapshotPart) -> Result<PartialSnapshot, ReplicaError> {
    let mut joined = partial
        .filter(|p| p.heads == part.heads && part.offset > 0)
        .unwrap_or_else(|| PartialSnapshot { heads: part.heads.clone(), bytes: Vec::new() });
    if joined.bytes.len() != part.offset as usize {
        return Err(ReplicaError::BadAnswer("a part of a snapshot is missing"));
    }
    joined.bytes.extend_from_slice(&part.bytes);
    Ok(joined)
}
