//! Owns `/v1/admin/teams`.

use super::{ByAdministrator, PageQuery, next};
use crate::app::App;
use crate::error::ApiError;
use crate::name::{Name, parse_time_zone};
use crate::openapi::AdminRefusals;
use crate::store::row::roster::TeamRow;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::ids::TeamId;
use sync_core::time::Timestamp;
use utoipa::ToSchema;

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamResponse {
    /// Its id.
    #[schema(value_type = String)]
    id: TeamId,
    /// What it is called.
    name: String,
    /// Its time zone: a meeting's day is a day there.
    time_zone: String,
    /// Since when it is there, in milliseconds since 1970.
    #[schema(value_type = i64)]
    created_at: Timestamp,
}

/// Teams, in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamsResponse {
    /// Those of this part.
    teams: Vec<TeamResponse>,
    /// Where the next part begins; none after the last.
    #[schema(value_type = Option<String>)]
    next: Option<TeamId>,
}

/// A new team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddTeamRequest {
    /// Made by whoever asks, at random. Asked for again, the same team is answered.
    #[schema(value_type = String)]
    id: TeamId,
    /// What it is called: 1 to 120 characters.
    #[schema(value_type = String, min_length = 1, max_length = 120)]
    name: Name,
    /// Its time zone, such as `Europe/Bucharest`.
    time_zone: String,
}

/// List teams.
#[utoipa::path(
    get, path = "/v1/admin/teams", tag = "administration", operation_id = "list_teams",
    params(PageQuery),
    responses((status = 200, description = "All teams.", body = TeamsResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn list(State(app): State<App>, request: ByAdministrator) -> Result<Json<TeamsResponse>, ApiError> {
    let page = request.page()?;
    let rows = super::office(&app, request.by).read(request.org).await?.teams_page(page).await?;
    let next = next(&rows, &page, |row| row.id);
    Ok(Json(TeamsResponse { teams: rows.into_iter().map(team).collect(), next }))
}

/// Add a team.
#[utoipa::path(
    post, path = "/v1/admin/teams", tag = "administration", operation_id = "add_team",
    request_body = AddTeamRequest,
    responses((status = 200, description = "It is there.", body = TeamResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn add(State(app): State<App>, request: ByAdministrator) -> Result<Json<TeamResponse>, ApiError> {
    let AddTeamRequest { id, name, time_zone } = request.json()?;
    let time_zone = parse_time_zone(&time_zone).map_err(|_| ApiError::Malformed)?;
    let add = request.change(&app, ("team.added", id), move |office, org| {
        let new = TeamRow { id, name, time_zone, created_at: office.now };
        Box::pin(async move { office.add_team_as(org, new).await })
    });
    Ok(Json(team(add.await?)))
}

fn team(row: TeamRow) -> TeamResponse {
    let TeamRow { id, name, time_zone, created_at } = row;
    TeamResponse { id, name: name.as_str().to_owned(), time_zone, created_at }
}
