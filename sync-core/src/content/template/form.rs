//! Owns what each form is made of.

use super::{FieldId as F, Need, SectionId as S, TemplateId};
use crate::content::{CardId, HintId, QuestionId as Q};
use Need::{Optional, Required};

/// A form.
pub(super) struct Form {
    /// What to bear in mind while filling it in.
    pub(super) hint: Option<HintId>,
    /// Its sections.
    pub(super) parts: &'static [Part],
}

/// A section of a form.
pub(super) struct Part {
    /// Which.
    pub(super) section: S,
    /// How long it is meant to take.
    pub(super) minutes: Option<u16>,
    /// What to fill in.
    pub(super) fields: &'static [(F, Need)],
    /// Questions to choose from.
    pub(super) questions: &'static [Q],
    /// Cards to read here.
    pub(super) cards: &'static [CardId],
}

const RAPPORT: &[Q] = &[Q::Rapport1, Q::Rapport2, Q::Rapport3, Q::Rapport4, Q::Rapport5];
const CAREER: &[Q] = &[Q::Career1, Q::Career2, Q::Career3, Q::Career4, Q::Career5];
const FEEDBACK: &[Q] = &[Q::Feedback1, Q::Feedback2, Q::Feedback3, Q::Feedback4, Q::Feedback5];
const WELLBEING: &[Q] = &[Q::Wellbeing1, Q::Wellbeing2, Q::Wellbeing3, Q::Wellbeing4, Q::Wellbeing5];
const CLOSING: &[Q] = &[Q::Closing1, Q::Closing2];

const NOTES: &[(F, Need)] = &[(F::Notes, Optional)];
const PROMISES: &[(F, Need)] = &[(F::AgentPromise, Optional), (F::LeaderPromise, Optional)];

impl Part {
    const fn of(section: S, fields: &'static [(F, Need)]) -> Self {
        Self { section, minutes: None, fields, questions: &[], cards: &[] }
    }

    const fn minutes(mut self, minutes: u16) -> Self {
        self.minutes = Some(minutes);
        self
    }

    const fn asking(mut self, questions: &'static [Q]) -> Self {
        self.questions = questions;
        self
    }

    const fn showing(mut self, cards: &'static [CardId]) -> Self {
        self.cards = cards;
        self
    }
}

impl TemplateId {
    pub(super) const fn form(self) -> &'static Form {
        match self {
            Self::FirstMeeting => &FIRST_MEETING,
            Self::Weekly => &WEEKLY,
            Self::WeeklyShort => &WEEKLY_SHORT,
            Self::MonthlyGoals => &MONTHLY_GOALS,
            Self::PlanReview => &PLAN_REVIEW,
            Self::TeamData => &TEAM_DATA,
            Self::EvaluationSelf => &EVALUATION_SELF,
            Self::EvaluationLeader => &EVALUATION_LEADER,
            Self::EvaluationRecord => &EVALUATION_RECORD,
            Self::Feedback => &ONE_FEEDBACK,
            Self::Contract => &CONTRACT,
            Self::PlanGrowth => &PLAN_GROWTH,
            Self::PlanDevelopment => &PLAN_DEVELOPMENT,
            Self::PlanImprovement => &PLAN_IMPROVEMENT,
            Self::WalkStop => &WALK_STOP,
            Self::HandOver => &HAND_OVER,
            Self::Recognition => &RECOGNITION,
        }
    }
}

static FIRST_MEETING: Form = Form {
    hint: None,
    parts: &[
        Part::of(S::Purpose, &[(F::Hopes, Optional)])
            .minutes(5)
            .asking(&[Q::KickOff1])
            .showing(&[CardId::PrivatePlace]),
        Part::of(S::EachOther, &[(F::AboutMe, Optional)])
            .minutes(10)
            .asking(&[Q::Rapport4, Q::Rapport5])
            .showing(&[CardId::Listening]),
        Part::of(
            S::WorkingTogether,
            &[(F::ExpectOfAgent, Required), (F::ExpectOfManager, Required), (F::FeedbackStyle, Optional)],
        )
        .minutes(20)
        .asking(&[Q::KickOff2, Q::KickOff3]),
        Part::of(S::Bring, &[(F::BringList, Optional)]).minutes(5).asking(&[Q::KickOff4]),
        Part::of(S::Closing, &[(F::ReviewOn, Optional)]).minutes(5).asking(CLOSING),
    ],
};

static WEEKLY: Form = Form {
    hint: None,
    parts: &[
        Part::of(S::Rapport, NOTES).minutes(5).asking(RAPPORT),
        Part::of(S::Career, NOTES).minutes(5).asking(CAREER),
        Part::of(S::Feedback, NOTES).minutes(10).asking(FEEDBACK),
        Part::of(S::Wellbeing, NOTES).minutes(5).asking(WELLBEING).showing(&[CardId::Silence]),
        Part::of(S::Closing, PROMISES).minutes(5).asking(CLOSING),
    ],
};

static WEEKLY_SHORT: Form = Form {
    hint: Some(HintId::BusyWeek),
    parts: &[
        Part::of(S::ShortPulse, NOTES)
            .minutes(4)
            .asking(&[Q::Wellbeing1, Q::Wellbeing4])
            .showing(&[CardId::BusyWeek, CardId::Silence]),
        Part::of(S::ShortHelp, NOTES).minutes(3).asking(&[Q::Rapport3, Q::Feedback4]),
        Part::of(S::Closing, PROMISES).minutes(3).asking(&[Q::Closing1]),
    ],
};

static MONTHLY_GOALS: Form = Form {
    hint: Some(HintId::GoalDraft),
    parts: &[
        Part::of(S::LastMonth, &[(F::LastMonth, Optional)])
            .minutes(10)
            .asking(&[Q::Wellbeing3, Q::Feedback2]),
        Part::of(S::Consequences, &[]).minutes(5).showing(&[CardId::Consequences]),
        Part::of(
            S::Goals,
            &[
                (F::GoalTitle, Required),
                (F::GoalMeasure, Optional),
                (F::GoalDue, Optional),
                (F::GoalWhy, Optional),
            ],
        )
        .minutes(20)
        .asking(&[Q::Career3]),
        Part::of(S::BothSides, PROMISES).minutes(10).asking(&[Q::Feedback4, Q::Closing1]),
    ],
};

static PLAN_REVIEW: Form = Form {
    hint: None,
    parts: &[
        Part::of(S::Progress, &[(F::WentWell, Optional), (F::Stuck, Optional)])
            .minutes(10)
            .asking(&[Q::Wellbeing3, Q::Feedback2]),
        Part::of(S::Adjust, &[(F::Change, Required), (F::NextCheckpoint, Optional)])
            .minutes(10)
            .asking(&[Q::Feedback3, Q::Feedback4]),
        Part::of(S::BothSides, PROMISES).minutes(10).asking(CLOSING),
    ],
};

static TEAM_DATA: Form = Form {
    hint: Some(HintId::TeamNamesNobody),
    parts: &[
        Part::of(S::GoodNews, &[(F::Positives, Optional)]).minutes(10),
        Part::of(S::Numbers, &[(F::NumbersSay, Optional)]).minutes(15),
        Part::of(S::Ideas, &[(F::TeamIdeas, Optional)]).minutes(15),
        Part::of(S::TryNext, &[(F::TeamStep, Required)]).minutes(5),
    ],
};

static EVALUATION_SELF: Form = Form {
    hint: None,
    parts: &[
        Part::of(
            S::LookingBack,
            &[
                (F::ProudOf, Required),
                (F::Learned, Optional),
                (F::WasHard, Optional),
                (F::Evidence, Optional),
            ],
        ),
        Part::of(S::LookingAhead, &[(F::NextQuarter, Optional), (F::SupportWanted, Optional)]),
    ],
};

static EVALUATION_LEADER: Form = Form {
    hint: Some(HintId::ExampleMissing),
    parts: &[
        Part::of(S::Strengths, &[(F::StrengthsSeen, Required), (F::GrowthSeen, Optional)]),
        Part::of(S::LookingBack, &[(F::Results, Optional), (F::Evidence, Required)]),
        Part::of(S::LookingAhead, &[(F::NextFocus, Optional), (F::LeaderPromise, Optional)]),
    ],
};

static EVALUATION_RECORD: Form = Form {
    hint: None,
    parts: &[
        Part::of(
            S::TheTalk,
            &[
                (F::TalkedAbout, Required),
                (F::AgreedView, Optional),
                (F::SeenDifferently, Optional),
                (F::AgentComment, Optional),
            ],
        ),
        Part::of(
            S::LookingAhead,
            &[(F::AgentPromise, Optional), (F::LeaderPromise, Optional), (F::ReviewOn, Optional)],
        )
        .asking(CLOSING),
    ],
};

/// The texts of a piece of feedback, up to what comes next; what came of it is written later.
static ONE_FEEDBACK: Form = Form {
    hint: Some(HintId::AskDoNotTell),
    parts: &[
        Part::of(S::Situation, &[(F::Context, Optional), (F::Strength, Optional)]),
        Part::of(S::WhatWasSeen, &[(F::Seen, Required), (F::Effect, Optional)])
            .showing(&[CardId::BehaviourFeedback]),
        Part::of(S::Together, &[(F::Question, Optional), (F::AgentView, Optional), (F::Next, Optional)])
            .asking(FEEDBACK),
    ],
};

/// Its required fields are those without which nobody can agree to a contract.
static CONTRACT: Form = Form {
    hint: None,
    parts: &[
        Part::of(S::Expectations, &[(F::ExpectOfAgent, Required), (F::ExpectOfManager, Required)])
            .asking(&[Q::KickOff3]),
        Part::of(S::HopesAndWorries, &[(F::Hopes, Optional), (F::Worries, Optional)]).asking(&[Q::KickOff1]),
        Part::of(
            S::Energy,
            &[(F::Motivates, Optional), (F::Demotivates, Optional), (F::FeedbackStyle, Optional)],
        )
        .asking(&[Q::Wellbeing2, Q::KickOff2]),
    ],
};

static PLAN_GROWTH: Form = Form {
    hint: None,
    parts: &[
        Part::of(S::Aim, &[(F::Aim, Required), (F::Challenge, Optional)]).asking(&[Q::Career1, Q::Career4]),
        Part::of(S::PassItOn, &[(F::PassOn, Optional)]).asking(&[Q::WorthSharing1, Q::WorthSharing2]),
        Part::of(S::Steps, STEPS),
    ],
};

static PLAN_DEVELOPMENT: Form = Form {
    hint: None,
    parts: &[
        Part::of(S::Aim, &[(F::Aim, Required)]).asking(&[Q::Career3]),
        Part::of(S::BuildOn, &[(F::StrengthToUse, Optional), (F::Practice, Optional)])
            .asking(&[Q::OneStepFurther1, Q::OneStepFurther2]),
        Part::of(S::Steps, STEPS),
    ],
};

static PLAN_IMPROVEMENT: Form = Form {
    hint: None,
    parts: &[
        Part::of(S::Aim, &[(F::Aim, Required), (F::GoodEnough, Optional)]).showing(&[CardId::NotDiscipline]),
        Part::of(S::InTheWay, &[(F::InTheWay, Optional)]).asking(&[Q::FirstStep1, Q::FirstStep2]),
        Part::of(S::Steps, STEPS),
    ],
};

/// Both sides do something for every plan.
const STEPS: &[(F, Need)] =
    &[(F::AgentStep, Required), (F::LeaderStep, Optional), (F::Helps, Optional), (F::Checkpoint, Optional)];

static WALK_STOP: Form = Form {
    hint: None,
    parts: &[Part::of(
        S::Stop,
        &[
            (F::StopPerson, Optional),
            (F::StopKind, Required),
            (F::StopText, Required),
            (F::StopTags, Optional),
            (F::StopMinutes, Optional),
            (F::StopTally, Optional),
        ],
    )],
};

static HAND_OVER: Form = Form {
    hint: Some(HintId::HandOverReadable),
    parts: &[
        Part::of(S::Today, &[(F::GoingWell, Optional), (F::UnderWay, Required), (F::OpenPromises, Optional)]),
        Part::of(
            S::Person,
            &[
                (F::WorksBest, Optional),
                (F::Arrangements, Optional),
                (F::AgentWishes, Optional),
                (F::ReadByAgent, Required),
            ],
        ),
    ],
};

static RECOGNITION: Form = Form {
    hint: Some(HintId::SayWhatWasDone),
    parts: &[Part::of(
        S::Praise,
        &[
            (F::Who, Required),
            (F::DidWhat, Required),
            (F::MadePossible, Optional),
            (F::Audience, Optional),
            (F::SaidBy, Optional),
        ],
    )],
};
