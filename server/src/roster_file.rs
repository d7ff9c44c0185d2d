//! Owns reading a roster out of a file: who is there, by what other systems know them, in which team, and who leads them. Pure; what is
//! missing of it is found here too, and done by the services.

mod plan;

pub use plan::{Plan, Present, Step, Whom, plan};

use crate::metrics::cell::{Cell, folded};
use crate::metrics::column::{Holds, meaning};
use crate::metrics::table::{Line, Table};
use crate::metrics::{FileError, Identifier, IdentifierKind, Limits, encoding};
use crate::name::Name;
use serde::Serialize;
use sync_core::content::Language;

/// What one line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line of the file; the first is 1.
    pub line: u64,
    /// What the person is called.
    pub name: Name,
    /// What they read.
    pub language: Language,
    /// By what other systems know them.
    pub identifiers: Vec<Identifier>,
    /// In which team they are led.
    pub team: Option<Name>,
    /// Its time zone.
    pub time_zone: Option<String>,
    /// Who leads them: any identifier, or a name.
    pub leader: Option<String>,
}

/// A line, or a cell of it, that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The line of the file.
    pub line: u64,
    /// The column, as we call it; empty when it is the whole line.
    pub column: &'static str,
    /// Why.
    pub reason: FaultReason,
}

/// Why a line cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultReason {
    /// More cells than columns, or fewer.
    WrongFieldCount,
    /// Not a name.
    InvalidName,
    /// Neither en nor ro nor zh.
    InvalidLanguage,
    /// Not a number, a login or an address.
    InvalidIdentifier,
    /// Somebody else has that number, login or address, here or on another line.
    Taken,
    /// Not a time zone such as Europe/Bucharest.
    InvalidTimeZone,
    /// A team that is not there needs its time zone.
    MissingTimeZone,
    /// A person with a leader needs a team.
    MissingTeam,
    /// Nobody is called that.
    UnknownLeader,
    /// More than one person is called that.
    AmbiguousPerson,
    /// Nobody leads themselves.
    SamePerson,
    /// Somebody else leads them: that is ended by hand.
    HasAnotherLeader,
}

impl FaultReason {
    /// The stable word.
    pub fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|word| Some(word.as_str()?.to_owned())).unwrap_or_default()
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RosterFile {
    /// Its good lines.
    pub entries: Vec<Entry>,
    /// The others.
    pub faults: Vec<Fault>,
    /// Columns that mean nothing to us.
    pub unknown_columns: Vec<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Name,
    Language,
    Identifier(IdentifierKind),
    Team,
    TimeZone,
    Leader,
}

impl Part {
    fn what(self) -> &'static str {
        match self {
            Self::Name => "the name",
            Self::Language => "the language",
            Self::Identifier(kind) => kind.as_str(),
            Self::Team => "the team",
            Self::TimeZone => "the time zone",
            Self::Leader => "the leader",
        }
    }
}

const LANGUAGE: &[&str] = &["language", "limba", "语言"];
const TEAM: &[&str] = &["team", "team name", "echipa", "团队", "班组"];
const TIME_ZONE: &[&str] = &["time zone", "timezone", "fus orar", "时区"];
const LEADER: &[&str] = &["leader", "team leader", "manager", "supervisor", "lider", "sef", "主管", "组长"];

fn part(header: &str) -> Option<Part> {
    let words = folded(header);
    let own =
        [(LANGUAGE, Part::Language), (TEAM, Part::Team), (TIME_ZONE, Part::TimeZone), (LEADER, Part::Leader)];
    let own = own.into_iter().find(|(names, _)| names.contains(&words.as_str())).map(|(_, part)| part);
    own.or_else(|| match meaning(header).0 {
        Holds::Name => Some(Part::Name),
        Holds::Person(kind) => Some(Part::Identifier(kind)),
        _ => None,
    })
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<RosterFile, FileError> {
    let limits = Limits::default();
    if bytes.len() > limits.bytes {
        return Err(FileError::TooLarge { what: "bytes", most: limits.bytes as u64 });
    }
    let (text, _) = encoding::decode(bytes, None)?;
    let table = Table::open(&text, None, &limits, |header| part(header).is_some())?;
    let parts: Vec<Option<Part>> = table.header.iter().map(|header| part(header)).collect();
    if !parts.contains(&Some(Part::Name)) {
        return Err(FileError::NoColumn("the name"));
    }
    refuse_twins(&table.header, &parts)?;
    let unknown = table.header.iter().zip(&parts).filter(|(_, part)| part.is_none());
    let mut file = RosterFile {
        unknown_columns: unknown.map(|(header, _)| header.clone()).collect(),
        ..RosterFile::default()
    };
    for line in table.lines().filter(|line| !line.is_blank()) {
        match entry(&line, &parts) {
            Ok(entry) => file.entries.push(entry),
            Err((column, reason)) => file.faults.push(Fault { line: line.number, column, reason }),
        }
    }
    Ok(file)
}

/// Of two columns that say one thing nobody knows which counts.
fn refuse_twins(header: &[String], parts: &[Option<Part>]) -> Result<(), FileError> {
    for (place, part) in parts.iter().enumerate() {
        let Some(known) = part else { continue };
        if let Some(first) = parts[..place].iter().position(|before| before == part) {
            let (first, second) = (header[first].clone(), header[place].clone());
            return Err(FileError::TwoColumns { what: known.what(), first, second });
        }
    }
    Ok(())
}

fn entry(line: &Line<'_>, parts: &[Option<Part>]) -> Result<Entry, (&'static str, FaultReason)> {
    if !line.has_columns(parts.len()) {
        return Err(("", FaultReason::WrongFieldCount));
    }
    let text = |wanted: Part| {
        let at = parts.iter().position(|part| *part == Some(wanted))?;
        Some(Cell::read(&line.cells[at]).text()?.into_owned())
    };
    let name = |text: &str| Name::parse(text).map_err(|_| FaultReason::InvalidName);
    let language = text(Part::Language)
        .map(|word| Language::parse(&word.to_lowercase()).ok_or(("language", FaultReason::InvalidLanguage)));
    let identifier = |kind: IdentifierKind| {
        let read = Identifier::parse(kind, &text(Part::Identifier(kind))?);
        Some(read.map_err(|_| (kind.as_str(), FaultReason::InvalidIdentifier)))
    };
    let time_zone = text(Part::TimeZone).map(|zone| match jiff::tz::TimeZone::get(&zone) {
        Ok(_) => Ok(zone),
        Err(_) => Err(("time_zone", FaultReason::InvalidTimeZone)),
    });
    let team = text(Part::Team).map(|team| name(&team).map_err(|reason| ("team", reason)));
    Ok(Entry {
        line: line.number,
        name: name(&text(Part::Name).unwrap_or_default()).map_err(|reason| ("name", reason))?,
        language: language.transpose()?.unwrap_or_default(),
        identifiers: IdentifierKind::ALL.into_iter().filter_map(identifier).collect::<Result<_, _>>()?,
        team: team.transpose()?,
        time_zone: time_zone.transpose()?,
        leader: text(Part::Leader),
    })
}

#[cfg(test)]
mod tests;
