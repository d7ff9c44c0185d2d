//! Owns natural keys: what makes two documents the same one, and the ids that follow from it.

use crate::ids::{AudienceId, DocId, GroupId, OrgId, PersonId, RandomKey, TeamId, TenureId, derive};
use crate::time::{Day, Quarter, Year};
use minicbor::{Decode, Encode};

/// Whose document it is. Decides, together with the roster, who may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Subject {
    /// One person alone.
    #[n(0)]
    Person(#[n(0)] PersonId),
    /// The leader and the agent of a tenure.
    #[n(1)]
    Tenure(#[n(0)] TenureId),
    /// Everybody of a team, and who answers for it.
    #[n(2)]
    Team(#[n(0)] TeamId),
    /// Everybody.
    #[n(3)]
    Organisation,
    /// Who is coached together, and who leads them.
    #[n(4)]
    Group(#[n(0)] GroupId),
}

/// What tells the documents of one subject and kind apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Part {
    /// The day it was first planned for: two phones that plan it offline mean the same document.
    #[n(0)]
    Day(#[n(0)] Day),
    /// A random number: every creation is another document.
    #[n(1)]
    Random(#[n(0)] RandomKey),
    /// The quarter that it is about.
    #[n(2)]
    Quarter(#[n(0)] Quarter),
    /// The year that it is about.
    #[n(3)]
    Year(#[n(0)] Year),
    /// The person that it is about, who need not know of it, and the quarter.
    #[n(4)]
    PersonInQuarter(#[n(0)] PersonId, #[n(1)] Quarter),
    /// Nothing: a subject has one.
    #[n(5)]
    Whole,
}

impl Part {
    /// The quarter that it is about, if there is one document for each.
    pub const fn quarter(&self) -> Option<Quarter> {
        match self {
            Self::Quarter(quarter) | Self::PersonInQuarter(_, quarter) => Some(*quarter),
            Self::Day(_) | Self::Random(_) | Self::Year(_) | Self::Whole => None,
        }
    }

    /// The year that it is about, if there is one document for each.
    pub const fn year(&self) -> Option<Year> {
        match self {
            Self::Year(year) => Some(*year),
            Self::Day(_) | Self::Random(_) | Self::Quarter(_) | Self::PersonInQuarter(..) | Self::Whole => {
                None
            }
        }
    }

    /// The person that it is about.
    pub const fn about(&self) -> Option<PersonId> {
        match self {
            Self::PersonInQuarter(about, _) => Some(*about),
            Self::Day(_) | Self::Random(_) | Self::Quarter(_) | Self::Year(_) | Self::Whole => None,
        }
    }
}

/// What a document is about: the same key is the same document, on whichever phone it was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct NaturalKey {
    /// Whose it is.
    #[n(0)]
    pub subject: Subject,
    /// Which of theirs it is.
    #[n(1)]
    pub part: Part,
}

impl NaturalKey {
    /// The one byte form that ids and genesis are made of.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a natural key encodes: writing to a vector cannot fail")
    }
}

impl DocId {
    /// The id of the document of this kind with this key.
    pub fn of(org: OrgId, kind_name: &str, key: &NaturalKey) -> Self {
        Self::from_bytes(derive(
            "floorwalk/document/1",
            &[org.as_bytes(), kind_name.as_bytes(), &key.to_bytes()],
        ))
    }
}

impl AudienceId {
    /// The audience of everything that belongs to this subject.
    pub fn of(org: OrgId, subject: &Subject) -> Self {
        let (class, id): (&[u8], &[u8; 16]) = match subject {
            Subject::Person(person) => (b"person", person.as_bytes()),
            Subject::Tenure(tenure) => (b"tenure", tenure.as_bytes()),
            Subject::Team(team) => (b"team", team.as_bytes()),
            Subject::Organisation => (b"organisation", org.as_bytes()),
            Subject::Group(group) => (b"group", group.as_bytes()),
        };
        Self::from_bytes(derive("floorwalk/audience/1", &[org.as_bytes(), class, id]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wednesday(tenure: u8) -> NaturalKey {
        NaturalKey {
            subject: Subject::Tenure(TenureId::from_bytes([tenure; 16])),
            part: Part::Day(Day::parse("2026-03-18").unwrap()),
        }
    }

    #[test]
    fn the_same_wednesday_is_the_same_document_on_every_phone_and_in_every_version() {
        let org = OrgId::from_bytes([7; 16]);
        let id = DocId::of(org, "meeting", &wednesday(1));
        assert_eq!(id, DocId::of(org, "meeting", &wednesday(1)));
        assert_eq!(id.to_string(), "a50dadd13420ec206a71e4e004ac6448");
        assert_eq!(
            AudienceId::of(org, &wednesday(1).subject).to_string(),
            "22edfa1ba0ef7291816e14f23e474f41"
        );
    }

    #[test]
    fn another_organisation_kind_or_pair_is_another_document() {
        let org = OrgId::from_bytes([7; 16]);
        let id = DocId::of(org, "meeting", &wednesday(1));
        assert_ne!(id, DocId::of(OrgId::from_bytes([8; 16]), "meeting", &wednesday(1)));
        assert_ne!(id, DocId::of(org, "action_plan", &wednesday(1)));
        assert_ne!(id, DocId::of(org, "meeting", &wednesday(2)));
    }
}
