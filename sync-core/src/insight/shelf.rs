//! Owns what a viewer may read: the input of all read models, and the one place that leaves out what is not the viewer's.

use super::facts::{
    ActionPlanFacts, CircumstanceFacts, EntryFacts, Facts, FeedbackFacts, FloorWalkFacts, GoalSetFacts,
    HandOverFacts, MeetingFacts, OrgStrategyFacts, PartnershipFacts, PrivateLogFacts, TeamBlockersFacts,
    TeamBoardFacts, TeamGoalsFacts, TeamPolicyFacts, TierNoteFacts,
};
use super::thresholds::Thresholds;
use crate::coaching::item::Side;
use crate::coaching::team_policy::{Every, Practice};
use crate::ids::{DocId, PersonId, TeamId, TenureId};
use crate::key::{NaturalKey, Subject};
use crate::time::{Day, Quarter, Timestamp, Zone};
use std::collections::BTreeMap;

/// Everything that a read model follows from. The order of what is in it does not matter; each document is in it once.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Who looks.
    pub viewer: PersonId,
    /// On which day, as the team has it.
    pub as_of: Day,
    /// The team's time zone: whether something was today or yesterday is a question of where.
    pub zone: &'a Zone,
    /// Who leads whom, as the roster says.
    pub pairs: &'a [Pair],
    /// Who is in which team, as the roster says.
    pub teams: &'a [Team],
    /// The facts of documents. What the viewer may not read is not used.
    pub documents: &'a [Known],
    /// How many changes of a pair's documents the viewer has not seen yet.
    pub unread: &'a BTreeMap<TenureId, u32>,
    /// From where something is worth a look.
    pub thresholds: &'a Thresholds,
}

/// A leader and an agent, from one day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Which one.
    pub tenure: TenureId,
    /// In which team.
    pub team: TeamId,
    /// Who leads.
    pub leader: PersonId,
    /// Who is led.
    pub agent: PersonId,
    /// What the agent is called.
    pub name: String,
    /// When the agent joined the team.
    pub joined: Day,
    /// From which day the two are a pair.
    pub from: Day,
    /// The first day on which they are none any more, once that is known.
    pub until: Option<Day>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Which one.
    pub id: TeamId,
    /// Who leads in it.
    pub leaders: Vec<PersonId>,
    /// Who is led in it.
    pub agents: Vec<PersonId>,
    /// Who answers for it in another way.
    pub others: Vec<PersonId>,
}

/// The facts of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which document.
    pub doc: DocId,
    /// What it is about: whose it is follows from it.
    pub key: NaturalKey,
    /// Its facts.
    pub facts: Facts,
}

/// What a viewer may read, sorted: each list ascending by document.
pub struct Shelf<'a> {
    pub(super) input: Input<'a>,
    pairs: Vec<&'a Pair>,
    teams: Vec<&'a Team>,
    shared: BTreeMap<TenureId, Shared<'a>>,
    of_teams: BTreeMap<TeamId, OfTeam<'a>>,
    strategies: Vec<(&'a Known, &'a OrgStrategyFacts)>,
    own: Own<'a>,
    team_blockers: Vec<(TeamId, DocId, &'a TeamBlockersFacts)>,
    team_boards: Vec<(TeamId, DocId, &'a TeamBoardFacts)>,
}

/// What the two of a pair share.
#[derive(Default)]
pub(super) struct Shared<'a> {
    pub partnerships: Vec<(&'a Known, &'a PartnershipFacts)>,
    pub meetings: Vec<(&'a Known, &'a MeetingFacts)>,
    pub feedback: Vec<(DocId, &'a FeedbackFacts)>,
    pub goal_sets: Vec<(&'a Known, &'a GoalSetFacts)>,
    pub plans: Vec<(DocId, &'a ActionPlanFacts)>,
    pub wellbeing: Vec<(DocId, &'a EntryFacts)>,
    pub circumstances: Vec<&'a CircumstanceFacts>,
    pub hand_over: Option<(DocId, &'a HandOverFacts)>,
}

/// What a team shares.
#[derive(Default)]
pub(super) struct OfTeam<'a> {
    pub goals: Vec<(&'a Known, &'a TeamGoalsFacts)>,
    pub policy: Option<&'a TeamPolicyFacts>,
}

/// What the viewer has for themselves.
#[derive(Default)]
pub(super) struct Own<'a> {
    pub walks: Vec<(DocId, &'a FloorWalkFacts)>,
    tier_notes: Vec<(&'a Known, &'a TierNoteFacts)>,
    private_logs: Vec<(&'a Known, &'a PrivateLogFacts)>,
}

impl Pair {
    /// The other one of the two.
    pub(super) fn partner_of(&self, person: PersonId) -> PersonId {
        if self.leader == person { self.agent } else { self.leader }
    }

    /// Which of the two this is; none if it is somebody else or nobody.
    pub(super) fn side_of(&self, person: Option<PersonId>) -> Option<Side> {
        match person? {
            person if person == self.agent => Some(Side::Agent),
            person if person == self.leader => Some(Side::Leader),
            _ => None,
        }
    }

    /// Whether the leader wrote it; what says nothing of its author counts as theirs.
    pub(super) fn is_by_leader(&self, by: Option<PersonId>) -> bool {
        by.is_none_or(|by| by == self.leader)
    }

    /// Since when the leader can have been there for the agent.
    pub(super) fn since(&self) -> Day {
        self.joined.max(self.from)
    }

    /// Whether they are a pair on this day.
    fn is_pair_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Whether this person may read on this day what the two share: the agent for ever, the leader while they are a pair.
    fn is_open_to(&self, person: PersonId, on: Day) -> bool {
        self.agent == person || (self.leader == person && self.is_pair_on(on))
    }
}

impl<'a> Shared<'a> {
    /// A kind that only one person has is nobody's here: whose a document is follows from its key, and the two must agree.
    fn put(&mut self, known: &'a Known) {
        let doc = known.doc;
        match &known.facts {
            Facts::Partnership(facts) => self.partnerships.push((known, facts)),
            Facts::Meeting(facts) => self.meetings.push((known, facts)),
            Facts::FeedbackLog(facts) => {
                // What still lacks something was not given yet.
                let given = facts.items.iter().filter(|item| !item.is_draft);
                self.feedback.extend(given.map(|item| (doc, item)));
            }
            Facts::GoalSet(facts) => self.goal_sets.push((known, facts)),
            Facts::ActionPlan(facts) => self.plans.push((doc, facts)),
            Facts::WellbeingLog(facts) => {
                self.wellbeing.extend(facts.entries.iter().map(|entry| (doc, entry)))
            }
            Facts::Circumstance(facts) => self.circumstances.push(facts),
            Facts::HandOver(facts) => self.hand_over = Some((doc, facts)),
            Facts::FloorWalk(_)
            | Facts::TierNote(_)
            | Facts::PrivateLog(_)
            | Facts::TeamBlockers(_)
            | Facts::TeamBoard(_)
            | Facts::TeamGoals(_)
            | Facts::TeamPolicy(_)
            | Facts::OrgStrategy(_) => {}
        }
    }
}

impl Team {
    /// Whether this person may read what the team shares.
    fn is_open_to(&self, person: PersonId) -> bool {
        [&self.leaders, &self.agents, &self.others].into_iter().any(|people| people.contains(&person))
    }
}

impl<'a> Own<'a> {
    /// A kind that two share is nobody's here.
    fn put(&mut self, known: &'a Known) {
        match &known.facts {
            Facts::FloorWalk(facts) => self.walks.push((known.doc, facts)),
            Facts::TierNote(facts) => self.tier_notes.push((known, facts)),
            Facts::PrivateLog(facts) => self.private_logs.push((known, facts)),
            Facts::Partnership(_)
            | Facts::Meeting(_)
            | Facts::FeedbackLog(_)
            | Facts::GoalSet(_)
            | Facts::ActionPlan(_)
            | Facts::WellbeingLog(_)
            | Facts::TeamBlockers(_)
            | Facts::TeamBoard(_)
            | Facts::Circumstance(_)
            | Facts::TeamGoals(_)
            | Facts::TeamPolicy(_)
            | Facts::OrgStrategy(_)
            | Facts::HandOver(_) => {}
        }
    }
}

impl<'a> Shelf<'a> {
    /// What the viewer may read of all this.
    pub fn of(input: Input<'a>) -> Self {
        let mut pairs: Vec<_> =
            input.pairs.iter().filter(|pair| pair.is_open_to(input.viewer, input.as_of)).collect();
        pairs.sort_by_key(|pair| pair.tenure);
        let mut teams: Vec<_> = input.teams.iter().filter(|team| team.is_open_to(input.viewer)).collect();
        teams.sort_by_key(|team| team.id);
        let mut shelf = Self {
            input,
            shared: pairs.iter().map(|pair| (pair.tenure, Shared::default())).collect(),
            of_teams: teams.iter().map(|team| (team.id, OfTeam::default())).collect(),
            pairs,
            teams,
            strategies: Vec::new(),
            own: Own::default(),
            team_blockers: Vec::new(),
            team_boards: Vec::new(),
        };
        let mut documents: Vec<_> = input.documents.iter().collect();
        documents.sort_by_key(|known| known.doc);
        documents.into_iter().for_each(|known| shelf.put(known));
        shelf
    }

    fn put(&mut self, known: &'a Known) {
        match known.key.subject {
            Subject::Person(owner) if owner == self.input.viewer => self.own.put(known),
            // What a group does together counts in nobody's figures.
            Subject::Person(_) | Subject::Group(_) => {}
            Subject::Team(team) => self.put_of_team(team, known),
            Subject::Organisation => {
                if let Facts::OrgStrategy(facts) = &known.facts {
                    self.strategies.push((known, facts));
                }
            }
            Subject::Tenure(tenure) => {
                if let Some(shared) = self.shared.get_mut(&tenure) {
                    shared.put(known);
                }
            }
        }
    }

    /// A kind that is not a team's is nobody's here, and so is what another team has.
    fn put_of_team(&mut self, team: TeamId, known: &'a Known) {
        let Some(of_team) = self.of_teams.get_mut(&team) else { return };
        match &known.facts {
            Facts::TeamBlockers(facts) => self.team_blockers.push((team, known.doc, facts)),
            Facts::TeamBoard(facts) => self.team_boards.push((team, known.doc, facts)),
            Facts::TeamGoals(facts) => of_team.goals.push((known, facts)),
            Facts::TeamPolicy(facts) => of_team.policy = Some(facts),
            Facts::Partnership(_)
            | Facts::Meeting(_)
            | Facts::FeedbackLog(_)
            | Facts::GoalSet(_)
            | Facts::ActionPlan(_)
            | Facts::FloorWalk(_)
            | Facts::WellbeingLog(_)
            | Facts::TierNote(_)
            | Facts::PrivateLog(_)
            | Facts::Circumstance(_)
            | Facts::OrgStrategy(_)
            | Facts::HandOver(_) => {}
        }
    }

    /// What is in the way of the viewer's teams.
    pub(super) fn team_blockers(&self) -> &[(TeamId, DocId, &'a TeamBlockersFacts)] {
        &self.team_blockers
    }

    /// The boards of the viewer's teams.
    pub(super) fn team_boards(&self) -> &[(TeamId, DocId, &'a TeamBoardFacts)] {
        &self.team_boards
    }

    /// The pairs that the viewer is one of today, ascending.
    pub(super) fn pairs(&self) -> impl Iterator<Item = &'a Pair> {
        let today = self.input.as_of;
        self.pairs.iter().copied().filter(move |pair| pair.is_pair_on(today))
    }

    /// The pairs that the viewer leads, ascending.
    pub(super) fn led(&self) -> impl Iterator<Item = &'a Pair> {
        let viewer = self.input.viewer;
        self.pairs().filter(move |pair| pair.leader == viewer)
    }

    /// The pair of this tenure, if the viewer may read what it shares: for an agent also a pair of the past.
    pub(super) fn pair(&self, tenure: TenureId) -> Option<&'a Pair> {
        self.pairs.iter().copied().find(|pair| pair.tenure == tenure)
    }

    /// What a pair of the viewer's shares.
    pub(super) fn shared(&self, pair: &Pair) -> &Shared<'a> {
        self.shared.get(&pair.tenure).expect("every pair on the shelf has its place from the start")
    }

    /// The viewer's teams, ascending.
    pub(super) fn teams(&self) -> impl Iterator<Item = &'a Team> {
        self.teams.iter().copied()
    }

    /// What a team shares; none if it is none of the viewer's.
    pub(super) fn of_team(&self, team: TeamId) -> Option<&OfTeam<'a>> {
        self.of_teams.get(&team)
    }

    /// How often the team of a pair does something, if it has said so.
    pub(super) fn every(&self, pair: &Pair, practice: Practice) -> Option<Every> {
        let rhythms = &self.of_team(pair.team)?.policy?.rhythms;
        rhythms.iter().find(|rhythm| rhythm.practice == practice).map(|rhythm| rhythm.every)
    }

    /// What the organisation wants to reach.
    pub(super) fn strategies(&self) -> &[(&'a Known, &'a OrgStrategyFacts)] {
        &self.strategies
    }

    /// The viewer's own walks.
    pub(super) fn walks(&self) -> &[(DocId, &'a FloorWalkFacts)] {
        &self.own.walks
    }

    /// What the viewer thinks of how this person does, with its document and the quarter that it is about.
    pub(super) fn tier_notes(
        &self,
        person: PersonId,
    ) -> impl Iterator<Item = (DocId, Quarter, &'a TierNoteFacts)> {
        let notes =
            self.own.tier_notes.iter().filter(move |(known, _)| known.key.part.about() == Some(person));
        notes.filter_map(|(known, facts)| Some((known.doc, known.key.part.quarter()?, *facts)))
    }

    /// What the viewer notes for themselves about this person.
    pub(super) fn private_logs(
        &self,
        person: PersonId,
    ) -> impl Iterator<Item = (DocId, &'a PrivateLogFacts)> {
        let logs =
            self.own.private_logs.iter().filter(move |(known, _)| known.key.part.about() == Some(person));
        logs.map(|(known, facts)| (known.doc, *facts))
    }

    /// The day of a moment, for the team.
    pub(super) fn day(&self, at: Timestamp) -> Option<Day> {
        at.day_in(self.input.zone)
    }

    /// The day of a moment, if that is today or was before.
    pub(super) fn past_day(&self, at: Option<Timestamp>) -> Option<Day> {
        self.day(at?).filter(|day| *day <= self.input.as_of)
    }

    /// How many days ago that was.
    pub(super) fn days_since(&self, day: Day) -> i32 {
        self.input.as_of.days_since(day)
    }

    /// Whether this was on one of the last so many days, with today.
    pub(super) fn is_within(&self, day: Day, days: i32) -> bool {
        (0..days).contains(&self.days_since(day))
    }
}
