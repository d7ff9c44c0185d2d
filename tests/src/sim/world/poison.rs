//! Owns what somebody sends past the app: changes that the library takes, and that leave a document nobody can load.

use super::World;
use crate::sim::backend::Arrival;
use crate::sim::dice::Dice;
use crate::sim::office::ORG;
use crate::sim::op::NewKind;
use automerge::legacy::{MarkData, OpId, OpType};
use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::{Transactable, Transaction};
use automerge::{AutomergeError, Change, ExpandedChange, ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::time::Duration;
use sync_core::credential::{Credential, DeviceKey};
use sync_core::document::{change_hash, crdt_actor};
use sync_core::history::History;
use sync_core::ids::{ActorId, DocId, ReplicaId};
use sync_core::store::Store;
use sync_core::transport::encode_request;
use sync_core::wire::{APP_SCHEMA, PROTOCOL_VERSION, PushDocument, SyncRequest};

/// Deeper than documents may be nested.
const DEEP: usize = 40;
/// How long such a request takes at most.
const LONGEST_TRIP_MS: u64 = 200;

impl World {
    /// Somebody's own program pushes poison under their name. None when there is nothing to poison.
    pub(super) fn poison(&mut self, phone: usize, doc: u8, pick: u16) -> Option<()> {
        let begun = self.choose_document(phone, NewKind::Meeting, doc)?;
        let mut dice = Dice::of(self.seed, &[10, self.poisoned.len() as u64]);
        let actor = ActorId::from_bytes(dice.bytes());
        let replica = self.phones[phone].replica()?;
        let change = replica.read(begun.doc, |history| poison(history, actor, pick)).ok()??;
        self.poisoned.insert(change_hash(&change.hash()));
        let arrival = self.arrival(phone, begun.doc, &change, &mut dice)?;
        let after = Duration::from_millis(dice.below(LONGEST_TRIP_MS));
        self.backend.serve_later(after, dice.number(), arrival);
        Some(())
    }

    fn arrival(&self, phone: usize, doc: DocId, change: &Change, dice: &mut Dice) -> Option<Arrival> {
        let phone = &self.phones[phone];
        let identity = phone.disk.look(|image| image.identity()).ok()??;
        let changes = vec![change.raw_bytes().to_vec().into()];
        let body = encode_request(&SyncRequest {
            protocol: PROTOCOL_VERSION,
            replica: ReplicaId::from_bytes(dice.bytes()),
            cursor: None,
            app_schema: APP_SCHEMA,
            max_response_bytes: 1 << 16,
            push: vec![PushDocument { doc, create: None, changes }],
            commands: Vec::new(),
            want: Vec::new(),
            repair: None,
            verify: false,
        });
        let credential = Credential {
            org: ORG,
            person: phone.person,
            device: phone.device,
            server_id: identity.server_id,
            organisation_key: self.organisation_key()?.to_vec(),
            key: phone.key.clone() as std::sync::Arc<dyn DeviceKey>,
        };
        let mut nonce = StdRng::from_seed(dice.bytes());
        let assertion = credential.sign(&body.bytes, self.clock.now(), &mut nonce).ok()?;
        Some(Arrival { token: assertion.token, body })
    }
}

/// A change of a new session that an honest one was made into.
fn poison(history: &History, actor: ActorId, pick: u16) -> Option<Change> {
    let mut copy = history.view().clone().with_actor(crdt_actor(actor));
    let (_, notes) = copy.get(ROOT, "notes").ok()??;
    let kind = pick % 4;
    let mut edit = copy.transaction();
    match kind {
        0 => nest(&mut edit),
        1 if copy_is_long(&edit, &notes) => {
            edit.mark(&notes, Mark::new("b".into(), true, 0, 2), ExpandMark::After)
        }
        _ => edit.put(ROOT, "poison", 1),
    }
    .ok()?;
    edit.commit();
    let change = copy.get_last_local_change()?;
    let mut expanded = change.decode();
    match kind {
        0 => return Some(change),
        1 => expanded.operations.reverse(),
        2 => expanded.operations[0].pred = vec![number_of(&notes)?].into(),
        _ => expanded.operations[0].action = mark_in_map(),
    }
    Some(again(expanded)).filter(|poison| poison.hash() != change.hash())
}

fn nest(edit: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    (0..DEEP).try_fold(ROOT, |inner, _| edit.put_object(&inner, "x", ObjType::Map)).map(drop)
}

fn copy_is_long(edit: &Transaction<'_>, notes: &ObjId) -> bool {
    edit.length(notes) > 2
}

/// The operation that made this object: it has another key than what claims to follow it.
fn number_of(object: &ObjId) -> Option<OpId> {
    match object {
        ObjId::Id(counter, actor, _) => Some(OpId(*counter, actor.clone())),
        ObjId::Root => None,
    }
}

fn mark_in_map() -> OpType {
    OpType::MarkBegin(MarkData { name: "b".into(), value: ScalarValue::Boolean(true), expand: false })
}

fn again(mut expanded: ExpandedChange) -> Change {
    expanded.hash = None;
    Change::from(expanded)
}
