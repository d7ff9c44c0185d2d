//! Numbers of people: what becomes of the file of a source, and who gets what of it.

use crate::server::TestServer;
use server::metrics::{Directory, Identifier, IdentifierKind, Limits, Profile, Settings, import};
use server::name::Name;
use server::services::delegation::NewDelegation;
use server::services::metrics::{Counts, Numbers};
use server::services::roster::{NewTenure, RosterError};
use server::store::{Access, Feed, Records, Store};
use sqlx::PgPool;
use std::collections::BTreeSet;
use sync_core::ids::{AudienceId, OrgId, PersonId, TeamId, TenureId};
use sync_core::key::Subject;
use sync_core::metric::{COLLECTION, MetricRow, MonthKey, SourceName, decode};
use sync_core::policy::stand_in;
use sync_core::time::Month;

/// Ana leads Bob; Eve is in the same organisation.
struct Care {
    server: TestServer,
    org: OrgId,
    team: TeamId,
    ana: PersonId,
    bob: PersonId,
    eve: PersonId,
    tenure: TenureId,
}

impl Care {
    async fn open(pool: &PgPool) -> Self {
        let server = TestServer::start(pool).await;
        let (org, ana) = server.organisation("Care", "Ana").await;
        let (bob, eve) = (server.person(org, "Bob").await, server.person(org, "Eve").await);
        let zone = "Europe/Bucharest".to_owned();
        let team = server.office().add_team(org, Name::parse("Night").unwrap(), zone).await.unwrap().id;
        for (person, number) in [(bob, "77"), (eve, "78")] {
            let number = Identifier::parse(IdentifierKind::StaffNumber, number).unwrap();
            let by = [(IdentifierKind::StaffNumber, Some(number))];
            server.office().identify(org, person, &by).await.unwrap();
        }
        let new = NewTenure { team, leader: ana, agent: bob };
        let tenure = server.office().start_tenure(org, new).await.unwrap().tenure.id;
        Self { server, org, team, ana, bob, eve, tenure }
    }

    fn numbers(&self) -> Numbers<'_> {
        let app = &self.server.app;
        Numbers { store: &app.store, random: &app.random, now: self.server.clock().now() }
    }

    /// Takes in these lines of a source.
    async fn import(&self, source: &str, lines: &[String]) -> Counts {
        let settings = Settings {
            source: SourceName::parse(source).unwrap(),
            profile: Profile::default(),
            today: self.server.clock().now().utc_day().unwrap(),
            limits: Limits::default(),
        };
        let file = format!("date,staff_number,handled,csat\n{}\n", lines.join("\n"));
        let read = import(file.as_bytes(), &settings, &self.people().await).unwrap();
        assert_eq!(read.report.rejects, []);
        let tx = self.server.app.store.begin(self.org, Access::Write).await.unwrap();
        self.server.clock().advance(1);
        let of = (&settings.source, &settings.profile);
        self.numbers().keep(tx, of, &read.rows, |_| {}).await.unwrap()
    }

    async fn people(&self) -> Directory {
        let mut tx = self.server.app.store.begin(self.org, Access::Read).await.unwrap();
        self.numbers().directory(&mut tx).await.unwrap()
    }

    /// A line about somebody, so many months ago.
    fn line(&self, months_ago: u16, number: &str, csat: &str) -> String {
        format!("{},{number},30,{csat}", self.month(months_ago).first_day())
    }

    fn month(&self, months_ago: u16) -> Month {
        self.server.clock().now().utc_day().unwrap().month().minus_months(months_ago)
    }

    /// Which months of whom an audience has.
    async fn months(&self, subject: Subject) -> BTreeSet<MonthKey> {
        self.records(subject).await.into_iter().map(|(key, _)| key).collect()
    }

    async fn records(&self, subject: Subject) -> Vec<(MonthKey, Vec<MetricRow>)> {
        let mut tx = self.server.app.store.begin(self.org, Access::Read).await.unwrap();
        let audience = AudienceId::of(self.org, &subject);
        let records = tx.records(audience, None, 999).await.unwrap().into_iter();
        let ours = records.filter(|record| record.collection == COLLECTION);
        let read = ours.map(|record| {
            let key = MonthKey::from_bytes(&record.key).unwrap();
            (key, decode(key, record.body.unwrap().as_bytes()))
        });
        read.collect()
    }

    async fn feed_length(&self) -> u64 {
        let mut tx = self.server.app.store.begin(self.org, Access::Read).await.unwrap();
        tx.feed_end().await.unwrap().unwrap().seq
    }
}

fn values(rows: &[MetricRow], kpi: &str) -> Vec<String> {
    rows.iter().filter(|row| row.kpi.as_str() == kpi).map(|row| row.value.to_string()).collect()
}

#[sqlx::test(migrations = false)]
async fn r12_the_same_file_again_changes_nothing_and_a_corrected_one_keeps_what_was_said(pool: PgPool) {
    let care = Care::open(&pool).await;
    let lines = [care.line(0, "77", "90"), care.line(1, "77", "80")];

    assert_eq!(care.import("nice", &lines).await, Counts { new: 4, changed: 0, unchanged: 0 });
    let length = care.feed_length().await;
    assert_eq!(care.import("nice", &lines).await, Counts { new: 0, changed: 0, unchanged: 4 });
    assert_eq!(care.feed_length().await, length, "nobody hears of it twice");

    let corrected = [care.line(0, "77", "91.5"), care.line(1, "77", "80")];
    assert_eq!(care.import("nice", &corrected).await, Counts { new: 0, changed: 1, unchanged: 3 });
    let kept = care.server.db_text("SELECT value::text FROM metric_replaced WHERE kpi = 'csat'").await;
    assert_eq!(kept.as_deref(), Some("90000"));
    let shown = care.records(Subject::Person(care.bob)).await;
    assert_eq!(values(&shown[1].1, "csat"), ["91.5"]);
    care.server.stop().await;
}

#[sqlx::test(migrations = false)]
async fn r12_what_two_sources_say_of_one_day_stands_side_by_side(pool: PgPool) {
    let care = Care::open(&pool).await;
    care.import("nice", &[care.line(0, "77", "90")]).await;
    care.import("survey", &[care.line(0, "77", "70")]).await;

    let shown = care.records(Subject::Person(care.bob)).await;

    assert_eq!((shown.len(), values(&shown[0].1, "csat")), (1, vec!["90".into(), "70".into()]));
    care.server.stop().await;
}

#[sqlx::test(migrations = false)]
async fn r11_a_month_goes_to_its_person_and_to_who_leads_them_and_to_nobody_else(pool: PgPool) {
    let care = Care::open(&pool).await;
    care.import("nice", &[care.line(0, "77", "90"), care.line(0, "78", "80")]).await;

    let of = |person| BTreeSet::from([MonthKey { person, month: care.month(0) }]);
    assert_eq!(care.months(Subject::Person(care.bob)).await, of(care.bob));
    assert_eq!(care.months(Subject::Tenure(care.tenure)).await, of(care.bob));
    assert_eq!(care.months(Subject::Person(care.eve)).await, of(care.eve));
    assert_eq!(care.months(Subject::Person(care.ana)).await, BTreeSet::new());
    care.server.stop().await;
}

#[sqlx::test(migrations = false)]
async fn r11_a_new_leader_begins_with_the_months_before_and_the_one_before_gets_no_more(pool: PgPool) {
    let care = Care::open(&pool).await;
    let lines: Vec<_> = [0, 1, 12, 13].map(|ago| care.line(ago, "77", "90")).into();
    care.import("nice", &lines).await;
    care.server.office().end_tenure(care.org, care.tenure).await.unwrap();
    let new = NewTenure { team: care.team, leader: care.eve, agent: care.bob };
    let next = care.server.office().start_tenure(care.org, new).await.unwrap().tenure.id;

    let of = |months: &[u16]| {
        let month = |ago: &u16| MonthKey { person: care.bob, month: care.month(*ago) };
        months.iter().map(month).collect::<BTreeSet<_>>()
    };
    assert_eq!(care.months(Subject::Tenure(next)).await, of(&[0, 1, 12]), "this month and twelve before");

    care.import("nice", &[care.line(2, "77", "85")]).await;
    assert_eq!(care.months(Subject::Tenure(next)).await, of(&[0, 1, 2, 12]));
    assert_eq!(care.months(Subject::Person(care.bob)).await, of(&[0, 1, 2, 12]));
    assert_eq!(care.months(Subject::Tenure(care.tenure)).await, of(&[0, 1, 12]), "as it was when it ended");
    care.server.stop().await;
}

#[sqlx::test(migrations = false)]
async fn d6_who_leads_in_the_leaders_place_has_the_numbers_until_then_and_gets_no_more(pool: PgPool) {
    let care = Care::open(&pool).await;
    care.import("nice", &[care.line(1, "77", "90")]).await;
    let office = care.server.office();
    let new = NewDelegation { leader: care.ana, acting: care.eve, until: office.now.plus_ms(3_600_000) };
    let delegation = office.delegate(care.org, new).await.unwrap().delegation;
    let mut tx = care.server.app.store.begin(care.org, Access::Read).await.unwrap();
    let tenure = tx.find_tenure(care.tenure).await.unwrap().unwrap().tenure;
    drop(tx);
    let stint = Subject::Tenure(stand_in(&delegation, &tenure).unwrap().pair.id);

    let of = |months: &[u16]| {
        let month = |ago: &u16| MonthKey { person: care.bob, month: care.month(*ago) };
        months.iter().map(month).collect::<BTreeSet<_>>()
    };
    assert_eq!(care.months(stint).await, of(&[1]));
    care.import("nice", &[care.line(0, "77", "80")]).await;
    assert_eq!(care.months(stint).await, of(&[0, 1]));
    office.end_delegation(care.org, delegation.id).await.unwrap();
    care.import("nice", &[care.line(2, "77", "85")]).await;
    assert_eq!(care.months(stint).await, of(&[0, 1]));
    assert_eq!(care.months(Subject::Tenure(care.tenure)).await, of(&[0, 1, 2]));
    care.server.stop().await;
}

#[sqlx::test(migrations = false)]
async fn two_files_at_once_and_a_tenure_that_begins_leave_nobody_without_a_number(pool: PgPool) {
    let care = Care::open(&pool).await;
    let (nice, survey) = ([care.line(0, "78", "90")], [care.line(0, "78", "70")]);
    let office = care.server.office();
    let new = NewTenure { team: care.team, leader: care.ana, agent: care.eve };

    let (_, _, started) = tokio::join!(
        care.import("nice", &nice),
        care.import("survey", &survey),
        office.start_tenure(care.org, new),
    );

    for subject in [Subject::Person(care.eve), Subject::Tenure(started.unwrap().tenure.id)] {
        let shown = care.records(subject).await;
        assert_eq!(values(&shown[0].1, "csat"), ["90", "70"], "{subject:?}");
    }
    care.server.stop().await;
}

#[sqlx::test(migrations = false)]
async fn what_was_said_about_the_files_of_a_source_is_remembered(pool: PgPool) {
    let care = Care::open(&pool).await;
    let nice = SourceName::parse("nice").unwrap();
    let said: Profile = serde_json::from_str(r#"{"date_order": "mdy", "columns": {"x": "csat"}}"#).unwrap();
    let tx = care.server.app.store.begin(care.org, Access::Write).await.unwrap();
    care.numbers().keep(tx, (&nice, &said), &[], |_| {}).await.unwrap();

    let mut tx = care.server.app.store.begin(care.org, Access::Read).await.unwrap();
    assert_eq!(care.numbers().profile(&mut tx, &nice).await.unwrap(), said);
    let other = SourceName::parse("other").unwrap();
    assert_eq!(care.numbers().profile(&mut tx, &other).await.unwrap(), Profile::default());
    drop(tx);
    care.server.stop().await;
}

#[sqlx::test(migrations = false)]
async fn a_number_belongs_to_one_person_until_it_is_taken_away(pool: PgPool) {
    let care = Care::open(&pool).await;
    let office = care.server.office();
    let kind = IdentifierKind::StaffNumber;
    let number = [(kind, Some(Identifier::parse(kind, "0077").unwrap()))];

    let taken = office.identify(care.org, care.eve, &number).await;
    assert!(matches!(taken, Err(RosterError::Taken(IdentifierKind::StaffNumber))), "{taken:?}");

    office.identify(care.org, care.bob, &[(kind, None)]).await.unwrap();
    office.identify(care.org, care.eve, &number).await.unwrap();
    care.import("nice", &[care.line(0, "77", "90")]).await;
    assert_eq!(care.months(Subject::Person(care.eve)).await.len(), 1);
    care.server.stop().await;
}
