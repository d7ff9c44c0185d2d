//! Owns the forms: what each asks, in which order, and how it reads in a language.

mod form;
mod part;

pub use part::{FieldId, SectionId};

use super::message::ids;
use super::{CardId, HintId, Language, QuestionId};
use crate::coaching::tier_note::Tier;
use form::{Form, Part};
use serde::Serialize;

/// The most that a form may ask (R104).
const MOST_FIELDS: usize = 7;
/// The most that a form may insist on (R104).
const MOST_REQUIRED: usize = 2;

ids! {
    /// A form.
    "template-" TemplateId {
        /// The first meeting of a leader and an agent.
        FirstMeeting = "first_meeting",
        /// The weekly one-on-one.
        Weekly = "weekly",
        /// The same in ten minutes, for busy weeks.
        WeeklyShort = "weekly_short",
        /// Setting the goals of a month.
        MonthlyGoals = "monthly_goals",
        /// Going through a plan.
        PlanReview = "plan_review",
        /// The team looks at its numbers.
        TeamData = "team_data",
        /// A quarter, as the agent sees it.
        EvaluationSelf = "evaluation_self",
        /// A quarter, as the leader sees it.
        EvaluationLeader = "evaluation_leader",
        /// What the two talked about.
        EvaluationRecord = "evaluation_record",
        /// One piece of feedback.
        Feedback = "feedback",
        /// What each expects of the other.
        Contract = "contract",
        /// A plan to go further.
        PlanGrowth = "plan_growth",
        /// A plan to learn something new.
        PlanDevelopment = "plan_development",
        /// A plan to get better at something.
        PlanImprovement = "plan_improvement",
        /// A stop of a floor walk.
        WalkStop = "walk_stop",
        /// What a leader leaves to the next one.
        HandOver = "hand_over",
        /// Recognition of what somebody did.
        Recognition = "recognition",
    }
}

/// Whether a field has to be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// It has to be.
    Required,
    /// It may be left out.
    Optional,
}

/// A form in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateView {
    /// Which.
    pub id: TemplateId,
    /// Its title.
    pub title: String,
    /// What it is for: one or two sentences.
    pub purpose: String,
    /// How many minutes it is meant to take, if it is a meeting.
    pub minutes: Option<u16>,
    /// What to bear in mind while filling it in.
    pub hint: Option<HintId>,
    /// Its sections in their order.
    pub sections: Vec<SectionView>,
}

/// A section of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionView {
    /// Which.
    pub id: SectionId,
    /// Its title.
    pub title: String,
    /// How many minutes it is meant to take, if the form is a meeting.
    pub minutes: Option<u16>,
    /// Cards to read here.
    pub cards: Vec<CardId>,
    /// Questions to choose from.
    pub questions: Vec<QuestionView>,
    /// What to fill in.
    pub fields: Vec<FieldView>,
}

/// A question to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionView {
    /// Which.
    pub id: QuestionId,
    /// How it is asked.
    pub wording: String,
}

/// Something to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldView {
    /// Which.
    pub id: FieldId,
    /// What it asks for.
    pub label: String,
    /// Whether it has to be filled in.
    pub need: Need,
}

/// The plan for somebody of whom a leader thinks so. The level stays with the leader: no word of the plan says it.
pub const fn plan_for(tier: Tier) -> TemplateId {
    match tier {
        Tier::High => TemplateId::PlanGrowth,
        Tier::Steady => TemplateId::PlanDevelopment,
        Tier::Low => TemplateId::PlanImprovement,
    }
}

impl TemplateId {
    /// The form in this language.
    pub fn view(self, language: Language) -> TemplateView {
        let form = self.form();
        let minutes: u16 = form.parts.iter().filter_map(|part| part.minutes).sum();
        TemplateView {
            id: self,
            title: self.key().say(language),
            purpose: self.key().attribute("purpose").say(language),
            minutes: (minutes > 0).then_some(minutes),
            hint: form.hint,
            sections: form.parts.iter().map(|part| part.view(language)).collect(),
        }
    }
}

impl Part {
    fn view(&self, language: Language) -> SectionView {
        let question = |id: &QuestionId| QuestionView { id: *id, wording: id.wording(language) };
        let field =
            |(id, need): &(FieldId, Need)| FieldView { id: *id, label: id.key().say(language), need: *need };
        SectionView {
            id: self.section,
            title: self.section.key().say(language),
            minutes: self.minutes,
            cards: self.cards.to_vec(),
            questions: self.questions.iter().map(question).collect(),
            fields: self.fields.iter().map(field).collect(),
        }
    }
}

impl Form {
    /// R104: a form that asks for more does not compile.
    const fn is_simple(&self) -> bool {
        let (mut part, mut fields, mut required) = (0, 0, 0);
        while part < self.parts.len() {
            let mut field = 0;
            while field < self.parts[part].fields.len() {
                fields += 1;
                if matches!(self.parts[part].fields[field].1, Need::Required) {
                    required += 1;
                }
                field += 1;
            }
            part += 1;
        }
        fields <= MOST_FIELDS && required <= MOST_REQUIRED
    }
}

const _: () = {
    let mut template = 0;
    while template < TemplateId::ALL.len() {
        assert!(
            TemplateId::ALL[template].form().is_simple(),
            "a form has at most 7 fields, 2 of them required"
        );
        template += 1;
    }
};

#[cfg(test)]
mod tests;
