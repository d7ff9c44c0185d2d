//! Owns who may see and write what: pure functions of a document's kind, its natural key and the roster.
//!
//! The only place that knows. Phone and server ask the same functions, so they cannot disagree; what the
//! roster says comes in as values, nothing is looked up here.

use crate::bug::{self, Bug};
use crate::coaching::ack::{self, ACKS};
use crate::coaching::item::EACH;
use crate::coaching::{Kind, SubjectClass, Writers, group_meeting};
use crate::document::{GONE, HEADER, Touch};
use crate::ids::{AppointmentId, AudienceId, ItemId, OrgId, PersonId, TeamId, TenureId};
use crate::key::{NaturalKey, Subject};
use crate::time::Timestamp;
pub use delegation::{Delegation, Stint, is_delegated, stand_in};
pub use disclosure::{Condition, Reader, disclosed};
pub use group::{Departure, Forming, Group, Led, Unformed};
pub use hand_over::{HAND_OVER_DAYS, hand_over_until, may_have, predecessor_seat, predecessor_until};

mod delegation;
mod disclosure;
pub mod group;
mod hand_over;

/// As what a person belongs to an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Of an audience that is one person alone.
    Own,
    /// The leader of a tenure.
    Leader,
    /// The agent of a tenure.
    Agent,
    /// Of a team or a group, or of the organisation.
    Member,
    /// Head of operations: answers for a team, or for all of them.
    Head,
    /// HR partner.
    Hr,
    /// Acting leader: leads in a leader's place, for a time.
    Acting,
    /// The leader or the agent of a pair, in what the agent shares with who leads in the leader's place.
    Party,
    /// Led the agent of a tenure before; for a while.
    Predecessor,
}

/// What a member of an audience may do to a document of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Read it.
    Read,
    /// Read it, and say so.
    Acknowledge,
    /// Read it, and write the entries of one's own in it.
    Own,
    /// Write it.
    Write,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Own,
        Self::Leader,
        Self::Agent,
        Self::Member,
        Self::Head,
        Self::Hr,
        Self::Acting,
        Self::Party,
        Self::Predecessor,
    ];

    /// The stable word, on the wire and in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::Leader => "leader",
            Self::Agent => "agent",
            Self::Member => "member",
            Self::Head => "head",
            Self::Hr => "hr",
            Self::Acting => "acting",
            Self::Party => "party",
            Self::Predecessor => "predecessor",
        }
    }

    /// The role of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether somebody can be this in an audience of this class.
    const fn is_of(self, class: SubjectClass) -> bool {
        match class {
            SubjectClass::Person => matches!(self, Self::Own),
            SubjectClass::Tenure => {
                matches!(self, Self::Leader | Self::Agent | Self::Acting | Self::Party | Self::Predecessor)
            }
            SubjectClass::Team => {
                matches!(self, Self::Leader | Self::Member | Self::Head | Self::Hr | Self::Acting)
            }
            SubjectClass::Organisation => matches!(self, Self::Member | Self::Head | Self::Hr),
            SubjectClass::Group => matches!(self, Self::Leader | Self::Member | Self::Acting),
        }
    }
}

/// A roster fact: a leader and an agent, from one moment until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    /// Which one.
    pub id: TenureId,
    /// Who leads.
    pub leader: PersonId,
    /// Who is led.
    pub agent: PersonId,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends, once that is known.
    pub until: Option<Timestamp>,
}

/// A roster fact: somebody answers for a team, or for all of them, without leading it; from one moment until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appointment {
    /// Which one.
    pub id: AppointmentId,
    /// Who.
    pub person: PersonId,
    /// Of which team; of all of them, if of none.
    pub team: Option<TeamId>,
    /// As what.
    pub office: Office,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends, once that is known.
    pub until: Option<Timestamp>,
}

/// What somebody can be appointed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Office {
    /// HR partner.
    Hr,
    /// Head of operations.
    Head,
}

impl Office {
    /// The role that it gives.
    pub const fn role(self) -> Role {
        match self {
            Self::Hr => Role::Hr,
            Self::Head => Role::Head,
        }
    }

    /// The office of this word: that of its role.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Hr, Self::Head].into_iter().find(|office| office.role().as_str() == word)
    }
}

/// A person's place in an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The audience.
    pub audience: AudienceId,
    /// The person.
    pub person: PersonId,
    /// As what.
    pub role: Role,
    /// From when.
    pub from: Timestamp,
    /// Until when, once that is known.
    pub until: Option<Timestamp>,
}

/// The seat that everybody has in the audience of what is theirs alone. It also carries the news about
/// their rights, so it never ends.
pub fn own_seat(org: OrgId, person: PersonId, since: Timestamp) -> Seat {
    let audience = AudienceId::of(org, &Subject::Person(person));
    Seat { audience, person, role: Role::Own, from: since, until: None }
}

/// The seats of a tenure. When it ends, the leader's ends; the agent's stays, so what they wrote offline
/// is still accepted.
pub fn tenure_seats(org: OrgId, tenure: &Tenure) -> [Seat; 2] {
    let audience = AudienceId::of(org, &Subject::Tenure(tenure.id));
    let seat = |person, role, until| Seat { audience, person, role, from: tenure.from, until };
    [seat(tenure.leader, Role::Leader, tenure.until), seat(tenure.agent, Role::Agent, None)]
}

/// What somebody is in the audience of a team, by the tenures in it and the appointments; of several things the strongest: who leads
/// it writes all that who answers for it does, and more; who is one of it reads and writes more than its HR partner. Only what runs
/// counts: nobody stays in a team that they have left. Who leads in somebody's place is not looked at here.
pub fn team_role(
    team: TeamId,
    person: PersonId,
    tenures: &[Tenure],
    appointments: &[Appointment],
) -> Option<Role> {
    let running = || tenures.iter().filter(|tenure| tenure.until.is_none());
    let led = running().any(|tenure| tenure.leader == person).then_some(Role::Leader);
    let office = highest_office(person, appointments, |of| of.is_none_or(|of| of == team));
    let is_member = running().any(|tenure| tenure.agent == person).then_some(Role::Member);
    let (head, hr) = (office.filter(|office| *office == Office::Head), office.map(Office::role));
    led.or(head.map(Office::role)).or(is_member).or(hr)
}

/// What somebody is in the audience of everybody: only who answers for all teams is more than a member.
pub fn organisation_role(person: PersonId, appointments: &[Appointment]) -> Role {
    highest_office(person, appointments, |of| of.is_none()).map_or(Role::Member, Office::role)
}

fn highest_office(
    person: PersonId,
    appointments: &[Appointment],
    counts: impl Fn(Option<TeamId>) -> bool,
) -> Option<Office> {
    let theirs = appointments.iter().filter(|appointment| {
        appointment.person == person && appointment.until.is_none() && counts(appointment.team)
    });
    theirs.map(|appointment| appointment.office).max()
}

/// Whether this person may create this document, given their role in its subject's audience.
///
/// Asked before anything is looked up, so the answer is the same whether or not the document exists.
pub fn may_create(kind: Kind, key: &NaturalKey, person: PersonId, role: Option<Role>) -> bool {
    let Some(role) = role else { return false };
    let is_theirs = match key.subject {
        Subject::Person(owner) => owner == person,
        Subject::Tenure(_) | Subject::Team(_) | Subject::Organisation | Subject::Group(_) => true,
    };
    kind.admits(key) && is_theirs && may_write(role, kind)
}

/// What somebody who is this in the audience of a document of this kind may do to it. Nothing, if nobody can be this there; for an
/// HR partner with what a team does among itself, since their seat there is for what the team is to reach and how it works; and
/// for who led before with anything but the hand-over.
pub fn right(role: Role, kind: Kind) -> Option<Right> {
    let spec = kind.spec();
    let stands_in = spec.subject == SubjectClass::Tenure && matches!(role, Role::Acting | Role::Party);
    let is_over = role == Role::Predecessor && !matches!(spec.writers, Writers::Sides { .. });
    if !role.is_of(spec.subject) || is_over || (stands_in && !is_delegated(kind)) {
        return None;
    }
    let right = match (spec.writers, role) {
        (Writers::All, _) | (Writers::Agent, Role::Agent) => Right::Write,
        (Writers::Agent, _) => Right::Read,
        (Writers::Leaders, Role::Leader | Role::Head) | (Writers::Heads, Role::Head) => Right::Write,
        (Writers::Leaders | Writers::Heads, _) => Right::Acknowledge,
        (Writers::Team | Writers::Own(_), Role::Leader | Role::Acting) | (Writers::Team, Role::Member) => {
            Right::Write
        }
        (Writers::Own(_), Role::Member) | (Writers::Sides { .. }, Role::Predecessor | Role::Agent) => {
            Right::Own
        }
        (Writers::Sides { .. }, _) => Right::Acknowledge,
        (Writers::Team | Writers::Own(_), Role::Hr) => return None,
        (Writers::Team | Writers::Own(_), _) => Right::Read,
    };
    Some(right)
}

/// Whether somebody who is this in the audience of a document is told of it and sent it. Its kind comes by its stable name, since
/// a newer program may have made it: whoever reads all that is in their audiences reads that too, and nobody else does.
pub fn may_read(role: Role, kind: &str) -> bool {
    match (Kind::parse(kind), role) {
        (Some(_), Role::Predecessor) if bug::is_on(Bug::OpenPredecessor) => true,
        (Some(kind), role) => right(role, kind).is_some(),
        (None, Role::Own | Role::Leader | Role::Agent | Role::Member) => true,
        (None, Role::Head | Role::Acting | Role::Party) => true,
        (None, Role::Hr | Role::Predecessor) => false,
    }
}

/// Whether changes of a member with this role to a document of this kind are looked at at all; which of them may be, each
/// place says. Who only reads a document may make it all the same, and give back to the server what it has lost of one:
/// whose words these are decides, and not who brings them.
fn may_write(role: Role, kind: Kind) -> bool {
    right(role, kind).is_some()
}

/// Whether a member with this role writes nothing of their own in documents of this kind, but that they have read it.
pub fn only_reads(role: Role, kind: Kind) -> bool {
    right(role, kind).is_none_or(|right| right < Right::Own)
}

/// Whether everybody who has documents of this kind writes all of them, so that nobody's role is asked who edits one. Who led before
/// has none of them, whatever their audience.
pub fn everybody_writes(kind: Kind) -> bool {
    let spec = kind.spec();
    let is_whole = match spec.subject {
        SubjectClass::Tenure => is_delegated(kind),
        SubjectClass::Group => false,
        SubjectClass::Person | SubjectClass::Team | SubjectClass::Organisation => true,
    };
    spec.writers == Writers::All && is_whole
}

/// Whether a member with this role may do this to a document of this kind: the table of rights by place.
///
/// | place | who |
/// | --- | --- |
/// | an object, to destroy it | nobody: it would take away what others write in it; items are marked as removed |
/// | `<container>/<item>/gone`, also to destroy it | as below: it is that mark, and restoring takes it away |
/// | `header/...` | nobody: it says what the document is |
/// | of a group's meeting: what is about one person | nobody: the others read it |
/// | `.../acks/<person>/...`, also what they ask beside it | that person, if they may acknowledge: nobody agrees for somebody else |
/// | `.../each/<person>/...` | that person, if they may write entries: what each says for themselves |
/// | `.../acks`, `.../each` | as below: whoever makes the container |
/// | `<container of own entries>/<item of one's own>/...` | that person, if they may write entries |
/// | `<container of a side>/...`, the text or map itself too | who is of that side |
/// | anything else, known to this build or not | who may write the document |
pub fn may_touch(role: Role, kind: Kind, person: PersonId, touch: &Touch) -> bool {
    let keys: Vec<&str> = touch.path.keys().iter().map(String::as_str).collect();
    let is_restored = matches!(keys.as_slice(), [_, _, .., GONE]);
    let of_place = if is_own(role, kind, person, &keys) { Right::Own } else { Right::Write };
    let needed = match keys.as_slice() {
        _ if touch.destroys && !is_restored => None,
        [HEADER, ..] => None,
        _ if kind == Kind::of(&group_meeting::SPEC) && group_meeting::is_private(&keys) => None,
        [within @ .., _] => match within.iter().rposition(|key| [ACKS, EACH].contains(key)) {
            Some(at) if within[at] == ACKS => {
                (ack::person_of(keys[at + 1]) == Some(person)).then_some(Right::Acknowledge)
            }
            Some(at) => (PersonId::parse(keys[at + 1]) == Ok(person)).then_some(Right::Own),
            None => Some(of_place),
        },
        [] => Some(of_place),
    };
    needed.is_some_and(|needed| right(role, kind).is_some_and(|right| right >= needed))
}

/// Whether a place is this person's own: in an entry of theirs, or in what their side writes. Only of a key as the app writes it: no
/// other one is ever shown.
fn is_own(role: Role, kind: Kind, person: PersonId, keys: &[&str]) -> bool {
    match (kind.spec().writers, keys) {
        (Writers::Own(containers), [container, item, ..]) => {
            let own = ItemId::parse(item).ok().filter(|id| id.is_of(person) && id.to_string() == *item);
            containers.contains(container) && own.is_some()
        }
        (Writers::Sides { before, .. }, [container, ..]) if role == Role::Predecessor => {
            before.contains(container)
        }
        (Writers::Sides { agent, .. }, [container, ..]) if role == Role::Agent => agent.contains(container),
        _ => false,
    }
}

#[cfg(test)]
mod own_entries;

#[cfg(test)]
mod tests;
