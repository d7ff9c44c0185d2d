//! Owns what of a person's documents the server shows to somebody who belongs to none of the audiences that they are in, and on
//! which condition. Whoever is shown something is in the access log of the person first.

use super::Office;
use crate::coaching::{Kind, circumstance, tier_note};

/// As what somebody read, on the server, something about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// Head of operations.
    Head,
    /// HR partner.
    Hr,
    /// Administrator of the organisation.
    Administrator,
    /// Data protection officer.
    DataProtection,
}

impl Reader {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Head, Self::Hr, Self::Administrator, Self::DataProtection];

    /// The stable word, in records and in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Hr => "hr",
            Self::Administrator => "administrator",
            Self::DataProtection => "data_protection",
        }
    }

    /// The reader of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reader| reader.as_str() == word)
    }
}

impl From<Office> for Reader {
    fn from(office: Office) -> Self {
        match office {
            Office::Hr => Self::Hr,
            Office::Head => Self::Head,
        }
    }
}

/// When a document is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Whenever somebody asks for it.
    OnRequest,
    /// When one of the two whose it is has said so in it.
    WhenShared,
}

/// On which condition a head of operations or an HR partner is shown documents of this kind about people of their teams; on none,
/// if never.
pub fn disclosed(kind: Kind, office: Office) -> Option<Condition> {
    match office {
        Office::Head => (kind == Kind::of(&tier_note::SPEC)).then_some(Condition::OnRequest),
        Office::Hr => (kind == Kind::of(&circumstance::SPEC)).then_some(Condition::WhenShared),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::KINDS;

    #[test]
    fn r108_a_head_is_shown_tier_notes_and_an_hr_partner_what_was_shared_and_nobody_anything_else() {
        let shown = |office| {
            let kinds = KINDS.iter().map(|spec| Kind::of(spec));
            kinds.filter_map(|kind| Some((kind.name(), disclosed(kind, office)?))).collect::<Vec<_>>()
        };
        assert_eq!(shown(Office::Head), [("tier_note", Condition::OnRequest)]);
        assert_eq!(shown(Office::Hr), [("circumstance", Condition::WhenShared)]);
    }

    #[test]
    fn every_reader_reads_back() {
        for reader in Reader::ALL {
            assert_eq!(Reader::parse(reader.as_str()), Some(reader));
        }
        assert_eq!(Reader::parse("leader"), None);
    }
}
