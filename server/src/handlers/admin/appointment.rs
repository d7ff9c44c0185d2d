//! Owns `/v1/admin/appointments`: who answers for teams without leading them.

use super::{ByAdministrator, NamedPerson, PageQuery, id, next};
use crate::app::App;
use crate::error::ApiError;
use crate::openapi::AdminRefusals;
use crate::services::appointment::NewAppointment;
use crate::store::row::roster::AppointmentRow;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::ids::{AppointmentId, PersonId, TeamId};
use sync_core::policy::Office;
use sync_core::time::Timestamp;
use utoipa::ToSchema;

/// An appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentResponse {
    /// Its id.
    #[schema(value_type = String)]
    id: AppointmentId,
    /// Who.
    person: NamedPerson,
    /// As what: `head` or `hr`.
    office: &'static str,
    /// For which team; for all of them, also those to come, if for none.
    #[schema(value_type = Option<String>)]
    team: Option<TeamId>,
    /// What that is called.
    team_name: Option<String>,
    /// When it began, in milliseconds since 1970.
    #[schema(value_type = i64)]
    from: Timestamp,
    /// When it ended, if it has.
    #[schema(value_type = Option<i64>)]
    until: Option<Timestamp>,
}

/// Appointments, running or not, in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentsResponse {
    /// Those of this part.
    appointments: Vec<AppointmentResponse>,
    /// Where the next part begins; none after the last.
    #[schema(value_type = Option<String>)]
    next: Option<AppointmentId>,
}

/// An appointment that is to start now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppointRequest {
    /// Made by whoever asks, at random. Asked for again, the same appointment is answered.
    #[schema(value_type = String)]
    id: AppointmentId,
    /// Who.
    #[schema(value_type = String)]
    person: PersonId,
    /// As what: `head` (of operations; writes what teams are to reach) or `hr` (reads it).
    office: String,
    /// For which team. Without it for all of them, also those to come.
    #[schema(value_type = Option<String>)]
    team: Option<TeamId>,
}

/// List appointments.
#[utoipa::path(
    get, path = "/v1/admin/appointments", tag = "administration", operation_id = "list_appointments",
    params(PageQuery),
    responses((status = 200, description = "All appointments.", body = AppointmentsResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn list(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<AppointmentsResponse>, ApiError> {
    let page = request.page()?;
    let rows = super::office(&app, request.by).read(request.org).await?.appointments_page(page).await?;
    let next = next(&rows, &page, |row| row.appointment.id);
    Ok(Json(AppointmentsResponse { appointments: rows.iter().map(appointment).collect(), next }))
}

/// Appoint somebody now.
///
/// They see what teams share, and nothing that a pair writes.
#[utoipa::path(
    post, path = "/v1/admin/appointments", tag = "administration", operation_id = "appoint",
    request_body = AppointRequest,
    responses((status = 200, description = "It runs.", body = AppointmentResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn start(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<AppointmentResponse>, ApiError> {
    let AppointRequest { id, person, office, team } = request.json()?;
    let new = NewAppointment { person, office: Office::parse(&office).ok_or(ApiError::Malformed)?, team };
    let appoint = request.change(&app, ("appointment.started", id), move |office, org| {
        Box::pin(async move { office.appoint_as(org, id, new).await })
    });
    Ok(Json(appointment(&appoint.await?)))
}

/// End an appointment now, with the access that it gave.
#[utoipa::path(
    post, path = "/v1/admin/appointments/{appointment}/end", tag = "administration",
    operation_id = "end_appointment",
    params(("appointment" = String, Path, description = "Which one.")),
    responses((status = 204, description = "It is over."), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn end(
    State(app): State<App>,
    Path(appointment): Path<String>,
    request: ByAdministrator,
) -> Result<StatusCode, ApiError> {
    let appointment: AppointmentId = id(&appointment)?;
    let end = request.change(&app, ("appointment.ended", appointment), move |office, org| {
        Box::pin(async move { office.dismiss(org, appointment).await })
    });
    end.await?;
    Ok(StatusCode::NO_CONTENT)
}

fn appointment(row: &AppointmentRow) -> AppointmentResponse {
    let of = &row.appointment;
    AppointmentResponse {
        id: of.id,
        person: NamedPerson { id: of.person, name: row.person_name.as_str().to_owned() },
        office: of.office.role().as_str(),
        team: of.team,
        team_name: row.team_name.as_ref().map(|name| name.as_str().to_owned()),
        from: of.from,
        until: of.until,
    }
}
