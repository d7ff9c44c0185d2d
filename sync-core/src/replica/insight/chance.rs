//! Owns that read models show the same on two phones of one person and on a server, whatever they wrote and whenever they synced.

use super::super::apply::GroupContext;
use super::super::desk::Desk;
use super::super::incoming::Pushed;
use super::tests::{MORNING, maria, team, tenure};
use super::*;
use crate::coaching::Kind;
use crate::coaching::chance::{Act, Verbs, acts};
use crate::document::fixture::person;
use crate::document::{Document, genesis};
use crate::history::chunk;
use crate::ids::{ActorId, AudienceId, DocId};
use crate::insight::chance::{kinds_with_facts, models};
use crate::key::NaturalKey;
use crate::sync::{CollectPlan, Mode};
use crate::wire::frame::{Changes, DocumentHead};
use crate::wire::{Authored, Frame, PushDocument, SyncRequest};
use minicbor::bytes::ByteVec;
use proptest::prelude::*;

/// The documents that both phones make by themselves.
struct Desks {
    phones: [Desk; 2],
    documents: Vec<(DocId, Kind, NaturalKey, Verbs)>,
    syncs: u32,
}

impl Desks {
    fn new() -> Self {
        let mut phones = [maria(1), maria(2)];
        let documents = kinds_with_facts()
            .into_iter()
            .map(|(kind, key, verbs)| {
                let kind = Kind::parse(kind).unwrap();
                let docs = phones.each_mut().map(|phone| phone.create(kind, key, MORNING).unwrap());
                assert_eq!(docs[0], docs[1]);
                (docs[0], kind, key, verbs)
            })
            .collect();
        Self { phones, documents, syncs: 0 }
    }

    /// A refused act changes nothing, and no model.
    fn act(&mut self, act: &Act) {
        for (doc, _, _, verbs) in &self.documents {
            drop(self.phones[act.who].edit(*doc, MORNING, &mut |edit| verbs(edit, act)));
        }
    }

    /// Each sends what it has, and hears what the other one sent.
    fn sync(&mut self) {
        self.syncs += 1;
        let requests = self.phones.each_mut().map(collect);
        let [to_second, to_first] = requests.each_ref().map(|request| self.relayed(request));
        for ((phone, request), frames) in self.phones.iter_mut().zip(&requests).zip([to_first, to_second]) {
            let cursor = format!("c{}", self.syncs).into_bytes();
            let frames = frames.into_iter().chain([Frame::Cursor(cursor.into())]).collect();
            let after = request.cursor.clone().map(Vec::from);
            let pushed = request.push.iter().flat_map(pushed).collect::<Vec<_>>();
            let context = GroupContext { after, pushed: &pushed, now: MORNING, mode: Mode::Normal };
            phone.store_frames(frames, &context).unwrap();
        }
    }

    /// What a server would tell the other phone about this push.
    fn relayed(&self, request: &SyncRequest) -> Vec<Frame> {
        request.push.iter().map(|push| self.relayed_document(push)).collect()
    }

    fn relayed_document(&self, push: &PushDocument) -> Frame {
        let (doc, kind, key, _) = self.documents.iter().find(|known| known.0 == push.doc).unwrap();
        let mut chunks: Vec<ByteVec> = vec![genesis(*kind, key).raw_bytes().to_vec().into()];
        chunks.extend(push.changes.clone());
        let authors = chunks.iter().skip(1).map(|bytes| {
            let change = chunk::parse([&bytes[..]].into_iter()).unwrap().remove(0);
            let actor = ActorId::from_slice(change.actor_id().to_bytes()).unwrap();
            Authored { actor, person: person(1), received_at: MORNING }
        });
        let audience = AudienceId::of(self.phones[0].identity.org, &key.subject);
        let head = DocumentHead { doc: *doc, kind: kind.name().into(), key: *key, audience };
        Frame::Changes(Changes { head, authors: authors.collect(), chunks })
    }

    /// What a server makes of what it was sent.
    fn at_the_server(&mut self) -> Vec<Known> {
        let first = &mut self.phones[0];
        let facts = |(doc, kind, key, _): &(DocId, Kind, NaturalKey, Verbs)| {
            let facts = first.read(*doc, |history| Facts::of(*kind, Document::of(history.accepted())));
            Known { doc: *doc, key: *key, facts: facts.unwrap().unwrap() }
        };
        self.documents.iter().map(facts).collect()
    }
}

fn collect(phone: &mut Desk) -> SyncRequest {
    let plan = CollectPlan { max_push_bytes: 1 << 22, max_response_bytes: 1 << 22, after: 0 };
    (*phone.collect(&plan, MORNING).unwrap().request).clone()
}

fn pushed(push: &PushDocument) -> Vec<Pushed> {
    let hash = |bytes: &ByteVec| chunk::hash_of_bytes(bytes).unwrap();
    push.changes.iter().map(|change| Pushed { doc: push.doc, hash: hash(change) }).collect()
}

fn gathered(desk: &mut Desk) -> Gathered {
    desk.gather(MORNING, (&[tenure()], &[team()]), Zone::named("Europe/Bucharest").unwrap()).unwrap()
}

fn shown(gathered: &Gathered) -> Vec<(&'static str, String)> {
    let shelf = gathered.shelf();
    models().into_iter().map(|(name, model)| (name, model(&shelf))).collect()
}

/// How many are played unless whoever runs this says otherwise, as `scripts/histories.sh --models` does.
const USUAL_HISTORIES: u32 = 16;

#[expect(
    clippy::disallowed_methods,
    reason = "how many histories are played is said where they are, in proptest's own variable"
)]
fn histories() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|number| number.parse().ok()).unwrap_or(USUAL_HISTORIES)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(), ..ProptestConfig::default() })]

    #[test]
    fn two_phones_that_synced_and_the_server_between_them_show_the_same_bytes(acts in acts(), sync_every in 1..8_usize) {
        let mut desks = Desks::new();
        for (number, act) in acts.iter().take(16).enumerate() {
            desks.act(act);
            if number % sync_every == sync_every - 1 {
                desks.sync();
            }
        }
        // Twice: what was sent in the first is in the other one's answer of the second at the latest.
        desks.sync();
        desks.sync();

        let seen = shown(&gathered(&mut desks.phones[0]));

        prop_assert_eq!(&shown(&gathered(&mut desks.phones[1])), &seen);
        let documents = desks.at_the_server();
        prop_assert_eq!(&shown(&Gathered { documents, ..gathered(&mut desks.phones[1]) }), &seen);
    }
}
