//! Owns who may see and write what: pure functions of a document's kind, its natural key and the roster.
//!
//! The only place that knows. Phone and server ask the same functions, so they cannot disagree; what the
//! roster says comes in as values, nothing is looked up here.

use crate::coaching::ack::{self, ACKS};
use crate::coaching::item::EACH;
use crate::coaching::{Kind, SubjectClass, Writers};
use crate::document::{GONE, HEADER, Touch};
use crate::ids::{AppointmentId, AudienceId, ItemId, OrgId, PersonId, TeamId, TenureId};
use crate::key::{NaturalKey, Subject};
use crate::time::Timestamp;
pub use delegation::{Delegation, Stint, is_delegated, stand_in};
pub use disclosure::{Condition, Reader, disclosed};

mod delegation;
mod disclosure;

/// As what a person belongs to an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Of an audience that is one person alone.
    Own,
    /// The leader of a tenure.
    Leader,
    /// The agent of a tenure.
    Agent,
    /// Of a team, or of the organisation.
    Member,
    /// Head of operations: answers for a team, or for all of them.
    Head,
    /// HR partner.
    Hr,
    /// Acting leader: leads in a leader's place, for a time.
    Acting,
    /// The leader or the agent of a pair, in what the agent shares with who leads in the leader's place.
    Party,
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
    pub const ALL: [Self; 8] =
        [Self::Own, Self::Leader, Self::Agent, Self::Member, Self::Head, Self::Hr, Self::Acting, Self::Party];

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
            SubjectClass::Tenure => matches!(self, Self::Leader | Self::Agent | Self::Acting | Self::Party),
            SubjectClass::Team => {
                matches!(self, Self::Leader | Self::Member | Self::Head | Self::Hr | Self::Acting)
            }
            SubjectClass::Organisation => matches!(self, Self::Member | Self::Head | Self::Hr),
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
/// it writes all that who answers for it does, and more. Only what runs counts: nobody stays in a team that they have left. Who
/// leads in somebody's place is not looked at here.
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
    led.or(office.map(Office::role)).or(is_member)
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
        Subject::Tenure(_) | Subject::Team(_) | Subject::Organisation => true,
    };
    kind.admits(key) && is_theirs && may_write(role, kind)
}

/// What somebody who is this in the audience of a document of this kind may do to it; nothing, if nobody can be this there.
pub fn right(role: Role, kind: Kind) -> Option<Right> {
    let spec = kind.spec();
    let stands_in = spec.subject == SubjectClass::Tenure && matches!(role, Role::Acting | Role::Party);
    if !role.is_of(spec.subject) || (stands_in && !is_delegated(kind)) {
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
        (Writers::Own(_), Role::Member) => Right::Own,
        (Writers::Team | Writers::Own(_), _) => Right::Read,
    };
    Some(right)
}

/// Whether changes of a member with this role to a document of this kind are looked at at all; which of them may be, each
/// place says. Who only reads a document may make it all the same, and give back to the server what it has lost of one:
/// whose words these are decides, and not who brings them.
pub fn may_write(role: Role, kind: Kind) -> bool {
    right(role, kind).is_some()
}

/// Whether a member with this role writes nothing of their own in documents of this kind, but that they have read it.
pub fn only_reads(role: Role, kind: Kind) -> bool {
    right(role, kind).is_none_or(|right| right < Right::Own)
}

/// Whether everybody who can be in the audience of a document of this kind writes it, so that nobody's role is asked.
pub fn everybody_writes(kind: Kind) -> bool {
    let spec = kind.spec();
    spec.writers == Writers::All && (spec.subject != SubjectClass::Tenure || is_delegated(kind))
}

/// Whether a member with this role may do this to a document of this kind: the table of rights by place.
///
/// | place | who |
/// | --- | --- |
/// | an object, to destroy it | nobody: it would take away what others write in it; items are marked as removed |
/// | `<container>/<item>/gone`, also to destroy it | as below: it is that mark, and restoring takes it away |
/// | `header/...` | nobody: it says what the document is |
/// | `.../acks/<person>/...`, also what they ask beside it | that person, if they may acknowledge: nobody agrees for somebody else |
/// | `.../each/<person>/...` | that person, if they may write entries: what each says for themselves |
/// | `.../acks`, `.../each` | as below: whoever makes the container |
/// | `<container of own entries>/<item of one's own>/...` | that person, if they may write entries |
/// | anything else, known to this build or not | who may write the document |
pub fn may_touch(role: Role, kind: Kind, person: PersonId, touch: &Touch) -> bool {
    let keys: Vec<&str> = touch.path.keys().iter().map(String::as_str).collect();
    let is_restored = matches!(keys.as_slice(), [_, _, .., GONE]);
    let of_place = if is_own(kind, person, &keys) { Right::Own } else { Right::Write };
    let needed = match keys.as_slice() {
        _ if touch.destroys && !is_restored => None,
        [HEADER, ..] => None,
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

/// Whether a place is in an entry of this person's own. Only of a key as the app writes it: no other one is ever shown.
fn is_own(kind: Kind, person: PersonId, keys: &[&str]) -> bool {
    let (Writers::Own(containers), [container, item, ..]) = (kind.spec().writers, keys) else { return false };
    let own = ItemId::parse(item).ok().filter(|id| id.is_of(person) && id.to_string() == *item);
    containers.contains(container) && own.is_some()
}

#[cfg(test)]
mod own_entries;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::wellbeing_private;
    use crate::coaching::{
        floor_walk, meeting, org_strategy, private_log, team_blockers, team_board, team_goals, team_meeting,
        tier_note, wellbeing_log,
    };
    use crate::ids::RandomKey;
    use crate::key::Part;
    use crate::time::Day;

    const ORG: OrgId = OrgId::from_bytes([1; 16]);
    const ADA: PersonId = PersonId::from_bytes([2; 16]);
    const GRACE: PersonId = PersonId::from_bytes([3; 16]);
    const PAIR: TenureId = TenureId::from_bytes([4; 16]);

    fn key(subject: Subject) -> NaturalKey {
        NaturalKey { subject, part: Part::Random(RandomKey::from_bytes([9; 16])) }
    }

    #[test]
    fn a_floor_walk_is_its_leaders_alone() {
        let walk = Kind::of(&floor_walk::SPEC);
        assert!(may_create(walk, &key(Subject::Person(ADA)), ADA, Some(Role::Own)));
        assert!(!may_create(walk, &key(Subject::Person(GRACE)), ADA, Some(Role::Own)));
        assert!(!may_create(walk, &key(Subject::Tenure(PAIR)), ADA, Some(Role::Leader)));
        assert!(!may_write(Role::Leader, walk) && !may_write(Role::Agent, walk));
    }

    #[test]
    fn both_people_of_a_pair_may_create_and_write_a_meeting_and_nobody_else_may() {
        let meeting = Kind::of(&meeting::SPEC);
        let pairs = key(Subject::Tenure(PAIR));
        assert!(may_create(meeting, &pairs, ADA, Some(Role::Leader)));
        assert!(may_create(meeting, &pairs, GRACE, Some(Role::Agent)));
        assert!(!may_create(meeting, &pairs, GRACE, None));
        assert!(!may_write(Role::Own, meeting));
    }

    #[test]
    fn r34_only_the_agent_writes_how_they_are_and_the_leader_reads_it() {
        let log = Kind::of(&wellbeing_log::SPEC);
        let pairs = wellbeing_log::key(PAIR, Day::parse("2026-03-18").unwrap().quarter());
        assert!(may_create(log, &pairs, GRACE, Some(Role::Agent)));
        assert!(
            may_create(log, &pairs, ADA, Some(Role::Leader)),
            "to give back what a restored server lacks"
        );
        assert!(only_reads(Role::Leader, log) && !only_reads(Role::Agent, log));
        assert!(!may_write(Role::Own, log));
        let entry = Touch { path: ["entries", "7"].map(str::to_owned).to_vec().into(), destroys: false };
        assert!(may_touch(Role::Agent, log, GRACE, &entry) && !may_touch(Role::Leader, log, ADA, &entry));
    }

    #[test]
    fn what_somebody_has_for_themselves_is_made_by_nobody_else() {
        let quarter = Day::parse("2026-03-18").unwrap().quarter();
        let own = [
            (&private_log::SPEC, private_log::key(ADA, GRACE, quarter)),
            (&tier_note::SPEC, tier_note::key(ADA, GRACE, quarter)),
            (&wellbeing_private::SPEC, wellbeing_private::key(ADA, quarter)),
        ];
        for (spec, key) in own {
            assert!(may_create(Kind::of(spec), &key, ADA, Some(Role::Own)), "{}", spec.name);
            for role in [Role::Own, Role::Leader, Role::Agent] {
                assert!(!may_create(Kind::of(spec), &key, GRACE, Some(role)), "{}", spec.name);
            }
        }
    }

    /// Who may do what in whose audience: section 2.5 of the product's description, by class and by who writes.
    #[test]
    fn r103_r105_each_role_has_exactly_its_column() {
        use Right::{Acknowledge, Own, Read, Write};
        let [own, pair, agents] = [&floor_walk::SPEC, &meeting::SPEC, &wellbeing_log::SPEC].map(Kind::of);
        let [team, all] = [&team_goals::SPEC, &org_strategy::SPEC].map(Kind::of);
        let [meets, blockers, board] =
            [&team_meeting::SPEC, &team_blockers::SPEC, &team_board::SPEC].map(Kind::of);
        let kinds = [own, pair, agents, team, all, meets, blockers];
        let (ack, read) = (Some(Acknowledge), Some(Read));
        let table = [
            (Role::Own, [Some(Write), None, None, None, None, None, None]),
            (Role::Leader, [None, Some(Write), read, Some(Write), None, Some(Write), Some(Write)]),
            (Role::Agent, [None, Some(Write), Some(Write), None, None, None, None]),
            (Role::Member, [None, None, None, ack, ack, Some(Write), Some(Own)]),
            (Role::Head, [None, None, None, Some(Write), Some(Write), read, read]),
            (Role::Hr, [None, None, None, ack, ack, read, read]),
            (Role::Acting, [None, Some(Write), None, ack, None, Some(Write), Some(Write)]),
            (Role::Party, [None, Some(Write), None, None, None, None, None]),
        ];
        assert_eq!(table.map(|(role, _)| role), Role::ALL);
        for (role, rights) in table {
            assert_eq!(kinds.map(|kind| right(role, kind)), rights, "{role:?}");
            assert_eq!(right(role, board), right(role, blockers), "{role:?}");
        }
    }

    #[test]
    fn who_reads_what_a_team_is_to_reach_says_so_and_writes_nothing_else() {
        let goals = Kind::of(&team_goals::SPEC);
        let me = GRACE.to_string();
        let may = |role, keys: &[&str]| {
            let path = keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().into();
            may_touch(role, goals, GRACE, &Touch { path, destroys: false })
        };
        for role in [Role::Member, Role::Hr] {
            assert!(may(role, &["standards", "7", ACKS, &me]), "{role:?}");
            assert!(may(role, &["standards", "7", ACKS, &format!("{me}.question")]), "{role:?}");
            assert!(
                !may(role, &["standards", "7", ACKS, &format!("{ADA}.question")]),
                "nobody asks for others"
            );
            assert!(!may(role, &["standards", "7", ACKS]), "who sets the standard makes room for it");
            assert!(!may(role, &["standards", "7", ACKS, &ADA.to_string()]));
            assert!(!may(role, &["standards", "7", "text"]) && !may(role, &["what another build knows"]));
        }
        for role in [Role::Leader, Role::Head] {
            assert!(may(role, &["standards", "7", "text"]) && may(role, &["standards", "7", ACKS]));
        }
        let entry = ["entries", ACKS, &me].map(str::to_owned).to_vec().into();
        let leader = Kind::of(&wellbeing_log::SPEC);
        assert!(!may_touch(Role::Leader, leader, GRACE, &Touch { path: entry, destroys: false }));
    }

    #[test]
    fn each_place_of_a_document_is_touched_by_whom_the_table_says() {
        let meeting = Kind::of(&meeting::SPEC);
        let (ada, grace) = (ADA.to_string(), GRACE.to_string());
        let may = |keys: &[&str], destroys| {
            let path = keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().into();
            may_touch(Role::Leader, meeting, ADA, &Touch { path, destroys })
        };
        assert!(may(&["topics", "7", "notes"], false));
        assert!(may(&["what another build knows"], false));
        assert!(!may(&["topics", "7", "notes"], true), "others write in it");
        assert!(may(&["topics", "7", GONE], true), "restoring takes the mark away");
        assert!(!may(&[HEADER, "kind"], false));
        assert!(may(&[ACKS], false) && may(&["items", "7", ACKS], false), "whoever makes the container");
        assert!(may(&["items", "7", ACKS, &ada, "at"], false));
        assert!(!may(&["items", "7", ACKS, &grace, "at"], false), "nobody agrees for somebody else");
        assert!(!may(&["items", "7", ACKS, "no person"], false));
        let notes = Touch { path: ["notes".to_owned()].to_vec().into(), destroys: false };
        assert!(!may_touch(Role::Own, meeting, ADA, &notes), "who may not write the document");
    }

    #[test]
    fn when_a_tenure_ends_the_leader_leaves_and_the_agent_stays() {
        let (from, until) = (Timestamp(1000), Timestamp(2000));
        let tenure = Tenure { id: PAIR, leader: ADA, agent: GRACE, from, until: Some(until) };

        let [leader, agent] = tenure_seats(ORG, &tenure);

        assert_eq!((leader.person, leader.role, leader.until), (ADA, Role::Leader, Some(until)));
        assert_eq!((agent.person, agent.role, agent.until), (GRACE, Role::Agent, None));
        assert_eq!(leader.audience, agent.audience);
        assert_ne!(leader.audience, own_seat(ORG, ADA, from).audience);
    }

    #[test]
    fn in_a_team_somebody_is_the_strongest_of_what_they_are_there_and_nothing_that_has_ended() {
        let (night, day) = (TeamId::from_bytes([6; 16]), TeamId::from_bytes([7; 16]));
        let tenure = Tenure { id: PAIR, leader: ADA, agent: GRACE, from: Timestamp(1), until: None };
        let appointed = |person, office, team| Appointment {
            id: AppointmentId::from_bytes([8; 16]),
            person,
            team,
            office,
            from: Timestamp(1),
            until: None,
        };
        let role = |person, appointments: &[Appointment]| team_role(night, person, &[tenure], appointments);
        assert_eq!((role(ADA, &[]), role(GRACE, &[])), (Some(Role::Leader), Some(Role::Member)));
        assert_eq!(role(PersonId::from_bytes([9; 16]), &[]), None);

        let head_here = appointed(GRACE, Office::Head, Some(night));
        let head_elsewhere = appointed(GRACE, Office::Head, Some(day));
        let hr = |person| appointed(person, Office::Hr, None);
        assert_eq!(role(GRACE, &[hr(GRACE), head_here]), Some(Role::Head));
        assert_eq!(role(GRACE, &[head_elsewhere]), Some(Role::Member), "another team");
        assert_eq!((role(GRACE, &[hr(GRACE)]), role(ADA, &[hr(ADA)])), (Some(Role::Hr), Some(Role::Leader)));
        assert_eq!(role(ADA, &[appointed(ADA, Office::Head, None)]), Some(Role::Leader), "who leads, leads");
        let over = Appointment { until: Some(Timestamp(2)), ..head_here };
        assert_eq!(role(GRACE, &[over]), Some(Role::Member));
        let ended = Tenure { until: Some(Timestamp(2)), ..tenure };
        assert_eq!(team_role(night, ADA, &[ended], &[]), None);

        assert_eq!(organisation_role(GRACE, &[head_here]), Role::Member, "who answers for one team");
        assert_eq!(organisation_role(GRACE, &[appointed(GRACE, Office::Head, None)]), Role::Head);
    }

    #[test]
    fn every_role_reads_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("owner"), None);
    }
}
