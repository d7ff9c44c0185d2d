//! Owns who a file is about: a number, a login, an address, or an exact name. Nobody is guessed.

use super::cell::name_key;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use sync_core::ids::PersonId;

/// By what other systems know a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// The number that the organisation gives them.
    StaffNumber,
    /// What they log in with.
    Login,
    /// Their address at work.
    Email,
}

impl IdentifierKind {
    /// All of them, the surest first.
    pub const ALL: [Self; 3] = [Self::StaffNumber, Self::Login, Self::Email];

    /// The stable word, in tables and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StaffNumber => "staff_number",
            Self::Login => "login",
            Self::Email => "email",
        }
    }

    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The longest identifier, in bytes.
const MAX_BYTES: usize = 200;

/// By what one other system knows a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identifier {
    /// Of which kind.
    pub kind: IdentifierKind,
    /// As it is written.
    pub value: String,
}

/// Text that identifies nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {}: one word of at most {MAX_BYTES} bytes, an address with an @", .0.as_str())]
pub struct ParseIdentifierError(IdentifierKind);

impl Identifier {
    /// Reads an identifier; white space around it is not part of it.
    pub fn parse(kind: IdentifierKind, text: &str) -> Result<Self, ParseIdentifierError> {
        let value = text.trim();
        let is_word = (1..=MAX_BYTES).contains(&value.len())
            && !value.contains(|c: char| c.is_whitespace() || c.is_control());
        let is_kind = kind != IdentifierKind::Email || value.contains('@');
        (is_word && is_kind).then(|| Self { kind, value: value.to_owned() }).ok_or(ParseIdentifierError(kind))
    }

    /// Reads what is said about an identifier of this kind: what it is from now on, or, by empty text, that there is none any more.
    pub fn said(
        kind: IdentifierKind,
        text: &str,
    ) -> Result<(IdentifierKind, Option<Self>), ParseIdentifierError> {
        if text.is_empty() {
            Ok((kind, None))
        } else {
            Self::parse(kind, text).map(|read| (kind, Some(read)))
        }
    }

    /// How it is compared: lower case, and numbers without the zeros in front, which one system writes and the next does not.
    pub fn key(&self) -> String {
        key(&self.value)
    }
}

fn key(value: &str) -> String {
    let value = value.trim().to_lowercase();
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let digits = value.trim_start_matches('0');
    if is_number && !digits.is_empty() { digits.to_owned() } else { value }
}

/// A person of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// By what other systems know them.
    pub identifiers: Vec<Identifier>,
}

/// The people of an organisation, to be looked up.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    names: HashMap<PersonId, String>,
    identifiers: HashMap<(IdentifierKind, String), PersonId>,
    by_name: HashMap<String, Called>,
}

/// Who is called something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    /// One person.
    One(PersonId),
    /// More than one: a name alone does not say who.
    Several,
}

impl Directory {
    /// These people. Two of them with one identifier are the caller's mistake: the database keeps them apart.
    pub fn of(people: impl IntoIterator<Item = KnownPerson>) -> Self {
        let mut directory = Self::default();
        for known in people {
            for identifier in &known.identifiers {
                directory.identifiers.insert((identifier.kind, identifier.key()), known.person);
            }
            for order in orders_of(&known.name) {
                let called = directory.by_name.entry(order).or_insert(Called::One(known.person));
                if *called != Called::One(known.person) {
                    *called = Called::Several;
                }
            }
            directory.names.insert(known.person, known.name);
        }
        directory
    }

    /// Whether anybody is known by this kind of identifier: otherwise a column of them says nothing.
    pub(crate) fn knows(&self, kind: IdentifierKind) -> bool {
        self.identifiers.keys().any(|(other, _)| *other == kind)
    }

    pub(crate) fn identified(&self, kind: IdentifierKind, text: &str) -> Option<PersonId> {
        self.identifiers.get(&(kind, key(text))).copied()
    }

    pub(crate) fn called(&self, name: &str) -> Option<Called> {
        self.by_name.get(&words(name).join(" ")).copied()
    }

    pub(crate) fn name(&self, person: PersonId) -> &str {
        self.names.get(&person).map_or("", String::as_str)
    }
}

fn words(name: &str) -> Vec<String> {
    name_key(&name.replace(',', " ")).split(' ').map(str::to_owned).collect()
}

/// A name with each of its words in front: `Ana Maria Pop`, `Maria Pop Ana`, `Pop Ana Maria`. The family name comes first in some
/// systems, and may have more than one word.
fn orders_of(name: &str) -> Vec<String> {
    let words = words(name);
    (0..words.len()).map(|first| [&words[first..], &words[..first]].concat().join(" ")).collect()
}
