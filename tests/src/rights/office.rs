//! Owns the office of the story: people in every place, each with a phone that has synced, and planted words in a document of
//! each kind everywhere.

use super::plant::{found_in, marker, part, plant};
use super::{Place, Who};
use crate::phone::{try_sync, unpacked};
use crate::server::TestServer;
use anyhow::{Context, ensure};
use server::demo::phone::Phone;
use server::name::Name;
use server::services::appointment::NewAppointment;
use server::services::delegation::NewDelegation;
use server::services::metrics::Numbers;
use server::services::roster::{NewLeader, NewTenure, Office as Roster};
use server::store::{Access, Store};
use std::collections::{BTreeMap, BTreeSet};
use sync_core::coaching::{KINDS, Kind, SubjectClass};
use sync_core::content::Language;
use sync_core::ids::{AppointmentId, DelegationId, DocId, OrgId, PersonId, TeamId, TenureId};
use sync_core::key::{NaturalKey, Subject};
use sync_core::metric::{Decimal, KpiId, MetricRow, SourceName};
use sync_core::policy::Office as Post;

/// The number of the documents that everybody finds, among those of their kind and subject.
const THE_FIRST: u16 = 1;

const A_DAY_MS: i64 = 24 * 3_600_000;

/// A document with planted words.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Whose it is.
    pub place: Place,
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub doc: DocId,
    /// Its key.
    pub key: NaturalKey,
    /// Its changes, as whoever planted it has them.
    pub changes: Vec<Vec<u8>>,
}

/// People with phones, on a running server.
pub struct Office {
    /// Where all this is.
    pub server: TestServer,
    here: OrgId,
    abroad: OrgId,
    pub(super) people: BTreeMap<Who, PersonId>,
    phones: BTreeMap<Who, Phone>,
    pub(super) subjects: BTreeMap<Place, Subject>,
    /// Every document.
    pub planted: Vec<Planted>,
    pub(super) numbers: BTreeMap<Place, MetricRow>,
}

/// What there was before somebody lost something.
struct Before {
    earlier: TenureId,
    dans: TenureId,
    petras: AppointmentId,
    sorins: DelegationId,
}

/// The pairs, with who is led.
pub(super) const PAIRS: [(Place, Who); 5] = [
    (Place::OwnPair, Who::Andrei),
    (Place::OtherPair, Who::Ioana),
    (Place::EarlierPair, Who::Andrei),
    (Place::NightPair, Who::Elena),
    (Place::PairAbroad, Who::Yusuf),
];
/// The teams.
pub(super) const SQUADS: [Place; 3] = [Place::Evening, Place::Night, Place::TeamAbroad];

impl Office {
    /// Opens it, and lets some of them lose what they had.
    pub async fn open() -> anyhow::Result<Self> {
        let mut office = Self::found().await?;
        let before = office.begin().await?;
        office.enrol_everybody().await?;
        office.form_group().await?;
        let there = Place::SHARED.into_iter().chain(Place::ALONE).filter(|place| *place != Place::OwnPair);
        office.plant_in(there.collect()).await?;
        for (number, (place, agent)) in PAIRS.into_iter().enumerate() {
            // The agent of the earlier pair is that of the own one.
            if place != Place::EarlierPair {
                office.measure(place, agent, number).await?;
            }
        }
        office.sync_all().await?;
        for (who, what) in [
            (Who::Radu, Place::EarlierPair),
            (Who::Dan, Place::Evening),
            (Who::Dan, Place::Group),
            (Who::Petra, Place::Evening),
            (Who::Sorin, Place::Evening),
            (Who::AndreisTablet, Place::Alone(Who::Andrei)),
        ] {
            let held = office.held(who)?;
            let has =
                office.planted.iter().enumerate().any(|(n, doc)| doc.place == what && held.contains(&n));
            ensure!(has, "{who:?} has nothing to lose: {held:?}");
        }
        office.take_away(before).await?;
        office.plant_in(vec![Place::OwnPair]).await?;
        office.sync_all().await?;
        Ok(office)
    }

    async fn found() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let here = server.stage.org;
        let first = (Name::parse("Zoe")?, Language::En);
        let roster = server.stage.office(server.instance()?);
        let (abroad, zoe) = roster.found(&Name::parse("Elsewhere")?, first).await?;
        let mut people = BTreeMap::from([(Who::Maria, server.founder), (Who::Zoe, zoe.id)]);
        for who in Who::ALL {
            if who != Who::AndreisTablet && !people.contains_key(&who) {
                let org = if who.is_abroad() { abroad } else { here };
                let name = Name::parse(&format!("{who:?}"))?;
                people.insert(who, roster.add_person(org, (name, Language::Ro)).await?.id);
            }
        }
        people.insert(Who::AndreisTablet, people[&Who::Andrei]);
        let team = async |org, name| {
            let team = roster.add_team(org, Name::parse(name)?, "Europe/Bucharest".to_owned()).await?;
            anyhow::Ok(team.id)
        };
        let mut subjects = BTreeMap::from([
            (Place::Evening, Subject::Team(team(here, "Evening").await?)),
            (Place::Night, Subject::Team(team(here, "Night").await?)),
            (Place::TeamAbroad, Subject::Team(team(abroad, "Far away").await?)),
            (Place::Everybody, Subject::Organisation),
            (Place::EverybodyAbroad, Subject::Organisation),
        ]);
        subjects.extend(Place::ALONE.into_iter().filter_map(|place| match place {
            Place::Alone(who) => Some((place, Subject::Person(people[&who]))),
            _ => None,
        }));
        let (phones, planted, numbers) = Default::default();
        Ok(Self { server, here, abroad, people, phones, subjects, planted, numbers })
    }

    fn roster(&self) -> anyhow::Result<Roster<'_>> {
        Ok(self.server.stage.office(self.server.instance()?))
    }

    pub(super) fn org(&self, is_abroad: bool) -> OrgId {
        if is_abroad { self.abroad } else { self.here }
    }

    fn team(&self, place: Place) -> anyhow::Result<TeamId> {
        match self.subjects.get(&place) {
            Some(Subject::Team(team)) => Ok(*team),
            _ => anyhow::bail!("{place:?} is no team"),
        }
    }

    async fn pair(&mut self, place: Place, team: Place, leader: Who, agent: Who) -> anyhow::Result<TenureId> {
        let (leader, agent) = (self.people[&leader], self.people[&agent]);
        let new = NewTenure { team: self.team(team)?, leader, agent };
        let row = self.roster()?.start_tenure(self.org(place.is_abroad()), new).await?;
        self.subjects.insert(place, Subject::Tenure(row.tenure.id));
        Ok(row.tenure.id)
    }

    async fn appoint(&self, who: Who, office: Post, team: Option<Place>) -> anyhow::Result<AppointmentId> {
        let team = team.map(|team| self.team(team)).transpose()?;
        let new = NewAppointment { person: self.people[&who], office, team };
        Ok(self.roster()?.appoint(self.org(who.is_abroad()), new).await?.appointment.id)
    }

    async fn begin(&mut self) -> anyhow::Result<Before> {
        let earlier = self.pair(Place::EarlierPair, Place::Evening, Who::Radu, Who::Andrei).await?;
        // Dan's pair has no documents: it is about what he saw of the team.
        let dans = self.pair(Place::OwnPair, Place::Evening, Who::Maria, Who::Dan).await?;
        self.pair(Place::OtherPair, Place::Evening, Who::Maria, Who::Ioana).await?;
        self.pair(Place::NightPair, Place::Night, Who::Vlad, Who::Elena).await?;
        self.pair(Place::PairAbroad, Place::TeamAbroad, Who::Zoe, Who::Yusuf).await?;
        self.appoint(Who::Olga, Post::Head, Some(Place::Evening)).await?;
        self.appoint(Who::Horia, Post::Head, None).await?;
        self.appoint(Who::Hanna, Post::Hr, Some(Place::Evening)).await?;
        self.appoint(Who::Hugo, Post::Hr, None).await?;
        self.appoint(Who::Zoe, Post::Head, None).await?;
        let petras = self.appoint(Who::Petra, Post::Hr, Some(Place::Evening)).await?;
        let (leader, acting) = (self.people[&Who::Maria], self.people[&Who::Sorin]);
        let roster = self.roster()?;
        let until = roster.now.plus_ms(A_DAY_MS);
        let sorins = roster.delegate(self.here, NewDelegation { leader, acting, until }).await?.delegation.id;
        Ok(Before { earlier, dans, petras, sorins })
    }

    async fn enrol_everybody(&mut self) -> anyhow::Result<()> {
        for who in Who::ALL {
            self.server.stage.org = self.org(who.is_abroad());
            let phone = self.server.phone(self.people[&who], &format!("{who:?}")).await?;
            self.phones.insert(who, phone);
        }
        self.server.stage.org = self.here;
        Ok(())
    }

    /// Maria coaches Ioana and Dan together, as her phone decides it.
    async fn form_group(&mut self) -> anyhow::Result<()> {
        let people = [Who::Ioana, Who::Dan].map(|who| self.people[&who]);
        let group = self.phone(Who::Maria)?.app()?.form_group(&people)?;
        self.subjects.insert(Place::Group, Subject::Group(group));
        for who in [Who::Maria, Who::Ioana] {
            self.phone(who)?.sync().await?;
        }
        Ok(())
    }

    async fn take_away(&mut self, before: Before) -> anyhow::Result<()> {
        self.roster()?.end_delegation(self.here, before.sorins).await?;
        let to = NewLeader { leader: self.people[&Who::Maria], team: None };
        let own = self.roster()?.hand_over(self.here, before.earlier, to).await?.tenure.id;
        self.subjects.insert(Place::OwnPair, Subject::Tenure(own));
        let roster = self.roster()?;
        roster.end_tenure(self.here, before.dans).await?;
        roster.dismiss(self.here, before.petras).await?;
        let lost = self.phone(Who::AndreisTablet)?.app()?.identity().device;
        Ok(roster.revoke_device(self.here, lost).await?)
    }

    /// Somebody's phone.
    pub(super) fn phone(&self, who: Who) -> anyhow::Result<&Phone> {
        self.phones.get(&who).with_context(|| format!("{who:?} has a phone"))
    }

    /// Syncs every phone twice, so that each has what each other one sent. A phone that was taken away hears of it.
    async fn sync_all(&self) -> anyhow::Result<()> {
        for _ in 0..2 {
            for who in Who::ALL {
                match who {
                    // It was taken away: an outcome of any kind will do.
                    Who::AndreisTablet => {
                        try_sync(self.phone(who)?).await?;
                    }
                    _ => self.phone(who)?.sync().await?,
                }
            }
        }
        Ok(())
    }

    async fn plant_in(&mut self, places: Vec<Place>) -> anyhow::Result<()> {
        for place in places {
            let (who, about) = (planter(place), self.people[&Who::Andrei]);
            for kind in kinds_of(self.subjects[&place]) {
                let key = NaturalKey { subject: self.subjects[&place], part: part(kind, THE_FIRST, about)? };
                let phone = self.phone(who)?;
                let doc = phone.app()?.create(kind, key)?;
                plant(phone.app()?, kind, (doc, about), &marker(self.planted.len()))?;
                self.planted.push(Planted { place, kind, doc, key, changes: Vec::new() });
            }
            self.phone(who)?.sync().await?;
        }
        for number in 0..self.planted.len() {
            let Planted { place, doc, .. } = self.planted[number];
            let app = self.phone(planter(place))?.app()?;
            let raw = |change: &automerge::Change| change.raw_bytes().to_vec();
            let changes =
                app.read(doc, |history| history.view().get_changes(&[]).iter().map(raw).collect())?;
            self.planted[number].changes = changes;
        }
        Ok(())
    }

    /// A number about an agent, which is easy to find in a file.
    async fn measure(&mut self, place: Place, agent: Who, number: usize) -> anyhow::Result<()> {
        let app = &self.server.instance()?.app;
        let numbers = Numbers { store: &app.store, random: &app.random, now: app.clock.now() };
        let source = SourceName::parse("nice")?;
        let row = MetricRow {
            person: self.people[&agent],
            day: app.clock.now().utc_day().context("the calendar goes on")?,
            kpi: KpiId::parse("csat")?,
            source: source.clone(),
            value: Decimal::parse(&format!("7{number}.23{number}")).context("a number")?,
            volume: Some(1),
        };
        let tx = app.store.begin(self.org(agent.is_abroad()), Access::Write).await?;
        numbers.keep(tx, (&source, &Default::default()), std::slice::from_ref(&row), |_| {}).await?;
        self.numbers.insert(place, row);
        Ok(())
    }

    /// The planted words that are anywhere on somebody's phone: in a byte of its files, or in a document once it is unpacked.
    pub(super) fn held(&self, who: Who) -> anyhow::Result<BTreeSet<usize>> {
        let phone = self.phone(who)?;
        let mut held: BTreeSet<usize> = found_in(&phone.stored_bytes()?).collect();
        unpacked(phone)?.iter().for_each(|bytes| held.extend(found_in(bytes)));
        Ok(held)
    }
}

/// Who writes first in what belongs to several.
const fn planter(place: Place) -> Who {
    match place {
        Place::OwnPair | Place::EarlierPair => Who::Andrei,
        Place::OtherPair => Who::Ioana,
        Place::NightPair => Who::Elena,
        Place::PairAbroad => Who::Yusuf,
        Place::Group => Who::Ioana,
        Place::Evening => Who::Maria,
        Place::Night => Who::Vlad,
        Place::TeamAbroad | Place::EverybodyAbroad => Who::Zoe,
        Place::Everybody => Who::Horia,
        Place::Alone(who) => who,
    }
}

/// The kinds that this can have documents of.
fn kinds_of(subject: Subject) -> impl Iterator<Item = Kind> {
    let class = match subject {
        Subject::Person(_) => SubjectClass::Person,
        Subject::Tenure(_) => SubjectClass::Tenure,
        Subject::Team(_) => SubjectClass::Team,
        Subject::Organisation => SubjectClass::Organisation,
        Subject::Group(_) => SubjectClass::Group,
    };
    KINDS.iter().copied().map(Kind::of).filter(move |kind| kind.spec().subject == class)
}
