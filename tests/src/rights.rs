//! Owns the table of rights as the description of the product has it (domain, section 2.5), written down by hand, and who is what
//! to whom in the office of this story. Nothing here asks the policy.

pub mod matrix;
pub mod office;
mod plant;

use May::{Nothing, Own, Read, Write};

/// What somebody may do with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum May {
    /// Not even know of it.
    Nothing,
    /// Read it, and say so where there is room for that.
    Read,
    /// Read it, and write entries of their own in it.
    Own,
    /// Read and write it.
    Write,
}

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// The agent concerned; of what is everybody's, whoever works there.
    Agent,
    /// Their leader.
    Leader,
    /// Head of operations.
    Head,
    /// HR partner.
    Hr,
    /// Who led the agent before, for thirty days.
    Before,
}

/// The rows, by the stable name of the kind: agent, leader, head of operations, HR partner, who led before. What is an author's alone is in no
/// column: [`may`] knows its author.
const TABLE: &[(&str, [May; 5])] = &[
    ("partnership", [Write, Write, Nothing, Nothing, Nothing]),
    ("meeting", [Write, Write, Nothing, Nothing, Nothing]),
    ("feedback_log", [Write, Write, Nothing, Nothing, Nothing]),
    // A head sees titles and states in a read model, and no document.
    ("goal_set", [Write, Write, Nothing, Nothing, Nothing]),
    // A head sees counts.
    ("action_plan", [Write, Write, Nothing, Nothing, Nothing]),
    ("wellbeing_log", [Write, Read, Nothing, Nothing, Nothing]),
    // A head sees that something was adjusted; an HR partner reads what is shared, and here nobody shares it.
    ("circumstance", [Write, Write, Nothing, Nothing, Nothing]),
    ("team_goals", [Read, Write, Write, Read, Nothing]),
    ("team_policy", [Read, Write, Write, Read, Nothing]),
    ("org_strategy", [Read, Read, Write, Read, Nothing]),
    ("team_meeting", [Write, Write, Read, Nothing, Nothing]),
    ("group_meeting", [Write, Write, Nothing, Nothing, Nothing]),
    ("team_board", [Own, Write, Read, Nothing, Nothing]),
    ("team_blockers", [Own, Write, Read, Nothing, Nothing]),
    // Author only.
    ("private_log", [Nothing; 5]),
    ("floor_walk", [Nothing; 5]),
    ("tier_note", [Nothing; 5]),
    ("manager_reflection", [Nothing; 5]),
    ("wellbeing_private", [Nothing; 5]),
    // What each side brings to it is theirs: who led before the note, the agent the texts.
    ("hand_over", [Own, Read, Nothing, Nothing, Own]),
];

/// The same of what only the server writes.
const NUMBERS: [May; 5] = [Read, Read, Nothing, Nothing, Nothing];
const TENURE: [May; 5] = [Read, Read, Nothing, Nothing, Read];
const TEAM: [May; 5] = [Read, Read, Read, Read, Nothing];
const GROUP: [May; 5] = [Read, Read, Nothing, Nothing, Nothing];

/// Whoever has a phone in this office, and one phone that was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Leads Andrei and Ioana in the evening.
    Maria,
    /// Is led by Maria, and was by Radu.
    Andrei,
    /// Is led by Maria.
    Ioana,
    /// Was led by Maria, and is in no team now.
    Dan,
    /// Led Andrei before Maria, and hands over.
    Radu,
    /// Leads at night.
    Vlad,
    /// Is led by Vlad.
    Elena,
    /// Head of operations of the evening.
    Olga,
    /// Head of operations of all teams.
    Horia,
    /// HR partner of the evening.
    Hanna,
    /// HR partner of all teams.
    Hugo,
    /// Was HR partner of the evening.
    Petra,
    /// Led in Maria's place for a time that is over.
    Sorin,
    /// Works there, and has nothing to do with anybody.
    Nadia,
    /// The phone that Andrei lost: it was taken away.
    AndreisTablet,
    /// Leads in another organisation, and is its head of operations.
    Zoe,
    /// Is led by Zoe.
    Yusuf,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Maria,
        Self::Andrei,
        Self::Ioana,
        Self::Dan,
        Self::Radu,
        Self::Vlad,
        Self::Elena,
        Self::Olga,
        Self::Horia,
        Self::Hanna,
        Self::Hugo,
        Self::Petra,
        Self::Sorin,
        Self::Nadia,
        Self::AndreisTablet,
        Self::Zoe,
        Self::Yusuf,
    ];

    /// Whether they belong to the other organisation.
    pub const fn is_abroad(self) -> bool {
        matches!(self, Self::Zoe | Self::Yusuf)
    }
}

/// Whose documents are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Maria's and Andrei's.
    OwnPair,
    /// Maria's and Ioana's: another pair of the same team.
    OtherPair,
    /// Radu's and Andrei's: an earlier tenure of the same agent.
    EarlierPair,
    /// Vlad's and Elena's: in another team.
    NightPair,
    /// Zoe's and Yusuf's: in another organisation.
    PairAbroad,
    /// The team of the evening.
    Evening,
    /// The team of the night.
    Night,
    /// A team of another organisation.
    TeamAbroad,
    /// That of Ioana and Dan, whom Maria coached together before Dan left.
    Group,
    /// Everybody's.
    Everybody,
    /// Everybody's of the other organisation.
    EverybodyAbroad,
    /// One person's alone.
    Alone(Who),
}

impl Place {
    /// All that several people share, in the order of [`STANDING`].
    pub const SHARED: [Self; 11] = [
        Self::OwnPair,
        Self::OtherPair,
        Self::EarlierPair,
        Self::NightPair,
        Self::Evening,
        Self::Night,
        Self::Group,
        Self::Everybody,
        Self::PairAbroad,
        Self::TeamAbroad,
        Self::EverybodyAbroad,
    ];
    /// Whose own documents there are.
    pub const ALONE: [Self; 4] =
        [Self::Alone(Who::Maria), Self::Alone(Who::Andrei), Self::Alone(Who::Ioana), Self::Alone(Who::Radu)];

    /// Whether it belongs to the other organisation.
    pub const fn is_abroad(self) -> bool {
        match self {
            Self::PairAbroad | Self::TeamAbroad | Self::EverybodyAbroad => true,
            Self::Alone(who) => who.is_abroad(),
            Self::OwnPair
            | Self::OtherPair
            | Self::EarlierPair
            | Self::NightPair
            | Self::Evening
            | Self::Night
            | Self::Group
            | Self::Everybody => false,
        }
    }
}

const A: Option<Column> = Some(Column::Agent);
const L: Option<Column> = Some(Column::Leader);
const O: Option<Column> = Some(Column::Head);
const H: Option<Column> = Some(Column::Hr);
const B: Option<Column> = Some(Column::Before);
const N: Option<Column> = None;

/// In which column of the table somebody stands where, in the order of [`Place::SHARED`]: own pair, other pair, earlier pair,
/// pair of the night; evening, night, the group, everybody; and the other organisation. Whoever's seat has ended stands nowhere. Who answers
/// for one team alone is one of many among everybody.
const STANDING: [(Who, [Option<Column>; 11]); 17] = [
    (Who::Maria, [L, L, N, N, L, N, L, L, N, N, N]),
    (Who::Andrei, [A, N, A, N, A, N, N, A, N, N, N]),
    (Who::Ioana, [N, A, N, N, A, N, A, A, N, N, N]),
    (Who::Dan, [N, N, N, N, N, N, N, A, N, N, N]),
    (Who::Radu, [B, N, N, N, N, N, N, A, N, N, N]),
    (Who::Vlad, [N, N, N, L, N, L, N, L, N, N, N]),
    (Who::Elena, [N, N, N, A, N, A, N, A, N, N, N]),
    (Who::Olga, [O, O, O, N, O, N, O, A, N, N, N]),
    (Who::Horia, [O, O, O, O, O, O, O, O, N, N, N]),
    (Who::Hanna, [H, H, H, N, H, N, H, A, N, N, N]),
    (Who::Hugo, [H, H, H, H, H, H, H, H, N, N, N]),
    (Who::Petra, [N, N, N, N, N, N, N, A, N, N, N]),
    (Who::Sorin, [N, N, N, N, N, N, N, A, N, N, N]),
    (Who::Nadia, [N, N, N, N, N, N, N, A, N, N, N]),
    (Who::AndreisTablet, [N; 11]),
    (Who::Zoe, [N, N, N, N, N, N, N, N, L, L, O]),
    (Who::Yusuf, [N, N, N, N, N, N, N, N, A, A, A]),
];

/// The names of the kinds that the table has a row for.
pub fn rows() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(kind, _)| *kind)
}

/// What somebody may do with a document of this kind; nothing for a kind without a row.
pub fn may(who: Who, place: Place, kind: &str) -> May {
    match place {
        Place::Alone(author) if author == who => Write,
        _ => TABLE.iter().find(|(row, _)| *row == kind).map_or(Nothing, |(_, row)| cell(who, place, row)),
    }
}

/// What somebody may do with the numbers about the agent of a pair.
pub fn may_numbers(who: Who, pair: Place) -> May {
    cell(who, pair, &NUMBERS)
}

/// What somebody may do with the record of a pair, or of a team.
pub fn may_record(who: Who, place: Place) -> May {
    match place {
        Place::OwnPair | Place::OtherPair | Place::EarlierPair | Place::NightPair | Place::PairAbroad => {
            cell(who, place, &TENURE)
        }
        Place::Evening | Place::Night | Place::TeamAbroad => cell(who, place, &TEAM),
        Place::Group => cell(who, place, &GROUP),
        Place::Everybody | Place::EverybodyAbroad | Place::Alone(_) => Nothing,
    }
}

fn cell(who: Who, place: Place, row: &[May; 5]) -> May {
    stands(who, place).map_or(Nothing, |column| row[column as usize])
}

fn stands(who: Who, place: Place) -> Option<Column> {
    let at = Place::SHARED.iter().position(|shared| *shared == place);
    STANDING.iter().find(|(of, _)| *of == who).zip(at).and_then(|((_, at_all), at)| at_all[at])
}
