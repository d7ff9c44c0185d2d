//! Owns what the routes of administrators share: who may call them, what they are told in JSON, lists part by part, and that a change
//! is carried through and leaves a line in the log. What is done is the services'.
//!
//! To add a route: its handler beside its siblings below, with [`ByAdministrator`] as its last argument. Ids in paths and queries are
//! read from the request by its methods: before that, whoever does not say who they are would learn what is well formed.

pub mod appointment;
pub mod delegation;
pub mod device;
pub mod person;
pub mod roster;
pub mod team;
pub mod tenure;

use super::body;
use crate::app::App;
use crate::auth::assertion::Accepted;
use crate::auth::bearer::bearer;
use crate::error::ApiError;
use crate::network::client_bucket;
use crate::serve::Peer;
use crate::services::administration::{self, Administrator, By};
use crate::services::roster::{Office, RosterError};
use crate::services::{api_key, credential};
use crate::store::row::Page;
use axum::body::Bytes;
use axum::extract::{FromRequest, Query, Request};
use axum::http::request::Parts;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::str::FromStr;
use sync_core::ids::{OrgId, PersonId};
use utoipa::{IntoParams, ToSchema};

/// What is told in JSON is a few hundred bytes.
const MAX_JSON_BYTES: usize = 8 << 10;
/// How many a part of a list has when nobody says.
const USUAL_PAGE: u32 = 100;
/// How many it has at the most.
const MAX_PAGE: u32 = 500;

/// A request of somebody who administers their organisation at this moment. Asking for it is what protects a route; the services ask
/// again in the transaction that does it.
#[derive(Debug)]
pub struct ByAdministrator<const MAX_BYTES: usize = MAX_JSON_BYTES> {
    org: OrgId,
    by: Administrator,
    parts: Parts,
    body: Bytes,
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the part before. Without it the first part.
    after: Option<String>,
    /// How many at the most: 100 unless said otherwise, 500 at the most.
    limit: Option<u32>,
}

/// A person, as they are named in what they have to do with.
#[derive(Debug, serde::Serialize, ToSchema)]
pub struct NamedPerson {
    /// Who.
    #[schema(value_type = String)]
    id: PersonId,
    /// What they are called.
    name: String,
}

impl<const MAX_BYTES: usize> FromRequest<App> for ByAdministrator<MAX_BYTES> {
    type Rejection = ApiError;

    /// Credential and office are looked at before the first byte of the body is taken.
    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let (org, by, assertion) = admit(&parts, app).await?;
        drop(office(app, by).read(org).await?);
        administration::count_request(&app.store, by, app.clock.now()).await?;
        let body = body::read(body, MAX_BYTES, app.limits.body_idle).await?;
        if let Some(assertion) = assertion {
            assertion.check_body(&body)?;
        }
        Ok(Self { org, by, parts, body })
    }
}

/// Who calls: a program by its key, or a person by their device.
async fn admit(parts: &Parts, app: &App) -> Result<(OrgId, Administrator, Option<Accepted>), ApiError> {
    let (token, now) = (bearer(&parts.headers)?, app.clock.now());
    if token.starts_with(api_key::PREFIX) {
        let peer = parts.extensions.get::<Peer>().ok_or_else(|| ApiError::Internal("no peer".into()))?;
        let bucket = client_bucket(peer.0.ip(), &parts.headers, &app.trusted_proxies);
        let (org, key) = api_key::open(&app.store, token, &bucket, now).await?;
        return Ok((org, Administrator::Program(key), None));
    }
    let admitted = credential::admit(&app.store, app.vault.keys(), token, now).await?;
    Ok((admitted.caller.org, Administrator::Person(admitted.caller), admitted.assertion))
}

fn office(app: &App, by: Administrator) -> Office<'_> {
    let App { store, vault, clock, random, .. } = app;
    Office { store, ledger: vault.ledger(), random, now: clock.now(), by: By::Administrator(by) }
}

impl<const MAX_BYTES: usize> ByAdministrator<MAX_BYTES> {
    /// What is told in the body.
    fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        body::expect(&self.parts.headers, "application/json")?;
        // Derived readers would take an array for a struct too.
        let is_object = self.body.trim_ascii_start().starts_with(b"{");
        is_object.then(|| serde_json::from_slice(&self.body).ok()).flatten().ok_or(ApiError::Malformed)
    }

    /// What is asked in the query.
    fn query<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        Query::try_from_uri(&self.parts.uri).map(|Query(asked)| asked).map_err(|_| ApiError::Malformed)
    }

    /// Which part of a list is asked for.
    fn page<I: FromStr>(&self) -> Result<Page<I>, ApiError> {
        let PageQuery { after, limit } = self.query()?;
        let after = after.map(|text| text.parse().map_err(|_| ApiError::Malformed)).transpose()?;
        Ok(Page { after, limit: limit.unwrap_or(USUAL_PAGE).clamp(1, MAX_PAGE) })
    }

    /// Changes the roster. Goes on when the caller has left: what is in the ledger is done.
    async fn change<T, W>(
        &self,
        app: &App,
        (what, of): (&'static str, impl Display),
        work: W,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        W: for<'o> FnOnce(Office<'o>, OrgId) -> BoxFuture<'o, Result<T, RosterError>> + Send + 'static,
    {
        let (org, by, carried) = (self.org, self.by, app.clone());
        let work = async move { work(office(&carried, by), org).await };
        let done = app.spawner.carry_through(app.limits.request_time, work).await;
        let done = done.ok_or(ApiError::Unavailable(None))??;
        tracing::info!(admin = %by, what, of = %of, "an administrator changed the roster");
        Ok(done)
    }
}

/// What stands in a path in the place of an id. What is none is nobody's.
fn id<I: FromStr>(text: &str) -> Result<I, ApiError> {
    text.parse().map_err(|_| ApiError::NotFound)
}

/// Where the next part of a list begins; none if this one is the last.
fn next<T, I>(rows: &[T], page: &Page<I>, id: impl Fn(&T) -> I) -> Option<I> {
    rows.last().filter(|_| rows.len() >= page.limit as usize).map(id)
}
