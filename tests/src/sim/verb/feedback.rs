//! Owns what people do to a feedback log.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::feedback_log::{
    self, Feedback, FeedbackKind, FeedbackLogView, FeedbackView, NewEvidence,
};
use sync_core::coaching::item::Side;
use sync_core::document::{Document, Edit};
use sync_core::ids::DocId;
use sync_core::replica::{Replica, ReplicaError};

const KINDS: [FeedbackKind; 2] = [FeedbackKind::Praise, FeedbackKind::Constructive];

impl Deed<'_> {
    pub(super) fn edit_feedback_log(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| feedback_log::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_feedback_log(edit, &seen))
    }

    pub(super) fn on_feedback_log(&self, edit: &mut Edit<'_>, seen: &FeedbackLogView) -> Made {
        if self.verb == Verb::AddFeedback {
            let new = Feedback::seen(KINDS[usize::from(self.pick) % KINDS.len()], self.word());
            return wrote(feedback_log::add_feedback(edit, &new));
        }
        let Some(item) = self.choose(&seen.items) else { return Ok(Done::Nothing) };
        let id = item.id;
        match self.verb {
            Verb::EditFeedback => {
                let chosen = &item.texts[usize::from(self.pick) % item.texts.len()];
                let splice = self.insert(&chosen.text.text);
                wrote(feedback_log::edit_feedback(edit, id, chosen.field, &splice))
            }
            Verb::SetFeedback => match self.pick % 4 {
                0 => done(feedback_log::set_feedback_kind(edit, id, FeedbackKind::Constructive)),
                1 => done(feedback_log::set_look_again(edit, id, self.day())),
                2 => done(feedback_log::set_proposed_by(edit, id, Some(Side::Agent))),
                _ => done(feedback_log::skip_strength(edit, id)),
            },
            Verb::SetEvidence => self.set_evidence(edit, item),
            Verb::AcknowledgeFeedback => done(feedback_log::acknowledge_feedback(edit, id)),
            _ if item.removed.is_some() => done(feedback_log::restore_feedback(edit, id)),
            _ => done(feedback_log::remove_feedback(edit, id)),
        }
    }

    fn set_evidence(&self, edit: &mut Edit<'_>, item: &FeedbackView) -> Made {
        match self.choose(&item.evidence) {
            Some(heard) if heard.removed.is_some() => {
                done(feedback_log::restore_evidence(edit, (item.id, heard.id)))
            }
            Some(heard) if self.pick.is_multiple_of(3) => {
                done(feedback_log::remove_evidence(edit, (item.id, heard.id)))
            }
            _ => {
                let (system, conversation) = ("recorder".into(), self.label());
                let new = NewEvidence { system, conversation, offset_seconds: Some(95), note: None };
                wrote(feedback_log::add_evidence(edit, item.id, &new))
            }
        }
    }
}
