//! Owns `/v1/admin/tenures`: who leads whom.

use super::{ByAdministrator, NamedPerson, PageQuery, id, next};
use crate::app::App;
use crate::error::ApiError;
use crate::openapi::AdminRefusals;
use crate::services::roster::{NewLeader, NewTenure};
use crate::store::row::roster::TenureRow;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::ids::{PersonId, TeamId, TenureId};
use sync_core::time::Timestamp;
use utoipa::ToSchema;

/// A tenure.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenureResponse {
    /// Its id.
    #[schema(value_type = String)]
    id: TenureId,
    /// In which team.
    #[schema(value_type = String)]
    team: TeamId,
    /// What that is called.
    team_name: String,
    /// Who leads.
    leader: NamedPerson,
    /// Who is led.
    agent: NamedPerson,
    /// When it began, in milliseconds since 1970.
    #[schema(value_type = i64)]
    from: Timestamp,
    /// When it ended, if it has.
    #[schema(value_type = Option<i64>)]
    until: Option<Timestamp>,
}

/// Tenures, running or not, in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenuresResponse {
    /// Those of this part.
    tenures: Vec<TenureResponse>,
    /// Where the next part begins; none after the last.
    #[schema(value_type = Option<String>)]
    next: Option<TenureId>,
}

/// A tenure that is to start now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartTenureRequest {
    /// Made by whoever asks, at random. Asked for again, the same tenure is answered.
    #[schema(value_type = String)]
    id: TenureId,
    /// In which team.
    #[schema(value_type = String)]
    team: TeamId,
    /// Who leads.
    #[schema(value_type = String)]
    leader: PersonId,
    /// Who is led; somebody else.
    #[schema(value_type = String)]
    agent: PersonId,
}

/// Who is to lead an agent from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverRequest {
    /// Of the tenure that starts; made by whoever asks, at random. Asked for again, the same tenure is answered.
    #[schema(value_type = String)]
    id: TenureId,
    /// Who leads.
    #[schema(value_type = String)]
    leader: PersonId,
    /// In which team, if it is another one than before.
    #[schema(value_type = Option<String>)]
    team: Option<TeamId>,
}

/// List tenures.
#[utoipa::path(
    get, path = "/v1/admin/tenures", tag = "administration", operation_id = "list_tenures",
    params(PageQuery),
    responses((status = 200, description = "All tenures.", body = TenuresResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn list(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<TenuresResponse>, ApiError> {
    let page = request.page()?;
    let rows = super::office(&app, request.by).read(request.org).await?.tenures_page(page).await?;
    let next = next(&rows, &page, |row| row.tenure.id);
    Ok(Json(TenuresResponse { tenures: rows.iter().map(tenure).collect(), next }))
}

/// Start a tenure now.
///
/// From here on the two share what is theirs.
#[utoipa::path(
    post, path = "/v1/admin/tenures", tag = "administration", operation_id = "start_tenure",
    request_body = StartTenureRequest,
    responses((status = 200, description = "It runs.", body = TenureResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn start(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<TenureResponse>, ApiError> {
    let StartTenureRequest { id, team, leader, agent } = request.json()?;
    let new = NewTenure { team, leader, agent };
    let start = request.change(&app, ("tenure.started", id), move |office, org| {
        Box::pin(async move { office.start_tenure_as(org, id, new).await })
    });
    Ok(Json(tenure(&start.await?)))
}

/// End a tenure now, for good.
///
/// The leader loses access, the agent keeps it.
#[utoipa::path(
    post, path = "/v1/admin/tenures/{tenure}/end", tag = "administration", operation_id = "end_tenure",
    params(("tenure" = String, Path, description = "Which one.")),
    responses((status = 204, description = "It is over."), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn end(
    State(app): State<App>,
    Path(tenure): Path<String>,
    request: ByAdministrator,
) -> Result<StatusCode, ApiError> {
    let tenure: TenureId = id(&tenure)?;
    let end = request.change(&app, ("tenure.ended", tenure), move |office, org| {
        Box::pin(async move { office.end_tenure(org, tenure).await })
    });
    end.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give the agent of a tenure another leader, or another team.
///
/// Ends the tenure and starts the next one now: both or neither.
#[utoipa::path(
    post, path = "/v1/admin/tenures/{tenure}/hand-over", tag = "administration", operation_id = "hand_over",
    params(("tenure" = String, Path, description = "Which one.")),
    request_body = HandOverRequest,
    responses((status = 200, description = "The next one runs.", body = TenureResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn hand_over(
    State(app): State<App>,
    Path(before): Path<String>,
    request: ByAdministrator,
) -> Result<Json<TenureResponse>, ApiError> {
    let HandOverRequest { id: next, leader, team } = request.json()?;
    let (before, to): (TenureId, _) = (id(&before)?, NewLeader { leader, team });
    let hand_over = request.change(&app, ("tenure.handed_over", before), move |office, org| {
        Box::pin(async move { office.hand_over_as(org, before, next, to).await })
    });
    Ok(Json(tenure(&hand_over.await?)))
}

fn tenure(row: &TenureRow) -> TenureResponse {
    let person = |id, name: &crate::name::Name| NamedPerson { id, name: name.as_str().to_owned() };
    TenureResponse {
        id: row.tenure.id,
        team: row.team.id,
        team_name: row.team.name.as_str().to_owned(),
        leader: person(row.tenure.leader, &row.leader_name),
        agent: person(row.tenure.agent, &row.agent_name),
        from: row.tenure.from,
        until: row.tenure.until,
    }
}
