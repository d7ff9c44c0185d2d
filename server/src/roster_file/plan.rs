//! Owns what is missing of a roster: the steps from what is there to what a file says. Nothing is taken away, and what is there already
//! is no step, so the same file again has none.

use super::{Entry, Fault, FaultReason, RosterFile};
use crate::metrics::people::Called;
use crate::metrics::{Directory, Identifier, IdentifierKind, KnownPerson};
use crate::name::Name;
use std::collections::{HashMap, HashSet};
use sync_core::ids::{PersonId, TeamId};

/// What is there.
#[derive(Debug, Clone, Default)]
pub struct Present {
    /// The people.
    pub people: Vec<KnownPerson>,
    /// The teams.
    pub teams: Vec<(TeamId, Name)>,
    /// Who leads whom now.
    pub tenures: Vec<(PersonId, PersonId)>,
}

/// A person, who may not be there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whom {
    /// Who is there.
    Known(PersonId),
    /// Who is added by the entry of this place.
    New(usize),
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Add the person of the entry of this place.
    AddPerson(usize),
    /// Write down an identifier.
    Identify(Whom, Identifier),
    /// Add a team, with its time zone.
    AddTeam(Name, String),
    /// Start a tenure.
    StartTenure {
        /// In the team of this name.
        team: Name,
        /// Who leads.
        leader: Whom,
        /// Who is led.
        agent: Whom,
    },
}

/// What to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// Lines of which nothing, or not everything, can be done.
    pub faults: Vec<Fault>,
}

/// What is missing of what the file says.
pub fn plan(file: &RosterFile, present: &Present) -> Plan {
    let mut planner = Planner {
        directory: Directory::of(present.people.iter().cloned()),
        present,
        entries: &file.entries,
        who: Vec::new(),
        taken: HashMap::new(),
        plan: Plan { steps: Vec::new(), faults: file.faults.clone() },
    };
    for place in 0..file.entries.len() {
        let who = planner.person(place);
        planner.who.push(who);
    }
    planner.teams();
    for place in 0..file.entries.len() {
        planner.tenure(place);
    }
    planner.plan.faults.sort_by_key(|fault| fault.line);
    planner.plan
}

struct Planner<'a> {
    directory: Directory,
    present: &'a Present,
    entries: &'a [Entry],
    /// Who each entry is about; none when that is unclear.
    who: Vec<Option<Whom>>,
    /// Identifiers that the file gives.
    taken: HashMap<(IdentifierKind, String), Whom>,
    plan: Plan,
}

impl Planner<'_> {
    fn fault(&mut self, place: usize, column: &'static str, reason: FaultReason) {
        self.plan.faults.push(Fault { line: self.entries[place].line, column, reason });
    }

    fn person(&mut self, place: usize) -> Option<Whom> {
        let entry = &self.entries[place];
        let who = match self.known(entry) {
            Ok(Some(who)) => who,
            Ok(None) => {
                self.plan.steps.push(Step::AddPerson(place));
                Whom::New(place)
            }
            Err((column, reason)) => {
                self.fault(place, column, reason);
                return None;
            }
        };
        for identifier in &entry.identifiers {
            let is_new = self.taken.insert((identifier.kind, identifier.key()), who).is_none();
            let known = self.directory.identified(identifier.kind, &identifier.value);
            if is_new && known.map(Whom::Known) != Some(who) {
                self.plan.steps.push(Step::Identify(who, identifier.clone()));
            }
        }
        Some(who)
    }

    /// By any identifier, which must all mean the same person; else by name, unless that person is known by another number.
    /// Also somebody of a line before: who is listed twice is one person.
    fn known(&self, entry: &Entry) -> Result<Option<Whom>, (&'static str, FaultReason)> {
        let mut found = None;
        for identifier in &entry.identifiers {
            let given = self.taken.get(&(identifier.kind, identifier.key())).copied();
            let there = self.directory.identified(identifier.kind, &identifier.value).map(Whom::Known);
            let who = given.or(there);
            let is_other = matches!(who, Some(Whom::New(place)) if self.entries[place].name != entry.name);
            if is_other || (found.is_some() && who.is_some() && found != who) {
                return Err((identifier.kind.as_str(), FaultReason::Taken));
            }
            found = found.or(who);
        }
        if found.is_some() {
            return Ok(found);
        }
        match self.directory.called(entry.name.as_str()) {
            Some(Called::One(person)) if !self.contradicts(person, entry) => Ok(Some(Whom::Known(person))),
            Some(Called::Several) if entry.identifiers.is_empty() => {
                Err(("name", FaultReason::AmbiguousPerson))
            }
            Some(Called::One(_) | Called::Several) => Ok(None),
            None => Ok(self.listed_before(entry)),
        }
    }

    /// Without any identifier, a name stands for one person of a file.
    fn listed_before(&self, entry: &Entry) -> Option<Whom> {
        let is_same = |other: &Entry| {
            other.name == entry.name && other.identifiers.is_empty() && entry.identifiers.is_empty()
        };
        self.entries.iter().zip(&self.who).find(|(other, _)| is_same(other)).and_then(|(_, who)| *who)
    }

    fn contradicts(&self, person: PersonId, entry: &Entry) -> bool {
        let known = self.present.people.iter().find(|known| known.person == person);
        let has = |kind| known.is_some_and(|known| known.identifiers.iter().any(|other| other.kind == kind));
        entry.identifiers.iter().any(|identifier| has(identifier.kind))
    }

    fn teams(&mut self) {
        let mut there: HashSet<&str> = self.present.teams.iter().map(|(_, name)| name.as_str()).collect();
        for entry in self.entries {
            let Some(team) = entry.team.as_ref().filter(|team| !there.contains(team.as_str())) else {
                continue;
            };
            let zone = self
                .entries
                .iter()
                .find_map(|other| other.time_zone.clone().filter(|_| other.team.as_ref() == Some(team)));
            if let Some(zone) = zone {
                there.insert(team.as_str());
                self.plan.steps.push(Step::AddTeam(team.clone(), zone));
            } else {
                let (line, reason) = (entry.line, FaultReason::MissingTimeZone);
                self.plan.faults.push(Fault { line, column: "time_zone", reason });
            }
        }
    }

    fn tenure(&mut self, place: usize) {
        let entry = &self.entries[place];
        let Some((agent, named)) = self.who[place].zip(entry.leader.as_deref()) else { return };
        let leader = match self.leader(named) {
            Ok(leader) if leader == agent => return self.fault(place, "leader", FaultReason::SamePerson),
            Ok(leader) => leader,
            Err(reason) => return self.fault(place, "leader", reason),
        };
        let leaders: Vec<Whom> = self.leaders_of(agent);
        if leaders.contains(&leader) {
            return;
        }
        if !leaders.is_empty() {
            return self.fault(place, "leader", FaultReason::HasAnotherLeader);
        }
        let Some(team) = entry.team.clone() else {
            return self.fault(place, "team", FaultReason::MissingTeam);
        };
        let is_there = self.present.teams.iter().any(|(_, name)| *name == team);
        let is_added =
            self.plan.steps.iter().any(|step| matches!(step, Step::AddTeam(name, _) if *name == team));
        if is_there || is_added {
            self.plan.steps.push(Step::StartTenure { team, leader, agent });
        }
    }

    /// Who leads somebody, now or by a step before this one.
    fn leaders_of(&self, agent: Whom) -> Vec<Whom> {
        let now = self.present.tenures.iter().filter(|(_, led)| Whom::Known(*led) == agent);
        let started = self.plan.steps.iter().filter_map(|step| match step {
            Step::StartTenure { leader, agent: led, .. } if *led == agent => Some(*leader),
            _ => None,
        });
        now.map(|(leader, _)| Whom::Known(*leader)).chain(started).collect()
    }

    /// Somebody of the file, or who is there: by any identifier, else by name.
    fn leader(&self, named: &str) -> Result<Whom, FaultReason> {
        for kind in IdentifierKind::ALL {
            let given =
                Identifier::parse(kind, named).ok().and_then(|by| self.taken.get(&(kind, by.key())).copied());
            let known = self.directory.identified(kind, named).map(Whom::Known);
            if let Some(found) = given.or(known) {
                return Ok(found);
            }
        }
        let of_file = self.entries.iter().zip(&self.who).filter(|(entry, _)| entry.name.as_str() == named);
        let mut found: Vec<Whom> = of_file.filter_map(|(_, who)| *who).collect();
        match self.directory.called(named) {
            Some(Called::One(person)) => found.push(Whom::Known(person)),
            Some(Called::Several) => return Err(FaultReason::AmbiguousPerson),
            None => {}
        }
        found.dedup();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(FaultReason::UnknownLeader),
            _ => Err(FaultReason::AmbiguousPerson),
        }
    }
}
