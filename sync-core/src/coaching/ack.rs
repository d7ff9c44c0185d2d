//! Owns agreement: that a person has read and accepted something, in the state it then had. It binds to
//! what was on their screen, so a later change shows, and a change elsewhere does not.

use crate::document::{Digest, Document, Edit, EditError, Path, changes_touching, checked_label, knows};
use crate::ids::{ChangeHash, PersonId};
use crate::time::Timestamp;
use minicbor::{Decode, Encode};
use serde::Serialize;

/// Where the agreements to an item are, by person.
pub(crate) const ACKS: &str = "acks";
/// What a person asks about an item stands beside their acknowledgement, under their key with this after it. As a value of
/// its own it can be read and copied when it is not accepted; in a map of its own it could get lost, since two phones make two.
const QUESTION: &str = ".question";

/// What is kept of an acknowledgement, as one value: half of one would mean nothing.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Ack {
    /// The state of the document that the person had in front of them.
    #[n(0)]
    heads: Vec<ChangeHash>,
    /// What the item said in it.
    #[n(1)]
    digest: Digest,
    /// When, by the phone's clock.
    #[n(2)]
    at: Timestamp,
}

/// Whose the value under this key of the acknowledgements is.
pub(crate) fn person_of(key: &str) -> Option<PersonId> {
    PersonId::parse(key.strip_suffix(QUESTION).unwrap_or(key)).ok()
}

/// Whether what stands under this key of the acknowledgements is what somebody asks.
pub(crate) fn is_question(key: &str) -> bool {
    key.ends_with(QUESTION)
}

/// That somebody acknowledged an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AckView {
    /// Who.
    pub person: PersonId,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// What they ask about it.
    pub question: Option<String>,
    /// Whether it still holds for what stands there now.
    pub standing: Standing,
}

/// What an acknowledgement is worth now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The item says what was acknowledged.
    Current,
    /// It was acknowledged before so many changes.
    BeforeChanges {
        /// How many.
        count: u32,
    },
    /// The state that was acknowledged is not known here.
    CannotBeVerified,
}

/// That somebody has read an item, as far as it takes to count them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReadBy {
    /// Who.
    #[n(0)]
    pub person: PersonId,
    /// When, by their phone's clock.
    #[n(1)]
    pub at: Option<Timestamp>,
    /// Whether it still says what they read.
    #[n(2)]
    pub is_current: bool,
    /// What they ask about it.
    #[n(3)]
    pub question: Option<String>,
}

/// Acknowledges the item at this place as this person sees it. It is what they say about it now: what they asked with an earlier
/// acknowledgement is taken back.
///
/// On a document without drafts: the heads that it names must be known to others.
pub fn acknowledge(edit: &mut Edit<'_>, item: &Path) -> Result<(), EditError> {
    acknowledge_and_ask(edit, item, None)
}

/// Acknowledges the item at this place, and asks something about it; a label. It takes the place of what this person asked before;
/// without a question, nothing is asked any more.
///
/// On a document without drafts: the heads that it names must be known to others.
pub fn acknowledge_and_ask(
    edit: &mut Edit<'_>,
    item: &Path,
    question: Option<&str>,
) -> Result<(), EditError> {
    let question =
        question.map(|question| checked_label("question", question)).transpose()?.map(str::to_owned);
    let digest = edit.reader().digest(item).ok_or(EditError::Impossible { field: "acknowledged item" })?;
    let ack = Ack { heads: edit.base_heads()?, digest, at: edit.now() };
    let bytes = minicbor::to_vec(&ack).expect("an acknowledgement encodes: writing to a vector cannot fail");
    let (acks, person) = (item.key(ACKS), edit.person().to_string());
    edit.put(&acks.key(&person), &bytes)?;
    edit.put_or_clear(&acks.key(&(person + QUESTION)), question.as_ref())
}

/// Everybody who acknowledged the item at this place, and what it is worth now.
pub fn acks(doc: Document<'_>, item: &Path) -> Vec<AckView> {
    let acks = item.key(ACKS);
    let people = doc.keys(&acks).into_iter().filter_map(|key| PersonId::parse(&key).ok());
    people.map(|person| view(doc, item, &acks, person)).collect()
}

/// The same without how often the item was changed since: that takes reading every change.
pub fn read_by(doc: Document<'_>, item: &Path) -> Vec<ReadBy> {
    let (acks, digest) = (item.key(ACKS), doc.digest(item));
    let people = doc.keys(&acks).into_iter().filter_map(|key| PersonId::parse(&key).ok());
    let read = people.map(|person| {
        let key = person.to_string();
        let bytes: Option<Vec<u8>> = doc.get(&acks.key(&key));
        let ack: Option<Ack> = bytes.and_then(|bytes| minicbor::decode(&bytes).ok());
        let is_current =
            ack.as_ref().is_some_and(|ack| Some(ack.digest) == digest && knows(doc.crdt(), &ack.heads));
        let question = doc.get(&acks.key(&(key + QUESTION)));
        ReadBy { person, at: ack.map(|ack| ack.at), is_current, question }
    });
    read.collect()
}

fn view(doc: Document<'_>, item: &Path, acks: &Path, person: PersonId) -> AckView {
    let key = person.to_string();
    let bytes: Option<Vec<u8>> = doc.get(&acks.key(&key));
    let ack: Option<Ack> = bytes.and_then(|bytes| minicbor::decode(&bytes).ok());
    let standing = ack.as_ref().map_or(Standing::CannotBeVerified, |ack| standing(doc, item, ack));
    AckView { person, at: ack.map(|ack| ack.at), question: doc.get(&acks.key(&(key + QUESTION))), standing }
}

fn standing(doc: Document<'_>, item: &Path, ack: &Ack) -> Standing {
    let Ok(changes) = changes_touching(doc.crdt(), &ack.heads, item) else {
        return Standing::CannotBeVerified;
    };
    if doc.digest(item) == Some(ack.digest) {
        return Standing::Current;
    }
    match u32::try_from(changes) {
        // The item says something else, and nobody changed it: what was acknowledged was never there.
        Ok(0) | Err(_) => Standing::CannotBeVerified,
        Ok(count) => Standing::BeforeChanges { count },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::{readable, readable_of_changes};
    use crate::document::fixture::{Phone, person, wednesday};
    use crate::document::heads;

    #[test]
    fn what_is_asked_with_an_acknowledgement_can_be_copied_when_it_is_not_accepted() {
        let mut phone = Phone::new(1, "meeting", &wednesday());
        phone.edit(|edit| edit.splice(&Path::of("notes"), 0, 0, "what was said"));
        let before = phone.doc.clone();
        phone.edit(|edit| acknowledge_and_ask(edit, &Path::root(), Some("Who tells Ana?")));

        assert_eq!(readable_of_changes(&before, &phone.doc), "question: Who tells Ana?");
        assert_eq!(readable(Document::of(&phone.doc)), "question: Who tells Ana?\nwhat was said");
        let asked = |phone: &Phone| acks(Document::of(&phone.doc), &Path::root()).remove(0).question;
        assert_eq!(asked(&phone).as_deref(), Some("Who tells Ana?"));

        phone.edit(|edit| acknowledge(edit, &Path::root()));
        assert_eq!((asked(&phone), readable(Document::of(&phone.doc)).as_str()), (None, "what was said"));
    }

    #[test]
    fn an_acknowledgement_of_what_was_never_there_cannot_be_verified() {
        let mut phone = Phone::new(1, "meeting", &wednesday());
        let notes = Path::of("notes");
        phone.edit(|edit| edit.splice(&notes, 0, 0, "what was said"));
        let digest = Document::of(&phone.doc).digest(&Path::root()).unwrap();
        phone.edit(|edit| edit.splice(&notes, 13, 0, " and more"));

        let mixed = Ack { heads: heads(&phone.doc), digest, at: Timestamp(1) };
        let bytes = minicbor::to_vec(&mixed).unwrap();
        phone.edit(|edit| edit.put(&Path::of(ACKS).key(&person(1).to_string()), &bytes));

        let seen = acks(Document::of(&phone.doc), &Path::root());
        let expected = AckView {
            person: person(1),
            at: Some(Timestamp(1)),
            question: None,
            standing: Standing::CannotBeVerified,
        };
        assert_eq!(seen, [expected]);
    }
}
