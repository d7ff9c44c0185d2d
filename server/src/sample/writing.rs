//! Owns how acts become what phones push: documents in memory, in which each act is one change of its person's own session.

use super::diary::Act;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::BTreeMap;
use sync_core::coaching::Kind;
use sync_core::document::{self, Document, EditError, LoadError, Writer};
use sync_core::ids::{ActorId, DocId, OrgId, PersonId};
use sync_core::key::NaturalKey;
use sync_core::wire::{APP_SCHEMA, Create, PushDocument};

/// So many changes go into one push.
const CHANGES_AT_ONCE: usize = 400;

/// Why an act could not be written: a mistake of the sample.
#[derive(Debug, thiserror::Error)]
pub enum WritingError {
    /// A document could not be made.
    #[error("the sample made a document that cannot be")]
    Create(#[from] LoadError),
    /// A verb would not do what it was told.
    #[error("the sample wrote what the app would not, in a {kind}")]
    Edit {
        /// In which kind of document.
        kind: &'static str,
        /// Why.
        #[source]
        source: Box<EditError>,
    },
}

/// What was written so far.
pub struct Written {
    org: OrgId,
    dice: StdRng,
    documents: BTreeMap<DocId, Page>,
}

/// One document.
struct Page {
    kind: Kind,
    key: NaturalKey,
    content: automerge::Automerge,
    sessions: BTreeMap<PersonId, ActorId>,
    changes: Vec<(PersonId, automerge::Change)>,
}

/// What of a document was not pushed yet.
type Left<'a> = (DocId, &'a Page, &'a [(PersonId, automerge::Change)]);

/// What one person pushes at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// Who.
    pub by: PersonId,
    /// What.
    pub documents: Vec<PushDocument>,
}

impl Written {
    /// Writes all acts, which are in the order of time. The same seed writes the same.
    pub fn of(org: OrgId, seed: u64, acts: &[Act]) -> Result<Self, WritingError> {
        let mut written = Self { org, dice: StdRng::seed_from_u64(seed), documents: BTreeMap::new() };
        acts.iter().try_for_each(|act| written.write(act))?;
        Ok(written)
    }

    fn write(&mut self, act: &Act) -> Result<(), WritingError> {
        let doc = DocId::of(self.org, act.kind.name(), &act.key);
        // Out of the others, among which the verb may look around.
        let mut page = match self.documents.remove(&doc) {
            Some(page) => page,
            None => self.begin(act)?,
        };
        let actor = *page.sessions.entry(act.by).or_insert_with(|| ActorId::random(&mut self.dice));
        page.content.set_actor(document::crdt_actor(actor));
        let mut dice = StdRng::from_rng(&mut self.dice);
        let mut writer = Writer { person: act.by, now: act.at, rng: &mut dice };
        let edited = document::edit(&mut page.content, &mut writer, |edit| (act.verb)(edit, self));
        let kind = act.kind.name();
        let refused = |source| WritingError::Edit { kind, source: Box::new(source) };
        let ((), change) = edited.map_err(refused)?;
        page.changes.extend(change.map(|change| (act.by, change)));
        self.documents.insert(doc, page);
        Ok(())
    }

    fn begin(&mut self, act: &Act) -> Result<Page, LoadError> {
        let actor = ActorId::random(&mut self.dice);
        let content = document::create(act.kind, &act.key, APP_SCHEMA, actor)?;
        let genesis = document::genesis(act.kind, &act.key).hash();
        // What later versions of the app added to the kind is no part of its first change.
        let changes = content.get_changes(&[genesis]).into_iter().map(|change| (act.by, change)).collect();
        let sessions = [(act.by, actor)].into();
        Ok(Page { kind: act.kind, key: act.key, content, sessions, changes })
    }

    /// A document that was written before; none if it was not.
    pub fn document(&self, kind: Kind, key: &NaturalKey) -> Option<Document<'_>> {
        let page = self.documents.get(&DocId::of(self.org, kind.name(), key))?;
        Some(Document::of(&page.content))
    }

    /// How many documents there are, by kind.
    pub fn count(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for page in self.documents.values() {
            *counts.entry(page.kind.name()).or_default() += 1;
        }
        counts
    }

    /// How many changes there are.
    pub fn changes(&self) -> usize {
        self.documents.values().map(|page| page.changes.len()).sum()
    }

    /// Everything as it is pushed: nobody pushes what builds on something that comes later. Each round takes of every document
    /// what its next author wrote before somebody else did.
    pub fn pushes(&self) -> Vec<Push> {
        let mut left: Vec<Left<'_>> =
            self.documents.iter().map(|(doc, page)| (*doc, page, page.changes.as_slice())).collect();
        let mut pushes = Vec::new();
        while !left.is_empty() {
            let mut round: BTreeMap<PersonId, Vec<PushDocument>> = BTreeMap::new();
            for (doc, page, changes) in &mut left {
                let Some((by, _)) = changes.first() else { continue };
                let own = changes.iter().take_while(|(author, _)| author == by).count();
                let (now, then) = changes.split_at(own);
                round.entry(*by).or_default().push(push_of(*doc, page, now));
                *changes = then;
            }
            left.retain(|(_, _, changes)| !changes.is_empty());
            pushes.extend(round.into_iter().flat_map(|(by, documents)| portions(by, documents)));
        }
        pushes
    }
}

fn push_of(doc: DocId, page: &Page, changes: &[(PersonId, automerge::Change)]) -> PushDocument {
    let bytes = changes.iter().map(|(_, change)| change.raw_bytes().to_vec().into()).collect();
    let create = Create { kind: page.kind.name().to_owned(), key: page.key };
    PushDocument { doc, create: Some(create), changes: bytes }
}

/// Not more changes at a time than the server takes.
fn portions(by: PersonId, documents: Vec<PushDocument>) -> Vec<Push> {
    let mut portions: Vec<Push> = Vec::new();
    let mut room = 0;
    for document in documents {
        let size = document.changes.len();
        match portions.last_mut() {
            Some(portion) if size <= room => portion.documents.push(document),
            _ => {
                portions.push(Push { by, documents: vec![document] });
                room = CHANGES_AT_ONCE;
            }
        }
        room = room.saturating_sub(size);
    }
    portions
}
