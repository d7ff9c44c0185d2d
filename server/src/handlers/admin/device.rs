//! Owns `/v1/admin/invitations` and `/v1/admin/devices`: how somebody gets a phone in, and how it is taken away.

use super::{ByAdministrator, NamedPerson, PageQuery, id, next};
use crate::app::App;
use crate::error::ApiError;
use crate::openapi::AdminRefusals;
use crate::services::invitation::{Invite, LIFE_MS};
use crate::store::row::account::DeviceListing;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::ids::{DeviceId, InvitationId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::Invitation;
use utoipa::ToSchema;

/// How long an invitation lives when nobody says: 7 days.
const USUAL_LIFE_SECONDS: u32 = 7 * 86_400;

/// A phone.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceResponse {
    /// Its id.
    #[schema(value_type = String)]
    id: DeviceId,
    /// Whose it is.
    person: NamedPerson,
    /// What its owner calls it.
    name: String,
    /// Since when it is enrolled, in milliseconds since 1970.
    #[schema(value_type = i64)]
    enrolled_at: Timestamp,
    /// When it called last, to the hour.
    #[schema(value_type = Option<i64>)]
    last_seen_at: Option<Timestamp>,
    /// Since when it has no access.
    #[schema(value_type = Option<i64>)]
    revoked_at: Option<Timestamp>,
}

/// Phones, in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct DevicesResponse {
    /// Those of this part.
    devices: Vec<DeviceResponse>,
    /// Where the next part begins; none after the last.
    #[schema(value_type = Option<String>)]
    next: Option<DeviceId>,
}

/// An invitation to enrol a phone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    /// Made by whoever asks, at random. Asked for again, before a phone has used it, there is another code, and the one before is good
    /// for nothing.
    #[schema(value_type = String)]
    id: InvitationId,
    /// Whom.
    #[schema(value_type = String)]
    person: PersonId,
    /// For how many seconds: 60 to 7776000 (90 days); 604800 (7 days) if nothing is said.
    expires_in: Option<u32>,
}

/// An invitation. It is a secret until it is used, works once, and cannot be read back.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationResponse {
    /// Its id.
    #[schema(value_type = String)]
    id: InvitationId,
    /// What the person opens on their phone, behind the address at which phones reach this server.
    path: String,
    /// Until when it works, in milliseconds since 1970.
    #[schema(value_type = i64)]
    expires_at: Timestamp,
}

/// Invite somebody to enrol a phone.
#[utoipa::path(
    post, path = "/v1/admin/invitations", tag = "administration", operation_id = "invite",
    request_body = InviteRequest,
    responses((status = 200, description = "It works.", body = InvitationResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn invite(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<InvitationResponse>, ApiError> {
    let InviteRequest { id, person, expires_in } = request.json()?;
    let life_ms = i64::from(expires_in.unwrap_or(USUAL_LIFE_SECONDS)) * 1000;
    if !LIFE_MS.contains(&life_ms) {
        return Err(ApiError::Malformed);
    }
    let invite = request.change(&app, ("invitation.made", id), move |office, org| {
        let invite = Invite { org, person, life_ms };
        Box::pin(async move { Ok((office.invite_as(id, invite).await?, office.now.plus_ms(life_ms))) })
    });
    let (code, expires_at) = invite.await?;
    let server_id = app.vault.keys().server_id.clone();
    let path = Invitation { url: String::new(), code: code.to_text(), server_id }.to_link();
    Ok(Json(InvitationResponse { id, path, expires_at }))
}

/// Take back an invitation that no phone has used.
///
/// Asked for under the same id later, there is another one.
#[utoipa::path(
    post, path = "/v1/admin/invitations/{invitation}/revoke", tag = "administration",
    operation_id = "revoke_invitation",
    params(("invitation" = String, Path, description = "Which one.")),
    responses((status = 204, description = "No phone comes in by it any more."), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn take_back(
    State(app): State<App>,
    Path(invitation): Path<String>,
    request: ByAdministrator,
) -> Result<StatusCode, ApiError> {
    let invitation: InvitationId = id(&invitation)?;
    let revoke = request.change(&app, ("invitation.revoked", invitation), move |office, org| {
        Box::pin(async move { office.revoke_invitation(org, invitation).await })
    });
    revoke.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List phones.
#[utoipa::path(
    get, path = "/v1/admin/devices", tag = "administration", operation_id = "list_devices",
    params(PageQuery),
    responses((status = 200, description = "All phones.", body = DevicesResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn list(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<DevicesResponse>, ApiError> {
    let page = request.page()?;
    let rows = super::office(&app, request.by).read(request.org).await?.devices_page(page).await?;
    let next = next(&rows, &page, |row| row.device);
    Ok(Json(DevicesResponse { devices: rows.into_iter().map(device).collect(), next }))
}

/// Take away a phone's access now, for good.
///
/// It erases itself at its next contact; what it had not sent is lost.
#[utoipa::path(
    post, path = "/v1/admin/devices/{device}/revoke", tag = "administration", operation_id = "revoke_device",
    params(("device" = String, Path, description = "Which one.")),
    responses((status = 204, description = "It has none any more."), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn revoke(
    State(app): State<App>,
    Path(device): Path<String>,
    request: ByAdministrator,
) -> Result<StatusCode, ApiError> {
    let device: DeviceId = id(&device)?;
    let revoke = request.change(&app, ("device.revoked", device), move |office, org| {
        Box::pin(async move { office.revoke_device(org, device).await })
    });
    revoke.await?;
    Ok(StatusCode::NO_CONTENT)
}

fn device(row: DeviceListing) -> DeviceResponse {
    DeviceResponse {
        id: row.device,
        person: NamedPerson { id: row.person, name: row.person_name },
        name: row.name,
        enrolled_at: row.enrolled_at,
        last_seen_at: row.last_seen_at,
        revoked_at: row.revoked_at,
    }
}
