//! Owns what leaders note about how somebody does.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::tier_note::{self, Diagnosis, Tier, TierNoteView};
use sync_core::document::{Document, Edit};
use sync_core::ids::DocId;
use sync_core::replica::{Replica, ReplicaError};

const TIERS: [Tier; 3] = [Tier::High, Tier::Steady, Tier::Low];
const DIAGNOSES: [Diagnosis; 3] = [Diagnosis::Skill, Diagnosis::Environment, Diagnosis::NotKnown];

impl Deed<'_> {
    pub(super) fn edit_tier_note(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| tier_note::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_tier_note(edit, &seen))
    }

    pub(super) fn on_tier_note(&self, edit: &mut Edit<'_>, seen: &TierNoteView) -> Made {
        let Some(seen) = self.choose(&seen.months) else { return Ok(Done::Nothing) };
        let month = seen.month;
        if self.verb == Verb::WriteTier {
            let chosen = &seen.texts[usize::from(self.pick / 3) % seen.texts.len()];
            let splice = self.insert(&chosen.text.text);
            return wrote(tier_note::edit_tier_text(edit, (month, chosen.field), &splice));
        }
        match self.pick % 4 {
            0 => done(tier_note::set_tier(edit, month, self.choose(&TIERS).copied())),
            1 => done(tier_note::set_tier(edit, month, None)),
            2 => done(tier_note::set_diagnosis(edit, month, self.choose(&DIAGNOSES).copied())),
            _ => done(tier_note::set_tier_review(edit, month, self.day())),
        }
    }
}
