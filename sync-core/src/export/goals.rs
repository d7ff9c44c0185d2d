//! Owns a quarter's goals on paper.

use super::closing::{acknowledged, conflicts};
use super::page::Page;
use crate::coaching::earlier::Earlier;
use crate::coaching::goal_set::{GoalSetView, GoalView};
use crate::coaching::measure::{Measure, MeasureKind};
use crate::content::Heading;
use crate::content::format::{self, Decimals};
use crate::content::{Label, Labelled, Language};
use crate::document::Amount;
use crate::metric::kpi;

pub(super) fn goal_set(page: &mut Page<'_>, view: &GoalSetView) {
    view.goals.iter().for_each(|one| goal(page, one));
    conflicts(page, &view.conflicts);
}

fn goal(page: &mut Page<'_>, goal: &GoalView) {
    let (reader, language) = (page.reader, page.reader.language);
    page.named_part(&goal.title);
    page.fact(Heading::State, Some(goal.state.label(language)));
    page.fact(Heading::Agreement, Some(goal.agreement.label(language)));
    from_before(page, goal.from);
    page.fact(Heading::Why, Some(goal.why.as_str()));
    measured(page, goal.measure.as_ref());
    page.fact(Heading::Baseline, goal.baseline.map(|amount| number(amount, language)));
    page.fact(Heading::Target, goal.target.map(|amount| number(amount, language)));
    page.fact(Heading::Due, goal.due.map(|due| reader.day(due)));
    let one_sided = goal.is_one_sided.then(|| Label::OneSided.text(language));
    page.fact(Heading::Commitments, one_sided);
    for one in &goal.commitments {
        let due = page.named(Heading::Due, one.due.map(|due| reader.day(due)));
        page.item(&one.text, vec![one.side.map(|side| side.label(language)), due], one.removed.as_ref());
    }
    for one in &goal.progress {
        let value = one.value.map(|amount| number(amount, language));
        let (at, by) = (one.at.map(|at| reader.moment(at)), one.by.map(|by| reader.name(by)));
        let what = format!("{}: {}", page.say(Heading::Progress), one.note);
        page.item(&what, vec![value, at, by], one.removed.as_ref());
    }
    acknowledged(page, &goal.acks);
    if let Some(removal) = &goal.removed {
        page.item(&goal.title, Vec::new(), Some(removal));
    }
}

/// That something was copied from what the agent had with somebody before.
pub(super) fn from_before(page: &mut Page<'_>, from: Option<Earlier>) {
    if from.is_some() {
        let said = page.say(Heading::FromBefore);
        page.item(&said, Vec::new(), None);
    }
}

/// How something is measured.
pub(super) fn measured(page: &mut Page<'_>, measure: Option<&Measure>) {
    let language = page.reader.language;
    page.fact(Heading::Measure, measure.map(|measure| measure_text(measure, language)));
}

/// What is measured: the name of a figure in the reader's language, all else as it was written.
pub(super) fn measure_text(measure: &Measure, language: Language) -> String {
    match measure.kind {
        MeasureKind::Kpi => {
            kpi(&measure.what).map_or(measure.what.as_str(), |kpi| kpi.names.of(language)).to_owned()
        }
        MeasureKind::Count | MeasureKind::Behaviour => measure.what.clone(),
    }
}

/// A number without digits that say nothing.
pub(super) fn number(amount: Amount, language: Language) -> String {
    let decimals = match amount.0.unsigned_abs() % 1_000 {
        0 => Decimals::None,
        part if part % 100 == 0 => Decimals::One,
        part if part % 10 == 0 => Decimals::Two,
        _ => Decimals::Three,
    };
    format::number(amount, decimals, language)
}
