//! Owns the product's own words as an app asks for them: which there are, and what each says in a language.

use crate::error::ClientError;
use sync_core::coaching::goal_set::Letter;
use sync_core::coaching::meeting::{AgendaView, NewTopic, Section};
use sync_core::coaching::partnership::BacklogKind;
use sync_core::coaching::tier_note::Tier;
use sync_core::content::{
    self, Block, CardId, CardView, FieldId, FieldView, HintId, Label, Language, MissingView, Need,
    QuestionId, QuestionView, SectionId, Shelf, Suggestion, TemplateId, TemplateView,
};
use sync_core::time::Day;

macro_rules! stable_words {
    ($($id:ident),*) => {$(
        uniffi::custom_type!($id, String, {
            remote,
            try_lift: |word| {
                let id = $id::parse(&word).ok_or_else(|| ClientError::invalid(format!("there is no `{word}`")));
                Ok(id?)
            },
            lower: |id| id.word().to_owned(),
        });
    )*};
}
// As documents and docs/content.md have them: `q.rap.1`, `rapport`, `notes`.
stable_words!(FieldId, QuestionId, SectionId);

/// A language in which the product speaks.
#[uniffi::remote(Enum)]
pub enum Language {
    /// English.
    En,
    /// Romanian.
    Ro,
    /// Simplified Chinese.
    Zh,
}

/// A form.
#[uniffi::remote(Enum)]
pub enum TemplateId {
    /// The first meeting of a leader and an agent.
    FirstMeeting,
    /// The weekly one-on-one.
    Weekly,
    /// The same in ten minutes, for busy weeks.
    WeeklyShort,
    /// Setting the goals of a month.
    MonthlyGoals,
    /// Going through a plan.
    PlanReview,
    /// The team looks at its numbers.
    TeamData,
    /// A quarter, as the agent sees it.
    EvaluationSelf,
    /// A quarter, as the leader sees it.
    EvaluationLeader,
    /// What the two talked about.
    EvaluationRecord,
    /// One piece of feedback.
    Feedback,
    /// What each expects of the other.
    Contract,
    /// A plan to go further.
    PlanGrowth,
    /// A plan to learn something new.
    PlanDevelopment,
    /// A plan to get better at something.
    PlanImprovement,
    /// A stop of a floor walk.
    WalkStop,
    /// What a leader leaves to the next one.
    HandOver,
    /// Recognition of what somebody did.
    Recognition,
}

/// When a question is asked. The last three are situations: they say where help is wanted, and nothing of how somebody does.
#[uniffi::remote(Enum)]
pub enum Block {
    /// How life and work go.
    Rapport,
    /// Where somebody wants to go.
    Career,
    /// What went well and what to change.
    Feedback,
    /// How somebody is.
    Wellbeing,
    /// The first meeting of two people.
    KickOff,
    /// The end of every meeting.
    Closing,
    /// Something goes so well that others could learn from it.
    WorthSharing,
    /// Things go well, and there is room for one step more.
    OneStepFurther,
    /// Something is hard, and it is not clear where to begin.
    FirstStep,
}

/// A card.
#[uniffi::remote(Enum)]
pub enum CardId {
    /// What is stored and who sees it: shown to everybody before first use, under 80 words.
    WhatIsStored,
    /// What follows from results: support first.
    Consequences,
    /// Where and when to talk.
    PrivatePlace,
    /// Busy weeks.
    BusyWeek,
    /// A plan is no warning.
    NotDiscipline,
    /// How to listen.
    Listening,
    /// How to speak about what was done.
    BehaviourFeedback,
    /// How to leave silence.
    Silence,
    /// Where to find support.
    FindSupport,
    /// Say it soon.
    SaySoon,
    /// Show that you are on their side.
    CareFirst,
    /// Ask before you tell.
    AskFirst,
    /// One thing at a time.
    OneThing,
    /// Ask for feedback yourself.
    TakeItToo,
}

/// A hint.
#[uniffi::remote(Enum)]
pub enum HintId {
    /// A meeting is planned for a Monday or a Friday.
    MondayOrFriday,
    /// Most topics only tell how far something is.
    MostlyStatus,
    /// Who may come to read a private note.
    PrivateNote,
    /// Asked once when a strength is missing.
    StrengthFirst,
    /// An example is missing.
    ExampleMissing,
    /// Let the agent find the next step.
    AskDoNotTell,
    /// Ten minutes in a busy week.
    BusyWeek,
    /// A goal that cannot be agreed to yet.
    GoalDraft,
    /// A meeting that was moved three times in a row.
    MovedThreeTimes,
    /// The last three contacts were about problems.
    OnlyProblems,
    /// Less praise than criticism.
    PraiseBalance,
    /// The team's numbers name nobody.
    TeamNamesNobody,
    /// A hand-over note is written so that the person can read it.
    HandOverReadable,
    /// Recognition says what was done.
    SayWhatWasDone,
}

/// What to write instead of a word about somebody.
#[uniffi::remote(Enum)]
pub enum Suggestion {
    /// What was left undone.
    Effort,
    /// Which step went wrong.
    Ability,
    /// What was seen or heard.
    Attitude,
    /// What happened, and what it did.
    Character,
}

/// A label that stands for itself.
#[uniffi::remote(Enum)]
pub enum Label {
    /// It has not left this phone.
    OnThisPhone,
    /// The server has it.
    OnTheServer,
    /// The server refused it; the text is kept.
    NotAccepted,
    /// Takes refused text over into the hand-over note.
    CopyToHandOver,
    /// It was erased under the organisation's rules.
    RemovedUnderPolicy,
    /// The list of what others wrote since somebody looked.
    WhatChanged,
    /// Two people changed one sentence.
    EditedByBoth,
    /// Keeps what this person wrote.
    KeepMine,
    /// Keeps what the other wrote.
    KeepTheirs,
    /// Keeps the sentence as it reads now.
    KeepAsIs,
    /// It is done, and its words were changed since.
    DoneTextChanged,
    /// Brings back what was removed.
    Restore,
    /// Leaves removed what was removed.
    LeaveRemoved,
    /// Both moved the meeting: does one time suit both?
    FreeForBoth,
    /// Two things may be the same in different words.
    Similar,
    /// A meeting that is to come.
    Planned,
    /// A meeting that was held.
    Held,
    /// A meeting that was moved.
    Moved,
    /// A meeting that was moved with less than two hours' notice.
    MovedLate,
    /// Two people have not met yet.
    NeverMet,
    /// Within what was agreed.
    OnTime,
    /// A little over what was agreed.
    Soon,
    /// Well over what was agreed.
    Late,
    /// A topic that cannot wait for the next meeting.
    DoNotWait,
    /// Only one side has said what it will do.
    OneSided,
    /// A goal that supports none of the team's.
    Unlinked,
    /// A target that takes somebody's circumstances into account.
    Adjusted,
    /// A number went where it should.
    Improvement,
    /// A number went the other way.
    Decline,
    /// A number stayed.
    Unchanged,
    /// Something that lacks what it needs.
    Incomplete,
    /// Something that reads an older version.
    EarlierVersion,
    /// Too few people to show a number.
    TooFew,
    /// The strength was left out on purpose.
    StrengthSkipped,
    /// Reasons to talk with somebody.
    WorthAConversation,
    /// Kept for oneself.
    KeptPrivate,
    /// Shared with the leader.
    SharedWithLeader,
    /// What a person must fill in.
    Required,
    /// Somebody who joined lately.
    StageNew,
    /// Somebody who is learning the work.
    StageDeveloping,
    /// Somebody who knows the work.
    StageEstablished,
}

/// Whether a field has to be filled in.
#[uniffi::remote(Enum)]
pub enum Need {
    /// It has to be.
    Required,
    /// It may be left out.
    Optional,
}

/// Where a card belongs.
pub type CardShelf = Shelf;
/// Where a card belongs.
#[uniffi::remote(Enum)]
pub enum CardShelf {
    /// Before first use.
    FirstUse,
    /// Beside standards, plans and meetings.
    AtWork,
    /// The library's starters.
    Library,
    /// How to be direct and caring.
    DirectAndCaring,
}

/// A form in one language.
#[uniffi::remote(Record)]
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
    pub sections: Vec<TemplateSection>,
}

/// A section of a form.
pub type TemplateSection = content::SectionView;
/// A section of a form.
#[uniffi::remote(Record)]
pub struct TemplateSection {
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
#[uniffi::remote(Record)]
pub struct QuestionView {
    /// Which.
    pub id: QuestionId,
    /// How it is asked.
    pub wording: String,
}

/// Something to fill in.
#[uniffi::remote(Record)]
pub struct FieldView {
    /// Which.
    pub id: FieldId,
    /// What it asks for.
    pub label: String,
    /// Whether it has to be filled in.
    pub need: Need,
}

/// A card in one language.
#[uniffi::remote(Record)]
pub struct CardView {
    /// Which.
    pub id: CardId,
    /// Where it belongs.
    pub shelf: CardShelf,
    /// Its title.
    pub title: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}

/// A letter that a goal lacks.
#[uniffi::remote(Record)]
pub struct MissingView {
    /// The letter itself, the same in all languages.
    pub letter: String,
    /// What it stands for.
    pub name: String,
    /// What the goal does not say yet.
    pub missing: String,
}

/// A word to think about, in a text that somebody writes.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Advice {
    /// Its first UTF-16 unit.
    pub start: u32,
    /// The unit after its last one.
    pub end: u32,
    /// The word, as it was written.
    pub word: String,
    /// What to write instead.
    pub suggestion: Suggestion,
    /// What that says.
    pub text: String,
}

/// Every form in a language.
#[uniffi::export]
pub fn templates(language: Language) -> Vec<TemplateView> {
    TemplateId::ALL.iter().map(|id| id.view(language)).collect()
}

/// A form in a language.
#[uniffi::export]
pub fn template(id: TemplateId, language: Language) -> TemplateView {
    id.view(language)
}

/// The form of a plan for somebody of whom a leader thinks so. No word of it says the level.
#[uniffi::export]
pub fn plan_template(tier: Tier) -> TemplateId {
    content::plan_for(tier)
}

/// Which situation's questions to offer to a leader who thinks so of somebody. The level stays with the leader.
#[uniffi::export]
pub fn situation(tier: Tier) -> Block {
    content::situation_of(tier)
}

/// What a block of questions is called on screens that both sides see.
#[uniffi::export]
pub fn block_name(block: Block, language: Language) -> String {
    block.name(language)
}

/// The section of a meeting in which a block's questions stand.
#[uniffi::export]
pub fn block_section(block: Block) -> Option<Section> {
    block.section()
}

/// The questions of a block, in the order of the bank. Which of them to propose: `propose_questions`.
#[uniffi::export]
pub fn questions(block: Block, language: Language) -> Vec<QuestionView> {
    block.questions().map(|id| QuestionView { id, wording: id.wording(language) }).collect()
}

/// The topic that asks a question: its wording in the asker's language stays with the meeting.
#[uniffi::export]
pub fn question_topic(question: QuestionId, asker: Language) -> NewTopic {
    question.topic(asker)
}

/// What a reader of this language sees of a topic: a question of the bank in their own language, all else as it was written.
#[uniffi::export]
pub fn shown_topic(topic: &AgendaView, reader: Language) -> String {
    content::shown_topic(topic, reader)
}

/// A card in a language.
#[uniffi::export]
pub fn card(id: CardId, language: Language) -> CardView {
    id.view(language)
}

/// The cards of a shelf.
#[uniffi::export]
pub fn cards(shelf: CardShelf, language: Language) -> Vec<CardView> {
    CardId::ALL.iter().filter(|id| id.shelf() == shelf).map(|id| id.view(language)).collect()
}

/// What a hint says.
#[uniffi::export]
pub fn hint(id: HintId, language: Language) -> String {
    id.text(language)
}

/// What to say about planning a meeting for this day, if anything. It stops nobody.
#[uniffi::export]
pub fn hint_for_day(day: Day) -> Option<HintId> {
    content::hint_for_day(day)
}

/// What to say about an agenda of topics of these kinds, if anything. It stops nobody.
#[uniffi::export]
pub fn hint_for_agenda(kinds: Vec<BacklogKind>) -> Option<HintId> {
    content::hint_for_agenda(&kinds)
}

/// A label in a language.
#[uniffi::export]
pub fn label(id: Label, language: Language) -> String {
    id.text(language)
}

/// What a goal lacks, as its screen shows it.
#[uniffi::export]
pub fn missing_letters(missing: Vec<Letter>, language: Language) -> Vec<MissingView> {
    content::missing_letters(&missing, language)
}

/// The words about what somebody is like in a text, in their order, with what to write instead, in the writer's language. It
/// stops nobody, and nothing of it is stored or sent.
#[uniffi::export]
pub fn advise(text: &str, writer: Language) -> Vec<Advice> {
    let told = |advice: content::Advice| Advice {
        start: advice.range.start,
        end: advice.range.end,
        word: advice.word,
        suggestion: advice.suggestion,
        text: advice.suggestion.text(writer),
    };
    content::advise(text, writer).into_iter().map(told).collect()
}
