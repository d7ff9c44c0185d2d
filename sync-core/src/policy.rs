//! Owns who may see and write what: pure functions of a document's kind, its natural key and the roster.
//!
//! The only place that knows. Phone and server ask the same functions, so they cannot disagree; what the
//! roster says comes in as values, nothing is looked up here.

use crate::coaching::ack::ACKS;
use crate::coaching::{Kind, SubjectClass, Writers};
use crate::document::{GONE, HEADER, Touch};
use crate::ids::{AudienceId, OrgId, PersonId, TenureId};
use crate::key::{NaturalKey, Subject};
use crate::time::Timestamp;

/// As what a person belongs to an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Of an audience that is one person alone.
    Own,
    /// The leader of a tenure.
    Leader,
    /// The agent of a tenure.
    Agent,
}

impl Role {
    /// The stable word, on the wire and in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::Leader => "leader",
            Self::Agent => "agent",
        }
    }

    /// The role of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Own, Self::Leader, Self::Agent].into_iter().find(|role| role.as_str() == word)
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

/// Whether this person may create this document, given their role in its subject's audience.
///
/// Asked before anything is looked up, so the answer is the same whether or not the document exists.
pub fn may_create(kind: Kind, key: &NaturalKey, person: PersonId, role: Option<Role>) -> bool {
    let Some(role) = role else { return false };
    let is_theirs = match key.subject {
        Subject::Person(owner) => owner == person,
        Subject::Tenure(_) => true,
    };
    kind.admits(key) && is_theirs && may_write(role, kind)
}

/// Whether a member with this role may change a document of this kind.
pub fn may_write(role: Role, kind: Kind) -> bool {
    match (role, kind.spec().subject) {
        (Role::Own, SubjectClass::Person) => true,
        (Role::Leader | Role::Agent, SubjectClass::Tenure) => true,
        (Role::Own, SubjectClass::Tenure) => false,
        (Role::Leader | Role::Agent, SubjectClass::Person) => false,
    }
}

/// Whether a member with this role only reads what is written in documents of this kind. They may make one all the same, and
/// give back to the server what it has lost of one: whose words these are decides, and not who brings them.
pub fn only_reads(role: Role, kind: Kind) -> bool {
    kind.spec().writers == Writers::Agent && role != Role::Agent
}

/// Whether a member with this role may do this to a document of this kind: the table of rights by place.
///
/// | place | who |
/// | --- | --- |
/// | an object, to destroy it | nobody: it would take away what others write in it; items are marked as removed |
/// | `<container>/<item>/gone`, also to destroy it | as below: it is that mark, and restoring takes it away |
/// | `header/...` | nobody: it says what the document is |
/// | `.../acks/<person>/...` | that person: nobody agrees for somebody else |
/// | `.../acks` | whoever makes the container |
/// | anything else, known to this build or not | who may write the document, and does not only read it |
pub fn may_touch(role: Role, kind: Kind, person: PersonId, touch: &Touch) -> bool {
    let keys: Vec<&str> = touch.path.keys().iter().map(String::as_str).collect();
    let is_restored = matches!(keys.as_slice(), [_, _, .., GONE]);
    let is_theirs = match keys.as_slice() {
        _ if touch.destroys && !is_restored => false,
        [HEADER, ..] => false,
        [.., ACKS] => true,
        keys => match keys.iter().rposition(|key| *key == ACKS) {
            Some(at) => PersonId::parse(keys[at + 1]) == Ok(person),
            None => true,
        },
    };
    is_theirs && may_write(role, kind) && !only_reads(role, kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::{floor_walk, meeting, private_log, tier_note, wellbeing_log, wellbeing_private};
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
    fn every_role_reads_back() {
        for role in [Role::Own, Role::Leader, Role::Agent] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("owner"), None);
    }
}
