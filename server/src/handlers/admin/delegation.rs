//! Owns `/v1/admin/delegations`: who leads in a leader's place for a time.

use super::{ByAdministrator, NamedPerson, PageQuery, id, next};
use crate::app::App;
use crate::error::ApiError;
use crate::openapi::AdminRefusals;
use crate::services::delegation::NewDelegation;
use crate::store::row::roster::DelegationRow;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::ids::{DelegationId, PersonId};
use sync_core::time::Timestamp;
use utoipa::ToSchema;

/// A delegation.
#[derive(Debug, Serialize, ToSchema)]
pub struct DelegationResponse {
    /// Its id.
    #[schema(value_type = String)]
    id: DelegationId,
    /// Who is away.
    leader: NamedPerson,
    /// Who leads meanwhile.
    acting: NamedPerson,
    /// When it began, in milliseconds since 1970.
    #[schema(value_type = i64)]
    from: Timestamp,
    /// When it ends, or ended.
    #[schema(value_type = i64)]
    until: Timestamp,
}

/// Delegations, running or not, in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct DelegationsResponse {
    /// Those of this part.
    delegations: Vec<DelegationResponse>,
    /// Where the next part begins; none after the last.
    #[schema(value_type = Option<String>)]
    next: Option<DelegationId>,
}

/// A delegation that is to start now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegateRequest {
    /// Made by whoever asks, at random. Asked for again, the same delegation is answered.
    #[schema(value_type = String)]
    id: DelegationId,
    /// Who is away.
    #[schema(value_type = String)]
    leader: PersonId,
    /// Who leads meanwhile; somebody else.
    #[schema(value_type = String)]
    acting: PersonId,
    /// Until when, in milliseconds since 1970: a moment that is still to come, in the next 90 days.
    #[schema(value_type = i64)]
    until: Timestamp,
}

/// List delegations.
#[utoipa::path(
    get, path = "/v1/admin/delegations", tag = "administration", operation_id = "list_delegations",
    params(PageQuery),
    responses((status = 200, description = "All delegations.", body = DelegationsResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn list(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<DelegationsResponse>, ApiError> {
    let page = request.page()?;
    let rows = super::office(&app, request.by).read(request.org).await?.delegations_page(page).await?;
    let next = next(&rows, &page, |row| row.delegation.id);
    Ok(Json(DelegationsResponse { delegations: rows.iter().map(delegation).collect(), next }))
}

/// Let somebody lead in a leader's place from now on.
///
/// With each agent of the leader they share what the three write meanwhile, and nothing from before. It ends by itself.
#[utoipa::path(
    post, path = "/v1/admin/delegations", tag = "administration", operation_id = "delegate",
    request_body = DelegateRequest,
    responses((status = 200, description = "It runs.", body = DelegationResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn start(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<DelegationResponse>, ApiError> {
    let DelegateRequest { id, leader, acting, until } = request.json()?;
    let new = NewDelegation { leader, acting, until };
    let delegate = request.change(&app, ("delegation.started", id), move |office, org| {
        Box::pin(async move { office.delegate_as(org, id, new).await })
    });
    Ok(Json(delegation(&delegate.await?)))
}

/// End a delegation now, before its time.
#[utoipa::path(
    post, path = "/v1/admin/delegations/{delegation}/end", tag = "administration", operation_id = "end_delegation",
    params(("delegation" = String, Path, description = "Which one.")),
    responses((status = 204, description = "It is over."), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn end(
    State(app): State<App>,
    Path(delegation): Path<String>,
    request: ByAdministrator,
) -> Result<StatusCode, ApiError> {
    let delegation: DelegationId = id(&delegation)?;
    let end = request.change(&app, ("delegation.ended", delegation), move |office, org| {
        Box::pin(async move { office.end_delegation(org, delegation).await })
    });
    end.await?;
    Ok(StatusCode::NO_CONTENT)
}

fn delegation(row: &DelegationRow) -> DelegationResponse {
    let of = &row.delegation;
    DelegationResponse {
        id: of.id,
        leader: NamedPerson { id: of.leader, name: row.leader_name.as_str().to_owned() },
        acting: NamedPerson { id: of.acting, name: row.acting_name.as_str().to_owned() },
        from: of.from,
        until: of.until,
    }
}
