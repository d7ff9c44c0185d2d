//! Owns what people do to the goals of a team: who leads writes them, the others say that they have read them.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::team_goals::{
    self, Example, NewTeamGoal, StandardView, TeamGoalView, TeamGoalsView,
};
use sync_core::document::{Document, Edit};
use sync_core::ids::{DocId, PersonId};
use sync_core::replica::{Replica, ReplicaError};

impl Deed<'_> {
    pub(super) fn edit_team_goals(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| team_goals::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_team_goals(edit, &seen))
    }

    pub(super) fn on_team_goals(&self, edit: &mut Edit<'_>, seen: &TeamGoalsView) -> Made {
        match (self.verb, self.choose(&seen.goals), self.choose(&seen.standards)) {
            (Verb::AddTeamGoal, ..) => {
                let (why, due) = (self.word(), self.day());
                let new = NewTeamGoal { title: "goal".into(), why, measure: None, target: None, due };
                wrote(team_goals::add_team_goal(edit, &new))
            }
            (Verb::AddStandard, ..) => wrote(team_goals::add_standard(edit, &self.word())),
            (Verb::EditTeamGoal, Some(goal), _) => match self.pick % 4 {
                0 => done(team_goals::set_team_goal_due(edit, goal.id, self.day())),
                1 if goal.removed.is_some() => done(team_goals::restore_team_goal(edit, goal.id)),
                1 => done(team_goals::remove_team_goal(edit, goal.id)),
                _ => wrote(team_goals::edit_team_goal_why(edit, goal.id, &self.insert(&goal.why))),
            },
            // Reading again says something else in the place of what was asked, and that is no loss of words.
            (Verb::ReadTeamGoal, Some(goal), _) if has_asked(goal, edit.person()) => Ok(Done::Nothing),
            (Verb::ReadTeamGoal, Some(goal), _) => {
                let question = self.label();
                let asked = self.pick.is_multiple_of(2).then_some(question.as_str());
                let read = team_goals::acknowledge_team_goal(edit, goal.id, asked);
                if asked.is_some() { wrote(read) } else { done(read) }
            }
            (Verb::EditStandard, _, Some(standard)) => self.on_standard(edit, standard),
            _ => Ok(Done::Nothing),
        }
    }

    fn on_standard(&self, edit: &mut Edit<'_>, standard: &StandardView) -> Made {
        let side = (standard.id, Example::LooksLike);
        match self.pick % 3 {
            0 => wrote(team_goals::add_example(edit, side, &self.label())),
            1 => wrote(team_goals::edit_standard(edit, standard.id, &self.insert(&standard.statement))),
            _ => done(team_goals::acknowledge_standard(edit, standard.id, None)),
        }
    }
}

fn has_asked(goal: &TeamGoalView, person: PersonId) -> bool {
    goal.acks.iter().any(|ack| ack.person == person && ack.question.is_some())
}
