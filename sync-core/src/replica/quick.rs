//! Owns the quick entry: a person, what it is, one sentence. It finds the document where that belongs, and makes it if it is not
//! there yet.

use super::{Replica, ReplicaError, Tenure};
use crate::coaching::Kind;
use crate::coaching::feedback_log::{self, Feedback, FeedbackKind, add_feedback, add_feedback_from_walk};
use crate::coaching::floor_walk::{self, StopKind, StopView};
use crate::coaching::meeting::Provenance;
use crate::coaching::private_log::{self, NewPrivateNote, add_private_note, add_private_note_from_walk};
use crate::document::Document;
use crate::ids::{DocId, ItemId, PersonId};
use crate::time::{Day, Timestamp, Zone};

/// What a quick entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuickKind {
    /// Something done well: into the feedback of the pair, which the other one sees.
    Praise,
    /// Something to do in another way: into the feedback of the pair, a draft until it has what R44 and R45 ask for.
    Constructive,
    /// How somebody seems to be: to oneself.
    Wellbeing,
    /// Anything else to remember: to oneself.
    Private,
}

/// Where a quick entry went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted {
    /// The document.
    pub doc: DocId,
    /// The new item of it.
    pub item: ItemId,
    /// Whether the other one of the pair sees it once it is sent.
    pub is_shared: bool,
}

/// The topic of private notes about how somebody is.
const WELLBEING: &str = "wellbeing";

impl Replica {
    /// Notes one sentence about a person where it belongs. When this returns it is on disk.
    pub fn note(&self, person: PersonId, kind: QuickKind, sentence: &str) -> Result<Noted, ReplicaError> {
        self.note_from(person, kind, sentence, None)
    }

    /// Takes a stop of a floor walk to where it belongs: its words are copied, and the walk remembers where to. Done again, it is
    /// there already.
    pub fn take_over_stop(&self, walk: DocId, stop: ItemId) -> Result<Noted, ReplicaError> {
        let view = self.read(walk, |history| floor_walk::view(Document::of(history.view())))?;
        let found = view.stops.into_iter().find(|known| known.id == stop);
        let seen = found.ok_or(ReplicaError::NotFound(walk))?;
        let (person, kind) = (seen.person.ok_or(ReplicaError::NoPair)?, kind_of(&seen)?);
        let at = seen.at.unwrap_or_else(|| self.shared.now());
        let provenance = Provenance { walk, stop, at };
        let noted = match self.taken_over(person, kind, &provenance)? {
            Some(noted) => noted,
            None => self.note_from(person, kind, &seen.text, Some(&provenance))?,
        };
        if seen.promoted.iter().all(|promotion| promotion.to != noted.doc) {
            let now = self.shared.now();
            self.edit(walk, |edit| floor_walk::mark_promoted(edit, stop, noted.doc, now))?;
        }
        Ok(noted)
    }

    fn note_from(
        &self,
        person: PersonId,
        kind: QuickKind,
        sentence: &str,
        from: Option<&Provenance>,
    ) -> Result<Noted, ReplicaError> {
        let (doc, is_shared) = self.place_for(person, kind, from)?;
        let feedback = |kind| Feedback::seen(kind, sentence);
        let private = |tags: &[&str]| NewPrivateNote {
            text: sentence.to_owned(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        let item = self.edit(doc, |edit| match (kind, from) {
            (QuickKind::Praise, None) => add_feedback(edit, &feedback(FeedbackKind::Praise)),
            (QuickKind::Praise, Some(from)) => {
                add_feedback_from_walk(edit, &feedback(FeedbackKind::Praise), from)
            }
            (QuickKind::Constructive, None) => add_feedback(edit, &feedback(FeedbackKind::Constructive)),
            (QuickKind::Constructive, Some(from)) => {
                add_feedback_from_walk(edit, &feedback(FeedbackKind::Constructive), from)
            }
            (QuickKind::Wellbeing, None) => add_private_note(edit, &private(&[WELLBEING])),
            (QuickKind::Wellbeing, Some(from)) => {
                add_private_note_from_walk(edit, &private(&[WELLBEING]), from)
            }
            (QuickKind::Private, None) => add_private_note(edit, &private(&[])),
            (QuickKind::Private, Some(from)) => add_private_note_from_walk(edit, &private(&[]), from),
        })?;
        Ok(Noted { doc, item, is_shared })
    }

    /// The document where it belongs, and whether it is shared with the person.
    fn place_for(
        &self,
        person: PersonId,
        kind: QuickKind,
        from: Option<&Provenance>,
    ) -> Result<(DocId, bool), ReplicaError> {
        let pair = self.pair_with(person)?;
        let at = from.map_or_else(|| self.shared.now(), |from| from.at);
        let day = day_of(at, pair.as_ref()).ok_or(ReplicaError::KeyNotAllowed)?;
        match kind {
            QuickKind::Praise | QuickKind::Constructive => {
                let tenure = pair.ok_or(ReplicaError::NoPair)?.id;
                let key = feedback_log::key(tenure, day.quarter());
                Ok((self.create(Kind::of(&feedback_log::SPEC), key)?, true))
            }
            QuickKind::Wellbeing | QuickKind::Private => {
                let key = private_log::key(self.identity().person, person, day.quarter());
                Ok((self.create(Kind::of(&private_log::SPEC), key)?, false))
            }
        }
    }

    /// The pair of this phone's person and another one, whoever of them leads.
    fn pair_with(&self, person: PersonId) -> Result<Option<Tenure>, ReplicaError> {
        let own = self.identity().person;
        let is_theirs = |pair: &Tenure| {
            let both = (pair.leader.id, pair.agent.id);
            both == (own, person) || both == (person, own)
        };
        let mut pairs: Vec<Tenure> = self.tenures()?.into_iter().filter(is_theirs).collect();
        // Of several that were one after the other, the one that goes on.
        pairs.sort_by_key(|pair| (pair.until.is_some(), std::cmp::Reverse(pair.from)));
        Ok(pairs.into_iter().next())
    }

    /// Where this stop went before, if its words are there.
    fn taken_over(
        &self,
        person: PersonId,
        kind: QuickKind,
        from: &Provenance,
    ) -> Result<Option<Noted>, ReplicaError> {
        let (doc, is_shared) = self.place_for(person, kind, Some(from))?;
        let token = from.token();
        let item = self.read(doc, |history| {
            let document = Document::of(history.view());
            let items = match kind {
                QuickKind::Praise | QuickKind::Constructive => feedback_log::view(document)
                    .items
                    .into_iter()
                    .map(|item| (item.id, item.origin))
                    .collect(),
                QuickKind::Wellbeing | QuickKind::Private => private_log::view(document)
                    .notes
                    .into_iter()
                    .map(|note| (note.id, note.origin))
                    .collect::<Vec<_>>(),
            };
            items.into_iter().find(|(_, origin)| origin.is_some_and(|origin| origin.token == token))
        })?;
        Ok(item.map(|(item, _)| Noted { doc, item, is_shared }))
    }
}

/// A blocker is the team's, not the person's: it has no place here.
fn kind_of(stop: &StopView) -> Result<QuickKind, ReplicaError> {
    match stop.kind {
        StopKind::Praise => Ok(QuickKind::Praise),
        StopKind::Coach => Ok(QuickKind::Constructive),
        StopKind::Wellbeing => Ok(QuickKind::Wellbeing),
        StopKind::Note => Ok(QuickKind::Private),
        StopKind::Blocker => Err(ReplicaError::KeyNotAllowed),
    }
}

/// The day as the team has it; in Greenwich for who is in none.
fn day_of(at: Timestamp, pair: Option<&Tenure>) -> Option<Day> {
    match pair.and_then(|pair| Zone::named(&pair.time_zone)) {
        Some(zone) => at.day_in(&zone),
        None => at.utc_day(),
    }
}

#[cfg(test)]
mod tests;
