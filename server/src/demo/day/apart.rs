//! Owns what two people write at the same time without knowing of each other.

use super::super::teller::Teller;
use super::{Floor, day};
use anyhow::Context;
use sync_core::coaching::action_plan;
use sync_core::coaching::meeting::{self, NewTopic};
use sync_core::document::Splice;

/// What Andrei writes into the notes.
pub(super) const IN_ROMANIAN: &str = "Coșul de oferte se blochează la țări din afara UE. ";
/// What Maria writes there.
pub(super) const IN_ENGLISH: &str = "Praise first: the refund call on Monday. ";
/// What Andrei wants to talk about.
pub(super) const TOPICS: [&str; 2] = ["Turele mele în săptămâna sărbătorilor", "加班安排 / program de seară"];
/// What Andrei adds to the words of the step.
pub(super) const EVERY_TIME: &str = "(every time) ";

impl Floor {
    pub(super) fn write_apart(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("09:20  Andrei, in the canteen, has no network either: both prepare the same talk")?;
        self.andrei.go_offline()?;
        let made = self.plan_wednesday(&self.andrei)?;
        teller.expect("two phones without network made the same meeting", made == self.wednesday)?;
        for (phone, words) in [(&self.maria, IN_ENGLISH), (&self.andrei, IN_ROMANIAN)] {
            let typed = Splice::insert(0, words);
            phone.app()?.edit(self.wednesday, |edit| meeting::edit_notes(edit, &typed))?;
        }
        for text in TOPICS {
            let topic = NewTopic { section: None, text: text.into(), question: None };
            self.andrei.app()?.edit(self.wednesday, |edit| meeting::add_agenda(edit, &topic))?;
        }
        self.pull_at_the_step()?;
        let due = |phone| anyhow::Ok(self.plan_of(phone)?.steps.first().context("the step")?.due);
        teller.expect(
            "and moved the same step: Maria to 14 March, Andrei to 21 March",
            (due(&self.maria)?, due(&self.andrei)?) == (Some(day(3, 14)?), Some(day(3, 21)?)),
        )?;
        Ok(())
    }

    /// Maria moves the step's date and adds a checkpoint; Andrei moves it elsewhere, and changes its words.
    fn pull_at_the_step(&self) -> anyhow::Result<()> {
        let (maria, andrei) = (self.maria.app()?, self.andrei.app()?);
        let (early, late, checkpoint) = (day(3, 14)?, day(3, 21)?, day(3, 13)?);
        maria.edit(self.plan, |edit| action_plan::set_step_due(edit, self.step, Some(early)))?;
        maria.edit(self.plan, |edit| {
            action_plan::add_checkpoint(edit, checkpoint, "How many rang again within three days")
        })?;
        andrei.edit(self.plan, |edit| action_plan::set_step_due(edit, self.step, Some(late)))?;
        let more = Splice::insert(21, EVERY_TIME);
        Ok(andrei.edit(self.plan, |edit| action_plan::edit_step(edit, self.step, &more))?)
    }
}
