//! What administrators do over HTTP, by their phone or by the key of a program, and what nobody else does.

mod access;
mod people;
mod repeated;
mod roster;

use crate::device::{Answer, Device};
use crate::server::TestServer;
use reqwest::Method;
use serde_json::{Value, json};
use server::name::Name;
use server::store::{Access, Audiences, Store};
use sqlx::PgPool;
use sync_core::ids::{ApiKeyId, AudienceId, OrgId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::Role;
use sync_core::wire::ErrorCode;

const DAY_MS: i64 = 86_400_000;

/// An organisation with its first person, who administers nothing, and a program with a key.
pub struct Hr {
    pub server: TestServer,
    pub org: OrgId,
    pub first: PersonId,
    pub key: String,
    pub key_id: ApiKeyId,
}

/// An id as a program makes it: which one of these.
pub fn id(number: u8) -> String {
    hex::encode([number; 16])
}

impl Hr {
    pub async fn open(pool: &PgPool) -> Self {
        let server = TestServer::start(pool).await;
        let (org, first) = server.organisation("Care", "Olga").await;
        let name = Name::parse("Payroll").unwrap();
        let (key, row) = server.office().make_api_key(org, name, 90 * DAY_MS).await.unwrap();
        Self { server, org, first, key: key.to_text(), key_id: row.id }
    }

    /// Asks with a bearer that is no assertion: a key or an access token.
    pub async fn ask_as(&self, bearer: &str, method: Method, path: &str, told: Option<Value>) -> Answer {
        let request = self.server.http.request(method, self.server.url(path)).bearer_auth(bearer);
        let request = match told {
            Some(told) => request.header("content-type", "application/json").body(told.to_string()),
            None => request,
        };
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask_as(&self.key, Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, told: Value) -> Answer {
        self.ask_as(&self.key, Method::POST, path, Some(told)).await
    }

    /// Asks for what needs no body.
    pub async fn end(&self, path: &str) -> Answer {
        self.ask_as(&self.key, Method::POST, path, None).await
    }

    pub async fn give(&self, path: &str, file: &str) -> Answer {
        let request = self.server.http.post(self.server.url(path)).bearer_auth(&self.key);
        let request = request.header("content-type", "text/csv").body(file.to_owned());
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn add_person(&self, number: u8, name: &str) -> PersonId {
        let added: Value =
            self.post("/v1/admin/people", json!({ "id": id(number), "name": name })).await.json();
        added["id"].as_str().unwrap().parse().unwrap()
    }

    pub async fn add_team(&self, number: u8, name: &str) {
        let team = json!({ "id": id(number), "name": name, "time_zone": "Europe/Bucharest" });
        self.post("/v1/admin/teams", team).await.json::<Value>();
    }

    /// Ana (1) leads Bob (2) in the team Night (10), as tenure 20; Cora (3) leads nobody; there is a team Day (11).
    pub async fn with_a_pair(pool: &PgPool) -> Self {
        let hr = Self::open(pool).await;
        for (number, name) in [(1, "Ana"), (2, "Bob"), (3, "Cora")] {
            hr.add_person(number, name).await;
        }
        hr.add_team(10, "Night").await;
        hr.add_team(11, "Day").await;
        let pair = json!({ "id": id(20), "team": id(10), "leader": id(1), "agent": id(2) });
        hr.post("/v1/admin/tenures", pair).await.json::<Value>();
        hr
    }

    /// What somebody is in the audience of something.
    pub async fn role(&self, person: u8, of: Subject) -> Option<Role> {
        let person: PersonId = id(person).parse().unwrap();
        let mut tx = self.server.app.store.begin(self.org, Access::Read).await.unwrap();
        let audience = AudienceId::of(self.org, &of);
        let seats = tx.memberships(person).await.unwrap();
        seats.into_iter().find(|seat| seat.audience == audience).map(|seat| seat.role)
    }

    /// A phone of somebody, who has asked for an access token with it.
    pub async fn token_of(&self, device: &Device) -> String {
        let answer =
            crate::device::post(&self.server, "/v1/token", &device.assertion(&self.server, b""), vec![])
                .await;
        answer.json::<Value>()["access_token"].as_str().unwrap().to_owned()
    }

    /// Everything that is kept about people, in one text; what counts attempts is none of it.
    pub async fn db_state(&self) -> String {
        let state = "SELECT concat_ws(' ',
            (SELECT array_agg(t ORDER BY id)::text FROM person t), (SELECT array_agg(t ORDER BY id)::text FROM team t),
            (SELECT array_agg(t ORDER BY kind, key)::text FROM person_identifier t),
            (SELECT array_agg(t ORDER BY id)::text FROM tenure t), (SELECT array_agg(t ORDER BY id)::text FROM delegation t),
            (SELECT array_agg(t ORDER BY id)::text FROM appointment t), (SELECT array_agg(t ORDER BY seq)::text FROM feed t),
            (SELECT array_agg((id, revoked_at) ORDER BY id)::text FROM device),
            (SELECT array_agg((audience, person, role, from_at) ORDER BY audience, person)::text FROM audience_member))";
        self.server.db_text(state).await.unwrap()
    }
}

#[track_caller]
pub fn assert_code(answer: &Answer, status: u16, code: ErrorCode) {
    assert_eq!((answer.status.as_u16(), answer.code()), (status, code));
}
