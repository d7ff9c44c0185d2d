//! Owns what people do when an agent gets another leader: who led before writes, the agent brings along, who leads now reads.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::ack::AckView;
use sync_core::coaching::earlier::Earlier;
use sync_core::coaching::hand_over::{self, Brought, BroughtKind, BroughtView, HandOverView, SPEC};
use sync_core::content::Language;
use sync_core::document::{Document, Edit};
use sync_core::ids::{DocId, TenureId};
use sync_core::replica::{Replica, ReplicaError, Tenure};

impl Deed<'_> {
    /// Each side does what is theirs, whatever the verb says.
    pub(super) fn edit_hand_over(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let identity = replica.identity();
        let is_of = |pair: &Tenure| DocId::of(identity.org, SPEC.name, &hand_over::key(pair.id)) == doc;
        let Some(pair) = replica.tenures()?.into_iter().find(is_of) else { return Ok(Done::Nothing) };
        let is_agent = pair.agent.id == identity.person;
        let verb = match self.verb {
            _ if pair.leader.id == identity.person => Verb::ReadHandOver,
            Verb::TakeBrought if is_agent => Verb::TakeBrought,
            _ if is_agent => return self.bring_along(replica, pair.id),
            _ => Verb::WriteHandOver,
        };
        let seen = replica.read(doc, |history| hand_over::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| Deed { verb, ..self.clone() }.on_hand_over(edit, &seen))
    }

    /// Something that is offered, or all that is offered as usual.
    fn bring_along(&self, replica: &Replica, pair: TenureId) -> Result<Done, ReplicaError> {
        let offers = replica.offered_to_bring(pair, Language::En)?;
        let Some(one) = self.choose(&offers) else { return Ok(Done::Nothing) };
        let is_usual = self.pick.is_multiple_of(2);
        let chosen = offers.iter().filter(|offer| if is_usual { offer.is_usual } else { *offer == one });
        let chosen: Vec<_> = chosen.map(|offer| offer.bring).collect();
        replica.bring_along(pair, &chosen, Language::En)?;
        Ok(Done::NoWord)
    }

    pub(super) fn on_hand_over(&self, edit: &mut Edit<'_>, seen: &HandOverView) -> Made {
        match (self.verb, self.choose(&seen.brought)) {
            (Verb::WriteHandOver, _) => wrote(hand_over::edit_note(edit, &self.insert(&seen.note.text))),
            (Verb::ReadHandOver, _) => {
                // Reading again says something else in the place of what was asked, and that is no loss of words.
                let own = |ack: &&AckView| ack.person == edit.person() && ack.question.is_some();
                if seen.acks.iter().any(|ack| own(&ack)) {
                    return Ok(Done::Nothing);
                }
                let question = self.label();
                let asked = self.pick.is_multiple_of(2).then_some(question.as_str());
                let read = hand_over::acknowledge(edit, asked);
                if asked.is_some() { wrote(read) } else { done(read) }
            }
            (Verb::TakeBrought, Some(BroughtView { id, removed: Some(_), .. })) => {
                done(hand_over::restore_brought(edit, *id))
            }
            (Verb::TakeBrought, Some(one)) => done(hand_over::remove_brought(edit, one.id)),
            (Verb::TakeBrought, None) => Ok(Done::Nothing),
            _ => {
                let (tenure, doc) = (TenureId::from_bytes([2; 16]), DocId::from_bytes([2; 16]));
                let (kind, title, text) = (BroughtKind::Meeting, self.label(), self.word());
                let from = Earlier::of(tenure, doc, None);
                wrote(hand_over::add_brought(edit, &Brought { kind, title, day: self.day(), text, from }))
            }
        }
    }
}
