//! Owns what becomes of the walk: a stop is shared only when Maria says so, as a copy.

use super::super::teller::Teller;
use super::{ANDREI, ELENA, Floor, LI_NA, Phone, document, today, view_of_meeting, wednesday};
use anyhow::Context;
use sync_core::coaching::KindSpec;
use sync_core::coaching::feedback_log::{self, Feedback, FeedbackKind};
use sync_core::coaching::floor_walk::{self, StopKind, StopView};
use sync_core::coaching::meeting::{self, MeetingKind, NewTopic, Plan, Provenance, Slot};
use sync_core::coaching::private_log::{self, NewPrivateNote};
use sync_core::coaching::team_blockers::{self, NewBlocker};
use sync_core::content::{Labelled, QuestionId};
use sync_core::document::{Edit, EditError};
use sync_core::ids::DocId;
use sync_core::key::NaturalKey;

/// What Maria asks in the talk, besides.
pub(super) const ASKED: QuestionId = QuestionId::Wellbeing3;

impl Floor {
    pub(super) fn promote(&mut self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("09:15  Still without network: Maria says what becomes of what she saw")?;
        self.praise_li_na()?;
        self.tell_the_team()?;
        self.wednesday = self.plan_wednesday(&self.maria)?;
        self.bring_to_wednesday()?;
        self.keep_to_herself()?;
        let stops = self.walk_of(&self.maria)?.stops;
        let promoted: Vec<_> = stops.iter().filter(|stop| !stop.promoted.is_empty()).collect();
        for stop in &promoted {
            let to = if stop.kind == StopKind::Wellbeing { "for herself" } else { "shared" };
            teller.say(&format!("{}  {} → {to}", stop.kind.label(self.language()), stop.text))?;
        }
        teller.expect(
            "of twelve stops four were copied somewhere, and the walk knows where",
            promoted.len() == 4,
        )?;
        let topics = view_of_meeting(self.maria.app()?, self.wednesday)?.agenda;
        teller.expect(
            "the stop to coach is a topic of Wednesday's talk, and says that it comes from a walk",
            topics.iter().any(|topic| topic.origin.is_some()),
        )?;
        Ok(())
    }

    /// Wednesday's talk with Andrei on somebody's phone: whoever makes it makes the same.
    pub(super) fn plan_wednesday(&self, phone: &Phone) -> anyhow::Result<DocId> {
        let app = phone.app()?;
        let key = meeting::key(self.cast.pairs[ANDREI].tenure, wednesday()?);
        let doc = document(app, &meeting::SPEC, key)?;
        let slot = Slot::new(wednesday()?, Some(10 * 60)).context("ten o'clock exists")?;
        let plan = Plan { slot, place: Some("Room 3".into()), kind: MeetingKind::OneOnOne };
        app.edit(doc, |edit| meeting::plan(edit, &plan))?;
        Ok(doc)
    }

    fn praise_li_na(&self) -> anyhow::Result<()> {
        let key = feedback_log::key(self.cast.pairs[LI_NA].tenure, today()?.quarter());
        self.copy(0, (&feedback_log::SPEC, key), |edit, stop, from| {
            let new = Feedback::seen(FeedbackKind::Praise, stop.text.clone());
            feedback_log::add_feedback_from_walk(edit, &new, from).map(drop)
        })
    }

    fn tell_the_team(&self) -> anyhow::Result<()> {
        let key = team_blockers::key(self.cast.team, today()?.quarter());
        let (since, owner) = (today()?, Some(self.cast.leader));
        self.copy(2, (&team_blockers::SPEC, key), |edit, stop, from| {
            let topic = Some("Headset 14".to_owned());
            let new = NewBlocker { what: stop.text.clone(), topic, since, person: None, owner };
            team_blockers::add_blocker_from_walk(edit, &new, from).map(drop)
        })
    }

    fn bring_to_wednesday(&self) -> anyhow::Result<()> {
        let key = meeting::key(self.cast.pairs[ANDREI].tenure, wednesday()?);
        self.copy(1, (&meeting::SPEC, key), |edit, stop, from| {
            let topic = NewTopic { section: None, text: stop.text.clone(), question: None };
            meeting::add_agenda_from_walk(edit, &topic, from).map(drop)
        })?;
        let asked = ASKED.topic(self.language());
        self.maria.app()?.edit(self.wednesday, |edit| meeting::add_agenda(edit, &asked))?;
        Ok(())
    }

    fn keep_to_herself(&self) -> anyhow::Result<()> {
        let about = self.cast.pairs[ELENA].agent;
        let key = private_log::key(self.cast.leader, about, today()?.quarter());
        self.copy(4, (&private_log::SPEC, key), |edit, stop, from| {
            let note = NewPrivateNote { text: stop.text.clone(), tags: Vec::new() };
            private_log::add_private_note_from_walk(edit, &note, from).map(drop)
        })
    }

    /// Copies a stop into a document, and notes on the walk where it went.
    fn copy(
        &self,
        number: usize,
        (spec, key): (&'static KindSpec, NaturalKey),
        write: impl Fn(&mut Edit<'_>, &StopView, &Provenance) -> Result<(), EditError>,
    ) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let stop = self.walk_of(&self.maria)?.stops.get(number).context("the stop")?.clone();
        let at = stop.at.context("a stop has its moment")?;
        let from = Provenance { walk: self.walk, stop: stop.id, at };
        let to = document(app, spec, key)?;
        app.edit(to, |edit| write(edit, &stop, &from))?;
        Ok(app.edit(self.walk, |edit| floor_walk::mark_promoted(edit, stop.id, to, at))?)
    }
}
