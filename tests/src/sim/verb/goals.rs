//! Owns what people do to goals.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::goal_set::{self, GoalSetView, GoalState, GoalView, NewCommitment, NewGoal};
use sync_core::coaching::item::Side;
use sync_core::coaching::measure::{Measure, MeasureKind};
use sync_core::document::{Amount, Document, Edit};
use sync_core::ids::{DocId, ItemId};
use sync_core::replica::{Replica, ReplicaError};

impl Deed<'_> {
    pub(super) fn edit_goals(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| goal_set::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_goals(edit, &seen))
    }

    pub(super) fn on_goals(&self, edit: &mut Edit<'_>, seen: &GoalSetView) -> Made {
        if self.verb == Verb::AddGoal {
            return wrote(goal_set::add_goal(edit, &self.goal()));
        }
        let Some(goal) = self.choose(&seen.goals) else { return Ok(Done::Nothing) };
        match self.verb {
            Verb::EditWhy => wrote(goal_set::edit_why(edit, goal.id, &self.insert(&goal.why))),
            Verb::SetGoal => done(self.set_goal(edit, goal.id)),
            Verb::AddCommitment => {
                let side = if self.pick.is_multiple_of(2) { Side::Agent } else { Side::Leader };
                let new = NewCommitment { side, text: self.word(), due: self.day() };
                wrote(goal_set::add_commitment(edit, goal.id, &new))
            }
            Verb::EditCommitment => self.edit_commitment(edit, goal),
            Verb::AddProgress => wrote(goal_set::add_progress(edit, goal.id, self.amount(), &self.word())),
            Verb::AgreeToGoal => done(goal_set::agree(edit, goal.id)),
            Verb::ReorderGoal => {
                let others: Vec<ItemId> =
                    seen.goals.iter().map(|view| view.id).filter(|id| *id != goal.id).collect();
                done(goal_set::reorder_goal(edit, goal.id, self.position(&others)))
            }
            _ if goal.removed.is_some() => done(goal_set::restore_goal(edit, goal.id)),
            _ => done(goal_set::remove_goal(edit, goal.id)),
        }
    }

    fn goal(&self) -> NewGoal {
        let measure = Measure { kind: MeasureKind::Kpi, what: "handle_time".into() };
        NewGoal {
            title: "Shorter calls".into(),
            why: self.word(),
            measure: Some(measure),
            baseline: None,
            target: self.amount(),
            due: self.day(),
        }
    }

    fn amount(&self) -> Option<Amount> {
        (!self.pick.is_multiple_of(5)).then(|| Amount(i64::from(self.pick) * 1_000))
    }

    fn set_goal(&self, edit: &mut Edit<'_>, goal: ItemId) -> Result<(), sync_core::document::EditError> {
        match self.pick % 6 {
            0 => goal_set::set_title(edit, goal, &format!("Goal {}", self.pick)),
            1 => goal_set::set_measure(edit, goal, None),
            2 => goal_set::set_baseline(edit, goal, self.amount()),
            3 => goal_set::set_target(edit, goal, self.amount()),
            4 => goal_set::set_goal_due(edit, goal, self.day()),
            _ => goal_set::set_goal_state(edit, goal, GoalState::Reached),
        }
    }

    fn edit_commitment(&self, edit: &mut Edit<'_>, goal: &GoalView) -> Made {
        let Some(chosen) = self.choose(&goal.commitments) else { return Ok(Done::Nothing) };
        let place = (goal.id, chosen.id);
        match self.pick % 4 {
            0 => done(goal_set::set_commitment_due(edit, place, self.day())),
            1 if chosen.removed.is_some() => done(goal_set::restore_commitment(edit, place)),
            1 => done(goal_set::remove_commitment(edit, place)),
            _ => wrote(goal_set::edit_commitment(edit, place, &self.insert(&chosen.text))),
        }
    }
}
