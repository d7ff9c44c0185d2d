//! Owns the banks of sentences that the people of the sample write: one file for each language, one section for each place.

use rand::RngExt;
use rand::rngs::StdRng;
use std::collections::BTreeMap;
use sync_core::content::Language;

const EN: &str = include_str!("words/en.txt");
const RO: &str = include_str!("words/ro.txt");
const ZH: &str = include_str!("words/zh.txt");
const TEAM: &str = include_str!("words/team.txt");

/// The sentences of one file, by section.
pub type Bank = BTreeMap<&'static str, Vec<&'static str>>;

/// All banks.
#[derive(Debug)]
pub struct Words {
    en: Bank,
    ro: Bank,
    zh: Bank,
    team: Bank,
}

impl Words {
    /// The banks of this program.
    pub fn new() -> Self {
        Self { en: bank(EN), ro: bank(RO), zh: bank(ZH), team: bank(TEAM) }
    }

    /// What somebody may write there.
    pub fn of(&self, language: Language, section: &str) -> &[&'static str] {
        let bank = self.bank(language);
        bank.get(section).expect("every section is in the files of all languages: a test compares them")
    }

    /// One of that.
    pub fn pick(&self, language: Language, section: &str, dice: &mut StdRng) -> &'static str {
        let all = self.of(language, section);
        all[dice.random_range(0..all.len())]
    }

    /// What is written for the whole team, in the one language that they share.
    pub fn of_team(&self, section: &str) -> &[&'static str] {
        self.team.get(section).expect("every section is in the team's file: each of them is used in a test")
    }

    pub(super) const fn bank(&self, language: Language) -> &Bank {
        match language {
            Language::En => &self.en,
            Language::Ro => &self.ro,
            Language::Zh => &self.zh,
        }
    }
}

/// `# section`, then a sentence on each line.
fn bank(file: &'static str) -> Bank {
    let mut bank = Bank::new();
    let mut section = "";
    for line in file.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix("# ") {
            Some(next) => section = next,
            None => bank.entry(section).or_default().push(line),
        }
    }
    bank
}
