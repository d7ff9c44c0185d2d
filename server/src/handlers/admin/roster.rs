//! Owns `/v1/admin/roster`: a whole roster from a file.

use super::{ByAdministrator, office};
use crate::app::App;
use crate::error::ApiError;
use crate::handlers::body;
use crate::metrics::FileError;
use crate::openapi::AdminRefusals;
use crate::services::roster_import::{Imported, Intent, RosterImportError};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A file has at most so many bytes.
const MAX_FILE_BYTES: usize = 4 << 20;
/// A file has at most so many lines: each may be several changes of the roster, and all of them are made while somebody waits.
pub const MAX_LINES: usize = 2_000;

/// What becomes of the file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RosterQuery {
    /// Only tell what would come of it.
    #[serde(default)]
    check: bool,
}

/// What came of the file, or would.
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterResponse {
    /// Whether it was taken in: not if it was only to be checked, and not if it has faults.
    written: bool,
    /// What was missing.
    new: RosterCounts,
    /// Cells, and lines, that cannot be taken in.
    faults: Vec<RosterFault>,
    /// Columns that mean nothing here: nothing of them is kept.
    unknown_columns: Vec<String>,
}

/// How much of each was missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterCounts {
    /// People.
    people: usize,
    /// Numbers, logins and addresses.
    identifiers: usize,
    /// Teams.
    teams: usize,
    /// Tenures.
    tenures: usize,
}

/// A cell, or a whole line, that cannot be taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterFault {
    /// The line of the file; the first is 1.
    line: u64,
    /// The column; empty when it is the whole line.
    column: &'static str,
    /// Why, in a stable word such as `unknown_leader`.
    reason: String,
}

/// Bring the roster to what a file says.
///
/// The file has a line for each person, and columns such as name, language, staff number, login, email, team, time zone and leader. What is
/// there already stays as it is, and nothing is taken away; the same file again changes nothing. With one fault in it nothing is
/// taken in. While another one is being taken in, the answer is `unavailable`: give it again when that is done.
#[utoipa::path(
    post, path = "/v1/admin/roster", tag = "administration", operation_id = "import_roster",
    params(RosterQuery),
    request_body(content = String, content_type = "text/csv", description = "At most 4 MiB and 2000 lines."),
    responses((status = 200, description = "What came of it.", body = RosterResponse), AdminRefusals),
    security(("api_key" = []), ("assertion" = []), ("access_token" = []))
)]
pub async fn import(
    State(app): State<App>,
    request: ByAdministrator<MAX_FILE_BYTES>,
) -> Result<Json<RosterResponse>, ApiError> {
    let RosterQuery { check } = request.query()?;
    body::expect(&request.parts.headers, "text/csv")?;
    let intent = if check { Intent::Check } else { Intent::AllLines };
    let (org, by, file, carried) = (request.org, request.by, request.body.clone(), app.clone());
    // Half of a file is no harm, the same again goes on; but whoever hangs up should find it done.
    let work = async move { office(&carried, by).import(org, (&file, MAX_LINES), intent).await };
    let imported = app.spawner.carry_through(app.limits.request_time, work).await;
    let imported = imported.ok_or(ApiError::Unavailable(None))??;
    tracing::info!(admin = %by, written = imported.written, "an administrator gave a roster");
    Ok(Json(response(imported)))
}

fn response(imported: Imported) -> RosterResponse {
    let faults = imported.faults.into_iter().map(|fault| RosterFault {
        line: fault.line,
        column: fault.column,
        reason: fault.reason.word(),
    });
    RosterResponse {
        written: imported.written,
        new: RosterCounts {
            people: imported.new.people,
            identifiers: imported.new.identifiers,
            teams: imported.new.teams,
            tenures: imported.new.tenures,
        },
        faults: faults.collect(),
        unknown_columns: imported.unknown_columns,
    }
}

impl From<RosterImportError> for ApiError {
    fn from(error: RosterImportError) -> Self {
        match error {
            RosterImportError::File(FileError::TooLarge { .. }) | RosterImportError::TooManyLines(_) => {
                Self::TooLarge
            }
            RosterImportError::File(_) => Self::Malformed,
            RosterImportError::UnderWay => Self::Unavailable(None),
            RosterImportError::Roster(error) => error.into(),
        }
    }
}
