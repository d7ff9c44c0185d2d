//! Owns what leaders note about their own leading.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::manager_reflection::{self, ReflectionView};
use sync_core::document::{Document, Edit};
use sync_core::ids::DocId;
use sync_core::replica::{Replica, ReplicaError};

impl Deed<'_> {
    pub(super) fn edit_reflection(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| manager_reflection::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_reflection(edit, &seen))
    }

    pub(super) fn on_reflection(&self, edit: &mut Edit<'_>, seen: &ReflectionView) -> Made {
        match (self.verb, self.choose(&seen.thoughts)) {
            (Verb::AddThought, _) => wrote(manager_reflection::add_thought(edit, &self.word())),
            (_, None) => Ok(Done::Nothing),
            (Verb::EditThought, Some(one)) => {
                wrote(manager_reflection::edit_thought(edit, one.id, &self.insert(&one.text)))
            }
            (_, Some(one)) if one.removed.is_some() => {
                done(manager_reflection::restore_thought(edit, one.id))
            }
            (_, Some(one)) => done(manager_reflection::remove_thought(edit, one.id)),
        }
    }
}
