//! Owns `/v1/admin/people`: who is here, who comes, what is different about somebody, and who leaves.

use super::{ByAdministrator, PageQuery, id, next};
use crate::app::App;
use crate::error::ApiError;
use crate::metrics::{Identifier, IdentifierKind};
use crate::name::Name;
use crate::openapi::AdminRefusals;
use crate::services::person::PersonChange;
use crate::store::row::roster::PersonRow;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::content::Language;
use sync_core::ids::PersonId;
use sync_core::time::Timestamp;
use utoipa::ToSchema;

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonResponse {
    /// Their id.
    #[schema(value_type = String)]
    id: PersonId,
    /// What they are called.
    name: String,
    /// What they read: `en`, `ro` or `zh`.
    language: &'static str,
    /// The number that the organisation gives them.
    staff_number: Option<String>,
    /// What they log in with.
    login: Option<String>,
    /// Their address at work.
    email: Option<String>,
    /// Since when they are here, in milliseconds since 1970.
    #[schema(value_type = i64)]
    created_at: Timestamp,
}

/// People, in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeopleResponse {
    /// Those of this part.
    people: Vec<PersonResponse>,
    /// Where the next part begins; none after the last.
    #[schema(value_type = Option<String>)]
    next: Option<PersonId>,
}

/// A person who comes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPersonRequest {
    /// Made by whoever asks, at random. Asked for again, the same person is answered.
    #[schema(value_type = String)]
    id: PersonId,
    /// What they are called: 1 to 120 characters.
    #[schema(value_type = String, min_length = 1, max_length = 120)]
    name: Name,
    /// What they read: `en` (also if nothing is said), `ro` or `zh`.
    #[serde(default)]
    #[schema(value_type = String)]
    language: Language,
    /// The number that the organisation gives them.
    staff_number: Option<String>,
    /// What they log in with.
    login: Option<String>,
    /// Their address at work.
    email: Option<String>,
}

/// What is different about a person from now on. What is not said stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePersonRequest {
    /// What they are called: 1 to 120 characters.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120)]
    name: Option<Name>,
    /// What they read: `en`, `ro` or `zh`.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// The number that the organisation gives them; empty text takes it away.
    staff_number: Option<String>,
    /// What they log in with; empty text takes it away.
    login: Option<String>,
    /// Their address at work; empty text takes it away.
    email: Option<String>,
}

/// List people.
#[utoipa::path(
    get, path = "/v1/admin/people", tag = "administration", operation_id = "list_people",
    params(PageQuery),
    responses((status = 200, description = "Who is here.", body = PeopleResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn list(
    State(app): State<App>,
    request: ByAdministrator,
) -> Result<Json<PeopleResponse>, ApiError> {
    let page = request.page()?;
    let mut tx = super::office(&app, request.by).read(request.org).await?;
    let rows = tx.people_page(page).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let known = tx.identifiers_of(&ids).await?;
    let next = next(&rows, &page, |row| row.id);
    let people = rows.into_iter().map(|row| person(row, &known)).collect();
    Ok(Json(PeopleResponse { people, next }))
}

/// Add a person.
#[utoipa::path(
    post, path = "/v1/admin/people", tag = "administration", operation_id = "add_person",
    request_body = AddPersonRequest,
    responses((status = 200, description = "They are here.", body = PersonResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn add(State(app): State<App>, request: ByAdministrator) -> Result<Json<PersonResponse>, ApiError> {
    let told: AddPersonRequest = request.json()?;
    let (id, new) = (told.id, (told.name, told.language));
    let by = identifiers([told.staff_number, told.login, told.email])?;
    let add = request.change(&app, ("person.added", id), move |office, org| {
        Box::pin(async move { office.add_person_as(org, id, new, &by).await })
    });
    let row = add.await?;
    show(&app, &request, row).await
}

/// Change what is known of a person.
#[utoipa::path(
    patch, path = "/v1/admin/people/{person}", tag = "administration", operation_id = "change_person",
    params(("person" = String, Path, description = "Who.")),
    request_body = ChangePersonRequest,
    responses((status = 200, description = "As they are now.", body = PersonResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn change(
    State(app): State<App>,
    Path(person): Path<String>,
    request: ByAdministrator,
) -> Result<Json<PersonResponse>, ApiError> {
    let told: ChangePersonRequest = request.json()?;
    let identifiers = identifiers([told.staff_number, told.login, told.email])?;
    let change = PersonChange { name: told.name, language: told.language, identifiers };
    let person: PersonId = id(&person)?;
    let change = request.change(&app, ("person.changed", person), move |office, org| {
        Box::pin(async move { office.change_person(org, person, &change).await })
    });
    let row = change.await?;
    show(&app, &request, row).await
}

/// A person has left.
///
/// Their phones, offices, tenures and everything else that gives them access end now, for good.
#[utoipa::path(
    post, path = "/v1/admin/people/{person}/end", tag = "administration", operation_id = "end_person",
    params(("person" = String, Path, description = "Who.")),
    responses((status = 204, description = "They have left."), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn end(
    State(app): State<App>,
    Path(person): Path<String>,
    request: ByAdministrator,
) -> Result<StatusCode, ApiError> {
    let person: PersonId = id(&person)?;
    let end = request.change(&app, ("person.ended", person), move |office, org| {
        Box::pin(async move { office.end_person(org, person).await })
    });
    end.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// In the order of [`IdentifierKind::ALL`].
fn identifiers(told: [Option<String>; 3]) -> Result<Vec<(IdentifierKind, Option<Identifier>)>, ApiError> {
    let told = IdentifierKind::ALL.into_iter().zip(told).filter_map(|(kind, text)| Some((kind, text?)));
    told.map(|(kind, text)| Identifier::said(kind, &text).map_err(|_| ApiError::Malformed)).collect()
}

async fn show(
    app: &App,
    request: &ByAdministrator,
    row: PersonRow,
) -> Result<Json<PersonResponse>, ApiError> {
    let known = super::office(app, request.by).read(request.org).await?.identifiers_of(&[row.id]).await?;
    Ok(Json(person(row, &known)))
}

fn person(row: PersonRow, known: &[(PersonId, Identifier)]) -> PersonResponse {
    let called = |kind| {
        let mut theirs = known.iter().filter(|(of, _)| *of == row.id).map(|(_, identifier)| identifier);
        theirs.find(|identifier| identifier.kind == kind).map(|identifier| identifier.value.clone())
    };
    PersonResponse {
        id: row.id,
        staff_number: called(IdentifierKind::StaffNumber),
        login: called(IdentifierKind::Login),
        email: called(IdentifierKind::Email),
        name: row.name.as_str().to_owned(),
        language: row.language.tag(),
        created_at: row.created_at,
    }
}
