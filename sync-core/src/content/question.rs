//! Owns the question bank: what each question is for, which to propose, and how a question that was asked is shown to each side in
//! their own language.

use super::Language;
use super::message::ids;
use crate::coaching::meeting::{AgendaView, MeetingView, NewTopic, Section};
use crate::coaching::tier_note::Tier;
use std::collections::BTreeSet;

ids! {
    /// When a question is asked. The last three are situations: they say where help is wanted, and nothing of how somebody does.
    "block-" Block {
        /// How life and work go.
        Rapport = "rapport",
        /// Where somebody wants to go.
        Career = "career",
        /// What went well and what to change.
        Feedback = "feedback",
        /// How somebody is.
        Wellbeing = "wellbeing",
        /// The first meeting of two people.
        KickOff = "kick_off",
        /// The end of every meeting.
        Closing = "closing",
        /// Something goes so well that others could learn from it.
        WorthSharing = "worth_sharing",
        /// Things go well, and there is room for one step more.
        OneStepFurther = "one_step_further",
        /// Something is hard, and it is not clear where to begin.
        FirstStep = "first_step",
    }
}

ids! {
    /// A question of the bank, by the id that stands in meetings. A question that is asked in a new way gets a new id.
    /// Both sides have the id, on the phone and in their exports, so it names a situation as the block does, and no level.
    "" QuestionId {
    /// What would make your working week fit your life a little better?
    Rapport1 = "q.rap.1",
    /// What have you enjoyed lately outside work?
    Rapport2 = "q.rap.2",
    /// Which small annoyance here could I remove for you?
    Rapport3 = "q.rap.3",
    /// When do you feel most at ease on shift?
    Rapport4 = "q.rap.4",
    /// How do you prefer me to check in on a busy day?
    Rapport5 = "q.rap.5",
    /// What kind of work do you hope to be doing some years from now?
    Career1 = "q.car.1",
    /// Which of your strengths do we use too little?
    Career2 = "q.car.2",
    /// What skill would you like to practise in the next month?
    Career3 = "q.car.3",
    /// What could you try here that is new for you?
    Career4 = "q.car.4",
    /// Who would you like to learn from?
    Career5 = "q.car.5",
    /// How did that conversation go, as you saw it?
    Feedback1 = "q.fb.1",
    /// Which part would you keep exactly the same?
    Feedback2 = "q.fb.2",
    /// What would you try differently next time?
    Feedback3 = "q.fb.3",
    /// What should I do differently so this gets easier?
    Feedback4 = "q.fb.4",
    /// How did the way we introduced this change feel to you?
    Feedback5 = "q.fb.5",
    /// What has been on your mind this week?
    Wellbeing1 = "q.wb.1",
    /// What gave you energy, and what took it away?
    Wellbeing2 = "q.wb.2",
    /// What are you proud of since we last spoke?
    Wellbeing3 = "q.wb.3",
    /// Is the load right, too much or too little?
    Wellbeing4 = "q.wb.4",
    /// What have I not asked that I should?
    Wellbeing5 = "q.wb.5",
    /// What should these meetings give you?
    KickOff1 = "q.ko.1",
    /// How do you like to hear praise, and how criticism?
    KickOff2 = "q.ko.2",
    /// What do you expect from me as your leader?
    KickOff3 = "q.ko.3",
    /// What should each of us bring every time?
    KickOff4 = "q.ko.4",
    /// How do you get this result, step by step?
    WorthSharing1 = "q.share.1",
    /// Would you like to show others, and in what form?
    WorthSharing2 = "q.share.2",
    /// What helps you reach your targets month after month?
    OneStepFurther1 = "q.further.1",
    /// What support would take you one step further?
    OneStepFurther2 = "q.further.2",
    /// Which part is hard to do, and which part is hard to want?
    FirstStep1 = "q.step.1",
    /// What do you think the first step could be?
    FirstStep2 = "q.step.2",
    /// What did each of us promise, and until when?
    Closing1 = "q.cl.1",
    /// What shall we look at first next time?
    Closing2 = "q.cl.2",
    }
}

/// In how many of the last meetings a question must not have been asked to be proposed again.
pub const RESTS_FOR_MEETINGS: usize = 3;

impl Block {
    /// Its name on screens that both sides see.
    pub fn name(self, language: Language) -> String {
        self.key().say(language)
    }

    /// Its questions, in the order of the bank.
    pub fn questions(self) -> impl Iterator<Item = QuestionId> {
        QuestionId::ALL.iter().copied().filter(move |question| question.block() == self)
    }

    /// Whether it is about a situation that a leader sees, which its name does not tell others.
    pub const fn is_situation(self) -> bool {
        match self {
            Self::WorthSharing | Self::OneStepFurther | Self::FirstStep => true,
            Self::Rapport
            | Self::Career
            | Self::Feedback
            | Self::Wellbeing
            | Self::KickOff
            | Self::Closing => false,
        }
    }

    /// The section of a meeting in which its questions stand.
    pub const fn section(self) -> Option<Section> {
        match self {
            Self::Rapport => Some(Section::Rapport),
            Self::Career => Some(Section::Career),
            Self::Feedback | Self::WorthSharing | Self::OneStepFurther | Self::FirstStep => {
                Some(Section::Feedback)
            }
            Self::Wellbeing => Some(Section::Wellbeing),
            Self::KickOff | Self::Closing => None,
        }
    }
}

/// Which situation's questions to offer to a leader who thinks so of somebody. The level stays with the leader.
pub const fn situation_of(tier: Tier) -> Block {
    match tier {
        Tier::High => Block::WorthSharing,
        Tier::Steady => Block::OneStepFurther,
        Tier::Low => Block::FirstStep,
    }
}

impl QuestionId {
    /// When it is asked.
    pub const fn block(self) -> Block {
        match self {
            Self::Rapport1 | Self::Rapport2 | Self::Rapport3 | Self::Rapport4 | Self::Rapport5 => {
                Block::Rapport
            }
            Self::Career1 | Self::Career2 | Self::Career3 | Self::Career4 | Self::Career5 => Block::Career,
            Self::Feedback1 | Self::Feedback2 | Self::Feedback3 | Self::Feedback4 | Self::Feedback5 => {
                Block::Feedback
            }
            Self::Wellbeing1 | Self::Wellbeing2 | Self::Wellbeing3 | Self::Wellbeing4 | Self::Wellbeing5 => {
                Block::Wellbeing
            }
            Self::KickOff1 | Self::KickOff2 | Self::KickOff3 | Self::KickOff4 => Block::KickOff,
            Self::WorthSharing1 | Self::WorthSharing2 => Block::WorthSharing,
            Self::OneStepFurther1 | Self::OneStepFurther2 => Block::OneStepFurther,
            Self::FirstStep1 | Self::FirstStep2 => Block::FirstStep,
            Self::Closing1 | Self::Closing2 => Block::Closing,
        }
    }

    /// How it is asked.
    pub fn wording(self, language: Language) -> String {
        self.key().say(language)
    }

    /// The topic that asks it: its wording in the asker's language stays with the meeting, whatever becomes of the bank.
    pub fn topic(self, asker: Language) -> NewTopic {
        NewTopic {
            section: self.block().section(),
            text: self.wording(asker),
            question: Some(self.word().to_owned()),
        }
    }
}

/// What a reader of this language sees of a topic: a question of the bank in their own language, and everything else as it was
/// written. Words that were asked and then edited are somebody's own, so they are not translated.
pub fn shown_topic(topic: &AgendaView, reader: Language) -> String {
    let question = topic.question.as_deref().and_then(QuestionId::parse);
    let is_as_asked = |id: &QuestionId| Language::ALL.iter().any(|asker| id.wording(*asker) == topic.text);
    question.filter(is_as_asked).map_or_else(|| topic.text.clone(), |question| question.wording(reader))
}

/// The questions of a block that were not asked in the last three of these meetings, which are those with one person, newest first.
pub fn propose(block: Block, newest_first: &[&MeetingView]) -> Vec<QuestionId> {
    let recent = &newest_first[..newest_first.len().min(RESTS_FOR_MEETINGS)];
    let asked = asked(recent);
    block.questions().filter(|question| !asked.contains(question.word())).collect()
}

/// The questions that these meetings ask, by what stands in them. A topic that was removed was not asked.
pub fn asked<'a>(meetings: &[&'a MeetingView]) -> BTreeSet<&'a str> {
    let kept =
        meetings.iter().flat_map(|meeting| meeting.agenda.iter().filter(|topic| topic.removed.is_none()));
    kept.filter_map(|topic| topic.question.as_deref()).collect()
}

#[cfg(test)]
mod tests;
