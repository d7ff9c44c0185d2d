//! Owns what was before the day: the office, three phones of thirteen people, and a winter of talks.

use super::super::stage::{Enrolling, Instance, Stage};
use super::super::story_clock::StoryClock;
use super::super::teller::Teller;
use super::{ANDREI, Floor, LI_NA, MIHAI, Settings, day, document, today};
use crate::sample::cast::{AGENTS, Cast, HEAD, LEADER, Pair, TEAM};
use crate::sample::diary::{later, moment};
use crate::services::roster::NewTenure;
use sync_core::coaching::measure::{Measure, MeasureKind};
use sync_core::coaching::meeting;
use sync_core::coaching::partnership::{self, Term};
use sync_core::coaching::team_goals::{self, NewTeamGoal};
use sync_core::coaching::tier_note::{self, Month, Tier};
use sync_core::document::{Amount, Splice};
use sync_core::ids::{DocId, ItemId, PersonId};
use sync_core::replica::Tenure;
use sync_core::sync::live::LivePolicy;
use sync_core::time::Day;

/// What Maria expects of Andrei, and he of her.
const EXPECTED: [(Term, &str); 2] = [
    (Term::ExpectOfAgent, "Spuneți-mi din timp când ceva nu merge."),
    (Term::ExpectOfManager, "Un răspuns în două zile, și atunci când este nu."),
];

/// The team's goals: what they are called, the key figure, and where it is to be, in thousandths.
const TEAM_GOALS: [(&str, &str, i64); 2] = [
    ("Calls that others can learn from", "quality", 85_000),
    ("Done, and not longer", "handle_time", 330_000),
];

impl Floor {
    pub(super) async fn gather(
        stage: &mut Stage,
        server: &Instance,
        (settings, clock): (&Settings, StoryClock),
        teller: &mut Teller,
    ) -> anyhow::Result<Self> {
        teller.chapter("In winter  The office: a leader, twelve agents, three phones in this story")?;
        let cast = roster(stage, server).await?;
        let phone =
            |person, owner, file, seed| Enrolling { person, owner, file, live: LivePolicy::Follow, seed };
        let maria = stage.enroll(server, &phone(cast.leader, "Maria", "maria", 11)).await?;
        let andrei = stage.enroll(server, &phone(cast.pairs[ANDREI].agent, "Andrei", "andrei", 12)).await?;
        let li_na = stage.enroll(server, &phone(cast.pairs[LI_NA].agent, "李娜", "li-na", 13)).await?;
        for (phone, tenures) in [(&maria, 12), (&andrei, 1), (&li_na, 1)] {
            phone.sync().await?;
            let me = phone.app()?.identity().person;
            let partner = |t: Tenure| if t.leader.id == me { t.agent.name } else { t.leader.name };
            let names: Vec<String> = phone.app()?.tenures()?.into_iter().map(partner).collect();
            let shown = if names.len() > 1 { format!("{} people", names.len()) } else { names.join("") };
            teller.expect(
                &format!("{} scanned an invitation and sees {shown}", phone.owner),
                names.len() == tenures,
            )?;
        }
        let nothing = DocId::from_bytes([0; 16]);
        let none = ItemId::from_bytes([0; 8]);
        Ok(Self {
            settings: settings.clone(),
            clock,
            cast,
            maria,
            andrei,
            li_na,
            plan: nothing,
            step: none,
            small_step: none,
            walk: nothing,
            wednesday: nothing,
        })
    }

    /// What Maria's phone has of the weeks before: a level for each, talks, and a contract with Andrei.
    pub(super) async fn live_through_winter(&self) -> anyhow::Result<()> {
        for pair in &self.cast.pairs {
            self.think_of(pair)?;
        }
        for (number, day, minutes) in talks()? {
            self.remember_talk(&self.cast.pairs[number], day, minutes)?;
        }
        self.set_team_goals()?;
        self.sign_a_contract().await?;
        self.set_clock(today()?, 8 * 60 + 30);
        self.maria.sync().await
    }

    /// What the team is to reach in the quarter: whoever has no goal of their own is measured by that.
    fn set_team_goals(&self) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let goals = document(app, &team_goals::SPEC, team_goals::key(self.cast.team, today()?.quarter()))?;
        for (title, kpi, target) in TEAM_GOALS {
            let measure = Some(Measure { kind: MeasureKind::Kpi, what: kpi.into() });
            let (title, why, target) = (title.into(), String::new(), Some(Amount(target)));
            let new = NewTeamGoal { title, why, measure, target, due: None };
            app.edit(goals, |edit| team_goals::add_team_goal(edit, &new))?;
        }
        Ok(())
    }

    fn think_of(&self, pair: &Pair) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let key = tier_note::key(self.cast.leader, pair.agent, today()?.quarter());
        let note = document(app, &tier_note::SPEC, key)?;
        Ok(app.edit(note, |edit| tier_note::set_tier(edit, Month::Second, Some(pair.who.tier)))?)
    }

    fn remember_talk(&self, pair: &Pair, day: Day, minutes: i64) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let talk = document(app, &meeting::SPEC, meeting::key(pair.tenure, day))?;
        let start = moment(day, 10 * 60);
        Ok(app.edit(talk, |edit| {
            meeting::begin(edit, start)?;
            meeting::end(edit, start.plus_ms(minutes * 60_000))
        })?)
    }

    async fn sign_a_contract(&self) -> anyhow::Result<()> {
        let key = partnership::key(self.cast.pairs[ANDREI].tenure, today()?.year());
        let contract = document(self.maria.app()?, &partnership::SPEC, key)?;
        for (term, text) in EXPECTED {
            let typed = Splice::insert(0, text);
            self.maria.app()?.edit(contract, |edit| partnership::edit_term(edit, term, &typed))?;
        }
        let review = super::wednesday()?;
        self.maria.app()?.edit(contract, |edit| partnership::set_review_day(edit, Some(review)))?;
        self.sync_both().await?;
        for phone in [&self.maria, &self.andrei] {
            phone.app()?.edit(contract, partnership::agree)?;
            self.sync_both().await?;
        }
        Ok(())
    }
}

/// Everybody, by the names and numbers of the cast.
async fn roster(stage: &mut Stage, server: &Instance) -> anyhow::Result<Cast> {
    let leader = stage.found(server, LEADER.name).await?;
    let head = stage.hire(server, HEAD.name, HEAD.language).await?;
    let team = stage.add_team(server, TEAM).await?;
    let mut pairs = Vec::new();
    for who in &AGENTS {
        let agent: PersonId = stage.hire(server, who.name, who.language).await?;
        stage.number(server, agent, who.staff_number).await?;
        let tenure = stage.pair(server, NewTenure { team, leader, agent }).await?;
        pairs.push(Pair { who, agent, tenure });
    }
    Ok(Cast { org: stage.org, team, leader, head, pairs })
}

/// Who talked when, and for how many minutes. Those of whom Maria thinks that they need help had 780 of the 1,000 minutes of the
/// last four weeks; Mihai had his last talk 41 days ago.
fn talks() -> anyhow::Result<Vec<(usize, Day, i64)>> {
    let mut talks = vec![(MIHAI, later(today()?, -41), 30)];
    let mut others = 0;
    for (number, who) in AGENTS.iter().enumerate().filter(|(number, _)| *number != MIHAI) {
        if who.tier == Tier::Low {
            for week in 0..4 {
                talks.push((number, later(day(2, 11)?, 7 * week), 65));
            }
            continue;
        }
        others += 1;
        talks.push((number, day(3, 3 + (others % 2) * 2)?, if others <= 4 { 30 } else { 25 }));
    }
    Ok(talks)
}
