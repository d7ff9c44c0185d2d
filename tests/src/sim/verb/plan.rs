//! Owns what people do to an action plan.

use super::{Deed, Done, Made, day, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::action_plan::{self, ActionPlanView, Decision, NewStep};
use sync_core::document::{Document, Edit};
use sync_core::ids::{DocId, ItemId};
use sync_core::replica::{Replica, ReplicaError};

impl Deed<'_> {
    pub(super) fn edit_plan(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| action_plan::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_plan(edit, &seen))
    }

    pub(super) fn on_plan(&self, edit: &mut Edit<'_>, seen: &ActionPlanView) -> Made {
        match self.verb {
            Verb::AddStep
            | Verb::EditStep
            | Verb::SetStep
            | Verb::AddResource
            | Verb::RemoveStep
            | Verb::ReorderStep => self.edit_step(edit, seen),
            Verb::AddCheckpoint | Verb::EditCheckpoint => self.edit_checkpoint(edit, seen),
            Verb::SetTitle => done(action_plan::set_title(edit, &format!("Plan {}", self.pick))),
            Verb::WriteAim => wrote(action_plan::edit_aim(edit, &self.insert(&seen.aim))),
            Verb::Review => wrote(action_plan::add_review(edit, &self.word())),
            _ if seen.closed.is_some() => done(action_plan::reopen(edit)),
            _ => done(action_plan::close(edit)),
        }
    }

    fn edit_step(&self, edit: &mut Edit<'_>, seen: &ActionPlanView) -> Made {
        if self.verb == Verb::AddStep {
            let step = NewStep { text: self.word(), owner: self.person(), due: self.day() };
            return wrote(action_plan::add_step(edit, &step));
        }
        let Some(step) = self.choose(&seen.steps) else { return Ok(Done::Nothing) };
        match self.verb {
            Verb::EditStep => wrote(action_plan::edit_step(edit, step.id, &self.insert(&step.text))),
            Verb::SetStep => match self.pick % 3 {
                0 => done(action_plan::set_step_owner(edit, step.id, self.person())),
                1 => done(action_plan::set_step_due(edit, step.id, self.day())),
                _ => done(action_plan::set_step_state(edit, step.id, self.state())),
            },
            Verb::AddResource => wrote(action_plan::add_resource(edit, step.id, &self.label())),
            Verb::ReorderStep => {
                let others: Vec<ItemId> =
                    seen.steps.iter().map(|view| view.id).filter(|id| *id != step.id).collect();
                done(action_plan::reorder_step(edit, step.id, self.position(&others)))
            }
            _ if step.removed.is_some() => done(action_plan::restore_step(edit, step.id)),
            _ => done(action_plan::remove_step(edit, step.id)),
        }
    }

    fn edit_checkpoint(&self, edit: &mut Edit<'_>, seen: &ActionPlanView) -> Made {
        if self.verb == Verb::AddCheckpoint {
            return wrote(action_plan::add_checkpoint(edit, day(self.pick), &self.word()));
        }
        let Some(checkpoint) = self.choose(&seen.checkpoints) else { return Ok(Done::Nothing) };
        match self.pick % 4 {
            0 => done(action_plan::set_checkpoint_day(edit, checkpoint.id, day(self.pick))),
            1 => done(action_plan::set_decision(edit, checkpoint.id, Some(Decision::Adjust))),
            2 if checkpoint.removed.is_some() => done(action_plan::restore_checkpoint(edit, checkpoint.id)),
            2 => done(action_plan::remove_checkpoint(edit, checkpoint.id)),
            _ => wrote(action_plan::edit_result(edit, checkpoint.id, &self.insert(&checkpoint.result))),
        }
    }
}
