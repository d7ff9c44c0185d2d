//! Owns the return of the network: nobody presses anything, both have everything, what contradicts itself is settled with one tap,
//! and what is private lies on no other phone.

use super::super::teller::Teller;
use super::apart::{EVERY_TIME, IN_ENGLISH, IN_ROMANIAN, TOPICS};
use super::{
    ANDREI, FOR_MARIA_ALONE, Floor, LI_NA, Phone, STOPS, day, eventually, today, view_of_meeting,
    view_of_plan,
};
use anyhow::Context;
use sync_core::coaching::feedback_log;
use sync_core::coaching::meeting::{self, MeetingView};
use sync_core::coaching::{Kind, action_plan, floor_walk, private_log, team_blockers, tier_note};
use sync_core::content::{Phrase, format};
use sync_core::document::{Document, Splice, Value};
use sync_core::ids::DocId;
use sync_core::replica::{ItemState, Replica};
use sync_core::time::Day;

/// A walk of twelve stops, and what was promoted of it, must not take more than this to send.
const WALK_BYTES: u64 = 100_000;

impl Floor {
    pub(super) async fn come_back(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("10:10  The network is back; nobody presses anything")?;
        self.set_clock(today()?, 10 * 60 + 10);
        let before = self.maria.network.traffic().bytes_up;
        self.maria.go_online()?;
        self.andrei.go_online()?;
        let sent = |app: &Replica| Ok(app.state(self.walk)? == ItemState::OnServer);
        let is_sent = eventually(&self.maria, sent).await?;
        teller
            .expect("the marks on Maria's phone go from \"on this phone\" to \"on the server\"", is_sent)?;
        let bytes = self.maria.network.traffic().bytes_up - before;
        teller.say(&format!("the walk and all that came of it: {bytes} bytes sent"))?;
        teller
            .expect("the walk and all that came of it took less than 100 KB to send", bytes < WALK_BYTES)?;
        self.meet_in_one_document(teller).await?;
        self.write_into_one_sentence(teller).await?;
        self.receive_praise(teller).await?;
        self.see_the_blocker(teller).await
    }

    async fn meet_in_one_document(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let both = |view: &MeetingView| {
            view.agenda.len() == 2 + TOPICS.len()
                && view.notes.text.contains(IN_ENGLISH)
                && view.notes.text.contains(IN_ROMANIAN)
        };
        for phone in [&self.maria, &self.andrei] {
            let came = eventually(phone, |app| Ok(both(&view_of_meeting(app, self.wednesday)?))).await?;
            teller.expect(
                &format!("{} sees one meeting with all four topics and both notes", phone.owner),
                came,
            )?;
        }
        let (of_maria, of_andrei) = (self.meeting_of(&self.maria)?, self.meeting_of(&self.andrei)?);
        of_maria.agenda.iter().try_for_each(|topic| teller.say(&format!("agenda: {}", topic.text)))?;
        teller.expect(
            "both read the same, in the same order",
            of_maria.notes == of_andrei.notes && of_maria.agenda == of_andrei.agenda,
        )?;
        Ok(())
    }

    async fn write_into_one_sentence(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let (maria, andrei) = (self.maria.app()?, self.andrei.app()?);
        self.maria.go_offline()?;
        self.andrei.go_offline()?;
        maria.edit(self.wednesday, |edit| meeting::edit_notes(edit, &Splice::insert(7, "comes ")))?;
        andrei.edit(self.wednesday, |edit| meeting::edit_notes(edit, &Splice::insert(7, "(mulțumesc!) ")))?;
        self.maria.go_online()?;
        self.andrei.go_online()?;
        for phone in [&self.maria, &self.andrei] {
            let came = eventually(phone, |app| {
                let text = view_of_meeting(app, self.wednesday)?.notes.text;
                Ok(text.contains("comes ") && text.contains("(mulțumesc!) "))
            });
            teller.expect(
                &format!("{}: two people wrote in one sentence, no character is lost", phone.owner),
                came.await?,
            )?;
        }
        teller.say(&format!("notes: {}", self.meeting_of(&self.maria)?.notes.text))?;
        Ok(())
    }

    async fn receive_praise(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let key = feedback_log::key(self.cast.pairs[LI_NA].tenure, today()?.quarter());
        let log = DocId::of(self.cast.org, feedback_log::SPEC.name, &key);
        let praised = |app: &Replica| {
            let listed = app.list(Kind::of(&feedback_log::SPEC))?;
            if listed.iter().all(|one| one.doc != log) {
                return Ok(false);
            }
            let view = app.read(log, |history| feedback_log::view(Document::of(history.view())))?;
            let mut texts = view.items.iter().flat_map(|item| &item.texts);
            Ok(texts.any(|text| text.text.text == STOPS[0].text()))
        };
        let came = eventually(&self.li_na, praised).await?;
        teller.expect("李娜's phone shows the praise, in the words of the stop", came)?;
        Ok(())
    }

    async fn see_the_blocker(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let key = team_blockers::key(self.cast.team, today()?.quarter());
        let list = DocId::of(self.cast.org, team_blockers::SPEC.name, &key);
        for phone in [&self.andrei, &self.li_na] {
            let came = eventually(phone, |app| {
                let listed = app.list(Kind::of(&team_blockers::SPEC))?;
                if listed.iter().all(|one| one.doc != list) {
                    return Ok(false);
                }
                let view = app.read(list, |history| team_blockers::view(Document::of(history.view())))?;
                Ok(view.blockers.iter().any(|blocker| blocker.what == STOPS[2].text()))
            });
            let seen = format!("{}'s phone shows what is in the team's way", phone.owner);
            teller.expect(&seen, came.await?)?;
        }
        Ok(())
    }

    pub(super) async fn settle_the_date(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("10:20  Both moved the step's date")?;
        let conflicted = |app: &Replica| Ok(!view_of_plan(app, self.plan)?.conflicts.is_empty());
        for phone in [&self.maria, &self.andrei] {
            let shown = eventually(phone, conflicted).await?;
            let view = self.plan_of(phone)?;
            let values = view.conflicts.first().map_or(0, |conflict| conflict.claims.len());
            teller.expect(&format!("{} sees both dates", phone.owner), shown && values == 2)?;
        }
        self.show_the_chip(teller)?;
        let plan = self.plan_of(&self.maria)?;
        let step = plan.steps.first().context("the step")?;
        teller.expect("until then lists use the earlier one", step.due == Some(day(3, 14)?))?;
        teller.expect("Andrei's change of the words is there too", step.text.contains(EVERY_TIME))?;
        let of_andrei = self.plan_of(&self.andrei)?.checkpoints.len();
        teller.expect(
            "and so is Maria's checkpoint, on both phones",
            (plan.checkpoints.len(), of_andrei) == (1, 1),
        )?;
        let chosen = Some(day(3, 21)?);
        let app = self.maria.app()?;
        app.edit(self.plan, |edit| action_plan::set_step_due(edit, self.step, chosen))?;
        let settled = |app: &Replica| {
            let view = view_of_plan(app, self.plan)?;
            Ok(view.conflicts.is_empty() && view.steps.first().and_then(|step| step.due) == chosen)
        };
        let gone = eventually(&self.andrei, settled).await?;
        teller.expect("Maria taps 21 March once, and the chip is gone on Andrei's phone", gone)?;
        Ok(())
    }

    /// The two values, as Maria reads them.
    fn show_the_chip(&self, teller: &mut Teller) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let conflict = self.plan_of(&self.maria)?.conflicts.first().cloned().context("a conflict")?;
        let conflict = app.with_authors(self.plan, conflict)?;
        let (mut mine, mut theirs) = (String::new(), String::new());
        for claim in &conflict.claims {
            let Value::Words(day) = &claim.value else { continue };
            let shown = format::short_day(Day::parse(day)?, self.language());
            match claim.person.is_none_or(|person| person == self.cast.leader) {
                true => mine = shown,
                false => theirs = shown,
            }
        }
        let chip = Phrase::TwoValues { mine: &mine, theirs: &theirs, name: "Andrei" };
        teller.say(&chip.text(self.language()))?;
        teller.expect("the chip says whose is which", !mine.is_empty() && !theirs.is_empty())?;
        Ok(())
    }

    pub(super) fn look_into_the_files(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("10:30  What lies on the phones")?;
        for phone in [&self.andrei, &self.li_na] {
            let app = phone.app()?;
            let mut private = 0;
            for spec in [&floor_walk::SPEC, &private_log::SPEC, &tier_note::SPEC] {
                private += app.list(Kind::of(spec))?.len();
            }
            teller.expect(
                &format!("{}'s phone holds no walk, no private note and no level", phone.owner),
                private == 0,
            )?;
            teller.expect(
                &format!("no byte of Maria's private stop is in {}'s file", phone.owner),
                !phone.holds_words(FOR_MARIA_ALONE)?,
            )?;
        }
        let shared = [STOPS[1].text(), STOPS[2].text()];
        let others = STOPS.iter().map(|stop| stop.text()).filter(|text| !shared.contains(text));
        let leaked: Vec<&str> = held(&self.andrei, others)?;
        teller.expect(
            "of the twelve stops Andrei's file holds those that Maria shared with him and with the team, and no other",
            leaked.is_empty(),
        )?;
        teller.expect(
            "nothing of Andrei's meeting is on 李娜's phone",
            !self.li_na.holds_words("Coșul de oferte")?,
        )?;
        let other = self.cast.pairs[ANDREI].agent;
        teller.expect("nor any number of his", self.li_na.app()?.numbers_of(other)?.is_empty())?;
        Ok(())
    }
}

/// Which of these words are anywhere in a phone's file.
fn held<'w>(phone: &Phone, words: impl Iterator<Item = &'w str>) -> anyhow::Result<Vec<&'w str>> {
    let mut held = Vec::new();
    for text in words {
        if phone.holds_words(text)? {
            held.push(text);
        }
    }
    Ok(held)
}
