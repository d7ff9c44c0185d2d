//! Owns the rows about people, teams and tenures. Plain data, no behaviour.

use crate::name::Name;
use sync_core::content::Language;
use sync_core::ids::{PersonId, TeamId, TenureId};
use sync_core::policy::{Appointment, Delegation, Tenure};
use sync_core::time::Timestamp;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PersonRow {
    /// Their id.
    pub id: PersonId,
    /// What they are called.
    pub name: Name,
    /// What they read.
    pub language: Language,
    /// Since when they are here.
    pub created_at: Timestamp,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TeamRow {
    /// Its id.
    pub id: TeamId,
    /// What it is called.
    pub name: Name,
    /// Its time zone (IANA): a meeting's day is a day of the team.
    pub time_zone: String,
    /// Since when it is there.
    pub created_at: Timestamp,
}

/// An appointment with everything that is shown about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppointmentRow {
    /// Who, of what, and its times.
    pub appointment: Appointment,
    /// What the person is called.
    pub person_name: Name,
    /// What the team is called; none of all of them.
    pub team_name: Option<Name>,
}

/// A delegation with everything that is shown about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegationRow {
    /// Who leads in whose place, and its times.
    pub delegation: Delegation,
    /// What the leader is called.
    pub leader_name: Name,
    /// What the one who leads meanwhile is called.
    pub acting_name: Name,
}

/// A tenure with everything that is shown about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenureRow {
    /// The pair and its times.
    pub tenure: Tenure,
    /// The team.
    pub team: TeamRow,
    /// What the leader is called.
    pub leader_name: Name,
    /// What the agent is called.
    pub agent_name: Name,
    /// When the agent joined the team: when their first tenure in it began, whoever led then.
    pub joined: Timestamp,
    /// The tenure that it follows, if the agent was given another leader.
    pub follows: Option<FollowsRow>,
}

/// The tenure that another one follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowsRow {
    /// Which one.
    pub tenure: TenureId,
    /// Who led in it.
    pub leader: PersonId,
    /// What they are called.
    pub leader_name: Name,
}
