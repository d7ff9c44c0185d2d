//! Owns what a document is made of: genesis, loading, reading, editing, conflicts and what changed. It is
//! the only place that talks to the CRDT about content; it knows nothing of stores, rights or the wire.
//!
//! Every document counts text in UTF-16 units and writes under a sixteen-byte actor that its caller chose.
//! Both are set by the constructors here ([`blank`], [`create`], [`load()`], [`fork`]) and by nothing else:
//! a document made in another way counts in code points and invents an actor of its own.
//!
//! Places in a document are named by keys ([`Path`]), never by object ids: keys stay the same when drafts
//! are folded into one change, object ids do not.

mod changed;
mod content;
mod cursor;
mod digest;
mod edit;
mod fields;
#[cfg(test)]
pub(crate) mod fixture;
mod genesis;
mod items;
mod load;
pub mod order;
mod path;
mod read;
mod text;
mod touched;
mod value;

pub use changed::{
    ChangedItem, Inserted, Unverifiable, What, authors_since, changes_since, changes_touching, knows,
};
pub use content::{Content, ContentError, MAX_DEPTH, content};
pub use cursor::{CursorLost, OpName, TextCursor};
pub use digest::Digest;
pub use edit::{
    Edit, EditError, ITEM_TEXT_LIMIT, LABEL_LIMIT, LABELS, NOTES_LIMIT, Writer, checked_label, edit,
    edit_on_drafts,
};
pub use fields::{Item, ItemOf};
pub(crate) use genesis::HEADER;
pub use genesis::{create, genesis, genesis_actor, header, layer, missing_layers, schema};
pub(crate) use items::GONE;
pub use items::Position;
pub use load::{LoadError, READER, all_changes, apply, blank, fork, load, parse_change, saved};
pub(crate) use load::{guarded, use_once};
pub use path::Path;
pub use read::{Document, Found, Prose, Reader, Span};
pub use text::{COMMENT_LIMIT, LINK_LIMIT, Mark, Splice};
pub(crate) use touched::object_id;
pub use touched::{Touch, touches};
pub use value::{Amount, Claim, Conflict, Field, Value};

use crate::ids::{ActorId, ChangeHash};
use automerge::Automerge;

/// The heads of a document, ascending.
pub fn heads(doc: &Automerge) -> Vec<ChangeHash> {
    let mut heads: Vec<ChangeHash> = doc.get_heads().iter().map(change_hash).collect();
    heads.sort();
    heads
}

/// The hash of a change, as the rest of this crate names it.
pub fn change_hash(hash: &automerge::ChangeHash) -> ChangeHash {
    ChangeHash::from_bytes(hash.0)
}

/// The hash of a change, as the CRDT names it.
pub fn crdt_hash(hash: &ChangeHash) -> automerge::ChangeHash {
    automerge::ChangeHash(*hash.as_bytes())
}

/// An actor, as the CRDT names it.
pub fn crdt_actor(actor: ActorId) -> automerge::ActorId {
    automerge::ActorId::from(actor.as_bytes().as_slice())
}

/// An actor, as the rest of this crate names it; none if it is not of sixteen bytes.
pub fn actor_id(actor: &automerge::ActorId) -> Option<ActorId> {
    ActorId::from_slice(actor.to_bytes())
}
