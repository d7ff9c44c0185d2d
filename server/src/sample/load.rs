//! Owns how the sample gets into a database: people through the roster, what they wrote through the gate like any push, numbers
//! like those of a file. Loading it again, also after it was stopped halfway, brings what is missing and changes nothing else.

use super::cast::{AGENTS, Cast, Character, HEAD, LEADER, ORGANISATION, Pair, TEAM, TIME_ZONE};
use super::diary::moment;
use super::numbers::{SOURCE, numbers};
use super::writing::{Push, WritingError, Written};
use super::year::year;
use super::{Settings, diary};
use crate::app::App;
use crate::caller::Caller;
use crate::metrics::{Identifier, IdentifierKind, Profile};
use crate::name::Name;
use crate::random::Randomness;
use crate::services::administration::By;
use crate::services::appointment::NewAppointment;
use crate::services::ingest::{self, IngestError, Means, ingest};
use crate::services::metrics::{Counts, Numbers};
use crate::services::roster::{NewTenure, Office, RosterError};
use crate::store::row::roster::{PersonRow, TenureRow};
use crate::store::{Access, Store, StoreError};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::BTreeMap;
use sync_core::coaching::KINDS;
use sync_core::ids::{DeviceId, OrgId, PersonId, TeamId};
use sync_core::metric::SourceName;
use sync_core::policy;
use sync_core::time::Timestamp;

/// Why the sample was not loaded, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database belongs to somebody.
    #[error(
        "this database has an organisation already: a sample goes into a new one, or into one of its own"
    )]
    Occupied,
    /// The sample that is there was made on another day, or of another length.
    #[error(
        "the sample in this database began at {0}: give the --until and --weeks that it was made with, or take a new database"
    )]
    Another(Timestamp),
    /// The sample and the product no longer fit together.
    #[error(transparent)]
    Writing(#[from] WritingError),
    /// The gate let something not through.
    #[error("the gate refused {0} changes of the sample")]
    Refused(usize),
    /// Changes could not be brought in.
    #[error("the changes could not be brought in")]
    Ingest(#[from] IngestError),
    /// The roster could not be written.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is in the database now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Who is in it.
    pub cast: Cast,
    /// How many documents of each kind.
    pub documents: BTreeMap<&'static str, usize>,
    /// The kinds of which the sample has none.
    pub left_out: Vec<&'static str>,
    /// How many changes.
    pub changes: usize,
    /// What became of the numbers.
    pub numbers: Counts,
}

/// Loads the sample; `on_way` hears how many of how many changes are in.
pub async fn load(
    app: &App,
    settings: Settings,
    mut on_way: impl FnMut(usize, usize),
) -> Result<Loaded, LoadError> {
    let cast = Roster { app, settings }.gather().await?;
    let written = Written::of(cast.org, settings.seed, &year(&cast, settings))?;
    let (all, mut done) = (written.changes(), 0);
    on_way(done, all);
    for push in written.pushes() {
        bring_in(app, cast.org, &push).await?;
        done += push.documents.iter().map(|document| document.changes.len()).sum::<usize>();
        on_way(done, all);
    }
    let numbers = keep_numbers(app, &cast, settings).await?;
    let documents = written.count();
    let left_out = KINDS.iter().map(|spec| spec.name).filter(|name| !documents.contains_key(name)).collect();
    Ok(Loaded { cast, documents, left_out, changes: all, numbers })
}

async fn bring_in(app: &App, org: OrgId, push: &Push) -> Result<(), LoadError> {
    let caller = Caller { org, person: push.by, device: device_of(push.by) };
    let evidence = BTreeMap::new();
    let push = ingest::Push { caller, documents: &push.documents, evidence: &evidence, now: app.clock.now() };
    let means = Means { store: &app.store, trials: &app.trials, random: &app.random };
    let results = ingest(&means, &push).await?.results;
    match results.iter().map(|result| result.rejected.len()).sum() {
        0 => Ok(()),
        refused => Err(LoadError::Refused(refused)),
    }
}

/// The phone on which somebody wrote all this. It was never enrolled, so nobody can speak for it.
fn device_of(person: PersonId) -> DeviceId {
    DeviceId::from_bytes(*person.as_bytes())
}

async fn keep_numbers(app: &App, cast: &Cast, settings: Settings) -> Result<Counts, LoadError> {
    let source = SourceName::parse(SOURCE).expect("the name of the source is a word");
    let tx = app.store.begin(cast.org, Access::Write).await?;
    let keeping = Numbers { store: &app.store, random: &app.random, now: app.clock.now() };
    let rows = numbers(cast, settings);
    Ok(keeping.keep(tx, (&source, &Profile::default()), &rows, |_| {}).await?)
}

/// The people of the sample as they get into the roster, all of them on its first day.
struct Roster<'a> {
    app: &'a App,
    settings: Settings,
}

impl Roster<'_> {
    async fn gather(&self) -> Result<Cast, LoadError> {
        let org = self.organisation().await?;
        let mut people = self.app.store.begin(org, Access::Read).await?.people().await?;
        let leader = self.person(org, &mut people, (0, &LEADER)).await?;
        let head = self.person(org, &mut people, (1, &HEAD)).await?;
        let team = self.team(org).await?;
        let tenures = self.app.store.begin(org, Access::Read).await?.tenures().await?;
        let mut pairs = Vec::new();
        for (number, who) in AGENTS.iter().enumerate() {
            let agent = self.person(org, &mut people, (2 + number as u64, who)).await?;
            let tenure = self.tenure((org, team), (leader, agent), (number as u64, &tenures)).await?;
            pairs.push(Pair { who, agent, tenure });
        }
        self.appoint(org, head).await?;
        Ok(Cast { org, team, leader, head, pairs })
    }

    /// Its own one, which this database has or gets.
    async fn organisation(&self) -> Result<OrgId, LoadError> {
        let own = OrgId::from_bytes(self.luck(Luck::Organisation).bytes());
        let there = self.app.store.organisations().await?;
        if there.contains(&own) {
            return Ok(own);
        }
        if !there.is_empty() {
            return Err(LoadError::Occupied);
        }
        let luck = self.luck(Luck::Organisation);
        let (org, _) = self.office(&luck).found(&name(ORGANISATION), first(&LEADER)).await?;
        Ok(org)
    }

    async fn person(
        &self,
        org: OrgId,
        people: &mut Vec<PersonRow>,
        (number, who): (u64, &Character),
    ) -> Result<PersonId, LoadError> {
        let luck = self.luck(Luck::Person(number));
        let person = match people.iter().find(|person| person.name.as_str() == who.name) {
            Some(person) => person.id,
            None => {
                let added = self.office(&luck).add_person(org, first(who)).await?;
                let id = added.id;
                people.push(added);
                id
            }
        };
        let number = Identifier::parse(IdentifierKind::StaffNumber, who.staff_number).ok();
        self.office(&luck).identify(org, person, &[(IdentifierKind::StaffNumber, number)]).await?;
        Ok(person)
    }

    async fn team(&self, org: OrgId) -> Result<TeamId, LoadError> {
        let teams = self.app.store.begin(org, Access::Read).await?.teams().await?;
        if let Some(team) = teams.iter().find(|team| team.name.as_str() == TEAM) {
            return Ok(team.id);
        }
        let luck = self.luck(Luck::Team);
        Ok(self.office(&luck).add_team(org, name(TEAM), TIME_ZONE.to_owned()).await?.id)
    }

    async fn tenure(
        &self,
        (org, team): (OrgId, TeamId),
        (leader, agent): (PersonId, PersonId),
        (number, there): (u64, &[TenureRow]),
    ) -> Result<sync_core::ids::TenureId, LoadError> {
        let found = there.iter().find(|row| row.tenure.agent == agent && row.tenure.leader == leader);
        match found.map(|row| row.tenure) {
            Some(tenure) if tenure.from == self.begins() => Ok(tenure.id),
            Some(tenure) => Err(LoadError::Another(tenure.from)),
            None => {
                let luck = self.luck(Luck::Tenure(number));
                let new = NewTenure { team, leader, agent };
                Ok(self.office(&luck).start_tenure(org, new).await?.tenure.id)
            }
        }
    }

    async fn appoint(&self, org: OrgId, person: PersonId) -> Result<(), LoadError> {
        let luck = self.luck(Luck::Appointment);
        let new = NewAppointment { person, office: policy::Office::Head, team: None };
        match self.office(&luck).appoint(org, new).await {
            Ok(_) | Err(RosterError::AlreadyAppointed) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn office<'o>(&'o self, luck: &'o Randomness) -> Office<'o> {
        Office {
            store: &self.app.store,
            ledger: self.app.vault.ledger(),
            random: luck,
            now: self.begins(),
            by: By::Server,
        }
    }

    fn begins(&self) -> Timestamp {
        moment(diary::later(self.settings.first_monday(), -1), 12 * 60)
    }

    /// Ids that follow from the seed, whatever else was done before.
    fn luck(&self, of: Luck) -> Randomness {
        let place = match of {
            Luck::Organisation => 0,
            Luck::Team => 1,
            Luck::Appointment => 2,
            Luck::Person(number) => 1_000 + number,
            Luck::Tenure(number) => 2_000 + number,
        };
        let seed = self.settings.seed.wrapping_mul(1_000_000_007).wrapping_add(place);
        Randomness::from_rng(StdRng::seed_from_u64(seed))
    }
}

/// What ids are drawn for.
#[derive(Debug, Clone, Copy)]
enum Luck {
    Organisation,
    Team,
    Appointment,
    Person(u64),
    Tenure(u64),
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("the names of the cast are names")
}

fn first(who: &Character) -> (Name, sync_core::content::Language) {
    (name(who.name), who.language)
}
