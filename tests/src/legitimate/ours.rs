//! Owns changes as the app makes them: two phones on which every verb is used, drafts that are folded before they leave, and
//! what arrives meanwhile from the other one.

use super::PAIR;
use crate::gated::Written;
use crate::sim::dice::Dice;
use crate::sim::mix::VERBS;
use crate::sim::op::{NewKind, Verb};
use crate::sim::verb::{Deed, Done, instead_of, kind_of};
use anyhow::Context;
use automerge::Change;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::cell::Cell;
use sync_core::coaching::{
    feedback_log, goal_set, group_meeting, hand_over, manager_reflection, meeting, partnership, private_log,
    tier_note,
};
use sync_core::coaching::{team_blockers, team_goals, wellbeing_log, wellbeing_private};
use sync_core::document::{self, Writer, parse_change};
use sync_core::gate::trial::Proposed;
use sync_core::history::{History, HistoryError, Verdicts};
use sync_core::ids::{ActorId, AudienceId, DocId, GroupId, OrgId, PersonId, RandomKey, TeamId, TenureId};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::policy::Role;
use sync_core::store::{DocumentRow, Origin, Presence, Standing, Write};
use sync_core::time::{Day, Timestamp};

/// The end of a run of typing, after which the phone syncs.
const FOLDS_PER_CENT: u64 = 40;
/// How often a phone hears of the other one.
const HEARS_PER_CENT: u64 = 30;

/// The changes of a document of this kind in which so many edits were made.
///
/// # Errors
/// If the app refuses what it must not refuse.
pub fn document(kind: NewKind, seed: u64, edits: u32) -> anyhow::Result<Written> {
    let key = key(kind)?;
    let layers = (0..).map_while(|n| document::layer(kind.kind(), &key, n));
    let layers: Vec<_> = layers.map(|layer| layer.raw_bytes().to_vec()).collect();
    let mut office = Office::new(kind, &key, seed)?;
    let mut made = 0;
    while made < edits {
        made += u32::from(office.edit()?);
        office.exchange()?;
    }
    for phone in 0..office.phones.len() {
        office.fold(phone)?;
    }
    Ok(Written { kind: kind.kind(), layers, changes: office.sent })
}

fn key(kind: NewKind) -> anyhow::Result<NaturalKey> {
    let tenure = TenureId::from_bytes([3; 16]);
    let [leader, agent] = PAIR.map(|(person, _)| person);
    let day = Day::parse("2026-03-18").ok().context("the day exists")?;
    let part = Part::Random(RandomKey::from_bytes([9; 16]));
    Ok(match kind {
        NewKind::Meeting => meeting::key(tenure, day),
        NewKind::Plan => NaturalKey { subject: Subject::Tenure(tenure), part },
        NewKind::Walk => NaturalKey { subject: Subject::Person(leader), part },
        NewKind::Partnership => partnership::key(tenure, day.year()),
        NewKind::Goals => goal_set::key(tenure, day.quarter()),
        NewKind::Feedback => feedback_log::key(tenure, day.quarter()),
        NewKind::Private => private_log::key(leader, agent, day.quarter()),
        NewKind::Tier => tier_note::key(leader, agent, day.quarter()),
        NewKind::Together => group_meeting::key(GroupId::from_bytes([5; 16]), day),
        NewKind::HandOver => hand_over::key(tenure),
        NewKind::Reflection => manager_reflection::key(leader, day.year()),
        NewKind::Shared => wellbeing_log::key(tenure, day.quarter()),
        NewKind::Kept => wellbeing_private::key(agent, day.quarter()),
        NewKind::Team => team_goals::key(TeamId::from_bytes([4; 16]), day.quarter()),
        NewKind::Circumstance => NaturalKey { subject: Subject::Tenure(tenure), part },
        NewKind::Blockers => team_blockers::key(TeamId::from_bytes([4; 16]), day.quarter()),
    })
}

/// Who has the two phones. What only one person writes, they write on both.
fn writers(kind: NewKind) -> [(PersonId, Role); 2] {
    let [leader, agent] = PAIR.map(|(person, _)| person);
    match kind {
        NewKind::Walk | NewKind::Private | NewKind::Tier | NewKind::Reflection => [(leader, Role::Own); 2],
        NewKind::Together => [(leader, Role::Leader), (agent, Role::Member)],
        NewKind::HandOver => [(leader, Role::Predecessor), (agent, Role::Agent)],
        NewKind::Kept => [(agent, Role::Own); 2],
        NewKind::Shared => [(agent, Role::Agent); 2],
        NewKind::Team => [(leader, Role::Leader), (agent, Role::Head)],
        NewKind::Blockers => [(leader, Role::Leader), (agent, Role::Member)],
        NewKind::Meeting
        | NewKind::Plan
        | NewKind::Partnership
        | NewKind::Goals
        | NewKind::Feedback
        | NewKind::Circumstance => PAIR,
    }
}

/// One person's copy.
struct Phone {
    history: History,
    rights: (PersonId, Role),
    session: ActorId,
    drafts: ActorId,
    inbox: Vec<Change>,
}

struct Office {
    verbs: Vec<Verb>,
    phones: Vec<Phone>,
    dice: Dice,
    rng: StdRng,
    edits: u32,
    sent: Vec<Proposed>,
}

impl Office {
    fn new(kind: NewKind, key: &NaturalKey, seed: u64) -> anyhow::Result<Self> {
        // Each as often as people use it: what is pasted all the time makes documents that nobody has.
        let verbs = VERBS.iter().filter(|(verb, _)| kind_of(*verb) == kind);
        let verbs = verbs.flat_map(|(verb, often)| (0..*often).map(|_| *verb)).collect();
        let mut dice = Dice::of(seed, &[kind as u64]);
        let mut rng = StdRng::from_seed(dice.bytes());
        let phones = writers(kind).map(|rights| Phone::new(kind, key, rights, &mut rng));
        let phones = phones.into_iter().collect::<Result<_, _>>()?;
        Ok(Self { verbs, phones, dice, rng, edits: 0, sent: Vec::new() })
    }

    fn phone(&mut self) -> usize {
        usize::try_from(self.dice.below(self.phones.len() as u64)).unwrap_or(0)
    }

    /// Whether something was changed.
    fn edit(&mut self) -> anyhow::Result<bool> {
        let verb = self.verbs[usize::try_from(self.dice.below(self.verbs.len() as u64))?];
        let phone = match verb {
            Verb::WriteHandOver => 0,
            Verb::BringAlong | Verb::TakeBrought => 1,
            _ => self.phone(),
        };
        // It names the state that it accepts.
        if matches!(
            verb,
            Verb::Acknowledge
                | Verb::AgreeToContract
                | Verb::AgreeToGoal
                | Verb::AcknowledgeFeedback
                | Verb::ReadTeamGoal
                | Verb::EditStandard
                | Verb::ReadHandOver
        ) {
            self.fold(phone)?;
        }
        let pick = u16::try_from(self.dice.below(10_000))?;
        let done = self.make(phone, verb, pick)?;
        let done = if done == Done::Nothing { self.make(phone, instead_of(verb), pick)? } else { done };
        Ok(done != Done::Nothing)
    }

    fn make(&mut self, phone: usize, verb: Verb, pick: u16) -> anyhow::Result<Done> {
        self.edits += 1;
        let people = PAIR.map(|(person, _)| person);
        let deed = Deed { verb, pick, number: self.edits, people: &people, aim: Cell::new(None) };
        let Phone { history, rights, .. } = &mut self.phones[phone];
        let now = Timestamp(1_774_080_000_000 + 1_000 * i64::from(self.edits));
        let mut writer = Writer { person: rights.0, now, rng: &mut self.rng };
        match deed.edit_history(history, &mut writer) {
            Ok(done) => Ok(done),
            // Too long, or not at this moment: the app says so, and nothing is written.
            Err(HistoryError::Edit(_)) => Ok(Done::Nothing),
            Err(error) => Err(error.into()),
        }
    }

    fn exchange(&mut self) -> anyhow::Result<()> {
        let (sender, hearer) = (self.phone(), self.phone());
        if self.dice.happens(FOLDS_PER_CENT) {
            self.fold(sender)?;
        }
        if self.dice.happens(HEARS_PER_CENT) {
            let Phone { history, drafts, inbox, .. } = &mut self.phones[hearer];
            history.receive(None, &std::mem::take(inbox), *drafts)?;
        }
        Ok(())
    }

    /// Sends what was written there; the server takes it.
    fn fold(&mut self, sender: usize) -> anyhow::Result<()> {
        let Phone { history, session, drafts, rights, .. } = &mut self.phones[sender];
        let rights = *rights;
        let writes = history.fold(*session, *drafts)?;
        let sealed = writes.into_iter().filter_map(|write| match write {
            Write::Change(_, change) if change.standing == Standing::Outbox => Some(change),
            _ => None,
        });
        let sealed: Vec<_> = sealed.collect();
        let accepted = sealed.iter().map(|change| change.hash).collect();
        let verdicts = Verdicts { accepted, ..Verdicts::default() };
        history.settle(&verdicts, &Default::default(), *drafts)?;
        for change in sealed {
            let parsed = parse_change(&change.bytes)?;
            let others = self.phones.iter_mut().enumerate().filter(|(phone, _)| *phone != sender);
            others.for_each(|(_, phone)| phone.inbox.push(parsed.clone()));
            self.sent.push(Proposed { bytes: change.bytes, writer: Some(rights) });
        }
        Ok(())
    }
}

impl Phone {
    fn new(
        kind: NewKind,
        key: &NaturalKey,
        rights: (PersonId, Role),
        rng: &mut StdRng,
    ) -> anyhow::Result<Self> {
        let (session, drafts) = (ActorId::random(rng), ActorId::random(rng));
        let (mut history, writes) = History::create(&row(kind, key), kind.kind(), drafts)?;
        let layers = writes.iter().filter_map(|write| match write {
            Write::Change(_, change) => Some(change.hash),
            _ => None,
        });
        let verdicts = Verdicts { accepted: layers.collect(), ..Verdicts::default() };
        history.settle(&verdicts, &Default::default(), drafts)?;
        Ok(Self { history, rights, session, drafts, inbox: Vec::new() })
    }
}

fn row(kind: NewKind, key: &NaturalKey) -> DocumentRow {
    let org = OrgId::from_bytes([1; 16]);
    let name = kind.kind().name();
    DocumentRow {
        doc: DocId::of(org, name, key),
        kind: name.into(),
        key: *key,
        audience: AudienceId::of(org, &key.subject),
        generation: 0,
        origin: Origin::Local,
        presence: Presence::Full,
        changed_at: Timestamp(0),
        summary: Vec::new(),
    }
}
