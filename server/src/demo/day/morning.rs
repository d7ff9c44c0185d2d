//! Owns the morning: the team's numbers come in, Maria sees who was left out, and agrees with Andrei on a plan.

use super::super::stage::{Instance, Stage};
use super::super::teller::Teller;
use super::{ANDREI, Floor, MIHAI, Phone, day, document, today};
use crate::metrics::{Limits, Profile, Settings, import};
use crate::services::metrics::Numbers;
use crate::store::{Access, Store};
use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sync_core::coaching::action_plan::{self, NewStep};
use sync_core::coaching::tier_note::Tier;
use sync_core::content::format::{Decimals, percent};
use sync_core::content::{Labelled, Phrase};
use sync_core::document::Amount;
use sync_core::insight::{self, Colour};
use sync_core::metric::SourceName;

/// The team's week, as a spreadsheet in Romania wrote it.
const WEEK: &[u8] = include_bytes!("../../../tests/data/metrics/B-ro-excel-utf8-bom.csv");

impl Floor {
    pub(super) async fn import_the_week(
        &self,
        stage: &Stage,
        server: &Instance,
        teller: &mut Teller,
    ) -> anyhow::Result<()> {
        teller.chapter("08:30  The operator imports the team's numbers of last week")?;
        let app = &server.app;
        let source = SourceName::parse("nice")?;
        let numbers = Numbers { store: &app.store, random: &app.random, now: app.clock.now() };
        let mut tx = app.store.begin(stage.org, Access::Read).await?;
        let people = numbers.directory(&mut tx).await?;
        drop(tx);
        let profile = Profile::default();
        let settings =
            Settings { source: source.clone(), profile, today: today()?, limits: Limits::default() };
        let read = import(WEEK, &settings, &people)?;
        let tx = app.store.begin(stage.org, Access::Write).await?;
        let counts = numbers.keep(tx, (&source, &settings.profile), &read.rows, |_| {}).await?;
        let report = &read.report;
        teller.say(&format!(
            "{} lines, {} numbers, {} kept out",
            report.accepted_lines.len(),
            counts.new,
            report.rejected_lines()
        ))?;
        teller.expect(
            "all sixty lines of the file are understood, and the line of totals is passed over",
            report.accepted_lines.len() == 60
                && report.rejects.is_empty()
                && report.skipped_totals.len() == 1,
        )?;
        self.see_the_numbers(teller).await
    }

    async fn see_the_numbers(&self, teller: &mut Teller) -> anyhow::Result<()> {
        self.maria.sync().await?;
        self.andrei.sync().await?;
        let of = |phone: &Phone, number: usize| {
            anyhow::Ok(!phone.app()?.numbers_of(self.cast.pairs[number].agent)?.is_empty())
        };
        let all = (0..self.cast.pairs.len()).map(|number| of(&self.maria, number));
        let all: Vec<bool> = all.collect::<anyhow::Result<_>>()?;
        teller.expect("Maria's phone has the numbers of all twelve", all.iter().all(|there| *there))?;
        let others = (1..self.cast.pairs.len()).map(|number| of(&self.andrei, number));
        let others: Vec<bool> = others.collect::<anyhow::Result<_>>()?;
        teller.expect(
            "Andrei's phone has his own, and nobody else's",
            of(&self.andrei, ANDREI)? && others.iter().all(|there| !there),
        )?;
        Ok(())
    }

    /// The home screen.
    pub(super) fn look_at_the_team(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller
            .chapter("08:40  Maria's home screen: whom she has not sat down with, and where her time went")?;
        let app = self.maria.app()?;
        let (overview, attention) =
            app.insight(|shelf| (insight::overview(shelf), insight::attention(shelf)))?;
        for row in &overview.rows {
            let days = u32::try_from(row.since_last.days).unwrap_or(0);
            let days = Phrase::Days { count: days }.text(self.language());
            teller.say(&format!("{}: {days}, {}", row.name, colour(row.since_last.colour)))?;
        }
        let mihai = overview.rows.iter().find(|row| row.person == self.cast.pairs[MIHAI].agent);
        let since = mihai.context("Mihai is on the home screen")?.since_last.clone();
        teller.expect(
            "Mihai: 41 days without a one-on-one, red",
            since.days == 41 && since.colour == Colour::Red,
        )?;
        for level in &attention.levels {
            let (Some(tier), Some(share)) = (level.tier, level.time_share) else { continue };
            let share = percent(Amount(i64::from(share) * 100), Decimals::None, self.language());
            let people = Phrase::People { count: level.people }.text(self.language());
            teller.say(&format!("{} ({people}): {share}", tier.label(self.language())))?;
        }
        let low = attention.levels.iter().find(|level| level.tier == Some(Tier::Low));
        teller.expect(
            "attention: 78 % of her time went to three people, red",
            low.is_some_and(|low| (low.people, low.time_share) == (3, Some(780)))
                && attention.colour == Some(Colour::Red),
        )?;
        teller.expect(
            "and nobody but Mihai was without any contact for two weeks",
            attention.without_contact == [self.cast.pairs[MIHAI].agent],
        )?;
        Ok(())
    }

    pub(super) async fn agree_on_a_plan(&mut self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("08:45  Maria and Andrei have a plan with two steps")?;
        let app = self.maria.app()?;
        let tenure = self.cast.pairs[ANDREI].tenure;
        let key = action_plan::new_key(tenure, &mut StdRng::seed_from_u64(1));
        self.plan = document(app, &action_plan::SPEC, key)?;
        app.edit(self.plan, |edit| action_plan::set_title(edit, "Fewer repeated calls"))?;
        let owner = Some(self.cast.pairs[ANDREI].agent);
        let step = |text: &str, due| NewStep { text: text.into(), owner, due: Some(due) };
        let first = step("Ask an open question before offering", day(3, 18)?);
        let second = step("Listen to two of your own calls", day(3, 10)?);
        self.step = app.edit(self.plan, |edit| action_plan::add_step(edit, &first))?;
        self.small_step = app.edit(self.plan, |edit| action_plan::add_step(edit, &second))?;
        self.maria.sync().await?;
        self.andrei.sync().await?;
        let seen = self.plan_of(&self.andrei)?;
        let due: Vec<_> = seen.steps.iter().map(|step| step.due).collect();
        teller.expect(
            "Andrei's phone shows both steps, due 18 and 10 March",
            due == [Some(day(3, 18)?), Some(day(3, 10)?)],
        )?;
        Ok(())
    }
}

const fn colour(colour: Colour) -> &'static str {
    match colour {
        Colour::Green => "green",
        Colour::Amber => "amber",
        Colour::Red => "red",
    }
}
