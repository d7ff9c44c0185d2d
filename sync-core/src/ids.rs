//! Owns the identifiers: newtypes over bytes that parse, print and derive; knows nothing of what they name.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use rand::Rng;
use sha2::{Digest, Sha256};

/// Text that is not the identifier it claims to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}: expected {expected} hexadecimal digits")]
pub struct ParseIdError {
    /// The type that was asked for.
    pub what: &'static str,
    /// How many digits it has.
    pub expected: usize,
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// The identifier with exactly these bytes.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The identifier in these bytes, if there are exactly as many as it has.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// The bytes of the identifier.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// A fresh identifier from the given source of randomness.
            pub fn random(rng: &mut (impl Rng + ?Sized)) -> Self {
                let mut bytes = [0; $len];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }

            /// Reads the hexadecimal form; hyphens, as in a UUID, are allowed.
            pub fn parse(text: &str) -> Result<Self, ParseIdError> {
                let digits: String = text.chars().filter(|c| *c != '-').collect();
                let mut bytes = [0; $len];
                hex::decode_to_slice(&digits, &mut bytes)
                    .map_err(|_| ParseIdError { what: stringify!($name), expected: $len * 2 })?;
                Ok(Self(bytes))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), hex::encode(&self.0[..4]))
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                let at = d.position();
                Self::from_slice(d.bytes()?)
                    .ok_or_else(|| decode::Error::message(concat!("wrong length of ", stringify!($name))).at(at))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

byte_id!(
    /// An organisation: the tenant that every row, key and document belongs to.
    OrgId, 16);
byte_id!(
    /// A person of one organisation.
    PersonId, 16);
byte_id!(
    /// A team of one organisation.
    TeamId, 16);
byte_id!(
    /// A pair of leader and agent, from one day until it ends.
    TenureId, 16);
byte_id!(
    /// That somebody answers for a team, or for all of them, from one day until it ends.
    AppointmentId, 16);
byte_id!(
    /// That somebody leads in a leader's place, from one moment until another.
    DelegationId, 16);
byte_id!(
    /// Some of a leader's agents who are coached together.
    GroupId, 16);
byte_id!(
    /// That somebody was shown something about a person.
    AccessId, 16);
byte_id!(
    /// A key with which a program administers an organisation.
    ApiKeyId, 16);
byte_id!(
    /// An invitation that a program asked for.
    InvitationId, 16);
byte_id!(
    /// One enrolled key of a person.
    DeviceId, 16);
byte_id!(
    /// One store on one phone.
    ReplicaId, 16);
byte_id!(
    /// A document; derived from its natural key.
    DocId, 16);
byte_id!(
    /// A set of people who see the same documents.
    AudienceId, 16);
byte_id!(
    /// An author of changes: new for each process start, never shared by two.
    ActorId, 16);
byte_id!(
    /// A decision that is not an edit.
    CommandId, 16);
byte_id!(
    /// What tells a document apart from others of its kind that have no natural key of their own.
    RandomKey, 16);
byte_id!(
    /// An item inside a document: a stop, a step, an agenda point. Eight bytes are enough within one document, and each
    /// item carries them to every phone (`docs/adr/0009-bytes-on-the-wire.md`).
    ItemId, 8);
byte_id!(
    /// The SHA-256 of a change, as the document format defines it.
    ChangeHash, 32);

/// The first sixteen bytes of a SHA-256 over a domain tag and length-prefixed parts.
///
/// The tag keeps two kinds of identifier apart; the prefixes keep ("ab", "c") and ("a", "bc") apart.
pub fn derive(tag: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in std::iter::once(tag.as_bytes()).chain(parts.iter().copied()) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}

/// How the authors begin that a person's phones work out. Of random ones not one does in the lifetime of any organisation.
const WORKED_OUT: &[u8; 6] = b"alike:";

impl ActorId {
    /// The author that each phone of this person gives to the same words. Who else knows the words could work it out as well, so
    /// it says whose it is.
    pub fn worked_out(person: PersonId, words: [u8; 16]) -> Self {
        let mut id = [0; 16];
        id[..6].copy_from_slice(WORKED_OUT);
        id[6..10].copy_from_slice(&owner_mark(person));
        id[10..].copy_from_slice(&words[..6]);
        Self(id)
    }

    /// Whether this person may write under it: nobody writes under one that another's phones work out.
    pub fn may_be_of(&self, person: PersonId) -> bool {
        !self.0.starts_with(WORKED_OUT) || self.0[6..10] == owner_mark(person)
    }
}

impl ItemId {
    /// The item that everybody makes of the same parts.
    pub fn derived(tag: &str, parts: &[&[u8]]) -> Self {
        let mut id = [0; 8];
        id.copy_from_slice(&derive(tag, parts)[..8]);
        Self(id)
    }

    /// A new item of a person's own: its first half says whose, so that its key alone decides who may write it. Among
    /// a hundred people two share that half once in a million teams; the other half is random, and enough for what
    /// one person writes in one document.
    pub fn owned(person: PersonId, rng: &mut (impl Rng + ?Sized)) -> Self {
        let mut id = [0; 8];
        rng.fill_bytes(&mut id[4..]);
        id[..4].copy_from_slice(&owner_mark(person));
        Self(id)
    }

    /// Whether this is an item of this person's own.
    pub fn is_of(&self, person: PersonId) -> bool {
        self.0[..4] == owner_mark(person)
    }
}

/// The server computes the same in SQL, where no two people of an organisation have the same one.
fn owner_mark(person: PersonId) -> [u8; 4] {
    let mut mark = [0; 4];
    mark.copy_from_slice(&derive("floorwalk/own-item/1", &[person.as_bytes()])[..4]);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_printed_form_and_a_hyphenated_one() {
        let id = DocId::from_bytes(*b"0123456789abcdef");
        assert_eq!(DocId::parse(&id.to_string()), Ok(id));
        assert_eq!(DocId::parse("30313233-3435-3637-3839-616263646566"), Ok(id));
    }

    #[test]
    fn text_of_another_length_is_no_id() {
        assert!(DocId::parse("3031").is_err());
        assert!(DocId::parse("").is_err());
        assert!(ChangeHash::parse(&"0".repeat(32)).is_err());
    }

    #[test]
    fn derived_ids_depend_on_where_the_parts_end() {
        assert_ne!(derive("t", &[b"ab", b"c"]), derive("t", &[b"a", b"bc"]));
        assert_ne!(derive("t", &[b"a"]), derive("u", &[b"a"]));
    }

    #[test]
    fn an_item_of_ones_own_is_nobody_elses_and_whose_it_is_is_frozen() {
        use rand::SeedableRng;
        let mut rng = rand::rngs::SmallRng::seed_from_u64(1);
        let (ada, grace) = (PersonId::from_bytes([2; 16]), PersonId::from_bytes([3; 16]));
        let [one, two] = [0; 2].map(|_| ItemId::owned(ada, &mut rng));
        assert!(one != two && one.is_of(ada) && two.is_of(ada) && !one.is_of(grace));
        assert_eq!(hex::encode(owner_mark(ada)), "8e119840");
    }

    #[test]
    fn an_author_that_is_worked_out_is_nobody_elses_and_any_other_is_whose_it_becomes() {
        let (ada, grace) = (PersonId::from_bytes([2; 16]), PersonId::from_bytes([3; 16]));
        let author = ActorId::worked_out(ada, [7; 16]);
        assert!(author.may_be_of(ada) && !author.may_be_of(grace));
        assert_eq!(author.to_string(), format!("{}8e119840070707070707", hex::encode("alike:")));
        let random = ActorId::from_bytes([9; 16]);
        assert!(random.may_be_of(ada) && random.may_be_of(grace));
    }

    #[test]
    fn derivation_is_frozen() {
        assert_eq!(hex::encode(derive("floorwalk/test", &[b"a", b""])), "f1a23cd9861a93f74a60c39c1bfb5fbc");
    }
}
