//! Owns one meeting as a file that any calendar takes, made offline of what is on this phone.

use super::{Replica, ReplicaError};
use crate::calendar::{self, Event};
use crate::coaching::{Kind, meeting};
use crate::content::{Language, Phrase};
use crate::document::Document;
use crate::history::History;
use crate::ids::DocId;
use crate::insight::Thresholds;
use crate::insight::facts::{Facts, MeetingFacts};
use crate::key::Subject;
use crate::time::Zone;

impl Replica {
    /// A meeting in iCalendar (RFC 5545), under the name that it has in the feed too; none if nobody has planned it, or it is not to
    /// be held. It says when and with whom, in this language, and nothing of what it is about.
    pub fn meeting_file(&self, doc: DocId, language: Language) -> Result<Option<String>, ReplicaError> {
        let read = |history: &History| Facts::of(Kind::of(&meeting::SPEC), Document::of(history.view()));
        let Some(Facts::Meeting(facts)) = self.read(doc, read)? else { return Ok(None) };
        if facts.not_held.is_some() {
            return Ok(None);
        }
        let subject = self.shared.with_desk(|desk| {
            let row = desk.store.document(doc)?;
            row.map(|row| row.key.subject).ok_or(ReplicaError::NotFound(doc))
        })?;
        let Subject::Tenure(tenure) = subject else { return Ok(None) };
        let Some(tenure) = self.tenures()?.into_iter().find(|known| known.id == tenure) else {
            return Ok(None);
        };
        let partner = if tenure.leader.id == self.identity().person { &tenure.agent } else { &tenure.leader };
        let title = Phrase::OneOnOneWith { name: &partner.name }.text(language);
        Ok(Zone::named(&tenure.time_zone).and_then(|zone| self.file(doc, &facts, zone, title)))
    }

    fn file(&self, doc: DocId, facts: &MeetingFacts, zone: Zone, title: String) -> Option<String> {
        let today = self.shared.now().day_in(&zone)?;
        let moves = u32::try_from(facts.moves.len()).unwrap_or(u32::MAX);
        let minutes = Thresholds::default().meeting_minutes;
        let event = Event { doc, moves, slot: facts.planned?, minutes, zone, title };
        Some(calendar::write(&[event], today))
    }
}
