//! Owns how a year is put down: acts, each of them what one person did in one document at one moment.

use super::Settings;
use super::cast::{Cast, Pair};
use super::words::Words;
use super::writing::Written;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sync_core::coaching::{Kind, KindSpec};
use sync_core::content::Language;
use sync_core::document::{Edit, EditError};
use sync_core::ids::PersonId;
use sync_core::key::NaturalKey;
use sync_core::time::{Day, Timestamp};

/// What is done in a document; it may look into what was written elsewhere before.
pub type Verb = Box<dyn Fn(&mut Edit<'_>, &Written) -> Result<(), EditError> + Send + Sync>;

/// What one person did in one document at one moment: one change, as a phone makes one of everything since its last sync.
pub struct Act {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// In which kind of document.
    pub kind: Kind,
    /// In which one.
    pub key: NaturalKey,
    /// What.
    pub verb: Verb,
}

/// Everything that was done so far.
pub(super) struct Diary<'a> {
    pub cast: &'a Cast,
    pub words: Words,
    pub dice: StdRng,
    pub settings: Settings,
    acts: Vec<Act>,
}

impl<'a> Diary<'a> {
    pub fn new(cast: &'a Cast, settings: Settings) -> Self {
        // Not the dice that named the people: what is written must not depend on how many names there are.
        let dice = StdRng::seed_from_u64(settings.seed ^ 0x59_45_41_52);
        Self { cast, words: Words::new(), dice, settings, acts: Vec::new() }
    }

    /// Puts down an act, unless it would be after the last day.
    pub fn put(
        &mut self,
        (by, at): (PersonId, Timestamp),
        (spec, key): (&'static KindSpec, NaturalKey),
        verb: impl Fn(&mut Edit<'_>, &Written) -> Result<(), EditError> + Send + Sync + 'static,
    ) {
        if at < moment(later(self.settings.until, 1), 0) {
            self.acts.push(Act { by, at, kind: Kind::of(spec), key, verb: Box::new(verb) });
        }
    }

    /// Everything, in the order of time; what is at one moment in the order in which it was put down.
    pub fn close(self) -> Vec<Act> {
        let mut acts = self.acts;
        acts.sort_by_key(|act| act.at);
        acts
    }

    /// A sentence, in the language of the agent.
    pub fn say(&mut self, pair: &Pair, section: &str) -> &'static str {
        self.words.pick(pair.who.language, section, &mut self.dice)
    }

    /// A sentence for everybody's eyes.
    pub fn say_to_leader(&mut self, section: &str) -> &'static str {
        self.words.pick(Language::Ro, section, &mut self.dice)
    }

    /// Whether something comes about that does so many times in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.dice.random_range(0..100) < percent
    }

    /// A number of this range.
    pub fn any<T>(&mut self, range: impl rand::distr::uniform::SampleRange<T>) -> T
    where
        T: rand::distr::uniform::SampleUniform,
    {
        self.dice.random_range(range)
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.dice.random_range(0..choices.len())]
    }

    /// The Mondays of the sample, with the one after it: for then meetings are planned already.
    pub fn mondays(&self) -> Vec<Day> {
        let first = self.settings.first_monday();
        (0..=i32::from(self.settings.weeks)).map(|week| later(first, 7 * week)).collect()
    }
}

/// A day so many days later, or earlier.
pub fn later(day: Day, days: i32) -> Day {
    day.plus_days(days).expect("a sample is a few years from its last day, and the calendar has thousands")
}

/// A moment of a day, by minutes since midnight as the clock in Bucharest shows them in winter.
pub fn moment(day: Day, minute: i64) -> Timestamp {
    let first = Day::new(1970, 1, 1).expect("the first day of the count exists");
    Timestamp(i64::from(day.days_since(first)) * 86_400_000 + (minute - 120) * 60_000)
}
