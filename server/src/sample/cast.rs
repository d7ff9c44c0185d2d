//! Owns who is in the sample and in the demo: a leader, a head of operations and twelve agents, all of them invented, and their ids.

use rand::SeedableRng;
use rand::rngs::StdRng;
use sync_core::coaching::tier_note::Tier;
use sync_core::content::Language;
use sync_core::ids::{OrgId, PersonId, TeamId, TenureId};

/// What the organisation is called.
pub const ORGANISATION: &str = "Sunrise Support";
/// What the team is called.
pub const TEAM: &str = "Evening shift";
/// Where the team is.
pub const TIME_ZONE: &str = "Europe/Bucharest";
/// Who leads the team.
pub const LEADER: Character = character("Maria Ionescu", Language::Ro, "10001", Tier::Steady);
/// Who answers for the teams.
pub const HEAD: Character = character("Carmen Dobre", Language::Ro, "10000", Tier::Steady);

/// Somebody of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Character {
    /// What they are called.
    pub name: &'static str,
    /// What they read and write.
    pub language: Language,
    /// By which number the files of the call-centre system know them: the one of the fixtures of numbers.
    pub staff_number: &'static str,
    /// What their leader thinks of how they do.
    pub tier: Tier,
}

/// Who is led.
pub static AGENTS: [Character; 12] = [
    character("Andrei Popescu", Language::Ro, "10019", Tier::Steady),
    character("Ioana Țîrlea", Language::Ro, "10012", Tier::High),
    character("Mihai Șerban", Language::Ro, "10015", Tier::Steady),
    character("Elena Dumitrescu", Language::Ro, "10022", Tier::Steady),
    character("Răzvan Ilie", Language::Ro, "10027", Tier::Low),
    character("李娜", Language::Zh, "10031", Tier::High),
    character("王伟", Language::Zh, "10032", Tier::Steady),
    character("陈静", Language::Zh, "10036", Tier::Steady),
    character("Sarah Owens", Language::En, "10231", Tier::Steady),
    character("Tom Becker", Language::En, "10244", Tier::Low),
    character("Priya Nair", Language::En, "10250", Tier::High),
    character("Diego Ruiz", Language::En, "10258", Tier::Low),
];

const fn character(
    name: &'static str,
    language: Language,
    staff_number: &'static str,
    tier: Tier,
) -> Character {
    Character { name, language, staff_number, tier }
}

/// Everybody with their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// The organisation.
    pub org: OrgId,
    /// The team.
    pub team: TeamId,
    /// Who leads it.
    pub leader: PersonId,
    /// Who answers for it.
    pub head: PersonId,
    /// The agents, in the order of [`AGENTS`].
    pub pairs: Vec<Pair>,
}

/// The leader and one agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Who the agent is in the story.
    pub who: &'static Character,
    /// Their id.
    pub agent: PersonId,
    /// The two.
    pub tenure: TenureId,
}

impl Cast {
    /// Everybody as this seed names them.
    pub fn of_seed(seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let org = OrgId::random(&mut dice);
        let team = TeamId::random(&mut dice);
        let (leader, head) = (PersonId::random(&mut dice), PersonId::random(&mut dice));
        let pair =
            |who| Pair { who, agent: PersonId::random(&mut dice), tenure: TenureId::random(&mut dice) };
        Self { org, team, leader, head, pairs: AGENTS.iter().map(pair).collect() }
    }
}
