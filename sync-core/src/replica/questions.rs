//! Owns which questions to propose for a meeting, from what is on the phone.

use super::desk::Desk;
use super::{Replica, ReplicaError};
use crate::coaching::meeting::{self, MeetingView, Section};
use crate::coaching::team_policy::{self, TeamPolicyView};
use crate::content::{self, Block, Language};
use crate::document::Document;
use crate::ids::{DocId, TeamId, TenureId};
use crate::key::Subject;
use crate::time::Day;

/// A question to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedQuestion {
    /// What stands in a meeting that asks it: the id in the bank, or that of the team's own question.
    pub id: String,
    /// The block of the meeting that it belongs to.
    pub section: Option<Section>,
    /// How it is asked: one of the bank in the asker's language, one of the team as it was written.
    pub wording: String,
    /// Whether it is one of the team's own.
    pub is_own: bool,
}

impl Replica {
    /// The questions of a block, and the team's own ones of its section, that were not asked in the last three meetings with
    /// that person before this one, nor in this one.
    pub fn propose_questions(
        &self,
        meeting: DocId,
        block: Block,
        asker: Language,
    ) -> Result<Vec<ProposedQuestion>, ReplicaError> {
        let pairs = self.tenures()?;
        self.shared.with_desk(|desk| {
            let row = desk.store.document(meeting)?.ok_or(ReplicaError::NotFound(meeting))?;
            let own = desk.meeting(meeting)?;
            let Subject::Tenure(tenure) = row.key.subject else {
                return Ok(of_bank(block, &[], &own, asker));
            };
            let pair = pairs.iter().find(|pair| pair.id == tenure);
            // Who left and came back is still that person.
            let same = pairs.iter().filter(|other| {
                pair.is_some_and(|pair| (pair.leader.id, pair.agent.id) == (other.leader.id, other.agent.id))
            });
            let mut tenures: Vec<TenureId> = same.map(|other| other.id).collect();
            if !tenures.contains(&tenure) {
                tenures.push(tenure);
            }
            let before = desk.meetings_before(&tenures, (meeting, own.planned.map(|slot| slot.day)))?;
            let team = pair.map(|pair| desk.own_questions(pair.team)).transpose()?.flatten();
            let mut proposed = of_bank(block, &before, &own, asker);
            proposed.extend(team.map(|team| of_team(block, &team, &before, &own)).into_iter().flatten());
            Ok(proposed)
        })
    }
}

impl Desk {
    fn meeting(&mut self, doc: DocId) -> Result<MeetingView, ReplicaError> {
        self.read(doc, |history| meeting::view(Document::of(history.view())))
    }

    /// The meetings of these pairs until a day, without one of them and those that were not held: newest first.
    fn meetings_before(
        &mut self,
        tenures: &[TenureId],
        (but, until): (DocId, Option<Day>),
    ) -> Result<Vec<MeetingView>, ReplicaError> {
        let mut meetings = Vec::new();
        for tenure in tenures {
            for doc in self.documents_of(&meeting::SPEC, *tenure)? {
                let view = self.meeting(doc)?;
                let day = view.planned.map(|slot| slot.day);
                let is_before = until.is_none_or(|until| day.is_none_or(|day| day <= until));
                if doc != but && view.not_held.is_none() && is_before {
                    meetings.push((view.planned, doc, view));
                }
            }
        }
        meetings.sort_by_key(|(planned, doc, _)| std::cmp::Reverse((*planned, *doc)));
        Ok(meetings.into_iter().map(|(_, _, view)| view).collect())
    }

    fn own_questions(&mut self, team: TeamId) -> Result<Option<TeamPolicyView>, ReplicaError> {
        let doc = DocId::of(self.identity.org, team_policy::SPEC.name, &team_policy::key(team));
        match self.read(doc, |history| team_policy::view(Document::of(history.view()))) {
            Ok(view) => Ok(Some(view)),
            Err(ReplicaError::NotFound(_) | ReplicaError::NotHere(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn of_bank(
    block: Block,
    before: &[MeetingView],
    own: &MeetingView,
    asker: Language,
) -> Vec<ProposedQuestion> {
    let newest_first: Vec<&MeetingView> = before.iter().collect();
    let open = content::propose(block, &newest_first).into_iter();
    let asked = content::asked(&[own]);
    let proposed =
        open.filter(|question| !asked.contains(question.word())).map(|question| ProposedQuestion {
            id: question.word().to_owned(),
            section: block.section(),
            wording: question.wording(asker),
            is_own: false,
        });
    proposed.collect()
}

fn of_team(
    block: Block,
    team: &TeamPolicyView,
    before: &[MeetingView],
    own: &MeetingView,
) -> Vec<ProposedQuestion> {
    let recent: Vec<&MeetingView> =
        before.iter().take(content::RESTS_FOR_MEETINGS).chain(std::iter::once(own)).collect();
    let asked = content::asked(&recent);
    let theirs = team.questions.iter().filter(|question| {
        // Situations share a section with another block: the team's questions belong to the block of its name.
        let is_meant =
            question.section.is_some() && question.section == block.section() && !block.is_situation();
        is_meant && question.removed.is_none() && !asked.contains(question.id.to_string().as_str())
    });
    let proposed = theirs.map(|question| ProposedQuestion {
        id: question.id.to_string(),
        section: question.section,
        wording: question.text.clone(),
        is_own: true,
    });
    proposed.collect()
}

#[cfg(test)]
mod tests;
