//! Owns how each pair works together: contract, rhythm, what they want to bring up, and what is different for a while.

use super::super::cast::Pair;
use super::super::diary::{Diary, later, moment};
use std::collections::BTreeSet;
use sync_core::coaching::circumstance::{self, Measured, NewArrangement, Period};
use sync_core::coaching::item::Area;
use sync_core::coaching::meeting::Slot;
use sync_core::coaching::partnership::{self, BacklogKind, Cadence, NewBacklogItem, Rhythm, Term};
use sync_core::document::{Amount, Splice};
use sync_core::time::{Day, Year};

/// The terms of a contract, and the section of words for each.
const TERMS: [(Term, &str); 7] = [
    (Term::ExpectOfAgent, "expect_agent"),
    (Term::ExpectOfManager, "expect_leader"),
    (Term::Hopes, "hope"),
    (Term::Worries, "worry"),
    (Term::Motivates, "motivate"),
    (Term::Demotivates, "demotivate"),
    (Term::FeedbackStyle, "style"),
];

pub(super) fn write(diary: &mut Diary<'_>, number: usize) {
    let pair = diary.cast.pairs[number];
    let (first, until) = (diary.settings.first_monday(), diary.settings.until);
    let years: BTreeSet<Year> =
        diary.mondays().into_iter().filter(|monday| *monday <= until).map(Day::year).collect();
    for year in years {
        let begins = year.first_day().max(first);
        agree(diary, (&pair, number), (year, begins));
        bring_up(diary, &pair, (year, begins));
    }
    // Most have nothing of the kind.
    if number.is_multiple_of(2) {
        let weeks = i32::from(diary.settings.weeks);
        let day = later(first, 7 * (weeks * (number as i32 + 1) / 14));
        differ(diary, &pair, day);
    }
}

fn agree(diary: &mut Diary<'_>, (pair, number): (&Pair, usize), (year, begins): (Year, Day)) {
    let place = (&partnership::SPEC, partnership::key(pair.tenure, year));
    let leader = diary.cast.leader;
    let day = later(begins.monday(), 7 + 1 + (number % 3) as i32);
    let minute = 9 * 60 + 45 * (number / 3) as u16;
    let cadence = Cadence {
        rhythm: Rhythm::Weekly,
        first: Slot { day: later(begins.monday(), 1 + (number % 3) as i32), minute: Some(minute) },
        minutes: Some(30),
        place: Some("Room 3".to_owned()),
    };
    let terms = TERMS.map(|(term, section)| (term, diary.say(pair, section)));
    let bring: Vec<_> = (0..2).map(|_| diary.say(pair, "bring")).collect();
    let about = diary.say(pair, "about");
    let review = later(until_of(diary), 20);
    diary.put((leader, moment(day, 12 * 60)), place, move |edit, _| {
        partnership::set_cadence(edit, &cadence)?;
        for (term, text) in terms {
            partnership::edit_term(edit, term, &Splice::insert(0, text))?;
        }
        bring.iter().try_for_each(|what| partnership::add_to_bring(edit, what).map(drop))?;
        partnership::set_review_day(edit, Some(review))
    });
    diary.put((pair.agent, moment(day, 12 * 60 + 10)), place, move |edit, _| {
        partnership::edit_about_me(edit, &Splice::insert(0, about))
    });
    for (person, minute) in [(leader, 12 * 60 + 20), (pair.agent, 12 * 60 + 30)] {
        diary.put((person, moment(day, minute)), place, |edit, _| partnership::agree(edit));
    }
}

fn until_of(diary: &Diary<'_>) -> Day {
    diary.settings.until
}

/// Every five weeks or so the agent adds something to the list for one of the next talks.
fn bring_up(diary: &mut Diary<'_>, pair: &Pair, (year, begins): (Year, Day)) {
    let place = (&partnership::SPEC, partnership::key(pair.tenure, year));
    for monday in diary.mondays() {
        if monday.year() != year || monday < begins || !diary.chance(20) {
            continue;
        }
        let kinds = [BacklogKind::Topic, BacklogKind::Request, BacklogKind::Idea, BacklogKind::Status];
        let new = NewBacklogItem {
            text: diary.say(pair, "topic").to_owned(),
            kind: diary.one_of(&kinds),
            area: Some(diary.one_of(&[Area::Business, Area::People, Area::Process])),
            before_next: diary.chance(10),
        };
        let at = moment(later(monday, 3), 13 * 60);
        diary.put((pair.agent, at), place, move |edit, _| partnership::add_backlog(edit, &new).map(drop));
    }
}

/// Three weeks with other hours and another target.
fn differ(diary: &mut Diary<'_>, pair: &Pair, from: Day) {
    let key = circumstance::new_key(pair.tenure, &mut diary.dice);
    let period = Period { from, until: later(from, 20) };
    let new = NewArrangement { what: diary.say(pair, "arrangement").to_owned(), period };
    let reason = diary.say(pair, "reason");
    let place = (&circumstance::SPEC, key);
    diary.put((diary.cast.leader, moment(later(from, -3), 10 * 60)), place, move |edit, _| {
        circumstance::set_period(edit, period)?;
        circumstance::set_circumstance_review(edit, Some(period.until))?;
        circumstance::add_arrangement(edit, &new)?;
        circumstance::add_exception(
            edit,
            &Measured::Kpi { name: "handle_time".to_owned() },
            Amount(420_000),
        )?;
        circumstance::edit_reason(edit, &Splice::insert(0, reason))
    });
}
