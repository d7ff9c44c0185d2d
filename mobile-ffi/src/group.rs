//! Owns groups that are coached together, as an app sees them: who is in one, and how one begins, also without a network.

use crate::client::Client;
use crate::error::ClientError;
use sync_core::coaching::meeting::Plan;
use sync_core::coaching::{Kind, group_meeting};
use sync_core::ids::{DocId, GroupId, PersonId, TeamId};
use sync_core::replica::KnownGroup;
use sync_core::time::Day;

/// Who is coached together. What they are called is in `teams`.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CoachingGroup {
    /// Which group.
    pub id: GroupId,
    /// Their team.
    pub team: TeamId,
    /// Who leads them.
    pub leader: PersonId,
    /// Who leads in the leader's place and formed it, if not the leader.
    pub acting: Option<PersonId>,
    /// The agents in it, ascending by id.
    pub people: Vec<PersonId>,
    /// Whether it waits for the server: the others do not see it yet.
    pub is_waiting: bool,
}

impl From<KnownGroup> for CoachingGroup {
    fn from(known: KnownGroup) -> Self {
        let KnownGroup { group, is_waiting } = known;
        let (id, team, leader, acting, people) =
            (group.id, group.team, group.leader, group.acting, group.people);
        Self { id, team, leader, acting, people, is_waiting }
    }
}

#[uniffi::export]
impl Client {
    /// Lets two to twenty agents whom this person leads in one team be coached together from now on. The same people are the same
    /// group. If the server cannot have it so, what was written in it is found under `not_accepted`.
    pub fn form_group(&self, people: Vec<PersonId>) -> Result<GroupId, ClientError> {
        Ok(self.replica()?.form_group(&people)?)
    }

    /// Plans a meeting in which these people are coached together: the group, if there is none of them, and the meeting in it. What
    /// the plan says that it is for does not matter.
    pub fn start_group_coaching(&self, people: Vec<PersonId>, plan: Plan) -> Result<DocId, ClientError> {
        Ok(self.replica()?.start_group_coaching(&people, &plan)?)
    }

    /// The meeting that this group first planned for this day: made here, or found. Its people and who leads them see it and write in
    /// it as in any other; what is about one of them has no place in it.
    pub fn create_group_meeting(&self, group: GroupId, day: Day) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&group_meeting::SPEC), group_meeting::key(group, day))?)
    }

    /// The groups that this person leads or is in.
    pub fn groups(&self) -> Result<Vec<CoachingGroup>, ClientError> {
        Ok(self.replica()?.groups()?.into_iter().map(CoachingGroup::from).collect())
    }
}
