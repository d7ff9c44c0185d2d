//! Owns the talk on Wednesday: the sheet before it, the four blocks, what both promise, and what an edit afterwards does.

use super::super::teller::Teller;
use super::promotion::ASKED;
use super::{ANDREI, Floor, MIHAI, day, document, eventually, today, view_of_meeting, wednesday};
use anyhow::Context;
use sync_core::coaching::ack::Standing;
use sync_core::coaching::action_plan;
use sync_core::coaching::feedback_log::{self, Feedback, FeedbackKind};
use sync_core::coaching::item::State;
use sync_core::coaching::meeting::{self, NewFollowUp, Section, Slot};
use sync_core::coaching::partnership::{self, Term};
use sync_core::content::{Labelled, Language, Phrase, QuestionId, shown_topic};
use sync_core::document::{Document, Splice};
use sync_core::ids::DocId;
use sync_core::insight::{self, Beside, Positive, Prep, Win};
use sync_core::replica::Replica;

/// What stands in the notes of each block.
const NOTES: [(Section, &str); 4] = [
    (Section::Rapport, "Vacanța la mare a fost reușită."),
    (Section::Career, "Ar vrea să ajute la instruirea colegilor noi."),
    (Section::Feedback, "Am ascultat împreună un apel; întrebarea deschisă a venit târziu, dar a venit."),
    (Section::Wellbeing, "Volumul de lucru este potrivit acum."),
];

impl Floor {
    /// On Tuesday Andrei does what he promised, and Maria sees it; on Wednesday she opens the sheet.
    pub(super) async fn prepare_the_talk(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("Wednesday, 09:45  The sheet before the talk: what is good comes first")?;
        self.set_clock(day(3, 10)?, 15 * 60);
        self.andrei
            .app()?
            .edit(self.plan, |edit| action_plan::set_step_state(edit, self.small_step, State::Done))?;
        self.praise_andrei()?;
        self.sync_both().await?;
        self.set_clock(wednesday()?, 9 * 60 + 45);
        let prep = self.sheet()?;
        prep.positives.iter().filter_map(in_words).try_for_each(|text| teller.say(&format!("+ {text}")))?;
        prep.carry.items.iter().try_for_each(|item| teller.say(&format!("→ {}", item.text)))?;
        teller.expect(
            "at least two good things, the step that Andrei did and the praise among them",
            prep.lacking_positives == 0 && has_done(&prep) && has_praise(&prep),
        )?;
        prep.below.iter().try_for_each(|point| teller.say(&format!("- {}", point.kpi)))?;
        teller.expect(
            "then the one figure of last week that missed the team's target, and not more than two ever",
            prep.below.iter().map(|point| point.kpi).eq(["handle_time"]),
        )?;
        teller.expect("it reminds of looking at the contract again", prep.review_on == Some(wednesday()?))?;
        let asked = ASKED.word();
        teller.expect(
            "questions that were not asked lately are proposed",
            prep.unasked.iter().any(|question| question == asked),
        )?;
        Ok(())
    }

    fn praise_andrei(&self) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let key = feedback_log::key(self.cast.pairs[ANDREI].tenure, today()?.quarter());
        let log = document(app, &feedback_log::SPEC, key)?;
        let praise =
            Feedback::seen(FeedbackKind::Praise, "A pus o întrebare deschisă și a așteptat răspunsul.");
        app.edit(log, |edit| feedback_log::add_feedback(edit, &praise))?;
        Ok(())
    }

    fn sheet(&self) -> anyhow::Result<Prep> {
        let app = self.maria.app()?;
        let pair = &self.cast.pairs[ANDREI];
        let questions: Vec<String> = QuestionId::ALL.iter().map(|id| id.word().to_owned()).collect();
        let rows = app.numbers_of(pair.agent)?;
        let beside = Beside { rows: &rows, questions: &questions };
        app.insight(|shelf| insight::prep(shelf, pair.tenure, beside))?.context("they are a pair")
    }

    pub(super) async fn hold_the_talk(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("10:00  The talk: four blocks, the contract, a promise from each side")?;
        self.set_clock(wednesday()?, 10 * 60);
        let app = self.maria.app()?;
        let start = self.clock.now();
        app.edit(self.wednesday, |edit| meeting::begin(edit, start))?;
        for (section, text) in NOTES {
            let typed = Splice::insert(0, text);
            app.edit(self.wednesday, |edit| meeting::edit_section_notes(edit, section, &typed))?;
        }
        self.promise()?;
        self.review_the_contract(teller).await?;
        self.set_clock(wednesday()?, 10 * 60 + 32);
        let end = self.clock.now();
        app.edit(self.wednesday, |edit| meeting::end(edit, end))?;
        self.sync_both().await?;
        self.read_in_each_language(teller)?;
        self.acknowledge(teller).await
    }

    fn promise(&self) -> anyhow::Result<()> {
        let promises = [
            (self.cast.pairs[ANDREI].agent, "Încerc noua deschidere la zece apeluri", 18),
            (self.cast.leader, "Vorbesc cu planificarea despre turele târzii", 13),
        ];
        for (owner, text, due) in promises {
            let new = NewFollowUp { text: text.into(), owner: Some(owner), due: Some(day(3, due)?) };
            self.maria.app()?.edit(self.wednesday, |edit| meeting::add_follow_up(edit, &new))?;
        }
        Ok(())
    }

    /// Both read it again, Maria adds to it, both agree to what it says now.
    async fn review_the_contract(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let key = partnership::key(self.cast.pairs[ANDREI].tenure, today()?.year());
        let contract = DocId::of(self.cast.org, partnership::SPEC.name, &key);
        let more = Splice::insert(0, "Joia după-amiaza rămâne liberă pentru noi. ");
        self.maria
            .app()?
            .edit(contract, |edit| partnership::edit_term(edit, Term::ExpectOfManager, &more))?;
        self.sync_both().await?;
        let standings = |app: &Replica| -> anyhow::Result<Vec<Standing>> {
            let view = app.read(contract, |history| partnership::view(Document::of(history.view())))?;
            Ok(view.contract.acks.into_iter().map(|ack| ack.standing).collect())
        };
        let outdated = [Standing::BeforeChanges { count: 1 }; 2];
        teller.expect(
            "the contract says that both agreed to what it said before",
            standings(self.andrei.app()?)? == outdated,
        )?;
        for phone in [&self.maria, &self.andrei] {
            phone.app()?.edit(contract, partnership::agree)?;
            self.sync_both().await?;
        }
        let current = [Standing::Current; 2];
        teller.expect(
            "and then, on both phones, that both agree to what it says now",
            standings(self.maria.app()?)? == current && standings(self.andrei.app()?)? == current,
        )?;
        Ok(())
    }

    fn read_in_each_language(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let view = self.meeting_of(&self.andrei)?;
        for section in &view.sections {
            let name = section.section.label(self.language());
            teller.say(&format!("{name}: {}", section.notes.text))?;
        }
        let filled = view.sections.iter().filter(|section| !section.notes.text.is_empty()).count();
        teller.expect("Andrei's phone shows the notes of all four blocks", filled == Section::ALL.len())?;
        let asked = view.agenda.iter().find(|topic| topic.question.is_some()).context("a question")?;
        for reader in Language::ALL {
            teller.say(&format!("{}: {}", reader.tag(), shown_topic(asked, reader)))?;
        }
        teller.expect(
            "what was asked in one language is read in each",
            Language::ALL.iter().all(|reader| shown_topic(asked, *reader) == ASKED.wording(*reader)),
        )?;
        let owners: Vec<_> = view.follow_ups.iter().filter_map(|promise| promise.owner).collect();
        teller.expect(
            "one promise is Andrei's and one is Maria's",
            owners == [self.cast.pairs[ANDREI].agent, self.cast.leader],
        )?;
        Ok(())
    }

    async fn acknowledge(&self, teller: &mut Teller) -> anyhow::Result<()> {
        self.andrei.app()?.edit(self.wednesday, meeting::acknowledge)?;
        self.sync_both().await?;
        let acks = self.meeting_of(&self.maria)?.acks;
        let by_andrei = acks.first().is_some_and(|ack| ack.person == self.cast.pairs[ANDREI].agent);
        teller.expect(
            "Andrei acknowledges, and Maria's phone shows it",
            by_andrei && acks.iter().all(|ack| ack.standing == Standing::Current),
        )?;
        Ok(())
    }

    pub(super) async fn edit_afterwards(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("10:40  Maria adds a sentence after Andrei has acknowledged")?;
        let app = self.maria.app()?;
        let typed = Splice::insert(0, "P.S. Casca de la locul 14 se schimbă vineri. ");
        app.edit(self.wednesday, |edit| meeting::edit_notes(edit, &typed))?;
        let expected = Standing::BeforeChanges { count: 1 };
        for phone in [&self.maria, &self.andrei] {
            let shown = eventually(phone, |app| {
                let acks = view_of_meeting(app, self.wednesday)?.acks;
                Ok(acks.first().is_some_and(|ack| ack.standing == expected))
            });
            let words = Phrase::AcknowledgedBefore { changes: 1 }.text(self.language());
            teller.expect(&format!("{}'s phone says: {words}", phone.owner), shown.await?)?;
        }
        self.plan_with_mihai(teller)
    }

    fn plan_with_mihai(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let tenure = self.cast.pairs[MIHAI].tenure;
        let talk = document(app, &meeting::SPEC, meeting::key(tenure, day(3, 12)?))?;
        let slot = Slot::new(day(3, 12)?, Some(11 * 60)).context("eleven o'clock exists")?;
        let plan = meeting::Plan { slot, place: None, kind: meeting::MeetingKind::OneOnOne };
        app.edit(talk, |edit| meeting::plan(edit, &plan))?;
        let overview = app.insight(insight::overview)?;
        let row = |number: usize| {
            let agent = self.cast.pairs[number].agent;
            overview.rows.iter().find(|row| row.person == agent).context("everybody is on the home screen")
        };
        teller.expect(
            "the home screen: Andrei today, and Mihai's talk is planned for tomorrow",
            row(ANDREI)?.since_last.days == 0 && row(MIHAI)?.next.is_some_and(|next| next.slot == slot),
        )?;
        Ok(())
    }
}

fn has_done(prep: &Prep) -> bool {
    prep.positives.iter().any(|positive| matches!(positive, Positive::Win(Win::Done { .. })))
}

fn has_praise(prep: &Prep) -> bool {
    prep.positives.iter().any(|positive| matches!(positive, Positive::Win(Win::Praise { .. })))
}

/// What the agent did, or was praised for, in one line.
fn in_words(positive: &Positive) -> Option<String> {
    let Positive::Win(Win::Done { text, .. } | Win::Praise { text, .. }) = positive else { return None };
    Some(text.clone())
}
