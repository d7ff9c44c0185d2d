//! Owns what follows from everything on the phone, as screens show it: one verb for each read model. All of it is local, and of what
//! the person may read.

pub mod figures;
pub mod goals;
pub mod home;
pub mod people;
pub mod promised;
pub mod team;

use crate::client::Client;
use crate::error::ClientError;
use figures::{Prep, Scorecard, Wins};
use people::OnlyProblems;
use std::collections::BTreeSet;
use sync_core::coaching::meeting::Slot;
use sync_core::content::{Block, QuestionId};
use sync_core::ids::{PersonId, TeamId, TenureId};
use sync_core::insight::{
    self, AreaSplit, Attention, Balance, Beside, BlockerGroup, Carry, Compliance, DueTalk, GoalTree, Goals,
    Happened, MoodTrend, NextSteps, OfTeam, OffQueue, OpenQuestion, Overdue, Overview, Recognized, Shelf,
    SinceLast, TopicTrend, Understanding, WaitingIdea, WorthAConversation,
};
use sync_core::metric::{Cut, MetricRow, Period};
use sync_core::time::Day;
use team::TeamData;

/// The blocks whose questions a preparation proposes.
const BLOCKS: [Block; 4] = [Block::Rapport, Block::Career, Block::Feedback, Block::Wellbeing];

#[uniffi::export]
impl Client {
    /// The home screen: one row for each person, and why a word would be good.
    pub fn overview(&self) -> Result<Overview, ClientError> {
        self.insight(insight::overview)
    }

    /// How long ago the last 1:1 of each pair was.
    pub fn since_last(&self) -> Result<Vec<SinceLast>, ClientError> {
        self.insight(insight::since_last)
    }

    /// What is overdue, on both sides.
    pub fn overdue(&self) -> Result<Overdue, ClientError> {
        self.insight(insight::overdue)
    }

    /// How the leader's time is spread.
    pub fn attention(&self) -> Result<Attention, ClientError> {
        self.insight(insight::attention)
    }

    /// What the two of a pair take into their next meeting; none if it is none of this person's pairs.
    pub fn carry(&self, tenure: TenureId) -> Result<Option<Carry>, ClientError> {
        self.insight(|shelf| insight::carry(shelf, tenure))
    }

    /// How well each pair keeps to its rhythm.
    pub fn compliance(&self) -> Result<Vec<Compliance>, ClientError> {
        self.insight(insight::compliance)
    }

    /// What feedback was given in each pair lately.
    pub fn balance(&self) -> Result<Vec<Balance>, ClientError> {
        self.insight(insight::balance)
    }

    /// Who proposed what comes next.
    pub fn next_steps(&self) -> Result<NextSteps, ClientError> {
        self.insight(insight::next_steps)
    }

    /// The topics that come up again and again; none if it is none of this person's pairs.
    pub fn topics(&self, tenure: TenureId) -> Result<Option<Vec<TopicTrend>>, ClientError> {
        self.insight(|shelf| insight::topics(shelf, tenure))
    }

    /// How the mood of each agent develops, as far as they share it.
    pub fn mood(&self) -> Result<Vec<MoodTrend>, ClientError> {
        self.insight(insight::mood)
    }

    /// What the agent of a pair won since the two last talked; none if it is none of this person's pairs.
    pub fn wins(&self, tenure: TenureId) -> Result<Option<Wins>, ClientError> {
        let rows = self.numbers_beside(tenure)?;
        Ok(self.insight(|shelf| insight::wins(shelf, tenure, &rows))?.map(Wins::from))
    }

    /// With whom the last contacts were all about problems.
    pub fn only_problems(&self) -> Result<Vec<OnlyProblems>, ClientError> {
        Ok(self.insight(insight::only_problems)?.into_iter().map(OnlyProblems::from).collect())
    }

    /// How goals stand.
    pub fn goals(&self) -> Result<Goals, ClientError> {
        self.insight(insight::goals)
    }

    /// The tree of goals of each team.
    pub fn goal_trees(&self) -> Result<Vec<GoalTree>, ClientError> {
        self.insight(insight::goal_trees)
    }

    /// How far aims, goals and standards are understood in each team.
    pub fn understanding(&self) -> Result<Vec<Understanding>, ClientError> {
        self.insight(insight::understanding)
    }

    /// The sheet with which somebody prepares the next talk of a pair; none if it is none of this person's pairs.
    pub fn prep(&self, tenure: TenureId) -> Result<Option<Prep>, ClientError> {
        let rows = self.numbers_beside(tenure)?;
        let questions: Vec<String> = BLOCKS
            .iter()
            .flat_map(|block| block.questions())
            .map(QuestionId::word)
            .map(str::to_owned)
            .collect();
        let beside = Beside { rows: &rows, questions: &questions };
        Ok(self.insight(|shelf| insight::prep(shelf, tenure, beside))?.map(Prep::from))
    }

    /// What others flagged as something that cannot wait, oldest first.
    pub fn open_questions(&self) -> Result<Vec<OpenQuestion>, ClientError> {
        self.insight(insight::open_questions)
    }

    /// With whom a conversation would be good, and why.
    pub fn worth_a_conversation(&self) -> Result<Vec<WorthAConversation>, ClientError> {
        self.insight(insight::worth_a_conversation)
    }

    /// What part of the work is talked about.
    pub fn areas(&self) -> Result<AreaSplit, ClientError> {
        self.insight(insight::areas)
    }

    /// What there is about the agent of a pair, oldest first; none if it is none of this person's pairs.
    pub fn timeline(&self, tenure: TenureId) -> Result<Option<Vec<Happened>>, ClientError> {
        self.insight(|shelf| insight::timeline(shelf, tenure))
    }

    /// Which talks are due, what is due first first.
    pub fn due_talks(&self) -> Result<Vec<DueTalk>, ClientError> {
        self.insight(insight::due_talks)
    }

    /// Whether a talk of this pair at this time would take too many away from the queue at once; a hint, never a bar.
    pub fn off_queue(&self, tenure: TenureId, slot: Slot) -> Result<Option<OffQueue>, ClientError> {
        self.insight(|shelf| insight::off_queue(shelf, tenure, slot))
    }

    /// What is in the way of each team, what lasts longest first.
    pub fn blockers(&self) -> Result<Vec<BlockerGroup>, ClientError> {
        self.insight(insight::blockers)
    }

    /// The ideas of each team without an answer, those that wait longest first.
    pub fn waiting_ideas(&self) -> Result<Vec<WaitingIdea>, ClientError> {
        self.insight(insight::waiting_ideas)
    }

    /// How often each agent was recognized lately.
    pub fn recognized(&self) -> Result<Vec<Recognized>, ClientError> {
        self.insight(insight::recognized)
    }

    /// What a team looks at together of the week, month, quarter or year of a day: the numbers of those whom this person leads there, of
    /// so many that none tells of one of them. None if it is none of this person's teams.
    pub fn team_data(&self, team: TeamId, cut: Cut, day: Day) -> Result<Option<TeamData>, ClientError> {
        let replica = self.replica()?;
        let pairs = replica.tenures()?.into_iter().filter(|pair| pair.team == team);
        let people: BTreeSet<PersonId> = pairs.map(|pair| pair.agent.id).collect();
        let mut rows = Vec::new();
        for person in &people {
            rows.extend(replica.numbers_of(*person)?);
        }
        let period = Period::of(cut, day);
        let data = replica.insight(|shelf| {
            let targets = insight::team_targets(shelf, team, period);
            insight::team_data(
                shelf,
                OfTeam { team, people: &people, period, rows: &rows, targets: &targets },
            )
        })?;
        Ok(data.map(TeamData::from))
    }

    /// The scorecard of somebody for the week, month, quarter or year of a day; none unless it is this person's own, or that of whom
    /// they lead.
    pub fn scorecard(&self, person: PersonId, cut: Cut, day: Day) -> Result<Option<Scorecard>, ClientError> {
        let replica = self.replica()?;
        let rows = replica.numbers_of(person)?;
        let card = replica.insight(|shelf| insight::scorecard(shelf, person, Period::of(cut, day), &rows))?;
        Ok(card.map(Scorecard::from))
    }
}

impl Client {
    fn insight<T>(&self, model: impl FnOnce(&Shelf<'_>) -> T) -> Result<T, ClientError> {
        Ok(self.replica()?.insight(model)?)
    }

    /// What was measured of the agent of a pair, as far as it is here.
    fn numbers_beside(&self, tenure: TenureId) -> Result<Vec<MetricRow>, ClientError> {
        let replica = self.replica()?;
        let pair = replica.tenures()?.into_iter().find(|pair| pair.id == tenure);
        pair.map_or(Ok(Vec::new()), |pair| Ok(replica.numbers_of(pair.agent.id)?))
    }
}
