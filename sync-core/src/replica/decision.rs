//! Owns the decisions that wait for the server: how one is made, what an answer does to it, and when it is made again.
//!
//! A decision is on disk with what it shows, in one transaction, and leaves with every request until it is answered. What it shows
//! goes when it is refused; what was written in it waits as text under "not accepted". Why so: `docs/adr/0016-commands.md`.

use super::apply::GroupContext;
use super::desk::Desk;
use super::{Event, Replica, ReplicaError, Tenure};
use crate::coaching::meeting::{self, MeetingKind, Plan};
use crate::coaching::{Kind, group_meeting};
use crate::ids::{AudienceId, DocId, GroupId, OrgId, PersonId};
use crate::key::Subject;
use crate::policy::{Forming, Group, Led};
use crate::store::{AudienceRow, GROUPS, RecordRow, RefusedRow, Write};
use crate::sync::Input;
use crate::time::Timestamp;
use crate::wire::frame::CommandResult;
use crate::wire::{Command, Decision, ErrorCode, FormGroup};
use std::collections::BTreeSet;

/// The version of a record that this phone shows before the server has said it: older than any that the server gives.
const NOT_SAID_YET: u64 = 0;

/// Who is coached together, as this phone knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownGroup {
    /// The group.
    pub group: Group,
    /// Whether it waits for the server: the others do not see it yet.
    pub is_waiting: bool,
}

/// A decision that the server has answered for good.
pub(super) struct Answered {
    command: Command,
    refused: Option<ErrorCode>,
}

impl Replica {
    /// Lets some of the agents whom this person leads be coached together from now on. The same people are the same group. When
    /// this returns it is on disk, and shown here; the others see it after the next sync.
    pub fn form_group(&self, people: &[PersonId]) -> Result<GroupId, ReplicaError> {
        let (own, now) = (self.identity().person, self.shared.now());
        let led: Vec<Led> = self.tenures()?.iter().filter_map(|tenure| led_by(own, tenure)).collect();
        let id = self.shared.with_desk(|desk| desk.form_group(people, &led, now))?;
        self.shared.tell(Input::Edited);
        Ok(id)
    }

    /// Plans a meeting in which these people are coached together: the group, if there is none of them, and the meeting in it.
    pub fn start_group_coaching(&self, people: &[PersonId], plan: &Plan) -> Result<DocId, ReplicaError> {
        let group = self.form_group(people)?;
        let doc = self.create(Kind::of(&group_meeting::SPEC), group_meeting::key(group, plan.slot.day))?;
        let plan = Plan { kind: MeetingKind::GroupCoaching, ..plan.clone() };
        self.edit(doc, |edit| meeting::plan(edit, &plan))?;
        Ok(doc)
    }

    /// The groups that this person leads or is in, ascending by id.
    pub fn groups(&self) -> Result<Vec<KnownGroup>, ReplicaError> {
        self.shared.with_desk(|desk| {
            let waiting = desk.audiences_to_come()?;
            let org = desk.identity.org;
            let known = desk.groups()?.into_iter().map(|group| {
                let is_waiting = waiting.contains(&audience_of(org, group.id));
                KnownGroup { group, is_waiting }
            });
            Ok(known.collect())
        })
    }
}

impl Desk {
    pub(super) fn form_group(
        &mut self,
        people: &[PersonId],
        led: &[Led],
        now: Timestamp,
    ) -> Result<GroupId, ReplicaError> {
        let (org, by) = (self.identity.org, self.identity.person);
        let id = GroupId::random(&mut self.rng);
        let forming = Forming { org, id, by, people, led, now };
        let (group, seats) = forming.decide().map_err(|_| ReplicaError::NoGroup)?;
        let is_same = |known: &Group| Group { id, ..known.clone() } == group;
        if let Some(known) = self.groups()?.into_iter().find(is_same) {
            return Ok(known.id);
        }
        let seat = seats.iter().find(|seat| seat.person == by).ok_or(ReplicaError::NoGroup)?;
        let audience = AudienceRow {
            audience: seat.audience,
            role: seat.role.as_str().to_owned(),
            members: seats.iter().map(|seat| seat.person).collect(),
        };
        let (collection, key) = (GROUPS.to_owned(), id.as_bytes().to_vec());
        let shown =
            RecordRow { collection, key, version: NOT_SAID_YET, body: group.to_record().into_bytes() };
        let decided = form_again(&group).command(by);
        self.write(vec![Write::Command(decided), Write::Record(shown), Write::Audience(audience)])?;
        self.events.push(Event::RosterChanged);
        Ok(id)
    }

    pub(super) fn groups(&self) -> Result<Vec<Group>, ReplicaError> {
        let records = self.store.records(GROUPS)?;
        let read = |record: &RecordRow| Group::of_record(GroupId::from_slice(&record.key)?, &record.body);
        Ok(records.iter().filter_map(read).collect())
    }

    /// The audiences that a restored or a busy server will have once it has taken what waits: until then it does not know what is
    /// in them, and that is no refusal.
    pub(super) fn audiences_to_come(&self) -> Result<BTreeSet<AudienceId>, ReplicaError> {
        let waiting = self.store.commands()?;
        Ok(waiting.iter().filter_map(|command| audience_made_by(self.identity.org, command)).collect())
    }

    /// What of what waits here was answered for good.
    pub(super) fn answered(&self, results: &[CommandResult]) -> Result<Vec<Answered>, ReplicaError> {
        if results.is_empty() {
            return Ok(Vec::new());
        }
        let answer = |command: Command| {
            let result = results.iter().find(|result| result.id == command.id)?;
            let is_final = result.refused.is_none_or(|code| !Decision::is_left_open_by(code));
            is_final.then_some(Answered { command, refused: result.refused })
        };
        Ok(self.store.commands()?.into_iter().filter_map(answer).collect())
    }

    /// Takes back what refused decisions have shown: neither the group nor its audience will be, on whatever way the answer came.
    /// What was written in it goes too, and waits as text. But what a server had accepted once, and a restored one is given back,
    /// stays: it waits as any other does that this server does not know.
    pub(super) fn take_back(
        &mut self,
        answered: &[Answered],
        context: &GroupContext<'_>,
    ) -> Result<(), ReplicaError> {
        let org = self.identity.org;
        for answered in answered.iter().filter(|answered| answered.refused.is_some()) {
            let Some(audience) = audience_made_by(org, &answered.command) else { continue };
            let mut going = Vec::new();
            for doc in self.store.documents_of(audience)? {
                if !self.is_given_back(doc)? {
                    going.push(doc);
                }
            }
            self.leave_audience(audience, going, context)?;
        }
        Ok(())
    }

    /// Forgets what was answered, and notes what was refused.
    pub(super) fn plan_answers(
        &mut self,
        answered: &[Answered],
        now: Timestamp,
    ) -> Result<Vec<Write>, ReplicaError> {
        let mut writes = Vec::new();
        for Answered { command, refused } in answered {
            writes.push(Write::ForgetCommand(command.id));
            if let Some(code) = refused {
                writes.push(Write::Refused(self.refused_decision(command, *code, now)?));
                self.events.push(Event::RefusedChanged);
            }
        }
        Ok(writes)
    }

    fn refused_decision(
        &self,
        command: &Command,
        code: ErrorCode,
        at: Timestamp,
    ) -> Result<RefusedRow, ReplicaError> {
        let (named, about) = match Decision::of(command) {
            Some(Decision::FormGroup(FormGroup { group, people })) => (people, *group.as_bytes()),
            None => (Vec::new(), *command.id.as_bytes()),
        };
        let teams = self.teams()?;
        let mates: Vec<_> = teams.iter().flat_map(|team| &team.people).collect();
        let name =
            |person: &PersonId| mates.iter().find(|mate| mate.id == *person).map(|mate| mate.name.as_str());
        let text = named.iter().filter_map(name).collect::<Vec<_>>().join(", ");
        let (doc, kind) = (DocId::from_bytes(about), command.kind.clone());
        Ok(RefusedRow { id: 0, doc, kind, code, text, changes: Vec::new(), at })
    }

    /// What a server that was restored may have forgotten, and this person is the one to decide again. It is the same decision:
    /// a server that knows it answers as it did.
    pub(super) fn decide_again(&self) -> Result<Vec<Write>, ReplicaError> {
        let own = self.identity.person;
        let own_groups =
            self.groups()?.into_iter().filter(|group| group.acting.unwrap_or(group.leader) == own);
        Ok(own_groups.map(|group| Write::Command(form_again(&group).command(own))).collect())
    }
}

fn form_again(group: &Group) -> Decision {
    Decision::FormGroup(FormGroup { group: group.id, people: group.people.clone() })
}

fn audience_of(org: OrgId, group: GroupId) -> AudienceId {
    AudienceId::of(org, &Subject::Group(group))
}

fn audience_made_by(org: OrgId, command: &Command) -> Option<AudienceId> {
    let Decision::FormGroup(form) = Decision::of(command)?;
    Some(audience_of(org, form.group))
}

/// Whom this person leads in a tenure, if they do.
fn led_by(own: PersonId, tenure: &Tenure) -> Option<Led> {
    let leader = tenure.stands_in.as_ref().map_or(tenure.leader.id, |of| of.leader.id);
    (tenure.leader.id == own).then_some(Led {
        team: tenure.team,
        agent: tenure.agent.id,
        leader,
        until: tenure.until,
    })
}
